//! Replacement templates: literal pieces and groups by turns.

use super::matching::Match;
use super::subject::Subject;
use taipan_object::unicode::builder::StrBuilder;
use taipan_object::{
    Head, Object, Own, Owned, PyBytes, PyInt, PyList, PyResult, PyStr, Slot, Thread, class, err, new_object, object,
};
use taipan_text::sre::Matcher;

/// `_sre.SRE_Template`.
#[object]
pub struct Template {
    /// What comes before the first group.
    literal: Slot,
    /// Each group with the literal after it.
    items: Vec<(usize, Slot)>,
}

fn length(object: &Object) -> Option<usize> {
    object.downcast::<PyStr>().map(PyStr::len).or_else(|| object.downcast::<PyBytes>().map(PyBytes::len))
}

#[class(name = "_sre.SRE_Template", flags(HAVE_GC), no_new)]
impl Template {
    /// From what `re._parser.parse_template` gives.
    pub fn create(t: &Thread, template: &PyList) -> PyResult<Owned<Self>> {
        let bad = || err!(t, TypeError, "invalid template");
        let parts = template.to_vec();
        if parts.len().is_multiple_of(2) {
            return Err(bad());
        }
        let mut parts = parts.into_iter();
        let literal = parts.next().ok_or_else(bad)?;
        let mut items = Vec::new();
        while let (Some(group), Some(text)) = (parts.next(), parts.next()) {
            let index = group.downcast::<PyInt>().ok_or_else(|| err!(t, TypeError, "an integer is required"))?;
            let index = usize::try_from(index.to_isize(t)?).map_err(|_| bad())?;
            let text = if length(&text) == Some(0) { None } else { Some(text) };
            items.push((index, Slot::from_option(text)));
        }
        new_object(t, Self { head: Head::new(), literal: Slot::new(literal), items })
    }

    /// The replacement itself, if no group occurs in it.
    pub fn as_literal(&self) -> Option<Owned> {
        if self.items.is_empty() { self.literal.get() } else { None }
    }

    /// The template filled in from the spans of a match.
    pub fn fill(
        &self,
        t: &Thread,
        subject: &Subject,
        groups: usize,
        span: &dyn Fn(usize) -> Option<(usize, usize)>,
    ) -> PyResult {
        let Some(literal) = self.literal.get() else { return Err(err!(t, TypeError, "invalid template")) };
        if self.items.is_empty() {
            return Ok(literal);
        }
        let check = |index: usize| {
            if index > groups { Err(err!(t, IndexError, "no such group")) } else { Ok(()) }
        };
        if subject.is_bytes() {
            let mut out = Vec::new();
            add_bytes(t, &mut out, &literal, 0)?;
            let mut n = 1;
            for (index, text) in &self.items {
                check(*index)?;
                if let Some((a, b)) = span(*index) {
                    if let taipan_object::unicode::Chars::One(s) = subject.chars() {
                        out.extend_from_slice(s.get(a..b).unwrap_or(&[]));
                    }
                    n += 1;
                }
                if let Some(text) = text.get() {
                    add_bytes(t, &mut out, &text, n)?;
                    n += 1;
                }
            }
            return PyBytes::new(t, &out).map(Owned::into_object);
        }
        let mut out = StrBuilder::new();
        add_str(t, &mut out, &literal, 0)?;
        let mut n = 1;
        for (index, text) in &self.items {
            check(*index)?;
            if let Some((a, b)) = span(*index) {
                out.push_chars(subject.chars().slice(a, b));
                n += 1;
            }
            if let Some(text) = text.get() {
                add_str(t, &mut out, &text, n)?;
                n += 1;
            }
        }
        out.finish(t).map(Owned::into_object)
    }

    /// The template filled in from the groups of a match that a matcher holds.
    pub fn fill_from(&self, t: &Thread, subject: &Subject, groups: usize, matcher: &Matcher) -> PyResult {
        self.fill(t, subject, groups, &|i| matcher.span(i))
    }

    /// `Match.expand`.
    pub fn expand(&self, t: &Thread, found: &Match) -> PyResult {
        if let Some(literal) = self.as_literal() {
            return Ok(literal);
        }
        let string = found.string_object();
        let subject = Subject::new(t, &string)?;
        let n = subject.len();
        self.fill(t, &subject, found.n_groups() - 1, &|i| found.span_of(i).map(|(a, b)| (a.min(n), b.min(n))))
    }
}

fn add_str(t: &Thread, out: &mut StrBuilder, piece: &Object, index: usize) -> PyResult<()> {
    match piece.downcast::<PyStr>() {
        Some(text) => {
            out.push_str(text);
            Ok(())
        }
        None => Err(err!(
            t,
            TypeError,
            "sequence item {index}: expected str instance, {:.80} found",
            piece.class().name_lossy()
        )),
    }
}

fn add_bytes(t: &Thread, out: &mut Vec<u8>, piece: &Object, index: usize) -> PyResult<()> {
    match piece.downcast::<PyBytes>() {
        Some(bytes) => {
            out.extend_from_slice(bytes.as_bytes());
            Ok(())
        }
        None => Err(err!(
            t,
            TypeError,
            "sequence item {index}: expected a bytes-like object, {:.80} found",
            piece.class().name_lossy()
        )),
    }
}

/// A template from the cache of `re`.
pub fn compiled(t: &Thread, pattern: &Object, template: &Object) -> PyResult {
    let module = taipan_object::state::import(t, "re")?;
    let function = module.getattr(t, taipan_object::name!(t, "_compile_template"))?;
    let made = function.call(t, &[pattern, template])?;
    if made.is_exact::<Template>() {
        return Ok(made);
    }
    let _ = made.own();
    Err(err!(t, TypeError, "an SRE_Template is required, not {:.100}", made.class().name_lossy()))
}
