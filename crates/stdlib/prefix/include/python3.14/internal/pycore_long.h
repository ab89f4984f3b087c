/* Taipan's C API: internal/pycore_long.h. Made by `cargo xtask headers` from crates/capi/headers/internal/pycore_long.h. */
#ifndef Py_PYTHON_H
#  include "../Python.h"
#endif
#ifndef Py_INTERNAL_PYCORE_LONG_H
#define Py_INTERNAL_PYCORE_LONG_H
#ifndef Py_LIMITED_API
/* int: signs and digits. */
#include <stdbool.h>
#ifdef __cplusplus
extern "C" {
#endif
#define SIGN_MASK 3
#define NON_SIZE_BITS 3
static inline bool _PyLong_IsZero(const PyLongObject *op)
{
    return (op->long_value.lv_tag & _PyLong_SIGN_MASK) == 1;
}
static inline bool _PyLong_IsNegative(const PyLongObject *op)
{
    return (op->long_value.lv_tag & _PyLong_SIGN_MASK) == 2;
}
static inline bool _PyLong_IsPositive(const PyLongObject *op)
{
    return (op->long_value.lv_tag & _PyLong_SIGN_MASK) == 0;
}
static inline Py_ssize_t _PyLong_DigitCount(const PyLongObject *op)
{
    return (Py_ssize_t)(op->long_value.lv_tag >> _PyLong_NON_SIZE_BITS);
}
static inline int _PyLong_NonCompactSign(const PyLongObject *op)
{
    return 1 - (int)(op->long_value.lv_tag & _PyLong_SIGN_MASK);
}
PyAPI_FUNC(int) _PyLong_Size_t_Converter(PyObject *, void *);
PyAPI_FUNC(int) _PyLong_UInt16_Converter(PyObject *, void *);
PyAPI_FUNC(int) _PyLong_UInt32_Converter(PyObject *, void *);
PyAPI_FUNC(int) _PyLong_UInt64_Converter(PyObject *, void *);
PyAPI_FUNC(int) _PyLong_UInt8_Converter(PyObject *, void *);
PyAPI_FUNC(int) _PyLong_UnsignedInt_Converter(PyObject *, void *);
PyAPI_FUNC(int) _PyLong_UnsignedLongLong_Converter(PyObject *, void *);
PyAPI_FUNC(int) _PyLong_UnsignedLong_Converter(PyObject *, void *);
PyAPI_FUNC(int) _PyLong_UnsignedShort_Converter(PyObject *, void *);
#ifdef __cplusplus
}
#endif
#endif
#endif
