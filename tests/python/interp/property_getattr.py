# A getter that raises AttributeError leaves the name to __getattr__, however often it has been asked.
class Proxy:
    @property
    def inner(self):
        raise AttributeError('inner')

    @property
    def outer(self):
        return self.inner.real

    def __getattr__(self, name):
        if name == 'inner':
            raise AttributeError('there is no ' + name)
        return 'instead of ' + name


def read(proxy):
    return proxy.outer


print({read(Proxy()) for _ in range(200)})


class Plain:
    @property
    def inner(self):
        raise AttributeError('inner')


def read_plain(plain):
    try:
        return plain.inner
    except AttributeError as error:
        return str(error)


print({read_plain(Plain()) for _ in range(200)})
Plain.__getattr__ = lambda self, name: 'added for ' + name
print({read_plain(Plain()) for _ in range(200)})
