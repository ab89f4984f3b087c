/* Taipan's C API: internal/pycore_setobject.h. Made by `cargo xtask headers` from crates/capi/headers/internal/pycore_setobject.h. */
#ifndef Py_PYTHON_H
#  include "../Python.h"
#endif
#ifndef Py_INTERNAL_PYCORE_SETOBJECT_H
#define Py_INTERNAL_PYCORE_SETOBJECT_H
#ifndef Py_LIMITED_API
#ifdef __cplusplus
extern "C" {
#endif
/* set. */
PyAPI_DATA(PyObject *) _PySet_Dummy;
/* Adds to a set; takes the reference over. */
PyAPI_FUNC(int) _PySet_AddTakeRef(PySetObject *op, PyObject *key);
/* Whether a set has a key. */
PyAPI_FUNC(int) _PySet_Contains(PySetObject *op, PyObject *key);
/* The next element at a position and its hash, borrowed: 0 at the end. */
PyAPI_FUNC(int) _PySet_NextEntry(PyObject *op, Py_ssize_t *pos, PyObject **key, Py_hash_t *hash);
/* The next element at a position and its hash; a new reference: 0 at the end. */
PyAPI_FUNC(int) _PySet_NextEntryRef(PyObject *op, Py_ssize_t *pos, PyObject **key, Py_hash_t *hash);
/* Adds the items of an iterable. */
PyAPI_FUNC(int) _PySet_Update(PyObject *op, PyObject *iterable);
#ifdef __cplusplus
}
#endif
#endif
#endif
