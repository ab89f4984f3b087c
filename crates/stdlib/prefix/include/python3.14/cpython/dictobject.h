/* Taipan's C API: cpython/dictobject.h. Made by `cargo xtask headers` from crates/capi/headers/cpython/dictobject.h. */
#ifndef Py_PYTHON_H
#  include "../Python.h"
#endif
#ifndef Py_CPYTHON_DICTOBJECT_H
#define Py_CPYTHON_DICTOBJECT_H
#ifndef Py_LIMITED_API
#ifdef __cplusplus
extern "C" {
#endif
/* dict: its size. Keys and values have a form of their own. */
typedef struct _dictkeysobject PyDictKeysObject;
typedef struct _dictvalues PyDictValues;
typedef struct {
    PyObject_HEAD
    Py_ssize_t ma_used;
    uint64_t _ma_watcher_tag;
    PyDictKeysObject *ma_keys;
    PyDictValues *ma_values;
} PyDictObject;

/* What a watcher is told. */
typedef enum {
    PyDict_EVENT_ADDED,
    PyDict_EVENT_MODIFIED,
    PyDict_EVENT_DELETED,
    PyDict_EVENT_CLONED,
    PyDict_EVENT_CLEARED,
    PyDict_EVENT_DEALLOCATED
} PyDict_WatchEvent;
#define PY_FOREACH_DICT_EVENT(V) V(ADDED) V(MODIFIED) V(DELETED) V(CLONED) V(CLEARED) V(DEALLOCATED)
typedef int (*PyDict_WatchCallback)(PyDict_WatchEvent event, PyObject *dict, PyObject *key, PyObject *new_value);
/* A callback for watched dictionaries: its number, or -1 with an exception. */
PyAPI_FUNC(int) PyDict_AddWatcher(PyDict_WatchCallback callback);
/* Takes a callback for dictionaries back. */
PyAPI_FUNC(int) PyDict_ClearWatcher(int id);
/* Whether a key is there. */
PyAPI_FUNC(int) PyDict_ContainsString(PyObject *op, const char *key);
/* The value of a key, borrowed, or null. For C strings that name identifiers. */
PyAPI_FUNC(PyObject *) _PyDict_GetItemStringWithError(PyObject *op, const char *key);
/* The value of a key whose hash is known, borrowed, or null. */
PyAPI_FUNC(PyObject *) _PyDict_GetItem_KnownHash(PyObject *op, PyObject *key, Py_hash_t hash);
/* An empty dictionary with room; a new reference. */
PyAPI_FUNC(PyObject *) _PyDict_NewPresized(Py_ssize_t n);
/* Removes a key; its value into *out (a new reference, unless null): 1, 0 (and null) or -1. */
PyAPI_FUNC(int) PyDict_Pop(PyObject *op, PyObject *key, PyObject **out);
/* Removes a key and gives its value, or a default; a new reference. */
PyAPI_FUNC(PyObject *) _PyDict_Pop(PyObject *op, PyObject *key, PyObject *default_);
/* Removes a key; its value into *out (a new reference, unless null): 1, 0 (and null) or -1. */
PyAPI_FUNC(int) PyDict_PopString(PyObject *op, const char *key, PyObject **out);
/* The value of a key, set to a default if it is not there; borrowed. */
PyAPI_FUNC(PyObject *) PyDict_SetDefault(PyObject *op, PyObject *key, PyObject *default_);
/* The value of a key into *out (a new reference, unless null), set to a default if it is not
   there: 1 if it was there, 0 if not, or -1. */
PyAPI_FUNC(int) PyDict_SetDefaultRef(PyObject *op, PyObject *key, PyObject *default_, PyObject **out);
/* A dictionary is not watched by this callback any more. */
PyAPI_FUNC(int) PyDict_Unwatch(int id, PyObject *dict);
/* A dictionary is watched by this callback from now on. */
PyAPI_FUNC(int) PyDict_Watch(int id, PyObject *dict);
static inline Py_ssize_t PyDict_GET_SIZE(PyObject *op)
{
    assert(PyDict_Check(op));
    return _Py_CAST(PyDictObject *, op)->ma_used;
}
#define PyDict_GET_SIZE(op) PyDict_GET_SIZE(_PyObject_CAST(op))
#ifdef __cplusplus
}
#endif
#endif
#endif
