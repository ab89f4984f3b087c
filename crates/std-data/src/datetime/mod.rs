//! `_datetime`: dates and times.

mod calendar;
mod date;
mod datetime_class;
mod delta;
mod format;
mod iso;
mod time;
mod timestamp;
mod tz;

pub use date::{Date, IsoCalendarDate};
pub use datetime_class::DateTime;
pub use delta::Delta;
pub use time::Time;
pub use tz::{TimeZone, TzInfo};

use taipan_object::{PyResult, Thread, native_module};

/// Fast implementation of the datetime module.
#[native_module(name = "_datetime", classes(Date, DateTime, Time, Delta, TzInfo, TimeZone))]
pub mod datetime {
    use super::*;

    #[exec]
    fn exec(module: &taipan_object::PyModule, t: &Thread) -> PyResult<()> {
        taipan_object::typeobject::add_static::<IsoCalendarDate>(t)?;
        module.set_value(t, "MINYEAR", calendar::MINYEAR)?;
        module.set_value(t, "MAXYEAR", calendar::MAXYEAR)?;
        tz::init(t, module)?;
        datetime_class::init(t)?;
        taipan_types::capsule::add_offered(t, module, "datetime_CAPI")
    }
}
