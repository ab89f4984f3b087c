/* Taipan's C API: internal/pycore_dict.h. Made by `cargo xtask headers` from crates/capi/headers/internal/pycore_dict.h. */
#ifndef Py_PYTHON_H
#  include "../Python.h"
#endif
#ifndef Py_INTERNAL_PYCORE_DICT_H
#define Py_INTERNAL_PYCORE_DICT_H
#ifndef Py_LIMITED_API
#ifdef __cplusplus
extern "C" {
#endif
/* dict. */
/* Tells the callbacks of a dictionary that it is about to change. */
PyAPI_FUNC(void) _PyDict_SendEvent(int bits, PyDict_WatchEvent event, PyDictObject *dict, PyObject *key, PyObject *value);
/* Sets the value of a key whose hash is known. */
PyAPI_FUNC(int) _PyDict_SetItem_KnownHash(PyObject *op, PyObject *key, PyObject *value, Py_hash_t hash);
/* As _PyDict_SetItem_KnownHash, with the lock that only builds without the GIL have. */
PyAPI_FUNC(int) _PyDict_SetItem_KnownHash_LockHeld(PyDictObject *op, PyObject *key, PyObject *value, Py_hash_t hash);
#ifdef __cplusplus
}
#endif
#endif
#endif
