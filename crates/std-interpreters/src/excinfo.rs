//! What one interpreter learns of an exception in another (`_PyXI_excinfo`).

use taipan_object::{Object, Owned, PyDict, PyResult, PyStr, Raised, Thread, errors, name, state};
use taipan_types::namespace;

/// An exception in words.
pub struct ExcInfo {
    pub type_name: String,
    pub type_qualname: String,
    pub type_module: String,
    pub msg: Option<String>,
    /// The exception with its traceback, as it would be printed.
    pub errdisplay: Option<String>,
}

impl ExcInfo {
    /// Describes an exception.
    pub fn capture(t: &Thread, exception: &Object) -> Self {
        let class = exception.class();
        let attribute = |name: &str| {
            let value = PyStr::intern_str(t, name).and_then(|name| class.as_object().getattr(t, &name));
            ignore(t, value).map(|value| value.str_lossy(t)).unwrap_or_default()
        };
        let msg = ignore(t, exception.str(t)).map(|text| text.to_string_lossy());
        let errdisplay = ignore(t, display(t, exception));
        Self {
            type_name: attribute("__name__"),
            type_qualname: attribute("__qualname__"),
            type_module: attribute("__module__"),
            msg,
            errdisplay,
        }
    }

    /// Takes and describes what was raised.
    pub fn of_raised(t: &Thread, raised: Raised) -> Self {
        let exception = errors::take_raised(t, raised);
        Self::capture(t, &exception)
    }

    /// The last line of the display.
    pub fn formatted(&self) -> String {
        let hidden = matches!(self.type_module.as_str(), "builtins" | "__main__" | "");
        let module = if hidden { String::new() } else { format!("{}.", self.type_module) };
        match &self.msg {
            Some(msg) => format!("{module}{}: {msg}", self.type_qualname),
            None => format!("{module}{}", self.type_qualname),
        }
    }

    /// The namespace that Python code is given.
    pub fn to_object(&self, t: &Thread) -> PyResult {
        let class = PyDict::new(t)?;
        let set = |dict: &PyDict, key: &str, value: Option<&str>| -> PyResult<()> {
            match value {
                Some(value) => dict.set_item(t, &*PyStr::intern_str(t, key)?, &*PyStr::from_str(t, value)?),
                None => dict.set_item(t, &*PyStr::intern_str(t, key)?, taipan_object::singletons::none()),
            }
        };
        set(&class, "__name__", Some(&self.type_name))?;
        set(&class, "__qualname__", Some(&self.type_qualname))?;
        set(&class, "__module__", Some(&self.type_module))?;
        let all = PyDict::new(t)?;
        all.set_item(t, &*PyStr::intern_str(t, "type")?, &*namespace::new(t, &class)?)?;
        set(&all, "msg", self.msg.as_deref())?;
        set(&all, "formatted", Some(&self.formatted()))?;
        if self.errdisplay.is_some() {
            set(&all, "errdisplay", self.errdisplay.as_deref())?;
        }
        namespace::new(t, &all)
    }
}

/// The result, or nothing and no exception.
fn ignore<T>(t: &Thread, result: PyResult<T>) -> Option<T> {
    if result.is_err() {
        errors::clear(t);
    }
    result.ok()
}

fn display(t: &Thread, exception: &Object) -> PyResult<String> {
    let class = state::import(t, "traceback")?.getattr(t, &*PyStr::intern_str(t, "TracebackException")?)?;
    let made = class.call_method(t, &*PyStr::intern_str(t, "from_exception")?, &[exception])?;
    let lines: Owned = made.call_method(t, name!(t, "format"), &[])?;
    let text = PyStr::from_str(t, "")?.call_method(t, &*PyStr::intern_str(t, "join")?, &[&lines])?;
    Ok(text.str_lossy(t).trim_end_matches('\n').to_owned())
}
