//! `re.Match`.

use super::pattern::Pattern;
use super::subject::{Subject, slice_object};
use super::template::{Template, compiled};
use std::cell::Cell;
use taipan_object::{
    Head, Object, Own, Owned, PyDict, PyInt, PyResult, PyStr, PyTuple, PyType, Slot, Thread, class, err, errors,
    new_object, number, object, singletons,
};
use taipan_text::sre::{Matcher, Program};

/// Groups whose spans lie in the object itself, group 0 included.
const INLINE: usize = 3;
const UNSET: (isize, isize) = (-1, -1);

/// `re.Match`.
#[object]
pub struct Match {
    string: Slot,
    pattern: Slot<Pattern>,
    regs: Slot,
    pos: usize,
    endpos: usize,
    lastindex: isize,
    groups: usize,
    first: Cell<[(isize, isize); INLINE]>,
    rest: taipan_object::Data<Box<[(isize, isize)]>>,
}

/// The result of re.match() and re.search().
/// Match objects always have a boolean value of True.
#[class(name = "re.Match", flags(HAVE_GC), no_new)]
impl Match {
    /// From the state that a successful run left.
    pub fn create(
        t: &Thread,
        pattern: &Pattern,
        program: &Program,
        subject: &Subject,
        matcher: &Matcher,
        pos: usize,
        endpos: usize,
    ) -> PyResult<Owned<Self>> {
        let span = |i: usize| matcher.span(i).map_or(UNSET, |(a, b)| (a as isize, b as isize));
        let groups = pattern.n_groups() + 1;
        let mut first = [UNSET; INLINE];
        for (i, place) in first.iter_mut().enumerate().take(groups) {
            *place = span(i);
        }
        let rest: Box<[_]> = (INLINE..groups).map(span).collect();
        new_object(
            t,
            Self {
                head: Head::new(),
                string: Slot::new(subject.object.clone()),
                pattern: Slot::new(pattern.own()),
                regs: Slot::empty(),
                pos,
                endpos,
                lastindex: matcher.lastindex(program).map_or(-1, |i| i as isize),
                groups,
                first: Cell::new(first),
                rest: taipan_object::Data(rest),
            },
        )
    }

    /// The number of groups with group 0.
    pub fn n_groups(&self) -> usize {
        self.groups
    }

    /// What was matched against.
    pub fn string_object(&self) -> Owned {
        self.string.get().unwrap_or_else(|| singletons::none().own())
    }

    fn raw_span(&self, i: usize) -> (isize, isize) {
        match i.checked_sub(INLINE) {
            None => self.first.get()[i],
            Some(i) => self.rest.get(i).copied().unwrap_or(UNSET),
        }
    }

    /// The span of a group that took part.
    pub fn span_of(&self, i: usize) -> Option<(usize, usize)> {
        let (a, b) = self.raw_span(i);
        Some((usize::try_from(a).ok()?, usize::try_from(b).ok()?))
    }

    fn slice(&self, t: &Thread, i: usize, default: &Object) -> PyResult {
        match self.span_of(i) {
            Some((a, b)) => slice_object(t, &self.string_object(), a, b),
            None => Ok(default.own()),
        }
    }

    fn index(&self, t: &Thread, group: Option<&Object>) -> PyResult<usize> {
        let Some(group) = group else { return Ok(0) };
        let bad = || err!(t, IndexError, "no such group");
        let found = if number::is_index(group) {
            match number::index_clipped(t, group) {
                Ok(i) => i,
                Err(_) => {
                    errors::clear(t);
                    -1
                }
            }
        } else {
            let names = self.pattern.get().and_then(|p| p.names());
            match names {
                Some(names) => match names.get_item(t, group)? {
                    Some(number) => number.downcast::<PyInt>().map_or(-1, PyInt::to_isize_clipped),
                    None => -1,
                },
                None => -1,
            }
        };
        usize::try_from(found).ok().filter(|&i| i < self.groups).ok_or_else(bad)
    }

    fn get(&self, t: &Thread, group: &Object) -> PyResult {
        let i = self.index(t, Some(group))?;
        self.slice(t, i, singletons::none())
    }

    /// group([group1, ...]) -> str or tuple.
    ///     Return subgroup(s) of the match by indices or names.
    ///     For 0 returns the entire match.
    #[method(sig = "(*args)", text = "")]
    fn group(&self, t: &Thread, args: &[&Object]) -> PyResult {
        match args {
            [] => self.slice(t, 0, singletons::none()),
            [one] => self.get(t, one),
            many => {
                let items = many.iter().map(|group| self.get(t, group)).collect::<PyResult<Vec<_>>>()?;
                PyTuple::from_vec(t, items).map(Owned::into_object)
            }
        }
    }

    /// Return index of the start of the substring matched by group.
    #[method(sig = "(group=0, /)")]
    fn start(&self, t: &Thread, group: Option<&Object>) -> PyResult<isize> {
        Ok(self.raw_span(self.index(t, group)?).0)
    }

    /// Return index of the end of the substring matched by group.
    #[method(sig = "(group=0, /)")]
    fn end(&self, t: &Thread, group: Option<&Object>) -> PyResult<isize> {
        Ok(self.raw_span(self.index(t, group)?).1)
    }

    /// For match object m, return the 2-tuple (m.start(group), m.end(group)).
    #[method(sig = "(group=0, /)")]
    fn span(&self, t: &Thread, group: Option<&Object>) -> PyResult<(isize, isize)> {
        Ok(self.raw_span(self.index(t, group)?))
    }

    /// Return a tuple containing all the subgroups of the match, from 1.
    ///
    ///   default
    ///     Is used for groups that did not participate in the match.
    #[method(sig = "(default=None)")]
    fn groups(&self, t: &Thread, default: Option<&Object>) -> PyResult<Owned<PyTuple>> {
        let default = default.unwrap_or_else(|| singletons::none());
        let items = (1..self.groups).map(|i| self.slice(t, i, default)).collect::<PyResult<Vec<_>>>()?;
        PyTuple::from_vec(t, items)
    }

    /// Return a dictionary containing all the named subgroups of the match, keyed by the subgroup name.
    ///
    ///   default
    ///     Is used for groups that did not participate in the match.
    #[method(sig = "(default=None)")]
    fn groupdict(&self, t: &Thread, default: Option<&Object>) -> PyResult<Owned<PyDict>> {
        let default = default.unwrap_or_else(|| singletons::none());
        let out = PyDict::new(t)?;
        if let Some(names) = self.pattern.get().and_then(|p| p.names()) {
            for (name, _) in names.items_vec() {
                let i = self.index(t, Some(&name))?;
                out.set_item(t, &name, &*self.slice(t, i, default)?)?;
            }
        }
        Ok(out)
    }

    /// Return the string obtained by doing backslash substitution on the string template, as done by the sub() method.
    #[method(sig = "(template)")]
    fn expand(&self, t: &Thread, template: &Object) -> PyResult {
        let Some(pattern) = self.pattern.get() else { return singletons::ok_none() };
        let template = compiled(t, &pattern, template)?;
        match template.downcast::<Template>() {
            Some(template) => template.expand(t, self),
            None => singletons::ok_none(),
        }
    }

    #[method]
    fn __copy__(&self, _t: &Thread) -> Owned {
        self.as_object().own()
    }

    #[method]
    fn __deepcopy__(&self, _t: &Thread, memo: &Object) -> Owned {
        let _ = memo;
        self.as_object().own()
    }

    /// Matches are generic over the type of string which was matched (str or bytes)
    #[classmethod]
    fn __class_getitem__(cls: &PyType, t: &Thread, object: &Object) -> PyResult {
        taipan_object::state::generic_alias(t, cls, object)
    }

    #[slot]
    fn mp_subscript(&self, t: &Thread, other: &Object) -> PyResult {
        self.get(t, other)
    }

    #[slot]
    fn tp_repr(&self, t: &Thread) -> PyResult<Owned<PyStr>> {
        let group = self.slice(t, 0, singletons::none())?;
        let (a, b) = self.raw_span(0);
        let shown = group.repr(t)?;
        PyStr::from_fmt(
            t,
            format_args!("<{} object; span=({a}, {b}), match={}>", self.class().name_lossy(), shown.display()),
        )
    }

    /// The string passed to match() or search().
    #[getter(member)]
    fn string(&self, _t: &Thread) -> Owned {
        self.string_object()
    }

    /// The regular expression object.
    #[getter(member)]
    fn re(&self, _t: &Thread) -> Option<Owned<Pattern>> {
        self.pattern.get()
    }

    /// The index into the string at which the RE engine started looking for a match.
    #[getter(member)]
    fn pos(&self, _t: &Thread) -> usize {
        self.pos
    }

    /// The index into the string beyond which the RE engine will not go.
    #[getter(member)]
    fn endpos(&self, _t: &Thread) -> usize {
        self.endpos
    }

    /// The integer index of the last matched capturing group.
    #[getter]
    fn lastindex(&self, _t: &Thread) -> Option<isize> {
        Some(self.lastindex).filter(|&i| i >= 0)
    }

    /// The name of the last matched capturing group.
    #[getter]
    fn lastgroup(&self, _t: &Thread) -> Option<Owned> {
        let names = self.pattern.get()?.group_names()?;
        names.get(usize::try_from(self.lastindex).ok()?).map(Own::own)
    }

    #[getter]
    fn regs(&self, t: &Thread) -> PyResult {
        if let Some(regs) = self.regs.get() {
            return Ok(regs);
        }
        let mut items = Vec::with_capacity(self.groups);
        for i in 0..self.groups {
            items.push(taipan_object::argparse::IntoResult::into_result(self.raw_span(i), t)?);
        }
        let regs = PyTuple::from_vec(t, items)?.into_object();
        self.regs.set(Some(regs.clone()));
        Ok(regs)
    }
}
