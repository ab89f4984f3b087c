//! `str.format` and `str.format_map`.

use super::PyStr;
use crate::handle::{Object, Own, Owned, PyResult};
use crate::number_format::raise;
use crate::{PyDict, PyInt, by_width, err, errors, sequence};
use std::ops::Range;
use taipan_runtime::Thread;
use taipan_text::buf::TextBuf;
use taipan_text::format::template::{Access, Field, First, Template, split_field_name};
use taipan_text::unit::Unit;

/// Where the values of replacement fields come from.
pub struct Values<'a> {
    /// Positional arguments; `None` for `format_map`.
    pub args: Option<&'a [&'a Object]>,
    /// Keyword arguments or a mapping.
    pub kwargs: Option<&'a Object>,
}

/// How positional fields are numbered.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Numbering {
    Unknown,
    Automatic(usize),
    Manual,
}

struct Formatter<'a> {
    t: &'a Thread,
    values: Values<'a>,
    numbering: Numbering,
    /// The text of the field that was formatted last.
    last: Option<Owned<PyStr>>,
}

/// Formats a template.
pub fn format(t: &Thread, template: &PyStr, values: Values<'_>) -> PyResult<Owned<PyStr>> {
    if template.len() > 0 && !template.has_char(u32::from(b'{')) && !template.has_char(u32::from(b'}')) {
        return Ok(template.own());
    }
    let mut formatter = Formatter { t, values, numbering: Numbering::Unknown, last: None };
    let mut out = TextBuf::with_capacity(template.len() + 16);
    formatter.run(template, 0..template.len(), 2, &mut out)?;
    match formatter.last {
        // A template that is nothing but one field gives the field's text itself.
        Some(text) if text.len() > 0 && text.len() == out.len() && text.is_exact::<PyStr>() => Ok(text),
        _ => PyStr::from_buf(t, out),
    }
}

impl Formatter<'_> {
    fn run(&mut self, template: &PyStr, range: Range<usize>, depth: usize, out: &mut TextBuf) -> PyResult<()> {
        if depth == 0 {
            return Err(err!(self.t, ValueError, "Max string recursion exceeded"));
        }
        by_width!(template.chars(), s, U => {
            let _: &[U] = s;
            self.items(template, s, range, depth, out)
        })
    }

    fn items<T: Unit>(
        &mut self,
        template: &PyStr,
        s: &[T],
        range: Range<usize>,
        depth: usize,
        out: &mut TextBuf,
    ) -> PyResult<()> {
        let base = range.start;
        let part = &s[range];
        for item in Template::new(part) {
            let item = item.map_err(|e| raise(self.t, e))?;
            out.extend(&part[item.literal]);
            if let Some(field) = item.field {
                self.field(template, part, base, &field, depth, out)?;
            }
        }
        Ok(())
    }

    fn field<T: Unit>(
        &mut self,
        template: &PyStr,
        s: &[T],
        base: usize,
        field: &Field,
        depth: usize,
        out: &mut TextBuf,
    ) -> PyResult<()> {
        let t = self.t;
        let mut value = self.lookup(template, &s[field.name.clone()], base + field.name.start)?;
        if let Some(conversion) = field.conversion {
            let text = match char::from_u32(conversion) {
                Some('r') => value.repr(t)?,
                Some('s') => value.str(t)?,
                Some('a') => value.ascii(t)?,
                Some(c) if conversion > 32 && conversion < 127 => {
                    return Err(err!(t, ValueError, "Unknown conversion specifier {c}"));
                }
                _ => return Err(err!(t, ValueError, "Unknown conversion specifier \\x{conversion:x}")),
            };
            value = text.into_object();
        }
        let range = base + field.spec.start..base + field.spec.end;
        let text = if range.is_empty() {
            value.format(t, None)?
        } else if field.nested {
            let mut spec = TextBuf::new();
            self.run(template, range, depth - 1, &mut spec)?;
            value.format(t, Some(&*PyStr::from_buf(t, spec)?))?
        } else {
            value.format(t, Some(&*template.substring(t, range.start, range.end)?))?
        };
        text.push_to(out);
        self.last = Some(text);
        Ok(())
    }

    fn lookup<T: Unit>(&mut self, template: &PyStr, name: &[T], base: usize) -> PyResult {
        let t = self.t;
        let (first, accesses) = split_field_name(name).map_err(|e| raise(t, e))?;
        let part = |range: Range<usize>| template.substring(t, base + range.start, base + range.end);
        let index = match first {
            First::Auto => match self.numbering {
                Numbering::Manual => {
                    return Err(err!(
                        t,
                        ValueError,
                        "cannot switch from manual field specification to automatic field numbering"
                    ));
                }
                Numbering::Unknown => {
                    self.numbering = Numbering::Automatic(1);
                    Some(0)
                }
                Numbering::Automatic(n) => {
                    self.numbering = Numbering::Automatic(n + 1);
                    Some(n)
                }
            },
            First::Index(n) => {
                if matches!(self.numbering, Numbering::Automatic(_)) {
                    return Err(err!(
                        t,
                        ValueError,
                        "cannot switch from automatic field numbering to manual field specification"
                    ));
                }
                self.numbering = Numbering::Manual;
                Some(n)
            }
            First::Name(_) => None,
        };
        let mut value: Owned = match (first, index) {
            (First::Name(range), _) => {
                let key = part(range)?;
                let found = match self.values.kwargs {
                    None => None,
                    Some(kwargs) => match kwargs.downcast_exact::<PyDict>() {
                        Some(dict) => dict.get_item(t, &key)?,
                        None => Some(sequence::get_item(t, kwargs, &key)?),
                    },
                };
                match found {
                    Some(value) => value,
                    None => return Err(errors::key_error(t, &key)),
                }
            }
            (_, n) => {
                let n = n.unwrap_or(0);
                let Some(args) = self.values.args else {
                    return Err(err!(t, ValueError, "Format string contains positional fields"));
                };
                match args.get(n) {
                    Some(value) => (*value).own(),
                    None => {
                        return Err(err!(
                            t,
                            IndexError,
                            "Replacement index {n} out of range for positional args tuple"
                        ));
                    }
                }
            }
        };
        for access in accesses {
            value = match access.map_err(|e| raise(t, e))? {
                Access::Attr(range) => value.getattr(t, &*part(range)?)?,
                Access::Index(n) => {
                    if sequence::is_sequence(&value) {
                        sequence::sequence_item(t, &value, n as isize)?
                    } else {
                        value.get_item(t, &*PyInt::from_u64(t, n as u64)?)?
                    }
                }
                Access::Key(range) => value.get_item(t, &*part(range)?)?,
            };
        }
        Ok(value)
    }
}
