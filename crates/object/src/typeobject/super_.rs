//! `super`.

use super::PyType;
use crate::argparse::Args;
use crate::handle::{Class, Object, Own, Owned, PyResult, Raised, Slot};
use crate::{PyStr, attr, err, name, singletons};
use taipan_macros::{class, object};
use taipan_runtime::Thread;

/// `super`.
#[object]
pub struct PySuper {
    thisclass: Slot<PyType>,
    this: Slot,
    self_class: Slot<PyType>,
}

/// The class in whose MRO the look-up starts: `object`'s class or, for class methods, `object` itself (`supercheck`).
pub fn check(t: &Thread, class: &PyType, object: &Object) -> PyResult<Owned<PyType>> {
    if let Some(ty) = object.downcast::<PyType>()
        && ty.is_subtype(class)
    {
        return Ok(ty.own());
    }
    if object.class().is_subtype(class) {
        return Ok(object.class().own());
    }
    if let Some(found) = object.getattr_opt(t, name!(t, "__class__"))?
        && let Ok(ty) = found.into_type::<PyType>()
        && !ty.is(object.class())
        && ty.is_subtype(class)
    {
        return Ok(ty);
    }
    Err(not_an_instance(t, class, object))
}

/// The error of [`check`].
#[cold]
pub(super) fn not_an_instance(t: &Thread, class: &PyType, object: &Object) -> Raised {
    let what = if object.is_instance_of::<PyType>() { "type" } else { "instance of" };
    err!(
        t,
        TypeError,
        "super(type, obj): obj ({what} {:.200}) is not an instance or subtype of type ({:.200}).",
        match object.downcast::<PyType>() {
            Some(ty) => ty.name_lossy(),
            None => object.class().name_lossy(),
        },
        class.name_lossy()
    )
}

/// `super(class, object)`.
pub fn new_super(t: &Thread, class: &PyType, object: &Object) -> PyResult {
    let self_class = check(t, class, object)?;
    let made = super::new_object(
        t,
        PySuper {
            head: crate::Head::new(),
            thisclass: Slot::new(class.own()),
            this: Slot::new(object.own()),
            self_class: Slot::new(self_class),
        },
    )?;
    Ok(made.into_object())
}

/// The attribute that `super(class, object).name` means, without making the `super` object. With `want_method`, a
/// function is returned unbound together with `true`.
pub fn lookup(
    t: &Thread,
    class: &PyType,
    object: &Object,
    name: &PyStr,
    want_method: bool,
) -> PyResult<Option<(Owned, bool)>> {
    let start = check(t, class, object)?;
    lookup_from(t, class, &start, object, name, want_method)
}

fn lookup_from(
    t: &Thread,
    class: &PyType,
    start: &PyType,
    object: &Object,
    name: &PyStr,
    want_method: bool,
) -> PyResult<Option<(Owned, bool)>> {
    let Some(mro) = start.mro() else { return Ok(None) };
    let mro = mro.own();
    let Some(at) = mro.as_slice().iter().position(|ty| core::ptr::addr_eq(*ty, class)) else { return Ok(None) };
    for ty in &mro.as_slice()[at + 1..] {
        let Some(dict) = ty.downcast::<PyType>().and_then(PyType::dict) else { continue };
        let Some(found) = dict.own().get_item(t, name)? else { continue };
        // SAFETY: a slot of the descriptor's type.
        unsafe {
            if want_method
                && found.class().flags() & taipan_runtime::abi::Py_TPFLAGS_METHOD_DESCRIPTOR != 0
                && !core::ptr::addr_eq(start, object)
            {
                return Ok(Some((found, true)));
            }
            if let Some(get) = (*found.class().as_type_ptr()).tp_descr_get {
                let instance = if core::ptr::addr_eq(start, object) { core::ptr::null_mut() } else { object.as_ptr() };
                let bound = Owned::from_result(get(found.as_ptr(), instance, start.as_ptr()))?;
                return Ok(Some((bound, false)));
            }
        }
        return Ok(Some((found, false)));
    }
    Ok(None)
}

/// super() -> same as super(__class__, <first argument>)
/// super(type) -> unbound super object
/// super(type, obj) -> bound super object; requires isinstance(obj, type)
/// super(type, type2) -> bound super object; requires issubclass(type2, type)
/// Typical use to call a cooperative superclass method:
/// class C(B):
///     def meth(self, arg):
///         super().meth(arg)
/// This works for class methods too:
/// class C(B):
///     @classmethod
///     def cmeth(cls, arg):
///         super().cmeth(arg)
#[class(name = "super", export = PySuper_Type, flags(BASETYPE, HAVE_GC),
    fields(__thisclass__ = thisclass: "the class invoking super()", __self__ = this: "the instance invoking super(); may be None",
        __self_class__ = self_class: "the type of the instance invoking super(); may be None"))]
impl PySuper {
    #[slot]
    fn tp_new(cls: &PyType, t: &Thread, _args: Args<'_>) -> PyResult {
        let made = cls.instance(
            t,
            Self { head: crate::Head::new(), thisclass: Slot::empty(), this: Slot::empty(), self_class: Slot::empty() },
        )?;
        Ok(made.into_object())
    }

    #[slot]
    fn tp_init(&self, t: &Thread, args: Args<'_>) -> PyResult<()> {
        args.no_keywords(t, "super")?;
        let (class, object) = match args.pos {
            [] => crate::state::super_arguments(t)?,
            [class] => (class.own(), None),
            [class, object] => (class.own(), Some(object.own()).filter(|o| !o.is(singletons::none()))),
            _ => return Err(err!(t, TypeError, "super expected at most 2 arguments, got {}", args.pos.len())),
        };
        let class = class.into_type::<PyType>().map_err(|o| {
            err!(t, TypeError, "super() argument 1 must be a type, not {:.200}", o.class().name_lossy())
        })?;
        let self_class = match &object {
            Some(object) => Some(check(t, &class, object)?),
            None => None,
        };
        self.thisclass.set(Some(class));
        self.this.set(object);
        self.self_class.set(self_class);
        Ok(())
    }

    #[slot]
    fn tp_getattro(&self, t: &Thread, name: &Object) -> PyResult {
        if let (Some(text), Some(start), Some(object), Some(class)) =
            (name.downcast::<PyStr>(), self.self_class.get(), self.this.get(), self.thisclass.get())
            && !text.eq_str("__class__")
            && let Some((found, _)) = lookup_from(t, &class, &start, &object, text, false)?
        {
            return Ok(found);
        }
        attr::generic_getattr(t, self, name)
    }

    #[slot]
    fn tp_repr(&self, t: &Thread) -> PyResult {
        let class = self.thisclass.get().map_or_else(|| "NULL".to_string(), |c| c.name_lossy());
        let text = match self.self_class.get() {
            Some(found) => format!("<super: <class '{class}'>, <{} object>>", found.name_lossy()),
            None => format!("<super: <class '{class}'>, NULL>"),
        };
        PyStr::from_str(t, &text).map(Owned::into_object)
    }

    #[slot]
    fn tp_descr_get(&self, t: &Thread, object: Option<&Object>, _class: Option<&Object>) -> PyResult {
        let (Some(object), true) = (object.filter(|o| !o.is(singletons::none())), self.this.is_none()) else {
            return Ok(self.as_object().own());
        };
        let Some(class) = self.thisclass.get() else { return Ok(self.as_object().own()) };
        if !self.class().is(Self::class()) {
            return self.class().call(t, &[&class, object]);
        }
        new_super(t, &class, object)
    }
}
