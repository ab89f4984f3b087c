/* Taipan's C API: internal/pycore_typedefs.h. Made by `cargo xtask headers` from crates/capi/headers/internal/pycore_typedefs.h. */
#ifndef Py_PYTHON_H
#  include "../Python.h"
#endif
#ifndef Py_INTERNAL_PYCORE_TYPEDEFS_H
#define Py_INTERNAL_PYCORE_TYPEDEFS_H
#ifndef Py_LIMITED_API
#ifdef __cplusplus
extern "C" {
#endif
/* Names of inner structures. */
typedef struct _PyInterpreterFrame _PyInterpreterFrame;
typedef struct pyruntimestate _PyRuntimeState;
#ifdef __cplusplus
}
#endif
#endif
#endif
