/* Evaluation, the GIL, and calls from other threads. */
%fn PyEval_AcquireThread
%fn PyEval_EvalCode
%fn PyEval_EvalCodeEx
%fn PyObject *PyEval_EvalFrame(PyFrameObject *)
%fn PyObject *PyEval_EvalFrameEx(PyFrameObject *, int)
%fn PyEval_GetBuiltins
%fn PyFrameObject *PyEval_GetFrame(void)
%fn PyEval_GetFrameBuiltins
%fn PyEval_GetFrameGlobals
%fn PyEval_GetFrameLocals
%fn PyEval_GetFuncDesc
%fn PyEval_GetFuncName
%fn PyEval_GetGlobals
%fn PyEval_GetLocals
%fn PyEval_InitThreads
%fn PyEval_ReleaseThread
%fn PyEval_RestoreThread
%fn PyEval_SaveThread
%fn int Py_AddPendingCall(int (*)(void *), void *)
%fn Py_EnterRecursiveCall
%fn Py_GetRecursionLimit
%fn Py_LeaveRecursiveCall
%fn Py_MakePendingCalls
%fn Py_SetRecursionLimit
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
%full
#include "cpython/ceval.h"
%end
