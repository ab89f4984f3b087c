/* int: signs and digits. */
#include <stdbool.h>
%c
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
%fn PyObject *_PyLong_DivmodNear(PyObject *, PyObject *)
%fn PyObject *_PyLong_Format(PyObject *, int)
%fn PyObject *_PyLong_Lshift(PyObject *, int64_t)
%fn PyObject *_PyLong_Rshift(PyObject *, int64_t)
%fn double _PyLong_Frexp(PyLongObject *, int64_t *)
%data unsigned char _PyLong_DigitValue[256]
%fn PyObject *_PyLong_Add(PyLongObject *, PyLongObject *)
%fn void _PyLong_ExactDealloc(PyObject *)
%fn PyObject *_PyLong_Multiply(PyLongObject *, PyLongObject *)
%fn int _PyLong_Size_t_Converter(PyObject *, void *)
%fn PyObject *_PyLong_Subtract(PyLongObject *, PyLongObject *)
%fn int _PyLong_UInt16_Converter(PyObject *, void *)
%fn int _PyLong_UInt32_Converter(PyObject *, void *)
%fn int _PyLong_UInt64_Converter(PyObject *, void *)
%fn int _PyLong_UInt8_Converter(PyObject *, void *)
%fn int _PyLong_UnsignedInt_Converter(PyObject *, void *)
%fn int _PyLong_UnsignedLongLong_Converter(PyObject *, void *)
%fn int _PyLong_UnsignedLong_Converter(PyObject *, void *)
%fn int _PyLong_UnsignedShort_Converter(PyObject *, void *)
