/* Taipan's C API: rangeobject.h. Made by `cargo xtask headers` from crates/capi/headers/rangeobject.h. */
#ifndef Py_PYTHON_H
#  include "Python.h"
#endif
#ifndef Py_RANGEOBJECT_H
#define Py_RANGEOBJECT_H
#ifdef __cplusplus
extern "C" {
#endif
/* range. */
PyAPI_DATA(PyTypeObject) PyLongRangeIter_Type;
PyAPI_DATA(PyTypeObject) PyRangeIter_Type;
PyAPI_DATA(PyTypeObject) PyRange_Type;
#define PyRange_Check(op) Py_IS_TYPE((op), &PyRange_Type)
#ifdef __cplusplus
}
#endif
#endif
