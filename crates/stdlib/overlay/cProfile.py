"""A profiler whose events are counted by native code; `profile` is its slower brother."""

__all__ = ["run", "runctx", "Profile"]

import _lsprof
import importlib.machinery
import importlib.util
import io
import profile as _pyprofile


def run(statement, filename=None, sort=-1):
    return _pyprofile._Utils(Profile).run(statement, filename, sort)


def runctx(statement, globals, locals, filename=None, sort=-1):
    return _pyprofile._Utils(Profile).runctx(statement, globals, locals, filename, sort)


run.__doc__ = _pyprofile.run.__doc__
runctx.__doc__ = _pyprofile.runctx.__doc__


class Profile(_lsprof.Profiler):
    """Profile(timer=None, timeunit=None, subcalls=True, builtins=True)

    A profiler that can run statements and calls, and gives what it counted to `pstats`.
    `timer` is called for the time instead of the system's clock; if it gives integers,
    `timeunit` says how many seconds one of them is.
    """

    def print_stats(self, sort=-1):
        import pstats
        keys = sort if isinstance(sort, tuple) else (sort,)
        pstats.Stats(self).strip_dirs().sort_stats(*keys).print_stats()

    def dump_stats(self, file):
        import marshal
        with open(file, 'wb') as out:
            self.create_stats()
            marshal.dump(self.stats, out)

    def create_stats(self):
        self.disable()
        self.snapshot_stats()

    def snapshot_stats(self):
        """Turns the profiler's records into the table that `pstats` reads.

        Each function has a tuple: primitive calls, calls, own time, time with calls, callers.
        """
        self.stats = {}
        callers_of = {}
        records = self.getstats()
        for record in records:
            callers = callers_of[id(record.code)] = {}
            self.stats[label(record.code)] = (*_numbers(record), callers)
        for record in records:
            caller = label(record.code)
            for part in record.calls or ():
                callers = callers_of.get(id(part.code))
                if callers is None:
                    continue
                primitive, calls, own, total = _numbers(part)
                numbers = calls, primitive, own, total
                if caller in callers:
                    # Several functions may have the same label.
                    numbers = tuple(map(sum, zip(numbers, callers[caller])))
                callers[caller] = numbers

    def run(self, cmd):
        import __main__
        names = __main__.__dict__
        return self.runctx(cmd, names, names)

    def runctx(self, cmd, globals, locals):
        self.enable()
        try:
            exec(cmd, globals, locals)
        finally:
            self.disable()
        return self

    def runcall(self, func, /, *args, **kw):
        self.enable()
        try:
            return func(*args, **kw)
        finally:
            self.disable()

    def __enter__(self):
        self.enable()
        return self

    def __exit__(self, *exc_info):
        self.disable()


def _numbers(record):
    primitive = record.callcount - record.reccallcount
    return primitive, record.callcount, record.inlinetime, record.totaltime


def label(code):
    """What `pstats` calls a function: file, line, name. Native ones are at the end of a sorted list."""
    if isinstance(code, str):
        return ('~', 0, code)
    return (code.co_filename, code.co_firstlineno, code.co_name)


def _options():
    import pstats
    from optparse import OptionParser
    parser = OptionParser(usage="cProfile.py [-o output_file_path] [-s sort] [-m module | scriptfile] [arg] ...")
    parser.allow_interspersed_args = False
    parser.add_option('-o', '--outfile', dest="outfile", default=None, help="Save stats to <outfile>")
    parser.add_option('-s', '--sort', dest="sort", default=2, choices=sorted(pstats.Stats.sort_arg_dict_default),
                      help="Sort order when printing to stdout, based on pstats.Stats class")
    parser.add_option('-m', dest="module", action="store_true", default=False, help="Profile a library module")
    return parser


def _script(path):
    """The code of a script, and the namespace of a `__main__` made for it."""
    import os
    import sys
    sys.path.insert(0, os.path.dirname(path))
    with io.open_code(path) as file:
        code = compile(file.read(), path, 'exec')
    spec = importlib.machinery.ModuleSpec('__main__', None, origin=path)
    main = sys.modules['__main__'] = importlib.util.module_from_spec(spec)
    names = vars(main)
    names.update(__spec__=None, __file__=path, __name__='__main__', __package__=None, __cached__=None)
    return code, names


def main():
    import os
    import sys
    parser = _options()
    if len(sys.argv) < 2:
        parser.print_usage()
        sys.exit(2)
    options, args = parser.parse_args()
    sys.argv[:] = args
    if not args:
        parser.print_usage()
        return parser
    if options.outfile is not None:
        # The program may change the current directory.
        options.outfile = os.path.abspath(options.outfile)
    if options.module:
        import runpy
        code = "run_module(modname, run_name='__main__')"
        names = {'run_module': runpy.run_module, 'modname': args[0]}
    else:
        code, names = _script(args[0])
    try:
        runctx(code, names, None, options.outfile, options.sort)
    except BrokenPipeError as error:
        # Nobody reads the report; the interpreter's last flush must not complain again.
        sys.stdout = None
        sys.exit(error.errno)
    return parser


if __name__ == '__main__':
    main()
