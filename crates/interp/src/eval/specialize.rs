//! Adaptive specialisation (PEP 659): instructions that have run a few times are replaced in place by forms for the
//! operands seen, which check in their inline cache that their assumption still holds.
//!
//! Cache layouts are CPython's. The first unit of a cache is a counter: the upper 12 bits are the number of further
//! executions before the next attempt, the lower 4 the exponent of the back-off after failed ones.

use super::fast::{self, CONVENTIONS};
use super::{call, ops};
use crate::code::PyCode;
use crate::code::translate::is_conditional_jump;
use crate::frame::Frame;
use crate::function::PyFunction;
use crate::generator::{PyCoro, PyGen};
use crate::stackref::StackRef;
use taipan_bytecode::opcode::{op, private};
use taipan_bytecode::tables::{co, nb};
use taipan_object::abi::*;
use taipan_object::dict::keys::{self, DictKeys, Kind};
use taipan_object::list_class::PyListIter;
use taipan_object::tuple_class::PyTupleIter;
use taipan_object::{
    Object, PyBytes, PyCFunction, PyDict, PyFloat, PyInt, PyList, PyMethod, PyMethodDescr, PyModule, PyProperty,
    PySlice, PyStr, PyTuple, PyType, attr, singletons, typeobject,
};
use taipan_runtime::Thread;
use taipan_types::range::PyRangeIter;

/// Counter of an instruction that has not run: the second execution specialises it.
pub const WARM_UP: u16 = 1 << 4 | 1;
/// Counter after a specialisation: so many misses are put up with before the next.
const COOL_DOWN: u16 = 52 << 4;
const MAX_BACKOFF: u16 = 12;

const INPLACE_ADD: u32 = nb::INPLACE + nb::ADD;
const INPLACE_SUBTRACT: u32 = nb::INPLACE + nb::SUBTRACT;
const INPLACE_MULTIPLY: u32 = nb::INPLACE + nb::MULTIPLY;

/// Sets the counters of freshly made code, and in the cache of a conditional jump how many units to skip when it is not
/// taken: `NOT_TAKEN` is there for monitoring. Instructions that the loop does not run (numbers without an instruction, and
/// those that only a running interpreter puts in) become `RESERVED`, with their number as argument.
///
/// # Safety
/// `code` points to `units` units of complete instructions, and one more that can be read.
pub unsafe fn prepare(code: *mut u16, units: usize) {
    // SAFETY: the caller's promise.
    unsafe {
        let mut i = 0;
        while i < units {
            let opcode = *code.add(i) as u8;
            let caches = taipan_bytecode::opcode::CACHES[opcode as usize] as usize;
            if !is_executable(opcode) {
                *code.add(i) = u16::from(op::RESERVED) | u16::from(opcode) << 8;
            }
            if caches > 0 && i + caches < units {
                *code.add(i + 1) = if is_conditional_jump(opcode) { way_on(*code.add(i + 2) as u8) } else { WARM_UP };
            }
            i += 1 + caches;
        }
    }
}

/// How many units behind a conditional jump execution goes on if it is not taken, by the instruction that follows.
pub fn way_on(follower: u8) -> u16 {
    u16::from(follower == op::NOT_TAKEN)
}

/// Whether code may hold the instruction when it is made: specialised forms appear later.
fn is_executable(opcode: u8) -> bool {
    taipan_bytecode::opcode::Opcode::from_number(u16::from(opcode))
        .is_some_and(|o| o.generic() == o && opcode < op::BINARY_OP_ADD_FLOAT && opcode != op::RESERVED)
}

unsafe fn succeed(ip: *mut u16, opcode: u8) {
    // SAFETY: the instruction has a cache.
    unsafe {
        // An instrumented one stays so.
        if *ip as u8 != op::INSTRUMENTED_INSTRUCTION {
            *ip = *ip & 0xff00 | u16::from(opcode);
        }
        *ip.add(1) = COOL_DOWN;
    }
}

unsafe fn fail(ip: *mut u16) {
    // SAFETY: the instruction has a cache.
    unsafe {
        // It may have been specialised for other operands, whose cache has been written over.
        *ip = *ip & 0xff00 | u16::from(crate::code::generic(*ip as u8));
        let backoff = ((*ip.add(1) & 15) + 1).min(MAX_BACKOFF);
        *ip.add(1) = ((1 << backoff) - 1) << 4 | backoff;
    }
}

/// Has an instruction specialised anew when it runs the next time.
///
/// # Safety
/// The instruction has a cache.
pub unsafe fn reconsider(ip: *mut u16) {
    // SAFETY: the caller's promise.
    unsafe {
        *ip = *ip & 0xff00 | u16::from(crate::code::generic(*ip as u8));
        *ip.add(1) = 0;
    }
}

unsafe fn finish(ip: *mut u16, opcode: Option<u8>) {
    // SAFETY: the instruction has a cache.
    unsafe {
        match opcode {
            Some(opcode) => succeed(ip, opcode),
            None => fail(ip),
        }
    }
}

/// Writes a 32-bit value into a cache.
#[inline(always)]
unsafe fn write_u32(at: *mut u16, value: u32) {
    // SAFETY: within the cache.
    unsafe { at.cast::<u32>().write_unaligned(value) }
}

/// Reads a 32-bit value from a cache.
#[inline(always)]
pub unsafe fn read_u32(at: *const u16) -> u32 {
    // SAFETY: within the cache.
    unsafe { at.cast::<u32>().read_unaligned() }
}

#[inline(always)]
unsafe fn write_ptr(at: *mut u16, value: *mut PyObject) {
    // SAFETY: within the cache.
    unsafe { at.cast::<*mut PyObject>().write_unaligned(value) }
}

/// Reads a pointer from a cache.
#[inline(always)]
pub unsafe fn read_ptr(at: *const u16) -> *mut PyObject {
    // SAFETY: within the cache.
    unsafe { at.cast::<*mut PyObject>().read_unaligned() }
}

fn both<T: taipan_object::Class>(left: &Object, right: &Object) -> bool {
    left.is_exact::<T>() && right.is_exact::<T>()
}

fn compact(o: &Object) -> bool {
    o.downcast_exact::<PyInt>().is_some_and(PyInt::is_compact)
}

/// What `BINARY_OP_EXTEND` does, in the first word of its cache after the counter: the operation on two small ints, the
/// same on a float and another number, or a byte of `bytes`.
pub mod extend {
    /// Added to the operation for floats and for a float and a small int.
    pub const FLOATS: u16 = 16;
    /// `bytes[int]`.
    pub const BYTES_ITEM: u16 = 32;
    /// Added to the operation for ints of which one has more than a digit.
    pub const LARGE: u16 = 48;
}

/// The operations that `BINARY_OP_EXTEND` knows for these operands.
fn extended(operation: u32, left: &Object, right: &Object, ints: bool) -> Option<u16> {
    let number = |o: &Object| o.is_exact::<PyFloat>() || compact(o);
    match operation {
        nb::AND | nb::OR | nb::XOR | nb::LSHIFT | nb::RSHIFT | nb::FLOOR_DIVIDE | nb::REMAINDER if ints => {
            Some(operation as u16)
        }
        nb::ADD | nb::SUBTRACT | nb::MULTIPLY | nb::TRUE_DIVIDE if number(left) && number(right) => {
            Some(extend::FLOATS + operation as u16)
        }
        nb::SUBSCR if left.is_exact::<PyBytes>() && compact(right) => Some(extend::BYTES_ITEM),
        nb::ADD | nb::SUBTRACT | nb::MULTIPLY if both::<PyInt>(left, right) => Some(extend::LARGE + operation as u16),
        _ => None,
    }
}

/// `BINARY_OP`.
#[cold]
#[inline(never)]
pub unsafe fn binary_op(
    t: &Thread,
    ip: *mut u16,
    oparg: usize,
    left: StackRef,
    right: StackRef,
    locals: *mut StackRef,
) {
    // SAFETY: the words are live; the cache belongs to the instruction.
    unsafe {
        let (l, r) = (left.object(), right.object());
        let ints = compact(l) && compact(r);
        let floats = both::<PyFloat>(l, r);
        let found = match oparg as u32 {
            nb::ADD | INPLACE_ADD => {
                if ints {
                    Some(op::BINARY_OP_ADD_INT)
                } else if floats {
                    Some(op::BINARY_OP_ADD_FLOAT)
                } else if both::<PyStr>(l, r) {
                    let next = *ip.add(6);
                    if next as u8 == op::STORE_FAST && (*locals.add((next >> 8) as usize)).as_ptr() == left.as_ptr() {
                        Some(op::BINARY_OP_INPLACE_ADD_UNICODE)
                    } else {
                        Some(op::BINARY_OP_ADD_UNICODE)
                    }
                } else {
                    None
                }
            }
            nb::SUBTRACT | INPLACE_SUBTRACT => {
                if ints {
                    Some(op::BINARY_OP_SUBTRACT_INT)
                } else if floats {
                    Some(op::BINARY_OP_SUBTRACT_FLOAT)
                } else {
                    None
                }
            }
            nb::MULTIPLY | INPLACE_MULTIPLY => {
                if ints {
                    Some(op::BINARY_OP_MULTIPLY_INT)
                } else if floats {
                    Some(op::BINARY_OP_MULTIPLY_FLOAT)
                } else {
                    None
                }
            }
            nb::SUBSCR => subscript(t, ip, l, r),
            _ => None,
        };
        let oparg = oparg as u32;
        let operation = if oparg >= nb::INPLACE && oparg != nb::SUBSCR { oparg - nb::INPLACE } else { oparg };
        if found.is_none()
            && let Some(kind) = extended(operation, l, r, ints)
        {
            *ip.add(2) = kind;
            return succeed(ip, op::BINARY_OP_EXTEND);
        }
        finish(ip, found.or_else(|| slot_operation(ip, oparg, l, r)));
    }
}

/// `BINARY_OP_SLOT`, for types whose slots never change.
unsafe fn slot_operation(ip: *mut u16, oparg: u32, left: &Object, right: &Object) -> Option<u8> {
    // SAFETY: the cache belongs to the instruction.
    unsafe {
        let class = left.class();
        if oparg == nb::SUBSCR || !class.is(right.class()) || class.flags() & Py_TPFLAGS_HEAPTYPE != 0 {
            return None;
        }
        let assigns = oparg >= nb::INPLACE;
        let operator = ops::binary_operator(if assigns { oparg - nb::INPLACE } else { oparg });
        let offset = operator.slot_offset(class, assigns)?;
        let version = class.assign_version();
        if version == 0 {
            return None;
        }
        *ip.add(2) = offset as u16;
        write_u32(ip.add(3), version);
        Some(private::BINARY_OP_SLOT)
    }
}

unsafe fn subscript(t: &Thread, ip: *mut u16, container: &Object, key: &Object) -> Option<u8> {
    if compact(key) {
        if container.is_exact::<PyList>() {
            return Some(op::BINARY_OP_SUBSCR_LIST_INT);
        }
        if container.is_exact::<PyTuple>() {
            return Some(op::BINARY_OP_SUBSCR_TUPLE_INT);
        }
        if container.is_exact::<PyStr>() {
            return Some(op::BINARY_OP_SUBSCR_STR_INT);
        }
    }
    if container.is_exact::<PyDict>() {
        return Some(op::BINARY_OP_SUBSCR_DICT);
    }
    if container.is_exact::<PyList>() && key.is_exact::<PySlice>() {
        return Some(op::BINARY_OP_SUBSCR_LIST_SLICE);
    }
    let class = container.class();
    if class.flags() & Py_TPFLAGS_HEAPTYPE == 0 {
        return None;
    }
    // SAFETY: heap types have the cache; the cached function is kept alive by the type while its version holds.
    unsafe {
        let name = taipan_object::name!(t, "__getitem__");
        let function = Object::from_ptr_opt(class.lookup_raw(t, name))?.downcast_exact::<PyFunction>()?;
        if !is_simple(function, 2) || class.assign_version() == 0 {
            return None;
        }
        write_u32(ip.add(2), class.assign_version());
        let heap = class.as_type_ptr().cast::<PyHeapTypeObject>();
        (*heap)._spec_cache.getitem = function.as_ptr();
        (*heap)._spec_cache.getitem_version = function.code().version();
        Some(op::BINARY_OP_SUBSCR_GETITEM)
    }
}

/// Whether a call with `n` positional arguments fills the function's parameters exactly.
pub fn is_simple(function: &PyFunction, n: usize) -> bool {
    // SAFETY: plain fields.
    unsafe {
        let c = function.code().raw();
        (*c).co_argcount as usize == n
            && (*c).co_kwonlyargcount == 0
            && (*c).co_flags & (co::VARARGS | co::VARKEYWORDS) as i32 == 0
            && (*c).co_flags & co::OPTIMIZED as i32 != 0
            && (*function.raw()).vectorcall.is_some_and(call::is_function_vectorcall)
    }
}

/// `COMPARE_OP`.
#[cold]
#[inline(never)]
pub unsafe fn compare_op(ip: *mut u16, oparg: usize, left: StackRef, right: StackRef) {
    // SAFETY: as in `binary_op`.
    unsafe {
        let (l, r) = (left.object(), right.object());
        let found = if compact(l) && compact(r) {
            Some(op::COMPARE_OP_INT)
        } else if both::<PyFloat>(l, r) {
            Some(op::COMPARE_OP_FLOAT)
        } else if both::<PyStr>(l, r) && matches!(oparg >> 5, 2 | 3) {
            Some(op::COMPARE_OP_STR)
        } else {
            None
        };
        finish(ip, found);
    }
}

/// `CONTAINS_OP`.
#[cold]
#[inline(never)]
pub unsafe fn contains_op(ip: *mut u16, container: StackRef) {
    // SAFETY: as in `binary_op`.
    unsafe {
        let o = container.object();
        let found = if o.is_exact::<PyDict>() {
            Some(op::CONTAINS_OP_DICT)
        } else if o.is_exact::<taipan_object::PySet>() || o.is_exact::<taipan_object::PyFrozenSet>() {
            Some(op::CONTAINS_OP_SET)
        } else {
            let methods = (*o.class().as_type_ptr()).tp_as_sequence.as_ref();
            methods.and_then(|m| m.sq_contains).map(|_| private::CONTAINS_OP_SLOT)
        };
        finish(ip, found);
    }
}

/// `TO_BOOL`.
#[cold]
#[inline(never)]
pub unsafe fn to_bool(ip: *mut u16, value: StackRef) {
    // SAFETY: as in `binary_op`.
    unsafe {
        let o = value.object();
        let found = if o.is_exact::<taipan_object::PyBool>() {
            Some(op::TO_BOOL_BOOL)
        } else if o.is_exact::<PyInt>() {
            Some(op::TO_BOOL_INT)
        } else if o.is_exact::<PyList>() {
            Some(op::TO_BOOL_LIST)
        } else if o.is(singletons::none()) {
            Some(op::TO_BOOL_NONE)
        } else if o.is_exact::<PyStr>() {
            Some(op::TO_BOOL_STR)
        } else {
            let ty = o.class().as_type_ptr();
            let no_slot = (*ty).tp_as_number.as_ref().is_none_or(|n| n.nb_bool.is_none())
                && (*ty).tp_as_mapping.as_ref().is_none_or(|m| m.mp_length.is_none())
                && (*ty).tp_as_sequence.as_ref().is_none_or(|s| s.sq_length.is_none());
            let version = if no_slot { o.class().assign_version() } else { 0 };
            if version == 0 {
                None
            } else {
                write_u32(ip.add(2), version);
                Some(op::TO_BOOL_ALWAYS_TRUE)
            }
        };
        finish(ip, found);
    }
}

/// `STORE_SUBSCR`.
#[cold]
#[inline(never)]
pub unsafe fn store_subscr(ip: *mut u16, container: StackRef, key: StackRef) {
    // SAFETY: as in `binary_op`.
    unsafe {
        let o = container.object();
        let found = if o.is_exact::<PyDict>() {
            Some(op::STORE_SUBSCR_DICT)
        } else if o.is_exact::<PyList>() && compact(key.object()) {
            Some(op::STORE_SUBSCR_LIST_INT)
        } else {
            None
        };
        finish(ip, found);
    }
}

/// `UNPACK_SEQUENCE`.
#[cold]
#[inline(never)]
pub unsafe fn unpack_sequence(ip: *mut u16, oparg: usize, value: StackRef) {
    // SAFETY: as in `binary_op`.
    unsafe {
        let o = value.object();
        let found = if let Some(tuple) = o.downcast_exact::<PyTuple>() {
            match tuple.len() {
                n if n != oparg => None,
                2 => Some(op::UNPACK_SEQUENCE_TWO_TUPLE),
                _ => Some(op::UNPACK_SEQUENCE_TUPLE),
            }
        } else if o.downcast_exact::<PyList>().is_some_and(|l| l.len() == oparg) {
            Some(op::UNPACK_SEQUENCE_LIST)
        } else {
            None
        };
        finish(ip, found);
    }
}

/// `FOR_ITER`.
#[cold]
#[inline(never)]
pub unsafe fn for_iter(ip: *mut u16, iterator: StackRef) {
    // SAFETY: as in `binary_op`.
    unsafe {
        let o = iterator.object();
        let found = if o.is_exact::<PyListIter>() {
            Some(op::FOR_ITER_LIST)
        } else if o.is_exact::<PyTupleIter>() {
            Some(op::FOR_ITER_TUPLE)
        } else if o.is_exact::<PyRangeIter>() {
            Some(op::FOR_ITER_RANGE)
        } else if o.is_exact::<PyGen>() {
            Some(op::FOR_ITER_GEN)
        } else if *ip.add(2) & 0xff00 == 2 << 8
            && crate::code::generic(*ip.add(2) as u8) == op::UNPACK_SEQUENCE
            && fast::gives_pairs(o)
        {
            Some(private::FOR_ITER_PAIR)
        } else {
            (*o.class().as_type_ptr()).tp_iternext.map(|_| private::FOR_ITER_SLOT)
        };
        finish(ip, found);
    }
}

/// `SEND`.
#[cold]
#[inline(never)]
pub unsafe fn send(ip: *mut u16, receiver: StackRef) {
    // SAFETY: as in `binary_op`.
    unsafe {
        let o = receiver.object();
        let found = if o.is_exact::<PyGen>() || o.is_exact::<PyCoro>() { Some(op::SEND_GEN) } else { None };
        finish(ip, found);
    }
}

/// The version of a table that fits 16 bits, and the index of an entry in it that fits 16 bits.
unsafe fn table_entry(dict: &PyDict, name: &PyStr) -> Option<(u16, *mut DictKeys, Option<u16>)> {
    // SAFETY: a live table.
    unsafe {
        let table = dict.keys_ptr();
        if (*table).kind != Kind::Unicode || !keys::is_exact_str(name) {
            return None;
        }
        let ix = DictKeys::lookup_unicode(table, name.as_ptr(), name.hash());
        let version = u16::try_from(DictKeys::version_of(table)).ok().filter(|&v| v != 0)?;
        let index = if ix < 0 { None } else { Some(u16::try_from(ix).ok()?) };
        Some((version, table, index))
    }
}

/// `LOAD_GLOBAL`.
#[cold]
#[inline(never)]
pub unsafe fn load_global(ip: *mut u16, frame: *mut Frame, name: &PyStr) {
    // SAFETY: the frame's globals and builtins are live.
    unsafe {
        let found = (|| {
            let globals = Object::from_ptr((*frame).f_globals).downcast_exact::<PyDict>()?;
            let (module_version, _, index) = table_entry(globals, name)?;
            if let Some(index) = index {
                *ip.add(2) = index;
                *ip.add(3) = module_version;
                return Some(op::LOAD_GLOBAL_MODULE);
            }
            let builtins = Object::from_ptr((*frame).f_builtins).downcast_exact::<PyDict>()?;
            let (version, _, index) = table_entry(builtins, name)?;
            *ip.add(2) = index?;
            *ip.add(3) = module_version;
            *ip.add(4) = version;
            Some(op::LOAD_GLOBAL_BUILTIN)
        })();
        finish(ip, found);
    }
}

/// What an attribute of a type is for its instances.
enum Descriptor<'a> {
    Absent,
    /// A function or method descriptor, which calls bind without an object.
    Method(&'a Object),
    Property(&'a PyProperty),
    /// Native functions that get and set it.
    GetSet(*mut PyGetSetDef),
    /// The offset of a slot.
    Slot(u16),
    Plain(&'a Object),
    Other,
}

/// Whether attributes of a type can be set.
unsafe fn may_change(ty: *mut PyTypeObject) -> bool {
    // SAFETY: a live type.
    unsafe { (*ty).tp_flags & (Py_TPFLAGS_HEAPTYPE | Py_TPFLAGS_IMMUTABLETYPE) == Py_TPFLAGS_HEAPTYPE }
}

unsafe fn analyze<'a>(t: &Thread, class: &'a PyType, name: &PyStr) -> Descriptor<'a> {
    // SAFETY: what the type's dictionaries hold is alive while nothing runs.
    unsafe {
        let Some(found) = Object::from_ptr_opt(class.lookup_raw(t, name)) else { return Descriptor::Absent };
        let ty = found.class().as_type_ptr();
        // A class that can change may become a descriptor later, which no version would tell.
        if may_change(ty) {
            return Descriptor::Other;
        }
        if (*ty).tp_descr_set.is_some() {
            if let Some(property) = found.downcast_exact::<PyProperty>() {
                return Descriptor::Property(property);
            }
            if let Some(getset) = found.downcast_exact::<taipan_object::descr::PyGetSetDescr>() {
                let raw = getset.as_ptr().cast::<PyGetSetDescrObject>();
                if (*(*raw).d_getset).get.is_some() && class.is_subtype(PyType::from_type_ptr((*raw).d_common.d_type)) {
                    return Descriptor::GetSet((*raw).d_getset);
                }
            }
            if let Some(member) = found.downcast_exact::<taipan_object::PyMemberDescr>() {
                let raw = member.as_ptr().cast::<PyMemberDescrObject>();
                let def = (*raw).d_member;
                if (*def).r#type == Py_T_OBJECT_EX
                    && (*def).flags & Py_AUDIT_READ == 0
                    && class.is_subtype(PyType::from_type_ptr((*raw).d_common.d_type))
                    && let Ok(offset) = u16::try_from((*def).offset)
                {
                    return Descriptor::Slot(offset);
                }
            }
            return Descriptor::Other;
        }
        if (*ty).tp_descr_get.is_some() {
            if (*ty).tp_flags & Py_TPFLAGS_METHOD_DESCRIPTOR != 0 {
                return Descriptor::Method(found);
            }
            return Descriptor::Other;
        }
        Descriptor::Plain(found)
    }
}

/// The distance of an inline value from its object, if the instance's class keeps the name there.
unsafe fn inline_offset(owner: &Object, name: &PyStr) -> Option<u16> {
    // SAFETY: the structures belong to the object.
    unsafe {
        let values = attr::inline_values(owner);
        if values.is_null() || !keys::is_exact_str(name) {
            return None;
        }
        let ix = DictKeys::lookup_unicode(attr::cached_keys(owner), name.as_ptr(), name.hash());
        if ix < 0 {
            return None;
        }
        let slot = keys::DictValues::slot(values, ix as usize);
        u16::try_from(slot as usize - owner.as_ptr() as usize).ok()
    }
}

/// The position of a name in an instance's own dictionary.
unsafe fn dict_hint(owner: &Object, name: &PyStr) -> Option<u16> {
    // SAFETY: the structures belong to the object.
    unsafe {
        if owner.class().flags() & Py_TPFLAGS_MANAGED_DICT == 0 || !keys::is_exact_str(name) {
            return None;
        }
        let dict = Object::from_ptr_opt(*attr::managed_dict_slot(owner))?.downcast_exact::<PyDict>()?;
        let table = dict.keys_ptr();
        if (*table).kind != Kind::Unicode {
            return None;
        }
        let ix = DictKeys::lookup_unicode(table, name.as_ptr(), name.hash());
        u16::try_from(ix).ok()
    }
}

/// `LOAD_ATTR`.
#[cold]
#[inline(never)]
pub unsafe fn load_attr(t: &Thread, ip: *mut u16, oparg: usize, owner: StackRef, name: &PyStr) {
    // SAFETY: as in `binary_op`.
    unsafe {
        let owner = owner.object();
        let is_method = oparg & 1 != 0;
        let found = if let Some(module) = owner.downcast_exact::<PyModule>() {
            module_attr(ip, module, name)
        } else if let Some(class) = owner.downcast::<PyType>() {
            class_attr(t, ip, class, name)
        } else {
            instance_attr(t, ip, owner, name, is_method)
        };
        finish(ip, found);
    }
}

unsafe fn module_attr(ip: *mut u16, module: &PyModule, name: &PyStr) -> Option<u8> {
    // SAFETY: the module's dictionary is alive.
    unsafe {
        let (version, _, index) = table_entry(&*module.dict()?, name)?;
        write_u32(ip.add(2), u32::from(version));
        *ip.add(4) = index?;
        Some(op::LOAD_ATTR_MODULE)
    }
}

unsafe fn class_attr(t: &Thread, ip: *mut u16, class: &PyType, name: &PyStr) -> Option<u8> {
    // SAFETY: the cached value is kept alive by the type while its version holds.
    unsafe {
        let meta = class.as_object().class();
        let type_type = <PyType as taipan_object::Class>::class();
        if (*meta.as_type_ptr()).tp_getattro.map(|f| f as usize)
            != (*type_type.as_type_ptr()).tp_getattro.map(|f| f as usize)
            || !meta.lookup_raw(t, name).is_null()
        {
            return None;
        }
        let value = Object::from_ptr_opt(class.lookup_raw(t, name))?;
        let ty = value.class().as_type_ptr();
        if may_change(ty) || (*ty).tp_descr_get.is_some() && !value.is_exact::<PyFunction>() {
            return None;
        }
        let version = class.assign_version();
        if version == 0 {
            return None;
        }
        write_u32(ip.add(2), version);
        write_ptr(ip.add(6), value.as_ptr());
        if core::ptr::eq(meta, type_type) {
            return Some(op::LOAD_ATTR_CLASS);
        }
        let meta_version = meta.assign_version();
        if meta_version == 0 {
            return None;
        }
        write_u32(ip.add(4), meta_version);
        Some(op::LOAD_ATTR_CLASS_WITH_METACLASS_CHECK)
    }
}

/// The form of `LOAD_ATTR` for an object that is neither a module nor a class; what it has to know goes into the cache
/// after `ip`.
///
/// # Safety
/// `ip` points to an instruction with the caches of `LOAD_ATTR`.
pub unsafe fn instance_attr(t: &Thread, ip: *mut u16, owner: &Object, name: &PyStr, is_method: bool) -> Option<u8> {
    // SAFETY: as in `class_attr`.
    unsafe {
        let class = owner.class();
        if !typeobject::slots::finds_attributes_generically(t, class) {
            return None;
        }
        let version = class.assign_version();
        if version == 0 {
            return None;
        }
        write_u32(ip.add(2), version);
        // An AttributeError of a getter is a matter for `__getattr__`, which these forms would pass by.
        let asks_nobody = (*class.as_type_ptr()).tp_getattro.is_some_and(attr::is_generic_getattr);
        match analyze(t, class, name) {
            Descriptor::GetSet(def) => {
                write_ptr(ip.add(6), def.cast());
                asks_nobody.then_some(private::LOAD_ATTR_GETSET)
            }
            Descriptor::Property(property) => {
                let getter = property.get_function()?;
                let function = getter.downcast_exact::<PyFunction>()?;
                if is_method || !asks_nobody || !is_simple(function, 1) {
                    return None;
                }
                write_u32(ip.add(4), function.code().version());
                write_ptr(ip.add(6), function.as_ptr());
                Some(op::LOAD_ATTR_PROPERTY)
            }
            Descriptor::Slot(offset) => {
                *ip.add(4) = offset;
                Some(op::LOAD_ATTR_SLOT)
            }
            Descriptor::Other => None,
            Descriptor::Absent => own_attr(ip, owner, name),
            Descriptor::Method(found) if is_method => match shadow(owner, name)? {
                Shadow::Values(version) => {
                    write_u32(ip.add(4), version);
                    write_ptr(ip.add(6), found.as_ptr());
                    Some(op::LOAD_ATTR_METHOD_WITH_VALUES)
                }
                Shadow::NoDict => {
                    write_ptr(ip.add(6), found.as_ptr());
                    Some(op::LOAD_ATTR_METHOD_NO_DICT)
                }
                Shadow::LazyDict(offset) => {
                    *ip.add(4) = offset as u16;
                    write_ptr(ip.add(6), found.as_ptr());
                    Some(op::LOAD_ATTR_METHOD_LAZY_DICT)
                }
                Shadow::Own => own_attr(ip, owner, name),
            },
            Descriptor::Method(_) => match shadow(owner, name)? {
                Shadow::Own => own_attr(ip, owner, name),
                _ => None,
            },
            Descriptor::Plain(found) => match shadow(owner, name)? {
                Shadow::Values(version) if !is_method => {
                    write_u32(ip.add(4), version);
                    write_ptr(ip.add(6), found.as_ptr());
                    Some(op::LOAD_ATTR_NONDESCRIPTOR_WITH_VALUES)
                }
                Shadow::NoDict if !is_method => {
                    write_ptr(ip.add(6), found.as_ptr());
                    Some(op::LOAD_ATTR_NONDESCRIPTOR_NO_DICT)
                }
                Shadow::Own => own_attr(ip, owner, name),
                _ => None,
            },
        }
    }
}

unsafe fn own_attr(ip: *mut u16, owner: &Object, name: &PyStr) -> Option<u8> {
    // SAFETY: the cache belongs to the instruction.
    unsafe {
        if let Some(offset) = inline_offset(owner, name) {
            *ip.add(4) = offset;
            return Some(op::LOAD_ATTR_INSTANCE_VALUE);
        }
        *ip.add(4) = dict_hint(owner, name)?;
        Some(op::LOAD_ATTR_WITH_HINT)
    }
}

/// What keeps an instance from shadowing an attribute of its type.
enum Shadow {
    /// Inline values whose shared keys, at this version, lack the name.
    Values(u32),
    /// Instances have no dictionary.
    NoDict,
    /// The dictionary does not exist yet; it will be found so many bytes behind the object.
    LazyDict(i16),
    /// The instance has the name.
    Own,
}

unsafe fn shadow(owner: &Object, name: &PyStr) -> Option<Shadow> {
    // SAFETY: the structures belong to the object.
    unsafe {
        let ty = owner.class().as_type_ptr();
        if (*ty).tp_dictoffset == 0 {
            return Some(Shadow::NoDict);
        }
        if !attr::inline_values(owner).is_null() {
            let table = attr::cached_keys(owner);
            if !keys::is_exact_str(name) {
                return None;
            }
            if DictKeys::lookup_unicode(table, name.as_ptr(), name.hash()) >= 0 {
                return Some(Shadow::Own);
            }
            let version = DictKeys::version_of(table);
            return if version == 0 { None } else { Some(Shadow::Values(version)) };
        }
        if dict_hint(owner, name).is_some() {
            return Some(Shadow::Own);
        }
        let slot = if (*ty).tp_flags & Py_TPFLAGS_MANAGED_DICT == 0 {
            // A negative offset counts from the end of an object of variable size.
            let offset = usize::try_from((*ty).tp_dictoffset).ok()?;
            owner.as_ptr().cast::<u8>().add(offset).cast()
        } else if (*ty).tp_flags & Py_TPFLAGS_INLINE_VALUES == 0 {
            attr::managed_dict_slot(owner).cast()
        } else {
            return None;
        };
        let slot: *const *mut PyObject = slot;
        let offset = i16::try_from(slot.cast::<u8>().offset_from(owner.as_ptr().cast())).ok()?;
        (*slot).is_null().then_some(Shadow::LazyDict(offset))
    }
}

/// `STORE_ATTR`.
#[cold]
#[inline(never)]
pub unsafe fn store_attr(t: &Thread, ip: *mut u16, owner: StackRef, name: &PyStr) {
    // SAFETY: as in `binary_op`.
    unsafe {
        let found = store_form(t, ip, owner.object(), name);
        finish(ip, found);
    }
}

/// The form of `STORE_ATTR` for an object; what it has to know goes into the cache after `ip`.
///
/// # Safety
/// `ip` points to an instruction with the caches of `STORE_ATTR`.
pub unsafe fn store_form(t: &Thread, ip: *mut u16, owner: &Object, name: &PyStr) -> Option<u8> {
    let class = owner.class();
    if owner.is_exact::<PyModule>() || !attr::stores_attributes_generically(class) {
        return None;
    }
    let version = class.assign_version();
    if version == 0 {
        return None;
    }
    // SAFETY: as in `binary_op`.
    unsafe {
        write_u32(ip.add(2), version);
        match analyze(t, class, name) {
            Descriptor::Slot(offset) => {
                *ip.add(4) = offset;
                Some(op::STORE_ATTR_SLOT)
            }
            Descriptor::Property(_) | Descriptor::GetSet(_) | Descriptor::Other => None,
            _ => {
                if let Some(offset) = inline_offset(owner, name) {
                    if !(*attr::managed_dict_slot(owner)).is_null() {
                        return None;
                    }
                    *ip.add(4) = offset;
                    return Some(op::STORE_ATTR_INSTANCE_VALUE);
                }
                *ip.add(4) = dict_hint(owner, name)?;
                Some(op::STORE_ATTR_WITH_HINT)
            }
        }
    }
}

/// `CALL`.
#[cold]
#[inline(never)]
pub unsafe fn call(t: &Thread, ip: *mut u16, oparg: usize, callable: StackRef, self_or_null: StackRef) {
    // SAFETY: as in `binary_op`.
    unsafe {
        let callee = callable.object();
        let has_self = !self_or_null.is_null();
        let total = oparg + usize::from(has_self);
        let found = if let Some(function) = callee.downcast_exact::<PyFunction>() {
            python_call(ip, function, total, op::CALL_PY_EXACT_ARGS)
        } else if let Some(method) = callee.downcast_exact::<PyMethod>() {
            match method.function().downcast_exact::<PyFunction>() {
                Some(function) if !has_self => python_call(ip, function, total + 1, op::CALL_BOUND_METHOD_EXACT_ARGS),
                _ => None,
            }
        } else if let Some(descr) = callee.downcast_exact::<PyMethodDescr>() {
            method_call(t, ip, descr, total)
        } else if let Some(function) = callee.downcast_exact::<PyCFunction>() {
            builtin_call(t, function, total)
        } else if let Some(class) = callee.downcast::<PyType>() {
            class_call(t, ip, class, total, has_self)
        } else {
            None
        };
        let found = found.or_else(|| {
            if !fast::enters_frame(callable, self_or_null) {
                return Some(op::CALL_NON_PY_GENERAL);
            }
            if callee.is_exact::<PyFunction>() {
                return Some(op::CALL_PY_GENERAL);
            }
            let method = callee.downcast_exact::<PyMethod>()?;
            method.function().is_exact::<PyFunction>().then_some(op::CALL_BOUND_METHOD_GENERAL)
        });
        finish(ip, found);
    }
}

/// `CALL_KW`.
#[cold]
#[inline(never)]
pub unsafe fn call_kw(ip: *mut u16, callable: StackRef, self_or_null: StackRef) {
    // SAFETY: as in `binary_op`.
    unsafe {
        let callee = callable.object();
        let found = if callee.is_exact::<PyFunction>() {
            Some(op::CALL_KW_PY)
        } else if !fast::enters_frame(callable, self_or_null) {
            Some(op::CALL_KW_NON_PY)
        } else {
            let method = callee.downcast_exact::<PyMethod>();
            method.is_some_and(|m| m.function().is_exact::<PyFunction>()).then_some(op::CALL_KW_BOUND_METHOD)
        };
        finish(ip, found);
    }
}

unsafe fn python_call(ip: *mut u16, function: &PyFunction, total: usize, opcode: u8) -> Option<u8> {
    if !is_simple(function, total) {
        return None;
    }
    // SAFETY: the cache belongs to the instruction.
    unsafe {
        // A site that has seen another function may see a third one.
        if *ip as u8 == opcode && read_u32(ip.add(2)) != function.code().version() {
            return None;
        }
        write_u32(ip.add(2), function.code().version());
    }
    Some(opcode)
}

unsafe fn method_call(t: &Thread, ip: *mut u16, descr: &PyMethodDescr, total: usize) -> Option<u8> {
    // SAFETY: a live table entry.
    unsafe {
        let def = (*descr.as_ptr().cast::<PyMethodDescrObject>()).d_method;
        match (*def).ml_flags & CONVENTIONS {
            METH_NOARGS if total == 1 => Some(op::CALL_METHOD_DESCRIPTOR_NOARGS),
            METH_O if total == 2 => {
                if core::ptr::eq(crate::state::state(t).callables.list_append.get(), descr.as_ptr())
                    && *ip.add(4) as u8 == op::POP_TOP
                {
                    return Some(op::CALL_LIST_APPEND);
                }
                Some(op::CALL_METHOD_DESCRIPTOR_O)
            }
            METH_FASTCALL if total >= 1 => Some(op::CALL_METHOD_DESCRIPTOR_FAST),
            f if f == METH_FASTCALL | METH_KEYWORDS && total >= 1 => {
                Some(op::CALL_METHOD_DESCRIPTOR_FAST_WITH_KEYWORDS)
            }
            _ => None,
        }
    }
}

unsafe fn builtin_call(t: &Thread, function: &PyCFunction, total: usize) -> Option<u8> {
    // SAFETY: a live table entry.
    unsafe {
        let known = &crate::state::state(t).callables;
        match (*function.method_def()).ml_flags & CONVENTIONS {
            METH_O if total == 1 => {
                if core::ptr::eq(known.len.get(), function.as_ptr()) {
                    return Some(op::CALL_LEN);
                }
                Some(op::CALL_BUILTIN_O)
            }
            METH_FASTCALL => {
                if total == 2 && core::ptr::eq(known.isinstance.get(), function.as_ptr()) {
                    return Some(op::CALL_ISINSTANCE);
                }
                Some(op::CALL_BUILTIN_FAST)
            }
            f if f == METH_FASTCALL | METH_KEYWORDS => Some(op::CALL_BUILTIN_FAST_WITH_KEYWORDS),
            _ => None,
        }
    }
}

unsafe fn class_call(t: &Thread, ip: *mut u16, class: &PyType, total: usize, has_self: bool) -> Option<u8> {
    // SAFETY: the cached function is kept alive by the type while its version holds.
    unsafe {
        let ty = class.as_type_ptr();
        if (*ty).tp_flags & Py_TPFLAGS_HEAPTYPE == 0 {
            if total == 1 && !has_self {
                if core::ptr::addr_eq(class, <PyType as taipan_object::Class>::TYPE) {
                    return Some(op::CALL_TYPE_1);
                }
                if core::ptr::addr_eq(class, <PyStr as taipan_object::Class>::TYPE) {
                    return Some(op::CALL_STR_1);
                }
                if core::ptr::addr_eq(class, <PyTuple as taipan_object::Class>::TYPE) {
                    return Some(op::CALL_TUPLE_1);
                }
            }
            return (*ty).tp_vectorcall.map(|_| op::CALL_BUILTIN_CLASS);
        }
        if has_self
            || !core::ptr::eq(class.as_object().class(), <PyType as taipan_object::Class>::class())
            || (*ty).tp_flags & Py_TPFLAGS_IS_ABSTRACT != 0
            || !typeobject::is_plainly_made(class)
        {
            return None;
        }
        let init = Object::from_ptr_opt(class.lookup_raw(t, taipan_object::name!(t, "__init__")))?;
        let function = init.downcast_exact::<PyFunction>()?;
        let version = class.assign_version();
        if version == 0 || !is_simple(function, total + 1) {
            return None;
        }
        write_u32(ip.add(2), version);
        (*ty.cast::<PyHeapTypeObject>())._spec_cache.init = function.as_ptr();
        Some(op::CALL_ALLOC_AND_ENTER_INIT)
    }
}

impl PyCode {
    /// The version, unique to this code object.
    #[inline(always)]
    pub fn version(&self) -> u32 {
        // SAFETY: plain field.
        unsafe { (*self.raw()).co_version }
    }
}
