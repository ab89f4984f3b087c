//! Contexts: precision, range of exponents, rounding; and what happened (`status`).

use super::Rest;

/// The highest precision (`MAX_PREC`) and exponent (`MAX_EMAX`).
pub const MAX: i64 = 999_999_999_999_999_999;
/// The lowest exponent of a subnormal number (`MIN_ETINY`).
pub const MIN_ETINY: i64 = -MAX - (MAX - 1);

/// The conditions, with libmpdec's numbers.
pub mod status {
    pub const CLAMPED: u32 = 0x1;
    pub const CONVERSION_SYNTAX: u32 = 0x2;
    pub const DIVISION_BY_ZERO: u32 = 0x4;
    pub const DIVISION_IMPOSSIBLE: u32 = 0x8;
    pub const DIVISION_UNDEFINED: u32 = 0x10;
    pub const INEXACT: u32 = 0x40;
    pub const INVALID_CONTEXT: u32 = 0x80;
    pub const INVALID_OPERATION: u32 = 0x100;
    pub const MALLOC_ERROR: u32 = 0x200;
    pub const OVERFLOW: u32 = 0x800;
    pub const ROUNDED: u32 = 0x1000;
    pub const SUBNORMAL: u32 = 0x2000;
    pub const UNDERFLOW: u32 = 0x4000;
    pub const FLOAT_OPERATION: u32 = 0x400;
    /// What the signal `InvalidOperation` stands for.
    pub const INVALID: u32 = CONVERSION_SYNTAX
        | DIVISION_IMPOSSIBLE
        | DIVISION_UNDEFINED
        | 0x20
        | INVALID_CONTEXT
        | INVALID_OPERATION
        | MALLOC_ERROR;
    /// Conditions that leave no result.
    pub const ERRORS: u32 = INVALID | DIVISION_BY_ZERO;
}
use status::*;

/// The directions of rounding, with libmpdec's numbers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Rounding {
    Up,
    Down,
    Ceiling,
    Floor,
    HalfUp,
    HalfDown,
    HalfEven,
    ZeroFiveUp,
}

impl Rounding {
    /// All of them, in the order of their numbers.
    pub const ALL: [Self; 8] = [
        Self::Up,
        Self::Down,
        Self::Ceiling,
        Self::Floor,
        Self::HalfUp,
        Self::HalfDown,
        Self::HalfEven,
        Self::ZeroFiveUp,
    ];

    /// Python's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Up => "ROUND_UP",
            Self::Down => "ROUND_DOWN",
            Self::Ceiling => "ROUND_CEILING",
            Self::Floor => "ROUND_FLOOR",
            Self::HalfUp => "ROUND_HALF_UP",
            Self::HalfDown => "ROUND_HALF_DOWN",
            Self::HalfEven => "ROUND_HALF_EVEN",
            Self::ZeroFiveUp => "ROUND_05UP",
        }
    }

    /// Whether a coefficient whose last digit is `last` grows by one.
    pub fn grows(self, rest: Rest, negative: bool, last: u8) -> bool {
        if rest == Rest::Zero {
            return false;
        }
        match self {
            Self::Up => true,
            Self::Down => false,
            Self::Ceiling => !negative,
            Self::Floor => negative,
            Self::HalfUp => matches!(rest, Rest::Half | Rest::AboveHalf),
            Self::HalfDown => rest == Rest::AboveHalf,
            Self::HalfEven => rest == Rest::AboveHalf || rest == Rest::Half && last % 2 == 1,
            Self::ZeroFiveUp => last == 0 || last == 5,
        }
    }
}

/// A context.
#[derive(Clone, Copy, Debug)]
pub struct Context {
    pub prec: i64,
    pub emax: i64,
    pub emin: i64,
    pub rounding: Rounding,
    pub clamp: bool,
    pub traps: u32,
    pub status: u32,
}

impl Context {
    /// The context in which everything that exists is exact.
    pub const MAXIMAL: Self =
        Self { prec: MAX, emax: MAX, emin: -MAX, rounding: Rounding::HalfEven, clamp: false, traps: 0, status: 0 };

    pub fn etiny(&self) -> i64 {
        self.emin - (self.prec - 1)
    }

    pub fn etop(&self) -> i64 {
        self.emax - (self.prec - 1)
    }

    /// Takes note of conditions.
    pub fn signal(&mut self, conditions: u32) {
        self.status |= conditions;
    }

    /// A context for intermediate results.
    pub fn working(prec: i64) -> Self {
        Self { prec, ..Self::MAXIMAL }
    }

    /// Notes an impossible operation.
    pub fn invalid(&mut self) {
        self.signal(INVALID_OPERATION);
    }
}
