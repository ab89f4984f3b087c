"""What the scripts about TLS share: paths of certificates, and two ends that talk in memory."""

import os
import ssl

CERTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "certs")


def path(name):
    return os.path.join(CERTS, name + ".pem")


def server_context(name="server"):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path(name))
    return context


def client_context(authority="ca"):
    return ssl.create_default_context(cafile=path(authority))


class Pair:
    """A client and a server whose messages are carried over by hand."""

    def __init__(self, client, server, name="localhost", session=None):
        self.to_client, self.to_server = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.client = client.wrap_bio(self.to_client, self.to_server, server_hostname=name, session=session)
        self.server = server.wrap_bio(self.to_server, self.to_client, server_side=True)

    def shake(self):
        """Runs both handshakes; gives what each ended with."""
        ends = {"client": self.client.do_handshake, "server": self.server.do_handshake}
        results = {}
        for _ in range(10):
            for name, step in list(ends.items()):
                try:
                    step()
                except ssl.SSLWantReadError:
                    continue
                except Exception as error:
                    results[name] = error
                else:
                    results[name] = "done"
                del ends[name]
        return results

    def talk(self):
        """A message each way, which also carries the tickets to the client."""
        self.server.write(b"from the server")
        got = [self.client.read(100)]
        self.client.write(b"from the client")
        return got + [self.server.read(100)]


def show(error):
    """An exception without what depends on the version of the library."""
    line = f"{type(error).__name__}: {error}"
    for name in ("library", "reason", "verify_code", "verify_message"):
        if hasattr(error, name):
            line += f" {name}={getattr(error, name)!r}"
    return line


def attempt(function, *args, **kwargs):
    try:
        result = function(*args, **kwargs)
    except Exception as error:
        print(show(error))
    else:
        print("->", result)
