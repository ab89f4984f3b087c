/* Taipan's C API: internal/pycore_floatobject.h. Made by `cargo xtask headers` from crates/capi/headers/internal/pycore_floatobject.h. */
#ifndef Py_PYTHON_H
#  include "../Python.h"
#endif
#ifndef Py_INTERNAL_PYCORE_FLOATOBJECT_H
#define Py_INTERNAL_PYCORE_FLOATOBJECT_H
#ifndef Py_LIMITED_API
#ifdef __cplusplus
extern "C" {
#endif
/* float. */
/* Frees a float that is dead and exactly a float. */
PyAPI_FUNC(void) _PyFloat_ExactDealloc(PyObject *op);
#ifdef __cplusplus
}
#endif
#endif
#endif
