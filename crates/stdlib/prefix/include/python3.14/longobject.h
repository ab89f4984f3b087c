/* Taipan's C API: longobject.h. Made by `cargo xtask headers` from crates/capi/headers/longobject.h. */
#ifndef Py_PYTHON_H
#  include "Python.h"
#endif
#ifndef Py_LONGOBJECT_H
#define Py_LONGOBJECT_H
#ifdef __cplusplus
extern "C" {
#endif
/* int. */
/* As a C double; -1 with an exception. */
PyAPI_FUNC(double) PyLong_AsDouble(PyObject *op);
/* As a C long; -1 with an exception. */
PyAPI_FUNC(long) PyLong_AsLong(PyObject *op);
/* As a C long, or the direction of the overflow; -1 with an exception. */
PyAPI_FUNC(long) PyLong_AsLongAndOverflow(PyObject *op, int *overflow);
/* As a C long long; -1 with an exception. */
PyAPI_FUNC(long long) PyLong_AsLongLong(PyObject *op);
/* As a C long long, or the direction of the overflow; -1 with an exception. */
PyAPI_FUNC(long long) PyLong_AsLongLongAndOverflow(PyObject *op, int *overflow);
/* As a size_t; -1 with an exception. */
PyAPI_FUNC(size_t) PyLong_AsSize_t(PyObject *op);
/* As a Py_ssize_t; -1 with an exception. */
PyAPI_FUNC(Py_ssize_t) PyLong_AsSsize_t(PyObject *op);
/* As an unsigned long; -1 with an exception. */
PyAPI_FUNC(unsigned long) PyLong_AsUnsignedLong(PyObject *op);
/* As an unsigned long long; -1 with an exception. */
PyAPI_FUNC(unsigned long long) PyLong_AsUnsignedLongLong(PyObject *op);
/* The low bits; -1 with an exception. */
PyAPI_FUNC(unsigned long long) PyLong_AsUnsignedLongLongMask(PyObject *op);
/* The low bits; -1 with an exception. */
PyAPI_FUNC(unsigned long) PyLong_AsUnsignedLongMask(PyObject *op);
/* As an address; null with an exception. */
PyAPI_FUNC(void *) PyLong_AsVoidPtr(PyObject *op);
/* The integer part; a new reference. */
PyAPI_FUNC(PyObject *) PyLong_FromDouble(double value);
/* An int; a new reference. */
PyAPI_FUNC(PyObject *) PyLong_FromLong(long value);
/* An int; a new reference. */
PyAPI_FUNC(PyObject *) PyLong_FromLongLong(long long value);
/* An int; a new reference. */
PyAPI_FUNC(PyObject *) PyLong_FromSize_t(size_t value);
/* An int; a new reference. */
PyAPI_FUNC(PyObject *) PyLong_FromSsize_t(Py_ssize_t value);
/* An int from digits, and where they end; a new reference. */
PyAPI_FUNC(PyObject *) PyLong_FromString(const char *s, char **end, int base);
/* An int; a new reference. */
PyAPI_FUNC(PyObject *) PyLong_FromUnsignedLong(unsigned long value);
/* An int; a new reference. */
PyAPI_FUNC(PyObject *) PyLong_FromUnsignedLongLong(unsigned long long value);
/* The address; a new reference. */
PyAPI_FUNC(PyObject *) PyLong_FromVoidPtr(void *p);
/* sys.int_info; a new reference. */
PyAPI_FUNC(PyObject *) PyLong_GetInfo(void);
/* strtol of CPython: without locale, with bases to 36. */
PyAPI_FUNC(long) PyOS_strtol(const char *s, char **end, int base);
/* strtoul of CPython: without locale, with bases to 36. */
PyAPI_FUNC(unsigned long) PyOS_strtoul(const char *s, char **end, int base);
#if !defined(Py_LIMITED_API) || Py_LIMITED_API+0 >= 0x030d0000
/* As a C int; -1 with an exception. */
PyAPI_FUNC(int) PyLong_AsInt(PyObject *op);
#endif
#if !defined(Py_LIMITED_API) || Py_LIMITED_API+0 >= 0x030e0000
/* As an int32_t. */
PyAPI_FUNC(int) PyLong_AsInt32(PyObject *op, int32_t *place);
/* As an int64_t. */
PyAPI_FUNC(int) PyLong_AsInt64(PyObject *op, int64_t *place);
/* Copies the value into a C integer of any size: how many bytes would hold it, or -1 with an
   exception. */
PyAPI_FUNC(Py_ssize_t) PyLong_AsNativeBytes(PyObject *op, void *buffer, Py_ssize_t n, int flags);
/* As a uint32_t. */
PyAPI_FUNC(int) PyLong_AsUInt32(PyObject *op, uint32_t *place);
/* As a uint64_t. */
PyAPI_FUNC(int) PyLong_AsUInt64(PyObject *op, uint64_t *place);
/* An int; a new reference. */
PyAPI_FUNC(PyObject *) PyLong_FromInt32(int32_t value);
/* An int; a new reference. */
PyAPI_FUNC(PyObject *) PyLong_FromInt64(int64_t value);
/* An int from the bytes of a signed C integer; a new reference. */
PyAPI_FUNC(PyObject *) PyLong_FromNativeBytes(const void *buffer, size_t n, int flags);
/* An int; a new reference. */
PyAPI_FUNC(PyObject *) PyLong_FromUInt32(uint32_t value);
/* An int; a new reference. */
PyAPI_FUNC(PyObject *) PyLong_FromUInt64(uint64_t value);
/* An int from the bytes of an unsigned C integer; a new reference. */
PyAPI_FUNC(PyObject *) PyLong_FromUnsignedNativeBytes(const void *buffer, size_t n, int flags);
#endif
#define PyLong_Check(op) PyType_FastSubclass(Py_TYPE(op), Py_TPFLAGS_LONG_SUBCLASS)
#define PyLong_CheckExact(op) Py_IS_TYPE((op), &PyLong_Type)
#define PyLong_AS_LONG(op) PyLong_AsLong(op)

#if !defined(Py_LIMITED_API) || Py_LIMITED_API+0 >= 0x030e0000
/* How PyLong_AsNativeBytes writes. */
#define Py_ASNATIVEBYTES_DEFAULTS -1
#define Py_ASNATIVEBYTES_BIG_ENDIAN 0
#define Py_ASNATIVEBYTES_LITTLE_ENDIAN 1
#define Py_ASNATIVEBYTES_NATIVE_ENDIAN 3
#define Py_ASNATIVEBYTES_UNSIGNED_BUFFER 4
#define Py_ASNATIVEBYTES_REJECT_NEGATIVE 8
#define Py_ASNATIVEBYTES_ALLOW_INDEX 16
#endif

/* Numbers of processes are ints; pointers are longs. */
#define _Py_PARSE_PID "i"
#define PyLong_FromPid PyLong_FromLong
#if !defined(Py_LIMITED_API) || Py_LIMITED_API+0 >= 0x030d0000
#define PyLong_AsPid PyLong_AsInt
#else
static inline int PyLong_AsPid(PyObject *obj)
{
    int overflow;
    long result = PyLong_AsLongAndOverflow(obj, &overflow);
    if (overflow || result > INT_MAX || result < INT_MIN) {
        PyErr_SetString(PyExc_OverflowError, "Python int too large to convert to C int");
        return -1;
    }
    return (int)result;
}
#endif
#define _Py_PARSE_INTPTR "l"
#define _Py_PARSE_UINTPTR "k"
#ifndef Py_LIMITED_API
#include "cpython/longobject.h"
#endif
#ifdef __cplusplus
}
#endif
#endif
