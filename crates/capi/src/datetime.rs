//! `datetime.h`: the table that `PyDateTime_IMPORT` finds in the capsule `datetime.datetime_CAPI`.

use crate::contract::*;
use core::ffi::{c_int, c_void};
use std::sync::OnceLock;
use taipan_object::abi::PyTypeObject;
use taipan_object::{Object, Owned, PyInt, PyModule, PyResult, PyTuple, Thread, errors, name};
use taipan_types::capsule;

/// `PyDateTime_CAPI`.
#[repr(C)]
struct Api {
    date_type: *mut PyTypeObject,
    datetime_type: *mut PyTypeObject,
    time_type: *mut PyTypeObject,
    delta_type: *mut PyTypeObject,
    tzinfo_type: *mut PyTypeObject,
    utc: Obj,
    date: unsafe extern "C" fn(c_int, c_int, c_int, *mut PyTypeObject) -> Obj,
    datetime: unsafe extern "C" fn(c_int, c_int, c_int, c_int, c_int, c_int, c_int, Obj, *mut PyTypeObject) -> Obj,
    time: unsafe extern "C" fn(c_int, c_int, c_int, c_int, Obj, *mut PyTypeObject) -> Obj,
    delta: unsafe extern "C" fn(c_int, c_int, c_int, c_int, *mut PyTypeObject) -> Obj,
    timezone: unsafe extern "C" fn(Obj, Obj) -> Obj,
    datetime_from_timestamp: unsafe extern "C" fn(Obj, Obj, Obj) -> Obj,
    date_from_timestamp: unsafe extern "C" fn(Obj, Obj) -> Obj,
    datetime_and_fold:
        unsafe extern "C" fn(c_int, c_int, c_int, c_int, c_int, c_int, c_int, Obj, c_int, *mut PyTypeObject) -> Obj,
    time_and_fold: unsafe extern "C" fn(c_int, c_int, c_int, c_int, Obj, c_int, *mut PyTypeObject) -> Obj,
}

const _: () = assert!(size_of::<Api>() == 120);

/// Calls a class with numbers, a time zone if there is one, and `fold`.
unsafe fn make(t: &Thread, class: *mut PyTypeObject, numbers: &[c_int], zone: Option<Obj>, fold: c_int) -> PyResult {
    let numbers: Vec<Owned> =
        numbers.iter().map(|&n| PyInt::from_i64(t, i64::from(n)).map(Owned::into_object)).collect::<PyResult<_>>()?;
    let mut args: Vec<&Object> = numbers.iter().map(|n| &**n).collect();
    // SAFETY: the contract of the callers.
    unsafe {
        if let Some(zone) = zone {
            args.push(o(zone));
        }
        let class = o(class.cast());
        if fold == 0 {
            return class.call(t, &args);
        }
        let fold = PyInt::from_i64(t, i64::from(fold))?;
        class.call_with(t, &args, &[("fold", fold.as_object())])
    }
}

c_function! {
    /// `date(year, month, day)`; a new reference.
    fn date[t](year: c_int, month: c_int, day: c_int, class: *mut PyTypeObject) -> New {
        make(t, class, &[year, month, day], None, 0)
    }

    /// `datetime(...)`; a new reference.
    fn datetime[t](
        year: c_int, month: c_int, day: c_int, hour: c_int, minute: c_int, second: c_int, us: c_int, zone: Obj,
        class: *mut PyTypeObject,
    ) -> New {
        make(t, class, &[year, month, day, hour, minute, second, us], Some(zone), 0)
    }

    /// `datetime(..., fold=fold)`; a new reference.
    fn datetime_and_fold[t](
        year: c_int, month: c_int, day: c_int, hour: c_int, minute: c_int, second: c_int, us: c_int, zone: Obj,
        fold: c_int, class: *mut PyTypeObject,
    ) -> New {
        make(t, class, &[year, month, day, hour, minute, second, us], Some(zone), fold)
    }

    /// `time(...)`; a new reference.
    fn time[t](hour: c_int, minute: c_int, second: c_int, us: c_int, zone: Obj, class: *mut PyTypeObject) -> New {
        make(t, class, &[hour, minute, second, us], Some(zone), 0)
    }

    /// `time(..., fold=fold)`; a new reference.
    fn time_and_fold[t](
        hour: c_int, minute: c_int, second: c_int, us: c_int, zone: Obj, fold: c_int, class: *mut PyTypeObject,
    ) -> New {
        make(t, class, &[hour, minute, second, us], Some(zone), fold)
    }

    /// `timedelta(days, seconds, microseconds)`; a new reference.
    fn delta[t](days: c_int, seconds: c_int, us: c_int, _normalize: c_int, class: *mut PyTypeObject) -> New {
        make(t, class, &[days, seconds, us], None, 0)
    }

    /// `timezone(offset, name)`; a new reference.
    fn timezone[t](offset: Obj, zone_name: Obj) -> New {
        let class = taipan_object::state::import(t, "_datetime")?.getattr(t, name!(t, "timezone"))?;
        match opt(zone_name) {
            Some(zone_name) => class.call(t, &[o(offset), zone_name]),
            None => class.call(t, &[o(offset)]),
        }
    }

    /// `class.fromtimestamp(*args, **kwargs)`; a new reference.
    fn datetime_from_timestamp[t](class: Obj, args: Obj, kwargs: Obj) -> New {
        let method = o(class).getattr(t, name!(t, "fromtimestamp"))?;
        method.call_tuple_dict(t, cast::<PyTuple>(args), opt(kwargs).map(|k| k.cast_unchecked()))
    }

    /// `class.fromtimestamp(*args)`; a new reference.
    fn date_from_timestamp[t](class: Obj, args: Obj) -> New {
        let method = o(class).getattr(t, name!(t, "fromtimestamp"))?;
        method.call_tuple_dict(t, cast::<PyTuple>(args), None)
    }
}

/// A table that stays: C code keeps its address whatever becomes of the module.
struct Table(Api);

// SAFETY: the table never changes; what it points to is shared by all interpreters, under the GIL.
unsafe impl Send for Table {}
// SAFETY: as above.
unsafe impl Sync for Table {}

fn table(t: &Thread, module: &PyModule) -> PyResult<&'static Api> {
    static TABLE: OnceLock<Table> = OnceLock::new();
    if let Some(table) = TABLE.get() {
        return Ok(&table.0);
    }
    let found = |name: &str| -> PyResult<Obj> {
        match module.get(t, name)? {
            // Types are static, and the zone lives as long as its type.
            Some(found) => Ok(found.into_ptr()),
            None => Err(errors::bad_internal_call(t)),
        }
    };
    // SAFETY: the attribute is the class.
    let zone = unsafe { o(found("timezone")?) };
    let utc = zone.getattr(t, name!(t, "utc"))?.into_ptr();
    let api = Api {
        date_type: found("date")?.cast(),
        datetime_type: found("datetime")?.cast(),
        time_type: found("time")?.cast(),
        delta_type: found("timedelta")?.cast(),
        tzinfo_type: found("tzinfo")?.cast(),
        utc,
        date,
        datetime,
        time,
        delta,
        timezone,
        datetime_from_timestamp,
        date_from_timestamp,
        datetime_and_fold,
        time_and_fold,
    };
    Ok(&TABLE.get_or_init(|| Table(api)).0)
}

/// The capsule for the module `_datetime`, which holds the types.
fn capsule(t: &Thread, module: &PyModule) -> PyResult {
    let api = core::ptr::from_ref(table(t, module)?).cast_mut().cast::<c_void>();
    // SAFETY: the table and the name live for ever.
    unsafe { capsule::new(t, api, c"datetime.datetime_CAPI".as_ptr(), None).map(Owned::into_object) }
}

/// Offers the capsule to the module.
pub fn register() {
    capsule::offer("datetime_CAPI", capsule);
}
