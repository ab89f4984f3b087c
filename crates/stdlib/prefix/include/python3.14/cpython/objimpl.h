/* Taipan's C API: cpython/objimpl.h. Made by `cargo xtask headers` from crates/capi/headers/cpython/objimpl.h. */
#ifndef Py_PYTHON_H
#  include "../Python.h"
#endif
#ifndef Py_CPYTHON_OBJIMPL_H
#define Py_CPYTHON_OBJIMPL_H
#ifndef Py_LIMITED_API
#ifdef __cplusplus
extern "C" {
#endif
/* Sizes of objects, and the allocator of arenas. */
static inline size_t _PyObject_SIZE(PyTypeObject *type)
{
    return _Py_STATIC_CAST(size_t, type->tp_basicsize);
}
static inline size_t _PyObject_VAR_SIZE(PyTypeObject *type, Py_ssize_t nitems)
{
    size_t items = _Py_STATIC_CAST(size_t, nitems) * _Py_STATIC_CAST(size_t, type->tp_itemsize);
    return _Py_SIZE_ROUND_UP(_PyObject_SIZE(type) + items, SIZEOF_VOID_P);
}

typedef struct {
    void *ctx;
    void *(*alloc)(void *ctx, size_t size);
    void (*free)(void *ctx, void *ptr, size_t size);
} PyObjectArenaAllocator;
typedef int (*gcvisitobjects_t)(PyObject *op, void *arg);
/* Where an object keeps the list of its weak references. */
PyAPI_FUNC(PyObject **) PyObject_GET_WEAKREFS_LISTPTR(PyObject *op);
/* How arenas are mapped. */
PyAPI_FUNC(void) PyObject_GetArenaAllocator(PyObjectArenaAllocator *allocator);
/* Whether the object can be part of cycles. */
PyAPI_FUNC(int) PyObject_IS_GC(PyObject *op);
/* Says how arenas are to be mapped: this is kept and handed out, but memory comes from the
   allocator without arenas. */
PyAPI_FUNC(void) PyObject_SetArenaAllocator(PyObjectArenaAllocator *allocator);
/* Whether objects of a type can be referred to weakly. */
PyAPI_FUNC(int) PyType_SUPPORTS_WEAKREFS(PyTypeObject *ty);
/* Shows all tracked objects to a function until it returns 0. */
PyAPI_FUNC(void) PyUnstable_GC_VisitObjects(gcvisitobjects_t visit, void *arg);
/* A container with zeroed fields and some memory behind them; a new reference. */
PyAPI_FUNC(PyObject *) PyUnstable_Object_GC_NewWithExtraData(PyTypeObject *ty, size_t extra);
#ifdef __cplusplus
}
#endif
#endif
#endif
