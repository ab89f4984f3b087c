/* tuple. */
%data PyTypeObject PyTupleIter_Type
%data PyTypeObject PyTuple_Type
%fn PyTuple_GetItem
%fn PyTuple_GetSlice
%fn PyTuple_New
%fn PyTuple_Pack
%fn PyTuple_SetItem
%fn PyTuple_Size
#define PyTuple_Check(op) PyType_FastSubclass(Py_TYPE(op), Py_TPFLAGS_TUPLE_SUBCLASS)
#define PyTuple_CheckExact(op) Py_IS_TYPE((op), &PyTuple_Type)
%full
#include "cpython/tupleobject.h"
%end
