/* Taipan's C API: genericaliasobject.h. Made by `cargo xtask headers` from crates/capi/headers/genericaliasobject.h. */
#ifndef Py_PYTHON_H
#  include "Python.h"
#endif
#ifndef Py_GENERICALIASOBJECT_H
#define Py_GENERICALIASOBJECT_H
#ifdef __cplusplus
extern "C" {
#endif
/* Types with arguments, as in list[int]. */
PyAPI_DATA(PyTypeObject) Py_GenericAliasType;
/* types.GenericAlias(origin, args); a new reference. */
PyAPI_FUNC(PyObject *) Py_GenericAlias(PyObject *origin, PyObject *args);
#ifdef __cplusplus
}
#endif
#endif
