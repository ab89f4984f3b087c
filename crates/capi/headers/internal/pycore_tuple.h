/* tuple. */
%fn _PyTuple_FromArray
%fn PyObject *_PyTuple_FromArraySteal(PyObject *const *, Py_ssize_t)
%fn PyObject *_PyTuple_FromStackRefStealOnSuccess(const union _PyStackRef *, Py_ssize_t)
