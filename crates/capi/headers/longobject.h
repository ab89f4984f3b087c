/* int. */
%fn PyLong_AsDouble
%fn PyLong_AsLong
%fn PyLong_AsLongAndOverflow
%fn PyLong_AsLongLong
%fn PyLong_AsLongLongAndOverflow
%fn PyLong_AsSize_t
%fn PyLong_AsSsize_t
%fn PyLong_AsUnsignedLong
%fn PyLong_AsUnsignedLongLong
%fn PyLong_AsUnsignedLongLongMask
%fn PyLong_AsUnsignedLongMask
%fn PyLong_AsVoidPtr
%fn PyLong_FromDouble
%fn PyLong_FromLong
%fn PyLong_FromLongLong
%fn PyLong_FromSize_t
%fn PyLong_FromSsize_t
%fn PyLong_FromString
%fn PyLong_FromUnsignedLong
%fn PyLong_FromUnsignedLongLong
%fn PyLong_FromVoidPtr
%fn PyLong_GetInfo
%fn PyOS_strtol
%fn PyOS_strtoul
%since 3.13
%fn PyLong_AsInt
%end
%since 3.14
%fn PyLong_AsInt32
%fn PyLong_AsInt64
%fn PyLong_AsNativeBytes
%fn PyLong_AsUInt32
%fn PyLong_AsUInt64
%fn PyLong_FromInt32
%fn PyLong_FromInt64
%fn PyLong_FromNativeBytes
%fn PyLong_FromUInt32
%fn PyLong_FromUInt64
%fn PyLong_FromUnsignedNativeBytes
%end
#define PyLong_Check(op) PyType_FastSubclass(Py_TYPE(op), Py_TPFLAGS_LONG_SUBCLASS)
#define PyLong_CheckExact(op) Py_IS_TYPE((op), &PyLong_Type)
#define PyLong_AS_LONG(op) PyLong_AsLong(op)

%since 3.14
/* How PyLong_AsNativeBytes writes. */
#define Py_ASNATIVEBYTES_DEFAULTS -1
#define Py_ASNATIVEBYTES_BIG_ENDIAN 0
#define Py_ASNATIVEBYTES_LITTLE_ENDIAN 1
#define Py_ASNATIVEBYTES_NATIVE_ENDIAN 3
#define Py_ASNATIVEBYTES_UNSIGNED_BUFFER 4
#define Py_ASNATIVEBYTES_REJECT_NEGATIVE 8
#define Py_ASNATIVEBYTES_ALLOW_INDEX 16
%end

/* Numbers of processes are ints; pointers are longs. */
#define _Py_PARSE_PID "i"
#define PyLong_FromPid PyLong_FromLong
%since 3.13
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
%end
#define _Py_PARSE_INTPTR "l"
#define _Py_PARSE_UINTPTR "k"
%full
#include "cpython/longobject.h"
%end
