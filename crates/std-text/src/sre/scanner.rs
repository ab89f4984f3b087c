//! `Pattern.scanner` and what `finditer` iterates with.

use super::matching::Match;
use super::pattern::Pattern;
use super::subject::Subject;
use std::cell::{Cell, RefCell};
use taipan_object::{Data, Head, Object, Owned, PyResult, Slot, Thread, class, err, new_object, object};
use taipan_text::sre::{Matcher, Mode};

struct State {
    subject: Subject,
    matcher: Matcher,
}

/// `_sre.SRE_Scanner`.
#[object]
pub struct Scanner {
    pattern: Slot<Pattern>,
    state: Data<RefCell<Option<Box<State>>>>,
    pos: Cell<usize>,
    endpos: Cell<usize>,
    /// Where to go on; `None` once nothing was found.
    start: Data<Cell<Option<usize>>>,
    must_advance: Cell<bool>,
}

#[class(name = "_sre.SRE_Scanner", flags(HAVE_GC), no_new)]
impl Scanner {
    /// A scanner over part of a string.
    pub fn create(t: &Thread, pattern: &Pattern, string: &Object, pos: isize, endpos: isize) -> PyResult<Owned<Self>> {
        let subject = pattern.subject(t, string)?;
        let (pos, endpos) = super::pattern::clip(pos, endpos, subject.len());
        let program = pattern.program(t)?;
        let matcher = Matcher::new(&program);
        new_object(
            t,
            Self {
                head: Head::new(),
                pattern: Slot::new(taipan_object::Own::own(pattern)),
                state: Data(RefCell::new(Some(Box::new(State { subject, matcher })))),
                pos: Cell::new(pos),
                endpos: Cell::new(endpos),
                start: Data(Cell::new(Some(pos))),
                must_advance: Cell::new(false),
            },
        )
    }

    fn step(&self, t: &Thread, mode: Mode) -> PyResult<Option<Owned<Match>>> {
        // Signal handlers and finalizers may call the same scanner while it is at work.
        let Some(mut state) = self.state.borrow_mut().take() else {
            return Err(err!(t, ValueError, "regular expression scanner already executing"));
        };
        let result = self.advance(t, &mut state, mode);
        *self.state.borrow_mut() = Some(state);
        result
    }

    fn advance(&self, t: &Thread, state: &mut State, mode: Mode) -> PyResult<Option<Owned<Match>>> {
        let (Some(start), Some(pattern)) = (self.start.get(), self.pattern.get()) else { return Ok(None) };
        let program = pattern.program(t)?;
        let State { subject, matcher } = state;
        if !subject.run(t, &program, matcher, start, self.endpos.get(), mode, self.must_advance.get())? {
            self.start.set(None);
            return Ok(None);
        }
        let found = Match::create(t, &pattern, &program, subject, matcher, self.pos.get(), self.endpos.get())?;
        let (a, b) = matcher.span(0).unwrap_or((start, start));
        self.must_advance.set(a == b);
        self.start.set(Some(b));
        Ok(Some(found))
    }

    #[method]
    fn r#match(&self, t: &Thread) -> PyResult<Option<Owned<Match>>> {
        self.step(t, Mode::Match)
    }

    #[method]
    fn search(&self, t: &Thread) -> PyResult<Option<Owned<Match>>> {
        self.step(t, Mode::Search)
    }

    #[getter(member)]
    fn pattern(&self, _t: &Thread) -> Option<Owned<Pattern>> {
        self.pattern.get()
    }
}
