//! `unicodedata`.

use core::cell::Cell;
use taipan_macros::{class, module, object};
use taipan_object::clinic::{StrOrBuffer, UniChar};
use taipan_object::{Object, Own, Owned, PyFloat, PyInt, PyResult, PyStr, Thread, err, errors, new_object};
use taipan_text::unicode::names::{self, Named};
use taipan_text::unicode::normalize::{self, Form};
use taipan_text::unicode::{self as ucd, old as ucd_old};

/// The database of Unicode 3.2.0 as an object.
#[object]
pub struct Ucd {
    /// Kept for the collector's sake: nothing is referred to.
    plain: Cell<bool>,
}

fn or_default(t: &Thread, value: Option<Owned>, default: Option<&Object>, message: &str) -> PyResult {
    match (value, default) {
        (Some(value), _) => Ok(value),
        (None, Some(default)) => Ok(default.own()),
        (None, None) => Err(err!(t, ValueError, "{message}")),
    }
}

fn decimal(t: &Thread, c: u32, default: Option<&Object>, old: bool) -> PyResult {
    let value = if old { ucd_old::decimal(c) } else { ucd::decimal(c) };
    let value = value.map(|n| PyInt::from_i64(t, i64::from(n)).map(Owned::into_object)).transpose()?;
    or_default(t, value, default, "not a decimal")
}

fn digit(t: &Thread, c: u32, default: Option<&Object>) -> PyResult {
    let value = ucd::digit(c).map(|n| PyInt::from_i64(t, i64::from(n)).map(Owned::into_object)).transpose()?;
    or_default(t, value, default, "not a digit")
}

fn numeric(t: &Thread, c: u32, default: Option<&Object>, old: bool) -> PyResult {
    let value = if old { ucd_old::numeric(c) } else { ucd::numeric(c) };
    let value = value.map(|n| PyFloat::new(t, n).map(Owned::into_object)).transpose()?;
    or_default(t, value, default, "not a numeric character")
}

fn category(c: u32, old: bool) -> &'static str {
    if old { ucd_old::category(c) } else { ucd::category(c) }
}

fn bidirectional(c: u32, old: bool) -> &'static str {
    if old { ucd_old::bidirectional(c) } else { ucd::bidirectional(c) }
}

fn combining(c: u32, old: bool) -> u8 {
    if old { ucd_old::combining(c) } else { ucd::combining(c) }
}

fn mirrored(c: u32, old: bool) -> i32 {
    i32::from(if old { ucd_old::mirrored(c) } else { ucd::mirrored(c) })
}

fn east_asian_width(c: u32, old: bool) -> &'static str {
    if old { ucd_old::east_asian_width(c) } else { ucd::east_asian_width(c) }
}

fn decomposition(c: u32, old: bool) -> String {
    if old { ucd_old::decomposition_string(c) } else { ucd::decomposition_string(c) }
}

fn name(t: &Thread, c: u32, default: Option<&Object>, old: bool) -> PyResult {
    let found = if old && ucd_old::is_new(c) { None } else { names::name(c) };
    let value = found.map(|name| PyStr::from_str(t, &name).map(Owned::into_object)).transpose()?;
    or_default(t, value, default, "no such name")
}

fn lookup(t: &Thread, name: &[u8], old: bool) -> PyResult<Owned<PyStr>> {
    if name.len() > 256 {
        return Err(errors::key_error(t, &*PyStr::from_str(t, "name too long")?));
    }
    let text = String::from_utf8_lossy(name);
    // Version 3.2.0 knows neither aliases nor named sequences.
    match names::lookup(&text, !old) {
        Some(Named::Char(c)) => PyStr::from_char(t, c),
        Some(Named::Sequence(points)) => PyStr::from_code_points(t, points),
        None => {
            let message = PyStr::from_str(t, &format!("undefined character name '{text}'"))?;
            Err(errors::key_error(t, &message))
        }
    }
}

fn form(t: &Thread, form: &PyStr) -> PyResult<Form> {
    form.as_ascii().and_then(Form::from_name).ok_or_else(|| err!(t, ValueError, "invalid normalization form"))
}

/// The text itself, or that of an instance of a subclass as a str.
fn exact(t: &Thread, text: &PyStr) -> PyResult<Owned<PyStr>> {
    if text.is_exact::<PyStr>() { Ok(text.own()) } else { text.substring(t, 0, text.len()) }
}

fn normalized(t: &Thread, form_name: &PyStr, text: &PyStr, old: bool) -> PyResult<Owned<PyStr>> {
    if text.len() == 0 {
        return exact(t, text);
    }
    let form = form(t, form_name)?;
    if text.is_ascii() {
        return exact(t, text);
    }
    let points = text.to_code_points();
    if !old && normalize::quick_check(points.iter().copied(), form) {
        return exact(t, text);
    }
    PyStr::from_code_points(t, &normalize::normalize(&points, form, old))
}

fn is_normalized(t: &Thread, form_name: &PyStr, text: &PyStr, old: bool) -> PyResult<bool> {
    if text.len() == 0 {
        return Ok(true);
    }
    let form = form(t, form_name)?;
    Ok(text.is_ascii() || normalize::is_normalized(&text.to_code_points(), form, old))
}

#[class(name = "unicodedata.UCD", heap, no_new, doc = "")]
impl Ucd {
    #[getter(member)]
    fn unidata_version(&self, _t: &Thread) -> &'static str {
        let _ = self.plain.get();
        "3.2.0"
    }

    /// Converts a Unicode character into its equivalent decimal value.
    ///
    /// Returns the decimal value assigned to the character chr as integer.
    /// If no such value is defined, default is returned, or, if not given,
    /// ValueError is raised.
    #[method(sig = "(chr, default=None, /)", text = "(chr, default=<unrepresentable>, /)")]
    fn decimal(&self, t: &Thread, chr: UniChar, default: Option<&Object>) -> PyResult {
        self::decimal(t, chr.0, default, true)
    }

    /// Converts a Unicode character into its equivalent digit value.
    ///
    /// Returns the digit value assigned to the character chr as integer.
    /// If no such value is defined, default is returned, or, if not given,
    /// ValueError is raised.
    #[method(sig = "(chr, default=None, /)", text = "(chr, default=<unrepresentable>, /)")]
    fn digit(&self, t: &Thread, chr: UniChar, default: Option<&Object>) -> PyResult {
        self::digit(t, chr.0, default)
    }

    /// Converts a Unicode character into its equivalent numeric value.
    ///
    /// Returns the numeric value assigned to the character chr as float.
    /// If no such value is defined, default is returned, or, if not given,
    /// ValueError is raised.
    #[method(sig = "(chr, default=None, /)", text = "(chr, default=<unrepresentable>, /)")]
    fn numeric(&self, t: &Thread, chr: UniChar, default: Option<&Object>) -> PyResult {
        self::numeric(t, chr.0, default, true)
    }

    /// Returns the general category assigned to the character chr as string.
    #[method(sig = "(chr, /)")]
    fn category(&self, _t: &Thread, chr: UniChar) -> &'static str {
        self::category(chr.0, true)
    }

    /// Returns the bidirectional class assigned to the character chr as string.
    ///
    /// If no such value is defined, an empty string is returned.
    #[method(sig = "(chr, /)")]
    fn bidirectional(&self, _t: &Thread, chr: UniChar) -> &'static str {
        self::bidirectional(chr.0, true)
    }

    /// Returns the canonical combining class assigned to the character chr as integer.
    ///
    /// Returns 0 if no combining class is defined.
    #[method(sig = "(chr, /)")]
    fn combining(&self, _t: &Thread, chr: UniChar) -> u8 {
        self::combining(chr.0, true)
    }

    /// Returns the mirrored property assigned to the character chr as integer.
    ///
    /// Returns 1 if the character has been identified as a "mirrored"
    /// character in bidirectional text, 0 otherwise.
    #[method(sig = "(chr, /)")]
    fn mirrored(&self, _t: &Thread, chr: UniChar) -> i32 {
        self::mirrored(chr.0, true)
    }

    /// Returns the east asian width assigned to the character chr as string.
    #[method(sig = "(chr, /)")]
    fn east_asian_width(&self, _t: &Thread, chr: UniChar) -> &'static str {
        self::east_asian_width(chr.0, true)
    }

    /// Returns the character decomposition mapping assigned to the character chr as string.
    ///
    /// An empty string is returned in case no such mapping is defined.
    #[method(sig = "(chr, /)")]
    fn decomposition(&self, _t: &Thread, chr: UniChar) -> String {
        self::decomposition(chr.0, true)
    }

    /// Return whether the Unicode string unistr is in the normal form 'form'.
    ///
    /// Valid values for form are 'NFC', 'NFKC', 'NFD', and 'NFKD'.
    #[method(sig = "(form, unistr, /)")]
    fn is_normalized(&self, t: &Thread, form: &PyStr, unistr: &PyStr) -> PyResult<bool> {
        self::is_normalized(t, form, unistr, true)
    }

    /// Return the normal form 'form' for the Unicode string unistr.
    ///
    /// Valid values for form are 'NFC', 'NFKC', 'NFD', and 'NFKD'.
    #[method(sig = "(form, unistr, /)")]
    fn normalize(&self, t: &Thread, form: &PyStr, unistr: &PyStr) -> PyResult<Owned<PyStr>> {
        self::normalized(t, form, unistr, true)
    }

    /// Returns the name assigned to the character chr as a string.
    ///
    /// If no name is defined, default is returned, or, if not given,
    /// ValueError is raised.
    #[method(sig = "(chr, default=None, /)", text = "(chr, default=<unrepresentable>, /)")]
    fn name(&self, t: &Thread, chr: UniChar, default: Option<&Object>) -> PyResult {
        self::name(t, chr.0, default, true)
    }

    /// Look up character by name.
    ///
    /// If a character with the given name is found, return the
    /// corresponding character.  If not found, KeyError is raised.
    #[method(sig = "(name, /)")]
    fn lookup(&self, t: &Thread, name: StrOrBuffer<'_>) -> PyResult<Owned<PyStr>> {
        self::lookup(t, name.as_bytes(), true)
    }
}

/// This module provides access to the Unicode Character Database which
/// defines character properties for all Unicode characters. The data in
/// this database is based on the UnicodeData.txt file version
/// 16.0.0 which is publicly available from ftp://ftp.unicode.org/.
///
/// The module uses the same names and symbols as defined by the
/// UnicodeData File Format 16.0.0.
#[module(name = "unicodedata", classes(super::Ucd))]
pub mod unicodedata {
    use super::{Object, Owned, PyResult, PyStr, StrOrBuffer, Thread, Ucd, UniChar, new_object};
    use core::cell::Cell;
    use taipan_object::{Head, PyModule};

    /// Converts a Unicode character into its equivalent decimal value.
    ///
    /// Returns the decimal value assigned to the character chr as integer.
    /// If no such value is defined, default is returned, or, if not given,
    /// ValueError is raised.
    #[function(sig = "(chr, default=None, /)", text = "($self, chr, default=<unrepresentable>, /)")]
    fn decimal(t: &Thread, chr: UniChar, default: Option<&Object>) -> PyResult {
        super::decimal(t, chr.0, default, false)
    }

    /// Converts a Unicode character into its equivalent digit value.
    ///
    /// Returns the digit value assigned to the character chr as integer.
    /// If no such value is defined, default is returned, or, if not given,
    /// ValueError is raised.
    #[function(sig = "(chr, default=None, /)", text = "($self, chr, default=<unrepresentable>, /)")]
    fn digit(t: &Thread, chr: UniChar, default: Option<&Object>) -> PyResult {
        super::digit(t, chr.0, default)
    }

    /// Converts a Unicode character into its equivalent numeric value.
    ///
    /// Returns the numeric value assigned to the character chr as float.
    /// If no such value is defined, default is returned, or, if not given,
    /// ValueError is raised.
    #[function(sig = "(chr, default=None, /)", text = "($self, chr, default=<unrepresentable>, /)")]
    fn numeric(t: &Thread, chr: UniChar, default: Option<&Object>) -> PyResult {
        super::numeric(t, chr.0, default, false)
    }

    /// Returns the general category assigned to the character chr as string.
    #[function(sig = "(chr, /)", text = "($self, chr, /)")]
    fn category(_t: &Thread, chr: UniChar) -> &'static str {
        super::category(chr.0, false)
    }

    /// Returns the bidirectional class assigned to the character chr as string.
    ///
    /// If no such value is defined, an empty string is returned.
    #[function(sig = "(chr, /)", text = "($self, chr, /)")]
    fn bidirectional(_t: &Thread, chr: UniChar) -> &'static str {
        super::bidirectional(chr.0, false)
    }

    /// Returns the canonical combining class assigned to the character chr as integer.
    ///
    /// Returns 0 if no combining class is defined.
    #[function(sig = "(chr, /)", text = "($self, chr, /)")]
    fn combining(_t: &Thread, chr: UniChar) -> u8 {
        super::combining(chr.0, false)
    }

    /// Returns the mirrored property assigned to the character chr as integer.
    ///
    /// Returns 1 if the character has been identified as a "mirrored"
    /// character in bidirectional text, 0 otherwise.
    #[function(sig = "(chr, /)", text = "($self, chr, /)")]
    fn mirrored(_t: &Thread, chr: UniChar) -> i32 {
        super::mirrored(chr.0, false)
    }

    /// Returns the east asian width assigned to the character chr as string.
    #[function(sig = "(chr, /)", text = "($self, chr, /)")]
    fn east_asian_width(_t: &Thread, chr: UniChar) -> &'static str {
        super::east_asian_width(chr.0, false)
    }

    /// Returns the character decomposition mapping assigned to the character chr as string.
    ///
    /// An empty string is returned in case no such mapping is defined.
    #[function(sig = "(chr, /)", text = "($self, chr, /)")]
    fn decomposition(_t: &Thread, chr: UniChar) -> String {
        super::decomposition(chr.0, false)
    }

    /// Return whether the Unicode string unistr is in the normal form 'form'.
    ///
    /// Valid values for form are 'NFC', 'NFKC', 'NFD', and 'NFKD'.
    #[function(sig = "(form, unistr, /)", text = "($self, form, unistr, /)")]
    fn is_normalized(t: &Thread, form: &PyStr, unistr: &PyStr) -> PyResult<bool> {
        super::is_normalized(t, form, unistr, false)
    }

    /// Return the normal form 'form' for the Unicode string unistr.
    ///
    /// Valid values for form are 'NFC', 'NFKC', 'NFD', and 'NFKD'.
    #[function(sig = "(form, unistr, /)", text = "($self, form, unistr, /)")]
    fn normalize(t: &Thread, form: &PyStr, unistr: &PyStr) -> PyResult<Owned<PyStr>> {
        super::normalized(t, form, unistr, false)
    }

    /// Returns the name assigned to the character chr as a string.
    ///
    /// If no name is defined, default is returned, or, if not given,
    /// ValueError is raised.
    #[function(sig = "(chr, default=None, /)", text = "($self, chr, default=<unrepresentable>, /)")]
    fn name(t: &Thread, chr: UniChar, default: Option<&Object>) -> PyResult {
        super::name(t, chr.0, default, false)
    }

    /// Look up character by name.
    ///
    /// If a character with the given name is found, return the
    /// corresponding character.  If not found, KeyError is raised.
    #[function(sig = "(name, /)", text = "($self, name, /)")]
    fn lookup(t: &Thread, name: StrOrBuffer<'_>) -> PyResult<Owned<PyStr>> {
        super::lookup(t, name.as_bytes(), false)
    }

    #[exec]
    fn exec(module: &PyModule, t: &Thread) -> PyResult<()> {
        module.set_value(t, "unidata_version", "16.0.0")?;
        let old = new_object(t, Ucd { head: Head::new(), plain: Cell::new(true) })?;
        module.set(t, "ucd_3_2_0", &old)?;
        taipan_types::capsule::add_offered(t, module, "_ucnhash_CAPI")
    }
}
