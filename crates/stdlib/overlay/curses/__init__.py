"""Programs on the whole screen of a terminal, by the library ncurses.

    import curses
    curses.wrapper(main)

calls main with the window of the screen, and leaves the terminal as it was,
whatever happens. The functions are those of the module _curses; windows have
the methods. In curses.textpad there is an editor for a window, in curses.ascii
there are classes of characters, and in curses.panel windows on each other.
"""

import os as _os
import sys as _sys

import _curses
from _curses import *
from curses.has_key import has_key

try:
    has_key = _curses.has_key
except AttributeError:
    pass


def _publish(names):
    """Shows names that _curses has got meanwhile here too."""
    for name in names:
        value = getattr(_curses, name, None)
        if value is not None:
            globals()[name] = value


def initscr():
    """Start the library, and return the window of the whole screen.

    What depends on the terminal (the characters ACS_*, LINES and COLS) is in
    the module from then on.
    """
    # An unknown terminal raises here; the library would end the process.
    setupterm(term=_os.environ.get("TERM", "unknown"), fd=_sys.__stdout__.fileno())
    screen = _curses.initscr()
    _publish(name for name in dir(_curses) if name.startswith("ACS_") or name in ("LINES", "COLS"))
    return screen


def start_color():
    """Start the use of colors; COLORS and COLOR_PAIRS are there from then on."""
    result = _curses.start_color()
    _publish(("COLORS", "COLOR_PAIRS"))
    return result


def wrapper(func, /, *args, **kwds):
    """Call func with the window of the screen and the other arguments.

    Keys are read one by one and not shown, keys with names are one character,
    and colors are started if there are any. The terminal is as it was when
    func returns or raises.
    """
    screen = None
    try:
        screen = initscr()
        noecho()
        cbreak()
        screen.keypad(1)
        try:
            start_color()
        except _curses.error:
            # A terminal without colors.
            pass
        return func(screen, *args, **kwds)
    finally:
        if screen is not None:
            screen.keypad(0)
            echo()
            nocbreak()
            endwin()
