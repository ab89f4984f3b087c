/* Taipan's C API: pystate.h. Made by `cargo xtask headers` from crates/capi/headers/pystate.h. */
#ifndef Py_PYTHON_H
#  include "Python.h"
#endif
#ifndef Py_PYSTATE_H
#define Py_PYSTATE_H
#ifdef __cplusplus
extern "C" {
#endif
/* Thread states and interpreter states, and taking the GIL from threads that Python does not know. */
#define MAX_CO_EXTRA_USERS 255
typedef enum { PyGILState_LOCKED, PyGILState_UNLOCKED } PyGILState_STATE;
/* Attaches this OS thread, making a thread state if it has none: PyGILState_LOCKED (0) or
   UNLOCKED (1). */
PyAPI_FUNC(PyGILState_STATE) PyGILState_Ensure(void);
/* The thread state of this OS thread, attached or not, or null. */
PyAPI_FUNC(PyThreadState *) PyGILState_GetThisThreadState(void);
/* Undoes PyGILState_Ensure. */
PyAPI_FUNC(void) PyGILState_Release(PyGILState_STATE old);
/* Gives up what an interpreter holds: its modules, and what its threads refer to. */
PyAPI_FUNC(void) PyInterpreterState_Clear(PyInterpreterState *interp);
/* Frees an interpreter that has been cleared, and its thread states. */
PyAPI_FUNC(void) PyInterpreterState_Delete(PyInterpreterState *interp);
/* A new interpreter without a thread state, with builtins and sys but no import system yet;
   null with an exception. */
PyAPI_FUNC(PyInterpreterState *) PyInterpreterState_New(void);
/* The module that was made from a definition, borrowed, or null without an exception. */
PyAPI_FUNC(PyObject *) PyState_FindModule(PyModuleDef *def);
/* Empties a thread state. */
PyAPI_FUNC(void) PyThreadState_Clear(PyThreadState *ts);
/* Frees a thread state that is not attached. */
PyAPI_FUNC(void) PyThreadState_Delete(PyThreadState *ts);
/* The attached thread state; ends the process if there is none. */
PyAPI_FUNC(PyThreadState *) PyThreadState_Get(void);
/* A dictionary of the thread, borrowed, or null without an exception. */
PyAPI_FUNC(PyObject *) PyThreadState_GetDict(void);
/* A new thread state, to be attached by the OS thread that uses it. */
PyAPI_FUNC(PyThreadState *) PyThreadState_New(PyInterpreterState *interp);
/* Raises an exception in another thread, as soon as it runs Python code: how many threads have
   this number. */
PyAPI_FUNC(int) PyThreadState_SetAsyncExc(unsigned long id, PyObject *exception);
/* Attaches another thread state (or none) in place of the current one, which is given back. */
PyAPI_FUNC(PyThreadState *) PyThreadState_Swap(PyThreadState *new_);
#if !defined(Py_LIMITED_API) || Py_LIMITED_API+0 >= 0x03030000
/* Notes the module of a definition; the reference stays the caller's. */
PyAPI_FUNC(int) PyState_AddModule(PyObject *op, PyModuleDef *def);
/* Forgets the module of a definition. */
PyAPI_FUNC(int) PyState_RemoveModule(PyModuleDef *def);
#endif
#if !defined(Py_LIMITED_API) || Py_LIMITED_API+0 >= 0x03070000
/* The number of an interpreter. */
PyAPI_FUNC(int64_t) PyInterpreterState_GetID(PyInterpreterState *interp);
#endif
#if !defined(Py_LIMITED_API) || Py_LIMITED_API+0 >= 0x03080000
/* A dictionary of the interpreter, borrowed, or null without an exception. */
PyAPI_FUNC(PyObject *) PyInterpreterState_GetDict(PyInterpreterState *interp);
#endif
#if !defined(Py_LIMITED_API) || Py_LIMITED_API+0 >= 0x03090000
/* The current interpreter. */
PyAPI_FUNC(PyInterpreterState *) PyInterpreterState_Get(void);
/* The innermost Python frame of a thread; a new reference or null. */
PyAPI_FUNC(PyFrameObject *) PyThreadState_GetFrame(PyThreadState *ts);
/* The number of a thread state. */
PyAPI_FUNC(uint64_t) PyThreadState_GetID(PyThreadState *ts);
/* The interpreter of a thread state. */
PyAPI_FUNC(PyInterpreterState *) PyThreadState_GetInterpreter(PyThreadState *ts);
#endif
#define PyThreadState_GET() PyThreadState_Get()
#ifndef Py_LIMITED_API
#include "cpython/pystate.h"
#endif
#ifdef __cplusplus
}
#endif
#endif
