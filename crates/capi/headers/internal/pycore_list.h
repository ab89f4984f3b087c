/* list. */
%fn int _PyList_AppendTakeRefListResize(PyListObject *, PyObject *)
%fn PyObject *_PyList_AsTupleAndClear(PyListObject *)
%fn _PyList_Extend
%fn PyObject *_PyList_FromStackRefStealOnSuccess(const union _PyStackRef *, Py_ssize_t)
