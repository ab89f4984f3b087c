# needs: libncursesw.so.6
"""Windows, pads and panels: what they show, what they ask for, and their errors."""

import io

import _curses
import _curses_panel

from on_terminal import attempts, on_terminal

BOLD = _curses.A_BOLD

OUTPUT = """
addch () ('a',) ('b', BOLD) (1, 2, 'c') (1, 2, 'c', BOLD) (1, 2) (1, 2, 3, 4, 5) ('ab',) (b'x',) ('\xe9',) ('\u20ac',)
addch (1.5,) (300, 0, 'a') (2**40,) (-1,) ('a', 'b') (b'xy',) ('',) ('a', -1) ('a', 2**70) ('x', 'y', 'z')
attrset (0,)
instr (0, 0, 20) (1, 0, 10)
addstr () ('hello',) ('h', BOLD) (2, 3, 'abc') (2, 3, 'abc', BOLD) (1, 2) (1, 2, 3, 4, 5) (5,) (b'bytes',) ('a\\0b',)
addstr (b'a\\0b',) (100, 0, 'x') ('\xe9\u20ac',) (23, 79, 'xx') ('x', 'y') ('x', 2**70) ('a', 1.5)
addnstr (2, 3, 'abc', 2) (2, 3, 'abc', 2, BOLD) (1,) ('a', 'b') (3, 3, 'x', -1) ('abc', -1) (b'abc', 2) (1, 2, 3, 4, 5, 6)
insstr ('hello',) ('h', BOLD) (2, 3, 'abc') (2, 3, 'abc', BOLD) (99, 0, 'x') (b'x',)
insnstr ('hello', 2) ('h', 2, BOLD) (2, 3, 'abc', 1) (2, 3, 'abc', 2, BOLD) (99, 0, 'x', 1)
insch ('x',) ('x', BOLD) (1, 1, 'x') (1, 1, 'x', BOLD) (99, 1, 'x') ('\u20ac',) ()
inch () (1, 2) (99, 99) (1,)
instr () (3,) (2, 3) (2, 3, 5) (1, 2, 3, 4) (-1,) (5000,) ('a',) (99, 99) (2, 3, -1) (2, 3, 5000)
move (3, 4) (99, 1) ('a', 1) (1,)
getyx ()
getmaxyx ()
getbegyx ()
getparyx ()
attron (BOLD,) ('a',) (2**70,)
attroff (BOLD,)
standout ()
standend ()
bkgd ('x',) ('x', BOLD) (1.5,) ('\u20ac',) (' ',)
bkgdset ('x', BOLD) (' ',)
getbkgd ()
border () (1, 2, 3, 4, 5, 6, 7, 8) ('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h') (b'a',) ('ab',) (1.5,) ('\u20ac',)
border (1, 2, 3, 4, 5, 6, 7, 8, 9) ('a', 1)
box () ('a', 'b') ('a',) (1, 2, 3) ('a', 2) (0, 0)
hline ('-', 5) ('-', 5, BOLD) (1, 2, '-', 5) (1, 2, '-', 5, BOLD) ('-',) (1, 2, 3) ('ab', 2) (99, 99, '-', 2) (0, 0, 0, 0)
vline ('|', 5) (1, 2, '|', 5, BOLD) ('-',) ()
instr (1, 1, 10) (2, 1, 10)
chgat (BOLD,) (5, BOLD) (1, 2, BOLD) (1, 2, 3, BOLD) (99, 99, BOLD) (99, 99, 3, BOLD) () ('a',) (1, 2, 3, 4, 5)
inch (1, 3)
clear ()
erase ()
clrtobot ()
clrtoeol ()
clearok (1,) ('a',)
delch () (1, 2) (99, 9) (1,)
deleteln ()
insertln ()
insdelln (2,) (-1,) ('a',)
scroll () (1,) (-1,) (1, 2) ('a',)
scrollok (1,)
scroll () (1,)
setscrreg (1, 5) (5, 1) ('a', 1) (1,)
idcok (1,)
idlok (1,)
immedok (0,)
keypad (1,)
leaveok (0,)
nodelay (1,)
notimeout (1,)
syncok (0,)
syncup ()
syncdown ()
cursyncup ()
timeout (0,) ('a',)
touchline (1, 2) (1, 2, 0) (99, 2) (1,) (1, 2, 3, 4)
touchwin ()
untouchwin ()
is_linetouched (1,) (99,) (-1,) ('a',)
is_wintouched ()
redrawln (1, 2) ('a', 1)
redrawwin ()
enclose (1, 2) (99, 9) ('a', 1)
echochar ('x',) ('x', BOLD) ('\u20ac',) ('ab',)
noutrefresh () (1, 2) (1, 2, 3, 4, 5, 6)
refresh () (1, 2) (1, 2, 3, 4, 5, 6) (1,)
getch () (1, 2) (99, 9) (1,)
getkey () (1, 2) (1,)
get_wch () (1, 2) (1,)
getstr (-1,) (1, 2, -1) (1, 2, 3, 4) ('a',) (99, 99)
resize (24, 80) (-1, 5) ('a', 1) (10, 20) (24, 80)
subwin (2, 3) (2, 3, 4, 5) (2,) (1, 2, 3) (99, 99, 1, 1) ('a', 1) (50, 50)
derwin (2, 3) (2, 3, 4, 5) (99, 99, 1, 1) (1,)
subpad (1, 2) (1, 2, 3, 4)
mvwin (0, 0) (5, 5) (99, 99)
mvderwin (1, 1) ('a', 1)
"""


def screen(say):
    attempt = attempts(say)
    window = _curses.initscr()
    _curses.noecho()
    for line in OUTPUT.strip().splitlines():
        name, _, several = line.partition(" ")
        depth = 0
        start = 0
        for i, c in enumerate(several):
            depth += (c == "(") - (c == ")")
            if depth == 0 and c == ")":
                attempt(getattr(window, name), *eval(several[start : i + 1]))
                start = i + 1
    for ungot, name in [("q", "getch"), (258, "getkey"), ("z", "getkey"), (258, "get_wch"), (200, "getkey")]:
        _curses.ungetch(ungot)
        attempt(getattr(window, name))
    _curses.unget_wch("\u20ac")
    attempt(window.get_wch)
    _curses.endwin()


def parts(say):
    attempt = attempts(say)
    window = _curses.initscr()
    part = window.derwin(3, 4, 5, 6)
    say(part.getparyx(), part.getbegyx(), part.getmaxyx())
    attempt(part.mvderwin, 1, 1)
    attempt(part.mvderwin, 99, 1)
    say(part.getparyx())
    part.addstr(0, 0, "shared")
    say(window.instr(5, 6, 4), window.instr(1, 1, 4))
    small = window.subwin(2, 2, 3, 3).subwin(1, 1, 3, 3)
    say(small.getparyx(), small.getbegyx())
    pad = _curses.newpad(50, 50)
    for name in "refresh", "noutrefresh":
        for args in (), (1, 2, 3, 4, 5, 6), (1, 2, 3), (0, 0, 50, 50, 99, 99):
            attempt(getattr(pad, name), *args)
    for name, args in [("subpad", (5, 5)), ("subpad", (3, 3, 1, 1)), ("subwin", (3, 3, 1, 1)), ("derwin", (3, 3, 1, 1)),
                       ("subpad", (99, 99, 1, 1)), ("echochar", ("x",)), ("mvwin", (1, 1))]:
        attempt(getattr(pad, name), *args)
    new = _curses.newwin(5, 10, 2, 2)
    new.addstr(0, 0, "A B")
    for name in "overlay", "overwrite":
        window.addstr(2, 2, "xyz")
        attempt(getattr(new, name), window)
        say(window.instr(2, 2, 4))
        for args in (window, 0, 0, 0, 0, 2, 2), (1,), (window, 1, 2), (), (window, 0, 0, 99, 99, 99, 99):
            attempt(getattr(new, name), *args)
    attempt(new.putwin, 1)
    file = io.BytesIO()
    new.putwin(file)
    file.seek(0)
    say(_curses.getwin(file).instr(0, 0, 5))
    attempt(_curses.getwin, io.BytesIO(b"garbage"))
    attempt(_curses.getwin, io.StringIO("x"))
    _curses.endwin()


def encodings(say):
    attempt = attempts(say)
    _curses.initscr()
    window = _curses.newwin(3, 10)
    say(window.encoding)
    window.encoding = "latin-1"
    say(window.encoding)
    attempt(window.insch, "\xe9")
    attempt(window.bkgd, "\u20ac")
    attempt(window.addstr, "\u20ac")
    for value in 1, None, "a\0b", "\xe9":
        try:
            window.encoding = value
            say(window.encoding)
        except Exception as error:
            say(type(error), error)
    try:
        del window.encoding
    except TypeError as error:
        say(error)
    window.encoding = "unknown"
    attempt(window.addch, "\xe9")
    attempt(window.insch, "\xe9")
    attempt(window.insch, "e")
    _curses.endwin()


def types(say):
    for work in (lambda: _curses.window(), lambda: _curses_panel.panel(), lambda: setattr(_curses.window, "x", 1),
                 lambda: type("X", (_curses.window,), {}), lambda: type("X", (_curses_panel.panel,), {})):
        try:
            say(work())
        except TypeError as error:
            say(error)
    say(_curses.window.__flags__, _curses.window.__basicsize__, _curses_panel.panel.__flags__)
    say(_curses.error.__mro__, _curses_panel.error.__mro__, _curses.version, _curses_panel.version)
    say(type(_curses.ncurses_version), _curses.ncurses_version[0], _curses._C_API is not None)


def panels(say):
    attempt = attempts(say)
    attempt(_curses_panel.top_panel)
    attempt(_curses_panel.new_panel, 1)
    screen = _curses.initscr()
    window = _curses.newwin(5, 10, 2, 2)
    attempt(_curses_panel.bottom_panel)
    first = _curses_panel.new_panel(window)
    attempt(_curses_panel.update_panels)
    for name, several in [("above", [()]), ("below", [()]), ("hidden", [()]), ("hide", [(), ()]), ("hidden", [()]),
                          ("show", [()]), ("move", [(1, 1), (99, 99), ("a", 1), (1,)]), ("userptr", [()]),
                          ("set_userptr", [([1],), ()]), ("userptr", [()]), ("replace", [(screen,), (1,), ()]),
                          ("top", [(), (1,)]), ("bottom", [()])]:
        for args in several:
            if args == (screen,):
                say(first.replace(screen), first.window() is screen)
            else:
                attempt(getattr(first, name), *args)
    second = _curses_panel.new_panel(_curses.newwin(2, 2))
    say(first.above() is second, second.below() is first, first.below(), second.above())
    say(_curses_panel.top_panel() is second, _curses_panel.bottom_panel() is first)
    first.top()
    say(_curses_panel.top_panel() is first)
    del second
    say(first.below(), first.above())
    first.set_userptr(first)
    del first
    import gc

    gc.collect()
    say(_curses_panel.top_panel())
    _curses.endwin()


for work in screen, parts, encodings, types, panels:
    print("==", work.__name__)
    on_terminal(work)
