# What an object refers to is asked of that object alone: a hundred thousand other ones don't matter.
import gc

others = [[n] for n in range(100_000)]


class Own:
    attribute = {'key': 'value'}


asked = {'a': Own.attribute, 'b': others}
for _ in range(20_000):
    found = gc.get_referents(asked)
print(len(found), found[0] is Own.attribute, found[1] is others)
