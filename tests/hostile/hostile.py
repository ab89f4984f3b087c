"""Calls every builtin callable, and every method of every native type, with hostile arguments.

Without arguments this is the driver: it runs itself once for every module in a subprocess of limited time and memory,
and fails when one of them ends by a signal, an abort or a hang. `hostile.py MODULE SEED ROUNDS` is the work: whatever
Python exception a call raises is fine. The calls are the same in every run: the choice comes from a generator of its
own. HOSTILE_SEED, HOSTILE_ROUNDS and HOSTILE_SECONDS (for each module) set how much is tried, HOSTILE_TRACE tells every
call before it is made.
"""

import os
import sys

MODULES = """builtins types _abc _ast _asyncio _bisect _blake2 _bz2 _codecs _codecs_jp _multibytecodec _collections
_contextvars _csv _datetime _decimal _functools
_hashlib _heapq _hmac _imp _io _json _locale _lzma _md5 _multiprocessing _opcode _operator _pickle _posixshmem _queue
_random _sha1 _sha2 _sha3 _socket _sqlite3 _sre _statistics _string _struct _suggestions _symtable _sysconfig
_thread _tokenize _types _typing _uuid _warnings _weakref _zstd array atexit binascii cmath errno fcntl gc itertools marshal
math mmap select sys termios time unicodedata zlib string.templatelib""".split()

# Calls that do what they are asked to: end, stop or sleep for ever, or put the terminal or the process in a state that
# ends the run.
EXCLUDED = {
    "sys.exit", "sys._exit", "builtins.exit", "builtins.quit", "builtins.input", "builtins.breakpoint",
    "sys.breakpointhook", "sys._clear_internal_caches", "sys.setrecursionlimit", "sys.setswitchinterval",
    "sys._debugmallocstats", "time.sleep", "select.select", "select.poll", "_thread.exit", "_thread.exit_thread",
    "_thread.interrupt_main", "_thread.daemon_threads_allowed", "_thread.start_new_thread", "_thread.start_new",
    "_thread.start_joinable_thread", "sys.set_int_max_str_digits", "gc.set_debug", "sys.settrace", "sys.setprofile",
    "sys._settraceallthreads", "sys._setprofileallthreads", "sys.addaudithook", "_thread.stack_size",
    "atexit._run_exitfuncs", "sys.activate_stack_trampoline", "_locale.setlocale", "_posixshmem.shm_unlink",
    "_thread._shutdown", "_multiprocessing.sem_unlink", "_thread.set_name", "_asyncio._set_running_loop",
    "_io.open_code", "_io.open", "builtins.open", "_io.FileIO", "os.open", "sys.excepthook", "sys.displayhook",
    "sys.unraisablehook", "_thread._excepthook", "sys.remote_exec", "time.clock_settime", "time.clock_settime_ns",
    "_socket.sethostname", "sys.set_coroutine_origin_tracking_depth", "sys.set_asyncgen_hooks",
    "fcntl.ioctl", "_asyncio._swap_current_task", "fcntl.flock", "fcntl.lockf",  "fcntl.fcntl", "termios.tcsetattr", "sys._stop", "_warnings._acquire_lock",
    "_imp.acquire_lock", "_warnings._release_lock",
}
# The arithmetic that takes for ever on huge numbers, as it does in CPython.
ENDLESS = {"__pow__", "__rpow__", "pow", "factorial", "comb", "perm", "_comb_with_side_effects", "ipow", "__ipow__"}
# Methods that wait for another thread.
WAITING = {"acquire", "acquire_lock", "get", "put", "join", "wait", "epoll", "poll", "accept", "recv", "recv_into",
           "__enter__", "_acquire_restore", "sleep", "lock", "recvfrom", "recvfrom_into", "recvmsg", "recvmsg_into",
           "connect", "connect_ex", "_recursion_count"}
BUDGET = float(os.environ.get("HOSTILE_SECONDS", "45"))


class Dice:
    """A small generator of its own: the module `random` is among the victims."""

    def __init__(self, seed):
        self.state = seed or 1

    def next(self, n):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) & 0xFFFF_FFFF_FFFF_FFFF
        return (self.state >> 33) % n

    def choice(self, items):
        return items[self.next(len(items))]


class Boom(Exception):
    pass


def raising(*args, **kwargs):
    raise Boom("no")


class Raises:
    """Every special method raises."""

    __repr__ = __str__ = __bytes__ = __format__ = __lt__ = __le__ = __eq__ = __ne__ = __gt__ = __ge__ = __hash__ = raising
    __bool__ = __len__ = __getitem__ = __setitem__ = __delitem__ = __iter__ = __next__ = __contains__ = raising
    __call__ = __index__ = __int__ = __float__ = __complex__ = __enter__ = __exit__ = __await__ = __aiter__ = raising
    __anext__ = __get__ = __set__ = __fspath__ = __length_hint__ = __reversed__ = __buffer__ = __reduce_ex__ = raising
    __add__ = __radd__ = __sub__ = __mul__ = __rmul__ = __truediv__ = __mod__ = __pow__ = __or__ = __and__ = raising
    __class_getitem__ = __mro_entries__ = __prepare__ = __instancecheck__ = __subclasscheck__ = raising
    __trunc__ = __round__ = __floor__ = __ceil__ = __divmod__ = __neg__ = __invert__ = __sizeof__ = __dir__ = raising


class Liar:
    """Every special method gives something wrong."""

    def wrong(self, *args, **kwargs):
        return self

    __repr__ = __str__ = __bytes__ = __format__ = __hash__ = __bool__ = __len__ = __index__ = __int__ = wrong
    __float__ = __complex__ = __fspath__ = __length_hint__ = __iter__ = __buffer__ = __reduce_ex__ = __dir__ = wrong
    __await__ = __aiter__ = __anext__ = __getitem__ = __enter__ = __call__ = __sizeof__ = __round__ = wrong
    __add__ = __radd__ = __mul__ = __eq__ = __lt__ = __gt__ = __le__ = __ge__ = __contains__ = __divmod__ = wrong
    del wrong

    def __next__(self):
        raise StopIteration


class Huge:
    """Claims to be huge."""

    def __len__(self):
        return sys.maxsize

    def __length_hint__(self):
        return sys.maxsize

    def __index__(self):
        return 1 << 62

    def __getitem__(self, i):
        if isinstance(i, int) and i > 50:
            raise IndexError
        return i

    def __hash__(self):
        return -1


class Negative:
    def __len__(self):
        return -1

    def __length_hint__(self):
        return -5

    def __index__(self):
        return -(1 << 63)

    def __hash__(self):
        return 1 << 70


class Text(str):
    def __eq__(self, other):
        return True

    def __hash__(self):
        return 7

    def __str__(self):
        return self

    def __getitem__(self, i):
        return self


class Number(int):
    def __index__(self):
        return self

    def __add__(self, other):
        return NotImplemented

    def __eq__(self, other):
        raise Boom

    __hash__ = int.__hash__


class Data(bytes):
    def __bytes__(self):
        return self


class Evil:
    """Changes the containers of the moment whenever it is looked at."""

    victims = []
    left = 0

    def touch(self):
        # Not for ever: a look-up in a dictionary starts again after each change.
        if Evil.left == 0:
            return
        Evil.left -= 1
        for victim in Evil.victims:
            try:
                if isinstance(victim, dict):
                    victim.clear()
                    victim.update({i: i for i in range(9)})
                elif isinstance(victim, (list, bytearray)):
                    del victim[:]
                elif isinstance(victim, set):
                    victim.clear()
                elif hasattr(victim, "clear"):
                    victim.clear()
                elif hasattr(victim, "pop"):
                    victim.pop()
            except Exception:
                pass

    def __eq__(self, other):
        self.touch()
        return False

    def __lt__(self, other):
        self.touch()
        return True

    def __hash__(self):
        self.touch()
        return 1

    def __index__(self):
        self.touch()
        return 1

    def __float__(self):
        self.touch()
        return 1.0

    def __bool__(self):
        self.touch()
        return True

    def __str__(self):
        self.touch()
        return "evil"

    __repr__ = __str__

    def __iter__(self):
        for i in range(5):
            self.touch()
            yield i

    def __call__(self, *args, **kwargs):
        self.touch()
        return 1

    def __len__(self):
        self.touch()
        return 3

    def __getitem__(self, i):
        self.touch()
        if isinstance(i, int) and i > 5:
            raise IndexError
        return 1

    def __fspath__(self):
        self.touch()
        return "/nonexistent/evil"

    def keys(self):
        self.touch()
        return ["a", "b"]

    def read(self, *args):
        self.touch()
        return b"evil"

    def write(self, *args):
        self.touch()
        return 1


class Reader:
    """A file that gives what no file gives."""

    left = 20

    def read(self, n=-1):
        self.left -= 1
        return b"x" * 100000 if self.left > 0 else b""

    def readline(self, *args):
        return 5

    def readinto(self, buffer):
        self.left -= 1
        return 1 << 40 if self.left > 0 else 0

    def write(self, data):
        return -7

    def seekable(self):
        return True

    readable = writable = seekable
    closed = False

    def seek(self, *args):
        return -1

    def tell(self):
        return -1


def self_list():
    made = []
    made.append(made)
    return made


def self_dict():
    made = {}
    made["self"] = made
    return made


def self_object():
    made = type("Self", (), {})()
    made.me = made
    made.__dict__["x"] = made.__dict__
    return made


def deep_tuple():
    made = ()
    for _ in range(3000):
        made = (made,)
    return made


def deep_list():
    made = []
    for _ in range(3000):
        made = [made]
    return made


def released():
    view = memoryview(bytearray(8))
    view.release()
    return view


def generator():
    yield 1
    raise Boom


def running():
    made = None

    def body():
        yield list(made)

    made = body()
    return made


MAKERS = [
    lambda: None, lambda: True, lambda: 0, lambda: -1, lambda: 1, lambda: 3, lambda: 255, lambda: 0x110000,
    lambda: sys.maxsize, lambda: -sys.maxsize - 1, lambda: 1 << 64, lambda: -(1 << 70), lambda: (1 << 31) - 1,
    lambda: 1 << 31, lambda: 1 << 32, lambda: 0.0, lambda: -0.0, lambda: float("nan"), lambda: float("inf"),
    lambda: 1e308, lambda: 5e-324, lambda: complex("nan+infj"), lambda: "", lambda: "a", lambda: "abc",
    lambda: "\ud800", lambda: "\0", lambda: "\U0010ffff" * 3, lambda: "%" * 20, lambda: "{" * 20, lambda: "{0!r:{1}}",
    lambda: "%*.*f", lambda: "utf-8", lambda: "strict", lambda: "x" * 5000, lambda: "9" * 300, lambda: b"", lambda: b"\xff\x00",
    lambda: b"x" * 5000, lambda: bytearray(b"abc"), lambda: bytearray(), lambda: memoryview(bytearray(b"abcdefgh")),
    lambda: memoryview(b"abcdefgh")[::-2], lambda: memoryview(bytearray(8)).cast("d"), released, lambda: (),
    lambda: (1, 2), lambda: [], lambda: [1, 2, 3], lambda: {}, lambda: {"a": 1}, lambda: {1: 2}, lambda: set(),
    lambda: {1, 2}, lambda: frozenset(), self_list, self_dict, self_object, deep_tuple, deep_list,
    lambda: range(0), lambda: range(10**18, 10**18 + 9), lambda: slice(None), lambda: slice(-(1 << 70), 1 << 70, -1),
    lambda: slice(Raises()), lambda: Ellipsis, lambda: NotImplemented, lambda: object(), lambda: object, lambda: type,
    lambda: int, lambda: str, lambda: dict, lambda: Boom, lambda: Boom("x"), lambda: BaseException,
    lambda: ExceptionGroup("g", [ValueError()]), lambda: len, lambda: raising, lambda: (lambda *a, **k: None),
    lambda: (lambda *a: a), generator, running, lambda: iter([1, 2]), lambda: iter(()), lambda: Raises(), lambda: Raises,
    lambda: Liar(), lambda: Huge(), lambda: Negative(), lambda: Text("abc"), lambda: Number(5), lambda: Data(b"ab"),
    lambda: Evil(), lambda: Evil(), lambda: [Evil(), Evil(), 1], lambda: {Evil(): 1}, lambda: Reader(), lambda: sys,
    lambda: sys._getframe(), lambda: raising.__code__, lambda: property(raising), lambda: classmethod(raising),
    lambda: map(raising, [1]), lambda: zip([1]), lambda: enumerate([1]), lambda: "".join, lambda: [].append,
    lambda: int.__add__, lambda: (1).__add__, lambda: dict.fromkeys, lambda: super(Text, Text("a")), lambda: list[int],
    lambda: int | str, lambda: {}.keys(), lambda: {1: 2}.items(), lambda: type(sys)("m"), lambda: raising,
    lambda: type("T", (), {"__slots__": ("a", "b")})(), lambda: 10**400, lambda: -(10**400),
]


class Instances:
    """Instances of native types, made by calling the types with likely and with hostile arguments."""

    LIKELY = [
        (), ([1, 2],), (b"abc",), ("abc",), (1,), (raising,), (3, 4), (2000, 1, 1), ("i", [1, 2]), (raising, [1]),
        ([3], [4]), (object(),), ((1, 2), {}), ("a", "b"), (int, (int,)), ("<ih",), (-1, 20), (b"k", None, "sha256"),
    ]

    def __init__(self):
        self.made = {}

    def of(self, cls, dice):
        for args in self.LIKELY if cls not in self.made else [self.made[cls]]:
            try:
                made = cls(*args)
            except BaseException:
                continue
            self.made[cls] = args
            return made
        for _ in range(20):
            try:
                made = cls(*[dice.choice(MAKERS)() for _ in range(dice.next(4))])
            except BaseException:
                continue
            return made
        return None


SPECIAL = {}


def special_instances():
    """Objects whose types cannot be called."""

    async def coroutine():
        pass

    async def agen():
        yield 1

    def closure():
        return cell_variable

    cell_variable = 1
    c = coroutine()
    c.close()
    makers = [
        generator, agen, lambda: coroutine(), lambda: c.cr_frame, lambda: agen().asend(None), lambda: agen().aclose(),
        lambda: agen().athrow(Boom), lambda: closure.__closure__[0], lambda: closure.__code__, lambda: sys._getframe(),
        lambda: {}.keys(), lambda: {1: 2}.values(), lambda: {1: 2}.items(), lambda: iter({1: 2}), lambda: iter({1: 2}.items()),
        lambda: iter([1]), lambda: reversed([1]), lambda: iter("ab"), lambda: iter(b"ab"), lambda: iter(()),
        lambda: iter(range(3)), lambda: iter(range(1 << 70)), lambda: iter({1}), lambda: iter(raising, 1), lambda: len,
        lambda: [].append, lambda: str.join, lambda: int.__add__, lambda: (1).__add__, lambda: dict.__dict__["fromkeys"],
        lambda: type.__dict__["__mro__"], lambda: type.__dict__["__flags__"], lambda: vars(Text), lambda: sys,
        lambda: Ellipsis, lambda: NotImplemented, lambda: None, lambda: sys.version_info, lambda: sys.flags,
        lambda: list[int], lambda: int | str, lambda: iter(list[int]), lambda: memoryview(bytearray(9)),
        lambda: iter(memoryview(b"ab")), lambda: closure, lambda: Text("a").upper, lambda: coroutine().__await__(),
        lambda: t"a{1}b", lambda: t"a{1}b".interpolations[0], lambda: iter(t"a{1}b"), lambda: closure.__code__.co_lines(),
        lambda: closure.__code__.co_positions(), lambda: sys._getframe().f_locals, lambda: iter(bytearray(b"ab")),
        lambda: anext(agen(), 1), lambda: reversed({1: 2}), lambda: reversed(range(3)),
    ]
    for make in makers:
        SPECIAL[type(make())] = make


def native_instances(module):
    """Instances of a module's types that only its functions make."""
    import re
    makers = {
        "_sre": [lambda: re.compile("(a)|b*?(?P<n>c)"), lambda: re.match("(a)b?", "ab"), lambda: re.compile("a").scanner("aa"),
                 lambda: re._compile_template(re.compile("a"), r"\\g<0>x")],
        "zlib": [lambda: module.compressobj(), lambda: module.decompressobj(), lambda: module._ZlibDecompressor()],
        "_csv": [lambda: module.reader(["a,b"]), lambda: module.writer(Reader())],
        "_json": [], "_thread": [lambda: module.allocate_lock(), lambda: module.RLock()],
        "_sha2": [lambda: module.sha256(b"x"), lambda: module.sha512(b"x")], "_md5": [lambda: module.md5(b"x")],
        "_sha1": [lambda: module.sha1(b"x")], "select": [lambda: module.poll(), lambda: module.epoll()],
        "_contextvars": [lambda: module.copy_context(), lambda: module.ContextVar("v"), lambda: module.ContextVar("v").set(1)],
        "_weakref": [lambda: module.proxy(Boom), lambda: module.ref(Boom)],
        "_functools": [lambda: module.cmp_to_key(raising), lambda: module.cmp_to_key(raising)(1),
                       lambda: module.partial(raising, 1), lambda: __import__("functools").lru_cache(raising)],
        "itertools": [lambda: module.tee([1, 2])[0], lambda: next(module.groupby([1, 1]))[1]],
        "_struct": [lambda: module.Struct("<ihd"), lambda: module.iter_unpack("<h", b"abcd")],
        "unicodedata": [lambda: module.ucd_3_2_0], "_hmac": [lambda: module.new(b"k", digestmod="sha256")],
        "_io": [lambda: module.BytesIO(b"abc"), lambda: module.StringIO("abc"), lambda: module.BufferedReader(Reader()),
                lambda: module.BufferedWriter(Reader()), lambda: module.BufferedRandom(Reader()),
                lambda: module.TextIOWrapper(module.BytesIO(b"ab\r\n")), lambda: module.TextIOWrapper(Reader()),
                lambda: module.BytesIO(b"abc").getbuffer(), lambda: module.IncrementalNewlineDecoder(None, True)],
        "_pickle": [lambda: module.Pickler(module.PickleBuffer and Reader()), lambda: module.Unpickler(Reader())],
        "os": [],
    }
    for make in makers.get(module.__name__, []):
        try:
            SPECIAL[type(make())] = make
        except Exception:
            pass


def arguments(dice, receiver):
    args = []
    for _ in range(dice.choice([0, 1, 1, 1, 2, 2, 2, 3, 3, 4, 7])):
        roll = dice.next(20)
        if roll == 0 and receiver is not None:
            args.append(receiver)
        else:
            args.append(dice.choice(MAKERS)())
    return args


KEYWORDS = ["key", "default", "encoding", "errors", "sep", "end", "file", "maxsplit", "start", "stop", "base", "byteorder",
            "signed", "reverse", "strict", "mode", "buffering", "maxlen", "initial", "func", "\ud800", "", "self"]


def call(function, dice, receiver, name):
    args = arguments(dice, receiver)
    kwargs = {}
    if dice.next(4) == 0:
        kwargs[dice.choice(KEYWORDS)] = dice.choice(MAKERS)()
    Evil.left = 12
    Evil.victims = [receiver] + [a for a in args if isinstance(a, (list, dict, set, bytearray))]
    if os.environ.get("HOSTILE_TRACE"):
        os.write(2, f"{name} {[type(a).__name__ for a in args]} {[a for a in args if type(a) in (int, str, float)]!r:.300} {list(kwargs)}\n".encode("utf-8", "replace"))
    try:
        result = function(*args, **kwargs)
        if dice.next(3) == 0:
            use(result, dice)
    except BaseException as e:
        if dice.next(8) == 0:
            try:
                repr(e), str(e), e.__traceback__
            except BaseException:
                pass
    finally:
        Evil.victims = []


def use(result, dice):
    """Some uses of what a call gave."""
    roll = dice.next(5)
    if roll == 0:
        repr(result)
    elif roll == 1 and hasattr(type(result), "__next__"):
        for _ in range(4):
            next(result, None)
    elif roll == 2:
        hash(result)
    elif roll == 3:
        result == result, bool(result)
    else:
        import copy
        copy.copy(result)


def types_of(module):
    import types
    found = {}
    for name, value in sorted(vars(module).items()):
        if isinstance(value, type) and (value.__flags__ & 0x300 or not value.__flags__ & 0x200):
            found[value] = None
    if module.__name__ == "builtins":
        for kind in list(SPECIAL):
            found[kind] = None
        for value in vars(types).values():
            if isinstance(value, type):
                found[value] = None
    for kind in list(SPECIAL):
        if kind.__module__ == module.__name__:
            found[kind] = None
    return list(found)


def attack(name, seed, rounds):
    import importlib
    import time
    module = importlib.import_module(name)
    special_instances()
    native_instances(module)
    instances = Instances()
    dice = Dice(seed)
    began = time.monotonic()
    functions = [(f"{name}.{n}", f) for n, f in sorted(vars(module).items())
                 if callable(f) and f"{name}.{n}" not in EXCLUDED and n not in ENDLESS]
    kinds = types_of(module)
    for _ in range(rounds):
        for label, function in functions:
            if time.monotonic() - began > BUDGET:
                return
            call(function, dice, None, label)
        for kind in kinds:
            for attribute, value in sorted(vars(kind).items()):
                if attribute in WAITING or attribute in ENDLESS or f"{name}.{attribute}" in EXCLUDED or attribute == "__init_subclass__":
                    continue
                if time.monotonic() - began > BUDGET:
                    return
                make = SPECIAL.get(kind)
                try:
                    receiver = make() if make else instances.of(kind, dice)
                except BaseException:
                    receiver = None
                label = f"{name}.{kind.__qualname__}.{attribute}"
                if receiver is None or dice.next(10) == 0:
                    call(value, dice, None, label + " unbound") if callable(value) else None
                    continue
                if callable(value) or hasattr(type(value), "__get__"):
                    try:
                        bound = getattr(receiver, attribute)
                    except BaseException:
                        continue
                    if callable(bound):
                        call(bound, dice, receiver, label)
                    if hasattr(type(value), "__set__") and dice.next(2):
                        what = dice.choice(MAKERS)()
                        if os.environ.get("HOSTILE_TRACE"):
                            os.write(2, f"{label} = {type(what).__name__}\n".encode())
                        try:
                            if dice.next(6) == 0:
                                delattr(receiver, attribute)
                            else:
                                setattr(receiver, attribute, what)
                            repr(receiver)
                        except BaseException:
                            pass
                        if attribute in ("__class__", "__dict__", "__code__", "__bases__"):
                            try:
                                receiver()
                            except BaseException:
                                pass


def limits():
    import resource
    resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))


def work(name, seed, rounds):
    import warnings
    limits()
    if os.environ.get("HOSTILE_TRACE"):
        import faulthandler
        faulthandler.dump_traceback_later(3 * BUDGET + 60)
    warnings.simplefilter("ignore")
    sys.unraisablehook = lambda *args: None
    for fd in (0, 1):
        os.dup2(os.open(os.devnull, os.O_RDWR), fd)
    os.chdir("/tmp")
    attack(name, seed, rounds)
    os._exit(0)  # what the calls left behind would disturb the interpreter's own end


def driver(names, seed, rounds):
    import subprocess
    failed = 0
    for name in names:
        command = [sys.executable, "-X", "faulthandler", __file__, name, str(seed), str(rounds)]
        try:
            done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=3 * BUDGET + 90)
            code, error = done.returncode, done.stderr.decode("utf-8", "replace")
        except subprocess.TimeoutExpired as e:
            code, error = "hang", (e.stderr or b"").decode("utf-8", "replace")
        if code != 0 or "panicked at" in error:
            failed += 1
            print(f"{name}: {code}\n{error[-3000:]}", flush=True)
    print(f"{len(names)} modules, {failed} failed")
    return failed


if __name__ == "__main__":
    if len(sys.argv) > 2:
        work(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
    else:
        sys.exit(driver(MODULES, int(os.environ.get("HOSTILE_SEED", "1")), int(os.environ.get("HOSTILE_ROUNDS", "4"))) != 0)
