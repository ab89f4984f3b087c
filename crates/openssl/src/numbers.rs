//! Numbers of OpenSSL's headers.

#![allow(non_upper_case_globals, reason = "names are OpenSSL's")]
use core::ffi::{c_int, c_long, c_uint, c_ulong};

// Settings of contexts and connections.
/// `SSL_CTRL_MODE`.
pub const SSL_CTRL_MODE: c_int = 33;
/// `SSL_CTRL_SET_MIN_PROTO_VERSION`.
pub const SSL_CTRL_SET_MIN_PROTO_VERSION: c_int = 123;
/// `SSL_CTRL_SET_MAX_PROTO_VERSION`.
pub const SSL_CTRL_SET_MAX_PROTO_VERSION: c_int = 124;
/// `SSL_CTRL_GET_MIN_PROTO_VERSION`.
pub const SSL_CTRL_GET_MIN_PROTO_VERSION: c_int = 130;
/// `SSL_CTRL_GET_MAX_PROTO_VERSION`.
pub const SSL_CTRL_GET_MAX_PROTO_VERSION: c_int = 131;
/// `SSL_CTRL_SET_TLSEXT_SERVERNAME_CB`.
pub const SSL_CTRL_SET_TLSEXT_SERVERNAME_CB: c_int = 53;
/// `SSL_CTRL_SET_TLSEXT_HOSTNAME`.
pub const SSL_CTRL_SET_TLSEXT_HOSTNAME: c_int = 55;
/// `SSL_CTRL_SET_TMP_DH`.
pub const SSL_CTRL_SET_TMP_DH: c_int = 3;
/// `SSL_CTRL_SET_GROUPS`.
pub const SSL_CTRL_SET_GROUPS: c_int = 91;
/// `SSL_CTRL_SESS_NUMBER`.
pub const SSL_CTRL_SESS_NUMBER: c_int = 20;
/// `SSL_CTRL_SESS_CONNECT`.
pub const SSL_CTRL_SESS_CONNECT: c_int = 21;
/// `SSL_CTRL_SESS_CONNECT_GOOD`.
pub const SSL_CTRL_SESS_CONNECT_GOOD: c_int = 22;
/// `SSL_CTRL_SESS_CONNECT_RENEGOTIATE`.
pub const SSL_CTRL_SESS_CONNECT_RENEGOTIATE: c_int = 23;
/// `SSL_CTRL_SESS_ACCEPT`.
pub const SSL_CTRL_SESS_ACCEPT: c_int = 24;
/// `SSL_CTRL_SESS_ACCEPT_GOOD`.
pub const SSL_CTRL_SESS_ACCEPT_GOOD: c_int = 25;
/// `SSL_CTRL_SESS_ACCEPT_RENEGOTIATE`.
pub const SSL_CTRL_SESS_ACCEPT_RENEGOTIATE: c_int = 26;
/// `SSL_CTRL_SESS_HIT`.
pub const SSL_CTRL_SESS_HIT: c_int = 27;
/// `SSL_CTRL_SESS_MISSES`.
pub const SSL_CTRL_SESS_MISSES: c_int = 29;
/// `SSL_CTRL_SESS_TIMEOUTS`.
pub const SSL_CTRL_SESS_TIMEOUTS: c_int = 30;
/// `SSL_CTRL_SESS_CACHE_FULL`.
pub const SSL_CTRL_SESS_CACHE_FULL: c_int = 31;

// Modes of connections.
/// `SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER`.
pub const SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER: c_long = 2;
/// `SSL_MODE_AUTO_RETRY`.
pub const SSL_MODE_AUTO_RETRY: c_long = 4;
/// `SSL_MODE_RELEASE_BUFFERS`.
pub const SSL_MODE_RELEASE_BUFFERS: c_long = 16;

/// `OPENSSL_INIT_NO_ATEXIT`.
pub const OPENSSL_INIT_NO_ATEXIT: u64 = 0x0008_0000;

// Options.
/// `SSL_OP_ALL`.
pub const SSL_OP_ALL: u64 = 2147485776;
/// `SSL_OP_NO_SSLv2`.
pub const SSL_OP_NO_SSLv2: u64 = 0;
/// `SSL_OP_NO_SSLv3`.
pub const SSL_OP_NO_SSLv3: u64 = 33554432;
/// `SSL_OP_NO_TLSv1`.
pub const SSL_OP_NO_TLSv1: u64 = 67108864;
/// `SSL_OP_NO_TLSv1_1`.
pub const SSL_OP_NO_TLSv1_1: u64 = 268435456;
/// `SSL_OP_NO_TLSv1_2`.
pub const SSL_OP_NO_TLSv1_2: u64 = 134217728;
/// `SSL_OP_NO_TLSv1_3`.
pub const SSL_OP_NO_TLSv1_3: u64 = 536870912;
/// `SSL_OP_NO_COMPRESSION`.
pub const SSL_OP_NO_COMPRESSION: u64 = 131072;
/// `SSL_OP_CIPHER_SERVER_PREFERENCE`.
pub const SSL_OP_CIPHER_SERVER_PREFERENCE: u64 = 4194304;
/// `SSL_OP_SINGLE_DH_USE`.
pub const SSL_OP_SINGLE_DH_USE: u64 = 0;
/// `SSL_OP_SINGLE_ECDH_USE`.
pub const SSL_OP_SINGLE_ECDH_USE: u64 = 0;
/// `SSL_OP_IGNORE_UNEXPECTED_EOF`.
pub const SSL_OP_IGNORE_UNEXPECTED_EOF: u64 = 128;
/// `SSL_OP_DONT_INSERT_EMPTY_FRAGMENTS`.
pub const SSL_OP_DONT_INSERT_EMPTY_FRAGMENTS: u64 = 2048;

// What keeps a call from succeeding.
/// `SSL_ERROR_NONE`.
pub const SSL_ERROR_NONE: c_int = 0;
/// `SSL_ERROR_SSL`.
pub const SSL_ERROR_SSL: c_int = 1;
/// `SSL_ERROR_WANT_READ`.
pub const SSL_ERROR_WANT_READ: c_int = 2;
/// `SSL_ERROR_WANT_WRITE`.
pub const SSL_ERROR_WANT_WRITE: c_int = 3;
/// `SSL_ERROR_WANT_X509_LOOKUP`.
pub const SSL_ERROR_WANT_X509_LOOKUP: c_int = 4;
/// `SSL_ERROR_SYSCALL`.
pub const SSL_ERROR_SYSCALL: c_int = 5;
/// `SSL_ERROR_ZERO_RETURN`.
pub const SSL_ERROR_ZERO_RETURN: c_int = 6;
/// `SSL_ERROR_WANT_CONNECT`.
pub const SSL_ERROR_WANT_CONNECT: c_int = 7;

// How a peer is verified.
/// `SSL_VERIFY_NONE`.
pub const SSL_VERIFY_NONE: c_int = 0;
/// `SSL_VERIFY_PEER`.
pub const SSL_VERIFY_PEER: c_int = 1;
/// `SSL_VERIFY_FAIL_IF_NO_PEER_CERT`.
pub const SSL_VERIFY_FAIL_IF_NO_PEER_CERT: c_int = 2;
/// `SSL_VERIFY_POST_HANDSHAKE`.
pub const SSL_VERIFY_POST_HANDSHAKE: c_int = 8;

// Answers of callbacks.
/// `SSL_TLSEXT_ERR_OK`.
pub const SSL_TLSEXT_ERR_OK: c_int = 0;
/// `SSL_TLSEXT_ERR_ALERT_FATAL`.
pub const SSL_TLSEXT_ERR_ALERT_FATAL: c_int = 2;
/// `SSL_TLSEXT_ERR_NOACK`.
pub const SSL_TLSEXT_ERR_NOACK: c_int = 3;
/// `OPENSSL_NPN_NEGOTIATED`.
pub const OPENSSL_NPN_NEGOTIATED: c_int = 1;
/// `SSL_AD_INTERNAL_ERROR`.
pub const SSL_AD_INTERNAL_ERROR: c_int = 80;
/// `SSL_AD_HANDSHAKE_FAILURE`.
pub const SSL_AD_HANDSHAKE_FAILURE: c_int = 40;

// Places, kinds and states.
/// `CRYPTO_EX_INDEX_SSL`.
pub const CRYPTO_EX_INDEX_SSL: c_int = 0;
/// `CRYPTO_EX_INDEX_SSL_CTX`.
pub const CRYPTO_EX_INDEX_SSL_CTX: c_int = 1;
/// `SSL_FILETYPE_PEM`.
pub const SSL_FILETYPE_PEM: c_int = 1;
/// `TLSEXT_NAMETYPE_host_name`.
pub const TLSEXT_NAMETYPE_host_name: c_int = 0;
/// `SSL_SENT_SHUTDOWN`.
pub const SSL_SENT_SHUTDOWN: c_int = 1;
/// `SSL_RECEIVED_SHUTDOWN`.
pub const SSL_RECEIVED_SHUTDOWN: c_int = 2;
/// `X509_LU_X509`.
pub const X509_LU_X509: c_int = 1;
/// `X509_LU_CRL`.
pub const X509_LU_CRL: c_int = 2;
/// `SSL3_RT_CHANGE_CIPHER_SPEC`.
pub const SSL3_RT_CHANGE_CIPHER_SPEC: c_int = 20;
/// `SSL3_RT_ALERT`.
pub const SSL3_RT_ALERT: c_int = 21;
/// `SSL3_RT_HANDSHAKE`.
pub const SSL3_RT_HANDSHAKE: c_int = 22;
/// `SSL3_RT_HEADER`.
pub const SSL3_RT_HEADER: c_int = 256;
/// `SSL3_RT_INNER_CONTENT_TYPE`.
pub const SSL3_RT_INNER_CONTENT_TYPE: c_int = 257;
/// `SSL3_MT_CCS`.
pub const SSL3_MT_CCS: c_int = 257;

// Input and output.
/// `BIO_TYPE_SOURCE_SINK`.
pub const BIO_TYPE_SOURCE_SINK: c_int = 1024;
/// `BIO_CTRL_EOF`.
pub const BIO_CTRL_EOF: c_int = 2;
/// `BIO_CTRL_PENDING`.
pub const BIO_CTRL_PENDING: c_int = 10;
/// `BIO_CTRL_FLUSH`.
pub const BIO_CTRL_FLUSH: c_int = 11;
/// `BIO_CTRL_INFO`.
pub const BIO_CTRL_INFO: c_int = 3;
/// `BIO_CTRL_DUP`.
pub const BIO_CTRL_DUP: c_int = 12;
/// `BIO_CTRL_PUSH`.
pub const BIO_CTRL_PUSH: c_int = 6;
/// `BIO_CTRL_POP`.
pub const BIO_CTRL_POP: c_int = 7;
/// `BIO_FLAGS_READ`.
pub const BIO_FLAGS_READ: c_int = 1;
/// `BIO_FLAGS_WRITE`.
pub const BIO_FLAGS_WRITE: c_int = 2;
/// `BIO_FLAGS_RWS`.
pub const BIO_FLAGS_RWS: c_int = 7;
/// `BIO_FLAGS_SHOULD_RETRY`.
pub const BIO_FLAGS_SHOULD_RETRY: c_int = 8;

// Kinds of general names.
/// `GEN_OTHERNAME`.
pub const GEN_OTHERNAME: c_int = 0;
/// `GEN_EMAIL`.
pub const GEN_EMAIL: c_int = 1;
/// `GEN_DNS`.
pub const GEN_DNS: c_int = 2;
/// `GEN_X400`.
pub const GEN_X400: c_int = 3;
/// `GEN_DIRNAME`.
pub const GEN_DIRNAME: c_int = 4;
/// `GEN_EDIPARTY`.
pub const GEN_EDIPARTY: c_int = 5;
/// `GEN_URI`.
pub const GEN_URI: c_int = 6;
/// `GEN_IPADD`.
pub const GEN_IPADD: c_int = 7;
/// `GEN_RID`.
pub const GEN_RID: c_int = 8;

// Numbers of objects.
/// `NID_undef`.
pub const NID_undef: c_int = 0;
/// `NID_info_access`.
pub const NID_info_access: c_int = 177;
/// `NID_ad_OCSP`.
pub const NID_ad_OCSP: c_int = 178;
/// `NID_ad_ca_issuers`.
pub const NID_ad_ca_issuers: c_int = 179;
/// `NID_crl_distribution_points`.
pub const NID_crl_distribution_points: c_int = 103;
/// `NID_subject_alt_name`.
pub const NID_subject_alt_name: c_int = 85;

// Results of verifications.
/// `X509_V_ERR_HOSTNAME_MISMATCH`.
pub const X509_V_ERR_HOSTNAME_MISMATCH: c_long = 62;
/// `X509_V_ERR_IP_ADDRESS_MISMATCH`.
pub const X509_V_ERR_IP_ADDRESS_MISMATCH: c_long = 64;

// Flags of verifications.
/// `X509_V_FLAG_TRUSTED_FIRST`.
pub const X509_V_FLAG_TRUSTED_FIRST: c_ulong = 32768;

// Flags of host names.
/// `X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS`.
pub const X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS: c_uint = 4;

// Flags of printing names.
/// `XN_FLAG_RFC2253`.
pub const XN_FLAG_RFC2253: c_ulong = 17892119;
/// `ASN1_STRFLGS_ESC_MSB`.
pub const ASN1_STRFLGS_ESC_MSB: c_ulong = 4;

// Versions of the protocol.
/// `TLS1_VERSION`.
pub const TLS1_VERSION: c_int = 769;
/// `TLS1_3_VERSION`.
pub const TLS1_3_VERSION: c_int = 772;

// Libraries, and reasons of their errors.
/// `ERR_LIB_SYS`.
pub const ERR_LIB_SYS: c_int = 2;
/// `ERR_LIB_SSL`.
pub const ERR_LIB_SSL: c_int = 20;
/// `ERR_LIB_PEM`.
pub const ERR_LIB_PEM: c_int = 9;
/// `ERR_LIB_ASN1`.
pub const ERR_LIB_ASN1: c_int = 13;
/// `ERR_LIB_X509`.
pub const ERR_LIB_X509: c_int = 11;
/// `SSL_R_CERTIFICATE_VERIFY_FAILED`.
pub const SSL_R_CERTIFICATE_VERIFY_FAILED: c_int = 134;
/// `SSL_R_RECORD_LAYER_FAILURE`.
pub const SSL_R_RECORD_LAYER_FAILURE: c_int = 313;
/// `SSL_R_UNEXPECTED_EOF_WHILE_READING`.
pub const SSL_R_UNEXPECTED_EOF_WHILE_READING: c_int = 294;
/// `PEM_R_NO_START_LINE`.
pub const PEM_R_NO_START_LINE: c_int = 108;
/// `ASN1_R_HEADER_TOO_LONG`.
pub const ASN1_R_HEADER_TOO_LONG: c_int = 123;
/// `X509_R_CERT_ALREADY_IN_HASH_TABLE`.
pub const X509_R_CERT_ALREADY_IN_HASH_TABLE: c_int = 101;
