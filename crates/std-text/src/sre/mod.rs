//! `_sre`: compiled patterns, matches, scanners and replacement templates over the engine of `taipan_text::sre`.

mod matching;
mod pattern;
mod scanner;
mod subject;
mod template;

pub use matching::Match;
pub use pattern::Pattern;
pub use scanner::Scanner;
pub use template::Template;

use taipan_object::native_module;
use taipan_object::{Object, Owned, PyDict, PyInt, PyList, PyResult, PyStr, PyTuple, Thread, err};

#[native_module(name = "_sre")]
pub mod sre {
    use super::*;

    #[function(
        sig = "(pattern, flags, code, groups, groupindex, indexgroup)",
        text = "($module, /, pattern, flags, code, groups, groupindex,\n        indexgroup)"
    )]
    fn compile(
        t: &Thread,
        pattern: &Object,
        flags: i32,
        code: &PyList,
        groups: isize,
        groupindex: &PyDict,
        indexgroup: &PyTuple,
    ) -> PyResult<Owned<Pattern>> {
        let mut words = Vec::with_capacity(code.len());
        for item in code.to_vec() {
            let Some(word) = item.downcast::<PyInt>() else {
                return Err(err!(t, TypeError, "an integer is required"));
            };
            if word.is_negative() {
                return Err(err!(t, OverflowError, "can't convert negative value to unsigned int"));
            }
            match word.to_u64().and_then(|w| u32::try_from(w).ok()) {
                Some(w) => words.push(w),
                None if word.to_u64().is_none() => {
                    return Err(err!(t, OverflowError, "Python int too large to convert to C unsigned long"));
                }
                None => return Err(err!(t, OverflowError, "regular expression code size limit exceeded")),
            }
        }
        Pattern::create(t, pattern, flags, words, groups, groupindex, indexgroup)
    }

    ///
    ///
    ///   template
    ///     A list containing interleaved literal strings (str or bytes) and group
    ///     indices (int), as returned by re._parser.parse_template():
    ///         [literal1, group1, ..., literalN, groupN]
    #[function(sig = "(pattern, template, /)")]
    fn template(t: &Thread, pattern: &Object, template: &PyList) -> PyResult<Owned<Template>> {
        let _ = pattern;
        Template::create(t, template)
    }

    #[function]
    fn getcodesize(_t: &Thread) -> i32 {
        taipan_text::sre::CODESIZE as i32
    }

    #[function(sig = "(character, /)")]
    fn ascii_iscased(_t: &Thread, character: i32) -> bool {
        taipan_text::sre::ascii_iscased(character as u32)
    }

    #[function(sig = "(character, /)")]
    fn unicode_iscased(_t: &Thread, character: i32) -> bool {
        taipan_text::sre::unicode_iscased(character as u32)
    }

    #[function(sig = "(character, /)")]
    fn ascii_tolower(_t: &Thread, character: i32) -> i32 {
        taipan_text::sre::ascii_tolower(character as u32) as i32
    }

    #[function(sig = "(character, /)")]
    fn unicode_tolower(_t: &Thread, character: i32) -> i32 {
        taipan_text::sre::unicode_tolower(character as u32) as i32
    }

    #[exec]
    fn exec(module: &taipan_object::PyModule, t: &Thread) -> PyResult<()> {
        use taipan_object::typeobject::add_static;
        add_static::<Pattern>(t)?;
        add_static::<Match>(t)?;
        add_static::<Scanner>(t)?;
        add_static::<Template>(t)?;
        module.set_value(t, "MAGIC", taipan_text::sre::MAGIC)?;
        module.set_value(t, "CODESIZE", taipan_text::sre::CODESIZE)?;
        module.set_value(t, "MAXREPEAT", taipan_text::sre::MAXREPEAT)?;
        module.set_value(t, "MAXGROUPS", taipan_text::sre::MAXGROUPS)?;
        module.set(t, "copyright", &*PyStr::from_str(t, " SRE 2.2.2 Copyright (c) 1997-2002 by Secret Labs AB ")?)
    }
}
