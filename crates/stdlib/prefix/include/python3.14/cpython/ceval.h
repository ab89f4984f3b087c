/* Taipan's C API: cpython/ceval.h. Made by `cargo xtask headers` from crates/capi/headers/cpython/ceval.h. */
#ifndef Py_PYTHON_H
#  include "../Python.h"
#endif
#ifndef Py_CPYTHON_CEVAL_H
#define Py_CPYTHON_CEVAL_H
#ifndef Py_LIMITED_API
#ifdef __cplusplus
extern "C" {
#endif
/* Evaluation: tracing, and places for extra data of code objects. */
typedef struct {
    FILE *perf_map;
    PyThread_type_lock map_lock;
} PerfMapState;
/* Runs a frame of the data stack to its end; a new reference. The frame is popped. */
PyAPI_FUNC(PyObject *) _PyEval_EvalFrameDefault(PyThreadState *ts, struct _PyInterpreterFrame *frame, int throw_);
/* Adds the flags of the running code: whether there are any. */
PyAPI_FUNC(int) PyEval_MergeCompilerFlags(PyCompilerFlags *flags);
/* Sets the profile function of this thread. */
PyAPI_FUNC(void) PyEval_SetProfile(Py_tracefunc function, PyObject *arg);
/* Sets the profile function of all threads. */
PyAPI_FUNC(void) PyEval_SetProfileAllThreads(Py_tracefunc function, PyObject *arg);
/* Sets the trace function of this thread. */
PyAPI_FUNC(void) PyEval_SetTrace(Py_tracefunc function, PyObject *arg);
/* Sets the trace function of all threads. */
PyAPI_FUNC(void) PyEval_SetTraceAllThreads(Py_tracefunc function, PyObject *arg);
/* A slice index for O&: 1, or 0 with an exception. None leaves the default. */
PyAPI_FUNC(int) _PyEval_SliceIndex(PyObject *op, Py_ssize_t *place);
/* As _PyEval_SliceIndex; None is an error. */
PyAPI_FUNC(int) _PyEval_SliceIndexNotNone(PyObject *op, Py_ssize_t *place);
/* Copies the map of a parent process: 0 or -1. */
PyAPI_FUNC(int) PyUnstable_CopyPerfMapFile(const char *parent);
/* An index under which code objects keep extra data, or -1 if there are too many users. */
PyAPI_FUNC(Py_ssize_t) PyUnstable_Eval_RequestCodeExtraIndex(freefunc free);
/* Closes the map of native code. */
PyAPI_FUNC(void) PyUnstable_PerfMapState_Fini(void);
/* Opens the map of native code for perf: -1. */
PyAPI_FUNC(int) PyUnstable_PerfMapState_Init(void);
/* Python code runs in the loop; it has no trampolines: 0. */
PyAPI_FUNC(int) PyUnstable_PerfTrampoline_CompileCode(PyCodeObject *code);
/* Python code has no trampolines: 0. */
PyAPI_FUNC(int) PyUnstable_PerfTrampoline_SetPersistAfterFork(int enable);
/* Writes an entry of the map of native code for perf: 0 or -1. */
PyAPI_FUNC(int) PyUnstable_WritePerfMapEntry(const void *address, unsigned int size, const char *entry);
_Py_DEPRECATED_EXTERNALLY(3.12) static inline Py_ssize_t _PyEval_RequestCodeExtraIndex(freefunc f)
{
    return PyUnstable_Eval_RequestCodeExtraIndex(f);
}
#ifdef __cplusplus
}
#endif
#endif
#endif
