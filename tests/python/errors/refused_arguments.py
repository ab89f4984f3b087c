"""Arguments that functions of the library refuse, and warnings with a line of source."""
import _warnings
import io
import types
import warnings
from importlib.machinery import ModuleSpec

for file in 2**31, -(2**31) - 1, 2**100:
    for function in open, io.FileIO:
        try:
            function(file)
        except Exception as error:
            print(repr(error))


class Parameter:
    def __repr__(self):
        return "<parameter>"


first, late = Parameter(), Parameter()
first.__typing_subst__ = lambda value: value
alias = types.GenericAlias(dict, (first, late))
print(alias.__parameters__)
late.__typing_subst__ = lambda value: value
try:
    alias[0]
except TypeError as error:
    print(error)


class Loader:
    def get_source(self, name):
        return "line one\n  line two\n"


spec = ModuleSpec("named", None)
spec.loader = loader = Loader()
names = {"__name__": "named", "__loader__": loader, "__spec__": spec}
warnings.simplefilter("always")
with warnings.catch_warnings(record=True) as log:
    for line in 1, 2, 3:
        _warnings.warn_explicit("text", UserWarning, "absent", line, module_globals=names)
for message in log:
    print(message.line, message.lineno, warnings.formatwarning("m", UserWarning, "f", 1, message.line))
