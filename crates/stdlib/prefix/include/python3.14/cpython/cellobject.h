/* Taipan's C API: cpython/cellobject.h. Made by `cargo xtask headers` from crates/capi/headers/cpython/cellobject.h. */
#ifndef Py_PYTHON_H
#  include "../Python.h"
#endif
#ifndef Py_CPYTHON_CELLOBJECT_H
#define Py_CPYTHON_CELLOBJECT_H
#ifndef Py_LIMITED_API
#ifdef __cplusplus
extern "C" {
#endif
/* Cells: variables that functions share. */
typedef struct {
    PyObject_HEAD
    PyObject *ob_ref;
} PyCellObject;
PyAPI_DATA(PyTypeObject) PyCell_Type;
/* What a cell holds; a new reference, or null. */
PyAPI_FUNC(PyObject *) PyCell_Get(PyObject *op);
/* A cell; a new reference. */
PyAPI_FUNC(PyObject *) PyCell_New(PyObject *value);
/* Sets what a cell holds; the reference stays the caller's. */
PyAPI_FUNC(int) PyCell_Set(PyObject *op, PyObject *value);
#define PyCell_Check(op) Py_IS_TYPE((op), &PyCell_Type)
/* Borrowed; null when the cell is empty. */
static inline PyObject *PyCell_GET(PyObject *op)
{
    assert(PyCell_Check(op));
    return _Py_CAST(PyCellObject *, op)->ob_ref;
}
#define PyCell_GET(op) PyCell_GET(_PyObject_CAST(op))
/* Takes the reference over and does not give the old one up. */
static inline void PyCell_SET(PyObject *op, PyObject *value)
{
    assert(PyCell_Check(op));
    _Py_CAST(PyCellObject *, op)->ob_ref = value;
}
#define PyCell_SET(op, value) PyCell_SET(_PyObject_CAST(op), (value))
#ifdef __cplusplus
}
#endif
#endif
#endif
