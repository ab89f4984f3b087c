//! The names of `type`: construction, attribute access, `__mro__`, `__subclasses__` and so on.

use super::{PyType, mro, new, static_type};
use crate::argparse::Args;
use crate::handle::{Class, Object, Own, Owned, PyResult, Raised, Static};
use crate::{PyDict, PyList, PyStr, PyTuple, attr, err, exceptions, name, singletons};
use core::ffi::{c_int, c_void};
use taipan_macros::class;
use taipan_runtime::abi::*;
use taipan_runtime::{Thread, gc, refcount, thread};

unsafe extern "C" fn type_dealloc(op: *mut PyObject) {
    // SAFETY: a dead heap type (static types are immortal).
    unsafe {
        gc::maybe_untrack(op);
        let t = thread::current();
        let class = PyType::from_type_ptr(op.cast());
        super::owners::forget(class);
        let saved = crate::errors::save(t);
        if let Some(bases) = class.bases() {
            for base in bases.as_slice() {
                if let Some(base) = base.downcast::<PyType>() {
                    super::ready::remove_subclass(t, base, class);
                }
            }
        }
        crate::errors::restore(t, saved);
        crate::weakref::clear_weakrefs(op);
        let ty = op.cast::<PyTypeObject>();
        let heap = op.cast::<PyHeapTypeObject>();
        let keys = core::mem::replace(&mut (*heap).ht_cached_keys, core::ptr::null_mut());
        if !keys.is_null() {
            crate::dict::keys::DictKeys::decref(keys.cast());
        }
        for slot in [
            &raw mut (*ty).tp_dict,
            &raw mut (*ty).tp_bases,
            &raw mut (*ty).tp_mro,
            &raw mut (*ty).tp_cache,
            (&raw mut (*ty).tp_base).cast(),
            (&raw mut (*ty).tp_subclasses).cast(),
            &raw mut (*heap).ht_name,
            &raw mut (*heap).ht_qualname,
            &raw mut (*heap).ht_slots,
            &raw mut (*heap).ht_module,
        ] {
            let held = core::mem::replace(&mut *slot, core::ptr::null_mut());
            refcount::xdecref(held);
        }
        let metatype = (*op).ob_type;
        let texts = super::texts::take(ty);
        super::free_instance(op, metatype);
        taipan_runtime::mem::free(texts);
        if (*metatype).tp_flags & Py_TPFLAGS_HEAPTYPE != 0
            && (*metatype).tp_dealloc.is_some_and(|f| f as usize == type_dealloc as *const () as usize)
        {
            refcount::decref(metatype.cast());
        }
    }
}

unsafe extern "C" fn type_traverse(op: *mut PyObject, visit: visitproc, arg: *mut c_void) -> c_int {
    // SAFETY: a live heap type.
    unsafe {
        let ty = op.cast::<PyTypeObject>();
        if (*ty).tp_flags & Py_TPFLAGS_HEAPTYPE == 0 {
            return 0;
        }
        let heap = op.cast::<PyHeapTypeObject>();
        for held in
            [(*ty).tp_dict, (*ty).tp_cache, (*ty).tp_mro, (*ty).tp_bases, (*ty).tp_base.cast(), (*heap).ht_module]
        {
            if !held.is_null() {
                let result = visit(held, arg);
                if result != 0 {
                    return result;
                }
            }
        }
    }
    0
}

unsafe extern "C" fn type_clear(op: *mut PyObject) -> c_int {
    // SAFETY: a heap type that is garbage: only what breaks cycles is given up, so that `tp_dealloc` of remaining
    // instances still works.
    unsafe {
        let ty = op.cast::<PyTypeObject>();
        PyType::from_type_ptr(ty).modified();
        if let Some(dict) = Object::from_ptr_opt((*ty).tp_dict) {
            dict.cast_unchecked::<PyDict>().clear_items();
        }
        let module = core::mem::replace(&mut (*op.cast::<PyHeapTypeObject>()).ht_module, core::ptr::null_mut());
        refcount::xdecref(module);
        let mro = core::mem::replace(&mut (*ty).tp_mro, core::ptr::null_mut());
        refcount::xdecref(mro);
    }
    0
}

unsafe extern "C" fn type_is_gc(op: *mut PyObject) -> c_int {
    // SAFETY: a live type.
    unsafe { c_int::from((*op.cast::<PyTypeObject>()).tp_flags & Py_TPFLAGS_HEAPTYPE != 0) }
}

unsafe extern "C" fn type_vectorcall(
    metatype: *mut PyObject,
    args: *const *mut PyObject,
    nargsf: usize,
    kwnames: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: called as a vectorcall function, with the GIL held.
    unsafe {
        let t = thread::current();
        let nargs = nargsf & !PY_VECTORCALL_ARGUMENTS_OFFSET;
        let arguments = Args::from_vectorcall(args, nargs, kwnames);
        let result = if nargs == 1 && core::ptr::addr_eq(metatype, static_type::<PyType>()) {
            arguments.no_keywords(t, "type").map(|()| Object::from_ptr(*args).class().as_object().own())
        } else {
            call_type(t, PyType::from_type_ptr(metatype.cast()), &arguments)
        };
        match result {
            Ok(value) => value.into_ptr(),
            Err(_) => core::ptr::null_mut(),
        }
    }
}

unsafe extern "C" fn type_call(class: *mut PyObject, args: *mut PyObject, kwargs: *mut PyObject) -> *mut PyObject {
    // SAFETY: called as `tp_call`, with the GIL held.
    unsafe {
        let t = thread::current();
        let class = PyType::from_type_ptr(class.cast());
        let tuple: &PyTuple = Object::from_ptr(args).cast_unchecked();
        let kwargs = Object::from_ptr_opt(kwargs).map(|kwargs| kwargs.cast_unchecked::<PyDict>());
        if let [only] = tuple.as_slice()
            && class.is(PyType::class())
            && kwargs.is_none_or(|kwargs| kwargs.len() == 0)
        {
            return only.class().as_object().own().into_ptr();
        }
        call_class_tuple(t, class, tuple, kwargs).map_or(core::ptr::null_mut(), Owned::into_ptr)
    }
}

/// Whether a class is called by [`call_class`] and [`call_class_tuple`]: by `type.__call__`.
#[inline(always)]
pub fn is_called_as_type(call: ternaryfunc) -> bool {
    // SAFETY: plain field of a static type.
    unsafe { (*static_type::<PyType>()).tp_call }.is_some_and(|of_type| of_type as usize == call as usize)
}

/// Calls a class whose `tp_call` is `type.__call__` with the arguments of a vectorcall. Instances that `object.__new__`
/// makes need no tuple of arguments.
///
/// # Safety
/// `args` points to the positional arguments and the values of `kwnames`, all alive.
pub unsafe fn call_class(
    t: &Thread,
    class: &PyType,
    args: *const *mut PyObject,
    nargs: usize,
    kwnames: *mut PyObject,
) -> PyResult {
    // SAFETY: the caller's promise; slots of the type.
    unsafe {
        crate::call::enter_recursive(t, " while calling a Python object")?;
        let kwnames = match Object::from_ptr_opt(kwnames) {
            Some(names) if names.cast_unchecked::<PyTuple>().len() > 0 => kwnames,
            _ => core::ptr::null_mut(),
        };
        if class.flags() & Py_TPFLAGS_IS_ABSTRACT == 0 {
            if nargs == 0 && kwnames.is_null() && super::object_class::is_featureless(class) {
                return class.alloc(t, 0);
            }
            if super::object_class::is_plainly_made(class) {
                let object = class.alloc(t, 0)?;
                super::slots::call_init(t, &object, args, nargs, kwnames)?;
                return Ok(object);
            }
        }
        let arguments = Args::from_vectorcall(args, nargs, kwnames);
        if nargs == 1 && kwnames.is_null() && class.is(PyType::class()) {
            return Ok(arguments.pos[0].class().as_object().own());
        }
        call_type(t, class, &arguments)
    }
}

/// `type.__call__`: makes an instance and initialises it.
pub fn call_type(t: &Thread, class: &PyType, args: &Args<'_>) -> PyResult {
    let tuple = PyTuple::from_slice(t, args.pos)?;
    let kwargs = super::slots::keywords_dict(t, args)?;
    call_class_tuple(t, class, &tuple, kwargs.as_deref())
}

/// As [`call_type`] with the arguments as slots take them.
pub fn call_class_tuple(t: &Thread, class: &PyType, tuple: &PyTuple, kwargs: Option<&PyDict>) -> PyResult {
    // SAFETY: slots of the type.
    unsafe {
        let ty = class.as_type_ptr();
        let Some(new) = (*ty).tp_new else {
            return Err(err!(t, TypeError, "cannot create '{}' instances", class.name_lossy()));
        };
        if kwargs.is_none() && class.flags() & Py_TPFLAGS_IS_ABSTRACT == 0 {
            if tuple.len() == 0 && super::object_class::is_featureless(class) {
                return class.alloc(t, 0);
            }
            if super::object_class::is_plainly_made(class) {
                let object = class.alloc(t, 0)?;
                super::slots::call_init(t, &object, tuple.items_ptr(), tuple.len(), core::ptr::null_mut())?;
                return Ok(object);
            }
        }
        let kw = kwargs.map_or(core::ptr::null_mut(), |d| d.as_ptr());
        let object: Owned = Owned::from_result(new(ty, tuple.as_ptr(), kw))?;
        if !object.class().is_subtype(class) {
            return Ok(object);
        }
        if let Some(init) = (*object.class().as_type_ptr()).tp_init
            && init(object.as_ptr(), tuple.as_ptr(), kw) < 0
        {
            return Err(Raised::assume());
        }
        Ok(object)
    }
}

/// An attribute of a class (`_Py_type_getattro_impl`).
pub fn type_getattro(t: &Thread, class: &PyType, name: &PyStr) -> PyResult<Option<Owned>> {
    let metatype = class.as_object().class();
    let meta_attribute = metatype.lookup(t, name);
    let mut meta_get = None;
    // SAFETY: slots of the descriptors' types.
    unsafe {
        if let Some(found) = &meta_attribute {
            let dt = found.class().as_type_ptr();
            meta_get = (*dt).tp_descr_get;
            if let Some(get) = meta_get
                && (*dt).tp_descr_set.is_some()
            {
                return Owned::from_result(get(found.as_ptr(), class.as_ptr(), metatype.as_ptr())).map(Some);
            }
        }
        if let Some(found) = class.lookup(t, name) {
            if let Some(get) = (*found.class().as_type_ptr()).tp_descr_get {
                return Owned::from_result(get(found.as_ptr(), core::ptr::null_mut(), class.as_ptr())).map(Some);
            }
            return Ok(Some(found));
        }
        match (meta_attribute, meta_get) {
            (Some(found), Some(get)) => {
                Owned::from_result(get(found.as_ptr(), class.as_ptr(), metatype.as_ptr())).map(Some)
            }
            (Some(found), None) => Ok(Some(found)),
            (None, _) => Ok(None),
        }
    }
}

/// "cannot set 'x' attribute of immutable type 'int'".
fn check_mutable(t: &Thread, class: &PyType, name: &str) -> PyResult<()> {
    if class.flags() & Py_TPFLAGS_IMMUTABLETYPE != 0 {
        return Err(err!(t, TypeError, "cannot set '{name}' attribute of immutable type '{}'", class.name_lossy()));
    }
    Ok(())
}

fn check_special(t: &Thread, class: &PyType, value: Option<&Object>, name: &str) -> PyResult<()> {
    check_mutable(t, class, name)?;
    if value.is_none() {
        return Err(err!(t, TypeError, "cannot delete '{name}' attribute of immutable type '{}'", class.name_lossy()));
    }
    if crate::audit::active(t)
        && let Some(value) = value
    {
        let name = PyStr::from_str(t, name)?;
        crate::audit::audit(t, "object.__setattr__", &[class.as_object(), &name, value])?;
    }
    Ok(())
}

struct GetSetTable(#[allow(dead_code, reason = "read by C-style loops over the table")] [PyGetSetDef; 2]);
// SAFETY: constant tables of function pointers.
unsafe impl Sync for GetSetTable {}

/// The `__dict__` of the built-in base that gives an object its dictionary, where there is one: modules and types guard
/// theirs (`get_builtin_base_with_dict`).
fn builtin_dict_descriptor(t: &Thread, object: &Object) -> PyResult<Option<Owned>> {
    let mut class = object.class();
    loop {
        let Some(base) = class.base() else { return Ok(None) };
        // SAFETY: plain field.
        let offset = unsafe { (*class.as_type_ptr()).tp_dictoffset };
        if offset != 0 && class.flags() & Py_TPFLAGS_HEAPTYPE == 0 {
            break;
        }
        class = base;
    }
    match class.lookup(t, name!(t, "__dict__")) {
        Some(descriptor) => Ok(Some(descriptor)),
        None => Err(unsupported_dict(t, object)),
    }
}

fn unsupported_dict(t: &Thread, object: &Object) -> crate::Raised {
    err!(t, TypeError, "this __dict__ descriptor does not support '{:.200}' objects", object.class().name_lossy())
}

unsafe extern "C" fn subtype_dict(op: *mut PyObject, _closure: *mut c_void) -> *mut PyObject {
    // SAFETY: called as a getter, with the GIL held.
    unsafe {
        let t = thread::current();
        let object = Object::from_ptr(op);
        let found = match builtin_dict_descriptor(t, object) {
            Err(raised) => Err(raised),
            Ok(None) => attr::generic_get_dict(t, object),
            Ok(Some(descriptor)) => match (*descriptor.class().as_type_ptr()).tp_descr_get {
                Some(get) => Owned::from_result(get(descriptor.as_ptr(), op, object.class().as_ptr())),
                None => Err(unsupported_dict(t, object)),
            },
        };
        match found {
            Ok(dict) => dict.into_ptr(),
            Err(_) => core::ptr::null_mut(),
        }
    }
}

unsafe extern "C" fn subtype_set_dict(op: *mut PyObject, value: *mut PyObject, _closure: *mut c_void) -> c_int {
    // SAFETY: called as a setter, with the GIL held.
    unsafe {
        let t = thread::current();
        let object = Object::from_ptr(op);
        let done = match builtin_dict_descriptor(t, object) {
            Err(raised) => Err(raised),
            Ok(None) => attr::generic_set_dict(t, object, Object::from_ptr_opt(value)),
            Ok(Some(descriptor)) => match (*descriptor.class().as_type_ptr()).tp_descr_set {
                Some(set) => return set(descriptor.as_ptr(), op, value),
                None => Err(unsupported_dict(t, object)),
            },
        };
        match done {
            Ok(()) => 0,
            Err(_) => -1,
        }
    }
}

unsafe extern "C" fn subtype_weakref(op: *mut PyObject, _closure: *mut c_void) -> *mut PyObject {
    // SAFETY: called as a getter, with the GIL held.
    unsafe {
        let object = Object::from_ptr(op);
        let offset = (*object.class().as_type_ptr()).tp_weaklistoffset;
        let list = op.cast::<u8>().offset(offset).cast::<*mut PyObject>();
        let found = if offset == 0 || (*list).is_null() { singletons::none().as_ptr() } else { *list };
        refcount::incref(found);
        found
    }
}

static DICT_GETSET: Static<GetSetTable> = Static::new(GetSetTable([
    PyGetSetDef {
        name: c"__dict__".as_ptr(),
        get: Some(subtype_dict),
        set: Some(subtype_set_dict),
        doc: c"dictionary for instance variables".as_ptr(),
        closure: core::ptr::null_mut(),
    },
    PyGetSetDef::END,
]));

static WEAKREF_GETSET: Static<GetSetTable> = Static::new(GetSetTable([
    PyGetSetDef {
        name: c"__weakref__".as_ptr(),
        get: Some(subtype_weakref),
        set: None,
        doc: c"list of weak references to the object".as_ptr(),
        closure: core::ptr::null_mut(),
    },
    PyGetSetDef::END,
]));

/// The `__dict__` attribute that a class adds.
pub(super) fn dict_getset() -> *mut PyGetSetDef {
    DICT_GETSET.get().cast()
}

/// The `__weakref__` attribute that a class adds.
pub(super) fn weakref_getset() -> *mut PyGetSetDef {
    WEAKREF_GETSET.get().cast()
}

const fn member(name: &'static core::ffi::CStr, kind: c_int, offset: usize) -> PyMemberDef {
    PyMemberDef {
        name: name.as_ptr(),
        r#type: kind,
        offset: offset as isize,
        flags: Py_READONLY,
        doc: core::ptr::null(),
    }
}

impl PyType {
    const MEMBERS_LEN: usize = 7;
    const WEAKLIST: usize = core::mem::offset_of!(PyTypeObject, tp_weaklist);
}

/// type(object) -> the object's type
/// type(name, bases, dict, **kwds) -> a new type
#[class(
    name = "type",
    layout,
    export = PyType_Type,
    flags(BASETYPE, HAVE_GC, ITEMS_AT_END),
    basicsize = size_of::<PyHeapTypeObject>(),
    itemsize = size_of::<PyMemberDef>(),
    subclass_flag = TYPE_SUBCLASS,
    dealloc = type_dealloc,
    call = type_call,
    traverse = type_traverse,
    clear = type_clear,
    is_gc = type_is_gc,
    members = [
        member(c"__basicsize__", Py_T_PYSSIZET, core::mem::offset_of!(PyTypeObject, tp_basicsize)),
        member(c"__itemsize__", Py_T_PYSSIZET, core::mem::offset_of!(PyTypeObject, tp_itemsize)),
        member(c"__flags__", Py_T_ULONG, core::mem::offset_of!(PyTypeObject, tp_flags)),
        member(c"__weakrefoffset__", Py_T_PYSSIZET, core::mem::offset_of!(PyTypeObject, tp_weaklistoffset)),
        member(c"__base__", _Py_T_OBJECT, core::mem::offset_of!(PyTypeObject, tp_base)),
        member(c"__dictoffset__", Py_T_PYSSIZET, core::mem::offset_of!(PyTypeObject, tp_dictoffset)),
        PyMemberDef::END,
    ],
)]
impl PyType {
    #[slot]
    fn tp_new(cls: &PyType, t: &Thread, args: Args<'_>) -> PyResult {
        new::type_new(cls, t, args)
    }

    #[slot]
    fn tp_init(&self, t: &Thread, args: Args<'_>) -> PyResult<()> {
        if args.pos.len() == 1 && args.n_keywords() > 0 {
            return Err(err!(t, TypeError, "type.__init__() takes no keyword arguments"));
        }
        if args.pos.len() != 1 && args.pos.len() != 3 {
            return Err(err!(t, TypeError, "type.__init__() takes 1 or 3 arguments"));
        }
        Ok(())
    }

    #[slot]
    fn tp_repr(&self, t: &Thread) -> PyResult {
        if self.mro().is_none() {
            return PyStr::from_fmt(t, format_args!("<class at {:p}>", self.as_ptr())).map(Owned::into_object);
        }
        let module = match self.module_name(t) {
            Ok(module) => module.into_type::<PyStr>().ok(),
            Err(_) => {
                crate::errors::clear(t);
                None
            }
        };
        let qualname = self.qualname(t)?;
        match module {
            Some(module) if !module.eq_str("builtins") => {
                PyStr::from_fmt(t, format_args!("<class '{}.{}'>", module.display(), qualname.display()))
            }
            _ => PyStr::from_fmt(t, format_args!("<class '{}'>", qualname.display())),
        }
        .map(Owned::into_object)
    }

    #[slot]
    fn tp_getattro(&self, t: &Thread, name: &Object) -> PyResult {
        let Some(text) = name.downcast::<PyStr>() else {
            return Err(err!(t, TypeError, "attribute name must be string, not '{:.200}'", name.class().name_lossy()));
        };
        match type_getattro(t, self, text)? {
            Some(found) => Ok(found),
            None => Err(exceptions::attribute_error(
                t,
                self,
                name,
                format_args!("type object '{:.100}' has no attribute '{}'", self.name_lossy(), text.display()),
            )),
        }
    }

    #[slot]
    fn tp_setattro(&self, t: &Thread, name: &Object, value: Option<&Object>) -> PyResult<()> {
        let Some(text) = name.downcast::<PyStr>() else {
            return Err(err!(t, TypeError, "attribute name must be string, not '{:.200}'", name.class().name_lossy()));
        };
        if self.flags() & Py_TPFLAGS_IMMUTABLETYPE != 0 {
            return Err(err!(
                t,
                TypeError,
                "cannot set {} attribute of immutable type '{}'",
                name.repr_lossy(t),
                self.name_lossy()
            ));
        }
        super::share::note_change(self);
        let text = PyStr::interned(text.own());
        // A data descriptor of the metatype goes first.
        if let Some(descriptor) = self.as_object().class().lookup(t, &text) {
            // SAFETY: a slot of the descriptor's type.
            unsafe {
                if let Some(set) = (*descriptor.class().as_type_ptr()).tp_descr_set {
                    let v = value.map_or(core::ptr::null_mut(), Object::as_ptr);
                    return if set(descriptor.as_ptr(), self.as_ptr(), v) < 0 { Err(Raised::assume()) } else { Ok(()) };
                }
            }
        }
        if value.is_none() && !self.dict().map_or(Ok(false), |d| d.contains(t, &text))? {
            return Err(exceptions::attribute_error(
                t,
                self,
                name,
                format_args!("type object '{:.100}' has no attribute '{}'", self.name_lossy(), text.display()),
            ));
        }
        self.set_in_dict(t, &text, value)
    }

    /// Return a type's method resolution order.
    #[method]
    fn mro_(&self, t: &Thread) -> PyResult<Owned<PyList>> {
        PyList::from_vec(t, mro::compute_mro(t, self)?)
    }

    /// Return a list of immediate subclasses.
    #[method]
    fn __subclasses__(&self, t: &Thread) -> PyResult<Owned<PyList>> {
        PyList::from_vec(t, self.own_subclasses(t).into_iter().map(Owned::into_object).collect())
    }

    /// Create the namespace for the class statement
    #[classmethod(text = "($cls, name, bases, /, **kwds)")]
    fn __prepare__(_cls: &PyType, t: &Thread, _args: Args<'_>) -> PyResult<Owned<PyDict>> {
        PyDict::new(t)
    }

    /// Check if an object is an instance.
    #[method(sig = "(instance, /)")]
    fn __instancecheck__(&self, t: &Thread, instance: &Object) -> PyResult<bool> {
        super::recursive_isinstance(t, instance, self)
    }

    /// Check if a class is a subclass.
    #[method(sig = "(subclass, /)")]
    fn __subclasscheck__(&self, t: &Thread, subclass: &Object) -> PyResult<bool> {
        super::recursive_issubclass(t, subclass, self)
    }

    /// Specialized __dir__ implementation for types.
    #[method]
    fn __dir__(&self, t: &Thread) -> PyResult {
        let dict = PyDict::new(t)?;
        merge_class_dict(t, &dict, self)?;
        let list = PyList::new(t)?;
        for (key, _) in dict.items_vec() {
            list.append(t, key)?;
        }
        Ok(list.into_object())
    }

    /// Return memory consumption of the type object.
    #[method]
    fn __sizeof__(&self, _t: &Thread) -> usize {
        if self.flags() & Py_TPFLAGS_HEAPTYPE == 0 {
            return size_of::<PyTypeObject>();
        }
        // SAFETY: plain fields of a heap type.
        unsafe {
            let keys = (*self.as_type_ptr().cast::<PyHeapTypeObject>()).ht_cached_keys.cast();
            let keys_size = if keys as usize == 0 { 0 } else { crate::dict::keys::DictKeys::byte_size(keys) };
            size_of::<PyHeapTypeObject>() + keys_size
        }
    }

    /// Return a union of types.
    #[slot]
    fn nb_or(t: &Thread, left: &Object, right: &Object) -> PyResult {
        crate::state::type_union(t, left, right)
    }

    #[getter]
    fn __name__(&self, t: &Thread) -> PyResult<Owned<PyStr>> {
        self.name_object(t)
    }

    #[setter]
    fn set___name__(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        check_special(t, self, value, "__name__")?;
        let Some(text) = value.and_then(|v| v.downcast::<PyStr>()) else {
            return Err(err!(
                t,
                TypeError,
                "can only assign string to {}.__name__, not '{}'",
                self.name_lossy(),
                value.map_or_else(String::new, |v| v.class().name_lossy())
            ));
        };
        let utf8 = text.to_utf8(t)?;
        if utf8.as_bytes().contains(&0) {
            return Err(err!(t, ValueError, "type name must not contain null characters"));
        }
        // SAFETY: a heap type, which keeps the new name; behind a string's UTF-8 text is a zero.
        unsafe {
            let heap = self.as_type_ptr().cast::<PyHeapTypeObject>();
            (*self.as_type_ptr()).tp_name = utf8.as_ptr().cast();
            let old = core::mem::replace(&mut (*heap).ht_name, text.own().into_object().into_ptr());
            refcount::xdecref(old);
        }
        Ok(())
    }

    #[getter]
    fn __qualname__(&self, t: &Thread) -> PyResult<Owned<PyStr>> {
        self.qualname(t)
    }

    #[setter]
    fn set___qualname__(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        check_special(t, self, value, "__qualname__")?;
        let Some(text) = value.and_then(|v| v.downcast::<PyStr>()) else {
            return Err(err!(
                t,
                TypeError,
                "can only assign string to {}.__qualname__, not '{}'",
                self.name_lossy(),
                value.map_or_else(String::new, |v| v.class().name_lossy())
            ));
        };
        // SAFETY: a heap type.
        unsafe {
            let heap = self.as_type_ptr().cast::<PyHeapTypeObject>();
            let old = core::mem::replace(&mut (*heap).ht_qualname, text.own().into_object().into_ptr());
            refcount::xdecref(old);
        }
        Ok(())
    }

    #[getter]
    fn __bases__(&self, _t: &Thread) -> Option<Owned<PyTuple>> {
        self.bases()
    }

    #[setter]
    fn set___bases__(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        check_special(t, self, value, "__bases__")?;
        match value {
            Some(value) => new::set_bases(t, self, value),
            None => Ok(()),
        }
    }

    #[getter]
    fn __module__(&self, t: &Thread) -> PyResult {
        self.module_name(t)
    }

    #[setter]
    fn set___module__(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        check_special(t, self, value, "__module__")?;
        self.modified();
        if let Some(dict) = self.dict() {
            match value {
                Some(value) => dict.set_str(t, name!(t, "__module__"), value)?,
                None => return Ok(()),
            }
            dict.pop_item(t, name!(t, "__firstlineno__"))?;
        }
        Ok(())
    }

    #[getter]
    fn __abstractmethods__(&self, t: &Thread) -> PyResult {
        let key = name!(t, "__abstractmethods__");
        if !self.is(PyType::class())
            && let Some(dict) = self.dict()
            && let Some(found) = dict.get_item(t, key)?
        {
            return Ok(found);
        }
        Err(err!(t, AttributeError, "__abstractmethods__"))
    }

    #[setter]
    fn set___abstractmethods__(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        check_mutable(t, self, "__abstractmethods__")?;
        let key = name!(t, "__abstractmethods__");
        let is_abstract = match value {
            Some(value) => value.is_true(t)?,
            None => false,
        };
        if let Some(dict) = self.dict() {
            match value {
                Some(value) => dict.set_str(t, key, value)?,
                None => {
                    if dict.pop_item(t, key)?.is_none() {
                        return Err(err!(t, AttributeError, "__abstractmethods__"));
                    }
                }
            }
        }
        self.modified();
        // SAFETY: plain field.
        unsafe {
            if is_abstract {
                (*self.as_type_ptr()).tp_flags |= Py_TPFLAGS_IS_ABSTRACT;
            } else {
                (*self.as_type_ptr()).tp_flags &= !Py_TPFLAGS_IS_ABSTRACT;
            }
        }
        Ok(())
    }

    #[getter(name = "__dict__")]
    fn get_dict(&self, t: &Thread) -> PyResult {
        match self.dict() {
            Some(dict) => crate::descr::PyMappingProxy::new(t, dict).map(Owned::into_object),
            None => singletons::ok_none(),
        }
    }

    #[getter]
    fn __doc__(&self, t: &Thread) -> PyResult {
        if self.flags() & Py_TPFLAGS_HEAPTYPE == 0 {
            // SAFETY: a C string or null.
            let doc = unsafe { (*self.as_type_ptr()).tp_doc };
            if !doc.is_null() {
                // SAFETY: as above.
                let text = unsafe { core::ffi::CStr::from_ptr(doc) }.to_string_lossy();
                let doc = crate::descr::doc_without_signature(&self.short_name_lossy(), &text);
                return PyStr::from_str(t, doc).map(Owned::into_object);
            }
        }
        let found = match self.dict() {
            Some(dict) => dict.get_item(t, name!(t, "__doc__"))?,
            None => None,
        };
        match found {
            None => singletons::ok_none(),
            // SAFETY: a slot of the descriptor's type.
            Some(found) => unsafe {
                match (*found.class().as_type_ptr()).tp_descr_get {
                    Some(get) => Owned::from_result(get(found.as_ptr(), core::ptr::null_mut(), self.as_ptr())),
                    None => Ok(found),
                }
            },
        }
    }

    #[setter]
    fn set___doc__(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        check_special(t, self, value, "__doc__")?;
        self.modified();
        match (self.dict(), value) {
            (Some(dict), Some(value)) => dict.set_str(t, name!(t, "__doc__"), value),
            _ => Ok(()),
        }
    }

    #[getter]
    fn __mro__(&self, _t: &Thread) -> Option<Owned<PyTuple>> {
        self.mro().map(Own::own)
    }

    #[getter]
    fn __text_signature__(&self, t: &Thread) -> PyResult {
        // SAFETY: a C string or null.
        let doc = unsafe { (*self.as_type_ptr()).tp_doc };
        if doc.is_null() {
            return singletons::ok_none();
        }
        // SAFETY: as above.
        let text = unsafe { core::ffi::CStr::from_ptr(doc) }.to_string_lossy();
        match crate::descr::text_signature(&self.short_name_lossy(), &text) {
            Some(signature) => PyStr::from_str(t, signature).map(Owned::into_object),
            None => singletons::ok_none(),
        }
    }

    #[getter]
    fn __annotate__(&self, t: &Thread) -> PyResult {
        if self.flags() & Py_TPFLAGS_HEAPTYPE == 0 {
            return Err(err!(t, AttributeError, "type object '{}' has no attribute '__annotate__'", self.name_lossy()));
        }
        let Some(dict) = self.dict() else { return singletons::ok_none() };
        // One that was defined under its own name comes before the compiler's.
        for key in [name!(t, "__annotate__"), name!(t, "__annotate_func__")] {
            if let Some(found) = dict.get_item(t, key)? {
                // SAFETY: a slot of the descriptor's type.
                return unsafe {
                    match (*found.class().as_type_ptr()).tp_descr_get {
                        Some(get) => Owned::from_result(get(found.as_ptr(), core::ptr::null_mut(), self.as_ptr())),
                        None => Ok(found),
                    }
                };
            }
        }
        // That there is none is noted, where `dir()` shows it.
        if super::share::several() && super::share::is_shared(self) {
            return singletons::ok_none();
        }
        dict.set_str(t, name!(t, "__annotate_func__"), singletons::none())?;
        self.modified();
        singletons::ok_none()
    }

    #[setter]
    fn set___annotate__(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        let Some(value) = value else {
            return Err(err!(t, TypeError, "cannot delete __annotate__ attribute"));
        };
        check_mutable(t, self, "__annotate__")?;
        if !value.is(singletons::none()) && !value.is_callable() {
            return Err(err!(t, TypeError, "__annotate__ must be callable or None"));
        }
        if let Some(dict) = self.dict() {
            dict.set_str(t, name!(t, "__annotate_func__"), value)?;
            if !value.is(singletons::none()) {
                dict.pop_item(t, name!(t, "__annotations_cache__"))?;
                dict.pop_item(t, name!(t, "__annotations__"))?;
            }
        }
        self.modified();
        Ok(())
    }

    #[getter]
    fn __annotations__(&self, t: &Thread) -> PyResult {
        if self.flags() & Py_TPFLAGS_HEAPTYPE == 0 {
            return Err(err!(
                t,
                AttributeError,
                "type object '{}' has no attribute '__annotations__'",
                self.name_lossy()
            ));
        }
        let Some(dict) = self.dict() else { return singletons::ok_none() };
        for key in [name!(t, "__annotations__"), name!(t, "__annotations_cache__")] {
            if let Some(found) = dict.get_item(t, key)? {
                // SAFETY: a slot of the descriptor's type.
                return unsafe {
                    match (*found.class().as_type_ptr()).tp_descr_get {
                        Some(get) => Owned::from_result(get(found.as_ptr(), core::ptr::null_mut(), self.as_ptr())),
                        None => Ok(found),
                    }
                };
            }
        }
        let annotate = self.__annotate__(t)?;
        let annotations = if annotate.is_callable() {
            let one = crate::PyInt::from_i64(t, 1)?;
            let result = annotate.call(t, &[&one])?;
            if !result.is_instance_of::<PyDict>() {
                return Err(err!(
                    t,
                    TypeError,
                    "__annotate__ returned non-dict of type '{:.100}'",
                    result.class().name_lossy()
                ));
            }
            result
        } else {
            PyDict::new(t)?.into_object()
        };
        if !(super::share::several() && super::share::is_shared(self)) {
            dict.set_str(t, name!(t, "__annotations_cache__"), &annotations)?;
            self.modified();
        }
        Ok(annotations)
    }

    #[setter]
    fn set___annotations__(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        check_mutable(t, self, "__annotations__")?;
        let Some(dict) = self.dict() else { return Ok(()) };
        let direct = name!(t, "__annotations__");
        let key = if dict.contains(t, direct)? { direct } else { name!(t, "__annotations_cache__") };
        match value {
            Some(value) => dict.set_str(t, key, value)?,
            None => {
                if dict.pop_item(t, key)?.is_none() {
                    return Err(err!(t, AttributeError, "__annotations__"));
                }
            }
        }
        dict.pop_item(t, name!(t, "__annotate_func__"))?;
        dict.pop_item(t, name!(t, "__annotate__"))?;
        self.modified();
        Ok(())
    }

    #[getter]
    fn __type_params__(&self, t: &Thread) -> PyResult {
        if self.flags() & Py_TPFLAGS_HEAPTYPE == 0 {
            return Ok(PyTuple::empty().own().into_object());
        }
        let found = match self.dict() {
            Some(dict) => dict.get_item(t, name!(t, "__type_params__"))?,
            None => None,
        };
        Ok(found.unwrap_or_else(|| PyTuple::empty().own().into_object()))
    }

    #[setter]
    fn set___type_params__(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        check_special(t, self, value, "__type_params__")?;
        if let (Some(dict), Some(value)) = (self.dict(), value) {
            dict.set_str(t, name!(t, "__type_params__"), value)?;
        }
        self.modified();
        Ok(())
    }
}

/// Adds the attributes of a class and its bases (`merge_class_dict`).
pub fn merge_class_dict(t: &Thread, dict: &PyDict, class: &Object) -> PyResult<()> {
    if let Some(found) = class.getattr_opt(t, name!(t, "__dict__"))? {
        let update = dict.as_object().getattr(t, name!(t, "update"))?;
        update.call(t, &[&found])?;
    }
    if let Some(bases) = class.getattr_opt(t, name!(t, "__bases__"))? {
        crate::call::enter_recursive(t, " in dir()")?;
        for base in crate::iter::to_vec(t, &bases)? {
            merge_class_dict(t, dict, &base)?;
        }
    }
    Ok(())
}

/// Finishes the type `type` itself: its vectorcall slot and its weak list have no attribute of the macro.
pub(super) fn finish() {
    // SAFETY: at start-up, before anything else sees the type.
    unsafe {
        let ty = static_type::<PyType>();
        (*ty).tp_weaklistoffset = PyType::WEAKLIST as isize;
        (*ty).tp_dictoffset = core::mem::offset_of!(PyTypeObject, tp_dict) as isize;
        (*ty).tp_vectorcall_offset = core::mem::offset_of!(PyTypeObject, tp_vectorcall) as isize;
        (*ty).tp_flags |= Py_TPFLAGS_HAVE_VECTORCALL;
        (*ty).tp_vectorcall = Some(type_vectorcall);
    }
}
