# A module that is imported anew shares what it gives to C code.

import importlib
import sys
from growth import check


def imported_anew():
    old = sys.modules.pop("_datetime")
    importlib.import_module("_datetime")
    sys.modules["_datetime"] = old


import _datetime

check("_datetime", imported_anew, 400)
