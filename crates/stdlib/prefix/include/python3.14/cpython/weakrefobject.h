/* Taipan's C API: cpython/weakrefobject.h. Made by `cargo xtask headers` from crates/capi/headers/cpython/weakrefobject.h. */
#ifndef Py_PYTHON_H
#  include "../Python.h"
#endif
#ifndef Py_CPYTHON_WEAKREFOBJECT_H
#define Py_CPYTHON_WEAKREFOBJECT_H
#ifndef Py_LIMITED_API
#ifdef __cplusplus
extern "C" {
#endif
/* Weak references: their fields. */
struct _PyWeakReference {
    PyObject_HEAD
    PyObject *wr_object;
    PyObject *wr_callback;
    Py_hash_t hash;
    PyWeakReference *wr_prev;
    PyWeakReference *wr_next;
    vectorcallfunc vectorcall;
};
/* Makes a weak reference dead. */
PyAPI_FUNC(void) _PyWeakref_ClearRef(PyWeakReference *op);
/* Whether the referent is dead. */
PyAPI_FUNC(int) PyWeakref_IsDead(PyObject *op);
#define _PyWeakref_CAST(op) (assert(PyWeakref_Check(op)), _Py_CAST(PyWeakReference *, (op)))
/* Borrowed from nobody: PyWeakref_GetRef gives a reference that lasts. */
Py_DEPRECATED(3.13) static inline PyObject *PyWeakref_GET_OBJECT(PyObject *ref)
{
    PyObject *op = _PyWeakref_CAST(ref)->wr_object;
    return Py_REFCNT(op) > 0 ? op : Py_None;
}
#define PyWeakref_GET_OBJECT(ref) PyWeakref_GET_OBJECT(_PyObject_CAST(ref))
#ifdef __cplusplus
}
#endif
#endif
#endif
