/* Taipan's C API: cpython/picklebufobject.h. Made by `cargo xtask headers` from crates/capi/headers/cpython/picklebufobject.h. */
#ifndef Py_PYTHON_H
#  include "../Python.h"
#endif
#ifndef Py_CPYTHON_PICKLEBUFOBJECT_H
#define Py_CPYTHON_PICKLEBUFOBJECT_H
#ifndef Py_LIMITED_API
#ifdef __cplusplus
extern "C" {
#endif
/* Buffers that pickle passes on. */
PyAPI_DATA(PyTypeObject) PyPickleBuffer_Type;
/* A buffer to go beside a pickle, over another object's; a new reference. */
PyAPI_FUNC(PyObject *) PyPickleBuffer_FromObject(PyObject *op);
/* The buffer, borrowed; null with an exception. */
PyAPI_FUNC(const Py_buffer *) PyPickleBuffer_GetBuffer(PyObject *op);
/* Gives the buffer up. */
PyAPI_FUNC(int) PyPickleBuffer_Release(PyObject *op);
#define PyPickleBuffer_Check(op) Py_IS_TYPE((op), &PyPickleBuffer_Type)
#ifdef __cplusplus
}
#endif
#endif
#endif
