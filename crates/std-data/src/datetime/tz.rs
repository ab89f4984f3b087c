//! `datetime.tzinfo`, `datetime.timezone`, and asking zones.

use super::datetime_class::DateTime;
use super::delta::Delta;
use taipan_object::argparse::{Param, Signature, What, bad_argument};
use taipan_object::lent::Lasting;
use taipan_object::{
    Args, Class, CompareOp, Head, Object, Own, Owned, PyResult, PyStr, PyTuple, PyType, Slot, Thread, argparse, attr,
    class, err, name, new_object, object, singletons, state, upcast,
};

/// `datetime.tzinfo`.
#[object]
pub struct TzInfo {}

/// `datetime.timezone`: one offset.
#[object]
pub struct TimeZone {
    offset: Slot<Delta>,
    name: Slot<PyStr>,
}

/// `timezone.utc`.
pub fn utc(t: &Thread) -> PyResult {
    match TimeZone::class().lookup(t, name!(t, "utc")) {
        Some(utc) => Ok(utc),
        None => state::import(t, "_datetime")?.getattr(t, name!(t, "UTC")),
    }
}

/// Refuses what is neither `None` nor a `tzinfo`.
pub fn check(t: &Thread, zone: &Object) -> PyResult<()> {
    if zone.is(singletons::none()) || zone.is_instance_of::<TzInfo>() {
        return Ok(());
    }
    Err(err!(
        t,
        TypeError,
        "tzinfo argument must be None or of a tzinfo subclass, not type '{}'",
        zone.class().name_lossy()
    ))
}

fn check_offset(t: &Thread, offset: &Delta) -> PyResult<()> {
    if offset.is_day_or_more() {
        return Err(err!(
            t,
            ValueError,
            "offset must be a timedelta strictly between -timedelta(hours=24) and timedelta(hours=24), not {}",
            offset.repr(t)?.display()
        ));
    }
    Ok(())
}

/// `zone.utcoffset(argument)` or `zone.dst(argument)`, checked.
pub fn offset(t: &Thread, zone: Option<&Object>, method: &PyStr, argument: &Object) -> PyResult<Option<Owned<Delta>>> {
    let Some(zone) = zone else { return Ok(None) };
    let result = zone.call_method(t, method, &[argument])?;
    if result.is(singletons::none()) {
        return Ok(None);
    }
    match result.into_type::<Delta>() {
        Ok(delta) => {
            check_offset(t, &delta)?;
            Ok(Some(delta))
        }
        Err(other) => Err(err!(
            t,
            TypeError,
            "tzinfo.{}() must return None or timedelta, not '{:.200}'",
            method.display(),
            other.class().name_lossy()
        )),
    }
}

/// `zone.tzname(argument)`, checked.
pub fn zone_name(t: &Thread, zone: Option<&Object>, argument: &Object) -> PyResult {
    let Some(zone) = zone else { return singletons::ok_none() };
    let result = zone.call_method(t, name!(t, "tzname"), &[argument])?;
    if result.is(singletons::none()) || result.is_instance_of::<PyStr>() {
        return Ok(result);
    }
    Err(err!(t, TypeError, "tzinfo.tzname() must return None or a string, not '{:.200}'", result.class().name_lossy()))
}

/// An offset as "+HH:MM", with seconds and microseconds where they are not zero.
pub fn format_offset(us: i128, separator: &str) -> String {
    let sign = if us < 0 { '-' } else { '+' };
    let us = us.unsigned_abs();
    let (seconds, us) = (us / 1_000_000, us % 1_000_000);
    let mut out = format!("{sign}{:02}{separator}{:02}", seconds / 3600, seconds / 60 % 60);
    if seconds % 60 != 0 || us != 0 {
        out.push_str(&format!("{separator}{:02}", seconds % 60));
    }
    if us != 0 {
        out.push_str(&format!(".{us:06}"));
    }
    out
}

fn must_implement<R>(t: &Thread, name: &str) -> PyResult<R> {
    Err(err!(t, NotImplementedError, "a tzinfo subclass must implement {name}()"))
}

fn own_datetime<'a>(t: &Thread, this: &Object, argument: &'a Object) -> PyResult<&'a DateTime> {
    let Some(dt) = argument.downcast::<DateTime>() else {
        return Err(err!(t, TypeError, "fromutc: argument must be a datetime"));
    };
    if !dt.zone().is_some_and(|zone| zone.is(this)) {
        return Err(err!(t, ValueError, "fromutc: dt.tzinfo is not self"));
    }
    Ok(dt)
}

/// Abstract base class for time zone info objects.
#[class(name = "datetime.tzinfo", flags(BASETYPE))]
impl TzInfo {
    #[slot]
    fn tp_new(cls: &PyType, t: &Thread, args: Args<'_>) -> PyResult<Owned<Self>> {
        let _ = args;
        cls.instance(t, Self { head: Head::new() })
    }

    /// datetime -> string name of time zone.
    #[method(sig = "(object, /)")]
    fn tzname(&self, t: &Thread, object: &Object) -> PyResult {
        let _ = object;
        must_implement(t, "tzname")
    }

    /// datetime -> timedelta showing offset from UTC, negative values indicating West of UTC
    #[method(sig = "(object, /)")]
    fn utcoffset(&self, t: &Thread, object: &Object) -> PyResult {
        let _ = object;
        must_implement(t, "utcoffset")
    }

    /// datetime -> DST offset as timedelta positive east of UTC.
    #[method(sig = "(object, /)")]
    fn dst(&self, t: &Thread, object: &Object) -> PyResult {
        let _ = object;
        must_implement(t, "dst")
    }

    /// datetime in UTC -> datetime in local time.
    #[method(sig = "(object, /)")]
    fn fromutc(&self, t: &Thread, object: &Object) -> PyResult {
        let dt = own_datetime(t, upcast(self), object)?;
        let Some(off) = offset(t, Some(upcast(self)), name!(t, "utcoffset"), dt)? else {
            return Err(err!(t, ValueError, "fromutc: non-None utcoffset() result required"));
        };
        let Some(dst) = offset(t, Some(upcast(self)), name!(t, "dst"), dt)? else {
            return Err(err!(t, ValueError, "fromutc: non-None dst() result required"));
        };
        let delta = off.us() - dst.us();
        let result = dt.plus(t, delta)?;
        let again = match result.downcast::<DateTime>() {
            Some(moved) => offset(t, Some(upcast(self)), name!(t, "dst"), moved)?,
            None => return Ok(result),
        };
        let Some(again) = again else {
            return Err(err!(t, ValueError, "fromutc: tz.dst() gave inconsistent results; cannot convert"));
        };
        match result.downcast::<DateTime>() {
            Some(moved) if again.us() != 0 => moved.plus(t, again.us()),
            _ => Ok(result),
        }
    }

    /// -> (cls, state)
    #[method]
    fn __reduce__(&self, t: &Thread) -> PyResult<Owned<PyTuple>> {
        let this = upcast(self);
        let args = match attr::call_special(t, this, name!(t, "__getinitargs__"), &[])? {
            Some(args) => args,
            None => match this.getattr_opt(t, name!(t, "__getinitargs__"))? {
                Some(method) => method.call(t, &[])?,
                None => PyTuple::empty().as_object().own(),
            },
        };
        let state = this.call_method(t, name!(t, "__getstate__"), &[])?;
        PyTuple::from_vec(t, vec![this.class().as_object().own(), args, state])
    }
}

impl TimeZone {
    /// A zone of an offset; without a name and an offset it is `timezone.utc`.
    pub fn create(t: &Thread, offset: &Delta, name: Option<&PyStr>) -> PyResult {
        if name.is_none() && offset.is_zero() {
            return utc(t);
        }
        check_offset(t, offset)?;
        Self::unchecked(t, offset, name).map(Owned::into_object)
    }

    /// As [`TimeZone::create`], always a fresh object.
    pub fn unchecked(t: &Thread, offset: &Delta, name: Option<&PyStr>) -> PyResult<Owned<Self>> {
        let offset = Slot::new(offset.own());
        new_object(t, Self { head: Head::new(), offset, name: Slot::from_option(name.map(Own::own)) })
    }

    fn us(&self) -> i128 {
        self.offset.get().map_or(0, |o| o.us())
    }

    fn label(&self, t: &Thread) -> PyResult<Owned<PyStr>> {
        if let Some(name) = self.name.get() {
            return Ok(name);
        }
        if self.us() == 0 {
            return PyStr::intern_str(t, "UTC");
        }
        PyStr::from_str(t, &format!("UTC{}", format_offset(self.us(), ":")))
    }

    fn check_argument(t: &Thread, method: &str, argument: &Object) -> PyResult<()> {
        if argument.is(singletons::none()) || argument.is_instance_of::<DateTime>() {
            return Ok(());
        }
        Err(err!(
            t,
            TypeError,
            "{method}(dt) argument must be a datetime instance or None, not {:.200}",
            argument.class().name_lossy()
        ))
    }
}

/// Fixed offset from UTC implementation of tzinfo.
#[class(name = "datetime.timezone", base = TzInfo)]
impl TimeZone {
    #[slot]
    fn tp_new(_cls: &PyType, t: &Thread, args: Args<'_>) -> PyResult {
        const SIGNATURE: Signature = Signature {
            fname: "timezone",
            params: &[Param { name: "offset", required: true }, Param { name: "name", required: false }],
            pos_only: 0,
            positional: 2,
            varargs: false,
            varkw: false,
        };
        let mut slots = [None; 2];
        args.parse(t, &SIGNATURE, &mut slots)?;
        let Some(offset) = slots[0] else { return Err(argparse::missing(t)) };
        let Some(offset) = offset.downcast::<Delta>() else {
            return Err(bad_argument(t, What::Position("timezone", 1), "datetime.timedelta", offset));
        };
        let name = match slots[1] {
            Some(name) => match name.downcast::<PyStr>() {
                Some(name) => Some(name),
                None => return Err(bad_argument(t, What::Position("timezone", 2), "str", name)),
            },
            None => None,
        };
        Self::create(t, offset, name)
    }

    #[slot]
    fn tp_repr(&self, t: &Thread) -> PyResult<Owned<PyStr>> {
        let class = upcast(self).class().name_lossy();
        if utc(t).is_ok_and(|u| u.is(upcast(self))) {
            return PyStr::from_str(t, &format!("{class}.utc"));
        }
        let offset = self.offset.get().map_or_else(|| singletons::none().own(), Owned::into_object).repr(t)?;
        match self.name.get() {
            None => PyStr::from_fmt(t, format_args!("{class}({})", offset.display())),
            Some(name) => {
                let name = name.repr(t)?;
                PyStr::from_fmt(t, format_args!("{class}({}, {})", offset.display(), name.display()))
            }
        }
    }

    #[slot]
    fn tp_str(&self, t: &Thread) -> PyResult<Owned<PyStr>> {
        self.label(t)
    }

    #[slot]
    fn tp_hash(&self, t: &Thread) -> PyResult<isize> {
        self.offset.get().map_or(Ok(0), |o| o.hash_of(t))
    }

    #[slot]
    fn tp_richcompare(&self, _t: &Thread, other: &Object, op: CompareOp) -> PyResult {
        let (Some(other), CompareOp::Eq | CompareOp::Ne) = (other.downcast::<Self>(), op) else {
            return singletons::ok_not_implemented();
        };
        Ok(singletons::bool((self.us() == other.us()) == (op == CompareOp::Eq)).own())
    }

    /// If name is specified when timezone is created, returns the name.  Otherwise returns offset as 'UTC(+|-)HH:MM'.
    #[method(sig = "(object, /)")]
    fn tzname(&self, t: &Thread, object: &Object) -> PyResult<Owned<PyStr>> {
        Self::check_argument(t, "tzname", object)?;
        self.label(t)
    }

    /// Return fixed offset.
    #[method(sig = "(object, /)")]
    fn utcoffset(&self, t: &Thread, object: &Object) -> PyResult<Option<Owned<Delta>>> {
        Self::check_argument(t, "utcoffset", object)?;
        Ok(self.offset.get())
    }

    /// Return None.
    #[method(sig = "(object, /)")]
    fn dst(&self, t: &Thread, object: &Object) -> PyResult<()> {
        Self::check_argument(t, "dst", object)
    }

    /// datetime in UTC -> datetime in local time.
    #[method(sig = "(object, /)")]
    fn fromutc(&self, t: &Thread, object: &Object) -> PyResult {
        own_datetime(t, upcast(self), object)?.plus(t, self.us())
    }

    /// pickle support
    #[method]
    fn __getinitargs__(&self, t: &Thread) -> PyResult<Owned<PyTuple>> {
        let mut items: Vec<Owned> = self.offset.get().map(Owned::into_object).into_iter().collect();
        items.extend(self.name.get().map(Owned::into_object));
        PyTuple::from_vec(t, items)
    }
}

/// The constants of `timezone`.
pub fn init(t: &Thread, module: &taipan_object::PyModule) -> PyResult<()> {
    let class = TimeZone::class();
    // The class outlives the module, which may be executed again.
    if let Some(utc) = class.lookup(t, name!(t, "utc")) {
        return module.set(t, "UTC", &utc);
    }
    let zone = |minutes: i128| {
        let offset = Delta::from_us(t, minutes * 60_000_000)?;
        // It is the same in all interpreters, as the class is.
        let offset_object: &Object = &offset;
        let _ = Lasting::new(offset_object);
        TimeZone::unchecked(t, &offset, None)
    };
    let utc = zone(0)?;
    class.set_in_dict(t, name!(t, "utc"), Some(&utc))?;
    class.set_in_dict(t, name!(t, "min"), Some(&*zone(-(23 * 60 + 59))?))?;
    class.set_in_dict(t, name!(t, "max"), Some(&*zone(23 * 60 + 59)?))?;
    module.set(t, "UTC", &utc)
}
