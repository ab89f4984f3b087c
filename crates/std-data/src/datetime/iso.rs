//! Parsing ISO 8601, from characters of any width.

use super::calendar::iso_to_ymd;
use taipan_object::unicode::Chars;

/// A character.
trait Char: Copy + Into<u32> {}
impl<T: Copy + Into<u32>> Char for T {}

fn at(s: &[impl Char], i: usize) -> Option<u32> {
    s.get(i).map(|&c| c.into())
}

/// Time of day, and the offset from UTC in microseconds if there is one.
pub struct IsoTime {
    pub hour: i32,
    pub minute: i32,
    pub second: i32,
    pub us: i32,
    pub offset: Option<i64>,
}

fn digits(s: &[impl Char], at: usize, n: usize) -> Option<i32> {
    s.get(at..at + n)?.iter().try_fold(0, |value, &c| {
        let digit = c.into().checked_sub(48).filter(|&d| d < 10)?;
        Some(value * 10 + digit as i32)
    })
}

const fn is_digit(c: u32) -> bool {
    c >= 48 && c < 58
}

/// A date in one of the forms YYYY-MM-DD, YYYYMMDD, YYYY-Www-D, YYYYWwwD, YYYY-Www, YYYYWww.
fn date(s: &[impl Char]) -> Option<(i32, i32, i32)> {
    if !matches!(s.len(), 7 | 8 | 10) {
        return None;
    }
    let year = digits(s, 0, 4)?;
    let separated = at(s, 4) == Some(45);
    let mut i = if separated { 5 } else { 4 };
    if at(s, i) == Some(87) {
        let week = digits(s, i + 1, 2)?;
        i += 3;
        let mut day = 1;
        if i < s.len() {
            if separated {
                if at(s, i) != Some(45) {
                    return None;
                }
                i += 1;
            }
            day = digits(s, i, 1)?;
            i += 1;
        }
        if i != s.len() {
            return None;
        }
        return iso_to_ymd(year, week, day).ok();
    }
    let month = digits(s, i, 2)?;
    i += 2;
    if separated {
        if at(s, i) != Some(45) {
            return None;
        }
        i += 1;
    }
    let day = digits(s, i, 2)?;
    if i + 2 == s.len() { Some((year, month, day)) } else { None }
}

/// Where the date ends in a date and time.
fn separator(s: &[impl Char]) -> Option<usize> {
    let n = s.len();
    if n == 7 {
        return Some(7);
    }
    let at = |i: usize| at(s, i).unwrap_or(0);
    if at(4) == 45 {
        if at(5) != 87 {
            return Some(10);
        }
        if n < 8 {
            return None;
        }
        if n > 8 && at(8) == 45 {
            if n == 9 {
                return None;
            }
            return Some(if n > 10 && is_digit(at(10)) { 8 } else { 10 });
        }
        return Some(8);
    }
    if at(4) != 87 {
        return Some(8);
    }
    let pos = (7..n).find(|&i| !is_digit(at(i))).unwrap_or(n);
    Some(if pos < 9 {
        pos
    } else if pos % 2 == 0 {
        7
    } else {
        8
    })
}

fn clock(s: &[impl Char]) -> Option<(i32, i32, i32, i32)> {
    let mut parts = [0; 3];
    let mut at = 0;
    let mut separated = true;
    for i in 0..3 {
        parts[i] = digits(s, at, 2)?;
        at += 2;
        let Some(&c) = s.get(at) else { return Some((parts[0], parts[1], parts[2], 0)) };
        let c = c.into();
        if i == 0 {
            separated = c == 58;
        }
        if separated && c == 58 {
            if i == 2 {
                return None;
            }
            at += 1;
        } else if c == 46 || c == 44 {
            if i < 2 {
                return None;
            }
            at += 1;
        } else if separated || i == 2 {
            return None;
        }
    }
    let n = (s.len() - at).min(6);
    if n == 0 {
        return None;
    }
    let mut us = digits(s, at, n)?;
    for _ in n..6 {
        us *= 10;
    }
    if s[at + n..].iter().any(|&c| !is_digit(c.into())) {
        return None;
    }
    Some((parts[0], parts[1], parts[2], us))
}

/// A time with or without an offset.
fn time(s: &[impl Char]) -> Option<IsoTime> {
    let zone = s.iter().position(|&c| matches!(c.into(), 43 | 45 | 90));
    let (hour, minute, second, us) = clock(&s[..zone.unwrap_or(s.len())])?;
    let offset = match zone {
        None => None,
        Some(at) if s[at].into() == 90 => {
            if at + 1 != s.len() {
                return None;
            }
            Some(0)
        }
        Some(at) => {
            let (h, m, sec, us) = clock(&s[at + 1..])?;
            let total = (i64::from(h) * 3600 + i64::from(m) * 60 + i64::from(sec)) * 1_000_000 + i64::from(us);
            Some(if s[at].into() == 45 { -total } else { total })
        }
    };
    Some(IsoTime { hour, minute, second, us, offset })
}

/// A date, and a time after any separator.
fn date_and_time(s: &[impl Char]) -> Option<((i32, i32, i32), Option<IsoTime>)> {
    if s.len() < 7 {
        return None;
    }
    let end = separator(s)?.min(s.len());
    let date = date(s.get(..end)?)?;
    let time = if s.len() > end { Some(time(s.get(end + 1..)?)?) } else { None };
    Some((date, time))
}

/// What `date.fromisoformat` reads.
pub fn parse_date(chars: Chars<'_>) -> Option<(i32, i32, i32)> {
    match chars {
        Chars::One(s) => date(s),
        Chars::Two(s) => date(s),
        Chars::Four(s) => date(s),
    }
}

/// What `time.fromisoformat` reads: a `T` may stand in front.
pub fn parse_time(chars: Chars<'_>) -> Option<IsoTime> {
    let chars = if chars.len() > 0 && chars.at(0) == 84 { chars.slice(1, chars.len()) } else { chars };
    match chars {
        Chars::One(s) => time(s),
        Chars::Two(s) => time(s),
        Chars::Four(s) => time(s),
    }
}

/// What `datetime.fromisoformat` reads.
pub fn parse_date_and_time(chars: Chars<'_>) -> Option<((i32, i32, i32), Option<IsoTime>)> {
    match chars {
        Chars::One(s) => date_and_time(s),
        Chars::Two(s) => date_and_time(s),
        Chars::Four(s) => date_and_time(s),
    }
}
