"""What newer releases of 3.14 do with markup, names and addresses."""

import contextlib
import ctypes.util
import io
import stringprep
import subprocess
import sys
import warnings
import xml.dom.minidom
from xml.dom import expatbuilder
from xml.dom.xmlbuilder import DOMBuilder, DOMInputSource
from xml.sax.saxutils import XMLGenerator

# Addresses of namespaces are escaped.
out = io.StringIO()
writer = XMLGenerator(out)
writer.startDocument()
for prefix, address in (("a", 'http://x/?q="1"&r=<2>'), (None, "it's & \"that\"\n\t")):
    writer.startPrefixMapping(prefix, address)
writer.startElementNS(('http://x/?q="1"&r=<2>', "doc"), None, {})
writer.endElementNS(('http://x/?q="1"&r=<2>', "doc"), None)
print(out.getvalue(), XMLGenerator.__doc__)

# White space in content is that of XML.
text = ("<!DOCTYPE a [<!ELEMENT a (b)*><!ELEMENT b EMPTY>]><a> \t\n<b/>\xa0<b/>\u2003\n</a>")
builder = DOMBuilder()
builder.setFeature("whitespace_in_element_content", False)
source = DOMInputSource()
source.byteStream = io.BytesIO(text.encode())
document = builder.parse(source)
print([(node.nodeName, node.nodeValue) for node in document.documentElement.childNodes])
print(expatbuilder.parseString("<a> </a>").documentElement.toxml())

# Names of files that are not text.
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import nturl2path
for path in ("C:\\a\udce7\\b c", "\\\\host\\s\udcf0e\\x", "\\r\xe9oot", "rel/at\\ive"):
    url = nturl2path.pathname2url(path)
    print(ascii(url), ascii(nturl2path.url2pathname(url)))

# Lower case as in Unicode 3.2.
for c in "A\xb5\xdf\u0130\u023a\u03f4\u04c0\u10a0\u13a0\u2132\u1e9e\u2c00\ua640\U00010400\U000104b0\U0001e900":
    print(ascii(c), ascii(stringprep.map_table_b3(c)), ascii(stringprep.map_table_b2(c)))
for name in ("\u10a0x", "\u023abc", "\u2c60x"):
    for c in (str.encode,):
        try:
            print(c(name, "idna"))
        except UnicodeError as e:
            print(e)

print(type(ctypes.util.dllist).__name__, any("libc.so" in name for name in ctypes.util.dllist()))

# Texts of the prompt are shown as those of help() are.
out = io.StringIO()
with contextlib.redirect_stdout(out):
    copyright()
print(out.getvalue().strip() == str(copyright).strip())

# A tree alone is not warned of, what is compiled is.
code = "def f():\n    try:\n        return 1\n    finally:\n        return 2\n"
import ast
for flags in (0, ast.PyCF_ONLY_AST, ast.PyCF_OPTIMIZED_AST):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        made = compile(code, "<s>", "exec", flags)
        print(flags, [str(w.message) for w in caught])
        if flags:
            compile(made, "<s>", "exec")
            print(flags, [str(w.message) for w in caught])

# An exit code that looks like the one of an interrupt.
for program in ("import sys; sys.exit(130)", "raise KeyboardInterrupt",
                "try:\n raise KeyboardInterrupt\nexcept KeyboardInterrupt: raise SystemExit(130)"):
    print(subprocess.run([sys.executable, "-c", program], stderr=subprocess.DEVNULL).returncode)
