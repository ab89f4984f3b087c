/* Tracebacks. */
%fn _PyTraceback_Add
%fn int _Py_DisplaySourceLine(PyObject *, PyObject *, int, int, int *, PyObject **)
%fn void _Py_DumpStack(int)
%fn void _Py_InitDumpStack(void)
