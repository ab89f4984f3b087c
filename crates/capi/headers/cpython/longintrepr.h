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
%fn PyLongWriter *PyLongWriter_Create(int, Py_ssize_t, void **)
%fn void PyLongWriter_Discard(PyLongWriter *)
%fn PyObject *PyLongWriter_Finish(PyLongWriter *)
%fn _PyLong_Copy
%fn PyLong_Export
%fn PyLong_FreeExport
%fn PyLongObject *_PyLong_FromDigits(int, Py_ssize_t, digit *)
%fn PyLong_GetNativeLayout
%fn PyLongObject *_PyLong_New(Py_ssize_t)
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
