//! Sets of characters.

use crate::unicode;

/// What LOCALE patterns ask the C library about bytes.
#[derive(Debug, Clone)]
pub struct LocaleTables {
    /// `isalnum`.
    pub alnum: [bool; 256],
    /// `tolower`.
    pub lower: [u8; 256],
    /// `toupper`.
    pub upper: [u8; 256],
}

impl LocaleTables {
    /// Those of the C locale.
    pub const C: &LocaleTables = &{
        let mut tables = LocaleTables { alnum: [false; 256], lower: [0; 256], upper: [0; 256] };
        let mut i = 0;
        while i < 256 {
            let byte = i as u8;
            tables.alnum[i] = byte.is_ascii_alphanumeric();
            tables.lower[i] = byte.to_ascii_lowercase();
            tables.upper[i] = byte.to_ascii_uppercase();
            i += 1;
        }
        tables
    };
}

impl Default for LocaleTables {
    /// The C locale.
    fn default() -> Self {
        Self::C.clone()
    }
}

impl LocaleTables {
    fn alnum(&self, c: u32) -> bool {
        self.alnum.get(c as usize).copied().unwrap_or(false)
    }

    pub(super) fn lower(&self, c: u32) -> u32 {
        self.lower.get(c as usize).map_or(c, |&b| u32::from(b))
    }

    pub(super) fn upper(&self, c: u32) -> u32 {
        self.upper.get(c as usize).map_or(c, |&b| u32::from(b))
    }
}

/// Character categories by number (`CHCODES`).
pub fn category(code: u32, c: u32, locale: &LocaleTables) -> bool {
    let ascii = |f: fn(&u8) -> bool| c < 128 && f(&(c as u8));
    let yes = match code & !1 {
        0 => ascii(u8::is_ascii_digit),
        2 => c < 128 && matches!(c, 9..=13 | 32),
        4 => ascii(u8::is_ascii_alphanumeric) || c == 95,
        6 => c == 10,
        8 => locale.alnum(c) || c == 95,
        10 => unicode::is_decimal(c),
        12 => unicode::is_space(c),
        14 => unicode::is_alnum(c) || c == 95,
        _ => unicode::is_linebreak(c),
    };
    yes != (code & 1 == 1)
}

/// How a character is changed before it is looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fold {
    /// Not at all.
    None,
    /// ASCII lower case.
    Ascii,
    /// Unicode lower case.
    Unicode,
    /// Lower or upper case of the locale.
    Locale,
}

/// A piece of a set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    /// From here on, membership means absence.
    Negate,
    /// One character.
    Literal(u32),
    /// A range.
    Range(u32, u32),
    /// A range that the character or its upper case may be in.
    RangeIgnore(u32, u32),
    /// A category.
    Category(u32),
    /// A bitmap of 256.
    Charset(Box<[u32]>),
    /// Bitmaps for the basic plane: 256 block numbers, then the blocks of eight words.
    Big(Box<[u8]>, Box<[u32]>),
}

/// Whether an item, which is no `Negate`, is about a character.
fn is_about(item: &Item, c: u32, locale: &LocaleTables) -> bool {
    match item {
        Item::Negate => false,
        Item::Literal(l) => *l == c,
        Item::Range(a, b) => *a <= c && c <= *b,
        Item::RangeIgnore(a, b) => {
            (*a <= c && c <= *b) || {
                let u = super::unicode_toupper(c);
                *a <= u && u <= *b
            }
        }
        Item::Category(k) => category(*k, c, locale),
        Item::Charset(w) => c < 256 && w.get((c >> 5) as usize).is_some_and(|w| w >> (c & 31) & 1 == 1),
        Item::Big(index, blocks) => {
            c < 65536
                && index.get((c >> 8) as usize).is_some_and(|&b| {
                    let bit = usize::from(b) * 256 + (c & 255) as usize;
                    blocks.get(bit / 32).is_some_and(|w| w >> (bit % 32) & 1 == 1)
                })
        }
    }
}

fn eval(items: &[Item], c: u32, locale: &LocaleTables) -> bool {
    let mut ok = true;
    for item in items {
        if *item == Item::Negate {
            ok = !ok;
        } else if is_about(item, c, locale) {
            return ok;
        }
    }
    !ok
}

/// [`eval`] of all characters of Latin-1 at once, as bits.
fn eval_low(items: &[Item], locale: &LocaleTables) -> [u64; 4] {
    let (mut members, mut known, mut ok) = ([0_u64; 4], [0_u64; 4], true);
    for item in items {
        let mut about = [0_u64; 4];
        let mut add = |c: u32| about[(c >> 6) as usize] |= 1 << (c & 63);
        match item {
            Item::Negate => ok = !ok,
            Item::Literal(c) if *c < 256 => add(*c),
            Item::Literal(_) => {}
            Item::Range(a, b) => (*a..=(*b).min(255)).for_each(add),
            Item::Charset(words) => {
                for (i, &word) in words.iter().take(8).enumerate() {
                    about[i / 2] |= u64::from(word) << (i % 2 * 32);
                }
            }
            _ => (0..256).filter(|&c| is_about(item, c, locale)).for_each(add),
        }
        for i in 0..4 {
            if ok {
                members[i] |= about[i] & !known[i];
            }
            known[i] |= about[i];
        }
    }
    if !ok {
        (0..4).for_each(|i| members[i] |= !known[i]);
    }
    members
}

fn eval_fold(items: &[Item], fold: Fold, c: u32, locale: &LocaleTables) -> bool {
    match fold {
        Fold::None => eval(items, c, locale),
        Fold::Ascii => eval(items, super::ascii_tolower(c), locale),
        Fold::Unicode => eval(items, unicode::to_lower(c), locale),
        Fold::Locale => {
            let (lower, upper) = (eval(items, locale.lower(c), locale), eval(items, locale.upper(c), locale));
            // Both cases must be outside of what a negated set excludes.
            if items.first() == Some(&Item::Negate) { lower && upper } else { lower || upper }
        }
    }
}

/// What is known of characters above Latin-1.
#[derive(Debug, Clone, PartialEq, Eq)]
enum High {
    Never,
    Always,
    Eval(Box<[Item]>, Fold),
}

/// A set ready for matching.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Set {
    table: Box<[bool; 256]>,
    high: High,
}

impl Set {
    pub fn new(items: Vec<Item>, fold: Fold, locale: &LocaleTables) -> Set {
        let mut table = Box::new([false; 256]);
        let members = eval_low(&items, locale);
        for (c, t) in table.iter_mut().enumerate() {
            *t = match fold {
                Fold::None => members[c / 64] >> (c % 64) & 1 == 1,
                _ => eval_fold(&items, fold, c as u32, locale),
            };
        }
        // Sets of low characters only need no evaluation above; case folding may lead down from there.
        let low_only = |i: &Item| match i {
            Item::Negate => true,
            Item::Literal(c) => *c < 256,
            Item::Range(_, b) => *b < 256,
            Item::Charset(_) => true,
            Item::Category(k) => *k < 10,
            Item::RangeIgnore(..) | Item::Big(..) => false,
        };
        let high = if fold != Fold::Unicode && items.iter().all(low_only) {
            if eval(&items, 0x378, locale) { High::Always } else { High::Never }
        } else {
            High::Eval(items.into_boxed_slice(), fold)
        };
        Set { table, high }
    }

    #[inline]
    pub fn contains(&self, c: u32) -> bool {
        match self.table.get(c as usize) {
            Some(&b) => b,
            None => self.high_contains(c),
        }
    }

    #[cold]
    fn high_contains(&self, c: u32) -> bool {
        match &self.high {
            High::Never => false,
            High::Always => true,
            High::Eval(items, fold) => eval_fold(items, *fold, c, LocaleTables::C),
        }
    }

    /// The Latin-1 part as bits.
    pub fn bits(&self) -> [u64; 4] {
        let mut bits = [0; 4];
        for (c, &b) in self.table.iter().enumerate() {
            bits[c / 64] |= u64::from(b) << (c % 64);
        }
        bits
    }

    /// Whether anything above Latin-1 may belong.
    pub fn may_be_high(&self) -> bool {
        self.high != High::Never
    }
}
