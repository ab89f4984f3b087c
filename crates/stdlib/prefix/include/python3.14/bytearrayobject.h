/* Taipan's C API: bytearrayobject.h. Made by `cargo xtask headers` from crates/capi/headers/bytearrayobject.h. */
#ifndef Py_PYTHON_H
#  include "Python.h"
#endif
#ifndef Py_BYTEARRAYOBJECT_H
#define Py_BYTEARRAYOBJECT_H
#ifdef __cplusplus
extern "C" {
#endif
/* bytearray. */
PyAPI_DATA(PyTypeObject) PyByteArrayIter_Type;
PyAPI_DATA(PyTypeObject) PyByteArray_Type;
/* The bytes, borrowed until the bytearray changes. */
PyAPI_FUNC(char *) PyByteArray_AsString(PyObject *op);
/* a + b as a bytearray; a new reference. */
PyAPI_FUNC(PyObject *) PyByteArray_Concat(PyObject *a, PyObject *b);
/* A bytearray from what exports a buffer or can be iterated over; a new reference. */
PyAPI_FUNC(PyObject *) PyByteArray_FromObject(PyObject *op);
/* A bytearray, of undefined bytes for null; a new reference. */
PyAPI_FUNC(PyObject *) PyByteArray_FromStringAndSize(const char *s, Py_ssize_t n);
/* Changes the length. */
PyAPI_FUNC(int) PyByteArray_Resize(PyObject *op, Py_ssize_t n);
/* How many bytes. */
PyAPI_FUNC(Py_ssize_t) PyByteArray_Size(PyObject *op);
#define PyByteArray_Check(self) PyObject_TypeCheck((self), &PyByteArray_Type)
#define PyByteArray_CheckExact(self) Py_IS_TYPE((self), &PyByteArray_Type)
#ifndef Py_LIMITED_API
#include "cpython/bytearrayobject.h"
#endif
#ifdef __cplusplus
}
#endif
#endif
