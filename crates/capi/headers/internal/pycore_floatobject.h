/* float. */
%fn void _PyFloat_ExactDealloc(PyObject *)
