/* Taipan's C API: internal/pycore_namespace.h. Made by `cargo xtask headers` from crates/capi/headers/internal/pycore_namespace.h. */
#ifndef Py_PYTHON_H
#  include "../Python.h"
#endif
#ifndef Py_INTERNAL_PYCORE_NAMESPACE_H
#define Py_INTERNAL_PYCORE_NAMESPACE_H
#ifndef Py_LIMITED_API
#ifdef __cplusplus
extern "C" {
#endif
/* types.SimpleNamespace. */
/* types.SimpleNamespace(**kwds); a new reference. */
PyAPI_FUNC(PyObject *) _PyNamespace_New(PyObject *kwds);
#ifdef __cplusplus
}
#endif
#endif
#endif
