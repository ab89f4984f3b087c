/* bytes. */
%data PyTypeObject PyBytesIter_Type
%data PyTypeObject PyBytes_Type
%fn PyBytes_AsString
%fn PyBytes_AsStringAndSize
%fn PyBytes_Concat
%fn PyBytes_ConcatAndDel
%fn PyBytes_DecodeEscape
%fn PyBytes_FromFormat
%fn PyBytes_FromFormatV
%fn PyBytes_FromObject
%fn PyBytes_FromString
%fn PyBytes_FromStringAndSize
%fn PyBytes_Repr
%fn PyBytes_Size
#define PyBytes_Check(op) PyType_FastSubclass(Py_TYPE(op), Py_TPFLAGS_BYTES_SUBCLASS)
#define PyBytes_CheckExact(op) Py_IS_TYPE((op), &PyBytes_Type)
%full
#include "cpython/bytesobject.h"
%end
