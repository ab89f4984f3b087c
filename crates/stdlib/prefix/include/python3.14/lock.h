/* Taipan's C API: lock.h. Made by `cargo xtask headers` from crates/capi/headers/lock.h. */
#ifndef Py_PYTHON_H
#  include "Python.h"
#endif
#ifndef Py_LOCK_H
#define Py_LOCK_H
#ifdef __cplusplus
extern "C" {
#endif
/* A mutex of one byte. */
#ifndef Py_LIMITED_API
#include "cpython/lock.h"
#endif
#ifdef __cplusplus
}
#endif
#endif
