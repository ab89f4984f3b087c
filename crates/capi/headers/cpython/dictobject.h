/* dict: its size. Keys and values have a form of their own. */
typedef struct _dictkeysobject PyDictKeysObject;
typedef struct _dictvalues PyDictValues;
%struct PyDictObject | ma_keys: PyDictKeysObject *ma_keys; ma_values: PyDictValues *ma_values

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
%fn int PyDict_AddWatcher(PyDict_WatchCallback)
%fn int PyDict_ClearWatcher(int)
%fn PyDict_ContainsString
%fn _PyDict_GetItemStringWithError
%fn PyObject *_PyDict_GetItem_KnownHash(PyObject *, PyObject *, Py_hash_t)
%fn _PyDict_NewPresized
%fn PyDict_Pop
%fn _PyDict_Pop
%fn PyDict_PopString
%fn PyDict_SetDefault
%fn PyDict_SetDefaultRef
%fn PyDict_Unwatch
%fn PyDict_Watch
static inline Py_ssize_t PyDict_GET_SIZE(PyObject *op)
{
    assert(PyDict_Check(op));
    return _Py_CAST(PyDictObject *, op)->ma_used;
}
%cast PyDict_GET_SIZE(op)
