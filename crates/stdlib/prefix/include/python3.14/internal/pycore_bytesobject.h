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
/* A buffer of this size: where it begins; null with an exception. */
PyAPI_FUNC(void *) _PyBytesWriter_Alloc(_PyBytesWriter *writer, Py_ssize_t n);
/* Gives a writer up. */
PyAPI_FUNC(void) _PyBytesWriter_Dealloc(_PyBytesWriter *writer);
/* What has been written up to at, as bytes or a bytearray; a new reference. The writer is
   empty. */
PyAPI_FUNC(PyObject *) _PyBytesWriter_Finish(_PyBytesWriter *writer, void *at);
/* Prepares a writer of bytes. */
PyAPI_FUNC(void) _PyBytesWriter_Init(_PyBytesWriter *writer);
/* Makes room for so many bytes more: where at is now; null with an exception. */
PyAPI_FUNC(void *) _PyBytesWriter_Prepare(_PyBytesWriter *writer, void *at, Py_ssize_t n);
/* Makes the buffer one of n bytes at least: where at is now; null with an exception. */
PyAPI_FUNC(void *) _PyBytesWriter_Resize(_PyBytesWriter *writer, void *at, Py_ssize_t n);
/* Writes bytes: where they end; null with an exception. */
PyAPI_FUNC(void *) _PyBytesWriter_WriteBytes(_PyBytesWriter *writer, void *at, const void *bytes, Py_ssize_t n);
/* As PyBytes_DecodeEscape, without a warning: the first invalid escape, or -1, and its place go
   through pointers. */
PyAPI_FUNC(PyObject *) _PyBytes_DecodeEscape2(const char *s, Py_ssize_t n, const char *errors, int *first, const char **place);
/* The index of needle in haystack plus offset, or -1. */
PyAPI_FUNC(Py_ssize_t) _PyBytes_Find(const char *haystack, Py_ssize_t n, const char *needle, Py_ssize_t m, Py_ssize_t offset);
/* Fills a buffer with repetitions of its beginning, or of other bytes. */
PyAPI_FUNC(void) _PyBytes_Repeat(char *to, Py_ssize_t n, const char *from, Py_ssize_t unit);
/* The index of the last needle in haystack plus offset, or -1. */
PyAPI_FUNC(Py_ssize_t) _PyBytes_ReverseFind(const char *haystack, Py_ssize_t n, const char *needle, Py_ssize_t m, Py_ssize_t offset);
#ifdef __cplusplus
}
#endif
#endif
#endif
