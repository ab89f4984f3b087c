//! Every digest behind one type, and HMAC over it.

use crate::blake2_core::{Blake2b, Blake2s, Parameters};
use digest::{Digest, ExtendableOutput, Update, XofReader};

/// Declares the fixed-size digests.
macro_rules! digests {
    ($($variant:ident($ty:ty), $name:literal, $size:literal, $block:literal;)*) => {
        /// A running digest.
        #[derive(Clone)]
        pub enum Hasher {
            $($variant(Box<$ty>),)*
            Shake128(Box<sha3::Shake128>),
            Shake256(Box<sha3::Shake256>),
            Blake2b(Box<Blake2b>),
            Blake2s(Box<Blake2s>),
            Md5Sha1(Box<(md5::Md5, sha1::Sha1)>),
        }

        impl Hasher {
            /// A fresh digest by its canonical name.
            pub fn new(name: &str) -> Option<Self> {
                Some(match name {
                    $($name => Self::$variant(Box::new(<$ty>::new())),)*
                    "shake_128" => Self::Shake128(Box::default()),
                    "shake_256" => Self::Shake256(Box::default()),
                    "blake2b" => {
                        Self::Blake2b(Box::new(Blake2b::new(&Parameters { digest_size: 64, ..Parameters::default() })))
                    }
                    "blake2s" => {
                        Self::Blake2s(Box::new(Blake2s::new(&Parameters { digest_size: 32, ..Parameters::default() })))
                    }
                    "md5-sha1" => Self::Md5Sha1(Box::default()),
                    _ => return None,
                })
            }

            /// The canonical name.
            pub const fn name(&self) -> &'static str {
                match self {
                    $(Self::$variant(_) => $name,)*
                    Self::Shake128(_) => "shake_128",
                    Self::Shake256(_) => "shake_256",
                    Self::Blake2b(_) => "blake2b",
                    Self::Blake2s(_) => "blake2s",
                    Self::Md5Sha1(_) => "md5-sha1",
                }
            }

            /// Bytes of the digest; zero when the caller says how many.
            pub fn digest_size(&self) -> usize {
                match self {
                    $(Self::$variant(_) => $size,)*
                    Self::Shake128(_) | Self::Shake256(_) => 0,
                    Self::Blake2b(h) => h.digest_size,
                    Self::Blake2s(h) => h.digest_size,
                    Self::Md5Sha1(_) => 36,
                }
            }

            /// Bytes of a block.
            pub const fn block_size(&self) -> usize {
                match self {
                    $(Self::$variant(_) => $block,)*
                    Self::Shake128(_) => 168,
                    Self::Shake256(_) => 136,
                    Self::Blake2b(_) => 128,
                    Self::Blake2s(_) | Self::Md5Sha1(_) => 64,
                }
            }

            /// Adds data.
            pub fn update(&mut self, data: &[u8]) {
                match self {
                    $(Self::$variant(h) => Update::update(&mut **h, data),)*
                    Self::Shake128(h) => h.update(data),
                    Self::Shake256(h) => h.update(data),
                    Self::Blake2b(h) => h.update(data),
                    Self::Blake2s(h) => h.update(data),
                    Self::Md5Sha1(h) => {
                        Update::update(&mut h.0, data);
                        Update::update(&mut h.1, data);
                    }
                }
            }

            /// The digest so far.
            pub fn digest(&self) -> Vec<u8> {
                match self {
                    $(Self::$variant(h) => (**h).clone().finalize().to_vec(),)*
                    Self::Shake128(_) | Self::Shake256(_) => Vec::new(),
                    Self::Blake2b(h) => h.digest(),
                    Self::Blake2s(h) => h.digest(),
                    Self::Md5Sha1(h) => {
                        let mut out = h.0.clone().finalize().to_vec();
                        out.extend_from_slice(&h.1.clone().finalize());
                        out
                    }
                }
            }
        }
    };
}

digests! {
    Md5(md5::Md5), "md5", 16, 64;
    Sha1(sha1::Sha1), "sha1", 20, 64;
    Sha224(sha2::Sha224), "sha224", 28, 64;
    Sha256(sha2::Sha256), "sha256", 32, 64;
    Sha384(sha2::Sha384), "sha384", 48, 128;
    Sha512(sha2::Sha512), "sha512", 64, 128;
    Sha512_224(sha2::Sha512_224), "sha512_224", 28, 128;
    Sha512_256(sha2::Sha512_256), "sha512_256", 32, 128;
    Sha3_224(sha3::Sha3_224), "sha3_224", 28, 144;
    Sha3_256(sha3::Sha3_256), "sha3_256", 32, 136;
    Sha3_384(sha3::Sha3_384), "sha3_384", 48, 104;
    Sha3_512(sha3::Sha3_512), "sha3_512", 64, 72;
    Ripemd160(ripemd::Ripemd160), "ripemd160", 20, 64;
    Sm3(sm3::Sm3), "sm3", 32, 64;
}

impl Hasher {
    /// Whether the caller says how long the digest is.
    pub const fn is_xof(&self) -> bool {
        matches!(self, Self::Shake128(_) | Self::Shake256(_))
    }

    /// Fills a digest of any length.
    pub fn read(&self, out: &mut [u8]) {
        match self {
            Self::Shake128(h) => (**h).clone().finalize_xof().read(out),
            Self::Shake256(h) => (**h).clone().finalize_xof().read(out),
            other => {
                for (to, from) in out.iter_mut().zip(other.digest()) {
                    *to = from;
                }
            }
        }
    }
}

/// A keyed digest (RFC 2104).
#[derive(Clone)]
pub struct Hmac {
    inner: Hasher,
    outer: Hasher,
}

impl Hmac {
    /// Starts with a key over a fresh digest.
    pub fn new(hasher: &Hasher, key: &[u8]) -> Self {
        let size = hasher.block_size();
        let mut block = if key.len() > size {
            let mut short = hasher.clone();
            short.update(key);
            short.digest()
        } else {
            key.to_vec()
        };
        block.resize(size, 0);
        let keyed = |pad: u8| {
            let mut h = hasher.clone();
            let padded: Vec<u8> = block.iter().map(|b| b ^ pad).collect();
            h.update(&padded);
            h
        };
        Self { inner: keyed(0x36), outer: keyed(0x5c) }
    }

    /// The digest under the key.
    pub const fn hasher(&self) -> &Hasher {
        &self.inner
    }

    /// Adds data.
    pub fn update(&mut self, data: &[u8]) {
        self.inner.update(data);
    }

    /// The authentication code so far.
    pub fn digest(&self) -> Vec<u8> {
        let mut outer = self.outer.clone();
        outer.update(&self.inner.digest());
        outer.digest()
    }
}
