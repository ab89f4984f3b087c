//! OpenSSL's assembler for x86-64.
//!
//! It is the output of perl scripts that need nothing but perl itself, which every Debian has (`perl-base`). Where perl
//! is missing, or for another processor, OpenSSL is built from C alone: the same library, with AES many times slower.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Scripts, and the names of what they write: `sha512-x86_64.pl` writes SHA-256 or SHA-512, as its output's name says.
const SCRIPTS: &[(&str, &[&str])] = &[
    ("crypto/x86_64cpuid.pl", &["x86_64cpuid"]),
    ("crypto/aes/asm/aes-x86_64.pl", &["aes-x86_64"]),
    ("crypto/aes/asm/vpaes-x86_64.pl", &["vpaes-x86_64"]),
    ("crypto/aes/asm/bsaes-x86_64.pl", &["bsaes-x86_64"]),
    ("crypto/aes/asm/aesni-x86_64.pl", &["aesni-x86_64"]),
    ("crypto/aes/asm/aesni-sha1-x86_64.pl", &["aesni-sha1-x86_64"]),
    ("crypto/aes/asm/aesni-sha256-x86_64.pl", &["aesni-sha256-x86_64"]),
    ("crypto/aes/asm/aesni-mb-x86_64.pl", &["aesni-mb-x86_64"]),
    ("crypto/aes/asm/aesni-xts-avx512.pl", &["aesni-xts-avx512"]),
    ("crypto/bn/asm/x86_64-mont.pl", &["x86_64-mont"]),
    ("crypto/bn/asm/x86_64-mont5.pl", &["x86_64-mont5"]),
    ("crypto/bn/asm/rsaz-x86_64.pl", &["rsaz-x86_64"]),
    ("crypto/bn/asm/rsaz-avx2.pl", &["rsaz-avx2"]),
    ("crypto/bn/asm/rsaz-2k-avx512.pl", &["rsaz-2k-avx512"]),
    ("crypto/bn/asm/rsaz-3k-avx512.pl", &["rsaz-3k-avx512"]),
    ("crypto/bn/asm/rsaz-4k-avx512.pl", &["rsaz-4k-avx512"]),
    ("crypto/bn/asm/rsaz-2k-avxifma.pl", &["rsaz-2k-avxifma"]),
    ("crypto/bn/asm/rsaz-3k-avxifma.pl", &["rsaz-3k-avxifma"]),
    ("crypto/bn/asm/rsaz-4k-avxifma.pl", &["rsaz-4k-avxifma"]),
    ("crypto/chacha/asm/chacha-x86_64.pl", &["chacha-x86_64"]),
    ("crypto/ec/asm/ecp_nistz256-x86_64.pl", &["ecp_nistz256-x86_64"]),
    ("crypto/ec/asm/x25519-x86_64.pl", &["x25519-x86_64"]),
    ("crypto/md5/asm/md5-x86_64.pl", &["md5-x86_64"]),
    ("crypto/modes/asm/ghash-x86_64.pl", &["ghash-x86_64"]),
    ("crypto/modes/asm/aesni-gcm-x86_64.pl", &["aesni-gcm-x86_64"]),
    ("crypto/modes/asm/aes-gcm-avx512.pl", &["aes-gcm-avx512"]),
    ("crypto/poly1305/asm/poly1305-x86_64.pl", &["poly1305-x86_64"]),
    ("crypto/sha/asm/sha1-x86_64.pl", &["sha1-x86_64"]),
    ("crypto/sha/asm/sha1-mb-x86_64.pl", &["sha1-mb-x86_64"]),
    ("crypto/sha/asm/sha512-x86_64.pl", &["sha256-x86_64", "sha512-x86_64"]),
    ("crypto/sha/asm/sha256-mb-x86_64.pl", &["sha256-mb-x86_64"]),
    ("crypto/sha/asm/keccak1600-x86_64.pl", &["keccak1600-x86_64"]),
];

/// Files in C, as in `sources.txt`, whose functions are all in assembler.
pub const REPLACED: &[&str] = &[
    "crypto/mem_clr",
    "crypto/aes/aes_core",
    "crypto/aes/aes_cbc",
    "crypto/chacha/chacha_enc",
    "crypto/sha/keccak1600",
];

/// Files in C that only the assembler's callers need.
pub const ADDED: &[&str] = &["crypto/bn/rsaz_exp", "crypto/bn/rsaz_exp_x2", "crypto/ec/ecp_nistz256"];

/// Macros that tell OpenSSL's files in C which functions are in assembler.
pub const MACROS: &[&str] = &[
    "AES_ASM",
    "BSAES_ASM",
    "ECP_NISTZ256_ASM",
    "GHASH_ASM",
    "KECCAK1600_ASM",
    "MD5_ASM",
    "OPENSSL_BN_ASM_MONT",
    "OPENSSL_BN_ASM_MONT5",
    "OPENSSL_CPUID_OBJ",
    "OPENSSL_IA32_SSE2",
    "POLY1305_ASM",
    "SHA1_ASM",
    "SHA256_ASM",
    "SHA512_ASM",
    "VPAES_ASM",
    "X25519_ASM",
];

/// Whether there is a perl, and the target is one that [`write`] has assembler for.
pub fn usable() -> bool {
    let target = std::env::var("TARGET").unwrap_or_default();
    let run =
        || Command::new("perl").args(["-Mstrict", "-e", "1"]).stdout(Stdio::null()).stderr(Stdio::null()).status();
    target.starts_with("x86_64-") && target.contains("-linux-") && run().is_ok_and(|status| status.success())
}

/// Writes the assembler files into a folder and returns their names. The scripts ask `compiler` what its assembler knows.
pub fn write(source: &Path, folder: &Path, compiler: &Path) -> crate::Result<Vec<PathBuf>> {
    std::fs::create_dir_all(folder)?;
    let mut written = Vec::new();
    for (script, names) in SCRIPTS {
        for name in *names {
            let path = folder.join(format!("{name}.s"));
            let status =
                Command::new("perl").arg(source.join(script)).arg("elf").arg(&path).env("CC", compiler).status()?;
            if !status.success() {
                return Err(format!("perl {script}: {status}").into());
            }
            if *name == "x86_64cpuid" {
                without_constructor(&path)?;
            }
            written.push(path);
        }
    }
    Ok(written)
}

/// Takes the call of `OPENSSL_cpuid_setup` at the start of the process away: `OPENSSL_init_crypto` makes that call too,
/// and a program that uses no TLS need not pay for it.
fn without_constructor(path: &Path) -> crate::Result<()> {
    const CONSTRUCTOR: &str = ".section\t.init\n\tcall\tOPENSSL_cpuid_setup\n";
    let text = std::fs::read_to_string(path)?;
    let (before, after) = text.split_once(CONSTRUCTOR).ok_or_else(|| format!("{}: no constructor", path.display()))?;
    Ok(std::fs::write(path, [before, after].concat())?)
}
