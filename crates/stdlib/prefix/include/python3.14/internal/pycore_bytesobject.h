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
/* bytes. */
/* The index of needle in haystack plus offset, or -1. */
PyAPI_FUNC(Py_ssize_t) _PyBytes_Find(const char *haystack, Py_ssize_t n, const char *needle, Py_ssize_t m, Py_ssize_t offset);
/* The index of the last needle in haystack plus offset, or -1. */
PyAPI_FUNC(Py_ssize_t) _PyBytes_ReverseFind(const char *haystack, Py_ssize_t n, const char *needle, Py_ssize_t m, Py_ssize_t offset);
#ifdef __cplusplus
}
#endif
#endif
#endif
