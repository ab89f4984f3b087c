/* Taipan's C API: exports.h. Made by `cargo xtask headers` from crates/capi/headers/exports.h. */
#ifndef Py_PYTHON_H
#  include "Python.h"
#endif
#ifndef Py_EXPORTS_H
#define Py_EXPORTS_H
#ifdef __cplusplus
extern "C" {
#endif
/* How names are shared between the executable and extension modules. */
#define Py_IMPORTED_SYMBOL __attribute__((visibility("default")))
#define Py_EXPORTED_SYMBOL __attribute__((visibility("default")))
#define Py_LOCAL_SYMBOL __attribute__((visibility("hidden")))

#ifndef PyAPI_FUNC
#  define PyAPI_FUNC(type) Py_IMPORTED_SYMBOL type
#endif
#ifndef PyAPI_DATA
#  define PyAPI_DATA(type) extern Py_IMPORTED_SYMBOL type
#endif
/* What declares PyInit_NAME, the function that makes a module. */
#ifndef PyMODINIT_FUNC
#  ifdef __cplusplus
#    define PyMODINIT_FUNC extern "C" Py_EXPORTED_SYMBOL PyObject *
#  else
#    define PyMODINIT_FUNC Py_EXPORTED_SYMBOL PyObject *
#  endif
#endif
#ifdef __cplusplus
}
#endif
#endif
