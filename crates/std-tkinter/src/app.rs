//! `tkapp`: an interpreter of Tcl, usually with Tk.

use crate::convert::{failed, int, text, text_of, to_python, to_tcl, to_wanted};
use crate::objects::{TclObj, TimerToken};
use crate::state;
use crate::tcl::events;
use crate::tcl::interp::{Here, Interp, Wants};
use crate::tcl::obj::Obj;
use core::cell::Cell;
use core::ffi::CStr;
use std::borrow::Cow;
use std::ffi::CString;
use std::time::Duration;
use taipan_object::argparse::{Args, FromArg, What, bad_argument};
use taipan_object::buffer::Buffer;
use taipan_object::clinic::CStrArg;
use taipan_object::{
    Data, Head, Object, Own, Owned, PyBytes, PyFloat, PyInt, PyList, PyResult, PyStr, PyTuple, Raised, Slot, Thread,
    class, err, errors, fileobject, new_object, number, object, singletons, state as object_state,
};
use taipan_types::bytearray::PyByteArray;

/// `_tkinter.tkapp`.
#[object]
pub struct TkApp {
    interp: Data<Interp>,
    /// Whether the main loop runs, or will soon: other threads wait for it.
    dispatching: Cell<bool>,
    /// What is told about every command (`settrace`).
    trace: Slot,
}

impl TkApp {
    /// `_tkinter.create`.
    #[expect(clippy::too_many_arguments, reason = "as many as the function has in Python")]
    pub fn create(
        t: &Thread,
        screen: Option<&str>,
        class_name: &str,
        interactive: bool,
        wants: i32,
        tk: bool,
        sync: bool,
        window: Option<&str>,
    ) -> PyResult<Owned<Self>> {
        let app = new_object(
            t,
            Self {
                head: Head::new(),
                interp: Data(Interp::new(wants)),
                dispatching: Cell::new(false),
                trace: Slot::empty(),
            },
        )?;
        let here = app.here(t)?;
        // It would end the process without a word to Python.
        here.delete_command(t, c"exit");
        if let Some(screen) = screen {
            here.set_global(c"env", Some(c"DISPLAY"), screen.as_bytes());
        }
        here.set_global(c"tcl_interactive", None, if interactive { b"1" } else { b"0" });
        // Tk takes the name of the application's class from there.
        let mut name = class_name.as_bytes().to_vec();
        if let Some(first) = name.first_mut() {
            first.make_ascii_lowercase();
        }
        here.set_global(c"argv0", None, &name);
        if !tk {
            here.set_global(c"_tkinter_skip_tk_init", None, b"1");
        }
        let mut arguments = Vec::new();
        if sync {
            arguments.push("-sync".to_string());
        }
        if let Some(window) = window {
            arguments.push(format!("-use {window}"));
        }
        if !arguments.is_empty() {
            here.set_global(c"argv", None, arguments.join(" ").as_bytes());
        }
        if !here.init(t) || (tk && !here.init_tk(t)) {
            return Err(failed(t, here));
        }
        events::enable_input_hook();
        Ok(app)
    }

    /// The interpreter, if this is its thread.
    fn here(&self, t: &Thread) -> PyResult<Here<'_>> {
        self.interp.here().ok_or_else(|| err!(t, RuntimeError, "Calling Tcl from different apartment"))
    }

    /// Waits, for a second at most, until the interpreter's thread handles events, if it is another.
    fn wait_for_mainloop(&self, t: &Thread) -> PyResult<()> {
        if self.interp.is_here() {
            return Ok(());
        }
        for _ in 0..10 {
            if self.dispatching.get() {
                return Ok(());
            }
            t.allow_threads(|| std::thread::sleep(Duration::from_millis(100)));
        }
        if self.dispatching.get() { Ok(()) } else { Err(err!(t, RuntimeError, "main thread is not in main loop")) }
    }

    /// Runs work in the interpreter's thread.
    fn run_there<R>(&self, t: &Thread, mut work: impl FnMut(&Thread, Here<'_>) -> PyResult<R>) -> PyResult<R> {
        if let Some(here) = self.interp.here() {
            return work(t, here);
        }
        let mut outcome = None;
        let done = events::run_in(t, self.interp.thread(), &mut |t| {
            let result = self.here(t).and_then(|here| work(t, here));
            outcome = Some(result.map_err(|raised| errors::take_raised(t, raised)));
        });
        match outcome {
            Some(result) if done => result.map_err(|error| errors::restore_raised(t, error)),
            _ => Err(errors::no_memory(t)),
        }
    }

    /// Tells what is about to be done, if someone wants to know.
    fn tell(&self, t: &Thread, words: impl FnOnce() -> PyResult<Owned<PyTuple>>) -> PyResult<()> {
        if let Some(trace) = self.trace.get() {
            trace.call(t, &[words()?.as_object()])?;
        }
        Ok(())
    }

    fn tell_words(&self, t: &Thread, words: &[&str]) -> PyResult<()> {
        self.tell(t, || {
            PyTuple::from_results(t, words.len(), words.iter().map(|w| Ok(PyStr::from_str(t, w)?.into_object())))
        })
    }

    /// Tells of a command on a variable, which has a new value or none.
    fn tell_variable(
        &self,
        t: &Thread,
        command: &str,
        variable: &Variable<'_>,
        value: Option<&Object>,
    ) -> PyResult<()> {
        self.tell(t, || {
            let mut words = Vec::new();
            let before: &[&str] = if variable.global { &["uplevel", "#0", command] } else { &[command] };
            for word in before {
                words.push(PyStr::from_str(t, word)?.into_object());
            }
            let name = text(t, variable.name.to_bytes())?;
            words.push(match &variable.element {
                Some(element) => {
                    let element = text(t, element.to_bytes())?;
                    PyStr::from_str(t, &format!("{}({})", name.display(), element.display()))?.into_object()
                }
                None => name.into_object(),
            });
            words.extend(value.map(Own::own));
            PyTuple::from_vec(t, words)
        })
    }

    fn wants_objects(&self) -> bool {
        self.interp.wants().get() != 0
    }

    /// The result of a script as a str.
    fn answer(t: &Thread, here: Here<'_>, went_well: bool) -> PyResult<Owned<PyStr>> {
        if went_well { text_of(t, &here.result()) } else { Err(failed(t, here)) }
    }

    /// A call in the interpreter's thread.
    fn call_here(&self, t: &Thread, here: Here<'_>, arguments: &PyTuple) -> PyResult {
        self.tell(t, || Ok(arguments.own()))?;
        let mut words = Vec::with_capacity(arguments.len());
        for word in arguments.as_slice().iter().take_while(|word| !word.is(singletons::none())) {
            words.push(to_tcl(t, word)?);
        }
        if here.eval_words(t, &words) {
            to_wanted(t, here, &here.result(), self.wants_objects())
        } else {
            Err(failed(t, here))
        }
    }

    fn set_variable(&self, t: &Thread, args: &Args<'_>, global: bool) -> PyResult<()> {
        no_keywords(t, args, if global { "globalsetvar" } else { "setvar" })?;
        self.wait_for_mainloop(t)?;
        self.run_there(t, |t, here| {
            let (variable, value) = match *args.pos {
                [name, value] => (Variable { name: name_of(t, name)?, element: None, global }, value),
                [name, element, value] => {
                    let name = c_text(t, name, What::Position("setvar", 1))?;
                    let element = Some(c_text(t, element, What::Position("setvar", 2))?);
                    (Variable { name: Cow::Owned(name), element, global }, value)
                }
                _ => return Err(err!(t, TypeError, "setvar requires 2 to 3 arguments")),
            };
            let new = to_tcl(t, value)?;
            self.tell_variable(t, "set", &variable, Some(value))?;
            let set = here.set_var(t, &variable.name, variable.element.as_deref(), &new, global);
            if set { Ok(()) } else { Err(failed(t, here)) }
        })
    }

    fn get_variable(&self, t: &Thread, args: &Args<'_>, global: bool) -> PyResult {
        no_keywords(t, args, if global { "globalgetvar" } else { "getvar" })?;
        self.wait_for_mainloop(t)?;
        self.run_there(t, |t, here| {
            let (name, element) = one_or_two(t, args, "getvar")?;
            let name = name_of(t, name)?;
            let element = element.map(|element| c_text(t, element, What::Position("getvar", 2))).transpose()?;
            match here.get_var(t, &name, element.as_deref(), global) {
                Some(value) => to_wanted(t, here, &value, self.wants_objects()),
                None => Err(failed(t, here)),
            }
        })
    }

    fn unset_variable(&self, t: &Thread, args: &Args<'_>, global: bool) -> PyResult<()> {
        no_keywords(t, args, if global { "globalunsetvar" } else { "unsetvar" })?;
        self.wait_for_mainloop(t)?;
        self.run_there(t, |t, here| {
            let (name, element) = one_or_two(t, args, "unsetvar")?;
            let name = Cow::Owned(c_text(t, name, What::Position("unsetvar", 1))?);
            let element = element.map(|element| c_text(t, element, What::Position("unsetvar", 2))).transpose()?;
            let variable = Variable { name, element, global };
            self.tell_variable(t, "unset", &variable, None)?;
            let unset = here.unset_var(t, &variable.name, variable.element.as_deref(), global);
            if unset { Ok(()) } else { Err(failed(t, here)) }
        })
    }
}

/// A variable, or an element of an array.
struct Variable<'a> {
    name: Cow<'a, CStr>,
    element: Option<CString>,
    global: bool,
}

fn no_keywords(t: &Thread, args: &Args<'_>, method: &str) -> PyResult<()> {
    args.no_keywords(t, &format!("tkapp.{method}"))
}

fn one_or_two<'a>(t: &Thread, args: &Args<'a>, function: &str) -> PyResult<(&'a Object, Option<&'a Object>)> {
    match *args.pos {
        [name] => Ok((name, None)),
        [name, element] => Ok((name, Some(element))),
        _ => {
            let (n, bound) =
                (args.pos.len(), if args.pos.is_empty() { "at least 1 argument" } else { "at most 2 arguments" });
            Err(err!(t, TypeError, "{function}() takes {bound} ({n} given)"))
        }
    }
}

/// A str without NUL, as C takes it.
fn c_text(t: &Thread, value: &Object, what: What) -> PyResult<CString> {
    let text = CStrArg::from_arg(t, value, what)?;
    to_c(t, text)
}

fn to_c(t: &Thread, text: CStrArg<'_>) -> PyResult<CString> {
    let text = text.or("");
    if text.len() >= i32::MAX as usize {
        return Err(err!(t, OverflowError, "string is too long"));
    }
    CString::new(text).map_err(|_| err!(t, ValueError, "embedded null character"))
}

/// A variable's name: a str, bytes or a value of Tcl.
fn name_of<'a>(t: &Thread, value: &'a Object) -> PyResult<Cow<'a, CStr>> {
    let too_long = |n: usize| n > i32::MAX as usize;
    if let Some(bytes) = value.downcast::<PyBytes>() {
        if too_long(bytes.len()) {
            return Err(err!(t, OverflowError, "bytes object is too long"));
        }
        let name = CString::new(bytes.as_bytes());
        return name.map(Cow::Owned).map_err(|_| err!(t, ValueError, "embedded null byte"));
    }
    if let Some(text) = value.downcast::<PyStr>() {
        let text = text.to_utf8(t)?;
        if too_long(text.len()) {
            return Err(err!(t, OverflowError, "string is too long"));
        }
        return CString::new(text).map(Cow::Owned).map_err(|_| err!(t, ValueError, "embedded null character"));
    }
    if let Some(value) = value.downcast_exact::<TclObj>() {
        let text = value.here().map_or_else(|| value.text().to_string_lossy().into_bytes(), |v| v.text().to_vec());
        let end = text.iter().position(|byte| *byte == 0).unwrap_or(text.len());
        return CString::new(&text[..end]).map(Cow::Owned).map_err(|_| errors::bad_internal_call(t));
    }
    Err(err!(t, TypeError, "must be str, bytes or Tcl_Obj, not {:.50}", value.class().name_lossy()))
}

/// Warns that an interpreter can't end.
pub fn warn_leaked(t: &Thread) {
    let category = taipan_object::exceptions_class!(RuntimeWarning);
    let text = format_args!(
        "the Tcl interpreter is leaked because it was deallocated in a thread other than the one it was created in (see gh-83274)"
    );
    if errors::warn(t, category, text, 1).is_err() {
        errors::write_unraisable_msg(t, "Exception ignored while finalizing a Tcl interpreter", None);
    }
}

/// A script calls a command that is a Python function; nothing if it raises.
pub fn run_command(t: &Thread, here: Here<'_>, function: &Object, wants: &Wants, words: &[Obj]) -> Option<Obj> {
    let call = || -> PyResult<Obj> {
        let mut arguments = Vec::with_capacity(words.len());
        for word in words {
            arguments.push(to_wanted(t, here, word, wants.get() >= 2)?);
        }
        let arguments: Vec<&Object> = arguments.iter().map(|argument| &**argument).collect();
        to_tcl(t, &*function.call(t, &arguments)?)
    };
    call().map_err(|raised| state::keep_error(t, raised)).ok()
}

/// Raises what a callback has raised.
fn raise_kept(t: &Thread) -> Result<(), Raised> {
    match state::take_error(t) {
        Some(error) => Err(errors::restore_raised(t, error)),
        None => Ok(()),
    }
}

#[class(name = "_tkinter.tkapp", heap, mutable, no_new, flags(HAVE_GC))]
impl TkApp {
    /// Let other threads call before the main loop runs.
    #[method]
    fn willdispatch(&self, _t: &Thread) {
        self.dispatching.set(true);
    }

    /// Return whether Tcl's values become Python objects, or set it: 0 for str
    /// alone, 1 for objects of their kind, 2 for objects in commands' arguments
    /// too.
    #[method(text = "")]
    fn wantobjects(&self, t: &Thread, args: Args<'_>) -> PyResult<Option<i32>> {
        no_keywords(t, &args, "wantobjects")?;
        if args.pos.len() > 1 {
            return Err(err!(t, TypeError, "wantobjects() takes at most 1 argument ({} given)", args.pos.len()));
        }
        let wanted = match args.pos.first() {
            Some(value) => i32::from_arg(t, value, What::Position("wantobjects", 1))?,
            None => -1,
        };
        if wanted == -1 {
            return Ok(Some(self.interp.wants().get()));
        }
        self.interp.wants().set(wanted);
        Ok(None)
    }

    /// Set the tracing function.
    #[method(sig = "(func, /)")]
    fn settrace(&self, _t: &Thread, func: &Object) {
        let func = (!func.is(singletons::none())).then(|| func.own());
        drop(self.trace.replace(func));
    }

    /// Get the tracing function.
    #[method]
    fn gettrace(&self, _t: &Thread) -> Option<Owned> {
        self.trace.get()
    }

    /// Call a Tcl command with arguments, or with those in a tuple, up to the
    /// first None, and return its result.
    #[method(text = "")]
    fn call(&self, t: &Thread, args: Args<'_>) -> PyResult {
        no_keywords(t, &args, "call")?;
        let only = if let [words] = *args.pos { words.downcast::<PyTuple>() } else { None };
        let words = match only {
            Some(words) => words.own(),
            None => PyTuple::from_slice(t, args.pos)?,
        };
        self.wait_for_mainloop(t)?;
        self.run_there(t, |t, here| self.call_here(t, here, &words))
    }

    /// Run a Tcl script and return its result as a str.
    #[method(sig = "(script, /)")]
    fn eval(&self, t: &Thread, script: CStrArg<'_>) -> PyResult<Owned<PyStr>> {
        let (script, here) = (to_c(t, script)?, self.here(t)?);
        self.tell_words(t, &["eval", &script.to_string_lossy()])?;
        Self::answer(t, here, here.eval(t, &script))
    }

    /// Run a file of Tcl and return its result as a str.
    #[method(sig = "(file_name, /)", text = "($self, fileName, /)")]
    fn evalfile(&self, t: &Thread, file_name: CStrArg<'_>) -> PyResult<Owned<PyStr>> {
        let (file, here) = (to_c(t, file_name)?, self.here(t)?);
        self.tell_words(t, &["source", &file.to_string_lossy()])?;
        Self::answer(t, here, here.eval_file(t, &file))
    }

    /// Enter a Tcl script into the history without running it.
    #[method(sig = "(script, /)")]
    fn record(&self, t: &Thread, script: CStrArg<'_>) -> PyResult<Owned<PyStr>> {
        let (script, here) = (to_c(t, script)?, self.here(t)?);
        self.tell_words(t, &["history", "add", &script.to_string_lossy(), "exec"])?;
        Self::answer(t, here, here.record(t, &script))
    }

    /// Add to the variable errorInfo.
    #[method(sig = "(msg, /)")]
    fn adderrorinfo(&self, t: &Thread, msg: CStrArg<'_>) -> PyResult<()> {
        let (text, here) = (to_c(t, msg)?, self.here(t)?);
        here.add_error_info(&text);
        Ok(())
    }

    /// Set a variable, or an element of an array.
    #[method(text = "")]
    fn setvar(&self, t: &Thread, args: Args<'_>) -> PyResult<()> {
        self.set_variable(t, &args, false)
    }

    /// Set a global variable, or an element of a global array.
    #[method(text = "")]
    fn globalsetvar(&self, t: &Thread, args: Args<'_>) -> PyResult<()> {
        self.set_variable(t, &args, true)
    }

    /// Return a variable's value, or that of an element of an array.
    #[method(text = "")]
    fn getvar(&self, t: &Thread, args: Args<'_>) -> PyResult {
        self.get_variable(t, &args, false)
    }

    /// Return a global variable's value, or that of an element of a global
    /// array.
    #[method(text = "")]
    fn globalgetvar(&self, t: &Thread, args: Args<'_>) -> PyResult {
        self.get_variable(t, &args, true)
    }

    /// Remove a variable, or an element of an array.
    #[method(text = "")]
    fn unsetvar(&self, t: &Thread, args: Args<'_>) -> PyResult<()> {
        self.unset_variable(t, &args, false)
    }

    /// Remove a global variable, or an element of a global array.
    #[method(text = "")]
    fn globalunsetvar(&self, t: &Thread, args: Args<'_>) -> PyResult<()> {
        self.unset_variable(t, &args, true)
    }

    /// Return a Tcl value or text as an int.
    #[method(sig = "(arg, /)")]
    fn getint(&self, t: &Thread, arg: &Object) -> PyResult {
        if arg.is_instance_of::<PyInt>() {
            return Ok(arg.own());
        }
        let (value, here) = self.value_of(t, arg, "getint")?;
        int(t, here, &value)
    }

    /// Return a Tcl value or text as a float.
    #[method(sig = "(arg, /)")]
    fn getdouble(&self, t: &Thread, arg: &Object) -> PyResult {
        if arg.is_instance_of::<PyFloat>() {
            return Ok(arg.own());
        }
        if number::is_number(arg) {
            return Ok(PyFloat::from_object(t, arg)?.into_object());
        }
        let (value, here) = self.value_of(t, arg, "getdouble")?;
        match here.double(&value) {
            Some(double) => Ok(PyFloat::new(t, double)?.into_object()),
            None => Err(failed(t, here)),
        }
    }

    /// Return a Tcl value or text as a bool.
    #[method(sig = "(arg, /)")]
    fn getboolean(&self, t: &Thread, arg: &Object) -> PyResult<bool> {
        if let Some(int) = arg.downcast::<PyInt>() {
            return Ok(!int.is_zero());
        }
        let here = self.here(t)?;
        let found = match arg.downcast_exact::<TclObj>() {
            Some(_) => here.boolean(&to_tcl(t, arg)?),
            None => here.boolean_word(&c_text(t, arg, What::Only("getboolean"))?),
        };
        found.ok_or_else(|| failed(t, here))
    }

    /// Return the value of a Tcl expression as a str.
    #[method(sig = "(s, /)")]
    fn exprstring(&self, t: &Thread, s: CStrArg<'_>) -> PyResult<Owned<PyStr>> {
        let (text, here) = self.expression(t, s)?;
        Self::answer(t, here, here.expr(t, &text))
    }

    /// Return the value of a Tcl expression as an int.
    #[method(sig = "(s, /)")]
    fn exprlong(&self, t: &Thread, s: CStrArg<'_>) -> PyResult<i64> {
        let (text, here) = self.expression(t, s)?;
        here.expr_long(t, &text).ok_or_else(|| failed(t, here))
    }

    /// Return the value of a Tcl expression as a float.
    #[method(sig = "(s, /)")]
    fn exprdouble(&self, t: &Thread, s: CStrArg<'_>) -> PyResult<f64> {
        let (text, here) = self.expression(t, s)?;
        here.expr_double(t, &text).ok_or_else(|| failed(t, here))
    }

    /// Return the truth of a Tcl expression as 0 or 1.
    #[method(sig = "(s, /)")]
    fn exprboolean(&self, t: &Thread, s: CStrArg<'_>) -> PyResult<i64> {
        let (text, here) = self.expression(t, s)?;
        here.expr_boolean(t, &text).map(i64::from).ok_or_else(|| failed(t, here))
    }

    /// Return the items of a Tcl list, or of a text that is one, as a tuple.
    #[method(sig = "(arg, /)")]
    fn splitlist(&self, t: &Thread, arg: &Object) -> PyResult {
        if arg.is_instance_of::<PyTuple>() {
            return Ok(arg.own());
        }
        if let Some(list) = arg.downcast::<PyList>() {
            return Ok(PyTuple::from_vec(t, list.to_vec())?.into_object());
        }
        let here = self.here(t)?;
        if let Some(value) = arg.downcast_exact::<TclObj>().and_then(TclObj::here) {
            let items = here.items(value).ok_or_else(|| failed(t, here))?;
            let items = items.iter().map(|item| to_python(t, here, item)).collect::<PyResult<_>>()?;
            return Ok(PyTuple::from_vec(t, items)?.into_object());
        }
        let list = list_text(t, arg)?;
        let items = here.split_list(&list).ok_or_else(|| failed(t, here))?;
        let items = items.iter().map(|item| Ok(text(t, item)?.into_object())).collect::<PyResult<_>>()?;
        Ok(PyTuple::from_vec(t, items)?.into_object())
    }

    /// Make a Tcl command that calls a Python function with str arguments.
    #[method(sig = "(name, func, /)")]
    fn createcommand(&self, t: &Thread, name: CStrArg<'_>, func: &Object) -> PyResult<()> {
        let name = to_c(t, name)?;
        if !func.is_callable() {
            return Err(err!(t, TypeError, "command not callable"));
        }
        self.wait_for_mainloop(t)?;
        self.tell(t, || {
            let words = [PyStr::from_str(t, "proc")?, text(t, name.to_bytes())?];
            let none = PyTuple::from_vec(t, Vec::new())?;
            let [proc, name] = &words;
            PyTuple::from_slice(t, &[proc.as_object(), name.as_object(), none.as_object(), func])
        })?;
        let made = self.run_there(t, |t, here| Ok(here.create_command(t, &name, func.own(), self.interp.wants())))?;
        if made { Ok(()) } else { Err(state::tcl_error(t, &*PyStr::from_str(t, "can't create Tcl command")?)) }
    }

    /// Remove a Tcl command.
    #[method(sig = "(name, /)")]
    fn deletecommand(&self, t: &Thread, name: CStrArg<'_>) -> PyResult<()> {
        let name = to_c(t, name)?;
        self.tell_words(t, &["rename", &name.to_string_lossy(), ""])?;
        let deleted = self.run_there(t, |t, here| Ok(here.delete_command(t, &name)))?;
        if deleted { Ok(()) } else { Err(state::tcl_error(t, &*PyStr::from_str(t, "can't delete Tcl command")?)) }
    }

    /// Have a function called when a file can be read (READABLE) or written
    /// (WRITABLE), or has an EXCEPTION: with the file and what of these it is.
    #[method(sig = "(file, mask, func, /)")]
    fn createfilehandler(&self, t: &Thread, file: &Object, mask: i32, func: &Object) -> PyResult<()> {
        self.here(t)?;
        let fd = fileobject::descriptor(t, file)?;
        if !func.is_callable() {
            return Err(err!(t, TypeError, "bad argument list"));
        }
        self.tell(t, || {
            let words = [PyStr::from_str(t, "#")?, PyStr::from_str(t, "createfilehandler")?];
            let numbers = [PyInt::from_i64(t, fd.into())?, PyInt::from_i64(t, mask.into())?];
            let ([hash, name], [fd, mask]) = (&words, &numbers);
            PyTuple::from_slice(t, &[hash.as_object(), name.as_object(), fd.as_object(), mask.as_object(), func])
        })?;
        state::add_file(t, fd, file, func)?;
        events::create_file_handler(t, fd, mask);
        Ok(())
    }

    /// Stop watching a file.
    #[method(sig = "(file, /)")]
    fn deletefilehandler(&self, t: &Thread, file: &Object) -> PyResult<()> {
        self.here(t)?;
        let fd = fileobject::descriptor(t, file)?;
        self.tell(t, || {
            let words = [PyStr::from_str(t, "#")?, PyStr::from_str(t, "deletefilehandler")?];
            let ([hash, name], fd) = (&words, PyInt::from_i64(t, fd.into())?);
            PyTuple::from_slice(t, &[hash.as_object(), name.as_object(), fd.as_object()])
        })?;
        events::delete_file_handler(fd);
        state::remove_file(t, fd)
    }

    /// Have a function called after some milliseconds.
    #[method(sig = "(milliseconds, func, /)")]
    fn createtimerhandler(&self, t: &Thread, milliseconds: i32, func: &Object) -> PyResult<Owned<TimerToken>> {
        if !func.is_callable() {
            return Err(err!(t, TypeError, "bad argument list"));
        }
        self.here(t)?;
        self.tell(t, || {
            let (after, milliseconds) = (PyStr::from_str(t, "after")?, PyInt::from_i64(t, milliseconds.into())?);
            PyTuple::from_slice(t, &[after.as_object(), milliseconds.as_object(), func])
        })?;
        TimerToken::start(t, milliseconds, func)
    }

    /// Handle events until there are no more than threshold main windows, quit()
    /// is called or a callback raises.
    #[method(sig = "(threshold=0, /)")]
    fn mainloop(&self, t: &Thread, threshold: Option<i32>) -> PyResult<()> {
        let threshold = threshold.unwrap_or(0);
        self.here(t)?;
        let quit = &state::get(t)?.quit;
        self.dispatching.set(true);
        quit.set(false);
        let mut outcome = Ok(());
        while events::main_windows() > threshold && !quit.get() && !state::has_error(t) {
            let handled = events::do_one_event(t, 0);
            outcome = object_state::check_signals(t);
            if handled < 0 || outcome.is_err() {
                break;
            }
        }
        self.dispatching.set(false);
        outcome?;
        quit.set(false);
        raise_kept(t)
    }

    /// Handle one event, and return whether there was one.
    #[method(sig = "(flags=0, /)")]
    fn dooneevent(&self, t: &Thread, flags: Option<i32>) -> i32 {
        events::do_one_event(t, flags.unwrap_or(0))
    }

    /// End the innermost main loop.
    #[method]
    fn quit(&self, t: &Thread) -> PyResult<()> {
        state::get(t)?.quit.set(true);
        Ok(())
    }

    /// Return the address of the interpreter, for C code.
    #[method]
    fn interpaddr(&self, _t: &Thread) -> usize {
        self.interp.address()
    }

    /// Load Tk, unless it is there.
    #[method]
    fn loadtk(&self, t: &Thread) -> PyResult<()> {
        let here = self.here(t)?;
        if !here.eval(t, c"info exists tk_version") {
            return Err(failed(t, here));
        }
        if here.result().text() == b"1" || here.init_tk(t) { Ok(()) } else { Err(failed(t, here)) }
    }
}

impl TkApp {
    /// A value of Tcl, or a text as one.
    fn value_of(&self, t: &Thread, arg: &Object, function: &'static str) -> PyResult<(Obj, Here<'_>)> {
        let here = self.here(t)?;
        if arg.is_exact::<TclObj>() {
            return Ok((to_tcl(t, arg)?, here));
        }
        let text = c_text(t, arg, What::Only(function))?;
        Ok((Obj::string(text.to_bytes()), here))
    }

    fn expression(&self, t: &Thread, text: CStrArg<'_>) -> PyResult<(CString, Here<'_>)> {
        let (text, here) = (to_c(t, text)?, self.here(t)?);
        self.tell_words(t, &["expr", &text.to_string_lossy()])?;
        Ok((text, here))
    }
}

/// The text of a list: a str, bytes or bytearray, without NUL.
fn list_text(t: &Thread, arg: &Object) -> PyResult<CString> {
    let bytes = if let Some(text) = arg.downcast::<PyStr>() {
        text.to_utf8(t)?.as_bytes().to_vec()
    } else if arg.is_instance_of::<PyBytes>() || arg.is_instance_of::<PyByteArray>() {
        Buffer::readable(t, arg)?.as_bytes().to_vec()
    } else if let Some(value) = arg.downcast_exact::<TclObj>() {
        value.text().to_string_lossy().into_bytes()
    } else {
        return Err(bad_argument(t, What::Only("splitlist"), "str, bytes or bytearray", arg));
    };
    if bytes.len() >= i32::MAX as usize {
        return Err(err!(t, OverflowError, "string is too long"));
    }
    CString::new(bytes).map_err(|_| bad_argument(t, What::Only("splitlist"), "encoded string without null bytes", arg))
}
