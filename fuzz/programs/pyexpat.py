"""XML in pieces with handlers of all events, and as an element tree. The first byte chooses the encoding and namespaces."""

import pyexpat
import _elementtree

SEEDS = [
    b'\0<?xml version="1.0"?><!DOCTYPE r [<!ENTITY e "<b>x</b>"><!ATTLIST r a CDATA "d"><!ELEMENT r ANY>]><r a="1">&e;&#65;<![CDATA[x]]><!--c--><?pi d?></r>',
    b'\x01<a:b xmlns:a="u" a:c="1"><d xmlns="v"/></a:b>', b"\x02<?xml version='1.0' encoding='iso-8859-1'?><r>\xe9</r>", b"\x04\xff\xfe<\0r\0/\0>\0",
    b'\x08<!DOCTYPE r SYSTEM "x.dtd" [<!ENTITY % p SYSTEM "y"><!NOTATION n PUBLIC "z">%p;]><r/>', b"\x10<r>" + b"<a>" * 20 + b"</a>" * 20 + b"</r>",
    b'\x20<!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;"><!ENTITY c "&b;&b;">]><r>&c;</r>',
]
HANDLERS = [name for name in dir(pyexpat.ParserCreate()) if name.endswith("Handler") and name not in ("ExternalEntityRefHandler", "NotStandaloneHandler", "UnknownEncodingHandler")]
MOST = 20_000


class Enough(Exception):
    pass


def events(data, size, choice, depth=0):
    parser = pyexpat.ParserCreate("utf-8" if choice & 2 else None, " " if choice & 1 else None)
    seen = []

    def note(*args):
        seen.append(args)
        parser.CurrentByteIndex, parser.CurrentLineNumber, parser.CurrentColumnNumber, parser.ErrorCode
        if len(seen) > MOST:
            raise Enough

    for name in HANDLERS:
        if name != "DefaultHandler" or choice & 64:
            setattr(parser, name, note)
    parser.ordered_attributes = bool(choice & 4)
    parser.specified_attributes = bool(choice & 8)
    parser.buffer_text = bool(choice & 16)
    parser.SetParamEntityParsing(pyexpat.XML_PARAM_ENTITY_PARSING_ALWAYS if choice & 32 else pyexpat.XML_PARAM_ENTITY_PARSING_NEVER)

    def outside(context, base, system, public):
        try:
            inner = parser.ExternalEntityParserCreate(context)
            inner.Parse(b"<!ENTITY q 'z'><x>" if len(seen) % 2 else b"<!ELEMENT a ANY>", True)
        except pyexpat.ExpatError:
            pass
        return 1

    parser.ExternalEntityRefHandler = outside
    try:
        for at in range(0, len(data), size):
            parser.Parse(data[at:at + size], False)
        parser.Parse(b"", True)
        end = None
    except pyexpat.ExpatError as error:
        end = error.code
    except (LookupError, ValueError) as error:
        # An encoding that nobody knows, or that has more than one byte for a character.
        end = str(error)
    except Enough:
        return None
    # Text comes in pieces of any size.
    return [args for args in seen if len(args) != 1], end, parser.CurrentLineNumber


def check(data):
    choice, data = (data[:1] or b"\0")[0], data[1:]
    events(data, len(data) or 1, choice)
    events(data, 3, choice)
    try:
        _elementtree.XMLParser().feed(data)
    except (SyntaxError, LookupError, ValueError):
        pass
    reader = _elementtree.XMLParser()
    try:
        reader.feed(data[:len(data) // 2])
        reader.feed(data[len(data) // 2:])
        root = reader.close()
    except (SyntaxError, LookupError, ValueError):
        return
    try:
        for element in root.iter():
            element.tag, element.text, element.tail, element.attrib
        repr(root)
    except RecursionError:
        pass
