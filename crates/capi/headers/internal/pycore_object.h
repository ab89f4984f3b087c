/* Objects, without checks. */
#include "pycore_gc.h"
#include "pycore_structs.h"
%data PyTypeObject _PyNone_Type
%data PyTypeObject _PyNotImplemented_Type
%data int _Py_SwappedOp[]
%fn int _PyObject_GetMethod(PyObject *, PyObject *, PyObject **)
%fn PyObject *_PyObject_GetState(PyObject *)
%fn _PyObject_IsFreed
%fn _PyObject_LookupSpecial
%fn int _PyObject_LookupSpecialMethod(PyObject *, _PyStackRef *)
%fn PyObject *_PyObject_MaybeCallSpecialNoArgs(PyObject *, PyObject *)
%fn PyObject *_PyObject_MaybeCallSpecialOneArg(PyObject *, PyObject *, PyObject *)
%fn PyObject *_PyType_AllocNoTrack(PyTypeObject *, Py_ssize_t)
%fn PyObject *_PyType_NewManagedObject(PyTypeObject *)
%fn void _Py_NO_RETURN(const char *, const char *)
%fn _Py_SetImmortal
%fn void _Py_SetImmortalUntracked(PyObject *)
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
