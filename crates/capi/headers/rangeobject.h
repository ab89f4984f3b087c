/* range. */
%data PyTypeObject PyLongRangeIter_Type
%data PyTypeObject PyRangeIter_Type
%data PyTypeObject PyRange_Type
#define PyRange_Check(op) Py_IS_TYPE((op), &PyRange_Type)
