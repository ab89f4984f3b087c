/* Taipan's C API: internal/pycore_tuple.h. Made by `cargo xtask headers` from crates/capi/headers/internal/pycore_tuple.h. */
#ifndef Py_PYTHON_H
#  include "../Python.h"
#endif
#ifndef Py_INTERNAL_PYCORE_TUPLE_H
#define Py_INTERNAL_PYCORE_TUPLE_H
#ifndef Py_LIMITED_API
#ifdef __cplusplus
extern "C" {
#endif
/* tuple. */
/* A tuple from an array; a new reference. The old name. */
PyAPI_FUNC(PyObject *) _PyTuple_FromArray(PyObject *const *items, Py_ssize_t n);
/* A tuple of an array whose references it takes over; a new reference. */
PyAPI_FUNC(PyObject *) _PyTuple_FromArraySteal(PyObject *const *items, Py_ssize_t n);
#ifdef __cplusplus
}
#endif
#endif
#endif
