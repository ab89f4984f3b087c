/* Taipan's C API: pyhash.h. Made by `cargo xtask headers` from crates/capi/headers/pyhash.h. */
#ifndef Py_PYTHON_H
#  include "Python.h"
#endif
#ifndef Py_PYHASH_H
#define Py_PYHASH_H
#ifdef __cplusplus
extern "C" {
#endif
/* Hashes. */
#ifndef Py_HASH_CUTOFF
#  define Py_HASH_CUTOFF 0
#endif
#define Py_HASH_EXTERNAL 0
#define Py_HASH_SIPHASH24 1
#define Py_HASH_FNV 2
#define Py_HASH_SIPHASH13 3
#ifndef Py_HASH_ALGORITHM
#  define Py_HASH_ALGORITHM Py_HASH_SIPHASH13
#endif
#ifndef Py_LIMITED_API
#include "cpython/pyhash.h"
#endif
#ifdef __cplusplus
}
#endif
#endif
