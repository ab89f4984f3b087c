"""Names that are spelled with other letters and mean None, True or False."""

N, T, F = "𝐍𝐨𝐧𝐞", "𝐓𝐫𝐮𝐞", "𝐅𝐚𝐥𝐬𝐞"
PROGRAMS = [
    f"{T} = 1", f"print({T})", f"f({T}=1)", f"def f({T}): pass", f"def {N}(): pass", f"x.{N}", f"x.{N} = 1", f"import {N}",
    f"from a import {N}", f"import a as {N}", f"class {F}: pass", f"global {N}", f"for {N} in x: pass", f"lambda {N}: 1",
    f"match x:\n case {N}: pass", f"match x:\n case C({N}=1): pass", f"match x:\n case {{**{N}}}: pass", f"del {N}",
    f"({N} := 1)", f"try: pass\nexcept E as {N}: pass", f"with x as {N}: pass", f"{N}: int = 1", f"type {N} = int",
    f"def f[{N}](): pass", f"f'{{{N}}}'", f"import a.{N}", f"from {N} import a", f"def f():\n  nonlocal {N}",
    f"@{N}\ndef f(): pass", f"x = {N} + 1\nreturn", f"{N} = = 1", f"x = = 1\n{N}", f"{N} = 'abc", f"if x:\n{N}", f"{T} {F}",
    f"# {N}", f"'{N}'", "𝐢𝐟 = 1", "𝐱 = 1",
]


def attempt(function, *args):
    try:
        function(*args)
        return "fine"
    except Exception as error:
        return f"{type(error).__name__}: {error}"


for program in PROGRAMS:
    print(ascii(program), attempt(compile, program, "<s>", "exec"))
print(attempt(eval, N), attempt(compile, N, "<s>", "single"))
