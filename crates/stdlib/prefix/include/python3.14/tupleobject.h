/* Taipan's C API: tupleobject.h. Made by `cargo xtask headers` from crates/capi/headers/tupleobject.h. */
#ifndef Py_PYTHON_H
#  include "Python.h"
#endif
#ifndef Py_TUPLEOBJECT_H
#define Py_TUPLEOBJECT_H
#ifdef __cplusplus
extern "C" {
#endif
/* tuple. */
PyAPI_DATA(PyTypeObject) PyTupleIter_Type;
PyAPI_DATA(PyTypeObject) PyTuple_Type;
/* An item, borrowed. */
PyAPI_FUNC(PyObject *) PyTuple_GetItem(PyObject *op, Py_ssize_t i);
/* op[low:high]; a new reference. */
PyAPI_FUNC(PyObject *) PyTuple_GetSlice(PyObject *op, Py_ssize_t low, Py_ssize_t high);
/* A tuple of null items, which C fills in; a new reference. */
PyAPI_FUNC(PyObject *) PyTuple_New(Py_ssize_t n);
/* A tuple of so many objects; a new reference. */
PyAPI_FUNC(PyObject *) PyTuple_Pack(Py_ssize_t n, ...);
/* Sets an item of a tuple that nobody else has; takes the reference over, also on errors. */
PyAPI_FUNC(int) PyTuple_SetItem(PyObject *op, Py_ssize_t i, PyObject *item);
/* How many items. */
PyAPI_FUNC(Py_ssize_t) PyTuple_Size(PyObject *op);
#define PyTuple_Check(op) PyType_FastSubclass(Py_TYPE(op), Py_TPFLAGS_TUPLE_SUBCLASS)
#define PyTuple_CheckExact(op) Py_IS_TYPE((op), &PyTuple_Type)
#ifndef Py_LIMITED_API
#include "cpython/tupleobject.h"
#endif
#ifdef __cplusplus
}
#endif
#endif
