/* Taipan's C API: cpython/listobject.h. Made by `cargo xtask headers` from crates/capi/headers/cpython/listobject.h. */
#ifndef Py_PYTHON_H
#  include "../Python.h"
#endif
#ifndef Py_CPYTHON_LISTOBJECT_H
#define Py_CPYTHON_LISTOBJECT_H
#ifndef Py_LIMITED_API
#ifdef __cplusplus
extern "C" {
#endif
/* list: its items. */
typedef struct {
    PyObject_VAR_HEAD
    PyObject **ob_item;
    Py_ssize_t allocated;
} PyListObject;
#define _PyList_CAST(op) (assert(PyList_Check(op)), _Py_CAST(PyListObject *, (op)))
static inline Py_ssize_t PyList_GET_SIZE(PyObject *op)
{
    return Py_SIZE(_PyList_CAST(op));
}
#define PyList_GET_SIZE(op) PyList_GET_SIZE(_PyObject_CAST(op))
#define PyList_GET_ITEM(op, index) (_PyList_CAST(op)->ob_item[(index)])
/* Fills a new list: the reference is taken over, an old item is not given up. */
static inline void PyList_SET_ITEM(PyObject *op, Py_ssize_t index, PyObject *value)
{
    assert(index >= 0 && index < _PyList_CAST(op)->allocated);
    _PyList_CAST(op)->ob_item[index] = value;
}
#define PyList_SET_ITEM(op, index, value) PyList_SET_ITEM(_PyObject_CAST(op), (index), _PyObject_CAST(value))
/* Removes all items. */
PyAPI_FUNC(int) PyList_Clear(PyObject *op);
/* Appends the items of an iterable. */
PyAPI_FUNC(int) PyList_Extend(PyObject *op, PyObject *iterable);
#ifdef __cplusplus
}
#endif
#endif
#endif
