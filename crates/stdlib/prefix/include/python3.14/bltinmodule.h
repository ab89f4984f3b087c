/* Taipan's C API: bltinmodule.h. Made by `cargo xtask headers` from crates/capi/headers/bltinmodule.h. */
#ifndef Py_PYTHON_H
#  include "Python.h"
#endif
#ifndef Py_BLTINMODULE_H
#define Py_BLTINMODULE_H
#ifdef __cplusplus
extern "C" {
#endif
/* Types that only builtins has. */
PyAPI_DATA(PyTypeObject) PyFilter_Type;
PyAPI_DATA(PyTypeObject) PyMap_Type;
PyAPI_DATA(PyTypeObject) PyZip_Type;
#ifdef __cplusplus
}
#endif
#endif
