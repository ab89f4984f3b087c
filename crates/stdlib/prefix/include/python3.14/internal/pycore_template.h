/* Taipan's C API: internal/pycore_template.h. Made by `cargo xtask headers` from crates/capi/headers/internal/pycore_template.h. */
#ifndef Py_PYTHON_H
#  include "../Python.h"
#endif
#ifndef Py_INTERNAL_PYCORE_TEMPLATE_H
#define Py_INTERNAL_PYCORE_TEMPLATE_H
#ifndef Py_LIMITED_API
#ifdef __cplusplus
extern "C" {
#endif
/* string.templatelib.Template. */
/* A template of t"..."; a new reference. */
PyAPI_FUNC(PyObject *) _PyTemplate_Build(PyObject *strings, PyObject *interpolations);
#ifdef __cplusplus
}
#endif
#endif
#endif
