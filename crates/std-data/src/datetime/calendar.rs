//! The proleptic Gregorian calendar, and numbers that the types share.

use taipan_object::{Object, Owned, PyInt, PyResult, Thread, err};

pub const MINYEAR: i32 = 1;
pub const MAXYEAR: i32 = 9999;
/// The ordinal of 9999-12-31.
pub const MAX_ORDINAL: i32 = 3_652_059;
/// The ordinal of 1970-01-01.
pub const EPOCH_ORDINAL: i64 = 719_163;
pub const MAX_DELTA_DAYS: i64 = 999_999_999;

pub const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
pub const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

pub const fn is_leap(year: i32) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

pub const fn days_in_month(year: i32, month: i32) -> i32 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

const fn days_before_year(year: i32) -> i32 {
    let y = year - 1;
    y * 365 + y / 4 - y / 100 + y / 400
}

/// The days of a year before a month, from 1 to 12.
pub fn days_before_month(year: i32, month: i32) -> i32 {
    const DAYS: [i32; 12] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
    let days = usize::try_from(month - 1).ok().and_then(|m| DAYS.get(m).copied()).unwrap_or(0);
    days + i32::from(month > 2 && is_leap(year))
}

pub fn ymd_to_ord(year: i32, month: i32, day: i32) -> i32 {
    days_before_year(year) + days_before_month(year, month) + day
}

/// The date of an ordinal from 1 on.
pub fn ord_to_ymd(ordinal: i32) -> (i32, i32, i32) {
    let mut n = ordinal - 1;
    let n400 = n.div_euclid(146_097);
    n = n.rem_euclid(146_097);
    let n100 = n / 36_524;
    n %= 36_524;
    let n4 = n / 1461;
    n %= 1461;
    let n1 = n / 365;
    n %= 365;
    let mut year = n400 * 400 + n100 * 100 + n4 * 4 + n1 + 1;
    if n1 == 4 || n100 == 4 {
        year -= 1;
        return (year, 12, 31);
    }
    // Months have 28 to 31 days: the estimate is right or one too high.
    let mut month = (n + 50) >> 5;
    if days_before_month(year, month) > n {
        month -= 1;
    }
    (year, month, n - days_before_month(year, month) + 1)
}

/// Monday is 0.
pub fn weekday(year: i32, month: i32, day: i32) -> i32 {
    (ymd_to_ord(year, month, day) + 6).rem_euclid(7)
}

/// The ordinal of the Monday that begins ISO week 1.
pub fn iso_week1_monday(year: i32) -> i32 {
    let first = ymd_to_ord(year, 1, 1);
    let weekday = (first + 6).rem_euclid(7);
    let monday = first - weekday;
    if weekday > 3 { monday + 7 } else { monday }
}

/// Year, week and weekday of an ISO calendar date.
pub fn iso_calendar(year: i32, month: i32, day: i32) -> (i32, i32, i32) {
    let mut year = year;
    let today = ymd_to_ord(year, month, day);
    let mut monday = iso_week1_monday(year);
    let mut week = (today - monday).div_euclid(7);
    let weekday = (today - monday).rem_euclid(7);
    if week < 0 {
        year -= 1;
        monday = iso_week1_monday(year);
        week = (today - monday).div_euclid(7);
    } else if week >= 52 && today >= iso_week1_monday(year + 1) {
        year += 1;
        week = 0;
    }
    (year, week + 1, weekday + 1)
}

/// What is wrong with an ISO calendar date.
pub enum IsoError {
    Year,
    Week,
    Weekday,
}

pub fn iso_to_ymd(year: i32, week: i32, weekday: i32) -> Result<(i32, i32, i32), IsoError> {
    if !(MINYEAR..=MAXYEAR).contains(&year) {
        return Err(IsoError::Year);
    }
    if week <= 0 || week >= 53 {
        let first = (ymd_to_ord(year, 1, 1) + 6).rem_euclid(7);
        let long = week == 53 && (first == 3 || (first == 2 && is_leap(year)));
        if !long {
            return Err(IsoError::Week);
        }
    }
    if !(1..=7).contains(&weekday) {
        return Err(IsoError::Weekday);
    }
    Ok(ord_to_ymd(iso_week1_monday(year) + (week - 1) * 7 + weekday - 1))
}

pub fn check_year(t: &Thread, year: i64) -> PyResult<()> {
    if !(i64::from(MINYEAR)..=i64::from(MAXYEAR)).contains(&year) {
        return Err(err!(t, ValueError, "year must be in {MINYEAR}..{MAXYEAR}, not {year}"));
    }
    Ok(())
}

pub fn check_date(t: &Thread, year: i32, month: i32, day: i32) -> PyResult<()> {
    check_year(t, i64::from(year))?;
    if !(1..=12).contains(&month) {
        return Err(err!(t, ValueError, "month must be in 1..12, not {month}"));
    }
    let n = days_in_month(year, month);
    if day < 1 || day > n {
        return Err(err!(t, ValueError, "day {day} must be in range 1..{n} for month {month} in year {year}"));
    }
    Ok(())
}

pub fn check_time(t: &Thread, hour: i32, minute: i32, second: i32, us: i32, fold: i32) -> PyResult<()> {
    for (name, value, max) in
        [("hour", hour, 23), ("minute", minute, 59), ("second", second, 59), ("microsecond", us, 999_999)]
    {
        if value < 0 || value > max {
            return Err(err!(t, ValueError, "{name} must be in 0..{max}, not {value}"));
        }
    }
    if fold != 0 && fold != 1 {
        return Err(err!(t, ValueError, "fold must be either 0 or 1, not {fold}"));
    }
    Ok(())
}

/// An `int` of any 128-bit value.
pub fn int_of(t: &Thread, value: i128) -> PyResult<Owned<PyInt>> {
    if let Ok(small) = i64::try_from(value) {
        return PyInt::from_i64(t, small);
    }
    let mut rest = value.unsigned_abs();
    let mut digits = Vec::new();
    while rest > 0 {
        digits.push((rest & 0x3fff_ffff) as u32);
        rest >>= 30;
    }
    PyInt::from_digits(t, value < 0, &digits)
}

/// `a / b` rounded to the nearest integer, halves to even.
pub fn divide_nearest(a: i128, b: i128) -> i128 {
    let (mut q, mut r) = (a.div_euclid(b), a.rem_euclid(b));
    if b < 0 {
        // Make the remainder have the divisor's sign, as floor division has it.
        if r != 0 {
            q -= 1;
            r += b;
        }
        let (r, b) = (-r, -b);
        if 2 * r > b || (2 * r == b && q & 1 == 1) {
            q += 1;
        }
        return q;
    }
    if 2 * r > b || (2 * r == b && q & 1 == 1) {
        q += 1;
    }
    q
}

/// Floor division and its remainder.
pub fn floor_div(a: i128, b: i128) -> (i128, i128) {
    let (q, r) = (a / b, a % b);
    if r != 0 && (r < 0) != (b < 0) { (q - 1, r + b) } else { (q, r) }
}

/// The parsed arguments of a constructor, with the messages of the older argument parser.
pub fn parse<'a, const N: usize>(
    t: &Thread,
    args: &taipan_object::Args<'a>,
    names: [&'static str; N],
    required: usize,
    positional: usize,
) -> PyResult<[Option<&'a Object>; N]> {
    use taipan_object::argparse::Keywords;
    let mut slots = [None; N];
    let n = args.pos.len();
    let total = n + args.n_keywords();
    if total > N {
        let what = if n == 0 { "keyword " } else { "" };
        return Err(err!(t, TypeError, "function takes at most {N} {what}arguments ({total} given)"));
    }
    if n > positional {
        return Err(err!(t, TypeError, "function takes at most {positional} positional arguments ({n} given)"));
    }
    for (slot, arg) in slots.iter_mut().zip(args.pos) {
        *slot = Some(*arg);
    }
    if !matches!(args.kw, Keywords::None) {
        for (i, name) in names.iter().enumerate() {
            if let Some(value) = args.keyword(name) {
                if slots[i].is_some() {
                    return Err(err!(
                        t,
                        TypeError,
                        "argument for function given by name ('{name}') and position ({})",
                        i + 1
                    ));
                }
                slots[i] = Some(value);
            }
        }
    }
    for (i, name) in names.iter().enumerate().take(required) {
        if slots[i].is_none() {
            // The arguments before it have been converted by then.
            for given in slots.iter().take(i) {
                int_arg(t, *given, 0)?;
            }
            return Err(err!(t, TypeError, "function missing required argument '{name}' (pos {})", i + 1));
        }
    }
    args.for_each_keyword(t, |name, _| {
        let known = name.downcast::<taipan_object::PyStr>().is_some_and(|n| names.iter().any(|k| n.eq_str(k)));
        if known {
            return Ok(());
        }
        Err(err!(t, TypeError, "this function got an unexpected keyword argument {}", name.repr_lossy(t)))
    })?;
    Ok(slots)
}

/// A C `int` argument.
pub fn int_arg(t: &Thread, arg: Option<&Object>, default: i32) -> PyResult<i32> {
    let Some(arg) = arg else { return Ok(default) };
    let index = taipan_object::number::index(t, arg)?;
    match index.to_i64() {
        Some(n) => i32::try_from(n).map_err(|_| {
            if n > 0 {
                err!(t, OverflowError, "signed integer is greater than maximum")
            } else {
                err!(t, OverflowError, "signed integer is less than minimum")
            }
        }),
        None => Err(err!(t, OverflowError, "Python int too large to convert to C long")),
    }
}
