# Array types that nobody uses leave nothing behind in the cache of those made by multiplication.

import ctypes
import gc
import weakref


def dead():
    gc.collect()
    return sum(type(thing) is weakref.ref and thing() is None for thing in gc.get_objects())


def use():
    class Item(ctypes.Structure):
        _fields_ = [("x", ctypes.c_int)]

    for length in range(1, 8):
        Item * length
        ctypes.c_char * length


use()
before = dead()
use()
use()
print("dead references:", dead() - before)
kept = ctypes.c_char * 3
print(ctypes.c_char * 3 is kept)
