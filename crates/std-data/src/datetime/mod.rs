//! `_datetime`: dates and times.

pub(crate) mod calendar;
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

use taipan_object::argparse::Args;
use taipan_object::{Object, PyResult, PyType, Thread, name, native_module};

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

/// `replace()` of a class of this module, whatever a subclass makes of it: what `__replace__()` is.
fn own_replace(t: &Thread, class: &PyType, object: &Object, args: &Args<'_>) -> PyResult {
    let replace = class.as_object().getattr(t, name!(t, "replace"))?;
    replace.getattr(t, name!(t, "__get__"))?.call(t, &[object])?.call_args(t, args)
}
