"""Weak references that are garbage are cleared before finalizers run, and do not call back."""
import gc
import weakref


class Plain:
    pass


class Watcher:
    def __del__(self):
        print("finalizer", self.other() is None, self.kept() is None)


kept = Plain()
watcher = Watcher()
watcher.me = watcher
watcher.value = Plain()
watcher.other = weakref.ref(watcher.value, lambda r: print("called back"))
watcher.kept = weakref.ref(kept, lambda r: print("called back"))
outside = weakref.ref(watcher.value, lambda r: print("outside"))
del watcher
gc.collect()
print(outside() is None)
del kept


class Compares:
    @property
    def __eq__(self):
        raise AttributeError("never seen")


print(Compares() == Compares())
print(gc.garbage is __import__("gc").garbage)
