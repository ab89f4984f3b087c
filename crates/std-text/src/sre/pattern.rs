//! `re.Pattern`.

use super::matching::Match;
use super::scanner::Scanner;
use super::subject::Subject;
use super::template::{Template, compiled};
use std::cell::RefCell;
use std::rc::Rc;
use taipan_object::buffer::Buffer;
use taipan_object::unicode::builder::StrBuilder;
use taipan_object::{
    CompareOp, Data, Head, Object, Own, Owned, PyBytes, PyDict, PyInt, PyList, PyMappingProxy, PyResult, PyStr,
    PyTuple, PyType, Slot, Thread, WeakList, class, err, errors, hash, name, new_object, object, singletons,
};
use taipan_text::sre::{CompileError, LocaleTables, Matcher, Mode, Program};

const FLAG_LOCALE: i32 = 4;
const FLAG_UNICODE: i32 = 32;
const FLAG_ASCII: i32 = 256;
const FLAG_NAMES: [(i32, &str); 8] = [
    (1, "re.TEMPLATE"),
    (2, "re.IGNORECASE"),
    (4, "re.LOCALE"),
    (8, "re.MULTILINE"),
    (16, "re.DOTALL"),
    (32, "re.UNICODE"),
    (64, "re.VERBOSE"),
    (128, "re.DEBUG"),
];

/// `re.Pattern`.
#[object]
pub struct Pattern {
    pattern: Slot,
    flags: i32,
    groups: usize,
    groupindex: Slot<PyDict>,
    indexgroup: Slot<PyTuple>,
    code: Data<Box<[u32]>>,
    program: Data<RefCell<Rc<Program>>>,
    /// A matcher nobody uses, kept for the next call.
    spare: Data<RefCell<Option<Matcher>>>,
    is_bytes: Data<Option<bool>>,
    weaklist: WeakList,
}

/// Positions of a search, clipped to the length.
pub fn clip(pos: isize, endpos: isize, len: usize) -> (usize, usize) {
    let end = usize::try_from(endpos).unwrap_or(0).min(len);
    let start = usize::try_from(pos).unwrap_or(0).min(len);
    (start, end)
}

fn locale_tables() -> LocaleTables {
    let taipan_object::ctype::ByteTables { alnum, lower, upper } = taipan_object::ctype::byte_tables();
    LocaleTables { alnum, lower, upper }
}

fn translate(t: &Thread, code: &[u32], groups: usize, flags: i32) -> PyResult<Program> {
    let current = (flags & FLAG_LOCALE != 0).then(locale_tables);
    Program::translate(code, groups, current.as_ref().unwrap_or(LocaleTables::C)).map_err(|error| match error {
        CompileError::Invalid => err!(t, RuntimeError, "invalid SRE code"),
        CompileError::TooDeep => err!(t, RecursionError, "maximum recursion depth exceeded during compilation"),
    })
}

/// A program and matcher at work; the matcher goes back to the pattern afterwards.
struct Run<'a> {
    pattern: &'a Pattern,
    program: Rc<Program>,
    matcher: Option<Matcher>,
    subject: Subject,
}

impl<'a> Run<'a> {
    fn new(t: &Thread, pattern: &'a Pattern, string: &Object) -> PyResult<Self> {
        let subject = pattern.subject(t, string)?;
        let program = pattern.program(t)?;
        let matcher = pattern.spare.borrow_mut().take().unwrap_or_else(|| Matcher::new(&program));
        Ok(Self { pattern, program, matcher: Some(matcher), subject })
    }

    fn go(&mut self, t: &Thread, pos: usize, end: usize, mode: Mode, must_advance: bool) -> PyResult<bool> {
        match &mut self.matcher {
            Some(matcher) => self.subject.run(t, &self.program, matcher, pos, end, mode, must_advance),
            None => Ok(false),
        }
    }

    fn span(&self, group: usize) -> Option<(usize, usize)> {
        self.matcher.as_ref().and_then(|m| m.span(group))
    }

    fn whole(&self) -> (usize, usize) {
        self.span(0).unwrap_or((0, 0))
    }

    /// A group's text: nothing matched gives an empty string or `None`.
    fn group(&self, t: &Thread, group: usize, empty: bool) -> PyResult {
        match self.span(group) {
            Some((a, b)) => self.subject.slice(t, a, b),
            None if empty => self.subject.slice(t, 0, 0),
            None => Ok(singletons::none().own()),
        }
    }

    fn found(&self, t: &Thread, pos: usize, end: usize) -> PyResult<Owned<Match>> {
        match &self.matcher {
            Some(matcher) => Match::create(t, self.pattern, &self.program, &self.subject, matcher, pos, end),
            None => Err(errors::bad_internal_call(t)),
        }
    }
}

impl Drop for Run<'_> {
    fn drop(&mut self) {
        if let Ok(mut spare) = self.pattern.spare.try_borrow_mut() {
            *spare = self.matcher.take();
        }
    }
}

/// The pieces of a substitution.
enum Output {
    Text(StrBuilder),
    Bytes(Vec<u8>),
}

/// Puts a substitution together; what is wrong with a piece is said when all are there.
struct Joiner {
    out: Output,
    pieces: usize,
    /// The only piece so far, which is the result if it stays alone.
    only: Option<Owned>,
    wrong: Option<(usize, String)>,
}

impl Joiner {
    fn new(subject: &Subject) -> Self {
        let out = if subject.is_bytes() { Output::Bytes(Vec::new()) } else { Output::Text(StrBuilder::new()) };
        Self { out, pieces: 0, only: None, wrong: None }
    }

    fn add_slice(&mut self, t: &Thread, subject: &Subject, a: usize, b: usize) -> PyResult<()> {
        self.pieces += 1;
        self.only = None;
        let chars = subject.chars();
        match (&mut self.out, chars) {
            (Output::Text(out), chars) => {
                out.reserve(t, b - a)?;
                out.push_chars(chars.slice(a, b));
            }
            (Output::Bytes(out), taipan_object::unicode::Chars::One(s)) => {
                out.try_reserve(b - a).map_err(|_| errors::no_memory(t))?;
                out.extend_from_slice(s.get(a..b).unwrap_or(&[]));
            }
            _ => {}
        }
        Ok(())
    }

    fn add_object(&mut self, t: &Thread, piece: &Object) -> PyResult<()> {
        let index = self.pieces;
        self.pieces += 1;
        let fits = match &mut self.out {
            Output::Text(out) => match piece.downcast::<PyStr>() {
                Some(text) => {
                    out.reserve(t, text.len())?;
                    out.push_str(text);
                    true
                }
                None => false,
            },
            Output::Bytes(out) => match piece.downcast::<PyBytes>() {
                Some(bytes) => {
                    out.try_reserve(bytes.len()).map_err(|_| errors::no_memory(t))?;
                    out.extend_from_slice(bytes.as_bytes());
                    true
                }
                None => match Buffer::readable(t, piece) {
                    Ok(buffer) => {
                        out.extend_from_slice(buffer.as_bytes());
                        true
                    }
                    Err(_) => {
                        errors::clear(t);
                        false
                    }
                },
            },
        };
        self.only = if index == 0 && fits { Some(piece.own()) } else { None };
        if !fits && self.wrong.is_none() {
            self.wrong = Some((index, piece.class().name_lossy()));
        }
        Ok(())
    }

    fn finish(self, t: &Thread) -> PyResult {
        if let Some((index, class)) = self.wrong {
            let expected = match self.out {
                Output::Text(_) => "str instance",
                Output::Bytes(_) => "a bytes-like object",
            };
            return Err(err!(t, TypeError, "sequence item {index}: expected {expected}, {class:.80} found"));
        }
        if let Some(only) = self.only
            && (only.is_exact::<PyStr>() || only.is_exact::<PyBytes>())
        {
            return Ok(only);
        }
        match self.out {
            Output::Text(out) => out.finish(t).map(Owned::into_object),
            Output::Bytes(out) => PyBytes::new(t, &out).map(Owned::into_object),
        }
    }
}

/// What replaces a match.
enum Replacement {
    Literal(Owned),
    Template(Owned<Template>),
    Function(Owned),
}

impl Replacement {
    fn new(t: &Thread, pattern: &Pattern, given: &Object) -> PyResult<Self> {
        if given.is_callable() {
            return Ok(Self::Function(given.own()));
        }
        let literal = match given.downcast::<PyStr>() {
            Some(text) => !text.chars().iter().any(|c| c == u32::from(b'\\')),
            None => match Buffer::readable(t, given) {
                Ok(buffer) => !buffer.as_bytes().contains(&b'\\'),
                Err(_) => {
                    errors::clear(t);
                    false
                }
            },
        };
        if literal {
            return Ok(Self::Literal(given.own()));
        }
        match compiled(t, pattern, given)?.into_type::<Template>() {
            Ok(template) => Ok(match template.as_literal() {
                Some(literal) => Self::Literal(literal),
                None => Self::Template(template),
            }),
            Err(_) => Err(err!(t, TypeError, "invalid template")),
        }
    }
}

/// Compiled regular expression object.
#[class(name = "re.Pattern", flags(HAVE_GC), weaklist = weaklist, no_new)]
impl Pattern {
    /// Translates the code of `re._compiler`.
    pub fn create(
        t: &Thread,
        pattern: &Object,
        flags: i32,
        code: Vec<u32>,
        groups: isize,
        groupindex: &PyDict,
        indexgroup: &PyTuple,
    ) -> PyResult<Owned<Self>> {
        let is_bytes = if pattern.is(singletons::none()) { None } else { Some(Subject::new(t, pattern)?.is_bytes()) };
        let bad = |_| err!(t, RuntimeError, "invalid SRE code");
        let groups = usize::try_from(groups).map_err(bad)?;
        let program = translate(t, &code, groups, flags)?;
        new_object(
            t,
            Self {
                head: Head::new(),
                pattern: Slot::new(pattern.own()),
                flags,
                groups,
                groupindex: Slot::new(groupindex.own()),
                indexgroup: Slot::new(indexgroup.own()),
                code: Data(code.into_boxed_slice()),
                program: Data(RefCell::new(Rc::new(program))),
                spare: Data(RefCell::new(None)),
                is_bytes: Data(is_bytes),
                weaklist: WeakList::new(),
            },
        )
    }

    /// The number of groups without group 0.
    pub fn n_groups(&self) -> usize {
        self.groups
    }

    /// Group numbers by name.
    pub fn names(&self) -> Option<Owned<PyDict>> {
        self.groupindex.get()
    }

    /// Group names by number.
    pub fn group_names(&self) -> Option<Owned<PyTuple>> {
        self.indexgroup.get()
    }

    /// The program, ready to run; made anew when a LOCALE pattern meets another locale.
    pub fn program(&self, t: &Thread) -> PyResult<Rc<Program>> {
        if self.flags & FLAG_LOCALE != 0 {
            let program = translate(t, &self.code, self.groups, self.flags)?;
            *self.program.borrow_mut() = Rc::new(program);
        }
        let mut program = self.program.borrow_mut();
        if !program.is_prepared() {
            Rc::make_mut(&mut program).prepare();
        }
        Ok(program.clone())
    }

    /// A subject of the pattern's own kind.
    pub fn subject(&self, t: &Thread, string: &Object) -> PyResult<Subject> {
        let subject = Subject::new(t, string)?;
        match (self.is_bytes.0, subject.is_bytes()) {
            (Some(false), true) => Err(err!(t, TypeError, "cannot use a string pattern on a bytes-like object")),
            (Some(true), false) => Err(err!(t, TypeError, "cannot use a bytes pattern on a string-like object")),
            _ => Ok(subject),
        }
    }

    fn once(&self, t: &Thread, string: &Object, pos: isize, end: isize, mode: Mode) -> PyResult<Option<Owned<Match>>> {
        let mut run = Run::new(t, self, string)?;
        let (pos, end) = clip(pos, end, run.subject.len());
        // A start beyond the end still matches nothing there, but is not searched.
        let stop = if mode == Mode::Search { end } else { end.max(pos) };
        if run.go(t, pos, stop, mode, false)? { run.found(t, pos, end).map(Some) } else { Ok(None) }
    }

    /// Matches zero or more characters at the beginning of the string.
    #[method(
        sig = "(string, pos=0, endpos=9223372036854775807)",
        text = "($self, /, string, pos=0, endpos=sys.maxsize)"
    )]
    fn r#match(&self, t: &Thread, string: &Object, pos: isize, endpos: isize) -> PyResult<Option<Owned<Match>>> {
        self.once(t, string, pos, endpos, Mode::Match)
    }

    /// Matches against all of the string.
    #[method(
        sig = "(string, pos=0, endpos=9223372036854775807)",
        text = "($self, /, string, pos=0, endpos=sys.maxsize)"
    )]
    fn fullmatch(&self, t: &Thread, string: &Object, pos: isize, endpos: isize) -> PyResult<Option<Owned<Match>>> {
        self.once(t, string, pos, endpos, Mode::FullMatch)
    }

    /// Scan through string looking for a match, and return a corresponding match object instance.
    ///
    /// Return None if no position in the string matches.
    #[method(
        sig = "(string, pos=0, endpos=9223372036854775807)",
        text = "($self, /, string, pos=0, endpos=sys.maxsize)"
    )]
    fn search(&self, t: &Thread, string: &Object, pos: isize, endpos: isize) -> PyResult<Option<Owned<Match>>> {
        self.once(t, string, pos, endpos, Mode::Search)
    }

    fn substitute(&self, t: &Thread, repl: &Object, string: &Object, count: isize) -> PyResult<(Owned, usize)> {
        let replacement = Replacement::new(t, self, repl)?;
        let mut run = Run::new(t, self, string)?;
        let mut joiner = Joiner::new(&run.subject);
        let end = run.subject.len();
        // A count of zero means no limit; a negative one has been reached from the start.
        let limit = if count == 0 { None } else { Some(usize::try_from(count).unwrap_or(0)) };
        let (mut start, mut copied, mut n, mut must_advance) = (0, 0, 0, false);
        while limit.is_none_or(|limit| n < limit) && run.go(t, start, end, Mode::Search, must_advance)? {
            let (b, e) = run.whole();
            if copied < b {
                joiner.add_slice(t, &run.subject, copied, b)?;
            }
            match &replacement {
                Replacement::Literal(text) => joiner.add_object(t, text)?,
                Replacement::Template(template) => {
                    if let Some(matcher) = &run.matcher {
                        let piece = template.fill_from(t, &run.subject, self.groups, matcher)?;
                        joiner.add_object(t, &piece)?;
                    }
                }
                Replacement::Function(function) => {
                    let found = run.found(t, 0, end)?;
                    let piece = function.call(t, &[&found])?;
                    if !piece.is(singletons::none()) {
                        joiner.add_object(t, &piece)?;
                    }
                }
            }
            copied = e;
            n += 1;
            must_advance = b == e;
            start = e;
        }
        if n == 0 {
            return Ok((run.subject.slice(t, 0, end)?, 0));
        }
        if copied < end {
            joiner.add_slice(t, &run.subject, copied, end)?;
        }
        Ok((joiner.finish(t)?, n))
    }

    /// Return the string obtained by replacing the leftmost non-overlapping occurrences of pattern in string by the replacement repl.
    #[method(sig = "(repl, string, count=0)")]
    fn sub(&self, t: &Thread, repl: &Object, string: &Object, count: isize) -> PyResult {
        self.substitute(t, repl, string, count).map(|(text, _)| text)
    }

    /// Return the tuple (new_string, number_of_subs_made) found by replacing the leftmost non-overlapping occurrences of pattern with the replacement repl.
    #[method(sig = "(repl, string, count=0)")]
    fn subn(&self, t: &Thread, repl: &Object, string: &Object, count: isize) -> PyResult<(Owned, usize)> {
        self.substitute(t, repl, string, count)
    }

    /// Return a list of all non-overlapping matches of pattern in string.
    #[method(
        sig = "(string, pos=0, endpos=9223372036854775807)",
        text = "($self, /, string, pos=0, endpos=sys.maxsize)"
    )]
    fn findall(&self, t: &Thread, string: &Object, pos: isize, endpos: isize) -> PyResult<Owned<PyList>> {
        let mut run = Run::new(t, self, string)?;
        let (mut start, end) = clip(pos, endpos, run.subject.len());
        let out = PyList::new(t)?;
        let mut must_advance = false;
        while run.go(t, start, end, Mode::Search, must_advance)? {
            let (a, b) = run.whole();
            let item = match self.groups {
                0 => run.subject.slice(t, a, b)?,
                1 => run.group(t, 1, true)?,
                n => {
                    let items = (1..=n).map(|i| run.group(t, i, true)).collect::<PyResult<Vec<_>>>()?;
                    PyTuple::from_vec(t, items)?.into_object()
                }
            };
            out.append(t, item)?;
            must_advance = a == b;
            start = b;
        }
        Ok(out)
    }

    /// Split string by the occurrences of pattern.
    #[method(sig = "(string, maxsplit=0)")]
    fn split(&self, t: &Thread, string: &Object, maxsplit: isize) -> PyResult<Owned<PyList>> {
        let mut run = Run::new(t, self, string)?;
        let end = run.subject.len();
        let out = PyList::new(t)?;
        let (mut start, mut n, mut must_advance) = (0, 0, false);
        while (maxsplit == 0 || n < maxsplit) && run.go(t, start, end, Mode::Search, must_advance)? {
            let (a, b) = run.whole();
            out.append(t, run.subject.slice(t, start, a)?)?;
            for i in 1..=self.groups {
                out.append(t, run.group(t, i, false)?)?;
            }
            n += 1;
            must_advance = a == b;
            start = b;
        }
        out.append(t, run.subject.slice(t, start, end)?)?;
        Ok(out)
    }

    /// Return an iterator over all non-overlapping matches for the RE pattern in string.
    ///
    /// For each match, the iterator returns a match object.
    #[method(
        sig = "(string, pos=0, endpos=9223372036854775807)",
        text = "($self, /, string, pos=0, endpos=sys.maxsize)"
    )]
    fn finditer(&self, t: &Thread, string: &Object, pos: isize, endpos: isize) -> PyResult {
        let scanner = Scanner::create(t, self, string, pos, endpos)?;
        let search = scanner.getattr(t, name!(t, "search"))?;
        taipan_types::callable_iterator(t, &search, singletons::none())
    }

    #[method(
        sig = "(string, pos=0, endpos=9223372036854775807)",
        text = "($self, /, string, pos=0, endpos=sys.maxsize)"
    )]
    fn scanner(&self, t: &Thread, string: &Object, pos: isize, endpos: isize) -> PyResult<Owned<Scanner>> {
        Scanner::create(t, self, string, pos, endpos)
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

    /// Patterns are generic over the type of string they handle (str or bytes)
    #[classmethod]
    fn __class_getitem__(cls: &PyType, t: &Thread, object: &Object) -> PyResult {
        taipan_object::state::generic_alias(t, cls, object)
    }

    #[slot]
    fn tp_repr(&self, t: &Thread) -> PyResult<Owned<PyStr>> {
        let mut flags = self.flags;
        if self.is_bytes.0 == Some(false) && flags & (FLAG_LOCALE | FLAG_UNICODE | FLAG_ASCII) == FLAG_UNICODE {
            flags &= !FLAG_UNICODE;
        }
        let mut names = Vec::new();
        for (bit, name) in FLAG_NAMES.iter().chain(&[(FLAG_ASCII, "re.ASCII")]).filter(|(bit, _)| *bit != 1) {
            if flags & bit != 0 {
                names.push((*name).to_string());
                flags &= !bit;
            }
        }
        if flags != 0 {
            names.push(format!("0x{flags:x}"));
        }
        let source = self.pattern.get().unwrap_or_else(|| singletons::none().own()).repr(t)?;
        let source = source.substring(t, 0, source.len().min(200))?;
        let names = names.join("|");
        let comma = if names.is_empty() { "" } else { ", " };
        let mut out = StrBuilder::new();
        out.push_latin1(b"re.compile(");
        out.push_str(&source);
        out.push_latin1(comma.as_bytes());
        out.push_latin1(names.as_bytes());
        out.push_latin1(b")");
        out.finish(t)
    }

    #[slot]
    fn tp_hash(&self, t: &Thread) -> PyResult<isize> {
        let source = self.pattern.get().unwrap_or_else(|| singletons::none().own());
        let mut value = hash::hash(t, &source)?;
        let code: Vec<u8> = self.code.iter().flat_map(|w| w.to_le_bytes()).collect();
        value ^= taipan_object::unicode::hash_bytes(&code);
        value ^= self.flags as isize;
        value ^= self.is_bytes.0.map_or(-1, isize::from);
        value ^= self.groups as isize;
        Ok(if value == -1 { -2 } else { value })
    }

    #[slot]
    fn tp_richcompare(&self, t: &Thread, other: &Object, op: CompareOp) -> PyResult {
        let Some(other) = other.downcast::<Self>() else { return singletons::ok_not_implemented() };
        if !matches!(op, CompareOp::Eq | CompareOp::Ne) {
            return singletons::ok_not_implemented();
        }
        let mut equal = core::ptr::eq(self, other);
        if !equal {
            equal = self.flags == other.flags
                && self.is_bytes.0 == other.is_bytes.0
                && self.groups == other.groups
                && *self.code.0 == *other.code.0;
            // Patterns may be equal as numbers are and yet stand for different things: the sources decide.
            if equal && let (Some(a), Some(b)) = (self.pattern.get(), other.pattern.get()) {
                equal = a.eq(t, &b)?;
            }
        }
        Ok(singletons::bool(equal == (op == CompareOp::Eq)).own())
    }

    /// The pattern string from which the RE object was compiled.
    #[getter(member)]
    fn pattern(&self, _t: &Thread) -> Option<Owned> {
        self.pattern.get()
    }

    /// The regex matching flags.
    #[getter(member)]
    fn flags(&self, t: &Thread) -> PyResult<Owned<PyInt>> {
        PyInt::from_i64(t, i64::from(self.flags))
    }

    /// The number of capturing groups in the pattern.
    #[getter(member)]
    fn groups(&self, _t: &Thread) -> usize {
        self.groups
    }

    /// A dictionary mapping group names to group numbers.
    #[getter]
    fn groupindex(&self, t: &Thread) -> PyResult {
        match self.groupindex.get() {
            Some(names) if names.len() > 0 => PyMappingProxy::new(t, &names).map(Owned::into_object),
            _ => PyDict::new(t).map(Owned::into_object),
        }
    }
}
