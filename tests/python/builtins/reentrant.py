# Containers that change, or are asked, while they are at work.
import marshal, collections, types

array = bytearray(b',')


def items():
    array.clear()
    yield b'A'


try:
    array.join(items())
except BufferError as error:
    print(error)


class Clears:
    def __init__(self, target):
        self.target = target

    def __eq__(self, other):
        self.target().clear()
        return NotImplemented


one = [Clears(lambda: two)]
two = [Clears(lambda: one)]
print(one == two)


class Liar:
    def __iter__(self):
        return iter(())

    def __length_hint__(self):
        return 2 ** 63 - 1


values = [1, 2]
values.extend(Liar())
print(values)
values.extend(values)
print(values)

big = []
for i in range(300_000):
    big.append(i)
big.extend(big)
print(len(big), big[-1], sum(big))
del big[10:]
print(big)


class Counted:
    n = 0

    def __hash__(self):
        return 7

    def __eq__(self, other):
        Counted.n += 1
        return self is other


d = {Counted(): 1}
d.setdefault(Counted(), 2)
print(Counted.n, len(d))

loop = ([],)
loop[0].append(loop)
again = marshal.loads(marshal.dumps(loop))
print(again[0][0] is again)
cyclic = slice([], None)
cyclic.start.append(cyclic)
try:
    marshal.dumps(cyclic)
except ValueError as error:
    print(error)

print(sum([2j, 1.0, 1e100, 1.0, -1e100]), sum([0.1] * 10), sum([1, 2.5, 3j]))
od = collections.OrderedDict(a=1, b=2)
od.move_to_end('a')
print(list(type('C', (), od).__dict__)[:2])
ns = {'__builtins__': types.MappingProxyType({'n': 1})}
print(eval('n', ns))
for source in ('import x', 'missing'):
    try:
        exec(source, {'__builtins__': types.MappingProxyType({})})
    except Exception as error:
        print(type(error).__name__, error)
