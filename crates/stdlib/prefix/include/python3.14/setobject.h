/* Taipan's C API: setobject.h. Made by `cargo xtask headers` from crates/capi/headers/setobject.h. */
#ifndef Py_PYTHON_H
#  include "Python.h"
#endif
#ifndef Py_SETOBJECT_H
#define Py_SETOBJECT_H
#ifdef __cplusplus
extern "C" {
#endif
/* set and frozenset. */
PyAPI_DATA(PyTypeObject) PyFrozenSet_Type;
PyAPI_DATA(PyTypeObject) PySetIter_Type;
PyAPI_DATA(PyTypeObject) PySet_Type;
/* frozenset(iterable), empty for null; a new reference. */
PyAPI_FUNC(PyObject *) PyFrozenSet_New(PyObject *iterable);
/* Adds an element, to a frozenset only while nobody else has it. */
PyAPI_FUNC(int) PySet_Add(PyObject *op, PyObject *key);
/* Removes all elements. */
PyAPI_FUNC(int) PySet_Clear(PyObject *op);
/* Whether an element is there. */
PyAPI_FUNC(int) PySet_Contains(PyObject *op, PyObject *key);
/* Removes an element: 1 if it was there, 0 if not. */
PyAPI_FUNC(int) PySet_Discard(PyObject *op, PyObject *key);
/* set(iterable), empty for null; a new reference. */
PyAPI_FUNC(PyObject *) PySet_New(PyObject *iterable);
/* Removes any element; a new reference. */
PyAPI_FUNC(PyObject *) PySet_Pop(PyObject *op);
/* How many elements. */
PyAPI_FUNC(Py_ssize_t) PySet_Size(PyObject *op);
#define PySet_Check(ob) (Py_IS_TYPE((ob), &PySet_Type) || PyType_IsSubtype(Py_TYPE(ob), &PySet_Type))
#define PySet_CheckExact(ob) Py_IS_TYPE((ob), &PySet_Type)
#define PyFrozenSet_Check(ob) \
    (Py_IS_TYPE((ob), &PyFrozenSet_Type) || PyType_IsSubtype(Py_TYPE(ob), &PyFrozenSet_Type))
#define PyFrozenSet_CheckExact(ob) Py_IS_TYPE((ob), &PyFrozenSet_Type)
#define PyAnySet_Check(ob) (PySet_Check(ob) || PyFrozenSet_Check(ob))
#define PyAnySet_CheckExact(ob) (PySet_CheckExact(ob) || PyFrozenSet_CheckExact(ob))
#ifndef Py_LIMITED_API
#include "cpython/setobject.h"
#endif
#ifdef __cplusplus
}
#endif
#endif
