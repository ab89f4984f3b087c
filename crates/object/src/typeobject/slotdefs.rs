//! The one table that links a special method's name with its slot, its Python-calling function and its wrapper
//! (`slotdefs` of `typeobject.c`), and what is derived from it: wrapper descriptors of native types, and the slots of
//! classes that define special methods in Python.

use super::slots::*;
use super::{PyType, alloc};
use crate::handle::{Object, Own, Owned, PyResult, Static};
use crate::{PyStr, PyTuple, attr, name, singletons};
use core::ffi::{CStr, c_int, c_void};
use core::mem::offset_of;
use core::sync::atomic::AtomicPtr;
use std::collections::HashMap;
use std::sync::OnceLock;
use taipan_runtime::Thread;
use taipan_runtime::abi::*;

/// The wrapper takes keyword arguments.
pub const PyWrapperFlag_KEYWORDS: c_int = 1;

const fn row(
    name: &'static CStr,
    offset: usize,
    function: *mut c_void,
    wrapper: Option<wrapperfunc>,
    doc: &'static CStr,
    flags: c_int,
) -> wrapperbase {
    wrapperbase {
        name: name.as_ptr(),
        offset: offset as c_int,
        function,
        wrapper,
        doc: doc.as_ptr(),
        flags,
        name_strobj: core::ptr::null_mut(),
    }
}

macro_rules! heap_offset {
    (tp $field:ident) => {
        offset_of!(PyTypeObject, $field)
    };
    (nb $field:ident) => {
        offset_of!(PyHeapTypeObject, as_number) + offset_of!(PyNumberMethods, $field)
    };
    (sq $field:ident) => {
        offset_of!(PyHeapTypeObject, as_sequence) + offset_of!(PySequenceMethods, $field)
    };
    (mp $field:ident) => {
        offset_of!(PyHeapTypeObject, as_mapping) + offset_of!(PyMappingMethods, $field)
    };
    (am $field:ident) => {
        offset_of!(PyHeapTypeObject, as_async) + offset_of!(PyAsyncMethods, $field)
    };
    (bf $field:ident) => {
        offset_of!(PyHeapTypeObject, as_buffer) + offset_of!(PyBufferProcs, $field)
    };
}

macro_rules! table {
    ($($name:literal $kind:ident $field:ident $function:expr, $wrapper:expr, $doc:literal $(, $flags:expr)?;)*) => {
        const N_ROWS: usize = [$($name),*].len();
        static ROWS: Static<[wrapperbase; N_ROWS]> = Static::new([
            $(row(
                $name,
                heap_offset!($kind $field),
                $function as *mut c_void,
                $wrapper,
                $doc,
                0 $(+ $flags)?,
            )),*
        ]);
    };
}

// Rows are ordered by slot as in CPython: the order in which names for one slot are tried matters.
table! {
    c"__getattribute__" tp tp_getattr core::ptr::null_mut::<c_void>(), None, c"";
    c"__getattr__" tp tp_getattr core::ptr::null_mut::<c_void>(), None, c"";
    c"__setattr__" tp tp_setattr core::ptr::null_mut::<c_void>(), None, c"";
    c"__delattr__" tp tp_setattr core::ptr::null_mut::<c_void>(), None, c"";
    c"__repr__" tp tp_repr slot_tp_repr, Some(wrap_unaryfunc), c"__repr__($self, /)\n--\n\nReturn repr(self).";
    c"__hash__" tp tp_hash slot_tp_hash, Some(wrap_hashfunc), c"__hash__($self, /)\n--\n\nReturn hash(self).";
    c"__call__" tp tp_call slot_tp_call, Some(as_wrapper(wrap_call)), c"__call__($self, /, *args, **kwargs)\n--\n\nCall self as a function.", PyWrapperFlag_KEYWORDS;
    c"__str__" tp tp_str slot_tp_str, Some(wrap_unaryfunc), c"__str__($self, /)\n--\n\nReturn str(self).";
    c"__getattribute__" tp tp_getattro slot_tp_getattr_hook, Some(wrap_binaryfunc), c"__getattribute__($self, name, /)\n--\n\nReturn getattr(self, name).";
    c"__getattr__" tp tp_getattro slot_tp_getattr_hook, None, c"";
    c"__setattr__" tp tp_setattro slot_tp_setattro, Some(wrap_setattr), c"__setattr__($self, name, value, /)\n--\n\nImplement setattr(self, name, value).";
    c"__delattr__" tp tp_setattro slot_tp_setattro, Some(wrap_delattr), c"__delattr__($self, name, /)\n--\n\nImplement delattr(self, name).";
    c"__lt__" tp tp_richcompare slot_tp_richcompare, Some(richcmp_lt), c"__lt__($self, value, /)\n--\n\nReturn self<value.";
    c"__le__" tp tp_richcompare slot_tp_richcompare, Some(richcmp_le), c"__le__($self, value, /)\n--\n\nReturn self<=value.";
    c"__eq__" tp tp_richcompare slot_tp_richcompare, Some(richcmp_eq), c"__eq__($self, value, /)\n--\n\nReturn self==value.";
    c"__ne__" tp tp_richcompare slot_tp_richcompare, Some(richcmp_ne), c"__ne__($self, value, /)\n--\n\nReturn self!=value.";
    c"__gt__" tp tp_richcompare slot_tp_richcompare, Some(richcmp_gt), c"__gt__($self, value, /)\n--\n\nReturn self>value.";
    c"__ge__" tp tp_richcompare slot_tp_richcompare, Some(richcmp_ge), c"__ge__($self, value, /)\n--\n\nReturn self>=value.";
    c"__iter__" tp tp_iter slot_tp_iter, Some(wrap_unaryfunc), c"__iter__($self, /)\n--\n\nImplement iter(self).";
    c"__next__" tp tp_iternext slot_tp_iternext, Some(wrap_next), c"__next__($self, /)\n--\n\nImplement next(self).";
    c"__get__" tp tp_descr_get slot_tp_descr_get, Some(wrap_descr_get), c"__get__($self, instance, owner=None, /)\n--\n\nReturn an attribute of instance, which is of type owner.";
    c"__set__" tp tp_descr_set slot_tp_descr_set, Some(wrap_descr_set), c"__set__($self, instance, value, /)\n--\n\nSet an attribute of instance to value.";
    c"__delete__" tp tp_descr_set slot_tp_descr_set, Some(wrap_descr_delete), c"__delete__($self, instance, /)\n--\n\nDelete an attribute of instance.";
    c"__init__" tp tp_init slot_tp_init, Some(as_wrapper(wrap_init)), c"__init__($self, /, *args, **kwargs)\n--\n\nInitialize self.  See help(type(self)) for accurate signature.", PyWrapperFlag_KEYWORDS;
    c"__new__" tp tp_new slot_tp_new, None, c"__new__(type, /, *args, **kwargs)\n--\n\nCreate and return new object.  See help(type) for accurate signature.";
    c"__del__" tp tp_finalize slot_tp_finalize, Some(wrap_del), c"__del__($self, /)\n--\n\nCalled when the instance is about to be destroyed.";
    c"__buffer__" bf bf_getbuffer slot_bf_getbuffer, Some(wrap_buffer), c"__buffer__($self, flags, /)\n--\n\nReturn a buffer object that exposes the underlying memory of the object.";
    c"__release_buffer__" bf bf_releasebuffer slot_bf_releasebuffer, Some(wrap_releasebuffer), c"__release_buffer__($self, buffer, /)\n--\n\nRelease the buffer object that exposes the underlying memory of the object.";
    c"__await__" am am_await slot_am_await, Some(wrap_unaryfunc), c"__await__($self, /)\n--\n\nReturn an iterator to be used in await expression.";
    c"__aiter__" am am_aiter slot_am_aiter, Some(wrap_unaryfunc), c"__aiter__($self, /)\n--\n\nReturn an awaitable, that resolves in asynchronous iterator.";
    c"__anext__" am am_anext slot_am_anext, Some(wrap_unaryfunc), c"__anext__($self, /)\n--\n\nReturn a value or raise StopAsyncIteration.";
    c"__add__" nb nb_add slot_nb_add, Some(wrap_binaryfunc_l), c"__add__($self, value, /)\n--\n\nReturn self+value.";
    c"__radd__" nb nb_add slot_nb_add, Some(wrap_binaryfunc_r), c"__radd__($self, value, /)\n--\n\nReturn value+self.";
    c"__sub__" nb nb_subtract slot_nb_subtract, Some(wrap_binaryfunc_l), c"__sub__($self, value, /)\n--\n\nReturn self-value.";
    c"__rsub__" nb nb_subtract slot_nb_subtract, Some(wrap_binaryfunc_r), c"__rsub__($self, value, /)\n--\n\nReturn value-self.";
    c"__mul__" nb nb_multiply slot_nb_multiply, Some(wrap_binaryfunc_l), c"__mul__($self, value, /)\n--\n\nReturn self*value.";
    c"__rmul__" nb nb_multiply slot_nb_multiply, Some(wrap_binaryfunc_r), c"__rmul__($self, value, /)\n--\n\nReturn value*self.";
    c"__mod__" nb nb_remainder slot_nb_remainder, Some(wrap_binaryfunc_l), c"__mod__($self, value, /)\n--\n\nReturn self%value.";
    c"__rmod__" nb nb_remainder slot_nb_remainder, Some(wrap_binaryfunc_r), c"__rmod__($self, value, /)\n--\n\nReturn value%self.";
    c"__divmod__" nb nb_divmod slot_nb_divmod, Some(wrap_binaryfunc_l), c"__divmod__($self, value, /)\n--\n\nReturn divmod(self, value).";
    c"__rdivmod__" nb nb_divmod slot_nb_divmod, Some(wrap_binaryfunc_r), c"__rdivmod__($self, value, /)\n--\n\nReturn divmod(value, self).";
    c"__pow__" nb nb_power slot_nb_power, Some(wrap_ternaryfunc), c"__pow__($self, value, mod=None, /)\n--\n\nReturn pow(self, value, mod).";
    c"__rpow__" nb nb_power slot_nb_power, Some(wrap_ternaryfunc_r), c"__rpow__($self, value, mod=None, /)\n--\n\nReturn pow(value, self, mod).";
    c"__neg__" nb nb_negative slot_nb_negative, Some(wrap_unaryfunc), c"__neg__($self, /)\n--\n\n-self";
    c"__pos__" nb nb_positive slot_nb_positive, Some(wrap_unaryfunc), c"__pos__($self, /)\n--\n\n+self";
    c"__abs__" nb nb_absolute slot_nb_absolute, Some(wrap_unaryfunc), c"__abs__($self, /)\n--\n\nabs(self)";
    c"__bool__" nb nb_bool slot_nb_bool, Some(wrap_inquirypred), c"__bool__($self, /)\n--\n\nTrue if self else False";
    c"__invert__" nb nb_invert slot_nb_invert, Some(wrap_unaryfunc), c"__invert__($self, /)\n--\n\n~self";
    c"__lshift__" nb nb_lshift slot_nb_lshift, Some(wrap_binaryfunc_l), c"__lshift__($self, value, /)\n--\n\nReturn self<<value.";
    c"__rlshift__" nb nb_lshift slot_nb_lshift, Some(wrap_binaryfunc_r), c"__rlshift__($self, value, /)\n--\n\nReturn value<<self.";
    c"__rshift__" nb nb_rshift slot_nb_rshift, Some(wrap_binaryfunc_l), c"__rshift__($self, value, /)\n--\n\nReturn self>>value.";
    c"__rrshift__" nb nb_rshift slot_nb_rshift, Some(wrap_binaryfunc_r), c"__rrshift__($self, value, /)\n--\n\nReturn value>>self.";
    c"__and__" nb nb_and slot_nb_and, Some(wrap_binaryfunc_l), c"__and__($self, value, /)\n--\n\nReturn self&value.";
    c"__rand__" nb nb_and slot_nb_and, Some(wrap_binaryfunc_r), c"__rand__($self, value, /)\n--\n\nReturn value&self.";
    c"__xor__" nb nb_xor slot_nb_xor, Some(wrap_binaryfunc_l), c"__xor__($self, value, /)\n--\n\nReturn self^value.";
    c"__rxor__" nb nb_xor slot_nb_xor, Some(wrap_binaryfunc_r), c"__rxor__($self, value, /)\n--\n\nReturn value^self.";
    c"__or__" nb nb_or slot_nb_or, Some(wrap_binaryfunc_l), c"__or__($self, value, /)\n--\n\nReturn self|value.";
    c"__ror__" nb nb_or slot_nb_or, Some(wrap_binaryfunc_r), c"__ror__($self, value, /)\n--\n\nReturn value|self.";
    c"__int__" nb nb_int slot_nb_int, Some(wrap_unaryfunc), c"__int__($self, /)\n--\n\nint(self)";
    c"__float__" nb nb_float slot_nb_float, Some(wrap_unaryfunc), c"__float__($self, /)\n--\n\nfloat(self)";
    c"__iadd__" nb nb_inplace_add slot_nb_inplace_add, Some(wrap_binaryfunc), c"__iadd__($self, value, /)\n--\n\nReturn self+=value.";
    c"__isub__" nb nb_inplace_subtract slot_nb_inplace_subtract, Some(wrap_binaryfunc), c"__isub__($self, value, /)\n--\n\nReturn self-=value.";
    c"__imul__" nb nb_inplace_multiply slot_nb_inplace_multiply, Some(wrap_binaryfunc), c"__imul__($self, value, /)\n--\n\nReturn self*=value.";
    c"__imod__" nb nb_inplace_remainder slot_nb_inplace_remainder, Some(wrap_binaryfunc), c"__imod__($self, value, /)\n--\n\nReturn self%=value.";
    c"__ipow__" nb nb_inplace_power slot_nb_inplace_power, Some(wrap_ternaryfunc), c"__ipow__($self, value, /)\n--\n\nReturn self**=value.";
    c"__ilshift__" nb nb_inplace_lshift slot_nb_inplace_lshift, Some(wrap_binaryfunc), c"__ilshift__($self, value, /)\n--\n\nReturn self<<=value.";
    c"__irshift__" nb nb_inplace_rshift slot_nb_inplace_rshift, Some(wrap_binaryfunc), c"__irshift__($self, value, /)\n--\n\nReturn self>>=value.";
    c"__iand__" nb nb_inplace_and slot_nb_inplace_and, Some(wrap_binaryfunc), c"__iand__($self, value, /)\n--\n\nReturn self&=value.";
    c"__ixor__" nb nb_inplace_xor slot_nb_inplace_xor, Some(wrap_binaryfunc), c"__ixor__($self, value, /)\n--\n\nReturn self^=value.";
    c"__ior__" nb nb_inplace_or slot_nb_inplace_or, Some(wrap_binaryfunc), c"__ior__($self, value, /)\n--\n\nReturn self|=value.";
    c"__floordiv__" nb nb_floor_divide slot_nb_floor_divide, Some(wrap_binaryfunc_l), c"__floordiv__($self, value, /)\n--\n\nReturn self//value.";
    c"__rfloordiv__" nb nb_floor_divide slot_nb_floor_divide, Some(wrap_binaryfunc_r), c"__rfloordiv__($self, value, /)\n--\n\nReturn value//self.";
    c"__truediv__" nb nb_true_divide slot_nb_true_divide, Some(wrap_binaryfunc_l), c"__truediv__($self, value, /)\n--\n\nReturn self/value.";
    c"__rtruediv__" nb nb_true_divide slot_nb_true_divide, Some(wrap_binaryfunc_r), c"__rtruediv__($self, value, /)\n--\n\nReturn value/self.";
    c"__ifloordiv__" nb nb_inplace_floor_divide slot_nb_inplace_floor_divide, Some(wrap_binaryfunc), c"__ifloordiv__($self, value, /)\n--\n\nReturn self//=value.";
    c"__itruediv__" nb nb_inplace_true_divide slot_nb_inplace_true_divide, Some(wrap_binaryfunc), c"__itruediv__($self, value, /)\n--\n\nReturn self/=value.";
    c"__index__" nb nb_index slot_nb_index, Some(wrap_unaryfunc), c"__index__($self, /)\n--\n\nReturn self converted to an integer, if self is suitable for use as an index into a list.";
    c"__matmul__" nb nb_matrix_multiply slot_nb_matrix_multiply, Some(wrap_binaryfunc_l), c"__matmul__($self, value, /)\n--\n\nReturn self@value.";
    c"__rmatmul__" nb nb_matrix_multiply slot_nb_matrix_multiply, Some(wrap_binaryfunc_r), c"__rmatmul__($self, value, /)\n--\n\nReturn value@self.";
    c"__imatmul__" nb nb_inplace_matrix_multiply slot_nb_inplace_matrix_multiply, Some(wrap_binaryfunc), c"__imatmul__($self, value, /)\n--\n\nReturn self@=value.";
    c"__len__" mp mp_length slot_sq_length, Some(wrap_lenfunc), c"__len__($self, /)\n--\n\nReturn len(self).";
    c"__getitem__" mp mp_subscript slot_mp_subscript, Some(wrap_binaryfunc), c"__getitem__($self, key, /)\n--\n\nReturn self[key].";
    c"__setitem__" mp mp_ass_subscript slot_mp_ass_subscript, Some(wrap_objobjargproc), c"__setitem__($self, key, value, /)\n--\n\nSet self[key] to value.";
    c"__delitem__" mp mp_ass_subscript slot_mp_ass_subscript, Some(wrap_delitem), c"__delitem__($self, key, /)\n--\n\nDelete self[key].";
    c"__len__" sq sq_length slot_sq_length, Some(wrap_lenfunc), c"__len__($self, /)\n--\n\nReturn len(self).";
    c"__add__" sq sq_concat core::ptr::null_mut::<c_void>(), Some(wrap_binaryfunc), c"__add__($self, value, /)\n--\n\nReturn self+value.";
    c"__mul__" sq sq_repeat core::ptr::null_mut::<c_void>(), Some(wrap_indexargfunc), c"__mul__($self, value, /)\n--\n\nReturn self*value.";
    c"__rmul__" sq sq_repeat core::ptr::null_mut::<c_void>(), Some(wrap_indexargfunc), c"__rmul__($self, value, /)\n--\n\nReturn value*self.";
    c"__getitem__" sq sq_item slot_sq_item, Some(wrap_sq_item), c"__getitem__($self, key, /)\n--\n\nReturn self[key].";
    c"__setitem__" sq sq_ass_item slot_sq_ass_item, Some(wrap_sq_setitem), c"__setitem__($self, key, value, /)\n--\n\nSet self[key] to value.";
    c"__delitem__" sq sq_ass_item slot_sq_ass_item, Some(wrap_sq_delitem), c"__delitem__($self, key, /)\n--\n\nDelete self[key].";
    c"__contains__" sq sq_contains slot_sq_contains, Some(wrap_objobjproc), c"__contains__($self, key, /)\n--\n\nReturn bool(key in self).";
    c"__iadd__" sq sq_inplace_concat core::ptr::null_mut::<c_void>(), Some(wrap_binaryfunc), c"__iadd__($self, value, /)\n--\n\nImplement self+=value.";
    c"__imul__" sq sq_inplace_repeat core::ptr::null_mut::<c_void>(), Some(wrap_indexargfunc), c"__imul__($self, value, /)\n--\n\nImplement self*=value.";
}

/// A wrapper with keywords stored where wrappers without stand; `PyWrapperFlag_KEYWORDS` tells them apart.
const fn as_wrapper(f: wrapperfunc_kwds) -> wrapperfunc {
    // SAFETY: both are function pointers; the flag decides how it is called.
    unsafe { core::mem::transmute::<wrapperfunc_kwds, wrapperfunc>(f) }
}

/// A row of the table.
#[derive(Clone, Copy)]
pub struct Row(*mut wrapperbase);

impl Row {
    fn get(&self) -> &wrapperbase {
        // SAFETY: rows of the static table.
        unsafe { &*self.0 }
    }

    /// The special method's name.
    pub fn name(&self) -> &'static str {
        // SAFETY: names are ASCII literals.
        unsafe { CStr::from_ptr(self.get().name).to_str().unwrap_or_default() }
    }

    /// The name as an interned string.
    pub fn interned(&self, t: &Thread) -> PyResult<Owned<PyStr>> {
        static NAMES: [AtomicPtr<PyObject>; N_ROWS] = [const { AtomicPtr::new(core::ptr::null_mut()) }; N_ROWS];
        let first = ROWS.get().cast::<wrapperbase>() as usize;
        match NAMES.get((self.0 as usize).wrapping_sub(first) / size_of::<wrapperbase>()) {
            Some(cache) => Ok(crate::unicode::intern::cached_name_with(cache, t, || self.name()).own()),
            None => PyStr::intern_str(t, self.name()),
        }
    }

    /// A row that C code made.
    ///
    /// # Safety
    /// The structure stays as it is for ever, and its name is ASCII.
    pub const unsafe fn from_ptr(row: *mut wrapperbase) -> Self {
        Self(row)
    }

    /// The row as C sees it.
    pub fn as_ptr(&self) -> *mut wrapperbase {
        self.0
    }
}

/// All rows.
pub fn rows() -> impl Iterator<Item = Row> {
    let base = ROWS.get().cast::<wrapperbase>();
    // SAFETY: indices within the table.
    (0..N_ROWS).map(move |i| Row(unsafe { base.add(i) }))
}

/// The address of the slot at a heap type's offset, in any type; null if the type lacks the table (`slotptr`).
///
/// # Safety
/// `ty` is a type object.
pub unsafe fn slot_ptr(ty: *mut PyTypeObject, offset: usize) -> *mut *mut c_void {
    const ASYNC: usize = offset_of!(PyHeapTypeObject, as_async);
    const NUMBER: usize = offset_of!(PyHeapTypeObject, as_number);
    const MAPPING: usize = offset_of!(PyHeapTypeObject, as_mapping);
    const SEQUENCE: usize = offset_of!(PyHeapTypeObject, as_sequence);
    const BUFFER: usize = offset_of!(PyHeapTypeObject, as_buffer);
    // SAFETY: the caller's promise; the tables are laid out as the heap type embeds them.
    unsafe {
        let (table, base): (*mut u8, usize) = if offset >= BUFFER {
            ((*ty).tp_as_buffer.cast(), BUFFER)
        } else if offset >= SEQUENCE {
            ((*ty).tp_as_sequence.cast(), SEQUENCE)
        } else if offset >= MAPPING {
            ((*ty).tp_as_mapping.cast(), MAPPING)
        } else if offset >= NUMBER {
            ((*ty).tp_as_number.cast(), NUMBER)
        } else if offset >= ASYNC {
            ((*ty).tp_as_async.cast(), ASYNC)
        } else {
            (ty.cast(), 0)
        };
        if table.is_null() { core::ptr::null_mut() } else { table.add(offset - base).cast() }
    }
}

/// Adds wrapper descriptors for the slots that a native type fills (`add_operators`).
pub fn add_operators(t: &Thread, class: &PyType) -> PyResult<()> {
    let Some(dict) = class.dict() else { return Ok(()) };
    for row in rows() {
        let base = row.get();
        if base.wrapper.is_none() {
            continue;
        }
        // SAFETY: a row's offset belongs to a slot.
        let slot = unsafe { slot_ptr(class.as_type_ptr(), base.offset as usize) };
        // SAFETY: the slot's address.
        if slot.is_null() || unsafe { (*slot).is_null() } {
            continue;
        }
        let name = row.interned(t)?;
        if dict.contains(t, &name)? {
            continue;
        }
        // SAFETY: the slot's address.
        let function = unsafe { *slot };
        // What every object does has a wrapper on `object` alone.
        if is_generic_access(function) && !core::ptr::eq(class.as_type_ptr(), super::object_type_ptr()) {
            continue;
        }
        if core::ptr::addr_eq(function, crate::hash::hash_not_implemented as *const ()) {
            dict.set_str(t, &name, singletons::none())?;
        } else {
            let descriptor = crate::descr::new_wrapper(t, class, row, &name, function)?;
            dict.set_str(t, &name, &descriptor)?;
        }
    }
    Ok(())
}

/// Whether a slot's function is the one that serves objects without an attribute access of their own.
fn is_generic_access(function: *mut c_void) -> bool {
    core::ptr::addr_eq(function, crate::attr::generic_getattr_slot as *const ())
        || core::ptr::addr_eq(function, crate::attr::generic_setattr_slot as *const ())
}

fn by_offset() -> &'static Vec<(usize, Vec<Row2>)> {
    static GROUPS: OnceLock<Vec<(usize, Vec<Row2>)>> = OnceLock::new();
    GROUPS.get_or_init(|| {
        let mut groups: Vec<(usize, Vec<Row2>)> = Vec::new();
        for row in rows() {
            let offset = row.get().offset as usize;
            match groups.iter_mut().find(|(o, _)| *o == offset) {
                Some((_, list)) => list.push(Row2::new(row)),
                None => groups.push((offset, vec![Row2::new(row)])),
            }
        }
        groups
    })
}

/// A row's address as a plain number, so that the table of groups can be shared, and its name.
#[derive(Clone, Copy)]
struct Row2 {
    address: usize,
    name: &'static str,
}

impl Row2 {
    fn new(row: Row) -> Self {
        Self { address: row.0 as usize, name: row.name() }
    }

    const fn row(self) -> Row {
        Row(self.address as *mut wrapperbase)
    }
}

/// Sets the slot shared by a group of names from what the type's dictionary and bases define (`update_one_slot`).
fn update_group(t: &Thread, class: &PyType, offset: usize, group: &[Row2]) -> PyResult<()> {
    // SAFETY: a row's offset belongs to a slot.
    let slot = unsafe { slot_ptr(class.as_type_ptr(), offset) };
    if slot.is_null() {
        return Ok(());
    }
    let mut specific: *mut c_void = core::ptr::null_mut();
    let mut generic: *mut c_void = core::ptr::null_mut();
    let mut use_generic = false;
    for entry in group {
        let (row, name) = (entry.row(), entry.name);
        let base = row.get();
        let interned = row.interned(t)?;
        // The class has no version yet, and this is no reason to give it one.
        // SAFETY: nothing runs between the look-up and taking the reference.
        let Some(found) = (unsafe { Object::from_ptr_opt(class.find_in_mro(t, &interned)).map(Own::own) }) else {
            // `__next__` missing leaves no slot; see below.
            continue;
        };
        if let Some(wrapper) = found.downcast_exact::<crate::PyWrapperDescr>()
            && wrapper.is_called(name)
        {
            let usable = wrapper_may_be_used(class, wrapper, base);
            if usable && (specific.is_null() || specific == wrapper.wrapped()) {
                specific = wrapper.wrapped();
            } else {
                use_generic = true;
            }
            generic = base.function;
        } else if let Some(function) = found.downcast_exact::<crate::PyCFunction>()
            && name == "__new__"
            && function.is_new_of(t)
        {
            // Whatever native `__new__` is found first, the slot is the one of the base whose layout the instances have.
            // SAFETY: plain fields.
            specific = unsafe { (*class.as_type_ptr()).tp_new.map_or(core::ptr::null_mut(), |f| f as *mut c_void) };
        } else if found.is(singletons::none()) && name == "__hash__" {
            specific = crate::hash::hash_not_implemented as *mut c_void;
        } else {
            use_generic = true;
            generic = base.function;
            if matches!(name, "__getattr__" | "__getattribute__") && offset == offset_of!(PyTypeObject, tp_getattro) {
                generic = slot_tp_getattr_hook as *mut c_void;
            }
        }
    }
    let value = if !specific.is_null() && !use_generic { specific } else { generic };
    // SAFETY: the slot's address; the type is a heap type whose slots may be written.
    unsafe {
        *slot = value;
        // `__call__` written in Python and a vectorcall function of a base exclude each other.
        if value == slot_tp_call as *mut c_void {
            (*class.as_type_ptr()).tp_flags &= !Py_TPFLAGS_HAVE_VECTORCALL;
        }
    }
    Ok(())
}

/// Whether the C function behind a wrapper found on a base serves this class directly.
fn wrapper_may_be_used(class: &PyType, wrapper: &crate::PyWrapperDescr, row: &wrapperbase) -> bool {
    // Compilers merge functions with equal bodies, such as the wrappers of number slots and of sequence slots for
    // `__add__`: the address alone does not tell them apart.
    let is_number = |offset: usize| {
        (offset_of!(PyHeapTypeObject, as_number)..offset_of!(PyHeapTypeObject, as_mapping)).contains(&offset)
    };
    is_number(wrapper.slot_offset()) == is_number(row.offset as usize)
        && wrapper.wrapper_function().map(|f| f as usize) == row.wrapper.map(|f| f as usize)
        && class.is_subtype(wrapper.owner())
}

/// Sets all slots of a new class (`fixup_slot_dispatchers`).
pub fn fix_up_slots(t: &Thread, class: &PyType) -> PyResult<()> {
    let groups = by_offset();
    let bases = class.bases();
    let Some(base) = bases.as_ref().and_then(|bases| model(class, bases)) else {
        return groups.iter().try_for_each(|(offset, group)| update_group(t, class, *offset, group));
    };
    let mut own = [false; N_ROWS];
    let (dict, mut at) = (class.dict(), 0);
    while let Some((key, _)) = dict.and_then(|dict| dict.next_borrowed(&mut at)) {
        // SAFETY: the dictionary keeps its keys: nothing runs here.
        let name = unsafe { Object::from_ptr(key) }.downcast::<PyStr>().and_then(PyStr::as_ascii);
        if let Some(name) = name.filter(|name| name.starts_with("__"))
            && let Some(groups) = by_name().get(name)
        {
            groups.iter().for_each(|&i| own[i] = true);
        }
    }
    for ((offset, group), own) in groups.iter().zip(own) {
        if own {
            update_group(t, class, *offset, group)?;
        } else {
            take_slot(class, base, *offset);
        }
    }
    Ok(())
}

/// The only base of a class that finds everything else there: slots whose names the class does not define are the base's. Not
/// so for bases in native code other than `object`, whose slots need not be what their names say.
fn model<'a>(class: &PyType, bases: &'a PyTuple) -> Option<&'a PyType> {
    let [base] = bases.as_slice() else { return None };
    let base = base.downcast::<PyType>()?;
    let ty = base.as_type_ptr();
    // SAFETY: a heap type.
    let made_by_statement = base.flags() & Py_TPFLAGS_HEAPTYPE != 0
        && !super::heap_static::is_native(ty)
        && unsafe { super::texts::is_of_statement(ty) };
    let is_plain = core::ptr::eq(ty, super::object_type_ptr());
    let (own, theirs) = (class.mro()?.as_slice(), base.mro()?.as_slice());
    let follows = own.first().is_some_and(|first| core::ptr::addr_eq(*first, class))
        && own.len() == theirs.len() + 1
        && own.iter().skip(1).zip(theirs).all(|(a, b)| core::ptr::addr_eq(*a, *b));
    ((is_plain || made_by_statement) && follows).then_some(base)
}

/// Gives a class the base's slot.
fn take_slot(class: &PyType, base: &PyType, offset: usize) {
    // SAFETY: a row's offset belongs to a slot; the class is a heap type whose slots may be written.
    unsafe {
        let slot = slot_ptr(class.as_type_ptr(), offset);
        if slot.is_null() {
            return;
        }
        let from = slot_ptr(base.as_type_ptr(), offset);
        *slot = if from.is_null() { core::ptr::null_mut() } else { *from };
        if *slot == slot_tp_call as *mut c_void {
            (*class.as_type_ptr()).tp_flags &= !Py_TPFLAGS_HAVE_VECTORCALL;
        }
    }
}

/// The groups of [`by_offset`] that a name belongs to.
fn by_name() -> &'static HashMap<&'static str, Vec<usize>> {
    static NAMES: OnceLock<HashMap<&str, Vec<usize>>> = OnceLock::new();
    NAMES.get_or_init(|| {
        let mut names: HashMap<&str, Vec<usize>> = HashMap::new();
        for (i, (_, group)) in by_offset().iter().enumerate() {
            for row in group {
                names.entry(row.name).or_default().push(i);
            }
        }
        names
    })
}

/// After an attribute of a class changed: updates the slot that the name stands for, here and in the subclasses that
/// do not override it (`update_slot`).
pub fn update_slot(t: &Thread, class: &PyType, name: &PyStr) -> PyResult<()> {
    if class.flags() & Py_TPFLAGS_HEAPTYPE == 0 {
        return Ok(());
    }
    let groups: Vec<&(usize, Vec<Row2>)> =
        by_offset().iter().filter(|(_, group)| group.iter().any(|row| name.eq_str(row.name))).collect();
    if groups.is_empty() {
        return Ok(());
    }
    update_recursively(t, class, name, &groups)
}

fn update_recursively(t: &Thread, class: &PyType, name: &PyStr, groups: &[&(usize, Vec<Row2>)]) -> PyResult<()> {
    for (offset, group) in groups {
        update_group(t, class, *offset, group)?;
    }
    for subclass in class.subclasses() {
        let overrides = match subclass.dict() {
            Some(dict) => dict.contains(t, name)?,
            None => false,
        };
        if !overrides {
            update_recursively(t, &subclass, name, groups)?;
        }
    }
    Ok(())
}

/// Sets all slots of a class and its subclasses again, after its bases changed.
pub fn update_all_slots(t: &Thread, class: &PyType) -> PyResult<()> {
    fix_up_slots(t, class)?;
    for subclass in class.subclasses() {
        update_all_slots(t, &subclass)?;
    }
    Ok(())
}

/// Calls `__set_name__` of the values of a new class (`type_new_set_names`).
pub fn set_names(t: &Thread, class: &PyType) -> PyResult<()> {
    let Some(dict) = class.dict() else { return Ok(()) };
    for (key, value) in dict.items_vec() {
        let Some(set_name) = attr::lookup_special(t, &value, name!(t, "__set_name__"))? else { continue };
        if set_name.call(t, &[class.as_object(), &key]).is_err() {
            add_set_name_note(t, class, &key, &value)?;
            return Err(crate::Raised::assume());
        }
    }
    Ok(())
}

fn add_set_name_note(t: &Thread, class: &PyType, key: &Object, value: &Object) -> PyResult<()> {
    let Some(exception) = crate::errors::take(t) else { return Ok(()) };
    let note = PyStr::from_str(
        t,
        &format!(
            "Error calling __set_name__ on '{:.100}' instance {} in '{:.100}'",
            value.class().name_lossy(),
            key.repr_lossy(t),
            class.name_lossy()
        ),
    )?;
    exception.call_method(t, name!(t, "add_note"), &[&note])?;
    let _ = crate::errors::restore_raised(t, exception);
    Ok(())
}

/// `__init_subclass__` of the new class's parent (`type_new_init_subclass`).
pub fn init_subclass(t: &Thread, class: &PyType, kwargs: &[(Owned, Owned)]) -> PyResult<()> {
    // A metatype's `mro()` may have left the class itself out.
    if class.mro().is_some_and(|mro| !mro.as_slice().iter().any(|base| core::ptr::addr_eq(*base, class))) {
        return Err(super::super_::not_an_instance(t, class, class.as_object()));
    }
    let parent = super::super_::new_super(t, class, class.as_object())?;
    let method = parent.getattr(t, name!(t, "__init_subclass__"))?;
    if kwargs.is_empty() {
        method.call(t, &[])?;
        return Ok(());
    }
    let names = PyTuple::from_iter_exact(t, kwargs.len(), kwargs.iter().map(|(k, _)| k.clone()))?;
    let values: Vec<&Object> = kwargs.iter().map(|(_, v)| &**v).collect();
    method.call_kw(t, &values, &names)?;
    Ok(())
}

/// The slots for destruction and collection that a new class gets.
pub(super) fn set_memory_slots(class: &PyType, may_add_gc: bool) {
    // SAFETY: a heap type under construction.
    unsafe {
        let ty = class.as_type_ptr();
        (*ty).tp_alloc = Some(alloc::generic_alloc);
        (*ty).tp_free = Some(alloc::generic_free);
        (*ty).tp_dealloc = Some(alloc::subtype_dealloc);
        if may_add_gc {
            (*ty).tp_traverse = Some(alloc::subtype_traverse);
            (*ty).tp_clear = Some(alloc::subtype_clear);
        }
    }
    let _ = class.own();
}
