/* list. */
%data PyTypeObject PyListIter_Type
%data PyTypeObject PyListRevIter_Type
%data PyTypeObject PyList_Type
%fn PyList_Append
%fn PyList_AsTuple
%fn PyList_GetItem
%fn PyList_GetSlice
%fn PyList_Insert
%fn PyList_New
%fn PyList_Reverse
%fn PyList_SetItem
%fn PyList_SetSlice
%fn PyList_Size
%fn PyList_Sort
%since 3.13
%fn PyList_GetItemRef
%end
#define PyList_Check(op) PyType_FastSubclass(Py_TYPE(op), Py_TPFLAGS_LIST_SUBCLASS)
#define PyList_CheckExact(op) Py_IS_TYPE((op), &PyList_Type)
%full
#include "cpython/listobject.h"
%end
