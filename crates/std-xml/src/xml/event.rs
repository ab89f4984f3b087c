//! What a parser reports.

use super::dtd::{ContentKind, NameId};
use super::role::Quantifier;
use std::rc::Rc;

/// Which handlers a user has: they decide what becomes an event, and what is left to the default handler.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Handlers(pub u32);

macro_rules! handlers {
    ($($name:ident = $bit:literal;)*) => {
        impl Handlers {
            $(#[allow(missing_docs, reason = "named as the handlers are")] pub const $name: u32 = 1 << $bit;)*
        }
    };
}

handlers! {
    START_ELEMENT = 0;
    END_ELEMENT = 1;
    CHARACTER_DATA = 2;
    PROCESSING_INSTRUCTION = 3;
    COMMENT = 4;
    START_CDATA = 5;
    END_CDATA = 6;
    DEFAULT = 7;
    START_DOCTYPE = 8;
    END_DOCTYPE = 9;
    UNPARSED_ENTITY_DECL = 10;
    NOTATION_DECL = 11;
    START_NAMESPACE = 12;
    END_NAMESPACE = 13;
    NOT_STANDALONE = 14;
    EXTERNAL_ENTITY_REF = 15;
    SKIPPED_ENTITY = 16;
    ELEMENT_DECL = 17;
    ATTLIST_DECL = 18;
    ENTITY_DECL = 19;
    XML_DECL = 20;
}

impl Handlers {
    /// Whether there is a handler.
    #[inline(always)]
    pub const fn has(self, handler: u32) -> bool {
        self.0 & handler != 0
    }
}

/// A piece of text, valid until the next step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Text {
    /// Of the document.
    Main(usize, usize),
    /// Of the entity being expanded.
    Entity(usize, usize),
    /// Put together.
    Made(usize, usize),
}

/// The name of an element or attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Name {
    /// By number.
    Id(NameId),
    /// Too long to be kept.
    Long(Rc<str>),
}

/// A node of a content model; its children follow it somewhere in the list.
#[derive(Clone, Debug)]
pub struct ModelNode {
    pub kind: ContentKind,
    pub quantifier: Quantifier,
    pub name: Option<NameId>,
    pub children: Vec<u32>,
}

/// One report.
#[derive(Clone, Debug)]
pub enum Event {
    /// What follows happened at this place.
    Position(usize),
    /// The attributes are [`super::Parser::attributes`]; the first `specified` of them stand in the tag.
    StartElement {
        name: Name,
        specified: usize,
    },
    EndElement {
        name: Name,
    },
    CharacterData(Text),
    Default(Text),
    ProcessingInstruction {
        target: Text,
        data: Text,
    },
    Comment(Text),
    StartCdata,
    EndCdata,
    StartDoctype {
        name: Rc<str>,
        system_id: Option<Rc<str>>,
        public_id: Option<Rc<str>>,
        has_internal_subset: bool,
    },
    EndDoctype,
    UnparsedEntityDecl(Box<EntityDecl>),
    NotationDecl(Box<EntityDecl>),
    StartNamespace {
        prefix: Option<Rc<str>>,
        uri: Option<Text>,
    },
    EndNamespace {
        prefix: Option<Rc<str>>,
    },
    SkippedEntity {
        name: Rc<str>,
        is_param: bool,
    },
    ElementDecl {
        name: NameId,
        model: Vec<ModelNode>,
    },
    AttlistDecl {
        element: NameId,
        attribute: NameId,
        kind: Rc<str>,
        default: Option<Rc<str>>,
        required: bool,
    },
    EntityDecl(Box<EntityDecl>),
    XmlDecl {
        version: Option<Text>,
        encoding: Option<Text>,
        standalone: i32,
    },
    /// [`super::Parser::answer`] says whether to go on.
    NotStandalone,
    /// [`super::Parser::answer`] says whether to go on.
    ExternalEntityRef(Box<ExternalRef>),
    /// [`super::Parser::define_encoding`] says what its bytes mean.
    UnknownEncoding(Rc<str>),
}

/// The declaration of an entity or notation.
#[derive(Clone, Debug)]
pub struct EntityDecl {
    pub name: Rc<str>,
    pub is_param: bool,
    pub value: Option<Rc<[u8]>>,
    pub base: Option<Rc<str>>,
    pub system_id: Option<Rc<str>>,
    pub public_id: Option<Rc<str>>,
    pub notation: Option<Rc<str>>,
}

/// A reference to an external entity.
#[derive(Clone, Debug)]
pub struct ExternalRef {
    /// What a parser of the entity must know; nothing for parameter entities.
    pub context: Option<Rc<str>>,
    pub base: Option<Rc<str>>,
    pub system_id: Option<Rc<str>>,
    pub public_id: Option<Rc<str>>,
}

/// What a step led to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// There are events to deliver; then go on.
    Events,
    /// All input is used up as far as it goes.
    Done,
    /// The document is wrong.
    Failed(super::Code),
}
