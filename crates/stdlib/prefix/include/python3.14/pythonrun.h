/* Taipan's C API: pythonrun.h. Made by `cargo xtask headers` from crates/capi/headers/pythonrun.h. */
#ifndef Py_PYTHON_H
#  include "Python.h"
#endif
#ifndef Py_PYTHONRUN_H
#define Py_PYTHONRUN_H
#ifdef __cplusplus
extern "C" {
#endif
/* Compiling and running source. */
PyAPI_DATA(int) (*PyOS_InputHook)(void);
/* Shows an exception as the interpreter does; the traceback is given to it if it has none. */
PyAPI_FUNC(void) PyErr_Display(PyObject *class_, PyObject *value, PyObject *traceback);
/* Shows the exception in flight by sys.excepthook and drops it; SystemExit ends the process. */
PyAPI_FUNC(void) PyErr_Print(void);
/* As PyErr_Print; says whether sys.last_exc is set. */
PyAPI_FUNC(void) PyErr_PrintEx(int set_last);
/* Compiles source; a new reference. */
PyAPI_FUNC(PyObject *) Py_CompileString(const char *source, const char *filename, int start);
#if !defined(Py_LIMITED_API) || Py_LIMITED_API+0 >= 0x030c0000
/* Shows an exception as the interpreter does. */
PyAPI_FUNC(void) PyErr_DisplayException(PyObject *exception);
#endif
#ifndef Py_LIMITED_API
#include "cpython/pythonrun.h"
#endif
#ifdef __cplusplus
}
#endif
#endif
