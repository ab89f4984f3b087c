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
/* Raises that the interpreter runs something already. */
PyAPI_FUNC(void) _PyErr_SetInterpreterAlreadyRunning(void);
/* All other threads may have the GIL again. */
PyAPI_FUNC(void) _PyEval_StartTheWorld(PyInterpreterState *interp);
/* All other threads wait for the GIL already. */
PyAPI_FUNC(void) _PyEval_StopTheWorld(PyInterpreterState *interp);
/* The number of an interpreter; a new reference. */
PyAPI_FUNC(PyObject *) _PyInterpreterState_GetIDObject(PyInterpreterState *interp);
/* Whether something runs in the interpreter's __main__. */
PyAPI_FUNC(int) _PyInterpreterState_IsRunningMain(PyInterpreterState *interp);
/* The main interpreter. */
PyAPI_FUNC(PyInterpreterState *) _PyInterpreterState_Main(void);
/* Nothing runs in the interpreter's __main__ any more. */
PyAPI_FUNC(void) _PyInterpreterState_SetNotRunningMain(PyInterpreterState *interp);
/* Something runs in the interpreter's __main__ from now on; InterpreterError if something does
   already. */
PyAPI_FUNC(int) _PyInterpreterState_SetRunningMain(PyInterpreterState *interp);
/* Remembers a module for its definition. */
PyAPI_FUNC(int) _PyState_AddModule(PyThreadState *ts, PyObject *module, PyModuleDef *definition);
/* The attached thread state, or null, for code of the interpreter. */
PyAPI_FUNC(PyThreadState *) _PyThreadState_GetCurrent(void);
/* A dictionary of a thread, borrowed, or null without an exception. */
PyAPI_FUNC(PyObject *) _PyThreadState_GetDict(PyThreadState *ts);
/* A new thread state for this OS thread. */
PyAPI_FUNC(PyThreadState *) _PyThreadState_New(PyInterpreterState *interp, int whence);
/* A new thread state for this OS thread. */
PyAPI_FUNC(PyThreadState *) _PyThreadState_NewBound(PyInterpreterState *interp, int whence);
/* The settings of the interpreter, as they are now; null with an exception if they can't be
   had. */
PyAPI_FUNC(const PyConfig *) _Py_GetConfig(void);
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
