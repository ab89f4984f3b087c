/* dict. */
%data PyTypeObject PyDictItems_Type
%data PyTypeObject PyDictIterItem_Type
%data PyTypeObject PyDictIterKey_Type
%data PyTypeObject PyDictIterValue_Type
%data PyTypeObject PyDictKeys_Type
%data PyTypeObject PyDictRevIterItem_Type
%data PyTypeObject PyDictRevIterKey_Type
%data PyTypeObject PyDictRevIterValue_Type
%data PyTypeObject PyDictValues_Type
%data PyTypeObject PyDict_Type
%fn PyDict_Clear
%fn PyDict_Contains
%fn PyDict_Copy
%fn PyDict_DelItem
%fn PyDict_DelItemString
%fn PyDict_GetItem
%fn PyDict_GetItemString
%fn PyDict_GetItemWithError
%fn PyDict_Items
%fn PyDict_Keys
%fn PyDict_Merge
%fn PyDict_MergeFromSeq2
%fn PyDict_New
%fn PyDict_Next
%fn PyDict_SetItem
%fn PyDict_SetItemString
%fn PyDict_Size
%fn PyDict_Update
%fn PyDict_Values
%since 3.10
%fn PyObject_GenericGetDict
%end
%since 3.13
%fn PyDict_GetItemRef
%fn PyDict_GetItemStringRef
%end
#define PyDict_Check(op) PyType_FastSubclass(Py_TYPE(op), Py_TPFLAGS_DICT_SUBCLASS)
#define PyDict_CheckExact(op) Py_IS_TYPE((op), &PyDict_Type)
#define PyDictKeys_Check(op) PyObject_TypeCheck((op), &PyDictKeys_Type)
#define PyDictValues_Check(op) PyObject_TypeCheck((op), &PyDictValues_Type)
#define PyDictItems_Check(op) PyObject_TypeCheck((op), &PyDictItems_Type)
/* The views that are sets. */
#define PyDictViewSet_Check(op) (PyDictKeys_Check(op) || PyDictItems_Check(op))
%full
#include "cpython/dictobject.h"
%end
