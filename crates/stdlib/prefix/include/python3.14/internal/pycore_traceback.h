/* Taipan's C API: internal/pycore_traceback.h. Made by `cargo xtask headers` from crates/capi/headers/internal/pycore_traceback.h. */
#ifndef Py_PYTHON_H
#  include "../Python.h"
#endif
#ifndef Py_INTERNAL_PYCORE_TRACEBACK_H
#define Py_INTERNAL_PYCORE_TRACEBACK_H
#ifndef Py_LIMITED_API
#ifdef __cplusplus
extern "C" {
#endif
/* Tracebacks. */
/* Adds an entry for native code to the traceback of the exception in flight. */
PyAPI_FUNC(void) _PyTraceback_Add(const char *function, const char *filename, int line);
/* Writes a line of a file, indented anew: 0, or -1 without an exception if there is no such
   line. Result pointers that are not null get how much less it is indented now, and the line (a
   new reference). */
PyAPI_FUNC(int) _Py_DisplaySourceLine(PyObject *out, PyObject *filename, int number, int indent, int *truncation, PyObject **line);
/* Writes the native stack of the calling thread to a descriptor. */
PyAPI_FUNC(void) _Py_DumpStack(int fd);
/* Loads what finding the native stack needs, which allocates the first time. */
PyAPI_FUNC(void) _Py_InitDumpStack(void);
#ifdef __cplusplus
}
#endif
#endif
#endif
