/* Taipan's C API: internal/pycore_object.h. Made by `cargo xtask headers` from crates/capi/headers/internal/pycore_object.h. */
#ifndef Py_PYTHON_H
#  include "../Python.h"
#endif
#ifndef Py_INTERNAL_PYCORE_OBJECT_H
#define Py_INTERNAL_PYCORE_OBJECT_H
#ifndef Py_LIMITED_API
#ifdef __cplusplus
extern "C" {
#endif
/* Objects, without checks. */
#include "pycore_gc.h"
#include "pycore_structs.h"
PyAPI_DATA(PyTypeObject) _PyNone_Type;
PyAPI_DATA(PyTypeObject) _PyNotImplemented_Type;
/* Whether memory that was an object has been freed. */
PyAPI_FUNC(int) _PyObject_IsFreed(PyObject *op);
/* super(type, obj) and its like are not made this way any more; kept for old callers. */
PyAPI_FUNC(PyObject *) _PyObject_LookupSpecial(PyObject *op, PyObject *name);
/* Makes an object immortal. */
PyAPI_FUNC(void) _Py_SetImmortal(PyObject *op);
static inline int _PyType_HasFeature(PyTypeObject *type, unsigned long feature)
{
    return (type->tp_flags & feature) != 0;
}
static inline int _PyObject_IsUniquelyReferenced(PyObject *op)
{
    return Py_REFCNT(op) == 1;
}
static inline void _Py_RefcntAdd(PyObject *op, Py_ssize_t n)
{
    if (!_Py_IsImmortal(op)) {
        op->ob_refcnt += (uint32_t)n;
    }
}
#define _Py_RefcntAdd(op, n) _Py_RefcntAdd(_PyObject_CAST(op), (n))
static inline void _PyObject_Init(PyObject *op, PyTypeObject *type)
{
    PyObject_Init(op, type);
}
static inline void _PyObject_InitVar(PyVarObject *op, PyTypeObject *type, Py_ssize_t size)
{
    PyObject_InitVar(op, type, size);
}
/* Threads that run at the same time have to try; with a GIL there is nothing to lose. */
static inline int _Py_TryIncref(PyObject *op)
{
    if (Py_REFCNT(op) > 0) {
        Py_INCREF(op);
        return 1;
    }
    return 0;
}
static inline PyObject *_Py_XGetRef(PyObject **ptr)
{
    return Py_XNewRef(*ptr);
}
static inline void _PyObject_SetMaybeWeakref(PyObject *Py_UNUSED(op)) {}
#ifdef __cplusplus
}
#endif
#endif
#endif
