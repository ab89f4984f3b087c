"""A server of HTTPS on the loopback interface, and clients of the library."""

import http.client
import http.server
import os
import ssl
import threading
import urllib.error
import urllib.request

from tls_support import client_context, path, server_context


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        body = f"{self.command} {self.path}\n".encode() * (1000 if self.path == "/long" else 1)
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(201)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[::-1])

    def log_message(self, format, *args):
        pass


class Server(http.server.ThreadingHTTPServer):
    def handle_error(self, request, client_address):
        pass


server = Server(("127.0.0.1", 0), Handler)
server.socket = server_context().wrap_socket(server.socket, server_side=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
url = f"https://localhost:{server.server_port}"

context = client_context()
with urllib.request.urlopen(url + "/hello", context=context) as response:
    print(response.status, response.read())
with urllib.request.urlopen(url + "/long", context=context) as response:
    print(response.status, len(response.read()))
with urllib.request.urlopen(url + "/post", data=b"abc" * 10000, context=context) as response:
    print(response.status, response.read() == b"cba" * 10000)
connection = http.client.HTTPSConnection("localhost", server.server_port, context=context)
for i in range(3):
    connection.request("GET", f"/{i}")
    print(connection.getresponse().read())
connection.close()
try:
    urllib.request.urlopen(url)
except urllib.error.URLError as error:
    print(type(error.reason).__name__, error.reason.verify_code, error.reason.reason)
os.environ["SSL_CERT_FILE"] = path("ca")
connection = http.client.HTTPSConnection("localhost", server.server_port)
connection.request("GET", "/environment")
print(connection.getresponse().read())
connection.close()
os.environ["SSL_CERT_FILE"] = path("other")
try:
    http.client.HTTPSConnection("localhost", server.server_port).request("GET", "/")
except ssl.SSLCertVerificationError as error:
    print(error.verify_code)
server.shutdown()
