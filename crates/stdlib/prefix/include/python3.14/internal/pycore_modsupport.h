/* Taipan's C API: internal/pycore_modsupport.h. Made by `cargo xtask headers` from crates/capi/headers/internal/pycore_modsupport.h. */
#ifndef Py_PYTHON_H
#  include "../Python.h"
#endif
#ifndef Py_INTERNAL_PYCORE_MODSUPPORT_H
#define Py_INTERNAL_PYCORE_MODSUPPORT_H
#ifndef Py_LIMITED_API
#ifdef __cplusplus
extern "C" {
#endif
/* Parsing of arguments. */
/* "argument must be X, not Y". */
PyAPI_FUNC(void) _PyArg_BadArgument(const char *function, const char *what, const char *expected, PyObject *arg);
/* Whether the number of arguments is right: 1, or 0 with an exception. */
PyAPI_FUNC(int) _PyArg_CheckPositional(const char *name, Py_ssize_t n, Py_ssize_t min, Py_ssize_t max);
/* Whether there are no keyword arguments: 1, or 0 with an exception. */
PyAPI_FUNC(int) _PyArg_NoKeywords(const char *name, PyObject *dict);
/* Whether there are no positional arguments: 1, or 0 with an exception. */
PyAPI_FUNC(int) _PyArg_NoPositional(const char *name, PyObject *args);
/* Parses the positional arguments of a vectorcall. */
PyAPI_FUNC(int) _PyArg_ParseStack(PyObject *const *args, Py_ssize_t n, const char *format, ...);
/* Parses the arguments of a vectorcall. */
PyAPI_FUNC(int) _PyArg_ParseStackAndKeywords(PyObject *const *args, Py_ssize_t n, PyObject *kwnames, struct _PyArg_Parser *parser, ...);
/* Lays the arguments of a call out by parameters, for code made by Argument Clinic: the array,
   borrowed, or null with an exception. buffer has room for all parameters. */
PyAPI_FUNC(PyObject *const *) _PyArg_UnpackKeywords(PyObject *const *args, Py_ssize_t nargs, PyObject *dict, PyObject *kwnames, struct _PyArg_Parser *parser, int minpos, int maxpos, int minkw, int varpos, PyObject **buffer);
#ifdef __cplusplus
}
#endif
#endif
#endif
