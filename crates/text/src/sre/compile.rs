//! From `re._compiler`'s opcode arrays to programs, checking every word on the way.

use super::program::{Hint, Inst, Loop, One, Program, Rep, Scan};
use super::set::{Fold, Item, LocaleTables};
use super::{MAXREPEAT, ascii_tolower};

/// Why a code array is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CompileError {
    /// RuntimeError "invalid SRE code".
    Invalid,
    /// Nested beyond what can be compiled.
    TooDeep,
}

use CompileError::{Invalid, TooDeep};

mod op {
    pub const FAILURE: u32 = 0;
    pub const SUCCESS: u32 = 1;
    pub const ANY: u32 = 2;
    pub const ANY_ALL: u32 = 3;
    pub const ASSERT: u32 = 4;
    pub const ASSERT_NOT: u32 = 5;
    pub const AT: u32 = 6;
    pub const BRANCH: u32 = 7;
    pub const CATEGORY: u32 = 8;
    pub const CHARSET: u32 = 9;
    pub const BIGCHARSET: u32 = 10;
    pub const GROUPREF: u32 = 11;
    pub const GROUPREF_EXISTS: u32 = 12;
    pub const IN: u32 = 13;
    pub const INFO: u32 = 14;
    pub const JUMP: u32 = 15;
    pub const LITERAL: u32 = 16;
    pub const MARK: u32 = 17;
    pub const MAX_UNTIL: u32 = 18;
    pub const MIN_UNTIL: u32 = 19;
    pub const NOT_LITERAL: u32 = 20;
    pub const NEGATE: u32 = 21;
    pub const RANGE: u32 = 22;
    pub const REPEAT: u32 = 23;
    pub const REPEAT_ONE: u32 = 24;
    pub const MIN_REPEAT_ONE: u32 = 26;
    pub const ATOMIC_GROUP: u32 = 27;
    pub const POSSESSIVE_REPEAT: u32 = 28;
    pub const POSSESSIVE_REPEAT_ONE: u32 = 29;
    pub const GROUPREF_IGNORE: u32 = 30;
    pub const IN_IGNORE: u32 = 31;
    pub const LITERAL_IGNORE: u32 = 32;
    pub const NOT_LITERAL_IGNORE: u32 = 33;
    pub const GROUPREF_LOC_IGNORE: u32 = 34;
    pub const IN_LOC_IGNORE: u32 = 35;
    pub const LITERAL_LOC_IGNORE: u32 = 36;
    pub const NOT_LITERAL_LOC_IGNORE: u32 = 37;
    pub const GROUPREF_UNI_IGNORE: u32 = 38;
    pub const IN_UNI_IGNORE: u32 = 39;
    pub const LITERAL_UNI_IGNORE: u32 = 40;
    pub const NOT_LITERAL_UNI_IGNORE: u32 = 41;
    pub const RANGE_UNI_IGNORE: u32 = 42;
}

const MAX_DEPTH: usize = 2000;

struct Compiler<'a> {
    code: &'a [u32],
    p: Program,
    depth: usize,
}

impl Program {
    /// [`Self::translate`], prepared.
    pub fn new(code: &[u32], groups: usize, locale: &LocaleTables) -> Result<Program, CompileError> {
        let mut program = Self::translate(code, groups, locale)?;
        program.prepare();
        Ok(program)
    }

    /// Translates a code array for a pattern of so many groups; before the program runs, it is to be prepared. The locale counts
    /// for LOCALE patterns only, which are to be translated anew when it changes.
    pub fn translate(code: &[u32], groups: usize, locale: &LocaleTables) -> Result<Program, CompileError> {
        if groups > super::MAXGROUPS as usize || groups > code.len() {
            return Err(Invalid);
        }
        let p = Program {
            set_items: Vec::new(),
            is_prepared: false,
            insts: Vec::with_capacity(code.len() / 2 + 1),
            pool: Vec::new(),
            sets: Vec::new(),
            reps: Vec::new(),
            loops: Vec::new(),
            peeks: Vec::new(),
            groups,
            // Two marks per group, and the number of the last group closed.
            slots: 2 * groups + 1,
            scan: Scan::All,
            literal: false,
            min_width: 0,
            locale: locale.clone(),
            rememberable: Box::default(),
        };
        let mut c = Compiler { code, p, depth: 0 };
        let Some((&op::SUCCESS, body)) = code.split_last() else { return Err(Invalid) };
        let mut start = 0;
        if body.first() == Some(&op::INFO) {
            start = c.info()?;
        }
        let width = c.block(start, body.len())?;
        c.p.insts.push(Inst::Success);
        let mut p = c.p;
        p.min_width = width;
        Ok(p)
    }
}

impl Compiler<'_> {
    fn word(&self, i: usize) -> Result<u32, CompileError> {
        self.code.get(i).copied().ok_or(Invalid)
    }

    /// Where the skip word at `i` leads, within `end`.
    fn skip(&self, i: usize, end: usize) -> Result<usize, CompileError> {
        let t = i.checked_add(self.word(i)? as usize).ok_or(Invalid)?;
        if t > end || t <= i { Err(Invalid) } else { Ok(t) }
    }

    fn pc(&self) -> u32 {
        self.p.insts.len() as u32
    }

    fn slot(&mut self, n: usize) -> u32 {
        self.p.slots += n;
        (self.p.slots - n) as u32
    }

    /// The information block: its contents are found out anew, so only its frame is checked.
    fn info(&self) -> Result<usize, CompileError> {
        let end = self.skip(1, self.code.len() - 1)?;
        let flags = self.word(2)?;
        if flags & !7 != 0 || (flags & 1 != 0 && flags & 4 != 0) || (flags & 2 != 0 && flags & 1 == 0) || end < 5 {
            return Err(Invalid);
        }
        if flags & 4 != 0 {
            let (_, n) = self.charset(5, end)?;
            if n != end {
                return Err(Invalid);
            }
        }
        if flags & 1 != 0 {
            let len = self.word(5)? as usize;
            if self.word(6)? as usize > len || 7 + 2 * len != end {
                return Err(Invalid);
            }
        }
        Ok(end)
    }

    /// A charset program from `i`, which ends in FAILURE before `end`.
    fn charset(&self, mut i: usize, end: usize) -> Result<(Vec<Item>, usize), CompileError> {
        let mut items = Vec::new();
        while i < end {
            let o = self.word(i)?;
            i += 1;
            match o {
                op::FAILURE => return Ok((items, i)),
                op::NEGATE => items.push(Item::Negate),
                op::LITERAL => {
                    items.push(Item::Literal(self.word(i)?));
                    i += 1;
                }
                op::RANGE | op::RANGE_UNI_IGNORE => {
                    let (a, b) = (self.word(i)?, self.word(i + 1)?);
                    items.push(if o == op::RANGE { Item::Range(a, b) } else { Item::RangeIgnore(a, b) });
                    i += 2;
                }
                op::CATEGORY => {
                    let k = self.word(i)?;
                    if k > 17 {
                        return Err(Invalid);
                    }
                    items.push(Item::Category(k));
                    i += 1;
                }
                op::CHARSET => {
                    items.push(Item::Charset(self.code.get(i..i + 8).ok_or(Invalid)?.into()));
                    i += 8;
                }
                op::BIGCHARSET => {
                    let n = self.word(i)? as usize;
                    let index: Box<[u8]> =
                        self.code.get(i + 1..i + 65).ok_or(Invalid)?.iter().flat_map(|w| w.to_le_bytes()).collect();
                    let stop = n.checked_mul(8).and_then(|n| n.checked_add(i + 65)).ok_or(Invalid)?;
                    let blocks: Box<[u32]> = self.code.get(i + 65..stop).ok_or(Invalid)?.into();
                    if index.iter().any(|&b| usize::from(b) >= n) {
                        return Err(Invalid);
                    }
                    items.push(Item::Big(index, blocks));
                    i = stop;
                }
                _ => return Err(Invalid),
            }
        }
        Err(Invalid)
    }

    fn set(&mut self, items: Vec<Item>, fold: Fold) -> One {
        // Equal sets are shared: patterns repeat \w and \s.
        let set = (items, fold);
        let i = match self.p.set_items.iter().position(|s| *s == set) {
            Some(i) => i,
            None => {
                self.p.set_items.push(set);
                self.p.set_items.len() - 1
            }
        };
        One::Set(i as u32)
    }

    /// A single-character operation at `i`: itself and where the next one begins; `None` when it is none.
    fn one(&mut self, i: usize, end: usize) -> Result<Option<(One, usize)>, CompileError> {
        let o = self.word(i)?;
        let arg = |c: &Self| if i + 1 < end { c.word(i + 1) } else { Err(Invalid) };
        Ok(Some(match o {
            op::ANY => (One::Any, i + 1),
            op::ANY_ALL => (One::AnyAll, i + 1),
            op::LITERAL => (One::Lit(arg(self)?), i + 2),
            op::NOT_LITERAL => (One::NotLit(arg(self)?), i + 2),
            op::CATEGORY => {
                let k = arg(self)?;
                if k > 17 {
                    return Err(Invalid);
                }
                (self.set(vec![Item::Category(k)], Fold::None), i + 2)
            }
            op::IN | op::IN_IGNORE | op::IN_LOC_IGNORE | op::IN_UNI_IGNORE => {
                let stop = self.skip(i + 1, end)?;
                let (items, n) = self.charset(i + 2, stop)?;
                if n != stop {
                    return Err(Invalid);
                }
                let fold = match o {
                    op::IN => Fold::None,
                    op::IN_IGNORE => Fold::Ascii,
                    op::IN_LOC_IGNORE => Fold::Locale,
                    _ => Fold::Unicode,
                };
                (self.set(items, fold), stop)
            }
            op::LITERAL_IGNORE | op::NOT_LITERAL_IGNORE => {
                (self.folded(arg(self)?, Fold::Ascii, o == op::NOT_LITERAL_IGNORE), i + 2)
            }
            op::LITERAL_LOC_IGNORE | op::NOT_LITERAL_LOC_IGNORE => {
                (self.folded(arg(self)?, Fold::Locale, o == op::NOT_LITERAL_LOC_IGNORE), i + 2)
            }
            op::LITERAL_UNI_IGNORE | op::NOT_LITERAL_UNI_IGNORE => {
                (self.folded(arg(self)?, Fold::Unicode, o == op::NOT_LITERAL_UNI_IGNORE), i + 2)
            }
            _ => return Ok(None),
        }))
    }

    /// A character without regard to case.
    fn folded(&mut self, c: u32, fold: Fold, negate: bool) -> One {
        if fold == Fold::Locale {
            // The character itself, or one whose lower or upper case it is.
            let l = &self.p.locale;
            let mut items = vec![Item::Literal(c)];
            items.extend((0..256u32).filter(|&x| l.lower(x) == c || l.upper(x) == c).map(Item::Literal));
            if negate {
                items.insert(0, Item::Negate);
            }
            return self.set(items, Fold::None);
        }
        if fold == Fold::Ascii && ascii_tolower(c) == c && !super::ascii_iscased(c) {
            return if negate { One::NotLit(c) } else { One::Lit(c) };
        }
        let mut items = vec![Item::Literal(c)];
        if negate {
            items.insert(0, Item::Negate);
        }
        self.set(items, fold)
    }

    /// Translates `i..end`; the least width of what it matches.
    fn block(&mut self, i: usize, end: usize) -> Result<usize, CompileError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(TooDeep);
        }
        let r = self.sequence(i, end);
        self.depth -= 1;
        r
    }

    fn sequence(&mut self, mut i: usize, end: usize) -> Result<usize, CompileError> {
        let mut width = 0usize;
        // Literals in a row become one instruction; only within this sequence.
        let mut literal_end = None;
        while i < end {
            if let Some((one, next)) = self.one(i, end)? {
                i = next;
                width = width.saturating_add(1);
                if let One::Lit(c) = one {
                    let here = self.p.insts.len();
                    match (literal_end == Some(here), self.p.insts.last().copied()) {
                        (true, Some(Inst::One(One::Lit(d)))) => {
                            let at = self.p.pool.len() as u32;
                            self.p.pool.extend([d, c]);
                            self.p.insts[here - 1] = Inst::Str { at, len: 2 };
                        }
                        (true, Some(Inst::Str { at, len })) if (at + len) as usize == self.p.pool.len() => {
                            self.p.pool.push(c);
                            self.p.insts[here - 1] = Inst::Str { at, len: len + 1 };
                        }
                        _ => self.p.insts.push(Inst::One(one)),
                    }
                    literal_end = Some(self.p.insts.len());
                } else {
                    self.p.insts.push(Inst::One(one));
                }
                continue;
            }
            let o = self.word(i)?;
            let (w, next) = self.operation(o, i, end)?;
            width = width.saturating_add(w);
            i = next;
        }
        if i != end {
            return Err(Invalid);
        }
        Ok(width)
    }

    fn operation(&mut self, o: u32, i: usize, end: usize) -> Result<(usize, usize), CompileError> {
        match o {
            op::FAILURE => {
                self.p.insts.push(Inst::Fail);
                Ok((0, i + 1))
            }
            op::MARK => {
                let m = self.word(i + 1)?;
                if m as usize >= 2 * self.p.groups {
                    return Err(Invalid);
                }
                self.p.insts.push(Inst::Mark(m));
                Ok((0, i + 2))
            }
            op::AT => {
                let a = self.word(i + 1)?;
                if a > 11 {
                    return Err(Invalid);
                }
                self.p.insts.push(Inst::At(a));
                Ok((0, i + 2))
            }
            op::GROUPREF | op::GROUPREF_IGNORE | op::GROUPREF_LOC_IGNORE | op::GROUPREF_UNI_IGNORE => {
                let group = self.word(i + 1)?;
                if group as usize >= self.p.groups {
                    return Err(Invalid);
                }
                let fold = match o {
                    op::GROUPREF => Fold::None,
                    op::GROUPREF_IGNORE => Fold::Ascii,
                    op::GROUPREF_LOC_IGNORE => Fold::Locale,
                    _ => Fold::Unicode,
                };
                self.p.insts.push(Inst::GroupRef { group, fold });
                Ok((0, i + 2))
            }
            op::GROUPREF_EXISTS => self.conditional(i, end),
            op::BRANCH => self.branch(i, end),
            op::REPEAT_ONE | op::MIN_REPEAT_ONE | op::POSSESSIVE_REPEAT_ONE => self.repeat_one(o, i, end),
            op::REPEAT | op::POSSESSIVE_REPEAT => self.repeat(o, i, end),
            op::ATOMIC_GROUP => {
                let stop = self.skip(i + 1, end)?;
                let slot = self.slot(1);
                self.p.insts.push(Inst::AtomicStart(slot));
                let w = self.success_block(i + 2, stop)?;
                self.p.insts.push(Inst::AtomicEnd(slot));
                Ok((w, stop))
            }
            op::ASSERT | op::ASSERT_NOT => {
                let stop = self.skip(i + 1, end)?;
                let back = self.word(i + 2)?;
                let slot = self.slot(2);
                let at = self.p.insts.len();
                self.p.insts.push(Inst::Fail);
                self.success_block(i + 3, stop)?;
                let next = self.pc() + 1;
                if o == op::ASSERT {
                    self.p.insts.push(Inst::AssertEnd(slot));
                    self.p.insts[at] = Inst::Assert { slot, back, next };
                } else {
                    self.p.insts.push(Inst::AssertNotEnd(slot));
                    self.p.insts[at] = Inst::AssertNot { slot, back, next };
                }
                Ok((0, stop))
            }
            _ => Err(Invalid),
        }
    }

    /// A block whose last word is SUCCESS.
    fn success_block(&mut self, i: usize, stop: usize) -> Result<usize, CompileError> {
        if stop <= i || self.word(stop - 1)? != op::SUCCESS {
            return Err(Invalid);
        }
        self.block(i, stop - 1)
    }

    fn conditional(&mut self, i: usize, end: usize) -> Result<(usize, usize), CompileError> {
        let group = self.word(i + 1)?;
        if group as usize >= self.p.groups {
            return Err(Invalid);
        }
        // The word leads just past the first branch, JUMP included; it counts from one before itself.
        let stop = self.skip(i + 2, end.saturating_add(1))?.checked_sub(1).ok_or(Invalid)?;
        if stop < i + 3 || stop > end {
            return Err(Invalid);
        }
        let at = self.p.insts.len();
        self.p.insts.push(Inst::Fail);
        let jump = stop >= i + 5 && self.word(stop - 2)? == op::JUMP && self.has_else(i + 3, stop, end);
        if !jump {
            let _ = self.block(i + 3, stop)?;
            self.p.insts[at] = Inst::GroupExists { group, no: self.pc() };
            return Ok((0, stop));
        }
        let w1 = self.block(i + 3, stop - 2)?;
        let over = self.p.insts.len();
        self.p.insts.push(Inst::Fail);
        let no = self.pc();
        let last = self.skip(stop - 1, end)?;
        let w2 = self.block(stop, last)?;
        self.p.insts[over] = Inst::Jump(self.pc());
        self.p.insts[at] = Inst::GroupExists { group, no };
        Ok((w1.min(w2), last))
    }

    /// Whether the two words before `stop` are a JUMP over an else branch, rather than the argument of something else.
    fn has_else(&self, mut i: usize, stop: usize, end: usize) -> bool {
        // Walk the instructions of the branch: the JUMP has to be one of them.
        while i < stop {
            if i == stop - 2 {
                return self.word(i) == Ok(op::JUMP) && self.skip(i + 1, end).is_ok();
            }
            i = match self.length(i, stop) {
                Some(n) => n,
                None => return false,
            };
        }
        false
    }

    /// Where the operation at `i` ends.
    fn length(&self, i: usize, end: usize) -> Option<usize> {
        let skip = |at: usize| self.skip(at, end).ok();
        Some(match self.word(i).ok()? {
            op::FAILURE | op::SUCCESS | op::ANY | op::ANY_ALL => i + 1,
            op::AT
            | op::CATEGORY
            | op::GROUPREF
            | op::GROUPREF_IGNORE
            | op::GROUPREF_LOC_IGNORE
            | op::GROUPREF_UNI_IGNORE
            | op::LITERAL
            | op::NOT_LITERAL
            | op::LITERAL_IGNORE
            | op::NOT_LITERAL_IGNORE
            | op::LITERAL_LOC_IGNORE
            | op::NOT_LITERAL_LOC_IGNORE
            | op::LITERAL_UNI_IGNORE
            | op::NOT_LITERAL_UNI_IGNORE
            | op::MARK => i + 2,
            op::IN
            | op::IN_IGNORE
            | op::IN_LOC_IGNORE
            | op::IN_UNI_IGNORE
            | op::ASSERT
            | op::ASSERT_NOT
            | op::ATOMIC_GROUP
            | op::REPEAT_ONE
            | op::MIN_REPEAT_ONE
            | op::POSSESSIVE_REPEAT_ONE => skip(i + 1)?,
            op::REPEAT | op::POSSESSIVE_REPEAT => skip(i + 1)? + 1,
            op::GROUPREF_EXISTS => {
                let stop = self.skip(i + 2, end + 1).ok()?.checked_sub(1)?;
                if stop >= i + 5 && self.has_else(i + 3, stop, end) { skip(stop - 1)? } else { stop }
            }
            op::BRANCH => {
                let mut at = i + 1;
                loop {
                    let s = self.word(at).ok()?;
                    if s == 0 {
                        return Some(at + 1);
                    }
                    at = skip(at)?;
                }
            }
            _ => return None,
        })
    }

    fn branch(&mut self, i: usize, end: usize) -> Result<(usize, usize), CompileError> {
        let mut at = i + 1;
        let mut width = usize::MAX;
        let mut jumps = Vec::new();
        let mut target = None;
        while self.word(at)? != 0 {
            let stop = self.skip(at, end)?;
            if stop < at + 3 || self.word(stop - 2)? != op::JUMP {
                return Err(Invalid);
            }
            let t = self.skip(stop - 1, end)?;
            if *target.get_or_insert(t) != t {
                return Err(Invalid);
            }
            let last = self.word(stop)? == 0;
            let split = self.p.insts.len();
            if !last {
                self.p.insts.push(Inst::Fail);
            }
            width = width.min(self.block(at + 1, stop - 2)?);
            if !last {
                jumps.push(self.p.insts.len());
                self.p.insts.push(Inst::Fail);
                self.p.insts[split] = Inst::Split { first: split as u32 + 1, second: self.pc(), peek: 0 };
            }
            at = stop;
        }
        if target != Some(at + 1) {
            return Err(Invalid);
        }
        let out = self.pc();
        for j in jumps {
            self.p.insts[j] = Inst::Jump(out);
        }
        Ok((width, at + 1))
    }

    fn bounds(&self, i: usize) -> Result<(usize, usize), CompileError> {
        let (min, max) = (self.word(i)?, self.word(i + 1)?);
        if min > max {
            return Err(Invalid);
        }
        Ok((min as usize, if max == MAXREPEAT { usize::MAX } else { max as usize }))
    }

    fn repeat_one(&mut self, o: u32, i: usize, end: usize) -> Result<(usize, usize), CompileError> {
        let stop = self.skip(i + 1, end)?;
        let (min, max) = self.bounds(i + 2)?;
        let mut body = i + 4;
        let mut marks = Vec::new();
        let mut one = None;
        // `_simple` lets one character through, or a group around it.
        while body < stop {
            if self.word(body)? == op::MARK {
                marks.push(body);
                body += 2;
            } else if self.word(body)? == op::SUCCESS {
                break;
            } else if let (None, Some((x, next))) = (one, self.one(body, stop)?) {
                one = Some(x);
                body = next;
            } else {
                one = None;
                marks.push(body);
                break;
            }
        }
        match one {
            Some(one) if marks.is_empty() && body + 1 == stop => {
                let rep = Rep { one, min, max, hint: Hint::None, possessive: o == op::POSSESSIVE_REPEAT_ONE };
                self.p.reps.push(rep);
                let n = self.p.reps.len() as u32 - 1;
                self.p.insts.push(if o == op::MIN_REPEAT_ONE { Inst::LazyRep(n) } else { Inst::Rep(n) });
                Ok((min, stop))
            }
            _ => {
                if stop <= i + 4 || self.word(stop - 1)? != op::SUCCESS {
                    return Err(Invalid);
                }
                let kind = match o {
                    op::POSSESSIVE_REPEAT_ONE => Kind::Possessive,
                    op::MIN_REPEAT_ONE => Kind::Lazy,
                    _ => Kind::Greedy,
                };
                let w = self.repeat_body(kind, min, max, i + 4, stop - 1)?;
                Ok((w, stop))
            }
        }
    }

    fn repeat(&mut self, o: u32, i: usize, end: usize) -> Result<(usize, usize), CompileError> {
        let stop = self.skip(i + 1, end)?;
        if stop >= end || stop < i + 4 {
            return Err(Invalid);
        }
        let (min, max) = self.bounds(i + 2)?;
        let kind = match (o, self.word(stop)?) {
            (op::REPEAT, op::MAX_UNTIL) => Kind::Greedy,
            (op::REPEAT, op::MIN_UNTIL) => Kind::Lazy,
            (op::POSSESSIVE_REPEAT, op::SUCCESS) => Kind::Possessive,
            _ => return Err(Invalid),
        };
        let w = self.repeat_body(kind, min, max, i + 4, stop)?;
        Ok((w, stop + 1))
    }

    fn repeat_body(
        &mut self,
        kind: Kind,
        min: usize,
        max: usize,
        i: usize,
        stop: usize,
    ) -> Result<usize, CompileError> {
        if kind == Kind::Possessive {
            let slot = self.slot(3);
            let n = self.p.loops.len() as u32;
            self.p.loops.push(Loop { slot, min, max, body: 0, tail: 0, greedy: true });
            self.p.insts.push(Inst::PossessiveInit(slot));
            self.p.insts.push(Inst::PossessiveLoop(n));
            let body = self.pc();
            let w = self.block(i, stop)?;
            self.p.insts.push(Inst::PossessiveEnd(n));
            let tail = self.pc();
            let l = &mut self.p.loops[n as usize];
            (l.body, l.tail) = (body, tail);
            return Ok(w.saturating_mul(min));
        }
        let greedy = kind == Kind::Greedy;
        let order = |body: u32, tail: u32| {
            let (first, second) = if greedy { (body, tail) } else { (tail, body) };
            Inst::Split { first, second, peek: 0 }
        };
        let at = self.p.insts.len();
        if (min, max) == (0, 1) {
            self.p.insts.push(Inst::Fail);
            self.block(i, stop)?;
            self.p.insts[at] = order(at as u32 + 1, self.pc());
            return Ok(0);
        }
        // Loops that need no counting are told by the width of their body, which is known afterwards; one word of
        // room serves all forms.
        self.p.insts.push(Inst::Fail);
        let pad = if max != usize::MAX || min > 1 { 1 } else { 0 };
        if pad == 1 {
            self.p.insts.push(Inst::Fail);
        }
        let body = self.pc();
        let w = self.block(i, stop)?;
        if pad == 0 && w > 0 {
            if min == 0 {
                self.p.insts.push(Inst::Jump(at as u32));
                self.p.insts[at] = order(body, self.pc());
            } else {
                // The room stays as a step to the body.
                self.p.insts[at] = Inst::Jump(body);
                let next = self.pc() + 1;
                self.p.insts.push(order(body, next));
            }
            return Ok(w.saturating_mul(min));
        }
        let slot = self.slot(2);
        let n = self.p.loops.len() as u32;
        let tail = if pad == 1 {
            self.p.insts[at] = Inst::LoopInit(slot);
            self.p.insts[at + 1] = Inst::Jump(self.pc());
            self.p.insts.push(Inst::Loop(n));
            self.pc()
        } else {
            // No room for both: the initialisation stands behind the loop.
            self.p.insts[at] = Inst::Jump(self.pc() + 1);
            self.p.insts.push(Inst::Jump(self.pc() + 2));
            self.p.insts.push(Inst::LoopInit(slot));
            self.p.insts.push(Inst::Loop(n));
            self.pc()
        };
        self.p.loops.push(Loop { slot, min, max, body, tail, greedy });
        Ok(w.saturating_mul(min))
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Greedy,
    Lazy,
    Possessive,
}
