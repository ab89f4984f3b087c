/* int: conversions by bytes. */
#define _PyLong_CAST(op) (assert(PyLong_Check(op)), _Py_CAST(PyLongObject *, (op)))
%fn int _PyLong_AsByteArray(PyLongObject *, unsigned char *, size_t, int, int, int)
%fn PyObject *_PyLong_FromByteArray(const unsigned char *, size_t, int, int)
%fn PyLong_FromUnicodeObject
%fn PyObject *_PyLong_GCD(PyObject *, PyObject *)
%fn PyLong_GetSign
%fn PyLong_IsNegative
%fn PyLong_IsPositive
%fn PyLong_IsZero
%fn _PyLong_NumBits
%fn _PyLong_Sign
%fn PyUnstable_Long_CompactValue
%fn PyUnstable_Long_IsCompact
