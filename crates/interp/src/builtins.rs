//! The module `builtins` (`Python/bltinmodule.c`).

use crate::code::PyCode;
use crate::compile::{self, Settings};
use crate::eval::call::{eval_code, eval_code_closure};
use crate::function::PyFunction;
use crate::{frame, generator, locals};
use taipan_object::abi::*;
use taipan_object::{
    Args, Class, CompareOp, Kwargs, Object, Own, Owned, PyBool, PyCell, PyDict, PyInt, PyList, PyModule, PyResult,
    PyStr, PyTuple, PyType, attr, audit, compare, err, errors, exceptions, hash, iter, name, native_module, number,
    sequence, singletons, typeobject,
};
use taipan_runtime::Thread;

/// The sorted names of the running frame (`dir()`).
pub fn dir_of_locals(t: &Thread) -> PyResult<Owned<PyList>> {
    let names = locals::current_locals(t)?.call_method(t, name!(t, "keys"), &[])?;
    let list = PyList::from_vec(t, iter::to_vec(t, &names)?)?;
    list.call_method(t, name!(t, "sort"), &[])?;
    Ok(list)
}

/// Built-in functions, types, exceptions, and other objects.
///
/// This module provides direct access to all 'built-in'
/// identifiers of Python; for example, builtins.len is
/// the full name for the built-in function len().
///
/// This module is not normally accessed explicitly by most
/// applications, but can be useful in modules that provide
/// objects with the same name as a builtin and need to
/// access the original object.
#[native_module(name = "builtins")]
pub mod builtins {
    use super::*;

    /// __build_class__(func, name, /, *bases, [metaclass], **kwds) -> class
    ///
    /// Internal helper function used by the class statement.
    #[function(text = "")]
    fn __build_class__(t: &Thread, args: Args<'_>) -> PyResult {
        build_class(t, &args)
    }

    /// Import a module.
    ///
    /// Because this function is meant for use by the Python
    /// interpreter and not for general use, it is better to use
    /// importlib.import_module() to programmatically import a module.
    #[function(sig = "(name, globals=None, locals=None, fromlist=(),\n           level=0)")]
    fn __import__(
        t: &Thread,
        name: &PyStr,
        globals: Option<&Object>,
        locals: Option<&Object>,
        fromlist: Option<&Object>,
        level: isize,
    ) -> PyResult {
        let _ = locals;
        crate::import::import_module_level(t, name, globals, fromlist, level)
    }

    /// Return the absolute value of the argument.
    #[function(text = "(x, /)")]
    fn abs(t: &Thread, number: &Object) -> PyResult {
        number::absolute(t, number)
    }

    /// Return True if bool(x) is True for all values x in the iterable.
    ///
    /// If the iterable is empty, return True.
    #[function]
    fn all(t: &Thread, iterable: &Object) -> PyResult<bool> {
        let iterator = iter::get_iter(t, iterable)?;
        while let Some(item) = iter::next(t, &iterator)? {
            if !item.is_true(t)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Return True if bool(x) is True for any x in the iterable.
    ///
    /// If the iterable is empty, return False.
    #[function]
    fn any(t: &Thread, iterable: &Object) -> PyResult<bool> {
        let iterator = iter::get_iter(t, iterable)?;
        while let Some(item) = iter::next(t, &iterator)? {
            if item.is_true(t)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Return an AsyncIterator for an AsyncIterable object.
    #[function]
    fn aiter(t: &Thread, async_iterable: &Object) -> PyResult {
        // SAFETY: slots of live types.
        unsafe {
            let slot = |o: &Object| (*o.class().as_type_ptr()).tp_as_async.as_ref().and_then(|a| a.am_aiter);
            let Some(slot) = slot(async_iterable) else {
                return Err(err!(
                    t,
                    TypeError,
                    "'{:.200}' object is not an async iterable",
                    async_iterable.class().name_lossy()
                ));
            };
            let result: Owned = Owned::from_result(slot(async_iterable.as_ptr()))?;
            if (*result.class().as_type_ptr()).tp_as_async.as_ref().is_none_or(|a| a.am_anext.is_none()) {
                return Err(err!(
                    t,
                    TypeError,
                    "aiter() returned not an async iterator of type '{:.100}'",
                    result.class().name_lossy()
                ));
            }
            Ok(result)
        }
    }

    /// Return the next item from the async iterator.
    ///
    /// If default is given and the async iterator is exhausted,
    /// it is returned instead of raising StopAsyncIteration.
    #[function(
        sig = "(async_iterator, default=<unrepresentable>, /)",
        text = "(aiterator, default=<unrepresentable>, /)"
    )]
    fn anext(t: &Thread, async_iterator: &Object, default: Option<&Object>) -> PyResult {
        // SAFETY: slots of live types.
        unsafe {
            let Some(slot) = (*async_iterator.class().as_type_ptr()).tp_as_async.as_ref().and_then(|a| a.am_anext)
            else {
                return Err(err!(
                    t,
                    TypeError,
                    "'{:.200}' object is not an async iterator",
                    async_iterator.class().name_lossy()
                ));
            };
            let awaitable: Owned = Owned::from_result(slot(async_iterator.as_ptr()))?;
            match default {
                None => Ok(awaitable),
                Some(default) => crate::anext::new(t, awaitable, default.own()),
            }
        }
    }

    /// Return an ASCII-only representation of an object.
    ///
    /// As repr(), return a string containing a printable representation of an
    /// object, but escape the non-ASCII characters in the string returned by
    /// repr() using \\x, \\u or \\U escapes. This generates a string similar
    /// to that returned by repr() in Python 2.
    #[function]
    fn ascii(t: &Thread, obj: &Object) -> PyResult<Owned<PyStr>> {
        obj.ascii(t)
    }

    fn in_base(t: &Thread, number: &Object, base: u64, spec: &str) -> PyResult<Owned<PyStr>> {
        let index = number::index(t, number)?;
        if let Some(small) = index.to_i64() {
            return taipan_object::number_format::prefixed(t, small, base);
        }
        let spec = PyStr::from_str(t, spec)?;
        index.to_exact(t)?.format(t, Some(&spec))
    }

    /// Return the binary representation of an integer.
    ///
    ///    >>> bin(2796202)
    ///    '0b1010101010101010101010'
    #[function]
    fn bin(t: &Thread, number: &Object) -> PyResult<Owned<PyStr>> {
        in_base(t, number, 2, "#b")
    }

    /// Return the hexadecimal representation of an integer.
    ///
    ///    >>> hex(12648430)
    ///    '0xc0ffee'
    #[function]
    fn hex(t: &Thread, number: &Object) -> PyResult<Owned<PyStr>> {
        in_base(t, number, 16, "#x")
    }

    /// Return the octal representation of an integer.
    ///
    ///    >>> oct(342391)
    ///    '0o1234567'
    #[function]
    fn oct(t: &Thread, number: &Object) -> PyResult<Owned<PyStr>> {
        in_base(t, number, 8, "#o")
    }

    /// Call sys.breakpointhook(*args, **kws).
    ///
    /// sys.breakpointhook() must accept whatever arguments are passed.
    ///
    /// By default, this drops you into the pdb debugger.
    #[function(text = "($module, /, *args, **kws)")]
    fn breakpoint(t: &Thread, args: Args<'_>) -> PyResult {
        match crate::state::sys_attr(t, "breakpointhook")? {
            Some(hook) => hook.call_args(t, &args),
            None => Err(err!(t, RuntimeError, "lost sys.breakpointhook")),
        }
    }

    /// Return whether the object is callable (i.e., some kind of function).
    ///
    /// Note that classes are callable, as are instances of classes with a
    /// __call__() method.
    #[function]
    fn callable(_t: &Thread, obj: &Object) -> bool {
        obj.is_callable()
    }

    /// Return a Unicode string of one character with ordinal i; 0 <= i <= 0x10ffff.
    #[function]
    fn chr(t: &Thread, i: &Object) -> PyResult<Owned<PyStr>> {
        let value = number::index(t, i)?.to_i64();
        match value.and_then(|v| u32::try_from(v).ok()).filter(|&v| v <= 0x10ffff) {
            Some(c) => PyStr::from_char(t, c),
            None => Err(err!(t, ValueError, "chr() arg not in range(0x110000)")),
        }
    }

    /// Compile source into a code object that can be executed by exec() or eval().
    ///
    /// The source code may represent a Python module, statement or expression.
    /// The filename will be used for run-time error messages.
    /// The mode must be 'exec' to compile a module, 'single' to compile a
    /// single (interactive) statement, or 'eval' to compile an expression.
    /// The flags argument, if present, controls which future statements influence
    /// the compilation of the code.
    /// The dont_inherit argument, if true, stops the compilation inheriting
    /// the effects of any future statements in effect in the code calling
    /// compile; if absent or false these statements do influence the compilation,
    /// in addition to any features explicitly specified.
    #[function(
        name = "compile",
        sig = "(source, filename, mode, flags=0,\n        dont_inherit=False, optimize=-1, *, _feature_version=-1)"
    )]
    fn compile_(
        t: &Thread,
        source: &Object,
        filename: &Object,
        mode: String,
        flags: i32,
        dont_inherit: bool,
        optimize: i32,
        _feature_version: i32,
    ) -> PyResult {
        let filename = taipan_object::fspath::fs_str(t, filename)?;
        audit::audit(t, "compile", &[source, filename.as_object()])?;
        const KNOWN: i32 = 0x1fe_0000 | 0xff10;
        if flags & !KNOWN != 0 {
            return Err(err!(t, ValueError, "compile(): unrecognised flags"));
        }
        if !(-1..=2).contains(&optimize) {
            return Err(err!(t, ValueError, "compile(): invalid optimize value"));
        }
        let mut flags = flags as u32;
        if !dont_inherit {
            flags |= inherited_flags(t);
        }
        let only_ast = flags & 0x400 != 0;
        let mode = compile::mode_from(t, &mode, only_ast)?;
        let feature_version = if only_ast { _feature_version } else { -1 };
        let settings = Settings { flags, optimize, interactive: false, feature_version, from_file: false };
        if taipan_pyast::is_node(t, source)? {
            return compile::compile_objects(t, source, &filename, mode, settings);
        }
        let (text, is_text) = compile::source_text(t, source, "compile", "string, bytes or AST")?;
        let source = if is_text {
            taipan_parser::Source::Text(core::str::from_utf8(&text).unwrap_or_default())
        } else {
            taipan_parser::Source::Bytes(&text)
        };
        if only_ast {
            return compile::parse_to_objects(t, source, &filename, mode, settings);
        }
        compile::compile_source(t, source, &filename, mode, settings).map(Owned::into_object)
    }

    /// Deletes the named attribute from the given object.
    ///
    /// delattr(x, 'y') is equivalent to ``del x.y``
    #[function]
    fn delattr(t: &Thread, obj: &Object, name: &Object) -> PyResult<()> {
        obj.delattr(t, name)
    }

    /// dir([object]) -> list of strings
    ///
    /// If called without an argument, return the names in the current scope.
    /// Else, return an alphabetized list of names comprising (some of) the attributes
    /// of the given object, and of attributes reachable from it.
    /// If the object supplies a method named __dir__, it will be used; otherwise
    /// the default dir() logic is used and returns:
    ///   for a module object: the module's attributes.
    ///   for a class object:  its attributes, and recursively the attributes
    ///     of its bases.
    ///   for any other object: its attributes, its class's attributes, and
    ///     recursively the attributes of its class's base classes.
    #[function(sig = "(object=None, /)", text = "")]
    fn dir(t: &Thread, object: Option<&Object>) -> PyResult<Owned<PyList>> {
        match object {
            Some(object) => object.dir(t),
            None => dir_of_locals(t),
        }
    }

    /// Return the tuple (x//y, x%y).  Invariant: div*y + mod == x.
    #[function]
    fn divmod(t: &Thread, x: &Object, y: &Object) -> PyResult {
        number::binary_op(t, x, y, number::Op::Divmod)
    }

    /// Evaluate the given source in the context of globals and locals.
    ///
    /// The source may be a string representing a Python expression
    /// or a code object as returned by compile().
    /// The globals must be a dictionary and locals can be any mapping,
    /// defaulting to the current globals and locals.
    /// If only globals is given, locals defaults to it.
    #[function(sig = "(source, /, globals=None, locals=None)")]
    fn eval(t: &Thread, source: &Object, globals: Option<&Object>, locals: Option<&Object>) -> PyResult {
        let (globals, locals) = namespaces(t, "eval", globals, locals)?;
        if let Some(code) = source.downcast::<PyCode>() {
            audit::audit(t, "exec", &[code.as_object()])?;
            // SAFETY: plain field.
            if unsafe { (*code.raw()).co_nfreevars > 0 } {
                return Err(err!(t, TypeError, "code object passed to eval() may not contain free variables"));
            }
            return eval_code(t, code, &globals, &locals);
        }
        let (text, is_text) = compile::source_text(t, source, "eval", "string, bytes or code")?;
        let skip = text.iter().take_while(|&&b| b == b' ' || b == b'\t').count();
        let code = compile_text(t, &text[skip..], is_text, taipan_parser::Mode::Eval)?;
        audit::audit(t, "exec", &[code.as_object()])?;
        eval_code(t, &code, &globals, &locals)
    }

    /// Execute the given source in the context of globals and locals.
    ///
    /// The source may be a string representing one or more Python statements
    /// or a code object as returned by compile().
    /// The globals must be a dictionary and locals can be any mapping,
    /// defaulting to the current globals and locals.
    /// If only globals is given, locals defaults to it.
    /// The closure must be a tuple of cellvars, and can only be used
    /// when source is a code object requiring exactly that many cellvars.
    #[function(sig = "(source, /, globals=None, locals=None, *, closure=None)")]
    fn exec(
        t: &Thread,
        source: &Object,
        globals: Option<&Object>,
        locals: Option<&Object>,
        closure: Option<&Object>,
    ) -> PyResult<()> {
        let (globals, locals) = namespaces(t, "exec", globals, locals)?;
        let closure = attr::none_if_none(closure);
        if let Some(code) = source.downcast::<PyCode>() {
            audit::audit(t, "exec", &[code.as_object()])?;
            // SAFETY: plain field.
            let nfree = unsafe { (*code.raw()).co_nfreevars as usize };
            if nfree == 0 {
                if closure.is_some() {
                    return Err(err!(t, TypeError, "cannot use a closure with this code object"));
                }
                return eval_code(t, code, &globals, &locals).map(drop);
            }
            let cells = closure
                .and_then(|c| c.downcast_exact::<PyTuple>())
                .filter(|c| c.len() == nfree && c.as_slice().iter().all(|o| o.is_exact::<PyCell>()));
            return match cells {
                Some(cells) => eval_code_closure(t, code, &globals, cells).map(drop),
                None => Err(err!(t, TypeError, "code object requires a closure of exactly length {nfree}")),
            };
        }
        if closure.is_some() {
            return Err(err!(t, TypeError, "closure can only be used when source is a code object"));
        }
        let (text, is_text) = compile::source_text(t, source, "exec", "string, bytes or code")?;
        let code = compile_text(t, &text, is_text, taipan_parser::Mode::Exec)?;
        audit::audit(t, "exec", &[code.as_object()])?;
        eval_code(t, &code, &globals, &locals).map(drop)
    }

    /// Return type(value).__format__(value, format_spec)
    ///
    /// Many built-in types implement format_spec according to the
    /// Format Specification Mini-language. See help('FORMATTING') for
    /// details.
    ///
    /// If type(value) does not supply a method named __format__
    /// and format_spec is empty, then str(value) is returned.
    #[function(sig = "(value, format_spec='', /)")]
    fn format(t: &Thread, value: &Object, format_spec: taipan_object::clinic::StrArg<'_>) -> PyResult<Owned<PyStr>> {
        value.format(t, format_spec.0)
    }

    /// getattr(object, name[, default]) -> value
    ///
    /// Get a named attribute from an object; getattr(x, 'y') is equivalent to x.y.
    /// When a default argument is given, it is returned when the attribute doesn't
    /// exist; without it, an exception is raised in that case.
    #[function(sig = "(object, name, default=None, /)", text = "")]
    fn getattr(t: &Thread, object: &Object, name: &Object, default: Option<&Object>) -> PyResult {
        match default {
            None => object.getattr(t, name),
            Some(default) => match name.downcast::<PyStr>() {
                Some(text) => Ok(object.getattr_opt(t, text)?.unwrap_or_else(|| default.own())),
                None => object.getattr(t, name),
            },
        }
    }

    /// Return the dictionary containing the current scope's global variables.
    ///
    /// NOTE: Updates to this dictionary *will* affect name lookups in the current
    /// global scope and vice-versa.
    #[function]
    fn globals(t: &Thread) -> PyResult {
        match crate::hooks::current_globals(t) {
            Some(dict) => Ok(dict.into_object()),
            None => singletons::ok_none(),
        }
    }

    /// Return whether the object has an attribute with the given name.
    ///
    /// This is done by calling getattr(obj, name) and catching AttributeError.
    #[function]
    fn hasattr(t: &Thread, obj: &Object, name: &Object) -> PyResult<bool> {
        match name.downcast::<PyStr>() {
            Some(text) => obj.hasattr(t, text),
            None => obj.getattr(t, name).map(|_| true),
        }
    }

    /// Return the hash value for the given object.
    ///
    /// Two objects that compare equal must also have the same hash value, but the
    /// reverse is not necessarily true.
    #[function(name = "hash")]
    fn hash_(t: &Thread, obj: &Object) -> PyResult<isize> {
        hash::hash(t, obj)
    }

    /// Return the identity of an object.
    ///
    /// This is guaranteed to be unique among simultaneously existing objects.
    /// (CPython uses the object's memory address.)
    #[function]
    fn id(_t: &Thread, obj: &Object) -> u64 {
        obj.as_ptr() as u64
    }

    /// Read a string from standard input.  The trailing newline is stripped.
    ///
    /// The prompt string, if given, is printed to standard output without a
    /// trailing newline before reading input.
    ///
    /// If the user hits EOF (*nix: Ctrl-D, Windows: Ctrl-Z+Return), raise EOFError.
    /// On *nix systems, readline is used if available.
    #[function(sig = "(prompt='', /)")]
    fn input(t: &Thread, prompt: Option<&Object>) -> PyResult {
        let stream = |which: &str| -> PyResult {
            match crate::state::sys_attr(t, which)?.filter(|s| !s.is(singletons::none())) {
                Some(found) => Ok(found),
                None => Err(err!(t, RuntimeError, "input(): lost sys.{which}")),
            }
        };
        let (stdin, stdout, stderr) = (stream("stdin")?, stream("stdout")?, stream("stderr")?);
        audit::audit(t, "builtins.input", &[prompt.unwrap_or(singletons::none())])?;
        if stderr.call_method(t, name!(t, "flush"), &[]).is_err() {
            errors::clear(t);
        }
        if let Some(line) = crate::terminal::input(t, &stdin, &stdout, prompt)? {
            audit::audit(t, "builtins.input/result", &[&line])?;
            return Ok(line);
        }
        if let Some(prompt) = prompt {
            let text = prompt.str(t)?;
            stdout.call_method(t, name!(t, "write"), &[&text])?;
        }
        if stdout.call_method(t, name!(t, "flush"), &[]).is_err() {
            errors::clear(t);
        }
        let line = stdin.call_method(t, name!(t, "readline"), &[])?;
        let Some(text) = line.downcast::<PyStr>() else {
            return Err(err!(t, TypeError, "object.readline() returned non-string"));
        };
        if text.len() == 0 {
            return Err(err!(t, EOFError, "EOF when reading a line"));
        }
        let n = if text.char_at(text.len() - 1) == 10 { text.len() - 1 } else { text.len() };
        text.substring(t, 0, n).map(Owned::into_object)
    }

    /// Return whether an object is an instance of a class or of a subclass thereof.
    ///
    /// A tuple, as in ``isinstance(x, (A, B, ...))``, may be given as the target to
    /// check against. This is equivalent to ``isinstance(x, A) or isinstance(x, B)
    /// or ...`` etc.
    #[function]
    fn isinstance(t: &Thread, obj: &Object, class_or_tuple: &Object) -> PyResult<bool> {
        typeobject::isinstance(t, obj, class_or_tuple)
    }

    /// Return whether 'cls' is derived from another class or is the same class.
    ///
    /// A tuple, as in ``issubclass(x, (A, B, ...))``, may be given as the target to
    /// check against. This is equivalent to ``issubclass(x, A) or issubclass(x, B)
    /// or ...``.
    #[function]
    fn issubclass(t: &Thread, cls: &Object, class_or_tuple: &Object) -> PyResult<bool> {
        typeobject::issubclass(t, cls, class_or_tuple)
    }

    /// iter(iterable) -> iterator
    /// iter(callable, sentinel) -> iterator
    ///
    /// Get an iterator from an object.
    /// In the first form, the argument must supply its own iterator, or be a sequence.
    /// In the second form, the callable is called until it returns the sentinel.
    #[function(name = "iter", sig = "(object, sentinel=None, /)", text = "")]
    fn iter_(t: &Thread, object: &Object, sentinel: Option<&Object>) -> PyResult {
        match sentinel {
            None => iter::get_iter(t, object),
            Some(sentinel) => {
                if !object.is_callable() {
                    return Err(err!(t, TypeError, "iter(v, w): v must be callable"));
                }
                taipan_types::callable_iterator(t, object, sentinel)
            }
        }
    }

    /// Return the number of items in a container.
    #[function]
    fn len(t: &Thread, obj: &Object) -> PyResult<usize> {
        sequence::len(t, obj)
    }

    /// Return a dictionary containing the current scope's local variables.
    ///
    /// NOTE: Whether or not updates to this dictionary will affect name lookups in
    /// the local scope and vice-versa is *implementation dependent* and not
    /// covered by any backwards compatibility guarantees.
    #[function(name = "locals")]
    fn locals_(t: &Thread) -> PyResult {
        locals::current_locals(t)
    }

    fn min_max(t: &Thread, args: Args<'_>, op: CompareOp, fname: &str) -> PyResult {
        let (mut key, mut default) = (None, None);
        if args.pos.is_empty() {
            return Err(err!(t, TypeError, "{fname} expected at least 1 argument, got 0"));
        }
        if args.n_keywords() > 0 {
            args.keywords_only(t, fname, &mut [("key", &mut key), ("default", &mut default)])?;
        }
        let key = attr::none_if_none(key);
        // The best item so far, and what the key function made of it.
        let mut best: Option<(Owned, Option<Owned>)> = None;
        let mut consider = |item: Owned| -> PyResult<()> {
            let value = match key {
                Some(key) => Some(key.call(t, &[&item])?),
                None => None,
            };
            if let Some((best_item, best_value)) = &best {
                let (new, old) = (value.as_ref().unwrap_or(&item), best_value.as_ref().unwrap_or(best_item));
                let better = match compare::plain_compare(new, old, op) {
                    Some(better) => better,
                    None => compare::rich_compare_bool(t, new, old, op)?,
                };
                if !better {
                    return Ok(());
                }
            }
            best = Some((item, value));
            Ok(())
        };
        match args.pos {
            [only] => {
                let iterator = iter::get_iter(t, only)?;
                while let Some(item) = iter::next(t, &iterator)? {
                    consider(item)?;
                }
            }
            many => {
                if default.is_some() {
                    return Err(err!(
                        t,
                        TypeError,
                        "Cannot specify a default for {fname}() with multiple positional arguments"
                    ));
                }
                for item in many {
                    consider(item.own())?;
                }
            }
        }
        match (best, default) {
            (Some((item, _)), _) => Ok(item),
            (None, Some(default)) => Ok(default.own()),
            (None, None) => Err(err!(t, ValueError, "{fname}() iterable argument is empty")),
        }
    }

    /// max(iterable, *[, default=obj, key=func]) -> value
    /// max(arg1, arg2, *args, *[, key=func]) -> value
    ///
    /// With a single iterable argument, return its biggest item. The
    /// default keyword-only argument specifies an object to return if
    /// the provided iterable is empty.
    /// With two or more positional arguments, return the largest argument.
    #[function(text = "")]
    fn max(t: &Thread, args: Args<'_>) -> PyResult {
        min_max(t, args, CompareOp::Gt, "max")
    }

    /// min(iterable, *[, default=obj, key=func]) -> value
    /// min(arg1, arg2, *args, *[, key=func]) -> value
    ///
    /// With a single iterable argument, return its smallest item. The
    /// default keyword-only argument specifies an object to return if
    /// the provided iterable is empty.
    /// With two or more positional arguments, return the smallest argument.
    #[function(text = "")]
    fn min(t: &Thread, args: Args<'_>) -> PyResult {
        min_max(t, args, CompareOp::Lt, "min")
    }

    /// next(iterator[, default])
    ///
    /// Return the next item from the iterator. If default is given and the iterator
    /// is exhausted, it is returned instead of raising StopIteration.
    #[function(sig = "(iterator, default=None, /)", text = "")]
    fn next(t: &Thread, iterator: &Object, default: Option<&Object>) -> PyResult {
        if !iter::is_iterator(iterator) {
            return Err(err!(t, TypeError, "'{:.200}' object is not an iterator", iterator.class().name_lossy()));
        }
        // SAFETY: a slot of the iterator's type.
        let result = unsafe {
            match (*iterator.class().as_type_ptr()).tp_iternext {
                Some(slot) => slot(iterator.as_ptr()),
                None => core::ptr::null_mut(),
            }
        };
        if !result.is_null() {
            // SAFETY: an owned reference.
            return Ok(unsafe { Owned::from_ptr(result) });
        }
        match default {
            Some(default) => {
                if errors::occurred(t) {
                    if !errors::matches::<exceptions::StopIteration>(t) {
                        return Err(taipan_object::Raised::assume());
                    }
                    errors::clear(t);
                }
                Ok(default.own())
            }
            None if errors::occurred(t) => Err(taipan_object::Raised::assume()),
            None => Err(errors::stop_iteration_without_value(t)),
        }
    }

    /// Return the ordinal value of a character.
    ///
    /// If the argument is a one-character string, return the Unicode code
    /// point of that character.
    ///
    /// If the argument is a bytes or bytearray object of length 1, return its
    /// single byte value.
    #[function(sig = "(character, /)")]
    fn ord(t: &Thread, character: &Object) -> PyResult<i64> {
        let n = if let Some(text) = character.downcast::<PyStr>() {
            if text.len() == 1 {
                return Ok(i64::from(text.char_at(0)));
            }
            text.len()
        } else if taipan_object::buffer::is_buffer(character) && !character.class().name_lossy().contains("memoryview")
        {
            let bytes = taipan_object::buffer::contiguous_bytes(t, character)?;
            if let [b] = bytes[..] {
                return Ok(i64::from(b));
            }
            bytes.len()
        } else {
            return Err(err!(
                t,
                TypeError,
                "ord() expected string of length 1, but {:.200} found",
                character.class().name_lossy()
            ));
        };
        Err(err!(t, TypeError, "ord() expected a character, but string of length {n} found"))
    }

    /// Equivalent to base**exp with 2 arguments or base**exp % mod with 3 arguments.
    ///
    /// Some types, such as ints, are able to use a more efficient algorithm when
    /// invoked using the three argument form.
    #[function(sig = "(base, exp, mod=None)")]
    fn pow(t: &Thread, base: &Object, exp: &Object, mod_: Option<&Object>) -> PyResult {
        number::power(t, base, exp, mod_.unwrap_or_else(|| singletons::none()))
    }

    /// Prints the values to a stream, or to sys.stdout by default.
    ///
    /// sep
    ///   string inserted between values, default a space.
    /// end
    ///   string appended after the last value, default a newline.
    /// file
    ///   a file-like object (stream); defaults to the current sys.stdout.
    /// flush
    ///   whether to forcibly flush the stream.
    #[function(sig = "(*args, sep=' ', end='\\n', file=None, flush=False)")]
    fn print(
        t: &Thread,
        args: &[&Object],
        sep: Option<&Object>,
        end: Option<&Object>,
        file: Option<&Object>,
        flush: bool,
    ) -> PyResult<()> {
        let file = match attr::none_if_none(file) {
            Some(file) => file.own(),
            None => match crate::state::sys_attr(t, "stdout")? {
                Some(found) if found.is(singletons::none()) => return Ok(()),
                Some(found) => found,
                None => return Err(err!(t, RuntimeError, "lost sys.stdout")),
            },
        };
        let text = |value: Option<&Object>, what: &str| -> PyResult<Option<Owned<PyStr>>> {
            match attr::none_if_none(value) {
                None => Ok(None),
                Some(value) => match value.downcast::<PyStr>() {
                    Some(text) => Ok(Some(text.own())),
                    None => Err(err!(
                        t,
                        TypeError,
                        "{what} must be None or a string, not {:.200}",
                        value.class().name_lossy()
                    )),
                },
            }
        };
        let sep = text(sep, "sep")?;
        let end = text(end, "end")?;
        let write = file.getattr(t, name!(t, "write"))?;
        for (i, value) in args.iter().enumerate() {
            if i > 0 {
                match &sep {
                    Some(sep) => write.call(t, &[sep])?,
                    None => write.call(t, &[PyStr::latin1_char(b' ')])?,
                };
            }
            let shown = value.str(t)?;
            write.call(t, &[&shown])?;
        }
        match &end {
            Some(end) => write.call(t, &[end])?,
            None => write.call(t, &[PyStr::latin1_char(b'\n')])?,
        };
        if flush {
            file.call_method(t, name!(t, "flush"), &[])?;
        }
        Ok(())
    }

    /// Return the canonical string representation of the object.
    ///
    /// For many object types, including most builtins, eval(repr(obj)) == obj.
    #[function]
    fn repr(t: &Thread, obj: &Object) -> PyResult<Owned<PyStr>> {
        obj.repr(t)
    }

    /// Round a number to a given precision in decimal digits.
    ///
    /// The return value is an integer if ndigits is omitted or None.  Otherwise
    /// the return value has the same type as the number.  ndigits may be negative.
    #[function(sig = "(number, ndigits=None)")]
    fn round(t: &Thread, number: &Object, ndigits: Option<&Object>) -> PyResult {
        let found = match attr::none_if_none(ndigits) {
            None => attr::call_special(t, number, name!(t, "__round__"), &[])?,
            Some(n) => attr::call_special(t, number, name!(t, "__round__"), &[n])?,
        };
        found.ok_or_else(|| {
            err!(t, TypeError, "type {:.100} doesn't define __round__ method", number.class().name_lossy())
        })
    }

    /// Sets the named attribute on the given object to the specified value.
    ///
    /// setattr(x, 'y', v) is equivalent to ``x.y = v``
    #[function]
    fn setattr(t: &Thread, obj: &Object, name: &Object, value: &Object) -> PyResult<()> {
        obj.setattr(t, name, value)
    }

    /// Return a new list containing all items from the iterable in ascending order.
    ///
    /// A custom key function can be supplied to customize the sort order, and the
    /// reverse flag can be set to request the result in descending order.
    #[function(text = "($module, iterable, /, *, key=None, reverse=False)")]
    fn sorted(t: &Thread, args: Args<'_>) -> PyResult {
        taipan_object::argparse::check_positional(t, "sorted", args.pos.len(), 1, 1)?;
        let list = PyList::from_vec(t, iter::to_vec(t, args.pos[0])?)?;
        let sort = list.as_object().getattr(t, name!(t, "sort"))?;
        sort.call_args(t, &Args { pos: &[], kw: args.kw })?;
        Ok(list.into_object())
    }

    /// Return the sum of a 'start' value (default: 0) plus an iterable of numbers
    ///
    /// When the iterable is empty, return the start value.
    /// This function is intended specifically for use with numeric values and may
    /// reject non-numeric types.
    #[function(sig = "(iterable, /, start=0)")]
    fn sum(t: &Thread, iterable: &Object, start: Option<&Object>) -> PyResult {
        crate::sum::sum(t, iterable, start)
    }

    /// vars([object]) -> dictionary
    ///
    /// Without arguments, equivalent to locals().
    /// With an argument, equivalent to object.__dict__.
    #[function(sig = "(object=None, /)", text = "")]
    fn vars(t: &Thread, object: Option<&Object>) -> PyResult {
        match object {
            None => locals::current_locals(t),
            Some(object) => match object.getattr_opt(t, name!(t, "__dict__"))? {
                Some(found) => Ok(found),
                None => Err(err!(t, TypeError, "vars() argument must have __dict__ attribute")),
            },
        }
    }

    #[exec]
    fn exec_(module: &PyModule, t: &Thread) -> PyResult<()> {
        super::add_names(module, t)
    }
}

/// The future flags of the calling code, which `compile`, `exec` and `eval` inherit.
fn inherited_flags(t: &Thread) -> u32 {
    let current = frame::current(t);
    if current.is_null() {
        return 0;
    }
    // SAFETY: the current frame is live.
    unsafe { frame::code_of(current).flags() as u32 & 0x1fe_0000 }
}

fn compile_text(t: &Thread, text: &[u8], is_text: bool, mode: taipan_parser::Mode) -> PyResult<Owned<PyCode>> {
    let settings = Settings { flags: inherited_flags(t), optimize: -1, ..Settings::default() };
    let filename = PyStr::from_str(t, "<string>")?;
    if audit::active(t) {
        let source = taipan_object::PyBytes::new(t, text)?;
        audit::audit(t, "compile", &[source.as_object(), filename.as_object()])?;
    }
    let source = if is_text {
        taipan_parser::Source::Text(core::str::from_utf8(text).unwrap_or_default())
    } else {
        taipan_parser::Source::Bytes(text)
    };
    compile::compile_source(t, source, &filename, mode, settings)
}

/// The globals and locals that `exec` and `eval` run in.
fn namespaces(
    t: &Thread,
    what: &str,
    globals: Option<&Object>,
    locals: Option<&Object>,
) -> PyResult<(Owned<PyDict>, Owned)> {
    let locals = attr::none_if_none(locals);
    if locals.is_some_and(|l| !sequence::is_mapping(l)) {
        return Err(if what == "eval" {
            err!(t, TypeError, "locals must be a mapping")
        } else {
            err!(
                t,
                TypeError,
                "exec() locals must be a mapping or None, not {:.100}",
                locals.map_or_else(String::new, |l| l.class().name_lossy())
            )
        });
    }
    match attr::none_if_none(globals) {
        Some(globals) => {
            let Some(dict) = globals.downcast::<PyDict>() else {
                return Err(if what == "eval" {
                    if sequence::is_mapping(globals) {
                        err!(t, TypeError, "globals must be a real dict; try eval(code, {{}}, mapping)")
                    } else {
                        err!(t, TypeError, "globals must be a dict")
                    }
                } else {
                    err!(t, TypeError, "exec() globals must be a dict, not {:.100}", globals.class().name_lossy())
                });
            };
            let locals = locals.map_or_else(|| dict.as_object().own(), Own::own);
            Ok((dict.own(), locals))
        }
        None => {
            let Some(globals) = crate::hooks::current_globals(t) else {
                return Err(err!(t, SystemError, "globals and locals cannot be NULL"));
            };
            let locals = match locals {
                Some(locals) => locals.own(),
                None => crate::locals::current_locals(t)?,
            };
            Ok((globals, locals))
        }
    }
}

/// `class` statements.
fn build_class(t: &Thread, args: &Args<'_>) -> PyResult {
    let [function, name, bases @ ..] = args.pos else {
        return Err(err!(t, TypeError, "__build_class__: not enough arguments"));
    };
    let Some(function) = function.downcast_exact::<PyFunction>() else {
        return Err(err!(t, TypeError, "__build_class__: func must be a function"));
    };
    if !name.is_instance_of::<PyStr>() {
        return Err(err!(t, TypeError, "__build_class__: name is not a string"));
    }
    let original = PyTuple::from_slice(t, bases)?;
    let resolved = update_bases(t, &original)?;
    let mut metaclass: Option<Owned> = None;
    let mut keywords: Vec<(Owned, Owned)> = Vec::new();
    args.for_each_keyword(t, |key, value| {
        if key.downcast::<PyStr>().is_some_and(|k| k.eq_str("metaclass")) {
            metaclass = Some(value.own());
        } else {
            keywords.push((key.own(), value.own()));
        }
        Ok(())
    })?;
    let mut meta = match metaclass {
        Some(meta) => meta,
        None => match resolved.get(0) {
            Some(base) => base.class().as_object().own(),
            None => PyType::class().as_object().own(),
        },
    };
    if let Some(ty) = meta.downcast::<PyType>() {
        meta = typeobject::calculate_metaclass(t, ty, &resolved)?.into_object();
    }
    let names = PyTuple::from_iter_exact(t, keywords.len(), keywords.iter().map(|(k, _)| k.clone()))?;
    let with_keywords = |first: &[&Object], callable: &Object| -> PyResult {
        let mut all: Vec<&Object> = first.to_vec();
        all.extend(keywords.iter().map(|(_, v)| &**v));
        callable.call_kw(t, &all, &names)
    };
    let namespace = match meta.getattr_opt(t, name!(t, "__prepare__"))? {
        Some(prepare) => with_keywords(&[name, &resolved], &prepare)?,
        None => PyDict::new(t)?.into_object(),
    };
    if !sequence::is_mapping(&namespace) {
        let shown = match meta.downcast::<PyType>() {
            Some(ty) => ty.name_lossy(),
            None => "<metaclass>".to_string(),
        };
        return Err(err!(
            t,
            TypeError,
            "{shown:.200}.__prepare__() must return a mapping, not {:.200}",
            namespace.class().name_lossy()
        ));
    }
    let cell = run_class_body(t, function, &namespace)?;
    if !original.as_object().is(&resolved) {
        namespace.set_item(t, name!(t, "__orig_bases__"), &original)?;
    }
    let class = with_keywords(&[name, &resolved, &namespace], &meta)?;
    if class.is_instance_of::<PyType>()
        && let Some(cell) = cell.downcast_exact::<PyCell>()
    {
        match cell.get() {
            None => {
                return Err(err!(
                    t,
                    RuntimeError,
                    "__class__ not set defining {} as {}. Was __classcell__ propagated to type.__new__?",
                    name.repr_lossy(t),
                    class.repr_lossy(t)
                ));
            }
            Some(found) if !found.is(&class) => {
                return Err(err!(
                    t,
                    TypeError,
                    "__class__ set to {} defining {} as {}",
                    found.repr_lossy(t),
                    name.repr_lossy(t),
                    class.repr_lossy(t)
                ));
            }
            Some(_) => {}
        }
    }
    Ok(class)
}

/// Runs a class body in its namespace.
fn run_class_body(t: &Thread, function: &PyFunction, namespace: &Object) -> PyResult {
    // SAFETY: a fresh frame, run at once.
    unsafe {
        let code = function.code();
        let new = frame::push(
            t,
            crate::stackref::StackRef::new_ref(function.as_ptr()),
            code,
            function.globals().as_ptr(),
            function.builtins().as_ptr(),
            namespace.own().into_ptr(),
            core::ptr::null_mut(),
        );
        if new.is_null() {
            return Err(errors::no_memory(t));
        }
        crate::eval::eval_frame(t, new, false)
    }
}

/// Replaces bases that are not classes by what their `__mro_entries__` gives.
fn update_bases(t: &Thread, bases: &PyTuple) -> PyResult<Owned<PyTuple>> {
    let mut out: Vec<Owned> = Vec::new();
    let mut changed = false;
    for base in bases.as_slice() {
        if base.is_instance_of::<PyType>() {
            out.push(base.own());
            continue;
        }
        match base.getattr_opt(t, name!(t, "__mro_entries__"))? {
            None => out.push(base.own()),
            Some(method) => {
                let entries = method.call(t, &[bases])?;
                let Some(entries) = entries.downcast::<PyTuple>() else {
                    return Err(err!(t, TypeError, "__mro_entries__ must return a tuple"));
                };
                changed = true;
                out.extend(taipan_object::call::own_all(entries.as_slice()));
            }
        }
    }
    if changed { PyTuple::from_vec(t, out) } else { Ok(bases.own()) }
}

/// The types, exceptions and constants of the module.
fn add_names(module: &PyModule, t: &Thread) -> PyResult<()> {
    module.set(t, "None", singletons::none())?;
    module.set(t, "Ellipsis", singletons::ellipsis())?;
    module.set(t, "NotImplemented", singletons::not_implemented())?;
    module.set(t, "False", singletons::bool(false))?;
    module.set(t, "True", singletons::bool(true))?;
    module.set(t, "__debug__", singletons::bool(crate::state::state(t).optimize.get() == 0))?;
    let types: &[&PyType] = &[
        PyBool::class(),
        taipan_object::PyBytes::class(),
        taipan_object::PyClassMethod::class(),
        PyDict::class(),
        taipan_object::PyFloat::class(),
        PyInt::class(),
        PyList::class(),
        taipan_object::PyBaseObject::class(),
        taipan_object::PyProperty::class(),
        taipan_object::PyStaticMethod::class(),
        PyStr::class(),
        taipan_object::PySuper::class(),
        PyTuple::class(),
        PyType::class(),
    ];
    for class in types {
        module.set(t, &class.short_name_lossy(), class.as_object())?;
    }
    for (name, class) in taipan_types::builtin_types() {
        module.set(t, name, class.as_object())?;
    }
    for ty in exceptions::all_types() {
        // SAFETY: static types live for ever.
        let class = unsafe { PyType::from_type_ptr(ty) };
        module.set(t, &class.short_name_lossy(), class.as_object())?;
    }
    module.set(t, "ExceptionGroup", exceptions::ExceptionGroup::class(t).as_object())?;
    for alias in ["EnvironmentError", "IOError"] {
        module.set(t, alias, exceptions::OSError::class().as_object())?;
    }
    let _ = (METH_NOARGS, generator::yield_from_target as fn(&Object) -> Option<Owned>);
    let _: fn(Kwargs) = drop;
    Ok(())
}
