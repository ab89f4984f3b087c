/* Taipan's C API: iterobject.h. Made by `cargo xtask headers` from crates/capi/headers/iterobject.h. */
#ifndef Py_PYTHON_H
#  include "Python.h"
#endif
#ifndef Py_ITEROBJECT_H
#define Py_ITEROBJECT_H
#ifdef __cplusplus
extern "C" {
#endif
/* Iterators over sequences, and by calling. */
PyAPI_DATA(PyTypeObject) PyCallIter_Type;
PyAPI_DATA(PyTypeObject) PySeqIter_Type;
/* iter(callable, sentinel); a new reference. */
PyAPI_FUNC(PyObject *) PyCallIter_New(PyObject *callable, PyObject *sentinel);
/* An iterator by index; a new reference. */
PyAPI_FUNC(PyObject *) PySeqIter_New(PyObject *op);
#define PySeqIter_Check(op) Py_IS_TYPE((op), &PySeqIter_Type)
#define PyCallIter_Check(op) Py_IS_TYPE((op), &PyCallIter_Type)
#ifdef __cplusplus
}
#endif
#endif
