/* Taipan's C API: traceback.h. Made by `cargo xtask headers` from crates/capi/headers/traceback.h. */
#ifndef Py_PYTHON_H
#  include "Python.h"
#endif
#ifndef Py_TRACEBACK_H
#define Py_TRACEBACK_H
#ifdef __cplusplus
extern "C" {
#endif
/* Tracebacks. */
PyAPI_DATA(PyTypeObject) PyTraceBack_Type;
/* Adds an entry for the frame to the traceback of the exception in flight. */
PyAPI_FUNC(int) PyTraceBack_Here(PyFrameObject *op);
/* Writes a traceback to a file object. */
PyAPI_FUNC(int) PyTraceBack_Print(PyObject *op, PyObject *file);
#define PyTraceBack_Check(v) Py_IS_TYPE((v), &PyTraceBack_Type)
#ifndef Py_LIMITED_API
#include "cpython/traceback.h"
#endif
#ifdef __cplusplus
}
#endif
#endif
