//! Objects on their way from one interpreter to another (`_PyXIData_t`).

use crate::excinfo::ExcInfo;
use crate::{channels, function, not_shareable, queues};
use std::sync::{Arc, OnceLock};
use taipan_interp::code::{PyCode, uses};
use taipan_object::lent::Lent;
use taipan_object::{
    Class, Data, Head, Object, Own, Owned, PyBool, PyBytes, PyDict, PyFloat, PyInt, PyResult, PyStr, PyTuple, Raised,
    Thread, call, class, err, errors, exceptions_class, name, object, singletons, state,
};
use taipan_types::PyMemoryView;

/// How deep tuples may be nested: what is on its way may end in a thread with a small stack.
const DEEPEST: usize = 2000;

/// What goes along when an object cannot pass by itself.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Fallback {
    /// Nothing: it is refused.
    None,
    /// Functions as their code, everything else pickled.
    Full,
}

/// What an extension module made of one of its objects (`_PyXIData_RegisterClass`).
pub trait Foreign: Send {
    /// Makes the object anew in the interpreter of `t`.
    fn restore(&self, t: &Thread) -> PyResult;
}

/// Asks for what an extension module has to say about an object; `None` if it is of no class of its own.
pub type ForeignCapture = fn(&Thread, &Object, Fallback) -> PyResult<Option<Box<dyn Foreign>>>;

static FOREIGN: OnceLock<ForeignCapture> = OnceLock::new();

/// Says who knows the classes of extension modules.
pub fn set_foreign_capture(capture: ForeignCapture) {
    let _ = FOREIGN.set(capture);
}

/// An object, as it is while it belongs to no interpreter.
pub enum Shared {
    Plain(Plain),
    Tuple(Vec<Shared>),
    /// A memoryview: the memory is shared.
    View(Arc<Lent>),
    /// A queue, which lives as long as it is on its way.
    Queue(queues::Bound),
    /// A channel, which does not live the longer for it.
    Channel(channels::Passing),
    /// A function that depends on its arguments alone, as marshalled code.
    Function(Vec<u8>),
    /// Anything that can be marshalled.
    Marshalled(Vec<u8>),
    /// What an extension module made of an object of its own.
    Foreign(Box<dyn Foreign>),
    /// A pickle, and the file of `__main__`, whose classes and functions it may need.
    Pickled(Vec<u8>, Option<String>),
}

/// The value of an object that never changes and refers to nothing.
pub enum Plain {
    None,
    Bool(bool),
    Int(i64),
    Float(f64),
    Bytes(Vec<u8>),
    /// As UTF-8 in which surrogates are encoded like other code points.
    Text(Vec<u8>),
}

impl Plain {
    fn capture(object: &Object) -> Option<Self> {
        if object.is(singletons::none()) {
            return Some(Self::None);
        }
        if object.is_exact::<PyBool>() {
            return Some(Self::Bool(object.is(singletons::bool(true))));
        }
        if let Some(int) = object.downcast_exact::<PyInt>() {
            return int.to_i64().map(Self::Int);
        }
        if let Some(float) = object.downcast_exact::<PyFloat>() {
            return Some(Self::Float(float.value()));
        }
        if let Some(bytes) = object.downcast_exact::<PyBytes>() {
            return Some(Self::Bytes(bytes.as_bytes().to_vec()));
        }
        object.downcast_exact::<PyStr>().map(|text| Self::Text(text.to_wtf8()))
    }

    /// An equal object. That it is another one can be seen; what is the same everywhere stays so.
    fn restore(&self, t: &Thread) -> PyResult {
        match self {
            Self::None => singletons::ok_none(),
            Self::Bool(value) => Ok(singletons::bool(*value).own()),
            Self::Int(value) => PyInt::from_i64(t, *value).map(Owned::into_object),
            Self::Float(value) => PyFloat::new(t, *value).map(Owned::into_object),
            Self::Bytes(bytes) => PyBytes::new(t, bytes).map(Owned::into_object),
            Self::Text(text) => PyStr::from_wtf8(t, text).map(Owned::into_object),
        }
    }
}

fn is_plain(object: &Object) -> bool {
    object.is(singletons::none())
        || object.is_exact::<PyStr>()
        || object.is_exact::<PyInt>()
        || object.is_exact::<PyBool>()
        || object.is_exact::<PyBytes>()
        || object.is_exact::<PyFloat>()
}

/// Whether an object passes without a fallback (`_PyObject_CheckXIData`).
pub fn is_shareable(t: &Thread, object: &Object) -> PyResult<bool> {
    Ok(is_plain(object)
        || object.is_exact::<PyTuple>()
        || object.is_exact::<PyMemoryView>()
        || queues::queue_id(t, object)?.is_some()
        || channels::Passing::capture(t, object)?.is_some())
}

/// `NotShareableError(message)`, with a cause if there is one.
pub fn refuse(t: &Thread, message: &str, cause: Option<Owned>) -> Raised {
    let made = || -> PyResult {
        let exception = not_shareable(t)?.call(t, &[&*PyStr::from_str(t, message)?])?;
        if let Some(cause) = &cause {
            exception.setattr(t, &*PyStr::intern_str(t, "__cause__")?, cause)?;
        }
        Ok(exception)
    };
    match made() {
        Ok(exception) => errors::raise(t, exception),
        Err(raised) => raised,
    }
}

fn unsupported(t: &Thread, object: &Object, cause: Option<Owned>) -> Raised {
    refuse(t, &format!("{} does not support cross-interpreter data", object.str_lossy(t)), cause)
}

impl Shared {
    /// Takes what another interpreter needs to make an equal object. Raises `NotShareableError`.
    pub fn capture(t: &Thread, object: &Object, fallback: Fallback) -> PyResult<Self> {
        Self::capture_within(t, object, fallback, DEEPEST)
    }

    fn capture_within(t: &Thread, object: &Object, fallback: Fallback, depth: usize) -> PyResult<Self> {
        // An integer passes as a machine word.
        let too_large = object.downcast_exact::<PyInt>().is_some_and(|int| int.to_i64().is_none());
        if let Some(plain) = Plain::capture(object) {
            return Ok(Self::Plain(plain));
        }
        if object.is_exact::<PyTuple>()
            && let Some(tuple) = object.downcast::<PyTuple>()
        {
            call::enter_recursive(t, " while sharing a tuple")?;
            let Some(depth) = depth.checked_sub(1) else {
                return Err(err!(t, RecursionError, "maximum recursion depth exceeded while sharing a tuple"));
            };
            let mut items = Vec::with_capacity(tuple.len());
            for item in tuple.as_slice() {
                match Self::capture_within(t, item, fallback, depth) {
                    Ok(item) => items.push(item),
                    Err(raised) => {
                        let cause = errors::take_raised(t, raised);
                        return Err(unsupported(t, object, Some(cause)));
                    }
                }
            }
            return Ok(Self::Tuple(items));
        }
        if object.is_exact::<PyMemoryView>() {
            return Ok(Self::View(Arc::new(Lent::new(t, object)?)));
        }
        if let Some(id) = queues::queue_id(t, object)? {
            return Ok(Self::Queue(queues::Bound::new(t, id)?));
        }
        if let Some(channel) = channels::Passing::capture(t, object)? {
            return Ok(Self::Channel(channel));
        }
        if let Some(capture) = FOREIGN.get()
            && let Some(foreign) = capture(t, object, fallback)?
        {
            return Ok(Self::Foreign(foreign));
        }
        if fallback == Fallback::None {
            let cause = if too_large {
                let text = PyStr::from_str(t, "try sending as bytes")?;
                Some(exceptions_class!(OverflowError).call(t, &[&text])?)
            } else {
                None
            };
            return Err(unsupported(t, object, cause));
        }
        Self::capture_fully(t, object)
    }

    fn capture_fully(t: &Thread, object: &Object) -> PyResult<Self> {
        let mut dependence = None;
        if let Some(code) = function::code_of(object) {
            match uses::verify_stateless_function(t, object) {
                Ok(()) => return function::dump(t, &code).map(Self::Function),
                Err(raised) => dependence = Some(errors::take_raised(t, raised)),
            }
        }
        let pickled = state::import(t, "pickle")?.call_method(t, name!(t, "dumps"), &[object]);
        match pickled {
            Ok(bytes) => match bytes.downcast::<PyBytes>() {
                Some(bytes) => Ok(Self::Pickled(bytes.as_bytes().to_vec(), main_file(t))),
                None => Err(unsupported(t, object, None)),
            },
            Err(raised) => {
                drop(errors::take_raised(t, raised));
                match dependence {
                    Some(cause) => Err(refuse(t, "only stateless functions are shareable", Some(cause))),
                    None => Err(unsupported(t, object, None)),
                }
            }
        }
    }

    /// The pickle of an object. Raises `NotShareableError`.
    pub fn pickled(t: &Thread, object: &Object) -> PyResult<Self> {
        let dumps = state::import(t, "pickle")?.getattr(t, name!(t, "dumps"))?;
        match dumps.call(t, &[object]) {
            Ok(bytes) => match bytes.downcast::<PyBytes>() {
                Some(bytes) => Ok(Self::Pickled(bytes.as_bytes().to_vec(), main_file(t))),
                None => Err(unsupported(t, object, None)),
            },
            Err(raised) => {
                let cause = errors::take_raised(t, raised);
                Err(refuse(t, "object could not be pickled", Some(cause)))
            }
        }
    }

    /// An object marshalled. Raises `NotShareableError`.
    pub fn marshalled(t: &Thread, object: &Object) -> PyResult<Self> {
        match function::dump(t, object) {
            Ok(bytes) => Ok(Self::Marshalled(bytes)),
            Err(raised) => {
                let cause = errors::take_raised(t, raised);
                Err(refuse(t, "object could not be marshalled", Some(cause)))
            }
        }
    }

    /// A code object, marshalled. Raises `NotShareableError`.
    pub fn of_code(t: &Thread, object: &Object) -> PyResult<Self> {
        if !object.is_exact::<PyCode>() {
            return Err(refuse(t, &format!("expected code, got {}", object.repr_lossy(t)), None));
        }
        Self::marshalled(t, object)
    }

    /// A function that depends on its arguments alone. Raises `NotShareableError`.
    pub fn of_function(t: &Thread, object: &Object) -> PyResult<Self> {
        let Some(code) = function::code_of(object) else {
            return Err(refuse(t, &format!("expected a function, got {}", object.repr_lossy(t)), None));
        };
        if let Err(raised) = uses::verify_stateless_function(t, object) {
            let cause = errors::take_raised(t, raised);
            return Err(refuse(t, "only stateless functions are shareable", Some(cause)));
        }
        function::dump(t, &code).map(Self::Function)
    }

    /// A script, given as source, code or function, as code. `pure` wants none that refers to globals. Raises
    /// `NotShareableError`.
    pub fn of_script(t: &Thread, object: &Object, pure: bool) -> PyResult<Self> {
        match crate::interpreters::script(t, object, pure) {
            Ok(code) => Ok(Self::Marshalled(code)),
            Err(raised) => {
                let cause = errors::take_raised(t, raised);
                Err(refuse(t, "object not a valid script", Some(cause)))
            }
        }
    }

    /// Makes the object anew in the interpreter of `t`.
    pub fn restore(&self, t: &Thread) -> PyResult {
        match self {
            Self::Plain(value) => value.restore(t),
            Self::Tuple(items) => {
                call::enter_recursive(t, " while receiving a tuple")?;
                let items = items.iter().map(|item| item.restore(t)).collect::<PyResult<Vec<_>>>()?;
                PyTuple::from_vec(t, items).map(Owned::into_object)
            }
            Self::View(view) => {
                let owner = taipan_object::new_object(t, BufferView { head: Head::new(), view: Data(view.clone()) })?;
                PyMemoryView::class().call(t, &[owner.as_object()])
            }
            Self::Queue(bound) => bound.restore(t),
            Self::Channel(channel) => channel.restore(t),
            Self::Function(code) => function::make(t, code),
            Self::Marshalled(bytes) => match function::load(t, bytes) {
                Ok(object) => Ok(object),
                Err(raised) => {
                    let cause = errors::take_raised(t, raised);
                    Err(refuse(t, "object could not be unmarshalled", Some(cause)))
                }
            },
            Self::Foreign(foreign) => foreign.restore(t),
            Self::Pickled(bytes, file) => unpickle(t, bytes, file.as_deref()),
        }
    }
}

/// The file that `__main__` was run from.
fn main_file(t: &Thread) -> Option<String> {
    let main = state::modules(t)?.get_item(t, &*PyStr::intern_str(t, "__main__").ok()?).ok()??;
    let file = main.getattr_opt(t, name!(t, "__file__"));
    match file {
        Ok(file) => file.filter(|file| file.is_instance_of::<PyStr>()).map(|file| file.str_lossy(t)),
        Err(_) => {
            errors::clear(t);
            None
        }
    }
}

fn loads(t: &Thread, bytes: &[u8]) -> PyResult {
    let bytes = PyBytes::new(t, bytes)?;
    state::import(t, "pickle")?.call_method(t, &*PyStr::intern_str(t, "loads")?, &[&bytes])
}

/// Unpickles. What `__main__` lacks is looked for in the script that the sender runs, which is run once under another
/// name, as `multiprocessing` does.
fn unpickle(t: &Thread, bytes: &[u8], file: Option<&str>) -> PyResult {
    let raised = match loads(t, bytes) {
        Ok(object) => return Ok(object),
        Err(raised) => raised,
    };
    let first = errors::take_raised(t, raised);
    let lacks_main =
        first.is_instance_of::<taipan_object::exceptions::AttributeError>() && first.str_lossy(t).contains("__main__");
    if let Some(file) = file.filter(|_| lacks_main)
        && let Some(found) = with_script(t, bytes, file)
    {
        return Ok(found);
    }
    Err(refuse(t, "object could not be unpickled", Some(first)))
}

/// The scripts that were run for their names, by file.
#[derive(Default)]
struct Scripts(core::cell::RefCell<Vec<(String, Owned)>>);

fn with_script(t: &Thread, bytes: &[u8], file: &str) -> Option<Owned> {
    let attempt = || -> PyResult {
        let scripts = state::extension(t, |_| Ok(Scripts::default()))?;
        let known = scripts.0.borrow().iter().find(|(known, _)| known == file).map(|(_, module)| module.clone());
        let module = match known {
            Some(module) => module,
            None => {
                let runpy = state::import(t, "runpy")?;
                let run = runpy.getattr(t, &*PyStr::intern_str(t, "run_path")?)?;
                let path = PyStr::from_str(t, file)?;
                let run_name = PyStr::intern_str(t, "<fake __main__>")?;
                let names = run.call_with(t, &[path.as_object()], &[("run_name", run_name.as_object())])?;
                let module = taipan_object::PyModule::new(t, &*PyStr::intern_str(t, "__main__")?)?;
                if let (Some(dict), Some(names)) = (module.dict(), names.downcast::<PyDict>()) {
                    for (key, value) in names.items_vec() {
                        dict.set_item(t, &key, &value)?;
                    }
                }
                let module = module.into_object();
                scripts.0.borrow_mut().push((file.to_owned(), module.clone()));
                module
            }
        };
        let Some(modules) = state::modules(t) else { return loads(t, bytes) };
        let key = PyStr::intern_str(t, "__main__")?;
        let own = modules.get_item(t, &key)?;
        modules.set_item(t, &key, &module)?;
        let loaded = loads(t, bytes);
        if let Some(own) = own {
            let saved = errors::save(t);
            modules.set_item(t, &key, &own)?;
            errors::restore(t, saved);
        }
        loaded
    };
    match attempt() {
        Ok(found) => Some(found),
        Err(raised) => {
            drop(errors::take_raised(t, raised));
            None
        }
    }
}

/// What came of the work in another interpreter.
pub enum Outcome<T> {
    Done(T),
    /// An exception that nobody caught there.
    Uncaught(ExcInfo),
    /// What was sent could not be made there: the message for the sender, and the exception there.
    Refused(&'static str, ExcInfo),
}

/// The error for the sender of something that could not be restored: its cause is the display of what was raised there.
pub fn refused(t: &Thread, message: &str, info: &ExcInfo) -> Raised {
    let text = info.errdisplay.clone().unwrap_or_else(|| info.formatted());
    let cause = PyStr::from_str(t, &text).and_then(|text| exceptions_class!(Exception).call(t, &[&text]));
    match cause {
        Ok(cause) => refuse(t, message, Some(cause)),
        Err(raised) => raised,
    }
}

/// Names and values for another interpreter's `__main__`.
pub struct Namespace(Vec<(String, Shared)>);

impl Namespace {
    /// Takes the items of a dictionary with `str` keys.
    pub fn capture(t: &Thread, dict: &PyDict, fallback: Fallback) -> PyResult<Self> {
        let mut items = Vec::new();
        for (key, value) in dict.items_vec() {
            let Some(key) = key.downcast::<PyStr>() else {
                return Err(err!(t, TypeError, "bad argument type for built-in operation"));
            };
            let key = key.to_utf8(t)?;
            if key.contains('\0') {
                return Err(err!(t, ValueError, "found embedded NULL character"));
            }
            items.push((key.to_owned(), Shared::capture(t, &value, fallback)?));
        }
        Ok(Self(items))
    }

    /// Binds them.
    pub fn apply(&self, t: &Thread, dict: &PyDict) -> PyResult<()> {
        for (key, value) in &self.0 {
            dict.set_item(t, &*PyStr::from_str(t, key)?, &*value.restore(t)?)?;
        }
        Ok(())
    }

    /// A dictionary of them.
    pub fn restore(&self, t: &Thread) -> PyResult<Owned<PyDict>> {
        let dict = PyDict::new(t)?;
        self.apply(t, &dict)?;
        Ok(dict)
    }
}

/// `_interpreters.CrossInterpreterBufferView`: the memory of another interpreter's object.
#[object]
pub struct BufferView {
    view: Data<Arc<Lent>>,
}

#[class(name = "_interpreters.CrossInterpreterBufferView", heap, flags(BASETYPE, HAVE_GC), no_new, doc = "")]
impl BufferView {
    #[slot]
    fn bf_getbuffer(&self, t: &Thread, view: &mut taipan_object::abi::Py_buffer, flags: i32) -> PyResult<()> {
        self.view.export(t, taipan_object::upcast(self), view, flags)
    }
}
