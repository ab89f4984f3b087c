# An MRO with classes that are no bases: changes of those are seen.


class Base:
    value = 1


class Meta(type):
    def mro(cls):
        return (cls, Base, object)


class Strange(metaclass=Meta):
    pass


def read():
    return Strange.value, Strange().value


for n in range(3):
    Base.value = n
    for _ in range(20):
        found = read()
    print(found)
text = 'abcde'
print(format(text, '5s') is text, f'{text:.9}' is text, '{:3}'.format(text) is text, format(text, '6'))
