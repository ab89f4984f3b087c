/* Taipan's C API: internal/pycore_list.h. Made by `cargo xtask headers` from crates/capi/headers/internal/pycore_list.h. */
#ifndef Py_PYTHON_H
#  include "../Python.h"
#endif
#ifndef Py_INTERNAL_PYCORE_LIST_H
#define Py_INTERNAL_PYCORE_LIST_H
#ifndef Py_LIMITED_API
#ifdef __cplusplus
extern "C" {
#endif
/* list. */
/* Appends; takes the reference over. */
PyAPI_FUNC(int) _PyList_AppendTakeRefListResize(PyListObject *op, PyObject *item);
/* A tuple of the items of a list, which is empty afterwards; a new reference. */
PyAPI_FUNC(PyObject *) _PyList_AsTupleAndClear(PyListObject *op);
/* As PyList_Extend; None, or null with an exception. A new reference. */
PyAPI_FUNC(PyObject *) _PyList_Extend(PyListObject *op, PyObject *iterable);
#ifdef __cplusplus
}
#endif
#endif
#endif
