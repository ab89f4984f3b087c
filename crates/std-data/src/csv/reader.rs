//! `_csv.reader`: records from lines.

use super::dialect::{Dialect, Format, Quoting};
use super::{error, field_limit};
use std::cell::{Cell, RefCell};
use taipan_object::unicode::Chars;
use taipan_object::unicode::builder::StrBuilder;
use taipan_object::{
    Data, Head, Object, Own, Owned, PyFloat, PyList, PyResult, PyStr, Slot, Thread, class, err, iter, new_object,
    object, singletons, upcast,
};

/// `_csv.reader`.
#[object]
pub struct Reader {
    lines: Slot,
    dialect: Slot<Dialect>,
    line_num: Cell<u64>,
    /// Counts the records begun, so that a reader advanced by its own input is noticed.
    records: Cell<u64>,
    /// How many fields the last record had: the next one probably has as many.
    fields: Cell<usize>,
    /// Room for the text of a field, between two records.
    room: Data<RefCell<StrBuilder>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    StartRecord,
    StartField,
    Escaped,
    InField,
    InQuoted,
    EscapeInQuoted,
    QuoteInQuoted,
    EatNewline,
    AfterEscapedNewline,
}

/// What has been read of a record.
struct Record {
    format: Format,
    limit: usize,
    state: State,
    field: StrBuilder,
    unquoted: bool,
    fields: Owned<PyList>,
}

/// Part of a line; `None` as a character is its end.
const fn is_newline(c: Option<u32>) -> bool {
    matches!(c, None | Some(10 | 13))
}

impl Record {
    fn push(&mut self, t: &Thread, c: u32) -> PyResult<()> {
        if self.field.len() >= self.limit {
            return Err(error(t, &format!("field larger than field limit ({})", self.limit)));
        }
        self.field.push(c);
        Ok(())
    }

    fn save(&mut self, t: &Thread) -> PyResult<()> {
        let text = self.field.finish(t)?;
        self.field.truncate(0);
        self.save_text(t, text)
    }

    /// Adds a field of this text.
    fn save_text(&mut self, t: &Thread, text: Owned<PyStr>) -> PyResult<()> {
        let quoting = self.format.quoting;
        let empty = text.len() == 0;
        let value = if self.unquoted && empty && matches!(quoting, Quoting::NotNull | Quoting::Strings) {
            singletons::none().own()
        } else {
            if self.unquoted && !empty && matches!(quoting, Quoting::NonNumeric | Quoting::Strings) {
                <PyFloat as taipan_object::Class>::class().call(t, &[&text])?
            } else {
                text.into_object()
            }
        };
        self.unquoted = true;
        self.fields.append(t, value)
    }

    /// Ends a field at a delimiter or the end of the line.
    fn end_field(&mut self, t: &Thread, c: Option<u32>) -> PyResult<()> {
        self.save(t)?;
        self.state = match c {
            None => State::StartRecord,
            Some(10 | 13) => State::EatNewline,
            Some(_) => State::StartField,
        };
        Ok(())
    }

    fn step(&mut self, t: &Thread, c: Option<u32>) -> PyResult<()> {
        let f = self.format;
        let is_quote = c.is_some() && c == f.quotechar && f.quoting != Quoting::None;
        let is_escape = c.is_some() && c == f.escapechar;
        let is_delimiter = c == Some(f.delimiter);
        match self.state {
            State::StartRecord if c.is_none() => {}
            State::StartRecord if is_newline(c) => self.state = State::EatNewline,
            State::StartRecord | State::StartField => {
                self.state = State::StartField;
                match c {
                    _ if is_newline(c) => self.end_field(t, c)?,
                    _ if is_quote => {
                        self.unquoted = false;
                        self.state = State::InQuoted;
                    }
                    _ if is_escape => self.state = State::Escaped,
                    Some(32) if f.skipinitialspace => {}
                    _ if is_delimiter => self.end_field(t, c)?,
                    Some(c) => {
                        self.push(t, c)?;
                        self.state = State::InField;
                    }
                    None => {}
                }
            }
            State::Escaped => {
                if let Some(c @ (10 | 13)) = c {
                    self.push(t, c)?;
                    self.state = State::AfterEscapedNewline;
                } else {
                    self.push(t, c.unwrap_or(10))?;
                    self.state = State::InField;
                }
            }
            State::AfterEscapedNewline if c.is_none() => {}
            State::AfterEscapedNewline | State::InField => {
                if is_newline(c) || is_delimiter {
                    self.end_field(t, c)?;
                } else if is_escape {
                    self.state = State::Escaped;
                } else if let Some(c) = c {
                    self.push(t, c)?;
                    self.state = State::InField;
                }
            }
            State::InQuoted => {
                if is_escape {
                    self.state = State::EscapeInQuoted;
                } else if is_quote {
                    self.state = if f.doublequote { State::QuoteInQuoted } else { State::InField };
                } else if let Some(c) = c {
                    self.push(t, c)?;
                }
            }
            State::EscapeInQuoted => {
                self.push(t, c.unwrap_or(10))?;
                self.state = State::InQuoted;
            }
            State::QuoteInQuoted => {
                if is_newline(c) {
                    self.end_field(t, c)?;
                } else if is_quote {
                    self.push(t, c.unwrap_or(0))?;
                    self.state = State::InQuoted;
                } else if is_delimiter {
                    self.end_field(t, c)?;
                } else if !f.strict {
                    self.push(t, c.unwrap_or(0))?;
                    self.state = State::InField;
                } else {
                    let show = |c: Option<u32>| c.and_then(char::from_u32).unwrap_or('\u{fffd}');
                    let text = format!("'{}' expected after '{}'", show(Some(f.delimiter)), show(f.quotechar));
                    return Err(error(t, &text));
                }
            }
            State::EatNewline => match c {
                Some(10 | 13) => {}
                None => self.state = State::StartRecord,
                Some(_) => {
                    return Err(error(
                        t,
                        "new-line character seen in unquoted field - do you need to open the file with newline=''?",
                    ));
                }
            },
        }
        Ok(())
    }

    /// Reads a field whose text stands in the line as it is, with what ends it; gives the place after that. Others are left
    /// to [`Record::step`].
    #[inline]
    fn plain_field(&mut self, t: &Thread, line: &PyStr, chars: Chars<'_>, at: usize) -> PyResult<Option<usize>> {
        if !matches!(self.state, State::StartRecord | State::StartField) {
            return Ok(None);
        }
        match chars {
            Chars::One(s) => self.plain_field_of(t, line, s, at),
            Chars::Two(s) => self.plain_field_of(t, line, s, at),
            Chars::Four(s) => self.plain_field_of(t, line, s, at),
        }
    }

    #[inline]
    fn plain_field_of<C: Copy + Into<u32>>(
        &mut self,
        t: &Thread,
        line: &PyStr,
        chars: &[C],
        at: usize,
    ) -> PyResult<Option<usize>> {
        let f = self.format;
        // No character is this.
        let (quote, escape) = (f.quotechar.unwrap_or(u32::MAX), f.escapechar.unwrap_or(u32::MAX));
        let Some((&first, rest)) = chars.get(at..).and_then(|rest| rest.split_first()) else { return Ok(None) };
        let first = first.into();
        let is_end = |c: u32| c == f.delimiter || c == 10 || c == 13;
        let quoted = first == quote && f.quoting != Quoting::None;
        let (start, end) = if quoted {
            let Some(n) = rest.iter().position(|&c| c.into() == quote || c.into() == escape) else { return Ok(None) };
            if chars.get(at + 1 + n).is_some_and(|&c| c.into() != quote) || quote == f.delimiter {
                return Ok(None);
            }
            (at + 1, at + 1 + n)
        } else {
            if is_end(first) || first == escape || first == 32 && f.skipinitialspace {
                return Ok(None);
            }
            let n = rest.iter().position(|&c| is_end(c.into()) || c.into() == escape).unwrap_or(rest.len());
            (at, at + 1 + n)
        };
        let after = end + usize::from(quoted);
        let last = chars.get(after).map(|&c| c.into());
        if last.is_some_and(|c| !is_end(c)) || end - start > self.limit {
            return Ok(None);
        }
        self.unquoted = !quoted;
        self.save_text(t, line.substring(t, start, end)?)?;
        self.state = match last {
            None => State::StartRecord,
            Some(10 | 13) => State::EatNewline,
            Some(_) => State::StartField,
        };
        Ok(Some(after + 1))
    }

    /// How many characters from `at` on belong to the field whatever they are followed by.
    fn run_length(&self, chars: Chars<'_>, at: usize) -> usize {
        let f = self.format;
        let quoted = match self.state {
            State::InField => false,
            State::InQuoted => true,
            _ => return 0,
        };
        let special = |c: u32| {
            if quoted {
                Some(c) == f.quotechar || Some(c) == f.escapechar
            } else {
                c == f.delimiter || c == 10 || c == 13 || Some(c) == f.escapechar
            }
        };
        let rest = match chars {
            Chars::One(s) => s[at..].iter().position(|&c| special(u32::from(c))),
            Chars::Two(s) => s[at..].iter().position(|&c| special(u32::from(c))),
            Chars::Four(s) => s[at..].iter().position(|&c| special(c)),
        };
        rest.unwrap_or(chars.len() - at).min(self.limit.saturating_sub(self.field.len()))
    }

    fn line(&mut self, t: &Thread, line: &PyStr) -> PyResult<()> {
        let chars = line.chars();
        let mut at = 0;
        while at < chars.len() {
            if let Some(next) = self.plain_field(t, line, chars, at)? {
                at = next;
                continue;
            }
            let n = self.run_length(chars, at);
            if n > 0 {
                self.field.push_chars(chars.slice(at, at + n));
                at += n;
                continue;
            }
            self.step(t, Some(chars.at(at)))?;
            at += 1;
        }
        self.step(t, None)
    }
}

impl Reader {
    /// A reader of the lines that an iterable gives.
    pub fn create(t: &Thread, lines: &Object, dialect: Owned<Dialect>) -> PyResult<Owned<Self>> {
        let lines = iter::get_iter(t, lines)?;
        new_object(
            t,
            Self {
                head: Head::new(),
                lines: Slot::new(lines),
                dialect: Slot::new(dialect),
                line_num: Cell::new(0),
                records: Cell::new(0),
                fields: Cell::new(0),
                room: Data(RefCell::default()),
            },
        )
    }
}

/// CSV reader
///
/// Reader objects are responsible for reading and parsing tabular data
/// in CSV format.
///
#[class(name = "_csv.reader", fields(dialect = dialect, line_num = line_num), heap, flags(BASETYPE, HAVE_GC), no_new)]
impl Reader {
    #[slot]
    fn tp_iter(&self, _t: &Thread) -> Owned {
        upcast(self).own()
    }

    #[slot]
    fn tp_iternext(&self, t: &Thread) -> PyResult<Option<Owned>> {
        let (Some(lines), Some(dialect)) = (self.lines.get(), self.dialect.get()) else { return Ok(None) };
        let mut record = Record {
            format: dialect.format.0,
            limit: field_limit(),
            state: State::StartRecord,
            field: self.room.take(),
            unquoted: true,
            fields: PyList::with_capacity(t, self.fields.get())?,
        };
        let turn = self.records.get().wrapping_add(1);
        self.records.set(turn);
        loop {
            let line = iter::next(t, &lines)?;
            if self.records.get() != turn {
                return Err(error(t, "iterator has already advanced the reader"));
            }
            let Some(line) = line else {
                if record.field.len() > 0 || record.state == State::InQuoted {
                    if record.format.strict {
                        return Err(error(t, "unexpected end of data"));
                    }
                    record.save(t)?;
                    break;
                }
                return Ok(None);
            };
            let Some(text) = line.downcast::<PyStr>() else {
                let class = line.class().name_lossy();
                return Err(error(
                    t,
                    &format!(
                        "iterator should return strings, not {class:.200} (the file should be opened in text mode)"
                    ),
                ));
            };
            self.line_num.set(self.line_num.get() + 1);
            record.line(t, text)?;
            if record.state == State::StartRecord {
                break;
            }
        }
        // A long record is no reason to make much room for all that follow.
        self.fields.set(record.fields.len().min(64));
        if record.field.is_narrow() {
            self.room.replace(record.field);
        }
        Ok(Some(record.fields.into_object()))
    }
}

/// Where `reader()` and others are called with a wrong number of arguments.
pub fn check_count(t: &Thread, name: &str, n: usize) -> PyResult<()> {
    if n == 0 {
        return Err(err!(t, TypeError, "{name} expected at least 1 argument, got 0"));
    }
    if n > 2 {
        return Err(err!(t, TypeError, "{name} expected at most 2 arguments, got {n}"));
    }
    Ok(())
}
