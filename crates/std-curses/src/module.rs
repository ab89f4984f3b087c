//! `_curses`: the functions without a window.

use crate::constants::{ALTERNATE, KEY_F0, NUMBERS};
use crate::library::{Curses, MouseEvent};
use crate::state::{
    ENCODING, SCREEN, TERMINAL, bytes, cell_of_screen, check, curses, error, int, name, null, short, with_screen,
    with_terminal,
};
use crate::window::PyWindow;
use core::sync::atomic::Ordering;
use std::ffi::CString;
use std::sync::PoisonError;
use taipan_object::argparse::{Args, FromArg, What, check_positional};
use taipan_object::buffer::Buffer;
use taipan_object::{
    Class, Object, Owned, PyBytes, PyInt, PyModule, PyResult, PyStr, PyTuple, Thread, err, errors, exceptions,
    native_module, singletons, state,
};

/// Sets `LINES` and `COLS` of the module, and of the package `curses`.
fn set_size(t: &Thread, module: &PyModule) -> PyResult<()> {
    let curses = curses(t)?;
    let lines = PyInt::from_i64(t, curses.lines().into())?;
    let cols = PyInt::from_i64(t, curses.cols().into())?;
    for object in [module.as_object(), &*state::import(t, "curses")?] {
        object.setattr(t, &*PyStr::from_str(t, "LINES")?, &lines)?;
        object.setattr(t, &*PyStr::from_str(t, "COLS")?, &cols)?;
    }
    Ok(())
}

/// Two numbers of type `short`, as new sizes of the screen are.
fn size(t: &Thread, args: &Args<'_>, function: &str) -> PyResult<(i32, i32)> {
    args.no_keywords(t, &format!("_curses.{function}"))?;
    check_positional(t, function, args.pos.len(), 2, 2)?;
    let &[lines, columns] = args.pos else { return Ok((0, 0)) };
    Ok((short(t, lines)?.into(), short(t, columns)?.into()))
}

/// Buttons of the mouse: an int, of which the library takes as much as it knows.
fn buttons(t: &Thread, value: &Object, argument: &str) -> PyResult<u32> {
    match value.downcast::<PyInt>() {
        Some(n) => Ok(n.to_u64_mask() as u32),
        None => Err(err!(t, TypeError, "{argument} must be int, not {}", value.class().name_lossy())),
    }
}

/// A string for the library, which ends it at a NUL.
fn text_of(t: &Thread, buffer: &Buffer) -> PyResult<CString> {
    CString::new(buffer.as_bytes()).map_err(|_| err!(t, ValueError, "embedded null byte"))
}

/// A C `int`, in the words of `PyArg_Parse`.
fn parsed_int(t: &Thread, value: &Object) -> PyResult<i32> {
    let n = i64::from_arg(t, value, What::Only(""))?;
    i32::try_from(n).map_err(|_| {
        let limit = if n < 0 { "less than minimum" } else { "greater than maximum" };
        err!(t, OverflowError, "signed integer is {limit}")
    })
}

/// A window of the standard screen.
fn screen(t: &Thread, curses: &Curses) -> PyResult<Owned<PyWindow>> {
    PyWindow::create(t, curses.screen().ok_or_else(|| null(t))?, None, None)
}

/// The version of the library: `curses.ncurses_version`.
fn version(t: &Thread, curses: &Curses) -> PyResult {
    let text = curses.curses_version().unwrap_or_default();
    let text = String::from_utf8_lossy(&text).into_owned();
    let mut parts = text.rsplit(' ').next().unwrap_or_default().split('.').map(|part| part.parse::<i64>().unwrap_or(0));
    let fields =
        [("major", "Major release number"), ("minor", "Minor release number"), ("patch", "Patch release number")];
    let class =
        taipan_types::structseq::new_type(t, "curses.ncurses_version", "Ncurses version information.", &fields, 3)?;
    let mut items = Vec::new();
    for _ in fields {
        items.push(PyInt::from_i64(t, parts.next().unwrap_or(0))?.into_object());
    }
    taipan_types::structseq::new(t, &class, items)
}

// Terminals, by the system's ncurses.
#[native_module(name = "_curses", parts(crate::colors::part))]
pub mod module {
    use super::*;

    /// Make the terminal beep.
    #[function]
    fn beep(t: &Thread) -> PyResult<()> {
        check(t, with_screen(t)?.beep(), "beep")
    }

    /// Read keys one by one instead of by lines; keys that send signals still do.
    ///
    /// If flag is false, the same as nocbreak().
    #[function(sig = "(flag=True, /)")]
    fn cbreak(t: &Thread, flag: Option<bool>) -> PyResult<()> {
        let curses = with_screen(t)?;
        if flag.unwrap_or(true) { check(t, curses.cbreak(), "cbreak") } else { check(t, curses.nocbreak(), "nocbreak") }
    }

    /// Remember the terminal's mode as that of the program, for
    /// reset_prog_mode().
    #[function]
    fn def_prog_mode(t: &Thread) -> PyResult<()> {
        check(t, with_screen(t)?.def_prog_mode(), "def_prog_mode")
    }

    /// Remember the terminal's mode as that of the shell, for
    /// reset_shell_mode().
    #[function]
    fn def_shell_mode(t: &Thread) -> PyResult<()> {
        check(t, with_screen(t)?.def_shell_mode(), "def_shell_mode")
    }

    /// Show what is typed.
    ///
    /// If flag is false, the same as noecho().
    #[function(sig = "(flag=True, /)")]
    fn echo(t: &Thread, flag: Option<bool>) -> PyResult<()> {
        let curses = with_screen(t)?;
        if flag.unwrap_or(true) { check(t, curses.echo(), "echo") } else { check(t, curses.noecho(), "noecho") }
    }

    /// Give the terminal back as it was before initscr().
    #[function]
    fn endwin(t: &Thread) -> PyResult<()> {
        check(t, with_screen(t)?.endwin(), "endwin")
    }

    /// Make the screen flash.
    #[function]
    fn flash(t: &Thread) -> PyResult<()> {
        check(t, with_screen(t)?.flash(), "flash")
    }

    /// Return whether the terminal can insert and delete characters.
    #[function]
    fn has_ic(t: &Thread) -> PyResult<bool> {
        Ok(with_screen(t)?.has_ic())
    }

    /// Return whether the terminal can insert and delete lines.
    #[function]
    fn has_il(t: &Thread) -> PyResult<bool> {
        Ok(with_screen(t)?.has_il())
    }

    /// Return whether endwin() was called.
    #[function]
    fn isendwin(t: &Thread) -> PyResult<bool> {
        Ok(with_screen(t)?.isendwin())
    }

    /// Return what terminfo calls the terminal, in full.
    #[function]
    fn longname(t: &Thread) -> PyResult<Owned<PyBytes>> {
        bytes(t, with_screen(t)?.longname())
    }

    /// Read the key "return" as a newline, and write a newline as both carriage
    /// return and line feed.
    ///
    /// If flag is false, the same as nonl().
    #[function(sig = "(flag=True, /)")]
    fn nl(t: &Thread, flag: Option<bool>) -> PyResult<()> {
        let curses = with_screen(t)?;
        if flag.unwrap_or(true) { check(t, curses.nl(), "nl") } else { check(t, curses.nonl(), "nonl") }
    }

    /// Read whole lines.
    #[function]
    fn nocbreak(t: &Thread) -> PyResult<()> {
        check(t, with_screen(t)?.nocbreak(), "nocbreak")
    }

    /// Do not show what is typed.
    #[function]
    fn noecho(t: &Thread) -> PyResult<()> {
        check(t, with_screen(t)?.noecho(), "noecho")
    }

    /// Let "return" and newline be what they are.
    #[function]
    fn nonl(t: &Thread) -> PyResult<()> {
        check(t, with_screen(t)?.nonl(), "nonl")
    }

    /// Read whole lines, with all special keys.
    #[function]
    fn noraw(t: &Thread) -> PyResult<()> {
        check(t, with_screen(t)?.noraw(), "noraw")
    }

    /// Read keys one by one; no key sends a signal or has another meaning.
    ///
    /// If flag is false, the same as noraw().
    #[function(sig = "(flag=True, /)")]
    fn raw(t: &Thread, flag: Option<bool>) -> PyResult<()> {
        let curses = with_screen(t)?;
        if flag.unwrap_or(true) { check(t, curses.raw(), "raw") } else { check(t, curses.noraw(), "noraw") }
    }

    /// Give the terminal the mode that def_prog_mode() remembered.
    #[function]
    fn reset_prog_mode(t: &Thread) -> PyResult<()> {
        check(t, with_screen(t)?.reset_prog_mode(), "reset_prog_mode")
    }

    /// Give the terminal the mode that def_shell_mode() remembered.
    #[function]
    fn reset_shell_mode(t: &Thread) -> PyResult<()> {
        check(t, with_screen(t)?.reset_shell_mode(), "reset_shell_mode")
    }

    /// Give the terminal the mode that savetty() remembered.
    #[function]
    fn resetty(t: &Thread) -> PyResult<()> {
        check(t, with_screen(t)?.resetty(), "resetty")
    }

    /// Remember the terminal's mode, for resetty().
    #[function]
    fn savetty(t: &Thread) -> PyResult<()> {
        check(t, with_screen(t)?.savetty(), "savetty")
    }

    /// Return the environment variable TERM, or its first 14 characters.
    #[function]
    fn termname(t: &Thread) -> PyResult<Owned<PyBytes>> {
        bytes(t, with_screen(t)?.termname())
    }

    /// Return the terminal's speed in bits per second.
    #[function]
    fn baudrate(t: &Thread) -> PyResult<i32> {
        Ok(with_screen(t)?.baudrate())
    }

    /// Show the cursor or not: 0 hides it, 1 shows it, 2 shows it well.
    ///
    /// Returns what it was before; it is an error if the terminal can't.
    #[function(sig = "(visibility, /)")]
    fn curs_set(t: &Thread, visibility: i32) -> PyResult<i32> {
        let before = with_screen(t)?.curs_set(visibility);
        check(t, before, "curs_set")?;
        Ok(before)
    }

    /// Pause the output for some milliseconds.
    #[function(sig = "(ms, /)")]
    fn delay_output(t: &Thread, ms: i32) -> PyResult<()> {
        check(t, with_screen(t)?.delay_output(ms), "delay_output")
    }

    /// Show all windows that noutrefresh() marked.
    #[function]
    fn doupdate(t: &Thread) -> PyResult<()> {
        let curses = with_screen(t)?;
        check(t, t.allow_threads(|| curses.doupdate()), "doupdate")
    }

    /// Return the key that erases.
    #[function]
    fn erasechar(t: &Thread) -> PyResult<Owned<PyBytes>> {
        bytes(t, Some(vec![with_screen(t)?.erasechar() as u8]))
    }

    /// Let the program have but the line of the cursor. To be called before
    /// initscr().
    #[function]
    fn filter(t: &Thread) -> PyResult<()> {
        curses(t)?.filter();
        Ok(())
    }

    /// Forget what was typed and not yet read.
    #[function]
    fn flushinp(t: &Thread) -> PyResult<()> {
        with_screen(t)?.flushinp();
        Ok(())
    }

    /// Return how long the library waits after "escape", in milliseconds.
    #[function]
    fn get_escdelay(t: &Thread) -> PyResult<i32> {
        Ok(curses(t)?.escdelay())
    }

    /// Return how far tabs are apart.
    #[function]
    fn get_tabsize(t: &Thread) -> PyResult<i32> {
        Ok(curses(t)?.tabsize())
    }

    /// Return what the mouse did: (id, x, y, z, bstate).
    ///
    /// To be called after getch() returned KEY_MOUSE.
    #[function]
    fn getmouse(t: &Thread) -> PyResult<Owned<PyTuple>> {
        let mut event = MouseEvent::default();
        check(t, with_screen(t)?.getmouse(&mut event), "getmouse")?;
        let numbers = [event.id.into(), event.x.into(), event.y.into(), event.z.into(), i64::from(event.buttons)];
        let items = numbers.iter().map(|&n| PyInt::from_i64(t, n).map(Owned::into_object));
        PyTuple::from_vec(t, items.collect::<PyResult<_>>()?)
    }

    /// Return where the cursor of the virtual screen is: (y, x).
    ///
    /// (-1, -1) if it may be anywhere.
    #[function]
    fn getsyx(t: &Thread) -> PyResult<(i32, i32)> {
        Ok(with_screen(t)?.virtual_cursor())
    }

    /// Read what putwin() wrote, and make a window of it.
    #[function(sig = "(file, /)")]
    fn getwin(t: &Thread, file: &Object) -> PyResult<Owned<PyWindow>> {
        let curses = with_screen(t)?;
        let content = file.call_method(t, &*PyStr::from_str(t, "read")?, &[])?;
        let Some(content) = content.downcast::<PyBytes>() else {
            let class = content.class().name_lossy();
            return Err(err!(t, TypeError, "f.read() returned {class:.100} instead of bytes"));
        };
        let made = curses.get_window(content.as_bytes()).map_err(|failure| errors::io_error(t, &failure))?;
        PyWindow::create(t, made.ok_or_else(|| null(t))?, None, None)
    }

    /// Read keys one by one, and wait for each at most some tenths of a
    /// second.
    #[function(sig = "(tenths, /)")]
    fn halfdelay(t: &Thread, tenths: &Object) -> PyResult<()> {
        let n = i64::from_arg(t, tenths, What::Only("halfdelay"))?;
        let tenths = u8::try_from(n).map_err(|_| {
            let limit = if n < 0 { "less than minimum" } else { "greater than maximum" };
            err!(t, OverflowError, "unsigned byte integer is {limit}")
        })?;
        check(t, with_screen(t)?.halfdelay(tenths.into()), "halfdelay")
    }

    /// Return whether the terminal has a key.
    #[function(sig = "(key, /)")]
    fn has_key(t: &Thread, key: i32) -> PyResult<bool> {
        Ok(with_screen(t)?.has_key(key) != 0)
    }

    /// Start the library, and return the window of the whole screen.
    #[function]
    fn initscr(module: &PyModule, t: &Thread) -> PyResult<Owned<PyWindow>> {
        let curses = curses(t)?;
        if SCREEN.load(Ordering::Relaxed) {
            let window = screen(t, curses)?;
            check(t, curses.wrefresh(window.handle()), "wrefresh")?;
            return Ok(window);
        }
        if !curses.start() {
            return Err(null(t));
        }
        SCREEN.store(true, Ordering::Relaxed);
        TERMINAL.store(true, Ordering::Relaxed);
        for (name, letter) in ALTERNATE {
            module.set(t, name, &*PyInt::from_u64(t, curses.alternate(*letter).into())?)?;
        }
        module.set(t, "LINES", &*PyInt::from_i64(t, curses.lines().into())?)?;
        module.set(t, "COLS", &*PyInt::from_i64(t, curses.cols().into())?)?;
        let window = screen(t, curses)?;
        *ENCODING.lock().unwrap_or_else(PoisonError::into_inner) = window.encoding_name();
        Ok(window)
    }

    /// Throw the output away when a key interrupts the program, or not.
    #[function(sig = "(flag, /)")]
    fn intrflush(t: &Thread, flag: bool) -> PyResult<()> {
        check(t, with_screen(t)?.intrflush(None, flag), "intrflush")
    }

    /// Return whether resize_term() would change the window.
    #[function(text = "($module, nlines, ncols, /)")]
    fn is_term_resized(t: &Thread, args: Args<'_>) -> PyResult<bool> {
        args.no_keywords(t, "_curses.is_term_resized")?;
        check_positional(t, "is_term_resized", args.pos.len(), 2, 2)?;
        let &[lines, columns] = args.pos else { return Ok(false) };
        let (lines, columns) = (int(t, lines)?, int(t, columns)?);
        Ok(with_screen(t)?.is_term_resized(lines, columns))
    }

    /// Return a key's name.
    #[function(sig = "(key, /)")]
    fn keyname(t: &Thread, key: i32) -> PyResult<Owned<PyBytes>> {
        let curses = with_screen(t)?;
        if key < 0 {
            return Err(err!(t, ValueError, "invalid key number"));
        }
        bytes(t, curses.keyname(key))
    }

    /// Return the key that erases a line.
    #[function]
    fn killchar(t: &Thread) -> PyResult<Owned<PyBytes>> {
        bytes(t, Some(vec![with_screen(t)?.killchar() as u8]))
    }

    /// Read characters of 8 bits, or of 7.
    #[function(sig = "(yes, /)")]
    fn meta(t: &Thread, yes: bool) -> PyResult<()> {
        let curses = with_screen(t)?;
        check(t, curses.meta(curses.screen().as_ref(), yes), "meta")
    }

    /// Set how many milliseconds make two clicks a double one.
    #[function(sig = "(interval, /)")]
    fn mouseinterval(t: &Thread, interval: i32) -> PyResult<()> {
        check(t, with_screen(t)?.mouseinterval(interval), "mouseinterval")
    }

    /// Set what the mouse reports: returns (availmask, oldmask).
    ///
    /// availmask is what it will report of that.
    #[function(sig = "(newmask, /)")]
    fn mousemask(t: &Thread, newmask: &Object) -> PyResult<(u32, u32)> {
        let new = buttons(t, newmask, "mousemask() argument")?;
        let mut old = 0;
        let available = with_screen(t)?.mousemask(new, &mut old);
        Ok((available, old))
    }

    /// Sleep for some milliseconds.
    #[function(sig = "(ms, /)")]
    fn napms(t: &Thread, ms: i32) -> PyResult<i32> {
        let curses = with_screen(t)?;
        Ok(t.allow_threads(|| curses.napms(ms)))
    }

    /// Make a pad: a window that need not fit on the screen.
    #[function(text = "($module, nlines, ncols, /)")]
    fn newpad(t: &Thread, args: Args<'_>) -> PyResult<Owned<PyWindow>> {
        args.no_keywords(t, "_curses.newpad")?;
        check_positional(t, "newpad", args.pos.len(), 2, 2)?;
        let &[lines, columns] = args.pos else { return Err(null(t)) };
        let (lines, columns) = (int(t, lines)?, int(t, columns)?);
        let made = with_screen(t)?.newpad(lines, columns);
        PyWindow::create(t, made.ok_or_else(|| null(t))?, None, None)
    }

    /// newwin(nlines, ncols, [begin_y=0, begin_x=0])
    /// Make a window.
    ///
    /// A size of 0 lets it reach to the screen's lower right corner.
    #[function(text = "")]
    fn newwin(t: &Thread, args: Args<'_>) -> PyResult<Owned<PyWindow>> {
        args.no_keywords(t, "_curses.newwin")?;
        let (lines, columns, y, x) = match *args.pos {
            [lines, columns] => (int(t, lines)?, int(t, columns)?, 0, 0),
            [lines, columns, y, x] => (int(t, lines)?, int(t, columns)?, int(t, y)?, int(t, x)?),
            _ => return Err(err!(t, TypeError, "_curses.newwin requires 2 to 4 arguments")),
        };
        let made = with_screen(t)?.newwin(lines, columns, y, x);
        PyWindow::create(t, made.ok_or_else(|| null(t))?, None, None)
    }

    /// Keep input and output when a key interrupts the program.
    #[function]
    fn noqiflush(t: &Thread) -> PyResult<()> {
        with_screen(t)?.noqiflush();
        Ok(())
    }

    /// Write a capability of the terminal to the standard output.
    #[function(sig = "(string, /)")]
    fn putp(t: &Thread, string: Buffer) -> PyResult<()> {
        let text = text_of(t, &string)?;
        check(t, curses(t)?.putp(&text), "putp")
    }

    /// Throw input and output away when a key interrupts the program.
    ///
    /// If flag is false, the same as noqiflush().
    #[function(sig = "(flag=True, /)")]
    fn qiflush(t: &Thread, flag: Option<bool>) -> PyResult<()> {
        let curses = with_screen(t)?;
        if flag.unwrap_or(true) {
            curses.qiflush()
        } else {
            curses.noqiflush()
        }
        Ok(())
    }

    /// Give the screen another size, as far as the library knows; most of the
    /// work of resizeterm().
    #[function(text = "($module, nlines, ncols, /)")]
    fn resize_term(module: &PyModule, t: &Thread, args: Args<'_>) -> PyResult<()> {
        let (lines, columns) = super::size(t, &args, "resize_term")?;
        check(t, with_screen(t)?.resize_term(lines, columns), "resize_term")?;
        set_size(t, module)
    }

    /// Give the screen another size, and its windows too.
    #[function(text = "($module, nlines, ncols, /)")]
    fn resizeterm(module: &PyModule, t: &Thread, args: Args<'_>) -> PyResult<()> {
        let (lines, columns) = super::size(t, &args, "resizeterm")?;
        check(t, with_screen(t)?.resizeterm(lines, columns), "resizeterm")?;
        set_size(t, module)
    }

    /// Set how long the library waits after "escape", in milliseconds.
    #[function(sig = "(ms, /)")]
    fn set_escdelay(t: &Thread, ms: i32) -> PyResult<()> {
        if ms <= 0 {
            return Err(err!(t, ValueError, "ms must be > 0"));
        }
        check(t, curses(t)?.set_escdelay(ms), "set_escdelay")
    }

    /// Set how far tabs are apart.
    #[function(sig = "(size, /)")]
    fn set_tabsize(t: &Thread, size: i32) -> PyResult<()> {
        if size <= 0 {
            return Err(err!(t, ValueError, "size must be > 0"));
        }
        check(t, curses(t)?.set_tabsize(size), "set_tabsize")
    }

    /// Put the cursor of the virtual screen at (y, x).
    ///
    /// (-1, -1) leaves it where it will be.
    #[function(sig = "(y, x, /)")]
    fn setsyx(t: &Thread, y: i32, x: i32) -> PyResult<()> {
        with_screen(t)?.set_virtual_cursor(y, x);
        Ok(())
    }

    /// Read the terminal's description.
    ///
    ///   term
    ///     The terminal's name; by default that of the environment.
    ///   fd
    ///     Where its output goes; by default where sys.stdout writes.
    #[function(sig = "(term=None, fd=-1)")]
    fn setupterm(t: &Thread, term: Option<&Object>, fd: i32) -> PyResult<()> {
        let term = match term.filter(|term| !term.is(singletons::none())) {
            None => None,
            Some(term) => match term.downcast::<PyStr>() {
                Some(name) => {
                    Some(CString::new(name.to_utf8(t)?).map_err(|_| err!(t, ValueError, "embedded null character"))?)
                }
                None => {
                    let class = term.class().name_lossy();
                    return Err(err!(t, TypeError, "setupterm() argument 'term' must be str or None, not {class}"));
                }
            },
        };
        let fd = if fd == -1 {
            let stdout = state::import(t, "sys")?.getattr_opt(t, &*PyStr::from_str(t, "stdout")?)?;
            match stdout.filter(|stdout| !stdout.is(singletons::none())) {
                Some(stdout) => int(t, &*stdout.call_method(t, &*PyStr::from_str(t, "fileno")?, &[])?)?,
                None => return Err(error(t, "_curses", "lost sys.stdout")),
            }
        } else {
            fd
        };
        if TERMINAL.load(Ordering::Relaxed) {
            return Ok(());
        }
        let mut reason = 0;
        if curses(t)?.setupterm(term.as_deref(), fd, &mut reason) == crate::library::ERR {
            return Err(error(
                t,
                "_curses",
                match reason {
                    0 => "setupterm: could not find terminal",
                    -1 => "setupterm: could not find terminfo database",
                    _ => "setupterm: unknown error",
                },
            ));
        }
        TERMINAL.store(true, Ordering::Relaxed);
        Ok(())
    }

    /// Return all attributes that the terminal can show.
    #[function]
    fn termattrs(t: &Thread) -> PyResult<u32> {
        Ok(with_screen(t)?.termattrs())
    }

    /// Return a capability that is true or false: 1 or 0.
    ///
    /// -1 if it is none.
    #[function(sig = "(capname, /)")]
    fn tigetflag(t: &Thread, capname: &Object) -> PyResult<i32> {
        let name = super::name(t, capname, "tigetflag")?;
        Ok(with_terminal(t)?.tigetflag(&name))
    }

    /// Return a capability that is a number.
    ///
    /// -2 if it is none, -1 if the terminal does not have it.
    #[function(sig = "(capname, /)")]
    fn tigetnum(t: &Thread, capname: &Object) -> PyResult<i32> {
        let name = super::name(t, capname, "tigetnum")?;
        Ok(with_terminal(t)?.tigetnum(&name))
    }

    /// Return a capability that is a string of bytes.
    ///
    /// None if it is none, or the terminal does not have it.
    #[function(sig = "(capname, /)")]
    fn tigetstr(t: &Thread, capname: &Object) -> PyResult<Option<Owned<PyBytes>>> {
        let name = super::name(t, capname, "tigetstr")?;
        with_terminal(t)?.tigetstr(&name).map(|found| PyBytes::new(t, &found)).transpose()
    }

    /// Put numbers into a capability.
    #[function(
        sig = "(str, i1=0, i2=0, i3=0, i4=0, i5=0, i6=0, i7=0, i8=0, i9=0, /)",
        text = "($module, str, i1=0, i2=0, i3=0, i4=0, i5=0, i6=0, i7=0, i8=0,\n      i9=0, /)"
    )]
    fn tparm(t: &Thread, args: Args<'_>) -> PyResult<Owned<PyBytes>> {
        args.no_keywords(t, "_curses.tparm")?;
        let n = args.pos.len();
        let Some((capability, rest)) = args.pos.split_first() else {
            return Err(err!(t, TypeError, "tparm() takes at least 1 argument (0 given)"));
        };
        if rest.len() > 9 {
            return Err(err!(t, TypeError, "tparm() takes at most 10 arguments ({n} given)"));
        }
        let capability = text_of(t, &Buffer::readable(t, capability)?)?;
        let mut numbers = [0; 9];
        for (slot, value) in numbers.iter_mut().zip(rest) {
            *slot = parsed_int(t, value)?;
        }
        match with_terminal(t)?.tparm(&capability, numbers) {
            Some(text) => PyBytes::new(t, &text),
            None => Err(error(t, "_curses", "tparm() returned NULL")),
        }
    }

    /// Set where the library looks for keys that were typed ahead; -1 is
    /// nowhere.
    #[function(sig = "(fd, /)")]
    fn typeahead(t: &Thread, fd: i32) -> PyResult<()> {
        check(t, with_screen(t)?.typeahead(fd), "typeahead")
    }

    /// Return how a character is shown: a control character as ^ and another.
    #[function(sig = "(ch, /)")]
    fn unctrl(t: &Thread, ch: &Object) -> PyResult<Owned<PyBytes>> {
        let curses = with_screen(t)?;
        bytes(t, curses.unctrl(cell_of_screen(t, ch)?))
    }

    /// Let the next get_wch() return a character.
    #[function(sig = "(ch, /)")]
    fn unget_wch(t: &Thread, ch: &Object) -> PyResult<()> {
        let curses = with_screen(t)?;
        let class = ch.class().name_lossy();
        let character = if let Some(text) = ch.downcast::<PyStr>() {
            if text.len() != 1 {
                let length = text.len();
                return Err(err!(t, TypeError, "expect int or str of length 1, got a {class} of length {length}"));
            }
            text.chars().iter().next().unwrap_or_default() as i32
        } else if let Some(n) = ch.downcast::<PyInt>() {
            let n = n.to_i64().ok_or_else(|| err!(t, OverflowError, "int doesn't fit in long"))?;
            i32::try_from(n).map_err(|_| err!(t, OverflowError, "character doesn't fit in wchar_t"))?
        } else {
            return Err(err!(t, TypeError, "expect int or str of length 1, got {class}"));
        };
        check(t, curses.unget_wch(character), "unget_wch")
    }

    /// Let the next getch() return a key.
    #[function(sig = "(ch, /)")]
    fn ungetch(t: &Thread, ch: &Object) -> PyResult<()> {
        let curses = with_screen(t)?;
        check(t, curses.ungetch(cell_of_screen(t, ch)? as i32), "ungetch")
    }

    /// Let the next getmouse() return what the mouse did.
    #[function(text = "($module, id, x, y, z, bstate, /)")]
    fn ungetmouse(t: &Thread, args: Args<'_>) -> PyResult<()> {
        args.no_keywords(t, "_curses.ungetmouse")?;
        check_positional(t, "ungetmouse", args.pos.len(), 5, 5)?;
        let &[id, x, y, z, bstate] = args.pos else { return Ok(()) };
        let mut event = MouseEvent {
            id: short(t, id)?,
            x: int(t, x)?,
            y: int(t, y)?,
            z: int(t, z)?,
            buttons: buttons(t, bstate, "ungetmouse() argument 5")?,
        };
        check(t, with_screen(t)?.ungetmouse(&mut event), "ungetmouse")
    }

    /// Set LINES and COLS of the module to what the library knows.
    #[function]
    fn update_lines_cols(module: &PyModule, t: &Thread) -> PyResult<()> {
        set_size(t, module)
    }

    /// Let the environment's LINES and COLUMNS count, or not. To be called
    /// before initscr().
    #[function(sig = "(flag, /)")]
    fn use_env(t: &Thread, flag: bool) -> PyResult<()> {
        curses(t)?.use_env(flag);
        Ok(())
    }

    #[exec]
    fn exec(module: &PyModule, t: &Thread) -> PyResult<()> {
        let curses = curses(t)?;
        taipan_object::module::add_class::<PyWindow>(t, module)?;
        let class = errors::new_exception(t, "_curses", "error", exceptions::Exception::class(), None)?;
        module.set(t, "error", &class)?;
        for (name, value) in NUMBERS {
            module.set(t, name, &*PyInt::from_i64(t, *value)?)?;
        }
        for n in 0..64 {
            module.set(t, &format!("KEY_F{n}"), &*PyInt::from_i64(t, KEY_F0 + n)?)?;
        }
        module.set(t, "ncurses_version", &*version(t, curses)?)?;
        for name in ["version", "__version__"] {
            module.set(t, name, &*PyBytes::new(t, b"2.2")?)?;
        }
        crate::capsule::add(t, module)
    }
}
