//! A zone as its file describes it, and the search for the period of a moment.

use super::super::datetime::Delta;
use super::rules::{self, Change};
use taipan_object::{
    Object, Own, Owned, PyBytes, PyResult, PyStr, PyTuple, Thread, Traverse, Visitor, err, errors, name, number,
    singletons, state, upcast,
};

/// What holds in a period: the answers of `utcoffset()`, `dst()` and `tzname()`.
pub struct Period {
    pub offset: Owned<Delta>,
    pub dst: Owned<Delta>,
    pub name: Owned,
    pub seconds: i64,
}

impl Period {
    fn new(t: &Thread, seconds: i64, dst: i64, name: Owned) -> PyResult<Self> {
        let delta = |seconds: i64| Delta::from_us(t, i128::from(seconds) * 1_000_000);
        Ok(Self { offset: delta(seconds)?, dst: delta(dst)?, name, seconds })
    }
}

/// What holds after the last transition.
enum After {
    Fixed(Period),
    Yearly { standard: Period, summer: Period, begin: Change, end: Change },
}

impl After {
    /// From the string at the end of the file.
    fn parse(t: &Thread, text: &Object) -> PyResult<Self> {
        let Some(bytes) = text.downcast::<PyBytes>() else {
            return Err(err!(t, TypeError, "expected bytes, {} found", text.class().name_lossy()));
        };
        let parsed = rules::parse(bytes.as_bytes()).map_err(|wrong| match text.repr(t) {
            Ok(repr) => err!(t, ValueError, "{} {}", wrong.message(), repr.display()),
            Err(raised) => raised,
        })?;
        let period = |(name, seconds): rules::Named<'_>, dst: i64| {
            let name = PyStr::from_str(t, &String::from_utf8_lossy(name))?;
            Period::new(t, seconds, dst, name.into_object())
        };
        let standard = period(parsed.standard, 0)?;
        Ok(match parsed.summer {
            None => Self::Fixed(standard),
            Some((summer, begin, end)) => {
                let summer = period(summer, summer.1 - standard.seconds)?;
                Self::Yearly { standard, summer, begin, end }
            }
        })
    }

    /// The period of a local time.
    fn at_local(&self, seconds: i64, fold: bool, year: i32) -> &Period {
        let Self::Yearly { standard, summer, begin, end } = self else { return self.fixed() };
        let (mut begin, mut end) = (begin.in_year(year), end.in_year(year));
        let shift = summer.seconds - standard.seconds;
        // A gap belongs to the time before it, and an ambiguous time to the first of both, but with `fold`.
        if fold == (shift >= 0) {
            end -= shift;
        } else {
            begin += shift;
        }
        if Self::is_summer(begin, end, seconds) { summer } else { standard }
    }

    /// The period of a time in UTC, and whether its local time is there for the second time.
    fn at_utc(&self, seconds: i64, year: i32) -> (&Period, bool) {
        let Self::Yearly { standard, summer, begin, end } = self else { return (self.fixed(), false) };
        let (begin, end) = (begin.in_year(year) - standard.seconds, end.in_year(year) - summer.seconds);
        let shift = summer.seconds - standard.seconds;
        let ambiguous = if shift > 0 { end..end + shift } else { begin..begin - shift };
        let period = if Self::is_summer(begin, end, seconds) { summer } else { standard };
        (period, ambiguous.contains(&seconds))
    }

    fn is_summer(begin: i64, end: i64, seconds: i64) -> bool {
        if begin < end { (begin..end).contains(&seconds) } else { !(end..begin).contains(&seconds) }
    }

    fn fixed(&self) -> &Period {
        match self {
            Self::Fixed(period) => period,
            Self::Yearly { standard, .. } => standard,
        }
    }
}

/// The transitions of a zone.
pub struct Zone {
    periods: Box<[Period]>,
    /// When, in UTC.
    utc: Box<[i64]>,
    /// When by the local clock, for times without and with `fold`.
    local: [Box<[i64]>; 2],
    /// The number of the period that begins.
    begins: Box<[usize]>,
    /// Before the first transition.
    before: usize,
    after: After,
    fixed: bool,
}

impl Traverse for Zone {
    fn traverse(&self, visitor: &mut Visitor<'_>) {
        let mut visit = |period: &Period| {
            visitor.visit(upcast(&*period.offset));
            visitor.visit(upcast(&*period.dst));
            visitor.visit(&period.name);
        };
        self.periods.iter().for_each(&mut visit);
        match &self.after {
            After::Fixed(period) => visit(period),
            After::Yearly { standard, summer, .. } => {
                visit(standard);
                visit(summer);
            }
        }
    }
}

fn tuple(t: &Thread, parts: &PyTuple, index: usize) -> PyResult<Vec<Owned>> {
    match item(t, parts.as_slice(), index)?.downcast::<PyTuple>() {
        Some(tuple) => Ok(tuple.as_slice().iter().map(|item| item.own()).collect()),
        None => Err(errors::bad_internal_call(t)),
    }
}

fn item<'a, T>(t: &Thread, items: &'a [T], index: usize) -> PyResult<&'a T> {
    items.get(index).ok_or_else(|| err!(t, IndexError, "tuple index out of range"))
}

fn int(t: &Thread, object: &Object) -> PyResult<i64> {
    let index = number::index(t, object)?;
    index.to_i64().ok_or_else(|| err!(t, OverflowError, "int too big to convert"))
}

/// Summer time's share of each offset, which files do not tell: the difference to the standard time next to it.
fn dst_offsets(begins: &[usize], offsets: &[i64], summer: &[bool]) -> Vec<i64> {
    let mut shares = vec![0; offsets.len()];
    let mut missing = summer.iter().filter(|summer| **summer).count();
    for (at, &period) in begins.iter().enumerate().skip(1) {
        if missing == 0 {
            break;
        }
        if !summer[period] || shares[period] != 0 {
            continue;
        }
        let before = begins[at - 1];
        let mut share = if summer[before] { 0 } else { offsets[period].wrapping_sub(offsets[before]) };
        if share == 0
            && period + 1 < offsets.len()
            && let Some(&after) = begins.get(at + 1)
        {
            // Between two summer times: another transition to this one may tell.
            if summer[after] {
                continue;
            }
            share = offsets[period].wrapping_sub(offsets[after]);
        }
        if share != 0 {
            missing -= 1;
            shares[period] = share;
        }
    }
    if missing > 0 {
        for (share, _) in shares.iter_mut().zip(summer).filter(|(share, summer)| **share == 0 && **summer) {
            *share = 3600;
        }
    }
    shares
}

impl Zone {
    /// Reads a zone's file.
    pub fn load(t: &Thread, file: &Object) -> PyResult<Self> {
        let common = state::import(t, "zoneinfo._common")?;
        let data = common.call_method(t, name!(t, "load_data"), &[file])?;
        let Some(data) = data.downcast::<PyTuple>() else {
            return Err(err!(t, TypeError, "Invalid data result type: {}", data.repr_lossy(t)));
        };
        let parts = data.as_slice();
        let utc = tuple(t, data, 1)?;
        let offsets = tuple(t, data, 2)?;
        let summer = tuple(t, data, 3)?;
        let begins = tuple(t, data, 0)?;

        let mut utc_seconds = Vec::with_capacity(utc.len());
        let mut numbers = Vec::with_capacity(utc.len());
        for at in 0..utc.len() {
            utc_seconds.push(int(t, item(t, &utc, at)?)?);
            let number = int(t, item(t, &begins, at)?)?;
            match usize::try_from(number).ok().filter(|number| *number < offsets.len()) {
                Some(number) => numbers.push(number),
                None => {
                    return Err(err!(t, ValueError, "Invalid transition index found while reading TZif: {number}"));
                }
            }
        }
        let mut seconds = Vec::with_capacity(offsets.len());
        let mut is_summer = Vec::with_capacity(offsets.len());
        for at in 0..offsets.len() {
            seconds.push(int(t, &offsets[at])?);
            is_summer.push(item(t, &summer, at)?.is_true(t)?);
        }
        let shares = dst_offsets(&numbers, &seconds, &is_summer);
        let names = tuple(t, data, 4)?;
        let mut periods = Vec::with_capacity(offsets.len());
        for (at, share) in shares.into_iter().enumerate() {
            periods.push(Period::new(t, seconds[at], share, item(t, &names, at)?.clone())?);
        }
        let text = item(t, parts, 5)?;
        let (after, after_is_period) = if !text.is(singletons::none()) && text.is_true(t)? {
            (After::parse(t, text)?, false)
        } else {
            let Some(last) = numbers.last().and_then(|last| periods.get(*last)).or(periods.last()) else {
                return Err(err!(t, ValueError, "No time zone information found."));
            };
            let Period { offset, dst, name, seconds } = last;
            let last = Period { offset: offset.clone(), dst: dst.clone(), name: name.clone(), seconds: *seconds };
            (After::Fixed(last), true)
        };
        // Files of one offset have one period, or none, and no rules. One that has more is not looked into.
        let fixed = match (&after, &*periods) {
            (After::Yearly { .. }, _) | (_, [_, _, ..]) => false,
            (After::Fixed(_), []) => true,
            (After::Fixed(after), [only]) => after_is_period || only.is_same(t, after)?,
        };
        let local = Self::local_times(&utc_seconds, &numbers, &seconds);
        Ok(Self {
            before: is_summer.iter().position(|summer| !summer).unwrap_or(0),
            periods: periods.into(),
            utc: utc_seconds.into(),
            local,
            begins: numbers.into(),
            after,
            fixed,
        })
    }

    fn local_times(utc: &[i64], begins: &[usize], offsets: &[i64]) -> [Box<[i64]>; 2] {
        let mut before = offsets.first().copied().unwrap_or(0);
        let (mut plain, mut folded) = (Vec::with_capacity(utc.len()), Vec::with_capacity(utc.len()));
        for (&utc, &begins) in utc.iter().zip(begins) {
            let after = offsets[begins];
            // Without `fold`, an ambiguous time and one in a gap are of what held before; with it, of what holds then.
            plain.push(utc.saturating_add(before.max(after)));
            folded.push(utc.saturating_add(before.min(after)));
            before = after;
        }
        [plain.into(), folded.into()]
    }

    /// What holds whatever the moment, if that is known.
    pub fn always(&self) -> Option<&Period> {
        self.fixed.then(|| self.after.fixed())
    }

    fn begun(&self, at: usize) -> &Period {
        match self.begins.get(at).and_then(|number| self.periods.get(*number)) {
            Some(period) => period,
            None => self.after.fixed(),
        }
    }

    fn before(&self) -> &Period {
        self.periods.get(self.before).unwrap_or_else(|| self.after.fixed())
    }

    /// The period of a local time, given as seconds since the epoch of a clock that shows it.
    pub fn at_local(&self, seconds: i64, fold: bool, year: i32) -> &Period {
        let times = &self.local[usize::from(fold)];
        match (times.first(), times.last()) {
            (Some(first), Some(last)) if seconds <= *last => {
                if seconds < *first {
                    return self.before();
                }
                let next = times.partition_point(|time| *time <= seconds);
                self.begun(next.saturating_sub(1))
            }
            _ => self.after.at_local(seconds, fold, year),
        }
    }

    /// The period of a time in UTC, and whether its local time is there for the second time.
    pub fn at_utc(&self, seconds: i64, year: i32) -> (&Period, bool) {
        let (Some(&first), Some(&last)) = (self.utc.first(), self.utc.last()) else {
            return self.after.at_utc(seconds, year);
        };
        if seconds < first {
            return (self.before(), false);
        }
        let next = self.utc.partition_point(|time| *time <= seconds);
        let begin = next.saturating_sub(1);
        let (period, mut fold) =
            if seconds > last { self.after.at_utc(seconds, year) } else { (self.begun(begin), false) };
        // The clock may have been put back at the last transition that is listed.
        let previous = if begin > 0 { self.begun(begin - 1) } else { self.before() };
        let since = self.utc.get(begin).map_or(i64::MAX, |begin| seconds.saturating_sub(*begin));
        fold |= previous.seconds - period.seconds > since;
        (period, fold)
    }
}

impl Period {
    fn is_same(&self, t: &Thread, other: &Self) -> PyResult<bool> {
        Ok(self.seconds == other.seconds && self.dst.us() == other.dst.us() && self.name.eq(t, &other.name)?)
    }
}
