//! `datetime.time`.

use super::calendar::*;
use super::delta::Delta;
use super::tz::{self, TimeZone, TzInfo};
use super::{format, iso};
use std::cell::Cell;
use taipan_object::{
    Args, Class, CompareOp, Head, Object, Own, Owned, PyBytes, PyInt, PyResult, PyStr, PyTuple, PyType, Slot, Thread,
    class, err, name, new_object, object, singletons, upcast,
};

/// `datetime.time`, laid out as C code expects it.
#[object]
pub struct Time {
    hashcode: Cell<isize>,
    hastzinfo: u8,
    data: [u8; 6],
    fold: u8,
    tzinfo: Slot,
}

/// Hour, minute, second and microsecond with the units that `timespec` names.
pub fn format_clock(t: &Thread, clock: (i32, i32, i32, i32), timespec: &str) -> PyResult<String> {
    let (h, m, s, us) = clock;
    let spec = if timespec == "auto" { if us == 0 { "seconds" } else { "microseconds" } } else { timespec };
    Ok(match spec {
        "hours" => format!("{h:02}"),
        "minutes" => format!("{h:02}:{m:02}"),
        "seconds" => format!("{h:02}:{m:02}:{s:02}"),
        "milliseconds" => format!("{h:02}:{m:02}:{s:02}.{:03}", us / 1000),
        "microseconds" => format!("{h:02}:{m:02}:{s:02}.{us:06}"),
        _ => return Err(err!(t, ValueError, "Unknown timespec value")),
    })
}

impl Time {
    fn build(t: &Thread, cls: &PyType, data: [u8; 6], zone: Option<Owned>, fold: u8) -> PyResult<Owned<Self>> {
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

    /// An exact `time`; the numbers are in range.
    pub fn exact(t: &Thread, clock: (i32, i32, i32, i32), zone: Option<Owned>, fold: i32) -> PyResult<Owned<Self>> {
        let (h, m, s, us) = clock;
        let data = [h as u8, m as u8, s as u8, (us >> 16) as u8, (us >> 8) as u8, us as u8];
        Self::build(t, Self::class(), data, zone, fold as u8)
    }

    fn create(t: &Thread, cls: &PyType, clock: (i32, i32, i32, i32), zone: Option<Owned>, fold: i32) -> PyResult {
        let (h, m, s, us) = clock;
        if cls.is(Self::class()) {
            check_time(t, h, m, s, us, fold)?;
            return Self::exact(t, clock, zone, fold).map(Owned::into_object);
        }
        let int = |n: i32| PyInt::from_i64(t, i64::from(n));
        let zone = zone.unwrap_or_else(|| singletons::none().own());
        let args: [&Object; 5] = [&*int(h)?, &*int(m)?, &*int(s)?, &*int(us)?, &zone];
        if fold == 0 {
            return cls.call(t, &args);
        }
        cls.as_object().call_with(t, &args, &[("fold", &*int(fold)?)])
    }

    /// The zone, if there is one.
    pub fn zone(&self) -> Option<Owned> {
        self.tzinfo.get()
    }

    /// Hour, minute, second, microsecond.
    pub fn clock(&self) -> (i32, i32, i32, i32) {
        (i32::from(self.data[0]), i32::from(self.data[1]), i32::from(self.data[2]), self.us())
    }

    pub fn us(&self) -> i32 {
        i32::from(self.data[3]) << 16 | i32::from(self.data[4]) << 8 | i32::from(self.data[5])
    }

    pub fn fold_value(&self) -> i32 {
        i32::from(self.fold)
    }

    fn offset(&self, t: &Thread) -> PyResult<Option<Owned<Delta>>> {
        tz::offset(t, self.zone().as_deref(), name!(t, "utcoffset"), singletons::none())
    }

    /// Microseconds since midnight.
    fn since_midnight(&self) -> i128 {
        let (h, m, s, us) = self.clock();
        i128::from(h * 3600 + m * 60 + s) * 1_000_000 + i128::from(us)
    }

    fn reduce_state(&self, t: &Thread, protocol: i32) -> PyResult<(Owned, Owned<PyTuple>)> {
        let mut data = self.data;
        if protocol > 3 && self.fold != 0 {
            data[0] |= 0x80;
        }
        let mut items = vec![PyBytes::new(t, &data)?.into_object()];
        items.extend(self.zone());
        Ok((upcast(self).class().as_object().own(), PyTuple::from_vec(t, items)?))
    }
}

/// time([hour[, minute[, second[, microsecond[, tzinfo]]]]]) --> a time object
///
/// All arguments are optional. tzinfo may be None, or an instance of
/// a tzinfo subclass. The remaining arguments may be ints.
///
#[class(name = "datetime.time", flags(BASETYPE))]
impl Time {
    #[slot]
    fn tp_new(cls: &PyType, t: &Thread, args: Args<'_>) -> PyResult<Owned<Self>> {
        if let [first, rest @ ..] = args.pos
            && rest.len() < 2
            && args.n_keywords() == 0
            && let Some(state) = format::state_bytes(first, 6)
            && state[0] & 0x7f < 24
        {
            let zone = rest.first().copied().filter(|z| !z.is(singletons::none()));
            if zone.is_some_and(|z| !z.is_instance_of::<TzInfo>()) {
                return Err(err!(t, TypeError, "bad tzinfo state arg"));
            }
            let data = [state[0] & 0x7f, state[1], state[2], state[3], state[4], state[5]];
            return Self::build(t, cls, data, zone.map(Own::own), state[0] >> 7);
        }
        let names = ["hour", "minute", "second", "microsecond", "tzinfo", "fold"];
        let [h, m, s, us, zone, fold] = parse(t, &args, names, 0, 5)?;
        let (h, m, s, us) = (int_arg(t, h, 0)?, int_arg(t, m, 0)?, int_arg(t, s, 0)?, int_arg(t, us, 0)?);
        let fold = int_arg(t, fold, 0)?;
        check_time(t, h, m, s, us, fold)?;
        let zone = format::zone_arg(t, zone)?;
        let data = [h as u8, m as u8, s as u8, (us >> 16) as u8, (us >> 8) as u8, us as u8];
        Self::build(t, cls, data, zone, fold as u8)
    }

    #[slot]
    fn tp_repr(&self, t: &Thread) -> PyResult<Owned<PyStr>> {
        let (h, m, s, us) = self.clock();
        let class = upcast(self).class().name_lossy();
        let mut out = format!("{class}({h}, {m}");
        if us != 0 {
            out.push_str(&format!(", {s}, {us}"));
        } else if s != 0 {
            out.push_str(&format!(", {s}"));
        }
        let zone = match self.zone() {
            Some(zone) => PyStr::from_fmt(t, format_args!(", tzinfo={}", zone.repr(t)?.display()))?,
            None => PyStr::empty().own(),
        };
        let fold = if self.fold != 0 { ", fold=1" } else { "" };
        PyStr::from_fmt(t, format_args!("{out}{}{fold})", zone.display()))
    }

    #[slot]
    fn tp_str(&self, t: &Thread) -> PyResult {
        upcast(self).call_method(t, name!(t, "isoformat"), &[])
    }

    #[slot]
    fn tp_hash(&self, t: &Thread) -> PyResult<isize> {
        if self.hashcode.get() == -1 {
            let offset = if self.fold != 0 {
                let plain = Self::exact(t, self.clock(), self.zone(), 0)?;
                plain.offset(t)?
            } else {
                self.offset(t)?
            };
            self.hashcode.set(match offset {
                None => taipan_object::unicode::hash_bytes(&self.data),
                Some(offset) => Delta::from_us(t, self.since_midnight() - offset.us())?.hash_of(t)?,
            });
        }
        Ok(self.hashcode.get())
    }

    #[slot]
    fn tp_richcompare(&self, t: &Thread, other: &Object, op: CompareOp) -> PyResult {
        let Some(other) = other.downcast::<Self>() else { return singletons::ok_not_implemented() };
        let truth = |value: bool| Ok(singletons::bool(value).own());
        let same_zone = match (self.zone(), other.zone()) {
            (None, None) => true,
            (Some(a), Some(b)) => a.is(&b),
            _ => false,
        };
        if same_zone {
            return truth(op.matches(self.data.cmp(&other.data)));
        }
        match (self.offset(t)?, other.offset(t)?) {
            (None, None) => truth(op.matches(self.data.cmp(&other.data))),
            (Some(a), Some(b)) => {
                truth(op.matches((self.since_midnight() - a.us()).cmp(&(other.since_midnight() - b.us()))))
            }
            _ => match op {
                CompareOp::Eq => truth(false),
                CompareOp::Ne => truth(true),
                _ => Err(err!(t, TypeError, "can't compare offset-naive and offset-aware times")),
            },
        }
    }

    /// string, format -> new time parsed from a string (like time.strptime()).
    #[classmethod(sig = "(string, format, /)", text = "")]
    fn strptime(cls: &PyType, t: &Thread, string: &PyStr, format: &PyStr) -> PyResult {
        format::strptime(t, "_strptime_datetime_time", cls.as_object(), string, format)
    }

    /// Return string in ISO 8601 format, [HH[:MM[:SS[.mmm[uuu]]]]][+HH:MM].
    ///
    /// The optional argument timespec specifies the number of additional terms
    /// of the time to include. Valid options are 'auto', 'hours', 'minutes',
    /// 'seconds', 'milliseconds' and 'microseconds'.
    ///
    #[method(sig = "(timespec='auto')", text = "")]
    fn isoformat(&self, t: &Thread, timespec: taipan_object::clinic::CStrArg<'_>) -> PyResult<String> {
        let mut out = format_clock(t, self.clock(), timespec.or("auto"))?;
        if let Some(offset) = self.offset(t)? {
            out.push_str(&tz::format_offset(offset.us(), ":"));
        }
        Ok(out)
    }

    /// format -> strftime() style string.
    #[method(sig = "(format)", text = "")]
    fn strftime(&self, t: &Thread, format: &PyStr) -> PyResult {
        let (h, m, s, _) = self.clock();
        let numbers = [1900, 1, 1, h, m, s, 0, 1, -1];
        let items = numbers
            .iter()
            .map(|&n| PyInt::from_i64(t, i64::from(n)).map(Owned::into_object))
            .collect::<PyResult<_>>()?;
        let tuple = PyTuple::from_vec(t, items)?;
        format::strftime(t, upcast(self), format, &tuple, singletons::none())
    }

    /// Formats self with strftime.
    #[method(sig = "(format, /)", text = "-")]
    fn __format__(&self, t: &Thread, format: &Object) -> PyResult {
        format::format(t, upcast(self), format)
    }

    /// Return self.tzinfo.utcoffset(self).
    #[method]
    fn utcoffset(&self, t: &Thread) -> PyResult<Option<Owned<Delta>>> {
        self.offset(t)
    }

    /// Return self.tzinfo.tzname(self).
    #[method]
    fn tzname(&self, t: &Thread) -> PyResult {
        tz::zone_name(t, self.zone().as_deref(), singletons::none())
    }

    /// Return self.tzinfo.dst(self).
    #[method]
    fn dst(&self, t: &Thread) -> PyResult<Option<Owned<Delta>>> {
        tz::offset(t, self.zone().as_deref(), name!(t, "dst"), singletons::none())
    }

    /// Return time with new specified fields.
    #[method(
        sig = "(hour=unchanged, minute=unchanged, second=unchanged, microsecond=unchanged, tzinfo=unchanged, *, fold=unchanged)",
        text = "($self, /, hour=unchanged, minute=unchanged, second=unchanged,\n        microsecond=unchanged, tzinfo=unchanged, *, fold=unchanged)"
    )]
    fn replace(
        &self,
        t: &Thread,
        hour: Option<&Object>,
        minute: Option<&Object>,
        second: Option<&Object>,
        microsecond: Option<&Object>,
        tzinfo: Option<&Object>,
        fold: Option<&Object>,
    ) -> PyResult {
        let (h, m, s, us) = self.clock();
        let clock =
            (int_arg(t, hour, h)?, int_arg(t, minute, m)?, int_arg(t, second, s)?, int_arg(t, microsecond, us)?);
        let fold = int_arg(t, fold, self.fold_value())?;
        let zone = if tzinfo.is_some() { format::zone_arg(t, tzinfo)? } else { self.zone() };
        if fold != 0 && fold != 1 {
            return Err(err!(t, ValueError, "fold must be either 0 or 1, not {fold}"));
        }
        Self::create(t, upcast(self).class(), clock, zone, fold)
    }

    /// The same as replace().
    #[method(text = "($self, /, **changes)")]
    fn __replace__(&self, t: &Thread, args: Args<'_>) -> PyResult {
        super::own_replace(t, Self::class(), upcast(self), &args)
    }

    /// string -> time from a string in ISO 8601 format
    #[classmethod(sig = "(object, /)")]
    fn fromisoformat(cls: &PyType, t: &Thread, object: &Object) -> PyResult {
        let text = format::iso_text(t, object)?;
        let mut time = iso::parse_time(text.chars()).ok_or_else(|| format::invalid_iso(t, text))?;
        if time.hour == 24 {
            if time.minute != 0 || time.second != 0 || time.us != 0 {
                return Err(err!(t, ValueError, "minute, second, and microsecond must be 0 when hour is 24"));
            }
            time.hour = 0;
        }
        let zone = iso_zone(t, time.offset)?;
        Self::create(t, cls, (time.hour, time.minute, time.second, time.us), zone, 0)
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
        self.data[0]
    }

    #[getter]
    fn minute(&self, _t: &Thread) -> u8 {
        self.data[1]
    }

    #[getter]
    fn second(&self, _t: &Thread) -> u8 {
        self.data[2]
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

/// The zone of an offset in an ISO string.
pub fn iso_zone(t: &Thread, offset: Option<i64>) -> PyResult<Option<Owned>> {
    match offset {
        None => Ok(None),
        Some(us) => TimeZone::create(t, &*Delta::from_us(t, i128::from(us))?, None).map(Some),
    }
}
