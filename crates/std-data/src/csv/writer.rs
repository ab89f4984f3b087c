//! `_csv.writer`: records to lines.

use super::dialect::{Dialect, Quoting};
use super::error;
use taipan_object::unicode::Chars;
use taipan_object::unicode::builder::StrBuilder;
use taipan_object::{
    Head, Object, Own, Owned, PyResult, PyStr, Slot, Thread, class, err, errors, exceptions, iter, name, new_object,
    number, object, singletons,
};

/// `_csv.writer`.
#[object]
pub struct Writer {
    write: Slot,
    dialect: Slot<Dialect>,
}

/// A record being put together.
struct Line<'a> {
    dialect: &'a Dialect,
    terminator: Chars<'a>,
    out: StrBuilder,
    fields: usize,
}

impl Line<'_> {
    fn special(&self, c: u32) -> bool {
        let f = &self.dialect.format;
        c == f.delimiter
            || c == 10
            || c == 13
            || Some(c) == f.quotechar
            || Some(c) == f.escapechar
            || self.terminator.iter().any(|x| x == c)
    }

    fn append(&mut self, t: &Thread, field: Option<&PyStr>, quoted: bool) -> PyResult<()> {
        let f = self.dialect.format.0;
        let mut quoted = quoted;
        let chars = field.map_or(Chars::One(&[]), PyStr::chars);
        if chars.len() == 0 && f.delimiter == 32 && f.skipinitialspace {
            if f.quoting == Quoting::None
                || (field.is_none() && matches!(f.quoting, Quoting::Strings | Quoting::NotNull))
            {
                return Err(error(
                    t,
                    "empty field must be quoted if delimiter is a space and skipinitialspace is true",
                ));
            }
            quoted = true;
        }
        // Whether a quote opens the field is known only after all characters have been seen.
        let any_special = chars.iter().any(|c| self.special(c));
        if any_special && f.quoting != Quoting::None {
            for c in chars.iter().filter(|&c| self.special(c)) {
                let escaped = if Some(c) == f.quotechar { !f.doublequote } else { Some(c) == f.escapechar };
                quoted |= !escaped;
            }
        }
        if self.fields > 0 {
            self.out.push(f.delimiter);
        }
        self.fields += 1;
        let quote = f.quotechar.filter(|_| quoted);
        self.out.reserve(t, chars.len() + 2)?;
        if let Some(quote) = quote {
            self.out.push(quote);
        }
        if any_special {
            for c in chars.iter() {
                if self.special(c) {
                    let mut escape = f.quoting == Quoting::None;
                    if !escape {
                        if Some(c) == f.quotechar {
                            if f.doublequote {
                                self.out.push(c);
                            } else {
                                escape = true;
                            }
                        } else if Some(c) == f.escapechar {
                            escape = true;
                        }
                    }
                    if escape {
                        let Some(mark) = f.escapechar else {
                            return Err(error(t, "need to escape, but no escapechar set"));
                        };
                        self.out.push(mark);
                    }
                }
                self.out.push(c);
            }
        } else {
            self.out.push_chars(chars);
        }
        if let Some(quote) = quote {
            self.out.push(quote);
        }
        Ok(())
    }
}

impl Writer {
    /// A writer to an object with a method `write`.
    pub fn create(t: &Thread, file: &Object, dialect: Owned<Dialect>) -> PyResult<Owned<Self>> {
        let write = file.getattr_opt(t, name!(t, "write"))?.filter(|w| w.is_callable());
        let Some(write) = write else {
            return Err(err!(t, TypeError, "argument 1 must have a \"write\" method"));
        };
        new_object(t, Self { head: Head::new(), write: Slot::new(write), dialect: Slot::new(dialect) })
    }

    fn row(&self, t: &Thread, row: &Object) -> PyResult {
        let (Some(write), Some(dialect)) = (self.write.get(), self.dialect.get()) else {
            return singletons::ok_none();
        };
        let iterator = match iter::get_iter(t, row) {
            Ok(iterator) => iterator,
            Err(raised) => {
                if errors::matches::<exceptions::TypeError>(t) {
                    errors::clear(t);
                    return Err(error(t, &format!("iterable expected, not {:.200}", row.class().name_lossy())));
                }
                return Err(raised);
            }
        };
        let quoting = dialect.format.quoting;
        let terminator = dialect.lineterminator.get().unwrap_or_else(|| PyStr::empty().own());
        let mut line = Line { dialect: &dialect, terminator: terminator.chars(), out: StrBuilder::new(), fields: 0 };
        let mut null = false;
        while let Some(field) = iter::next(t, &iterator)? {
            null = field.is(singletons::none());
            let text = field.downcast::<PyStr>();
            let quoted = match quoting {
                Quoting::NonNumeric => !number::is_number(&field),
                Quoting::All => true,
                Quoting::Strings => text.is_some(),
                Quoting::NotNull => !null,
                Quoting::Minimal | Quoting::None => false,
            };
            match text {
                Some(text) => line.append(t, Some(text), quoted)?,
                None if null => line.append(t, None, quoted)?,
                None => {
                    let text = field.str(t)?;
                    line.append(t, Some(&text), quoted)?;
                }
            }
        }
        if line.fields > 0 && line.out.len() == 0 {
            if quoting == Quoting::None || (null && matches!(quoting, Quoting::Strings | Quoting::NotNull)) {
                return Err(error(t, "single empty field record must be quoted"));
            }
            line.fields -= 1;
            line.append(t, None, true)?;
        }
        line.out.push_chars(line.terminator);
        let text = line.out.finish(t)?;
        write.call(t, &[&text])
    }
}

/// CSV writer
///
/// Writer objects are responsible for generating tabular data
/// in CSV format from sequence input.
///
#[class(name = "_csv.writer", fields(dialect = dialect), heap, flags(BASETYPE, HAVE_GC), no_new)]
impl Writer {
    /// Construct and write a CSV record from an iterable of fields.
    ///
    /// Non-string elements will be converted to string.
    #[method(sig = "(row, /)")]
    fn writerow(&self, t: &Thread, row: &Object) -> PyResult {
        self.row(t, row)
    }

    /// Construct and write a series of iterables to a csv file.
    ///
    /// Non-string elements will be converted to string.
    #[method(sig = "(rows, /)")]
    fn writerows(&self, t: &Thread, rows: &Object) -> PyResult<()> {
        iter::for_each(t, rows, |row| self.row(t, &row).map(drop))
    }
}
