//! Attributes at instructions that meet several types: what specialising an instruction for one of them would have found
//! out, kept by the type's version and the name, for all instructions together.

use super::{fast, specialize};
use crate::stackref::StackRef;
use core::cell::{Cell, OnceCell, UnsafeCell};
use taipan_bytecode::opcode::op;
use taipan_object::abi::PyObject;
use taipan_object::{Object, Own, Owned, PyStr};
use taipan_runtime::Thread;

const ENTRIES: usize = 512;
/// An instruction and its caches: as many as `LOAD_ATTR` has.
const UNITS: usize = 10;

/// What is known of an attribute of the objects of a type.
#[derive(Default)]
struct Entry {
    /// Kept, so that no other string can come to lie there.
    name: Option<Owned<PyStr>>,
    /// The version that the type had.
    version: u32,
    access: Access,
    /// The instruction as it would be specialised, with its cache; `CACHE` if there is no form for it.
    units: [u16; UNITS],
}

/// What is done with an attribute.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub enum Access {
    /// `LOAD_ATTR`.
    #[default]
    Load,
    /// `LOAD_ATTR` for a call.
    Call,
    /// `STORE_ATTR`.
    Store,
}

/// What an interpreter knows of attributes.
#[derive(Default)]
pub struct Attributes {
    entries: OnceCell<Box<[UnsafeCell<Entry>]>>,
    /// Nothing is learnt any more.
    closed: Cell<bool>,
}

impl Attributes {
    /// Forgets everything, for good: the interpreter ends.
    pub fn close(&self) {
        self.closed.set(true);
        for entry in self.entries.get().into_iter().flatten() {
            // SAFETY: under the GIL, and giving up a string runs no code.
            unsafe { *entry.get() = Entry::default() };
        }
    }
}

impl Entry {
    #[inline(always)]
    fn is_for(&self, version: u32, name: *const PyStr, access: Access) -> bool {
        let known = self.name.as_ref().map_or(core::ptr::null(), |known| &raw const **known);
        self.version == version && core::ptr::eq(known, name) && self.access == access && version != 0
    }
}

#[inline(always)]
fn place(version: u32, name: *const PyStr, access: Access) -> usize {
    (version as usize ^ (name.cast::<u8>() as usize >> 4) ^ ((access as usize) << 4)) % ENTRIES
}

/// Learns how the objects of a type keep an attribute. The instruction is specialised for another type.
///
/// # Safety
/// `owner` is live.
pub unsafe fn learn(t: &Thread, owner: &Object, name: &PyStr, access: Access) {
    let attributes = &crate::state::state(t).attributes;
    if attributes.closed.get() {
        return;
    }
    // SAFETY: under the GIL; giving up a string runs no code. The units are those of an instruction with its caches.
    unsafe {
        let class = owner.class().as_type_ptr();
        let entries = attributes.entries.get_or_init(|| (0..ENTRIES).map(|_| UnsafeCell::default()).collect());
        if (*entries[place((*class).tp_version_tag, name, access)].get()).is_for((*class).tp_version_tag, name, access)
        {
            return;
        }
        let mut units = [0; UNITS];
        let found = match access {
            Access::Store => specialize::store_form(t, units.as_mut_ptr(), owner, name),
            _ => specialize::instance_attr(t, units.as_mut_ptr(), owner, name, access == Access::Call),
        };
        units[0] = found.map_or(0, u16::from);
        let version = (*class).tp_version_tag;
        *entries[place(version, name, access)].get() = Entry { name: Some(name.own()), version, access, units };
    }
}

/// The instruction for an attribute as it would be specialised; null if it is not known, or if the instruction is to be
/// specialised anew.
#[inline(always)]
unsafe fn find(t: &Thread, ip: *mut u16, owner: &Object, name: &PyStr, access: Access) -> *const u16 {
    // SAFETY: nothing runs while the entry is in use; it lives as long as the interpreter. The instruction has a cache.
    unsafe {
        let version = (*owner.class().as_type_ptr()).tp_version_tag;
        let Some(entries) = crate::state::state(t).attributes.entries.get() else { return core::ptr::null() };
        let entry = &*entries.get_unchecked(place(version, name, access)).get();
        let counter = *ip.add(1);
        if counter < 16 || !entry.is_for(version, name, access) {
            return core::ptr::null();
        }
        *ip.add(1) = counter - 16;
        entry.units.as_ptr()
    }
}

/// The value of an attribute, borrowed; null if the general form has to find it.
///
/// # Safety
/// `ip` points to a specialised `LOAD_ATTR` for another type.
#[cold]
#[inline(never)]
pub unsafe fn value(t: &Thread, ip: *mut u16, owner: &Object, name: &PyStr) -> *mut PyObject {
    // SAFETY: the bodies check what the instruction's cache says.
    unsafe {
        let known = find(t, ip, owner, name, Access::Load);
        if known.is_null() {
            return core::ptr::null_mut();
        }
        match *known as u8 {
            op::LOAD_ATTR_INSTANCE_VALUE => fast::instance_value(known, owner),
            op::LOAD_ATTR_SLOT => {
                let slot = fast::slot_place(known, owner);
                if slot.is_null() { core::ptr::null_mut() } else { *slot }
            }
            op::LOAD_ATTR_NONDESCRIPTOR_WITH_VALUES => fast::type_attr_with_values(known, owner),
            op::LOAD_ATTR_NONDESCRIPTOR_NO_DICT => fast::type_attr_no_dict(known, owner),
            _ => core::ptr::null_mut(),
        }
    }
}

/// The function of a method, borrowed; null if the general form has to find it.
///
/// # Safety
/// As [`value`].
#[cold]
#[inline(never)]
pub unsafe fn method(t: &Thread, ip: *mut u16, owner: &Object, name: &PyStr) -> *mut PyObject {
    // SAFETY: as in `value`.
    unsafe {
        let known = find(t, ip, owner, name, Access::Call);
        if known.is_null() {
            return core::ptr::null_mut();
        }
        match *known as u8 {
            op::LOAD_ATTR_METHOD_WITH_VALUES => fast::type_attr_with_values(known, owner),
            op::LOAD_ATTR_METHOD_NO_DICT => fast::type_attr_no_dict(known, owner),
            _ => core::ptr::null_mut(),
        }
    }
}

/// Assigns to an attribute: the old value, which may be null, to be given up. `None` if the general form has to do it.
/// Takes the value's word over.
///
/// # Safety
/// `ip` points to a specialised `STORE_ATTR` for another type.
#[cold]
#[inline(never)]
pub unsafe fn store(t: &Thread, ip: *mut u16, owner: &Object, name: &PyStr, value: StackRef) -> Option<*mut PyObject> {
    // SAFETY: as in `value`.
    unsafe {
        let known = find(t, ip, owner, name, Access::Store);
        if known.is_null() {
            return None;
        }
        match *known as u8 {
            op::STORE_ATTR_INSTANCE_VALUE => fast::store_instance_value(known, owner, value),
            op::STORE_ATTR_SLOT => {
                let slot = fast::slot_place(known, owner);
                if slot.is_null() {
                    return None;
                }
                Some(core::mem::replace(&mut *slot, value.make_strong().as_ptr()))
            }
            _ => None,
        }
    }
}
