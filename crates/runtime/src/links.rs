//! Rings of nodes that are part of larger structures (`struct llist_node`): whoever is on a ring is found and leaves it
//! without a search, and other processes can follow it.

use core::cell::Cell;
use core::ptr::{addr_eq, from_ref, null};

/// A node of a ring, or its head, which belongs to the ring but stands for nothing. A node that is on no ring is empty.
#[repr(C)]
pub struct Links {
    next: Cell<*const Links>,
    prev: Cell<*const Links>,
}

impl Links {
    /// On no ring.
    pub const fn new() -> Self {
        Self { next: Cell::new(null()), prev: Cell::new(null()) }
    }

    /// Makes this the head of an empty ring.
    ///
    /// # Safety
    /// The head is on no ring, and is neither moved nor freed before it has been emptied.
    pub unsafe fn init(&self) {
        self.next.set(self);
        self.prev.set(self);
    }

    /// Whether this is on a ring.
    #[inline]
    pub fn is_linked(&self) -> bool {
        !self.next.get().is_null()
    }

    /// Puts a node at the end of the ring of which this is the head.
    ///
    /// # Safety
    /// This is a head; the node is on no ring, and leaves this one before it is moved or freed.
    #[inline]
    pub unsafe fn push(&self, node: &Self) {
        // SAFETY: those on a ring are alive.
        unsafe {
            let last = self.prev.replace(node);
            node.prev.set(last);
            node.next.set(self);
            (*last).next.set(node);
        }
    }

    /// Takes a node off its ring, if it is on one.
    #[inline]
    pub fn leave(&self) {
        let next = self.next.replace(null());
        if next.is_null() {
            return;
        }
        let prev = self.prev.replace(null());
        // SAFETY: those on a ring are alive (`init` and `push` make sure of that).
        unsafe {
            (*prev).next.set(next);
            (*next).prev.set(prev);
        }
    }

    /// Takes all nodes off the ring of which this is the head. Does nothing to a head that was never made one.
    pub fn empty(&self) {
        while self.is_linked() {
            let first = self.next.get();
            if addr_eq(first, self) {
                return;
            }
            // SAFETY: those on a ring are alive.
            unsafe { (*first).leave() };
        }
    }

    /// Puts all nodes of another ring, in their order, at the end of this one.
    ///
    /// # Safety
    /// Both are heads of different rings.
    pub unsafe fn append(&self, other: &Self) {
        // SAFETY: those on a ring are alive; the other head is left as that of an empty ring.
        unsafe {
            let (first, last) = (other.next.get(), other.prev.get());
            if addr_eq(first, other) {
                return;
            }
            other.init();
            let before = self.prev.replace(last);
            (*before).next.set(first);
            (*first).prev.set(before);
            (*last).next.set(self);
        }
    }

    /// The nodes of the ring of which this is the head, the first one first.
    pub fn nodes(&self) -> Vec<*const Self> {
        let mut all = Vec::new();
        let mut at = self.next.get();
        while !at.is_null() && !addr_eq(at, from_ref(self)) {
            all.push(at);
            // SAFETY: those on a ring are alive.
            at = unsafe { (*at).next.get() };
        }
        all
    }
}

impl Default for Links {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::Links;
    use core::ptr::from_ref;

    #[test]
    fn nodes_come_and_go() {
        let (head, other, nodes) = (Links::new(), Links::new(), [Links::new(), Links::new(), Links::new()]);
        let [a, b, c] = nodes.each_ref().map(from_ref);
        // SAFETY: heads and nodes stay where they are until the end, where they are off the rings.
        unsafe {
            head.init();
            other.init();
            head.push(&nodes[0]);
            head.push(&nodes[1]);
            other.push(&nodes[2]);
            other.append(&head);
        }
        assert_eq!((head.nodes(), other.nodes()), (vec![], vec![c, a, b]));
        nodes[0].leave();
        nodes[0].leave();
        assert!(!nodes[0].is_linked() && nodes[1].is_linked());
        // SAFETY: as above.
        unsafe { head.append(&other) };
        assert_eq!((head.nodes(), other.nodes()), (vec![c, b], vec![]));
        head.empty();
        assert!(head.nodes().is_empty() && !nodes[2].is_linked());
        Links::new().empty();
    }
}
