//! `format(decimal, specification)`.

use crate::context::PyContext;
use crate::number::context::MAX;
use crate::number::dec::PLAIN;
use crate::number::{Dec, NoMemory, Rounding};
use crate::signals::no_memory;
use smallvec::SmallVec;
use std::borrow::Cow;
use taipan_object::{
    Class, Object, Owned, PyDict, PyInt, PyList, PyResult, PyStr, Thread, err, errors, exceptions, state,
};

/// A specification that is not left to the library.
struct Spec {
    fill: char,
    /// Nothing: zeros after the sign.
    align: Option<char>,
    sign: char,
    positive_zero: bool,
    width: usize,
    /// What stands for the point.
    point: Cow<'static, str>,
    separator: String,
    /// The lengths of groups of digits from the right, and whether the last is repeated.
    groups: Vec<usize>,
    repeated: bool,
    /// Whether point and separators are those of the locale.
    local: bool,
    precision: Option<i64>,
    /// One of `eEfFgG%`; nothing if none is given.
    kind: Option<char>,
}

fn parse(text: &str) -> Option<Spec> {
    let mut spec = Spec {
        fill: ' ',
        align: Some('>'),
        sign: '-',
        positive_zero: false,
        width: 0,
        point: Cow::Borrowed("."),
        separator: String::new(),
        groups: Vec::new(),
        repeated: false,
        local: false,
        precision: None,
        kind: None,
    };
    let chars: SmallVec<[char; 16]> = text.chars().collect();
    let mut rest = chars.as_slice();
    let is_align = |c: &char| matches!(c, '<' | '>' | '=' | '^');
    let mut aligned = false;
    match rest {
        [fill, align, tail @ ..] if is_align(align) => {
            spec.fill = *fill;
            spec.align = Some(*align);
            aligned = true;
            rest = tail;
        }
        [align, tail @ ..] if is_align(align) => {
            spec.align = Some(*align);
            aligned = true;
            rest = tail;
        }
        _ => {}
    }
    if let [sign @ ('+' | '-' | ' '), tail @ ..] = rest {
        spec.sign = *sign;
        rest = tail;
    }
    if let ['z', tail @ ..] = rest {
        spec.positive_zero = true;
        rest = tail;
    }
    if let ['0', tail @ ..] = rest {
        if aligned {
            return None;
        }
        spec.align = None;
        rest = tail;
    }
    let number = |rest: &mut &[char]| -> Option<Option<usize>> {
        let mut n: Option<usize> = None;
        while let [c, tail @ ..] = *rest
            && let Some(digit) = c.to_digit(10)
        {
            n = Some(n.unwrap_or(0).checked_mul(10)?.checked_add(digit as usize)?);
            *rest = tail;
        }
        Some(n)
    };
    spec.width = number(&mut rest)?.unwrap_or(0);
    if let [',', tail @ ..] = rest {
        spec.separator = ",".to_string();
        spec.groups = vec![3];
        spec.repeated = true;
        rest = tail;
    }
    if let ['.', tail @ ..] = rest {
        rest = tail;
        spec.precision = Some(i64::try_from(number(&mut rest)??).ok()?);
    }
    if let [kind @ ('e' | 'E' | 'f' | 'F' | 'g' | 'G' | '%'), tail @ ..] = rest {
        spec.kind = Some(*kind);
        rest = tail;
    }
    if let [kind @ ('n' | 'N'), tail @ ..] = rest {
        if !spec.separator.is_empty() {
            return None;
        }
        spec.kind = Some(if *kind == 'n' { 'g' } else { 'G' });
        spec.local = true;
        rest = tail;
    }
    rest.is_empty().then_some(spec)
}

/// Brings a finite number to an exponent.
fn rescale(value: &Dec, exp: i64, rounding: Rounding) -> Result<Dec, NoMemory> {
    if value.exp >= exp {
        let coeff = value.coeff.clone().shift_left(value.exp - exp)?;
        return Ok(Dec::finite(value.negative, coeff, exp));
    }
    let (coeff, rest) = value.coeff.clone().shift_right(exp - value.exp);
    let grows = rounding.grows(rest, value.negative, coeff.digit(0));
    Ok(Dec::finite(value.negative, if grows { coeff.increment() } else { coeff }, exp))
}

/// Rounds to a number of digits, or adds zeros.
fn round(value: &Dec, digits: i64, rounding: Rounding) -> Result<Dec, NoMemory> {
    if value.is_zero() {
        return Ok(value.clone());
    }
    let rounded = rescale(value, value.adjusted() + 1 - digits, rounding)?;
    if rounded.adjusted() == value.adjusted() {
        return Ok(rounded);
    }
    rescale(&rounded, rounded.adjusted() + 1 - digits, rounding)
}

/// Digits with separators, and zeros before them up to a width.
fn grouped(digits: &str, spec: &Spec, width: usize) -> String {
    let mut left = digits;
    let mut width = width as i64;
    let mut groups: Vec<String> = Vec::new();
    let mut lengths = spec.groups.iter().copied();
    let last = if spec.repeated { spec.groups.last().copied() } else { None };
    while !spec.separator.is_empty()
        && let Some(length) = lengths.next().or(last)
    {
        let n = (left.len() as i64).max(width).max(1).min(length as i64) as usize;
        let (before, group) = left.split_at(left.len() - left.len().min(n));
        groups.push(format!("{}{group}", "0".repeat(n - group.len())));
        left = before;
        width -= n as i64;
        if left.is_empty() && width <= 0 {
            groups.reverse();
            return groups.join(&spec.separator);
        }
        width -= spec.separator.chars().count() as i64;
    }
    let n = (left.len() as i64).max(width).max(1) as usize;
    groups.push(format!("{}{left}", "0".repeat(n - left.len())));
    groups.reverse();
    groups.join(&spec.separator)
}

fn aligned(sign: &str, body: &str, spec: &Spec) -> String {
    let length = sign.chars().count() + body.chars().count();
    let missing = spec.width.saturating_sub(length);
    let fill = |n: usize| spec.fill.to_string().repeat(n);
    match spec.align {
        Some('<') => format!("{sign}{body}{}", fill(missing)),
        Some('=') => format!("{sign}{}{body}", fill(missing)),
        Some('^') => format!("{}{sign}{body}{}", fill(missing / 2), fill(missing - missing / 2)),
        _ => format!("{}{sign}{body}", fill(missing)),
    }
}

fn write(value: &Dec, spec: &Spec, rounding: Rounding, capitals: bool) -> Result<String, NoMemory> {
    // What is put together below takes a few copies.
    let size = spec.width.saturating_add(spec.precision.unwrap_or(0) as usize).saturating_mul(8);
    String::new().try_reserve(size).map_err(|_| NoMemory)?;
    let sign_of = |negative: bool| match (negative, spec.sign) {
        (true, _) => "-",
        (false, '+') => "+",
        (false, ' ') => " ",
        _ => "",
    };
    if value.is_special() {
        let mut body = value.clone().with_sign(false).to_text(true, false)?;
        if spec.kind == Some('%') {
            body.push('%');
        }
        return Ok(aligned(sign_of(value.negative), &body, spec));
    }
    let kind = spec.kind.unwrap_or(if capitals { 'G' } else { 'g' });
    let mut value = value.clone();
    if kind == '%' {
        value.exp += 2;
    }
    if let Some(precision) = spec.precision {
        match kind {
            'e' | 'E' => value = round(&value, precision + 1, rounding)?,
            'f' | 'F' | '%' => value = rescale(&value, -precision, rounding)?,
            _ if value.digits() > precision.max(1) => value = round(&value, precision.max(1), rounding)?,
            _ => {}
        }
    }
    if value.is_zero() && value.exp > 0 && matches!(kind, 'f' | 'F' | '%') {
        value = rescale(&value, 0, rounding)?;
    }
    if spec.positive_zero && value.is_zero() {
        value.negative = false;
    }
    // Mostly the plain text of the number is meant.
    if matches!(kind, 'f' | 'F')
        && spec.width == 0
        && spec.separator.is_empty()
        && spec.point == "."
        && spec.sign == '-'
        && let Some(text) = value.plain_text(&mut [0; PLAIN])
    {
        return Ok(String::from_utf8_lossy(text).into_owned());
    }
    let mut digits = Vec::new();
    value.coeff.write_digits(&mut digits)?;
    if digits.is_empty() {
        digits.push(b'0');
    }
    let digits = String::from_utf8(digits).unwrap_or_default();
    let left = value.exp + digits.len() as i64;
    let point = match kind {
        'e' | 'E' if value.is_zero() => 1 - spec.precision.unwrap_or(0),
        'e' | 'E' => 1,
        'f' | 'F' | '%' => left,
        _ if value.exp <= 0 && left > -6 => left,
        _ => 1,
    };
    let mut whole = String::new();
    let mut fraction = String::new();
    let room = point.unsigned_abs() as usize;
    whole.try_reserve(room.saturating_add(digits.len())).map_err(|_| NoMemory)?;
    fraction.try_reserve(room.saturating_add(digits.len())).map_err(|_| NoMemory)?;
    if point < 0 {
        whole.push('0');
        fraction = format!("{}{digits}", "0".repeat(room));
    } else if room > digits.len() {
        whole = format!("{digits}{}", "0".repeat(room - digits.len()));
    } else {
        whole.push_str(digits.get(..room).unwrap_or(""));
        if whole.is_empty() {
            whole.push('0');
        }
        fraction.push_str(digits.get(room..).unwrap_or(""));
    }
    let exponent = left - point;
    let mut tail = if fraction.is_empty() { String::new() } else { format!("{}{fraction}", spec.point) };
    if exponent != 0 || matches!(kind, 'e' | 'E') {
        let mark = if matches!(kind, 'e' | 'g') { 'e' } else { 'E' };
        tail.push_str(&format!("{mark}{exponent:+}"));
    }
    if kind == '%' {
        tail.push('%');
    }
    let sign = sign_of(value.negative);
    let least = if spec.align.is_none() { spec.width.saturating_sub(tail.chars().count() + sign.len()) } else { 0 };
    let whole = grouped(&whole, spec, least);
    Ok(aligned(sign, &format!("{whole}{tail}"), spec))
}

/// Takes point, separator and grouping from a dictionary such as `localeconv()` gives.
fn localize(t: &Thread, spec: &mut Spec, dict: &PyDict, groups: Option<Vec<i64>>) -> PyResult<()> {
    let text = |name: &str| -> PyResult<Option<String>> {
        match dict.get_item(t, &*PyStr::intern_str(t, name)?)? {
            None => Ok(None),
            Some(value) => match value.downcast::<PyStr>() {
                Some(text) => Ok(Some(text.to_utf8(t)?.to_string())),
                None => Err(err!(t, TypeError, "expected a string")),
            },
        }
    };
    if let Some(point) = text("decimal_point")? {
        spec.point = Cow::Owned(point);
    }
    if let Some(separator) = text("thousands_sep")? {
        spec.separator = separator;
    }
    let groups = match groups {
        Some(groups) => Some(groups),
        None => text("grouping")?.map(|bytes| bytes.bytes().map(|b| i64::from(b as i8)).collect()),
    };
    if let Some(groups) = groups {
        spec.groups.clear();
        spec.repeated = true;
        for length in groups {
            match usize::try_from(length) {
                Ok(0) => break,
                Ok(127) => {
                    spec.repeated = false;
                    break;
                }
                Ok(length) => spec.groups.push(length),
                Err(_) => return Err(err!(t, ValueError, "invalid override dict")),
            }
        }
    }
    if spec.point.is_empty() || spec.point.len() > 4 || spec.separator.len() > 4 {
        return Err(err!(t, ValueError, "invalid override dict"));
    }
    Ok(())
}

/// The conventions of the locale.
fn locale(t: &Thread, spec: &mut Spec) -> PyResult<()> {
    let conventions = state::import(t, "_locale")?.call_method(t, &*PyStr::intern_str(t, "localeconv")?, &[])?;
    let Some(dict) = conventions.downcast::<PyDict>() else { return Ok(()) };
    let mut groups = Vec::new();
    if let Some(list) = dict.get_item(t, &*PyStr::intern_str(t, "grouping")?)?
        && let Some(list) = list.downcast::<PyList>()
    {
        groups.extend(list.to_vec().iter().filter_map(|n| n.downcast::<PyInt>().and_then(PyInt::to_i64)));
    }
    localize(t, spec, dict, Some(groups))
}

/// Formats a number; what is not known here is left to the library's own `_pydecimal`, as CPython does.
pub fn format(
    t: &Thread,
    value: &Dec,
    text: &PyStr,
    conventions: Option<&Object>,
    context: &PyContext,
) -> PyResult<Owned<PyStr>> {
    let conventions = match conventions.map(|conventions| conventions.downcast::<PyDict>()) {
        Some(None) => return Err(err!(t, TypeError, "optional argument must be a dict")),
        Some(dict) => dict,
        None => None,
    };
    if let Some(mut spec) = parse(text.to_utf8(t)?) {
        if spec.local && text.to_utf8(t)?.ends_with('N') {
            let warning = "Format specifier 'N' is deprecated";
            errors::warn(t, exceptions::DeprecationWarning::class(), format_args!("{warning}"), 1)?;
        }
        if let Some(conventions) = conventions {
            localize(t, &mut spec, conventions, None)?;
        } else if spec.local {
            locale(t, &mut spec)?;
        }
        if spec.width as i64 > MAX || spec.precision.is_some_and(|precision| precision > MAX) {
            return Err(err!(t, ValueError, "format specification exceeds internal limits of _decimal"));
        }
        let out = write(value, &spec, context.get().rounding, context.has_capitals()).map_err(no_memory(t))?;
        return PyStr::from_str(t, &out);
    }
    let library = state::import(t, "_pydecimal")?;
    let class = library.getattr(t, &*PyStr::intern_str(t, "Decimal")?)?;
    let shown = value.to_text(context.has_capitals(), false).map_err(no_memory(t))?;
    let twin = class.call(t, &[&*PyStr::from_str(t, &shown)?])?;
    let rounding = PyStr::intern_str(t, context.get().rounding.name())?;
    let capitals = PyInt::from_i64(t, context.has_capitals().into())?;
    let class = library.getattr(t, &*PyStr::intern_str(t, "Context")?)?;
    let twin_context = class.call_with(t, &[], &[("rounding", &rounding), ("capitals", &capitals)])?;
    let method = PyStr::intern_str(t, "__format__")?;
    let result = twin.call_method(t, &method, &[text.as_object(), &twin_context]);
    match errors::catch::<exceptions::ValueError, _>(t, result)? {
        Some(result) => {
            result.into_type::<PyStr>().map_err(|_| err!(t, TypeError, "__format__ did not return a string"))
        }
        None => Err(err!(t, ValueError, "invalid format string")),
    }
}
