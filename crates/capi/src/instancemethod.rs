//! `instancemethod`: a callable that binds to instances as Python functions do (`PyInstanceMethod_Type`).

use crate::contract::Obj;
use taipan_object::{
    CompareOp, Head, Object, Own, Owned, PyMethod, PyResult, PyStr, Slot, Thread, argparse, class, compare, errors,
    name, new_object, object, singletons,
};

#[object]
pub struct PyInstanceMethod {
    func: Slot,
}

/// Makes one.
pub fn new(t: &Thread, function: &Object) -> PyResult {
    new_object(t, PyInstanceMethod { head: Head::new(), func: Slot::new(function.own()) }).map(Owned::into_object)
}

/// The function, borrowed.
pub fn function(t: &Thread, op: Obj) -> PyResult<Obj> {
    // SAFETY: C passes a live object.
    match unsafe { Object::from_ptr_opt(op) }.and_then(|op| op.downcast::<PyInstanceMethod>()) {
        // The object keeps its function.
        Some(method) => Ok(method.func.get().map_or(core::ptr::null_mut(), |f| f.as_ptr())),
        None => Err(errors::bad_internal_call(t)),
    }
}

/// Makes the type ready.
pub fn init_types(t: &Thread) -> PyResult<()> {
    taipan_object::typeobject::add_static::<PyInstanceMethod>(t)
}

impl PyInstanceMethod {
    fn callee(&self) -> Owned {
        self.func.get().unwrap_or_else(|| singletons::none().own())
    }
}

/// instancemethod(function)
///
/// Bind a function to a class.
#[class(name = "instancemethod", export = PyInstanceMethod_Type, flags(HAVE_GC))]
impl PyInstanceMethod {
    #[new(sig = "(func, /)")]
    fn new_(_cls: &taipan_object::PyType, t: &Thread, func: &Object) -> PyResult {
        if !func.is_callable() {
            return Err(taipan_object::err!(t, TypeError, "first argument must be callable"));
        }
        new(t, func)
    }

    #[slot]
    fn tp_call(&self, t: &Thread, args: argparse::Args<'_>) -> PyResult {
        self.callee().call_args(t, &args)
    }

    #[slot]
    fn tp_descr_get(&self, t: &Thread, object: Option<&Object>, _class: Option<&Object>) -> PyResult {
        let function = self.callee();
        match object {
            None => Ok(function),
            Some(object) => PyMethod::new(t, &function, object).map(Owned::into_object),
        }
    }

    #[slot]
    fn tp_getattro(&self, t: &Thread, name: &Object) -> PyResult {
        if let Some(text) = name.downcast::<PyStr>()
            && taipan_object::upcast(self).class().lookup(t, text).is_some()
        {
            return taipan_object::attr::generic_getattr(t, taipan_object::upcast(self), name);
        }
        self.callee().getattr(t, name)
    }

    #[slot]
    fn tp_richcompare(&self, t: &Thread, other: &Object, op: CompareOp) -> PyResult {
        let (Some(other), true) = (other.downcast::<Self>(), matches!(op, CompareOp::Eq | CompareOp::Ne)) else {
            return singletons::ok_not_implemented();
        };
        let equal = compare::rich_compare_bool(t, &self.callee(), &other.callee(), CompareOp::Eq)?;
        Ok(singletons::bool(equal == matches!(op, CompareOp::Eq)).own())
    }

    #[slot]
    fn tp_repr(&self, t: &Thread) -> PyResult<Owned<PyStr>> {
        let function = self.callee();
        let shown = match function.getattr_opt(t, name!(t, "__name__"))? {
            Some(found) if found.is_instance_of::<PyStr>() => found.str_lossy(t),
            _ => "?".to_string(),
        };
        PyStr::from_fmt(t, format_args!("<instancemethod {shown} at {:p}>", taipan_object::upcast(self).as_ptr()))
    }

    /// the function (or other callable) implementing a method
    #[getter(member)]
    fn __func__(&self, _t: &Thread) -> Option<Owned> {
        self.func.get()
    }

    #[getter]
    fn __doc__(&self, t: &Thread) -> PyResult {
        let function = self.callee();
        Ok(function.getattr_opt(t, name!(t, "__doc__"))?.unwrap_or_else(|| singletons::none().own()))
    }
}
