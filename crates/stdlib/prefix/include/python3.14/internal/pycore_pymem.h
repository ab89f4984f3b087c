/* Taipan's C API: internal/pycore_pymem.h. Made by `cargo xtask headers` from crates/capi/headers/internal/pycore_pymem.h. */
#ifndef Py_PYTHON_H
#  include "../Python.h"
#endif
#ifndef Py_INTERNAL_PYCORE_PYMEM_H
#define Py_INTERNAL_PYCORE_PYMEM_H
#ifndef Py_LIMITED_API
#ifdef __cplusplus
extern "C" {
#endif
/* Memory. */
/* The name of the allocator. */
PyAPI_FUNC(const char *) _PyMem_GetCurrentAllocatorName(void);
/* A copy of a C string, freed with PyMem_Free. */
PyAPI_FUNC(char *) _PyMem_Strdup(const char *s);
#ifdef __cplusplus
}
#endif
#endif
#endif
