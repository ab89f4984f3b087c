//! What OpenSSL is built with: the parts of it that TLS, as Python's `ssl` offers it, needs.

/// Features that are left out.
pub const LEFT_OUT: &[&str] = &[
    "ACVP_TESTS",
    "AFALGENG",
    "APPS",
    "ARGON2",
    "ARIA",
    "ASAN",
    "ASYNC",
    "BF",
    "BROTLI",
    "BROTLI_DYNAMIC",
    "CACHED_FETCH",
    "CAMELLIA",
    "CAPIENG",
    "CAST",
    "CMP",
    "CMS",
    "COMP",
    "CRMF",
    "CRYPTO_MDEBUG",
    "CRYPTO_MDEBUG_BACKTRACE",
    "CT",
    "DEMOS",
    "DEVCRYPTOENG",
    "DOCS",
    "DSO",
    "DTLS",
    "DTLS1",
    "DTLS1_2",
    "EC2M",
    "EGD",
    "ENGINE",
    "EXTERNAL_TESTS",
    "FIPS_JITTER",
    "FIPS_POST",
    "FIPS_SECURITYCHECKS",
    "FUZZ_AFL",
    "FUZZ_LIBFUZZER",
    "GOST",
    "H3DEMO",
    "HQINTEROP",
    "HTTP",
    "IDEA",
    "JITTER",
    "KTLS",
    "LOADERENG",
    "MD2",
    "MD4",
    "MDC2",
    "MSAN",
    "NEXTPROTONEG",
    "OCSP",
    "PADLOCKENG",
    "PIE",
    "QLOG",
    "QUIC",
    "RC2",
    "RC4",
    "RC5",
    "RFC3779",
    "RMD160",
    "SCRYPT",
    "SCTP",
    "SEED",
    "SIPHASH",
    "SIV",
    "SLH_DSA",
    "SM2",
    "SM3",
    "SM4",
    "SRP",
    "SRTP",
    "SSL3",
    "SSL3_METHOD",
    "SSLKEYLOG",
    "TESTS",
    "TFO",
    "TRACE",
    "TS",
    "UBSAN",
    "UNIT_TEST",
    "UNSTABLE_QLOG",
    "UPLINK",
    "WEAK_SSL_CIPHERS",
    "WHIRLPOOL",
    "WINSTORE",
    "ZLIB",
    "ZLIB_DYNAMIC",
    "ZSTD",
    "ZSTD_DYNAMIC",
    "DYNAMIC_ENGINE",
];

/// The text of `openssl/configuration.h`.
pub fn configuration(api: u32) -> String {
    let mut out = String::from("#ifndef OPENSSL_CONFIGURATION_H\n#define OPENSSL_CONFIGURATION_H\n");
    out += &format!("#define OPENSSL_CONFIGURED_API {api}\n#define OPENSSL_RAND_SEED_OS\n#define OPENSSL_THREADS\n");
    for feature in LEFT_OUT {
        out += &format!("#ifndef OPENSSL_NO_{feature}\n#define OPENSSL_NO_{feature}\n#endif\n");
    }
    out + "#define OPENSSL_NO_COMP_ALG\n#define SIXTY_FOUR_BIT_LONG\n#define RC4_INT unsigned int\n#endif\n"
}

/// The text of `crypto/bn_conf.h`: a word of big numbers is a `long`.
pub const BN_CONF: &str =
    "#ifndef OSSL_CRYPTO_BN_CONF_H\n#define OSSL_CRYPTO_BN_CONF_H\n#define SIXTY_FOUR_BIT_LONG\n#endif\n";

/// The text of `crypto/dso_conf.h`: nothing is loaded at run time.
pub const DSO_CONF: &str = "#ifndef OSSL_CRYPTO_DSO_CONF_H\n#define OSSL_CRYPTO_DSO_CONF_H\n#define DSO_NONE\n#define DSO_EXTENSION \".so\"\n#endif\n";

/// The text of `buildinf.h`, without anything that would differ from build to build.
pub const BUILDINF: &str = "#define PLATFORM \"platform: linux-x86_64\"\n#define DATE \"built on: reproducible build\"\nstatic const char compiler_flags[] = \"compiler: gcc\";\n";
