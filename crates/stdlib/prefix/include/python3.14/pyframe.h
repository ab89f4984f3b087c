/* Taipan's C API: pyframe.h. Made by `cargo xtask headers` from crates/capi/headers/pyframe.h. */
#ifndef Py_PYTHON_H
#  include "Python.h"
#endif
#ifndef Py_PYFRAME_H
#define Py_PYFRAME_H
#ifdef __cplusplus
extern "C" {
#endif
/* Frames. */
/* The code of a frame; a new reference. */
PyAPI_FUNC(PyCodeObject *) PyFrame_GetCode(PyFrameObject *op);
/* The line of a frame, or -1. */
PyAPI_FUNC(int) PyFrame_GetLineNumber(PyFrameObject *op);
#ifndef Py_LIMITED_API
#include "cpython/pyframe.h"
#endif
#ifdef __cplusplus
}
#endif
#endif
