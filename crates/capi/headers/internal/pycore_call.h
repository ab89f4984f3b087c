/* Calls. */
%fn _PyObject_CallMethod
%fn PyObject *_PyObject_MakeTpCall(PyThreadState *, PyObject *, PyObject *const *, Py_ssize_t, PyObject *)
%fn PyObject *_Py_CheckFunctionResult(PyThreadState *, PyObject *, PyObject *, const char *)
