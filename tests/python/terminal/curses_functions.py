# needs: libncursesw.so.6
"""The functions of _curses: what they ask for, what they return, and their errors."""

import _curses

from on_terminal import attempts, on_terminal

NAMES = """beep cbreak start_color getmouse newwin color_pair tigetstr doupdate endwin longname has_colors unctrl keyname
ungetch napms tparm putp isendwin getsyx curs_set use_env resizeterm noqiflush baudrate termname has_key
use_default_colors init_pair can_change_color flash flushinp is_term_resized mousemask pair_number unget_wch newpad
getwin meta halfdelay intrflush typeahead set_escdelay set_tabsize delay_output erasechar color_content pair_content""".split()

CALLS = [
    ("color_pair", [(1,), (-1,), (2**31,), ("a",), (300,)]),
    ("init_color", [(1, 2, 3, 1001), (1, 2, 3, -1), (1000, 1, 1, 1), (1,), (-1, 1, 1, 1)]),
    ("init_pair", [(1, 2, 3), (0, 2, 3), (1, 2, 256), (70000, 1, 1), (2**70, 1, 1), (-1, 1, 1), (1, -(2**70), 1)]),
    ("pair_content", [(1,), (-1,), (70000,), (2**70,)]),
    ("color_content", [(-1,), (256,), (2**70,), (-(2**70),), (1.5,)]),
    ("pair_number", [(768,), ("a",)]),
    ("use_default_colors", [()]),
    ("init_pair", [(1, -1, -1)]),
    ("assume_default_colors", [(1, 2), ("a", 2), (1,)]),
    ("curs_set", [(5,), ("a",)]),
    ("cbreak", [(), (0,), (1, 2)]),
    ("echo", [(0,)]),
    ("halfdelay", [(1,), (0,), (256,), (-1,), ("a",)]),
    ("nl", [(0,)]),
    ("raw", [(0,)]),
    ("meta", [(1,)]),
    ("intrflush", [(0,)]),
    ("typeahead", [(0,)]),
    ("keyname", [(65,), (-1,), (258,), ("a",)]),
    ("unctrl", [(1,), ("a",), (b"a",), (b"ab",), ("\xe9",), (1.5,), (2**70,), ("\u20ac",), (-1,), ("ab",), ("",)]),
    ("ungetch", [(65,), ("b",), (b"c",), ("\xe9",), ("ab",), ()]),
    ("unget_wch", [("\u20ac",), (65,), ("ab",), (b"a",), (1.5,), (2**70,)]),
    ("newwin", [(3, 4), (3, 4, 1, 2), (3,), (3, 4, 5), ("a", 1), (-1, -1), (0, 0)]),
    ("newpad", [(3, 4), (-3, 4), (0, 0), (1,)]),
    ("mousemask", [("a",)]),
    ("mouseinterval", [(10,), ("a",)]),
    ("ungetmouse", [(0, 1, 2, 0), (99999, 1, 2, 0, 1), (0, 1, 2, 0, "a")]),
    ("resize_term", [(20, 60)]),
    ("is_term_resized", [(20, 60), (21, 60)]),
    ("resizeterm", [(24, 80), (-1, 80), (2**20, 80), (0, 0), (1,)]),
    ("setsyx", [(1, 2)]),
    ("getsyx", [()]),
    ("setsyx", [(-1, -1)]),
    ("getsyx", [()]),
    ("set_escdelay", [(30,), (0,), (-2,)]),
    ("get_escdelay", [()]),
    ("set_tabsize", [(4,), (0,)]),
    ("get_tabsize", [()]),
    ("delay_output", [(0,)]),
    ("napms", [(0,)]),
    ("doupdate", [()]),
    ("getwin", [(1,)]),
    ("endwin", [()]),
    ("isendwin", [()]),
]


def without_screen(say):
    attempt = attempts(say)
    for name in NAMES:
        for args in (), (1,), (1, 2), ("x",):
            attempt(getattr(_curses, name), *args)


def bad_terminal(say):
    attempt = attempts(say)
    attempt(_curses.setupterm, 1)
    attempt(_curses.setupterm, fd="x")
    attempt(_curses.setupterm, "no-such-terminal")


def description(say):
    attempt = attempts(say)
    attempt(_curses.setupterm)
    attempt(_curses.setupterm, "another")
    for function in _curses.tigetflag, _curses.tigetnum, _curses.tigetstr:
        for name in "am", "cols", "cup", "foo", "a\0b", 1:
            attempt(function, name)
    for args in (_curses.tigetstr("cup"), 3, 4), (b"%p1%d", 2**40), ("x",), (), (b"", *range(10)), (b"a\0b",):
        attempt(_curses.tparm, *args)
    attempt(_curses.putp, b"")


def with_screen(say):
    attempt = attempts(say)
    window = _curses.initscr()
    say(type(window), window.encoding, _curses.LINES, _curses.COLS, hasattr(_curses, "COLORS"))
    say([(name, hex(getattr(_curses, name))) for name in dir(_curses) if name.startswith("ACS_")])
    say(type(_curses.initscr()), _curses.initscr() is window)
    attempt(_curses.color_pair, 1)
    for name in """has_colors start_color isendwin getsyx erasechar killchar longname termname has_ic has_il get_escdelay
            get_tabsize getmouse has_extended_color_support flash beep savetty resetty def_prog_mode def_shell_mode
            qiflush noqiflush flushinp""".split():
        attempt(getattr(_curses, name))
    say(_curses.COLORS)
    for name, several in CALLS:
        for args in several:
            attempt(getattr(_curses, name), *args)


for work in without_screen, bad_terminal, description, with_screen:
    print("==", work.__name__)
    on_terminal(work)
