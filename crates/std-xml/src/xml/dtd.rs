//! What a document declares: entities, attributes and their defaults, and the names it uses.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

/// The number of a name in a table of [`Names`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct NameId(pub u32);

impl NameId {
    const fn index(self) -> usize {
        self.0 as usize
    }
}

/// Names of elements and attributes, and those made of them by namespaces: each is stored once and has a number, which
/// users may key caches by. A parser shares them with those of its external entities.
pub struct Names {
    by_text: HashMap<Rc<str>, NameId>,
    texts: Vec<Rc<str>>,
    /// Names looked up lately, by a hash that costs little: most lookups end here.
    recent: [u32; RECENT],
}

const RECENT: usize = 256;

impl Default for Names {
    fn default() -> Self {
        Self { by_text: HashMap::new(), texts: Vec::new(), recent: [u32::MAX; RECENT] }
    }
}

/// Where a name is among the recent ones.
fn recent_place(text: &[u8]) -> usize {
    let mut hash = text.len();
    for &b in text.iter().rev().take(4) {
        hash = hash.wrapping_mul(31) ^ usize::from(b);
    }
    hash % RECENT
}

impl Names {
    /// The number of a name; `bool` says whether it is new.
    pub fn intern(&mut self, text: &str) -> (NameId, bool) {
        let place = recent_place(text.as_bytes());
        let recent = self.recent[place];
        if self.texts.get(recent as usize).is_some_and(|known| **known == *text) {
            return (NameId(recent), false);
        }
        if let Some(&id) = self.by_text.get(text) {
            self.recent[place] = id.0;
            return (id, false);
        }
        let id = NameId(self.texts.len() as u32);
        self.recent[place] = id.0;
        let text: Rc<str> = text.into();
        self.texts.push(Rc::clone(&text));
        self.by_text.insert(text, id);
        (id, true)
    }

    /// The name of a number.
    pub fn get(&self, id: NameId) -> &str {
        self.texts.get(id.index()).map_or("", |text| text)
    }
}

/// A namespace prefix.
#[derive(Clone)]
pub struct Prefix {
    pub name: Rc<str>,
    /// The binding in force, by its place in the parser's list.
    pub binding: Option<usize>,
}

/// A name with its namespace, found for the last binding of the prefix.
#[derive(Clone, Copy)]
pub struct Expanded {
    pub uri: NameId,
    pub prefixed: bool,
    pub name: NameId,
}

/// A name that elements have.
#[derive(Clone)]
pub struct ElementType {
    pub name: NameId,
    pub prefix: Option<usize>,
    /// Where the local part begins.
    pub local_start: usize,
    pub defaults: Vec<DefaultAttribute>,
    /// The first declaration of an attribute counts.
    default_of: HashMap<usize, usize>,
    pub has_id: bool,
    pub expanded: Option<Expanded>,
}

impl ElementType {
    /// Whether an attribute was declared with another type than CDATA.
    pub fn is_tokenized(&self, attribute: usize) -> bool {
        self.default_of.get(&attribute).and_then(|&i| self.defaults.get(i)).is_some_and(|d| !d.is_cdata)
    }
}

/// A declared attribute of an element.
#[derive(Clone)]
pub struct DefaultAttribute {
    pub id: usize,
    pub is_cdata: bool,
    pub value: Option<Rc<str>>,
}

/// What an attribute's name means for namespaces.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Namespace {
    None,
    /// It has a prefix.
    Prefixed(usize),
    /// It declares this prefix.
    Declares(usize),
}

/// A name that attributes have.
#[derive(Clone)]
pub struct AttributeId {
    pub name: NameId,
    pub namespace: Namespace,
    pub local: NameId,
    pub maybe_tokenized: bool,
    /// The last start tag that had it, so that duplicates are noticed.
    pub seen: u64,
    pub expanded: Option<Expanded>,
}

/// An entity.
#[derive(Clone)]
pub struct Entity {
    pub name: Rc<str>,
    /// The replacement text of an internal entity.
    pub text: Option<Rc<[u8]>>,
    pub system_id: Option<Rc<str>>,
    pub base: Option<Rc<str>>,
    pub public_id: Option<Rc<str>>,
    pub notation: Option<Rc<str>>,
    pub is_open: bool,
    pub is_param: bool,
    /// Declared in the document itself, outside of parameter entities.
    pub is_internal: bool,
}

/// Entities by name, in the order of their declaration.
#[derive(Clone, Default)]
pub struct Entities {
    by_name: HashMap<Rc<str>, usize>,
    pub list: Vec<Entity>,
}

impl Entities {
    /// The place of an entity.
    pub fn find(&self, name: &str) -> Option<usize> {
        self.by_name.get(name).copied()
    }

    /// A new entity, unless there is one of this name.
    pub fn declare(&mut self, name: &str, is_param: bool, is_internal: bool) -> Option<usize> {
        if self.by_name.contains_key(name) {
            return None;
        }
        let name: Rc<str> = name.into();
        let place = self.list.len();
        self.by_name.insert(Rc::clone(&name), place);
        self.list.push(Entity {
            name,
            text: None,
            system_id: None,
            base: None,
            public_id: None,
            notation: None,
            is_open: false,
            is_param,
            is_internal,
        });
        Some(place)
    }

    fn close_all(&mut self) {
        for entity in &mut self.list {
            entity.is_open = false;
        }
    }
}

/// A node of a content model under construction.
#[derive(Clone)]
pub struct ScaffoldNode {
    pub kind: ContentKind,
    pub quantifier: super::role::Quantifier,
    pub name: Option<NameId>,
    pub children: Vec<u32>,
}

/// The kinds of content models, numbered as `XML_CTYPE_*`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum ContentKind {
    Empty = 1,
    Any = 2,
    Mixed = 3,
    Name = 4,
    Choice = 5,
    Sequence = 6,
}

/// The prefix that stands for none.
pub const DEFAULT_PREFIX: usize = 0;

/// All declarations. External parameter entities share them with the document, general ones have a copy.
#[derive(Clone)]
pub struct Dtd {
    pub names: Rc<RefCell<Names>>,
    pub general: Entities,
    pub param: Entities,
    pub elements: Vec<ElementType>,
    element_of: Vec<u32>,
    pub attributes: Vec<AttributeId>,
    attribute_of: Vec<u32>,
    pub prefixes: Vec<Prefix>,
    prefix_of: HashMap<Rc<str>, usize>,
    /// Counts start tags.
    pub tag: u64,
    /// Declarations are still to be believed.
    pub keep_processing: bool,
    pub has_param_entity_refs: bool,
    pub standalone: bool,
    pub param_entity_read: bool,
    /// The value of the entity being declared.
    pub entity_value: Vec<u8>,
    pub in_element_decl: bool,
    pub scaffold: Vec<ScaffoldNode>,
    pub scaffold_path: Vec<u32>,
}

fn slot(table: &mut Vec<u32>, id: NameId) -> &mut u32 {
    if table.len() <= id.index() {
        table.resize(id.index() + 1, u32::MAX);
    }
    &mut table[id.index()]
}

impl Dtd {
    /// Without declarations.
    pub fn new() -> Self {
        Self {
            names: Rc::default(),
            general: Entities::default(),
            param: Entities::default(),
            elements: Vec::new(),
            element_of: Vec::new(),
            attributes: Vec::new(),
            attribute_of: Vec::new(),
            prefixes: vec![Prefix { name: "".into(), binding: None }],
            prefix_of: HashMap::new(),
            tag: 0,
            keep_processing: true,
            has_param_entity_refs: false,
            standalone: false,
            param_entity_read: false,
            entity_value: Vec::new(),
            in_element_decl: false,
            scaffold: Vec::new(),
            scaffold_path: Vec::new(),
        }
    }

    /// A copy for the parser of an external general entity: no prefix is bound, no entity open.
    pub fn copy(&self) -> Self {
        let mut copy = self.clone();
        copy.general.close_all();
        copy.param.close_all();
        for prefix in &mut copy.prefixes {
            prefix.binding = None;
        }
        copy
    }

    /// The place of a prefix.
    pub fn prefix(&mut self, name: &str) -> usize {
        if let Some(&place) = self.prefix_of.get(name) {
            return place;
        }
        let name: Rc<str> = name.into();
        let place = self.prefixes.len();
        self.prefixes.push(Prefix { name: Rc::clone(&name), binding: None });
        self.prefix_of.insert(name, place);
        place
    }

    /// The element type of a name; `bool` says whether anything was stored for it.
    pub fn element(&mut self, name: &str, namespaces: bool) -> (usize, bool) {
        let (id, _) = self.names.borrow_mut().intern(name);
        let place = *slot(&mut self.element_of, id);
        if place != u32::MAX {
            return (place as usize, false);
        }
        let place = self.elements.len();
        self.element_of[id.index()] = place as u32;
        let colon = if namespaces { name.find(':') } else { None };
        let prefix = colon.map(|at| self.prefix(&name[..at]));
        self.elements.push(ElementType {
            name: id,
            prefix,
            local_start: colon.map_or(0, |at| at + 1),
            defaults: Vec::new(),
            default_of: HashMap::new(),
            has_id: false,
            expanded: None,
        });
        (place, true)
    }

    /// The attribute of a name; `bool` says whether anything was stored for it.
    pub fn attribute(&mut self, name: &str, namespaces: bool) -> (usize, bool) {
        let (id, _) = self.names.borrow_mut().intern(name);
        let place = *slot(&mut self.attribute_of, id);
        if place != u32::MAX {
            return (place as usize, false);
        }
        let place = self.attributes.len();
        self.attribute_of[id.index()] = place as u32;
        let mut local = id;
        let namespace = match (namespaces, name.strip_prefix("xmlns")) {
            (false, _) => Namespace::None,
            (true, Some("")) => Namespace::Declares(DEFAULT_PREFIX),
            (true, Some(rest)) if rest.starts_with(':') => Namespace::Declares(self.prefix(&rest[1..])),
            (true, _) => match name.split_once(':') {
                Some((prefix, rest)) => {
                    local = self.names.borrow_mut().intern(rest).0;
                    Namespace::Prefixed(self.prefix(prefix))
                }
                None => Namespace::None,
            },
        };
        self.attributes.push(AttributeId {
            name: id,
            namespace,
            local,
            maybe_tokenized: false,
            seen: 0,
            expanded: None,
        });
        (place, true)
    }

    /// Declares an attribute of an element.
    pub fn define_attribute(
        &mut self,
        element: usize,
        attribute: usize,
        is_cdata: bool,
        is_id: bool,
        value: Option<Rc<str>>,
    ) {
        let (Some(element), Some(id)) = (self.elements.get_mut(element), self.attributes.get_mut(attribute)) else {
            return;
        };
        if value.is_some() || is_id {
            // A default must not duplicate what was declared without.
            if element.default_of.contains_key(&attribute) {
                return;
            }
            element.has_id |= is_id;
        }
        let place = element.defaults.len();
        element.defaults.push(DefaultAttribute { id: attribute, is_cdata, value });
        if !is_cdata {
            id.maybe_tokenized = true;
        }
        element.default_of.entry(attribute).or_insert(place);
    }
}
