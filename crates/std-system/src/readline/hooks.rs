//! The functions that Python code has set, and how they are called. What they raise is dropped, as by CPython: there is
//! nobody to tell while a line is edited.

use core::cell::Cell;
use core::ffi::c_int;
use taipan_object::{
    Object, Own, Owned, PyInt, PyList, PyResult, PyStr, Slot, Thread, err, errors, number, singletons, state,
};

/// A function that Python code may set.
#[derive(Clone, Copy)]
pub enum Hook {
    Completer,
    DisplayMatches,
    Startup,
    PreInput,
}

impl Hook {
    const fn name(self) -> &'static str {
        match self {
            Self::Completer => "completer",
            Self::DisplayMatches => "completion_display_matches_hook",
            Self::Startup => "startup_hook",
            Self::PreInput => "pre_input_hook",
        }
    }
}

/// The functions of this interpreter, and the place of what is completed, in characters.
struct Hooks {
    functions: [Slot; 4],
    begin: Cell<usize>,
    end: Cell<usize>,
}

fn hooks(t: &Thread) -> PyResult<&'static Hooks> {
    state::extension(t, |_| {
        Ok(Hooks {
            functions: [Slot::empty(), Slot::empty(), Slot::empty(), Slot::empty()],
            begin: Cell::new(0),
            end: Cell::new(0),
        })
    })
}

/// The function that is set.
pub fn get(t: &Thread, hook: Hook) -> PyResult<Option<Owned>> {
    Ok(hooks(t)?.functions[hook as usize].get())
}

/// Sets a function, or removes it.
pub fn set(t: &Thread, hook: Hook, function: Option<&Object>) -> PyResult<()> {
    let function = function.filter(|function| !function.is(singletons::none()));
    if let Some(function) = function
        && !function.is_callable()
    {
        return Err(err!(t, TypeError, "set_{}(func): argument not callable", hook.name()));
    }
    hooks(t)?.functions[hook as usize].set(function.map(Own::own));
    Ok(())
}

/// Where what is completed begins and ends.
pub fn scope(t: &Thread) -> PyResult<(usize, usize)> {
    let hooks = hooks(t)?;
    Ok((hooks.begin.get(), hooks.end.get()))
}

/// Notes what stands before what is completed, and before its end.
pub fn set_scope(t: &Thread, begin: &[u8], end: &[u8]) {
    let note = || -> PyResult<()> {
        let hooks = hooks(t)?;
        hooks.begin.set(PyStr::from_fs_bytes(t, begin)?.len());
        hooks.end.set(PyStr::from_fs_bytes(t, end)?.len());
        Ok(())
    };
    forget_error(t, note());
}

fn forget_error<R>(t: &Thread, result: PyResult<R>) -> Option<R> {
    match result {
        Ok(value) => Some(value),
        Err(_) => {
            errors::clear(t);
            None
        }
    }
}

/// Calls a function without arguments; gives the number that it returns.
pub fn run(t: &Thread, hook: Hook) -> c_int {
    let call = || -> PyResult<c_int> {
        let Some(function) = get(t, hook)? else { return Ok(0) };
        let result = function.call(t, &[])?;
        if result.is(singletons::none()) {
            return Ok(0);
        }
        Ok(number::index(t, &result)?.to_i64().and_then(|n| c_int::try_from(n).ok()).unwrap_or(0))
    };
    forget_error(t, call()).unwrap_or(0)
}

/// Asks for a completion.
pub fn complete(t: &Thread, text: &[u8], state: c_int) -> Option<Vec<u8>> {
    let ask = || -> PyResult<Option<Vec<u8>>> {
        let Some(function) = get(t, Hook::Completer)? else { return Ok(None) };
        let text = PyStr::from_fs_bytes(t, text)?;
        let state = PyInt::from_i64(t, i64::from(state))?;
        let found = function.call(t, &[text.as_object(), state.as_object()])?;
        if found.is(singletons::none()) {
            return Ok(None);
        }
        match found.downcast::<PyStr>() {
            Some(found) => found.to_fs_bytes(t).map(Some),
            None => Err(err!(t, TypeError, "completions are strings")),
        }
    };
    forget_error(t, ask()).flatten()
}

/// Shows completions: the common part, then the completions.
pub fn display(t: &Thread, texts: &[Vec<u8>], longest: c_int) {
    let show = || -> PyResult<()> {
        let Some(function) = get(t, Hook::DisplayMatches)? else { return Ok(()) };
        let mut decoded = Vec::with_capacity(texts.len());
        for text in texts {
            decoded.push(PyStr::from_fs_bytes(t, text)?.into_object());
        }
        if decoded.is_empty() {
            return Ok(());
        }
        let rest = decoded.split_off(1);
        let matches = PyList::from_vec(t, rest)?;
        let longest = PyInt::from_i64(t, i64::from(longest))?;
        function.call(t, &[&decoded[0], matches.as_object(), longest.as_object()]).map(drop)
    };
    forget_error(t, show());
}
