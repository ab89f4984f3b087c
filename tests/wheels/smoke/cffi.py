"""Calls, callbacks and structures through cffi's ABI mode."""
from cffi import FFI

ffi = FFI()
ffi.cdef("""
typedef struct { int x; double y; char name[8]; } item;
size_t strlen(const char *);
int snprintf(char *, size_t, const char *, ...);
void qsort(void *, size_t, size_t, int (*)(const void *, const void *));
""")
C = ffi.dlopen(None)
print(C.strlen(b"hello"))
buffer = ffi.new("char[]", 32)
C.snprintf(buffer, 32, b"%d-%s-%.2f", ffi.cast("int", 7), ffi.new("char[]", b"abc"), ffi.cast("double", 2.5))
print(ffi.string(buffer))
item = ffi.new("item *", {"x": 3, "y": 1.5, "name": b"abc"})
print(item.x, item.y, ffi.string(item.name), ffi.sizeof("item"), ffi.offsetof("item", "name"))


@ffi.callback("int(const void *, const void *)")
def compare(a, b):
    a, b = ffi.cast("int *", a)[0], ffi.cast("int *", b)[0]
    return (a > b) - (a < b)


numbers = ffi.new("int[]", [5, 2, 9, 1])
C.qsort(numbers, 4, 4, compare)
print(list(numbers), ffi.typeof("item"), bytes(ffi.buffer(numbers, 4)))
handle = ffi.new_handle([1, 2])
print(ffi.from_handle(handle))
try:
    ffi.new("int[2]")[5]
except IndexError as error:
    print(error)
