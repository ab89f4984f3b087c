//! `internal/pycore_object.h`, `pycore_typeobject.h`, `pycore_descrobject.h`, and the private names of `cpython/object.h`.

use crate::contract::*;
use core::ffi::{c_char, c_int, c_ulong, c_void};
use taipan_object::abi::*;
use taipan_object::{Object, Own, Owned, PyDict, PyList, PyResult, PyStr, PyType, Thread, attr, err, name, typeobject};

/// `method(*args)` if the type has the special method.
unsafe fn maybe_call_special(t: &Thread, op: Obj, name: Obj, args: &[&Object]) -> PyResult<Obj> {
    // SAFETY: the contract of the callers.
    let found = unsafe { attr::call_special(t, o(op), cast::<PyStr>(name), args)? };
    Ok(found.map_or(core::ptr::null_mut(), Owned::into_ptr))
}

capi! {
    /// A method to be called (a new reference): 1 if it wants the object before its arguments, 0 if it is bound or no
    /// method, also with null and an exception.
    fn _PyObject_GetMethod[t](op: Obj, name: Obj, method: *mut Obj) -> Raw<c_int> {
        match attr::get_method(t, o(op), cast(name)) {
            Ok((found, unbound)) => {
                *method = found.into_ptr();
                unbound.into()
            }
            Err(_) => {
                *method = core::ptr::null_mut();
                0
            }
        }
    }

    /// `op.__getstate__()`; a new reference.
    fn _PyObject_GetState[t](op: Obj) -> New {
        o(op).call_method(t, name!(t, "__getstate__"), &[])
    }

    /// The result of a special method without arguments; a new reference, or null without an exception if there is none.
    fn _PyObject_MaybeCallSpecialNoArgs[t](op: Obj, name: Obj) -> Borrowed {
        maybe_call_special(t, op, name, &[])
    }

    /// The result of a special method with an argument; a new reference, or null without an exception if there is none.
    fn _PyObject_MaybeCallSpecialOneArg[t](op: Obj, name: Obj, arg: Obj) -> Borrowed {
        maybe_call_special(t, op, name, &[o(arg)])
    }

    /// `object.__getattribute__` with the instance's dictionary, or null; a new reference. With `suppress` absence is null
    /// without an exception.
    fn _PyObject_GenericGetAttrWithDict[t](op: Obj, name: Obj, dict: Obj, suppress: c_int) -> Borrowed {
        let Some(text) = o(name).downcast::<PyStr>() else {
            return Err(err!(t, TypeError, "attribute name must be string, not '{:.200}'", o(name).class().name_lossy()));
        };
        let dict = opt(dict).and_then(|dict| dict.downcast::<PyDict>());
        match attr::generic_getattr_with_dict(t, o(op), text, dict, suppress != 0)? {
            Some(found) => Ok(found.into_ptr()),
            None if suppress != 0 => Ok(core::ptr::null_mut()),
            None => Err(attr::no_attribute(t, o(op), text)),
        }
    }

    /// `object.__setattr__` with the instance's dictionary, or null; a null value deletes.
    fn _PyObject_GenericSetAttrWithDict[t](op: Obj, name: Obj, value: Obj, dict: Obj) -> Status {
        let Some(dict) = opt(dict).and_then(|dict| dict.downcast::<PyDict>()) else {
            return attr::generic_setattr(t, o(op), o(name), opt(value));
        };
        let Some(text) = o(name).downcast::<PyStr>() else {
            return Err(err!(t, TypeError, "attribute name must be string, not '{:.200}'", o(name).class().name_lossy()));
        };
        if let Some(descriptor) = o(op).class().lookup(t, text)
            && let Some(set) = (*descriptor.class().as_type_ptr()).tp_descr_set
        {
            let failed = set(descriptor.as_ptr(), op, value) < 0;
            return if failed { Err(taipan_object::Raised::assume()) } else { Ok(()) };
        }
        match opt(value) {
            Some(value) => dict.set_item(t, text, value),
            None => match dict.pop_item(t, text)? {
                Some(_) => Ok(()),
                None => Err(attr::no_attribute(t, o(op), text)),
            },
        }
    }

    /// Gives an object with a managed dictionary another one, or none.
    fn _PyObject_SetManagedDict[t](op: Obj, dict: Obj) -> Status {
        attr::generic_set_dict(t, o(op), opt(dict))
    }

    /// The special method in a pair of words: its place, then the object's. 1, 0 if there is none, or -1.
    fn _PyObject_LookupSpecialMethod[t](name: Obj, pair: *mut Obj) -> Flag {
        let receiver = o(*pair.add(1));
        match attr::lookup_special(t, receiver, cast(name))? {
            Some(method) => {
                // The method is bound, so that the receiver's place is empty.
                taipan_runtime::refcount::decref(*pair.add(1));
                *pair = method.into_ptr();
                *pair.add(1) = core::ptr::null_mut();
                Ok(true)
            }
            None => Ok(false),
        }
    }

    /// What the allocator of small objects tells of itself: it has none of its own, nothing is written.
    fn _PyObject_DebugMallocStats(_out: *mut libc::FILE) -> Raw<c_int> {
        0
    }

    /// Ends the process because an object is not as it should be.
    fn _PyObject_AssertFailed[t](
        op: Obj, expression: *const c_char, message: *const c_char, file: *const c_char, line: c_int,
        function: *const c_char,
    ) -> Void {
        let mut text = format!("{}:{line}: ", c_text(file).unwrap_or_default());
        if let Some(function) = c_text(function) {
            text += &format!("{function}: ");
        }
        text += &match c_text(expression) {
            Some(expression) => format!("Assertion \"{expression}\" failed"),
            None => "Assertion failed".to_string(),
        };
        if let Some(message) = c_text(message) {
            text += &format!(": {message}");
        }
        eprintln!("{text}");
        crate::object::_PyObject_Dump(op);
        let _ = t;
        crate::pylifecycle::fatal("_PyObject_AssertFailed", "_PyObject_AssertFailed");
    }

    /// The dictionary of a type, borrowed.
    fn _PyType_GetDict(ty: *mut PyTypeObject) -> Raw<Obj> {
        (*ty).tp_dict
    }

    /// An instance that the collector does not know yet; a new reference.
    fn _PyType_AllocNoTrack[t](ty: *mut PyTypeObject, items: Size) -> New {
        let made = PyType::from_type_ptr(ty).alloc(t, items.max(0) as usize)?;
        taipan_runtime::gc::maybe_untrack(made.as_ptr());
        Ok(made)
    }

    /// An instance with a managed dictionary; a new reference.
    fn _PyType_NewManagedObject[t](ty: *mut PyTypeObject) -> New {
        PyType::from_type_ptr(ty).alloc(t, 0)
    }

    /// `getattr(super(ty, op), name)`; a new reference. A method is not bound if `*method` can say so, which it does not.
    fn _PySuper_Lookup[t](ty: *mut PyTypeObject, op: Obj, name: Obj, method: *mut c_int) -> New {
        if !method.is_null() {
            *method = 0;
        }
        let made = taipan_object::state::builtin(t, &*PyStr::intern_str(t, "super")?)?.call(t, &[o(ty.cast()), o(op)])?;
        made.getattr(t, o(name))
    }

    /// Makes a static type of an extension module ready.
    fn _PyStaticType_InitForExtension[t](_interp: *mut PyInterpreterState, ty: *mut PyTypeObject) -> Status {
        typeobject::ready(t, PyType::from_type_ptr(ty))
    }

    /// A type of structure sequences with more flags; a new reference.
    fn _PyStructSequence_NewType[t](desc: *mut crate::weakrefobject::PyStructSequenceDesc, flags: c_ulong) -> Raw<*mut PyTypeObject> {
        match crate::weakrefobject::new_struct_type(t, &*desc, flags) {
            Ok(class) => class.into_object().into_ptr().cast(),
            Err(_) => core::ptr::null_mut(),
        }
    }

    /// A slot wrapper; a new reference.
    fn PyDescr_NewWrapper[t](owner: *mut PyTypeObject, base: *mut wrapperbase, wrapped: *mut c_void) -> New {
        let row = typeobject::slotdefs::Row::from_ptr(base);
        taipan_object::descr::new_wrapper(t, PyType::from_type_ptr(owner), row, &*row.interned(t)?, wrapped)
    }

    /// Gives a new object its first reference.
    fn _Py_NewReferenceNoTotal(op: Obj) -> Void {
        crate::refcount::_Py_NewReference(op);
    }

    /// Nothing counts all references, so that nothing forgets one.
    fn _Py_ForgetReference(_op: Obj) -> Void {}

    /// Makes an object immortal; the collector does not look at it any more.
    fn _Py_SetImmortalUntracked(op: Obj) -> Void {
        taipan_runtime::gc::maybe_untrack(op);
        taipan_runtime::refcount::set_immortal(op);
    }

    /// Ends the process because of a wrong count of references.
    fn _Py_FatalRefcountErrorFunc(place: *const c_char, message: *const c_char) -> Void {
        crate::pylifecycle::_Py_FatalErrorFunc(place, message);
    }

    /// A place for a debugger to stop.
    fn _Py_BreakPoint() -> Void {}

    /// Deallocates an object later: deep structures are taken apart by the interpreter itself, so that it is done at once.
    fn _PyTrash_thread_deposit_object(_ts: *mut PyThreadState, op: Obj) -> Void {
        if let Some(dealloc) = (*(*op).ob_type).tp_dealloc {
            dealloc(op);
        }
    }

    /// Deallocates what waits: nothing does.
    fn _PyTrash_thread_destroy_chain(_ts: *mut PyThreadState) -> Void {}

    /// What an old peephole optimiser gave back: the code; a new reference.
    fn PyCode_Optimize(code: Obj, _consts: Obj, _names: Obj, _table: Obj) -> New {
        Ok(o(code).own())
    }

    /// How an instruction changes the depth of the stack: `PY_INVALID_STACK_EFFECT` if it is none.
    fn PyCompile_OpcodeStackEffect(opcode: c_int, oparg: c_int) -> Raw<c_int> {
        stack_effect(opcode, oparg, -1)
    }

    /// The same for an instruction that jumps (1), does not (0), or either (-1: the larger).
    fn PyCompile_OpcodeStackEffectWithJump(opcode: c_int, oparg: c_int, jump: c_int) -> Raw<c_int> {
        stack_effect(opcode, oparg, jump)
    }

    /// The version of a function, on which specialised calls rely.
    fn _PyFunction_SetVersion(function: *mut PyFunctionObject, version: u32) -> Void {
        (*function).func_version = version;
    }

    /// Adds a module to `sys.modules`.
    fn _PyImport_SetModule[t](name: Obj, module: Obj) -> Status {
        match taipan_object::state::modules(t) {
            Some(modules) => modules.set_item(t, o(name), o(module)),
            None => Err(err!(t, RuntimeError, "unable to get sys.modules")),
        }
    }

    /// Remembers a module for its definition.
    fn _PyState_AddModule(_ts: *mut PyThreadState, module: Obj, definition: *mut PyModuleDef) -> Raw<c_int> {
        crate::moduleobject::PyState_AddModule(module, definition)
    }

    /// A template of `t"..."`; a new reference.
    fn _PyTemplate_Build[t](strings: Obj, interpolations: Obj) -> New {
        taipan_types::template::new_template(t, o(strings).own(), o(interpolations).own())
    }

    /// An interpolation of `t"..."`; a new reference.
    fn _PyInterpolation_Build[t](value: Obj, text: Obj, conversion: c_int, spec: Obj) -> New {
        let spec = opt(spec).map_or_else(|| PyStr::empty().as_object().own(), Own::own);
        taipan_types::template::new_interpolation(t, o(value).own(), o(text).own(), conversion.max(0) as usize, spec)
    }

    /// A builtin by its name; a new reference.
    fn _PyEval_GetBuiltin[t](name: Obj) -> New {
        match taipan_interp::state::builtins_dict(t)?.get_item(t, o(name))? {
            Some(found) => Ok(found),
            None => Err(err!(t, AttributeError, "{}", o(name).str_lossy(t))),
        }
    }

    /// Does what the breaker of the loop asks for: 0, or -1 with an exception.
    fn _Py_HandlePending[t](_ts: *mut PyThreadState) -> Status {
        taipan_interp::pending::handle(t)
    }

    /// Whether this OS thread is the one that the interpreter began with.
    fn _PyOS_IsMainThread() -> Raw<c_int> {
        let own = taipan_runtime::thread::own_ptr();
        (!own.is_null() && (*own).interpreter().is_main() && (*(*own).as_ptr()).next.is_null()).into()
    }

    /// `sys._current_frames()`; a new reference.
    fn _PyThread_CurrentFrames[t]() -> New {
        let sys = taipan_object::state::import(t, "sys")?;
        sys.call_method(t, &*PyStr::intern_str(t, "_current_frames")?, &[])
    }

    /// Checks the structure of a string: it is always as it should be, 1.
    fn _PyUnicode_CheckConsistency(op: Obj, _content: c_int) -> Raw<c_int> {
        o(op).is_instance_of::<PyStr>().into()
    }

    /// The bytes of a string in UTF-8; a new reference.
    fn _PyUnicode_AsUTF8String[t](op: Obj, errors: *const c_char) -> New<taipan_object::PyBytes> {
        let text = crate::unicodeobject::text(t, op)?;
        text.encoded(t, Some("utf-8"), c_name(errors))
    }

    /// Interns a string, whose reference is replaced.
    fn _PyUnicode_InternInPlace(_interp: *mut PyInterpreterState, place: *mut Obj) -> Void {
        crate::unicodeobject::PyUnicode_InternInPlace(place);
    }

    /// Interns a string for ever, whose reference is replaced.
    fn _PyUnicode_InternImmortal(_interp: *mut PyInterpreterState, place: *mut Obj) -> Void {
        crate::unicodeobject::PyUnicode_InternInPlace(place);
        if !(*place).is_null() {
            let old: Owned<PyStr> = Owned::from_ptr(*place);
            *place = taipan_object::unicode::intern::intern_immortal(&old).into_object().into_ptr();
        }
    }

    /// Joins an array of strings; a new reference.
    fn _PyUnicode_JoinArray[t](separator: Obj, items: *const Obj, n: Size) -> New<PyStr> {
        let items: Vec<Owned> = c_slice(items, n).iter().map(|item| o(*item).own()).collect();
        let list = PyList::from_vec(t, items)?;
        match opt(separator) {
            Some(separator) => separator.cast_unchecked::<PyStr>().join(t, &list),
            None => PyStr::from_str(t, " ")?.join(t, &list),
        }
    }

    /// How long the identifier is that a string begins with.
    fn _PyUnicode_ScanIdentifier[t](op: Obj) -> Raw<Size> {
        let text: &PyStr = cast(op);
        // The longest start that is one.
        let mut n = 0;
        while n < text.len() {
            match text.substring(t, 0, n + 1) {
                Ok(start) if start.is_identifier() => n += 1,
                Ok(_) => break,
                Err(_) => {
                    taipan_object::errors::clear(t);
                    break;
                }
            }
        }
        n as isize
    }

}

fn stack_effect(opcode: c_int, oparg: c_int, jump: c_int) -> c_int {
    let Ok(number) = u16::try_from(opcode) else { return c_int::MAX };
    let effect = |jump: bool| taipan_bytecode::stack_effect(number, oparg, jump);
    let result = match jump {
        0 => effect(false),
        1 => effect(true),
        _ => effect(false).zip(effect(true)).map(|(a, b)| a.max(b)),
    };
    result.unwrap_or(c_int::MAX)
}
