//! `pyexpat`: the parser as Python's `xml.parsers.expat` knows it.
//!
//! Its capsule for C code, `expat_CAPI`, is made where C code is known, by the crate of the C API.

mod convert;
mod deliver;
mod xmlparser;

use crate::xml::Code;
use crate::xml::limits::{EXPANSION_THRESHOLD, MAX_AMPLIFICATION, MEMORY_THRESHOLD};
pub use deliver::{call_with, encoding_map};
use taipan_object::clinic::CStrOrNone;
use taipan_object::{
    Class, Object, Own, Owned, PyDict, PyInt, PyList, PyModule, PyResult, PyStr, PyTuple, Raised, Thread, err, errors,
    exceptions, native_module, singletons, state, upcast,
};
pub use xmlparser::XmlParser;

/// The version whose behaviour this is.
const VERSION: (i64, i64, i64) = (2, 9, 0);

/// The version after a prefix.
pub fn version(prefix: &str) -> String {
    let (major, minor, micro) = VERSION;
    format!("{prefix}{major}.{minor}.{micro}")
}

/// What the module keeps for the interpreter.
struct State {
    error: Owned,
}

fn state_of(t: &Thread) -> PyResult<&'static State> {
    state::extension(t, |t| {
        let class = exceptions::Exception::class();
        Ok(State { error: errors::new_exception(t, "xml.parsers.expat", "ExpatError", class, None)? })
    })
}

/// Raises `ExpatError` with a message and a place.
#[cold]
pub fn raise(t: &Thread, message: &str, code: i32, line: u64, column: u64) -> Raised {
    let raise = || -> PyResult<Raised> {
        let error = state_of(t)?.error.call(t, &[&*PyStr::from_str(t, message)?])?;
        for (name, value) in [("code", i64::from(code)), ("lineno", line as i64), ("offset", column as i64)] {
            error.setattr(t, &*PyStr::from_str(t, name)?, &*PyInt::from_i64(t, value)?)?;
        }
        Ok(errors::raise(t, error))
    };
    raise().unwrap_or_else(|raised| raised)
}

/// Makes `pyexpat.NAME`, as a module of its own too.
fn submodule(t: &Thread, module: &PyModule, name: &str, doc: &str) -> PyResult<Owned<PyModule>> {
    let full_name = PyStr::from_str(t, &format!("pyexpat.{name}"))?;
    let made = PyModule::new(t, &full_name)?;
    made.set(t, "__doc__", &*PyStr::from_str(t, doc)?)?;
    if let Some(modules) = state::modules(t) {
        modules.set_str(t, &full_name, upcast(&*made))?;
    }
    module.set(t, name, upcast(&*made))?;
    Ok(made)
}

/// Python wrapper for Expat parser.
#[native_module(name = "pyexpat")]
pub mod pyexpat {
    use super::*;

    /// Return a new XML parser object.
    #[function(
        sig = "(encoding=None, namespace_separator=None, intern=<unrepresentable>)",
        text = "($module, /, encoding=None, namespace_separator=None,\n             intern=<unrepresentable>)"
    )]
    fn ParserCreate(
        t: &Thread,
        encoding: CStrOrNone<'_>,
        namespace_separator: CStrOrNone<'_>,
        intern: Option<&Object>,
    ) -> PyResult<Owned<XmlParser>> {
        let separator = match namespace_separator.0 {
            Some(text) if text.len() > 1 => {
                return Err(err!(t, ValueError, "namespace_separator must be at most one character, omitted, or None"));
            }
            Some(text) => Some(text.chars().next()),
            None => None,
        };
        let intern = match intern {
            None => Some(PyDict::new(t)?),
            Some(intern) if intern.is(singletons::none()) => None,
            Some(intern) => match intern.downcast::<PyDict>() {
                Some(dict) => Some(dict.own()),
                None => return Err(err!(t, TypeError, "intern must be a dictionary")),
            },
        };
        XmlParser::create(t, encoding.0, separator, intern)
    }

    /// Returns string error for given number.
    #[function(sig = "(code, /)")]
    fn ErrorString(t: &Thread, code: i64) -> Option<&'static str> {
        let _ = t;
        Code::of(code).map(Code::message)
    }

    #[exec]
    fn exec(module: &PyModule, t: &Thread) -> PyResult<()> {
        let error = &state_of(t)?.error;
        module.set(t, "error", error)?;
        module.set(t, "ExpatError", error)?;
        taipan_object::typeobject::add_static::<XmlParser>(t)?;
        module.set(t, "XMLParserType", XmlParser::class().as_object())?;
        let (major, minor, micro) = VERSION;
        module.set_value(t, "EXPAT_VERSION", version("expat_"))?;
        let numbers = [major, minor, micro].into_iter().map(|n| PyInt::from_i64(t, n).map(Owned::into_object));
        module.set(t, "version_info", &*PyTuple::from_vec(t, numbers.collect::<PyResult<_>>()?)?)?;
        module.set_value(t, "native_encoding", "UTF-8")?;
        let errors = submodule(t, module, "errors", "Constants used to describe error conditions.")?;
        let (codes, messages) = (PyDict::new(t)?, PyDict::new(t)?);
        for &(code, name) in Code::ALL {
            let (number, message) = (PyInt::from_i64(t, code as i64)?, PyStr::from_str(t, code.message())?);
            errors.set(t, name, &message)?;
            codes.set_item(t, &message, &number)?;
            messages.set_item(t, &number, &message)?;
        }
        errors.set(t, "codes", &codes)?;
        errors.set(t, "messages", &messages)?;
        let model = submodule(t, module, "model", "Constants used to interpret content model information.")?;
        for (i, name) in (1..).zip(["EMPTY", "ANY", "MIXED", "NAME", "CHOICE", "SEQ"]) {
            model.set_value(t, &format!("XML_CTYPE_{name}"), i as usize)?;
        }
        for (i, name) in ["NONE", "OPT", "REP", "PLUS"].into_iter().enumerate() {
            model.set_value(t, &format!("XML_CQUANT_{name}"), i)?;
        }
        let features = PyList::new(t)?;
        for (name, value) in [
            ("sizeof(XML_Char)", 1),
            ("sizeof(XML_LChar)", 1),
            ("XML_DTD", 0),
            ("XML_CONTEXT_BYTES", 1024),
            ("XML_NS", 0),
            ("XML_BLAP_MAX_AMP", MAX_AMPLIFICATION as i64),
            ("XML_BLAP_ACT_THRES", EXPANSION_THRESHOLD as i64),
            ("XML_GE", 0),
            ("XML_AT_MAX_AMP", MAX_AMPLIFICATION as i64),
            ("XML_AT_ACT_THRES", MEMORY_THRESHOLD as i64),
        ] {
            let pair = PyTuple::from_slice(t, &[&*PyStr::from_str(t, name)?, &*PyInt::from_i64(t, value)?])?;
            features.append(t, pair.into_object())?;
        }
        module.set(t, "features", &features)?;
        for (i, name) in ["NEVER", "UNLESS_STANDALONE", "ALWAYS"].into_iter().enumerate() {
            module.set_value(t, &format!("XML_PARAM_ENTITY_PARSING_{name}"), i)?;
        }
        taipan_types::capsule::add_offered(t, module, "expat_CAPI")
    }
}
