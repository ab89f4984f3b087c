//! Lists of living objects that do not keep them alive.

use crate::handle::{Object, Own, Owned, Traverse, Visitor};
use core::cell::{Cell, RefCell};
use core::ptr::NonNull;
use taipan_runtime::abi::PyObject;
use taipan_runtime::refcount;

/// Objects that have entered and neither left nor died.
#[derive(Default)]
pub struct Roster {
    places: RefCell<Vec<Option<NonNull<PyObject>>>>,
    free: RefCell<Vec<usize>>,
}

impl Roster {
    /// The objects on the list.
    pub fn members(&self) -> Vec<Owned> {
        let places = self.places.borrow();
        // SAFETY: a place is given up when its object is freed; one that is being destroyed has count zero.
        let alive = places.iter().flatten().filter(|op| unsafe { refcount::refcnt(op.as_ptr()) } != 0);
        // SAFETY: as above.
        alive.map(|op| unsafe { Object::from_ptr(op.as_ptr()) }.own()).collect()
    }
}

/// An object's place on a [`Roster`]: a field of the object, given up when the object is freed.
#[derive(Default)]
pub struct Membership(Cell<Option<(&'static Roster, usize)>>);

impl Membership {
    /// Puts the object on the list, once. `owner` is the object that has this field, and only that one is entered.
    pub fn enter(&self, owner: &Object, roster: &'static Roster) {
        let this = core::ptr::from_ref(self).addr();
        let start = core::ptr::from_ref(owner).addr();
        // Else the place could outlive the object.
        if !(start..start.saturating_add(owner.class().basic_size())).contains(&this) || self.0.get().is_some() {
            return;
        }
        let place = NonNull::new(owner.as_ptr());
        let index = match roster.free.borrow_mut().pop() {
            Some(index) => index,
            None => {
                roster.places.borrow_mut().push(None);
                roster.places.borrow().len() - 1
            }
        };
        if let Some(slot) = roster.places.borrow_mut().get_mut(index) {
            *slot = place;
        }
        self.0.set(Some((roster, index)));
    }

    /// Takes the object off the list.
    pub fn leave(&self) {
        if let Some((roster, index)) = self.0.take() {
            if let Some(slot) = roster.places.borrow_mut().get_mut(index) {
                *slot = None;
            }
            roster.free.borrow_mut().push(index);
        }
    }
}

impl Drop for Membership {
    fn drop(&mut self) {
        self.leave();
    }
}

impl Traverse for Membership {
    fn traverse(&self, _visitor: &mut Visitor<'_>) {}

    fn clear(&self) {}
}
