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
%struct _PyRemoteDebuggerSupport | debugger_script_path: char debugger_script_path[_Py_MAX_SCRIPT_PATH_SIZE]
%struct _PyErr_StackItem =_err_stackitem | previous_item: struct _err_stackitem *previous_item
#define _PY_DATA_STACK_CHUNK_SIZE (16 * 1024)
%struct _PyStackChunk =_stack_chunk | previous: struct _stack_chunk *previous; data: PyObject *data[1]

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
%struct PyThreadState _ts | eval_breaker: uintptr_t eval_breaker; _status: struct _py_thread_status _status; current_frame: struct _PyInterpreterFrame *current_frame; critical_section: uintptr_t critical_section; datastack_top: PyObject **datastack_top; datastack_limit: PyObject **datastack_limit

typedef PyObject *(*_PyFrameEvalFunction)(PyThreadState *tstate, struct _PyInterpreterFrame *frame, int throwflag);
%fn PyGILState_Check
%fn _PyFrameEvalFunction _PyInterpreterState_GetEvalFrameFunc(PyInterpreterState *)
%fn PyInterpreterState_Head
%fn PyInterpreterState_Main
%fn PyInterpreterState_Next
%fn _PyInterpreterState_RequireIDRef
%fn _PyInterpreterState_RequiresIDRef
%fn void _PyInterpreterState_SetEvalFrameFunc(PyInterpreterState *, _PyFrameEvalFunction)
%fn PyInterpreterState_ThreadHead
%fn PyThreadState_DeleteCurrent
%fn PyThreadState_EnterTracing
%fn PyThreadState_GetUnchecked
%fn PyThreadState_LeaveTracing
%fn PyThreadState_Next
%fn PyObject *_PyThread_CurrentFrames(void)
%fn PyUnstable_ThreadState_ResetStackProtection
%fn PyUnstable_ThreadState_SetStackProtection
Py_DEPRECATED(3.14) static inline PyThreadState *_PyThreadState_UncheckedGet(void)
{
    return PyThreadState_GetUnchecked();
}
