//! The numbers of the module.

macro_rules! numbers {
    ($(#[$meta:meta])* $table:ident: $($name:literal = $value:expr,)*) => {
        $(#[$meta])*
        pub const $table: &[(&str, i64)] = &[$(($name, $value)),*];
    };
}

/// Any version, deprecated.
pub const PROTOCOL_TLS: i32 = 2;
/// TLS 1.0 alone.
pub const PROTOCOL_TLSV1: i32 = 3;
/// TLS 1.1 alone.
pub const PROTOCOL_TLSV1_1: i32 = 4;
/// TLS 1.2 alone.
pub const PROTOCOL_TLSV1_2: i32 = 5;
/// Clients.
pub const PROTOCOL_TLS_CLIENT: i32 = 16;
/// Servers.
pub const PROTOCOL_TLS_SERVER: i32 = 17;

/// No certificate is asked for.
pub const CERT_NONE: i32 = 0;
/// A certificate is verified if there is one.
pub const CERT_OPTIONAL: i32 = 1;
/// There must be a certificate.
pub const CERT_REQUIRED: i32 = 2;

/// The lowest version that there is.
pub const PROTO_MINIMUM_SUPPORTED: i32 = -2;
/// The highest version that there is.
pub const PROTO_MAXIMUM_SUPPORTED: i32 = -1;

/// Certificates as text.
pub const ENCODING_PEM: i32 = 1;
/// Certificates as bytes.
pub const ENCODING_DER: i32 = 2;

/// Versions that may be a context's lowest or highest; and whether that is deprecated.
pub const PROTO_NAMES: [(&str, i32, bool); 7] = [
    ("MINIMUM_SUPPORTED", PROTO_MINIMUM_SUPPORTED, false),
    ("MAXIMUM_SUPPORTED", PROTO_MAXIMUM_SUPPORTED, false),
    ("SSLv3", 0x300, true),
    ("TLSv1", 0x301, true),
    ("TLSv1_1", 0x302, true),
    ("TLSv1_2", 0x303, false),
    ("TLSv1_3", 0x304, false),
];

numbers! {
    /// All of them.
    NUMBERS:
    "SSL_ERROR_ZERO_RETURN" = 6,
    "SSL_ERROR_WANT_READ" = 2,
    "SSL_ERROR_WANT_WRITE" = 3,
    "SSL_ERROR_WANT_X509_LOOKUP" = 4,
    "SSL_ERROR_SYSCALL" = 5,
    "SSL_ERROR_SSL" = 1,
    "SSL_ERROR_WANT_CONNECT" = 7,
    "SSL_ERROR_EOF" = crate::errors::EOF,
    "SSL_ERROR_INVALID_ERROR_CODE" = 10,
    "CERT_NONE" = CERT_NONE as i64,
    "CERT_OPTIONAL" = CERT_OPTIONAL as i64,
    "CERT_REQUIRED" = CERT_REQUIRED as i64,
    "VERIFY_DEFAULT" = 0,
    "VERIFY_CRL_CHECK_LEAF" = 0x4,
    "VERIFY_CRL_CHECK_CHAIN" = 0xc,
    "VERIFY_X509_STRICT" = 0x20,
    "VERIFY_ALLOW_PROXY_CERTS" = 0x40,
    "VERIFY_X509_TRUSTED_FIRST" = 0x8000,
    "VERIFY_X509_PARTIAL_CHAIN" = 0x8_0000,
    "ALERT_DESCRIPTION_CLOSE_NOTIFY" = 0,
    "ALERT_DESCRIPTION_UNEXPECTED_MESSAGE" = 10,
    "ALERT_DESCRIPTION_BAD_RECORD_MAC" = 20,
    "ALERT_DESCRIPTION_RECORD_OVERFLOW" = 22,
    "ALERT_DESCRIPTION_DECOMPRESSION_FAILURE" = 30,
    "ALERT_DESCRIPTION_HANDSHAKE_FAILURE" = 40,
    "ALERT_DESCRIPTION_BAD_CERTIFICATE" = 42,
    "ALERT_DESCRIPTION_UNSUPPORTED_CERTIFICATE" = 43,
    "ALERT_DESCRIPTION_CERTIFICATE_REVOKED" = 44,
    "ALERT_DESCRIPTION_CERTIFICATE_EXPIRED" = 45,
    "ALERT_DESCRIPTION_CERTIFICATE_UNKNOWN" = 46,
    "ALERT_DESCRIPTION_ILLEGAL_PARAMETER" = 47,
    "ALERT_DESCRIPTION_UNKNOWN_CA" = 48,
    "ALERT_DESCRIPTION_ACCESS_DENIED" = 49,
    "ALERT_DESCRIPTION_DECODE_ERROR" = 50,
    "ALERT_DESCRIPTION_DECRYPT_ERROR" = 51,
    "ALERT_DESCRIPTION_PROTOCOL_VERSION" = 70,
    "ALERT_DESCRIPTION_INSUFFICIENT_SECURITY" = 71,
    "ALERT_DESCRIPTION_INTERNAL_ERROR" = 80,
    "ALERT_DESCRIPTION_USER_CANCELLED" = 90,
    "ALERT_DESCRIPTION_NO_RENEGOTIATION" = 100,
    "ALERT_DESCRIPTION_UNSUPPORTED_EXTENSION" = 110,
    "ALERT_DESCRIPTION_CERTIFICATE_UNOBTAINABLE" = 111,
    "ALERT_DESCRIPTION_UNRECOGNIZED_NAME" = 112,
    "ALERT_DESCRIPTION_BAD_CERTIFICATE_STATUS_RESPONSE" = 113,
    "ALERT_DESCRIPTION_BAD_CERTIFICATE_HASH_VALUE" = 114,
    "ALERT_DESCRIPTION_UNKNOWN_PSK_IDENTITY" = 115,
    "PROTOCOL_SSLv23" = PROTOCOL_TLS as i64,
    "PROTOCOL_TLS" = PROTOCOL_TLS as i64,
    "PROTOCOL_TLS_CLIENT" = PROTOCOL_TLS_CLIENT as i64,
    "PROTOCOL_TLS_SERVER" = PROTOCOL_TLS_SERVER as i64,
    "PROTOCOL_TLSv1" = PROTOCOL_TLSV1 as i64,
    "PROTOCOL_TLSv1_1" = PROTOCOL_TLSV1_1 as i64,
    "PROTOCOL_TLSv1_2" = PROTOCOL_TLSV1_2 as i64,
    "OP_ALL" = 0x8000_0050,
    "OP_NO_SSLv2" = 0,
    "OP_NO_SSLv3" = 0x200_0000,
    "OP_NO_TLSv1" = 0x400_0000,
    "OP_NO_TLSv1_1" = 0x1000_0000,
    "OP_NO_TLSv1_2" = 0x800_0000,
    "OP_NO_TLSv1_3" = 0x2000_0000,
    "OP_CIPHER_SERVER_PREFERENCE" = 0x40_0000,
    "OP_SINGLE_DH_USE" = 0,
    "OP_NO_TICKET" = 0x4000,
    "OP_LEGACY_SERVER_CONNECT" = 0x4,
    "OP_SINGLE_ECDH_USE" = 0,
    "OP_NO_COMPRESSION" = 0x2_0000,
    "OP_ENABLE_MIDDLEBOX_COMPAT" = 0x10_0000,
    "OP_NO_RENEGOTIATION" = 0x4000_0000,
    "OP_IGNORE_UNEXPECTED_EOF" = 0x80,
    "OP_ENABLE_KTLS" = 0x8,
    "HOSTFLAG_ALWAYS_CHECK_SUBJECT" = 0x1,
    "HOSTFLAG_NEVER_CHECK_SUBJECT" = 0x20,
    "HOSTFLAG_NO_WILDCARDS" = 0x2,
    "HOSTFLAG_NO_PARTIAL_WILDCARDS" = 0x4,
    "HOSTFLAG_MULTI_LABEL_WILDCARDS" = 0x8,
    "HOSTFLAG_SINGLE_LABEL_SUBDOMAINS" = 0x10,
    "ENCODING_PEM" = ENCODING_PEM as i64,
    "ENCODING_DER" = ENCODING_DER as i64,
    "PROTO_MINIMUM_SUPPORTED" = PROTO_MINIMUM_SUPPORTED as i64,
    "PROTO_MAXIMUM_SUPPORTED" = PROTO_MAXIMUM_SUPPORTED as i64,
    "PROTO_SSLv3" = 0x300,
    "PROTO_TLSv1" = 0x301,
    "PROTO_TLSv1_1" = 0x302,
    "PROTO_TLSv1_2" = 0x303,
    "PROTO_TLSv1_3" = 0x304,
}

/// What the library can do.
pub const FEATURES: &[(&str, bool)] = &[
    ("HAS_SNI", true),
    ("HAS_TLS_UNIQUE", true),
    ("HAS_ECDH", true),
    ("HAS_NPN", false),
    ("HAS_ALPN", true),
    ("HAS_SSLv2", false),
    ("HAS_SSLv3", false),
    ("HAS_TLSv1", true),
    ("HAS_TLSv1_1", true),
    ("HAS_TLSv1_2", true),
    ("HAS_TLSv1_3", true),
    ("HAS_PSK", true),
    ("HAS_PHA", true),
];

/// The ciphers that contexts have at first, as OpenSSL's own default says.
pub const DEFAULT_CIPHERS: &str = "ALL:!COMPLEMENTOFDEFAULT:!eNULL";
