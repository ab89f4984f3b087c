/* Memory that is no object. The allocators count what tracemalloc shows; memory goes back to where it came from. */
%fn void *PyMem_Calloc(size_t, size_t)
%fn void PyMem_Free(void *)
%fn void *PyMem_Malloc(size_t)
%fn void *PyMem_Realloc(void *, size_t)
%since 3.13
%fn void *PyMem_RawCalloc(size_t, size_t)
%fn void PyMem_RawFree(void *)
%fn void *PyMem_RawMalloc(size_t)
%fn void *PyMem_RawRealloc(void *, size_t)
%end
/* Arrays: null when the size overflows or there is no memory. */
#define PyMem_New(type, n) \
    ((size_t)(n) > PY_SSIZE_T_MAX / sizeof(type) ? NULL : (type *)PyMem_Malloc((n) * sizeof(type)))
#define PyMem_Resize(p, type, n) \
    ((p) = (size_t)(n) > PY_SSIZE_T_MAX / sizeof(type) ? NULL : (type *)PyMem_Realloc((p), (n) * sizeof(type)))

/* Old names. */
#define PyMem_MALLOC(n) PyMem_Malloc((n))
#define PyMem_NEW(type, n) PyMem_New(type, (n))
#define PyMem_REALLOC(p, n) PyMem_Realloc((p), (n))
#define PyMem_RESIZE(p, type, n) PyMem_Resize((p), type, (n))
#define PyMem_FREE(p) PyMem_Free((p))
#define PyMem_Del(p) PyMem_Free((p))
#define PyMem_DEL(p) PyMem_Free((p))
%full
#include "cpython/pymem.h"
%end
