"""UTF-8 that ends within a surrogate: more may follow, and a handler may let it through."""
import codecs

for data in (b"\xed", b"\xed\xa0", b"\xed\xa0x", b"\xed\x80", b"\xed\xbf", b"a\xed\xa0", b"\xed\xa0\x80"):
    for handler in ("strict", "surrogatepass", "replace"):
        for final in (False, True):
            try:
                print(data, handler, final, ascii(codecs.utf_8_decode(data, handler, final)))
            except UnicodeError as e:
                print(data, handler, final, e)
