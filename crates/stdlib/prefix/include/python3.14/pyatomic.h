/* Taipan's C API: pyatomic.h. Made by `cargo xtask headers` from crates/capi/headers/pyatomic.h. */
#ifndef Py_PYTHON_H
#  include "Python.h"
#endif
#ifndef Py_PYATOMIC_H
#define Py_PYATOMIC_H
#ifdef __cplusplus
extern "C" {
#endif
/* Atomic operations for inline functions of other headers. */
#ifndef Py_LIMITED_API
#include "cpython/pyatomic.h"
#endif
#ifdef __cplusplus
}
#endif
#endif
