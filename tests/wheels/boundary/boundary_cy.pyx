# cython: language_level=3
# The same in the code that Cython makes, which reaches behind the API where it can. Each function repeats one operation.


cdef class Made:
    cdef public object value

    def __init__(self, value=None):
        self.value = value

    cpdef method(self):
        return None


def call_python(function, long n):
    cdef long i
    for i in range(n):
        function(None)


def call_keywords(function, long n):
    cdef long i
    for i in range(n):
        function(x=None)


def call_method(instance, long n):
    cdef long i
    for i in range(n):
        instance.method()


def call_class(cls, long n):
    cdef long i
    for i in range(n):
        cls()


def make_own(_, long n):
    cdef long i
    for i in range(n):
        Made(None)


def get_attribute(instance, long n):
    cdef long i
    for i in range(n):
        instance.attribute


def set_attribute(instance, long n):
    cdef long i
    for i in range(n):
        instance.attribute = None


def list_append(_, long n):
    cdef long i
    cdef list items = []
    for i in range(n):
        items.append(None)


def list_index(_, long n):
    cdef long i
    items = [None] * 10
    for i in range(n):
        items[i % 10]


def dict_lookup(_, long n):
    cdef long i
    mapping = {"key": None}
    for i in range(n):
        mapping["key"]


def dict_store(_, long n):
    cdef long i
    mapping = {}
    for i in range(n):
        mapping["key"] = None


def tuple_build(_, long n):
    cdef long i
    for i in range(n):
        (None, i, None)


def unpack(_, long n):
    cdef long i
    pair = (None, None)
    for i in range(n):
        a, b = pair


def int_convert(_, long n):
    cdef long i, total = 0
    cdef object number
    for i in range(n):
        number = i + 1000
        total += <long>number
    return total


def float_convert(_, long n):
    cdef long i
    cdef double total = 0
    cdef object number
    for i in range(n):
        number = <double>i
        total += <double>number
    return total


def add(_, long n):
    cdef long i
    a, b = 1000, 2000
    for i in range(n):
        a + b


def compare(_, long n):
    cdef long i, total = 0
    a, b = 1000, 2000
    for i in range(n):
        if a < b:
            total += 1
    return total


def iterate(_, long n):
    cdef object items = iter([None] * n)
    for item in items:
        pass


def raise_catch(_, long n):
    cdef long i
    for i in range(n):
        try:
            raise ValueError("text")
        except ValueError:
            pass


def format_text(_, long n):
    cdef long i
    for i in range(n):
        f"{i}:text"
