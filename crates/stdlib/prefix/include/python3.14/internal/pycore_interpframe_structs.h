/* Taipan's C API: internal/pycore_interpframe_structs.h. Made by `cargo xtask headers` from crates/capi/headers/internal/pycore_interpframe_structs.h. */
#ifndef Py_PYTHON_H
#  include "../Python.h"
#endif
#ifndef Py_INTERNAL_PYCORE_INTERPFRAME_STRUCTS_H
#define Py_INTERNAL_PYCORE_INTERPFRAME_STRUCTS_H
#ifndef Py_LIMITED_API
#ifdef __cplusplus
extern "C" {
#endif
/* Frames of the interpreter, and generators, which contain one. */
#include "pycore_structs.h"
#include "pycore_typedefs.h"

enum _frameowner {
    FRAME_OWNED_BY_THREAD = 0,
    FRAME_OWNED_BY_GENERATOR = 1,
    FRAME_OWNED_BY_FRAME_OBJECT = 2,
    FRAME_OWNED_BY_INTERPRETER = 3,
    FRAME_OWNED_BY_CSTACK = 4
};
struct _PyInterpreterFrame {
    _PyStackRef f_executable;
    _PyInterpreterFrame *previous;
    _PyStackRef f_funcobj;
    PyObject *f_globals;
    PyObject *f_builtins;
    PyObject *f_locals;
    PyFrameObject *frame_obj;
    _Py_CODEUNIT *instr_ptr;
    _PyStackRef *stackpointer;
    uint16_t return_offset;
    char owner;
    uint8_t visited;
    _PyStackRef localsplus[1];
};

#define _PyGenObject_HEAD(prefix) \
    PyObject_HEAD \
    PyObject *prefix##_weakreflist; \
    PyObject *prefix##_name; \
    PyObject *prefix##_qualname; \
    _PyErr_StackItem prefix##_exc_state; \
    PyObject *prefix##_origin_or_finalizer; \
    char prefix##_hooks_inited; \
    char prefix##_closed; \
    char prefix##_running_async; \
    int8_t prefix##_frame_state; \
    _PyInterpreterFrame prefix##_iframe;
struct _PyGenObject {
    _PyGenObject_HEAD(gi)
};
struct _PyCoroObject {
    _PyGenObject_HEAD(cr)
};
struct _PyAsyncGenObject {
    _PyGenObject_HEAD(ag)
};
#undef _PyGenObject_HEAD
#ifdef __cplusplus
}
#endif
#endif
#endif
