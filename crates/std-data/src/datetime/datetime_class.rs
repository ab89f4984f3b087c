//! `datetime.datetime`.

use super::calendar::*;
use super::date::Date;
use super::delta::Delta;
use super::time::{Time, format_clock, iso_zone};
use super::tz::{self, TimeZone, TzInfo};
use super::{format, iso, timestamp};
use std::cell::Cell;
use taipan_object::clinic::{CStrArg, UniChar};
use taipan_object::clock::{LocalTime, local_time};
use taipan_object::{
    Args, Class, CompareOp, Head, Object, Own, Owned, PyBytes, PyInt, PyResult, PyStr, PyTuple, PyType, Slot, Thread,
    class, err, errors, name, new_object, object, singletons, upcast,
};

/// `datetime.datetime`, laid out as C code expects it.
#[object]
pub struct DateTime {
    hashcode: Cell<isize>,
    hastzinfo: u8,
    data: [u8; 10],
    fold: u8,
    tzinfo: Slot,
}

type Clock = (i32, i32, i32, i32);
type Ymd = (i32, i32, i32);

fn pack(date: Ymd, clock: Clock) -> [u8; 10] {
    let ((y, mo, d), (h, mi, s, us)) = (date, clock);
    [
        (y >> 8) as u8,
        y as u8,
        mo as u8,
        d as u8,
        h as u8,
        mi as u8,
        s as u8,
        (us >> 16) as u8,
        (us >> 8) as u8,
        us as u8,
    ]
}

/// Local time of seconds since the epoch.
pub fn local_of(t: &Thread, seconds: i64) -> PyResult<LocalTime> {
    local_time(seconds).map_err(|errno| errors::os_error(t, errno))
}

/// What the local clock shows, as seconds since an epoch of its own.
fn local_seconds(t: &Thread, seconds: i64) -> PyResult<i64> {
    let local = local_of(t, seconds)?;
    seconds.checked_add(local.offset).ok_or_else(|| errors::os_error(t, 75))
}

/// The moment at which the local clock shows this.
fn from_local(t: &Thread, shown: i64, fold: bool) -> PyResult<i64> {
    const DAY: i64 = 86_400;
    let a = local_seconds(t, shown)? - shown;
    let u1 = shown - a;
    let t1 = local_seconds(t, u1)?;
    let b = if t1 == shown {
        let u2 = if fold { u1 + DAY } else { u1 - DAY };
        let b = local_seconds(t, u2)? - u2;
        if a == b {
            return Ok(u1);
        }
        b
    } else {
        t1 - u1
    };
    let u2 = shown - b;
    let t2 = local_seconds(t, u2)?;
    if t2 == shown {
        return Ok(u2);
    }
    if t1 == shown {
        return Ok(u1);
    }
    Ok(if fold { u1.min(u2) } else { u1.max(u2) })
}

/// The local zone at a moment.
fn local_zone(t: &Thread, seconds: i64) -> PyResult {
    let local = local_of(t, seconds)?;
    let offset = Delta::from_us(t, i128::from(local.offset) * 1_000_000)?;
    let name = PyStr::from_fs_bytes(t, &local.zone)?;
    TimeZone::create(t, &offset, Some(&name))
}

impl DateTime {
    fn build(t: &Thread, cls: &PyType, data: [u8; 10], zone: Option<Owned>, fold: u8) -> PyResult<Owned<Self>> {
        let value = Self {
            head: Head::new(),
            hashcode: Cell::new(-1),
            hastzinfo: u8::from(zone.is_some()),
            data,
            fold,
            tzinfo: Slot::from_option(zone),
        };
        if cls.is(Self::class()) { new_object(t, value) } else { cls.instance(t, value) }
    }

    /// An instance of a class derived from `datetime`; numbers are checked.
    fn create(t: &Thread, cls: &PyType, date: Ymd, clock: Clock, zone: Option<Owned>, fold: i32) -> PyResult {
        let ((y, mo, d), (h, mi, s, us)) = (date, clock);
        if cls.is(Self::class()) {
            check_date(t, y, mo, d)?;
            check_time(t, h, mi, s, us, fold)?;
            return Self::build(t, cls, pack(date, clock), zone, fold as u8).map(Owned::into_object);
        }
        let int = |n: i32| PyInt::from_i64(t, i64::from(n));
        let zone = zone.unwrap_or_else(|| singletons::none().own());
        let args: [&Object; 8] =
            [&*int(y)?, &*int(mo)?, &*int(d)?, &*int(h)?, &*int(mi)?, &*int(s)?, &*int(us)?, &zone];
        if fold == 0 {
            return cls.call(t, &args);
        }
        cls.as_object().call_with(t, &args, &[("fold", &*int(fold)?)])
    }

    /// The zone, if there is one.
    pub fn zone(&self) -> Option<Owned> {
        self.tzinfo.get()
    }

    fn ymd(&self) -> Ymd {
        (i32::from(self.data[0]) << 8 | i32::from(self.data[1]), i32::from(self.data[2]), i32::from(self.data[3]))
    }

    fn clock(&self) -> Clock {
        (i32::from(self.data[4]), i32::from(self.data[5]), i32::from(self.data[6]), self.us())
    }

    pub fn us(&self) -> i32 {
        i32::from(self.data[7]) << 16 | i32::from(self.data[8]) << 8 | i32::from(self.data[9])
    }

    /// Microseconds since 0001-01-01 as the clock shows them, plus a day.
    fn total_us(&self) -> i128 {
        i128::from((self.seconds() + EPOCH_ORDINAL * 86_400) * 1_000_000 + i64::from(self.us()))
    }

    /// Seconds since the epoch if the clock were UTC's.
    pub fn seconds(&self) -> i64 {
        let (y, mo, d) = self.ymd();
        let (h, mi, s, _) = self.clock();
        (i64::from(ymd_to_ord(y, mo, d)) - EPOCH_ORDINAL) * 86_400 + i64::from(h * 3600 + mi * 60 + s)
    }

    /// The year, as a number.
    pub fn year_number(&self) -> i32 {
        self.ymd().0
    }

    /// Whether this is the second time that the clock shows this.
    pub fn is_fold(&self) -> bool {
        self.fold != 0
    }

    /// Whether this is the zone.
    pub fn has_zone(&self, zone: &Object) -> bool {
        self.tzinfo.holds(zone)
    }

    /// An exact `datetime` that shows so many seconds more, with the zone of this one.
    pub fn moved(&self, t: &Thread, seconds: i64, fold: bool) -> PyResult<Owned<Self>> {
        let total = self.seconds() + EPOCH_ORDINAL * 86_400 + seconds;
        let (date, (h, mi, s)) = Self::parts_of_seconds(t, total)?;
        Self::build(t, Self::class(), pack(date, (h, mi, s, self.us())), self.zone(), u8::from(fold))
    }

    /// This moment and so many microseconds, as the clock shows them.
    pub fn plus(&self, t: &Thread, us: i128) -> PyResult {
        let (date, clock) = Self::parts_of(t, self.total_us() + us)?;
        Self::create(t, upcast(self).class(), date, clock, self.zone(), 0)
    }

    fn parts_of(t: &Thread, total: i128) -> PyResult<(Ymd, Clock)> {
        // What does not fit is far out of range.
        let total = i64::try_from(total).unwrap_or(i64::MAX);
        let (date, (h, mi, s)) = Self::parts_of_seconds(t, total.div_euclid(1_000_000))?;
        Ok((date, (h, mi, s, total.rem_euclid(1_000_000) as i32)))
    }

    fn parts_of_seconds(t: &Thread, total: i64) -> PyResult<(Ymd, (i32, i32, i32))> {
        let ordinal = i32::try_from(total.div_euclid(86_400)).ok().filter(|o| (1..=MAX_ORDINAL).contains(o));
        let Some(ordinal) = ordinal else { return Err(err!(t, OverflowError, "date value out of range")) };
        let seconds = total.rem_euclid(86_400) as i32;
        Ok((ord_to_ymd(ordinal), (seconds / 3600, seconds / 60 % 60, seconds % 60)))
    }

    fn offset(&self, t: &Thread) -> PyResult<Option<Owned<Delta>>> {
        tz::offset(t, self.zone().as_deref(), name!(t, "utcoffset"), upcast(self))
    }

    fn with_fold(&self, t: &Thread, fold: u8) -> PyResult<Owned<Self>> {
        Self::build(t, Self::class(), self.data, self.zone(), fold)
    }

    /// Whether the offset depends on `fold`: such times equal nothing in another zone.
    fn is_ambiguous(&self, t: &Thread, offset: Option<i128>) -> PyResult<bool> {
        let other = self.with_fold(t, 1 - self.fold)?;
        Ok(other.offset(t)?.map(|o| o.us()) != offset)
    }

    fn from_stamp(t: &Thread, cls: &PyType, seconds: i64, us: i32, zone: Option<Owned>) -> PyResult {
        let Some(zone) = zone else {
            const DAY: i64 = 86_400;
            let local = local_of(t, seconds)?;
            check_year(t, local.year)?;
            let shown = seconds + local.offset;
            let mut fold = 0;
            // A clock that was put back shows the same time twice.
            if seconds > i64::MIN + 2 * DAY {
                let transition = shown - local_seconds(t, seconds - DAY)? - DAY;
                if transition < 0 && local_seconds(t, seconds + transition)? == shown {
                    fold = 1;
                }
            }
            let date = (local.year as i32, local.month as i32, local.day as i32);
            let clock = (local.hour as i32, local.minute as i32, local.second as i32, us);
            return Self::create(t, cls, date, clock, None, fold);
        };
        let (date, (h, m, s)) = timestamp::civil(t, seconds)?;
        let made = Self::create(t, cls, date, (h, m, s, us), Some(zone.clone()), 0)?;
        zone.call_method(t, name!(t, "fromutc"), &[&made])
    }

    fn now_parts() -> (i64, i32) {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        (now.as_secs() as i64, now.subsec_micros() as i32)
    }

    fn utc_stamp(t: &Thread, cls: &PyType, seconds: i64, us: i32) -> PyResult {
        let (date, (h, m, s)) = timestamp::civil(t, seconds)?;
        Self::create(t, cls, date, (h, m, s, us), None, 0)
    }

    fn reduce_state(&self, t: &Thread, protocol: i32) -> PyResult<(Owned, Owned<PyTuple>)> {
        let mut data = self.data;
        if protocol > 3 && self.fold != 0 {
            data[2] |= 0x80;
        }
        let mut items = vec![PyBytes::new(t, &data)?.into_object()];
        items.extend(self.zone());
        Ok((upcast(self).class().as_object().own(), PyTuple::from_vec(t, items)?))
    }

    fn deprecated(t: &Thread, what: &str, better: &str) -> PyResult<()> {
        errors::warn(
            t,
            taipan_object::exceptions::DeprecationWarning::class(),
            format_args!(
                "datetime.datetime.{what}() is deprecated and scheduled for removal in a future version. Use \
                 timezone-aware objects to represent datetimes in UTC: datetime.datetime.{better}."
            ),
            1,
        )
    }
}

/// datetime(year, month, day[, hour[, minute[, second[, microsecond[,tzinfo]]]]])
///
/// The year, month and day arguments are required. tzinfo may be None, or an
/// instance of a tzinfo subclass. The remaining arguments may be ints.
///
#[class(name = "datetime.datetime", base = Date, flags(BASETYPE))]
impl DateTime {
    #[slot]
    fn tp_new(cls: &PyType, t: &Thread, args: Args<'_>) -> PyResult<Owned<Self>> {
        if let [first, rest @ ..] = args.pos
            && rest.len() < 2
            && args.n_keywords() == 0
            && let Some(state) = format::state_bytes(first, 10)
            && (1..=12).contains(&(state[2] & 0x7f))
        {
            let zone = rest.first().copied().filter(|z| !z.is(singletons::none()));
            if zone.is_some_and(|z| !z.is_instance_of::<TzInfo>()) {
                return Err(err!(t, TypeError, "bad tzinfo state arg"));
            }
            let mut data = [0; 10];
            data.copy_from_slice(&state);
            data[2] &= 0x7f;
            return Self::build(t, cls, data, zone.map(Own::own), state[2] >> 7);
        }
        let names = ["year", "month", "day", "hour", "minute", "second", "microsecond", "tzinfo", "fold"];
        let [y, mo, d, h, mi, s, us, zone, fold] = parse(t, &args, names, 3, 8)?;
        let date = (int_arg(t, y, 0)?, int_arg(t, mo, 0)?, int_arg(t, d, 0)?);
        let clock = (int_arg(t, h, 0)?, int_arg(t, mi, 0)?, int_arg(t, s, 0)?, int_arg(t, us, 0)?);
        let fold = int_arg(t, fold, 0)?;
        check_date(t, date.0, date.1, date.2)?;
        check_time(t, clock.0, clock.1, clock.2, clock.3, fold)?;
        let zone = format::zone_arg(t, zone)?;
        Self::build(t, cls, pack(date, clock), zone, fold as u8)
    }

    #[slot]
    fn tp_repr(&self, t: &Thread) -> PyResult<Owned<PyStr>> {
        let ((y, mo, d), (h, mi, s, us)) = (self.ymd(), self.clock());
        let class = upcast(self).class().name_lossy();
        let mut out = format!("{class}({y}, {mo}, {d}, {h}, {mi}");
        if us != 0 {
            out.push_str(&format!(", {s}, {us}"));
        } else if s != 0 {
            out.push_str(&format!(", {s}"));
        }
        let fold = if self.fold != 0 { ", fold=1" } else { "" };
        match self.zone() {
            Some(zone) => {
                let zone = zone.repr(t)?;
                PyStr::from_fmt(t, format_args!("{out}{fold}, tzinfo={})", zone.display()))
            }
            None => PyStr::from_fmt(t, format_args!("{out}{fold})")),
        }
    }

    #[slot]
    fn tp_str(&self, t: &Thread) -> PyResult {
        let space = PyStr::latin1_char(b' ');
        upcast(self).call_method(t, name!(t, "isoformat"), &[space])
    }

    #[slot]
    fn tp_hash(&self, t: &Thread) -> PyResult<isize> {
        if self.hashcode.get() == -1 {
            let offset = if self.fold != 0 { self.with_fold(t, 0)?.offset(t)? } else { self.offset(t)? };
            self.hashcode.set(match offset {
                None => taipan_object::unicode::hash_bytes(&self.data),
                Some(offset) => Delta::from_us(t, self.total_us() - offset.us())?.hash_of(t)?,
            });
        }
        Ok(self.hashcode.get())
    }

    #[slot]
    fn tp_richcompare(&self, t: &Thread, other: &Object, op: CompareOp) -> PyResult {
        let Some(other) = other.downcast::<Self>() else { return singletons::ok_not_implemented() };
        let truth = |value: bool| Ok(singletons::bool(value).own());
        let is_eq = matches!(op, CompareOp::Eq | CompareOp::Ne);
        let same_zone = match (self.zone(), other.zone()) {
            (None, None) => true,
            (Some(a), Some(b)) => a.is(&b),
            _ => false,
        };
        if same_zone {
            return truth(op.matches(self.data.cmp(&other.data)));
        }
        let (a, b) = (self.offset(t)?.map(|o| o.us()), other.offset(t)?.map(|o| o.us()));
        let order = match (a, b) {
            (None, None) => self.data.cmp(&other.data),
            (Some(a), Some(b)) => (self.total_us() - a).cmp(&(other.total_us() - b)),
            _ if is_eq => return truth(op == CompareOp::Ne),
            _ => return Err(err!(t, TypeError, "can't compare offset-naive and offset-aware datetimes")),
        };
        if is_eq && order.is_eq() && (self.is_ambiguous(t, a)? || other.is_ambiguous(t, b)?) {
            return truth(op == CompareOp::Ne);
        }
        truth(op.matches(order))
    }

    #[slot]
    fn nb_add(t: &Thread, left: &Object, right: &Object) -> PyResult {
        match (left.downcast::<Self>(), right.downcast::<Self>()) {
            (Some(this), None) => match right.downcast::<Delta>() {
                Some(delta) => this.plus(t, delta.us()),
                None => singletons::ok_not_implemented(),
            },
            (None, Some(this)) => match left.downcast::<Delta>() {
                Some(delta) => this.plus(t, delta.us()),
                None => singletons::ok_not_implemented(),
            },
            _ => singletons::ok_not_implemented(),
        }
    }

    #[slot]
    fn nb_subtract(t: &Thread, left: &Object, right: &Object) -> PyResult {
        let Some(this) = left.downcast::<Self>() else { return singletons::ok_not_implemented() };
        if let Some(delta) = right.downcast::<Delta>() {
            return this.plus(t, -delta.us());
        }
        let Some(other) = right.downcast::<Self>() else { return singletons::ok_not_implemented() };
        let same_zone = match (this.zone(), other.zone()) {
            (None, None) => true,
            (Some(a), Some(b)) => a.is(&b),
            _ => false,
        };
        let mut us = this.total_us() - other.total_us();
        if !same_zone {
            match (this.offset(t)?, other.offset(t)?) {
                (None, None) => {}
                (Some(a), Some(b)) => us -= a.us() - b.us(),
                _ => {
                    return Err(err!(t, TypeError, "can't subtract offset-naive and offset-aware datetimes"));
                }
            }
        }
        Delta::from_us(t, us).map(Owned::into_object)
    }

    /// Returns new datetime object representing current time local to tz.
    ///
    ///   tz
    ///     Timezone object.
    ///
    /// If no tz is specified, uses local timezone.
    #[classmethod(sig = "(tz=None)")]
    fn now(cls: &PyType, t: &Thread, tz: Option<&Object>) -> PyResult {
        let zone = format::zone_arg(t, tz)?;
        let (seconds, us) = Self::now_parts();
        Self::from_stamp(t, cls, seconds, us, zone)
    }

    /// Return a new datetime representing UTC day and time.
    #[classmethod]
    fn utcnow(cls: &PyType, t: &Thread) -> PyResult {
        Self::deprecated(t, "utcnow", "now(datetime.UTC)")?;
        let (seconds, us) = Self::now_parts();
        Self::utc_stamp(t, cls, seconds, us)
    }

    /// timestamp[, tz] -> tz's local time from POSIX timestamp.
    #[classmethod(sig = "(timestamp, tz=None)", text = "")]
    fn fromtimestamp(cls: &PyType, t: &Thread, timestamp: &Object, tz: Option<&Object>) -> PyResult {
        let zone = format::zone_arg(t, tz)?;
        let (seconds, us) = timestamp::split(t, timestamp)?;
        Self::from_stamp(t, cls, seconds, us, zone)
    }

    /// Construct a naive UTC datetime from a POSIX timestamp.
    #[classmethod(sig = "(timestamp, /)", text = "-")]
    fn utcfromtimestamp(cls: &PyType, t: &Thread, timestamp: &Object) -> PyResult {
        Self::deprecated(t, "utcfromtimestamp", "fromtimestamp(timestamp, datetime.UTC)")?;
        let (seconds, us) = timestamp::split(t, timestamp)?;
        Self::utc_stamp(t, cls, seconds, us)
    }

    /// string, format -> new datetime parsed from a string (like time.strptime()).
    #[classmethod(sig = "(string, format, /)", text = "")]
    fn strptime(cls: &PyType, t: &Thread, string: &PyStr, format: &PyStr) -> PyResult {
        format::strptime(t, "_strptime_datetime_datetime", cls.as_object(), string, format)
    }

    /// date, time -> datetime with same date and time fields
    #[classmethod(sig = "(date, time, tzinfo=unchanged)", text = "")]
    fn combine(cls: &PyType, t: &Thread, date: &Object, time: &Object, tzinfo: Option<&Object>) -> PyResult {
        use taipan_object::argparse::{FromArg, What};
        let date = <&Date>::from_arg(t, date, What::Position("combine", 1))?;
        let time = <&Time>::from_arg(t, time, What::Position("combine", 2))?;
        let zone = if tzinfo.is_some() { format::zone_arg(t, tzinfo)? } else { time.zone() };
        Self::create(t, cls, date.ymd(), time.clock(), zone, time.fold_value())
    }

    /// string -> datetime from a string in most ISO 8601 formats
    #[classmethod(sig = "(object, /)")]
    fn fromisoformat(cls: &PyType, t: &Thread, object: &Object) -> PyResult {
        let text = format::iso_text(t, object)?;
        let parsed = iso::parse_date_and_time(text.chars());
        let ((mut y, mut mo, mut d), time) = parsed.ok_or_else(|| format::invalid_iso(t, text))?;
        let (mut clock, mut zone) = ((0, 0, 0, 0), None);
        if let Some(time) = time {
            clock = (time.hour, time.minute, time.second, time.us);
            if time.hour == 24 && (1..=12).contains(&mo) && d <= days_in_month(y, mo) {
                if time.minute != 0 || time.second != 0 || time.us != 0 {
                    return Err(err!(t, ValueError, "minute, second, and microsecond must be 0 when hour is 24"));
                }
                clock.0 = 0;
                d += 1;
                if d > days_in_month(y, mo) {
                    d = 1;
                    mo += 1;
                    if mo > 12 {
                        mo = 1;
                        y += 1;
                    }
                }
            }
            zone = iso_zone(t, time.offset)?;
        }
        if !cls.is(Self::class()) {
            check_date(t, y, mo, d)?;
            check_time(t, clock.0, clock.1, clock.2, clock.3, 0)?;
        }
        Self::create(t, cls, (y, mo, d), clock, zone, 0)
    }

    /// Return date object with same year, month and day.
    #[method]
    fn date(&self, t: &Thread) -> PyResult<Owned<Date>> {
        let (y, m, d) = self.ymd();
        Date::exact(t, y, m, d)
    }

    /// Return time object with same time but with tzinfo=None.
    #[method]
    fn time(&self, t: &Thread) -> PyResult<Owned<Time>> {
        Time::exact(t, self.clock(), None, i32::from(self.fold))
    }

    /// Return time object with same time and tzinfo.
    #[method]
    fn timetz(&self, t: &Thread) -> PyResult<Owned<Time>> {
        Time::exact(t, self.clock(), self.zone(), i32::from(self.fold))
    }

    /// Return ctime() style string.
    #[method]
    fn ctime(&self, _t: &Thread) -> String {
        let ((y, mo, d), (h, mi, s, _)) = (self.ymd(), self.clock());
        let (day, month) = (DAYS[weekday(y, mo, d) as usize], MONTHS[(mo - 1).clamp(0, 11) as usize]);
        format!("{day} {month} {d:2} {h:02}:{mi:02}:{s:02} {y:04}")
    }

    /// Return time tuple, compatible with time.localtime().
    #[method]
    fn timetuple(&self, t: &Thread) -> PyResult<Owned<PyTuple>> {
        let (h, m, s, _) = self.clock();
        let dst = tz::offset(t, self.zone().as_deref(), name!(t, "dst"), upcast(self))?;
        let dst = dst.map_or(-1, |d| i32::from(d.us() != 0));
        format::struct_time(t, self.ymd(), (h, m, s), dst)
    }

    /// Return POSIX timestamp as float.
    #[method]
    fn timestamp(&self, t: &Thread) -> PyResult {
        use taipan_object::number::{Op, binary_op};
        let million = PyInt::from_i64(t, 1_000_000)?;
        if self.zone().is_some()
            && let Some(offset) = self.offset(t)?
        {
            let us = self.total_us() - offset.us() - i128::from(EPOCH_ORDINAL) * 86_400_000_000;
            return binary_op(t, &*int_of(t, us)?, &million, Op::TrueDivide);
        }
        let seconds = from_local(t, self.seconds(), self.fold != 0)?;
        let value = seconds as f64 + f64::from(self.us()) / 1e6;
        taipan_object::PyFloat::new(t, value).map(Owned::into_object)
    }

    /// Return UTC time tuple, compatible with time.localtime().
    #[method]
    fn utctimetuple(&self, t: &Thread) -> PyResult<Owned<PyTuple>> {
        let offset = self.offset(t)?.map_or(0, |o| o.us());
        let (date, (h, m, s, _)) = Self::parts_of(t, self.total_us() - offset)?;
        format::struct_time(t, date, (h, m, s), 0)
    }

    /// [sep] -> string in ISO 8601 format, YYYY-MM-DDT[HH[:MM[:SS[.mmm[uuu]]]]][+HH:MM].
    /// sep is used to separate the year from the time, and defaults to 'T'.
    /// The optional argument timespec specifies the number of additional terms
    /// of the time to include. Valid options are 'auto', 'hours', 'minutes',
    /// 'seconds', 'milliseconds' and 'microseconds'.
    ///
    #[method(text = "")]
    fn isoformat(&self, t: &Thread, args: Args<'_>) -> PyResult<Owned<PyStr>> {
        use taipan_object::argparse::{FromArg, What};
        let [sep, timespec] = parse(t, &args, ["sep", "timespec"], 0, 2)?;
        let sep = match sep {
            Some(sep) => UniChar::from_arg(t, sep, What::Position("isoformat", 1)).map_err(|raised| {
                if let Some(text) = sep.downcast::<PyStr>() {
                    errors::clear(t);
                    return err!(
                        t,
                        TypeError,
                        "isoformat() argument 1 must be a unicode character, not a string of length {}",
                        text.len()
                    );
                }
                raised
            })?,
            None => UniChar(u32::from(b'T')),
        };
        let timespec = match timespec {
            Some(timespec) => CStrArg::from_arg(t, timespec, What::Position("isoformat", 2))?,
            None => CStrArg(None),
        };
        let (y, mo, d) = self.ymd();
        let mut out = taipan_object::unicode::builder::StrBuilder::new();
        out.push_latin1(format!("{y:04}-{mo:02}-{d:02}").as_bytes());
        out.push(sep.0);
        out.push_latin1(format_clock(t, self.clock(), timespec.or("auto"))?.as_bytes());
        if let Some(offset) = self.offset(t)? {
            out.push_latin1(tz::format_offset(offset.us(), ":").as_bytes());
        }
        out.finish(t)
    }

    /// Return self.tzinfo.utcoffset(self).
    #[method]
    fn utcoffset(&self, t: &Thread) -> PyResult<Option<Owned<Delta>>> {
        self.offset(t)
    }

    /// Return self.tzinfo.tzname(self).
    #[method]
    fn tzname(&self, t: &Thread) -> PyResult {
        tz::zone_name(t, self.zone().as_deref(), upcast(self))
    }

    /// Return self.tzinfo.dst(self).
    #[method]
    fn dst(&self, t: &Thread) -> PyResult<Option<Owned<Delta>>> {
        tz::offset(t, self.zone().as_deref(), name!(t, "dst"), upcast(self))
    }

    /// Return datetime with new specified fields.
    #[method(
        sig = "(year=unchanged, month=unchanged, day=unchanged, hour=unchanged, minute=unchanged, second=unchanged, microsecond=unchanged, tzinfo=unchanged, *, fold=unchanged)",
        text = "($self, /, year=unchanged, month=unchanged, day=unchanged,\n        hour=unchanged, minute=unchanged, second=unchanged,\n        microsecond=unchanged, tzinfo=unchanged, *, fold=unchanged)"
    )]
    fn replace(
        &self,
        t: &Thread,
        year: Option<&Object>,
        month: Option<&Object>,
        day: Option<&Object>,
        hour: Option<&Object>,
        minute: Option<&Object>,
        second: Option<&Object>,
        microsecond: Option<&Object>,
        tzinfo: Option<&Object>,
        fold: Option<&Object>,
    ) -> PyResult {
        let ((y, mo, d), (h, mi, s, us)) = (self.ymd(), self.clock());
        let date = (int_arg(t, year, y)?, int_arg(t, month, mo)?, int_arg(t, day, d)?);
        let clock =
            (int_arg(t, hour, h)?, int_arg(t, minute, mi)?, int_arg(t, second, s)?, int_arg(t, microsecond, us)?);
        let fold = int_arg(t, fold, i32::from(self.fold))?;
        let zone = if tzinfo.is_some() { format::zone_arg(t, tzinfo)? } else { self.zone() };
        if fold != 0 && fold != 1 {
            return Err(err!(t, ValueError, "fold must be either 0 or 1, not {fold}"));
        }
        Self::create(t, upcast(self).class(), date, clock, zone, fold)
    }

    /// The same as replace().
    #[method(text = "($self, /, **changes)")]
    fn __replace__(&self, t: &Thread, args: Args<'_>) -> PyResult {
        super::own_replace(t, Self::class(), upcast(self), &args)
    }

    /// tz -> convert to local time in new timezone tz
    ///
    #[method(sig = "(tz=None)", text = "")]
    fn astimezone(&self, t: &Thread, tz: Option<&Object>) -> PyResult {
        let target = format::zone_arg(t, tz)?;
        let here = match self.zone() {
            Some(zone) => Some(zone),
            None => Some(local_zone(t, from_local(t, self.seconds(), self.fold != 0)?)?),
        };
        if let (Some(target), Some(here)) = (&target, &here)
            && target.is(here)
        {
            return Ok(upcast(self).own());
        }
        let mut offset = tz::offset(t, here.as_deref(), name!(t, "utcoffset"), upcast(self))?;
        if offset.is_none() {
            let local = local_zone(t, from_local(t, self.seconds(), self.fold != 0)?)?;
            if target.as_ref().is_some_and(|target| target.is(&local)) {
                return Ok(upcast(self).own());
            }
            offset = tz::offset(t, Some(&local), name!(t, "utcoffset"), upcast(self))?;
        }
        let us = match self.zone() {
            Some(_) => self.total_us() - offset.map_or(0, |o| o.us()),
            // A time in a gap means different moments by `fold`, which no single offset tells.
            None => {
                let seconds = from_local(t, self.seconds(), self.fold != 0)?;
                i128::from(seconds + EPOCH_ORDINAL * 86_400) * 1_000_000 + i128::from(self.us())
            }
        };
        let target = match target {
            Some(target) => target,
            None => {
                let seconds = us.div_euclid(1_000_000) as i64 - EPOCH_ORDINAL * 86_400;
                local_zone(t, seconds)?
            }
        };
        let (date, clock) = Self::parts_of(t, us)?;
        let utc = Self::create(t, upcast(self).class(), date, clock, Some(target.clone()), 0)?;
        target.call_method(t, name!(t, "fromutc"), &[&utc])
    }

    /// __reduce_ex__(proto) -> (cls, state)
    #[method(sig = "(proto, /)", text = "-")]
    fn __reduce_ex__(&self, t: &Thread, proto: i32) -> PyResult<(Owned, Owned<PyTuple>)> {
        self.reduce_state(t, proto)
    }

    /// __reduce__() -> (cls, state)
    #[method]
    fn __reduce__(&self, t: &Thread) -> PyResult<(Owned, Owned<PyTuple>)> {
        self.reduce_state(t, 2)
    }

    #[getter]
    fn hour(&self, _t: &Thread) -> u8 {
        self.data[4]
    }

    #[getter]
    fn minute(&self, _t: &Thread) -> u8 {
        self.data[5]
    }

    #[getter]
    fn second(&self, _t: &Thread) -> u8 {
        self.data[6]
    }

    #[getter]
    fn microsecond(&self, _t: &Thread) -> i32 {
        self.us()
    }

    #[getter]
    fn tzinfo(&self, _t: &Thread) -> Option<Owned> {
        self.zone()
    }

    #[getter]
    fn fold(&self, _t: &Thread) -> u8 {
        self.fold
    }
}

/// The constants of `datetime`, `date` and `time`.
pub fn init(t: &Thread) -> PyResult<()> {
    let (first, last) = ((1, 1, 1), (MAXYEAR, 12, 31));
    let end = (23, 59, 59, 999_999);
    let us = Delta::from_us(t, 1)?;
    let day = Delta::from_us(t, 86_400_000_000)?;
    let set =
        |class: &PyType, name: &str, value: &Object| class.set_in_dict(t, &*PyStr::intern_str(t, name)?, Some(value));
    let class = DateTime::class();
    set(class, "min", &*DateTime::create(t, class, first, (0, 0, 0, 0), None, 0)?)?;
    set(class, "max", &*DateTime::create(t, class, last, end, None, 0)?)?;
    set(class, "resolution", &us)?;
    set(Date::class(), "min", &*Date::exact(t, 1, 1, 1)?)?;
    set(Date::class(), "max", &*Date::exact(t, MAXYEAR, 12, 31)?)?;
    set(Date::class(), "resolution", &day)?;
    set(Time::class(), "min", &*Time::exact(t, (0, 0, 0, 0), None, 0)?)?;
    set(Time::class(), "max", &*Time::exact(t, end, None, 0)?)?;
    set(Time::class(), "resolution", &us)?;
    let limit = i128::from(MAX_DELTA_DAYS) * 86_400_000_000;
    set(Delta::class(), "min", &*Delta::from_us(t, -limit)?)?;
    set(Delta::class(), "max", &*Delta::from_us(t, limit + 86_399_999_999)?)?;
    set(Delta::class(), "resolution", &us)
}
