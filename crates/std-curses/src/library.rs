//! The system's ncurses, found when `_curses` is imported.
//!
//! The terminals' descriptions that programs use belong to the system, and so does the library that reads them: it is
//! opened by its name at run time, as the dynamic linker would for CPython's `_curses`. All calls go through the tables
//! here, with types that keep what the library asks for: windows and panels live as long as their handles, strings end
//! in NUL.

use core::ffi::{CStr, c_char, c_int, c_long, c_short, c_uint, c_void};
use core::ptr::{NonNull, null_mut};
use std::ffi::CString;
use std::sync::OnceLock;
use taipan_runtime::dynamic::Library;

/// A character with attributes (`chtype`, `attr_t`).
pub type Cell = c_uint;

/// `ERR`.
pub const ERR: c_int = -1;
/// `KEY_CODE_YES`: what was read is a key's code.
pub const KEY_CODE_YES: c_int = 0o400;

/// A wide character with attributes (`cchar_t`).
#[repr(C)]
#[derive(Default)]
pub struct WideCell {
    attributes: c_uint,
    characters: [c_int; 5],
    color: c_int,
}

/// What the mouse did (`MEVENT`).
#[repr(C)]
#[derive(Default)]
pub struct MouseEvent {
    /// The device.
    pub id: c_short,
    /// The column.
    pub x: c_int,
    /// The line.
    pub y: c_int,
    /// Not used by ncurses.
    pub z: c_int,
    /// The state of the buttons.
    pub buttons: c_uint,
}

/// Text as characters of type `wchar_t`, which end in NUL.
pub struct Wide(Vec<c_int>);

impl Wide {
    /// The characters; `None` if there is a NUL among them.
    pub fn new(points: impl Iterator<Item = u32>) -> Option<Self> {
        let mut characters: Vec<c_int> = points.map(|point| point as c_int).collect();
        if characters.contains(&0) {
            return None;
        }
        characters.push(0);
        Some(Self(characters))
    }
}

/// A window (`WINDOW *`) that goes with its handle.
#[repr(transparent)]
pub struct Window(NonNull<c_void>);

// SAFETY: the library is called by one thread at a time, except by functions that wait for input or time, during which
// CPython lets other threads run as well.
unsafe impl Send for Window {}
// SAFETY: as above.
unsafe impl Sync for Window {}

impl Drop for Window {
    fn drop(&mut self) {
        if let Ok(curses) = Curses::get()
            && !curses.is_screen(self)
        {
            // SAFETY: the handle is the only one.
            unsafe { (curses.others.delwin)(self.0.as_ptr()) };
        }
    }
}

/// A panel (`PANEL *`) that goes with its handle.
#[repr(transparent)]
pub struct Panel(NonNull<c_void>);

impl Panel {
    /// What tells panels apart.
    pub fn id(&self) -> PanelId {
        PanelId(self.0.as_ptr() as usize)
    }
}

impl Drop for Panel {
    fn drop(&mut self) {
        if let Ok(panels) = Panels::get() {
            // SAFETY: the handle is the only one.
            unsafe { (panels.del_panel)(self.0.as_ptr()) };
        }
    }
}

/// Tells panels apart.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PanelId(usize);

/// How an argument goes to C.
trait Pass {
    type C;
    fn pass(self) -> Self::C;
}

/// How a result comes from C.
trait Receive {
    type C;
    /// # Safety
    /// The value is what the library returned.
    unsafe fn receive(value: Self::C) -> Self;
}

macro_rules! as_it_is {
    ($($ty:ty),*) => {
        $(impl Pass for $ty {
            type C = $ty;
            fn pass(self) -> $ty {
                self
            }
        }
        impl Receive for $ty {
            type C = $ty;
            unsafe fn receive(value: $ty) -> $ty {
                value
            }
        })*
    };
}

as_it_is!(c_int, c_uint, c_short, c_char, ());

impl Pass for bool {
    type C = u8;
    fn pass(self) -> u8 {
        self.into()
    }
}

impl Receive for bool {
    type C = u8;
    unsafe fn receive(value: u8) -> Self {
        value != 0
    }
}

impl Pass for &Window {
    type C = *mut c_void;
    fn pass(self) -> *mut c_void {
        self.0.as_ptr()
    }
}

impl Pass for Option<&Window> {
    type C = *mut c_void;
    fn pass(self) -> *mut c_void {
        self.map_or(null_mut(), |window| window.0.as_ptr())
    }
}

impl Receive for Option<Window> {
    type C = *mut c_void;
    unsafe fn receive(value: *mut c_void) -> Self {
        NonNull::new(value).map(Window)
    }
}

impl Pass for &Panel {
    type C = *mut c_void;
    fn pass(self) -> *mut c_void {
        self.0.as_ptr()
    }
}

impl Pass for Option<&Panel> {
    type C = *mut c_void;
    fn pass(self) -> *mut c_void {
        self.map_or(null_mut(), |panel| panel.0.as_ptr())
    }
}

impl Receive for Option<Panel> {
    type C = *mut c_void;
    unsafe fn receive(value: *mut c_void) -> Self {
        NonNull::new(value).map(Panel)
    }
}

impl Receive for Option<PanelId> {
    type C = *mut c_void;
    unsafe fn receive(value: *mut c_void) -> Self {
        (!value.is_null()).then_some(PanelId(value as usize))
    }
}

impl Pass for &CStr {
    type C = *const c_char;
    fn pass(self) -> *const c_char {
        self.as_ptr()
    }
}

impl Receive for Option<Vec<u8>> {
    type C = *const c_char;
    unsafe fn receive(value: *const c_char) -> Self {
        // SAFETY: a string of the library's; -1 is what tigetstr() says of a capability that is no string.
        (!value.is_null() && value as isize != -1).then(|| unsafe { CStr::from_ptr(value) }.to_bytes().to_vec())
    }
}

impl Pass for &Wide {
    type C = *const c_int;
    fn pass(self) -> *const c_int {
        self.0.as_ptr()
    }
}

impl Pass for &WideCell {
    type C = *const WideCell;
    fn pass(self) -> *const WideCell {
        self
    }
}

macro_rules! by_address {
    ($($ty:ty),*) => {
        $(impl Pass for &mut $ty {
            type C = *mut $ty;
            fn pass(self) -> *mut $ty {
                self
            }
        })*
    };
}

by_address!(c_int, c_uint, WideCell, MouseEvent);

macro_rules! functions {
    ($owner:ident: $($name:ident($($arg:ident: $ty:ty),*) -> $ret:ty;)*) => {
        /// The library's functions under their names; the manual says what they do.
        impl $owner {
            $(pub fn $name(&self, $($arg: $ty),*) -> $ret {
                // SAFETY: the types of the arguments hold what the function asks for.
                unsafe { <$ret as Receive>::receive((self.functions.$name)($($arg.pass()),*)) }
            })*
        }
    };
}

macro_rules! table {
    ($table:ident: $($name:ident($($arg:ident: $ty:ty),*) -> $ret:ty;)*) => {
        struct $table {
            $($name: unsafe extern "C" fn($(<$ty as Pass>::C),*) -> <$ret as Receive>::C,)*
        }

        impl $table {
            fn load(library: Library) -> Result<Self, String> {
                Ok(Self {
                    $($name: {
                        let name = CString::new(stringify!($name)).unwrap_or_default();
                        // SAFETY: the function has this type in the library's header.
                        unsafe { library.get(&name)? }
                    },)*
                })
            }
        }
    };
}

macro_rules! with_curses_functions {
    ($go:ident, $owner:ident) => {
        $go! { $owner:
            assume_default_colors(fg: c_int, bg: c_int) -> c_int;
            baudrate() -> c_int;
            beep() -> c_int;
            can_change_color() -> bool;
            cbreak() -> c_int;
            clearok(window: &Window, flag: bool) -> c_int;
            copywin(from: &Window, to: &Window, sminrow: c_int, smincol: c_int, dminrow: c_int, dmincol: c_int,
                dmaxrow: c_int, dmaxcol: c_int, overlay: c_int) -> c_int;
            curs_set(visibility: c_int) -> c_int;
            curses_version() -> Option<Vec<u8>>;
            def_prog_mode() -> c_int;
            def_shell_mode() -> c_int;
            delay_output(ms: c_int) -> c_int;
            derwin(window: &Window, nlines: c_int, ncols: c_int, y: c_int, x: c_int) -> Option<Window>;
            doupdate() -> c_int;
            echo() -> c_int;
            endwin() -> c_int;
            erasechar() -> c_char;
            extended_color_content(color: c_int, r: &mut c_int, g: &mut c_int, b: &mut c_int) -> c_int;
            extended_pair_content(pair: c_int, fg: &mut c_int, bg: &mut c_int) -> c_int;
            filter() -> ();
            flash() -> c_int;
            flushinp() -> c_int;
            getattrs(window: &Window) -> c_int;
            getbegx(window: &Window) -> c_int;
            getbegy(window: &Window) -> c_int;
            getbkgd(window: &Window) -> Cell;
            getcurx(window: &Window) -> c_int;
            getcury(window: &Window) -> c_int;
            getmaxx(window: &Window) -> c_int;
            getmaxy(window: &Window) -> c_int;
            getmouse(event: &mut MouseEvent) -> c_int;
            getparx(window: &Window) -> c_int;
            getpary(window: &Window) -> c_int;
            halfdelay(tenths: c_int) -> c_int;
            has_colors() -> bool;
            has_ic() -> bool;
            has_il() -> bool;
            has_key(key: c_int) -> c_int;
            idcok(window: &Window, flag: bool) -> ();
            idlok(window: &Window, flag: bool) -> c_int;
            immedok(window: &Window, flag: bool) -> ();
            init_extended_color(color: c_int, r: c_int, g: c_int, b: c_int) -> c_int;
            init_extended_pair(pair: c_int, fg: c_int, bg: c_int) -> c_int;
            intrflush(window: Option<&Window>, flag: bool) -> c_int;
            is_leaveok(window: &Window) -> bool;
            is_linetouched(window: &Window, line: c_int) -> bool;
            is_pad(window: &Window) -> bool;
            is_term_resized(nlines: c_int, ncols: c_int) -> bool;
            is_wintouched(window: &Window) -> bool;
            isendwin() -> bool;
            keyname(key: c_int) -> Option<Vec<u8>>;
            keypad(window: &Window, flag: bool) -> c_int;
            killchar() -> c_char;
            leaveok(window: &Window, flag: bool) -> c_int;
            longname() -> Option<Vec<u8>>;
            meta(window: Option<&Window>, flag: bool) -> c_int;
            mouseinterval(ms: c_int) -> c_int;
            mousemask(new: c_uint, old: &mut c_uint) -> c_uint;
            mvderwin(window: &Window, y: c_int, x: c_int) -> c_int;
            mvwin(window: &Window, y: c_int, x: c_int) -> c_int;
            napms(ms: c_int) -> c_int;
            newpad(nlines: c_int, ncols: c_int) -> Option<Window>;
            newwin(nlines: c_int, ncols: c_int, y: c_int, x: c_int) -> Option<Window>;
            nl() -> c_int;
            nocbreak() -> c_int;
            nodelay(window: &Window, flag: bool) -> c_int;
            noecho() -> c_int;
            nonl() -> c_int;
            noqiflush() -> ();
            noraw() -> c_int;
            notimeout(window: &Window, flag: bool) -> c_int;
            overlay(from: &Window, to: &Window) -> c_int;
            overwrite(from: &Window, to: &Window) -> c_int;
            pechochar(pad: &Window, cell: Cell) -> c_int;
            pnoutrefresh(pad: &Window, pminrow: c_int, pmincol: c_int, sminrow: c_int, smincol: c_int, smaxrow: c_int,
                smaxcol: c_int) -> c_int;
            prefresh(pad: &Window, pminrow: c_int, pmincol: c_int, sminrow: c_int, smincol: c_int, smaxrow: c_int,
                smaxcol: c_int) -> c_int;
            putp(string: &CStr) -> c_int;
            qiflush() -> ();
            raw() -> c_int;
            redrawwin(window: &Window) -> c_int;
            reset_prog_mode() -> c_int;
            reset_shell_mode() -> c_int;
            resetty() -> c_int;
            resize_term(nlines: c_int, ncols: c_int) -> c_int;
            resizeterm(nlines: c_int, ncols: c_int) -> c_int;
            savetty() -> c_int;
            scrollok(window: &Window, flag: bool) -> c_int;
            set_escdelay(ms: c_int) -> c_int;
            set_tabsize(size: c_int) -> c_int;
            setupterm(term: Option<&CStr>, fd: c_int, error: &mut c_int) -> c_int;
            start_color() -> c_int;
            subpad(pad: &Window, nlines: c_int, ncols: c_int, y: c_int, x: c_int) -> Option<Window>;
            subwin(window: &Window, nlines: c_int, ncols: c_int, y: c_int, x: c_int) -> Option<Window>;
            syncok(window: &Window, flag: bool) -> c_int;
            termattrs() -> Cell;
            termname() -> Option<Vec<u8>>;
            tigetflag(name: &CStr) -> c_int;
            tigetnum(name: &CStr) -> c_int;
            tigetstr(name: &CStr) -> Option<Vec<u8>>;
            touchline(window: &Window, start: c_int, count: c_int) -> c_int;
            touchwin(window: &Window) -> c_int;
            typeahead(fd: c_int) -> c_int;
            unctrl(cell: Cell) -> Option<Vec<u8>>;
            unget_wch(character: c_int) -> c_int;
            ungetch(key: c_int) -> c_int;
            ungetmouse(event: &mut MouseEvent) -> c_int;
            untouchwin(window: &Window) -> c_int;
            use_default_colors() -> c_int;
            use_env(flag: bool) -> ();
            wadd_wch(window: &Window, cell: &WideCell) -> c_int;
            waddch(window: &Window, cell: Cell) -> c_int;
            waddnstr(window: &Window, text: &CStr, n: c_int) -> c_int;
            waddnwstr(window: &Window, text: &Wide, n: c_int) -> c_int;
            wattroff(window: &Window, attributes: c_int) -> c_int;
            wattron(window: &Window, attributes: c_int) -> c_int;
            wattrset(window: &Window, attributes: c_int) -> c_int;
            wbkgd(window: &Window, cell: Cell) -> c_int;
            wbkgdset(window: &Window, cell: Cell) -> ();
            wborder(window: &Window, ls: Cell, rs: Cell, ts: Cell, bs: Cell, tl: Cell, tr: Cell, bl: Cell, br: Cell)
                -> c_int;
            wclear(window: &Window) -> c_int;
            wclrtobot(window: &Window) -> c_int;
            wclrtoeol(window: &Window) -> c_int;
            wcursyncup(window: &Window) -> ();
            wdelch(window: &Window) -> c_int;
            wechochar(window: &Window, cell: Cell) -> c_int;
            wenclose(window: &Window, y: c_int, x: c_int) -> bool;
            werase(window: &Window) -> c_int;
            wget_wch(window: &Window, character: &mut c_uint) -> c_int;
            wgetch(window: &Window) -> c_int;
            whline(window: &Window, cell: Cell, n: c_int) -> c_int;
            winch(window: &Window) -> Cell;
            wins_nwstr(window: &Window, text: &Wide, n: c_int) -> c_int;
            winsch(window: &Window, cell: Cell) -> c_int;
            winsdelln(window: &Window, n: c_int) -> c_int;
            winsnstr(window: &Window, text: &CStr, n: c_int) -> c_int;
            wmove(window: &Window, y: c_int, x: c_int) -> c_int;
            wnoutrefresh(window: &Window) -> c_int;
            wredrawln(window: &Window, start: c_int, n: c_int) -> c_int;
            wrefresh(window: &Window) -> c_int;
            wresize(window: &Window, nlines: c_int, ncols: c_int) -> c_int;
            wscrl(window: &Window, n: c_int) -> c_int;
            wsetscrreg(window: &Window, top: c_int, bottom: c_int) -> c_int;
            wstandend(window: &Window) -> c_int;
            wstandout(window: &Window) -> c_int;
            wsyncdown(window: &Window) -> ();
            wsyncup(window: &Window) -> ();
            wtimeout(window: &Window, delay: c_int) -> ();
            wtouchln(window: &Window, y: c_int, n: c_int, changed: c_int) -> c_int;
            wvline(window: &Window, cell: Cell, n: c_int) -> c_int;
        }
    };
}

impl Pass for Option<&CStr> {
    type C = *const c_char;
    fn pass(self) -> *const c_char {
        self.map_or(core::ptr::null(), CStr::as_ptr)
    }
}

with_curses_functions!(table, CursesFunctions);
with_curses_functions!(functions, Curses);

/// Functions with types of their own.
struct Others {
    delwin: unsafe extern "C" fn(*mut c_void) -> c_int,
    getwin: unsafe extern "C" fn(*mut libc::FILE) -> *mut c_void,
    newterm: unsafe extern "C" fn(*const c_char, *mut libc::FILE, *mut libc::FILE) -> *mut c_void,
    putwin: unsafe extern "C" fn(*mut c_void, *mut libc::FILE) -> c_int,
    setcchar: unsafe extern "C" fn(*mut WideCell, *const c_int, c_uint, c_short, *const c_void) -> c_int,
    tparm: unsafe extern "C" fn(*const c_char, ...) -> *const c_char,
    wchgat: unsafe extern "C" fn(*mut c_void, c_int, c_uint, c_short, *const c_void) -> c_int,
    wgetnstr: unsafe extern "C" fn(*mut c_void, *mut c_char, c_int) -> c_int,
    winnstr: unsafe extern "C" fn(*mut c_void, *mut c_char, c_int) -> c_int,
}

/// The library's variables.
struct Variables {
    acs_map: NonNull<Cell>,
    colors: NonNull<c_int>,
    color_pairs: NonNull<c_int>,
    cols: NonNull<c_int>,
    escdelay: NonNull<c_int>,
    lines: NonNull<c_int>,
    newscr: NonNull<*mut c_void>,
    stdscr: NonNull<*mut c_void>,
    tabsize: NonNull<c_int>,
}

/// The library.
pub struct Curses {
    functions: CursesFunctions,
    others: Others,
    variables: Variables,
}

// SAFETY: addresses of functions and variables of the library, which are used under the GIL.
unsafe impl Send for Curses {}
// SAFETY: as above.
unsafe impl Sync for Curses {}

unsafe extern "C" {
    static stdin: *mut libc::FILE;
    static stdout: *mut libc::FILE;
}

impl Curses {
    /// The library, or why it can't be opened.
    pub fn get() -> Result<&'static Self, &'static str> {
        static LIBRARY: OnceLock<Result<Curses, String>> = OnceLock::new();
        LIBRARY.get_or_init(Self::load).as_ref().map_err(String::as_str)
    }

    fn load() -> Result<Self, String> {
        let library = Library::open(&[c"libncursesw.so.6"])?;
        // SAFETY: the functions have these types in the library's header.
        let others = unsafe {
            Others {
                delwin: library.get(c"delwin")?,
                getwin: library.get(c"getwin")?,
                newterm: library.get(c"newterm")?,
                putwin: library.get(c"putwin")?,
                setcchar: library.get(c"setcchar")?,
                tparm: library.get(c"tparm")?,
                wchgat: library.get(c"wchgat")?,
                wgetnstr: library.get(c"wgetnstr")?,
                winnstr: library.get(c"winnstr")?,
            }
        };
        let variables = Variables {
            acs_map: library.symbol(c"acs_map")?.cast(),
            colors: library.symbol(c"COLORS")?.cast(),
            color_pairs: library.symbol(c"COLOR_PAIRS")?.cast(),
            cols: library.symbol(c"COLS")?.cast(),
            escdelay: library.symbol(c"ESCDELAY")?.cast(),
            lines: library.symbol(c"LINES")?.cast(),
            newscr: library.symbol(c"newscr")?.cast(),
            stdscr: library.symbol(c"stdscr")?.cast(),
            tabsize: library.symbol(c"TABSIZE")?.cast(),
        };
        Ok(Self { functions: CursesFunctions::load(library)?, others, variables })
    }

    /// Starts the screen (`initscr`) and says whether that was possible. Unlike `initscr`, it comes back if not.
    pub fn start(&self) -> bool {
        // SAFETY: the process's own streams; the terminal is that of the environment.
        unsafe {
            if (self.others.newterm)(core::ptr::null(), stdout, stdin).is_null() {
                return false;
            }
        }
        if let Some(ms) =
            std::env::var("ESCDELAY").ok().and_then(|text| text.parse().ok()).filter(|&ms: &c_int| ms >= 0)
        {
            self.set_escdelay(ms);
        }
        self.def_prog_mode();
        true
    }

    /// The standard screen.
    pub fn screen(&self) -> Option<Window> {
        // SAFETY: the variable of a screen that was started; the library owns the window.
        NonNull::new(unsafe { self.variables.stdscr.read() }).map(Window)
    }

    fn is_screen(&self, window: &Window) -> bool {
        // SAFETY: a variable of the library.
        unsafe { self.variables.stdscr.read() == window.0.as_ptr() }
    }

    /// `LINES`.
    pub fn lines(&self) -> c_int {
        // SAFETY: a variable of the library.
        unsafe { self.variables.lines.read() }
    }

    /// `COLS`.
    pub fn cols(&self) -> c_int {
        // SAFETY: as above.
        unsafe { self.variables.cols.read() }
    }

    /// `COLORS`.
    pub fn colors(&self) -> c_int {
        // SAFETY: as above.
        unsafe { self.variables.colors.read() }
    }

    /// `COLOR_PAIRS`.
    pub fn color_pairs(&self) -> c_int {
        // SAFETY: as above.
        unsafe { self.variables.color_pairs.read() }
    }

    /// `ESCDELAY`.
    pub fn escdelay(&self) -> c_int {
        // SAFETY: as above.
        unsafe { self.variables.escdelay.read() }
    }

    /// `TABSIZE`.
    pub fn tabsize(&self) -> c_int {
        // SAFETY: as above.
        unsafe { self.variables.tabsize.read() }
    }

    /// The character of the alternate set (`ACS_*`) that a VT100 has under this letter.
    pub fn alternate(&self, letter: u8) -> Cell {
        // SAFETY: the table has 128 entries.
        unsafe { self.variables.acs_map.add(usize::from(letter & 127)).read() }
    }

    /// Where the cursor of the virtual screen is (`getsyx`).
    pub fn virtual_cursor(&self) -> (c_int, c_int) {
        // SAFETY: the window of a screen that was started; the library owns it.
        let screen = unsafe { self.variables.newscr.read() };
        let Some(window) = NonNull::new(screen).map(|window| core::mem::ManuallyDrop::new(Window(window))) else {
            return (-1, -1);
        };
        if self.is_leaveok(&window) { (-1, -1) } else { (self.getcury(&window), self.getcurx(&window)) }
    }

    /// Puts the cursor of the virtual screen somewhere (`setsyx`).
    pub fn set_virtual_cursor(&self, y: c_int, x: c_int) {
        // SAFETY: as above.
        let screen = unsafe { self.variables.newscr.read() };
        let Some(window) = NonNull::new(screen).map(|window| core::mem::ManuallyDrop::new(Window(window))) else {
            return;
        };
        let anywhere = y == -1 && x == -1;
        self.leaveok(&window, anywhere);
        if !anywhere {
            self.wmove(&window, y, x);
        }
    }

    /// A wide character with attributes; `None` if it can't be one.
    pub fn wide_cell(&self, character: &Wide, attributes: c_uint) -> Option<WideCell> {
        let mut cell = WideCell::default();
        let pair = pair_number(attributes) as c_short;
        // SAFETY: a structure to fill, and characters that end in NUL.
        let done =
            unsafe { (self.others.setcchar)(&mut cell, character.0.as_ptr(), attributes, pair, core::ptr::null()) };
        (done != ERR).then_some(cell)
    }

    /// `wchgat`.
    pub fn wchgat(&self, window: &Window, n: c_int, attributes: c_uint) -> c_int {
        let pair = pair_number(attributes) as c_short;
        let attributes = attributes & A_ATTRIBUTES;
        // SAFETY: a live window and numbers.
        unsafe { (self.others.wchgat)(window.0.as_ptr(), n, attributes, pair, core::ptr::null()) }
    }

    /// Reads at most `n` bytes of input (`wgetnstr`); `None` is an error.
    pub fn wgetnstr(&self, window: &Window, n: usize) -> Option<Vec<u8>> {
        text(n, |buffer, n| {
            // SAFETY: room for `n` bytes and a NUL.
            unsafe { (self.others.wgetnstr)(window.0.as_ptr(), buffer, n) }
        })
    }

    /// At most `n` bytes of what the window shows (`winnstr`); `None` is an error.
    pub fn winnstr(&self, window: &Window, n: usize) -> Option<Vec<u8>> {
        text(n, |buffer, n| {
            // SAFETY: room for `n` bytes and a NUL.
            unsafe { (self.others.winnstr)(window.0.as_ptr(), buffer, n) }
        })
    }

    /// A capability with its parameters (`tparm`).
    pub fn tparm(&self, capability: &CStr, parameters: [c_int; 9]) -> Option<Vec<u8>> {
        let [a, b, c, d, e, f, g, h, i] = parameters.map(c_long::from);
        // SAFETY: nine parameters are as many as a capability can have; the text is copied at once.
        unsafe { Receive::receive((self.others.tparm)(capability.as_ptr(), a, b, c, d, e, f, g, h, i)) }
    }

    /// What `putwin` writes of a window.
    pub fn put_window(&self, window: &Window) -> std::io::Result<Option<Vec<u8>>> {
        let file = TemporaryFile::new()?;
        // SAFETY: a live window and an open stream.
        if unsafe { (self.others.putwin)(window.0.as_ptr(), file.0.as_ptr()) } == ERR {
            return Ok(None);
        }
        file.content().map(Some)
    }

    /// The window that `putwin` wrote.
    pub fn get_window(&self, content: &[u8]) -> std::io::Result<Option<Window>> {
        let file = TemporaryFile::new()?;
        file.fill(content)?;
        // SAFETY: an open stream; the window is a new one.
        Ok(unsafe { Receive::receive((self.others.getwin)(file.0.as_ptr())) })
    }
}

/// The text that a function puts into a buffer for `n` bytes.
fn text(n: usize, fill: impl FnOnce(*mut c_char, c_int) -> c_int) -> Option<Vec<u8>> {
    let mut buffer = vec![0u8; n + 1];
    if fill(buffer.as_mut_ptr().cast(), n as c_int) == ERR {
        return None;
    }
    let end = buffer.iter().position(|&byte| byte == 0).unwrap_or(n);
    buffer.truncate(end);
    Some(buffer)
}

/// `PAIR_NUMBER`: the color pair in attributes.
pub fn pair_number(attributes: c_uint) -> c_uint {
    (attributes & A_COLOR) >> 8
}

/// `A_COLOR`.
pub const A_COLOR: c_uint = 0xff00;
/// `A_ATTRIBUTES`.
pub const A_ATTRIBUTES: c_uint = 0xffff_ff00;

/// A stream of the C library over a file without a name.
struct TemporaryFile(NonNull<libc::FILE>);

impl TemporaryFile {
    fn new() -> std::io::Result<Self> {
        // SAFETY: no arguments.
        NonNull::new(unsafe { libc::tmpfile() }).map(Self).ok_or_else(std::io::Error::last_os_error)
    }

    fn fill(&self, content: &[u8]) -> std::io::Result<()> {
        // SAFETY: an open stream and bytes.
        unsafe {
            if libc::fwrite(content.as_ptr().cast(), 1, content.len(), self.0.as_ptr()) != content.len()
                || libc::fseek(self.0.as_ptr(), 0, libc::SEEK_SET) != 0
            {
                return Err(std::io::Error::last_os_error());
            }
        }
        Ok(())
    }

    fn content(&self) -> std::io::Result<Vec<u8>> {
        let mut all = Vec::new();
        let mut buffer = [0u8; 8192];
        // SAFETY: an open stream and room for what is read.
        unsafe {
            if libc::fseek(self.0.as_ptr(), 0, libc::SEEK_SET) != 0 {
                return Err(std::io::Error::last_os_error());
            }
            loop {
                let n = libc::fread(buffer.as_mut_ptr().cast(), 1, buffer.len(), self.0.as_ptr());
                all.extend_from_slice(buffer.get(..n).unwrap_or_default());
                if n == 0 {
                    return Ok(all);
                }
            }
        }
    }
}

impl Drop for TemporaryFile {
    fn drop(&mut self) {
        // SAFETY: an open stream.
        unsafe { libc::fclose(self.0.as_ptr()) };
    }
}

macro_rules! with_panel_functions {
    ($go:ident, $owner:ident) => {
        $go! { $owner:
            bottom_panel(panel: &Panel) -> c_int;
            hide_panel(panel: &Panel) -> c_int;
            move_panel(panel: &Panel, y: c_int, x: c_int) -> c_int;
            new_panel(window: &Window) -> Option<Panel>;
            panel_above(panel: Option<&Panel>) -> Option<PanelId>;
            panel_below(panel: Option<&Panel>) -> Option<PanelId>;
            panel_hidden(panel: &Panel) -> c_int;
            replace_panel(panel: &Panel, window: &Window) -> c_int;
            show_panel(panel: &Panel) -> c_int;
            top_panel(panel: &Panel) -> c_int;
            update_panels() -> ();
        }
    };
}

with_panel_functions!(table, PanelFunctions);
with_panel_functions!(functions, Panels);

/// The library of panels.
pub struct Panels {
    functions: PanelFunctions,
    del_panel: unsafe extern "C" fn(*mut c_void) -> c_int,
}

impl Panels {
    /// The library, or why it can't be opened.
    pub fn get() -> Result<&'static Self, &'static str> {
        static LIBRARY: OnceLock<Result<Panels, String>> = OnceLock::new();
        LIBRARY.get_or_init(Self::load).as_ref().map_err(String::as_str)
    }

    fn load() -> Result<Self, String> {
        let library = Library::open(&[c"libpanelw.so.6"])?;
        // SAFETY: the function has this type in the library's header.
        let del_panel = unsafe { library.get(c"del_panel")? };
        Ok(Self { functions: PanelFunctions::load(library)?, del_panel })
    }
}

/// The encoding of a window: a string of C, because `py_curses.h` shows it.
#[repr(transparent)]
pub struct EncodingName(core::cell::Cell<*mut c_char>);

impl EncodingName {
    /// Keeps a copy of the name.
    pub fn new(name: &CStr) -> Self {
        Self(core::cell::Cell::new(name.to_owned().into_raw()))
    }

    /// The name.
    pub fn get(&self) -> String {
        // SAFETY: a string of this type's.
        unsafe { CStr::from_ptr(self.0.get()) }.to_string_lossy().into_owned()
    }

    /// Takes another name.
    pub fn set(&self, name: CString) {
        let old = self.0.replace(name.into_raw());
        // SAFETY: made by `into_raw`.
        drop(unsafe { CString::from_raw(old) });
    }
}

impl Drop for EncodingName {
    fn drop(&mut self) {
        // SAFETY: made by `into_raw`.
        drop(unsafe { CString::from_raw(self.0.get()) });
    }
}

/// The name of the locale's encoding.
pub fn locale_encoding() -> CString {
    // SAFETY: the text is copied at once.
    let name = unsafe { CStr::from_ptr(libc::nl_langinfo(libc::CODESET)) };
    if name.is_empty() { c"UTF-8".to_owned() } else { name.to_owned() }
}
