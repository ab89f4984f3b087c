//! Native types derived from `dict` that have fields of their own.

use super::{PyDict, dict_dealloc};
use crate::handle::{Class, Object, Owned, PyResult, Traverse, Visitor};
use crate::{PyType, tramp};
use core::ffi::{c_int, c_void};
use taipan_runtime::abi::*;
use taipan_runtime::{Thread, gc};

/// A struct declared with [`dict_subclass!`](crate::dict_subclass).
pub trait DictSubclass: Class + Sized {
    /// What the type adds.
    type Fields: Traverse;
    /// Where it stands.
    const OFFSET: usize;

    /// The fields.
    fn own_fields(&self) -> &Self::Fields;
    /// Visits the fields that start as zeros.
    fn traverse_rest(&self, visitor: &mut Visitor<'_>);
    /// Clears the fields that start as zeros.
    fn clear_rest(&self);

    /// An empty dictionary of this type or one derived from it.
    fn alloc(t: &Thread, class: &PyType, fields: Self::Fields) -> PyResult<Owned<Self>> {
        let made = PyDict::alloc_of(t, class)?;
        // SAFETY: a fresh zeroed instance of the type, which is as large as the struct; nobody has seen it.
        unsafe {
            made.as_ptr().byte_add(Self::OFFSET).cast::<Self::Fields>().write(fields);
            Ok(made.cast_unchecked())
        }
    }
}

/// `tp_dealloc`.
pub unsafe extern "C" fn dealloc<T: DictSubclass>(op: *mut PyObject) {
    // SAFETY: the object is dead; the dictionary part has no destructor of its own.
    unsafe {
        gc::maybe_untrack(op);
        if (*(*op).ob_type).tp_weaklistoffset > 0 {
            crate::weakref::clear_weakrefs(op);
        }
        core::ptr::drop_in_place(op.cast::<T>());
        dict_dealloc(op);
    }
}

/// `tp_traverse`.
pub unsafe extern "C" fn traverse<T: DictSubclass>(op: *mut PyObject, visit: visitproc, arg: *mut c_void) -> c_int {
    // SAFETY: a live instance.
    unsafe {
        let mut visitor = Visitor::new(visit, arg);
        let this: &T = Object::from_ptr(op).cast_unchecked();
        tramp::traverse_type(op, &mut visitor);
        this.own_fields().traverse(&mut visitor);
        this.traverse_rest(&mut visitor);
        match visitor.result() {
            0 => super::class::dict_traverse(op, visit, arg),
            result => result,
        }
    }
}

/// `tp_clear`.
pub unsafe extern "C" fn clear<T: DictSubclass>(op: *mut PyObject) -> c_int {
    // SAFETY: a live instance.
    unsafe {
        let this: &T = Object::from_ptr(op).cast_unchecked();
        this.own_fields().clear();
        this.clear_rest();
        super::class::dict_clear(op)
    }
}

/// Declares the struct of a type derived from `dict`: its fields proper, and fields that are valid as zeros.
#[macro_export]
macro_rules! dict_subclass {
    ($(#[$meta:meta])* $name:ident, $fields:ty $(, $rest:ident: $rest_ty:ty)* $(,)?) => {
        $(#[$meta])*
        #[repr(C)]
        pub struct $name {
            dict: $crate::PyDict,
            fields: $fields,
            $($rest: $rest_ty,)*
        }

        impl $crate::dict::subclass::DictSubclass for $name {
            type Fields = $fields;
            const OFFSET: usize = core::mem::offset_of!($name, fields);
            fn own_fields(&self) -> &$fields {
                &self.fields
            }
            fn traverse_rest(&self, visitor: &mut $crate::Visitor<'_>) {
                let _ = &visitor;
                $($crate::Traverse::traverse(&self.$rest, visitor);)*
            }
            fn clear_rest(&self) {
                $($crate::Traverse::clear(&self.$rest);)*
            }
        }

        impl $name {
            /// The dictionary part.
            pub fn dict(&self) -> &$crate::PyDict {
                &self.dict
            }
        }
    };
}
