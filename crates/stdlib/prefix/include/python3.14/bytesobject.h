/* Taipan's C API: bytesobject.h. Made by `cargo xtask headers` from crates/capi/headers/bytesobject.h. */
#ifndef Py_PYTHON_H
#  include "Python.h"
#endif
#ifndef Py_BYTESOBJECT_H
#define Py_BYTESOBJECT_H
#ifdef __cplusplus
extern "C" {
#endif
/* bytes. */
PyAPI_DATA(PyTypeObject) PyBytesIter_Type;
PyAPI_DATA(PyTypeObject) PyBytes_Type;
/* The bytes, borrowed; null with an exception. */
PyAPI_FUNC(char *) PyBytes_AsString(PyObject *op);
/* The bytes, borrowed, and their number; without a place for that, zeros in them are an error. */
PyAPI_FUNC(int) PyBytes_AsStringAndSize(PyObject *op, char **s, Py_ssize_t *n);
/* *a += b; the reference is replaced, and null after an error. */
PyAPI_FUNC(void) PyBytes_Concat(PyObject **a, PyObject *b);
/* As PyBytes_Concat; takes the reference to b over. */
PyAPI_FUNC(void) PyBytes_ConcatAndDel(PyObject **a, PyObject *b);
/* Bytes with backslash escapes resolved; a new reference. */
PyAPI_FUNC(PyObject *) PyBytes_DecodeEscape(const char *s, Py_ssize_t n, const char *errors, Py_ssize_t unicode, const char *recode);
/* Bytes from a format; a new reference. */
PyAPI_FUNC(PyObject *) PyBytes_FromFormat(const char *format, ...);
/* Bytes from a format and a va_list; a new reference. */
PyAPI_FUNC(PyObject *) PyBytes_FromFormatV(const char *format, va_list list);
/* bytes(op) of what exports a buffer or can be iterated over; a new reference. */
PyAPI_FUNC(PyObject *) PyBytes_FromObject(PyObject *op);
/* Bytes from a C string; a new reference. */
PyAPI_FUNC(PyObject *) PyBytes_FromString(const char *s);
/* Bytes, or undefined ones of this length for null; a new reference. */
PyAPI_FUNC(PyObject *) PyBytes_FromStringAndSize(const char *s, Py_ssize_t n);
/* repr(op); a new reference. */
PyAPI_FUNC(PyObject *) PyBytes_Repr(PyObject *op, int smart_quotes);
/* How many bytes; -1 with an exception. */
PyAPI_FUNC(Py_ssize_t) PyBytes_Size(PyObject *op);
#define PyBytes_Check(op) PyType_FastSubclass(Py_TYPE(op), Py_TPFLAGS_BYTES_SUBCLASS)
#define PyBytes_CheckExact(op) Py_IS_TYPE((op), &PyBytes_Type)
#ifndef Py_LIMITED_API
#include "cpython/bytesobject.h"
#endif
#ifdef __cplusplus
}
#endif
#endif
