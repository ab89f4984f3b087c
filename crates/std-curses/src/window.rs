//! `_curses.window`.

use crate::library::{Cell, EncodingName, KEY_CODE_YES, Window};
use crate::state::{Character, LONGEST, Text, attributes, cell, character, check, count, curses, error, int, null};
use std::ffi::CString;
use taipan_object::argparse::{Args, check_positional};
use taipan_object::clinic::IntBool;
use taipan_object::{
    Data, Head, Object, Own, Owned, PyBytes, PyInt, PyResult, PyStr, Thread, class, err, new_object, object, state,
};

/// `_curses.window` (`PyCursesWindowObject` of `py_curses.h`).
#[object]
pub struct PyWindow {
    handle: Data<Window>,
    encoding: Data<EncodingName>,
    /// The window that this one is a part of.
    orig: Option<Owned<PyWindow>>,
}

/// Where a function begins: the cursor's place, or another.
type At = Option<(i32, i32)>;

/// The place that two arguments name.
fn place_of(t: &Thread, y: &Object, x: &Object) -> PyResult<At> {
    Ok(Some((int(t, y)?, int(t, x)?)))
}

impl PyWindow {
    /// An object for a window; without an encoding it has that of the locale.
    pub fn create(t: &Thread, handle: Window, encoding: Option<&str>, orig: Option<&Self>) -> PyResult<Owned<Self>> {
        let encoding = match encoding {
            Some(encoding) => CString::new(encoding).unwrap_or_default(),
            None => crate::library::locale_encoding(),
        };
        let encoding = EncodingName::new(&encoding);
        new_object(
            t,
            Self { head: Head::new(), handle: Data(handle), encoding: Data(encoding), orig: orig.map(Self::own) },
        )
    }

    /// The window.
    pub fn handle(&self) -> &Window {
        &self.handle
    }

    /// The name of its encoding.
    pub fn encoding_name(&self) -> String {
        self.encoding.get()
    }

    /// Moves the cursor, if there is a place to move it to, and says whether that was possible.
    fn go(&self, t: &Thread, at: At) -> PyResult<bool> {
        match at {
            Some((y, x)) => Ok(curses(t)?.wmove(&self.handle, y, x) != crate::library::ERR),
            None => Ok(true),
        }
    }

    /// Moves the cursor, or raises in the name of a function.
    fn start(&self, t: &Thread, at: At, function: &str) -> PyResult<()> {
        if self.go(t, at)? { Ok(()) } else { check(t, crate::library::ERR, function) }
    }

    fn cell(&self, t: &Thread, value: &Object) -> PyResult<Cell> {
        cell(t, value, &self.encoding.get())
    }

    /// A character, with attributes if there are any.
    fn cell_with(&self, t: &Thread, value: &Object, attr: Option<&Object>) -> PyResult<Cell> {
        let attr = attr.map_or(Ok(0), |attr| attributes(t, attr))?;
        Ok(self.cell(t, value)? | attr)
    }

    /// The arguments `(y, x)` or none.
    fn place(t: &Thread, args: &Args<'_>, function: &str) -> PyResult<At> {
        args.no_keywords(t, &format!("_curses.window.{function}"))?;
        match *args.pos {
            [] => Ok(None),
            [y, x] => place_of(t, y, x),
            _ => Err(wrong_count(t, function, 0, 2)),
        }
    }

    /// The arguments `([y, x,] ch[, attr])`.
    fn place_and_character<'a>(
        t: &Thread,
        args: &Args<'a>,
        function: &str,
    ) -> PyResult<(At, &'a Object, Option<&'a Object>)> {
        args.no_keywords(t, &format!("_curses.window.{function}"))?;
        match *args.pos {
            [ch] => Ok((None, ch, None)),
            [ch, attr] => Ok((None, ch, Some(attr))),
            [y, x, ch] => Ok((place_of(t, y, x)?, ch, None)),
            [y, x, ch, attr] => Ok((place_of(t, y, x)?, ch, Some(attr))),
            _ => Err(wrong_count(t, function, 1, 4)),
        }
    }

    /// The arguments `([y, x,] str, n[, attr])`, or those without `n`.
    fn place_and_text(t: &Thread, args: &Args<'_>, function: &str, counted: bool) -> PyResult<Written> {
        args.no_keywords(t, &format!("_curses.window.{function}"))?;
        let (at, text, n, attr) = match (counted, args.pos) {
            (false, &[text]) => (None, text, None, None),
            (false, &[text, attr]) => (None, text, None, Some(attr)),
            (false, &[y, x, text]) => (place_of(t, y, x)?, text, None, None),
            (false, &[y, x, text, attr]) => (place_of(t, y, x)?, text, None, Some(attr)),
            (false, _) => return Err(wrong_count(t, function, 1, 4)),
            (true, &[text, n]) => (None, text, Some(n), None),
            (true, &[text, n, attr]) => (None, text, Some(n), Some(attr)),
            (true, &[y, x, text, n]) => (place_of(t, y, x)?, text, Some(n), None),
            (true, &[y, x, text, n, attr]) => (place_of(t, y, x)?, text, Some(n), Some(attr)),
            (true, _) => return Err(wrong_count(t, function, 2, 5)),
        };
        let n = n.map_or(Ok(-1), |n| int(t, n))?;
        let attr = attr.map(|attr| attributes(t, attr)).transpose()?;
        Ok(Written { at, text: crate::state::text(t, text)?, n, attr })
    }

    /// Does something while other attributes are set.
    fn under<R>(&self, t: &Thread, attr: Option<u32>, work: impl FnOnce() -> PyResult<R>) -> PyResult<R> {
        let Some(attr) = attr else { return work() };
        let curses = curses(t)?;
        let before = curses.getattrs(&self.handle);
        curses.wattrset(&self.handle, attr as i32);
        let result = work();
        curses.wattrset(&self.handle, before);
        result
    }

    fn add(&self, t: &Thread, args: &Args<'_>, function: &str, counted: bool) -> PyResult<()> {
        let written = Self::place_and_text(t, args, function, counted)?;
        let curses = curses(t)?;
        self.under(t, written.attr, || {
            let went = self.go(t, written.at)?;
            let (result, name) = match &written.text {
                Text::Bytes(_) if !went => (crate::library::ERR, function),
                Text::Bytes(bytes) => (curses.waddnstr(&self.handle, bytes, written.n), function),
                Text::Wide(wide) => {
                    let name = if counted { "addnwstr" } else { "addwstr" };
                    (if went { curses.waddnwstr(&self.handle, wide, written.n) } else { crate::library::ERR }, name)
                }
            };
            check(t, result, name)
        })
    }

    fn insert(&self, t: &Thread, args: &Args<'_>, function: &str, counted: bool) -> PyResult<()> {
        let written = Self::place_and_text(t, args, function, counted)?;
        let curses = curses(t)?;
        self.under(t, written.attr, || {
            let went = self.go(t, written.at)?;
            let (result, name) = match &written.text {
                Text::Bytes(_) if !went => (crate::library::ERR, function),
                Text::Bytes(bytes) => (curses.winsnstr(&self.handle, bytes, written.n), function),
                Text::Wide(wide) => {
                    let name = if counted { "insn_wstr" } else { "inswstr" };
                    (if went { curses.wins_nwstr(&self.handle, wide, written.n) } else { crate::library::ERR }, name)
                }
            };
            check(t, result, name)
        })
    }

    /// A line of one character, along or down.
    fn line(&self, t: &Thread, args: &Args<'_>, function: &str, down: bool) -> PyResult<()> {
        args.no_keywords(t, &format!("_curses.window.{function}"))?;
        let (at, ch, n, attr) = match *args.pos {
            [ch, n] => (None, ch, n, None),
            [ch, n, attr] => (None, ch, n, Some(attr)),
            [y, x, ch, n] => (place_of(t, y, x)?, ch, n, None),
            [y, x, ch, n, attr] => (place_of(t, y, x)?, ch, n, Some(attr)),
            _ => return Err(wrong_count(t, function, 2, 5)),
        };
        let n = int(t, n)?;
        let cell = self.cell_with(t, ch, attr)?;
        self.start(t, at, "wmove")?;
        let curses = curses(t)?;
        let result = if down { curses.wvline(&self.handle, cell, n) } else { curses.whline(&self.handle, cell, n) };
        check(t, result, function)
    }

    /// A part of the window as a window.
    fn part(&self, t: &Thread, args: &Args<'_>, function: &str) -> PyResult<Owned<Self>> {
        args.no_keywords(t, &format!("_curses.window.{function}"))?;
        let (nlines, ncols, y, x) = match *args.pos {
            [y, x] => (0, 0, int(t, y)?, int(t, x)?),
            [nlines, ncols, y, x] => (int(t, nlines)?, int(t, ncols)?, int(t, y)?, int(t, x)?),
            _ => return Err(wrong_count(t, function, 2, 4)),
        };
        let curses = curses(t)?;
        let made = if function == "derwin" {
            curses.derwin(&self.handle, nlines, ncols, y, x)
        } else if curses.is_pad(&self.handle) {
            curses.subpad(&self.handle, nlines, ncols, y, x)
        } else {
            curses.subwin(&self.handle, nlines, ncols, y, x)
        };
        Self::create(t, made.ok_or_else(|| null(t))?, Some(&self.encoding.get()), Some(self))
    }

    /// What a refresh shows of a pad, and where; `None` for a window.
    fn shown(&self, t: &Thread, args: &Args<'_>, function: &str, needs: &str) -> PyResult<Option<[i32; 6]>> {
        args.no_keywords(t, &format!("_curses.window.{function}"))?;
        if !matches!(args.pos.len(), 0 | 6) {
            return Err(wrong_count(t, function, 0, 6));
        }
        let mut numbers = [0; 6];
        for (slot, value) in numbers.iter_mut().zip(args.pos) {
            *slot = int(t, value)?;
        }
        match (curses(t)?.is_pad(&self.handle), args.pos.is_empty()) {
            (true, false) => Ok(Some(numbers)),
            (false, true) => Ok(None),
            (true, true) => Err(error(t, "_curses", &format!("{function}() {needs} requires 6 arguments"))),
            (false, false) => Err(err!(t, TypeError, "{function}() takes no arguments (6 given)")),
        }
    }

    /// Copies onto another window.
    fn copy(&self, t: &Thread, args: &Args<'_>, function: &'static str) -> PyResult<()> {
        args.no_keywords(t, &format!("_curses.window.{function}"))?;
        let (target, numbers) = match args.pos {
            [target] => (target, None),
            [target, rest @ ..] if rest.len() == 6 => (target, Some(rest)),
            _ => return Err(wrong_count(t, function, 1, 7)),
        };
        let Some(target) = target.downcast::<Self>() else {
            let class = target.class().name_lossy();
            return Err(err!(t, TypeError, "{function}() argument 1 must be _curses.window, not {class}"));
        };
        let curses = curses(t)?;
        let only_characters = function == "overlay";
        let Some(numbers) = numbers else {
            let copy = if only_characters {
                curses.overlay(&self.handle, &target.handle)
            } else {
                curses.overwrite(&self.handle, &target.handle)
            };
            return check(t, copy, function);
        };
        let mut n = [0; 6];
        for (slot, value) in n.iter_mut().zip(numbers) {
            *slot = int(t, value)?;
        }
        let over = i32::from(only_characters);
        check(t, curses.copywin(&self.handle, &target.handle, n[0], n[1], n[2], n[3], n[4], n[5], over), "copywin")
    }

    /// Reads a key; `None` if there is no input.
    fn read_key(&self, t: &Thread, args: &Args<'_>, function: &str) -> PyResult<i32> {
        let at = Self::place(t, args, function)?;
        let (curses, handle) = (curses(t)?, self.handle());
        if !self.go(t, at)? {
            return Ok(crate::library::ERR);
        }
        Ok(t.allow_threads(|| curses.wgetch(handle)))
    }

    /// The arguments `([y, x,] n=2047)`.
    fn place_and_count(t: &Thread, args: &Args<'_>, function: &str) -> PyResult<(At, usize)> {
        args.no_keywords(t, &format!("_curses.window.{function}"))?;
        let (at, n) = match *args.pos {
            [] => (None, None),
            [n] => (None, Some(n)),
            [y, x] => (place_of(t, y, x)?, None),
            [y, x, n] => (place_of(t, y, x)?, Some(n)),
            // CPython names instr() here for getstr() too.
            _ => return Err(wrong_count(t, "instr", 0, 3)),
        };
        Ok((at, n.map_or(Ok(LONGEST), |n| count(t, n))?))
    }
}

/// Text to write, how much of it, where, and with what attributes.
struct Written {
    at: At,
    text: Text,
    n: i32,
    attr: Option<u32>,
}

#[cold]
fn wrong_count(t: &Thread, function: &str, least: usize, most: usize) -> taipan_object::Raised {
    err!(t, TypeError, "_curses.window.{function} requires {least} to {most} arguments")
}

#[class(name = "_curses.window", heap, no_new, flags(HAVE_GC))]
impl PyWindow {
    /// addch([y, x,] ch, [attr=_curses.A_NORMAL])
    /// Write a character at (y, x) or at the cursor, over what is there.
    ///
    ///   ch
    ///     A character: an int, or a str or bytes of length 1.
    ///   attr
    ///     Its attributes.
    #[method(text = "")]
    fn addch(&self, t: &Thread, args: Args<'_>) -> PyResult<()> {
        let (at, ch, attr) = Self::place_and_character(t, &args, "addch")?;
        let attr = attr.map_or(Ok(0), |attr| attributes(t, attr))?;
        let curses = curses(t)?;
        match character(t, ch)? {
            Character::Cell(cell) => {
                self.start(t, at, "addch")?;
                check(t, curses.waddch(&self.handle, cell | attr), "addch")
            }
            Character::Wide(wide) => {
                let Some(cell) = curses.wide_cell(&wide, attr) else {
                    return check(t, crate::library::ERR, "setcchar");
                };
                self.start(t, at, "add_wch")?;
                check(t, curses.wadd_wch(&self.handle, &cell), "add_wch")
            }
        }
    }

    /// addnstr([y, x,] str, n, [attr])
    /// Write at most n characters of a str at (y, x) or at the cursor.
    #[method(text = "")]
    fn addnstr(&self, t: &Thread, args: Args<'_>) -> PyResult<()> {
        self.add(t, &args, "addnstr", true)
    }

    /// addstr([y, x,] str, [attr])
    /// Write a str at (y, x) or at the cursor, over what is there.
    ///
    /// A str that does not fit is an error, after what fits has been written.
    #[method(text = "")]
    fn addstr(&self, t: &Thread, args: Args<'_>) -> PyResult<()> {
        self.add(t, &args, "addstr", false)
    }

    /// Set the background: what is shown where nothing is written.
    ///
    /// It replaces the old background everywhere in the window.
    #[method(sig = "(ch, attr=None, /)", text = "($self, ch, attr=_curses.A_NORMAL, /)")]
    fn bkgd(&self, t: &Thread, ch: &Object, attr: Option<&Object>) -> PyResult<()> {
        let cell = self.cell_with(t, ch, attr)?;
        check(t, curses(t)?.wbkgd(&self.handle, cell), "bkgd")
    }

    /// Set the background for what will be erased or written from now on.
    #[method(sig = "(ch, attr=None, /)", text = "($self, ch, attr=_curses.A_NORMAL, /)")]
    fn bkgdset(&self, t: &Thread, ch: &Object, attr: Option<&Object>) -> PyResult<()> {
        let cell = self.cell_with(t, ch, attr)?;
        curses(t)?.wbkgdset(&self.handle, cell);
        Ok(())
    }

    /// Draw a border around the window.
    ///
    /// The parameters are the characters of its left, right, top and bottom
    /// side and of its upper left, upper right, lower left and lower right
    /// corner; 0 stands for the usual one.
    #[method(
        text = "($self, ls=_curses.ACS_VLINE, rs=_curses.ACS_VLINE,\n       ts=_curses.ACS_HLINE, bs=_curses.ACS_HLINE,\n       tl=_curses.ACS_ULCORNER, tr=_curses.ACS_URCORNER,\n       bl=_curses.ACS_LLCORNER, br=_curses.ACS_LRCORNER, /)"
    )]
    fn border(&self, t: &Thread, args: Args<'_>) -> PyResult<()> {
        args.no_keywords(t, "_curses.window.border")?;
        check_positional(t, "border", args.pos.len(), 0, 8)?;
        let mut cells = [0; 8];
        for (slot, value) in cells.iter_mut().zip(args.pos) {
            *slot = self.cell(t, value)?;
        }
        let [ls, rs, ts, bs, tl, tr, bl, br] = cells;
        check(t, curses(t)?.wborder(&self.handle, ls, rs, ts, bs, tl, tr, bl, br), "border")
    }

    /// box([verch=0, horch=0])
    /// Draw a border of two characters, with the usual corners.
    #[method(name = "box", text = "")]
    fn box_(&self, t: &Thread, args: Args<'_>) -> PyResult<()> {
        args.no_keywords(t, "_curses.window.box")?;
        let (down, along) = match *args.pos {
            [] => (0, 0),
            [down, along] => (self.cell(t, down)?, self.cell(t, along)?),
            _ => return Err(wrong_count(t, "box", 0, 2)),
        };
        check(t, curses(t)?.wborder(&self.handle, down, down, along, along, 0, 0, 0, 0), "box")
    }

    /// chgat([y, x,] [n=-1,] attr)
    /// Give n characters from (y, x) or the cursor on other attributes.
    ///
    /// Without n, or when it is -1, all characters to the end of the line.
    /// The cursor moves to (y, x).
    #[method(text = "")]
    fn chgat(&self, t: &Thread, args: Args<'_>) -> PyResult<()> {
        args.no_keywords(t, "_curses.window.chgat")?;
        let (at, n, attr) = match *args.pos {
            [attr] => (None, None, attr),
            [n, attr] => (None, Some(n), attr),
            [y, x, attr] => (place_of(t, y, x)?, None, attr),
            [y, x, n, attr] => (place_of(t, y, x)?, Some(n), attr),
            _ => return Err(wrong_count(t, "chgat", 1, 4)),
        };
        let n = n.map_or(Ok(-1), |n| int(t, n))?;
        let attr = attributes(t, attr)?;
        self.start(t, at, "chgat")?;
        let curses = curses(t)?;
        let result = curses.wchgat(&self.handle, n, attr);
        curses.touchline(&self.handle, curses.getcury(&self.handle), 1);
        check(t, result, "chgat")
    }

    /// delch([y, x])
    /// Delete the character at (y, x) or at the cursor.
    #[method(text = "")]
    fn delch(&self, t: &Thread, args: Args<'_>) -> PyResult<()> {
        let at = Self::place(t, &args, "delch")?;
        self.start(t, at, "mvwdelch")?;
        check(t, curses(t)?.wdelch(&self.handle), if at.is_some() { "mvwdelch" } else { "wdelch" })
    }

    /// Delete the line of the cursor; what is below moves up.
    #[method]
    fn deleteln(&self, t: &Thread) -> PyResult<()> {
        check(t, curses(t)?.winsdelln(&self.handle, -1), "deleteln")
    }

    /// derwin([nlines=0, ncols=0,] begin_y, begin_x)
    /// Make a window of a part of this one; (begin_y, begin_x) counts from
    /// this window's corner.
    ///
    /// Without a size, it reaches to this window's lower right corner.
    #[method(text = "")]
    fn derwin(&self, t: &Thread, args: Args<'_>) -> PyResult<Owned<Self>> {
        self.part(t, &args, "derwin")
    }

    /// Write a character and refresh the window.
    #[method(sig = "(ch, attr=None, /)", text = "($self, ch, attr=_curses.A_NORMAL, /)")]
    fn echochar(&self, t: &Thread, ch: &Object, attr: Option<&Object>) -> PyResult<()> {
        let cell = self.cell_with(t, ch, attr)?;
        let curses = curses(t)?;
        let pad = curses.is_pad(&self.handle);
        check(
            t,
            if pad { curses.pechochar(&self.handle, cell) } else { curses.wechochar(&self.handle, cell) },
            "echochar",
        )
    }

    /// Return whether a place of the screen lies in the window.
    #[method(sig = "(y, x, /)")]
    fn enclose(&self, t: &Thread, y: i32, x: i32) -> PyResult<bool> {
        Ok(curses(t)?.wenclose(&self.handle, y, x))
    }

    /// the encoding that characters of the window are written in
    #[getter]
    fn encoding(&self, _t: &Thread) -> String {
        self.encoding.get()
    }

    #[setter]
    fn set_encoding(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        let Some(value) = value else { return Err(err!(t, TypeError, "encoding may not be deleted")) };
        let Some(name) = value.downcast::<PyStr>() else {
            return Err(err!(t, TypeError, "setting encoding to a non-string"));
        };
        let name = taipan_object::codecs::encode(t, name, Some("ascii"), None)?;
        // A C string ends at its first NUL.
        let bytes = name.as_bytes().split(|&byte| byte == 0).next().unwrap_or_default();
        self.encoding.set(CString::new(bytes).unwrap_or_default());
        Ok(())
    }

    /// get_wch([y, x])
    /// Read a character: a str, or an int for a key with a name.
    #[method(text = "")]
    fn get_wch(&self, t: &Thread, args: Args<'_>) -> PyResult {
        let at = Self::place(t, &args, "get_wch")?;
        let (curses, handle) = (curses(t)?, self.handle());
        let mut character = 0;
        let read = if self.go(t, at)? { t.allow_threads(|| curses.wget_wch(handle, &mut character)) } else { -1 };
        match read {
            crate::library::ERR => Err(no_input(t)),
            KEY_CODE_YES => Ok(PyInt::from_u64(t, character.into())?.into_object()),
            _ => Ok(PyStr::from_char(t, character)?.into_object()),
        }
    }

    /// Return where the upper left corner is: (y, x).
    #[method]
    fn getbegyx(&self, t: &Thread) -> PyResult<(i32, i32)> {
        let curses = curses(t)?;
        Ok((curses.getbegy(&self.handle), curses.getbegx(&self.handle)))
    }

    /// Return the background: a character with attributes.
    #[method]
    fn getbkgd(&self, t: &Thread) -> PyResult<u32> {
        Ok(curses(t)?.getbkgd(&self.handle))
    }

    /// getch([y, x])
    /// Read a key: a byte, or a number above 255 for a key with a name.
    ///
    /// -1 says that there is no input, when reading does not wait.
    #[method(text = "")]
    fn getch(&self, t: &Thread, args: Args<'_>) -> PyResult<i32> {
        self.read_key(t, &args, "getch")
    }

    /// getkey([y, x])
    /// Read a key: a str of one character, or a key's name.
    ///
    /// It is an error when there is no input and reading does not wait.
    #[method(text = "")]
    fn getkey(&self, t: &Thread, args: Args<'_>) -> PyResult {
        match self.read_key(t, &args, "getkey")? {
            crate::library::ERR => Err(no_input(t)),
            key @ 0..=255 => Ok(PyStr::from_char(t, key as u32)?.into_object()),
            key => {
                let name = curses(t)?.keyname(key).unwrap_or_default();
                Ok(PyStr::from_str(t, &String::from_utf8_lossy(&name))?.into_object())
            }
        }
    }

    /// Return the window's height and width.
    #[method]
    fn getmaxyx(&self, t: &Thread) -> PyResult<(i32, i32)> {
        let curses = curses(t)?;
        Ok((curses.getmaxy(&self.handle), curses.getmaxx(&self.handle)))
    }

    /// Return where the window begins in its parent: (y, x).
    ///
    /// (-1, -1) if it has no parent.
    #[method]
    fn getparyx(&self, t: &Thread) -> PyResult<(i32, i32)> {
        let curses = curses(t)?;
        Ok((curses.getpary(&self.handle), curses.getparx(&self.handle)))
    }

    /// getstr([[y, x,] n=2047])
    /// Read a line of at most n bytes, with some editing.
    #[method(text = "")]
    fn getstr(&self, t: &Thread, args: Args<'_>) -> PyResult<Owned<PyBytes>> {
        let (at, n) = Self::place_and_count(t, &args, "getstr")?;
        let (curses, handle) = (curses(t)?, self.handle());
        let read = if self.go(t, at)? { t.allow_threads(|| curses.wgetnstr(handle, n)) } else { None };
        crate::state::bytes(t, read)
    }

    /// Return where the cursor is: (y, x).
    #[method]
    fn getyx(&self, t: &Thread) -> PyResult<(i32, i32)> {
        let curses = curses(t)?;
        Ok((curses.getcury(&self.handle), curses.getcurx(&self.handle)))
    }

    /// hline([y, x,] ch, n, [attr=_curses.A_NORMAL])
    /// Draw a line of n characters to the right.
    #[method(text = "")]
    fn hline(&self, t: &Thread, args: Args<'_>) -> PyResult<()> {
        self.line(t, &args, "hline", false)
    }

    /// inch([y, x])
    /// Return the character at (y, x) or at the cursor, with attributes.
    #[method(text = "")]
    fn inch(&self, t: &Thread, args: Args<'_>) -> PyResult<u32> {
        let at = Self::place(t, &args, "inch")?;
        if self.go(t, at)? { Ok(curses(t)?.winch(&self.handle)) } else { Ok(u32::MAX) }
    }

    /// insch([y, x,] ch, [attr=_curses.A_NORMAL])
    /// Insert a character; the rest of the line moves to the right.
    #[method(text = "")]
    fn insch(&self, t: &Thread, args: Args<'_>) -> PyResult<()> {
        let (at, ch, attr) = Self::place_and_character(t, &args, "insch")?;
        let cell = self.cell_with(t, ch, attr)?;
        self.start(t, at, "insch")?;
        check(t, curses(t)?.winsch(&self.handle, cell), "insch")
    }

    /// Insert lines above the cursor's, or delete lines if nlines is negative.
    #[method(sig = "(nlines, /)")]
    fn insdelln(&self, t: &Thread, nlines: i32) -> PyResult<()> {
        check(t, curses(t)?.winsdelln(&self.handle, nlines), "insdelln")
    }

    /// Insert a line above the cursor's; what is below moves down.
    #[method]
    fn insertln(&self, t: &Thread) -> PyResult<()> {
        check(t, curses(t)?.winsdelln(&self.handle, 1), "insertln")
    }

    /// insnstr([y, x,] str, n, [attr])
    /// Insert at most n characters of a str; the rest of the line moves to
    /// the right. If n is not positive, the whole str.
    #[method(text = "")]
    fn insnstr(&self, t: &Thread, args: Args<'_>) -> PyResult<()> {
        self.insert(t, &args, "insnstr", true)
    }

    /// insstr([y, x,] str, [attr])
    /// Insert a str; the rest of the line moves to the right.
    #[method(text = "")]
    fn insstr(&self, t: &Thread, args: Args<'_>) -> PyResult<()> {
        self.insert(t, &args, "insstr", false)
    }

    /// instr([y, x,] n=2047)
    /// Return at most n bytes of what the line shows from (y, x) or the
    /// cursor on, without attributes.
    #[method(text = "")]
    fn instr(&self, t: &Thread, args: Args<'_>) -> PyResult<Owned<PyBytes>> {
        let (at, n) = Self::place_and_count(t, &args, "instr")?;
        let shown = if self.go(t, at)? { curses(t)?.winnstr(&self.handle, n) } else { None };
        crate::state::bytes(t, shown)
    }

    /// Return whether a line was changed since the last refresh().
    #[method(sig = "(line, /)")]
    fn is_linetouched(&self, t: &Thread, line: i32) -> PyResult<bool> {
        let curses = curses(t)?;
        if !(0..curses.getmaxy(&self.handle)).contains(&line) {
            return Err(err!(t, TypeError, "is_linetouched: line number outside of boundaries"));
        }
        Ok(curses.is_linetouched(&self.handle, line))
    }

    /// Return whether the window was changed since the last refresh().
    #[method]
    fn is_wintouched(&self, t: &Thread) -> PyResult<bool> {
        Ok(curses(t)?.is_wintouched(&self.handle))
    }

    /// Move the cursor to (new_y, new_x).
    #[method(text = "($self, new_y, new_x, /)")]
    fn r#move(&self, t: &Thread, args: Args<'_>) -> PyResult<()> {
        args.no_keywords(t, "_curses.window.move")?;
        let &[y, x] = args.pos else { return Err(err!(t, TypeError, "y,x")) };
        check(t, curses(t)?.wmove(&self.handle, int(t, y)?, int(t, x)?), "wmove")
    }

    /// noutrefresh([pminrow, pmincol, sminrow, smincol, smaxrow, smaxcol])
    /// Mark the window for doupdate(), which shows all such windows at once.
    ///
    /// For a pad, the arguments say what is shown of it and where.
    #[method(text = "")]
    fn noutrefresh(&self, t: &Thread, args: Args<'_>) -> PyResult<()> {
        let (curses, handle) = (curses(t)?, self.handle());
        match self.shown(t, &args, "noutrefresh", "called for a pad")? {
            Some([a, b, c, d, e, f]) => {
                let result = t.allow_threads(|| curses.pnoutrefresh(handle, a, b, c, d, e, f));
                check(t, result, "pnoutrefresh")
            }
            None => check(t, t.allow_threads(|| curses.wnoutrefresh(handle)), "wnoutrefresh"),
        }
    }

    /// overlay(destwin, [sminrow, smincol, dminrow, dmincol, dmaxrow, dmaxcol])
    /// Copy the window's characters onto another window, blanks excepted.
    #[method(text = "")]
    fn overlay(&self, t: &Thread, args: Args<'_>) -> PyResult<()> {
        self.copy(t, &args, "overlay")
    }

    /// overwrite(destwin, [sminrow, smincol, dminrow, dmincol, dmaxrow,
    ///           dmaxcol])
    /// Copy the window's characters onto another window, blanks included.
    #[method(text = "")]
    fn overwrite(&self, t: &Thread, args: Args<'_>) -> PyResult<()> {
        self.copy(t, &args, "overwrite")
    }

    /// Write what there is of the window to a file object, for getwin().
    #[method(sig = "(file, /)")]
    fn putwin(&self, t: &Thread, file: &Object) -> PyResult {
        let content = match curses(t)?.put_window(&self.handle) {
            Ok(Some(content)) => content,
            Ok(None) => return Err(error(t, "_curses", "putwin() returned ERR")),
            Err(failure) => return Err(taipan_object::errors::io_error(t, &failure)),
        };
        let mut result = taipan_object::singletons::none().own();
        for chunk in content.chunks(8192) {
            result = file.call_method(t, &*PyStr::from_str(t, "write")?, &[&*PyBytes::new(t, chunk)?])?;
        }
        Ok(result)
    }

    /// refresh([pminrow, pmincol, sminrow, smincol, smaxrow, smaxcol])
    /// Show at once what was drawn and deleted.
    ///
    /// For a pad, the arguments say what is shown of it and where: from
    /// (pminrow, pmincol) on, in the screen's rectangle from (sminrow,
    /// smincol) to (smaxrow, smaxcol).
    #[method(text = "")]
    fn refresh(&self, t: &Thread, args: Args<'_>) -> PyResult<()> {
        let (curses, handle) = (curses(t)?, self.handle());
        match self.shown(t, &args, "refresh", "for a pad")? {
            Some([a, b, c, d, e, f]) => {
                check(t, t.allow_threads(|| curses.prefresh(handle, a, b, c, d, e, f)), "prefresh")
            }
            None => check(t, t.allow_threads(|| curses.wrefresh(handle)), "wrefresh"),
        }
    }

    /// scroll([lines=1])
    /// Scroll the window, or its scrolling region, up by some lines.
    #[method(text = "")]
    fn scroll(&self, t: &Thread, args: Args<'_>) -> PyResult<()> {
        args.no_keywords(t, "_curses.window.scroll")?;
        let lines = match *args.pos {
            [] => 1,
            [lines] => int(t, lines)?,
            _ => return Err(wrong_count(t, "scroll", 0, 1)),
        };
        check(t, curses(t)?.wscrl(&self.handle, lines), "scroll")
    }

    /// subwin([nlines=0, ncols=0,] begin_y, begin_x)
    /// Make a pad of a part of this pad.
    ///
    /// Without a size, it reaches to this pad's lower right corner.
    #[method(text = "")]
    fn subpad(&self, t: &Thread, args: Args<'_>) -> PyResult<Owned<Self>> {
        self.part(t, &args, "subwin")
    }

    /// subwin([nlines=0, ncols=0,] begin_y, begin_x)
    /// Make a window of a part of this one; (begin_y, begin_x) counts from
    /// the screen's corner.
    ///
    /// Without a size, it reaches to this window's lower right corner.
    #[method(text = "")]
    fn subwin(&self, t: &Thread, args: Args<'_>) -> PyResult<Owned<Self>> {
        self.part(t, &args, "subwin")
    }

    /// Set how long reading waits: delay milliseconds.
    ///
    /// A negative delay waits for ever, and 0 not at all.
    #[method(sig = "(delay, /)")]
    fn timeout(&self, t: &Thread, delay: i32) -> PyResult<()> {
        curses(t)?.wtimeout(&self.handle, delay);
        Ok(())
    }

    /// touchline(start, count, [changed=True])
    /// Act as if count lines from start on had changed, or had not.
    #[method(text = "")]
    fn touchline(&self, t: &Thread, args: Args<'_>) -> PyResult<()> {
        args.no_keywords(t, "_curses.window.touchline")?;
        let curses = curses(t)?;
        let result = match *args.pos {
            [start, count] => curses.touchline(&self.handle, int(t, start)?, int(t, count)?),
            [start, count, changed] => {
                let changed = changed.is_true(t)?;
                curses.wtouchln(&self.handle, int(t, start)?, int(t, count)?, changed.into())
            }
            _ => return Err(wrong_count(t, "touchline", 2, 3)),
        };
        check(t, result, "touchline")
    }

    /// vline([y, x,] ch, n, [attr=_curses.A_NORMAL])
    /// Draw a line of n characters downwards.
    #[method(text = "")]
    fn vline(&self, t: &Thread, args: Args<'_>) -> PyResult<()> {
        self.line(t, &args, "vline", true)
    }

    /// Remove attributes from those that text is written with.
    #[method(sig = "(attr, /)")]
    fn attroff(&self, t: &Thread, attr: &Object) -> PyResult<()> {
        let attr = attributes(t, attr)?;
        check(t, curses(t)?.wattroff(&self.handle, attr as i32), "attroff")
    }

    /// Add attributes to those that text is written with.
    #[method(sig = "(attr, /)")]
    fn attron(&self, t: &Thread, attr: &Object) -> PyResult<()> {
        let attr = attributes(t, attr)?;
        check(t, curses(t)?.wattron(&self.handle, attr as i32), "attron")
    }

    /// Set the attributes that text is written with.
    #[method(sig = "(attr, /)")]
    fn attrset(&self, t: &Thread, attr: &Object) -> PyResult<()> {
        let attr = attributes(t, attr)?;
        check(t, curses(t)?.wattrset(&self.handle, attr as i32), "attrset")
    }

    /// Clear the window, and repaint it whole at the next refresh().
    #[method]
    fn clear(&self, t: &Thread) -> PyResult<()> {
        check(t, curses(t)?.wclear(&self.handle), "wclear")
    }

    /// If the flag is true, the next refresh() clears the screen first.
    #[method(sig = "(flag, /)")]
    fn clearok(&self, t: &Thread, flag: IntBool) -> PyResult<()> {
        check(t, curses(t)?.clearok(&self.handle, flag.0), "clearok")
    }

    /// Erase from the cursor to the end of the window: what is right of the
    /// cursor, and all lines below.
    #[method]
    fn clrtobot(&self, t: &Thread) -> PyResult<()> {
        check(t, curses(t)?.wclrtobot(&self.handle), "wclrtobot")
    }

    /// Erase from the cursor to the end of its line.
    #[method]
    fn clrtoeol(&self, t: &Thread) -> PyResult<()> {
        check(t, curses(t)?.wclrtoeol(&self.handle), "wclrtoeol")
    }

    /// Move the cursors of all ancestors to where this window has its own.
    #[method]
    fn cursyncup(&self, t: &Thread) -> PyResult<()> {
        curses(t)?.wcursyncup(&self.handle);
        Ok(())
    }

    /// Clear the window.
    #[method]
    fn erase(&self, t: &Thread) -> PyResult<()> {
        check(t, curses(t)?.werase(&self.handle), "werase")
    }

    /// Let the library use the terminal's insertion and deletion of characters,
    /// or not.
    #[method(sig = "(flag, /)")]
    fn idcok(&self, t: &Thread, flag: IntBool) -> PyResult<()> {
        curses(t)?.idcok(&self.handle, flag.0);
        Ok(())
    }

    /// Let the library use the terminal's insertion and deletion of lines,
    /// or not.
    #[method(sig = "(flag, /)")]
    fn idlok(&self, t: &Thread, flag: IntBool) -> PyResult<()> {
        check(t, curses(t)?.idlok(&self.handle, flag.0), "idlok")
    }

    /// If the flag is true, every change of the window refreshes it at once.
    #[method(sig = "(flag, /)")]
    fn immedok(&self, t: &Thread, flag: IntBool) -> PyResult<()> {
        curses(t)?.immedok(&self.handle, flag.0);
        Ok(())
    }

    /// If the flag is true, escape sequences of keys are read as one key.
    #[method(sig = "(flag, /)")]
    fn keypad(&self, t: &Thread, flag: IntBool) -> PyResult<()> {
        check(t, curses(t)?.keypad(&self.handle, flag.0), "keypad")
    }

    /// If the flag is true, the cursor stays where the update leaves it.
    #[method(sig = "(flag, /)")]
    fn leaveok(&self, t: &Thread, flag: IntBool) -> PyResult<()> {
        check(t, curses(t)?.leaveok(&self.handle, flag.0), "leaveok")
    }

    /// If the flag is true, getch() does not wait.
    #[method(sig = "(flag, /)")]
    fn nodelay(&self, t: &Thread, flag: IntBool) -> PyResult<()> {
        check(t, curses(t)?.nodelay(&self.handle, flag.0), "nodelay")
    }

    /// If the flag is true, escape sequences do not time out.
    #[method(sig = "(flag, /)")]
    fn notimeout(&self, t: &Thread, flag: IntBool) -> PyResult<()> {
        check(t, curses(t)?.notimeout(&self.handle, flag.0), "notimeout")
    }

    /// Mark the whole window for the next refresh().
    #[method]
    fn redrawwin(&self, t: &Thread) -> PyResult<()> {
        check(t, curses(t)?.redrawwin(&self.handle), "redrawwin")
    }

    /// If the flag is true, the window scrolls when the cursor leaves its last
    /// line; otherwise the cursor stays there.
    #[method(sig = "(flag, /)")]
    fn scrollok(&self, t: &Thread, flag: IntBool) -> PyResult<()> {
        check(t, curses(t)?.scrollok(&self.handle, flag.0), "scrollok")
    }

    /// Turn the attribute "standout" off.
    #[method]
    fn standend(&self, t: &Thread) -> PyResult<()> {
        check(t, curses(t)?.wstandend(&self.handle), "wstandend")
    }

    /// Turn the attribute "standout" on.
    #[method]
    fn standout(&self, t: &Thread) -> PyResult<()> {
        check(t, curses(t)?.wstandout(&self.handle), "wstandout")
    }

    /// Touch every place of the window that an ancestor has touched.
    #[method]
    fn syncdown(&self, t: &Thread) -> PyResult<()> {
        curses(t)?.wsyncdown(&self.handle);
        Ok(())
    }

    /// If the flag is true, every change of the window calls syncup().
    #[method(sig = "(flag, /)")]
    fn syncok(&self, t: &Thread, flag: IntBool) -> PyResult<()> {
        check(t, curses(t)?.syncok(&self.handle, flag.0), "syncok")
    }

    /// Touch every place in the ancestors that this window has changed.
    #[method]
    fn syncup(&self, t: &Thread) -> PyResult<()> {
        curses(t)?.wsyncup(&self.handle);
        Ok(())
    }

    /// Act as if the whole window had changed.
    #[method]
    fn touchwin(&self, t: &Thread) -> PyResult<()> {
        check(t, curses(t)?.touchwin(&self.handle), "touchwin")
    }

    /// Act as if nothing had changed since the last refresh().
    #[method]
    fn untouchwin(&self, t: &Thread) -> PyResult<()> {
        check(t, curses(t)?.untouchwin(&self.handle), "untouchwin")
    }

    /// Move the window inside its parent.
    ///
    /// What of the parent the window shows changes; where it is on the screen
    /// does not.
    #[method(sig = "(y, x, /)")]
    fn mvderwin(&self, t: &Thread, y: i32, x: i32) -> PyResult<()> {
        check(t, curses(t)?.mvderwin(&self.handle, y, x), "mvderwin")
    }

    /// Move the window so that its upper left corner is at (new_y, new_x).
    #[method(sig = "(new_y, new_x, /)")]
    fn mvwin(&self, t: &Thread, new_y: i32, new_x: i32) -> PyResult<()> {
        check(t, curses(t)?.mvwin(&self.handle, new_y, new_x), "mvwin")
    }

    /// Mark num lines from line beg on for the next refresh().
    #[method(sig = "(beg, num, /)")]
    fn redrawln(&self, t: &Thread, beg: i32, num: i32) -> PyResult<()> {
        check(t, curses(t)?.wredrawln(&self.handle, beg, num), "redrawln")
    }

    /// Give the window another size.
    ///
    /// A larger window is filled with its background.
    #[method(sig = "(nlines, ncols, /)")]
    fn resize(&self, t: &Thread, nlines: i32, ncols: i32) -> PyResult<()> {
        check(t, curses(t)?.wresize(&self.handle, nlines, ncols), "wresize")
    }

    /// Set the region that scrolls, from line top to line bottom.
    #[method(sig = "(top, bottom, /)")]
    fn setscrreg(&self, t: &Thread, top: i32, bottom: i32) -> PyResult<()> {
        check(t, curses(t)?.wsetscrreg(&self.handle, top, bottom), "wsetscrreg")
    }
}

/// No key was read: a signal's handler raised, or there was none.
#[cold]
fn no_input(t: &Thread) -> taipan_object::Raised {
    match state::check_signals(t) {
        Ok(()) => error(t, "_curses", "no input"),
        Err(raised) => raised,
    }
}
