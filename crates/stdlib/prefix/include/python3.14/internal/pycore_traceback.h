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
#ifdef __cplusplus
}
#endif
#endif
#endif
