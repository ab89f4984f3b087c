//! Bodies of specialised instructions. Each looks at its operands first and says `None` (or null) when they are not
//! those that it was specialised for; nothing has changed then, and the loop falls back on the general form.

use super::specialize::{extend, read_ptr, read_u32};
use crate::code::PyCode;
use crate::frame::{self, Frame, locals_of};
use crate::function::PyFunction;
use crate::generator::{PyCoro, PyGen};
use crate::stackref::StackRef;
use core::mem::MaybeUninit;
use taipan_bytecode::tables::nb;
use taipan_object::abi::*;
use taipan_object::dict::keys::{DictKeys, DictValues, Kind};
use taipan_object::dict::views::PyDictItemIter;
use taipan_object::{
    Object, Owned, PyBytes, PyDict, PyFloat, PyInt, PyList, PyMethod, PyMethodDescr, PyModule, PyResult, PySlice,
    PyStr, PyTuple, PyType, attr, singletons,
};
use taipan_runtime::{Thread, refcount};
use taipan_types::builtin_iters::{PyEnumerate, PyZip};

/// Whether a word is the only reference to its object, so that the object may be reused for a result.
#[inline(always)]
unsafe fn is_unique(word: StackRef) -> bool {
    // SAFETY: a live word.
    unsafe { word.is_counted() && refcount::refcnt(word.as_ptr()) == 1 }
}

/// The values of two exact `int` of one digit.
#[inline(always)]
pub unsafe fn two_ints(left: StackRef, right: StackRef) -> Option<(i64, i64)> {
    // SAFETY: live words.
    unsafe {
        let a = left.object().downcast_exact::<PyInt>()?;
        let b = right.object().downcast_exact::<PyInt>()?;
        a.both_compact(b).then(|| (a.compact_value(), b.compact_value()))
    }
}

/// The values of two exact `float`.
#[inline(always)]
pub unsafe fn two_floats(left: StackRef, right: StackRef) -> Option<(f64, f64)> {
    // SAFETY: live words.
    unsafe {
        let a = left.object().downcast_exact::<PyFloat>()?;
        let b = right.object().downcast_exact::<PyFloat>()?;
        Some((a.value(), b.value()))
    }
}

/// The value of an exact `float` and true, or that of an exact `int` of one digit and false.
#[inline(always)]
unsafe fn number(word: StackRef) -> Option<(f64, bool)> {
    // SAFETY: a live word.
    let object = unsafe { word.object() };
    if let Some(float) = object.downcast_exact::<PyFloat>() {
        return Some((float.value(), true));
    }
    object.downcast_exact::<PyInt>()?.as_i64_compact().map(|value| (value as f64, false))
}

/// `BINARY_OP_EXTEND` of floats, and of floats and ints: `None` too where an error is to be raised.
#[inline(always)]
pub unsafe fn float_operation(kind: u16, left: StackRef, right: StackRef) -> Option<f64> {
    // SAFETY: live words. Ints of one digit are exact as floats, and so is the rounding of their quotient.
    let ((a, is_float), (b, other_is_float)) = unsafe { (number(left)?, number(right)?) };
    let operation = u32::from(kind - extend::FLOATS);
    if operation == nb::TRUE_DIVIDE {
        return if b == 0.0 { None } else { Some(a / b) };
    }
    if !is_float && !other_is_float {
        return None;
    }
    match operation {
        nb::ADD => Some(a + b),
        nb::SUBTRACT => Some(a - b),
        nb::MULTIPLY => Some(a * b),
        _ => None,
    }
}

/// `BINARY_OP_EXTEND` of two ints of which one has more than a digit.
#[inline(always)]
pub unsafe fn large_operation(t: &Thread, kind: u16, left: StackRef, right: StackRef) -> Option<PyResult<StackRef>> {
    // SAFETY: live words; exact ints have no destructor that runs code.
    unsafe {
        let a = left.object().downcast_exact::<PyInt>()?;
        let b = right.object().downcast_exact::<PyInt>()?;
        if a.both_compact(b) {
            return None;
        }
        let value = match u32::from(kind - extend::LARGE) {
            nb::ADD => PyInt::add(t, a, b),
            nb::SUBTRACT => PyInt::sub(t, a, b),
            _ => PyInt::mul(t, a, b),
        };
        if value.is_ok() {
            left.close();
            right.close();
        }
        Some(value.map(StackRef::from_owned))
    }
}

/// `BINARY_OP_EXTEND` of two ints of one digit: `None` too where an error is to be raised.
#[inline(always)]
pub unsafe fn int_operation(kind: u16, left: StackRef, right: StackRef) -> Option<i64> {
    // SAFETY: live words.
    let (a, b) = unsafe { two_ints(left, right)? };
    match u32::from(kind) {
        nb::AND => Some(a & b),
        nb::OR => Some(a | b),
        nb::XOR => Some(a ^ b),
        nb::LSHIFT if (0..32).contains(&b) => Some(a << b),
        nb::RSHIFT if b >= 0 => Some(a >> b.min(63)),
        // One digit fits 32 bits, for which division takes half the time.
        nb::FLOOR_DIVIDE if b > 0 => Some(i64::from((a as i32).div_euclid(b as i32))),
        nb::REMAINDER if b > 0 => Some(i64::from((a as i32).rem_euclid(b as i32))),
        _ => None,
    }
}

/// Gives the `int` that a local variable holds, and nobody else, another value: as if it had been freed and a new one had
/// got its memory. False if it is none, or if the value asks for another object.
#[inline(always)]
pub unsafe fn renew_int(place: *mut StackRef, value: i64) -> bool {
    // SAFETY: a local variable; no word on the stack is borrowed from a variable that is about to be assigned to.
    unsafe {
        let word = *place;
        if !is_unique(word) || PyInt::small(value).is_some() || value.unsigned_abs() >= 1 << 30 {
            return false;
        }
        let Some(int) = word.object().downcast_exact::<PyInt>().filter(|int| int.is_compact()) else { return false };
        int.set_compact(value);
        true
    }
}

/// As [`renew_int`] for a `float`.
#[inline(always)]
pub unsafe fn renew_float(place: *mut StackRef, value: f64) -> bool {
    // SAFETY: as in `renew_int`.
    unsafe {
        let word = *place;
        if !is_unique(word) || !word.object().is_exact::<PyFloat>() {
            return false;
        }
        (*word.as_ptr().cast::<PyFloatObject>()).ob_fval = value;
        true
    }
}

/// The result of an operation on two `int`, in place of an operand that nobody else holds. Takes both words over.
#[inline(always)]
pub unsafe fn int_result(t: &Thread, value: i64, left: StackRef, right: StackRef) -> PyResult<StackRef> {
    // SAFETY: exact ints have no destructor that runs code.
    unsafe {
        if let Some(small) = PyInt::small(value) {
            left.close();
            right.close();
            return Ok(StackRef::borrowed(small.as_ptr()));
        }
        if value.unsigned_abs() < 1 << 30 {
            if is_unique(left) {
                left.object().cast_unchecked::<PyInt>().set_compact(value);
                right.close();
                return Ok(left);
            }
            if is_unique(right) {
                right.object().cast_unchecked::<PyInt>().set_compact(value);
                left.close();
                return Ok(right);
            }
        }
        let made = PyInt::from_i64(t, value)?;
        left.close();
        right.close();
        Ok(StackRef::from_owned(made))
    }
}

/// The result of an operation on two numbers that is a `float`, in place of an operand that nobody else holds. Takes both
/// words over. With `MIXED` one of the operands may be an `int`.
#[inline(always)]
pub unsafe fn float_result<const MIXED: bool>(
    t: &Thread,
    value: f64,
    left: StackRef,
    right: StackRef,
) -> PyResult<StackRef> {
    // SAFETY: exact ints and floats have no destructor that runs code.
    unsafe {
        let may_hold = |word: StackRef| is_unique(word) && (!MIXED || word.object().is_exact::<PyFloat>());
        if may_hold(left) {
            (*left.as_ptr().cast::<PyFloatObject>()).ob_fval = value;
            right.close();
            return Ok(left);
        }
        if may_hold(right) {
            (*right.as_ptr().cast::<PyFloatObject>()).ob_fval = value;
            left.close();
            return Ok(right);
        }
        let made = PyFloat::new(t, value)?;
        left.close();
        right.close();
        Ok(StackRef::from_owned(made))
    }
}

/// An index into `len` items.
#[inline(always)]
fn index(key: StackRef, len: usize) -> Option<usize> {
    // SAFETY: a live word.
    let value = unsafe { key.object() }.downcast_exact::<PyInt>()?.as_i64_compact()?;
    let i = if value < 0 { value + len as i64 } else { value };
    if (i as u64) < len as u64 { Some(i as usize) } else { None }
}

/// `list[int]`.
#[inline(always)]
pub unsafe fn list_item(container: StackRef, key: StackRef) -> Option<StackRef> {
    // SAFETY: live words; the item is counted before the list goes.
    unsafe {
        let list = container.object().downcast_exact::<PyList>()?;
        let i = index(key, list.len())?;
        Some(StackRef::new_ref(*list.items_ptr().add(i)))
    }
}

/// `tuple[int]`.
#[inline(always)]
pub unsafe fn tuple_item(container: StackRef, key: StackRef) -> Option<StackRef> {
    // SAFETY: as in `list_item`.
    unsafe {
        let tuple = container.object().downcast_exact::<PyTuple>()?;
        let i = index(key, tuple.len())?;
        Some(StackRef::new_ref(*tuple.items_ptr().add(i)))
    }
}

/// `bytes[int]`.
#[inline(always)]
pub unsafe fn bytes_item(container: StackRef, key: StackRef) -> Option<StackRef> {
    // SAFETY: live words; small ints are immortal.
    unsafe {
        let bytes = container.object().downcast_exact::<PyBytes>()?.as_bytes();
        let byte = *bytes.get(index(key, bytes.len())?)?;
        Some(StackRef::borrowed(PyInt::small(i64::from(byte))?.as_ptr()))
    }
}

/// `str[int]` where the character is below U+0100.
#[inline(always)]
pub unsafe fn str_item(container: StackRef, key: StackRef) -> Option<StackRef> {
    // SAFETY: live words.
    unsafe {
        let text = container.object().downcast_exact::<PyStr>()?;
        let i = index(key, text.len())?;
        let c = text.char_at(i);
        let c = u8::try_from(c).ok()?;
        Some(StackRef::borrowed(PyStr::latin1_char(c).as_ptr()))
    }
}

/// The function of `BINARY_OP_SLOT`, if both operands are of the type that it was specialised for.
#[inline(always)]
pub unsafe fn slot_function(ip: *const u16, left: &Object, right: &Object) -> Option<binaryfunc> {
    // SAFETY: the type's version says that it has the function, which types that never change keep.
    unsafe {
        if type_version(left) != read_u32(ip.add(3)) || !left.class().is(right.class()) {
            return None;
        }
        let methods = (*left.class().as_type_ptr()).tp_as_number.cast::<u8>();
        *methods.add(*ip.add(2) as usize).cast::<Option<binaryfunc>>()
    }
}

/// Whether an iterator is of a kind that [`next_pair`] knows.
pub fn gives_pairs(iterator: &Object) -> bool {
    iterator.is_exact::<PyDictItemIter>()
        || iterator.is_exact::<PyEnumerate>()
        || iterator.downcast_exact::<PyZip>().is_some_and(PyZip::is_of_two)
}

/// The next two values of an iterator that gives pairs: of the items of a dictionary, `enumerate`, or `zip` of two.
/// `None` for other iterators.
#[inline(always)]
pub fn next_pair(t: &Thread, iterator: &Object) -> Option<PyResult<Option<(Owned, Owned)>>> {
    if let Some(items) = iterator.downcast_exact::<PyDictItemIter>() {
        return Some(items.next_pair(t));
    }
    if let Some(numbered) = iterator.downcast_exact::<PyEnumerate>() {
        return Some(numbered.next_unpacked(t));
    }
    let zipped = iterator.downcast_exact::<PyZip>()?;
    zipped.is_of_two().then(|| zipped.next_unpacked(t))
}

/// `list[slice]`.
#[inline(always)]
pub unsafe fn list_slice(t: &Thread, container: StackRef, key: StackRef) -> Option<PyResult> {
    // SAFETY: live words.
    unsafe {
        let list = container.object().downcast_exact::<PyList>()?;
        let slice = key.object().downcast_exact::<PySlice>()?;
        Some(list.get_slice(t, slice).map(Owned::into_object))
    }
}

/// `list[int] = value`: the old item, if there is such an index. Takes the value's word over.
#[inline(always)]
pub unsafe fn store_list_item(container: StackRef, key: StackRef, value: StackRef) -> Option<*mut PyObject> {
    // SAFETY: live words.
    unsafe {
        let list = container.object().downcast_exact::<PyList>()?;
        let i = index(key, list.len())?;
        let slot = list.items_ptr().add(i);
        Some(core::mem::replace(&mut *slot, value.make_strong().as_ptr()))
    }
}

/// The version of an object's type.
#[inline(always)]
unsafe fn type_version(owner: &Object) -> u32 {
    // SAFETY: a live type.
    unsafe { (*owner.class().as_type_ptr()).tp_version_tag }
}

/// A global from the module's table.
#[inline(always)]
pub unsafe fn load_global_module(ip: *const u16, frame: *mut Frame) -> *mut PyObject {
    // SAFETY: the frame's globals are live; the version says that the entry is where it was.
    unsafe {
        let globals = Object::from_ptr((*frame).f_globals);
        let Some(dict) = globals.downcast_exact::<PyDict>() else { return core::ptr::null_mut() };
        let table = dict.keys_ptr();
        if (*table).version != u32::from(*ip.add(3)) {
            return core::ptr::null_mut();
        }
        (*DictKeys::unicode_entries(table).add(*ip.add(2) as usize)).value
    }
}

/// A built-in that the module does not shadow.
#[inline(always)]
pub unsafe fn load_global_builtin(ip: *const u16, frame: *mut Frame) -> *mut PyObject {
    // SAFETY: as in `load_global_module`.
    unsafe {
        let globals = Object::from_ptr((*frame).f_globals).downcast_exact::<PyDict>();
        let builtins = Object::from_ptr((*frame).f_builtins).downcast_exact::<PyDict>();
        let (Some(globals), Some(builtins)) = (globals, builtins) else { return core::ptr::null_mut() };
        let table = builtins.keys_ptr();
        if (*globals.keys_ptr()).version != u32::from(*ip.add(3)) || (*table).version != u32::from(*ip.add(4)) {
            return core::ptr::null_mut();
        }
        (*DictKeys::unicode_entries(table).add(*ip.add(2) as usize)).value
    }
}

/// An attribute from the inline values.
#[inline(always)]
pub unsafe fn instance_value(ip: *const u16, owner: &Object) -> *mut PyObject {
    // SAFETY: the type's version says that its instances have inline values, at this distance.
    unsafe {
        if type_version(owner) != read_u32(ip.add(2)) || attr::inline_values(owner).is_null() {
            return core::ptr::null_mut();
        }
        *owner.as_ptr().cast::<u8>().add(*ip.add(4) as usize).cast::<*mut PyObject>()
    }
}

/// An attribute from the instance's own dictionary, at a place remembered.
#[inline(always)]
pub unsafe fn with_hint(ip: *const u16, owner: &Object, name: *mut PyObject) -> *mut *mut PyObject {
    // SAFETY: the type's version says that its instances have managed dictionaries.
    unsafe {
        if type_version(owner) != read_u32(ip.add(2)) {
            return core::ptr::null_mut();
        }
        let dict = *attr::managed_dict_slot(owner);
        let Some(dict) = Object::from_ptr_opt(dict).and_then(|d| d.downcast_exact::<PyDict>()) else {
            return core::ptr::null_mut();
        };
        let table = dict.keys_ptr();
        let hint = *ip.add(4) as usize;
        if (*table).kind != Kind::Unicode || hint >= (*table).nentries as usize {
            return core::ptr::null_mut();
        }
        let entry = DictKeys::unicode_entries(table).add(hint);
        if (*entry).key != name || (*entry).value.is_null() {
            return core::ptr::null_mut();
        }
        &raw mut (*entry).value
    }
}

/// The place of a slot (`__slots__`) in an object.
#[inline(always)]
pub unsafe fn slot_place(ip: *const u16, owner: &Object) -> *mut *mut PyObject {
    // SAFETY: the type's version says that the slot is at this distance.
    unsafe {
        if type_version(owner) != read_u32(ip.add(2)) {
            return core::ptr::null_mut();
        }
        owner.as_ptr().cast::<u8>().add(*ip.add(4) as usize).cast()
    }
}

/// An attribute of a module.
#[inline(always)]
pub unsafe fn module_value(ip: *const u16, owner: &Object) -> *mut PyObject {
    // SAFETY: the version says that the entry is where it was.
    unsafe {
        let Some(module) = owner.downcast_exact::<PyModule>() else { return core::ptr::null_mut() };
        let dict = (*module.raw()).md_dict.cast::<PyDictObject>();
        if dict.is_null() {
            return core::ptr::null_mut();
        }
        let table = (*dict).ma_keys.cast::<DictKeys>();
        if (*table).version != read_u32(ip.add(2)) {
            return core::ptr::null_mut();
        }
        (*DictKeys::unicode_entries(table).add(*ip.add(4) as usize)).value
    }
}

/// An attribute of a class; `meta` says whether the metaclass is looked at too.
#[inline(always)]
pub unsafe fn class_value(ip: *const u16, owner: &Object, meta: bool) -> *mut PyObject {
    // SAFETY: the version keeps the value valid.
    unsafe {
        let Some(class) = owner.downcast::<PyType>() else { return core::ptr::null_mut() };
        if (*class.as_type_ptr()).tp_version_tag != read_u32(ip.add(2)) {
            return core::ptr::null_mut();
        }
        let metaclass = owner.class();
        let right = if meta {
            (*metaclass.as_type_ptr()).tp_version_tag == read_u32(ip.add(4))
        } else {
            core::ptr::addr_eq(metaclass, <PyType as taipan_object::Class>::TYPE)
        };
        if right { read_ptr(ip.add(6)) } else { core::ptr::null_mut() }
    }
}

/// An attribute of the type that inline values do not shadow.
#[inline(always)]
pub unsafe fn type_attr_with_values(ip: *const u16, owner: &Object) -> *mut PyObject {
    // SAFETY: as above; types with inline values are heap types with shared keys.
    unsafe {
        if type_version(owner) != read_u32(ip.add(2))
            || attr::inline_values(owner).is_null()
            || (*attr::cached_keys(owner)).version != read_u32(ip.add(4))
        {
            return core::ptr::null_mut();
        }
        read_ptr(ip.add(6))
    }
}

/// An attribute of a type whose instances have no dictionary.
#[inline(always)]
pub unsafe fn type_attr_no_dict(ip: *const u16, owner: &Object) -> *mut PyObject {
    // SAFETY: as above.
    unsafe { if type_version(owner) == read_u32(ip.add(2)) { read_ptr(ip.add(6)) } else { core::ptr::null_mut() } }
}

/// An attribute of a type whose instance has no dictionary yet.
#[inline(always)]
pub unsafe fn type_attr_lazy_dict(ip: *const u16, owner: &Object) -> *mut PyObject {
    // SAFETY: as above; the cache says where objects of the type keep their dictionary.
    unsafe {
        if type_version(owner) == read_u32(ip.add(2))
            && (*owner.as_ptr().cast::<u8>().offset(*ip.add(4) as i16 as isize).cast::<*mut PyObject>()).is_null()
        {
            read_ptr(ip.add(6))
        } else {
            core::ptr::null_mut()
        }
    }
}

/// Stores into the inline values; false if the assumptions do not hold. Takes the value's word over and gives the old
/// value.
#[inline(always)]
pub unsafe fn store_instance_value(ip: *const u16, owner: &Object, value: StackRef) -> Option<*mut PyObject> {
    // SAFETY: as in `instance_value`.
    unsafe {
        if type_version(owner) != read_u32(ip.add(2)) || !(*attr::managed_dict_slot(owner)).is_null() {
            return None;
        }
        let values = attr::inline_values(owner);
        if values.is_null() {
            return None;
        }
        let slot = owner.as_ptr().cast::<u8>().add(*ip.add(4) as usize).cast::<*mut PyObject>();
        let old = core::mem::replace(&mut *slot, value.make_strong().as_ptr());
        if old.is_null() {
            let ix = slot.offset_from(DictValues::slot(values, 0)) as usize;
            DictValues::push_order(values, ix);
        }
        Some(old)
    }
}

/// Pushes a frame for a call whose `n` arguments fill the parameters exactly. Takes over the words of the callable and
/// the arguments; null, with nothing taken over, if the data stack is full.
#[inline(always)]
pub unsafe fn push_exact(
    t: &Thread,
    callable: StackRef,
    function: &PyFunction,
    args: *const StackRef,
    n: usize,
) -> *mut Frame {
    // SAFETY: the caller has checked the function's code.
    unsafe {
        let code = function.code();
        let c = code.raw();
        let new = t.push_data((*c).co_framesize as usize).cast::<Frame>();
        if new.is_null() {
            return new;
        }
        (*new).f_executable = StackRef::new_ref(code.as_ptr()).0;
        (*new).f_funcobj = callable.make_strong().0;
        (*new).f_globals = (*function.raw()).func_globals;
        (*new).f_builtins = (*function.raw()).func_builtins;
        (*new).f_locals = core::ptr::null_mut();
        (*new).frame_obj = core::ptr::null_mut();
        (*new).instr_ptr = code.code_ptr();
        (*new).return_offset = 0;
        (*new).owner = FRAME_OWNED_BY_THREAD;
        (*new).visited = 0;
        let slots = locals_of(new);
        for i in 0..n {
            *slots.add(i) = *args.add(i);
        }
        let total = (*c).co_nlocalsplus as usize;
        for i in n..total {
            *slots.add(i) = StackRef::NULL;
        }
        (*new).stackpointer = slots.add(total).cast();
        new
    }
}

/// The function of a call if it is the one whose code the cache names.
#[inline(always)]
pub unsafe fn cached_function(callee: &Object, ip: *const u16) -> Option<&PyFunction> {
    // SAFETY: the cache belongs to the instruction.
    unsafe {
        let function = callee.downcast_exact::<PyFunction>()?;
        if function.code().version() == read_u32(ip.add(2)) { Some(function) } else { None }
    }
}

/// A generator (or coroutine) that can be resumed.
#[inline(always)]
pub unsafe fn resumable(object: &Object, coroutines: bool) -> Option<*mut PyGenObject> {
    if !(object.is_exact::<PyGen>() || coroutines && object.is_exact::<PyCoro>()) {
        return None;
    }
    let g = object.as_ptr().cast::<PyGenObject>();
    // SAFETY: plain field.
    unsafe { if (*g).gi_frame_state < FRAME_EXECUTING { Some(g) } else { None } }
}

/// Makes a suspended generator run: its frame, with the sent value's word pushed.
#[inline(always)]
pub unsafe fn enter_generator(t: &Thread, g: *mut PyGenObject, value: StackRef) -> *mut Frame {
    // SAFETY: the generator is suspended, so its stack has room for the value.
    unsafe {
        let frame = &raw mut (*g).gi_iframe;
        let sp = (*frame).stackpointer.cast::<StackRef>();
        *sp = value;
        (*frame).stackpointer = sp.add(1).cast();
        let ts = t.as_ptr();
        (*g).gi_exc_state.previous_item = (*ts).exc_info;
        (*ts).exc_info = &raw mut (*g).gi_exc_state;
        (*g).gi_frame_state = FRAME_EXECUTING;
        frame
    }
}

/// Whether a call runs in a frame of this loop: of a Python function, or of a bound method, which may hold one.
///
/// # Safety
/// `callable` is live.
#[inline(always)]
pub unsafe fn enters_frame(callable: StackRef, self_or_null: StackRef) -> bool {
    // SAFETY: the caller's promise.
    let callee = unsafe { callable.object() };
    callee.downcast_exact::<PyFunction>().is_some()
        || self_or_null.is_null() && callee.downcast_exact::<PyMethod>().is_some()
}

/// The length of a tuple of names.
///
/// # Safety
/// `names` is a live tuple.
#[inline(always)]
pub unsafe fn tuple_len(names: StackRef) -> usize {
    // SAFETY: the caller's promise.
    unsafe { names.object().cast_unchecked::<PyTuple>() }.len()
}

/// Room for the arguments of a C function: plain pointers, where words may carry the borrowed tag. The word before the
/// first is free for the callee (`PY_VECTORCALL_ARGUMENTS_OFFSET`).
pub struct Pointers(MaybeUninit<[*mut PyObject; Pointers::MAX + 1]>);

impl Pointers {
    /// How many fit.
    pub const MAX: usize = 9;

    /// Room that holds nothing yet.
    #[inline(always)]
    pub const fn new() -> Self {
        Self(MaybeUninit::uninit())
    }

    /// Writes the pointers of `n` words, at most `MAX`, and gives the first one's place. One or two are written without a
    /// loop, which would be unrolled for many.
    #[inline(always)]
    pub unsafe fn fill(&mut self, words: *const StackRef, n: usize) -> *const *mut PyObject {
        // SAFETY: live words, for which there is room.
        unsafe {
            let place = self.0.as_mut_ptr().cast::<*mut PyObject>().add(1);
            if n > 0 {
                place.write((*words).as_ptr());
            }
            if n > 1 {
                place.add(1).write((*words.add(1)).as_ptr());
            }
            if n > 2 {
                Self::fill_rest(place, words, n);
            }
            place
        }
    }

    unsafe fn fill_rest(place: *mut *mut PyObject, words: *const StackRef, n: usize) {
        // SAFETY: as in `fill`.
        unsafe {
            for i in 2..n {
                place.add(i).write((*words.add(i)).as_ptr());
            }
        }
    }
}

/// The bits of a table entry's flags that say how its function is called.
pub const CONVENTIONS: i32 = METH_VARARGS | METH_FASTCALL | METH_NOARGS | METH_O | METH_KEYWORDS | METH_METHOD;

/// The table entry of a method descriptor called with `this` as first argument, if it takes such objects.
#[inline(always)]
pub unsafe fn method_def(callee: &Object, this: StackRef, convention: i32) -> Option<*mut PyMethodDef> {
    // SAFETY: live words.
    unsafe {
        let descr = callee.downcast_exact::<PyMethodDescr>()?;
        let raw = descr.as_ptr().cast::<PyMethodDescrObject>();
        let def = (*raw).d_method;
        if (*def).ml_flags & CONVENTIONS != convention {
            return None;
        }
        let class = this.object().class();
        let owner = (*raw).d_common.d_type;
        if core::ptr::eq(class.as_type_ptr(), owner) || class.is_subtype(PyType::from_type_ptr(owner)) {
            Some(def)
        } else {
            None
        }
    }
}

/// `s += x` where nobody but the local variable holds `s`: the string grows in place.
pub unsafe fn append_in_place(
    t: &Thread,
    local: *mut StackRef,
    left: StackRef,
    right: StackRef,
) -> Option<PyResult<()>> {
    // SAFETY: live words; the local and the left operand are the same object.
    unsafe {
        let a = left.object().downcast_exact::<PyStr>()?;
        let b = right.object().downcast_exact::<PyStr>()?;
        if (*local).as_ptr() != left.as_ptr() || !(*local).is_counted() {
            return None;
        }
        // The references are the local's and, unless it is borrowed, the stack's.
        let held = 1 + u32::from(left.is_counted());
        if refcount::refcnt(left.as_ptr()) == held && a.can_grow(b) {
            left.close();
            let whole: Owned<PyStr> = Owned::from_ptr((*local).as_ptr());
            *local = StackRef::NULL;
            match PyStr::grow(whole, t, b) {
                Ok(grown) => {
                    *local = StackRef::from_owned(grown);
                    right.close();
                    return Some(Ok(()));
                }
                Err(raised) => {
                    right.close();
                    return Some(Err(raised));
                }
            }
        }
        match a.concat(t, b) {
            Ok(made) => {
                left.close();
                right.close();
                let old = core::mem::replace(&mut *local, StackRef::from_owned(made));
                old.close();
                Some(Ok(()))
            }
            Err(raised) => {
                left.close();
                right.close();
                Some(Err(raised))
            }
        }
    }
}

/// The frame below an `__init__` that was entered from the loop: it checks the result and gives the new object.
#[inline(always)]
pub unsafe fn push_init_shim(t: &Thread, code: &PyCode, instance: StackRef) -> *mut Frame {
    // SAFETY: the code is that of `init_cleanup_code`.
    unsafe {
        let new = t.push_data((*code.raw()).co_framesize as usize).cast::<Frame>();
        if new.is_null() {
            return new;
        }
        frame::init(
            new,
            StackRef::NULL,
            code,
            core::ptr::null_mut(),
            core::ptr::null_mut(),
            core::ptr::null_mut(),
            core::ptr::null_mut(),
        );
        (*new).owner = FRAME_OWNED_BY_INTERPRETER;
        let sp = (*new).stackpointer.cast::<StackRef>();
        *sp = instance;
        (*new).stackpointer = sp.add(1).cast();
        new
    }
}

/// `isinstance(object, class)` as a word.
#[inline(always)]
pub fn truth(value: bool) -> StackRef {
    StackRef::borrowed(singletons::bool(value).as_ptr())
}

/// An item of an exact list or tuple for unpacking, counted.
#[inline(always)]
pub unsafe fn push_reversed(items: *mut *mut PyObject, n: usize, sp: *mut StackRef) {
    // SAFETY: the stack has room for the items.
    unsafe {
        for i in 0..n {
            *sp.add(i) = StackRef::new_ref(*items.add(n - 1 - i));
        }
    }
}
