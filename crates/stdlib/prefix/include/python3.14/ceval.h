/* Taipan's C API: ceval.h. Made by `cargo xtask headers` from crates/capi/headers/ceval.h. */
#ifndef Py_PYTHON_H
#  include "Python.h"
#endif
#ifndef Py_CEVAL_H
#define Py_CEVAL_H
#ifdef __cplusplus
extern "C" {
#endif
/* Evaluation, the GIL, and calls from other threads. */
/* Attaches this OS thread. */
PyAPI_FUNC(void) PyEval_AcquireThread(PyThreadState *ts);
/* Runs a code object; a new reference. */
PyAPI_FUNC(PyObject *) PyEval_EvalCode(PyObject *code, PyObject *globals, PyObject *locals);
/* Runs a code object with arguments; a new reference. */
PyAPI_FUNC(PyObject *) PyEval_EvalCodeEx(PyObject *code, PyObject *globals, PyObject *locals, PyObject *const *args, int argc, PyObject *const *kwds, int kwdc, PyObject *const *defs, int defc, PyObject *kwdefs, PyObject *closure);
/* Runs a frame that PyFrame_New made, once; a new reference. Other frames run when they are
   called. */
PyAPI_FUNC(PyObject *) PyEval_EvalFrame(PyFrameObject *frame);
/* As PyEval_EvalFrame; or raises the exception that is set at the frame's start. */
PyAPI_FUNC(PyObject *) PyEval_EvalFrameEx(PyFrameObject *frame, int throw_);
/* The builtins of the running frame, borrowed. */
PyAPI_FUNC(PyObject *) PyEval_GetBuiltins(void);
/* The running frame, borrowed, or null. */
PyAPI_FUNC(PyFrameObject *) PyEval_GetFrame(void);
/* The builtins of the running frame; a new reference. */
PyAPI_FUNC(PyObject *) PyEval_GetFrameBuiltins(void);
/* The globals of the running frame; a new reference, or null without an exception. */
PyAPI_FUNC(PyObject *) PyEval_GetFrameGlobals(void);
/* The local names of the running frame; a new reference. */
PyAPI_FUNC(PyObject *) PyEval_GetFrameLocals(void);
/* "()", " object" and the like, behind the name of a callable in messages. */
PyAPI_FUNC(const char *) PyEval_GetFuncDesc(PyObject *op);
/* The name of a callable for messages, borrowed. */
PyAPI_FUNC(const char *) PyEval_GetFuncName(PyObject *op);
/* The globals of the running frame, borrowed, or null without an exception. */
PyAPI_FUNC(PyObject *) PyEval_GetGlobals(void);
/* The local names of the running frame, borrowed. */
PyAPI_FUNC(PyObject *) PyEval_GetLocals(void);
/* Nothing: threads are always there. */
PyAPI_FUNC(void) PyEval_InitThreads(void);
/* Detaches this OS thread. */
PyAPI_FUNC(void) PyEval_ReleaseThread(PyThreadState *ts);
/* Attaches this OS thread. */
PyAPI_FUNC(void) PyEval_RestoreThread(PyThreadState *ts);
/* Detaches this OS thread; its thread state. */
PyAPI_FUNC(PyThreadState *) PyEval_SaveThread(void);
/* A call to make in the main thread as soon as it runs Python code: -1 if too many wait. */
PyAPI_FUNC(int) Py_AddPendingCall(int (*call)(void *), void *arg);
/* RecursionError if the native stack runs low. */
PyAPI_FUNC(int) Py_EnterRecursiveCall(const char *place);
/* sys.getrecursionlimit(). */
PyAPI_FUNC(int) Py_GetRecursionLimit(void);
/* Nothing to undo. */
PyAPI_FUNC(void) Py_LeaveRecursiveCall(void);
/* Makes the calls that wait, in the main thread. */
PyAPI_FUNC(int) Py_MakePendingCalls(void);
/* sys.setrecursionlimit(limit) for all threads. */
PyAPI_FUNC(void) Py_SetRecursionLimit(int limit);
/* Gives the GIL up around code that touches no objects. */
#define Py_BEGIN_ALLOW_THREADS \
    { \
        PyThreadState *_save; \
        _save = PyEval_SaveThread();
#define Py_BLOCK_THREADS PyEval_RestoreThread(_save);
#define Py_UNBLOCK_THREADS _save = PyEval_SaveThread();
#define Py_END_ALLOW_THREADS \
        PyEval_RestoreThread(_save); \
    }

/* What an f-string does with a value. */
#define FVC_MASK 0x3
#define FVC_NONE 0x0
#define FVC_STR 0x1
#define FVC_REPR 0x2
#define FVC_ASCII 0x3
#define FVS_MASK 0x4
#define FVS_HAVE_SPEC 0x4
#ifndef Py_LIMITED_API
#include "cpython/ceval.h"
#endif
#ifdef __cplusplus
}
#endif
#endif
