//! Exceptions with fields of their own: `StopIteration`, `SystemExit`, `ImportError`, `NameError`, `AttributeError`,
//! `SyntaxError`, `KeyError` and the Unicode errors.

use super::base::{ExtraFields, clear_fields, dealloc_fields, new_instance, traverse_fields};
use super::{BaseException, Exception, LookupError, UnicodeError, args, field, init_args, replace_field};
use crate::argparse::Args;
use crate::handle::{Class, Object, Own, Owned, PyResult};
use crate::{PyBytes, PyDict, PyInt, PyStr, PyTuple, PyType, err, layout, singletons};
use core::ffi::{c_int, c_void};
use core::mem::offset_of;
use taipan_macros::class;
use taipan_runtime::Thread;
use taipan_runtime::abi::*;

/// The three slots of an exception type with extra object fields.
macro_rules! field_slots {
    ($dealloc:ident, $traverse:ident, $clear:ident, $fields:expr) => {
        unsafe extern "C" fn $dealloc(op: *mut PyObject) {
            // SAFETY: the exception is dead.
            unsafe { dealloc_fields(op, $fields) }
        }
        unsafe extern "C" fn $traverse(op: *mut PyObject, visit: visitproc, arg: *mut c_void) -> c_int {
            // SAFETY: a live exception.
            unsafe { traverse_fields(op, $fields, visit, arg) }
        }
        unsafe extern "C" fn $clear(op: *mut PyObject) -> c_int {
            // SAFETY: a live exception.
            unsafe { clear_fields(op, $fields) };
            0
        }
    };
}

const fn object_member(name: &'static core::ffi::CStr, offset: usize, doc: &'static core::ffi::CStr) -> PyMemberDef {
    PyMemberDef { name: name.as_ptr(), r#type: _Py_T_OBJECT, offset: offset as isize, flags: 0, doc: doc.as_ptr() }
}

fn set(slot: *mut *mut PyObject, value: Option<&Object>) {
    // SAFETY: callers pass an object field of a live exception.
    unsafe { replace_field(slot, value.map(Own::own)) }
}

layout!(
    /// `StopIteration`.
    StopIteration,
    PyStopIterationObject
);
const STOP_FIELDS: ExtraFields = &[offset_of!(PyStopIterationObject, value)];
field_slots!(stop_dealloc, stop_traverse, stop_clear, STOP_FIELDS);

impl StopIteration {
    const MEMBERS_LEN: usize = 2;

    /// `StopIteration(value)`, or `StopIteration()`, without a call.
    ///
    /// # Errors
    /// `MemoryError`.
    pub fn make(t: &Thread, value: Option<&Object>) -> PyResult {
        let args = match value {
            Some(value) => PyTuple::from_slice(t, &[value])?,
            None => PyTuple::empty().own(),
        };
        let exception = new_instance(t, Self::class(), args)?;
        let carried = value.unwrap_or_else(|| singletons::none());
        // SAFETY: a fresh `StopIteration`.
        set(unsafe { &raw mut (*exception.as_ptr().cast::<PyStopIterationObject>()).value }, Some(carried));
        Ok(exception)
    }
}

/// Signal the end from iterator.__next__().
#[class(
    name = "StopIteration", layout, export = _PyExc_StopIteration, base = Exception, flags(BASETYPE, HAVE_GC),
    dealloc = stop_dealloc, traverse = stop_traverse, clear = stop_clear,
    members = [object_member(c"value", offset_of!(PyStopIterationObject, value), c"generator return value"), PyMemberDef::END],
)]
impl StopIteration {
    #[slot]
    fn tp_init(&self, t: &Thread, args: Args<'_>) -> PyResult<()> {
        args.no_keywords_of(t, self.class())?;
        init_args(self, t, &args)?;
        let value = args.pos.first().copied().unwrap_or_else(|| singletons::none());
        // SAFETY: a live exception.
        set(unsafe { &raw mut (*self.raw()).value }, Some(value));
        Ok(())
    }
}

layout!(
    /// `SystemExit`.
    SystemExit,
    PySystemExitObject
);
const EXIT_FIELDS: ExtraFields = &[offset_of!(PySystemExitObject, code)];
field_slots!(exit_dealloc, exit_traverse, exit_clear, EXIT_FIELDS);

impl SystemExit {
    const MEMBERS_LEN: usize = 2;

    /// The exit code, as given.
    pub fn code(&self) -> Owned {
        // SAFETY: a live exception.
        unsafe { field(&raw const (*self.raw()).code) }.unwrap_or_else(|| singletons::none().own())
    }
}

/// Request to exit from the interpreter.
#[class(
    name = "SystemExit", layout, export = _PyExc_SystemExit, base = BaseException, flags(BASETYPE, HAVE_GC),
    dealloc = exit_dealloc, traverse = exit_traverse, clear = exit_clear,
    members = [object_member(c"code", offset_of!(PySystemExitObject, code), c"exception code"), PyMemberDef::END],
)]
impl SystemExit {
    #[slot]
    fn tp_init(&self, t: &Thread, args: Args<'_>) -> PyResult<()> {
        args.no_keywords_of(t, self.class())?;
        init_args(self, t, &args)?;
        let code = match args.pos {
            [] => return Ok(()),
            [only] => only.own(),
            _ => PyTuple::from_slice(t, args.pos)?.into_object(),
        };
        // SAFETY: a live exception.
        set(unsafe { &raw mut (*self.raw()).code }, Some(&code));
        Ok(())
    }
}

layout!(
    /// `ImportError`.
    ImportError,
    PyImportErrorObject
);
const IMPORT_FIELDS: ExtraFields = &[
    offset_of!(PyImportErrorObject, msg),
    offset_of!(PyImportErrorObject, name),
    offset_of!(PyImportErrorObject, path),
    offset_of!(PyImportErrorObject, name_from),
];
field_slots!(import_dealloc, import_traverse, import_clear, IMPORT_FIELDS);

impl ImportError {
    const MEMBERS_LEN: usize = 5;
}

/// Import can't find module, or can't find name in module.
#[class(
    name = "ImportError", layout, export = _PyExc_ImportError, base = Exception, flags(BASETYPE, HAVE_GC),
    dealloc = import_dealloc, traverse = import_traverse, clear = import_clear,
    members = [
        object_member(c"msg", offset_of!(PyImportErrorObject, msg), c"exception message"),
        object_member(c"name", offset_of!(PyImportErrorObject, name), c"module name"),
        object_member(c"path", offset_of!(PyImportErrorObject, path), c"module path"),
        object_member(c"name_from", offset_of!(PyImportErrorObject, name_from), c"name imported from module"),
        PyMemberDef::END,
    ],
)]
impl ImportError {
    #[slot]
    fn tp_init(&self, t: &Thread, args: Args<'_>) -> PyResult<()> {
        init_args(self, t, &args)?;
        let [mut name, mut path, mut name_from] = [const { None::<Owned> }; 3];
        let fields = &mut [("name", &mut name), ("path", &mut path), ("name_from", &mut name_from)];
        keyword_fields(t, "ImportError", &args, fields)?;
        let values = [name, path, name_from];
        // SAFETY: a live exception.
        unsafe {
            let raw = self.raw();
            set(&raw mut (*raw).name, values[0].as_deref());
            set(&raw mut (*raw).path, values[1].as_deref());
            set(&raw mut (*raw).name_from, values[2].as_deref());
            let message = if let [only] = args.pos { Some(*only) } else { None };
            set(&raw mut (*raw).msg, message);
        }
        Ok(())
    }

    #[slot]
    fn tp_str(&self, t: &Thread) -> PyResult {
        // SAFETY: a live exception.
        if let Some(message) = unsafe { field(&raw const (*self.raw()).msg) }
            && message.is_exact::<PyStr>()
        {
            return Ok(message);
        }
        base_str(self, t)
    }

    #[method(name = "__reduce__")]
    fn reduce(&self, t: &Thread) -> PyResult {
        // SAFETY: a live exception.
        let (dict, name, path, from) = unsafe {
            let raw = self.raw();
            (
                field(&raw const (*raw).base.dict),
                field(&raw const (*raw).name),
                field(&raw const (*raw).path),
                field(&raw const (*raw).name_from),
            )
        };
        let state = if name.is_some() || path.is_some() || from.is_some() {
            let state = match dict.as_ref().and_then(|d| d.downcast::<PyDict>()) {
                Some(dict) => dict.copy(t)?,
                None => PyDict::new(t)?,
            };
            for (key, value) in [("name", name), ("path", path), ("name_from", from)] {
                if let Some(value) = value {
                    let key = PyStr::intern_str(t, key)?;
                    state.set_item(t, &key, &value)?;
                }
            }
            Some(state.into_object())
        } else {
            dict
        };
        let mut items =
            vec![self.class().as_object().own(), args(self).unwrap_or_else(|| PyTuple::empty().own()).into_object()];
        items.extend(state);
        PyTuple::from_vec(t, items).map(Owned::into_object)
    }
}

/// `BaseException.__str__`.
pub(super) fn base_str(exception: &Object, t: &Thread) -> PyResult {
    // SAFETY: static types have their slots from the start.
    match unsafe { (*<BaseException as Class>::TYPE).tp_str } {
        // SAFETY: the slot of a base type takes an instance.
        Some(slot) => unsafe { Owned::from_result(slot(exception.as_ptr())) },
        None => exception.repr(t).map(Owned::into_object),
    }
}

layout!(
    /// `NameError`.
    NameError,
    PyNameErrorObject
);
const NAME_FIELDS: ExtraFields = &[offset_of!(PyNameErrorObject, name)];
field_slots!(name_dealloc, name_traverse, name_clear, NAME_FIELDS);

impl NameError {
    const MEMBERS_LEN: usize = 2;
}

/// Name not found globally.
#[class(
    name = "NameError", layout, export = _PyExc_NameError, base = Exception, flags(BASETYPE, HAVE_GC),
    dealloc = name_dealloc, traverse = name_traverse, clear = name_clear,
    members = [object_member(c"name", offset_of!(PyNameErrorObject, name), c"name"), PyMemberDef::END],
)]
impl NameError {
    #[slot]
    fn tp_init(&self, t: &Thread, args: Args<'_>) -> PyResult<()> {
        init_args(self, t, &args)?;
        let mut name = None;
        keyword_fields(t, "NameError", &args, &mut [("name", &mut name)])?;
        // SAFETY: a live exception.
        set(unsafe { &raw mut (*self.raw()).name }, name.as_deref());
        Ok(())
    }
}

fn keyword_fields(t: &Thread, fname: &str, args: &Args<'_>, fields: &mut [(&str, &mut Option<Owned>)]) -> PyResult<()> {
    let (n, most) = (args.n_keywords(), fields.len());
    if n > most {
        let s = if most == 1 { "" } else { "s" };
        return Err(err!(t, TypeError, "{fname}() takes at most {most} keyword argument{s} ({n} given)"));
    }
    args.for_each_keyword(t, |key, value| {
        for (name, slot) in fields.iter_mut() {
            if key.downcast::<PyStr>().is_some_and(|k| k.eq_str(name)) {
                **slot = Some(value.own());
                return Ok(());
            }
        }
        let given = key.str_lossy(t);
        Err(match crate::suggestions::closest(&given, fields.iter().map(|(name, _)| *name)) {
            Some(better) => {
                err!(t, TypeError, "{fname}() got an unexpected keyword argument '{given}'. Did you mean '{better}'?")
            }
            None => err!(t, TypeError, "{fname}() got an unexpected keyword argument '{given}'"),
        })
    })
}

layout!(
    /// `AttributeError`.
    AttributeError,
    PyAttributeErrorObject
);
const ATTRIBUTE_FIELDS: ExtraFields =
    &[offset_of!(PyAttributeErrorObject, obj), offset_of!(PyAttributeErrorObject, name)];
field_slots!(attribute_dealloc, attribute_traverse, attribute_clear, ATTRIBUTE_FIELDS);

impl AttributeError {
    const MEMBERS_LEN: usize = 3;
}

/// Attribute not found.
#[class(
    name = "AttributeError", layout, export = _PyExc_AttributeError, base = Exception, flags(BASETYPE, HAVE_GC),
    dealloc = attribute_dealloc, traverse = attribute_traverse, clear = attribute_clear,
    members = [
        object_member(c"name", offset_of!(PyAttributeErrorObject, name), c"attribute name"),
        object_member(c"obj", offset_of!(PyAttributeErrorObject, obj), c"object"),
        PyMemberDef::END,
    ],
)]
impl AttributeError {
    #[slot]
    fn tp_init(&self, t: &Thread, args: Args<'_>) -> PyResult<()> {
        init_args(self, t, &args)?;
        let (mut name, mut obj) = (None, None);
        keyword_fields(t, "AttributeError", &args, &mut [("name", &mut name), ("obj", &mut obj)])?;
        // SAFETY: a live exception.
        unsafe {
            set(&raw mut (*self.raw()).name, name.as_deref());
            set(&raw mut (*self.raw()).obj, obj.as_deref());
        }
        Ok(())
    }

    #[method(name = "__getstate__")]
    fn getstate(&self, t: &Thread) -> PyResult {
        // SAFETY: a live exception.
        let (dict, name) = unsafe { (field(&raw const (*self.raw()).base.dict), field(&raw const (*self.raw()).name)) };
        // The object is left out: it may not be picklable.
        let Some(name) = name else { return dict.map_or_else(singletons::ok_none, Ok) };
        let state = match dict.as_ref().and_then(|d| d.downcast::<PyDict>()) {
            Some(dict) => dict.copy(t)?,
            None => PyDict::new(t)?,
        };
        state.set_item(t, crate::name!(t, "name"), &name)?;
        let arguments = args(self).unwrap_or_else(|| PyTuple::empty().own());
        state.set_item(t, crate::name!(t, "args"), &arguments)?;
        Ok(state.into_object())
    }

    #[method(name = "__reduce__")]
    fn reduce(&self, t: &Thread) -> PyResult {
        let state = self.getstate(t)?;
        let items = vec![
            self.class().as_object().own(),
            args(self).unwrap_or_else(|| PyTuple::empty().own()).into_object(),
            state,
        ];
        PyTuple::from_vec(t, items).map(Owned::into_object)
    }
}

layout!(
    /// `SyntaxError`.
    SyntaxError,
    PySyntaxErrorObject
);
const SYNTAX_FIELDS: ExtraFields = &[
    offset_of!(PySyntaxErrorObject, msg),
    offset_of!(PySyntaxErrorObject, filename),
    offset_of!(PySyntaxErrorObject, lineno),
    offset_of!(PySyntaxErrorObject, offset),
    offset_of!(PySyntaxErrorObject, end_lineno),
    offset_of!(PySyntaxErrorObject, end_offset),
    offset_of!(PySyntaxErrorObject, text),
    offset_of!(PySyntaxErrorObject, print_file_and_line),
    offset_of!(PySyntaxErrorObject, metadata),
];
field_slots!(syntax_dealloc, syntax_traverse, syntax_clear, SYNTAX_FIELDS);

impl SyntaxError {
    const MEMBERS_LEN: usize = 10;
}

/// Invalid syntax.
#[class(
    name = "SyntaxError", layout, export = _PyExc_SyntaxError, base = Exception, flags(BASETYPE, HAVE_GC),
    dealloc = syntax_dealloc, traverse = syntax_traverse, clear = syntax_clear,
    members = [
        object_member(c"msg", offset_of!(PySyntaxErrorObject, msg), c"exception msg"),
        object_member(c"filename", offset_of!(PySyntaxErrorObject, filename), c"exception filename"),
        object_member(c"lineno", offset_of!(PySyntaxErrorObject, lineno), c"exception lineno"),
        object_member(c"offset", offset_of!(PySyntaxErrorObject, offset), c"exception offset"),
        object_member(c"text", offset_of!(PySyntaxErrorObject, text), c"exception text"),
        object_member(c"end_lineno", offset_of!(PySyntaxErrorObject, end_lineno), c"exception end lineno"),
        object_member(c"end_offset", offset_of!(PySyntaxErrorObject, end_offset), c"exception end offset"),
        object_member(c"print_file_and_line", offset_of!(PySyntaxErrorObject, print_file_and_line), c"exception print_file_and_line"),
        object_member(c"_metadata", offset_of!(PySyntaxErrorObject, metadata), c"exception private metadata"),
        PyMemberDef::END,
    ],
)]
impl SyntaxError {
    #[slot]
    fn tp_init(&self, t: &Thread, args: Args<'_>) -> PyResult<()> {
        args.no_keywords_of(t, self.class())?;
        init_args(self, t, &args)?;
        // SAFETY: a live exception.
        let raw = self.raw();
        // SAFETY: as above.
        unsafe {
            if let Some(message) = args.pos.first() {
                set(&raw mut (*raw).msg, Some(message));
            }
            if let [_, info] = args.pos {
                let info = crate::iter::to_tuple(t, info)?;
                let items = info.as_slice();
                if items.len() < 4 || items.len() > 7 {
                    let (bound, n) = if items.len() < 4 { ("at least", 4) } else { ("at most", 7) };
                    return Err(err!(
                        t,
                        TypeError,
                        "function missing required argument or too many: expected {bound} {n} items"
                    ));
                }
                let fields = [
                    &raw mut (*raw).filename,
                    &raw mut (*raw).lineno,
                    &raw mut (*raw).offset,
                    &raw mut (*raw).text,
                    &raw mut (*raw).end_lineno,
                    &raw mut (*raw).end_offset,
                    &raw mut (*raw).metadata,
                ];
                for (i, slot) in fields.iter().enumerate() {
                    set(*slot, items.get(i).copied());
                }
                if items.len() == 5 {
                    return Err(err!(t, TypeError, "end_offset must be provided when end_lineno is provided"));
                }
            }
        }
        Ok(())
    }

    #[slot]
    fn tp_str(&self, t: &Thread) -> PyResult {
        // SAFETY: a live exception.
        let (msg, filename, lineno) = unsafe {
            let raw = self.raw();
            (field(&raw const (*raw).msg), field(&raw const (*raw).filename), field(&raw const (*raw).lineno))
        };
        let msg = match msg {
            Some(msg) => msg.str(t)?,
            None => singletons::none().str(t)?,
        };
        let filename = filename.and_then(|f| {
            f.downcast::<PyStr>().map(|s| {
                let text = s.to_string_lossy();
                text.rsplit('/').next().unwrap_or_default().to_string()
            })
        });
        let lineno = lineno.and_then(|n| n.downcast_exact::<PyInt>().and_then(PyInt::to_i64));
        let text = match (filename, lineno) {
            (None, None) => return Ok(msg.into_object()),
            (Some(file), Some(line)) => format!(" ({file}, line {line})"),
            (Some(file), None) => format!(" ({file})"),
            (None, Some(line)) => format!(" (line {line})"),
        };
        let suffix = PyStr::from_str(t, &text)?;
        msg.concat(t, &suffix).map(Owned::into_object)
    }
}

layout!(
    /// `KeyError`.
    KeyError,
    PyBaseExceptionObject
);

/// Mapping key not found.
#[class(name = "KeyError", layout, export = _PyExc_KeyError, base = LookupError, flags(BASETYPE, HAVE_GC))]
impl KeyError {
    #[slot]
    fn tp_str(&self, t: &Thread) -> PyResult {
        if let Some(args) = args(self)
            && let [only] = args.as_slice()
        {
            return only.repr(t).map(Owned::into_object);
        }
        base_str(self, t)
    }
}

macro_rules! unicode_error {
    ($name:ident, $export:ident, $text:literal, $doc:literal, $n:literal, $kind:expr) => {
        layout!(
            #[doc = $doc]
            $name,
            PyUnicodeErrorObject
        );

        impl $name {
            const MEMBERS_LEN: usize = 6;
        }

        #[class(
                    name = $text, layout, export = $export, base = UnicodeError, flags(BASETYPE, HAVE_GC), doc = $doc,
                    dealloc = unicode_dealloc, traverse = unicode_traverse, clear = unicode_clear,
                    members = [
                        object_member(c"encoding", offset_of!(PyUnicodeErrorObject, encoding), c"exception encoding"),
                        object_member(c"object", offset_of!(PyUnicodeErrorObject, object), c"exception object"),
                        ssize_member(c"start", offset_of!(PyUnicodeErrorObject, start), c"exception start"),
                        ssize_member(c"end", offset_of!(PyUnicodeErrorObject, end), c"exception end"),
                        object_member(c"reason", offset_of!(PyUnicodeErrorObject, reason), c"exception reason"),
                        PyMemberDef::END,
                    ],
                )]
        impl $name {
            #[slot]
            fn tp_init(&self, t: &Thread, args: Args<'_>) -> PyResult<()> {
                unicode_init(self, t, &args, $n, $kind)
            }

            #[slot]
            fn tp_str(&self, t: &Thread) -> PyResult {
                unicode_str(self, t, $kind)
            }
        }
    };
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum UnicodeKind {
    Encode,
    Decode,
    Translate,
}

const UNICODE_FIELDS: ExtraFields = &[
    offset_of!(PyUnicodeErrorObject, encoding),
    offset_of!(PyUnicodeErrorObject, object),
    offset_of!(PyUnicodeErrorObject, reason),
];
field_slots!(unicode_dealloc, unicode_traverse, unicode_clear, UNICODE_FIELDS);

const fn ssize_member(name: &'static core::ffi::CStr, offset: usize, doc: &'static core::ffi::CStr) -> PyMemberDef {
    PyMemberDef { name: name.as_ptr(), r#type: Py_T_PYSSIZET, offset: offset as isize, flags: 0, doc: doc.as_ptr() }
}

unicode_error!(
    UnicodeEncodeError,
    _PyExc_UnicodeEncodeError,
    "UnicodeEncodeError",
    "Unicode encoding error.",
    5,
    UnicodeKind::Encode
);
unicode_error!(
    UnicodeDecodeError,
    _PyExc_UnicodeDecodeError,
    "UnicodeDecodeError",
    "Unicode decoding error.",
    5,
    UnicodeKind::Decode
);
unicode_error!(
    UnicodeTranslateError,
    _PyExc_UnicodeTranslateError,
    "UnicodeTranslateError",
    "Unicode translation error.",
    4,
    UnicodeKind::Translate
);

fn unicode_init(this: &Object, t: &Thread, args: &Args<'_>, n: usize, kind: UnicodeKind) -> PyResult<()> {
    args.no_keywords_of(t, this.class())?;
    init_args(this, t, args)?;
    if args.pos.len() != n {
        return Err(err!(t, TypeError, "function takes exactly {n} arguments ({} given)", args.pos.len()));
    }
    let (encoding, rest) =
        if kind == UnicodeKind::Translate { (None, args.pos) } else { (Some(args.pos[0]), &args.pos[1..]) };
    let fail = |n: usize, expected: &str, got: &Object| {
        err!(t, TypeError, "argument {n} must be {expected}, not {}", got.class().name_lossy())
    };
    let base = usize::from(encoding.is_some());
    if let Some(encoding) = encoding
        && !encoding.is_instance_of::<PyStr>()
    {
        return Err(fail(1, "str", encoding));
    }
    let object = if kind == UnicodeKind::Decode {
        if rest[0].is_instance_of::<PyBytes>() {
            rest[0].own()
        } else {
            let data = crate::buffer::contiguous_bytes(t, rest[0])?;
            PyBytes::new(t, &data)?.into_object()
        }
    } else {
        if !rest[0].is_instance_of::<PyStr>() {
            return Err(fail(base + 1, "str", rest[0]));
        }
        rest[0].own()
    };
    let start = crate::number::index_as_isize(t, rest[1])?;
    let end = crate::number::index_as_isize(t, rest[2])?;
    if !rest[3].is_instance_of::<PyStr>() {
        return Err(fail(base + 4, "str", rest[3]));
    }
    let raw = this.as_ptr().cast::<PyUnicodeErrorObject>();
    // SAFETY: a live exception of a Unicode error type.
    unsafe {
        set(&raw mut (*raw).encoding, encoding);
        set(&raw mut (*raw).object, Some(&object));
        (*raw).start = start;
        (*raw).end = end;
        set(&raw mut (*raw).reason, Some(rest[3]));
    }
    Ok(())
}

fn unicode_str(this: &Object, t: &Thread, kind: UnicodeKind) -> PyResult {
    let raw = this.as_ptr().cast::<PyUnicodeErrorObject>();
    // SAFETY: a live exception of a Unicode error type.
    let (encoding, object, reason, start, end) = unsafe {
        (
            field(&raw const (*raw).encoding),
            field(&raw const (*raw).object),
            field(&raw const (*raw).reason),
            (*raw).start,
            (*raw).end,
        )
    };
    let Some(object) = object else {
        return Ok(PyStr::empty().own().into_object());
    };
    let text = |value: Option<Owned>| -> PyResult<String> {
        match value {
            Some(value) => Ok(value.str(t)?.to_string_lossy()),
            None => Ok(String::new()),
        }
    };
    drop(object);
    let reason = text(reason)?;
    let encoding = text(encoding)?;
    // Their `__str__` may have changed the object.
    // SAFETY: as above.
    let Some(object) = (unsafe { field(&raw const (*raw).object) }) else {
        return Err(err!(t, TypeError, "UnicodeError 'object' attribute is not set"));
    };
    let length = match kind {
        UnicodeKind::Decode => object
            .downcast::<PyBytes>()
            .map(PyBytes::len)
            .ok_or_else(|| err!(t, TypeError, "UnicodeError 'object' attribute must be a bytes"))?,
        _ => object
            .downcast::<PyStr>()
            .map(PyStr::len)
            .ok_or_else(|| err!(t, TypeError, "UnicodeError 'object' attribute must be a string"))?,
    } as isize;
    let one = start >= 0 && start < length && end >= 0 && end <= length && end == start + 1;
    let message = match kind {
        UnicodeKind::Decode => {
            match object.downcast::<PyBytes>().and_then(|b| b.as_bytes().get(start as usize).copied()) {
                Some(byte) if one => {
                    format!("'{encoding}' codec can't decode byte 0x{byte:02x} in position {start}: {reason}")
                }
                _ => format!(
                    "'{encoding}' codec can't decode bytes in position {start}-{}: {reason}",
                    end.wrapping_sub(1)
                ),
            }
        }
        _ => {
            let character = object.downcast::<PyStr>().filter(|_| one).map(|s| s.char_at(start as usize));
            let verb = if kind == UnicodeKind::Encode {
                format!("'{encoding}' codec can't encode")
            } else {
                "can't translate".to_string()
            };
            match character {
                Some(c) if one => {
                    let escaped = if c <= 0xff {
                        format!("\\x{c:02x}")
                    } else if c <= 0xffff {
                        format!("\\u{c:04x}")
                    } else {
                        format!("\\U{c:08x}")
                    };
                    format!("{verb} character '{escaped}' in position {start}: {reason}")
                }
                _ => format!("{verb} characters in position {start}-{}: {reason}", end.wrapping_sub(1)),
            }
        }
    };
    PyStr::from_str(t, &message).map(Owned::into_object)
}

/// Makes an instance without calling `__init__`.
pub(super) fn bare(t: &Thread, class: &PyType, args: Owned<PyTuple>) -> PyResult {
    new_instance(t, class, args)
}
