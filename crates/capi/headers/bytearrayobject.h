/* bytearray. */
%data PyTypeObject PyByteArrayIter_Type
%data PyTypeObject PyByteArray_Type
%fn PyByteArray_AsString
%fn PyByteArray_Concat
%fn PyByteArray_FromObject
%fn PyByteArray_FromStringAndSize
%fn PyByteArray_Resize
%fn PyByteArray_Size
#define PyByteArray_Check(self) PyObject_TypeCheck((self), &PyByteArray_Type)
#define PyByteArray_CheckExact(self) Py_IS_TYPE((self), &PyByteArray_Type)
%full
#include "cpython/bytearrayobject.h"
%end
