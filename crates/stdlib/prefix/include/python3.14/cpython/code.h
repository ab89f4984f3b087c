/* Taipan's C API: cpython/code.h. Made by `cargo xtask headers` from crates/capi/headers/cpython/code.h. */
#ifndef Py_PYTHON_H
#  include "../Python.h"
#endif
#ifndef Py_CPYTHON_CODE_H
#define Py_CPYTHON_CODE_H
#ifndef Py_LIMITED_API
#ifdef __cplusplus
extern "C" {
#endif
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

/* A code object; co_code_adaptive is the first byte of the instructions that follow the struct. */
struct PyCodeObject {
    PyObject_VAR_HEAD
    PyObject *co_consts;
    PyObject *co_names;
    PyObject *co_exceptiontable;
    int co_flags;
    int co_argcount;
    int co_posonlyargcount;
    int co_kwonlyargcount;
    int co_stacksize;
    int co_firstlineno;
    int co_nlocalsplus;
    int co_framesize;
    int co_nlocals;
    int co_ncellvars;
    int co_nfreevars;
    uint32_t co_version;
    PyObject *co_localsplusnames;
    PyObject *co_localspluskinds;
    PyObject *co_filename;
    PyObject *co_name;
    PyObject *co_qualname;
    PyObject *co_linetable;
    PyObject *co_weakreflist;
    _PyExecutorArray *co_executors;
    _PyCoCached *_co_cached;
    uintptr_t _co_instrumentation_version;
    struct _PyCoMonitoringData *_co_monitoring;
    Py_ssize_t _co_unique_id;
    int _co_firsttraceable;
    void *co_extra;
    char co_code_adaptive[1];
};

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
PyAPI_DATA(PyTypeObject) PyCode_Type;
/* A callback for code objects: its number, or -1 with an exception. */
PyAPI_FUNC(int) PyCode_AddWatcher(PyCode_WatchCallback callback);
/* The line of a byte offset, or -1. */
PyAPI_FUNC(int) PyCode_Addr2Line(PyCodeObject *op, int offset);
/* Lines and columns of a byte offset: 1, or 0 if there are none. */
PyAPI_FUNC(int) PyCode_Addr2Location(PyCodeObject *op, int offset, int *start_line, int *start_column, int *end_line, int *end_column);
/* The line of a byte offset, with the range of instructions around it; -1 if the offset lies
   beyond the code. */
PyAPI_FUNC(int) _PyCode_CheckLineNumber(int lasti, PyCodeAddressRange *bounds);
/* Takes a callback for code objects back. */
PyAPI_FUNC(int) PyCode_ClearWatcher(int id);
/* The constants of a code object for comparison; a new reference. */
PyAPI_FUNC(PyObject *) _PyCode_ConstantKey(PyObject *op);
/* co_cellvars; a new reference. */
PyAPI_FUNC(PyObject *) PyCode_GetCellvars(PyCodeObject *op);
/* co_code; a new reference. */
PyAPI_FUNC(PyObject *) PyCode_GetCode(PyCodeObject *op);
/* co_freevars; a new reference. */
PyAPI_FUNC(PyObject *) PyCode_GetFreevars(PyCodeObject *op);
/* co_varnames; a new reference. */
PyAPI_FUNC(PyObject *) PyCode_GetVarnames(PyCodeObject *op);
/* An empty code object, for tracebacks of native code; a new reference. */
PyAPI_FUNC(PyCodeObject *) PyCode_NewEmpty(const char *filename, const char *function, int line);
/* What an old peephole optimiser gave back: the code; a new reference. */
PyAPI_FUNC(PyObject *) PyCode_Optimize(PyObject *code, PyObject *consts, PyObject *names, PyObject *table);
/* The extra data of a code object, or null. */
PyAPI_FUNC(int) PyUnstable_Code_GetExtra(PyObject *op, Py_ssize_t index, void **data);
/* A code object from its parts; a new reference. */
PyAPI_FUNC(PyCodeObject *) PyUnstable_Code_New(int argcount, int kwonlyargcount, int nlocals, int stacksize, int flags, PyObject *code, PyObject *consts, PyObject *names, PyObject *varnames, PyObject *freevars, PyObject *cellvars, PyObject *filename, PyObject *co_name, PyObject *qualname, int firstlineno, PyObject *linetable, PyObject *exceptiontable);
/* A code object from its parts; a new reference. */
PyAPI_FUNC(PyCodeObject *) PyUnstable_Code_NewWithPosOnlyArgs(int argcount, int posonlyargcount, int kwonlyargcount, int nlocals, int stacksize, int flags, PyObject *code, PyObject *consts, PyObject *names, PyObject *varnames, PyObject *freevars, PyObject *cellvars, PyObject *filename, PyObject *co_name, PyObject *qualname, int firstlineno, PyObject *linetable, PyObject *exceptiontable);
/* Sets the extra data of a code object; what stood there is freed. */
PyAPI_FUNC(int) PyUnstable_Code_SetExtra(PyObject *op, Py_ssize_t index, void *data);
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
#ifdef __cplusplus
}
#endif
#endif
#endif
