/* Taipan's C API: memoryobject.h. Made by `cargo xtask headers` from crates/capi/headers/memoryobject.h. */
#ifndef Py_PYTHON_H
#  include "Python.h"
#endif
#ifndef Py_MEMORYOBJECT_H
#define Py_MEMORYOBJECT_H
#ifdef __cplusplus
extern "C" {
#endif
/* memoryview. */
PyAPI_DATA(PyTypeObject) PyMemoryView_Type;
/* memoryview(op); a new reference. */
PyAPI_FUNC(PyObject *) PyMemoryView_FromObject(PyObject *op);
/* A memoryview of contiguous memory: of the object itself, or of a copy. A new reference. */
PyAPI_FUNC(PyObject *) PyMemoryView_GetContiguous(PyObject *op, int kind, char order);
#if !defined(Py_LIMITED_API) || Py_LIMITED_API+0 >= 0x03030000
/* A memoryview of plain memory; a new reference. */
PyAPI_FUNC(PyObject *) PyMemoryView_FromMemory(char *data, Py_ssize_t n, int flags);
#endif
#if !defined(Py_LIMITED_API) || Py_LIMITED_API+0 >= 0x030b0000
/* A memoryview of a view that somebody else releases; a new reference. */
PyAPI_FUNC(PyObject *) PyMemoryView_FromBuffer(const Py_buffer *view);
#endif
#define PyMemoryView_Check(op) Py_IS_TYPE((op), &PyMemoryView_Type)
#ifndef Py_LIMITED_API
#include "cpython/memoryobject.h"
#endif
#ifdef __cplusplus
}
#endif
#endif
