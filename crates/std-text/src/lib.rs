//! Native library modules about text: `_codecs`, `_multibytecodec` and its codecs, `_sre`, `_string`,
//! `unicodedata`.
#![forbid(unsafe_code)]

pub mod codecs;
pub mod multibyte;
pub mod sre;
pub mod string;
pub mod unicodedata;

use taipan_object::module::Builtin;

/// The modules of this crate.
pub fn modules() -> Vec<&'static Builtin> {
    let mut all =
        vec![&sre::sre::MODULE, &codecs::codecs::MODULE, &string::string::MODULE, &unicodedata::unicodedata::MODULE];
    all.extend(multibyte::MODULES);
    all
}
