//! Contexts: the settings that connections are made with.

use super::certificate::{self, Certificate, Form, Reader};
use super::failure::{self, Failure};
use super::password::{Asking, ask};
use super::{callbacks, copied_text, library};
use core::ffi::{CStr, c_int, c_long, c_uchar, c_uint, c_ulong, c_void};
use core::ptr::NonNull;
use std::sync::{Mutex, PoisonError};
use taipan_openssl as ffi;

/// Which ends and versions of the protocol a context is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Both ends.
    Any,
    Client,
    Server,
    /// TLS 1.0 alone.
    Tls1,
    /// TLS 1.1 alone.
    Tls1_1,
    /// TLS 1.2 alone.
    Tls1_2,
}

/// A cipher of a context.
pub struct Cipher {
    pub id: u32,
    pub name: String,
    pub protocol: String,
    pub description: String,
    pub strength_bits: c_int,
    pub alg_bits: c_int,
    pub aead: bool,
    pub symmetric: Option<String>,
    pub digest: Option<String>,
    pub kea: Option<String>,
    pub auth: Option<String>,
}

/// Name, version and strength of a cipher.
pub type CipherSummary = (String, String, c_int);

/// A context.
pub struct Context(NonNull<ffi::SSL_CTX>);

// SAFETY: a context is counted; its settings are changed and read with the GIL, connections copy or count what they
// need of it, and its cache of sessions has a lock.
unsafe impl Send for Context {}
// SAFETY: as above.
unsafe impl Sync for Context {}

/// The protocols that a server offers, in its order, each after its length.
struct Protocols(Mutex<Vec<u8>>);

/// Frees the protocols of a context.
///
/// # Safety
/// Called by OpenSSL with what [`Context::new`] put there.
pub unsafe extern "C" fn free_protocols(
    _parent: *mut c_void,
    data: *mut c_void,
    _all: *mut ffi::CRYPTO_EX_DATA,
    _index: c_int,
    _argl: c_long,
    _argp: *mut c_void,
) {
    if !data.is_null() {
        // SAFETY: boxed by `Context::new`, freed once.
        drop(unsafe { Box::from_raw(data.cast::<Protocols>()) });
    }
}

/// The protocols in a list: each stands after its length.
fn protocols_in(mut list: &[u8]) -> impl Iterator<Item = &[u8]> {
    core::iter::from_fn(move || {
        let (&n, rest) = list.split_first()?;
        let found = rest.get(..usize::from(n))?;
        list = rest.get(usize::from(n)..)?;
        Some(found)
    })
}

unsafe extern "C" fn select_protocol(
    _ssl: *mut ffi::SSL,
    out: *mut *const c_uchar,
    out_n: *mut c_uchar,
    offered: *const c_uchar,
    offered_n: c_uint,
    data: *mut c_void,
) -> c_int {
    // SAFETY: OpenSSL gives so many bytes; the protocols live as long as the context.
    unsafe {
        let offered = core::slice::from_raw_parts(offered, offered_n as usize);
        let ours = (*data.cast::<Protocols>()).0.lock().unwrap_or_else(PoisonError::into_inner);
        let chosen = protocols_in(&ours).find_map(|wanted| protocols_in(offered).find(|&one| one == wanted));
        match chosen {
            // The choice points into what the client has sent, which lives long enough.
            Some(chosen) if !chosen.is_empty() => {
                *out = chosen.as_ptr();
                *out_n = chosen.len() as c_uchar;
                ffi::SSL_TLSEXT_ERR_OK
            }
            _ => ffi::SSL_TLSEXT_ERR_NOACK,
        }
    }
}

/// A description of a cipher.
///
/// # Safety
/// `cipher` is a cipher.
unsafe fn describe(cipher: *const ffi::SSL_CIPHER) -> Cipher {
    let mut alg_bits = 0;
    let mut description = [0u8; 512];
    // SAFETY: the caller's promise; at most so many bytes are written, with a NUL at the end.
    unsafe {
        let strength_bits = ffi::SSL_CIPHER_get_bits(cipher, &raw mut alg_bits);
        let text = ffi::SSL_CIPHER_description(cipher, description.as_mut_ptr().cast(), description.len() as c_int);
        Cipher {
            id: ffi::SSL_CIPHER_get_id(cipher),
            name: copied_text(ffi::SSL_CIPHER_get_name(cipher)).unwrap_or_default(),
            protocol: copied_text(ffi::SSL_CIPHER_get_version(cipher)).unwrap_or_default(),
            description: copied_text(text).unwrap_or_default().trim_end_matches('\n').to_string(),
            strength_bits,
            alg_bits,
            aead: ffi::SSL_CIPHER_is_aead(cipher) != 0,
            symmetric: library::long_name(ffi::SSL_CIPHER_get_cipher_nid(cipher)),
            digest: library::long_name(ffi::SSL_CIPHER_get_digest_nid(cipher)),
            kea: library::long_name(ffi::SSL_CIPHER_get_kx_nid(cipher)),
            auth: library::long_name(ffi::SSL_CIPHER_get_auth_nid(cipher)),
        }
    }
}

/// What is told about a cipher that is in use.
///
/// # Safety
/// `cipher` is null or a cipher.
pub unsafe fn summary(cipher: *const ffi::SSL_CIPHER) -> Option<CipherSummary> {
    if cipher.is_null() {
        return None;
    }
    // SAFETY: the caller's promise.
    unsafe {
        Some((
            copied_text(ffi::SSL_CIPHER_get_name(cipher))?,
            copied_text(ffi::SSL_CIPHER_get_version(cipher))?,
            ffi::SSL_CIPHER_get_bits(cipher, core::ptr::null_mut()),
        ))
    }
}

/// Why a chain of certificates and its key could not be taken.
pub enum ChainFailure {
    /// The chain could not be read.
    Chain(Failure),
    /// The key could not be read.
    Key(Failure),
    /// They don't belong together.
    Check(Failure),
}

/// Why certificates could not be added.
pub enum AddFailure {
    /// OpenSSL says so.
    Failed(Failure),
    /// There is none in the data.
    Nothing,
}

/// How many certificates a context knows.
#[derive(Default)]
pub struct StoreStats {
    pub certificates: i64,
    pub revocation_lists: i64,
    pub authorities: i64,
}

/// The counters of sessions, in the order that programs see.
pub const SESSION_COUNTERS: [(&str, c_int); 11] = [
    ("number", ffi::SSL_CTRL_SESS_NUMBER),
    ("connect", ffi::SSL_CTRL_SESS_CONNECT),
    ("connect_good", ffi::SSL_CTRL_SESS_CONNECT_GOOD),
    ("connect_renegotiate", ffi::SSL_CTRL_SESS_CONNECT_RENEGOTIATE),
    ("accept", ffi::SSL_CTRL_SESS_ACCEPT),
    ("accept_good", ffi::SSL_CTRL_SESS_ACCEPT_GOOD),
    ("accept_renegotiate", ffi::SSL_CTRL_SESS_ACCEPT_RENEGOTIATE),
    ("hits", ffi::SSL_CTRL_SESS_HIT),
    ("misses", ffi::SSL_CTRL_SESS_MISSES),
    ("timeouts", ffi::SSL_CTRL_SESS_TIMEOUTS),
    ("cache_full", ffi::SSL_CTRL_SESS_CACHE_FULL),
];

fn done(ok: bool) -> Result<(), Failure> {
    if ok { Ok(()) } else { Err(Failure::collect()) }
}

impl Context {
    /// A new context.
    pub fn new(method: Method) -> Result<Self, Failure> {
        let places = library::start();
        failure::clear();
        // SAFETY: methods are static; the data is freed with the context.
        unsafe {
            let method = match method {
                Method::Any => ffi::TLS_method(),
                Method::Client => ffi::TLS_client_method(),
                Method::Server => ffi::TLS_server_method(),
                Method::Tls1 => ffi::TLSv1_method(),
                Method::Tls1_1 => ffi::TLSv1_1_method(),
                Method::Tls1_2 => ffi::TLSv1_2_method(),
            };
            let Some(raw) = NonNull::new(ffi::SSL_CTX_new(method)) else { return Err(Failure::collect()) };
            let context = Self(raw);
            let protocols = Box::into_raw(Box::new(Protocols(Mutex::default())));
            if ffi::SSL_CTX_set_ex_data(context.raw(), places.protocols, protocols.cast()) != 1 {
                drop(Box::from_raw(protocols));
                return Err(Failure::collect());
            }
            ffi::SSL_CTX_ctrl(context.raw(), ffi::SSL_CTRL_MODE, ffi::SSL_MODE_RELEASE_BUFFERS, core::ptr::null_mut());
            Ok(context)
        }
    }

    /// The handle.
    pub const fn raw(&self) -> *mut ffi::SSL_CTX {
        self.0.as_ptr()
    }

    /// The options.
    pub fn options(&self) -> u64 {
        // SAFETY: a live context, as in the functions below.
        unsafe { ffi::SSL_CTX_get_options(self.raw()) }
    }

    /// Takes options away and adds others.
    pub fn change_options(&self, clear: u64, set: u64) {
        // SAFETY: as above.
        unsafe {
            if clear != 0 {
                ffi::SSL_CTX_clear_options(self.raw(), clear);
            }
            if set != 0 {
                ffi::SSL_CTX_set_options(self.raw(), set);
            }
        }
    }

    /// How peers are verified.
    pub fn verify_mode(&self) -> c_int {
        // SAFETY: as above.
        unsafe { ffi::SSL_CTX_get_verify_mode(self.raw()) }
    }

    /// Sets how peers are verified.
    pub fn set_verify_mode(&self, mode: c_int) {
        // SAFETY: as above.
        unsafe { ffi::SSL_CTX_set_verify(self.raw(), mode, None) }
    }

    /// The flags of verifications.
    pub fn verify_flags(&self) -> c_ulong {
        // SAFETY: as above; the parameters belong to the context.
        unsafe { ffi::X509_VERIFY_PARAM_get_flags(ffi::SSL_CTX_get0_param(self.raw())) }
    }

    /// Sets the flags of verifications.
    pub fn set_verify_flags(&self, flags: c_ulong) -> Result<(), Failure> {
        let old = self.verify_flags();
        failure::clear();
        // SAFETY: as above.
        unsafe {
            let param = ffi::SSL_CTX_get0_param(self.raw());
            let (clear, set) = (old & !flags, !old & flags);
            done(
                (clear == 0 || ffi::X509_VERIFY_PARAM_clear_flags(param, clear) != 0)
                    && (set == 0 || ffi::X509_VERIFY_PARAM_set_flags(param, set) != 0),
            )
        }
    }

    /// Sets the flags of comparing host names.
    pub fn set_host_flags(&self, flags: c_uint) {
        // SAFETY: as above.
        unsafe { ffi::X509_VERIFY_PARAM_set_hostflags(ffi::SSL_CTX_get0_param(self.raw()), flags) }
    }

    fn control(&self, command: c_int, value: c_long) -> c_long {
        // SAFETY: commands that take a number alone.
        unsafe { ffi::SSL_CTX_ctrl(self.raw(), command, value, core::ptr::null_mut()) }
    }

    /// The lowest and the highest version of the protocol; zero for any.
    pub fn versions(&self) -> (c_long, c_long) {
        (self.control(ffi::SSL_CTRL_GET_MIN_PROTO_VERSION, 0), self.control(ffi::SSL_CTRL_GET_MAX_PROTO_VERSION, 0))
    }

    /// Sets the lowest version; false if there is no such.
    pub fn set_lowest_version(&self, version: c_long) -> bool {
        self.control(ffi::SSL_CTRL_SET_MIN_PROTO_VERSION, version) != 0
    }

    /// Sets the highest version; false if there is no such.
    pub fn set_highest_version(&self, version: c_long) -> bool {
        self.control(ffi::SSL_CTRL_SET_MAX_PROTO_VERSION, version) != 0
    }

    /// Sets the ciphers; false if the list names none.
    pub fn set_ciphers(&self, list: &CStr) -> bool {
        // SAFETY: a live context and a C string.
        let ok = unsafe { ffi::SSL_CTX_set_cipher_list(self.raw(), list.as_ptr()) } != 0;
        failure::clear();
        ok
    }

    /// The ciphers.
    pub fn ciphers(&self) -> Result<Vec<Cipher>, Failure> {
        failure::clear();
        // SAFETY: the connection is freed here, and owns the list.
        unsafe {
            let ssl = ffi::SSL_new(self.raw());
            if ssl.is_null() {
                return Err(Failure::collect());
            }
            let list = ffi::SSL_get_ciphers(ssl);
            let out = certificate::items::<ffi::SSL_CIPHER>(list).map(|cipher| describe(cipher)).collect();
            ffi::SSL_free(ssl);
            Ok(out)
        }
    }

    /// Names the context to sessions.
    pub fn set_session_id_context(&self, id: &[u8]) {
        // SAFETY: OpenSSL copies so many bytes.
        unsafe { ffi::SSL_CTX_set_session_id_context(self.raw(), id.as_ptr(), id.len() as c_uint) };
    }

    /// Whether clients agree to show a certificate after the handshake.
    pub fn set_post_handshake_auth(&self, on: bool) {
        // SAFETY: a live context.
        unsafe { ffi::SSL_CTX_set_post_handshake_auth(self.raw(), on.into()) }
    }

    /// Sets the protocols that are offered, each after its length.
    pub fn set_protocols(&self, list: &[u8]) -> Result<(), Failure> {
        let Ok(n) = c_uint::try_from(list.len()) else { return Err(Failure::default()) };
        failure::clear();
        // SAFETY: OpenSSL copies so many bytes; the data belongs to the context.
        unsafe {
            let data = ffi::SSL_CTX_get_ex_data(self.raw(), library::start().protocols).cast::<Protocols>();
            let Some(protocols) = data.as_ref() else { return Err(Failure::default()) };
            *protocols.0.lock().unwrap_or_else(PoisonError::into_inner) = list.to_vec();
            if ffi::SSL_CTX_set_alpn_protos(self.raw(), list.as_ptr(), n) != 0 {
                return Err(Failure::collect());
            }
            ffi::SSL_CTX_set_alpn_select_cb(self.raw(), Some(select_protocol), data.cast());
            Ok(())
        }
    }

    /// Reads a chain of certificates and a key. Lasts. Without somebody to ask for passwords, who runs the program is
    /// asked at the terminal.
    pub fn load_chain(&self, chain: &CStr, key: &CStr, asking: Option<&Asking<'_>>) -> Result<(), ChainFailure> {
        let callback: ffi::pem_password_cb = ask;
        // SAFETY: C strings; who is asked lives until the callback is taken away.
        unsafe {
            // Who is asked may load a chain himself.
            let before = (
                ffi::SSL_CTX_get_default_passwd_cb(self.raw()),
                ffi::SSL_CTX_get_default_passwd_cb_userdata(self.raw()),
            );
            if let Some(asking) = asking {
                ffi::SSL_CTX_set_default_passwd_cb(self.raw(), Some(callback));
                ffi::SSL_CTX_set_default_passwd_cb_userdata(self.raw(), asking.data());
            }
            let steps = || {
                failure::clear();
                done(ffi::SSL_CTX_use_certificate_chain_file(self.raw(), chain.as_ptr()) == 1)
                    .map_err(ChainFailure::Chain)?;
                failure::clear();
                done(ffi::SSL_CTX_use_PrivateKey_file(self.raw(), key.as_ptr(), ffi::SSL_FILETYPE_PEM) == 1)
                    .map_err(ChainFailure::Key)?;
                done(ffi::SSL_CTX_check_private_key(self.raw()) == 1).map_err(ChainFailure::Check)
            };
            let result = steps();
            if asking.is_some() {
                ffi::SSL_CTX_set_default_passwd_cb(self.raw(), before.0);
                ffi::SSL_CTX_set_default_passwd_cb_userdata(self.raw(), before.1);
            }
            result
        }
    }

    /// Trusts the certificates of a file or a folder. Lasts.
    pub fn load_authorities(&self, file: Option<&CStr>, folder: Option<&CStr>) -> Result<(), Failure> {
        failure::clear();
        let pointer = |text: Option<&CStr>| text.map_or(core::ptr::null(), CStr::as_ptr);
        // SAFETY: C strings or null.
        done(unsafe { ffi::SSL_CTX_load_verify_locations(self.raw(), pointer(file), pointer(folder)) } == 1)
    }

    /// Trusts the certificates in some bytes.
    pub fn add_authorities(&self, data: &[u8], form: Form) -> Result<(), AddFailure> {
        let Some(reader) = Reader::new(data, form) else { return Err(AddFailure::Failed(Failure::collect())) };
        let mut n = 0;
        loop {
            if n > 0 && reader.is_at_end() {
                return Ok(());
            }
            let certificate = match reader.next() {
                Ok(certificate) => certificate,
                Err(failure) => {
                    // Whatever follows the last certificate of a text is a remark.
                    let end = form == Form::Pem && failure.code.is(ffi::ERR_LIB_PEM, ffi::PEM_R_NO_START_LINE);
                    return match () {
                        () if n == 0 => Err(AddFailure::Nothing),
                        () if end => Ok(()),
                        () => Err(AddFailure::Failed(failure)),
                    };
                }
            };
            failure::clear();
            // SAFETY: a live context and certificate, which the store counts.
            if unsafe { ffi::X509_STORE_add_cert(ffi::SSL_CTX_get_cert_store(self.raw()), certificate.raw()) } != 1 {
                let failure = Failure::collect();
                if !failure.code.is(ffi::ERR_LIB_X509, ffi::X509_R_CERT_ALREADY_IN_HASH_TABLE) {
                    return Err(AddFailure::Failed(failure));
                }
            }
            n += 1;
        }
    }

    /// Trusts what the system trusts.
    pub fn load_default_authorities(&self) -> Result<(), Failure> {
        // The variable, where it is set, names another file.
        if std::env::var_os("SSL_CERT_FILE").is_none()
            && let Some(bundle) = library::system_bundle()
        {
            self.load_authorities(Some(bundle), None)?;
        }
        failure::clear();
        // SAFETY: a live context.
        done(unsafe { ffi::SSL_CTX_set_default_verify_paths(self.raw()) } == 1)
    }

    /// Runs over everything that the context knows of certificates.
    fn for_each_known(&self, mut each: impl FnMut(*mut ffi::X509_OBJECT)) {
        // SAFETY: the copy of the list is ours, with counted items, which are freed here.
        unsafe {
            let list = ffi::X509_STORE_get1_objects(ffi::SSL_CTX_get_cert_store(self.raw()));
            for object in certificate::items::<ffi::X509_OBJECT>(list) {
                each(object);
            }
            unsafe extern "C" fn free(item: *mut c_void) {
                // SAFETY: an item of the list.
                unsafe { ffi::X509_OBJECT_free(item.cast()) }
            }
            ffi::OPENSSL_sk_pop_free(list, free);
        }
        failure::clear();
    }

    /// How much the context knows.
    pub fn store_stats(&self) -> StoreStats {
        let mut stats = StoreStats::default();
        self.for_each_known(|object| {
            // SAFETY: an item of the list, which lives meanwhile.
            unsafe {
                match ffi::X509_OBJECT_get_type(object) {
                    ffi::X509_LU_X509 => {
                        stats.certificates += 1;
                        let certificate = Certificate::borrowed(ffi::X509_OBJECT_get0_X509(object));
                        stats.authorities += i64::from(certificate.is_some_and(|one| one.is_authority()));
                    }
                    ffi::X509_LU_CRL => stats.revocation_lists += 1,
                    _ => {}
                }
            }
        });
        stats
    }

    /// The certificates of authorities that the context trusts.
    pub fn authorities(&self) -> Vec<Certificate> {
        let mut out = Vec::new();
        self.for_each_known(|object| {
            // SAFETY: an item of the list, which lives meanwhile.
            let found = unsafe { Certificate::borrowed(ffi::X509_OBJECT_get0_X509(object)) };
            out.extend(found.filter(Certificate::is_authority));
        });
        out
    }

    /// One of [`SESSION_COUNTERS`].
    pub fn session_counter(&self, command: c_int) -> i64 {
        self.control(command, 0)
    }

    /// Sets parameters of Diffie and Hellman, given in text.
    pub fn set_dh_parameters(&self, text: &[u8]) -> Result<(), Failure> {
        let Ok(n) = c_int::try_from(text.len()) else { return Err(Failure::default()) };
        failure::clear();
        // SAFETY: a stream of bytes that outlive it; everything made here is freed here, the context has a copy.
        unsafe {
            let bio = ffi::BIO_new_mem_buf(text.as_ptr().cast(), n);
            if bio.is_null() {
                return Err(Failure::collect());
            }
            let dh = ffi::PEM_read_bio_DHparams(bio, core::ptr::null_mut(), None, core::ptr::null_mut());
            ffi::BIO_free(bio);
            if dh.is_null() {
                return Err(Failure::collect());
            }
            let ok = ffi::SSL_CTX_ctrl(self.raw(), ffi::SSL_CTRL_SET_TMP_DH, 0, dh.cast()) != 0;
            let result = done(ok);
            ffi::DH_free(dh);
            result
        }
    }

    /// Sets the one curve for exchanging keys.
    pub fn set_curve(&self, curve: c_int) -> Result<(), Failure> {
        let mut list = [curve];
        failure::clear();
        // SAFETY: the list has one number.
        done(unsafe { ffi::SSL_CTX_ctrl(self.raw(), ffi::SSL_CTRL_SET_GROUPS, 1, list.as_mut_ptr().cast()) } != 0)
    }

    /// How many tickets a server sends.
    pub fn tickets(&self) -> usize {
        // SAFETY: a live context.
        unsafe { ffi::SSL_CTX_get_num_tickets(self.raw()) }
    }

    /// Sets how many tickets a server sends.
    pub fn set_tickets(&self, n: usize) -> bool {
        // SAFETY: as above.
        unsafe { ffi::SSL_CTX_set_num_tickets(self.raw(), n) == 1 }
    }

    /// The level of security.
    pub fn security_level(&self) -> c_int {
        // SAFETY: as above.
        unsafe { ffi::SSL_CTX_get_security_level(self.raw()) }
    }

    /// Whether the program sees messages.
    pub fn watch_messages(&self, on: bool) {
        let callback: ffi::msg_cb = callbacks::message;
        // SAFETY: as above; the callback finds its object in the connection.
        unsafe { ffi::SSL_CTX_set_msg_callback(self.raw(), on.then_some(callback)) }
    }

    /// Whether the program logs keys.
    pub fn watch_keys(&self, on: bool) {
        let callback: ffi::keylog_cb = callbacks::keylog;
        // SAFETY: as above.
        unsafe { ffi::SSL_CTX_set_keylog_callback(self.raw(), on.then_some(callback)) }
    }

    /// Whether the program sees the names that clients ask for.
    pub fn watch_names(&self, on: bool) {
        let callback: ffi::servername_cb = callbacks::server_name;
        // SAFETY: as above; OpenSSL calls it by its true type.
        unsafe {
            let callback = on.then(|| core::mem::transmute::<ffi::servername_cb, unsafe extern "C" fn()>(callback));
            ffi::SSL_CTX_callback_ctrl(self.raw(), ffi::SSL_CTRL_SET_TLSEXT_SERVERNAME_CB, callback);
        }
    }

    /// Whether the program gives keys to clients.
    pub fn watch_client_psk(&self, on: bool) {
        let callback: ffi::psk_client_cb = callbacks::client_psk;
        // SAFETY: as above.
        unsafe { ffi::SSL_CTX_set_psk_client_callback(self.raw(), on.then_some(callback)) }
    }

    /// Whether the program gives keys to servers.
    pub fn watch_server_psk(&self, on: bool) {
        let callback: ffi::psk_server_cb = callbacks::server_psk;
        // SAFETY: as above.
        unsafe { ffi::SSL_CTX_set_psk_server_callback(self.raw(), on.then_some(callback)) }
    }

    /// Sets what a server tells clients about the keys that it knows.
    pub fn set_psk_hint(&self, hint: Option<&CStr>) -> bool {
        // SAFETY: a C string or null.
        unsafe { ffi::SSL_CTX_use_psk_identity_hint(self.raw(), hint.map_or(core::ptr::null(), CStr::as_ptr)) == 1 }
    }
}

impl Drop for Context {
    fn drop(&mut self) {
        // SAFETY: our reference, given up once.
        unsafe { ffi::SSL_CTX_free(self.raw()) };
    }
}
