//! `object`.

use super::{PyType, new};
use crate::argparse::Args;
use crate::handle::{CompareOp, Object, Own, Owned, PyResult, Raised};
use crate::{PyDict, PyList, PyStr, PyTuple, attr, err, layout, name, singletons};
use taipan_macros::class;
use taipan_runtime::Thread;
use taipan_runtime::abi::*;
use taipan_runtime::refcount;

layout!(
    /// `object`.
    PyBaseObject,
    PyObject
);

unsafe extern "C" fn object_dealloc(op: *mut PyObject) {
    // SAFETY: the object is dead.
    unsafe { super::free_instance(op, (*op).ob_type) }
}

fn excess_args(args: &Args<'_>) -> bool {
    !args.pos.is_empty() || args.n_keywords() > 0
}

fn slot_addresses(class: &PyType) -> (usize, usize, usize, usize) {
    // SAFETY: plain fields.
    unsafe {
        let ty = class.as_type_ptr();
        let object = super::object_type_ptr();
        (
            (*ty).tp_new.map_or(0, |f| f as usize),
            (*ty).tp_init.map_or(0, |f| f as usize),
            (*object).tp_new.map_or(0, |f| f as usize),
            (*object).tp_init.map_or(0, |f| f as usize),
        )
    }
}

/// Whether calling the class without arguments makes an instance as `object()` does.
#[inline]
pub fn is_featureless(class: &PyType) -> bool {
    let (new, init, object_new, object_init) = slot_addresses(class);
    new == object_new && init == object_init
}

/// Whether calling the class makes instances as `object.__new__` does and initialises them with a Python `__init__`.
pub fn is_plainly_made(class: &PyType) -> bool {
    let (new, init, object_new, _) = slot_addresses(class);
    // SAFETY: plain field.
    let alloc = unsafe { (*class.as_type_ptr()).tp_alloc.map_or(0, |f| f as usize) };
    new == object_new
        && init == super::slots::slot_tp_init as *const () as usize
        && alloc == super::alloc::generic_alloc as *const () as usize
}

/// The base class of the class hierarchy.
///
/// When called, it accepts no arguments and returns a new featureless
/// instance that has no instance attributes and cannot be given any.
#[class(
    name = "object",
    layout,
    export = PyBaseObject_Type,
    flags(BASETYPE),
    dealloc = object_dealloc,
    free = super::generic_free,
    alloc = super::generic_alloc,
    getattro = attr::generic_getattr_slot,
    setattro = attr::generic_setattr_slot,
    hash = crate::hash::generic_hash,
)]
impl PyBaseObject {
    #[new(sig = "()", text = "()")]
    fn new(cls: &PyType, t: &Thread, args: Args<'_>) -> PyResult {
        if excess_args(&args) {
            let (new, init, object_new, object_init) = slot_addresses(cls);
            if new != object_new {
                return Err(err!(
                    t,
                    TypeError,
                    "object.__new__() takes exactly one argument (the type to instantiate)"
                ));
            }
            if init == object_init {
                return Err(err!(t, TypeError, "{:.200}() takes no arguments", cls.name_lossy()));
            }
        }
        if cls.flags() & Py_TPFLAGS_IS_ABSTRACT != 0 {
            return Err(abstract_error(t, cls)?);
        }
        cls.alloc(t, 0)
    }

    #[slot]
    fn tp_init(&self, t: &Thread, args: Args<'_>) -> PyResult<()> {
        if excess_args(&args) {
            let class = self.class();
            let (new, init, object_new, object_init) = slot_addresses(class);
            if init != object_init {
                return Err(err!(
                    t,
                    TypeError,
                    "object.__init__() takes exactly one argument (the instance to initialize)"
                ));
            }
            if new == object_new {
                return Err(err!(
                    t,
                    TypeError,
                    "{:.200}.__init__() takes exactly one argument (the instance to initialize)",
                    class.name_lossy()
                ));
            }
        }
        Ok(())
    }

    #[slot]
    fn tp_repr(&self, t: &Thread) -> PyResult {
        let class = self.class();
        let module = match class.module_name(t) {
            Ok(module) => module.into_type::<PyStr>().ok(),
            Err(_) => {
                crate::errors::clear(t);
                None
            }
        };
        let qualname = class.qualname(t)?;
        match module {
            Some(module) if !module.eq_str("builtins") => PyStr::from_fmt(
                t,
                format_args!("<{}.{} object at {:p}>", module.display(), qualname.display(), self.as_ptr()),
            ),
            _ => PyStr::from_fmt(t, format_args!("<{} object at {:p}>", class.name_lossy(), self.as_ptr())),
        }
        .map(Owned::into_object)
    }

    #[slot]
    fn tp_str(&self, t: &Thread) -> PyResult {
        // SAFETY: a slot of the object's type.
        unsafe {
            match (*self.class().as_type_ptr()).tp_repr {
                Some(slot) => Owned::from_result(slot(self.as_ptr())),
                None => self.repr(t).map(Owned::into_object),
            }
        }
    }

    #[slot]
    fn tp_richcompare(&self, t: &Thread, other: &Object, op: CompareOp) -> PyResult {
        match op {
            CompareOp::Eq if core::ptr::addr_eq(self, other) => Ok(singletons::bool(true).own()),
            CompareOp::Ne => {
                // The opposite of `__eq__`, if the type has one.
                // SAFETY: a slot of the object's type.
                let result: Owned = unsafe {
                    match (*self.class().as_type_ptr()).tp_richcompare {
                        Some(slot) => Owned::from_result(slot(self.as_ptr(), other.as_ptr(), Py_EQ))?,
                        None if core::ptr::addr_eq(self, other) => singletons::bool(true).own(),
                        None => return singletons::ok_not_implemented(),
                    }
                };
                if result.is(singletons::not_implemented()) {
                    return Ok(result);
                }
                Ok(singletons::bool(!result.is_true(t)?).own())
            }
            _ => singletons::ok_not_implemented(),
        }
    }

    /// Helper for pickle.
    #[method]
    fn __reduce__(&self, t: &Thread) -> PyResult {
        common_reduce(t, self, 0)
    }

    /// Helper for pickle.
    #[method(sig = "(protocol, /)")]
    fn __reduce_ex__(&self, t: &Thread, protocol: i32) -> PyResult {
        let own = PyBaseObject::type_dict_item(t, name!(t, "__reduce__"))?;
        if let Some(reduce) = self.class().lookup(t, name!(t, "__reduce__"))
            && own.is_none_or(|o| !o.is(&reduce))
        {
            return self.call_method(t, name!(t, "__reduce__"), &[]);
        }
        common_reduce(t, self, protocol)
    }

    /// Helper for pickle.
    #[method]
    fn __getstate__(&self, t: &Thread) -> PyResult {
        get_state(t, self, false)
    }

    /// This method is called when a class is subclassed.
    ///
    /// The default implementation does nothing. It may be
    /// overridden to extend subclasses.
    #[classmethod(sig = "()", text = "()")]
    fn __init_subclass__(_cls: &PyType, _t: &Thread) {}

    /// Abstract classes can override this to customize issubclass().
    ///
    /// This is invoked early on by abc.ABCMeta.__subclasscheck__().
    /// It should return True, False or NotImplemented.  If it returns
    /// NotImplemented, the normal algorithm is used.  Otherwise, it
    /// overrides the normal algorithm (and the outcome is cached).
    #[classmethod(sig = "(object, /)")]
    fn __subclasshook__(_cls: &PyType, _t: &Thread, _object: &Object) -> PyResult {
        singletons::ok_not_implemented()
    }

    /// Default object formatter.
    ///
    /// Return str(self) if format_spec is empty. Raise TypeError otherwise.
    #[method(sig = "(format_spec, /)")]
    fn __format__(&self, t: &Thread, format_spec: &PyStr) -> PyResult<Owned<PyStr>> {
        if format_spec.len() > 0 {
            return Err(err!(
                t,
                TypeError,
                "unsupported format string passed to {:.200}.__format__",
                self.class().name_lossy()
            ));
        }
        self.str(t)
    }

    /// Size of object in memory, in bytes.
    #[method]
    fn __sizeof__(&self, _t: &Thread) -> isize {
        // SAFETY: plain fields.
        unsafe {
            let ty = self.class().as_type_ptr();
            let mut size = (*ty).tp_basicsize;
            if (*ty).tp_itemsize > 0 {
                let n = (*self.as_ptr().cast::<PyVarObject>()).ob_size.unsigned_abs();
                size += n as isize * (*ty).tp_itemsize;
            }
            size
        }
    }

    /// Default dir() implementation.
    #[method]
    fn __dir__(&self, t: &Thread) -> PyResult {
        let dict = match self.getattr_opt(t, name!(t, "__dict__"))? {
            Some(found) => match found.into_type::<PyDict>() {
                Ok(found) => found.copy(t)?,
                Err(_) => PyDict::new(t)?,
            },
            None => PyDict::new(t)?,
        };
        if let Some(class) = self.getattr_opt(t, name!(t, "__class__"))? {
            super::class::merge_class_dict(t, &dict, &class)?;
        }
        let list = PyList::new(t)?;
        for (key, _) in dict.items_vec() {
            list.append(t, key)?;
        }
        Ok(list.into_object())
    }

    /// the object's class
    #[getter]
    fn __class__(&self, _t: &Thread) -> Owned<PyType> {
        self.class().own()
    }

    #[setter]
    fn set___class__(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        let Some(value) = value else {
            return Err(err!(t, TypeError, "can't delete __class__ attribute"));
        };
        let Some(new_class) = value.downcast::<PyType>() else {
            return Err(err!(
                t,
                TypeError,
                "__class__ must be set to a class, not '{}' object",
                value.class().name_lossy()
            ));
        };
        crate::audit::audit(t, "object.__setattr__", &[self, name!(t, "__class__"), value])?;
        set_class(t, self, new_class)
    }
}

impl PyBaseObject {
    fn type_dict_item(t: &Thread, name: &PyStr) -> PyResult<Option<Owned>> {
        match <Self as crate::Class>::class().dict() {
            Some(dict) => dict.get_item(t, name),
            None => Ok(None),
        }
    }
}

fn abstract_error(t: &Thread, cls: &PyType) -> PyResult<Raised> {
    let abstract_methods = cls.as_object().getattr(t, name!(t, "__abstractmethods__"))?;
    let list = PyList::from_vec(t, crate::iter::to_vec(t, &abstract_methods)?)?;
    list.call_method(t, name!(t, "sort"), &[])?;
    let names: Vec<String> = list.to_vec().iter().map(|n| format!("'{}'", n.str_lossy(t))).collect();
    Ok(err!(
        t,
        TypeError,
        "Can't instantiate abstract class {} without an implementation for abstract method{} {}",
        cls.name_lossy(),
        if names.len() > 1 { "s" } else { "" },
        names.join(", ")
    ))
}

/// Assignment to `__class__`.
fn set_class(t: &Thread, object: &Object, new_class: &PyType) -> PyResult<()> {
    let old = object.class().own();
    let is_module = crate::PyModule::is_subclass(&old) && crate::PyModule::is_subclass(new_class);
    let mutable = |ty: &PyType| ty.flags() & Py_TPFLAGS_IMMUTABLETYPE == 0;
    if !is_module && (!mutable(new_class) || !mutable(&old)) {
        return Err(err!(
            t,
            TypeError,
            "__class__ assignment only supported for mutable types or ModuleType subclasses"
        ));
    }
    new::check_compatible(t, &old, new_class, "__class__")?;
    // SAFETY: the layouts agree; the references to the types are exchanged.
    unsafe {
        // Inline values belong to the old type's shared keys: they move to a dictionary of their own.
        if old.flags() & Py_TPFLAGS_INLINE_VALUES != 0
            && let Some(dict) = attr::instance_dict(t, object)?
            && !dict.values_ptr().is_null()
        {
            dict.make_combined(t, crate::dict::keys::Kind::Unicode)?;
        }
        if new_class.flags() & Py_TPFLAGS_HEAPTYPE != 0 {
            refcount::incref(new_class.as_ptr());
        }
        (*object.as_ptr()).ob_type = new_class.as_type_ptr();
        if old.flags() & Py_TPFLAGS_HEAPTYPE != 0 {
            refcount::decref(old.as_ptr());
        }
    }
    Ok(())
}

fn slot_names(t: &Thread, class: &PyType) -> PyResult<Option<Owned<PyList>>> {
    let copyreg = copyreg(t)?;
    let names = match class.dict() {
        Some(dict) => dict.get_item(t, name!(t, "__slotnames__"))?,
        None => None,
    };
    let names = match names {
        Some(names) => names,
        None => copyreg.call_method(t, name!(t, "_slotnames"), &[class.as_object()])?,
    };
    if names.is(singletons::none()) {
        return Ok(None);
    }
    names
        .into_type::<PyList>()
        .map(Some)
        .map_err(|_| err!(t, TypeError, "copyreg._slotnames didn't return a list or None"))
}

/// `object.__getstate__`; with `required`, objects that keep state in C are refused.
fn get_state(t: &Thread, object: &Object, required: bool) -> PyResult {
    let class = object.class();
    // SAFETY: plain fields.
    let (basicsize, itemsize) = unsafe { ((*class.as_type_ptr()).tp_basicsize, (*class.as_type_ptr()).tp_itemsize) };
    if required && itemsize != 0 {
        return Err(err!(t, TypeError, "cannot pickle {:.200} objects", class.name_lossy()));
    }
    let state = match attr::existing_dict(object) {
        Some(dict) if dict.len() == 0 => singletons::none().own(),
        Some(dict) => dict.into_object(),
        None => match attr::instance_dict(t, object)? {
            Some(dict) if dict.len() > 0 => dict.into_object(),
            Some(dict) if attr::has_dict(object) => {
                if dict.len() == 0 {
                    singletons::none().own()
                } else {
                    dict.into_object()
                }
            }
            _ => singletons::none().own(),
        },
    };
    let names = slot_names(t, class)?;
    if required {
        let mut expected = size_of::<PyObject>() as isize;
        // SAFETY: plain fields.
        unsafe {
            if (*class.as_type_ptr()).tp_dictoffset != 0 && class.flags() & Py_TPFLAGS_MANAGED_DICT == 0 {
                expected += 8;
            }
            if (*class.as_type_ptr()).tp_weaklistoffset > 0 {
                expected += 8;
            }
        }
        if let Some(names) = &names {
            expected += 8 * names.len() as isize;
        }
        if basicsize > expected {
            return Err(err!(t, TypeError, "cannot pickle '{:.200}' object", class.name_lossy()));
        }
    }
    if let Some(names) = names
        && names.len() > 0
    {
        let slots = PyDict::new(t)?;
        for name in names.to_vec() {
            let Some(text) = name.into_type::<PyStr>().ok() else { continue };
            if let Some(value) = object.getattr_opt(t, &text)? {
                slots.set_item(t, &text, &value)?;
            }
        }
        if slots.len() > 0 {
            return PyTuple::from_vec(t, vec![state, slots.into_object()]).map(Owned::into_object);
        }
    }
    Ok(state)
}

/// The module `copyreg`: as a rule it has been imported.
fn copyreg(t: &Thread) -> PyResult {
    let modules = crate::state::object_state(t).modules.borrow().clone();
    let found = match modules {
        Some(modules) => modules.get_item(t, name!(t, "copyreg"))?,
        None => None,
    };
    found.map_or_else(|| crate::state::import(t, "copyreg"), Ok)
}

/// `copyreg.__reduce_ex__` for protocols below 2, `copyreg.__newobj__` above (`_common_reduce`).
fn common_reduce(t: &Thread, object: &Object, protocol: i32) -> PyResult {
    let copyreg = copyreg(t)?;
    if protocol < 2 {
        let number = crate::PyInt::from_i64(t, i64::from(protocol))?;
        return copyreg.call_method(t, name!(t, "_reduce_ex"), &[object, &number]);
    }
    let class = object.class();
    // SAFETY: plain field.
    if unsafe { (*class.as_type_ptr()).tp_new.is_none() } {
        return Err(err!(t, TypeError, "cannot pickle '{:.200}' object", class.name_lossy()));
    }
    let mut args: Owned<PyTuple> = PyTuple::empty().own();
    let mut kwargs: Option<Owned<PyDict>> = None;
    let mut has_args = false;
    if let Some(method) = attr::lookup_special(t, object, name!(t, "__getnewargs_ex__"))? {
        let result = method.call(t, &[])?;
        let Ok(pair) = result.into_type::<PyTuple>() else {
            return Err(err!(t, TypeError, "__getnewargs_ex__ should return a tuple, not a different type"));
        };
        let [a, k] = pair.as_slice() else {
            return Err(err!(t, ValueError, "__getnewargs_ex__ should return a tuple of length 2, not {}", pair.len()));
        };
        let Some(a) = a.downcast::<PyTuple>() else {
            return Err(err!(
                t,
                TypeError,
                "first item of the tuple returned by __getnewargs_ex__ must be a tuple, not '{:.200}'",
                a.class().name_lossy()
            ));
        };
        let Some(k) = k.downcast::<PyDict>() else {
            return Err(err!(
                t,
                TypeError,
                "second item of the tuple returned by __getnewargs_ex__ must be a dict, not '{:.200}'",
                k.class().name_lossy()
            ));
        };
        args = a.own();
        kwargs = Some(k.own());
        has_args = true;
    } else if let Some(method) = attr::lookup_special(t, object, name!(t, "__getnewargs__"))? {
        let result = method.call(t, &[])?;
        args = result.into_type::<PyTuple>().map_err(|o| {
            err!(t, TypeError, "__getnewargs__ should return a tuple, not '{:.200}'", o.class().name_lossy())
        })?;
        has_args = true;
    }
    let class_object = object.getattr(t, name!(t, "__class__"))?;
    let (new, new_args) = match &kwargs {
        Some(kwargs) if kwargs.len() > 0 => {
            let new = copyreg.getattr(t, name!(t, "__newobj_ex__"))?;
            let items = vec![class_object, args.into_object(), kwargs.clone().into_object()];
            (new, PyTuple::from_vec(t, items)?)
        }
        _ => {
            let new = copyreg.getattr(t, name!(t, "__newobj__"))?;
            let mut items = vec![class_object];
            items.extend(crate::call::own_all(args.as_slice()));
            (new, PyTuple::from_vec(t, items)?)
        }
    };
    let required = !has_args && !object.is_instance_of::<PyList>() && !object.is_instance_of::<PyDict>();
    let own = PyBaseObject::type_dict_item(t, name!(t, "__getstate__"))?;
    let found = object.getattr(t, name!(t, "__getstate__"))?;
    let is_default = found.downcast_exact::<crate::PyCFunction>().is_some_and(|f| {
        own.as_ref()
            .and_then(|o| o.downcast_exact::<crate::PyMethodDescr>())
            .is_some_and(|d| core::ptr::eq(d.method_def(), f.method_def()))
    });
    let state = if is_default { get_state(t, object, required)? } else { found.call(t, &[])? };
    let list_items =
        if object.is_instance_of::<PyList>() { crate::iter::get_iter(t, object)? } else { singletons::none().own() };
    let dict_items = if object.is_instance_of::<PyDict>() {
        let items = object.call_method(t, name!(t, "items"), &[])?;
        crate::iter::get_iter(t, &items)?
    } else {
        singletons::none().own()
    };
    PyTuple::from_vec(t, vec![new, new_args.into_object(), state, list_items, dict_items]).map(Owned::into_object)
}

/// Fills in what the declaration cannot say of `object` and `type`; called first thing at start-up.
pub fn finish_static_types() {
    super::class::finish();
}
