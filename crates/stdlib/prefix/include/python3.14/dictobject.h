/* Taipan's C API: dictobject.h. Made by `cargo xtask headers` from crates/capi/headers/dictobject.h. */
#ifndef Py_PYTHON_H
#  include "Python.h"
#endif
#ifndef Py_DICTOBJECT_H
#define Py_DICTOBJECT_H
#ifdef __cplusplus
extern "C" {
#endif
/* dict. */
PyAPI_DATA(PyTypeObject) PyDictItems_Type;
PyAPI_DATA(PyTypeObject) PyDictIterItem_Type;
PyAPI_DATA(PyTypeObject) PyDictIterKey_Type;
PyAPI_DATA(PyTypeObject) PyDictIterValue_Type;
PyAPI_DATA(PyTypeObject) PyDictKeys_Type;
PyAPI_DATA(PyTypeObject) PyDictRevIterItem_Type;
PyAPI_DATA(PyTypeObject) PyDictRevIterKey_Type;
PyAPI_DATA(PyTypeObject) PyDictRevIterValue_Type;
PyAPI_DATA(PyTypeObject) PyDictValues_Type;
PyAPI_DATA(PyTypeObject) PyDict_Type;
/* Removes all keys. */
PyAPI_FUNC(void) PyDict_Clear(PyObject *op);
/* Whether a key is there. */
PyAPI_FUNC(int) PyDict_Contains(PyObject *op, PyObject *key);
/* A copy; a new reference. */
PyAPI_FUNC(PyObject *) PyDict_Copy(PyObject *op);
/* Removes a key. */
PyAPI_FUNC(int) PyDict_DelItem(PyObject *op, PyObject *key);
/* Removes a key. */
PyAPI_FUNC(int) PyDict_DelItemString(PyObject *op, const char *key);
/* The value of a key, borrowed, or null; errors are reported as unraisable. */
PyAPI_FUNC(PyObject *) PyDict_GetItem(PyObject *op, PyObject *key);
/* The value of a key, borrowed, or null; errors are reported as unraisable. */
PyAPI_FUNC(PyObject *) PyDict_GetItemString(PyObject *op, const char *key);
/* The value of a key, borrowed, or null: with an exception on errors only. */
PyAPI_FUNC(PyObject *) PyDict_GetItemWithError(PyObject *op, PyObject *key);
/* A list of the pairs; a new reference. */
PyAPI_FUNC(PyObject *) PyDict_Items(PyObject *op);
/* A list of the keys; a new reference. */
PyAPI_FUNC(PyObject *) PyDict_Keys(PyObject *op);
/* Takes over what another mapping holds, or only what is not there. */
PyAPI_FUNC(int) PyDict_Merge(PyObject *op, PyObject *other, int overwrite);
/* Takes over pairs. */
PyAPI_FUNC(int) PyDict_MergeFromSeq2(PyObject *op, PyObject *pairs, int overwrite);
/* An empty dictionary; a new reference. */
PyAPI_FUNC(PyObject *) PyDict_New(void);
/* The next pair at a position, borrowed: 0 at the end. */
PyAPI_FUNC(int) PyDict_Next(PyObject *op, Py_ssize_t *pos, PyObject **key, PyObject **value);
/* Sets the value of a key. */
PyAPI_FUNC(int) PyDict_SetItem(PyObject *op, PyObject *key, PyObject *value);
/* Sets the value of a key. */
PyAPI_FUNC(int) PyDict_SetItemString(PyObject *op, const char *key, PyObject *value);
/* How many keys. */
PyAPI_FUNC(Py_ssize_t) PyDict_Size(PyObject *op);
/* Takes over what another mapping holds. */
PyAPI_FUNC(int) PyDict_Update(PyObject *op, PyObject *other);
/* A list of the values; a new reference. */
PyAPI_FUNC(PyObject *) PyDict_Values(PyObject *op);
#if !defined(Py_LIMITED_API) || Py_LIMITED_API+0 >= 0x030a0000
/* __dict__ as a getter; a new reference. */
PyAPI_FUNC(PyObject *) PyObject_GenericGetDict(PyObject *op, void *context);
#endif
#if !defined(Py_LIMITED_API) || Py_LIMITED_API+0 >= 0x030d0000
/* The value of a key into *out (a new reference): 1, 0 (and null) or -1. */
PyAPI_FUNC(int) PyDict_GetItemRef(PyObject *op, PyObject *key, PyObject **out);
/* The value of a key into *out (a new reference): 1, 0 (and null) or -1. */
PyAPI_FUNC(int) PyDict_GetItemStringRef(PyObject *op, const char *key, PyObject **out);
#endif
#define PyDict_Check(op) PyType_FastSubclass(Py_TYPE(op), Py_TPFLAGS_DICT_SUBCLASS)
#define PyDict_CheckExact(op) Py_IS_TYPE((op), &PyDict_Type)
#define PyDictKeys_Check(op) PyObject_TypeCheck((op), &PyDictKeys_Type)
#define PyDictValues_Check(op) PyObject_TypeCheck((op), &PyDictValues_Type)
#define PyDictItems_Check(op) PyObject_TypeCheck((op), &PyDictItems_Type)
/* The views that are sets. */
#define PyDictViewSet_Check(op) (PyDictKeys_Check(op) || PyDictItems_Check(op))
#ifndef Py_LIMITED_API
#include "cpython/dictobject.h"
#endif
#ifdef __cplusplus
}
#endif
#endif
