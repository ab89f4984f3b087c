/* Taipan's C API: internal/pycore_frame.h. Made by `cargo xtask headers` from crates/capi/headers/internal/pycore_frame.h. */
#ifndef Py_PYTHON_H
#  include "../Python.h"
#endif
#ifndef Py_INTERNAL_PYCORE_FRAME_H
#define Py_INTERNAL_PYCORE_FRAME_H
#ifndef Py_LIMITED_API
#ifdef __cplusplus
extern "C" {
#endif
/* Frame objects. */
#include "pycore_typedefs.h"
struct _frame {
    PyObject_HEAD
    PyFrameObject *f_back;
    _PyInterpreterFrame *f_frame;
    PyObject *f_trace;
    int f_lineno;
    char f_trace_lines;
    char f_trace_opcodes;
    PyObject *f_extra_locals;
    PyObject *f_locals_cache;
    PyObject *f_overwritten_fast_locals;
    PyObject *_f_frame_data[1];
};
/* States of a generator. */
typedef enum _framestate {
    FRAME_CREATED = -3,
    FRAME_SUSPENDED = -2,
    FRAME_SUSPENDED_YIELD_FROM = -1,
    FRAME_EXECUTING = 0,
    FRAME_COMPLETED = 1,
    FRAME_CLEARED = 4
} PyFrameState;
#define FRAME_STATE_SUSPENDED(s) ((s) == FRAME_SUSPENDED || (s) == FRAME_SUSPENDED_YIELD_FROM)
#define FRAME_STATE_FINISHED(s) ((s) >= FRAME_COMPLETED)
#ifdef __cplusplus
}
#endif
#endif
#endif
