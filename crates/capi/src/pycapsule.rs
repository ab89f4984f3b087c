//! `pycapsule.h`: pointers of C code as objects.

use crate::contract::*;
use core::ffi::{c_char, c_int, c_void};
use taipan_object::abi::{inquiry, traverseproc};
use taipan_object::{PyResult, PyStr, err};
use taipan_runtime::thread;
use taipan_types::capsule::{self, Destructor, PyCapsule};

/// The capsule, if it is one and not yet given up.
unsafe fn legal<'a>(op: Obj) -> Option<&'a PyCapsule> {
    // SAFETY: the contract of the callers.
    unsafe { opt(op) }.and_then(|op| op.downcast_exact::<PyCapsule>()).filter(|c| !c.pointer.get().is_null())
}

/// The capsule. The thread is looked for only where something is wrong: NumPy asks for pointers without the GIL.
unsafe fn capsule<'a>(op: Obj, function: &str) -> PyResult<&'a PyCapsule> {
    // SAFETY: the contract of the callers.
    unsafe {
        legal(op).ok_or_else(|| err!(thread::current(), ValueError, "{function} called with invalid PyCapsule object"))
    }
}

capi! {
    /// A capsule; a new reference.
    fn PyCapsule_New[t](pointer: *mut c_void, name: *const c_char, destructor: Option<Destructor>) -> New<PyCapsule> {
        capsule::new(t, pointer, name, destructor)
    }

    /// Whether it is a capsule of this name that holds a pointer.
    fn PyCapsule_IsValid(op: Obj, name: *const c_char) -> Raw<c_int> {
        legal(op).is_some_and(|c| c.has_name(name)).into()
    }

    /// The pointer; null with an exception if the name is another.
    fn PyCapsule_GetPointer(op: Obj, name: *const c_char) -> Raw<*mut c_void> {
        match capsule(op, "PyCapsule_GetPointer") {
            Ok(capsule) if capsule.has_name(name) => capsule.pointer.get(),
            Ok(_) => {
                let _ = err!(thread::current(), ValueError, "PyCapsule_GetPointer called with incorrect name");
                core::ptr::null_mut()
            }
            Err(_) => core::ptr::null_mut(),
        }
    }

    /// The name, or null.
    fn PyCapsule_GetName(op: Obj) -> Raw<*const c_char> {
        capsule(op, "PyCapsule_GetName").map_or(core::ptr::null(), |c| c.name.get())
    }

    /// The destructor, or null.
    fn PyCapsule_GetDestructor(op: Obj) -> Raw<Option<Destructor>> {
        capsule(op, "PyCapsule_GetDestructor").ok().and_then(|c| c.destructor.get())
    }

    /// The context, or null.
    fn PyCapsule_GetContext(op: Obj) -> Raw<*mut c_void> {
        capsule(op, "PyCapsule_GetContext").map_or(core::ptr::null_mut(), |c| c.context.get())
    }

    /// Sets the pointer, which is not null.
    fn PyCapsule_SetPointer(op: Obj, pointer: *mut c_void) -> Status {
        if pointer.is_null() {
            return Err(err!(thread::current(), ValueError, "PyCapsule_SetPointer called with null pointer"));
        }
        capsule(op, "PyCapsule_SetPointer")?.pointer.set(pointer);
        Ok(())
    }

    /// Sets the name.
    fn PyCapsule_SetName(op: Obj, name: *const c_char) -> Status {
        capsule(op, "PyCapsule_SetName")?.name.set(name);
        Ok(())
    }

    /// Sets the destructor.
    fn PyCapsule_SetDestructor(op: Obj, destructor: Option<Destructor>) -> Status {
        capsule(op, "PyCapsule_SetDestructor")?.destructor.set(destructor);
        Ok(())
    }

    /// Says how the collector sees what the pointer leads to.
    fn _PyCapsule_SetTraverse[t](op: Obj, traverse: Option<traverseproc>, clear: Option<inquiry>) -> Status {
        let capsule = capsule(op, "_PyCapsule_SetTraverse")?;
        if traverse.is_none() || clear.is_none() {
            return Err(err!(t, ValueError, "_PyCapsule_SetTraverse() called with NULL callback"));
        }
        capsule.traverse.set(traverse);
        capsule.clear.set(clear);
        if !taipan_runtime::gc::is_tracked(op) {
            taipan_runtime::gc::track(op);
        }
        Ok(())
    }

    /// Sets the context.
    fn PyCapsule_SetContext(op: Obj, context: *mut c_void) -> Status {
        capsule(op, "PyCapsule_SetContext")?.context.set(context);
        Ok(())
    }

    /// The pointer of the capsule that the attribute of a module `module.attribute` is; null with an exception.
    fn PyCapsule_Import[t](name: *const c_char, _no_block: c_int) -> Raw<*mut c_void> {
        let import = || -> PyResult<*mut c_void> {
            let full = c_text(name).unwrap_or_default();
            let mut parts = c_bytes(name).split(|&b| b == b'.');
            let module = parts.next().unwrap_or_default();
            // Whatever the import raises gives way to this.
            let Ok(mut object) = utf8(t, module).and_then(|name| taipan_object::state::import(t, &name.to_string_lossy()))
            else {
                taipan_object::errors::clear(t);
                let module = String::from_utf8_lossy(module);
                return Err(err!(t, ImportError, "PyCapsule_Import could not import module \"{module}\""));
            };
            for part in parts {
                object = object.getattr(t, &PyStr::interned(utf8(t, part)?))?;
            }
            match legal(object.as_ptr()).filter(|c| c.has_name(name)) {
                Some(capsule) => Ok(capsule.pointer.get()),
                None => Err(err!(t, AttributeError, "PyCapsule_Import \"{full}\" is not valid")),
            }
        };
        import().unwrap_or(core::ptr::null_mut())
    }
}
