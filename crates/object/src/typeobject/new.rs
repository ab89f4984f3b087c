//! `type.__new__`: layout of a new class from its bases, `__slots__`, and the hooks `__set_name__` and
//! `__init_subclass__`.

use super::texts::{self, Maker};
use super::{PyType, alloc, heap_static, mro, ready, slotdefs};
use crate::argparse::{Args, Keywords};
use crate::dict::keys::{DictKeys, SHARED_KEYS_MAX_SIZE};
use crate::handle::{Class, Object, Own, Owned, PyResult, Raised};
use crate::{PyDict, PyStr, PyTuple, err, name};
use taipan_runtime::Thread;
use taipan_runtime::abi::*;

/// Whether `ty` adds fields of its own to its base's layout (`shape_differs`).
fn shape_differs(ty: &PyType, base: &PyType) -> bool {
    // SAFETY: plain fields.
    unsafe {
        (*ty.as_type_ptr()).tp_basicsize != (*base.as_type_ptr()).tp_basicsize
            || (*ty.as_type_ptr()).tp_itemsize != (*base.as_type_ptr()).tp_itemsize
    }
}

/// The base whose layout a type has (`solid_base`).
pub fn solid_base(ty: &PyType) -> &PyType {
    let base = match ty.base() {
        Some(base) => solid_base(base),
        None => <crate::PyBaseObject as Class>::class(),
    };
    if shape_differs(ty, base) { ty } else { base }
}

/// The base that decides the new class's layout (`best_base`).
pub fn best_base(t: &Thread, bases: &PyTuple) -> PyResult<Owned<PyType>> {
    let mut winner: Option<&PyType> = None;
    let mut chosen: Option<&PyType> = None;
    for base in bases.as_slice() {
        let Some(base) = base.downcast::<PyType>() else {
            return Err(err!(t, TypeError, "bases must be types"));
        };
        ready(t, base)?;
        if base.flags() & Py_TPFLAGS_BASETYPE == 0 {
            return Err(err!(t, TypeError, "type '{:.100}' is not an acceptable base type", base.name_lossy()));
        }
        let candidate = solid_base(base);
        match winner {
            None => {
                winner = Some(candidate);
                chosen = Some(base);
            }
            Some(w) if w.is_subtype(candidate) => {}
            Some(w) if candidate.is_subtype(w) => {
                winner = Some(candidate);
                chosen = Some(base);
            }
            Some(_) => {
                return Err(err!(t, TypeError, "multiple bases have instance lay-out conflict"));
            }
        }
    }
    Ok(chosen.unwrap_or_else(|| <crate::PyBaseObject as Class>::class()).own())
}

/// The most derived metatype of the bases (`_PyType_CalculateMetaclass`).
pub fn calculate_metaclass(t: &Thread, metatype: &PyType, bases: &PyTuple) -> PyResult<Owned<PyType>> {
    let mut winner = metatype;
    for base in bases.as_slice() {
        let class = base.class();
        if winner.is_subtype(class) {
            continue;
        }
        if class.is_subtype(winner) {
            winner = class;
            continue;
        }
        return Err(err!(
            t,
            TypeError,
            "metaclass conflict: the metaclass of a derived class must be a (non-strict) subclass of the metaclasses of all its bases"
        ));
    }
    Ok(winner.own())
}

/// `type.__new__(metatype, name, bases, dict, **kwargs)`.
pub fn type_new(metatype: &PyType, t: &Thread, args: Args<'_>) -> PyResult {
    if metatype.is(PyType::class()) && args.pos.len() == 1 && args.n_keywords() == 0 {
        return Ok(args.pos[0].class().as_object().own());
    }
    let [name_arg, bases_arg, dict_arg] = args.pos else {
        return Err(if metatype.is(PyType::class()) && args.pos.len() != 3 {
            err!(t, TypeError, "type() takes 1 or 3 arguments")
        } else {
            err!(t, TypeError, "type.__new__() takes exactly 3 arguments ({} given)", args.pos.len())
        });
    };
    let bad = |n: usize, expected: &str, got: &Object| {
        err!(t, TypeError, "type.__new__() argument {n} must be {expected}, not {}", got.class().name_lossy())
    };
    let Some(class_name) = name_arg.downcast::<PyStr>() else { return Err(bad(1, "str", name_arg)) };
    let Some(bases) = bases_arg.downcast::<PyTuple>() else { return Err(bad(2, "tuple", bases_arg)) };
    let Some(original_dict) = dict_arg.downcast::<PyDict>() else { return Err(bad(3, "dict", dict_arg)) };

    let mut metatype = metatype.own();
    let mut bases = bases.own();
    if bases.len() == 0 {
        bases = PyTuple::from_slice(t, &[<crate::PyBaseObject as Class>::class().as_object()])?;
    } else {
        for base in bases.as_slice() {
            if base.is_instance_of::<PyType>() {
                continue;
            }
            if base.getattr_opt(t, name!(t, "__mro_entries__"))?.is_some() {
                return Err(err!(t, TypeError, "type() doesn't support MRO entry resolution; use types.new_class()"));
            }
        }
        let winner = calculate_metaclass(t, &metatype, &bases)?;
        if !winner.is(&metatype) {
            // SAFETY: plain fields.
            unsafe {
                let new = (*winner.as_type_ptr()).tp_new;
                if new.map(|f| f as usize) != (*PyType::class().as_type_ptr()).tp_new.map(|f| f as usize) {
                    let Some(new) = new else {
                        return Err(err!(t, TypeError, "cannot create '{:.100}' instances", winner.name_lossy()));
                    };
                    let tuple = PyTuple::from_slice(t, args.pos)?;
                    let kwargs = super::slots::keywords_dict(t, &args)?;
                    let kw = kwargs.as_ref().map_or(core::ptr::null_mut(), |d| d.as_ptr());
                    return Owned::from_result(new(winner.as_type_ptr(), tuple.as_ptr(), kw));
                }
            }
            metatype = winner;
        }
    }
    let base = best_base(t, &bases)?;
    let dict = PyDict::new(t)?;
    dict.merge_mapping(t, original_dict, true)?;
    let class = build(t, &metatype, class_name, &bases, &base, &dict)?;
    slotdefs::set_names(t, &class)?;
    let mut kwargs = Vec::new();
    match args.kw {
        Keywords::None => {}
        _ => args.for_each_keyword(t, |key, value| {
            kwargs.push((key.own(), value.own()));
            Ok(())
        })?,
    }
    slotdefs::init_subclass(t, &class, &kwargs)?;
    if class.dict().is_some_and(|dict| !dict.has_str_keys_only()) {
        crate::errors::warn(
            t,
            crate::exceptions_class!(RuntimeWarning),
            format_args!("non-string key in the __dict__ of class {:.200}", class.name_lossy()),
            1,
        )?;
    }
    Ok(class.into_object())
}

struct SlotPlan {
    names: Vec<Owned<PyStr>>,
    add_dict: bool,
    add_weak: bool,
    slots_object: Option<Owned>,
}

fn plan_slots(t: &Thread, class_name: &PyStr, base: &PyType, dict: &PyDict, bases: &PyTuple) -> PyResult<SlotPlan> {
    // SAFETY: plain fields.
    let (may_add_dict, may_add_weak, itemsize) = unsafe {
        let b = base.as_type_ptr();
        ((*b).tp_dictoffset == 0, (*b).tp_weaklistoffset == 0 && (*b).tp_itemsize == 0, (*b).tp_itemsize)
    };
    let Some(slots) = dict.get_item(t, name!(t, "__slots__"))? else {
        return Ok(SlotPlan { names: Vec::new(), add_dict: may_add_dict, add_weak: may_add_weak, slots_object: None });
    };
    let items = if slots.is_instance_of::<PyStr>() { vec![slots.clone()] } else { crate::iter::to_vec(t, &slots)? };
    if !items.is_empty() && itemsize != 0 && !may_be_extended(base) {
        return Err(err!(t, TypeError, "nonempty __slots__ not supported for subtype of '{:.200}'", base.name_lossy()));
    }
    let (mut add_dict, mut add_weak) = (false, false);
    let mut names: Vec<Owned<PyStr>> = Vec::new();
    for item in items {
        let Ok(slot) = item.into_type::<PyStr>() else {
            return Err(err!(t, TypeError, "__slots__ items must be strings, not 'int'"));
        };
        if !slot.is_identifier() {
            return Err(err!(t, TypeError, "__slots__ must be identifiers"));
        }
        if slot.eq_str("__dict__") {
            if !may_add_dict || add_dict {
                return Err(err!(t, TypeError, "__dict__ slot disallowed: we already got one"));
            }
            add_dict = true;
            continue;
        }
        if slot.eq_str("__weakref__") {
            if !may_add_weak || add_weak {
                return Err(err!(t, TypeError, "__weakref__ slot disallowed: we already got one"));
            }
            add_weak = true;
            continue;
        }
        let mangled = mangle(t, class_name, &slot)?;
        if dict.contains(t, &mangled)? && !mangled.eq_str("__qualname__") && !mangled.eq_str("__classcell__") {
            return Err(err!(t, ValueError, "{} in __slots__ conflicts with class variable", mangled.repr_lossy(t)));
        }
        names.push(mangled);
    }
    names.sort_by(|a, b| a.chars().iter().cmp(b.chars().iter()));
    if bases.len() > 1 && ((may_add_dict && !add_dict) || (may_add_weak && !add_weak)) {
        for other in bases.as_slice() {
            let Some(other) = other.downcast::<PyType>() else { continue };
            if other.is(base) {
                continue;
            }
            // SAFETY: plain fields.
            unsafe {
                if may_add_dict && !add_dict && (*other.as_type_ptr()).tp_dictoffset != 0 {
                    add_dict = true;
                }
                if may_add_weak && !add_weak && (*other.as_type_ptr()).tp_weaklistoffset != 0 {
                    add_weak = true;
                }
            }
        }
    }
    let slots_object = Some(slots);
    Ok(SlotPlan { names, add_dict, add_weak, slots_object })
}

/// Types with items may be extended by `__slots__` only if the items stand at the end.
fn may_be_extended(base: &PyType) -> bool {
    base.flags() & Py_TPFLAGS_ITEMS_AT_END != 0
}

/// Private name mangling (`_Py_Mangle`).
fn mangle(t: &Thread, class_name: &PyStr, name: &PyStr) -> PyResult<Owned<PyStr>> {
    let text = name.to_string_lossy();
    if !text.starts_with("__") || text.ends_with("__") || text.contains('.') {
        return Ok(PyStr::interned(name.own()));
    }
    let class = class_name.to_string_lossy();
    let stem = class.trim_start_matches('_');
    if stem.is_empty() {
        return Ok(PyStr::interned(name.own()));
    }
    PyStr::intern_str(t, &format!("_{stem}{text}"))
}

fn build(
    t: &Thread,
    metatype: &PyType,
    class_name: &PyStr,
    bases: &PyTuple,
    base: &PyType,
    dict: &PyDict,
) -> PyResult<Owned<PyType>> {
    let plan = plan_slots(t, class_name, base, dict, bases)?;
    let utf8 = class_name.to_utf8(t)?;
    if utf8.as_bytes().contains(&0) {
        return Err(err!(t, ValueError, "type name must not contain null characters"));
    }
    let n_slots = plan.names.len();
    let object = metatype.alloc(t, n_slots)?;
    // SAFETY: a zeroed heap type with room for `n_slots` members behind it, not yet seen by anybody else.
    unsafe {
        let class: Owned<PyType> = object.cast_unchecked();
        let ty = class.as_type_ptr();
        let heap = ty.cast::<PyHeapTypeObject>();
        let b = base.as_type_ptr();
        (*ty).tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HEAPTYPE | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC;
        (*ty).tp_as_async = &raw mut (*heap).as_async;
        (*ty).tp_as_sequence = &raw mut (*heap).as_sequence;
        (*ty).tp_as_mapping = &raw mut (*heap).as_mapping;
        (*ty).tp_as_number = &raw mut (*heap).as_number;
        (*ty).tp_as_buffer = &raw mut (*heap).as_buffer;
        (*ty).tp_bases = bases.own().into_object().into_ptr();
        (*ty).tp_base = base.own().into_object().into_ptr().cast();
        (*ty).tp_dict = dict.own().into_object().into_ptr();
        texts::set(t, ty, Maker::Statement, utf8.as_bytes(), None)?;
        (*heap).ht_name = class_name.own().into_object().into_ptr();
        set_qualname(t, heap, class_name, dict)?;
        set_module(t, dict)?;
        set_doc(t, ty, utf8, dict)?;
        wrap_static(t, dict, name!(t, "__new__"), false)?;
        wrap_static(t, dict, name!(t, "__init_subclass__"), true)?;
        wrap_static(t, dict, name!(t, "__class_getitem__"), true)?;

        // Layout: the base's, then the slots.
        let mut size = (*b).tp_basicsize;
        let itemsize = (*b).tp_itemsize;
        let members = ty.cast::<u8>().offset((*metatype.as_type_ptr()).tp_basicsize).cast::<PyMemberDef>();
        for (i, slot) in plan.names.iter().enumerate() {
            members.add(i).write(PyMemberDef {
                // `ht_slots` keeps the names; behind a string's UTF-8 text is a zero.
                name: slot.to_utf8(t)?.as_ptr().cast(),
                r#type: Py_T_OBJECT_EX,
                offset: size,
                flags: 0,
                doc: core::ptr::null(),
            });
            size += 8;
        }
        (*ty).tp_basicsize = size;
        (*ty).tp_itemsize = itemsize;
        if n_slots > 0 {
            let tuple = PyTuple::from_iter_exact(t, n_slots, plan.names.iter().map(|n| n.clone().into_object()))?;
            (*heap).ht_slots = tuple.into_object().into_ptr();
        } else if plan.slots_object.is_some() {
            (*heap).ht_slots = PyTuple::empty().own().into_object().into_ptr();
        }
        if plan.add_dict {
            (*ty).tp_flags |= Py_TPFLAGS_MANAGED_DICT;
            (*ty).tp_dictoffset = -1;
        }
        if plan.add_weak {
            (*ty).tp_flags |= Py_TPFLAGS_MANAGED_WEAKREF;
            (*ty).tp_weaklistoffset = -32;
        }
        // Every instance may be part of a cycle: it refers to its class.
        let gc = (*ty).tp_flags & Py_TPFLAGS_HAVE_GC != 0;
        slotdefs::set_memory_slots(&class, gc);
        (*ty).tp_getattro = None;
        add_getset(t, &class, &plan, itemsize)?;
        set_classcell(t, &class, dict)?;
        // Before the missing docstring is filled in: a slot may be called `__doc__`.
        add_member_descriptors(t, &class, dict)?;
        ready::ready_from_statement(t, &class)?;
        let keep_generic = (*ty).tp_getattro.is_some();
        let _ = keep_generic;
        slotdefs::fix_up_slots(t, &class)?;
        // Classes whose instances are plain objects keep their attributes inline.
        if (*ty).tp_flags & Py_TPFLAGS_MANAGED_DICT != 0
            && ((*ty).tp_basicsize as usize).is_multiple_of(8)
            && (*ty).tp_itemsize == 0
            && (*ty).tp_flags & Py_TPFLAGS_TYPE_SUBCLASS == 0
            && ((*b).tp_flags & Py_TPFLAGS_MANAGED_DICT == 0 || (*b).tp_flags & Py_TPFLAGS_INLINE_VALUES != 0)
            && can_have_inline_values(&class)
        {
            let keys = DictKeys::new_shared(t, instance_capacity(t, &class)?);
            if keys.is_null() {
                return Err(crate::errors::no_memory(t));
            }
            (*heap).ht_cached_keys = keys.cast();
            (*ty).tp_flags |= Py_TPFLAGS_INLINE_VALUES;
        }
        class.modified();
        class.assign_version();
        Ok(class)
    }
}

/// Inline values stand behind `tp_basicsize`: no native base may use that space or allocate in its own way.
fn can_have_inline_values(class: &PyType) -> bool {
    // SAFETY: plain fields.
    unsafe {
        let ty = class.as_type_ptr();
        (*ty).tp_alloc.is_some_and(|f| f as usize == alloc::generic_alloc as *const () as usize)
            && (*ty).tp_flags
                & (Py_TPFLAGS_LONG_SUBCLASS
                    | Py_TPFLAGS_TUPLE_SUBCLASS
                    | Py_TPFLAGS_BYTES_SUBCLASS
                    | Py_TPFLAGS_UNICODE_SUBCLASS
                    | Py_TPFLAGS_TYPE_SUBCLASS)
                == 0
    }
}

/// How many attributes the first instance of a class gets room for, before it takes one itself: every instance lowers the
/// number towards what is in use (see `alloc`). A class whose methods set more attributes than a shared table can hold
/// (`__static_attributes__`) shares none from the start.
fn instance_capacity(t: &Thread, class: &PyType) -> PyResult<usize> {
    let known = match class.dict() {
        Some(dict) => dict.get_item(t, name!(t, "__static_attributes__"))?,
        None => None,
    };
    let known = known.and_then(|names| names.downcast::<PyTuple>().map(|names| names.len())).unwrap_or(0);
    Ok(match known {
        0..29 => SHARED_KEYS_MAX_SIZE,
        29 | SHARED_KEYS_MAX_SIZE => SHARED_KEYS_MAX_SIZE + 1,
        _ => 0,
    })
}

unsafe fn set_qualname(t: &Thread, heap: *mut PyHeapTypeObject, class_name: &PyStr, dict: &PyDict) -> PyResult<()> {
    let key = name!(t, "__qualname__");
    let value = match dict.pop_item(t, key)? {
        Some(value) => value
            .into_type::<PyStr>()
            .map_err(|o| err!(t, TypeError, "type __qualname__ must be a str, not {}", o.class().name_lossy()))?,
        None => class_name.own(),
    };
    // SAFETY: a heap type under construction.
    unsafe { (*heap).ht_qualname = value.into_object().into_ptr() };
    Ok(())
}

fn set_module(t: &Thread, dict: &PyDict) -> PyResult<()> {
    let key = name!(t, "__module__");
    if dict.contains(t, key)? {
        return Ok(());
    }
    if let Some(globals) = crate::state::current_globals(t)
        && let Some(module) = globals.get_item(t, name!(t, "__name__"))?
    {
        dict.set_str(t, key, &module)?;
    }
    Ok(())
}

unsafe fn set_doc(t: &Thread, ty: *mut PyTypeObject, type_name: &str, dict: &PyDict) -> PyResult<()> {
    let Some(doc) = dict.get_item(t, name!(t, "__doc__"))? else {
        // CPython tells a missing docstring from an error by the exception alone, and so finds one that the caller, a
        // metaclass in C (msgspec's), has left set.
        return if crate::errors::occurred(t) { Err(Raised::assume()) } else { Ok(()) };
    };
    if let Some(doc) = doc.into_type::<PyStr>().ok() {
        // SAFETY: a heap type under construction, whose name nobody has yet.
        unsafe { texts::set(t, ty, Maker::Statement, type_name.as_bytes(), Some(doc.to_utf8(t)?.as_bytes()))? };
    }
    Ok(())
}

/// Plain functions under these names become static or class methods.
fn wrap_static(t: &Thread, dict: &PyDict, key: &PyStr, class_method: bool) -> PyResult<()> {
    let Some(function) = dict.get_item(t, key)? else { return Ok(()) };
    if !crate::state::is_function(&function) {
        return Ok(());
    }
    let wrapped = if class_method {
        crate::descr::PyClassMethod::new(t, &function)?.into_object()
    } else {
        crate::descr::PyStaticMethod::new(t, &function)?.into_object()
    };
    dict.set_str(t, key, &wrapped)
}

/// `__dict__` and `__weakref__` descriptors of classes that add these.
fn add_getset(t: &Thread, class: &PyType, plan: &SlotPlan, itemsize: isize) -> PyResult<()> {
    let Some(dict) = class.dict() else { return Ok(()) };
    let _ = itemsize;
    if plan.add_dict && !dict.contains(t, name!(t, "__dict__"))? {
        // SAFETY: a static table.
        let descriptor =
            unsafe { crate::descr::new_getset(t, class, super::class::dict_getset(), name!(t, "__dict__")) }?;
        dict.set_str(t, name!(t, "__dict__"), &descriptor)?;
    }
    if plan.add_weak && !dict.contains(t, name!(t, "__weakref__"))? {
        // SAFETY: a static table.
        let descriptor =
            unsafe { crate::descr::new_getset(t, class, super::class::weakref_getset(), name!(t, "__weakref__")) }?;
        dict.set_str(t, name!(t, "__weakref__"), &descriptor)?;
    }
    Ok(())
}

unsafe fn add_member_descriptors(t: &Thread, class: &PyType, dict: &PyDict) -> PyResult<()> {
    // SAFETY: the members were written by `build`.
    unsafe {
        for member in alloc::slot_members(class.as_type_ptr()) {
            let name = PyStr::intern_c(t, core::ffi::CStr::from_ptr(member.name))?;
            if dict.contains(t, &name)? {
                continue;
            }
            let descriptor = crate::descr::new_member(t, class, core::ptr::from_ref(member).cast_mut(), &name)?;
            dict.set_str(t, &name, &descriptor)?;
        }
    }
    Ok(())
}

/// Fills the `__classcell__` that methods use for `super()` and `__class__`, and removes it from the dictionary.
fn set_classcell(t: &Thread, class: &PyType, dict: &PyDict) -> PyResult<()> {
    for key in [name!(t, "__classcell__"), name!(t, "__classdictcell__")] {
        let Some(cell) = dict.get_item(t, key)? else { continue };
        let Some(cell) = cell.downcast_exact::<crate::PyCell>() else {
            return Err(err!(
                t,
                TypeError,
                "{} must be a nonlocal cell, not <class '{:.200}'>",
                key.display(),
                cell.class().name_lossy()
            ));
        };
        if key.eq_str("__classcell__") {
            cell.set(Some(class.as_object().own()));
        } else {
            cell.set(Some(dict.as_object().own()));
        }
        dict.pop_item(t, key)?;
    }
    Ok(())
}

/// Assignment to `__bases__` (`type_set_bases`).
pub fn set_bases(t: &Thread, class: &PyType, value: &Object) -> PyResult<()> {
    let Some(new_bases) = value.downcast::<PyTuple>() else {
        return Err(err!(
            t,
            TypeError,
            "can only assign tuple to {}.__bases__, not {}",
            class.name_lossy(),
            value.class().name_lossy()
        ));
    };
    if new_bases.len() == 0 {
        return Err(err!(t, TypeError, "can only assign non-empty tuple to {}.__bases__, not ()", class.name_lossy()));
    }
    for base in new_bases.as_slice() {
        let Some(base) = base.downcast::<PyType>() else {
            return Err(err!(
                t,
                TypeError,
                "{}.__bases__ must be tuple of classes, not '{}'",
                class.name_lossy(),
                base.class().name_lossy()
            ));
        };
        // The chain of bases counts too: an `mro()` that assigns bases runs before the MRO is renewed.
        if base.is_subtype(class) || base_chain_has(base, class) {
            return Err(err!(t, TypeError, "a __bases__ item causes an inheritance cycle"));
        }
    }
    let new_base = best_base(t, new_bases)?;
    check_compatible(t, class.base().unwrap_or(&new_base), &new_base, "__bases__")?;
    // SAFETY: the old values are put back if anything fails.
    unsafe {
        let ty = class.as_type_ptr();
        let old_bases = core::mem::replace(&mut (*ty).tp_bases, new_bases.own().into_object().into_ptr());
        let old_base = core::mem::replace(&mut (*ty).tp_base, new_base.into_object().into_ptr().cast());
        let old_bases: Owned<PyTuple> = Owned::from_ptr(old_bases);
        let old_base: Owned<PyType> = Owned::from_ptr(old_base.cast());
        let mut done = Vec::new();
        let renewed = renew_mro(t, class, &mut done);
        // An `mro()` may have assigned other bases meanwhile, which stay then.
        let is_ours = (*ty).tp_bases == new_bases.as_ptr();
        if let Err(raised) = renewed {
            for (changed, old, new) in done.into_iter().rev() {
                if changed.mro().is_some_and(|now| now.as_object().is(&new)) {
                    mro::set_mro(&changed, old);
                    changed.modified();
                }
            }
            if !is_ours {
                return Err(raised);
            }
            let b = core::mem::replace(&mut (*ty).tp_bases, old_bases.into_object().into_ptr());
            taipan_runtime::refcount::decref(b);
            let b = core::mem::replace(&mut (*ty).tp_base, old_base.into_object().into_ptr().cast());
            taipan_runtime::refcount::decref(b.cast());
            return Err(raised);
        }
        if !is_ours {
            return Ok(());
        }
        for base in old_bases.as_slice() {
            if let Some(base) = base.downcast::<PyType>() {
                ready::remove_subclass(t, base, class);
            }
        }
        ready::add_to_bases(t, class)?;
    }
    slotdefs::update_all_slots(t, class)
}

fn base_chain_has(class: &PyType, wanted: &PyType) -> bool {
    let mut at = class.base();
    while let Some(base) = at {
        if base.is(wanted) {
            return true;
        }
        at = base.base();
    }
    false
}

/// A class, its MRO before and its new one.
type Renewed = (Owned<PyType>, Owned<PyTuple>, Owned<PyTuple>);

fn renew_mro(t: &Thread, class: &PyType, done: &mut Vec<Renewed>) -> PyResult<()> {
    let old = class.mro().map_or_else(|| PyTuple::empty().own(), Own::own);
    if !mro::install_mro(t, class)? {
        return Ok(());
    }
    let new = class.mro().map_or_else(|| PyTuple::empty().own(), Own::own);
    done.push((class.own(), old, new));
    for subclass in class.subclasses() {
        renew_mro(t, &subclass, done)?;
    }
    Ok(())
}

fn same_slots_added(a: &PyType, b: &PyType) -> bool {
    // SAFETY: plain fields of heap types.
    unsafe {
        let (x, y) = (a.as_type_ptr(), b.as_type_ptr());
        let has_slots =
            |ty: *mut PyTypeObject| (*ty).tp_flags & Py_TPFLAGS_HEAPTYPE != 0 && !heap_static::is_native(ty);
        if !has_slots(x) || !has_slots(y) {
            return a.is(b);
        }
        let names = |ty: *mut PyTypeObject| {
            alloc::slot_members(ty)
                .iter()
                .map(|m| core::ffi::CStr::from_ptr(m.name).to_bytes().to_vec())
                .collect::<Vec<_>>()
        };
        (*x).tp_basicsize == (*y).tp_basicsize
            && (*x).tp_itemsize == (*y).tp_itemsize
            && (*x).tp_dictoffset == (*y).tp_dictoffset
            && (*x).tp_weaklistoffset == (*y).tp_weaklistoffset
            && (*x).tp_flags & Py_TPFLAGS_PREHEADER == (*y).tp_flags & Py_TPFLAGS_PREHEADER
            && names(x) == names(y)
    }
}

/// Whether instances of one class may become instances of the other (`compatible_for_assignment`).
pub fn check_compatible(t: &Thread, old: &PyType, new: &PyType, attribute: &str) -> PyResult<()> {
    // SAFETY: plain fields.
    let (free_old, free_new, dealloc_old, dealloc_new) = unsafe {
        (
            (*old.as_type_ptr()).tp_free.map(|f| f as usize),
            (*new.as_type_ptr()).tp_free.map(|f| f as usize),
            (*old.as_type_ptr()).tp_dealloc.map(|f| f as usize),
            (*new.as_type_ptr()).tp_dealloc.map(|f| f as usize),
        )
    };
    if free_old != free_new && dealloc_old != dealloc_new {
        return Err(err!(
            t,
            TypeError,
            "{attribute} assignment: '{}' deallocator differs from '{}'",
            new.name_lossy(),
            old.name_lossy()
        ));
    }
    let solid = |ty: &PyType| {
        let mut at = ty.own();
        while let Some(base) = at.base() {
            if shape_differs(&at, base) || !same_layout_flags(&at, base) {
                break;
            }
            let next = base.own();
            at = next;
        }
        at
    };
    let (a, b) = (solid(old), solid(new));
    let compatible = a.is(&b) || (a.base().zip(b.base()).is_some_and(|(x, y)| x.is(y)) && same_slots_added(&a, &b));
    if !compatible {
        return Err(err!(
            t,
            TypeError,
            "{attribute} assignment: '{}' object layout differs from '{}'",
            new.name_lossy(),
            old.name_lossy()
        ));
    }
    Ok(())
}

fn same_layout_flags(a: &PyType, b: &PyType) -> bool {
    a.flags() & Py_TPFLAGS_PREHEADER == b.flags() & Py_TPFLAGS_PREHEADER
}
