# Weak references give up their callbacks, thread-local objects what threads keep for them, and loaded data that refers to
# itself is garbage like any other.

import abc
import gc
import marshal
import threading
import weakref
from growth import check


class Class:
    pass


kept = Class()


def callback():
    weakref.ref(kept, [].append)


def proxy():
    weakref.proxy(kept, [].append)


def dead():
    weakref.ref(Class(), [].append)


def cycle():
    # The reference is in a set that its callback refers to.
    found = set()
    found.add(weakref.ref(kept, found.discard))


def finalizer():
    weakref.finalize(kept, print).detach()


class Abstract(abc.ABC):
    pass


def registered():
    Abstract._abc_registry_clear()
    Abstract.register(Class)


check("callback of a reference", callback)
check("callback of a proxy", proxy)
check("callback that was called", dead)
check("callback in a cycle", cycle)
check("finalize", finalizer)
check("registered class", registered)


class Told:
    def __call__(self, reference):
        pass

    def __del__(self):
        print("callback is gone")


reference = weakref.ref(kept, Told())
del reference
# As garbage of the collector.
class Node:
    pass


node = Node()
node.itself = node
node.reference = weakref.ref(kept, Told())
del node
gc.collect()


def local():
    threading.local().x = 1


def local_elsewhere():
    data = threading.local()

    def work():
        data.x = 1

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()


check("thread-local object", local)
check("thread-local object of two threads", local_elsewhere, 100)

loop = ([],)
loop[0].append(loop)
data = marshal.dumps(loop)


def loaded():
    marshal.loads(data)


check("marshalled tuple in itself", loaded)
