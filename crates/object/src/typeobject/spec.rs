//! Types made by C code from a `PyType_Spec` (`PyType_FromMetaclass` and its siblings).

use super::{PyType, alloc, new, ready, static_type, texts};
use crate::handle::{Class, Object, Own, Owned, PyResult};
use crate::{PyStr, PyTuple, err, errors, exceptions, name};
use core::ffi::{CStr, c_char, c_int, c_void};
use core::mem::offset_of;
use taipan_runtime::Thread;
use taipan_runtime::abi::slots::*;
use taipan_runtime::abi::*;

/// Where a slot stands: in the type itself or in one of its tables.
pub enum Place {
    Type(usize),
    Number(usize),
    Sequence(usize),
    Mapping(usize),
    Async(usize),
    Buffer(usize),
}

/// The place of a slot by its stable number.
pub fn place(slot: c_int) -> Option<Place> {
    Some(match slot {
        Py_bf_getbuffer => Place::Buffer(offset_of!(PyBufferProcs, bf_getbuffer)),
        Py_bf_releasebuffer => Place::Buffer(offset_of!(PyBufferProcs, bf_releasebuffer)),
        Py_mp_ass_subscript => Place::Mapping(offset_of!(PyMappingMethods, mp_ass_subscript)),
        Py_mp_length => Place::Mapping(offset_of!(PyMappingMethods, mp_length)),
        Py_mp_subscript => Place::Mapping(offset_of!(PyMappingMethods, mp_subscript)),
        Py_nb_absolute => Place::Number(offset_of!(PyNumberMethods, nb_absolute)),
        Py_nb_add => Place::Number(offset_of!(PyNumberMethods, nb_add)),
        Py_nb_and => Place::Number(offset_of!(PyNumberMethods, nb_and)),
        Py_nb_bool => Place::Number(offset_of!(PyNumberMethods, nb_bool)),
        Py_nb_divmod => Place::Number(offset_of!(PyNumberMethods, nb_divmod)),
        Py_nb_float => Place::Number(offset_of!(PyNumberMethods, nb_float)),
        Py_nb_floor_divide => Place::Number(offset_of!(PyNumberMethods, nb_floor_divide)),
        Py_nb_index => Place::Number(offset_of!(PyNumberMethods, nb_index)),
        Py_nb_inplace_add => Place::Number(offset_of!(PyNumberMethods, nb_inplace_add)),
        Py_nb_inplace_and => Place::Number(offset_of!(PyNumberMethods, nb_inplace_and)),
        Py_nb_inplace_floor_divide => Place::Number(offset_of!(PyNumberMethods, nb_inplace_floor_divide)),
        Py_nb_inplace_lshift => Place::Number(offset_of!(PyNumberMethods, nb_inplace_lshift)),
        Py_nb_inplace_multiply => Place::Number(offset_of!(PyNumberMethods, nb_inplace_multiply)),
        Py_nb_inplace_or => Place::Number(offset_of!(PyNumberMethods, nb_inplace_or)),
        Py_nb_inplace_power => Place::Number(offset_of!(PyNumberMethods, nb_inplace_power)),
        Py_nb_inplace_remainder => Place::Number(offset_of!(PyNumberMethods, nb_inplace_remainder)),
        Py_nb_inplace_rshift => Place::Number(offset_of!(PyNumberMethods, nb_inplace_rshift)),
        Py_nb_inplace_subtract => Place::Number(offset_of!(PyNumberMethods, nb_inplace_subtract)),
        Py_nb_inplace_true_divide => Place::Number(offset_of!(PyNumberMethods, nb_inplace_true_divide)),
        Py_nb_inplace_xor => Place::Number(offset_of!(PyNumberMethods, nb_inplace_xor)),
        Py_nb_int => Place::Number(offset_of!(PyNumberMethods, nb_int)),
        Py_nb_invert => Place::Number(offset_of!(PyNumberMethods, nb_invert)),
        Py_nb_lshift => Place::Number(offset_of!(PyNumberMethods, nb_lshift)),
        Py_nb_multiply => Place::Number(offset_of!(PyNumberMethods, nb_multiply)),
        Py_nb_negative => Place::Number(offset_of!(PyNumberMethods, nb_negative)),
        Py_nb_or => Place::Number(offset_of!(PyNumberMethods, nb_or)),
        Py_nb_positive => Place::Number(offset_of!(PyNumberMethods, nb_positive)),
        Py_nb_power => Place::Number(offset_of!(PyNumberMethods, nb_power)),
        Py_nb_remainder => Place::Number(offset_of!(PyNumberMethods, nb_remainder)),
        Py_nb_rshift => Place::Number(offset_of!(PyNumberMethods, nb_rshift)),
        Py_nb_subtract => Place::Number(offset_of!(PyNumberMethods, nb_subtract)),
        Py_nb_true_divide => Place::Number(offset_of!(PyNumberMethods, nb_true_divide)),
        Py_nb_xor => Place::Number(offset_of!(PyNumberMethods, nb_xor)),
        Py_sq_ass_item => Place::Sequence(offset_of!(PySequenceMethods, sq_ass_item)),
        Py_sq_concat => Place::Sequence(offset_of!(PySequenceMethods, sq_concat)),
        Py_sq_contains => Place::Sequence(offset_of!(PySequenceMethods, sq_contains)),
        Py_sq_inplace_concat => Place::Sequence(offset_of!(PySequenceMethods, sq_inplace_concat)),
        Py_sq_inplace_repeat => Place::Sequence(offset_of!(PySequenceMethods, sq_inplace_repeat)),
        Py_sq_item => Place::Sequence(offset_of!(PySequenceMethods, sq_item)),
        Py_sq_length => Place::Sequence(offset_of!(PySequenceMethods, sq_length)),
        Py_sq_repeat => Place::Sequence(offset_of!(PySequenceMethods, sq_repeat)),
        Py_tp_alloc => Place::Type(offset_of!(PyTypeObject, tp_alloc)),
        Py_tp_base => Place::Type(offset_of!(PyTypeObject, tp_base)),
        Py_tp_bases => Place::Type(offset_of!(PyTypeObject, tp_bases)),
        Py_tp_call => Place::Type(offset_of!(PyTypeObject, tp_call)),
        Py_tp_clear => Place::Type(offset_of!(PyTypeObject, tp_clear)),
        Py_tp_dealloc => Place::Type(offset_of!(PyTypeObject, tp_dealloc)),
        Py_tp_del => Place::Type(offset_of!(PyTypeObject, tp_del)),
        Py_tp_descr_get => Place::Type(offset_of!(PyTypeObject, tp_descr_get)),
        Py_tp_descr_set => Place::Type(offset_of!(PyTypeObject, tp_descr_set)),
        Py_tp_doc => Place::Type(offset_of!(PyTypeObject, tp_doc)),
        Py_tp_getattr => Place::Type(offset_of!(PyTypeObject, tp_getattr)),
        Py_tp_getattro => Place::Type(offset_of!(PyTypeObject, tp_getattro)),
        Py_tp_hash => Place::Type(offset_of!(PyTypeObject, tp_hash)),
        Py_tp_init => Place::Type(offset_of!(PyTypeObject, tp_init)),
        Py_tp_is_gc => Place::Type(offset_of!(PyTypeObject, tp_is_gc)),
        Py_tp_iter => Place::Type(offset_of!(PyTypeObject, tp_iter)),
        Py_tp_iternext => Place::Type(offset_of!(PyTypeObject, tp_iternext)),
        Py_tp_methods => Place::Type(offset_of!(PyTypeObject, tp_methods)),
        Py_tp_new => Place::Type(offset_of!(PyTypeObject, tp_new)),
        Py_tp_repr => Place::Type(offset_of!(PyTypeObject, tp_repr)),
        Py_tp_richcompare => Place::Type(offset_of!(PyTypeObject, tp_richcompare)),
        Py_tp_setattr => Place::Type(offset_of!(PyTypeObject, tp_setattr)),
        Py_tp_setattro => Place::Type(offset_of!(PyTypeObject, tp_setattro)),
        Py_tp_str => Place::Type(offset_of!(PyTypeObject, tp_str)),
        Py_tp_traverse => Place::Type(offset_of!(PyTypeObject, tp_traverse)),
        Py_tp_members => Place::Type(offset_of!(PyTypeObject, tp_members)),
        Py_tp_getset => Place::Type(offset_of!(PyTypeObject, tp_getset)),
        Py_tp_free => Place::Type(offset_of!(PyTypeObject, tp_free)),
        Py_nb_matrix_multiply => Place::Number(offset_of!(PyNumberMethods, nb_matrix_multiply)),
        Py_nb_inplace_matrix_multiply => Place::Number(offset_of!(PyNumberMethods, nb_inplace_matrix_multiply)),
        Py_am_await => Place::Async(offset_of!(PyAsyncMethods, am_await)),
        Py_am_aiter => Place::Async(offset_of!(PyAsyncMethods, am_aiter)),
        Py_am_anext => Place::Async(offset_of!(PyAsyncMethods, am_anext)),
        Py_tp_finalize => Place::Type(offset_of!(PyTypeObject, tp_finalize)),
        Py_am_send => Place::Async(offset_of!(PyAsyncMethods, am_send)),
        Py_tp_vectorcall => Place::Type(offset_of!(PyTypeObject, tp_vectorcall)),
        _ => return None,
    })
}

/// The greatest number of a slot.
pub const LAST_SLOT: c_int = Py_tp_token;

/// The value of a slot (`PyType_GetSlot`); null if the type has none.
///
/// # Safety
/// `ty` is a live type.
pub unsafe fn get(ty: *mut PyTypeObject, slot: c_int) -> *mut c_void {
    // SAFETY: the offsets belong to the structures.
    unsafe {
        let (table, offset): (*mut u8, usize) = match place(slot) {
            None => return core::ptr::null_mut(),
            Some(Place::Type(offset)) => (ty.cast(), offset),
            Some(Place::Number(offset)) => ((*ty).tp_as_number.cast(), offset),
            Some(Place::Sequence(offset)) => ((*ty).tp_as_sequence.cast(), offset),
            Some(Place::Mapping(offset)) => ((*ty).tp_as_mapping.cast(), offset),
            Some(Place::Async(offset)) => ((*ty).tp_as_async.cast(), offset),
            Some(Place::Buffer(offset)) => ((*ty).tp_as_buffer.cast(), offset),
        };
        if table.is_null() { core::ptr::null_mut() } else { *table.add(offset).cast::<*mut c_void>() }
    }
}

/// Sets a slot of a heap type, whose tables are part of it.
unsafe fn set(heap: *mut PyHeapTypeObject, slot: c_int, value: *mut c_void) {
    // SAFETY: the offsets belong to the structures.
    unsafe {
        let (table, offset): (*mut u8, usize) = match place(slot) {
            None => return,
            Some(Place::Type(offset)) => (heap.cast(), offset),
            Some(Place::Number(offset)) => ((&raw mut (*heap).as_number).cast(), offset),
            Some(Place::Sequence(offset)) => ((&raw mut (*heap).as_sequence).cast(), offset),
            Some(Place::Mapping(offset)) => ((&raw mut (*heap).as_mapping).cast(), offset),
            Some(Place::Async(offset)) => ((&raw mut (*heap).as_async).cast(), offset),
            Some(Place::Buffer(offset)) => ((&raw mut (*heap).as_buffer).cast(), offset),
        };
        *table.add(offset).cast::<*mut c_void>() = value;
    }
}

/// Sizes are multiples of this, so that any C type fits behind the base.
const ALIGN: isize = 16;

const fn align_up(size: isize) -> isize {
    (size + ALIGN - 1) & !(ALIGN - 1)
}

/// Where the data of `ty` itself begins in its instances (`PyObject_GetTypeData`).
///
/// # Safety
/// `ty` is a live type with a base.
pub unsafe fn type_data_offset(ty: *mut PyTypeObject) -> isize {
    // SAFETY: the caller's promise.
    unsafe { align_up((*(*ty).tp_base).tp_basicsize) }
}

/// The room for the data of `ty` itself in its instances (`PyType_GetTypeDataSize`).
///
/// # Safety
/// `ty` is a live type with a base.
pub unsafe fn type_data_size(ty: *mut PyTypeObject) -> isize {
    // SAFETY: the caller's promise.
    unsafe { ((*ty).tp_basicsize - type_data_offset(ty)).max(0) }
}

/// What the slots of a spec say that is needed before the type is there.
#[derive(Default)]
struct Plan {
    members: Vec<PyMemberDef>,
    doc: Option<*const c_char>,
    weaklist_offset: isize,
    dict_offset: isize,
    vectorcall_offset: isize,
    base: Option<*mut c_void>,
    bases: Option<*mut c_void>,
    token: Option<*mut c_void>,
}

unsafe fn read_slots(t: &Thread, spec: &PyType_Spec, data_offset: isize) -> PyResult<Plan> {
    let mut plan = Plan::default();
    let mut members_seen = false;
    // SAFETY: the slots end with an empty entry, the members too.
    unsafe {
        let mut slot = spec.slots;
        while (*slot).slot != 0 {
            let (number, value) = ((*slot).slot, (*slot).pfunc);
            slot = slot.add(1);
            if !(0..=LAST_SLOT).contains(&number) {
                return Err(err!(t, RuntimeError, "invalid slot offset"));
            }
            match number {
                Py_tp_base => plan.base = Some(value),
                Py_tp_bases => plan.bases = Some(value),
                Py_tp_token => plan.token = Some(value),
                Py_tp_doc => {
                    if plan.doc.is_some() {
                        return Err(err!(t, SystemError, "Multiple Py_tp_doc slots are not supported."));
                    }
                    plan.doc = Some(value.cast());
                }
                Py_tp_members => {
                    if members_seen {
                        return Err(err!(t, SystemError, "Multiple Py_tp_members slots are not supported."));
                    }
                    members_seen = true;
                    let mut member = value.cast::<PyMemberDef>();
                    while !(*member).name.is_null() {
                        let mut copy = *member;
                        member = member.add(1);
                        let name = CStr::from_ptr(copy.name);
                        if matches!(
                            name.to_bytes(),
                            b"__weaklistoffset__" | b"__dictoffset__" | b"__vectorcalloffset__"
                        ) {
                            let name = name.to_string_lossy();
                            if copy.r#type != Py_T_PYSSIZET {
                                return Err(err!(t, SystemError, "type of {name} must be Py_T_PYSSIZET"));
                            }
                            if copy.flags & !Py_RELATIVE_OFFSET != Py_READONLY {
                                return Err(err!(
                                    t,
                                    SystemError,
                                    "flags for {name} must be Py_READONLY or (Py_READONLY | Py_RELATIVE_OFFSET)"
                                ));
                            }
                        }
                        if copy.flags & Py_RELATIVE_OFFSET != 0 {
                            if spec.basicsize > 0 {
                                return Err(err!(
                                    t,
                                    SystemError,
                                    "With Py_RELATIVE_OFFSET, basicsize must be negative."
                                ));
                            }
                            if copy.offset < 0 || copy.offset >= -(spec.basicsize as isize) {
                                return Err(err!(t, SystemError, "Member offset out of range (0..-basicsize)"));
                            }
                            copy.offset += data_offset;
                            copy.flags &= !Py_RELATIVE_OFFSET;
                        }
                        let special = match CStr::from_ptr(copy.name).to_bytes() {
                            b"__weaklistoffset__" => Some(&mut plan.weaklist_offset),
                            b"__dictoffset__" => Some(&mut plan.dict_offset),
                            b"__vectorcalloffset__" => Some(&mut plan.vectorcall_offset),
                            _ => None,
                        };
                        if let Some(special) = special {
                            *special = copy.offset;
                        }
                        plan.members.push(copy);
                    }
                }
                _ => {}
            }
        }
    }
    Ok(plan)
}

/// The bases of the new type, in this order of preference: the argument, the slot `Py_tp_bases`, the slot `Py_tp_base`.
unsafe fn choose_bases(t: &Thread, argument: Option<&Object>, plan: &Plan) -> PyResult<Owned<PyTuple>> {
    // SAFETY: slots hold a tuple or a type.
    unsafe {
        let from_slot = plan.bases.and_then(|b| Object::from_ptr_opt(b.cast()));
        match argument.or(from_slot) {
            Some(bases) => match bases.downcast::<PyTuple>() {
                Some(bases) => Ok(bases.own()),
                None if argument.is_some() => PyTuple::from_slice(t, &[bases]),
                None => Err(err!(t, SystemError, "Py_tp_bases is not a tuple")),
            },
            None => {
                let base = plan.base.and_then(|b| Object::from_ptr_opt(b.cast()));
                let object = crate::PyBaseObject::class().as_object();
                PyTuple::from_slice(t, &[base.unwrap_or(object)])
            }
        }
    }
}

/// `PyType_FromMetaclass`.
///
/// # Safety
/// `spec` is a spec as the header describes it.
pub unsafe fn from_spec(
    t: &Thread,
    metaclass: Option<&PyType>,
    module: Option<&Object>,
    spec: *mut PyType_Spec,
    bases: Option<&Object>,
) -> PyResult<Owned<PyType>> {
    // SAFETY: the caller's promise; the type under construction is ours until it is ready.
    unsafe {
        let spec = &*spec;
        // Bases first: relative offsets of members depend on them.
        let first = read_slots(t, &PyType_Spec { basicsize: spec.basicsize, ..*spec }, 0)?;
        if spec.name.is_null() {
            return Err(err!(t, SystemError, "Type spec does not define the name field."));
        }
        let full = CStr::from_ptr(spec.name);
        let bases = choose_bases(t, bases, &first)?;
        let metaclass = new::calculate_metaclass(t, metaclass.unwrap_or_else(|| PyType::class()), &bases)?;
        if !metaclass.is_subtype(PyType::class()) {
            return Err(err!(t, TypeError, "Metaclass '{}' is not a subclass of 'type'.", metaclass.repr_lossy(t)));
        }
        let type_new = (*static_type::<PyType>()).tp_new.map(|f| f as usize);
        if (*metaclass.as_type_ptr()).tp_new.is_some_and(|f| Some(f as usize) != type_new) {
            return Err(err!(t, TypeError, "Metaclasses with custom tp_new are not supported."));
        }
        if u64::from(spec.flags) & Py_TPFLAGS_IMMUTABLETYPE != 0 {
            for base in bases.as_slice().iter().filter_map(|base| base.downcast::<PyType>()) {
                if base.flags() & Py_TPFLAGS_IMMUTABLETYPE == 0 {
                    let (name, base) = (full.to_string_lossy(), base.fully_qualified_name(t)?.to_string_lossy());
                    return Err(err!(t, TypeError, "Creating immutable type {name} from mutable base {base}"));
                }
            }
        }
        let base = new::best_base(t, &bases)?;
        let b = base.as_type_ptr();
        if (*b).tp_flags & Py_TPFLAGS_BASETYPE == 0 {
            return Err(err!(t, TypeError, "type '{:.100}' is not an acceptable base type", base.name_lossy()));
        }
        let mut itemsize = spec.itemsize as isize;
        let mut basicsize = spec.basicsize as isize;
        let mut data_offset = basicsize;
        if basicsize == 0 {
            basicsize = (*b).tp_basicsize;
            data_offset = basicsize;
        } else if basicsize < 0 {
            data_offset = align_up((*b).tp_basicsize);
            basicsize = data_offset + align_up(-basicsize);
            if (*b).tp_itemsize != 0 && (*b).tp_flags & Py_TPFLAGS_ITEMS_AT_END == 0 {
                return Err(err!(t, SystemError, "Cannot extend variable-size class without Py_TPFLAGS_ITEMS_AT_END."));
            }
        }
        if spec.basicsize < 0 && itemsize != 0 && (*b).tp_itemsize != 0 && itemsize != (*b).tp_itemsize {
            return Err(err!(t, SystemError, "Cannot change the item size of a class that has items at the end."));
        }
        let plan = read_slots(t, spec, data_offset)?;
        if itemsize == 0 {
            itemsize = (*b).tp_itemsize;
        }
        let short = full.to_bytes().rsplit(|&c| c == b'.').next().unwrap_or_default();
        let module_name = &full.to_bytes()[..full.count_bytes().saturating_sub(short.len() + 1)];
        let ht_name = decode(t, short)?;

        let object = metaclass.alloc(t, plan.members.len())?;
        let class: Owned<PyType> = object.cast_unchecked();
        let ty = class.as_type_ptr();
        let heap = ty.cast::<PyHeapTypeObject>();
        (*ty).tp_flags = u64::from(spec.flags) | Py_TPFLAGS_HEAPTYPE;
        (*ty).tp_as_async = &raw mut (*heap).as_async;
        (*ty).tp_as_number = &raw mut (*heap).as_number;
        (*ty).tp_as_sequence = &raw mut (*heap).as_sequence;
        (*ty).tp_as_mapping = &raw mut (*heap).as_mapping;
        (*ty).tp_as_buffer = &raw mut (*heap).as_buffer;
        (*ty).tp_bases = bases.into_object().into_ptr();
        (*ty).tp_base = base.into_object().into_ptr().cast();
        (*ty).tp_basicsize = basicsize;
        (*ty).tp_itemsize = itemsize;
        let doc = plan.doc.filter(|doc| !doc.is_null()).map(|doc| CStr::from_ptr(doc).to_bytes());
        texts::set(t, ty, texts::Maker::Spec, full.to_bytes(), doc)?;
        (*heap).ht_qualname = ht_name.clone().into_object().into_ptr();
        (*heap).ht_name = ht_name.into_object().into_ptr();
        (*heap).ht_module = module.map_or(core::ptr::null_mut(), |m| m.own().into_ptr());
        (*heap).ht_token = match plan.token {
            // `Py_TP_USE_SPEC`.
            Some(token) if token.is_null() => core::ptr::from_ref(spec).cast_mut().cast(),
            Some(token) => token,
            None => core::ptr::null_mut(),
        };
        let mut slot = spec.slots;
        while (*slot).slot != 0 {
            match (*slot).slot {
                Py_tp_base | Py_tp_bases | Py_tp_token | Py_tp_members | Py_tp_doc => {}
                number => set(heap, number, (*slot).pfunc),
            }
            slot = slot.add(1);
        }
        if !plan.members.is_empty() {
            let place = ty.cast::<u8>().offset((*metaclass.as_type_ptr()).tp_basicsize).cast::<PyMemberDef>();
            core::ptr::copy_nonoverlapping(plan.members.as_ptr(), place, plan.members.len());
            // The entry behind the last is the sentinel that `tp_alloc` left zeroed.
            (*ty).tp_members = place;
        }
        if (*ty).tp_dealloc.is_none() {
            (*ty).tp_dealloc = Some(alloc::subtype_dealloc);
        }
        if plan.vectorcall_offset != 0 {
            (*ty).tp_vectorcall_offset = plan.vectorcall_offset;
        }
        if plan.weaklist_offset != 0 {
            (*ty).tp_weaklistoffset = plan.weaklist_offset;
        }
        if plan.dict_offset != 0 {
            (*ty).tp_dictoffset = plan.dict_offset;
        }
        ready::ready(t, &class)?;
        set_module(t, &class, module_name, &full.to_string_lossy())?;
        Ok(class)
    }
}

/// Makes a class as `T` is declared, for an interpreter that shall have its own; `T` itself, which all of them have in
/// common, is then no class that anybody sees.
pub fn from_declaration<T: Class>(t: &Thread) -> PyResult<Owned<PyType>> {
    const KEPT: u64 = Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_IMMUTABLETYPE;
    let ty = T::TYPE;
    // SAFETY: the type and what its slots refer to are constants, which a specification may refer to as well.
    unsafe {
        let declared = (1..=LAST_SLOT).map(|slot| PyType_Slot { slot, pfunc: get(ty, slot) });
        let mut slots: Vec<PyType_Slot> = declared.filter(|slot| !slot.pfunc.is_null()).collect();
        slots.push(PyType_Slot { slot: 0, pfunc: core::ptr::null_mut() });
        let mut flags = (*ty).tp_flags & KEPT;
        if (*ty).tp_traverse.is_none() {
            // It comes from the base, together with the function.
            flags &= !Py_TPFLAGS_HAVE_GC;
        }
        let mut spec = PyType_Spec {
            name: (*ty).tp_name,
            basicsize: (*ty).tp_basicsize as c_int,
            itemsize: (*ty).tp_itemsize as c_int,
            flags: flags as u32,
            slots: slots.as_mut_ptr(),
        };
        from_spec(t, None, None, &raw mut spec, None)
    }
}

fn decode(t: &Thread, bytes: &[u8]) -> PyResult<Owned<PyStr>> {
    Ok(PyStr::interned(PyStr::decode(t, bytes, None, None)?))
}

fn set_module(t: &Thread, class: &PyType, module_name: &[u8], full: &str) -> PyResult<()> {
    let Some(dict) = class.dict() else { return Ok(()) };
    let key = name!(t, "__module__");
    if dict.contains(t, key)? {
        return Ok(());
    }
    if !module_name.is_empty() {
        dict.set_str(t, key, &*decode(t, module_name)?)?;
        class.modified();
        return Ok(());
    }
    errors::warn(
        t,
        <exceptions::DeprecationWarning as Class>::class(),
        format_args!("builtin type {full:.200} has no __module__ attribute"),
        1,
    )
}

/// The first type of the MRO that was made with this token (`PyType_GetBaseByToken`).
///
/// # Safety
/// `ty` is a live type.
pub unsafe fn base_by_token(ty: *mut PyTypeObject, token: *const c_void) -> Option<Owned<PyType>> {
    // SAFETY: heap types carry a token or null.
    unsafe {
        let has = |ty: *mut PyTypeObject| {
            (*ty).tp_flags & Py_TPFLAGS_HEAPTYPE != 0 && core::ptr::eq((*ty.cast::<PyHeapTypeObject>()).ht_token, token)
        };
        let class = PyType::from_type_ptr(ty);
        if has(ty) {
            return Some(class.own());
        }
        match class.mro() {
            Some(mro) => mro
                .as_slice()
                .iter()
                .filter_map(|base| base.downcast::<PyType>())
                .find(|base| has(base.as_type_ptr()))
                .map(Own::own),
            None => {
                let bases = class.bases()?;
                bases
                    .as_slice()
                    .iter()
                    .filter_map(|base| base.downcast::<PyType>())
                    .find_map(|base| base_by_token(base.as_type_ptr(), token))
            }
        }
    }
}

/// The first type of the MRO whose module was made from this definition, and that module
/// (`PyType_GetModuleByDef`). The module is borrowed from the type.
///
/// # Safety
/// `ty` is a live type.
pub unsafe fn module_by_definition(ty: *mut PyTypeObject, def: *mut PyModuleDef) -> *mut PyObject {
    // SAFETY: heap types carry a module or null.
    unsafe {
        let of = |ty: *mut PyTypeObject| {
            if (*ty).tp_flags & Py_TPFLAGS_HEAPTYPE == 0 {
                return core::ptr::null_mut();
            }
            let module = (*ty.cast::<PyHeapTypeObject>()).ht_module;
            let ours = Object::from_ptr_opt(module)
                .and_then(|m| m.downcast::<crate::PyModule>())
                .is_some_and(|m| core::ptr::eq(m.definition(), def));
            if ours { module } else { core::ptr::null_mut() }
        };
        let class = PyType::from_type_ptr(ty);
        let Some(mro) = class.mro() else { return of(ty) };
        for base in mro.as_slice() {
            if let Some(base) = base.downcast::<PyType>() {
                let module = of(base.as_type_ptr());
                if !module.is_null() {
                    return module;
                }
            }
        }
        core::ptr::null_mut()
    }
}
