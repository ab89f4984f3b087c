"""Parses documents by the C functions of `pyexpat.expat_CAPI`."""

import xml_by_c
from pyexpat import errors


def parse(*pieces, encoding=None, separator=None, listen='etdpcDnu', stop_at=0, hostile=False):
    try:
        events, status, error, message, *place, releases = xml_by_c.parse(
            pieces, encoding, separator, listen, stop_at, hostile)
    except Exception as error:
        print(type(error).__name__, error)
        return
    for line, column, event in events:
        print(f'{line}:{column}', *event)
    assert message is None or errors.codes[message] == error
    print('status', status, error, message, *place, releases)


print(xml_by_c.version, xml_by_c.corners())
document = b'''<?xml version="1.0"?>
<!DOCTYPE r PUBLIC "p" "s" [<!ENTITY e "<i>&#233;</i>"><!ATTLIST r default CDATA "d">]>
<?pi some data?><!-- comment --><r a="1" b='&lt;\xc3\xa9'>text &amp; more &e; &unknown;
<![CDATA[raw <]]>\xe2\x82\xac</r>
'''
parse(document)
parse(document, listen='et')
parse(document, listen='d')
parse(document, listen='')
parse(document, stop_at=6)
parse(*[bytes([b]) for b in document], listen='ep')
namespaces = b'<r xmlns="urn:d" xmlns:p="urn:p"><p:a p:b="1" c="2"/><q xmlns=""/></r>'
for separator in (None, '}', ''):
    parse(namespaces, separator=separator)
for broken in (b'<a><b></a>', b'<a>', b'', b'<a/><b/>', b'<a b="1" b="2"/>', b'<a>&#0;</a>', b'text'):
    parse(broken)
latin = '<a b="\xe9">\xe8</a>'.encode('latin-1')
for name in ('iso-8859-15', 'koi8-r', 'utf-16', 'latin-1', 'no-such', 'utf-8', 'shift_jis', None):
    parse(latin, encoding=name, listen='etu')
    parse(f'<?xml version="1.0" encoding="{name}"?>'.encode() + latin, listen='etu')
parse(latin, encoding='cp1252', listen='et')
for name in ('x-pairs', 'x-bad', 'x-moved', 'x-refused'):
    head = f'<?xml version="1.0" encoding="{name}"?>\n'.encode()
    parse(head + b'<a b="\xa0\xac">\x84\x10 \x83\xa9\n\xfe</a>')
    parse(head + b'<a>\x84\x10', b'\x83', b'\xa9<b/></a>')
    parse(head + b'<\x84\x10>\xff</\x84\x10>')
    parse(head + b'<a>\x84\xff</a>')
    parse(head + b'<a>\x84\x10\x84')
bomb = b'<!DOCTYPE a [<!ENTITY a "0123456789"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">' \
       b'<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><a>&c;</a>'
parse(bomb, listen='e', hostile=True)
parse(bomb, listen='e')
