//! The POSIX TZ string at the end of a zone's file: what holds after the last transition. Knows no Python.

use super::super::datetime::calendar::{EPOCH_ORDINAL, days_before_month, days_in_month, is_leap, ymd_to_ord};

/// What is wrong with a TZ string; the messages end with the string itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Malformed {
    StandardName,
    StandardOffset,
    SummerName,
    SummerOffset,
    MissingRules,
    Rule,
    Extra,
}

impl Malformed {
    /// The words before the string.
    pub const fn message(self) -> &'static str {
        match self {
            Self::StandardName => "Invalid STD format in",
            Self::StandardOffset => "Invalid STD offset in",
            Self::SummerName => "Invalid DST format in",
            Self::SummerOffset => "Invalid DST offset in",
            Self::MissingRules => "Missing transition rules in TZ string:",
            Self::Rule => "Malformed transition rule in TZ string:",
            Self::Extra => "Extraneous characters at end of TZ string:",
        }
    }
}

/// A day of the year on which clocks change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Day {
    /// Counted from 1, February 29 is never counted.
    Julian(i32),
    /// Counted from 0, leap days are counted.
    OfYear(i32),
    /// A weekday (Sunday is 0) of a week (5 is the last one) of a month.
    OfMonth { month: i32, week: i32, weekday: i32 },
}

/// A moment of the year at which clocks change, as they show it before the change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    day: Day,
    /// Seconds since midnight; may be negative or more than a day.
    seconds: i32,
}

impl Change {
    /// Seconds since the epoch, of the clock's own.
    pub fn in_year(&self, year: i32) -> i64 {
        let january = i64::from(ymd_to_ord(year, 1, 1)) - EPOCH_ORDINAL;
        let days = match self.day {
            // Both are CPython's readings: the 59th day is moved too, and days counted from 0 begin on December 31.
            Day::Julian(day) => i64::from(day - 1) + i64::from(day >= 59 && is_leap(year)),
            Day::OfYear(day) => i64::from(day - 1),
            Day::OfMonth { month, week, weekday } => {
                let before = days_before_month(year, month);
                // The epoch was a Thursday.
                let first = (january + i64::from(before) + 4).rem_euclid(7) as i32;
                let mut day = (weekday - first).rem_euclid(7) + (week - 1) * 7;
                if day >= days_in_month(year, month) {
                    day -= 7;
                }
                i64::from(before + day)
            }
        };
        (january + days) * 86_400 + i64::from(self.seconds)
    }
}

/// A name and an offset from UTC in seconds.
pub type Named<'a> = (&'a [u8], i64);

/// A parsed TZ string.
#[derive(Debug, PartialEq, Eq)]
pub struct Rules<'a> {
    pub standard: Named<'a>,
    /// Summer time, its begin and its end.
    pub summer: Option<(Named<'a>, Change, Change)>,
}

struct Input<'a>(&'a [u8]);

impl<'a> Input<'a> {
    fn peek(&self) -> Option<u8> {
        self.0.first().copied()
    }

    fn eat(&mut self, byte: u8) -> Option<()> {
        self.0 = self.0.strip_prefix(&[byte])?;
        Some(())
    }

    fn take(&mut self, n: usize) -> &'a [u8] {
        let (taken, rest) = self.0.split_at(n.min(self.0.len()));
        self.0 = rest;
        taken
    }

    /// From `min` to `max` digits, as many as there are.
    fn number(&mut self, min: usize, max: usize) -> Option<i32> {
        let n = self.0.iter().take(max).take_while(|byte| byte.is_ascii_digit()).count();
        if n < min {
            return None;
        }
        Some(self.take(n).iter().fold(0, |sum, digit| sum * 10 + i32::from(digit - b'0')))
    }

    /// A name: letters, or anything alphanumeric with signs between angle brackets.
    fn name(&mut self) -> Option<&'a [u8]> {
        if self.eat(b'<').is_none() {
            let n = self.0.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
            return Some(self.take(n)).filter(|name| !name.is_empty());
        }
        let n = self.0.iter().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-')).count();
        let name = self.take(n);
        self.eat(b'>')?;
        Some(name).filter(|name| !name.is_empty())
    }

    /// `[+-]h[hh][:mm[:ss]]` in seconds.
    fn time(&mut self, max_hour: i32) -> Option<i32> {
        let negative = self.peek() == Some(b'-');
        if negative || self.peek() == Some(b'+') {
            self.take(1);
        }
        let hour = self.number(1, 3).filter(|hour| *hour <= max_hour)?;
        let (mut minute, mut second) = (0, 0);
        if self.eat(b':').is_some() {
            minute = self.number(2, 2)?;
            if self.eat(b':').is_some() {
                second = self.number(2, 2)?;
            }
        }
        let seconds = hour * 3600 + minute * 60 + second;
        Some(if negative { -seconds } else { seconds })
    }

    /// An offset from UTC. The string says how far UTC is ahead.
    fn offset(&mut self) -> Option<i64> {
        self.time(24).map(|seconds| -i64::from(seconds))
    }

    fn change(&mut self) -> Option<Change> {
        let day = match self.peek()? {
            b'M' => {
                self.take(1);
                let month = self.number(1, 2).filter(|month| (1..=12).contains(month))?;
                self.eat(b'.')?;
                let week = self.number(1, 1).filter(|week| (1..=5).contains(week))?;
                self.eat(b'.')?;
                let weekday = self.number(1, 1).filter(|day| *day <= 6)?;
                Day::OfMonth { month, week, weekday }
            }
            b'J' => {
                self.take(1);
                Day::Julian(self.number(1, 3).filter(|day| (1..=365).contains(day))?)
            }
            _ => Day::OfYear(self.number(1, 3).filter(|day| *day <= 365)?),
        };
        let seconds = if self.eat(b'/').is_some() { self.time(167)? } else { 7200 };
        Some(Change { day, seconds })
    }
}

/// Parses a TZ string.
pub fn parse(text: &[u8]) -> Result<Rules<'_>, Malformed> {
    let mut input = Input(text);
    let name = input.name().ok_or(Malformed::StandardName)?;
    let standard = (name, input.offset().ok_or(Malformed::StandardOffset)?);
    if input.peek().is_none() {
        return Ok(Rules { standard, summer: None });
    }
    let name = input.name().ok_or(Malformed::SummerName)?;
    let offset = match input.peek() {
        Some(b',') => standard.1 + 3600,
        _ => input.offset().ok_or(Malformed::SummerOffset)?,
    };
    let mut change = || {
        input.eat(b',').ok_or(Malformed::MissingRules)?;
        input.change().ok_or(Malformed::Rule)
    };
    let (begin, end) = (change()?, change()?);
    if input.peek().is_some() {
        return Err(Malformed::Extra);
    }
    Ok(Rules { standard, summer: Some(((name, offset), begin, end)) })
}
