/* Taipan's C API: cpython/tracemalloc.h. Made by `cargo xtask headers` from crates/capi/headers/cpython/tracemalloc.h. */
#ifndef Py_PYTHON_H
#  include "../Python.h"
#endif
#ifndef Py_CPYTHON_TRACEMALLOC_H
#define Py_CPYTHON_TRACEMALLOC_H
#ifndef Py_LIMITED_API
#ifdef __cplusplus
extern "C" {
#endif
/* Memory of extension modules for tracemalloc. */
/* Notes a block of memory: 0, or -2 if memory is not traced. */
PyAPI_FUNC(int) PyTraceMalloc_Track(unsigned int domain, uintptr_t block, size_t size);
/* Forgets a block of memory: 0, or -2 if memory is not traced. */
PyAPI_FUNC(int) PyTraceMalloc_Untrack(unsigned int domain, uintptr_t block);
#ifdef __cplusplus
}
#endif
#endif
#endif
