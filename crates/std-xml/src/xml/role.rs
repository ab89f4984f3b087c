//! The grammar of the prolog and of declarations: what a token means where it stands.

use super::token::Tok;

/// What a token is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Role {
    /// The token may not stand here.
    Error,
    None,
    XmlDecl,
    InstanceStart,
    DoctypeNone,
    DoctypeName,
    DoctypeSystemId,
    DoctypePublicId,
    DoctypeInternalSubset,
    DoctypeClose,
    GeneralEntityName,
    ParamEntityName,
    EntityNone,
    EntityValue,
    EntitySystemId,
    EntityPublicId,
    EntityComplete,
    EntityNotationName,
    NotationNone,
    NotationName,
    NotationSystemId,
    NotationNoSystemId,
    NotationPublicId,
    AttributeName,
    /// The index of the type among [`ATTRIBUTE_TYPES`].
    AttributeType(usize),
    AttributeEnumValue,
    AttributeNotationValue,
    AttlistNone,
    AttlistElementName,
    ImpliedAttributeValue,
    RequiredAttributeValue,
    DefaultAttributeValue,
    FixedAttributeValue,
    ElementNone,
    ElementName,
    ContentAny,
    ContentEmpty,
    ContentPcdata,
    GroupOpen,
    GroupClose(Quantifier),
    GroupChoice,
    GroupSequence,
    ContentElement(Quantifier),
    Pi,
    Comment,
    TextDecl,
    IgnoreSection,
    InnerParamEntityRef,
    ParamEntityRef,
}

/// How often a part of a content model may come, numbered as `XML_CQUANT_*`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Quantifier {
    Once = 0,
    Optional = 1,
    Repeated = 2,
    Plus = 3,
}

/// The types that attributes may have besides enumerations.
pub const ATTRIBUTE_TYPES: [&str; 8] = ["CDATA", "ID", "IDREF", "IDREFS", "ENTITY", "ENTITIES", "NMTOKEN", "NMTOKENS"];

/// Where in the grammar we are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum At {
    Start,
    Prolog,
    AfterDoctype,
    Doctype,
    DoctypeNamed,
    DoctypePublic,
    DoctypeSystem,
    DoctypeExternal,
    DoctypeEnd,
    Internal,
    ExternalStart,
    External,
    Entity,
    ParamEntity,
    EntityNamed,
    EntityPublic,
    EntitySystem,
    EntityExternal,
    EntityNdata,
    ParamEntityNamed,
    ParamEntityPublic,
    ParamEntitySystem,
    ParamEntityExternal,
    Notation,
    NotationNamed,
    NotationPublic,
    NotationSystem,
    NotationPublicGiven,
    Attlist,
    AttlistNamed,
    AttributeNamed,
    EnumStart,
    EnumNext,
    NotationTypeStart,
    NotationTypeValue,
    NotationTypeNext,
    AttributeDefault,
    AttributeFixed,
    Element,
    ElementNamed,
    GroupFirst,
    MixedNext,
    MixedName,
    MixedOr,
    GroupItem,
    GroupNext,
    CondSect,
    CondInclude,
    CondIgnore,
    /// Only `>` may come; white space until then has this role.
    Close(Role),
    Failed,
}

/// The state of the grammar.
#[derive(Clone, Debug)]
pub struct PrologState {
    at: At,
    /// The depth of parentheses in a content model.
    pub level: usize,
    include_level: usize,
    /// Whether this is the document rather than an external entity.
    pub document_entity: bool,
    /// Whether the value of an entity is being read.
    pub in_entity_value: bool,
}

impl PrologState {
    /// At the start of a document.
    pub const fn document() -> Self {
        Self { at: At::Start, level: 0, include_level: 0, document_entity: true, in_entity_value: false }
    }

    /// At the start of an external parameter entity.
    pub const fn external_entity(in_entity_value: bool) -> Self {
        Self { at: At::ExternalStart, level: 0, include_level: 0, document_entity: false, in_entity_value }
    }

    fn top_level(&mut self) {
        self.at = if self.document_entity { At::Internal } else { At::External };
    }

    fn go(&mut self, at: At, role: Role) -> Role {
        self.at = at;
        role
    }

    /// The role of a token, given its text.
    pub fn role(&mut self, tok: Tok, text: &[u8]) -> Role {
        if self.at == At::Failed {
            return Role::None;
        }
        match self.expected(tok, text) {
            Some(role) => role,
            None if !self.document_entity && tok == Tok::ParamEntityRef => Role::InnerParamEntityRef,
            None => self.go(At::Failed, Role::Error),
        }
    }

    fn declaration(&mut self, text: &[u8]) -> Option<Role> {
        Some(match text {
            b"<!ENTITY" => self.go(At::Entity, Role::EntityNone),
            b"<!ATTLIST" => self.go(At::Attlist, Role::AttlistNone),
            b"<!ELEMENT" => self.go(At::Element, Role::ElementNone),
            b"<!NOTATION" => self.go(At::Notation, Role::NotationNone),
            _ => return None,
        })
    }

    fn in_subset(&mut self, tok: Tok, text: &[u8]) -> Option<Role> {
        Some(match tok {
            Tok::PrologSpace | Tok::None => Role::None,
            Tok::DeclOpen => return self.declaration(text),
            Tok::Pi => Role::Pi,
            Tok::Comment => Role::Comment,
            Tok::ParamEntityRef => Role::ParamEntityRef,
            Tok::CloseBracket => self.go(At::DoctypeEnd, Role::DoctypeNone),
            _ => return None,
        })
    }

    fn in_prolog(&mut self, tok: Tok, text: &[u8], doctype: bool) -> Option<Role> {
        Some(match tok {
            Tok::PrologSpace => Role::None,
            Tok::Pi => Role::Pi,
            Tok::Comment => Role::Comment,
            Tok::DeclOpen if doctype && text == b"<!DOCTYPE" => self.go(At::Doctype, Role::DoctypeNone),
            Tok::InstanceStart => self.go(At::Failed, Role::InstanceStart),
            _ => return None,
        })
    }

    fn close_group(&mut self, quantifier: Quantifier) -> Role {
        self.level = self.level.saturating_sub(1);
        if self.level == 0 {
            self.at = At::Close(Role::ElementNone);
        }
        Role::GroupClose(quantifier)
    }

    fn group_item(&mut self, tok: Tok) -> Option<Role> {
        let quantifier = match tok {
            Tok::Name | Tok::PrefixedName => Quantifier::Once,
            Tok::NameQuestion => Quantifier::Optional,
            Tok::NameAsterisk => Quantifier::Repeated,
            Tok::NamePlus => Quantifier::Plus,
            _ => return None,
        };
        Some(self.go(At::GroupNext, Role::ContentElement(quantifier)))
    }

    /// What white space means here.
    fn space(&self) -> Option<Role> {
        Some(match self.at {
            At::Doctype
            | At::DoctypeNamed
            | At::DoctypePublic
            | At::DoctypeSystem
            | At::DoctypeExternal
            | At::DoctypeEnd => Role::DoctypeNone,
            At::Entity
            | At::ParamEntity
            | At::EntityNamed
            | At::EntityPublic
            | At::EntitySystem
            | At::EntityExternal
            | At::EntityNdata
            | At::ParamEntityNamed
            | At::ParamEntityPublic
            | At::ParamEntitySystem
            | At::ParamEntityExternal => Role::EntityNone,
            At::Notation | At::NotationNamed | At::NotationPublic | At::NotationSystem | At::NotationPublicGiven => {
                Role::NotationNone
            }
            At::Attlist
            | At::AttlistNamed
            | At::AttributeNamed
            | At::EnumStart
            | At::EnumNext
            | At::NotationTypeStart
            | At::NotationTypeValue
            | At::NotationTypeNext
            | At::AttributeDefault
            | At::AttributeFixed => Role::AttlistNone,
            At::Element
            | At::ElementNamed
            | At::GroupFirst
            | At::MixedNext
            | At::MixedName
            | At::MixedOr
            | At::GroupItem
            | At::GroupNext => Role::ElementNone,
            At::CondSect | At::CondInclude | At::CondIgnore => Role::None,
            At::Close(role) => role,
            At::Start
            | At::Prolog
            | At::AfterDoctype
            | At::Internal
            | At::ExternalStart
            | At::External
            | At::Failed => return None,
        })
    }

    fn expected(&mut self, tok: Tok, text: &[u8]) -> Option<Role> {
        if tok == Tok::PrologSpace
            && let Some(role) = self.space()
        {
            return Some(role);
        }
        if self.at == At::ExternalStart {
            self.at = At::External;
            if tok == Tok::XmlDecl {
                return Some(Role::TextDecl);
            }
        }
        Some(match (self.at, tok) {
            (At::Start, Tok::XmlDecl) => self.go(At::Prolog, Role::XmlDecl),
            (At::Start, Tok::Bom) => Role::None,
            (At::Start, Tok::PrologSpace | Tok::Pi | Tok::Comment) => {
                self.at = At::Prolog;
                return self.in_prolog(tok, text, true);
            }
            (At::Start | At::Prolog, _) => return self.in_prolog(tok, text, true),
            (At::AfterDoctype, _) => return self.in_prolog(tok, text, false),

            (At::Doctype, Tok::Name | Tok::PrefixedName) => self.go(At::DoctypeNamed, Role::DoctypeName),
            (At::DoctypeNamed | At::DoctypeExternal, Tok::OpenBracket) => {
                self.go(At::Internal, Role::DoctypeInternalSubset)
            }
            (At::DoctypeNamed | At::DoctypeExternal | At::DoctypeEnd, Tok::DeclClose) => {
                self.go(At::AfterDoctype, Role::DoctypeClose)
            }
            (At::DoctypeNamed, Tok::Name) => match text {
                b"SYSTEM" => self.go(At::DoctypeSystem, Role::DoctypeNone),
                b"PUBLIC" => self.go(At::DoctypePublic, Role::DoctypeNone),
                _ => return None,
            },
            (At::DoctypePublic, Tok::Literal) => self.go(At::DoctypeSystem, Role::DoctypePublicId),
            (At::DoctypeSystem, Tok::Literal) => self.go(At::DoctypeExternal, Role::DoctypeSystemId),

            (At::Internal, _) => return self.in_subset(tok, text),
            (At::External, Tok::CondSectOpen) => self.go(At::CondSect, Role::None),
            (At::External, Tok::CondSectClose) => {
                self.include_level = self.include_level.checked_sub(1)?;
                Role::None
            }
            (At::External, Tok::CloseBracket) => return None,
            (At::External, Tok::None) if self.include_level > 0 => return None,
            (At::External, _) => return self.in_subset(tok, text),

            (At::Entity, Tok::Percent) => self.go(At::ParamEntity, Role::EntityNone),
            (At::Entity, Tok::Name) => self.go(At::EntityNamed, Role::GeneralEntityName),
            (At::ParamEntity, Tok::Name) => self.go(At::ParamEntityNamed, Role::ParamEntityName),
            (At::EntityNamed, Tok::Name) => match text {
                b"SYSTEM" => self.go(At::EntitySystem, Role::EntityNone),
                b"PUBLIC" => self.go(At::EntityPublic, Role::EntityNone),
                _ => return None,
            },
            (At::ParamEntityNamed, Tok::Name) => match text {
                b"SYSTEM" => self.go(At::ParamEntitySystem, Role::EntityNone),
                b"PUBLIC" => self.go(At::ParamEntityPublic, Role::EntityNone),
                _ => return None,
            },
            (At::EntityNamed | At::ParamEntityNamed, Tok::Literal) => {
                self.go(At::Close(Role::EntityNone), Role::EntityValue)
            }
            (At::EntityPublic, Tok::Literal) => self.go(At::EntitySystem, Role::EntityPublicId),
            (At::EntitySystem, Tok::Literal) => self.go(At::EntityExternal, Role::EntitySystemId),
            (At::ParamEntityPublic, Tok::Literal) => self.go(At::ParamEntitySystem, Role::EntityPublicId),
            (At::ParamEntitySystem, Tok::Literal) => self.go(At::ParamEntityExternal, Role::EntitySystemId),
            (At::EntityExternal | At::ParamEntityExternal, Tok::DeclClose) => {
                self.top_level();
                Role::EntityComplete
            }
            (At::EntityExternal, Tok::Name) if text == b"NDATA" => self.go(At::EntityNdata, Role::EntityNone),
            (At::EntityNdata, Tok::Name) => self.go(At::Close(Role::EntityNone), Role::EntityNotationName),

            (At::Notation, Tok::Name) => self.go(At::NotationNamed, Role::NotationName),
            (At::NotationNamed, Tok::Name) => match text {
                b"SYSTEM" => self.go(At::NotationSystem, Role::NotationNone),
                b"PUBLIC" => self.go(At::NotationPublic, Role::NotationNone),
                _ => return None,
            },
            (At::NotationPublic, Tok::Literal) => self.go(At::NotationPublicGiven, Role::NotationPublicId),
            (At::NotationSystem | At::NotationPublicGiven, Tok::Literal) => {
                self.go(At::Close(Role::NotationNone), Role::NotationSystemId)
            }
            (At::NotationPublicGiven, Tok::DeclClose) => {
                self.top_level();
                Role::NotationNoSystemId
            }

            (At::Attlist, Tok::Name | Tok::PrefixedName) => self.go(At::AttlistNamed, Role::AttlistElementName),
            (At::AttlistNamed, Tok::DeclClose) => {
                self.top_level();
                Role::AttlistNone
            }
            (At::AttlistNamed, Tok::Name | Tok::PrefixedName) => self.go(At::AttributeNamed, Role::AttributeName),
            (At::AttributeNamed, Tok::Name) => {
                if let Some(i) = ATTRIBUTE_TYPES.iter().position(|name| name.as_bytes() == text) {
                    return Some(self.go(At::AttributeDefault, Role::AttributeType(i)));
                }
                if text != b"NOTATION" {
                    return None;
                }
                self.go(At::NotationTypeStart, Role::AttlistNone)
            }
            (At::AttributeNamed, Tok::OpenParen) => self.go(At::EnumStart, Role::AttlistNone),
            (At::EnumStart, Tok::Nmtoken | Tok::Name | Tok::PrefixedName) => {
                self.go(At::EnumNext, Role::AttributeEnumValue)
            }
            (At::EnumNext | At::NotationTypeNext, Tok::CloseParen) => self.go(At::AttributeDefault, Role::AttlistNone),
            (At::EnumNext, Tok::Or) => self.go(At::EnumStart, Role::AttlistNone),
            (At::NotationTypeStart, Tok::OpenParen) => self.go(At::NotationTypeValue, Role::AttlistNone),
            (At::NotationTypeValue, Tok::Name) => self.go(At::NotationTypeNext, Role::AttributeNotationValue),
            (At::NotationTypeNext, Tok::Or) => self.go(At::NotationTypeValue, Role::AttlistNone),
            (At::AttributeDefault, Tok::PoundName) => match text {
                b"#IMPLIED" => self.go(At::AttlistNamed, Role::ImpliedAttributeValue),
                b"#REQUIRED" => self.go(At::AttlistNamed, Role::RequiredAttributeValue),
                b"#FIXED" => self.go(At::AttributeFixed, Role::AttlistNone),
                _ => return None,
            },
            (At::AttributeDefault, Tok::Literal) => self.go(At::AttlistNamed, Role::DefaultAttributeValue),
            (At::AttributeFixed, Tok::Literal) => self.go(At::AttlistNamed, Role::FixedAttributeValue),

            (At::Element, Tok::Name | Tok::PrefixedName) => self.go(At::ElementNamed, Role::ElementName),
            (At::ElementNamed, Tok::Name) => match text {
                b"EMPTY" => self.go(At::Close(Role::ElementNone), Role::ContentEmpty),
                b"ANY" => self.go(At::Close(Role::ElementNone), Role::ContentAny),
                _ => return None,
            },
            (At::ElementNamed, Tok::OpenParen) => {
                self.level = 1;
                self.go(At::GroupFirst, Role::GroupOpen)
            }
            (At::GroupFirst, Tok::PoundName) if text == b"#PCDATA" => self.go(At::MixedNext, Role::ContentPcdata),
            (At::GroupFirst, Tok::OpenParen) => {
                self.level = 2;
                self.go(At::GroupItem, Role::GroupOpen)
            }
            (
                At::GroupFirst | At::GroupItem,
                Tok::Name | Tok::PrefixedName | Tok::NameQuestion | Tok::NameAsterisk | Tok::NamePlus,
            ) => return self.group_item(tok),
            (At::MixedNext, Tok::CloseParen) => {
                self.go(At::Close(Role::ElementNone), Role::GroupClose(Quantifier::Once))
            }
            (At::MixedNext | At::MixedOr, Tok::CloseParenAsterisk) => {
                self.go(At::Close(Role::ElementNone), Role::GroupClose(Quantifier::Repeated))
            }
            (At::MixedNext | At::MixedOr, Tok::Or) => self.go(At::MixedName, Role::ElementNone),
            (At::MixedName, Tok::Name | Tok::PrefixedName) => {
                self.go(At::MixedOr, Role::ContentElement(Quantifier::Once))
            }
            (At::GroupItem, Tok::OpenParen) => {
                self.level += 1;
                Role::GroupOpen
            }
            (At::GroupNext, Tok::CloseParen) => self.close_group(Quantifier::Once),
            (At::GroupNext, Tok::CloseParenAsterisk) => self.close_group(Quantifier::Repeated),
            (At::GroupNext, Tok::CloseParenQuestion) => self.close_group(Quantifier::Optional),
            (At::GroupNext, Tok::CloseParenPlus) => self.close_group(Quantifier::Plus),
            (At::GroupNext, Tok::Comma) => self.go(At::GroupItem, Role::GroupSequence),
            (At::GroupNext, Tok::Or) => self.go(At::GroupItem, Role::GroupChoice),

            (At::CondSect, Tok::Name) => match text {
                b"INCLUDE" => self.go(At::CondInclude, Role::None),
                b"IGNORE" => self.go(At::CondIgnore, Role::None),
                _ => return None,
            },
            (At::CondInclude, Tok::OpenBracket) => {
                self.include_level += 1;
                self.go(At::External, Role::None)
            }
            (At::CondIgnore, Tok::OpenBracket) => self.go(At::External, Role::IgnoreSection),

            (At::Close(role), Tok::DeclClose) => {
                self.top_level();
                role
            }
            _ => return None,
        })
    }
}
