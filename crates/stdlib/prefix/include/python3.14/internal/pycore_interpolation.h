/* Taipan's C API: internal/pycore_interpolation.h. Made by `cargo xtask headers` from crates/capi/headers/internal/pycore_interpolation.h. */
#ifndef Py_PYTHON_H
#  include "../Python.h"
#endif
#ifndef Py_INTERNAL_PYCORE_INTERPOLATION_H
#define Py_INTERNAL_PYCORE_INTERPOLATION_H
#ifndef Py_LIMITED_API
#ifdef __cplusplus
extern "C" {
#endif
/* string.templatelib.Interpolation. */
/* An interpolation of t"..."; a new reference. */
PyAPI_FUNC(PyObject *) _PyInterpolation_Build(PyObject *value, PyObject *text, int conversion, PyObject *spec);
#ifdef __cplusplus
}
#endif
#endif
#endif
