/* Evaluation: tracing, and places for extra data of code objects. */
typedef struct {
    FILE *perf_map;
    PyThread_type_lock map_lock;
} PerfMapState;
%fn PyObject *_PyEval_EvalFrameDefault(PyThreadState *, struct _PyInterpreterFrame *, int)
%fn PyEval_MergeCompilerFlags
%fn PyEval_SetProfile
%fn PyEval_SetProfileAllThreads
%fn PyEval_SetTrace
%fn PyEval_SetTraceAllThreads
%fn _PyEval_SliceIndex
%fn _PyEval_SliceIndexNotNone
%fn PyUnstable_CopyPerfMapFile
%fn Py_ssize_t PyUnstable_Eval_RequestCodeExtraIndex(freefunc)
%fn PyUnstable_PerfMapState_Fini
%fn PyUnstable_PerfMapState_Init
%fn int PyUnstable_PerfTrampoline_CompileCode(PyCodeObject *)
%fn PyUnstable_PerfTrampoline_SetPersistAfterFork
%fn PyUnstable_WritePerfMapEntry
_Py_DEPRECATED_EXTERNALLY(3.12) static inline Py_ssize_t _PyEval_RequestCodeExtraIndex(freefunc f)
{
    return PyUnstable_Eval_RequestCodeExtraIndex(f);
}
