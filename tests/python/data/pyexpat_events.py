"""What pyexpat reports, with its places, for documents whole and cut at every byte."""

from pyexpat import ExpatError, ParserCreate, errors, model

HANDLERS = [name for name in sorted(dir(ParserCreate())) if "Handler" in name and name != "DefaultHandlerExpand"]


def trace(pieces, encoding=None, separator=None, externals=(), setup=None, quiet=False, places=True, parser=None):
    out = []
    p = parser or ParserCreate(encoding, separator)
    if setup:
        setup(p)

    def handler(name):
        def call(*args):
            place = (p.CurrentLineNumber, p.CurrentColumnNumber, p.CurrentByteIndex) if places else ()
            if name == "ExternalEntityRefHandler":
                args = (args[0] and sorted(args[0].split("\f")), *args[1:])
            out.append((name.removesuffix("Handler"), args, *place))
            if name == "ExternalEntityRefHandler":
                data = dict(externals).get(args[2])
                if data is not None:
                    context = args[0] and "\f".join(args[0])
                    sub = p.ExternalEntityParserCreate(context)
                    out.extend(trace([data], externals=externals, parser=sub, places=places, quiet=True))
            return 1
        return call

    for name in HANDLERS:
        setattr(p, name, handler(name))
    try:
        for i, piece in enumerate(pieces):
            p.Parse(piece, i == len(pieces) - 1)
    except ExpatError as e:
        out.append((str(e), e.code, e.lineno, e.offset, p.ErrorByteIndex))
    if not quiet:
        for event in out:
            print("  ", *event)
    return out


def no_deferral(p):
    p.SetReparseDeferralEnabled(False)


DOCUMENTS = {
    "plain": b"<?xml version='1.0' encoding='utf-8'?>\n<!-- c --><a b='1' c=\"2\">t\r\nx&amp;&#65;&#x1F600;<b/>]]<?pi d?></a>\n",
    "cdata": b"<a><![CDATA[x]]y\r\n<&>]]></a>",
    "unicode": "<é ü='ö'>漢字😀</é>".encode(),
    "attributes": b"<!DOCTYPE a [<!ATTLIST a i ID #IMPLIED t NMTOKENS ' x  y ' e (p|q) 'p' n NOTATION (m) #REQUIRED f CDATA #FIXED 'z'>"
                  b"<!NOTATION m PUBLIC 'pub  id'>]><a i='1' u=' a\tb\r\n'/>",
    "entities": b"<!DOCTYPE a [<!ENTITY e 'text'><!ENTITY m '<b>&e;</b>'><!ENTITY u SYSTEM 's' NDATA n>"
                b"<!ENTITY % p \"<!ENTITY q 'from p'>\">%p;]><a x='[&e;]'>&m;&q;</a>",
    "models": b"<!DOCTYPE a [<!ELEMENT a (b,(c?|d+)*,e)><!ELEMENT b (#PCDATA|c)*><!ELEMENT c EMPTY><!ELEMENT d ANY>]><a/>",
    "external": b"<!DOCTYPE a SYSTEM 'a.dtd' [<!ENTITY x SYSTEM 'x.xml'>]><a>&x;&fromdtd;&undefined;</a>",
    "namespaces": b"<a xmlns='u' xmlns:p='v' p:x='1' y='2'><p:b xmlns=''><c/></p:b></a>",
    "standalone": b"<?xml version='1.0' standalone='yes'?><!DOCTYPE a SYSTEM 'a.dtd'><a/>",
}
EXTERNALS = (("a.dtd", b"<!ENTITY fromdtd 'dtd'><![IGNORE[ x ]]><![INCLUDE[<!ATTLIST a d CDATA 'v'>]]>"),
             ("x.xml", b"<?xml version='1.0' encoding='iso-8859-1'?>\xe9<b>&fromdtd;</b>"))

for name, document in DOCUMENTS.items():
    print(name)
    separator = " " if name == "namespaces" else None
    whole = trace([document], separator=separator, externals=EXTERNALS)
    for pieces in ([document[:i], document[i:]] for i in range(len(document))):
        joined = trace(pieces, separator=separator, externals=EXTERNALS, quiet=True, places=False)
        kinds = [event[0] for event in joined if event[0] not in ("CharacterData", "Default")]
        assert kinds == [event[0] for event in whole if event[0] not in ("CharacterData", "Default")], pieces
    single = [document[i:i + 1] for i in range(len(document))] + [b""]
    trace(single, separator=separator, externals=EXTERNALS, setup=no_deferral, quiet=True)

print("with parameter entities")


def all_params(p):
    p.SetParamEntityParsing(2)


trace([DOCUMENTS["external"]], externals=EXTERNALS, setup=all_params)
trace([DOCUMENTS["entities"]], externals=EXTERNALS, setup=all_params)


def foreign(p):
    p.SetParamEntityParsing(2)
    p.UseForeignDTD()
    p.SetBase("/base")


trace([b"<a>&fromdtd;</a>"], externals=((None, b"<!ENTITY fromdtd 'foreign'>"),), setup=foreign)

print("encodings")
for encoding in ("utf-8-sig", "utf-16", "utf-16-be", "utf-16-le", "iso-8859-1", "us-ascii", "koi8-r", "cp1252"):
    text = "<a b='x'>y\n" + ("" if "ascii" in encoding else "é" if encoding != "koi8-r" else "ж") + "</a>"
    if not encoding.startswith("utf-16"):
        text = f"<?xml version='1.0' encoding='{encoding.replace('-sig', '')}'?>" + text
    print(encoding)
    trace([text.encode(encoding)])
for encoding in ("nope", "shift-jis", "utf-7"):
    try:
        ParserCreate(encoding).Parse(b"<a/>", True)
    except (LookupError, ValueError, ExpatError) as e:
        print(encoding, type(e).__name__, e)

print("errors")
for document in (b"", b" ", b"<a", b"<a>", b"</a>", b"<a></b>", b"<a b=''b=''/>", b"<a b='' b=''/>", b"<a/><b/>", b"<a>&x;</a>",
                 b"<a>&#0;</a>", b"<a>\x01</a>", b"<a>]]></a>", b"<a b='<'/>", b"<a>\xff</a>", b"<a>\xe9", b"<a><![CDATA[x",
                 b"<!DOCTYPE a [<!ENTITY e '&e;'>]><a>&e;</a>", b"<!DOCTYPE a [<!ENTITY e SYSTEM 'x'>]><a b='&e;'/>",
                 b"<!DOCTYPE a [<!ENTITY e SYSTEM 'x' NDATA n>]><a>&e;</a>", b"<!DOCTYPE a [<!ENTITY e '<b>'>]><a>&e;</b></a>",
                 b" <?xml version='1.0'?><a/>", b"<?xml version='2.0'?><a/>", b"<?xml version='1.0' encoding='utf-16'?><a/>",
                 b"<!DOCTYPE a PUBLIC 'a\tb' 'c'><a/>", b"<!DOCTYPE a [<!ELEMENT a (b|c,d)>]><a/>", b"<!FOO>", b"<?XML x?><a/>",
                 b"<!DOCTYPE a [<!ENTITY e '%p;'>]><a/>", b"<!DOCTYPE a [%p ;]><a/>", b"<a>\r", b"<a/>\r", b"<a>]", b"\xef\xbb\xbf<a/>"):
    print(document)
    events = trace([document], quiet=True)
    print("  ", events[-1])
for document in (b"<p:a/>", b"<a p:x=''/>", b"<a xmlns:p=''/>", b"<a xmlns:xml='x'/>", b"<a xmlns:xmlns='x'/>",
                 b"<a xmlns:p='http://www.w3.org/XML/1998/namespace'/>", b"<a xmlns:p='u' xmlns:q='u' p:x='' q:x=''/>",
                 b"<a xmlns='a b'/>", b"<a:b:c xmlns:a='u'/>"):
    print(document, trace([document], separator=" ", quiet=True)[-1])

print("settings")
p = ParserCreate(namespace_separator="!")
p.namespace_prefixes = p.ordered_attributes = p.specified_attributes = p.buffer_text = True
p.buffer_size = 5
p.StartElementHandler = p.EndElementHandler = p.CharacterDataHandler = lambda *args: print("  ", args, p.buffer_used)
p.Parse(b"<!DOCTYPE a [<!ATTLIST a d CDATA 'v'>]><a x='1' xmlns:p='u' p:y='2'>abc&amp;defghijk&lt;l<p:b/></a>", True)
p = ParserCreate()
p.DefaultHandlerExpand = p.CommentHandler = lambda *args: print("  ", args, p.GetInputContext())
p.Parse(b"<!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;<!--c--></a>", True)
print(errors.XML_ERROR_SYNTAX, errors.codes["syntax error"], errors.messages[2], model.XML_CTYPE_MIXED)
