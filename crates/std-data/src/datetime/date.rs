//! `datetime.date`.

use super::calendar::*;
use super::datetime_class::{DateTime, local_of};
use super::delta::Delta;
use super::{format, iso, timestamp};
use std::cell::Cell;
use taipan_object::{
    Args, Class, CompareOp, Head, Object, Own, Owned, PyInt, PyResult, PyStr, PyTuple, PyType, Thread, class, err,
    errors, exceptions, name, new_object, object, singletons, state, upcast,
};

/// `datetime.date`, laid out as C code expects it.
#[object]
pub struct Date {
    hashcode: Cell<isize>,
    hastzinfo: u8,
    data: [u8; 4],
}

const fn pack(year: i32, month: i32, day: i32) -> [u8; 4] {
    [(year >> 8) as u8, year as u8, month as u8, day as u8]
}

impl Date {
    /// A date of a class derived from `date`; the arguments are not checked.
    pub fn create(t: &Thread, cls: &PyType, year: i32, month: i32, day: i32) -> PyResult {
        if cls.is(Self::class()) {
            return Self::exact(t, year, month, day).map(Owned::into_object);
        }
        let int = |n: i32| PyInt::from_i64(t, i64::from(n));
        cls.call(t, &[&*int(year)?, &*int(month)?, &*int(day)?])
    }

    /// An exact `date`.
    pub fn exact(t: &Thread, year: i32, month: i32, day: i32) -> PyResult<Owned<Self>> {
        let data = pack(year, month, day);
        new_object(t, Self { head: Head::new(), hashcode: Cell::new(-1), hastzinfo: 0, data })
    }

    pub fn year(&self) -> i32 {
        i32::from(self.data[0]) << 8 | i32::from(self.data[1])
    }

    pub fn month(&self) -> i32 {
        i32::from(self.data[2])
    }

    pub fn day(&self) -> i32 {
        i32::from(self.data[3])
    }

    pub fn ymd(&self) -> (i32, i32, i32) {
        (self.year(), self.month(), self.day())
    }

    pub fn ordinal(&self) -> i32 {
        ymd_to_ord(self.year(), self.month(), self.day())
    }

    fn shifted(&self, t: &Thread, days: i128) -> PyResult {
        let ordinal = i128::from(self.ordinal()) + days;
        let ordinal = i32::try_from(ordinal).ok().filter(|o| (1..=MAX_ORDINAL).contains(o));
        let Some(ordinal) = ordinal else { return Err(err!(t, OverflowError, "date value out of range")) };
        let (y, m, d) = ord_to_ymd(ordinal);
        Self::create(t, upcast(self).class(), y, m, d)
    }
}

/// date(year, month, day) --> date object
#[class(name = "datetime.date", flags(BASETYPE))]
impl Date {
    #[slot]
    fn tp_new(cls: &PyType, t: &Thread, args: Args<'_>) -> PyResult<Owned<Self>> {
        if let [only] = args.pos
            && args.n_keywords() == 0
            && let Some(state) = format::state_bytes(only, 4)
            && (1..=12).contains(&state[2])
        {
            let data = [state[0], state[1], state[2], state[3]];
            return cls.instance(t, Self { head: Head::new(), hashcode: Cell::new(-1), hastzinfo: 0, data });
        }
        let [year, month, day] = parse(t, &args, ["year", "month", "day"], 3, 3)?;
        let (year, month, day) = (int_arg(t, year, 0)?, int_arg(t, month, 0)?, int_arg(t, day, 0)?);
        check_date(t, year, month, day)?;
        let data = pack(year, month, day);
        cls.instance(t, Self { head: Head::new(), hashcode: Cell::new(-1), hastzinfo: 0, data })
    }

    #[slot]
    fn tp_repr(&self, _t: &Thread) -> String {
        format!("{}({}, {}, {})", upcast(self).class().name_lossy(), self.year(), self.month(), self.day())
    }

    #[slot]
    fn tp_str(&self, t: &Thread) -> PyResult {
        upcast(self).call_method(t, name!(t, "isoformat"), &[])
    }

    #[slot]
    fn tp_hash(&self, _t: &Thread) -> PyResult<isize> {
        if self.hashcode.get() == -1 {
            self.hashcode.set(taipan_object::unicode::hash_bytes(&self.data));
        }
        Ok(self.hashcode.get())
    }

    #[slot]
    fn tp_richcompare(&self, _t: &Thread, other: &Object, op: CompareOp) -> PyResult {
        match other.downcast::<Self>() {
            Some(other) if !other.is_instance_of::<DateTime>() => {
                Ok(singletons::bool(op.matches(self.data.cmp(&other.data))).own())
            }
            _ => singletons::ok_not_implemented(),
        }
    }

    #[slot]
    fn nb_add(t: &Thread, left: &Object, right: &Object) -> PyResult {
        if left.is_instance_of::<DateTime>() || right.is_instance_of::<DateTime>() {
            return singletons::ok_not_implemented();
        }
        let (date, delta) = match (left.downcast::<Self>(), right.downcast::<Self>()) {
            (Some(date), _) => (date, right.downcast::<Delta>()),
            (None, Some(date)) => (date, left.downcast::<Delta>()),
            _ => return singletons::ok_not_implemented(),
        };
        match delta {
            Some(delta) => date.shifted(t, delta.us().div_euclid(86_400_000_000)),
            None => singletons::ok_not_implemented(),
        }
    }

    #[slot]
    fn nb_subtract(t: &Thread, left: &Object, right: &Object) -> PyResult {
        let Some(date) = left.downcast::<Self>().filter(|d| !d.is_instance_of::<DateTime>()) else {
            return singletons::ok_not_implemented();
        };
        if let Some(other) = right.downcast::<Self>().filter(|d| !d.is_instance_of::<DateTime>()) {
            let days = i128::from(date.ordinal() - other.ordinal());
            return Delta::from_us(t, days * 86_400_000_000).map(Owned::into_object);
        }
        match right.downcast::<Delta>() {
            Some(delta) => date.shifted(t, -delta.us().div_euclid(86_400_000_000)),
            None => singletons::ok_not_implemented(),
        }
    }

    /// Create a date from a POSIX timestamp.
    ///
    /// The timestamp is a number, e.g. created via time.time(), that is
    /// interpreted as local time.
    #[classmethod(sig = "(timestamp, /)")]
    fn fromtimestamp(cls: &PyType, t: &Thread, timestamp: &Object) -> PyResult {
        let seconds = timestamp::floor_seconds(t, timestamp)?;
        let local = local_of(t, seconds)?;
        check_year(t, local.year)?;
        let int = |n: i64| PyInt::from_i64(t, n);
        if cls.is(Self::class()) {
            return Self::create(t, cls, local.year as i32, local.month as i32, local.day as i32);
        }
        cls.call(t, &[&*int(local.year)?, &*int(i64::from(local.month))?, &*int(i64::from(local.day))?])
    }

    /// int -> date corresponding to a proleptic Gregorian ordinal.
    #[classmethod(sig = "(ordinal, /)", text = "-")]
    fn fromordinal(cls: &PyType, t: &Thread, ordinal: &Object) -> PyResult {
        let ordinal = int_arg(t, Some(ordinal), 0)?;
        if ordinal < 1 {
            return Err(err!(t, ValueError, "ordinal must be >= 1"));
        }
        let (y, m, d) = ord_to_ymd(ordinal);
        check_date(t, y, m, d)?;
        Self::create(t, cls, y, m, d)
    }

    /// str -> Construct a date from a string in ISO 8601 format.
    #[classmethod(sig = "(object, /)")]
    fn fromisoformat(cls: &PyType, t: &Thread, object: &Object) -> PyResult {
        let text = format::iso_text(t, object)?;
        let (y, m, d) = iso::parse_date(text.chars()).ok_or_else(|| format::invalid_iso(t, text))?;
        check_date(t, y, m, d)?;
        Self::create(t, cls, y, m, d)
    }

    /// int, int, int -> Construct a date from the ISO year, week number and weekday.
    ///
    /// This is the inverse of the date.isocalendar() function
    #[classmethod(sig = "(year, week, day)", text = "")]
    fn fromisocalendar(cls: &PyType, t: &Thread, year: &Object, week: &Object, day: &Object) -> PyResult {
        let component = |arg: &Object| {
            let number = int_arg(t, Some(arg), 0);
            match errors::catch::<exceptions::OverflowError, _>(t, number)? {
                Some(number) => Ok(number),
                None => Err(err!(t, ValueError, "ISO calendar component out of range")),
            }
        };
        let (year, week, day) = (component(year)?, component(week)?, component(day)?);
        let (y, m, d) = iso_to_ymd(year, week, day).map_err(|wrong| match wrong {
            IsoError::Year => err!(t, ValueError, "year must be in {MINYEAR}..{MAXYEAR}, not {year}"),
            IsoError::Week => err!(t, ValueError, "Invalid week: {week}"),
            IsoError::Weekday => err!(t, ValueError, "Invalid weekday: {day} (range is [1, 7])"),
        })?;
        check_date(t, y, m, d)?;
        Self::create(t, cls, y, m, d)
    }

    /// string, format -> new date parsed from a string (like time.strptime()).
    #[classmethod(sig = "(string, format, /)", text = "")]
    fn strptime(cls: &PyType, t: &Thread, string: &PyStr, format: &PyStr) -> PyResult {
        format::strptime(t, "_strptime_datetime_date", cls.as_object(), string, format)
    }

    /// Current date or datetime:  same as self.__class__.fromtimestamp(time.time()).
    #[classmethod]
    fn today(cls: &PyType, t: &Thread) -> PyResult {
        let now = state::import(t, "time")?.getattr(t, name!(t, "time"))?.call(t, &[])?;
        cls.as_object().call_method(t, name!(t, "fromtimestamp"), &[&now])
    }

    /// Return ctime() style string.
    #[method]
    fn ctime(&self, _t: &Thread) -> String {
        let (y, m, d) = self.ymd();
        let (day, month) = (DAYS[weekday(y, m, d) as usize], MONTHS[(m - 1).clamp(0, 11) as usize]);
        format!("{day} {month} {d:2} 00:00:00 {y:04}")
    }

    /// format -> strftime() style string.
    #[method(sig = "(format)", text = "")]
    fn strftime(&self, t: &Thread, format: &PyStr) -> PyResult {
        let tuple = upcast(self).call_method(t, name!(t, "timetuple"), &[])?;
        let tuple = taipan_object::iter::to_tuple(t, &tuple)?;
        format::strftime(t, upcast(self), format, &tuple, upcast(self))
    }

    /// Formats self with strftime.
    #[method(sig = "(format, /)", text = "-")]
    fn __format__(&self, t: &Thread, format: &Object) -> PyResult {
        format::format(t, upcast(self), format)
    }

    /// Return time tuple, compatible with time.localtime().
    #[method]
    fn timetuple(&self, t: &Thread) -> PyResult<Owned<PyTuple>> {
        format::struct_time(t, self.ymd(), (0, 0, 0), -1)
    }

    /// Return a named tuple containing ISO year, week number, and weekday.
    #[method]
    fn isocalendar(&self, t: &Thread) -> PyResult {
        let (year, week, day) = iso_calendar(self.year(), self.month(), self.day());
        let int = |n: i32| PyInt::from_i64(t, i64::from(n)).map(Owned::into_object);
        let tuple = PyTuple::from_vec(t, vec![int(year)?, int(week)?, int(day)?])?;
        IsoCalendarDate::class().call(t, &[&tuple])
    }

    /// Return string in ISO 8601 format, YYYY-MM-DD.
    #[method]
    fn isoformat(&self, _t: &Thread) -> String {
        format!("{:04}-{:02}-{:02}", self.year(), self.month(), self.day())
    }

    /// Return the day of the week represented by the date.
    /// Monday == 1 ... Sunday == 7
    #[method]
    fn isoweekday(&self, _t: &Thread) -> i32 {
        weekday(self.year(), self.month(), self.day()) + 1
    }

    /// Return proleptic Gregorian ordinal.  January 1 of year 1 is day 1.
    #[method]
    fn toordinal(&self, _t: &Thread) -> i32 {
        self.ordinal()
    }

    /// Return the day of the week represented by the date.
    /// Monday == 0 ... Sunday == 6
    #[method(name = "weekday")]
    fn weekday_method(&self, _t: &Thread) -> i32 {
        weekday(self.year(), self.month(), self.day())
    }

    /// Return date with new specified fields.
    #[method(
        sig = "(year=unchanged, month=unchanged, day=unchanged)",
        text = "($self, /, year=unchanged, month=unchanged, day=unchanged)"
    )]
    fn replace(&self, t: &Thread, year: Option<&Object>, month: Option<&Object>, day: Option<&Object>) -> PyResult {
        let (year, month, day) =
            (int_arg(t, year, self.year())?, int_arg(t, month, self.month())?, int_arg(t, day, self.day())?);
        let class = upcast(self).class();
        if class.is(Self::class()) {
            check_date(t, year, month, day)?;
        }
        Self::create(t, class, year, month, day)
    }

    /// The same as replace().
    #[method(text = "($self, /, **changes)")]
    fn __replace__(&self, t: &Thread, args: Args<'_>) -> PyResult {
        super::own_replace(t, Self::class(), upcast(self), &args)
    }

    /// __reduce__() -> (cls, state)
    #[method]
    fn __reduce__(&self, t: &Thread) -> PyResult<(Owned, Owned<PyTuple>)> {
        let state = taipan_object::PyBytes::new(t, &self.data)?;
        Ok((upcast(self).class().as_object().own(), PyTuple::from_vec(t, vec![state.into_object()])?))
    }

    #[getter(name = "year")]
    fn year_getter(&self, _t: &Thread) -> i32 {
        self.year()
    }

    #[getter(name = "month")]
    fn month_getter(&self, _t: &Thread) -> i32 {
        self.month()
    }

    #[getter(name = "day")]
    fn day_getter(&self, _t: &Thread) -> i32 {
        self.day()
    }
}

/// `datetime.IsoCalendarDate`: a tuple whose items have names.
#[repr(transparent)]
pub struct IsoCalendarDate(PyTuple);

/// The result of date.isocalendar() or datetime.isocalendar()
///
/// This object may be accessed either as a tuple of
///   ((year, week, weekday))
/// or via the object attributes as named in the above tuple.
#[class(name = "datetime.IsoCalendarDate", layout, base = PyTuple, basicsize = 32usize, itemsize = 8)]
impl IsoCalendarDate {
    fn item(&self, i: usize) -> Option<Owned> {
        self.0.get(i).map(Own::own)
    }

    #[slot]
    fn tp_repr(&self, t: &Thread) -> PyResult<String> {
        let show = |i: usize| self.item(i).map(|o| o.repr_lossy(t)).unwrap_or_default();
        let class = upcast(self).class().name_lossy();
        Ok(format!("{class}(year={}, week={}, weekday={})", show(0), show(1), show(2)))
    }

    #[method]
    fn __reduce__(&self, t: &Thread) -> PyResult<(Owned, Owned<PyTuple>)> {
        let plain = PyTuple::from_slice(t, self.0.as_slice())?;
        let args = PyTuple::from_vec(t, vec![plain.into_object()])?;
        Ok((PyTuple::class().as_object().own(), args))
    }

    #[getter]
    fn year(&self, _t: &Thread) -> Option<Owned> {
        self.item(0)
    }

    #[getter]
    fn week(&self, _t: &Thread) -> Option<Owned> {
        self.item(1)
    }

    #[getter]
    fn weekday(&self, _t: &Thread) -> Option<Owned> {
        self.item(2)
    }
}
