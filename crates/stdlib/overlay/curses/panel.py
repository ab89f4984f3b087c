"""Windows that lie on each other: see _curses_panel."""

from _curses_panel import *
