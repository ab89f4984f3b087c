//! The translated form of a pattern.

use super::first::Peek;
use super::set::{Fold, Item, LocaleTables, Set};

/// A single-character item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum One {
    /// Everything but a line feed.
    Any,
    /// Everything.
    AnyAll,
    /// This character.
    Lit(u32),
    /// Any other.
    NotLit(u32),
    /// A member of a set, by number.
    Set(u32),
}

/// What follows a repeated item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hint {
    /// Unknown.
    None,
    /// This character must follow.
    Lit(u32),
    /// Nothing the item matches can follow: never give back.
    Disjoint,
}

/// A repeat of a single-character item.
#[derive(Debug, Clone, Copy)]
pub struct Rep {
    pub one: One,
    pub min: usize,
    pub max: usize,
    pub hint: Hint,
    pub possessive: bool,
}

/// A repeat of anything.
#[derive(Debug, Clone, Copy)]
pub struct Loop {
    /// Registers: iterations begun, and where the last optional one began.
    pub slot: u32,
    pub min: usize,
    pub max: usize,
    pub body: u32,
    pub tail: u32,
    pub greedy: bool,
}

/// An instruction. Control passes to the next unless it says otherwise.
#[derive(Debug, Clone, Copy)]
pub enum Inst {
    One(One),
    /// A literal: a range of the pool.
    Str {
        at: u32,
        len: u32,
    },
    At(u32),
    Mark(u32),
    Jump(u32),
    /// The first way, then the second.
    Split {
        first: u32,
        second: u32,
        peek: u32,
    },
    Rep(u32),
    LazyRep(u32),
    LoopInit(u32),
    Loop(u32),
    PossessiveInit(u32),
    PossessiveLoop(u32),
    PossessiveEnd(u32),
    AtomicStart(u32),
    AtomicEnd(u32),
    /// Look-around: registers for the stack height and the position.
    Assert {
        slot: u32,
        back: u32,
        next: u32,
    },
    AssertEnd(u32),
    AssertNot {
        slot: u32,
        back: u32,
        next: u32,
    },
    AssertNotEnd(u32),
    GroupRef {
        group: u32,
        fold: Fold,
    },
    GroupExists {
        group: u32,
        no: u32,
    },
    Fail,
    Success,
}

/// How a search finds candidates.
#[derive(Debug, Clone)]
pub enum Scan {
    /// Every position.
    All,
    /// Only the beginning of the text.
    Anchored,
    /// Where this literal stands.
    Prefix(Vec<u32>, Option<Box<memchr::memmem::Finder<'static>>>),
    /// Where one of these bytes or characters stands.
    Bytes(Vec<u8>),
    /// Where a character of this set stands.
    First(Box<[bool; 256]>, bool),
}

/// A pattern ready to run, once it is prepared.
#[derive(Debug, Clone)]
pub struct Program {
    /// What the sets are to be made of.
    pub(super) set_items: Vec<(Vec<Item>, Fold)>,
    pub(super) is_prepared: bool,
    pub(super) insts: Vec<Inst>,
    pub(super) pool: Vec<u32>,
    pub(super) sets: Vec<Set>,
    pub(super) reps: Vec<Rep>,
    pub(super) loops: Vec<Loop>,
    pub(super) peeks: Vec<(Peek, Peek)>,
    pub(super) groups: usize,
    pub(super) slots: usize,
    pub(super) scan: Scan,
    /// The whole pattern is the prefix literal.
    pub(super) literal: bool,
    /// No match is shorter.
    pub(super) min_width: usize,
    pub(super) locale: LocaleTables,
    /// Which instructions a match may remember to have failed at.
    pub(super) rememberable: Box<[bool]>,
}

impl Program {
    /// Does what a checked pattern needs before it runs, unless that is done: many are compiled when a module is imported
    /// and never run.
    pub fn prepare(&mut self) {
        if !core::mem::replace(&mut self.is_prepared, true) {
            let locale = &self.locale;
            self.sets = self.set_items.drain(..).map(|(items, fold)| Set::new(items, fold, locale)).collect();
            self.rememberable = super::memo::rememberable(&self.insts);
            super::first::analyse(self);
        }
    }

    /// Whether the program may run.
    pub fn is_prepared(&self) -> bool {
        self.is_prepared
    }

    /// The number of groups, without group 0.
    pub fn groups(&self) -> usize {
        self.groups
    }

    /// The text that the whole pattern stands for, when it is a plain literal.
    pub fn literal(&self) -> Option<&[u32]> {
        match &self.scan {
            Scan::Prefix(p, _) if self.literal => Some(p),
            _ => None,
        }
    }

    #[inline]
    pub(super) fn one_matches(&self, one: One, c: u32) -> bool {
        match one {
            One::Any => c != 10,
            One::AnyAll => true,
            One::Lit(l) => c == l,
            One::NotLit(l) => c != l,
            One::Set(i) => self.sets[i as usize].contains(c),
        }
    }
}
