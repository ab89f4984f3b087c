"""Classes of ASCII characters, and names of the control characters.

Each function takes a character as a str of length 1 or as a number.
"""

controlnames = [
    "NUL", "SOH", "STX", "ETX", "EOT", "ENQ", "ACK", "BEL",
    "BS", "HT", "LF", "VT", "FF", "CR", "SO", "SI",
    "DLE", "DC1", "DC2", "DC3", "DC4", "NAK", "SYN", "ETB",
    "CAN", "EM", "SUB", "ESC", "FS", "GS", "RS", "US",
    "SP",
]

for _code, _name in enumerate(controlnames):
    globals()[_name] = _code
TAB = HT
NL = LF
DEL = 0x7F
del _code, _name


def _ctoi(c):
    return ord(c) if isinstance(c, str) else c


def isalnum(c):
    """A letter or a digit."""
    return isalpha(c) or isdigit(c)


def isalpha(c):
    """A letter."""
    return isupper(c) or islower(c)


def isascii(c):
    """A character of ASCII."""
    return 0 <= _ctoi(c) <= 127


def isblank(c):
    """A space or a tab."""
    return _ctoi(c) in (9, 32)


def iscntrl(c):
    """A control character, or DEL."""
    code = _ctoi(c)
    return 0 <= code <= 31 or code == 127


def isdigit(c):
    """A decimal digit."""
    return 48 <= _ctoi(c) <= 57


def isgraph(c):
    """A character that is seen: no space."""
    return 33 <= _ctoi(c) <= 126


def islower(c):
    """A small letter."""
    return 97 <= _ctoi(c) <= 122


def isprint(c):
    """A character that can be printed, or a space."""
    return 32 <= _ctoi(c) <= 126


def ispunct(c):
    """A character that is seen, but no letter and no digit."""
    return isgraph(c) and not isalnum(c)


def isspace(c):
    """White space."""
    return _ctoi(c) in (9, 10, 11, 12, 13, 32)


def isupper(c):
    """A capital letter."""
    return 65 <= _ctoi(c) <= 90


def isxdigit(c):
    """A hexadecimal digit."""
    code = _ctoi(c)
    return isdigit(code) or 65 <= code <= 70 or 97 <= code <= 102


def isctrl(c):
    """A control character: one below the space."""
    return 0 <= _ctoi(c) < 32


def ismeta(c):
    """A character outside ASCII."""
    return _ctoi(c) > 127


def _like(c, code):
    """The code in the form that c has."""
    return chr(code) if isinstance(c, str) else code


def ascii(c):
    """The character without all but its lowest seven bits."""
    return _like(c, _ctoi(c) & 0x7F)


def ctrl(c):
    """The control character of a key."""
    return _like(c, _ctoi(c) & 0x1F)


def alt(c):
    """The character with its eighth bit set."""
    return _like(c, _ctoi(c) | 0x80)


def unctrl(c):
    """How the character is shown: ^A for a control character, ^? for DEL.

    A character outside ASCII is shown as that without its eighth bit, after
    an exclamation mark.
    """
    code = _ctoi(c)
    low = code & 0x7F
    if code == 0x7F:
        shown = "^?"
    elif 32 <= low < 127:
        shown = chr(low)
    else:
        shown = "^" + chr((low | 0x20) + 0x20)
    return "!" + shown if code & 0x80 else shown
