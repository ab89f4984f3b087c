/* Taipan's C API: warnings.h. Made by `cargo xtask headers` from crates/capi/headers/warnings.h. */
#ifndef Py_PYTHON_H
#  include "Python.h"
#endif
#ifndef Py_WARNINGS_H
#define Py_WARNINGS_H
#ifdef __cplusplus
extern "C" {
#endif
/* Warnings. */
/* Warns. */
PyAPI_FUNC(int) PyErr_WarnEx(PyObject *category, const char *message, Py_ssize_t stack_level);
/* Warns about a place in a file. */
PyAPI_FUNC(int) PyErr_WarnExplicit(PyObject *category, const char *message, const char *filename, int line, const char *module, PyObject *registry);
/* Warns: 0, or -1 if the warning became an exception. */
PyAPI_FUNC(int) PyErr_WarnFormat(PyObject *category, Py_ssize_t stack_level, const char *format, ...);
#if !defined(Py_LIMITED_API) || Py_LIMITED_API+0 >= 0x03060000
/* Warns of a leaked resource: 0, or -1 if the warning became an exception. */
PyAPI_FUNC(int) PyErr_ResourceWarning(PyObject *source, Py_ssize_t stack_level, const char *format, ...);
#endif
#ifndef Py_LIMITED_API
#include "cpython/warnings.h"
#endif
#ifdef __cplusplus
}
#endif
#endif
