"""What belongs to static types is found by `gc` as everything else is, and what refers to it lives and dies as usual."""
import gc
import weakref

join = str.__dict__["join"]
print(gc.is_tracked(join))
print(any(found is join for found in gc.get_objects()))
print(sum(found is join for generation in range(3) for found in gc.get_objects(generation)))
referrers = gc.get_referrers(join)
print(any(type(found) is dict and found.get("join") is join for found in referrers))
del referrers


class Holder:
    def __init__(self):
        self.method = join
        self.myself = self


holder = Holder()
seen = weakref.ref(holder)
del holder
gc.collect()
print(seen() is None)

gc.freeze()
print(gc.get_freeze_count() > 0)
gc.unfreeze()
print(gc.get_freeze_count())
print(any(found is join for found in gc.get_objects()))


class Sub(list):
    pass


print(Sub in list.__subclasses__())
del Sub
gc.collect()
print([found.__name__ for found in list.__subclasses__() if found.__name__ == "Sub"])
