//! `PyType_Ready`: bases, dictionary, descriptors, MRO and inherited slots of a type.

use super::{PyType, alloc, heap_static, mro, share, slotdefs};
use crate::handle::{Class, Own, PyResult};
use crate::{PyDict, PyInt, PyStr, PyTuple, err, hash, name, singletons};
use core::ffi::CStr;
use taipan_runtime::Thread;
use taipan_runtime::abi::*;

/// Makes the static type of `T` ready.
pub fn add_static<T: Class>(t: &Thread) -> PyResult<()> {
    // SAFETY: static types live for ever.
    ready(t, unsafe { PyType::from_type_ptr(T::TYPE) })
}

/// Makes a type ready for use (`PyType_Ready`).
pub fn ready(t: &Thread, class: &PyType) -> PyResult<()> {
    ready_as(t, class, false)
}

/// Makes a class ready that a `class` statement made: its special methods stand in its dictionary already, and its
/// slots follow from them.
pub(super) fn ready_from_statement(t: &Thread, class: &PyType) -> PyResult<()> {
    ready_as(t, class, true)
}

fn ready_as(t: &Thread, class: &PyType, from_statement: bool) -> PyResult<()> {
    // SAFETY: plain field of a live type.
    let native = !from_statement && unsafe { share::becomes_shared(class.as_type_ptr()) };
    if native && class.flags() & Py_TPFLAGS_READY == 0 {
        return share::exclusively(|| make_ready(t, class, false));
    }
    make_ready(t, class, from_statement)
}

fn make_ready(t: &Thread, class: &PyType, from_statement: bool) -> PyResult<()> {
    // SAFETY: the type is being set up by its owner, under the GIL.
    unsafe {
        let ty = class.as_type_ptr();
        if (*ty).tp_flags & Py_TPFLAGS_READY != 0 {
            return Ok(());
        }
        if (*ty).tp_flags & Py_TPFLAGS_READYING != 0 {
            return Ok(());
        }
        (*ty).tp_flags |= Py_TPFLAGS_READYING;
        let result = ready_steps(t, class, from_statement);
        let shared = result.is_ok() && share::several() && share::is_shared(class);
        let result = if shared { result.and_then(|()| share::share_type(t, class)) } else { result };
        (*ty).tp_flags &= !Py_TPFLAGS_READYING;
        heap_static::set_prepared(ty);
        if shared {
            // Only now others see it.
            core::sync::atomic::fence(core::sync::atomic::Ordering::Release);
            (*ty).tp_flags |= Py_TPFLAGS_READY;
            add_to_bases(t, class)?;
        }
        result
    }
}

/// What C code may have set wrongly.
unsafe fn check_flags(t: &Thread, class: &PyType) -> PyResult<()> {
    // SAFETY: a type under construction.
    unsafe {
        let ty = class.as_type_ptr();
        let flags = (*ty).tp_flags;
        if (*ty).tp_name.is_null() {
            return Err(err!(t, SystemError, "Type does not define the tp_name field."));
        }
        if flags & Py_TPFLAGS_METHOD_DESCRIPTOR != 0 && (*ty).tp_descr_get.is_none() {
            return Err(err!(
                t,
                SystemError,
                "type {} has the Py_TPFLAGS_METHOD_DESCRIPTOR flag but no tp_descr_get",
                class.name_lossy()
            ));
        }
        if flags & Py_TPFLAGS_HEAPTYPE == 0 {
            if flags & Py_TPFLAGS_MANAGED_DICT != 0 {
                return Err(err!(
                    t,
                    SystemError,
                    "type {} has the Py_TPFLAGS_MANAGED_DICT flag but not Py_TPFLAGS_HEAPTYPE flag",
                    class.name_lossy()
                ));
            }
            // Static types are immutable and live for ever.
            (*ty).tp_flags |= Py_TPFLAGS_IMMUTABLETYPE;
            taipan_runtime::refcount::set_immortal(ty.cast());
        }
        if share::becomes_shared(ty) {
            taipan_runtime::refcount::set_shared(ty.cast());
        }
        if flags & Py_TPFLAGS_MANAGED_DICT != 0 {
            if (*ty).tp_dictoffset > 0 || (*ty).tp_dictoffset < -1 {
                return Err(err!(
                    t,
                    TypeError,
                    "type {} has the Py_TPFLAGS_MANAGED_DICT flag but tp_dictoffset is set to incompatible value",
                    class.name_lossy()
                ));
            }
            (*ty).tp_dictoffset = -1;
        }
        if flags & Py_TPFLAGS_MANAGED_WEAKREF != 0 {
            if (*ty).tp_weaklistoffset != 0 && (*ty).tp_weaklistoffset != MANAGED_WEAKREF_OFFSET {
                return Err(err!(
                    t,
                    TypeError,
                    "type {} has the Py_TPFLAGS_MANAGED_WEAKREF flag but tp_weaklistoffset is set to incompatible value",
                    class.name_lossy()
                ));
            }
            (*ty).tp_weaklistoffset = MANAGED_WEAKREF_OFFSET;
        }
        Ok(())
    }
}

/// Where the list of weak references stands in the pre-header, seen from the object.
pub(super) const MANAGED_WEAKREF_OFFSET: isize = -32;

unsafe fn ready_steps(t: &Thread, class: &PyType, from_statement: bool) -> PyResult<()> {
    // SAFETY: as in `ready`.
    unsafe {
        let ty = class.as_type_ptr();
        check_flags(t, class)?;
        let object = <crate::PyBaseObject as Class>::TYPE;
        if (*ty).tp_base.is_null() && !core::ptr::eq(ty, object) {
            (*ty).tp_base = object;
            if (*ty).tp_flags & Py_TPFLAGS_HEAPTYPE != 0 {
                taipan_runtime::refcount::incref(object.cast());
            }
        }
        if core::ptr::eq(ty, object) {
            (*ty).tp_base = core::ptr::null_mut();
        }
        if let Some(base) = class.base() {
            ready(t, base)?;
        }
        if (*ty).ob_base.ob_base.ob_type.is_null() {
            (*ty).ob_base.ob_base.ob_type =
                class.base().map_or(super::type_type_ptr(), |base| (*base.as_ptr()).ob_type);
        }
        if (*ty).tp_bases.is_null() {
            let bases = match class.base() {
                Some(base) => PyTuple::from_slice(t, &[base.as_object()])?,
                None => PyTuple::empty().own(),
            };
            (*ty).tp_bases = bases.into_object().into_ptr();
        }
        if (*ty).tp_dict.is_null() {
            (*ty).tp_dict = PyDict::new(t)?.into_object().into_ptr();
        }
        if let Some(dict) = class.dict() {
            dict.set_of_class();
        }
        if heap_static::is_unprepared(ty) {
            heap_static::prepare(t, class)?;
        }
        fill_dict(t, class, from_statement)?;
        mro::install_mro(t, class)?;
        if (*ty).tp_flags & Py_TPFLAGS_HEAPTYPE == 0
            && let Some(bases) = class.bases()
        {
            for base in bases.as_slice() {
                if let Some(base) = base.downcast::<PyType>()
                    && base.flags() & Py_TPFLAGS_HEAPTYPE != 0
                    && !heap_static::is_native(base.as_type_ptr())
                    && (*ty).tp_flags & _Py_TPFLAGS_STATIC_BUILTIN != 0
                {
                    return Err(err!(
                        t,
                        TypeError,
                        "type '{:.100}' is not dynamically allocated but its base type '{:.100}' is dynamically allocated",
                        class.name_lossy(),
                        base.name_lossy()
                    ));
                }
            }
        }
        if let Some(base) = class.base() {
            inherit_special(ty, base.as_type_ptr());
        }
        if let Some(mro) = class.mro() {
            let mro = mro.own();
            for base in mro.as_slice().iter().skip(1) {
                if let Some(base) = base.downcast::<PyType>() {
                    inherit_slots(ty, base.as_type_ptr());
                    // What `match` takes the class for: the first of the MRO that says.
                    if (*ty).tp_flags & (Py_TPFLAGS_SEQUENCE | Py_TPFLAGS_MAPPING) == 0 {
                        (*ty).tp_flags |= base.flags() & (Py_TPFLAGS_SEQUENCE | Py_TPFLAGS_MAPPING);
                    }
                }
            }
        }
        if (*ty).tp_flags & Py_TPFLAGS_HAVE_GC != 0 && (*ty).tp_traverse.is_none() {
            return Err(err!(
                t,
                SystemError,
                "type {} has the Py_TPFLAGS_HAVE_GC flag but has no traverse function",
                class.name_lossy()
            ));
        }
        set_hash(t, class)?;
        if let Some(base) = class.base() {
            // Tables that this type does not have are shared with the base.
            let b = base.as_type_ptr();
            if (*ty).tp_as_async.is_null() {
                (*ty).tp_as_async = (*b).tp_as_async;
            }
            if (*ty).tp_as_number.is_null() {
                (*ty).tp_as_number = (*b).tp_as_number;
            }
            if (*ty).tp_as_sequence.is_null() {
                (*ty).tp_as_sequence = (*b).tp_as_sequence;
            }
            if (*ty).tp_as_mapping.is_null() {
                (*ty).tp_as_mapping = (*b).tp_as_mapping;
            }
            if (*ty).tp_as_buffer.is_null() {
                (*ty).tp_as_buffer = (*b).tp_as_buffer;
            }
        }
        if share::several() && share::is_shared(class) {
            return Ok(());
        }
        add_to_bases(t, class)?;
        (*ty).tp_flags |= Py_TPFLAGS_READY;
        class.assign_version();
        Ok(())
    }
}

/// Descriptors for slots, methods, members and computed attributes; the docstring; `__new__`.
unsafe fn fill_dict(t: &Thread, class: &PyType, from_statement: bool) -> PyResult<()> {
    // SAFETY: the tables end with an empty entry.
    unsafe {
        let ty = class.as_type_ptr();
        let Some(dict) = class.dict() else { return Ok(()) };
        // `__new__` stands in the dictionary of types that define the slot themselves.
        let inherits_new = (*ty).tp_new.is_none();
        if inherits_new {
            let is_static_root = ((*ty).tp_flags & Py_TPFLAGS_HEAPTYPE == 0 || heap_static::is_unprepared(ty))
                && class.base().is_some_and(|b| core::ptr::eq(b.as_type_ptr(), super::object_type_ptr()));
            if is_static_root {
                (*ty).tp_flags |= Py_TPFLAGS_DISALLOW_INSTANTIATION;
            }
        }
        if (*ty).tp_flags & Py_TPFLAGS_DISALLOW_INSTANTIATION == 0 {
            if !inherits_new && !from_statement {
                if (*ty).tp_flags & heap_static::INHERITED_NEW == 0 {
                    add_new_wrapper(t, class, dict)?;
                }
            } else if inherits_new && let Some(base) = class.base() {
                (*ty).tp_new = (*base.as_type_ptr()).tp_new;
            }
        } else {
            (*ty).tp_new = None;
        }
        if !from_statement {
            slotdefs::add_operators(t, class)?;
        }
        let mut methods = (*ty).tp_methods;
        while !methods.is_null() && !(*methods).ml_name.is_null() {
            let name = PyStr::intern_c(t, CStr::from_ptr((*methods).ml_name))?;
            let keep = (*methods).ml_flags & METH_COEXIST == 0 && dict.contains(t, &name)?;
            if !keep {
                let descriptor = crate::descr::new_method(t, class, methods, &name)?;
                dict.set_str(t, &name, &descriptor)?;
            }
            methods = methods.add(1);
        }
        let mut members = (*ty).tp_members;
        while !members.is_null() && !(*members).name.is_null() {
            let name = PyStr::intern_c(t, CStr::from_ptr((*members).name))?;
            if !dict.contains(t, &name)? {
                let descriptor = crate::descr::new_member(t, class, members, &name)?;
                dict.set_str(t, &name, &descriptor)?;
            }
            members = members.add(1);
        }
        let mut getset = (*ty).tp_getset;
        while !getset.is_null() && !(*getset).name.is_null() {
            let name = PyStr::intern_c(t, CStr::from_ptr((*getset).name))?;
            if !dict.contains(t, &name)? {
                let descriptor = crate::descr::new_getset(t, class, getset, &name)?;
                dict.set_str(t, &name, &descriptor)?;
            }
            getset = getset.add(1);
        }
        let doc_name = name!(t, "__doc__");
        if !dict.contains(t, doc_name)? {
            if (*ty).tp_doc.is_null() {
                dict.set_str(t, doc_name, singletons::none())?;
            } else {
                let text = super::text_of(CStr::from_ptr((*ty).tp_doc));
                let full = class.name_lossy();
                let short = full.rsplit('.').next().unwrap_or_default();
                let doc = PyStr::from_str(t, crate::descr::doc_without_signature(short, &text))?;
                dict.set_str(t, doc_name, &doc)?;
            }
        }
        Ok(())
    }
}

fn add_new_wrapper(t: &Thread, class: &PyType, dict: &PyDict) -> PyResult<()> {
    let name = name!(t, "__new__");
    if dict.contains(t, name)? {
        return Ok(());
    }
    let function = crate::cfunction::new_of_type(t, class)?;
    dict.set_str(t, name, &function)
}

/// Flags and sizes that a type takes from its base (`inherit_special`).
unsafe fn inherit_special(ty: *mut PyTypeObject, base: *mut PyTypeObject) {
    // SAFETY: the base is ready.
    unsafe {
        // Built-in types declare the flag and inherit the functions; C extensions must leave the flag to us.
        let ours = (*ty).tp_flags & _Py_TPFLAGS_STATIC_BUILTIN != 0 || heap_static::is_unprepared(ty);
        if ((*ty).tp_flags & Py_TPFLAGS_HAVE_GC == 0 || ours)
            && (*base).tp_flags & Py_TPFLAGS_HAVE_GC != 0
            && (*ty).tp_traverse.is_none()
            && (*ty).tp_clear.is_none()
        {
            (*ty).tp_flags |= Py_TPFLAGS_HAVE_GC;
            (*ty).tp_traverse = (*base).tp_traverse;
            (*ty).tp_clear = (*base).tp_clear;
        }
        (*ty).tp_flags |= (*base).tp_flags & Py_TPFLAGS_PREHEADER;
        if (*ty).tp_basicsize == 0 {
            (*ty).tp_basicsize = (*base).tp_basicsize;
        }
        if (*ty).tp_itemsize == 0 {
            (*ty).tp_itemsize = (*base).tp_itemsize;
        }
        if (*ty).tp_weaklistoffset == 0 {
            (*ty).tp_weaklistoffset = (*base).tp_weaklistoffset;
        }
        if (*ty).tp_dictoffset == 0 {
            (*ty).tp_dictoffset = (*base).tp_dictoffset;
        }
        const SUBCLASS_FLAGS: u64 = 0xff << 24;
        (*ty).tp_flags |= (*base).tp_flags & SUBCLASS_FLAGS;
        if (*base).tp_flags & _Py_TPFLAGS_MATCH_SELF != 0 {
            (*ty).tp_flags |= _Py_TPFLAGS_MATCH_SELF;
        }
        if (*base).tp_flags & Py_TPFLAGS_ITEMS_AT_END != 0 {
            (*ty).tp_flags |= Py_TPFLAGS_ITEMS_AT_END;
        }
    }
}

macro_rules! inherit {
    ($ty:expr, $base:expr, $basebase:expr; $($slot:ident),*) => {
        $(
            if (*$ty).$slot.is_none() && (*$base).$slot.is_some() {
                let inherited_by_base = !$basebase.is_null()
                    && (*$basebase).$slot.map(|f| f as usize) == (*$base).$slot.map(|f| f as usize);
                if !inherited_by_base {
                    (*$ty).$slot = (*$base).$slot;
                }
            }
        )*
    };
}

/// Slots that a type takes from one type of its MRO (`inherit_slots`).
unsafe fn inherit_slots(ty: *mut PyTypeObject, base: *mut PyTypeObject) {
    // SAFETY: the base is ready; `ty` is under construction.
    unsafe {
        let basebase = (*base).tp_base;
        if !(*ty).tp_as_number.is_null() && !(*base).tp_as_number.is_null() {
            let (d, s) = ((*ty).tp_as_number, (*base).tp_as_number);
            let bb = if basebase.is_null() { core::ptr::null_mut() } else { (*basebase).tp_as_number };
            inherit!(d, s, bb; nb_add, nb_subtract, nb_multiply, nb_remainder, nb_divmod, nb_power, nb_negative,
                nb_positive, nb_absolute, nb_bool, nb_invert, nb_lshift, nb_rshift, nb_and, nb_xor, nb_or, nb_int,
                nb_float, nb_inplace_add, nb_inplace_subtract, nb_inplace_multiply, nb_inplace_remainder,
                nb_inplace_power, nb_inplace_lshift, nb_inplace_rshift, nb_inplace_and, nb_inplace_xor, nb_inplace_or,
                nb_floor_divide, nb_true_divide, nb_inplace_floor_divide, nb_inplace_true_divide, nb_index,
                nb_matrix_multiply, nb_inplace_matrix_multiply);
        }
        if !(*ty).tp_as_async.is_null() && !(*base).tp_as_async.is_null() {
            let (d, s) = ((*ty).tp_as_async, (*base).tp_as_async);
            let bb = if basebase.is_null() { core::ptr::null_mut() } else { (*basebase).tp_as_async };
            inherit!(d, s, bb; am_await, am_aiter, am_anext, am_send);
        }
        if !(*ty).tp_as_sequence.is_null() && !(*base).tp_as_sequence.is_null() {
            let (d, s) = ((*ty).tp_as_sequence, (*base).tp_as_sequence);
            let bb = if basebase.is_null() { core::ptr::null_mut() } else { (*basebase).tp_as_sequence };
            inherit!(d, s, bb; sq_length, sq_concat, sq_repeat, sq_item, sq_ass_item, sq_contains, sq_inplace_concat,
                sq_inplace_repeat);
        }
        if !(*ty).tp_as_mapping.is_null() && !(*base).tp_as_mapping.is_null() {
            let (d, s) = ((*ty).tp_as_mapping, (*base).tp_as_mapping);
            let bb = if basebase.is_null() { core::ptr::null_mut() } else { (*basebase).tp_as_mapping };
            inherit!(d, s, bb; mp_length, mp_subscript, mp_ass_subscript);
        }
        if !(*ty).tp_as_buffer.is_null() && !(*base).tp_as_buffer.is_null() {
            let (d, s) = ((*ty).tp_as_buffer, (*base).tp_as_buffer);
            let bb = if basebase.is_null() { core::ptr::null_mut() } else { (*basebase).tp_as_buffer };
            inherit!(d, s, bb; bf_getbuffer, bf_releasebuffer);
        }
        let bb = basebase;
        inherit!(ty, base, bb; tp_dealloc);
        if (*ty).tp_getattr.is_none() && (*ty).tp_getattro.is_none() {
            (*ty).tp_getattr = (*base).tp_getattr;
            (*ty).tp_getattro = (*base).tp_getattro;
        }
        if (*ty).tp_setattr.is_none() && (*ty).tp_setattro.is_none() {
            (*ty).tp_setattr = (*base).tp_setattr;
            (*ty).tp_setattro = (*base).tp_setattro;
        }
        inherit!(ty, base, bb; tp_repr, tp_str);
        // Comparison and hash go together: a type that defines either defines both.
        if (*ty).tp_richcompare.is_none() && (*ty).tp_hash.is_none() && !overrides_hash(ty) {
            (*ty).tp_richcompare = (*base).tp_richcompare;
            (*ty).tp_hash = (*base).tp_hash;
        }
        if (*ty).tp_call.is_none() {
            (*ty).tp_call = (*base).tp_call;
        }
        if (*ty).tp_vectorcall_offset == 0 {
            (*ty).tp_vectorcall_offset = (*base).tp_vectorcall_offset;
        }
        let call = |ty: *mut PyTypeObject| (*ty).tp_call.map(|f| f as usize);
        if (*base).tp_flags & Py_TPFLAGS_HAVE_VECTORCALL != 0 && call(ty) == call(base) {
            (*ty).tp_flags |= Py_TPFLAGS_HAVE_VECTORCALL;
        }
        inherit!(ty, base, bb; tp_iter, tp_iternext, tp_descr_get);
        let get = |ty: *mut PyTypeObject| (*ty).tp_descr_get.map(|f| f as usize);
        if (*base).tp_flags & Py_TPFLAGS_METHOD_DESCRIPTOR != 0
            && get(ty).is_some()
            && get(ty) == get(base)
            && (*ty).tp_flags & Py_TPFLAGS_IMMUTABLETYPE != 0
        {
            (*ty).tp_flags |= Py_TPFLAGS_METHOD_DESCRIPTOR;
        }
        inherit!(ty, base, bb; tp_descr_set, tp_init, tp_alloc, tp_is_gc, tp_finalize);
        if (*ty).tp_flags & Py_TPFLAGS_HAVE_GC == (*base).tp_flags & Py_TPFLAGS_HAVE_GC {
            inherit!(ty, base, bb; tp_free);
        } else if (*ty).tp_free.is_none() {
            (*ty).tp_free = Some(alloc::generic_free);
        }
        if (*ty).tp_free.is_none() {
            (*ty).tp_free = (*base).tp_free;
        }
        if (*ty).tp_alloc.is_none() {
            (*ty).tp_alloc = (*base).tp_alloc;
        }
    }
}

/// Whether the type's dictionary defines equality or hash (`overrides_hash`).
unsafe fn overrides_hash(ty: *mut PyTypeObject) -> bool {
    // SAFETY: a type under construction with its dictionary.
    unsafe {
        let t = taipan_runtime::thread::current();
        let class = PyType::from_type_ptr(ty);
        class.dict().is_some_and(|dict| {
            dict.get_str(t, name!(t, "__eq__")).is_some() || dict.get_str(t, name!(t, "__hash__")).is_some()
        })
    }
}

fn set_hash(t: &Thread, class: &PyType) -> PyResult<()> {
    // SAFETY: a type under construction.
    unsafe {
        let ty = class.as_type_ptr();
        if (*ty).tp_hash.is_some() {
            return Ok(());
        }
        let Some(dict) = class.dict() else { return Ok(()) };
        if dict.contains(t, name!(t, "__hash__"))? {
            return Ok(());
        }
        dict.set_str(t, name!(t, "__hash__"), singletons::none())?;
        (*ty).tp_hash = Some(hash::hash_not_implemented);
        Ok(())
    }
}

/// Notes the type in its bases' lists of subclasses.
pub(super) fn add_to_bases(t: &Thread, class: &PyType) -> PyResult<()> {
    let Some(bases) = class.bases() else { return Ok(()) };
    super::owners::note(t, class);
    for base in bases.as_slice() {
        if let Some(base) = base.downcast::<PyType>() {
            add_subclass(t, base, class)?;
        }
    }
    Ok(())
}

pub(super) fn add_subclass(t: &Thread, base: &PyType, class: &PyType) -> PyResult<()> {
    if share::add_native(base, class) {
        return Ok(());
    }
    let Some(dict) = share::subclass_dict(t, base, true)? else { return Ok(()) };
    let key = PyInt::from_u64(t, class.as_ptr() as u64)?;
    let reference = crate::weakref::new_ref(t, class, None)?;
    dict.set_item(t, &key, &reference)
}

pub(super) fn remove_subclass(t: &Thread, base: &PyType, class: &PyType) {
    let Ok(Some(dict)) = share::subclass_dict(t, base, false) else { return };
    let Ok(key) = PyInt::from_u64(t, class.as_ptr() as u64) else {
        crate::errors::clear(t);
        return;
    };
    if dict.pop_item(t, &key).is_err() {
        crate::errors::clear(t);
    }
}
