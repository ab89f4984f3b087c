"""An instance that dies while its dictionary is cleared, and dictionaries that outlive their instances."""

import gc
import sys


class Node:
    pass


class Noisy:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("gone", self.name)


node = Node()
names = node.__dict__
node.first = [node]
node.second = Noisy("second")
node.third = kept = object()
before = sys.getrefcount(kept)
del node
print("clear")
names.clear()
print(names, before - sys.getrefcount(kept))
names["again"] = kept
del names
print(before - sys.getrefcount(kept))

# The same by the collector.
for n in range(200):
    node = Node()
    names = node.__dict__
    node.holder = [[node]]
    node.names = names
    node.kept = kept
    node.other = [kept]
    del node, names
gc.collect()
print(before - sys.getrefcount(kept))


# A finalizer that finds the dictionary of the dying instance.
class Finder:
    def __del__(self):
        for found in gc.get_objects():
            if type(found) is dict and found.get("mark") == "here":
                stolen.append(found)


stolen = []
node = Node()
node.__dict__
node.mark = "here"
node.finder = Finder()
node.kept = kept
del node
print(len(stolen) < 2)
for names in stolen:
    names["new"] = 1
    print(sorted(names)[-1:])
stolen.clear()
print(before - sys.getrefcount(kept))
