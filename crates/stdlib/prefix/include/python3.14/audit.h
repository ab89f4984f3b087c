/* Taipan's C API: audit.h. Made by `cargo xtask headers` from crates/capi/headers/audit.h. */
#ifndef Py_PYTHON_H
#  include "Python.h"
#endif
#ifndef Py_AUDIT_H
#define Py_AUDIT_H
#ifdef __cplusplus
extern "C" {
#endif
/* Auditing events. */
#if !defined(Py_LIMITED_API) || Py_LIMITED_API+0 >= 0x030d0000
/* Runs audit hooks with arguments built as by Py_BuildValue. */
PyAPI_FUNC(int) PySys_Audit(const char *event, const char *format, ...);
/* Runs audit hooks with a tuple of arguments or null. */
PyAPI_FUNC(int) PySys_AuditTuple(const char *event, PyObject *args);
#endif
#ifndef Py_LIMITED_API
#include "cpython/audit.h"
#endif
#ifdef __cplusplus
}
#endif
#endif
