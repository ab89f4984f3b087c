//! `_locale`: the C library's locale.

use core::ffi::CStr;
use std::ffi::CString;
use taipan_object::{
    Class, Object, Owned, PyDict, PyInt, PyList, PyModule, PyResult, PyStr, PyType, Thread, attr, err, errors,
    exceptions, name, native_module, state,
};

const NUMBERS: &[(&str, i64)] = &[
    ("CHAR_MAX", 127),
    ("LC_ALL", libc::LC_ALL as i64),
    ("LC_COLLATE", libc::LC_COLLATE as i64),
    ("LC_CTYPE", libc::LC_CTYPE as i64),
    ("LC_MESSAGES", libc::LC_MESSAGES as i64),
    ("LC_MONETARY", libc::LC_MONETARY as i64),
    ("LC_NUMERIC", libc::LC_NUMERIC as i64),
    ("LC_TIME", libc::LC_TIME as i64),
];

/// What `nl_langinfo` can be asked.
const LANGINFO: &[(&str, i64)] = &[
    ("ABDAY_1", libc::ABDAY_1 as i64),
    ("ABDAY_2", libc::ABDAY_2 as i64),
    ("ABDAY_3", libc::ABDAY_3 as i64),
    ("ABDAY_4", libc::ABDAY_4 as i64),
    ("ABDAY_5", libc::ABDAY_5 as i64),
    ("ABDAY_6", libc::ABDAY_6 as i64),
    ("ABDAY_7", libc::ABDAY_7 as i64),
    ("ABMON_1", libc::ABMON_1 as i64),
    ("ABMON_10", libc::ABMON_10 as i64),
    ("ABMON_11", libc::ABMON_11 as i64),
    ("ABMON_12", libc::ABMON_12 as i64),
    ("ABMON_2", libc::ABMON_2 as i64),
    ("ABMON_3", libc::ABMON_3 as i64),
    ("ABMON_4", libc::ABMON_4 as i64),
    ("ABMON_5", libc::ABMON_5 as i64),
    ("ABMON_6", libc::ABMON_6 as i64),
    ("ABMON_7", libc::ABMON_7 as i64),
    ("ABMON_8", libc::ABMON_8 as i64),
    ("ABMON_9", libc::ABMON_9 as i64),
    ("ALT_DIGITS", libc::ALT_DIGITS as i64),
    ("AM_STR", libc::AM_STR as i64),
    ("CODESET", libc::CODESET as i64),
    ("CRNCYSTR", libc::CRNCYSTR as i64),
    ("DAY_1", libc::DAY_1 as i64),
    ("DAY_2", libc::DAY_2 as i64),
    ("DAY_3", libc::DAY_3 as i64),
    ("DAY_4", libc::DAY_4 as i64),
    ("DAY_5", libc::DAY_5 as i64),
    ("DAY_6", libc::DAY_6 as i64),
    ("DAY_7", libc::DAY_7 as i64),
    ("D_FMT", libc::D_FMT as i64),
    ("D_T_FMT", libc::D_T_FMT as i64),
    ("ERA", libc::ERA as i64),
    ("ERA_D_FMT", libc::ERA_D_FMT as i64),
    ("ERA_D_T_FMT", libc::ERA_D_T_FMT as i64),
    ("ERA_T_FMT", libc::ERA_T_FMT as i64),
    ("MON_1", libc::MON_1 as i64),
    ("MON_10", libc::MON_10 as i64),
    ("MON_11", libc::MON_11 as i64),
    ("MON_12", libc::MON_12 as i64),
    ("MON_2", libc::MON_2 as i64),
    ("MON_3", libc::MON_3 as i64),
    ("MON_4", libc::MON_4 as i64),
    ("MON_5", libc::MON_5 as i64),
    ("MON_6", libc::MON_6 as i64),
    ("MON_7", libc::MON_7 as i64),
    ("MON_8", libc::MON_8 as i64),
    ("MON_9", libc::MON_9 as i64),
    ("NOEXPR", libc::NOEXPR as i64),
    ("PM_STR", libc::PM_STR as i64),
    ("RADIXCHAR", libc::RADIXCHAR as i64),
    ("THOUSEP", libc::THOUSEP as i64),
    ("T_FMT", libc::T_FMT as i64),
    ("T_FMT_AMPM", libc::T_FMT_AMPM as i64),
    ("YESEXPR", libc::YESEXPR as i64),
    ("_DATE_FMT", 131180),
];

fn c_string(t: &Thread, text: &PyStr) -> PyResult<CString> {
    CString::new(text.to_fs_bytes(t)?).map_err(|_| err!(t, ValueError, "embedded null byte"))
}

fn error_class(t: &Thread) -> PyResult {
    state::import(t, "_locale")?.getattr(t, name!(t, "Error"))
}

fn locale_error(t: &Thread, message: &str) -> taipan_object::Raised {
    let raise = || -> PyResult<taipan_object::Raised> {
        let class = error_class(t)?;
        Ok(match class.downcast::<PyType>() {
            Some(class) => errors::raise_fmt(t, class, format_args!("{message}")),
            None => err!(t, ValueError, "{message}"),
        })
    };
    raise().unwrap_or_else(|raised| raised)
}

/// # Safety
/// A C string or null.
unsafe fn text(t: &Thread, string: *const libc::c_char) -> PyResult {
    if string.is_null() {
        return PyStr::from_str(t, "").map(Owned::into_object);
    }
    // SAFETY: the caller's promise.
    PyStr::from_fs_bytes(t, unsafe { CStr::from_ptr(string) }.to_bytes()).map(Owned::into_object)
}

/// # Safety
/// A C string or null.
unsafe fn grouping(t: &Thread, string: *const libc::c_char) -> PyResult {
    let out = PyList::new(t)?;
    // SAFETY: the caller's promise.
    let bytes = if string.is_null() { &[][..] } else { unsafe { CStr::from_ptr(string) }.to_bytes() };
    for &b in bytes {
        out.append(t, PyInt::from_i64(t, i64::from(b))?.into_object())?;
        if b == 127 {
            return Ok(out.into_object());
        }
    }
    if !bytes.is_empty() {
        out.append(t, PyInt::from_i64(t, 0)?.into_object())?;
    }
    Ok(out.into_object())
}

/// Support for POSIX locales.
#[native_module(name = "_locale")]
pub mod locale {
    use super::*;

    /// Activates/queries locale processing.
    #[function(sig = "(category, locale=None, /)")]
    fn setlocale(t: &Thread, category: i32, locale: Option<&Object>) -> PyResult {
        let wanted = match attr::none_if_none(locale) {
            None => None,
            Some(locale) => match locale.downcast::<PyStr>() {
                Some(text) => Some(c_string(t, text)?),
                None => {
                    return Err(err!(
                        t,
                        TypeError,
                        "setlocale() argument 2 must be str or None, not {:.50}",
                        locale.class().short_name_lossy()
                    ));
                }
            },
        };
        if !(0..=12).contains(&category) {
            return Err(locale_error(t, "invalid locale category"));
        }
        // SAFETY: the name ends with zero; the result is copied at once. The locale is changed under the GIL only.
        unsafe {
            let pointer = wanted.as_ref().map_or(core::ptr::null(), |wanted| wanted.as_ptr());
            let found = libc::setlocale(category, pointer);
            if found.is_null() {
                let message = if wanted.is_some() { "unsupported locale setting" } else { "locale query failed" };
                return Err(locale_error(t, message));
            }
            text(t, found)
        }
    }

    /// Returns numeric and monetary locale-specific parameters.
    #[function]
    fn localeconv(t: &Thread) -> PyResult<Owned<PyDict>> {
        let out = PyDict::new(t)?;
        // SAFETY: a static structure of C strings, read at once.
        unsafe {
            let found = &*libc::localeconv();
            let texts = [
                ("decimal_point", found.decimal_point),
                ("thousands_sep", found.thousands_sep),
                ("int_curr_symbol", found.int_curr_symbol),
                ("currency_symbol", found.currency_symbol),
                ("mon_decimal_point", found.mon_decimal_point),
                ("mon_thousands_sep", found.mon_thousands_sep),
                ("positive_sign", found.positive_sign),
                ("negative_sign", found.negative_sign),
            ];
            let numbers = [
                ("int_frac_digits", found.int_frac_digits),
                ("frac_digits", found.frac_digits),
                ("p_cs_precedes", found.p_cs_precedes),
                ("p_sep_by_space", found.p_sep_by_space),
                ("n_cs_precedes", found.n_cs_precedes),
                ("n_sep_by_space", found.n_sep_by_space),
                ("p_sign_posn", found.p_sign_posn),
                ("n_sign_posn", found.n_sign_posn),
            ];
            let set = |key: &str, value: PyResult| -> PyResult<()> {
                out.set_item(t, &*PyStr::intern_str(t, key)?, &*value?)
            };
            for (key, value) in &texts[2..] {
                set(key, text(t, *value))?;
            }
            set("mon_grouping", grouping(t, found.mon_grouping))?;
            for (key, value) in numbers {
                set(key, PyInt::from_i64(t, i64::from(value)).map(Owned::into_object))?;
            }
            for (key, value) in &texts[..2] {
                set(key, text(t, *value))?;
            }
            set("grouping", grouping(t, found.grouping))?;
        }
        Ok(out)
    }

    /// Return the value for the locale information associated with key.
    #[function]
    fn nl_langinfo(t: &Thread, key: i32) -> PyResult {
        if !LANGINFO.iter().any(|(_, known)| *known == i64::from(key)) {
            return Err(err!(t, ValueError, "unsupported langinfo constant"));
        }
        // SAFETY: a static string, copied at once.
        unsafe { text(t, libc::nl_langinfo(key)) }
    }

    /// Compares two strings according to the locale.
    #[function(sig = "(os1, os2, /)")]
    fn strcoll(t: &Thread, os1: &PyStr, os2: &PyStr) -> PyResult<i32> {
        if os1.has_char(0) || os2.has_char(0) {
            return Err(err!(t, ValueError, "embedded null character"));
        }
        let (a, b) = (wide(os1), wide(os2));
        // SAFETY: both end with zero.
        Ok(unsafe { wcscoll(a.as_ptr(), b.as_ptr()) })
    }

    /// Return a string that can be used as a key for locale-aware comparisons.
    #[function(sig = "(string, /)")]
    fn strxfrm(t: &Thread, string: &PyStr) -> PyResult<Owned<PyStr>> {
        if string.has_char(0) {
            return Err(err!(t, ValueError, "embedded null character"));
        }
        let source = wide(string);
        let mut out: Vec<libc::wchar_t> = vec![0; source.len() + 1];
        // SAFETY: the source ends with zero; the target is as long as said.
        unsafe {
            let n = wcsxfrm(out.as_mut_ptr(), source.as_ptr(), out.len());
            if n >= out.len() {
                out.resize(n + 1, 0);
                wcsxfrm(out.as_mut_ptr(), source.as_ptr(), out.len());
            }
            out.truncate(n);
        }
        // The keys are numbers rather than characters; those beyond Unicode cannot be kept apart.
        let points: Vec<u32> = out.iter().map(|&c| (c as u32).min(0x10_ffff)).collect();
        PyStr::from_code_points(t, &points)
    }

    /// Get the current locale encoding.
    #[function]
    fn getencoding(t: &Thread) -> PyResult {
        // SAFETY: a static string, copied at once.
        unsafe { text(t, libc::nl_langinfo(libc::CODESET)) }
    }

    /// gettext(msg) -> string
    ///
    /// Return translation of msg.
    #[function]
    fn gettext(t: &Thread, msg: &PyStr) -> PyResult {
        let msg = c_string(t, msg)?;
        // SAFETY: the message ends with zero and may itself be the result, which is copied at once.
        unsafe { text(t, c_gettext(msg.as_ptr())) }
    }

    /// dgettext(domain, msg) -> string
    ///
    /// Return translation of msg in domain.
    #[function(sig = "(domain, msg, /)")]
    fn dgettext(t: &Thread, domain: &Object, msg: &PyStr) -> PyResult {
        let (domain, msg) = (optional(t, domain)?, c_string(t, msg)?);
        // SAFETY: as above.
        unsafe { text(t, c_dgettext(pointer(&domain), msg.as_ptr())) }
    }

    /// Return translation of msg in domain and category.
    #[function(sig = "(domain, msg, category, /)")]
    fn dcgettext(t: &Thread, domain: &Object, msg: &PyStr, category: i32) -> PyResult {
        let (domain, msg) = (optional(t, domain)?, c_string(t, msg)?);
        // SAFETY: as above.
        unsafe { text(t, c_dcgettext(pointer(&domain), msg.as_ptr(), category)) }
    }

    /// Set the C library's textdmain to domain, returning the new domain.
    #[function(sig = "(domain, /)")]
    fn textdomain(t: &Thread, domain: &Object) -> PyResult {
        let domain = optional(t, domain)?;
        // SAFETY: as above.
        unsafe {
            let found = c_textdomain(pointer(&domain));
            if found.is_null() { Err(errors::last_os_error(t)) } else { text(t, found) }
        }
    }

    /// Bind the C library's domain to dir.
    #[function(sig = "(domain, dir, /)")]
    fn bindtextdomain(t: &Thread, domain: &PyStr, dir: &Object) -> PyResult {
        if domain.len() == 0 {
            return Err(locale_error(t, "domain must be a non-empty string"));
        }
        let (domain, dir) = (c_string(t, domain)?, optional(t, dir)?);
        // SAFETY: as above.
        unsafe {
            let found = c_bindtextdomain(domain.as_ptr(), pointer(&dir));
            if found.is_null() { Err(errors::last_os_error(t)) } else { text(t, found) }
        }
    }

    /// Bind the C library's domain to codeset.
    #[function(sig = "(domain, codeset, /)")]
    fn bind_textdomain_codeset(t: &Thread, domain: &PyStr, codeset: &Object) -> PyResult {
        let (domain, codeset) = (c_string(t, domain)?, optional(t, codeset)?);
        // SAFETY: as above.
        unsafe {
            let found = c_bind_textdomain_codeset(domain.as_ptr(), pointer(&codeset));
            if found.is_null() { Ok(crate::none()) } else { text(t, found) }
        }
    }

    #[exec]
    fn exec(module: &PyModule, t: &Thread) -> PyResult<()> {
        let class = errors::new_exception(t, "locale", "Error", exceptions::Exception::class(), None)?;
        module.set(t, "Error", &class)?;
        crate::posix::add_numbers(t, module, NUMBERS)?;
        crate::posix::add_numbers(t, module, LANGINFO)
    }
}

fn wide(text: &PyStr) -> Vec<libc::wchar_t> {
    text.chars().iter().map(|c| c as libc::wchar_t).chain([0]).collect()
}

fn optional(t: &Thread, value: &Object) -> PyResult<Option<CString>> {
    match attr::none_if_none(Some(value)) {
        None => Ok(None),
        Some(value) => match value.downcast::<PyStr>() {
            Some(text) => c_string(t, text).map(Some),
            None => {
                Err(err!(t, TypeError, "argument must be str or None, not {:.50}", value.class().short_name_lossy()))
            }
        },
    }
}

fn pointer(text: &Option<CString>) -> *const libc::c_char {
    text.as_ref().map_or(core::ptr::null(), |text| text.as_ptr())
}

unsafe extern "C" {
    fn wcscoll(a: *const libc::wchar_t, b: *const libc::wchar_t) -> libc::c_int;
    fn wcsxfrm(to: *mut libc::wchar_t, from: *const libc::wchar_t, n: libc::size_t) -> libc::size_t;
    #[link_name = "gettext"]
    fn c_gettext(msg: *const libc::c_char) -> *mut libc::c_char;
    #[link_name = "dgettext"]
    fn c_dgettext(domain: *const libc::c_char, msg: *const libc::c_char) -> *mut libc::c_char;
    #[link_name = "dcgettext"]
    fn c_dcgettext(domain: *const libc::c_char, msg: *const libc::c_char, category: libc::c_int) -> *mut libc::c_char;
    #[link_name = "textdomain"]
    fn c_textdomain(domain: *const libc::c_char) -> *mut libc::c_char;
    #[link_name = "bindtextdomain"]
    fn c_bindtextdomain(domain: *const libc::c_char, dir: *const libc::c_char) -> *mut libc::c_char;
    #[link_name = "bind_textdomain_codeset"]
    fn c_bind_textdomain_codeset(domain: *const libc::c_char, codeset: *const libc::c_char) -> *mut libc::c_char;
}
