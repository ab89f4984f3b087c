/* Parsing of arguments. */
%fn _PyArg_BadArgument
%fn _PyArg_CheckPositional
%fn _PyArg_NoKeywords
%fn _PyArg_NoPositional
%fn _PyArg_ParseStack
%fn int _PyArg_ParseStackAndKeywords(PyObject *const *, Py_ssize_t, PyObject *, struct _PyArg_Parser *, ...)
%fn PyObject *const *_PyArg_UnpackKeywords(PyObject *const *, Py_ssize_t, PyObject *, PyObject *, struct _PyArg_Parser *, int, int, int, int, PyObject **)
