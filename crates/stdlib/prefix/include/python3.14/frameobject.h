/* Taipan's C API: frameobject.h. Made by `cargo xtask headers` from crates/capi/headers/frameobject.h. */
#ifndef Py_PYTHON_H
#  include "Python.h"
#endif
#ifndef Py_FRAMEOBJECT_H
#define Py_FRAMEOBJECT_H
#ifdef __cplusplus
extern "C" {
#endif
/* Frames, for those who make them. */
#include "pyframe.h"
#ifndef Py_LIMITED_API
#include "cpython/frameobject.h"
#endif
#ifdef __cplusplus
}
#endif
#endif
