/* Taipan's C API: listobject.h. Made by `cargo xtask headers` from crates/capi/headers/listobject.h. */
#ifndef Py_PYTHON_H
#  include "Python.h"
#endif
#ifndef Py_LISTOBJECT_H
#define Py_LISTOBJECT_H
#ifdef __cplusplus
extern "C" {
#endif
/* list. */
PyAPI_DATA(PyTypeObject) PyListIter_Type;
PyAPI_DATA(PyTypeObject) PyListRevIter_Type;
PyAPI_DATA(PyTypeObject) PyList_Type;
/* Appends an item. */
PyAPI_FUNC(int) PyList_Append(PyObject *op, PyObject *item);
/* tuple(op); a new reference. */
PyAPI_FUNC(PyObject *) PyList_AsTuple(PyObject *op);
/* An item, borrowed. */
PyAPI_FUNC(PyObject *) PyList_GetItem(PyObject *op, Py_ssize_t i);
/* op[low:high]; a new reference. */
PyAPI_FUNC(PyObject *) PyList_GetSlice(PyObject *op, Py_ssize_t low, Py_ssize_t high);
/* Inserts an item before an index. */
PyAPI_FUNC(int) PyList_Insert(PyObject *op, Py_ssize_t i, PyObject *item);
/* A list of null items, which C fills in; a new reference. */
PyAPI_FUNC(PyObject *) PyList_New(Py_ssize_t n);
/* op.reverse(). */
PyAPI_FUNC(int) PyList_Reverse(PyObject *op);
/* Sets an item; takes the reference over, also on errors. */
PyAPI_FUNC(int) PyList_SetItem(PyObject *op, Py_ssize_t i, PyObject *item);
/* op[low:high] = items, or del op[low:high] for null. */
PyAPI_FUNC(int) PyList_SetSlice(PyObject *op, Py_ssize_t low, Py_ssize_t high, PyObject *items);
/* How many items. */
PyAPI_FUNC(Py_ssize_t) PyList_Size(PyObject *op);
/* op.sort(). Not by a call, which would find fault with an exception that the caller has left
   set. */
PyAPI_FUNC(int) PyList_Sort(PyObject *op);
#if !defined(Py_LIMITED_API) || Py_LIMITED_API+0 >= 0x030d0000
/* An item; a new reference. */
PyAPI_FUNC(PyObject *) PyList_GetItemRef(PyObject *op, Py_ssize_t i);
#endif
#define PyList_Check(op) PyType_FastSubclass(Py_TYPE(op), Py_TPFLAGS_LIST_SUBCLASS)
#define PyList_CheckExact(op) Py_IS_TYPE((op), &PyList_Type)
#ifndef Py_LIMITED_API
#include "cpython/listobject.h"
#endif
#ifdef __cplusplus
}
#endif
#endif
