/* Iterators over sequences, and by calling. */
%data PyTypeObject PyCallIter_Type
%data PyTypeObject PySeqIter_Type
%fn PyCallIter_New
%fn PySeqIter_New
#define PySeqIter_Check(op) Py_IS_TYPE((op), &PySeqIter_Type)
#define PyCallIter_Check(op) Py_IS_TYPE((op), &PyCallIter_Type)
