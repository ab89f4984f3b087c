//! `frame.f_locals` of functions: a mapping that writes through to the variables (PEP 667).

use crate::frame::{self, PyFrame};
use taipan_object::abi::*;
use taipan_object::{
    CompareOp, Head, Object, Own, Owned, PyDict, PyList, PyResult, PyStr, PyType, Slot, class, compare, err, errors,
    exceptions, iter, new_object, object, singletons, typeobject,
};
use taipan_runtime::Thread;

/// `FrameLocalsProxy`.
#[object]
pub struct PyFrameLocalsProxy {
    frame: Slot<PyFrame>,
}

/// `frame.f_locals`: the namespace of a module or class body, or a proxy.
pub fn frame_locals(t: &Thread, object: &PyFrame) -> PyResult {
    // SAFETY: a live frame.
    unsafe {
        let code = frame::code_of(object.frame());
        if !frame::is_optimized(code)
            && !frame::has_hidden_locals(object.frame())
            && let Some(locals) = Object::from_ptr_opt((*object.frame()).f_locals)
        {
            return Ok(locals.own());
        }
    }
    new_object(t, PyFrameLocalsProxy { head: Head::new(), frame: Slot::new(object.own()) }).map(Owned::into_object)
}

/// `locals()`: the namespace itself outside functions, a snapshot inside.
pub fn current_locals(t: &Thread) -> PyResult {
    let current = frame::current(t);
    if current.is_null() {
        return match crate::subinterpreters::running_main_globals(t) {
            Some(globals) => Ok(globals.into_object()),
            None => Err(err!(t, SystemError, "frame does not exist")),
        };
    }
    // SAFETY: the current frame is live.
    unsafe {
        let code = frame::code_of(current);
        if !frame::is_optimized(code)
            && !frame::has_hidden_locals(current)
            && let Some(locals) = Object::from_ptr_opt((*current).f_locals)
        {
            return Ok(locals.own());
        }
        let dict = PyDict::new(t)?;
        for (name, value) in frame::local_items(current) {
            dict.set_item(t, &name, &value)?;
        }
        // What was stored under other names through `f_locals`.
        if !(*current).frame_obj.is_null()
            && let Some(extra) = Object::from_ptr_opt((*(*current).frame_obj).f_extra_locals)
        {
            dict.merge_dict(t, extra.cast_unchecked::<PyDict>(), true)?;
        }
        Ok(dict.into_object())
    }
}

impl PyFrameLocalsProxy {
    fn items_now(&self) -> Vec<(Owned, Owned)> {
        let Some(frame) = self.frame.get() else { return Vec::new() };
        let mut items = frame.local_items();
        // SAFETY: a dictionary or null.
        unsafe {
            if let Some(extra) = Object::from_ptr_opt((*frame.raw()).f_extra_locals) {
                items.extend(extra.cast_unchecked::<PyDict>().items_vec());
            }
        }
        items
    }

    fn find(&self, t: &Thread, key: &Object) -> PyResult<Option<Owned>> {
        let Some(frame) = self.frame.get() else { return Ok(None) };
        // SAFETY: a live frame; its extra locals are a dictionary or null.
        unsafe {
            if let Some(i) = frame::local_index(t, frame.frame(), key, true)? {
                return Ok(frame::local_value(frame.frame(), i));
            }
            match Object::from_ptr_opt((*frame.raw()).f_extra_locals) {
                Some(extra) => extra.cast_unchecked::<PyDict>().own().get_item(t, key),
                None => Ok(None),
            }
        }
    }

    fn extra(&self, t: &Thread) -> PyResult<Option<Owned<PyDict>>> {
        let Some(frame) = self.frame.get() else { return Ok(None) };
        // SAFETY: a dictionary or null.
        unsafe {
            let slot = &raw mut (*frame.raw()).f_extra_locals;
            if (*slot).is_null() {
                *slot = PyDict::new(t)?.into_object().into_ptr();
            }
            Ok(Some(Object::from_ptr(*slot).cast_unchecked::<PyDict>().own()))
        }
    }

    fn to_dict(&self, t: &Thread) -> PyResult<Owned<PyDict>> {
        let dict = PyDict::new(t)?;
        for (name, value) in self.items_now() {
            dict.set_item(t, &name, &value)?;
        }
        Ok(dict)
    }
}

#[class(name = "FrameLocalsProxy", export = PyFrameLocalsProxy_Type, flags(HAVE_GC, MAPPING))]
impl PyFrameLocalsProxy {
    #[new(sig = "(frame, /)", text = "")]
    fn new_(_cls: &PyType, t: &Thread, frame: &PyFrame) -> PyResult<Owned<Self>> {
        new_object(t, Self { head: Head::new(), frame: Slot::new(frame.own()) })
    }

    #[slot]
    fn mp_length(&self, _t: &Thread) -> PyResult<usize> {
        Ok(self.items_now().len())
    }

    #[slot]
    fn mp_subscript(&self, t: &Thread, key: &Object) -> PyResult {
        match self.find(t, key)? {
            Some(value) => Ok(value),
            None => Err(err!(t, KeyError, "local variable '{}' is not defined", key.repr(t)?.display())),
        }
    }

    #[slot]
    fn mp_ass_subscript(&self, t: &Thread, key: &Object, value: Option<&Object>) -> PyResult<()> {
        let Some(frame) = self.frame.get() else { return Ok(()) };
        let Some(value) = value else {
            // SAFETY: a live frame.
            if unsafe { frame::local_index(t, frame.frame(), key, false)? }.is_some() {
                return Err(err!(t, ValueError, "cannot remove local variables from FrameLocalsProxy"));
            }
            return match self.extra(t)? {
                Some(extra) => extra.del_item(t, key),
                None => Err(errors::key_error(t, key)),
            };
        };
        // SAFETY: a live frame.
        if unsafe { frame::store_local(t, &frame, key, value) }? {
            return Ok(());
        }
        match self.extra(t)? {
            Some(extra) => extra.set_item(t, key, value),
            None => Ok(()),
        }
    }

    #[slot]
    fn sq_contains(&self, t: &Thread, key: &Object) -> PyResult<bool> {
        Ok(self.find(t, key)?.is_some())
    }

    #[slot]
    fn tp_iter(&self, t: &Thread) -> PyResult {
        let keys = self.keys(t)?;
        iter::get_iter(t, &keys)
    }

    #[slot]
    fn tp_repr(&self, t: &Thread) -> PyResult {
        if !taipan_object::state::repr_enter(t, self) {
            return PyStr::from_str(t, "{...}").map(Owned::into_object);
        }
        let text = self.to_dict(t).and_then(|dict| dict.repr(t));
        taipan_object::state::repr_leave(t, self);
        text.map(Owned::into_object)
    }

    #[slot]
    fn tp_richcompare(&self, t: &Thread, other: &Object, op: CompareOp) -> PyResult {
        if !matches!(op, CompareOp::Eq | CompareOp::Ne) {
            return singletons::ok_not_implemented();
        }
        let mine = self.to_dict(t)?;
        if let Some(other) = other.downcast_exact::<Self>() {
            let theirs = other.to_dict(t)?;
            return compare::rich_compare(t, &mine, &theirs, op);
        }
        if other.is_instance_of::<PyDict>() {
            return compare::rich_compare(t, &mine, other, op);
        }
        singletons::ok_not_implemented()
    }

    #[slot]
    fn nb_or(t: &Thread, left: &Object, right: &Object) -> PyResult {
        let dict = |o: &Object| -> PyResult<Option<Owned<PyDict>>> {
            match o.downcast_exact::<Self>() {
                Some(proxy) => proxy.to_dict(t).map(Some),
                None => Ok(o.downcast::<PyDict>().map(Own::own)),
            }
        };
        let (Some(a), Some(b)) = (dict(left)?, dict(right)?) else { return singletons::ok_not_implemented() };
        let made = a.copy(t)?;
        made.merge_dict(t, &b, true)?;
        Ok(made.into_object())
    }

    #[slot]
    fn nb_inplace_or(t: &Thread, left: &Object, right: &Object) -> PyResult {
        let Some(this) = left.downcast_exact::<Self>() else { return singletons::ok_not_implemented() };
        this.update(t, right)?;
        Ok(left.own())
    }

    #[method(text = "")]
    fn keys(&self, t: &Thread) -> PyResult {
        PyList::from_vec(t, self.items_now().into_iter().map(|(k, _)| k).collect()).map(Owned::into_object)
    }

    #[method(text = "")]
    fn values(&self, t: &Thread) -> PyResult {
        PyList::from_vec(t, self.items_now().into_iter().map(|(_, v)| v).collect()).map(Owned::into_object)
    }

    #[method(text = "")]
    fn items(&self, t: &Thread) -> PyResult {
        let mut out = Vec::new();
        for (k, v) in self.items_now() {
            out.push(PyDict::pair(t, k, v)?.into_object());
        }
        PyList::from_vec(t, out).map(Owned::into_object)
    }

    #[method(text = "")]
    fn update(&self, t: &Thread, other: &Object) -> PyResult<()> {
        if let Some(dict) = other.downcast::<PyDict>() {
            for (key, value) in dict.items_vec() {
                self.mp_ass_subscript(t, &key, Some(&value))?;
            }
            return Ok(());
        }
        if let Some(proxy) = other.downcast_exact::<Self>() {
            for (key, value) in proxy.items_now() {
                self.mp_ass_subscript(t, &key, Some(&value))?;
            }
            return Ok(());
        }
        Err(err!(t, TypeError, "update() argument must be dict or another FrameLocalsProxy"))
    }

    #[method(text = "", flags = taipan_object::abi::METH_COEXIST)]
    fn __contains__(&self, t: &Thread, key: &Object) -> PyResult<bool> {
        self.sq_contains(t, key)
    }

    #[method(text = "", flags = taipan_object::abi::METH_COEXIST)]
    fn __getitem__(&self, t: &Thread, key: &Object) -> PyResult {
        self.mp_subscript(t, key)
    }

    #[method(text = "")]
    fn copy(&self, t: &Thread) -> PyResult<Owned<PyDict>> {
        self.to_dict(t)
    }

    #[method(sig = "(key, default=None, /)", text = "")]
    fn get(&self, t: &Thread, key: &Object, default: Option<&Object>) -> PyResult {
        Ok(match self.find(t, key)? {
            Some(value) => value,
            None => default.unwrap_or_else(|| singletons::none()).own(),
        })
    }

    #[method(sig = "(key, default=None, /)", text = "")]
    fn setdefault(&self, t: &Thread, key: &Object, default: Option<&Object>) -> PyResult {
        if let Some(value) = self.find(t, key)? {
            return Ok(value);
        }
        let value = default.unwrap_or_else(|| singletons::none());
        self.mp_ass_subscript(t, key, Some(value))?;
        Ok(value.own())
    }

    #[method(sig = "(key, default=None, /)", text = "")]
    fn pop(&self, t: &Thread, key: &Object, default: Option<&Object>) -> PyResult {
        match self.find(t, key)? {
            Some(value) => {
                self.mp_ass_subscript(t, key, None)?;
                Ok(value)
            }
            None => default.map(Own::own).ok_or_else(|| errors::key_error(t, key)),
        }
    }

    #[method(text = "")]
    fn __reversed__(&self, t: &Thread) -> PyResult {
        let mut keys: Vec<Owned> = self.items_now().into_iter().map(|(k, _)| k).collect();
        keys.reverse();
        PyList::from_vec(t, keys).map(Owned::into_object)
    }
}

/// Whether the exception in flight is an attribute error; used where a proxy stands in for a mapping.
pub fn attribute_missing(t: &Thread) -> bool {
    errors::matches::<exceptions::AttributeError>(t)
}

/// Registers the type.
pub(crate) fn init_types(t: &Thread) -> PyResult<()> {
    let _ = Py_TPFLAGS_MAPPING;
    typeobject::add_static::<PyFrameLocalsProxy>(t)
}
