/* Taipan's C API: cpython/fileutils.h. Made by `cargo xtask headers` from crates/capi/headers/cpython/fileutils.h. */
#ifndef Py_PYTHON_H
#  include "../Python.h"
#endif
#ifndef Py_CPYTHON_FILEUTILS_H
#define Py_CPYTHON_FILEUTILS_H
#ifndef Py_LIMITED_API
#ifdef __cplusplus
extern "C" {
#endif
/* Opening files by the path that Python has. */
/* Closes a C stream of Py_fopen. */
PyAPI_FUNC(int) Py_fclose(FILE *file);
/* A C stream for a path; null with an exception. */
PyAPI_FUNC(FILE *) Py_fopen(PyObject *path, const char *mode);
Py_DEPRECATED(3.14) static inline FILE *_Py_fopen_obj(PyObject *path, const char *mode)
{
    return Py_fopen(path, mode);
}
#ifdef __cplusplus
}
#endif
#endif
#endif
