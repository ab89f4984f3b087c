/* Code objects. */
typedef struct {
    PyObject *_co_code;
    PyObject *_co_varnames;
    PyObject *_co_cellvars;
    PyObject *_co_freevars;
} _PyCoCached;
typedef struct {
    int size;
    int capacity;
    struct _PyExecutorObject *executors[1];
} _PyExecutorArray;

%struct PyCodeObject PyCodeObject | co_executors: _PyExecutorArray *co_executors; _co_cached: _PyCoCached *_co_cached; _co_instrumentation_version: uintptr_t _co_instrumentation_version; _co_monitoring: struct _PyCoMonitoringData *_co_monitoring; co_code_adaptive: char co_code_adaptive[1]

/* co_flags. */
#define CO_OPTIMIZED 0x0001
#define CO_NEWLOCALS 0x0002
#define CO_VARARGS 0x0004
#define CO_VARKEYWORDS 0x0008
#define CO_NESTED 0x0010
#define CO_GENERATOR 0x0020
#define CO_COROUTINE 0x0080
#define CO_ITERABLE_COROUTINE 0x0100
#define CO_ASYNC_GENERATOR 0x0200
#define CO_FUTURE_DIVISION 0x20000
#define CO_FUTURE_ABSOLUTE_IMPORT 0x40000
#define CO_FUTURE_WITH_STATEMENT 0x80000
#define CO_FUTURE_PRINT_FUNCTION 0x100000
#define CO_FUTURE_UNICODE_LITERALS 0x200000
#define CO_FUTURE_BARRY_AS_BDFL 0x400000
#define CO_FUTURE_GENERATOR_STOP 0x800000
#define CO_FUTURE_ANNOTATIONS 0x1000000
#define CO_NO_MONITORING_EVENTS 0x2000000
#define CO_HAS_DOCSTRING 0x4000000
#define CO_METHOD 0x8000000
#define PY_PARSER_REQUIRES_FUTURE_KEYWORD
/* Blocks in a function. */
#define CO_MAXBLOCKS 21

/* A range of instructions with one line, for walking through a table of lines. */
struct _opaque {
    int computed_line;
    const uint8_t *lo_next;
    const uint8_t *limit;
};
typedef struct _line_offsets {
    int ar_start;
    int ar_end;
    int ar_line;
    struct _opaque opaque;
} PyCodeAddressRange;

/* What a watcher is told. */
typedef enum { PY_CODE_EVENT_CREATE, PY_CODE_EVENT_DESTROY } PyCodeEvent;
#define PY_FOREACH_CODE_EVENT(V) V(CREATE) V(DESTROY)
typedef int (*PyCode_WatchCallback)(PyCodeEvent event, PyCodeObject *co);

/* Forms of an entry of the table of locations. */
typedef enum _PyCodeLocationInfoKind {
    PY_CODE_LOCATION_INFO_SHORT0 = 0,
    PY_CODE_LOCATION_INFO_ONE_LINE0 = 10,
    PY_CODE_LOCATION_INFO_ONE_LINE1 = 11,
    PY_CODE_LOCATION_INFO_ONE_LINE2 = 12,
    PY_CODE_LOCATION_INFO_NO_COLUMNS = 13,
    PY_CODE_LOCATION_INFO_LONG = 14,
    PY_CODE_LOCATION_INFO_NONE = 15
} _PyCodeLocationInfoKind;
%data PyTypeObject PyCode_Type
%fn int PyCode_AddWatcher(PyCode_WatchCallback)
%fn int PyCode_Addr2Line(PyCodeObject *, int)
%fn int PyCode_Addr2Location(PyCodeObject *, int, int *, int *, int *, int *)
%fn int _PyCode_CheckLineNumber(int, PyCodeAddressRange *)
%fn int PyCode_ClearWatcher(int)
%fn _PyCode_ConstantKey
%fn PyObject *PyCode_GetCellvars(PyCodeObject *)
%fn PyObject *PyCode_GetCode(PyCodeObject *)
%fn PyObject *PyCode_GetFreevars(PyCodeObject *)
%fn PyObject *PyCode_GetVarnames(PyCodeObject *)
%fn PyCodeObject *PyCode_NewEmpty(const char *, const char *, int)
%fn PyObject *PyCode_Optimize(PyObject *, PyObject *, PyObject *, PyObject *)
%fn PyUnstable_Code_GetExtra
%fn PyCodeObject *PyUnstable_Code_New(int, int, int, int, int, PyObject *, PyObject *, PyObject *, PyObject *, PyObject *, PyObject *, PyObject *, PyObject *, PyObject *, int, PyObject *, PyObject *)
%fn PyCodeObject *PyUnstable_Code_NewWithPosOnlyArgs(int, int, int, int, int, int, PyObject *, PyObject *, PyObject *, PyObject *, PyObject *, PyObject *, PyObject *, PyObject *, PyObject *, int, PyObject *, PyObject *)
%fn PyUnstable_Code_SetExtra
#define PyCode_Check(op) Py_IS_TYPE((op), &PyCode_Type)
static inline Py_ssize_t PyCode_GetNumFree(PyCodeObject *op)
{
    assert(PyCode_Check(op));
    return op->co_nfreevars;
}
static inline int PyUnstable_Code_GetFirstFree(PyCodeObject *op)
{
    assert(PyCode_Check(op));
    return op->co_nlocalsplus - op->co_nfreevars;
}
Py_DEPRECATED(3.13) static inline int PyCode_GetFirstFree(PyCodeObject *op)
{
    return PyUnstable_Code_GetFirstFree(op);
}
/* Names from before they were called unstable. */
_Py_DEPRECATED_EXTERNALLY(3.12) static inline PyCodeObject *PyCode_New(
    int argcount, int kwonlyargcount, int nlocals, int stacksize, int flags, PyObject *code, PyObject *consts,
    PyObject *names, PyObject *varnames, PyObject *freevars, PyObject *cellvars, PyObject *filename, PyObject *name,
    PyObject *qualname, int firstlineno, PyObject *linetable, PyObject *exceptiontable)
{
    return PyUnstable_Code_New(argcount, kwonlyargcount, nlocals, stacksize, flags, code, consts, names, varnames,
        freevars, cellvars, filename, name, qualname, firstlineno, linetable, exceptiontable);
}
_Py_DEPRECATED_EXTERNALLY(3.12) static inline PyCodeObject *PyCode_NewWithPosOnlyArgs(
    int argcount, int posonlyargcount, int kwonlyargcount, int nlocals, int stacksize, int flags, PyObject *code,
    PyObject *consts, PyObject *names, PyObject *varnames, PyObject *freevars, PyObject *cellvars, PyObject *filename,
    PyObject *name, PyObject *qualname, int firstlineno, PyObject *linetable, PyObject *exceptiontable)
{
    return PyUnstable_Code_NewWithPosOnlyArgs(argcount, posonlyargcount, kwonlyargcount, nlocals, stacksize, flags,
        code, consts, names, varnames, freevars, cellvars, filename, name, qualname, firstlineno, linetable,
        exceptiontable);
}
_Py_DEPRECATED_EXTERNALLY(3.12) static inline int _PyCode_GetExtra(PyObject *code, Py_ssize_t index, void **extra)
{
    return PyUnstable_Code_GetExtra(code, index, extra);
}
_Py_DEPRECATED_EXTERNALLY(3.12) static inline int _PyCode_SetExtra(PyObject *code, Py_ssize_t index, void *extra)
{
    return PyUnstable_Code_SetExtra(code, index, extra);
}
