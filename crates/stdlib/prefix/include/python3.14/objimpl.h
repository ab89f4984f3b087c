/* Taipan's C API: objimpl.h. Made by `cargo xtask headers` from crates/capi/headers/objimpl.h. */
#ifndef Py_PYTHON_H
#  include "Python.h"
#endif
#ifndef Py_OBJIMPL_H
#define Py_OBJIMPL_H
#ifdef __cplusplus
extern "C" {
#endif
/* Allocation of objects, and what the cycle collector wants from them. */
/* Collects: how many objects were unreachable. */
PyAPI_FUNC(Py_ssize_t) PyGC_Collect(void);
/* Disables collection: whether it was enabled. */
PyAPI_FUNC(int) PyGC_Disable(void);
/* Enables collection: whether it was. */
PyAPI_FUNC(int) PyGC_Enable(void);
/* Whether collection is enabled. */
PyAPI_FUNC(int) PyGC_IsEnabled(void);
PyAPI_FUNC(void) PyObject_Free(void *);
/* Frees a container. */
PyAPI_FUNC(void) PyObject_GC_Del(void *op);
/* Whether the object's finalizer has run. */
PyAPI_FUNC(int) PyObject_GC_IsFinalized(PyObject *op);
/* Whether the collector sees the object. */
PyAPI_FUNC(int) PyObject_GC_IsTracked(PyObject *op);
/* A container that is not tracked, its fields undefined; a new reference. */
PyAPI_FUNC(PyObject *) _PyObject_GC_New(PyTypeObject *ty);
/* A container with items that is not tracked, its fields undefined; a new reference. */
PyAPI_FUNC(PyVarObject *) _PyObject_GC_NewVar(PyTypeObject *ty, Py_ssize_t n);
/* Changes the number of items of a container that is not tracked; the reference is replaced. */
PyAPI_FUNC(PyVarObject *) _PyObject_GC_Resize(PyVarObject *op, Py_ssize_t n);
/* Shows a container to the collector. */
PyAPI_FUNC(void) PyObject_GC_Track(void *op);
/* Hides a container from the collector; nothing if it is hidden. */
PyAPI_FUNC(void) PyObject_GC_UnTrack(void *op);
/* Gives memory a type and its first reference. */
PyAPI_FUNC(PyObject *) PyObject_Init(PyObject *op, PyTypeObject *ty);
/* Gives memory a type, its first reference and a size. */
PyAPI_FUNC(PyVarObject *) PyObject_InitVar(PyVarObject *op, PyTypeObject *ty, Py_ssize_t n);
PyAPI_FUNC(void *) PyObject_Malloc(size_t);
/* An object whose fields are undefined; a new reference. */
PyAPI_FUNC(PyObject *) _PyObject_New(PyTypeObject *ty);
/* An object with items whose fields are undefined; a new reference. */
PyAPI_FUNC(PyVarObject *) _PyObject_NewVar(PyTypeObject *ty, Py_ssize_t n);
PyAPI_FUNC(void *) PyObject_Realloc(void *, size_t);
#if !defined(Py_LIMITED_API) || Py_LIMITED_API+0 >= 0x03050000
PyAPI_FUNC(void *) PyObject_Calloc(size_t, size_t);
#endif
#define PyObject_New(type, typeobj) ((type *)_PyObject_New(typeobj))
#define PyObject_NewVar(type, typeobj, n) ((type *)_PyObject_NewVar((typeobj), (n)))
#define PyObject_INIT(op, typeobj) PyObject_Init(_PyObject_CAST(op), (typeobj))
#define PyObject_INIT_VAR(op, typeobj, size) PyObject_InitVar(_PyVarObject_CAST(op), (typeobj), (size))
#define PyObject_GC_New(type, typeobj) _Py_CAST(type *, _PyObject_GC_New(typeobj))
#define PyObject_GC_NewVar(type, typeobj, n) _Py_CAST(type *, _PyObject_GC_NewVar((typeobj), (n)))
#define PyObject_GC_Resize(type, op, n) ((type *)_PyObject_GC_Resize(_PyVarObject_CAST(op), (n)))
#define PyType_IS_GC(t) PyType_HasFeature((t), Py_TPFLAGS_HAVE_GC)

/* Old names. */
#define PyObject_MALLOC PyObject_Malloc
#define PyObject_REALLOC PyObject_Realloc
#define PyObject_FREE PyObject_Free
#define PyObject_Del PyObject_Free
#define PyObject_DEL PyObject_Free
#define PyObject_NEW(type, typeobj) PyObject_New(type, (typeobj))
#define PyObject_NEW_VAR(type, typeobj, n) PyObject_NewVar(type, (typeobj), (n))

/* For tp_traverse, whose parameters must be called visit and arg. */
#define Py_VISIT(op) \
    do { \
        if (op) { \
            int vret = visit(_PyObject_CAST(op), arg); \
            if (vret) { \
                return vret; \
            } \
        } \
    } while (0)
#ifndef Py_LIMITED_API
#include "cpython/objimpl.h"
#endif
#ifdef __cplusplus
}
#endif
#endif
