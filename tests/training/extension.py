"""Drives native.c: operators, subscripts, attributes, methods and calls of types that C code defines."""

import weakref

import native


class Derived(native.Holder):
    def double(self):
        return [self.value, self.value]


def vectors(n):
    a, b = native.Vector([1.0, 2.0, 3.0]), native.Vector((1, 2, 3), scale=2.0)
    total = 0.0
    for i in range(n):
        c = a + b
        d = c * 2
        total += d[1] + c[i % 3] + len(d) + d.sum() + d.sum(axis=0) + d.shape[0]
        a[0] = i % 7
        part = c[1:]
        total += part.base is c
        if part == d or part != c:
            total += part.tolist()[0]
    return total


def holders(n):
    total = 0
    for i in range(n):
        holder = native.Holder(i)
        holder.value = [i]
        total += holder.get()[0] + len(holder.value)
        derived = Derived(value=i)
        total += derived.double()[1]
        total += native.Holder(abs)(-i)
        total += weakref.ref(native.Vector([i]))() is None
        try:
            native.Vector([1.0])[5]
        except IndexError as error:
            total += len(str(error))
    return total


print(vectors(30000), holders(15000), native.handle(20000), memoryview(native.Vector([1.0])).nbytes)
