# Which tuples the collector looks at after it has seen them, and in which order garbage is finalized.
import gc

gc.disable()
gc.collect()


def tracked(*objects):
    return [gc.is_tracked(o) for o in objects]


class Thing:
    pass


class Sub(tuple):
    pass


thing = Thing()
plain = (1, "a", 2.0, None)[:]
made = tuple([i for i in range(3)])
nested = tuple([made, plain])
outer = tuple([nested, made])
later = tuple([[], made])
holder = tuple([thing])
sub = Sub([1, 2])
gc.collect(0)
print(tracked(made, nested, outer, later, holder, sub))
gc.collect()
print(tracked(made, nested, outer, later, holder, sub))

# Inner tuples younger than the outer ones, and more tuples than the collector remembers.
box = []
first = tuple([box, 1])
second = tuple([tuple([i]) for i in range(4)])
many = [tuple([i, str(i)]) for i in range(70000)]
pairs = [tuple([t, i]) for i, t in enumerate(many)]
gc.collect()
print(tracked(first, second, many, many[0], many[-1], pairs[0], pairs[-1]))
print(sum(map(gc.is_tracked, many)), sum(map(gc.is_tracked, pairs)))
gc.collect()
print(sum(map(gc.is_tracked, many)), sum(map(gc.is_tracked, pairs)), tracked(second))
del many, pairs

log = []


class Node:
    def __init__(self, name):
        self.name = name
        self.link = None
        self.items = tuple([name, self])

    def __del__(self):
        log.append(self.name)


def ring(n, start):
    nodes = [Node(start + i) for i in range(n)]
    for i, node in enumerate(nodes):
        node.link = nodes[(i * 3 + 1) % n]
    return nodes


for size in 1, 2, 3, 4, 7, 10:
    kept = ring(size, 100)
    ring(size, 0)
    ring(size, 50)
    order = gc.collect(1)
    print(size, order, log)
    log.clear()
    del kept
    gc.collect()
    print(size, log)
    log.clear()
print(gc.collect(), gc.garbage)
