//! `abstract.h`: numbers, sequences, mappings, iterators and calls, whatever the type.

use crate::contract::*;
use crate::va::{Va, VaList, variadic};
use core::ffi::{c_char, c_int};
use taipan_object::abi::*;
use taipan_object::number::{self, Op};
use taipan_object::{
    CompareOp, Object, Own, Owned, PyDict, PyFloat, PyInt, PyList, PyResult, PySlice, PyStr, PyTuple, Raised, Sent,
    Thread, attr, call, compare, err, errors, exceptions, iter, name, sequence, singletons,
};

macro_rules! binary {
    ($($(#[$meta:meta])* $name:ident: $function:ident $op:ident;)*) => {
        c_function! {
    /// `PyObject_IsInstance` where the class is not just the object's type.
    fn is_instance[t; op, cls](op: Obj, cls: Obj) -> Flag {
        taipan_object::typeobject::isinstance(t, o(op), o(cls))
    }
}

capi! {
            $(
                $(#[$meta])*
                fn $name[t](a: Obj, b: Obj) -> New {
                    number::$function(t, nn(t, a)?, nn(t, b)?, Op::$op)
                }
            )*
        }
    };
}

binary! {
    /// `a + b`; a new reference.
    PyNumber_Add: binary_op_known Add;
    /// `a - b`; a new reference.
    PyNumber_Subtract: binary_op_known Subtract;
    /// `a * b`; a new reference.
    PyNumber_Multiply: binary_op_known Multiply;
    /// `a @ b`; a new reference.
    PyNumber_MatrixMultiply: binary_op_known MatrixMultiply;
    /// `a // b`; a new reference.
    PyNumber_FloorDivide: binary_op_known FloorDivide;
    /// `a / b`; a new reference.
    PyNumber_TrueDivide: binary_op_known TrueDivide;
    /// `a % b`; a new reference.
    PyNumber_Remainder: binary_op_known Remainder;
    /// `divmod(a, b)`; a new reference.
    PyNumber_Divmod: binary_op_known Divmod;
    /// `a << b`; a new reference.
    PyNumber_Lshift: binary_op_known Lshift;
    /// `a >> b`; a new reference.
    PyNumber_Rshift: binary_op_known Rshift;
    /// `a & b`; a new reference.
    PyNumber_And: binary_op_known And;
    /// `a ^ b`; a new reference.
    PyNumber_Xor: binary_op_known Xor;
    /// `a | b`; a new reference.
    PyNumber_Or: binary_op_known Or;
    /// `a += b`; a new reference.
    PyNumber_InPlaceAdd: inplace_op Add;
    /// `a -= b`; a new reference.
    PyNumber_InPlaceSubtract: inplace_op Subtract;
    /// `a *= b`; a new reference.
    PyNumber_InPlaceMultiply: inplace_op Multiply;
    /// `a @= b`; a new reference.
    PyNumber_InPlaceMatrixMultiply: inplace_op MatrixMultiply;
    /// `a //= b`; a new reference.
    PyNumber_InPlaceFloorDivide: inplace_op FloorDivide;
    /// `a /= b`; a new reference.
    PyNumber_InPlaceTrueDivide: inplace_op TrueDivide;
    /// `a %= b`; a new reference.
    PyNumber_InPlaceRemainder: inplace_op Remainder;
    /// `a <<= b`; a new reference.
    PyNumber_InPlaceLshift: inplace_op Lshift;
    /// `a >>= b`; a new reference.
    PyNumber_InPlaceRshift: inplace_op Rshift;
    /// `a &= b`; a new reference.
    PyNumber_InPlaceAnd: inplace_op And;
    /// `a ^= b`; a new reference.
    PyNumber_InPlaceXor: inplace_op Xor;
    /// `a |= b`; a new reference.
    PyNumber_InPlaceOr: inplace_op Or;
}

capi! {
    /// `pow(a, b, c)`; a new reference.
    fn PyNumber_Power[t](a: Obj, b: Obj, c: Obj) -> New {
        number::power(t, nn(t, a)?, nn(t, b)?, nn(t, c)?)
    }

    /// `a **= b` with a modulus; a new reference.
    fn PyNumber_InPlacePower[t](a: Obj, b: Obj, c: Obj) -> New {
        number::inplace_power(t, nn(t, a)?, nn(t, b)?, nn(t, c)?)
    }

    /// `-a`; a new reference.
    fn PyNumber_Negative[t](a: Obj) -> New {
        number::negative(t, nn(t, a)?)
    }

    /// `+a`; a new reference.
    fn PyNumber_Positive[t](a: Obj) -> New {
        number::positive(t, nn(t, a)?)
    }

    /// `~a`; a new reference.
    fn PyNumber_Invert[t](a: Obj) -> New {
        number::invert(t, nn(t, a)?)
    }

    /// `abs(a)`; a new reference.
    fn PyNumber_Absolute[t](a: Obj) -> New {
        number::absolute(t, nn(t, a)?)
    }

    /// Whether the object is a number.
    fn PyNumber_Check(op: Obj) -> Raw<c_int> {
        opt(op).is_some_and(number::is_number).into()
    }

    /// Whether the object has `__index__`.
    fn PyIndex_Check(op: Obj) -> Raw<c_int> {
        number::is_index(o(op)).into()
    }

    /// `operator.index(op)` as an exact int; a new reference.
    fn PyNumber_Index[t](op: Obj) -> New<PyInt> {
        number::index_exact(t, nn(t, op)?)
    }

    /// `operator.index(op)`, perhaps of a subclass of int; a new reference.
    fn _PyNumber_Index[t](op: Obj) -> New<PyInt> {
        number::index(t, nn(t, op)?)
    }

    /// `operator.index(op)` as a `Py_ssize_t`: clipped if `error` is null, else that exception.
    fn PyNumber_AsSsize_t[t](op: Obj, error: Obj) -> Length {
        let op = nn(t, op)?;
        match opt(error) {
            None => number::index_clipped(t, op),
            Some(error) => number::index_as_isize_or(t, op, error.cast_unchecked()),
        }
    }

    /// `int(op)`; a new reference.
    fn PyNumber_Long[t](op: Obj) -> New<PyInt> {
        PyInt::from_object(t, nn(t, op)?)
    }

    /// `float(op)`; a new reference.
    fn PyNumber_Float[t](op: Obj) -> New {
        let op = nn(t, op)?;
        if op.is_exact::<PyFloat>() {
            return Ok(op.own());
        }
        crate::floatobject::number_float(t, op)
    }

    /// `bin`, `oct`, `hex` or `str` of an integer; a new reference.
    fn PyNumber_ToBase[t](op: Obj, base: c_int) -> New<PyStr> {
        if !matches!(base, 2 | 8 | 10 | 16) {
            return Err(err!(t, SystemError, "PyNumber_ToBase: base must be 2, 8, 10 or 16"));
        }
        let number = number::index(t, nn(t, op)?)?;
        if base == 10 { number.to_str(t) } else { number.to_radix(t, base as u32) }
    }

    /// Whether the object has items by index and is no dictionary.
    fn PySequence_Check(op: Obj) -> Raw<c_int> {
        sequence::is_sequence(o(op)).into()
    }

    /// `len(op)`.
    fn PySequence_Size[t](op: Obj) -> Length {
        sequence_size(t, nn(t, op)?)
    }

    /// `len(op)`.
    fn PySequence_Length[t](op: Obj) -> Length {
        sequence_size(t, nn(t, op)?)
    }

    /// `len(op)`.
    fn PyObject_Size[t](op: Obj) -> Length {
        sequence::len(t, nn(t, op)?).map(|n| n as isize)
    }

    /// `len(op)`.
    fn PyObject_Length[t](op: Obj) -> Length {
        sequence::len(t, nn(t, op)?).map(|n| n as isize)
    }

    /// `operator.length_hint(op, default)`.
    fn PyObject_LengthHint[t; op](op: Obj, default: Size) -> Length {
        let object = o(op);
        if default < 0 {
            return Ok(iter::length_hint(t, object, usize::MAX)?.try_into().unwrap_or(default));
        }
        iter::length_hint(t, object, default as usize).map(|n| n as isize)
    }

    /// `a + b` of sequences; a new reference.
    fn PySequence_Concat[t](a: Obj, b: Obj) -> New {
        sequence::concat(t, nn(t, a)?, nn(t, b)?, false)
    }

    /// `a += b` of sequences; a new reference.
    fn PySequence_InPlaceConcat[t](a: Obj, b: Obj) -> New {
        sequence::concat(t, nn(t, a)?, nn(t, b)?, true)
    }

    /// `a * n` of a sequence; a new reference.
    fn PySequence_Repeat[t](a: Obj, n: Size) -> New {
        repeat(t, nn(t, a)?, n, false)
    }

    /// `a *= n` of a sequence; a new reference.
    fn PySequence_InPlaceRepeat[t](a: Obj, n: Size) -> New {
        repeat(t, nn(t, a)?, n, true)
    }

    /// `op[i]`; a new reference.
    fn PySequence_GetItem[t](op: Obj, i: Size) -> New {
        sequence::sequence_item(t, nn(t, op)?, i)
    }

    /// `op[i] = value`.
    fn PySequence_SetItem[t](op: Obj, i: Size, value: Obj) -> Status {
        sequence::assign_index(t, nn(t, op)?, i, opt(value))
    }

    /// `del op[i]`.
    fn PySequence_DelItem[t](op: Obj, i: Size) -> Status {
        sequence::assign_index(t, nn(t, op)?, i, None)
    }

    /// `op[i:j]`; a new reference.
    fn PySequence_GetSlice[t](op: Obj, i: Size, j: Size) -> New {
        let op = nn(t, op)?;
        if !has_mapping(op, |m| m.mp_subscript.is_some()) {
            return Err(err!(t, TypeError, "'{:.200}' object is unsliceable", op.class().name_lossy()));
        }
        op.get_item(t, &*PySlice::from_indices(t, i, j)?)
    }

    /// `op[i:j] = value`.
    fn PySequence_SetSlice[t](op: Obj, i: Size, j: Size, value: Obj) -> Status {
        let op = nn(t, op)?;
        if !has_mapping(op, |m| m.mp_ass_subscript.is_some()) {
            return Err(err!(
                t,
                TypeError,
                "'{:.200}' object doesn't support slice assignment",
                op.class().name_lossy()
            ));
        }
        sequence::assign_item(t, op, &*PySlice::from_indices(t, i, j)?, opt(value))
    }

    /// `del op[i:j]`.
    fn PySequence_DelSlice[t](op: Obj, i: Size, j: Size) -> Status {
        let op = nn(t, op)?;
        if !has_mapping(op, |m| m.mp_ass_subscript.is_some()) {
            return Err(err!(t, TypeError, "'{:.200}' object doesn't support slice deletion", op.class().name_lossy()));
        }
        sequence::assign_item(t, op, &*PySlice::from_indices(t, i, j)?, None)
    }

    /// `tuple(op)`; a new reference.
    fn PySequence_Tuple[t](op: Obj) -> New<PyTuple> {
        iter::to_tuple(t, nn(t, op)?)
    }

    /// `list(op)`; a new reference.
    fn PySequence_List[t](op: Obj) -> New<PyList> {
        PyList::from_iterable(t, nn(t, op)?)
    }

    /// The object itself if it is a list or a tuple, else a list of its items; a new reference. `message` is that of
    /// the TypeError.
    fn PySequence_Fast[t](op: Obj, message: *const c_char) -> New {
        let op = nn(t, op)?;
        if op.is_exact::<PyList>() || op.is_exact::<PyTuple>() {
            return Ok(op.own());
        }
        match iter::get_iter(t, op) {
            Ok(iterator) => PyList::from_iterable(t, &iterator).map(Owned::into_object),
            Err(raised) => {
                if errors::matches::<exceptions::TypeError>(t) {
                    errors::clear(t);
                    return Err(err!(t, TypeError, "{}", c_text(message).unwrap_or_default()));
                }
                Err(raised)
            }
        }
    }

    /// How many items equal `value`.
    fn PySequence_Count[t](op: Obj, value: Obj) -> Length {
        search(t, op, value, "count")
    }

    /// Whether an item equals `value`.
    fn PySequence_Contains[t; op](op: Obj, value: Obj) -> Flag {
        if value.is_null() && o(op).downcast_exact::<PyList>().is_some_and(|list| list.len() == 0) {
            // Nothing is compared.
            return Ok(false);
        }
        sequence::contains(t, o(op), nn(t, value)?)
    }

    /// Whether an item equals `value`.
    fn PySequence_In[t; op, value](op: Obj, value: Obj) -> Flag {
        sequence::contains(t, o(op), o(value))
    }

    /// The index of the first item that equals `value`.
    fn PySequence_Index[t](op: Obj, value: Obj) -> Length {
        search(t, op, value, "index")
    }

    /// Whether the object can be subscripted.
    fn PyMapping_Check(op: Obj) -> Raw<c_int> {
        opt(op).is_some_and(|op| has_mapping(op, |m| m.mp_subscript.is_some())).into()
    }

    /// `len(op)` of a mapping.
    fn PyMapping_Size[t](op: Obj) -> Length {
        mapping_size(t, nn(t, op)?)
    }

    /// `len(op)` of a mapping.
    fn PyMapping_Length[t](op: Obj) -> Length {
        mapping_size(t, nn(t, op)?)
    }

    /// `list(op.keys())`; a new reference.
    fn PyMapping_Keys[t](op: Obj) -> New<PyList> {
        sequence::mapping_list(t, nn(t, op)?, name!(t, "keys"))
    }

    /// `list(op.values())`; a new reference.
    fn PyMapping_Values[t](op: Obj) -> New<PyList> {
        sequence::mapping_list(t, nn(t, op)?, name!(t, "values"))
    }

    /// `list(op.items())`; a new reference.
    fn PyMapping_Items[t](op: Obj) -> New<PyList> {
        sequence::mapping_list(t, nn(t, op)?, name!(t, "items"))
    }

    /// `op[key]`; a new reference.
    fn PyMapping_GetItemString[t](op: Obj, key: *const c_char) -> New {
        if key.is_null() {
            return Err(null_error(t));
        }
        let key = c_str(t, key)?;
        sequence::get_item(t, nn(t, op)?, &key)
    }

    /// `op[key] = value`.
    fn PyMapping_SetItemString[t](op: Obj, key: *const c_char, value: Obj) -> Status {
        if key.is_null() {
            return Err(null_error(t));
        }
        let key = c_str(t, key)?;
        sequence::assign_item(t, nn(t, op)?, &key, Some(nn(t, value)?))
    }

    /// `op[key]` into `*out` (a new reference): 1, 0 (and null) on KeyError, -1 on other errors.
    fn PyMapping_GetOptionalItem[t; op, key](op: Obj, key: Obj, out: *mut Obj) -> Flag {
        found(out, sequence::get_item_opt(t, o(op), o(key)))
    }

    /// As `PyMapping_GetOptionalItem` with a C string.
    fn PyMapping_GetOptionalItemString[t](op: Obj, key: *const c_char, out: *mut Obj) -> Flag {
        *out = core::ptr::null_mut();
        if key.is_null() {
            return Err(null_error(t));
        }
        let key = c_str(t, key)?;
        found(out, nn(t, op).and_then(|op| sequence::get_item_opt(t, op, &key)))
    }

    /// Whether the key is there.
    fn PyMapping_HasKeyWithError[t](op: Obj, key: Obj) -> Flag {
        Ok(sequence::get_item_opt(t, nn(t, op)?, nn(t, key)?)?.is_some())
    }

    /// Whether the key is there.
    fn PyMapping_HasKeyStringWithError[t](op: Obj, key: *const c_char) -> Flag {
        if key.is_null() {
            return Err(null_error(t));
        }
        let key = c_str(t, key)?;
        Ok(sequence::get_item_opt(t, nn(t, op)?, &key)?.is_some())
    }

    /// Whether the key is there; errors are reported as unraisable and mean "no".
    fn PyMapping_HasKey[t](op: Obj, key: Obj) -> Raw<c_int> {
        let result = nn(t, op).and_then(|op| sequence::get_item_opt(t, op, nn(t, key)?)).map(|f| f.is_some());
        has_key(t, "PyMapping_HasKey(); consider using PyMapping_HasKeyWithError(), PyMapping_GetOptionalItem() or PyObject_GetItem()", result)
    }

    /// As `PyMapping_HasKey` with a C string.
    fn PyMapping_HasKeyString[t](op: Obj, key: *const c_char) -> Raw<c_int> {
        let result = nn(t, op).and_then(|op| {
            if key.is_null() {
                return Err(null_error(t));
            }
            let key = c_str(t, key)?;
            sequence::get_item_opt(t, op, &key)
        });
        has_key(t, "PyMapping_HasKeyString(); consider using PyMapping_HasKeyStringWithError(), PyMapping_GetOptionalItemString() or PyMapping_GetItemString()", result.map(|f| f.is_some()))
    }

    /// `op[key]`; a new reference.
    fn PyObject_GetItem[t](op: Obj, key: Obj) -> New {
        sequence::get_item(t, nn(t, op)?, nn(t, key)?)
    }

    /// `op[key] = value`.
    fn PyObject_SetItem[t](op: Obj, key: Obj, value: Obj) -> Status {
        sequence::assign_item(t, nn(t, op)?, nn(t, key)?, Some(nn(t, value)?))
    }

    /// `del op[key]`.
    fn PyObject_DelItem[t](op: Obj, key: Obj) -> Status {
        sequence::assign_item(t, nn(t, op)?, nn(t, key)?, None)
    }

    /// `del op[key]`.
    fn PyObject_DelItemString[t](op: Obj, key: *const c_char) -> Status {
        if key.is_null() {
            return Err(null_error(t));
        }
        let key = c_str(t, key)?;
        sequence::assign_item(t, nn(t, op)?, &key, None)
    }

    /// `isinstance(op, cls)`. As in CPython, `op` must not be null.
    fn PyObject_IsInstance(op: Obj, cls: Obj) -> Raw<c_int> {
        if core::ptr::addr_eq((*op).ob_type, cls) {
            return 1;
        }
        is_instance(op, cls)
    }

    /// `issubclass(op, cls)`.
    fn PyObject_IsSubclass[t; op, cls](op: Obj, cls: Obj) -> Flag {
        taipan_object::typeobject::issubclass(t, o(op), o(cls))
    }

    /// `format(op, spec)`, `spec` may be null; a new reference.
    fn PyObject_Format[t; op](op: Obj, spec: Obj) -> New<PyStr> {
        let spec = match opt(spec) {
            None => None,
            Some(spec) => match spec.downcast::<PyStr>() {
                Some(spec) => Some(spec),
                None => {
                    return Err(err!(
                        t,
                        SystemError,
                        "Format specifier must be a string, not {:.200}",
                        spec.class().name_lossy()
                    ));
                }
            },
        };
        o(op).format(t, spec)
    }

    /// `iter(op)`; a new reference.
    fn PyObject_GetIter[t; op](op: Obj) -> New {
        iter::get_iter(t, o(op))
    }

    /// `aiter(op)`; a new reference.
    fn PyObject_GetAIter[t; op](op: Obj) -> New {
        let op = o(op);
        let slot = (*op.class().as_type_ptr()).tp_as_async.as_ref().and_then(|a| a.am_aiter);
        let Some(slot) = slot else {
            return Err(type_error_object(t, op, "object is not an async iterable"));
        };
        let iterator: Owned = Owned::from_result(slot(op.as_ptr()))?;
        let has_anext = (*iterator.class().as_type_ptr()).tp_as_async.as_ref().is_some_and(|a| a.am_anext.is_some());
        if !has_anext {
            return Err(err!(
                t,
                TypeError,
                "aiter() returned not an async iterator of type '{:.100}'",
                iterator.class().name_lossy()
            ));
        }
        Ok(iterator)
    }

    /// Whether the object is an iterator.
    fn PyIter_Check(op: Obj) -> Raw<c_int> {
        iter::is_iterator(o(op)).into()
    }

    /// Whether the object is an asynchronous iterator.
    fn PyAIter_Check(op: Obj) -> Raw<c_int> {
        (*o(op).class().as_type_ptr()).tp_as_async.as_ref().is_some_and(|a| a.am_anext.is_some()).into()
    }

    /// The next item (a new reference), or null: without an exception at the end.
    fn PyIter_Next[t](iterator: Obj) -> Raw<Obj> {
        let Some(slot) = (*o(iterator).class().as_type_ptr()).tp_iternext else { return next_of_other(t, iterator) };
        let item = slot(iterator);
        if item.is_null() {
            end_of_iteration(t);
        }
        item
    }

    /// The next item into `*item` (a new reference): 1, 0 (and null) at the end, -1 on errors.
    fn PyIter_NextItem[t; iterator](iterator: Obj, item: *mut Obj) -> Flag {
        *item = core::ptr::null_mut();
        let iterator = o(iterator);
        if !iter::is_iterator(iterator) {
            return Err(err!(t, TypeError, "expected an iterator, got '{}'", type_name(t, iterator)));
        }
        found(item, iter::next(t, iterator))
    }

    /// Sends a value into an iterator: `PYGEN_NEXT`, `PYGEN_RETURN` or `PYGEN_ERROR`; `*result` is a new reference.
    fn PyIter_Send[t](iterator: Obj, value: Obj, result: *mut Obj) -> Raw<c_int> {
        match iter::send(t, o(iterator), o(value)) {
            Ok(Sent::Next(value)) => {
                *result = value.into_ptr();
                PYGEN_NEXT
            }
            Ok(Sent::Return(value)) => {
                *result = value.into_ptr();
                PYGEN_RETURN
            }
            Err(_) => {
                *result = core::ptr::null_mut();
                PYGEN_ERROR
            }
        }
    }

    /// Calls with a tuple and a dictionary or null; a new reference.
    fn PyObject_Call[t; callable, args](callable: Obj, args: Obj, kwargs: Obj) -> New {
        o(callable).call_tuple_dict(t, cast(args), opt(kwargs).map(|k| k.cast_unchecked()))
    }

    /// Calls with a tuple and a dictionary or null; a new reference.
    fn PyCFunction_Call[t; callable, args](callable: Obj, args: Obj, kwargs: Obj) -> New {
        o(callable).call_tuple_dict(t, cast(args), opt(kwargs).map(|k| k.cast_unchecked()))
    }

    /// Calls with a tuple or null; a new reference.
    fn PyObject_CallObject[t; callable](callable: Obj, args: Obj) -> New {
        match opt(args) {
            None => o(callable).call(t, &[]),
            Some(args) => match args.downcast::<PyTuple>() {
                Some(args) => o(callable).call_tuple_dict(t, args, None),
                None => Err(err!(t, TypeError, "argument list must be a tuple")),
            },
        }
    }

    /// Calls without arguments; a new reference.
    fn PyObject_CallNoArgs[t; callable](callable: Obj) -> New {
        o(callable).call(t, &[])
    }

    /// Calls with one argument; a new reference.
    fn PyObject_CallOneArg[t; callable](callable: Obj, arg: Obj) -> New {
        let words = [core::ptr::null_mut(), arg];
        call::vectorcall(
            t,
            o(callable),
            words.as_ptr().add(1),
            1 | PY_VECTORCALL_ARGUMENTS_OFFSET,
            core::ptr::null_mut(),
        )
    }

    /// Calls by vectorcall; a new reference.
    fn PyObject_Vectorcall[t; callable](callable: Obj, args: *const Obj, nargsf: usize, kwnames: Obj) -> New {
        call::vectorcall(t, o(callable), args, nargsf, kwnames)
    }

    /// Calls with an array of arguments and a dictionary or null; a new reference.
    fn PyObject_VectorcallDict[t; callable](callable: Obj, args: *const Obj, nargsf: usize, kwargs: Obj) -> New {
        let n = nargsf & !PY_VECTORCALL_ARGUMENTS_OFFSET;
        match opt(kwargs).map(|k| k.cast_unchecked::<PyDict>()).filter(|k| k.len() > 0) {
            None => call::vectorcall(t, o(callable), args, nargsf, core::ptr::null_mut()),
            Some(kwargs) => {
                let args = PyTuple::from_slice(t, taipan_object::tramp::arg_slice(args, n))?;
                o(callable).call_tuple_dict(t, &args, Some(kwargs))
            }
        }
    }

    /// Calls the method `name` of `args[0]`; a new reference.
    fn PyObject_VectorcallMethod[t; name](name: Obj, args: *const Obj, nargsf: usize, kwnames: Obj) -> New {
        let this = o(*args);
        let (method, unbound) = attr::get_method(t, this, cast(name))?;
        let n = nargsf & !PY_VECTORCALL_ARGUMENTS_OFFSET;
        if unbound {
            call::vectorcall(t, &method, args, n, kwnames)
        } else {
            // The receiver's place is free for the callee.
            call::vectorcall(t, &method, args.add(1), (n - 1) | PY_VECTORCALL_ARGUMENTS_OFFSET, kwnames)
        }
    }

    /// The vectorcall function of an object, or null.
    fn PyVectorcall_Function(callable: Obj) -> Raw<Option<vectorcallfunc>> {
        call::vectorcall_function(o(callable))
    }

    /// The number of positional arguments in `nargsf`.
    fn PyVectorcall_NARGS(nargsf: usize) -> Raw<Size> {
        (nargsf & !PY_VECTORCALL_ARGUMENTS_OFFSET) as isize
    }

    /// Converts an int-like object for `Py_ssize_t` parameters that may be `None` (Argument Clinic).
    fn _Py_convert_optional_to_ssize_t[t](op: Obj, result: *mut Size) -> Raw<c_int> {
        let object = o(op);
        if object.is(taipan_object::singletons::none()) {
            return 1;
        }
        if !number::is_index(object) {
            let _ = err!(
                t,
                TypeError,
                "argument should be integer or None, not {:.200}",
                object.class().name_lossy()
            );
            return 0;
        }
        match number::index_as_isize_or(t, object, taipan_object::exceptions_class!(OverflowError)) {
            Ok(n) => {
                *result = n;
                1
            }
            Err(_) => 0,
        }
    }
}

c_function! {
    /// Calls with the objects of a `va_list` up to null; a new reference.
    fn call_objects[t](callable: Obj, list: Va) -> New {
        let callable = nn(t, callable)?;
        with_objects(list, |args| callable.call(t, args))
    }

    /// Calls a method with the objects of a `va_list` up to null; a new reference.
    fn call_method_objects[t](op: Obj, name: Obj, list: Va) -> New {
        let (op, name) = (nn(t, op)?, nn(t, name)?);
        with_objects(list, |args| call_method(t, op, name, args))
    }

    /// Calls with arguments built from a format; a new reference.
    fn call_format[t](callable: Obj, format: *const c_char, list: Va) -> New {
        let callable = nn(t, callable)?;
        let args = crate::modsupport::build_arguments(t, format, &mut *list)?;
        let args: Vec<&Object> = args.iter().map(|a| &**a).collect();
        callable.call(t, &args)
    }

    /// Calls a method with arguments built from a format; a new reference.
    fn call_method_format[t](op: Obj, name: *const c_char, format: *const c_char, list: Va) -> New {
        if op.is_null() || name.is_null() {
            return Err(null_error(t));
        }
        let method = attr_by_name(t, o(op), name)?;
        if !method.is_callable() {
            return Err(err!(
                t,
                TypeError,
                "attribute of type '{:.200}' is not callable",
                method.class().name_lossy()
            ));
        }
        let args = crate::modsupport::build_arguments(t, format, &mut *list)?;
        let args: Vec<&Object> = args.iter().map(|a| &**a).collect();
        method.call(t, &args)
    }
}

variadic! {
    /// Calls with objects up to null; a new reference.
    PyObject_CallFunctionObjArgs, 1 => call_objects;
    /// Calls a method with objects up to null; a new reference.
    PyObject_CallMethodObjArgs, 2 => call_method_objects;
    /// Calls with arguments built as `Py_BuildValue` does; a new reference.
    PyObject_CallFunction, 2 => call_format;
    /// The same with sizes as `Py_ssize_t`, as all have them now; a new reference.
    _PyObject_CallFunction_SizeT, 2 => call_format;
    /// Calls a method with arguments built as `Py_BuildValue` does; a new reference.
    PyObject_CallMethod, 3 => call_method_format;
    /// The same with sizes as `Py_ssize_t`, as all have them now; a new reference.
    _PyObject_CallMethod_SizeT, 3 => call_method_format;
}

/// Does something with the objects of a list up to null. A few need no allocation.
unsafe fn with_objects<R>(list: Va, work: impl FnOnce(&[&Object]) -> R) -> R {
    // SAFETY: C passes live objects and a null at the end.
    unsafe {
        let list: &mut VaList = &mut *list;
        let mut few: [&Object; 8] = [singletons::none(); 8];
        let mut n = 0;
        while let Some(op) = opt(list.ptr()) {
            if n == few.len() {
                let mut many = few.to_vec();
                many.push(op);
                while let Some(op) = opt(list.ptr()) {
                    many.push(op);
                }
                return work(&many);
            }
            few[n] = op;
            n += 1;
        }
        work(&few[..n])
    }
}

/// Forgets the `StopIteration` that says the end.
#[inline(never)]
fn end_of_iteration(t: &Thread) {
    if errors::occurred(t) && errors::matches::<exceptions::StopIteration>(t) {
        errors::clear(t);
    }
}

/// Complains that an object is no iterator.
#[cold]
#[inline(never)]
unsafe fn next_of_other(t: &Thread, iterator: Obj) -> Obj {
    // SAFETY: the contract of the callers.
    match iter::next(t, unsafe { o(iterator) }) {
        Ok(Some(item)) => item.into_ptr(),
        _ => core::ptr::null_mut(),
    }
}

/// `op.name(*args)`.
pub fn call_method(t: &Thread, op: &Object, name: &Object, args: &[&Object]) -> PyResult {
    match name.downcast::<PyStr>() {
        Some(name) => op.call_method(t, name, args),
        None => op.getattr(t, name)?.call(t, args),
    }
}

unsafe fn attr_by_name(t: &Thread, op: &Object, name: *const c_char) -> PyResult {
    // SAFETY: C passes a string.
    let name = unsafe { c_interned(t, name)? };
    op.getattr(t, &name)
}

fn type_name(t: &Thread, op: &Object) -> String {
    match op.class().fully_qualified_name(t) {
        Ok(name) => name.to_string_lossy(),
        Err(_) => {
            errors::clear(t);
            op.class().name_lossy()
        }
    }
}

fn type_error_object(t: &Thread, op: &Object, what: &str) -> Raised {
    err!(t, TypeError, "'{:.200}' {what}", op.class().name_lossy())
}

fn has_key(t: &Thread, what: &str, result: PyResult<bool>) -> c_int {
    match result {
        Ok(has) => has.into(),
        Err(_) => {
            errors::write_unraisable_msg(t, &format!("Exception ignored in {what}"), None);
            0
        }
    }
}

/// Whether the type's table of mapping slots has what is asked for.
fn has_mapping(op: &Object, test: impl Fn(&PyMappingMethods) -> bool) -> bool {
    // SAFETY: the table of a live type.
    unsafe { (*op.class().as_type_ptr()).tp_as_mapping.as_ref().is_some_and(test) }
}

fn sequence_methods(op: &Object) -> Option<&PySequenceMethods> {
    // SAFETY: the table of a live type.
    unsafe { (*op.class().as_type_ptr()).tp_as_sequence.as_ref() }
}

fn sequence_size(t: &Thread, op: &Object) -> PyResult<isize> {
    if let Some(slot) = sequence_methods(op).and_then(|s| s.sq_length) {
        // SAFETY: a slot of the object's type.
        let n = unsafe { slot(op.as_ptr()) };
        return if n < 0 { Err(Raised::assume()) } else { Ok(n) };
    }
    if has_mapping(op, |m| m.mp_length.is_some()) {
        return Err(err!(t, TypeError, "{:.200} is not a sequence", op.class().name_lossy()));
    }
    Err(err!(t, TypeError, "object of type '{:.200}' has no len()", op.class().name_lossy()))
}

fn mapping_size(t: &Thread, op: &Object) -> PyResult<isize> {
    // SAFETY: slots of the object's type.
    unsafe {
        if let Some(slot) = (*op.class().as_type_ptr()).tp_as_mapping.as_ref().and_then(|m| m.mp_length) {
            let n = slot(op.as_ptr());
            return if n < 0 { Err(Raised::assume()) } else { Ok(n) };
        }
    }
    if sequence_methods(op).is_some_and(|s| s.sq_length.is_some()) {
        return Err(err!(t, TypeError, "{:.200} is not a mapping", op.class().name_lossy()));
    }
    Err(err!(t, TypeError, "object of type '{:.200}' has no len()", op.class().name_lossy()))
}

fn repeat(t: &Thread, op: &Object, n: isize, inplace: bool) -> PyResult {
    if let Some(methods) = sequence_methods(op) {
        let slot = if inplace { methods.sq_inplace_repeat.or(methods.sq_repeat) } else { methods.sq_repeat };
        if let Some(slot) = slot {
            // SAFETY: a slot of the object's type.
            return unsafe { Owned::from_result(slot(op.as_ptr(), n)) };
        }
    }
    if sequence::is_sequence(op) {
        let count = PyInt::from_i64(t, n as i64)?;
        let multiply = if inplace { number::inplace_op } else { number::binary_op };
        return multiply(t, op, &count, Op::Multiply);
    }
    Err(err!(t, TypeError, "'{:.200}' object can't be repeated", op.class().name_lossy()))
}

/// `PySequence_Count` and `PySequence_Index`.
unsafe fn search(t: &Thread, op: Obj, value: Obj, what: &str) -> PyResult<isize> {
    // SAFETY: the caller's promise.
    let (op, value) = unsafe { (nn(t, op)?, nn(t, value)?) };
    let iterator = match iter::get_iter(t, op) {
        Ok(iterator) => iterator,
        Err(raised) => {
            if errors::matches::<exceptions::TypeError>(t) {
                errors::clear(t);
                return Err(err!(t, TypeError, "argument of type '{:.200}' is not iterable", op.class().name_lossy()));
            }
            return Err(raised);
        }
    };
    let mut n: isize = 0;
    while let Some(item) = iter::next(t, &iterator)? {
        let equal = compare::rich_compare_bool(t, &item, value, CompareOp::Eq)?;
        match (what, equal) {
            ("index", true) => return Ok(n),
            ("index", false) | ("count", true) => {
                n = n.checked_add(1).ok_or_else(|| err!(t, OverflowError, "{what} exceeds C integer size"))?;
            }
            _ => {}
        }
    }
    if what == "index" {
        return Err(err!(t, ValueError, "sequence.index(x): x not in sequence"));
    }
    Ok(n)
}
