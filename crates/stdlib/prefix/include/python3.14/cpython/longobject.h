/* Taipan's C API: cpython/longobject.h. Made by `cargo xtask headers` from crates/capi/headers/cpython/longobject.h. */
#ifndef Py_PYTHON_H
#  include "../Python.h"
#endif
#ifndef Py_CPYTHON_LONGOBJECT_H
#define Py_CPYTHON_LONGOBJECT_H
#ifndef Py_LIMITED_API
#ifdef __cplusplus
extern "C" {
#endif
/* int: conversions by bytes. */
#define _PyLong_CAST(op) (assert(PyLong_Check(op)), _Py_CAST(PyLongObject *, (op)))
/* Copies the value into bytes; -1 with an exception if it does not fit (or without, unless
   with_exceptions). */
PyAPI_FUNC(int) _PyLong_AsByteArray(PyLongObject *op, unsigned char *bytes, size_t n, int little_endian, int signed_, int with_exceptions);
/* An int from bytes; a new reference. */
PyAPI_FUNC(PyObject *) _PyLong_FromByteArray(const unsigned char *bytes, size_t n, int little_endian, int signed_);
/* An int from text; a new reference. */
PyAPI_FUNC(PyObject *) PyLong_FromUnicodeObject(PyObject *op, int base);
/* The greatest common divisor; a new reference. */
PyAPI_FUNC(PyObject *) _PyLong_GCD(PyObject *a, PyObject *b);
/* The sign into *place. */
PyAPI_FUNC(int) PyLong_GetSign(PyObject *op, int *place);
/* Whether it is negative; -1 with an exception unless it is an int. */
PyAPI_FUNC(int) PyLong_IsNegative(PyObject *op);
/* Whether it is positive; -1 with an exception unless it is an int. */
PyAPI_FUNC(int) PyLong_IsPositive(PyObject *op);
/* Whether it is zero; -1 with an exception unless it is an int. */
PyAPI_FUNC(int) PyLong_IsZero(PyObject *op);
/* How many bits the magnitude has. */
PyAPI_FUNC(int64_t) _PyLong_NumBits(PyObject *op);
/* -1, 0 or 1. */
PyAPI_FUNC(int) _PyLong_Sign(PyObject *op);
/* The value of an int of at most one digit. */
PyAPI_FUNC(Py_ssize_t) PyUnstable_Long_CompactValue(const PyLongObject *op);
/* Whether an int has at most one digit. */
PyAPI_FUNC(int) PyUnstable_Long_IsCompact(const PyLongObject *op);
#ifdef __cplusplus
}
#endif
#endif
#endif
