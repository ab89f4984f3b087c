/* Taipan's C API: cpython/longintrepr.h. Made by `cargo xtask headers` from crates/capi/headers/cpython/longintrepr.h. */
#ifndef Py_PYTHON_H
#  include "../Python.h"
#endif
#ifndef Py_CPYTHON_LONGINTREPR_H
#define Py_CPYTHON_LONGINTREPR_H
#ifndef Py_LIMITED_API
#ifdef __cplusplus
extern "C" {
#endif
/* int: digits of 30 bits, the least significant first. */
typedef uint32_t digit;
typedef int32_t sdigit;
typedef uint64_t twodigits;
typedef int64_t stwodigits;
#define PyLong_SHIFT 30
#define PyLong_BASE ((digit)1 << PyLong_SHIFT)
#define PyLong_MASK ((digit)(PyLong_BASE - 1))
#define _PyLong_DECIMAL_SHIFT 9
#define _PyLong_DECIMAL_BASE ((digit)1000000000)

/* The tag's low bits are the sign (0 positive, 1 zero, 2 negative), the third is reserved; above is the number of
   digits. Numbers of one digit are compact. */
typedef struct _PyLongValue {
    uintptr_t lv_tag;
    digit ob_digit[1];
} _PyLongValue;
struct _longobject {
    PyObject_HEAD
    _PyLongValue long_value;
};
#define _PyLong_SIGN_MASK 3
#define _PyLong_NON_SIZE_BITS 3

/* How an int lies in memory. */
typedef struct PyLongLayout {
    uint8_t bits_per_digit;
    uint8_t digit_size;
    int8_t digits_order;
    int8_t digit_endianness;
} PyLongLayout;
/* An int for reading: a value, or digits. */
typedef struct PyLongExport {
    int64_t value;
    uint8_t negative;
    Py_ssize_t ndigits;
    const void *digits;
    Py_uintptr_t _reserved;
} PyLongExport;
typedef struct PyLongWriter PyLongWriter;
/* Begins an int of so many digits, which C fills in; null with an exception. */
PyAPI_FUNC(PyLongWriter *) PyLongWriter_Create(int negative, Py_ssize_t ndigits, void **digits);
/* Gives a writer up; null is allowed. */
PyAPI_FUNC(void) PyLongWriter_Discard(PyLongWriter *writer);
/* The int that has been written; a new reference. The writer is gone. */
PyAPI_FUNC(PyObject *) PyLongWriter_Finish(PyLongWriter *writer);
/* A copy that the caller may change, unless the value is small; a new reference. */
PyAPI_FUNC(PyObject *) _PyLong_Copy(PyLongObject *op);
/* The value or the digits; freed with PyLong_FreeExport. */
PyAPI_FUNC(int) PyLong_Export(PyObject *op, PyLongExport *place);
/* Gives an export up. */
PyAPI_FUNC(void) PyLong_FreeExport(PyLongExport *place);
/* An integer of digits of 30 bits; a new reference. */
PyAPI_FUNC(PyLongObject *) _PyLong_FromDigits(int negative, Py_ssize_t n, digit *digits);
/* How digits are laid out. */
PyAPI_FUNC(const PyLongLayout *) PyLong_GetNativeLayout(void);
/* An integer of so many zero digits, which C fills in; a new reference. */
PyAPI_FUNC(PyLongObject *) _PyLong_New(Py_ssize_t digits);
static inline int _PyLong_IsCompact(const PyLongObject *op)
{
    assert(PyType_HasFeature(op->ob_base.ob_type, Py_TPFLAGS_LONG_SUBCLASS));
    return op->long_value.lv_tag < ((uintptr_t)2 << _PyLong_NON_SIZE_BITS);
}
#define PyUnstable_Long_IsCompact _PyLong_IsCompact
static inline Py_ssize_t _PyLong_CompactValue(const PyLongObject *op)
{
    assert(_PyLong_IsCompact(op));
    return (1 - (Py_ssize_t)(op->long_value.lv_tag & _PyLong_SIGN_MASK)) * (Py_ssize_t)op->long_value.ob_digit[0];
}
#define PyUnstable_Long_CompactValue _PyLong_CompactValue
#ifdef __cplusplus
}
#endif
#endif
#endif
