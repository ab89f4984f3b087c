"""XPath, XSLT, validation, HTML, iterparse and errors of lxml."""
import io
from lxml import etree, html, objectify

root = etree.fromstring("<r xmlns:n='urn:n'><a i='1'>x</a><n:b><a i='2'/>tail</n:b><!-- c --></r>")
print(root.xpath("//a/@i"), root.xpath("count(//a)"), root.xpath("//n:b/a", namespaces={"n": "urn:n"})[0].tail)
sheet = etree.XSLT(etree.fromstring("""<x:stylesheet version="1.0" xmlns:x="http://www.w3.org/1999/XSL/Transform">
<x:template match="/"><out><x:for-each select="//a"><v><x:value-of select="@i"/></v></x:for-each></out></x:template></x:stylesheet>"""))
print(str(sheet(root)))
page = html.fromstring("<p>Hello <b>wor<i>ld</b> <a href='/x?y=1&z'>link</a>")
page.make_links_absolute("http://h/")
print(html.tostring(page), page.text_content(), [link[2] for link in page.iterlinks()])
schema = etree.RelaxNG(etree.fromstring("<element name='r' xmlns='http://relaxng.org/ns/structure/1.0'><text/></element>"))
print(schema.validate(root), schema.error_log[0].message)
print([(event, element.tag) for event, element in etree.iterparse(io.BytesIO(b"<a><b/><c>t</c></a>"), events=("start", "end"))])
o = objectify.fromstring("<d><n>5</n><s>txt</s></d>")
print(o.n + 1, o.s.text, type(o.n).__name__)
try:
    etree.fromstring("<a><b></a>")
except etree.XMLSyntaxError as error:
    print(error, error.position)
print(etree.tostring(root, pretty_print=True, encoding="unicode"))
