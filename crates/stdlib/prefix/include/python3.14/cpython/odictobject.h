/* Taipan's C API: cpython/odictobject.h. Made by `cargo xtask headers` from crates/capi/headers/cpython/odictobject.h. */
#ifndef Py_PYTHON_H
#  include "../Python.h"
#endif
#ifndef Py_CPYTHON_ODICTOBJECT_H
#define Py_CPYTHON_ODICTOBJECT_H
#ifndef Py_LIMITED_API
#ifdef __cplusplus
extern "C" {
#endif
/* collections.OrderedDict. */
typedef struct _odictobject PyODictObject;
PyAPI_DATA(PyTypeObject) PyODictItems_Type;
PyAPI_DATA(PyTypeObject) PyODictIter_Type;
PyAPI_DATA(PyTypeObject) PyODictKeys_Type;
PyAPI_DATA(PyTypeObject) PyODictValues_Type;
PyAPI_DATA(PyTypeObject) PyODict_Type;
/* del op[key]. */
PyAPI_FUNC(int) PyODict_DelItem(PyObject *op, PyObject *key);
/* An empty ordered dictionary; a new reference. */
PyAPI_FUNC(PyObject *) PyODict_New(void);
/* Sets the value of a key. */
PyAPI_FUNC(int) PyODict_SetItem(PyObject *op, PyObject *key, PyObject *value);
#define PyODict_Check(op) PyObject_TypeCheck((op), &PyODict_Type)
#define PyODict_CheckExact(op) Py_IS_TYPE((op), &PyODict_Type)
#define PyODict_SIZE(op) PyDict_GET_SIZE((op))
#define PyODict_GetItem(od, key) PyDict_GetItem(_PyObject_CAST(od), (key))
#define PyODict_GetItemWithError(od, key) PyDict_GetItemWithError(_PyObject_CAST(od), (key))
#define PyODict_GetItemString(od, key) PyDict_GetItemString(_PyObject_CAST(od), (key))
#define PyODict_Contains(od, key) PyDict_Contains(_PyObject_CAST(od), (key))
#define PyODict_Size(od) PyDict_Size(_PyObject_CAST(od))
#ifdef __cplusplus
}
#endif
#endif
#endif
