//! `method`: a function bound to an object (`Objects/classobject.c`).

use crate::argparse::Args;
use crate::handle::{CompareOp, Object, Own, Owned, PyResult};
use crate::typeobject::{PyType, init_recycled_head, static_type};
use crate::{PyStr, PyTuple, attr, err, layout, name, singletons};
use core::ffi::{c_int, c_void};
use taipan_macros::class;
use taipan_runtime::abi::*;
use taipan_runtime::{Thread, gc, refcount, thread};

layout!(
    /// `method`.
    PyMethod,
    PyMethodObject
);

impl PyMethod {
    const MEMBERS_LEN: usize = 3;

    /// Binds a callable.
    pub fn new(t: &Thread, function: &Object, this: &Object) -> PyResult<Owned<Self>> {
        let cached = t.freelists().methods.pop();
        let op = if cached.is_null() {
            gc::alloc(t, size_of::<PyMethodObject>(), size_of::<PyGC_Head>())
        } else {
            cached.cast()
        };
        if op.is_null() {
            return Err(crate::errors::no_memory(t));
        }
        // SAFETY: a fresh block of the method's size.
        unsafe {
            init_recycled_head(op, static_type::<Self>(), cached.is_null());
            let m = op.cast::<PyMethodObject>();
            (*m).im_func = function.own().into_ptr();
            (*m).im_self = this.own().into_ptr();
            (*m).im_weakreflist = core::ptr::null_mut();
            (*m).vectorcall = Some(method_vectorcall);
            gc::track(op);
            Ok(Owned::from_ptr(op))
        }
    }

    /// The function, borrowed from the method.
    #[inline(always)]
    pub fn function(&self) -> &Object {
        // SAFETY: never null, never changed.
        unsafe { Object::from_ptr((*self.raw()).im_func) }
    }

    /// The object it is bound to, borrowed from the method.
    #[inline(always)]
    pub fn this(&self) -> &Object {
        // SAFETY: never null, never changed.
        unsafe { Object::from_ptr((*self.raw()).im_self) }
    }
}

unsafe extern "C" fn method_vectorcall(
    callable: *mut PyObject,
    args: *const *mut PyObject,
    nargsf: usize,
    kwnames: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: called as a vectorcall function, with the GIL held.
    unsafe {
        let t = thread::current();
        let m = callable.cast::<PyMethodObject>();
        let function = Object::from_ptr((*m).im_func);
        let nargs = nargsf & !PY_VECTORCALL_ARGUMENTS_OFFSET;
        let result = if nargsf & PY_VECTORCALL_ARGUMENTS_OFFSET != 0 {
            // The word before the arguments is ours to use during the call.
            let before = args.sub(1).cast_mut();
            let saved = *before;
            *before = (*m).im_self;
            let result = crate::call::vectorcall(t, function, before, nargs + 1, kwnames);
            *before = saved;
            result
        } else {
            let nkw = Object::from_ptr_opt(kwnames).map_or(0, |k| k.cast_unchecked::<PyTuple>().len());
            let total = nargs + nkw;
            let mut small = [core::ptr::null_mut::<PyObject>(); 6];
            let mut large;
            let words: *mut *mut PyObject = if total < 5 {
                small.as_mut_ptr()
            } else {
                large = vec![core::ptr::null_mut::<PyObject>(); total + 1];
                large.as_mut_ptr()
            };
            *words = (*m).im_self;
            core::ptr::copy_nonoverlapping(args, words.add(1), total);
            crate::call::vectorcall(t, function, words, nargs + 1, kwnames)
        };
        match result {
            Ok(value) => value.into_ptr(),
            Err(_) => core::ptr::null_mut(),
        }
    }
}

unsafe extern "C" fn method_dealloc(op: *mut PyObject) {
    // SAFETY: the method is dead.
    unsafe {
        gc::maybe_untrack(op);
        let m = op.cast::<PyMethodObject>();
        if !(*m).im_weakreflist.is_null() {
            crate::weakref::clear_weakrefs(op);
        }
        refcount::decref((*m).im_func);
        refcount::xdecref((*m).im_self);
        let t = thread::current_ptr();
        if !t.is_null() && (*t).freelists().methods.push(op.cast(), 20) {
            return;
        }
        gc::free_sized(op, size_of::<PyMethodObject>(), size_of::<PyGC_Head>());
    }
}

unsafe extern "C" fn method_traverse(op: *mut PyObject, visit: visitproc, arg: *mut c_void) -> c_int {
    // SAFETY: a live method.
    unsafe {
        let m = op.cast::<PyMethodObject>();
        let result = visit((*m).im_func, arg);
        if result != 0 {
            return result;
        }
        visit((*m).im_self, arg)
    }
}

const fn member(name: &'static core::ffi::CStr, offset: usize, doc: &'static core::ffi::CStr) -> PyMemberDef {
    PyMemberDef {
        name: name.as_ptr(),
        r#type: _Py_T_OBJECT,
        offset: offset as isize,
        flags: Py_READONLY,
        doc: doc.as_ptr(),
    }
}

/// Create a bound instance method object.
#[class(name = "method", layout, export = PyMethod_Type, flags(HAVE_GC, HAVE_VECTORCALL),
    dealloc = method_dealloc, traverse = method_traverse, call = crate::tramp::vectorcall_call,
    setattro = attr::generic_setattr_slot,
    members = [
        member(c"__func__", core::mem::offset_of!(PyMethodObject, im_func), c"the function (or other callable) implementing a method"),
        member(c"__self__", core::mem::offset_of!(PyMethodObject, im_self), c"the instance to which a method is bound"),
        PyMemberDef::END,
    ])]
impl PyMethod {
    #[new(sig = "(function, instance, /)")]
    fn new_(_cls: &PyType, t: &Thread, function: &Object, instance: &Object) -> PyResult<Owned<Self>> {
        if !function.is_callable() {
            return Err(err!(t, TypeError, "first argument must be callable"));
        }
        if instance.is(singletons::none()) {
            return Err(err!(t, TypeError, "instance must not be None"));
        }
        Self::new(t, function, instance)
    }

    #[slot]
    fn tp_getattro(&self, t: &Thread, name: &Object) -> PyResult {
        let Some(text) = name.downcast::<PyStr>() else {
            return self.function().getattr(t, name);
        };
        if let Some(descriptor) = self.class().lookup(t, text) {
            // SAFETY: a slot of the descriptor's type.
            return unsafe {
                match (*descriptor.class().as_type_ptr()).tp_descr_get {
                    Some(get) => {
                        Owned::from_result(get(descriptor.as_ptr(), self.as_ptr(), self.class().as_object().as_ptr()))
                    }
                    None => Ok(descriptor),
                }
            };
        }
        self.function().getattr(t, name)
    }

    #[slot]
    fn tp_repr(&self, t: &Thread) -> PyResult {
        let mut shown = "?".to_string();
        for key in [name!(t, "__qualname__"), name!(t, "__name__")] {
            if let Some(found) = self.function().getattr_opt(t, key)? {
                if let Ok(text) = found.into_type::<PyStr>() {
                    shown = text.to_string_lossy();
                }
                break;
            }
        }
        let this = self.this().repr(t)?;
        PyStr::from_fmt(t, format_args!("<bound method {shown} of {}>", this.display())).map(Owned::into_object)
    }

    #[slot]
    fn tp_richcompare(&self, t: &Thread, other: &Object, op: CompareOp) -> PyResult {
        let Some(other) = other.downcast::<Self>() else { return singletons::ok_not_implemented() };
        let equal = match op {
            CompareOp::Eq | CompareOp::Ne => self.function().eq(t, other.function())? && self.this().is(other.this()),
            _ => return singletons::ok_not_implemented(),
        };
        Ok(singletons::bool(equal == (op == CompareOp::Eq)).own())
    }

    #[slot]
    fn tp_hash(&self, t: &Thread) -> PyResult<isize> {
        Ok(crate::hash::hash_pointer(self.this().as_ptr()) ^ crate::hash::hash(t, self.function())?)
    }

    #[slot]
    fn tp_descr_get(&self, _t: &Thread, _object: Option<&Object>, _class: Option<&Object>) -> PyResult {
        Ok(self.as_object().own())
    }

    #[method]
    fn __reduce__(&self, t: &Thread) -> PyResult {
        let builtins = crate::state::import(t, "builtins")?;
        let getattr = builtins.getattr(t, name!(t, "getattr"))?;
        let name = self.function().getattr(t, name!(t, "__name__"))?;
        let arguments = PyTuple::from_vec(t, vec![self.this().own(), name])?;
        PyTuple::from_vec(t, vec![getattr, arguments.into_object()]).map(Owned::into_object)
    }

    #[getter]
    fn __doc__(&self, t: &Thread) -> PyResult {
        self.function().getattr(t, name!(t, "__doc__"))
    }
}

/// Fills in the offsets that the declaration cannot name.
pub(crate) fn finish_static_types() {
    // SAFETY: at start-up, before anything else sees the type.
    unsafe {
        let ty = static_type::<PyMethod>();
        (*ty).tp_vectorcall_offset = core::mem::offset_of!(PyMethodObject, vectorcall) as isize;
        (*ty).tp_weaklistoffset = core::mem::offset_of!(PyMethodObject, im_weakreflist) as isize;
    }
}

/// Binds unless the attribute is not to be bound; the arguments of a call through a method.
pub fn bind_args<'a>(args: &Args<'a>) -> Args<'a> {
    *args
}
