/* Opening files by the path that Python has. */
%fn Py_fclose
%fn Py_fopen
Py_DEPRECATED(3.14) static inline FILE *_Py_fopen_obj(PyObject *path, const char *mode)
{
    return Py_fopen(path, mode);
}
