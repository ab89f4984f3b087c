//! A map that never changes: a new map shares all but the changed path with the old one (a hash array mapped trie). Its
//! nodes are objects because the collector must see each of their references once. Contexts keep their variables in one.

use taipan_object::{Head, Object, Own, Owned, PyResult, Thread, Traverse, Visitor, class, new_object, object};

/// A key that is looked for.
pub trait Key {
    /// Its object.
    fn object(&self) -> &Object;
    /// Its hash.
    fn hash(&self) -> u64;
    /// Whether a key of the map is the same.
    fn is(&self, hash: u64, key: &Object) -> PyResult<bool>;
}

/// Bits of the hash that one level looks at.
const BITS: u32 = 5;

enum Item {
    Leaf(u64, Owned, Owned),
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
    Single(Box<(u64, Owned, Owned)>),
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
    pub fn get(&self, key: &impl Key) -> PyResult<Option<Owned>> {
        let mut node = self;
        let mut shift = 0;
        let hash = key.hash();
        while shift < u64::BITS {
            let bit = bit_of(hash, shift);
            if node.bitmap & bit == 0 {
                return Ok(None);
            }
            match node.items.get(node.index(bit)) {
                Some(Item::Branch(below)) => node = below,
                Some(Item::Leaf(found_hash, found, value)) => {
                    return Ok(key.is(*found_hash, found)?.then(|| value.clone()));
                }
                None => return Ok(None),
            }
            shift += BITS;
        }
        Ok(match node.collision(key)? {
            Some(at) => node.items.get(at).and_then(|item| match item {
                Item::Leaf(_, _, value) => Some(value.clone()),
                Item::Branch(_) => None,
            }),
            None => None,
        })
    }

    /// Where a key is in a plain list.
    fn collision(&self, key: &impl Key) -> PyResult<Option<usize>> {
        for (at, item) in self.items.iter().enumerate() {
            if let Item::Leaf(hash, found, _) = item
                && key.is(*hash, found)?
            {
                return Ok(Some(at));
            }
        }
        Ok(None)
    }

    /// The map with a key set, and whether the key is new.
    pub fn with(&self, t: &Thread, shift: u32, key: &impl Key, value: &Owned) -> PyResult<(Owned<Self>, bool)> {
        let hash = key.hash();
        // A key that is there already stays.
        let leaf =
            |old: Option<&Owned>| Item::Leaf(hash, old.map_or_else(|| key.object().own(), Clone::clone), value.clone());
        if shift >= u64::BITS {
            if let Some(at) = self.collision(key)? {
                let old = self.items.get(at).and_then(|item| match item {
                    Item::Leaf(_, old, _) => Some(old),
                    Item::Branch(_) => None,
                });
                return Ok((make(t, 0, self.copy_with(at, leaf(old)))?, false));
            }
            let mut items: Vec<Item> = self.items.iter().map(Item::share).collect();
            items.push(leaf(None));
            return Ok((make(t, 0, items)?, true));
        }
        let bit = bit_of(hash, shift);
        let at = self.index(bit);
        if self.bitmap & bit == 0 {
            let mut items: Vec<Item> = Vec::with_capacity(self.items.len() + 1);
            items.extend(self.items.iter().take(at).map(Item::share));
            items.push(leaf(None));
            items.extend(self.items.iter().skip(at).map(Item::share));
            return Ok((make(t, self.bitmap | bit, items)?, true));
        }
        let (item, added) = match self.items.get(at) {
            Some(Item::Branch(below)) => {
                let (below, added) = below.with(t, shift + BITS, key, value)?;
                (Item::Branch(below), added)
            }
            Some(Item::Leaf(old_hash, old_key, old_value)) => {
                if key.is(*old_hash, old_key)? {
                    (leaf(Some(old_key)), false)
                } else {
                    (Item::Branch(self.pair(t, shift + BITS, (*old_hash, old_key, old_value), leaf(None))?), true)
                }
            }
            None => (leaf(None), true),
        };
        Ok((make(t, self.bitmap, self.copy_with(at, item))?, added))
    }

    /// Two different keys that met one level higher.
    fn pair(&self, t: &Thread, shift: u32, old: (u64, &Owned, &Owned), new: Item) -> PyResult<Owned<Self>> {
        let (old_hash, old_key, old_value) = old;
        let old_item = Item::Leaf(old_hash, old_key.clone(), old_value.clone());
        let Item::Leaf(new_hash, ..) = new else { return make(t, 0, vec![old_item, new]) };
        if shift >= u64::BITS {
            return make(t, 0, vec![old_item, new]);
        }
        let (old_bit, new_bit) = (bit_of(old_hash, shift), bit_of(new_hash, shift));
        if old_bit == new_bit {
            let below = self.pair(t, shift + BITS, old, new)?;
            return make(t, old_bit, vec![Item::Branch(below)]);
        }
        let items = if old_bit < new_bit { vec![old_item, new] } else { vec![new, old_item] };
        make(t, old_bit | new_bit, items)
    }

    /// The map without a key.
    pub fn without(&self, t: &Thread, shift: u32, key: &impl Key) -> PyResult<Without> {
        let is_list = shift >= u64::BITS;
        let bit = if is_list { 0 } else { bit_of(key.hash(), shift) };
        let at = if is_list {
            self.collision(key)?
        } else if self.bitmap & bit == 0 {
            None
        } else {
            Some(self.index(bit))
        };
        let Some((at, item)) = at.and_then(|at| Some((at, self.items.get(at)?))) else { return Ok(Without::Missing) };
        let replaced = match item {
            Item::Leaf(hash, found, _) if !is_list && !key.is(*hash, found)? => return Ok(Without::Missing),
            Item::Leaf(..) => None,
            Item::Branch(below) => match below.without(t, shift + BITS, key)? {
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
    pub fn collect(&self, out: &mut Vec<(Owned, Owned)>) {
        for item in &self.items {
            match item {
                Item::Leaf(_, key, value) => out.push((key.clone(), value.clone())),
                Item::Branch(node) => node.collect(out),
            }
        }
    }
}
