/* Taipan's C API: cpython/warnings.h. Made by `cargo xtask headers` from crates/capi/headers/cpython/warnings.h. */
#ifndef Py_PYTHON_H
#  include "../Python.h"
#endif
#ifndef Py_CPYTHON_WARNINGS_H
#define Py_CPYTHON_WARNINGS_H
#ifndef Py_LIMITED_API
#ifdef __cplusplus
extern "C" {
#endif
/* Warnings with the place that they are about. */
/* Warns as if from another place, with a formatted message: 0, or -1 if the warning became an
   exception. */
PyAPI_FUNC(int) PyErr_WarnExplicitFormat(PyObject *, const char *, int, const char *, PyObject *, const char *, ...);
/* Warns about a place in a file. */
PyAPI_FUNC(int) PyErr_WarnExplicitObject(PyObject *category, PyObject *message, PyObject *filename, int line, PyObject *module, PyObject *registry);
#define PyErr_Warn(category, msg) PyErr_WarnEx((category), (msg), 1)
#ifdef __cplusplus
}
#endif
#endif
#endif
