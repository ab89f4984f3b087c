//! `strftime`, and what classes share of parsing.

use super::date::Date;
use super::datetime_class::DateTime;
use super::time::Time;
use super::tz;
use taipan_object::unicode::builder::StrBuilder;
use taipan_object::{Object, Owned, PyInt, PyResult, PyStr, PyTuple, Thread, err, errors, name, singletons, state};

fn own_zone(object: &Object) -> Option<Owned> {
    object.downcast::<DateTime>().map_or_else(|| object.downcast::<Time>().and_then(Time::zone), DateTime::zone)
}

fn offset_text(t: &Thread, object: &Object, argument: &Object, separator: &str) -> PyResult<String> {
    let zone = own_zone(object);
    let offset = tz::offset(t, zone.as_deref(), name!(t, "utcoffset"), argument)?;
    Ok(offset.map_or_else(String::new, |o| tz::format_offset(o.us(), separator)))
}

/// `strftime`: what the C library does not know is put in before it is asked.
pub fn strftime(t: &Thread, object: &Object, format: &PyStr, tuple: &PyTuple, argument: &Object) -> PyResult {
    let year = match object.downcast::<Date>() {
        Some(date) => date.year(),
        None => 1900,
    };
    let time_module = state::import(t, "time")?;
    let strftime = time_module.getattr(t, name!(t, "strftime"))?;
    let chars = format.chars();
    let mut out = StrBuilder::new();
    let mut at = 0;
    let code = |i: usize| if i < chars.len() { char::from_u32(chars.at(i)).unwrap_or('\0') } else { '\0' };
    while at < chars.len() {
        if code(at) != '%' || at + 1 >= chars.len() {
            out.push(chars.at(at));
            at += 1;
            continue;
        }
        let mut length = 2;
        let text = match code(at + 1) {
            'z' => offset_text(t, object, argument, "")?,
            ':' if code(at + 2) == 'z' => {
                length = 3;
                offset_text(t, object, argument, ":")?
            }
            'Z' => {
                let zone = own_zone(object);
                let found = tz::zone_name(t, zone.as_deref(), argument)?;
                match found.downcast::<PyStr>() {
                    Some(found) => {
                        let (one, two) = (PyStr::latin1_char(b'%'), PyStr::intern_str(t, "%%")?);
                        let doubled = found.call_method(t, name!(t, "replace"), &[one, &two])?;
                        match doubled.downcast::<PyStr>() {
                            Some(text) => {
                                out.push_str(text);
                                String::new()
                            }
                            None => {
                                return Err(err!(
                                    t,
                                    TypeError,
                                    "sequence item 0: expected str instance, {} found",
                                    doubled.class().name_lossy()
                                ));
                            }
                        }
                    }
                    None => String::new(),
                }
            }
            'f' => {
                let us =
                    object.downcast::<DateTime>().map(DateTime::us).or_else(|| object.downcast::<Time>().map(Time::us));
                format!("{:06}", us.unwrap_or(0))
            }
            'Y' => format!("{year:04}"),
            'C' => format!("{:02}", year / 100),
            'F' => format!("{year:04}-%m-%d"),
            'G' => {
                let iso = strftime.call(t, &[name!(t, "%G"), tuple])?.str_lossy(t);
                format!("{:04}", iso.trim().parse::<i32>().unwrap_or(year))
            }
            _ => {
                out.push(chars.at(at));
                out.push(chars.at(at + 1));
                at += 2;
                continue;
            }
        };
        for c in text.chars() {
            out.push(u32::from(c));
        }
        at += length;
    }
    let format = out.finish(t)?;
    strftime.call(t, &[&format, tuple])
}

/// `__format__`: `str` without a format, else the class's `strftime`.
pub fn format(t: &Thread, object: &Object, spec: &Object) -> PyResult {
    let Some(spec) = spec.downcast::<PyStr>() else {
        return Err(err!(t, TypeError, "__format__() argument 1 must be str, not {}", spec.class().name_lossy()));
    };
    if spec.len() == 0 {
        return object.str(t).map(Owned::into_object);
    }
    object.call_method(t, name!(t, "strftime"), &[spec])
}

/// Calls a function of `_strptime`.
pub fn strptime(t: &Thread, function: &str, class: &Object, string: &PyStr, format: &PyStr) -> PyResult {
    let function = PyStr::intern_str(t, function)?;
    state::import(t, "_strptime")?.getattr(t, &function)?.call(t, &[class, string, format])
}

/// `time.struct_time(..)`.
pub fn struct_time(t: &Thread, date: (i32, i32, i32), time: (i32, i32, i32), dst: i32) -> PyResult<Owned<PyTuple>> {
    use super::calendar::{days_before_month, weekday};
    let (y, m, d) = date;
    let numbers = [y, m, d, time.0, time.1, time.2, weekday(y, m, d), days_before_month(y, m) + d, dst];
    let items =
        numbers.iter().map(|&n| PyInt::from_i64(t, i64::from(n)).map(Owned::into_object)).collect::<PyResult<_>>()?;
    let tuple = PyTuple::from_vec(t, items)?;
    let class = state::import(t, "time")?.getattr(t, name!(t, "struct_time"))?;
    class.call(t, &[&tuple])?.into_type::<PyTuple>().map_err(|_| errors::bad_internal_call(t))
}

/// The text that is the argument of `fromisoformat`.
pub fn iso_text<'a>(t: &Thread, object: &'a Object) -> PyResult<&'a PyStr> {
    object.downcast::<PyStr>().ok_or_else(|| err!(t, TypeError, "fromisoformat: argument must be str"))
}

/// "Invalid isoformat string".
pub fn invalid_iso(t: &Thread, text: &PyStr) -> taipan_object::Raised {
    err!(t, ValueError, "Invalid isoformat string: {}", text.repr_lossy(t))
}

/// `None` as an absent zone.
pub fn zone_arg(t: &Thread, zone: Option<&Object>) -> PyResult<Option<Owned>> {
    use taipan_object::Own;
    match zone {
        None => Ok(None),
        Some(zone) => {
            tz::check(t, zone)?;
            Ok(if zone.is(singletons::none()) { None } else { Some(zone.own()) })
        }
    }
}

/// Pickled state: bytes, or their Latin-1 text from Python 2.
pub fn state_bytes(arg: &Object, n: usize) -> Option<Vec<u8>> {
    use taipan_object::PyBytes;
    if let Some(bytes) = arg.downcast::<PyBytes>() {
        return Some(bytes.as_bytes().to_vec()).filter(|b| b.len() == n);
    }
    let text = arg.downcast::<PyStr>()?;
    if text.len() != n {
        return None;
    }
    text.chars().iter().map(|c| u8::try_from(c).ok()).collect()
}
