"""An editor for a window, and rectangles."""

import curses
import curses.ascii


def rectangle(win, uly, ulx, lry, lrx):
    """Draw a rectangle with its corners at (uly, ulx) and (lry, lrx)."""
    inside = lrx - ulx - 1
    down = lry - uly - 1
    win.vline(uly + 1, ulx, curses.ACS_VLINE, down)
    win.hline(uly, ulx + 1, curses.ACS_HLINE, inside)
    win.hline(lry, ulx + 1, curses.ACS_HLINE, inside)
    win.vline(uly + 1, lrx, curses.ACS_VLINE, down)
    for y, x, corner in (
        (uly, ulx, curses.ACS_ULCORNER),
        (uly, lrx, curses.ACS_URCORNER),
        (lry, lrx, curses.ACS_LRCORNER),
        (lry, ulx, curses.ACS_LLCORNER),
    ):
        win.addch(y, x, corner)


class Textbox:
    """Lets the user edit what stands in a window, with keys like those of Emacs.

    Ctrl-A  to the left edge          Ctrl-K  delete the line, or what is right
    Ctrl-B  left                      Ctrl-L  refresh the screen
    Ctrl-D  delete under the cursor   Ctrl-N  down
    Ctrl-E  to the end of the line    Ctrl-O  insert a line
    Ctrl-F  right                     Ctrl-P  up
    Ctrl-G  end                       Ctrl-J  end, if the window has one line;
    Ctrl-H  delete backwards                  otherwise to the next line

    The keys of the cursor and Backspace do what one expects. If stripspaces
    is true, blanks at the ends of lines do not count.
    """

    def __init__(self, win, insert_mode=False):
        self.win = win
        self.insert_mode = insert_mode
        self.stripspaces = 1
        self.lastcmd = None
        self._update_max_yx()
        win.keypad(1)

    def _update_max_yx(self):
        # The window may have another size than before.
        height, width = self.win.getmaxyx()
        self.maxy, self.maxx = height - 1, width - 1

    def _end_of_line(self, y):
        """Where the text of a line ends: the column after its last character that is no blank."""
        self._update_max_yx()
        for x in range(self.maxx, -1, -1):
            if curses.ascii.ascii(self.win.inch(y, x)) != curses.ascii.SP:
                return min(self.maxx, x + 1)
        return 0

    def _enter_line(self, y, x):
        # Looking for the end of a line moves the cursor: as in CPython, it stays at the line's last character if that
        # is not left of x.
        self.win.move(y, x)
        end = self._end_of_line(y)
        if x > end:
            self.win.move(y, end)

    def _insert_printable_char(self, ch):
        self._update_max_yx()
        start = self.win.getyx()
        displaced = None
        while True:
            if self.insert_mode:
                displaced = self.win.inch()
            y, x = self.win.getyx()
            if (y, x) == (self.maxy, self.maxx):
                # Writing there would leave the window, or scroll it.
                self.win.insch(ch)
            else:
                self.win.addch(ch)
            if not self.insert_mode or not curses.ascii.isprint(displaced) or (y, x) >= (self.maxy, self.maxx):
                break
            # What stood there moves on.
            ch = displaced
            if (y, x) == self.win.getyx():
                break
        if self.insert_mode:
            self.win.move(*start)
            y, x = start
            if x < self.maxx:
                self.win.move(y, x + 1)
            elif y < self.maxy:
                self.win.move(y + 1, 0)

    def do_command(self, ch):
        """Do what a key stands for. Returns false when the text is done."""
        self._update_max_yx()
        win = self.win
        y, x = win.getyx()
        self.lastcmd = ch
        a = curses.ascii
        if a.isprint(ch):
            self._insert_printable_char(ch)
        elif ch == a.SOH:
            win.move(y, 0)
        elif ch in (a.STX, curses.KEY_LEFT, a.BS, curses.KEY_BACKSPACE, a.DEL):
            if x > 0:
                win.move(y, x - 1)
            elif y > 0:
                if self.stripspaces:
                    win.move(y - 1, self._end_of_line(y - 1))
                else:
                    win.move(y - 1, self.maxx)
            if ch in (a.BS, curses.KEY_BACKSPACE, a.DEL):
                win.delch()
        elif ch == a.EOT:
            win.delch()
        elif ch == a.ENQ:
            win.move(y, self._end_of_line(y) if self.stripspaces else self.maxx)
        elif ch in (a.ACK, curses.KEY_RIGHT):
            if x < self.maxx:
                win.move(y, x + 1)
            elif y < self.maxy:
                win.move(y + 1, 0)
        elif ch == a.BEL:
            return 0
        elif ch == a.NL:
            if self.maxy == 0:
                return 0
            if y < self.maxy:
                win.move(y + 1, 0)
        elif ch == a.VT:
            if x == 0 and self._end_of_line(y) == 0:
                win.deleteln()
            else:
                # The cursor stays where it is.
                win.move(y, x)
                win.clrtoeol()
        elif ch == a.FF:
            win.refresh()
        elif ch in (a.SO, curses.KEY_DOWN):
            if y < self.maxy:
                self._enter_line(y + 1, x)
        elif ch == a.SI:
            win.insertln()
        elif ch in (a.DLE, curses.KEY_UP):
            if y > 0:
                self._enter_line(y - 1, x)
        return 1

    def gather(self):
        """Return the text in the window, its lines with newlines."""
        self._update_max_yx()
        text = ""
        for y in range(self.maxy + 1):
            self.win.move(y, 0)
            end = self._end_of_line(y)
            if end == 0 and self.stripspaces:
                continue
            for x in range(self.maxx + 1):
                if self.stripspaces and x > end:
                    break
                text += chr(curses.ascii.ascii(self.win.inch(y, x)))
            if self.maxy > 0:
                text += "\n"
        return text

    def edit(self, validate=None):
        """Let the user edit until Ctrl-G, and return the text.

        validate is called with every key, and returns the key to take instead
        of it, or something false if there is none.
        """
        while True:
            key = self.win.getch()
            if validate:
                key = validate(key)
            if not key:
                continue
            if not self.do_command(key):
                break
            self.win.refresh()
        return self.gather()
