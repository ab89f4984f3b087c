//! Running programs.

use super::memo::Memo;
use super::program::{Hint, Inst, One, Program, Scan};
use super::set::{Fold, LocaleTables, category};
use crate::unicode;
use crate::unit::Unit;

/// How a match is anchored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// At the start position.
    Match,
    /// At the start position and up to the end.
    FullMatch,
    /// Anywhere from the start position on.
    Search,
}

/// Why a match could not be decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fail<E> {
    /// The backtrack stack does not fit into memory.
    Memory,
    /// The check raised.
    Check(E),
}

/// A way not taken.
#[derive(Debug, Clone, Copy)]
struct Choice {
    /// Where to go on; with [`RESUME`], the repeat to go on with.
    pc: u32,
    ptr: usize,
    /// The least position a repeat may give back to, or how many more items it may take.
    limit: usize,
    trail: usize,
}

const RESUME: u32 = 1 << 31;
const UNSET: usize = usize::MAX;
/// Steps between two calls of the check.
const PERIOD: u32 = 1 << 12;
/// Periods after which an attempt at one position begins to remember what it tried.
const MEMO_PERIODS: u32 = 8;

/// The state of a match, to be used again for further ones of the same program.
#[derive(Debug, Clone)]
pub struct Matcher {
    regs: Vec<usize>,
    trail: Vec<(u32, usize)>,
    choices: Vec<Choice>,
    start: usize,
    end: usize,
    budget: u32,
    /// Some register is set.
    dirty: bool,
    /// How often the budget ran out since the attempt at this position began.
    periods: u32,
    /// What was tried in vain, once an attempt takes long.
    memo: Option<Memo>,
}

impl Matcher {
    /// State for a program.
    pub fn new(p: &Program) -> Self {
        Matcher {
            regs: vec![UNSET; p.slots],
            trail: Vec::new(),
            choices: Vec::new(),
            start: 0,
            end: 0,
            budget: PERIOD,
            dirty: false,
            periods: 0,
            memo: None,
        }
    }

    /// The span of a group after a match; group 0 is the whole.
    pub fn span(&self, group: usize) -> Option<(usize, usize)> {
        if group == 0 {
            return Some((self.start, self.end));
        }
        let i = 2 * (group - 1);
        match (self.regs.get(i), self.regs.get(i + 1)) {
            (Some(&a), Some(&b)) if a != UNSET && b != UNSET && a <= b => Some((a, b)),
            _ => None,
        }
    }

    /// The group closed last, counted from 1.
    pub fn lastindex(&self, p: &Program) -> Option<usize> {
        self.regs.get(2 * p.groups).copied().filter(|&i| i != UNSET)
    }

    fn clear(&mut self) {
        self.choices.clear();
        self.trail.clear();
        if self.dirty {
            self.regs.fill(UNSET);
            self.dirty = false;
        }
    }

    /// Matches `text` up to `end` from `pos` on. `must_advance` refuses an empty match at `pos`. The check is called every
    /// few thousand steps, so that signals get through.
    pub fn run<T: Unit, E>(
        &mut self,
        p: &Program,
        text: &[T],
        pos: usize,
        end: usize,
        mode: Mode,
        must_advance: bool,
        check: &mut dyn FnMut() -> Result<(), E>,
    ) -> Result<bool, Fail<E>> {
        let end = end.min(text.len());
        let text = &text[..end];
        self.clear();
        self.periods = 0;
        let found = self.find(p, text, pos, mode, must_advance, check);
        self.memo = None;
        found
    }

    fn find<T: Unit, E>(
        &mut self,
        p: &Program,
        text: &[T],
        pos: usize,
        mode: Mode,
        must_advance: bool,
        check: &mut dyn FnMut() -> Result<(), E>,
    ) -> Result<bool, Fail<E>> {
        let end = text.len();
        if pos > end || end - pos < p.min_width {
            return Ok(false);
        }
        if mode != Mode::Search {
            return self.attempt(p, text, pos, mode == Mode::FullMatch, must_advance, check);
        }
        let last = end - p.min_width;
        let mut at = pos;
        let mut must_advance = must_advance;
        while at <= last {
            match candidate(p, text, at) {
                Some(i) if i <= last => {
                    if i > at {
                        must_advance = false;
                    }
                    at = i;
                }
                _ => return Ok(false),
            }
            if p.literal {
                let n = p.min_width;
                self.start = at;
                self.end = at + n;
                return Ok(true);
            }
            self.periods = 0;
            if self.attempt(p, text, at, false, must_advance, check)? {
                return Ok(true);
            }
            self.clear();
            if must_advance {
                // What failed for being empty may do next time.
                self.memo = None;
            }
            must_advance = false;
            at += 1;
        }
        Ok(false)
    }

    /// Whether the match came to this choice before, if that is remembered.
    #[inline(always)]
    fn was_tried(&mut self, p: &Program, pc: u32, ptr: usize) -> bool {
        match &mut self.memo {
            None => false,
            Some(memo) => memo.tried(p, pc, ptr),
        }
    }

    /// Sets a register; the old value is kept only while there is a choice to go back to.
    #[inline]
    fn set<E>(&mut self, slot: u32, v: usize) -> Result<(), Fail<E>> {
        self.dirty = true;
        if !self.choices.is_empty() {
            if self.trail.len() == self.trail.capacity() {
                self.grow()?;
            }
            self.trail.push((slot, self.regs[slot as usize]));
        }
        self.regs[slot as usize] = v;
        Ok(())
    }

    #[inline]
    fn push<E>(&mut self, pc: u32, ptr: usize, limit: usize) -> Result<(), Fail<E>> {
        if self.choices.len() == self.choices.capacity() {
            self.grow()?;
        }
        self.choices.push(Choice { pc, ptr, limit, trail: self.trail.len() });
        Ok(())
    }

    #[cold]
    fn grow<E>(&mut self) -> Result<(), Fail<E>> {
        let n = self.choices.len().max(32);
        self.choices.try_reserve(n).map_err(|_| Fail::Memory)?;
        let n = self.trail.len().max(32);
        self.trail.try_reserve(n).map_err(|_| Fail::Memory)
    }

    /// Tries at one position.
    fn attempt<T: Unit, E>(
        &mut self,
        p: &Program,
        text: &[T],
        start: usize,
        full: bool,
        must_advance: bool,
        check: &mut dyn FnMut() -> Result<(), E>,
    ) -> Result<bool, Fail<E>> {
        let insts = p.insts.as_slice();
        let mut pc = 0u32;
        let mut ptr = start;
        'run: loop {
            // Whoever breaks out of this block has failed and goes back to the last choice.
            'fail: {
                match insts[pc as usize] {
                    Inst::One(one) => {
                        let Some(c) = text.get(ptr) else { break 'fail };
                        if !p.one_matches(one, c.cp()) {
                            break 'fail;
                        }
                        ptr += 1;
                        pc += 1;
                    }
                    Inst::Str { at, len } => {
                        let lit = &p.pool[at as usize..(at + len) as usize];
                        match text.get(ptr..ptr + lit.len()) {
                            Some(s) if s.iter().zip(lit).all(|(a, &b)| a.cp() == b) => {}
                            _ => break 'fail,
                        }
                        ptr += lit.len();
                        pc += 1;
                    }
                    Inst::At(a) => {
                        if !at(a, text, ptr, &p.locale) {
                            break 'fail;
                        }
                        pc += 1;
                    }
                    Inst::Mark(m) => {
                        self.set(m, ptr)?;
                        if m & 1 == 1 {
                            let i = m as usize / 2 + 1;
                            let slot = 2 * p.groups;
                            if self.regs[slot] != i {
                                self.set(slot as u32, i)?;
                            }
                        }
                        pc += 1;
                    }
                    Inst::Jump(t) => pc = t,
                    Inst::Split { first, second, peek } => {
                        if self.was_tried(p, pc, ptr) {
                            break 'fail;
                        }
                        let (a, b) = &p.peeks[peek as usize];
                        let next = text.get(ptr).map(|c| c.cp());
                        match (a.allows(next), b.allows(next)) {
                            (true, true) => {
                                self.push(second, ptr, 0)?;
                                pc = first;
                            }
                            (true, false) => pc = first,
                            (false, true) => pc = second,
                            (false, false) => break 'fail,
                        }
                    }
                    Inst::Rep(i) => {
                        if self.was_tried(p, pc, ptr) {
                            break 'fail;
                        }
                        let r = &p.reps[i as usize];
                        let n = run_length(p, r.one, &text[ptr..], r.max);
                        if n < r.min {
                            break 'fail;
                        }
                        let (low, high) = (ptr + r.min, ptr + n);
                        if n == r.min || r.possessive || r.hint == Hint::Disjoint {
                            ptr = high;
                        } else {
                            let Some(q) = give_back(r.hint, text, low, high) else { break 'fail };
                            if q > low {
                                self.push(pc | RESUME, q - 1, low)?;
                            }
                            ptr = q;
                        }
                        pc += 1;
                    }
                    Inst::LazyRep(i) => {
                        if self.was_tried(p, pc, ptr) {
                            break 'fail;
                        }
                        let r = &p.reps[i as usize];
                        if r.min > 0 {
                            if run_length(p, r.one, &text[ptr..], r.min) < r.min {
                                break 'fail;
                            }
                            ptr += r.min;
                        }
                        let Some((q, left)) = take_more(p, r.one, r.hint, text, ptr, r.max - r.min) else {
                            break 'fail;
                        };
                        if left > 0 {
                            self.push(pc | RESUME, q, left)?;
                        }
                        ptr = q;
                        pc += 1;
                    }
                    Inst::LoopInit(slot) => {
                        self.set(slot, 0)?;
                        self.set(slot + 1, UNSET)?;
                        pc += 1;
                    }
                    Inst::Loop(i) => {
                        let l = &p.loops[i as usize];
                        let n = self.regs[l.slot as usize];
                        let more = n < l.max && self.regs[l.slot as usize + 1] != ptr;
                        if n < l.min {
                            // Thousands of empty iterations more would change nothing.
                            let rest = l.min - n > 10_000 && self.regs[l.slot as usize + 1] == ptr;
                            self.set(l.slot, if rest { l.min } else { n + 1 })?;
                            if l.min > 10_000 {
                                self.set(l.slot + 1, ptr)?;
                            }
                            pc = l.body;
                        } else if !l.greedy {
                            if more {
                                self.push(pc | RESUME, ptr, 0)?;
                            }
                            pc = l.tail;
                        } else if more {
                            self.push(l.tail, ptr, 0)?;
                            self.set(l.slot, n + 1)?;
                            self.set(l.slot + 1, ptr)?;
                            pc = l.body;
                        } else {
                            pc = l.tail;
                        }
                    }
                    Inst::PossessiveInit(slot) => {
                        self.set(slot, 0)?;
                        self.set(slot + 1, UNSET)?;
                        pc += 1;
                    }
                    Inst::PossessiveLoop(i) => {
                        let l = &p.loops[i as usize];
                        let n = self.regs[l.slot as usize];
                        let height = self.choices.len();
                        if n < l.min {
                            let rest = l.min - n > 10_000 && self.regs[l.slot as usize + 1] == ptr;
                            self.set(l.slot, if rest { l.min } else { n + 1 })?;
                            if l.min > 10_000 {
                                self.set(l.slot + 1, ptr)?;
                            }
                            self.set(l.slot + 2, height)?;
                            pc = l.body;
                        } else if n < l.max && self.regs[l.slot as usize + 1] != ptr {
                            self.push(l.tail, ptr, 0)?;
                            self.set(l.slot, n + 1)?;
                            self.set(l.slot + 1, ptr)?;
                            self.set(l.slot + 2, height)?;
                            pc = l.body;
                        } else {
                            pc = l.tail;
                        }
                    }
                    Inst::PossessiveEnd(i) => {
                        let l = &p.loops[i as usize];
                        let height = self.regs[l.slot as usize + 2];
                        self.choices.truncate(height);
                        pc = l.body - 1;
                    }
                    Inst::AtomicStart(slot) => {
                        let height = self.choices.len();
                        self.set(slot, height)?;
                        pc += 1;
                    }
                    Inst::AtomicEnd(slot) => {
                        let height = self.regs[slot as usize];
                        self.choices.truncate(height);
                        pc += 1;
                    }
                    Inst::Assert { slot, back, next } => {
                        let Some(q) = ptr.checked_sub(back as usize) else { break 'fail };
                        if next == pc + 3 {
                            // One item or literal needs no stack.
                            if let Some(holds) = simple(p, insts[pc as usize + 1], &text[q..]) {
                                if !holds {
                                    break 'fail;
                                }
                                pc = next;
                                continue 'run;
                            }
                        }
                        let height = self.choices.len();
                        self.set(slot, height)?;
                        self.set(slot + 1, ptr)?;
                        ptr = q;
                        pc += 1;
                    }
                    Inst::AssertEnd(slot) => {
                        let height = self.regs[slot as usize];
                        self.choices.truncate(height);
                        ptr = self.regs[slot as usize + 1];
                        pc += 1;
                    }
                    Inst::AssertNot { slot, back, next } => match ptr.checked_sub(back as usize) {
                        None => pc = next,
                        Some(q) => {
                            if next == pc + 3 {
                                if let Some(holds) = simple(p, insts[pc as usize + 1], &text[q..]) {
                                    if holds {
                                        break 'fail;
                                    }
                                    pc = next;
                                    continue 'run;
                                }
                            }
                            let height = self.choices.len();
                            self.push(next, ptr, 0)?;
                            self.set(slot, height)?;
                            ptr = q;
                            pc += 1;
                        }
                    },
                    Inst::AssertNotEnd(slot) => {
                        let height = self.regs[slot as usize];
                        // What the assertion set is undone by the choice below it, or does not matter any more.
                        self.choices.truncate(height);
                        break 'fail;
                    }
                    Inst::GroupRef { group, fold } => {
                        let i = 2 * group as usize;
                        let (a, b) = (self.regs[i], self.regs[i + 1]);
                        if a == UNSET || b == UNSET || b < a {
                            break 'fail;
                        }
                        let n = b - a;
                        let Some(s) = text.get(ptr..ptr.saturating_add(n)) else { break 'fail };
                        if !same(&text[a..b], s, fold, &p.locale) {
                            break 'fail;
                        }
                        ptr += n;
                        pc += 1;
                    }
                    Inst::GroupExists { group, no } => {
                        let i = 2 * group as usize;
                        let (a, b) = (self.regs[i], self.regs[i + 1]);
                        if a == UNSET || b == UNSET || b < a {
                            pc = no;
                        } else {
                            pc += 1;
                        }
                    }
                    Inst::Fail => break 'fail,
                    Inst::Success => {
                        if (full && ptr != text.len()) || (must_advance && ptr == start) {
                            break 'fail;
                        }
                        self.start = start;
                        self.end = ptr;
                        return Ok(true);
                    }
                }
                continue 'run;
            }
            // Back to the last choice that still leads somewhere.
            loop {
                self.budget -= 1;
                if self.budget == 0 {
                    self.budget = PERIOD;
                    check().map_err(Fail::Check)?;
                    self.periods += 1;
                    if self.periods == MEMO_PERIODS && self.memo.is_none() {
                        self.memo = Memo::new(p, start, text.len());
                    }
                }
                let Some(&c) = self.choices.last() else { return Ok(false) };
                while self.trail.len() > c.trail {
                    if let Some((slot, old)) = self.trail.pop() {
                        self.regs[slot as usize] = old;
                    }
                }
                if c.pc & RESUME == 0 {
                    self.choices.pop();
                    pc = c.pc;
                    ptr = c.ptr;
                    break;
                }
                let at = c.pc & !RESUME;
                match insts[at as usize] {
                    Inst::Rep(i) => {
                        let Some(q) = give_back(p.reps[i as usize].hint, text, c.limit, c.ptr) else {
                            self.choices.pop();
                            continue;
                        };
                        if q > c.limit {
                            if let Some(top) = self.choices.last_mut() {
                                top.ptr = q - 1;
                            }
                        } else {
                            self.choices.pop();
                        }
                        ptr = q;
                        pc = at + 1;
                    }
                    Inst::LazyRep(i) => {
                        let r = &p.reps[i as usize];
                        let step = match text.get(c.ptr) {
                            Some(x) if p.one_matches(r.one, x.cp()) => {
                                take_more(p, r.one, r.hint, text, c.ptr + 1, c.limit - 1)
                            }
                            _ => None,
                        };
                        let Some((q, left)) = step else {
                            self.choices.pop();
                            continue;
                        };
                        if left > 0 {
                            if let Some(top) = self.choices.last_mut() {
                                top.ptr = q;
                                top.limit = left;
                            }
                        } else {
                            self.choices.pop();
                        }
                        ptr = q;
                        pc = at + 1;
                    }
                    Inst::Loop(i) => {
                        // The lazy loop's further iteration.
                        self.choices.pop();
                        let l = &p.loops[i as usize];
                        let n = self.regs[l.slot as usize];
                        self.set(l.slot, n + 1)?;
                        self.set(l.slot + 1, c.ptr)?;
                        ptr = c.ptr;
                        pc = l.body;
                    }
                    _ => {
                        self.choices.pop();
                        continue;
                    }
                }
                break;
            }
        }
    }
}

/// Whether a single item or a literal matches at the front of `s`; `None` for any other instruction.
#[inline]
fn simple<T: Unit>(p: &Program, inst: Inst, s: &[T]) -> Option<bool> {
    match inst {
        Inst::One(one) => Some(s.first().is_some_and(|c| p.one_matches(one, c.cp()))),
        Inst::Str { at, len } => {
            let lit = &p.pool[at as usize..(at + len) as usize];
            Some(s.len() >= lit.len() && s.iter().zip(lit).all(|(a, &b)| a.cp() == b))
        }
        _ => None,
    }
}

/// The next position from `at` on where a match may begin.
fn candidate<T: Unit>(p: &Program, text: &[T], at: usize) -> Option<usize> {
    let rest = text.get(at..)?;
    let found = match &p.scan {
        Scan::All => Some(0),
        Scan::Anchored => {
            if at == 0 {
                Some(0)
            } else {
                None
            }
        }
        Scan::Prefix(lit, finder) => {
            if let (Some(b), Some(f)) = (T::as_bytes(rest), finder) {
                f.find(b)
            } else {
                find_literal(rest, lit)
            }
        }
        Scan::Bytes(set) => match (T::as_bytes(rest), set.as_slice()) {
            (Some(s), [a]) => memchr::memchr(*a, s),
            (Some(s), [a, b]) => memchr::memchr2(*a, *b, s),
            (Some(s), [a, b, c]) => memchr::memchr3(*a, *b, *c, s),
            (_, set) => rest.iter().position(|c| c.cp() < 256 && set.contains(&(c.cp() as u8))),
        },
        Scan::First(table, high) => rest.iter().position(|c| table.get(c.cp() as usize).copied().unwrap_or(*high)),
    };
    found.map(|i| at + i)
}

fn find_literal<T: Unit>(s: &[T], lit: &[u32]) -> Option<usize> {
    let first = T::try_from_cp(*lit.first()?)?;
    let mut at = 0;
    loop {
        let end = (s.len() + 1).checked_sub(lit.len())?;
        if at >= end {
            return None;
        }
        let i = at + first.position(&s[at..end])?;
        if s[i..].iter().zip(lit).all(|(a, &b)| a.cp() == b) {
            return Some(i);
        }
        at = i + 1;
    }
}

/// How many of the first `max` characters the item matches in a row.
#[inline]
fn run_length<T: Unit>(p: &Program, one: One, s: &[T], max: usize) -> usize {
    let s = &s[..max.min(s.len())];
    match one {
        One::AnyAll => s.len(),
        One::Any => T::from_cp(10).position(s).unwrap_or(s.len()),
        One::NotLit(c) => T::try_from_cp(c).and_then(|u| u.position(s)).unwrap_or(s.len()),
        One::Lit(c) => s.iter().take_while(|x| x.cp() == c).count(),
        One::Set(i) => {
            let set = &p.sets[i as usize];
            s.iter().position(|x| !set.contains(x.cp())).unwrap_or(s.len())
        }
    }
}

/// The greatest position of `low..=high` that what follows allows.
#[inline]
fn give_back<T: Unit>(hint: Hint, text: &[T], low: usize, high: usize) -> Option<usize> {
    let Hint::Lit(c) = hint else { return Some(high) };
    let u = T::try_from_cp(c)?;
    let s = &text[low..(high + 1).min(text.len())];
    u.rposition(s).map(|i| low + i)
}

/// The first position from `ptr` on that what follows allows, taking at most `left` items; and how many are left.
#[inline]
fn take_more<T: Unit>(
    p: &Program,
    one: One,
    hint: Hint,
    text: &[T],
    ptr: usize,
    left: usize,
) -> Option<(usize, usize)> {
    let Hint::Lit(c) = hint else { return Some((ptr, left)) };
    let u = T::try_from_cp(c)?;
    let rest = &text[ptr..];
    let n = u.position(rest)?;
    if n > left || run_length(p, one, &rest[..n], n) < n {
        return None;
    }
    Some((ptr + n, left - n))
}

fn same<T: Unit>(a: &[T], b: &[T], fold: Fold, locale: &LocaleTables) -> bool {
    match fold {
        Fold::None => a == b,
        Fold::Ascii => a.iter().zip(b).all(|(x, y)| super::ascii_tolower(x.cp()) == super::ascii_tolower(y.cp())),
        Fold::Unicode => a.iter().zip(b).all(|(x, y)| unicode::to_lower(x.cp()) == unicode::to_lower(y.cp())),
        Fold::Locale => a.iter().zip(b).all(|(x, y)| locale.lower(x.cp()) == locale.lower(y.cp())),
    }
}

/// Whether a position code (`ATCODES`) holds.
fn at<T: Unit>(code: u32, text: &[T], ptr: usize, locale: &LocaleTables) -> bool {
    let before = || ptr.checked_sub(1).and_then(|i| text.get(i)).map(|c| c.cp());
    let after = || text.get(ptr).map(|c| c.cp());
    let boundary = |kind: u32| {
        let word = |c: Option<u32>| c.is_some_and(|c| category(kind, c, locale));
        word(before()) != word(after())
    };
    match code {
        0 | 2 => ptr == 0,
        1 => ptr == 0 || before() == Some(10),
        3 => boundary(4),
        4 => !boundary(4),
        5 => ptr == text.len() || (ptr + 1 == text.len() && after() == Some(10)),
        6 => ptr == text.len() || after() == Some(10),
        7 => ptr == text.len(),
        8 => boundary(8),
        9 => !boundary(8),
        10 => boundary(14),
        _ => !boundary(14),
    }
}
