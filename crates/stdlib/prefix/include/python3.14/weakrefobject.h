/* Taipan's C API: weakrefobject.h. Made by `cargo xtask headers` from crates/capi/headers/weakrefobject.h. */
#ifndef Py_PYTHON_H
#  include "Python.h"
#endif
#ifndef Py_WEAKREFOBJECT_H
#define Py_WEAKREFOBJECT_H
#ifdef __cplusplus
extern "C" {
#endif
/* Weak references. */
typedef struct _PyWeakReference PyWeakReference;
PyAPI_DATA(PyTypeObject) _PyWeakref_CallableProxyType;
PyAPI_DATA(PyTypeObject) _PyWeakref_ProxyType;
PyAPI_DATA(PyTypeObject) _PyWeakref_RefType;
/* The referent, borrowed, or None. */
PyAPI_FUNC(PyObject *) PyWeakref_GetObject(PyObject *op);
/* weakref.proxy(op, callback); a new reference. */
PyAPI_FUNC(PyObject *) PyWeakref_NewProxy(PyObject *op, PyObject *callback);
/* weakref.ref(op, callback); a new reference. */
PyAPI_FUNC(PyObject *) PyWeakref_NewRef(PyObject *op, PyObject *callback);
#if !defined(Py_LIMITED_API) || Py_LIMITED_API+0 >= 0x030d0000
/* The referent into *out (a new reference): 1, 0 (and null) if it is dead, or -1. */
PyAPI_FUNC(int) PyWeakref_GetRef(PyObject *op, PyObject **out);
#endif
#define PyWeakref_CheckRef(op) PyObject_TypeCheck((op), &_PyWeakref_RefType)
#define PyWeakref_CheckRefExact(op) Py_IS_TYPE((op), &_PyWeakref_RefType)
#define PyWeakref_CheckProxy(op) \
    (Py_IS_TYPE((op), &_PyWeakref_ProxyType) || Py_IS_TYPE((op), &_PyWeakref_CallableProxyType))
#define PyWeakref_Check(op) (PyWeakref_CheckRef(op) || PyWeakref_CheckProxy(op))
#ifndef Py_LIMITED_API
#include "cpython/weakrefobject.h"
#endif
#ifdef __cplusplus
}
#endif
#endif
