//! OpenSSL: its C library, built for this executable, and declarations of what the module `_ssl` calls.
//!
//! Names and types are those of OpenSSL's headers; see its manual for what the functions do. What is a macro in C (many
//! settings are calls of `SSL_CTX_ctrl`) stands here as the function below it.
#![allow(non_camel_case_types, reason = "names are OpenSSL's")]

use core::ffi::{c_char, c_int, c_long, c_uchar, c_uint, c_ulong, c_void};

mod numbers;
pub use numbers::*;

/// Libraries of OpenSSL and the reasons of their errors, from its headers.
pub mod reasons {
    include!(concat!(env!("OUT_DIR"), "/reasons.rs"));
}

macro_rules! opaque {
    ($($name:ident)*) => {
        $(
            /// A type of OpenSSL whose content is its own affair.
            #[repr(C)]
            pub struct $name {
                content: [u8; 0],
                not_shared: core::marker::PhantomData<(*mut u8, core::marker::PhantomPinned)>,
            }
        )*
    };
}

opaque! {
    ACCESS_DESCRIPTION ASN1_BIT_STRING ASN1_INTEGER ASN1_OBJECT ASN1_STRING ASN1_TIME AUTHORITY_INFO_ACCESS
    BIO BIO_METHOD CRYPTO_EX_DATA DH DIST_POINT EVP_PKEY OPENSSL_STACK SSL SSL_CIPHER SSL_CTX SSL_METHOD SSL_SESSION
    X509 X509_NAME X509_NAME_ENTRY X509_OBJECT X509_STORE X509_VERIFY_PARAM
}

/// What a general name is; for `type_` see the `GEN_` numbers.
#[repr(C)]
pub struct GENERAL_NAME {
    pub type_: c_int,
    pub d: *mut c_void,
}

/// How somebody may get at information about an issuer.
#[repr(C)]
pub struct AccessDescription {
    pub method: *mut ASN1_OBJECT,
    pub location: *mut GENERAL_NAME,
}

/// Where lists of revoked certificates are.
#[repr(C)]
pub struct DistPoint {
    pub distpoint: *mut DistPointName,
    pub reasons: *mut ASN1_BIT_STRING,
    pub crl_issuer: *mut OPENSSL_STACK,
    pub dp_reasons: c_int,
}

/// The name of such a place: the full one if `type_` is 0.
#[repr(C)]
pub struct DistPointName {
    pub type_: c_int,
    pub name: *mut OPENSSL_STACK,
    pub dpname: *mut X509_NAME,
}

/// Asks for the password of a key.
pub type pem_password_cb = unsafe extern "C" fn(*mut c_char, c_int, c_int, *mut c_void) -> c_int;
/// Frees what an element of a stack points at.
pub type stack_free = unsafe extern "C" fn(*mut c_void);
/// Frees what stands in a place for data of others.
pub type ex_free = unsafe extern "C" fn(*mut c_void, *mut c_void, *mut CRYPTO_EX_DATA, c_int, c_long, *mut c_void);
/// Sees what a connection sends and receives.
pub type msg_cb = unsafe extern "C" fn(c_int, c_int, c_int, *const c_void, usize, *mut SSL, *mut c_void);
/// Gets a line of the log of keys.
pub type keylog_cb = unsafe extern "C" fn(*const SSL, *const c_char);
/// Chooses among the protocols that a client offers.
pub type alpn_select_cb =
    unsafe extern "C" fn(*mut SSL, *mut *const c_uchar, *mut c_uchar, *const c_uchar, c_uint, *mut c_void) -> c_int;
/// Gives identity and key to a client.
pub type psk_client_cb =
    unsafe extern "C" fn(*mut SSL, *const c_char, *mut c_char, c_uint, *mut c_uchar, c_uint) -> c_uint;
/// Gives the key for an identity to a server.
pub type psk_server_cb = unsafe extern "C" fn(*mut SSL, *const c_char, *mut c_uchar, c_uint) -> c_uint;
/// Sees the name that a client asks for.
pub type servername_cb = unsafe extern "C" fn(*mut SSL, *mut c_int, *mut c_void) -> c_int;
/// Checks a step of a verification.
pub type verify_cb = unsafe extern "C" fn(c_int, *mut c_void) -> c_int;

unsafe extern "C" {
    pub fn OPENSSL_init_ssl(options: u64, settings: *const c_void) -> c_int;
    pub fn OpenSSL_version(which: c_int) -> *const c_char;
    pub fn OpenSSL_version_num() -> c_ulong;
    pub fn CRYPTO_free(block: *mut c_void, file: *const c_char, line: c_int);
    pub fn CRYPTO_get_ex_new_index(
        class: c_int,
        argl: c_long,
        argp: *mut c_void,
        new: *const c_void,
        dup: *const c_void,
        free: Option<ex_free>,
    ) -> c_int;

    pub fn ERR_clear_error();
    pub fn ERR_peek_error() -> c_ulong;
    pub fn ERR_peek_last_error() -> c_ulong;
    pub fn ERR_reason_error_string(code: c_ulong) -> *const c_char;

    pub fn RAND_add(data: *const c_void, n: c_int, entropy: f64);
    pub fn RAND_bytes(data: *mut c_uchar, n: c_int) -> c_int;
    pub fn RAND_status() -> c_int;

    pub fn OBJ_txt2obj(text: *const c_char, no_name: c_int) -> *mut ASN1_OBJECT;
    pub fn OBJ_nid2obj(nid: c_int) -> *mut ASN1_OBJECT;
    pub fn OBJ_obj2nid(object: *const ASN1_OBJECT) -> c_int;
    pub fn OBJ_nid2sn(nid: c_int) -> *const c_char;
    pub fn OBJ_nid2ln(nid: c_int) -> *const c_char;
    pub fn OBJ_sn2nid(name: *const c_char) -> c_int;
    pub fn OBJ_obj2txt(out: *mut c_char, n: c_int, object: *const ASN1_OBJECT, no_name: c_int) -> c_int;
    pub fn ASN1_OBJECT_free(object: *mut ASN1_OBJECT);

    pub fn BIO_get_new_index() -> c_int;
    pub fn BIO_meth_new(kind: c_int, name: *const c_char) -> *mut BIO_METHOD;
    pub fn BIO_meth_set_read(
        method: *mut BIO_METHOD,
        read: unsafe extern "C" fn(*mut BIO, *mut c_char, c_int) -> c_int,
    ) -> c_int;
    pub fn BIO_meth_set_write(
        method: *mut BIO_METHOD,
        write: unsafe extern "C" fn(*mut BIO, *const c_char, c_int) -> c_int,
    ) -> c_int;
    pub fn BIO_meth_set_ctrl(
        method: *mut BIO_METHOD,
        ctrl: unsafe extern "C" fn(*mut BIO, c_int, c_long, *mut c_void) -> c_long,
    ) -> c_int;
    pub fn BIO_meth_set_destroy(method: *mut BIO_METHOD, destroy: unsafe extern "C" fn(*mut BIO) -> c_int) -> c_int;
    pub fn BIO_new(method: *const BIO_METHOD) -> *mut BIO;
    pub fn BIO_free(bio: *mut BIO) -> c_int;
    pub fn BIO_set_data(bio: *mut BIO, data: *mut c_void);
    pub fn BIO_get_data(bio: *mut BIO) -> *mut c_void;
    pub fn BIO_set_init(bio: *mut BIO, init: c_int);
    pub fn BIO_set_flags(bio: *mut BIO, flags: c_int);
    pub fn BIO_clear_flags(bio: *mut BIO, flags: c_int);
    pub fn BIO_s_mem() -> *const BIO_METHOD;
    pub fn BIO_new_mem_buf(data: *const c_void, n: c_int) -> *mut BIO;
    pub fn BIO_new_file(name: *const c_char, mode: *const c_char) -> *mut BIO;
    pub fn BIO_ctrl(bio: *mut BIO, command: c_int, argl: c_long, argp: *mut c_void) -> c_long;
    pub fn BIO_read(bio: *mut BIO, data: *mut c_void, n: c_int) -> c_int;

    pub fn OPENSSL_sk_num(stack: *const OPENSSL_STACK) -> c_int;
    pub fn OPENSSL_sk_value(stack: *const OPENSSL_STACK, i: c_int) -> *mut c_void;
    pub fn OPENSSL_sk_find(stack: *mut OPENSSL_STACK, item: *const c_void) -> c_int;
    pub fn OPENSSL_sk_pop_free(stack: *mut OPENSSL_STACK, free: stack_free);
    pub fn OPENSSL_sk_free(stack: *mut OPENSSL_STACK);

    pub fn PEM_read_bio_X509(
        bio: *mut BIO,
        out: *mut *mut X509,
        password: Option<pem_password_cb>,
        data: *mut c_void,
    ) -> *mut X509;
    pub fn PEM_write_bio_X509(bio: *mut BIO, certificate: *const X509) -> c_int;
    pub fn PEM_read_bio_DHparams(
        bio: *mut BIO,
        out: *mut *mut DH,
        password: Option<pem_password_cb>,
        data: *mut c_void,
    ) -> *mut DH;
    pub fn DH_free(dh: *mut DH);
    pub fn d2i_X509_bio(bio: *mut BIO, out: *mut *mut X509) -> *mut X509;
    pub fn i2d_X509(certificate: *const X509, out: *mut *mut c_uchar) -> c_int;

    pub fn X509_free(certificate: *mut X509);
    pub fn X509_up_ref(certificate: *mut X509) -> c_int;
    pub fn X509_cmp(a: *const X509, b: *const X509) -> c_int;
    pub fn X509_subject_name_hash(certificate: *mut X509) -> c_ulong;
    pub fn X509_get_subject_name(certificate: *const X509) -> *mut X509_NAME;
    pub fn X509_get_issuer_name(certificate: *const X509) -> *mut X509_NAME;
    pub fn X509_get_version(certificate: *const X509) -> c_long;
    pub fn X509_get_serialNumber(certificate: *mut X509) -> *mut ASN1_INTEGER;
    pub fn X509_get0_notBefore(certificate: *const X509) -> *const ASN1_TIME;
    pub fn X509_get0_notAfter(certificate: *const X509) -> *const ASN1_TIME;
    pub fn X509_get_ext_d2i(
        certificate: *const X509,
        nid: c_int,
        critical: *mut c_int,
        index: *mut c_int,
    ) -> *mut c_void;
    pub fn X509_check_ca(certificate: *mut X509) -> c_int;
    pub fn X509_verify_cert_error_string(code: c_long) -> *const c_char;
    pub fn X509_NAME_entry_count(name: *const X509_NAME) -> c_int;
    pub fn X509_NAME_get_entry(name: *const X509_NAME, i: c_int) -> *mut X509_NAME_ENTRY;
    pub fn X509_NAME_ENTRY_set(entry: *const X509_NAME_ENTRY) -> c_int;
    pub fn X509_NAME_ENTRY_get_object(entry: *const X509_NAME_ENTRY) -> *mut ASN1_OBJECT;
    pub fn X509_NAME_ENTRY_get_data(entry: *const X509_NAME_ENTRY) -> *mut ASN1_STRING;
    pub fn X509_NAME_print_ex(bio: *mut BIO, name: *const X509_NAME, indent: c_int, flags: c_ulong) -> c_int;
    pub fn GENERAL_NAME_print(bio: *mut BIO, name: *mut GENERAL_NAME) -> c_int;
    pub fn GENERAL_NAME_free(name: *mut GENERAL_NAME);
    pub fn ACCESS_DESCRIPTION_free(description: *mut ACCESS_DESCRIPTION);
    pub fn DIST_POINT_free(point: *mut DIST_POINT);
    pub fn ASN1_STRING_to_UTF8(out: *mut *mut c_uchar, string: *const ASN1_STRING) -> c_int;
    pub fn ASN1_STRING_length(string: *const ASN1_STRING) -> c_int;
    pub fn ASN1_STRING_get0_data(string: *const ASN1_STRING) -> *const c_uchar;
    pub fn ASN1_TIME_print(bio: *mut BIO, time: *const ASN1_TIME) -> c_int;
    pub fn i2a_ASN1_INTEGER(bio: *mut BIO, number: *const ASN1_INTEGER) -> c_int;
    pub fn a2i_IPADDRESS(text: *const c_char) -> *mut ASN1_STRING;
    pub fn ASN1_OCTET_STRING_free(string: *mut ASN1_STRING);

    pub fn X509_get_default_cert_file_env() -> *const c_char;
    pub fn X509_get_default_cert_file() -> *const c_char;
    pub fn X509_get_default_cert_dir_env() -> *const c_char;
    pub fn X509_get_default_cert_dir() -> *const c_char;
    pub fn X509_STORE_add_cert(store: *mut X509_STORE, certificate: *mut X509) -> c_int;
    pub fn X509_STORE_get1_objects(store: *mut X509_STORE) -> *mut OPENSSL_STACK;
    pub fn X509_OBJECT_get_type(object: *const X509_OBJECT) -> c_int;
    pub fn X509_OBJECT_get0_X509(object: *const X509_OBJECT) -> *mut X509;
    pub fn X509_OBJECT_free(object: *mut X509_OBJECT);
    pub fn X509_VERIFY_PARAM_get_flags(param: *const X509_VERIFY_PARAM) -> c_ulong;
    pub fn X509_VERIFY_PARAM_set_flags(param: *mut X509_VERIFY_PARAM, flags: c_ulong) -> c_int;
    pub fn X509_VERIFY_PARAM_clear_flags(param: *mut X509_VERIFY_PARAM, flags: c_ulong) -> c_int;
    pub fn X509_VERIFY_PARAM_set_hostflags(param: *mut X509_VERIFY_PARAM, flags: c_uint);
    pub fn X509_VERIFY_PARAM_set1_host(param: *mut X509_VERIFY_PARAM, name: *const c_char, n: usize) -> c_int;
    pub fn X509_VERIFY_PARAM_set1_ip(param: *mut X509_VERIFY_PARAM, ip: *const c_uchar, n: usize) -> c_int;

    pub fn TLS_method() -> *const SSL_METHOD;
    pub fn TLS_client_method() -> *const SSL_METHOD;
    pub fn TLS_server_method() -> *const SSL_METHOD;
    pub fn TLSv1_method() -> *const SSL_METHOD;
    pub fn TLSv1_1_method() -> *const SSL_METHOD;
    pub fn TLSv1_2_method() -> *const SSL_METHOD;

    pub fn SSL_CTX_new(method: *const SSL_METHOD) -> *mut SSL_CTX;
    pub fn SSL_CTX_free(ctx: *mut SSL_CTX);
    pub fn SSL_CTX_ctrl(ctx: *mut SSL_CTX, command: c_int, argl: c_long, argp: *mut c_void) -> c_long;
    pub fn SSL_CTX_callback_ctrl(ctx: *mut SSL_CTX, command: c_int, callback: Option<unsafe extern "C" fn()>)
    -> c_long;
    pub fn SSL_CTX_set_ex_data(ctx: *mut SSL_CTX, index: c_int, data: *mut c_void) -> c_int;
    pub fn SSL_CTX_get_ex_data(ctx: *const SSL_CTX, index: c_int) -> *mut c_void;
    pub fn SSL_CTX_get_options(ctx: *const SSL_CTX) -> u64;
    pub fn SSL_CTX_set_options(ctx: *mut SSL_CTX, options: u64) -> u64;
    pub fn SSL_CTX_clear_options(ctx: *mut SSL_CTX, options: u64) -> u64;
    pub fn SSL_CTX_get_verify_mode(ctx: *const SSL_CTX) -> c_int;
    pub fn SSL_CTX_set_verify(ctx: *mut SSL_CTX, mode: c_int, callback: Option<verify_cb>);
    pub fn SSL_CTX_get0_param(ctx: *mut SSL_CTX) -> *mut X509_VERIFY_PARAM;
    pub fn SSL_CTX_get_cert_store(ctx: *const SSL_CTX) -> *mut X509_STORE;
    pub fn SSL_CTX_set_cipher_list(ctx: *mut SSL_CTX, list: *const c_char) -> c_int;
    pub fn SSL_CTX_set_session_id_context(ctx: *mut SSL_CTX, id: *const c_uchar, n: c_uint) -> c_int;
    pub fn SSL_CTX_set_post_handshake_auth(ctx: *mut SSL_CTX, on: c_int);
    pub fn SSL_CTX_get_default_passwd_cb(ctx: *mut SSL_CTX) -> Option<pem_password_cb>;
    pub fn SSL_CTX_get_default_passwd_cb_userdata(ctx: *mut SSL_CTX) -> *mut c_void;
    pub fn SSL_CTX_set_default_passwd_cb(ctx: *mut SSL_CTX, callback: Option<pem_password_cb>);
    pub fn SSL_CTX_set_default_passwd_cb_userdata(ctx: *mut SSL_CTX, data: *mut c_void);
    pub fn SSL_CTX_use_certificate_chain_file(ctx: *mut SSL_CTX, file: *const c_char) -> c_int;
    pub fn SSL_CTX_use_PrivateKey_file(ctx: *mut SSL_CTX, file: *const c_char, kind: c_int) -> c_int;
    pub fn SSL_CTX_check_private_key(ctx: *const SSL_CTX) -> c_int;
    pub fn SSL_CTX_load_verify_locations(ctx: *mut SSL_CTX, file: *const c_char, dir: *const c_char) -> c_int;
    pub fn SSL_CTX_set_default_verify_paths(ctx: *mut SSL_CTX) -> c_int;
    pub fn SSL_CTX_set_alpn_protos(ctx: *mut SSL_CTX, protocols: *const c_uchar, n: c_uint) -> c_int;
    pub fn SSL_CTX_set_alpn_select_cb(ctx: *mut SSL_CTX, callback: Option<alpn_select_cb>, arg: *mut c_void);
    pub fn SSL_CTX_set_msg_callback(ctx: *mut SSL_CTX, callback: Option<msg_cb>);
    pub fn SSL_CTX_set_keylog_callback(ctx: *mut SSL_CTX, callback: Option<keylog_cb>);
    pub fn SSL_CTX_set_num_tickets(ctx: *mut SSL_CTX, n: usize) -> c_int;
    pub fn SSL_CTX_get_num_tickets(ctx: *const SSL_CTX) -> usize;
    pub fn SSL_CTX_get_security_level(ctx: *const SSL_CTX) -> c_int;
    pub fn SSL_CTX_set_psk_client_callback(ctx: *mut SSL_CTX, callback: Option<psk_client_cb>);
    pub fn SSL_CTX_set_psk_server_callback(ctx: *mut SSL_CTX, callback: Option<psk_server_cb>);
    pub fn SSL_CTX_use_psk_identity_hint(ctx: *mut SSL_CTX, hint: *const c_char) -> c_int;

    pub fn SSL_new(ctx: *mut SSL_CTX) -> *mut SSL;
    pub fn SSL_free(ssl: *mut SSL);
    pub fn SSL_ctrl(ssl: *mut SSL, command: c_int, argl: c_long, argp: *mut c_void) -> c_long;
    pub fn SSL_set_ex_data(ssl: *mut SSL, index: c_int, data: *mut c_void) -> c_int;
    pub fn SSL_get_ex_data(ssl: *const SSL, index: c_int) -> *mut c_void;
    pub fn SSL_set_bio(ssl: *mut SSL, read: *mut BIO, write: *mut BIO);
    pub fn SSL_set_SSL_CTX(ssl: *mut SSL, ctx: *mut SSL_CTX) -> *mut SSL_CTX;
    pub fn SSL_set_connect_state(ssl: *mut SSL);
    pub fn SSL_set_accept_state(ssl: *mut SSL);
    pub fn SSL_get0_param(ssl: *mut SSL) -> *mut X509_VERIFY_PARAM;
    pub fn SSL_get_verify_mode(ssl: *const SSL) -> c_int;
    pub fn SSL_get_verify_callback(ssl: *const SSL) -> Option<verify_cb>;
    pub fn SSL_set_verify(ssl: *mut SSL, mode: c_int, callback: Option<verify_cb>);
    pub fn SSL_get_verify_result(ssl: *const SSL) -> c_long;
    pub fn SSL_set_post_handshake_auth(ssl: *mut SSL, on: c_int);
    pub fn SSL_verify_client_post_handshake(ssl: *mut SSL) -> c_int;
    pub fn SSL_do_handshake(ssl: *mut SSL) -> c_int;
    pub fn SSL_read_ex(ssl: *mut SSL, data: *mut c_void, n: usize, got: *mut usize) -> c_int;
    pub fn SSL_write_ex(ssl: *mut SSL, data: *const c_void, n: usize, put: *mut usize) -> c_int;
    pub fn SSL_shutdown(ssl: *mut SSL) -> c_int;
    pub fn SSL_get_shutdown(ssl: *const SSL) -> c_int;
    pub fn SSL_set_read_ahead(ssl: *mut SSL, on: c_int);
    pub fn SSL_pending(ssl: *const SSL) -> c_int;
    pub fn SSL_get_error(ssl: *const SSL, result: c_int) -> c_int;
    pub fn SSL_in_init(ssl: *const SSL) -> c_int;
    pub fn SSL_is_init_finished(ssl: *const SSL) -> c_int;
    pub fn SSL_version(ssl: *const SSL) -> c_int;
    pub fn SSL_get_version(ssl: *const SSL) -> *const c_char;
    pub fn SSL_get_current_cipher(ssl: *const SSL) -> *const SSL_CIPHER;
    pub fn SSL_get_ciphers(ssl: *const SSL) -> *mut OPENSSL_STACK;
    pub fn SSL_get_client_ciphers(ssl: *const SSL) -> *mut OPENSSL_STACK;
    pub fn SSL_get0_alpn_selected(ssl: *const SSL, data: *mut *const c_uchar, n: *mut c_uint);
    pub fn SSL_get_servername(ssl: *const SSL, kind: c_int) -> *const c_char;
    pub fn SSL_get1_peer_certificate(ssl: *const SSL) -> *mut X509;
    pub fn SSL_get_peer_cert_chain(ssl: *const SSL) -> *mut OPENSSL_STACK;
    pub fn SSL_get0_verified_chain(ssl: *const SSL) -> *mut OPENSSL_STACK;
    pub fn SSL_get_finished(ssl: *const SSL, data: *mut c_void, n: usize) -> usize;
    pub fn SSL_get_peer_finished(ssl: *const SSL, data: *mut c_void, n: usize) -> usize;
    pub fn SSL_session_reused(ssl: *const SSL) -> c_int;
    pub fn SSL_get_session(ssl: *const SSL) -> *mut SSL_SESSION;
    pub fn SSL_set_session(ssl: *mut SSL, session: *mut SSL_SESSION) -> c_int;
    pub fn SSL_select_next_proto(
        out: *mut *mut c_uchar,
        out_n: *mut c_uchar,
        server: *const c_uchar,
        server_n: c_uint,
        client: *const c_uchar,
        client_n: c_uint,
    ) -> c_int;

    pub fn SSL_SESSION_free(session: *mut SSL_SESSION);
    pub fn SSL_SESSION_dup(session: *const SSL_SESSION) -> *mut SSL_SESSION;
    pub fn SSL_SESSION_get_id(session: *const SSL_SESSION, n: *mut c_uint) -> *const c_uchar;
    pub fn SSL_SESSION_get_time_ex(session: *const SSL_SESSION) -> i64;
    pub fn SSL_SESSION_get_timeout(session: *const SSL_SESSION) -> c_long;
    pub fn SSL_SESSION_get_ticket_lifetime_hint(session: *const SSL_SESSION) -> c_ulong;
    pub fn SSL_SESSION_has_ticket(session: *const SSL_SESSION) -> c_int;
    pub fn SSL_SESSION_get0_cipher(session: *const SSL_SESSION) -> *const SSL_CIPHER;

    pub fn SSL_CIPHER_get_name(cipher: *const SSL_CIPHER) -> *const c_char;
    pub fn SSL_CIPHER_get_version(cipher: *const SSL_CIPHER) -> *const c_char;
    pub fn SSL_CIPHER_get_bits(cipher: *const SSL_CIPHER, alg_bits: *mut c_int) -> c_int;
    pub fn SSL_CIPHER_get_id(cipher: *const SSL_CIPHER) -> u32;
    pub fn SSL_CIPHER_description(cipher: *const SSL_CIPHER, out: *mut c_char, n: c_int) -> *mut c_char;
    pub fn SSL_CIPHER_is_aead(cipher: *const SSL_CIPHER) -> c_int;
    pub fn SSL_CIPHER_get_cipher_nid(cipher: *const SSL_CIPHER) -> c_int;
    pub fn SSL_CIPHER_get_digest_nid(cipher: *const SSL_CIPHER) -> c_int;
    pub fn SSL_CIPHER_get_kx_nid(cipher: *const SSL_CIPHER) -> c_int;
    pub fn SSL_CIPHER_get_auth_nid(cipher: *const SSL_CIPHER) -> c_int;
}
