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
/* The quotient rounded to the nearest integer, ties to even, and the rest; a new reference to a
   pair. */
PyAPI_FUNC(PyObject *) _PyLong_DivmodNear(PyObject *a, PyObject *b);
/* Text in base 2, 8, 10 or 16, with its prefix; a new reference. */
PyAPI_FUNC(PyObject *) _PyLong_Format(PyObject *op, int base);
/* a << bits; a new reference. */
PyAPI_FUNC(PyObject *) _PyLong_Lshift(PyObject *a, int64_t bits);
/* a >> bits; a new reference. */
PyAPI_FUNC(PyObject *) _PyLong_Rshift(PyObject *a, int64_t bits);
/* A number x with 0.5 <= |x| < 1 and an exponent, so that the integer is x * 2**exponent,
   rounded to even. */
PyAPI_FUNC(double) _PyLong_Frexp(PyLongObject *op, int64_t *exponent);
PyAPI_DATA(unsigned char) _PyLong_DigitValue[256];
/* a + b of ints; a new reference. */
PyAPI_FUNC(PyObject *) _PyLong_Add(PyLongObject *a, PyLongObject *b);
/* Frees an int that is dead and exactly an int. */
PyAPI_FUNC(void) _PyLong_ExactDealloc(PyObject *op);
/* a * b of ints; a new reference. */
PyAPI_FUNC(PyObject *) _PyLong_Multiply(PyLongObject *a, PyLongObject *b);
PyAPI_FUNC(int) _PyLong_Size_t_Converter(PyObject *, void *);
/* a - b of ints; a new reference. */
PyAPI_FUNC(PyObject *) _PyLong_Subtract(PyLongObject *a, PyLongObject *b);
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
