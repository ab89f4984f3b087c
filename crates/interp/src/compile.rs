//! `compile()`: source to code objects, with the compiler's errors and warnings as exceptions.

use crate::code::PyCode;
use taipan_compiler::{CompileWarning, Failure};
use taipan_object::{
    Class, Object, Own, Owned, PyInt, PyResult, PyStr, PyTuple, Raised, errors, exceptions, singletons,
};
use taipan_parser::{Mode, Source};
use taipan_runtime::Thread;

/// Settings of a compilation.
#[derive(Clone, Copy, Default)]
pub struct Settings {
    /// `CO_FUTURE_*` and `PyCF_*` bits.
    pub flags: u32,
    /// -1 for the interpreter's own level.
    pub optimize: i32,
    /// Whether lines may be added later (prompt).
    pub interactive: bool,
}

fn stack_budget(t: &Thread) -> usize {
    t.stack_left().saturating_sub(256 * 1024).clamp(64 * 1024, 6 << 20)
}

/// Compiles source text (bytes are decoded by their cookie).
pub fn compile_source(
    t: &Thread,
    source: Source<'_>,
    filename: &PyStr,
    mode: Mode,
    settings: Settings,
) -> PyResult<Owned<PyCode>> {
    let optimize = if settings.optimize < 0 { crate::state::state(t).optimize.get() } else { settings.optimize };
    let names = |name: &str| -> Option<char> {
        match taipan_text::unicode::names::lookup(name, true) {
            Some(taipan_text::unicode::names::Named::Char(c)) => char::from_u32(c),
            _ => None,
        }
    };
    let budget = stack_budget(t);
    let parsing = taipan_parser::Options {
        unicode_names: Some(&names),
        stack_budget: budget,
        allow_incomplete_input: settings.flags & 0x4000 != 0,
        dont_imply_dedent: settings.flags & 0x200 != 0,
        interactive: settings.interactive,
        type_comments: settings.flags & 0x1000 != 0,
        max_str_digits: taipan_object::state::object_state(t).int_max_str_digits.get(),
        ..taipan_parser::Options::default()
    };
    let options = taipan_compiler::Options { optimize, flags: settings.flags, stack: budget };
    let text = filename.to_wtf8();
    let copy: Option<Vec<u8>> = match source {
        Source::Text(text) => Some(text.as_bytes().to_vec()),
        Source::Bytes(bytes) => Some(bytes.to_vec()),
    };
    let compiled = taipan_compiler::compile(source, &text, mode, &options, &parsing);
    for warning in &compiled.parser_warnings {
        warn_explicit(t, &warning.message, filename, warning.lineno as i64, is_deprecation(&warning.category))?;
    }
    for CompileWarning { message, location } in &compiled.warnings {
        warn_explicit(t, message, filename, i64::from(location.lineno), false)?;
    }
    match compiled.result {
        Ok(code) => PyCode::from_plain(t, &code),
        Err(Failure::Parse(error)) => Err(parse_error(t, &error, filename)),
        Err(Failure::Compile(error)) => Err(compile_error(t, &error, filename, copy.as_deref())),
    }
}

fn is_deprecation<T: core::fmt::Debug>(category: &T) -> bool {
    format!("{category:?}").contains("Deprecation")
}

fn warn_explicit(t: &Thread, message: &str, filename: &PyStr, line: i64, deprecation: bool) -> PyResult<()> {
    let category =
        if deprecation { exceptions::DeprecationWarning::class() } else { exceptions::SyntaxWarning::class() };
    crate::warnings::warn_explicit(t, category, &*PyStr::from_str(t, message)?, filename, line)
}

/// Raises what the parser found.
pub fn parse_error(t: &Thread, error: &taipan_parser::SyntaxError, filename: &PyStr) -> Raised {
    let class = match format!("{:?}", error.kind).as_str() {
        "IndentationError" => exceptions::IndentationError::class(),
        "TabError" => exceptions::TabError::class(),
        "IncompleteInput" => exceptions::_IncompleteInputError::class(),
        "MemoryError" => {
            return match error.message.as_str() {
                "" => errors::no_memory(t),
                text => errors::raise_fmt(t, exceptions::MemoryError::class(), format_args!("{text}")),
            };
        }
        "OverflowError" => {
            return errors::raise_fmt(t, exceptions::OverflowError::class(), format_args!("{}", error.message));
        }
        "ValueError" => {
            return errors::raise_fmt(t, exceptions::ValueError::class(), format_args!("{}", error.message));
        }
        _ => exceptions::SyntaxError::class(),
    };
    let make = || -> PyResult {
        let opt = |v: Option<i32>| match v {
            Some(v) => PyInt::from_i64(t, i64::from(v)).map(Owned::into_object),
            None => singletons::ok_none(),
        };
        let text = match &error.text {
            Some(text) => PyStr::from_wtf8(t, text.as_bytes())?.into_object(),
            None => singletons::none().own(),
        };
        let details = PyTuple::from_vec(
            t,
            vec![
                filename.as_object().own(),
                opt(error.lineno)?,
                opt(error.offset)?,
                text,
                opt(error.end_lineno)?,
                opt(error.end_offset)?,
            ],
        )?;
        class.call(t, &[&*PyStr::from_str(t, &error.message)?, &details])
    };
    match make() {
        Ok(exception) => errors::raise(t, exception),
        Err(raised) => raised,
    }
}

/// Raises what the compiler found.
fn compile_error(t: &Thread, error: &taipan_compiler::CompileError, filename: &PyStr, source: Option<&[u8]>) -> Raised {
    let class = match format!("{:?}", error.kind).as_str() {
        "RecursionError" | "Recursion" => {
            return errors::raise_fmt(t, exceptions::RecursionError::class(), format_args!("{}", error.message));
        }
        "SystemError" | "System" => {
            return errors::raise_fmt(t, exceptions::SystemError::class(), format_args!("{}", error.message));
        }
        "ValueError" | "Value" => {
            return errors::raise_fmt(t, exceptions::ValueError::class(), format_args!("{}", error.message));
        }
        "MemoryError" | "Memory" => return errors::no_memory(t),
        "OverflowError" | "Overflow" => {
            return errors::raise_fmt(t, exceptions::OverflowError::class(), format_args!("{}", error.message));
        }
        _ => exceptions::SyntaxError::class(),
    };
    let make = || -> PyResult {
        let int = |v: i64| PyInt::from_i64(t, v).map(Owned::into_object);
        let message = PyStr::from_str(t, &error.message)?;
        let Some(location) = error.location else {
            return class.call(t, &[&message]);
        };
        let line = source.and_then(|s| {
            s.split_inclusive(|&b| b == b'\n').nth((location.lineno - 1).max(0) as usize).map(<[u8]>::to_vec)
        });
        let text = match &line {
            Some(line) => PyStr::from_str(t, &String::from_utf8_lossy(line))?.into_object(),
            None => singletons::none().own(),
        };
        let details = PyTuple::from_vec(
            t,
            vec![
                filename.as_object().own(),
                int(i64::from(location.lineno))?,
                int(i64::from(location.col_offset) + 1)?,
                text,
                int(i64::from(location.end_lineno))?,
                int(i64::from(location.end_col_offset) + 1)?,
            ],
        )?;
        class.call(t, &[&message, &details])
    };
    match make() {
        Ok(exception) => errors::raise(t, exception),
        Err(raised) => raised,
    }
}

/// The mode that `compile()`'s third argument names.
pub fn mode_from(t: &Thread, mode: &str) -> PyResult<Mode> {
    Ok(match mode {
        "exec" => Mode::Exec,
        "eval" => Mode::Eval,
        "single" => Mode::Single,
        "func_type" => Mode::FuncType,
        _ => {
            return Err(taipan_object::err!(t, ValueError, "compile() mode must be 'exec', 'eval' or 'single'"));
        }
    })
}

/// Source given as an object: a string or bytes.
pub fn source_text(t: &Thread, source: &Object, what: &str, expected: &str) -> PyResult<(Vec<u8>, bool)> {
    if let Some(text) = source.downcast::<PyStr>() {
        let utf8 = text.to_utf8(t)?;
        if utf8.as_bytes().contains(&0) {
            return Err(errors::raise_fmt(
                t,
                exceptions::SyntaxError::class(),
                format_args!("source code string cannot contain null bytes"),
            ));
        }
        return Ok((utf8.as_bytes().to_vec(), true));
    }
    if taipan_object::buffer::is_buffer(source) {
        let bytes = taipan_object::buffer::contiguous_bytes(t, source)?;
        if bytes.contains(&0) {
            return Err(errors::raise_fmt(
                t,
                exceptions::SyntaxError::class(),
                format_args!("source code string cannot contain null bytes"),
            ));
        }
        return Ok((bytes, false));
    }
    Err(errors::raise_fmt(
        t,
        exceptions::TypeError::class(),
        format_args!("{what}() arg 1 must be a {expected} object"),
    ))
}
