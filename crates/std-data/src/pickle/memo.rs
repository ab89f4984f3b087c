//! The memo of a pickler: objects by identity.

use taipan_object::{Object, Owned, Traverse, Visitor};

/// Objects that a pickle already contains, with their indices. It keeps the objects alive.
#[derive(Default)]
pub struct Memo {
    slots: Vec<Option<(Owned, usize)>>,
    used: usize,
}

const SMALLEST: usize = 8;

impl Memo {
    /// The number of objects.
    pub const fn len(&self) -> usize {
        self.used
    }

    /// The number of places.
    pub fn capacity(&self) -> usize {
        self.slots.len().max(SMALLEST)
    }

    /// Where an address is, or the free place where it belongs.
    fn place(&self, key: usize) -> usize {
        let mask = self.slots.len() - 1;
        let hash = key >> 3;
        let mut i = hash & mask;
        let mut perturb = hash;
        loop {
            match &self.slots[i] {
                Some((object, _)) if object.as_ptr() as usize != key => {}
                _ => return i,
            }
            perturb >>= 5;
            i = (i.wrapping_mul(5).wrapping_add(perturb).wrapping_add(1)) & mask;
        }
    }

    /// The index of an object.
    pub fn get(&self, object: &Object) -> Option<usize> {
        if self.slots.is_empty() {
            return None;
        }
        self.slots[self.place(object.as_ptr() as usize)].as_ref().map(|(_, index)| *index)
    }

    /// Enters an object.
    pub fn insert(&mut self, object: Owned, index: usize) {
        if self.slots.is_empty() {
            self.slots.resize_with(SMALLEST, || None);
        }
        let at = self.place(object.as_ptr() as usize);
        if let Some(entry) = &mut self.slots[at] {
            // The same object is held already, so dropping this reference does nothing.
            entry.1 = index;
            return;
        }
        self.slots[at] = Some((object, index));
        self.used += 1;
        if self.used * 3 >= self.slots.len() * 2 {
            let wanted = self.used * if self.used > 50_000 { 2 } else { 4 };
            let old = std::mem::take(&mut self.slots);
            self.slots.resize_with((wanted + 1).next_power_of_two(), || None);
            for entry in old.into_iter().flatten() {
                let at = self.place(entry.0.as_ptr() as usize);
                self.slots[at] = Some(entry);
            }
        }
    }

    /// Everything, in no particular order.
    pub fn entries(&self) -> impl Iterator<Item = (&Owned, usize)> {
        self.slots.iter().flatten().map(|(object, index)| (object, *index))
    }

    /// A copy.
    pub fn copy(&self) -> Self {
        Self { slots: self.slots.clone(), used: self.used }
    }
}

impl Traverse for Memo {
    fn traverse(&self, visitor: &mut Visitor<'_>) {
        for (object, _) in self.entries() {
            object.traverse(visitor);
        }
    }
}
