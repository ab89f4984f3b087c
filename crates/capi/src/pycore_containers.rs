//! `internal/pycore_dict.h`, `pycore_list.h`, `pycore_tuple.h`, `pycore_setobject.h` and what `cpython/abstract.h` and
//! `sliceobject.h` have beyond the limited API.

use crate::contract::*;
use core::ffi::{c_int, c_void};
use taipan_object::{Owned, PyDict, PyList, PyResult, PySet, PySlice, PyTuple, Thread, errors, name, singletons};

type Predicate = unsafe extern "C" fn(Obj, *mut c_void) -> c_int;

/// Takes over the references of an array.
unsafe fn stolen(items: *const Obj, n: isize) -> Vec<Owned> {
    // SAFETY: the contract of the callers: references that are handed over.
    unsafe { c_slice(items, n).iter().map(|item| Owned::from_ptr(*item)).collect() }
}

capi! {
    /// `del dict[key]` with the hash known.
    fn _PyDict_DelItem_KnownHash[t; key](op: Obj, key: Obj, hash: Size) -> Status {
        let dict: &PyDict = want(t, op)?;
        match dict.pop_known_hash(t, o(key), hash)? {
            Some(_) => Ok(()),
            None => Err(errors::key_error(t, o(key))),
        }
    }

    /// `del dict[key]` if the value is as the predicate wants it: 1, or 0 if it stays.
    fn _PyDict_DelItemIf[t; key](op: Obj, key: Obj, predicate: Predicate, arg: *mut c_void) -> Flag {
        let dict: &PyDict = want(t, op)?;
        let Some(value) = dict.get_item(t, o(key))? else { return Ok(false) };
        match predicate(value.as_ptr(), arg) {
            n if n < 0 => Err(taipan_object::Raised::assume()),
            0 => Ok(false),
            _ => Ok(dict.pop_item(t, o(key))?.is_some()),
        }
    }

    /// A dictionary of keys and values that stand in arrays so many words apart; a new reference.
    fn _PyDict_FromItems[t](
        keys: *const Obj, keys_offset: Size, values: *const Obj, values_offset: Size, n: Size,
    ) -> New<PyDict> {
        let made = PyDict::with_capacity(t, n.clamp(0, 1 << 17) as usize, true)?;
        for i in 0..n {
            made.set_item(t, o(*keys.offset(i * keys_offset)), o(*values.offset(i * values_offset)))?;
        }
        Ok(made)
    }

    /// Merges a mapping into a dictionary: with 0 keys stay, with 1 they are replaced, with 2 they raise `KeyError`.
    fn _PyDict_MergeEx[t; op, other](op: Obj, other: Obj, replace: c_int) -> Status {
        let dict: &PyDict = want(t, op)?;
        if replace == 2 {
            let keys = o(other).call_method(t, name!(t, "keys"), &[])?;
            let iterator = taipan_object::iter::get_iter(t, &keys)?;
            while let Some(key) = taipan_object::iter::next(t, &iterator)? {
                if dict.contains(t, &key)? {
                    return Err(errors::key_error(t, &key));
                }
                dict.set_item(t, &key, &*o(other).get_item(t, &key)?)?;
            }
            return Ok(());
        }
        dict.merge_mapping(t, o(other), replace != 0)
    }

    /// Sets an item; takes over both references.
    fn _PyDict_SetItem_Take2[t](op: Obj, key: Obj, value: Obj) -> Status {
        let (key, value): (Owned, Owned) = (Owned::from_ptr(key), Owned::from_ptr(value));
        let dict: &PyDict = want(t, op)?;
        dict.set_item(t, &key, &value)
    }

    /// How many bytes a dictionary takes.
    fn _PyDict_SizeOf[t](op: Obj) -> Raw<Size> {
        cast::<PyDict>(op).sizeof(t) as isize
    }

    /// A global or builtin name; a new reference, or null without an exception.
    fn _PyDict_LoadGlobal[t](globals: Obj, builtins: Obj, key: Obj) -> Raw<Obj> {
        for dict in [globals, builtins] {
            match cast::<PyDict>(dict).get_item(t, o(key)) {
                Ok(Some(found)) => return found.into_ptr(),
                Ok(None) => {}
                Err(_) => return core::ptr::null_mut(),
            }
        }
        core::ptr::null_mut()
    }

    /// The value of a key whose hash is known into `*out` (a new reference): 1, 0 (and null) or -1.
    fn _PyDict_GetItemRef_KnownHash_LockHeld[t; key](op: Obj, key: Obj, hash: Size, out: *mut Obj) -> Flag {
        found(out, cast::<PyDict>(op).get_item_known_hash(t, o(key), hash))
    }

    /// Appends; takes the reference over.
    fn _PyList_AppendTakeRefListResize[t](op: Obj, item: Obj) -> Status {
        cast::<PyList>(op).append(t, Owned::from_ptr(item))
    }

    /// A tuple of the items of a list, which is empty afterwards; a new reference.
    fn _PyList_AsTupleAndClear[t](op: Obj) -> New<PyTuple> {
        let items = cast::<PyList>(op).take_items();
        PyTuple::from_vec(t, items)
    }

    /// `list[slice]`; a new reference.
    fn _PyList_SliceSubscript[t](op: Obj, slice: Obj) -> New {
        o(op).get_item(t, o(slice))
    }

    /// A tuple of an array whose references it takes over; a new reference.
    fn _PyTuple_FromArraySteal[t](items: *const Obj, n: Size) -> New<PyTuple> {
        PyTuple::from_vec(t, stolen(items, n))
    }

    /// Adds to a set; takes the reference over.
    fn _PySet_AddTakeRef[t](op: Obj, key: Obj) -> Status {
        let key: Owned = Owned::from_ptr(key);
        cast::<PySet>(op).add_key(t, &key).map(|_| ())
    }

    /// Whether a set has a key.
    fn _PySet_Contains[t](op: Obj, key: Obj) -> Flag {
        cast::<PySet>(op).contains_or_set(t, o(key))
    }

    /// The values of keywords by their names, from an array; a new reference.
    fn _PyStack_AsDict[t](values: *const Obj, names: Obj) -> New<PyDict> {
        let names = match opt(names) {
            Some(names) => names.cast_unchecked::<PyTuple>().as_slice(),
            None => &[],
        };
        let made = PyDict::new(t)?;
        for (i, name) in names.iter().enumerate() {
            made.set_item(t, name, o(*values.add(i)))?;
        }
        Ok(made)
    }

    /// A slice's indices for a sequence of a length that is an int, as ints (new references): 0, or -1 with an exception.
    fn _PySlice_GetLongIndices[t](op: Obj, length: Obj, start: *mut Obj, stop: *mut Obj, step: *mut Obj) -> Status {
        let slice: &PySlice = cast(op);
        let indices = slice.as_object().call_method(t, &*taipan_object::PyStr::intern_str(t, "indices")?, &[o(length)])?;
        let Some(indices) = indices.downcast::<PyTuple>() else { return Err(errors::bad_internal_call(t)) };
        for (place, value) in [start, stop, step].into_iter().zip(indices.as_slice()) {
            *place = taipan_object::Own::own(&**value).into_ptr();
        }
        Ok(())
    }

    /// Raises unless `**` and `*` get what they can unpack: 0, or -1 with an exception.
    fn _Py_Check_ArgsIterable[t](_ts: *mut c_void, function: Obj, args: Obj) -> Status {
        check_iterable(t, o(function), o(args))
    }
}

fn check_iterable(t: &Thread, function: &taipan_object::Object, args: &taipan_object::Object) -> PyResult<()> {
    // SAFETY: the slots of a live type.
    let iterable = unsafe { (*args.class().as_type_ptr()).tp_iter.is_some() };
    if iterable || taipan_object::sequence::is_sequence(args) {
        return Ok(());
    }
    errors::clear(t);
    let shown = function_text(t, function)?;
    Err(taipan_object::err!(
        t,
        TypeError,
        "{shown} argument after * must be an iterable, not {:.200}",
        args.class().name_lossy()
    ))
}

/// How a complaint names what is called: `module.function()`.
fn function_text(t: &Thread, function: &taipan_object::Object) -> PyResult<String> {
    let Some(qualname) = function.getattr_opt(t, name!(t, "__qualname__"))? else {
        return Ok(function.str(t)?.to_string_lossy());
    };
    let module = function.getattr_opt(t, name!(t, "__module__"))?;
    Ok(match module.filter(|module| !module.is(singletons::none())) {
        Some(module) if module.str(t)?.to_string_lossy() != "builtins" => {
            format!("{}.{}()", module.str_lossy(t), qualname.str_lossy(t))
        }
        _ => format!("{}()", qualname.str_lossy(t)),
    })
}
