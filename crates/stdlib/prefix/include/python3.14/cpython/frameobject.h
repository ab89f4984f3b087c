/* Taipan's C API: cpython/frameobject.h. Made by `cargo xtask headers` from crates/capi/headers/cpython/frameobject.h. */
#ifndef Py_PYTHON_H
#  include "../Python.h"
#endif
#ifndef Py_CPYTHON_FRAMEOBJECT_H
#define Py_CPYTHON_FRAMEOBJECT_H
#ifndef Py_LIMITED_API
#ifdef __cplusplus
extern "C" {
#endif
/* Making frames. */
typedef struct {
    PyObject_HEAD
    PyFrameObject *frame;
} PyFrameLocalsProxyObject;
/* Nothing is kept twice that would have to be brought together. */
PyAPI_FUNC(void) PyFrame_FastToLocals(PyFrameObject *op);
/* Nothing is kept twice that would have to be brought together. */
PyAPI_FUNC(int) PyFrame_FastToLocalsWithError(PyFrameObject *op);
/* Whether the innermost frame of a loop: nothing is known of others. */
PyAPI_FUNC(int) _PyFrame_IsEntryFrame(PyFrameObject *frame);
/* Nothing is kept twice that would have to be brought together. */
PyAPI_FUNC(void) PyFrame_LocalsToFast(PyFrameObject *op, int clear);
/* A frame object that never runs, for tracebacks of native code; a new reference. */
PyAPI_FUNC(PyFrameObject *) PyFrame_New(PyThreadState *ts, PyCodeObject *code, PyObject *globals, PyObject *locals);
#ifdef __cplusplus
}
#endif
#endif
#endif
