/* set and frozenset. */
%data PyTypeObject PyFrozenSet_Type
%data PyTypeObject PySetIter_Type
%data PyTypeObject PySet_Type
%fn PyFrozenSet_New
%fn PySet_Add
%fn PySet_Clear
%fn PySet_Contains
%fn PySet_Discard
%fn PySet_New
%fn PySet_Pop
%fn PySet_Size
#define PySet_Check(ob) (Py_IS_TYPE((ob), &PySet_Type) || PyType_IsSubtype(Py_TYPE(ob), &PySet_Type))
#define PySet_CheckExact(ob) Py_IS_TYPE((ob), &PySet_Type)
#define PyFrozenSet_Check(ob) \
    (Py_IS_TYPE((ob), &PyFrozenSet_Type) || PyType_IsSubtype(Py_TYPE(ob), &PyFrozenSet_Type))
#define PyFrozenSet_CheckExact(ob) Py_IS_TYPE((ob), &PyFrozenSet_Type)
#define PyAnySet_Check(ob) (PySet_Check(ob) || PyFrozenSet_Check(ob))
#define PyAnySet_CheckExact(ob) (PySet_CheckExact(ob) || PyFrozenSet_CheckExact(ob))
%full
#include "cpython/setobject.h"
%end
