"""Rewrites the expected results in golden/*.txt with what this interpreter says.

Run it with CPython 3.14:  python3.14 crates/compiler/tests/regenerate.py [FILES]

A file is a list of cases. A case starts with a line `### TITLE`, optionally with `mode=single`, `mode=eval`, `optimize=N`
or `flags=N` in brackets at its end; the source follows, up to a line `>>>`; after that comes the expected result.
"""
import dis
import glob
import os
import re
import sys
import warnings


def constant(value):
    if hasattr(value, "co_code"):
        return f"<code {value.co_qualname}>"
    if isinstance(value, tuple):
        return "(" + "".join(constant(v) + "," for v in value) + ")"
    if isinstance(value, frozenset):
        return "frozenset{" + ", ".join(sorted(constant(v) for v in value)) + "}"
    if isinstance(value, slice):
        return f"slice({constant(value.start)}, {constant(value.stop)}, {constant(value.step)})"
    return ascii(value) if isinstance(value, str) else repr(value)


def position(p):
    return ":".join("-" if x is None else str(x) for x in (p.lineno, p.col_offset, p.end_lineno, p.end_col_offset))


def dump(code, out):
    out.append(f"code {code.co_qualname} line {code.co_firstlineno}")
    args = f"{code.co_argcount}/{code.co_posonlyargcount}/{code.co_kwonlyargcount}"
    out.append(f"  args {args} stack {code.co_stacksize} flags {code.co_flags:#x}")
    out.append("  names " + " ".join(code.co_names))
    out.append("  locals " + " ".join(code.co_varnames) + "; " + " ".join(code.co_cellvars) + "; " + " ".join(code.co_freevars))
    out.append("  consts " + " ".join(constant(c) for c in code.co_consts))
    for i in dis.get_instructions(code):
        if i.opname != "EXTENDED_ARG":
            out.append(f"  {i.offset} {i.opname} {i.arg or 0} {position(i.positions)}")
    for e in dis._parse_exception_table(code):
        out.append(f"  {e.start} to {e.end} -> {e.target} [{e.depth}]" + (" lasti" if e.lasti else ""))
    for c in code.co_consts:
        if hasattr(c, "co_code"):
            dump(c, out)


def result(source, options):
    out = []
    mode = options.get("mode", "exec")
    optimize = int(options.get("optimize", 0))
    flags = int(options.get("flags", 0))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            code = compile(source, "<golden>", mode, flags=flags, dont_inherit=True, optimize=optimize)
        except (SyntaxError, RecursionError, ValueError, OverflowError) as e:
            place = ""
            if isinstance(e, SyntaxError):
                place = f" at {e.lineno}:{e.offset}-{e.end_lineno}:{e.end_offset}"
                e = type(e)(e.msg)
            out.append(f"{type(e).__name__}: {e}{place}")
            code = None
    out[:0] = [f"warning {w.lineno}: {w.message}" for w in caught]
    if code is not None:
        dump(code, out)
    return "\n".join(out)


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    for path in sys.argv[1:] or sorted(glob.glob(os.path.join(here, "golden", "*.txt"))):
        with open(path, encoding="utf-8") as file:
            text = file.read()
        cases = []
        for case in re.split(r"(?m)^### ", text)[1:]:
            title, _, rest = case.partition("\n")
            source = rest.partition("\n>>>")[0].strip("\n") + "\n"
            options = dict(o.split("=") for o in re.findall(r"\w+=\w+", title.partition("[")[2]))
            cases.append(f"### {title}\n{source}>>>\n{result(source, options)}\n")
        with open(path, "w", encoding="utf-8") as file:
            file.write("\n".join(cases))


main()
