/* Taipan's C API: internal/pycore_bytesobject.h. Made by `cargo xtask headers` from crates/capi/headers/internal/pycore_bytesobject.h. */
#ifndef Py_PYTHON_H
#  include "../Python.h"
#endif
#ifndef Py_INTERNAL_PYCORE_BYTESOBJECT_H
#define Py_INTERNAL_PYCORE_BYTESOBJECT_H
#ifndef Py_LIMITED_API
#ifdef __cplusplus
extern "C" {
#endif
/* bytes, and a writer whose result may be longer than was thought. */
typedef struct {
    PyObject *buffer;
    Py_ssize_t allocated;
    Py_ssize_t min_size;
    int use_bytearray;
    int overallocate;
    int use_small_buffer;
    char small_buffer[512];
} _PyBytesWriter;
/* The index of needle in haystack plus offset, or -1. */
PyAPI_FUNC(Py_ssize_t) _PyBytes_Find(const char *haystack, Py_ssize_t n, const char *needle, Py_ssize_t m, Py_ssize_t offset);
/* The index of the last needle in haystack plus offset, or -1. */
PyAPI_FUNC(Py_ssize_t) _PyBytes_ReverseFind(const char *haystack, Py_ssize_t n, const char *needle, Py_ssize_t m, Py_ssize_t offset);
#ifdef __cplusplus
}
#endif
#endif
#endif
