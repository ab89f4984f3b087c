//! Bodies of instructions that are too long for the loop.

use crate::code::PyCode;
use crate::frame::Frame;
use crate::function::PyFunction;
use crate::stackref::StackRef;
use taipan_bytecode::tables::{co_fast, intrinsic, nb, special};
use taipan_object::abi::*;
use taipan_object::number::Op;
use taipan_object::{
    CompareOp, Object, Own, Owned, PyCell, PyDict, PyFloat, PyInt, PyList, PyResult, PySlice, PyStr, PyTuple, PyType,
    Raised, attr, compare, err, errors, exceptions, iter, name, number, sequence, singletons,
};
use taipan_runtime::Thread;

/// The operator of a `BINARY_OP` argument below the in-place ones.
pub(super) const fn binary_operator(n: u32) -> Op {
    match n {
        nb::ADD => Op::Add,
        nb::AND => Op::And,
        nb::FLOOR_DIVIDE => Op::FloorDivide,
        nb::LSHIFT => Op::Lshift,
        nb::MATRIX_MULTIPLY => Op::MatrixMultiply,
        nb::MULTIPLY => Op::Multiply,
        nb::REMAINDER => Op::Remainder,
        nb::OR => Op::Or,
        nb::POWER => Op::Power,
        nb::RSHIFT => Op::Rshift,
        nb::SUBTRACT => Op::Subtract,
        nb::TRUE_DIVIDE => Op::TrueDivide,
        _ => Op::Xor,
    }
}

/// `BINARY_OP`.
#[inline]
pub fn binary(t: &Thread, left: &Object, right: &Object, oparg: u32) -> PyResult {
    if let (Some(a), Some(b)) = (left.downcast_exact::<PyInt>(), right.downcast_exact::<PyInt>())
        && a.is_compact()
        && b.is_compact()
    {
        let (x, y) = (a.compact_value(), b.compact_value());
        let operation = if oparg >= nb::INPLACE && oparg != nb::SUBSCR { oparg - nb::INPLACE } else { oparg };
        let value = match operation {
            nb::ADD => Some(x + y),
            nb::SUBTRACT => Some(x - y),
            nb::MULTIPLY => Some(x * y),
            nb::AND => Some(x & y),
            nb::OR => Some(x | y),
            nb::XOR => Some(x ^ y),
            nb::FLOOR_DIVIDE if y > 0 => Some(x.div_euclid(y)),
            nb::REMAINDER if y > 0 => Some(x.rem_euclid(y)),
            nb::LSHIFT if (0..32).contains(&y) => Some(x << y),
            nb::RSHIFT if y >= 0 => Some(x >> y.min(63)),
            _ => None,
        };
        if let Some(value) = value {
            return PyInt::from_i64(t, value).map(Owned::into_object);
        }
    } else if let (Some(a), Some(b)) = (left.downcast_exact::<PyFloat>(), right.downcast_exact::<PyFloat>()) {
        let (x, y) = (a.value(), b.value());
        match oparg {
            0 | 13 => return PyFloat::new(t, x + y).map(Owned::into_object),
            10 | 23 => return PyFloat::new(t, x - y).map(Owned::into_object),
            5 | 18 => return PyFloat::new(t, x * y).map(Owned::into_object),
            11 | 24 if y != 0.0 => return PyFloat::new(t, x / y).map(Owned::into_object),
            _ => {}
        }
    }
    if oparg == nb::SUBSCR {
        return subscript(t, left, right);
    }
    if oparg >= nb::INPLACE {
        return number::inplace_op(t, left, right, binary_operator(oparg - nb::INPLACE));
    }
    number::binary_op(t, left, right, binary_operator(oparg))
}

/// `container[key]`.
#[inline]
fn subscript(t: &Thread, container: &Object, key: &Object) -> PyResult {
    if let Some(index) = key.downcast_exact::<PyInt>().and_then(PyInt::as_i64_compact) {
        if let Some(list) = container.downcast_exact::<PyList>() {
            let i = if index < 0 { index + list.len() as i64 } else { index };
            if let Some(item) = usize::try_from(i).ok().and_then(|i| list.get(i)) {
                return Ok(item);
            }
        } else if let Some(tuple) = container.downcast_exact::<PyTuple>() {
            let i = if index < 0 { index + tuple.len() as i64 } else { index };
            if let Some(item) = usize::try_from(i).ok().and_then(|i| tuple.get(i)) {
                return Ok(item.own());
            }
        }
    }
    if let Some(dict) = container.downcast_exact::<PyDict>() {
        return match dict.get_item(t, key)? {
            Some(value) => Ok(value),
            None => Err(errors::key_error(t, key)),
        };
    }
    sequence::get_item(t, container, key)
}

/// `container[key] = value`.
#[inline]
pub fn store_subscr(t: &Thread, container: &Object, key: &Object, value: &Object) -> PyResult<()> {
    if let Some(dict) = container.downcast_exact::<PyDict>() {
        return dict.set_item(t, key, value);
    }
    if let (Some(list), Some(index)) =
        (container.downcast_exact::<PyList>(), key.downcast_exact::<PyInt>().and_then(PyInt::as_i64_compact))
    {
        let i = if index < 0 { index + list.len() as i64 } else { index };
        if let Ok(i) = usize::try_from(i)
            && let Some(old) = list.replace(i, value.own()).or(None)
        {
            drop(old);
            return Ok(());
        }
    }
    sequence::assign_item(t, container, key, Some(value))
}

/// `COMPARE_OP`: the result as a stack word.
#[inline]
pub fn compare_op(t: &Thread, left: &Object, right: &Object, oparg: usize) -> PyResult<StackRef> {
    let op = super::compare_operator(oparg);
    let truth = |b: bool| StackRef::borrowed(singletons::bool(b).as_ptr());
    if let (Some(a), Some(b)) = (left.downcast_exact::<PyInt>(), right.downcast_exact::<PyInt>())
        && a.is_compact()
        && b.is_compact()
    {
        return Ok(truth(op.matches(a.compact_value().cmp(&b.compact_value()))));
    }
    if let (Some(a), Some(b)) = (left.downcast_exact::<PyStr>(), right.downcast_exact::<PyStr>()) {
        match op {
            CompareOp::Eq => return Ok(truth(a.eq(b))),
            CompareOp::Ne => return Ok(truth(!a.eq(b))),
            _ => {}
        }
    }
    let result = compare::rich_compare(t, left, right, op)?;
    if oparg & 16 != 0 {
        return Ok(truth(result.is_true(t)?));
    }
    Ok(StackRef::from_owned(result))
}

/// `container[start:stop]`.
pub fn binary_slice(t: &Thread, container: &Object, start: &Object, stop: &Object) -> PyResult {
    if let Some(result) = sequence::get_range(t, container, start, stop) {
        return result;
    }
    let slice = PySlice::new(t, start, stop, singletons::none())?;
    sequence::get_item(t, container, &slice)
}

/// `container[start:stop] = value`.
pub fn store_slice(t: &Thread, container: &Object, start: &Object, stop: &Object, value: &Object) -> PyResult<()> {
    if let Some(result) = sequence::set_range(t, container, start, stop, value) {
        return result;
    }
    let slice = PySlice::new(t, start, stop, singletons::none())?;
    sequence::assign_item(t, container, &slice, Some(value))
}

/// `UnboundLocalError` of a local variable.
#[cold]
pub fn unbound_local(t: &Thread, code: &PyCode, i: usize) -> Raised {
    let name = code.localsplusnames().get(i).map_or_else(|| singletons::none().own(), Own::own);
    // Without its attribute `name`, as in CPython: nothing is suggested in its place.
    errors::raise_fmt(
        t,
        taipan_object::exceptions_class!(UnboundLocalError),
        format_args!("cannot access local variable '{}' where it is not associated with a value", name.str_lossy(t)),
    )
}

/// The error of an empty cell.
#[cold]
pub fn unbound_deref(t: &Thread, code: &PyCode, i: usize) -> Raised {
    let kind = code.localspluskinds().get(i).copied().unwrap_or(0);
    if kind & co_fast::FREE == 0 {
        return unbound_local(t, code, i);
    }
    let name = code.localsplusnames().get(i).map_or_else(|| singletons::none().own(), Own::own);
    exceptions::name_error(
        t,
        taipan_object::exceptions_class!(NameError),
        &name,
        format_args!(
            "cannot access free variable '{}' where it is not associated with a value in enclosing scope",
            name.str_lossy(t)
        ),
    )
}

/// "name 'x' is not defined".
#[cold]
pub fn name_not_defined(t: &Thread, name: &PyStr) -> Raised {
    exceptions::name_error(
        t,
        taipan_object::exceptions_class!(NameError),
        name,
        format_args!("name '{}' is not defined", name.display()),
    )
}

/// A global or built-in name.
#[inline]
pub unsafe fn load_global(t: &Thread, frame: *mut Frame, name: &PyStr) -> PyResult {
    // SAFETY: the frame's globals and builtins are live.
    unsafe {
        let globals = Object::from_ptr((*frame).f_globals);
        let found = match globals.downcast_exact::<PyDict>() {
            Some(dict) => dict.get_item_known_hash(t, name, name.hash())?,
            None => sequence::get_item_opt(t, globals, name)?,
        };
        if let Some(value) = found {
            return Ok(value);
        }
        let builtins = Object::from_ptr((*frame).f_builtins);
        let found = match builtins.downcast_exact::<PyDict>() {
            Some(dict) => dict.get_item_known_hash(t, name, name.hash())?,
            None => sequence::get_item_opt(t, builtins, name)?,
        };
        found.ok_or_else(|| name_not_defined(t, name))
    }
}

/// A name in a class body or at module level.
pub unsafe fn load_name(t: &Thread, frame: *mut Frame, name: &PyStr) -> PyResult {
    // SAFETY: the frame's locals are live.
    unsafe {
        let Some(locals) = Object::from_ptr_opt((*frame).f_locals) else {
            return Err(err!(t, SystemError, "no locals when loading {}", name.repr_lossy(t)));
        };
        let locals = locals.own();
        if let Some(value) = sequence::get_item_opt(t, &locals, name)? {
            return Ok(value);
        }
        load_global(t, frame, name)
    }
}

/// Assignment to a name in a class body or at module level.
pub unsafe fn store_name(t: &Thread, frame: *mut Frame, name: &PyStr, value: &Object) -> PyResult<()> {
    // SAFETY: the frame's locals are live.
    unsafe {
        let Some(locals) = Object::from_ptr_opt((*frame).f_locals) else {
            return Err(err!(t, SystemError, "no locals found when storing {}", name.repr_lossy(t)));
        };
        match locals.downcast_exact::<PyDict>() {
            Some(dict) => dict.set_item(t, name, value),
            None => {
                let locals = locals.own();
                sequence::assign_item(t, &locals, name, Some(value))
            }
        }
    }
}

/// `del name` in a class body or at module level.
pub unsafe fn delete_name(t: &Thread, frame: *mut Frame, name: &PyStr) -> PyResult<()> {
    // SAFETY: the frame's locals are live.
    unsafe {
        let Some(locals) = Object::from_ptr_opt((*frame).f_locals) else {
            return Err(err!(t, SystemError, "no locals when deleting {}", name.repr_lossy(t)));
        };
        let locals = locals.own();
        match errors::catch::<exceptions::KeyError, _>(t, sequence::assign_item(t, &locals, name, None))? {
            Some(()) => Ok(()),
            None => Err(name_not_defined(t, name)),
        }
    }
}

/// A class-scope name from an explicit namespace, then the globals.
pub unsafe fn load_from_dict_or_globals(t: &Thread, frame: *mut Frame, dict: &Object, name: &PyStr) -> PyResult {
    if let Some(value) = sequence::get_item_opt(t, dict, name)? {
        return Ok(value);
    }
    // SAFETY: the frame is live.
    unsafe { load_global(t, frame, name) }
}

/// A class-scope name from an explicit namespace, then a cell.
pub unsafe fn load_from_dict_or_deref(t: &Thread, code: &PyCode, dict: &Object, cell: StackRef, i: usize) -> PyResult {
    let Some(name) = code.localsplusnames().get(i) else { return Err(unbound_deref(t, code, i)) };
    if let Some(value) = sequence::get_item_opt(t, dict, name)? {
        return Ok(value);
    }
    // SAFETY: the local is a cell.
    let cell: &PyCell = unsafe { cell.object().cast_unchecked() };
    cell.get().ok_or_else(|| unbound_deref(t, code, i))
}

/// An attribute for a call: the function and whether it takes the owner as first argument.
#[inline]
pub fn load_method(t: &Thread, owner: &Object, name: &PyStr) -> PyResult<(Owned, bool)> {
    attr::get_method(t, owner, name)
}

/// `super().name`.
pub fn load_super_attr(
    t: &Thread,
    global_super: &Object,
    class: &Object,
    this: &Object,
    name: &PyStr,
    want_method: bool,
    two_args: bool,
) -> PyResult<(Owned, bool)> {
    let super_type = <taipan_object::PySuper as taipan_object::Class>::class();
    if core::ptr::addr_eq(global_super, super_type)
        && let Some(class) = class.downcast::<PyType>()
    {
        let direct = !name.is(name!(t, "__class__"));
        if direct && let Some(found) = taipan_object::typeobject::super_::lookup(t, class, this, name, want_method)? {
            return Ok(found);
        }
        let made = taipan_object::typeobject::super_::new_super(t, class, this)?;
        return Ok((made.getattr(t, name)?, false));
    }
    let made = if two_args { global_super.call(t, &[class, this])? } else { global_super.call(t, &[])? };
    Ok((made.getattr(t, name)?, false))
}

const NOT_SPECIAL: [&str; 4] = [
    "'{}' object does not support the context manager protocol (missed __enter__ method)",
    "'{}' object does not support the context manager protocol (missed __exit__ method)",
    "'{}' object does not support the asynchronous context manager protocol (missed __aenter__ method)",
    "'{}' object does not support the asynchronous context manager protocol (missed __aexit__ method)",
];

/// `__enter__` and friends, looked up on the type.
pub fn load_special(t: &Thread, owner: &Object, which: usize) -> PyResult<(Owned, bool)> {
    let which = which.min(3);
    let method = match which as u32 {
        special::ENTER => name!(t, "__enter__"),
        special::EXIT => name!(t, "__exit__"),
        special::AENTER => name!(t, "__aenter__"),
        _ => name!(t, "__aexit__"),
    };
    if let Some(function) = owner.class().lookup(t, method) {
        if function.class().flags() & Py_TPFLAGS_METHOD_DESCRIPTOR != 0 {
            return Ok((function, true));
        }
        // SAFETY: a slot of the descriptor's type.
        unsafe {
            if let Some(get) = (*function.class().as_type_ptr()).tp_descr_get {
                let bound =
                    Owned::from_result(get(function.as_ptr(), owner.as_ptr(), owner.class().as_object().as_ptr()))?;
                return Ok((bound, false));
            }
        }
        return Ok((function, false));
    }
    Err(not_special(t, owner, which))
}

/// The error for an object that lacks a method of the context manager protocols.
#[cold]
fn not_special(t: &Thread, owner: &Object, which: usize) -> Raised {
    let mut text = NOT_SPECIAL[which].replace("{}", &owner.class().name_lossy());
    let other = match which as u32 {
        special::ENTER | special::EXIT => ["__aenter__", "__aexit__"],
        _ => ["__enter__", "__exit__"],
    };
    let mut both = true;
    for method in other {
        match PyStr::intern_str(t, method) {
            Ok(key) => both &= owner.class().lookup(t, &key).is_some(),
            Err(raised) => return raised,
        }
    }
    if both {
        let (kind, with) = match which as u32 {
            special::ENTER | special::EXIT => ("asynchronous", "async with"),
            _ => ("", "with"),
        };
        let space = if kind.is_empty() { "" } else { " " };
        text += &format!(" but it supports the {kind}{space}context manager protocol. Did you mean to use '{with}'?");
    }
    err!(t, TypeError, "{text}")
}

/// Calls `__exit__` with the exception being handled.
pub unsafe fn with_except_start(t: &Thread, function: &Object, this: StackRef, exception: &Object) -> PyResult {
    let class = exception.class().as_object();
    let traceback = exceptions::traceback(exception).unwrap_or_else(|| singletons::none().own());
    if this.is_null() {
        return function.call(t, &[class, exception, &traceback]);
    }
    // SAFETY: a live word.
    let this = unsafe { this.object() };
    function.call(t, &[this, class, exception, &traceback])
}

/// `__build_class__` of the builtins.
pub unsafe fn load_build_class(t: &Thread, frame: *mut Frame) -> PyResult {
    // SAFETY: the frame's builtins are live.
    let builtins = unsafe { Object::from_ptr((*frame).f_builtins).own() };
    match sequence::get_item_opt(t, &builtins, name!(t, "__build_class__"))? {
        Some(found) => Ok(found),
        None => Err(err!(t, NameError, "__build_class__ not found")),
    }
}

unsafe fn take(words: *mut StackRef, n: usize) -> impl Iterator<Item = Owned> {
    // SAFETY: the caller hands the words over.
    (0..n).map(move |i| unsafe { (*words.add(i)).into_owned() })
}

/// A tuple that takes over `n` words.
pub unsafe fn build_tuple(t: &Thread, words: *mut StackRef, n: usize) -> PyResult<Owned<PyTuple>> {
    // SAFETY: the caller hands the words over.
    unsafe { PyTuple::from_iter_exact(t, n, take(words, n)) }
}

/// A list that takes over `n` words.
pub unsafe fn build_list(t: &Thread, words: *mut StackRef, n: usize) -> PyResult<Owned<PyList>> {
    // SAFETY: the caller hands the words over.
    unsafe { PyList::from_vec(t, take(words, n).collect()) }
}

/// A set of `n` words, which stay the caller's.
pub unsafe fn build_set(t: &Thread, words: *mut StackRef, n: usize) -> PyResult {
    let set = taipan_types::new_set(t)?;
    for i in 0..n {
        // SAFETY: live words.
        taipan_types::set_add(t, &set, unsafe { (*words.add(i)).object() })?;
    }
    Ok(set)
}

/// A dictionary of `n` pairs of words, which stay the caller's.
pub unsafe fn build_map(t: &Thread, words: *mut StackRef, n: usize) -> PyResult<Owned<PyDict>> {
    let dict = PyDict::new(t)?;
    for i in 0..n {
        // SAFETY: live words.
        unsafe {
            dict.set_item(t, (*words.add(2 * i)).object(), (*words.add(2 * i + 1)).object())?;
        }
    }
    Ok(dict)
}

/// A string of `n` words, which stay the caller's.
pub unsafe fn build_string(t: &Thread, words: *mut StackRef, n: usize) -> PyResult<Owned<PyStr>> {
    let mut parts = Vec::with_capacity(n);
    for i in 0..n {
        // SAFETY: live words.
        let part = unsafe { (*words.add(i)).object() };
        match part.downcast::<PyStr>() {
            Some(part) => parts.push(part.own()),
            None => return Err(err!(t, TypeError, "sequence item {i}: expected str instance")),
        }
    }
    PyStr::join_all(t, None, &parts)
}

/// `format(value, spec)`.
pub fn format_with_spec(t: &Thread, value: &Object, spec: &Object) -> PyResult<Owned<PyStr>> {
    match spec.downcast::<PyStr>() {
        Some(spec) => value.format(t, Some(spec)),
        None => Err(err!(t, TypeError, "format_spec must be str, not {}", spec.class().name_lossy())),
    }
}

/// `[*iterable]`.
pub fn list_extend(t: &Thread, list: &PyList, iterable: &Object) -> PyResult<()> {
    match list.extend_from(t, iterable) {
        Ok(()) => Ok(()),
        Err(raised) => {
            // SAFETY: plain field of a live type.
            let iterable_type = unsafe { (*iterable.class().as_type_ptr()).tp_iter.is_some() };
            if errors::matches::<exceptions::TypeError>(t) && !iterable_type && !sequence::is_sequence(iterable) {
                errors::clear(t);
                return Err(err!(
                    t,
                    TypeError,
                    "Value after * must be an iterable, not {:.200}",
                    iterable.class().name_lossy()
                ));
            }
            Err(raised)
        }
    }
}

/// Copies a mapping into a dictionary through `keys()` and `[]` unless it is a dictionary.
fn merge_mapping(t: &Thread, dict: &PyDict, mapping: &Object, unique: bool) -> PyResult<()> {
    let put = |key: &Object, value: &Object| -> PyResult<()> {
        if unique && dict.contains(t, key)? {
            return Err(errors::key_error(t, key));
        }
        dict.set_item(t, key, value)
    };
    if let Some(other) = mapping.downcast_exact::<PyDict>() {
        // The first of a call's keyword arguments are mostly those of another call.
        if !unique || dict.len() == 0 {
            return dict.merge_dict(t, other, true);
        }
        let (expected, mut at) = (other.len(), 0);
        while let Some((key, hash, value)) = other.next_hashed(&mut at) {
            if dict.get_item_known_hash(t, &key, hash)?.is_some() {
                return Err(errors::key_error(t, &key));
            }
            dict.insert(t, &key, hash, value)?;
            if other.len() != expected {
                return Err(err!(t, RuntimeError, "dict mutated during update"));
            }
        }
        return Ok(());
    }
    let keys = mapping.call_method(t, name!(t, "keys"), &[])?;
    for key in iter::to_vec(t, &keys)? {
        let value = mapping.get_item(t, &key)?;
        put(&key, &value)?;
    }
    Ok(())
}

/// `{**mapping}`.
pub fn dict_update(t: &Thread, dict: &PyDict, mapping: &Object) -> PyResult<()> {
    match merge_mapping(t, dict, mapping, false) {
        Err(raised) if errors::matches::<exceptions::AttributeError>(t) => {
            let _ = raised;
            errors::clear(t);
            Err(err!(t, TypeError, "'{:.200}' object is not a mapping", mapping.class().name_lossy()))
        }
        other => other,
    }
}

/// `f(**mapping)`: keys must be new strings.
pub fn dict_merge(t: &Thread, dict: &PyDict, mapping: &Object, callable: &Object) -> PyResult<()> {
    merge_mapping(t, dict, mapping, true).map_err(|raised| {
        let _ = raised;
        keywords_error(t, callable, mapping)
    })
}

/// Turns the error of merging keyword arguments into one that names the function.
#[cold]
pub fn keywords_error(t: &Thread, callable: &Object, mapping: &Object) -> Raised {
    let name = |t: &Thread| super::call::function_str(t, callable);
    if errors::matches::<exceptions::AttributeError>(t) {
        errors::clear(t);
        return err!(
            t,
            TypeError,
            "{} argument after ** must be a mapping, not {:.200}",
            name(t),
            mapping.class().name_lossy()
        );
    }
    if errors::matches::<exceptions::KeyError>(t)
        && let Some(exception) = errors::take(t)
    {
        let args = exceptions::args(&exception);
        return match args.as_ref().map_or(&[][..], |a| a.as_slice()) {
            [key] => err!(t, TypeError, "{} got multiple values for keyword argument '{}'", name(t), key.str_lossy(t)),
            _ => errors::restore_raised(t, exception),
        };
    }
    Raised::assume()
}

/// The items of an iterable for unpacking into `before` targets, and with `after` into a starred one and `after` more.
pub fn unpack(t: &Thread, iterable: &Object, before: usize, after: Option<usize>) -> PyResult<Vec<Owned>> {
    if after.is_none() {
        if let Some(tuple) = iterable.downcast_exact::<PyTuple>()
            && tuple.len() == before
        {
            return Ok(taipan_object::call::own_all(tuple.as_slice()));
        }
        if let Some(list) = iterable.downcast_exact::<PyList>()
            && list.len() == before
        {
            return Ok(list.to_vec());
        }
    }
    let iterator = match iter::get_iter(t, iterable) {
        Ok(iterator) => iterator,
        Err(raised) => {
            // SAFETY: plain field of a live type.
            let iterable_type = unsafe { (*iterable.class().as_type_ptr()).tp_iter.is_some() };
            if errors::matches::<exceptions::TypeError>(t) && !iterable_type && !sequence::is_sequence(iterable) {
                errors::clear(t);
                return Err(err!(
                    t,
                    TypeError,
                    "cannot unpack non-iterable {:.200} object",
                    iterable.class().name_lossy()
                ));
            }
            return Err(raised);
        }
    };
    let mut items = Vec::with_capacity(before + 1);
    for i in 0..before {
        match iter::next(t, &iterator)? {
            Some(item) => items.push(item),
            None => {
                return Err(match after {
                    None => err!(t, ValueError, "not enough values to unpack (expected {before}, got {i})"),
                    Some(after) => err!(
                        t,
                        ValueError,
                        "not enough values to unpack (expected at least {}, got {i})",
                        before + after
                    ),
                });
            }
        }
    }
    let Some(after) = after else {
        if iter::next(t, &iterator)?.is_none() {
            return Ok(items);
        }
        let known = [iterable.is_exact::<PyList>(), iterable.is_exact::<PyTuple>(), iterable.is_exact::<PyDict>()];
        if known.contains(&true) {
            let n = sequence::len(t, iterable)?;
            if n > before {
                return Err(err!(t, ValueError, "too many values to unpack (expected {before}, got {n})"));
            }
        }
        return Err(err!(t, ValueError, "too many values to unpack (expected {before})"));
    };
    let mut rest = Vec::new();
    while let Some(item) = iter::next(t, &iterator)? {
        rest.push(item);
    }
    if rest.len() < after {
        return Err(err!(
            t,
            ValueError,
            "not enough values to unpack (expected at least {}, got {})",
            before + after,
            before + rest.len()
        ));
    }
    let tail = rest.split_off(rest.len() - after);
    items.push(PyList::from_vec(t, rest)?.into_object());
    items.extend(tail);
    Ok(items)
}

/// The values of a mapping pattern, or `None`.
pub fn match_keys(t: &Thread, subject: &Object, keys: &Object) -> PyResult {
    let Some(keys) = keys.downcast::<PyTuple>() else { return singletons::ok_none() };
    let get = subject.getattr(t, name!(t, "get"))?;
    // A value that no mapping holds marks absence.
    let marker = <taipan_object::PyBaseObject as taipan_object::Class>::class().call(t, &[])?;
    let mut values = Vec::with_capacity(keys.len());
    let seen = taipan_types::new_set(t)?;
    for key in keys.as_slice() {
        if taipan_types::set_contains(t, &seen, key)? {
            return Err(err!(t, ValueError, "mapping pattern checks duplicate key ({})", key.repr_lossy(t)));
        }
        taipan_types::set_add(t, &seen, key)?;
        let value = get.call(t, &[key, &marker])?;
        if value.is(&marker) {
            return singletons::ok_none();
        }
        values.push(value);
    }
    PyTuple::from_vec(t, values).map(Owned::into_object)
}

/// The attributes of a class pattern, or `None`.
pub fn match_class(t: &Thread, subject: &Object, class: &Object, n: usize, names: &Object) -> PyResult {
    let Some(ty) = class.downcast::<PyType>() else {
        return Err(err!(t, TypeError, "called match pattern must be a class"));
    };
    if !subject.is_instance(t, class)? {
        return singletons::ok_none();
    }
    let Some(names) = names.downcast::<PyTuple>() else { return singletons::ok_none() };
    let mut out = Vec::new();
    let mut seen: Vec<Owned> = Vec::new();
    let mut take = |t: &Thread, key: &Object| -> PyResult<Option<Owned>> {
        for old in &seen {
            if old.eq(t, key)? {
                return Err(err!(
                    t,
                    TypeError,
                    "{}() got multiple sub-patterns for attribute {}",
                    ty.name_lossy(),
                    key.repr_lossy(t)
                ));
            }
        }
        seen.push(key.own());
        errors::catch::<exceptions::AttributeError, _>(t, subject.getattr(t, key))
    };
    if n > 0 {
        let mut match_self = false;
        let args = match class.getattr_opt(t, name!(t, "__match_args__"))? {
            Some(args) => args.into_type::<PyTuple>().map_err(|o| {
                err!(
                    t,
                    TypeError,
                    "{}.__match_args__ must be a tuple (got {})",
                    ty.name_lossy(),
                    o.class().name_lossy()
                )
            })?,
            None => {
                match_self = ty.flags() & _Py_TPFLAGS_MATCH_SELF != 0;
                PyTuple::empty().own()
            }
        };
        let allowed = if match_self { 1 } else { args.len() };
        if allowed < n {
            return Err(err!(
                t,
                TypeError,
                "{}() accepts {allowed} positional sub-pattern{} ({n} given)",
                ty.name_lossy(),
                if allowed == 1 { "" } else { "s" }
            ));
        }
        if match_self {
            out.push(subject.own());
        } else {
            for key in &args.as_slice()[..n] {
                if !key.is_exact::<PyStr>() {
                    return Err(err!(
                        t,
                        TypeError,
                        "__match_args__ elements must be strings (got {})",
                        key.class().name_lossy()
                    ));
                }
                match take(t, key)? {
                    Some(value) => out.push(value),
                    None => return singletons::ok_none(),
                }
            }
        }
    }
    for key in names.as_slice() {
        match take(t, key)? {
            Some(value) => out.push(value),
            None => return singletons::ok_none(),
        }
    }
    PyTuple::from_vec(t, out).map(Owned::into_object)
}

/// `SETUP_ANNOTATIONS`.
pub unsafe fn setup_annotations(t: &Thread, frame: *mut Frame) -> PyResult<()> {
    // SAFETY: the frame's locals are live.
    let Some(locals) = (unsafe { Object::from_ptr_opt((*frame).f_locals).map(Own::own) }) else {
        return Err(err!(t, SystemError, "no locals found when setting up annotations"));
    };
    let key = name!(t, "__annotations__");
    if sequence::get_item_opt(t, &locals, key)?.is_none() {
        let dict = PyDict::new(t)?;
        sequence::assign_item(t, &locals, key, Some(&dict))?;
    }
    Ok(())
}

/// `CALL_INTRINSIC_1`.
pub unsafe fn intrinsic_1(t: &Thread, frame: *mut Frame, which: u32, value: &Object) -> PyResult {
    match which {
        intrinsic::PRINT => {
            let hook = crate::state::sys_attr(t, "displayhook")?;
            match hook {
                Some(hook) => hook.call(t, &[value]),
                None => Err(err!(t, RuntimeError, "lost sys.displayhook")),
            }
        }
        // SAFETY: the frame is live.
        intrinsic::IMPORT_STAR => unsafe {
            let Some(locals) = Object::from_ptr_opt((*frame).f_locals).map(Own::own) else {
                return Err(err!(t, SystemError, "no locals found during 'import *'"));
            };
            crate::import::import_star(t, &locals, value)?;
            singletons::ok_none()
        },
        intrinsic::ASYNC_GEN_WRAP => crate::async_generator::wrap_async_value(t, value),
        intrinsic::UNARY_POSITIVE => number::positive(t, value),
        intrinsic::LIST_TO_TUPLE => match value.downcast::<PyList>() {
            Some(list) => list.to_tuple(t).map(Owned::into_object),
            None => iter::to_tuple(t, value).map(Owned::into_object),
        },
        intrinsic::TYPEVAR => taipan_types::typing::type_var(t, value, None, None),
        intrinsic::PARAMSPEC => taipan_types::typing::param_spec(t, value),
        intrinsic::TYPEVARTUPLE => taipan_types::typing::type_var_tuple(t, value),
        intrinsic::SUBSCRIPT_GENERIC => taipan_types::typing::subscript_generic(t, value),
        intrinsic::TYPEALIAS => taipan_types::typing::type_alias(t, value),
        _ => Err(err!(t, SystemError, "unknown intrinsic {which}")),
    }
}

/// `CALL_INTRINSIC_1` where the loop has no body of its own for one of its functions.
///
/// # Safety
/// `frame` is live and has code.
pub unsafe fn intrinsic_1_with_stop(t: &Thread, frame: *mut Frame, which: u32, value: &Object) -> PyResult {
    // SAFETY: the caller's promise.
    unsafe {
        match which {
            intrinsic::STOPITERATION_ERROR => {
                super::error::stop_iteration_error(t, crate::frame::code_of(frame), value)
            }
            _ => intrinsic_1(t, frame, which, value),
        }
    }
}

/// `CALL_INTRINSIC_2`.
pub fn intrinsic_2(t: &Thread, which: u32, first: &Object, second: &Object) -> PyResult {
    match which {
        intrinsic::PREP_RERAISE_STAR => {
            let Some(list) = second.downcast::<PyList>() else { return singletons::ok_none() };
            let found = exceptions::prep_reraise_star(t, first, &list.to_vec())?;
            Ok(found.unwrap_or_else(|| singletons::none().own()))
        }
        intrinsic::TYPEVAR_WITH_BOUND => taipan_types::typing::type_var(t, first, Some(second), None),
        intrinsic::TYPEVAR_WITH_CONSTRAINTS => taipan_types::typing::type_var(t, first, None, Some(second)),
        intrinsic::SET_FUNCTION_TYPE_PARAMS => {
            if let Some(function) = first.downcast::<PyFunction>() {
                function.set_type_params(second.own());
            }
            Ok(first.own())
        }
        intrinsic::SET_TYPEPARAM_DEFAULT => taipan_types::typing::set_default(t, first, second),
        _ => Err(err!(t, SystemError, "unknown intrinsic {which}")),
    }
}
