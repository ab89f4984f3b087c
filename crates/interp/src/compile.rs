//! `compile()`: source to code objects, with the compiler's errors and warnings as exceptions.

use crate::code::PyCode;
use std::os::unix::ffi::OsStringExt;
use taipan_bytecode::tables::{co, pycf};
use taipan_compiler::{CompileWarning, Failure};
use taipan_object::{
    Class, Object, Own, Owned, PyInt, PyResult, PyStr, PyTuple, PyType, Raised, errors, exceptions, name, singletons,
};
use taipan_parser::{Mode, Source};
use taipan_runtime::Thread;

/// Settings of a compilation.
#[derive(Clone, Copy)]
pub struct Settings {
    /// `CO_FUTURE_*` and `PyCF_*` bits.
    pub flags: u32,
    /// -1 for the interpreter's own level.
    pub optimize: i32,
    /// Whether lines may be added later (prompt).
    pub interactive: bool,
    /// Minor version of the grammar, or negative for our own.
    pub feature_version: i32,
    /// Whether the source is a program's file, which some errors then name.
    pub from_file: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self { flags: 0, optimize: 0, interactive: false, feature_version: -1, from_file: false }
    }
}

fn stack_budget(t: &Thread) -> usize {
    t.stack_left().saturating_sub(256 * 1024).clamp(64 * 1024, 6 << 20)
}

fn level(t: &Thread, settings: Settings) -> i32 {
    if settings.optimize < 0 { crate::state::state(t).optimize.get() } else { settings.optimize }
}

/// Runs `work` with what the parser is to be told.
fn with_parsing<R>(t: &Thread, settings: Settings, work: impl FnOnce(&taipan_parser::Options<'_>) -> R) -> R {
    let names = |name: &str| -> Option<char> {
        match taipan_text::unicode::names::lookup(name, true) {
            Some(taipan_text::unicode::names::Named::Char(c)) => char::from_u32(c),
            _ => None,
        }
    };
    let defaults = taipan_parser::Options::default();
    work(&taipan_parser::Options {
        unicode_names: Some(&names),
        stack_budget: stack_budget(t),
        allow_incomplete_input: settings.flags & pycf::ALLOW_INCOMPLETE_INPUT != 0,
        dont_imply_dedent: settings.flags & pycf::DONT_IMPLY_DEDENT != 0,
        interactive: settings.interactive,
        type_comments: settings.flags & pycf::TYPE_COMMENTS != 0,
        max_str_digits: taipan_object::state::object_state(t).int_max_str_digits.get(),
        feature_version: u8::try_from(settings.feature_version).unwrap_or(defaults.feature_version),
        ..defaults
    })
}

pub(crate) fn compiler_options(t: &Thread, settings: Settings) -> taipan_compiler::Options {
    taipan_compiler::Options { optimize: level(t, settings), flags: settings.flags, stack: stack_budget(t) }
}

/// Source in an encoding that the parser leaves to the codecs, decoded. `None`: the parser reads it as it is, or says
/// that it does not know the encoding.
fn recode(t: &Thread, source: &Source<'_>, filename: &PyStr) -> PyResult<Option<String>> {
    let Source::Bytes(bytes) = source else { return Ok(None) };
    let Some(encoding) = taipan_parser::foreign_encoding(bytes) else { return Ok(None) };
    if taipan_object::codecs::lookup(t, &encoding).is_err() {
        errors::clear(t);
        return Ok(None);
    }
    match PyStr::decode(t, bytes, Some(&encoding), None).and_then(|text| text.to_utf8(t).map(str::to_owned)) {
        Ok(text) => Ok(Some(text)),
        Err(_) => {
            let message = errors::take(t).map_or_else(String::new, |error| error.str_lossy(t));
            Err(undecodable(t, &message, filename))
        }
    }
}

/// The error of a source that its codec refuses: it has no line.
fn undecodable(t: &Thread, message: &str, filename: &PyStr) -> Raised {
    let make = || -> PyResult {
        let (line, offset) = (PyInt::from_i64(t, 0)?, PyInt::from_i64(t, -1)?);
        let details = [filename.as_object(), line.as_object(), offset.as_object(), singletons::none()];
        let details = PyTuple::from_slice(t, &details)?;
        exceptions::SyntaxError::class().call(t, &[&*PyStr::from_str(t, message)?, &details])
    };
    match make() {
        Ok(exception) => errors::raise(t, exception),
        Err(raised) => raised,
    }
}

/// Compiles source text (bytes are decoded by their cookie).
pub fn compile_source(
    t: &Thread,
    source: Source<'_>,
    filename: &PyStr,
    mode: Mode,
    settings: Settings,
) -> PyResult<Owned<PyCode>> {
    let recoded = recode(t, &source, filename)?;
    let source = recoded.as_deref().map_or(source, Source::Text);
    let options = compiler_options(t, settings);
    let text = filename.to_wtf8();
    let compiled =
        with_parsing(t, settings, |parsing| taipan_compiler::compile(source, &text, mode, &options, parsing));
    parser_warnings(t, &compiled.parser_warnings, filename)?;
    compiler_warnings(t, &compiled.warnings, filename)?;
    match compiled.result {
        Ok(code) => PyCode::from_plain(t, &code),
        Err(Failure::Parse(mut error)) => {
            if settings.from_file && error.message.starts_with("Non-UTF-8 code") {
                let place = format!("' in file {} on line ", filename.display());
                error.message = error.message.replacen("' on line ", &place, 1);
            }
            Err(parse_error(t, &error, filename))
        }
        Err(Failure::Compile(error)) => Err(compile_error(t, &error, filename)),
    }
}

/// Parses source text to `ast` objects.
pub fn parse_to_objects(
    t: &Thread,
    source: Source<'_>,
    filename: &PyStr,
    mode: Mode,
    settings: Settings,
) -> PyResult<Owned> {
    let recoded = recode(t, &source, filename)?;
    let source = recoded.as_deref().map_or(source, Source::Text);
    let settings_parsing = with_parsing(t, settings, |parsing| {
        let barry = settings.flags & co::FUTURE_BARRY_AS_BDFL != 0;
        let parsing = taipan_parser::Options { barry_as_flufl: parsing.barry_as_flufl || barry, ..*parsing };
        taipan_parser::parse(source, mode, &parsing)
    });
    let mut parsed = match settings_parsing {
        Ok(parsed) => parsed,
        Err(error) => return Err(parse_error(t, &error, filename)),
    };
    parser_warnings(t, &parsed.warnings, filename)?;
    preprocess(t, &mut parsed.module, filename, settings)?;
    taipan_pyast::to_object(t, &parsed.module)
}

/// The symbol table of source text.
pub fn symbol_table(
    t: &Thread,
    source: Source<'_>,
    filename: &PyStr,
    mode: Mode,
    settings: Settings,
) -> PyResult<(taipan_compiler::symtable::Symtable, taipan_compiler::names::Names)> {
    let recoded = recode(t, &source, filename)?;
    let source = recoded.as_deref().map_or(source, Source::Text);
    let mut parsed = match with_parsing(t, settings, |parsing| taipan_parser::parse(source, mode, parsing)) {
        Ok(parsed) => parsed,
        Err(error) => return Err(parse_error(t, &error, filename)),
    };
    parser_warnings(t, &parsed.warnings, filename)?;
    taipan_compiler::symtable(&mut parsed.module, &compiler_options(t, settings))
        .map_err(|error| compile_error(t, &error, filename))
}

/// Compiles `ast` objects, or rewrites them when the flags ask for an optimised tree.
pub fn compile_objects(t: &Thread, node: &Object, filename: &PyStr, mode: Mode, settings: Settings) -> PyResult<Owned> {
    taipan_pyast::check_mode(t, node, mode)?;
    if settings.flags & pycf::OPTIMIZED_AST == pycf::ONLY_AST {
        return Ok(node.own());
    }
    let mut module = taipan_pyast::from_object(t, node, mode)?;
    if settings.flags & pycf::ONLY_AST != 0 {
        preprocess(t, &mut module, filename, settings)?;
        return taipan_pyast::to_object(t, &module);
    }
    let options = compiler_options(t, settings);
    let compilation = taipan_compiler::compile_ast(&mut module, &filename.to_wtf8(), &options);
    compiler_warnings(t, &compilation.warnings, filename)?;
    match compilation.result {
        Ok(code) => PyCode::from_plain(t, &code).map(Owned::into_object),
        Err(error) => Err(compile_error(t, &error, filename)),
    }
}

fn preprocess(t: &Thread, module: &mut taipan_parser::ast::Mod, filename: &PyStr, settings: Settings) -> PyResult<()> {
    let check_only = settings.flags & pycf::OPTIMIZED_AST == pycf::ONLY_AST;
    let (warnings, result) = taipan_compiler::preprocess_ast(module, &compiler_options(t, settings), check_only);
    // Whoever only wants the tree may compile it later, and is warned then.
    if settings.flags & pycf::ONLY_AST == 0 {
        compiler_warnings(t, &warnings, filename)?;
    }
    result.map_err(|error| compile_error(t, &error, filename))
}

fn parser_warnings(t: &Thread, warnings: &[taipan_parser::Warning], filename: &PyStr) -> PyResult<()> {
    for warning in warnings {
        let category = match warning.category {
            taipan_parser::WarningCategory::DeprecationWarning => exceptions::DeprecationWarning::class(),
            taipan_parser::WarningCategory::SyntaxWarning => exceptions::SyntaxWarning::class(),
        };
        warn_or_raise(t, category, &warning.message, filename, i64::from(warning.lineno), || {
            parse_error(t, &warning.as_error, filename)
        })?;
    }
    Ok(())
}

pub(crate) fn compiler_warnings(t: &Thread, warnings: &[CompileWarning], filename: &PyStr) -> PyResult<()> {
    for CompileWarning { message, location } in warnings {
        let category = exceptions::SyntaxWarning::class();
        warn_or_raise(t, category, message, filename, i64::from(location.lineno), || {
            syntax_error(t, exceptions::SyntaxError::class(), message, Some(*location), filename)
        })?;
    }
    Ok(())
}

/// Issues a warning of the compiler. Where the filters make it an exception, the error that says where it is comes
/// instead.
fn warn_or_raise(
    t: &Thread,
    category: &PyType,
    message: &str,
    filename: &PyStr,
    line: i64,
    error: impl FnOnce() -> Raised,
) -> PyResult<()> {
    let warned = crate::warnings::warn_explicit(t, category, &*PyStr::from_str(t, message)?, filename, line);
    match warned {
        Err(_) if errors::matches_class(t, category) => {
            errors::clear(t);
            Err(error())
        }
        other => other,
    }
}

/// Raises what the parser found.
pub fn parse_error(t: &Thread, error: &taipan_parser::SyntaxError, filename: &PyStr) -> Raised {
    if let Err(raised) = parser_warnings(t, &error.warnings, filename) {
        return raised;
    }
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
        let exception = class.call(t, &[&*PyStr::from_str(t, &error.message)?, &details])?;
        if let Some((line, column, source)) = &error.metadata {
            let metadata = PyTuple::from_vec(
                t,
                vec![
                    PyInt::from_i64(t, i64::from(*line))?.into_object(),
                    PyInt::from_i64(t, i64::from(*column))?.into_object(),
                    PyStr::from_wtf8(t, source.as_bytes())?.into_object(),
                ],
            )?;
            exception.setattr(t, name!(t, "_metadata"), &metadata)?;
        }
        Ok(exception)
    };
    match make() {
        Ok(exception) => errors::raise(t, exception),
        Err(raised) => raised,
    }
}

/// Raises what the compiler found.
pub(crate) fn compile_error(t: &Thread, error: &taipan_compiler::CompileError, filename: &PyStr) -> Raised {
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
    syntax_error(t, class, &error.message, error.location, filename)
}

/// A line of the file that was compiled, where there is such a file (`_PyErr_ProgramDecodedTextObject`).
fn program_text(t: &Thread, filename: &PyStr, lineno: i32) -> Option<String> {
    let path = std::path::PathBuf::from(std::ffi::OsString::from_vec(filename.to_wtf8()));
    let bytes = std::fs::read(path).ok()?;
    let text = match recode(t, &Source::Bytes(&bytes), filename) {
        Ok(Some(text)) => text,
        Ok(None) => taipan_parser::decoded(&bytes)?,
        Err(_) => {
            errors::clear(t);
            return None;
        }
    };
    let wanted = usize::try_from(lineno).ok()?.checked_sub(1)?;
    text.split_inclusive('\n').nth(wanted).map(str::to_owned)
}

/// Raises an error of the compiler, with the line that it is at.
fn syntax_error(
    t: &Thread,
    class: &PyType,
    message: &str,
    location: Option<taipan_parser::ast::Location>,
    filename: &PyStr,
) -> Raised {
    let make = || -> PyResult {
        let int = |v: i64| PyInt::from_i64(t, v).map(Owned::into_object);
        let message = PyStr::from_str(t, message)?;
        let Some(location) = location else {
            return class.call(t, &[&message]);
        };
        let text = match program_text(t, filename, location.lineno) {
            Some(line) => PyStr::from_str(t, &line)?.into_object(),
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
pub fn mode_from(t: &Thread, mode: &str, only_ast: bool) -> PyResult<Mode> {
    Ok(match mode {
        "exec" => Mode::Exec,
        "eval" => Mode::Eval,
        "single" => Mode::Single,
        "func_type" if only_ast => Mode::FuncType,
        "func_type" => {
            return Err(taipan_object::err!(t, ValueError, "compile() mode 'func_type' requires flag PyCF_ONLY_AST"));
        }
        _ if only_ast => {
            return Err(taipan_object::err!(
                t,
                ValueError,
                "compile() mode must be 'exec', 'eval', 'single' or 'func_type'"
            ));
        }
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
