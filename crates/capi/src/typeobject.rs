//! `object.h`, `cpython/object.h` and `typeslots.h`: types.

use crate::contract::*;
use core::ffi::{c_int, c_uint, c_ulong, c_void};
use taipan_object::abi::*;
use taipan_object::typeobject::{self, spec};
use taipan_object::{Own, Owned, PyResult, PyStr, PyType, Thread, err, errors};

/// `PyType_Ready`.
///
/// # Safety
/// A type that C code has filled in, and that stays.
pub unsafe fn ready(t: &Thread, ty: *mut PyTypeObject) -> PyResult<()> {
    // SAFETY: the caller's promise.
    unsafe { typeobject::ready(t, PyType::from_type_ptr(ty)) }
}

unsafe fn class<'a>(ty: *mut PyTypeObject) -> &'a PyType {
    // SAFETY: the contract of the callers.
    unsafe { PyType::from_type_ptr(ty) }
}

unsafe fn from_spec(
    t: &Thread,
    metaclass: *mut PyTypeObject,
    module: Obj,
    spec: *mut PyType_Spec,
    bases: Obj,
) -> PyResult<Owned<PyType>> {
    // SAFETY: the contract of the callers.
    unsafe {
        let metaclass = if metaclass.is_null() { None } else { Some(class(metaclass)) };
        spec::from_spec(t, metaclass, opt(module), spec, opt(bases))
    }
}

capi! {
    /// Makes a static type ready.
    fn PyType_Ready[t](ty: *mut PyTypeObject) -> Status {
        ready(t, ty)
    }

    /// A type from a spec; a new reference.
    fn PyType_FromSpec[t](spec: *mut PyType_Spec) -> New<PyType> {
        from_spec(t, core::ptr::null_mut(), core::ptr::null_mut(), spec, core::ptr::null_mut())
    }

    /// A type from a spec and its bases; a new reference.
    fn PyType_FromSpecWithBases[t](spec: *mut PyType_Spec, bases: Obj) -> New<PyType> {
        from_spec(t, core::ptr::null_mut(), core::ptr::null_mut(), spec, bases)
    }

    /// A type of a module from a spec and its bases; a new reference.
    fn PyType_FromModuleAndSpec[t](module: Obj, spec: *mut PyType_Spec, bases: Obj) -> New<PyType> {
        from_spec(t, core::ptr::null_mut(), module, spec, bases)
    }

    /// A type with a metaclass, of a module, from a spec and its bases; a new reference.
    fn PyType_FromMetaclass[t](
        metaclass: *mut PyTypeObject, module: Obj, spec: *mut PyType_Spec, bases: Obj,
    ) -> New<PyType> {
        from_spec(t, metaclass, module, spec, bases)
    }

    /// The slot `tp_new` that only allocates; a new reference.
    fn PyType_GenericNew[t](ty: *mut PyTypeObject, _args: Obj, _kwargs: Obj) -> New {
        class(ty).alloc(t, 0)
    }

    /// Whether `a` is `b` or derives from it.
    fn PyType_IsSubtype(a: *mut PyTypeObject, b: *mut PyTypeObject) -> Raw<c_int> {
        class(a).is_subtype(class(b)).into()
    }

    /// `tp_flags`.
    fn PyType_GetFlags(ty: *mut PyTypeObject) -> Raw<c_ulong> {
        (*ty).tp_flags
    }

    /// The value of a slot; null if the type has none or the number is wrong.
    fn PyType_GetSlot[t](ty: *mut PyTypeObject, slot: c_int) -> Raw<*mut c_void> {
        if !(1..=spec::LAST_SLOT).contains(&slot) {
            let _ = errors::bad_internal_call(t);
            return core::ptr::null_mut();
        }
        if slot == slots::Py_tp_token {
            if (*ty).tp_flags & Py_TPFLAGS_HEAPTYPE == 0 {
                return core::ptr::null_mut();
            }
            return (*ty.cast::<PyHeapTypeObject>()).ht_token;
        }
        spec::get(ty, slot)
    }

    /// Says that a type has been changed behind the interpreter's back.
    fn PyType_Modified(ty: *mut PyTypeObject) -> Void {
        class(ty).modified();
    }

    /// `__name__`; a new reference.
    fn PyType_GetName[t](ty: *mut PyTypeObject) -> New<PyStr> {
        class(ty).name_object(t)
    }

    /// `__qualname__`; a new reference.
    fn PyType_GetQualName[t](ty: *mut PyTypeObject) -> New<PyStr> {
        class(ty).qualname(t)
    }

    /// The module and the qualified name with a dot between; a new reference.
    fn PyType_GetFullyQualifiedName[t](ty: *mut PyTypeObject) -> New<PyStr> {
        class(ty).fully_qualified_name(t)
    }

    /// `__module__`; a new reference.
    fn PyType_GetModuleName[t](ty: *mut PyTypeObject) -> New {
        class(ty).module_name(t)
    }

    /// The type's dictionary; a new reference, or null.
    fn PyType_GetDict(ty: *mut PyTypeObject) -> Raw<Obj> {
        class(ty).dict().map_or(core::ptr::null_mut(), |d| d.as_object().own().into_ptr())
    }

    /// The module that the type was made for, borrowed.
    fn PyType_GetModule[t](ty: *mut PyTypeObject) -> Borrowed {
        of_module(t, ty)
    }

    /// The state of the module that the type was made for.
    fn PyType_GetModuleState[t](ty: *mut PyTypeObject) -> Raw<*mut c_void> {
        match of_module(t, ty) {
            Ok(module) => (*module.cast::<PyModuleObject>()).md_state,
            Err(_) => core::ptr::null_mut(),
        }
    }

    /// The module of this definition that the type or one of its bases was made for, borrowed.
    fn PyType_GetModuleByDef[t](ty: *mut PyTypeObject, def: *mut PyModuleDef) -> Borrowed {
        let module = spec::module_by_definition(ty, def);
        if module.is_null() {
            return Err(err!(
                t,
                TypeError,
                "PyType_GetModuleByDef: No superclass of '{}' has the given module",
                class(ty).name_lossy()
            ));
        }
        Ok(module)
    }

    /// The first type of the MRO with this token into `*out` (a new reference; may be null): 1, 0 or -1.
    fn PyType_GetBaseByToken[t](ty: *mut PyTypeObject, token: *mut c_void, out: *mut *mut PyTypeObject) -> Flag {
        if !out.is_null() {
            *out = core::ptr::null_mut();
        }
        if token.is_null() {
            return Err(err!(t, SystemError, "PyType_GetBaseByToken called with token=NULL"));
        }
        if !o(ty.cast()).is_instance_of::<PyType>() {
            return Err(err!(
                t,
                TypeError,
                "expected a type, got a '{}' object",
                o(ty.cast()).class().fully_qualified_name(t)?.to_string_lossy()
            ));
        }
        match spec::base_by_token(ty, token) {
            Some(base) => {
                if !out.is_null() {
                    *out = base.into_object().into_ptr().cast();
                }
                Ok(true)
            }
            None => Ok(false),
        }
    }

    /// The size of the data of the type itself.
    fn PyType_GetTypeDataSize(ty: *mut PyTypeObject) -> Raw<Size> {
        spec::type_data_size(ty)
    }

    /// Makes a type immutable, if its bases are.
    fn PyType_Freeze[t](ty: *mut PyTypeObject) -> Status {
        let class = class(ty);
        if let Some(mro) = class.mro() {
            for base in mro.as_slice().iter().skip(1) {
                let Some(base) = base.downcast::<PyType>() else { continue };
                if base.flags() & Py_TPFLAGS_IMMUTABLETYPE == 0 {
                    return Err(err!(
                        t,
                        TypeError,
                        "Creating immutable type {} from mutable base {}",
                        class.name_lossy(),
                        base.fully_qualified_name(t)?.to_string_lossy()
                    ));
                }
            }
        }
        (*ty).tp_flags |= Py_TPFLAGS_IMMUTABLETYPE;
        class.modified();
        Ok(())
    }

    /// An attribute from the types of the MRO, borrowed, or null without an exception.
    fn _PyType_Lookup[t](ty: *mut PyTypeObject, name: Obj) -> Raw<Obj> {
        class(ty).lookup_raw(t, cast(name))
    }

    /// As `_PyType_Lookup`; a new reference.
    fn _PyType_LookupRef[t](ty: *mut PyTypeObject, name: Obj) -> Raw<Obj> {
        class(ty).lookup(t, cast(name)).map_or(core::ptr::null_mut(), Owned::into_ptr)
    }

    /// The type's version, given out if it has none: 0 if it cannot have one.
    fn PyUnstable_Type_AssignVersionTag(ty: *mut PyTypeObject) -> Raw<c_int> {
        (class(ty).assign_version() != 0).into()
    }

    /// Sets the type's version, for tests.
    fn _PyType_SetVersion(ty: *mut PyTypeObject, version: c_uint) -> Void {
        (*ty).tp_version_tag = version;
    }

    /// Empties the cache of attributes found in types: the last version given out.
    fn PyType_ClearCache[t]() -> Raw<c_uint> {
        taipan_object::state::clear_method_cache(t);
        0
    }

    /// The names of the special methods that stand for slots; a new reference.
    fn _PyType_GetSlotWrapperNames[t]() -> New {
        let mut names: Vec<Owned> = Vec::new();
        for row in typeobject::slotdefs::rows() {
            names.push(PyStr::intern_str(t, row.name())?.into_object());
        }
        taipan_object::PyList::from_vec(t, names).map(Owned::into_object)
    }

    /// The built-in static types; a new reference.
    fn _PyStaticType_GetBuiltins[t]() -> New {
        static_builtins(t)
    }

    /// `super(type, obj)` and its like are not made this way any more; kept for old callers.
    fn _PyObject_LookupSpecial[t](op: Obj, name: Obj) -> Raw<Obj> {
        match taipan_object::attr::lookup_special(t, o(op), cast(name)) {
            Ok(Some(found)) => found.into_ptr(),
            _ => core::ptr::null_mut(),
        }
    }
}

unsafe fn of_module(t: &Thread, ty: *mut PyTypeObject) -> PyResult<Obj> {
    // SAFETY: a live type.
    unsafe {
        let name = class(ty).name_lossy();
        if (*ty).tp_flags & Py_TPFLAGS_HEAPTYPE == 0 {
            return Err(err!(t, TypeError, "PyType_GetModule: Type '{name}' is not a heap type"));
        }
        let module = (*ty.cast::<PyHeapTypeObject>()).ht_module;
        if module.is_null() {
            return Err(err!(t, TypeError, "PyType_GetModule: Type '{name}' has no associated module"));
        }
        Ok(module)
    }
}

/// All static types that the interpreter itself has made ready: they are found from `object` downwards.
fn static_builtins(t: &Thread) -> PyResult {
    fn walk(class: &PyType, all: &mut Vec<Owned>) {
        for subclass in class.subclasses() {
            if subclass.flags() & _Py_TPFLAGS_STATIC_BUILTIN != 0
                && !all.iter().any(|known| known.is(subclass.as_object()))
            {
                all.push(subclass.as_object().own());
                walk(&subclass, all);
            }
        }
    }
    let object = <taipan_object::PyBaseObject as taipan_object::Class>::class();
    let mut all = vec![object.as_object().own()];
    walk(object, &mut all);
    taipan_object::PyList::from_vec(t, all).map(Owned::into_object)
}
