//! `str.format` templates: fields, and the parts of a field name.

use super::spec::{FormatError, digits};
use crate::unit::Unit;
use std::ops::Range;

/// Text, then perhaps a replacement field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Text to copy; `{{` and `}}` are already single.
    pub literal: Range<usize>,
    /// The field after it.
    pub field: Option<Field>,
}

/// A replacement field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// What stands before `!` and `:`.
    pub name: Range<usize>,
    /// What follows `:`.
    pub spec: Range<usize>,
    /// The conversion character.
    pub conversion: Option<u32>,
    /// The specification contains fields itself.
    pub nested: bool,
}

/// The items of a template (`_string.formatter_parser`).
pub struct Template<'a, T> {
    s: &'a [T],
    pos: usize,
}

impl<'a, T: Unit> Template<'a, T> {
    /// Over a template.
    pub fn new(s: &'a [T]) -> Self {
        Template { s, pos: 0 }
    }

    fn item(&mut self) -> Result<Item, FormatError> {
        let s = self.s;
        let at = |i: usize| s.get(i).map(|c| c.cp());
        let start = self.pos;
        let mut i = start;
        while i < s.len() && !matches!(s[i].cp(), 0x7b | 0x7d) {
            i += 1;
        }
        let Some(c) = at(i) else {
            self.pos = i;
            return Ok(Item { literal: start..i, field: None });
        };
        match (c, at(i + 1)) {
            (0x7b, None) => return Err(FormatError::value("Single '{' encountered in format string")),
            (0x7d, n) if n != Some(0x7d) => {
                return Err(FormatError::value("Single '}' encountered in format string"));
            }
            (c, Some(n)) if n == c => {
                // A doubled brace ends the text with one of the two.
                self.pos = i + 2;
                return Ok(Item { literal: start..i + 1, field: None });
            }
            _ => {}
        }
        let literal = start..i;
        self.pos = i + 1;
        let field = self.field()?;
        Ok(Item { literal, field: Some(field) })
    }

    fn field(&mut self) -> Result<Field, FormatError> {
        let s = self.s;
        let start = self.pos;
        let mut i = start;
        let mut bracket = false;
        let c = loop {
            let Some(c) = s.get(i).map(|c| c.cp()) else {
                return Err(FormatError::value("expected '}' before end of string"));
            };
            i += 1;
            match c {
                0x7b if !bracket => return Err(FormatError::value("unexpected '{' in field name")),
                0x5b => bracket = true,
                0x5d => bracket = false,
                0x7d | 0x3a | 0x21 if !bracket => break c,
                _ => {}
            }
        };
        let mut f = Field { name: start..i - 1, spec: i..i, conversion: None, nested: false };
        let mut c = c;
        if c == 0x21 {
            let Some(v) = s.get(i) else {
                return Err(FormatError::value("end of string while looking for conversion specifier"));
            };
            f.conversion = Some(v.cp());
            i += 1;
            let Some(next) = s.get(i) else {
                return Err(FormatError::value("unmatched '{' in format spec"));
            };
            c = next.cp();
            i += 1;
            if c != 0x3a && c != 0x7d {
                return Err(FormatError::value("expected ':' after conversion specifier"));
            }
        }
        f.spec = i..i;
        if c == 0x3a {
            let first = i;
            let mut depth = 1;
            loop {
                match s.get(i).map(|c| c.cp()) {
                    None => return Err(FormatError::value("unmatched '{' in format spec")),
                    Some(0x7b) => {
                        f.nested = true;
                        depth += 1;
                    }
                    Some(0x7d) => {
                        depth -= 1;
                        if depth == 0 {
                            break;
                        }
                    }
                    _ => {}
                }
                i += 1;
            }
            f.spec = first..i;
            i += 1;
        }
        self.pos = i;
        Ok(f)
    }
}

impl<T: Unit> Iterator for Template<'_, T> {
    type Item = Result<Item, FormatError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.pos >= self.s.len() {
            return None;
        }
        let r = self.item();
        if r.is_err() {
            self.pos = self.s.len();
        }
        Some(r)
    }
}

/// The first part of a field name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum First {
    /// Nothing: the next positional argument.
    Auto,
    /// A positional argument.
    Index(usize),
    /// A keyword argument.
    Name(Range<usize>),
}

/// An access in a field name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Access {
    /// `.name`
    Attr(Range<usize>),
    /// `[number]`
    Index(usize),
    /// `[key]`
    Key(Range<usize>),
}

fn number<T: Unit>(s: &[T]) -> Result<Option<usize>, FormatError> {
    let mut i = 0;
    let v = digits(s, &mut i)?;
    Ok(if i == s.len() { v.map(|v| v as usize) } else { None })
}

/// Splits a field name (`_string.formatter_field_name_split`).
pub fn split_field_name<T: Unit>(s: &[T]) -> Result<(First, Accesses<'_, T>), FormatError> {
    let end = s.iter().position(|c| matches!(c.cp(), 0x2e | 0x5b)).unwrap_or(s.len());
    let first = if end == 0 {
        First::Auto
    } else {
        match number(&s[..end])? {
            Some(i) => First::Index(i),
            None => First::Name(0..end),
        }
    };
    Ok((first, Accesses { s, pos: end }))
}

/// The accesses after the first part.
#[derive(Debug, Clone)]
pub struct Accesses<'a, T> {
    s: &'a [T],
    pos: usize,
}

impl<T: Unit> Accesses<'_, T> {
    fn access(&mut self) -> Result<Access, FormatError> {
        let s = self.s;
        let start = self.pos + 1;
        match s[self.pos].cp() {
            0x2e => {
                let n = s[start..].iter().take_while(|c| !matches!(c.cp(), 0x2e | 0x5b)).count();
                self.pos = start + n;
                if n == 0 {
                    return Err(FormatError::value("Empty attribute in format string"));
                }
                Ok(Access::Attr(start..start + n))
            }
            0x5b => {
                let Some(n) = s[start..].iter().position(|c| c.cp() == 0x5d) else {
                    return Err(FormatError::value("Missing ']' in format string"));
                };
                self.pos = start + n + 1;
                let inner = &s[start..start + n];
                let index = number(inner)?;
                if n == 0 {
                    return Err(FormatError::value("Empty attribute in format string"));
                }
                Ok(index.map_or(Access::Key(start..start + n), Access::Index))
            }
            _ => Err(FormatError::value("Only '.' or '[' may follow ']' in format field specifier")),
        }
    }
}

impl<T: Unit> Iterator for Accesses<'_, T> {
    type Item = Result<Access, FormatError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.pos >= self.s.len() {
            return None;
        }
        let r = self.access();
        if r.is_err() {
            self.pos = self.s.len();
        }
        Some(r)
    }
}
