/* Taipan's C API: cpython/pystate.h. Made by `cargo xtask headers` from crates/capi/headers/cpython/pystate.h. */
#ifndef Py_PYTHON_H
#  include "../Python.h"
#endif
#ifndef Py_CPYTHON_PYSTATE_H
#define Py_CPYTHON_PYSTATE_H
#ifndef Py_LIMITED_API
#ifdef __cplusplus
extern "C" {
#endif
/* The state of a thread, whose fields Cython, greenlet and others read and write. */
struct _PyInterpreterFrame;

typedef int (*Py_tracefunc)(PyObject *obj, PyFrameObject *frame, int what, PyObject *arg);
/* What a trace function is told. */
#define PyTrace_CALL 0
#define PyTrace_EXCEPTION 1
#define PyTrace_LINE 2
#define PyTrace_RETURN 3
#define PyTrace_C_CALL 4
#define PyTrace_C_EXCEPTION 5
#define PyTrace_C_RETURN 6
#define PyTrace_OPCODE 7

#define _Py_MAX_SCRIPT_PATH_SIZE 512
typedef struct {
    int32_t debugger_pending_call;
    char debugger_script_path[_Py_MAX_SCRIPT_PATH_SIZE];
} _PyRemoteDebuggerSupport;
/* One level of "the exception being handled". */
typedef struct _err_stackitem {
    PyObject *exc_value;
    struct _err_stackitem *previous_item;
} _PyErr_StackItem;
#define _PY_DATA_STACK_CHUNK_SIZE (16 * 1024)
/* One piece of the data stack that holds interpreter frames. */
typedef struct _stack_chunk {
    struct _stack_chunk *previous;
    size_t size;
    size_t top;
    PyObject *data[1];
} _PyStackChunk;

struct _py_thread_status {
    unsigned int initialized : 1;
    unsigned int bound : 1;
    unsigned int unbound : 1;
    unsigned int bound_gilstate : 1;
    unsigned int active : 1;
    unsigned int finalizing : 1;
    unsigned int cleared : 1;
    unsigned int finalized : 1;
    unsigned int : 24;
};
struct _ts {
    PyThreadState *prev;
    PyThreadState *next;
    PyInterpreterState *interp;
    uintptr_t eval_breaker;
    struct _py_thread_status _status;
    int holds_gil;
    int _whence;
    int state;
    int py_recursion_remaining;
    int py_recursion_limit;
    int recursion_headroom;
    int tracing;
    int what_event;
    struct _PyInterpreterFrame *current_frame;
    Py_tracefunc c_profilefunc;
    Py_tracefunc c_tracefunc;
    PyObject *c_profileobj;
    PyObject *c_traceobj;
    PyObject *current_exception;
    _PyErr_StackItem *exc_info;
    PyObject *dict;
    int gilstate_counter;
    PyObject *async_exc;
    unsigned long thread_id;
    unsigned long native_thread_id;
    PyObject *delete_later;
    uintptr_t critical_section;
    int coroutine_origin_tracking_depth;
    PyObject *async_gen_firstiter;
    PyObject *async_gen_finalizer;
    PyObject *context;
    uint64_t context_ver;
    uint64_t id;
    _PyStackChunk *datastack_chunk;
    PyObject **datastack_top;
    PyObject **datastack_limit;
    _PyErr_StackItem exc_state;
    PyObject *current_executor;
    uint64_t dict_global_version;
    PyObject *threading_local_key;
    PyObject *threading_local_sentinel;
    _PyRemoteDebuggerSupport remote_debugger_support;
    _PyStackChunk *datastack_cached_chunk;
};

typedef PyObject *(*_PyFrameEvalFunction)(PyThreadState *tstate, struct _PyInterpreterFrame *frame, int throwflag);
/* Whether this OS thread is attached. */
PyAPI_FUNC(int) PyGILState_Check(void);
/* What runs the frames of an interpreter: the evaluation loop unless it was replaced (PEP 523). */
PyAPI_FUNC(_PyFrameEvalFunction) _PyInterpreterState_GetEvalFrameFunc(PyInterpreterState *interp);
/* The first interpreter of the list: the newest. */
PyAPI_FUNC(PyInterpreterState *) PyInterpreterState_Head(void);
/* The main interpreter. */
PyAPI_FUNC(PyInterpreterState *) PyInterpreterState_Main(void);
/* The next interpreter of the list, an older one, or null. */
PyAPI_FUNC(PyInterpreterState *) PyInterpreterState_Next(PyInterpreterState *interp);
/* Says whether the interpreter ends with the last object that refers to it. */
PyAPI_FUNC(void) _PyInterpreterState_RequireIDRef(PyInterpreterState *interp, int required);
/* Whether the interpreter ends with the last object that refers to it. */
PyAPI_FUNC(int) _PyInterpreterState_RequiresIDRef(PyInterpreterState *interp);
/* Replaces what runs the frames of an interpreter (PEP 523). */
PyAPI_FUNC(void) _PyInterpreterState_SetEvalFrameFunc(PyInterpreterState *interp, _PyFrameEvalFunction function);
/* The first thread state of an interpreter. */
PyAPI_FUNC(PyThreadState *) PyInterpreterState_ThreadHead(PyInterpreterState *interp);
/* Detaches this thread and frees its state. */
PyAPI_FUNC(void) PyThreadState_DeleteCurrent(void);
/* Suspends tracing and profiling. */
PyAPI_FUNC(void) PyThreadState_EnterTracing(PyThreadState *ts);
/* The attached thread state, or null. */
PyAPI_FUNC(PyThreadState *) PyThreadState_GetUnchecked(void);
/* Resumes tracing and profiling. */
PyAPI_FUNC(void) PyThreadState_LeaveTracing(PyThreadState *ts);
/* The next thread state of the interpreter, or null. */
PyAPI_FUNC(PyThreadState *) PyThreadState_Next(PyThreadState *ts);
/* sys._current_frames(); a new reference. */
PyAPI_FUNC(PyObject *) _PyThread_CurrentFrames(void);
/* The native stack is the OS thread's own again. */
PyAPI_FUNC(void) PyUnstable_ThreadState_ResetStackProtection(PyThreadState *ts);
/* Says where the native stack of the attached thread lies (for stacks that C code made). */
PyAPI_FUNC(int) PyUnstable_ThreadState_SetStackProtection(PyThreadState *ts, void *start, size_t size);
Py_DEPRECATED(3.14) static inline PyThreadState *_PyThreadState_UncheckedGet(void)
{
    return PyThreadState_GetUnchecked();
}
#ifdef __cplusplus
}
#endif
#endif
#endif
