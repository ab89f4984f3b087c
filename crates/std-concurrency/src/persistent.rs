//! A map from context variables to values that never changes: a new map shares all but the changed path with the old
//! one (a hash array mapped trie). Its nodes are objects because the collector must see each of their references once.

use crate::contextvars::PyContextVar;
use taipan_object::{Head, Own, Owned, PyResult, Thread, Traverse, Visitor, class, new_object, object};

/// Bits of the hash that one level looks at.
const BITS: u32 = 5;

enum Item {
    Leaf(u64, Owned<PyContextVar>, Owned),
    Branch(Owned<Node>),
}

impl Item {
    fn share(&self) -> Self {
        match self {
            Self::Leaf(hash, key, value) => Self::Leaf(*hash, key.clone(), value.clone()),
            Self::Branch(node) => Self::Branch(node.clone()),
        }
    }
}

impl Traverse for Item {
    fn traverse(&self, visitor: &mut Visitor<'_>) {
        match self {
            Self::Leaf(_, key, value) => {
                key.traverse(visitor);
                value.traverse(visitor);
            }
            Self::Branch(node) => node.traverse(visitor),
        }
    }
}

/// A node: the items whose bits are set, in order. Below the last bits of the hash a node is a plain list.
#[object]
pub struct Node {
    bitmap: u32,
    items: Vec<Item>,
}

#[class(name = "hamt_node", flags(HAVE_GC), no_new)]
impl Node {}

/// What is left when a key was taken out.
pub enum Without {
    Missing,
    Empty,
    Node(Owned<Node>),
    Single(Box<(u64, Owned<PyContextVar>, Owned)>),
}

const fn bit_of(hash: u64, shift: u32) -> u32 {
    1 << ((hash >> shift) & 31)
}

fn make(t: &Thread, bitmap: u32, items: Vec<Item>) -> PyResult<Owned<Node>> {
    new_object(t, Node { head: Head::new(), bitmap, items })
}

impl Node {
    /// The map without items.
    pub fn empty(t: &Thread) -> PyResult<Owned<Self>> {
        make(t, 0, Vec::new())
    }

    const fn index(&self, bit: u32) -> usize {
        (self.bitmap & (bit - 1)).count_ones() as usize
    }

    fn copy_with(&self, at: usize, item: Item) -> Vec<Item> {
        let mut item = Some(item);
        let each =
            |(i, old): (usize, &Item)| if i == at { item.take().unwrap_or_else(|| old.share()) } else { old.share() };
        self.items.iter().enumerate().map(each).collect()
    }

    fn copy_without(&self, at: usize) -> Vec<Item> {
        self.items.iter().enumerate().filter(|&(i, _)| i != at).map(|(_, item)| item.share()).collect()
    }

    /// The value of a key.
    pub fn get(&self, key: &PyContextVar, hash: u64) -> Option<Owned> {
        let mut node = self;
        let mut shift = 0;
        while shift < u64::BITS {
            let bit = bit_of(hash, shift);
            if node.bitmap & bit == 0 {
                return None;
            }
            match node.items.get(node.index(bit))? {
                Item::Branch(below) => node = below,
                Item::Leaf(_, found, value) => return core::ptr::eq(&raw const **found, key).then(|| value.clone()),
            }
            shift += BITS;
        }
        node.items.iter().find_map(|item| match item {
            Item::Leaf(_, found, value) if core::ptr::eq(&raw const **found, key) => Some(value.clone()),
            _ => None,
        })
    }

    /// The map with a key set, and whether the key is new.
    pub fn with(
        &self,
        t: &Thread,
        shift: u32,
        key: &PyContextVar,
        hash: u64,
        value: &Owned,
    ) -> PyResult<(Owned<Self>, bool)> {
        let leaf = || Item::Leaf(hash, key.own(), value.clone());
        if shift >= u64::BITS {
            let same =
                self.items.iter().position(|i| matches!(i, Item::Leaf(_, k, _) if core::ptr::eq(&raw const **k, key)));
            if let Some(at) = same {
                return Ok((make(t, 0, self.copy_with(at, leaf()))?, false));
            }
            let mut items: Vec<Item> = self.items.iter().map(Item::share).collect();
            items.push(leaf());
            return Ok((make(t, 0, items)?, true));
        }
        let bit = bit_of(hash, shift);
        let at = self.index(bit);
        if self.bitmap & bit == 0 {
            let mut items: Vec<Item> = Vec::with_capacity(self.items.len() + 1);
            items.extend(self.items.iter().take(at).map(Item::share));
            items.push(leaf());
            items.extend(self.items.iter().skip(at).map(Item::share));
            return Ok((make(t, self.bitmap | bit, items)?, true));
        }
        let (item, added) = match self.items.get(at) {
            Some(Item::Branch(below)) => {
                let (below, added) = below.with(t, shift + BITS, key, hash, value)?;
                (Item::Branch(below), added)
            }
            Some(Item::Leaf(old_hash, old_key, old_value)) if !core::ptr::eq(&raw const **old_key, key) => {
                // Two keys meet here: both move one level down.
                let one = Self::empty(t)?.with(t, shift + BITS, old_key, *old_hash, old_value)?.0;
                (Item::Branch(one.with(t, shift + BITS, key, hash, value)?.0), true)
            }
            _ => (leaf(), false),
        };
        Ok((make(t, self.bitmap, self.copy_with(at, item))?, added))
    }

    /// The map without a key.
    pub fn without(&self, t: &Thread, shift: u32, key: &PyContextVar, hash: u64) -> PyResult<Without> {
        let collision = shift >= u64::BITS;
        let bit = if collision { 0 } else { bit_of(hash, shift) };
        let at = if collision {
            self.items.iter().position(|i| matches!(i, Item::Leaf(_, k, _) if core::ptr::eq(&raw const **k, key)))
        } else if self.bitmap & bit == 0 {
            None
        } else {
            Some(self.index(bit))
        };
        let Some((at, item)) = at.and_then(|at| Some((at, self.items.get(at)?))) else { return Ok(Without::Missing) };
        let replaced = match item {
            Item::Leaf(_, found, _) if !core::ptr::eq(&raw const **found, key) => return Ok(Without::Missing),
            Item::Leaf(..) => None,
            Item::Branch(below) => match below.without(t, shift + BITS, key, hash)? {
                Without::Missing => return Ok(Without::Missing),
                Without::Empty => None,
                Without::Node(node) => Some(Item::Branch(node)),
                Without::Single(leaf) => Some(Item::Leaf(leaf.0, leaf.1, leaf.2)),
            },
        };
        let (bitmap, items) = match replaced {
            Some(item) => (self.bitmap, self.copy_with(at, item)),
            None => (self.bitmap & !bit, self.copy_without(at)),
        };
        // A leaf alone moves up, so that equal maps have equal shapes.
        Ok(match items.as_slice() {
            [] => Without::Empty,
            [Item::Leaf(hash, key, value)] if shift > 0 => {
                Without::Single(Box::new((*hash, key.clone(), value.clone())))
            }
            _ => Without::Node(make(t, bitmap, items)?),
        })
    }

    /// All keys and values.
    pub fn collect(&self, out: &mut Vec<(Owned<PyContextVar>, Owned)>) {
        for item in &self.items {
            match item {
                Item::Leaf(_, key, value) => out.push((key.clone(), value.clone())),
                Item::Branch(node) => node.collect(out),
            }
        }
    }
}
