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
PyAPI_DATA(int) _Py_SwappedOp[];
/* A method to be called (a new reference): 1 if it wants the object before its arguments, 0 if
   it is bound or no method, also with null and an exception. */
PyAPI_FUNC(int) _PyObject_GetMethod(PyObject *op, PyObject *name, PyObject **method);
/* op.__getstate__(); a new reference. */
PyAPI_FUNC(PyObject *) _PyObject_GetState(PyObject *op);
/* Whether memory that was an object has been freed. */
PyAPI_FUNC(int) _PyObject_IsFreed(PyObject *op);
/* super(type, obj) and its like are not made this way any more; kept for old callers. */
PyAPI_FUNC(PyObject *) _PyObject_LookupSpecial(PyObject *op, PyObject *name);
/* The special method in a pair of words: its place, then the object's. 1, 0 if there is none,
   or -1. */
PyAPI_FUNC(int) _PyObject_LookupSpecialMethod(PyObject *name, _PyStackRef *pair);
/* The result of a special method without arguments; a new reference, or null without an
   exception if there is none. */
PyAPI_FUNC(PyObject *) _PyObject_MaybeCallSpecialNoArgs(PyObject *op, PyObject *name);
/* The result of a special method with an argument; a new reference, or null without an
   exception if there is none. */
PyAPI_FUNC(PyObject *) _PyObject_MaybeCallSpecialOneArg(PyObject *op, PyObject *name, PyObject *arg);
/* An instance that the collector does not know yet; a new reference. */
PyAPI_FUNC(PyObject *) _PyType_AllocNoTrack(PyTypeObject *ty, Py_ssize_t items);
/* An instance with a managed dictionary; a new reference. */
PyAPI_FUNC(PyObject *) _PyType_NewManagedObject(PyTypeObject *ty);
/* Makes an object immortal. */
PyAPI_FUNC(void) _Py_SetImmortal(PyObject *op);
/* Makes an object immortal; the collector does not look at it any more. */
PyAPI_FUNC(void) _Py_SetImmortalUntracked(PyObject *op);
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
