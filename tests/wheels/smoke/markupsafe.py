"""Escape HTML."""
from markupsafe import Markup, _speedups, escape

print(escape("<a href='x'>&\"</a>"), escape(Markup("<b>")), Markup("<i>%s</i>") % "<", _speedups._escape_inner("a<b"))


class H:
    def __html__(self):
        return "<h>"


print(escape(H()), repr(escape(3)), Markup("<a>&lt;</a>").striptags())
