"""Parse a request and a URL."""
from httptools import HttpRequestParser, parse_url


class Protocol:
    def on_url(self, url):
        print("url", url)

    def on_header(self, name, value):
        print("header", name, value)

    def on_body(self, body):
        print("body", body)

    def on_message_complete(self):
        print("complete", parser.get_method(), parser.get_http_version(), parser.should_keep_alive())


parser = HttpRequestParser(Protocol())
parser.feed_data(b"POST /a?b=c HTTP/1.1\r\nHost: x\r\nContent-Le")
parser.feed_data(b"ngth: 4\r\n\r\nbody")
url = parse_url(b"http://user@host:81/path?q=1#f")
print(url.schema, url.host, url.port, url.path, url.query, url.fragment, url.userinfo)
