//! Which characters a match from some point can begin with.

use super::program::{Hint, Inst, One, Program, Scan};

/// The possible next characters, or no restriction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Peek {
    bits: [u64; 4],
    high: bool,
    /// Anything goes, also the end of the text.
    open: bool,
}

impl Peek {
    fn open() -> Self {
        Peek { open: true, ..Self::default() }
    }

    #[inline]
    pub fn allows(&self, next: Option<u32>) -> bool {
        if self.open {
            return true;
        }
        match next {
            None => false,
            Some(c) if c < 256 => self.bits[(c >> 6) as usize] >> (c & 63) & 1 == 1,
            Some(_) => self.high,
        }
    }

    fn add(&mut self, c: u32) {
        match self.bits.get_mut((c >> 6) as usize) {
            Some(w) => *w |= 1 << (c & 63),
            None => self.high = true,
        }
    }

    fn add_all_but(&mut self, c: u32) {
        let mut other = Peek::default();
        other.add(c);
        for (w, o) in self.bits.iter_mut().zip(if c < 256 { other.bits } else { [0; 4] }) {
            *w |= !o;
        }
        self.high = true;
    }

    fn add_one(&mut self, p: &Program, one: One) {
        match one {
            One::Any => self.add_all_but(10),
            One::AnyAll => {
                self.bits = [u64::MAX; 4];
                self.high = true;
            }
            One::Lit(c) => self.add(c),
            One::NotLit(c) => self.add_all_but(c),
            One::Set(i) => {
                let s = &p.sets[i as usize];
                for (w, o) in self.bits.iter_mut().zip(s.bits()) {
                    *w |= o;
                }
                self.high |= s.may_be_high();
            }
        }
    }

    fn disjoint(&self, o: &Peek) -> bool {
        let apart = self.bits.iter().zip(o.bits).all(|(a, b)| a & b == 0);
        apart && !(self.open || o.open || self.high && o.high)
    }

    fn members(&self) -> u32 {
        self.bits.iter().map(|w| w.count_ones()).sum()
    }
}

/// How many instructions are looked at before giving up.
const BUDGET: usize = 300;

/// The first characters of what runs from `pc`.
pub fn first(p: &Program, pc: u32) -> Peek {
    let mut peek = Peek::default();
    let mut seen: Vec<u32> = Vec::new();
    let mut work = vec![pc];
    while let Some(pc) = work.pop() {
        if seen.contains(&pc) {
            continue;
        }
        if seen.len() > BUDGET {
            return Peek::open();
        }
        seen.push(pc);
        let Some(inst) = p.insts.get(pc as usize) else { return Peek::open() };
        match *inst {
            Inst::One(one) => peek.add_one(p, one),
            Inst::Str { at, .. } => peek.add(p.pool[at as usize]),
            Inst::At(_) | Inst::Mark(_) | Inst::AtomicStart(_) | Inst::LoopInit(_) | Inst::PossessiveInit(_) => {
                work.push(pc + 1)
            }
            Inst::Jump(t) => work.push(t),
            Inst::Split { first, second, .. } => work.extend([first, second]),
            Inst::Rep(i) | Inst::LazyRep(i) => {
                let r = p.reps[i as usize];
                peek.add_one(p, r.one);
                if r.min == 0 {
                    work.push(pc + 1);
                }
            }
            Inst::Loop(i) | Inst::PossessiveLoop(i) => {
                let l = p.loops[i as usize];
                work.extend([l.body, l.tail]);
            }
            Inst::Assert { next, .. } | Inst::AssertNot { next, .. } => work.push(next),
            Inst::GroupExists { no, .. } => work.extend([pc + 1, no]),
            Inst::Fail => {}
            // Inside an atomic group what comes after it must not sway the choice.
            Inst::AtomicEnd(_)
            | Inst::PossessiveEnd(_)
            | Inst::AssertEnd(_)
            | Inst::AssertNotEnd(_)
            | Inst::GroupRef { .. }
            | Inst::Success => return Peek::open(),
        }
    }
    peek
}

/// Fills in what choices and repeats may know about the next character, and how to search.
pub fn analyse(p: &mut Program) {
    for pc in 0..p.insts.len() {
        match p.insts[pc] {
            Inst::Split { first: a, second: b, .. } => {
                let pair = (first(p, a), first(p, b));
                let peek = p.peeks.len() as u32;
                p.peeks.push(pair);
                p.insts[pc] = Inst::Split { first: a, second: b, peek };
            }
            Inst::Rep(i) | Inst::LazyRep(i) => {
                let lazy = matches!(p.insts[pc], Inst::LazyRep(_));
                let mut item = Peek::default();
                item.add_one(p, p.reps[i as usize].one);
                let after = first(p, pc as u32 + 1);
                let hint = if !lazy && item.disjoint(&after) {
                    Hint::Disjoint
                } else {
                    literal_at(p, pc as u32 + 1).and_then(|l| l.first().copied()).map_or(Hint::None, Hint::Lit)
                };
                p.reps[i as usize].hint = hint;
            }
            _ => {}
        }
    }
    p.scan = scan(p);
    p.literal = matches!(&p.scan, Scan::Prefix(..)) && {
        matches!(p.insts.as_slice(), [Inst::Str { .. } | Inst::One(One::Lit(_)), Inst::Success])
    };
}

/// The literal that must stand at `pc`.
fn literal_at(p: &Program, mut pc: u32) -> Option<Vec<u32>> {
    for _ in 0..BUDGET {
        match *p.insts.get(pc as usize)? {
            Inst::Mark(_) | Inst::AtomicStart(_) => pc += 1,
            Inst::Jump(t) => pc = t,
            Inst::One(One::Lit(c)) => return Some(vec![c]),
            Inst::Str { at, len } => return Some(p.pool[at as usize..(at + len) as usize].to_vec()),
            _ => return None,
        }
    }
    None
}

fn scan(p: &Program) -> Scan {
    let mut pc = 0;
    while let Some(Inst::Mark(_)) = p.insts.get(pc) {
        pc += 1;
    }
    if let Some(Inst::At(0 | 2)) = p.insts.get(pc) {
        return Scan::Anchored;
    }
    if let Some(l) = literal_at(p, 0) {
        let finder = l
            .iter()
            .map(|&c| u8::try_from(c).ok())
            .collect::<Option<Vec<u8>>>()
            .map(|b| Box::new(memchr::memmem::Finder::new(&b).into_owned()));
        return Scan::Prefix(l, finder);
    }
    let f = first(p, 0);
    if f.open {
        return Scan::All;
    }
    let n = f.members();
    let mut table = Box::new([false; 256]);
    for (c, t) in table.iter_mut().enumerate() {
        *t = f.allows(Some(c as u32));
    }
    if n <= 3 && !f.high {
        return Scan::Bytes((0..=255u8).filter(|&b| table[usize::from(b)]).collect());
    }
    if n == 256 && f.high {
        return Scan::All;
    }
    Scan::First(table, f.high)
}
