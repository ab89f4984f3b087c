/* Taipan's C API: internal/pycore_pystate.h. Made by `cargo xtask headers` from crates/capi/headers/internal/pycore_pystate.h. */
#ifndef Py_PYTHON_H
#  include "../Python.h"
#endif
#ifndef Py_INTERNAL_PYCORE_PYSTATE_H
#define Py_INTERNAL_PYCORE_PYSTATE_H
#ifndef Py_LIMITED_API
#ifdef __cplusplus
extern "C" {
#endif
/* The state of the thread that runs. */
#include "pycore_typedefs.h"
/* All other threads may have the GIL again. */
PyAPI_FUNC(void) _PyEval_StartTheWorld(PyInterpreterState *interp);
/* All other threads wait for the GIL already. */
PyAPI_FUNC(void) _PyEval_StopTheWorld(PyInterpreterState *interp);
/* Null with an exception: interpreters are not objects. */
PyAPI_FUNC(PyObject *) _PyInterpreterState_GetIDObject(PyInterpreterState *interp);
/* The main interpreter. */
PyAPI_FUNC(PyInterpreterState *) _PyInterpreterState_Main(void);
/* The main interpreter always runs its main module. */
PyAPI_FUNC(void) _PyInterpreterState_SetNotRunningMain(PyInterpreterState *interp);
PyAPI_FUNC(int) _PyInterpreterState_SetRunningMain(PyInterpreterState *);
/* The attached thread state, or null, for code of the interpreter. */
PyAPI_FUNC(PyThreadState *) _PyThreadState_GetCurrent(void);
/* A dictionary of a thread, borrowed, or null without an exception. */
PyAPI_FUNC(PyObject *) _PyThreadState_GetDict(PyThreadState *ts);
/* A new thread state for this OS thread. */
PyAPI_FUNC(PyThreadState *) _PyThreadState_NewBound(PyInterpreterState *interp, int whence);
static inline PyThreadState *_PyThreadState_GET(void)
{
    return PyThreadState_GetUnchecked();
}
static inline PyInterpreterState *_PyInterpreterState_GET(void)
{
    return PyThreadState_GetUnchecked()->interp;
}
#ifdef __cplusplus
}
#endif
#endif
#endif
