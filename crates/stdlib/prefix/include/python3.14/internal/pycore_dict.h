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
/* del dict[key] if the value is as the predicate wants it: 1, or 0 if it stays. */
PyAPI_FUNC(int) _PyDict_DelItemIf(PyObject *op, PyObject *key, int (*predicate)(PyObject *value, void *arg), void *arg);
/* del dict[key] with the hash known. */
PyAPI_FUNC(int) _PyDict_DelItem_KnownHash(PyObject *op, PyObject *key, Py_hash_t hash);
/* A dictionary of keys and values that stand in arrays so many words apart; a new reference. */
PyAPI_FUNC(PyObject *) _PyDict_FromItems(PyObject *const *keys, Py_ssize_t keys_offset, PyObject *const *values, Py_ssize_t values_offset, Py_ssize_t n);
/* The value of a key whose hash is known into *out (a new reference): 1, 0 (and null) or -1. */
PyAPI_FUNC(int) _PyDict_GetItemRef_KnownHash_LockHeld(PyDictObject *op, PyObject *key, Py_hash_t hash, PyObject **out);
/* A global or builtin name; a new reference, or null without an exception. */
PyAPI_FUNC(PyObject *) _PyDict_LoadGlobal(PyDictObject *globals, PyDictObject *builtins, PyObject *key);
/* Merges a mapping into a dictionary: with 0 keys stay, with 1 they are replaced, with 2 they
   raise KeyError. */
PyAPI_FUNC(int) _PyDict_MergeEx(PyObject *op, PyObject *other, int replace);
/* Tells the callbacks of a dictionary that it is about to change. */
PyAPI_FUNC(void) _PyDict_SendEvent(int bits, PyDict_WatchEvent event, PyDictObject *dict, PyObject *key, PyObject *value);
/* Sets the value of a key whose hash is known. */
PyAPI_FUNC(int) _PyDict_SetItem_KnownHash(PyObject *op, PyObject *key, PyObject *value, Py_hash_t hash);
/* As _PyDict_SetItem_KnownHash, with the lock that only builds without the GIL have. */
PyAPI_FUNC(int) _PyDict_SetItem_KnownHash_LockHeld(PyDictObject *op, PyObject *key, PyObject *value, Py_hash_t hash);
/* Sets an item; takes over both references. */
PyAPI_FUNC(int) _PyDict_SetItem_Take2(PyDictObject *op, PyObject *key, PyObject *value);
/* How many bytes a dictionary takes. */
PyAPI_FUNC(Py_ssize_t) _PyDict_SizeOf(PyDictObject *op);
#ifdef __cplusplus
}
#endif
#endif
#endif
