/* Taipan's C API: cpython/audit.h. Made by `cargo xtask headers` from crates/capi/headers/cpython/audit.h. */
#ifndef Py_PYTHON_H
#  include "../Python.h"
#endif
#ifndef Py_CPYTHON_AUDIT_H
#define Py_CPYTHON_AUDIT_H
#ifndef Py_LIMITED_API
#ifdef __cplusplus
extern "C" {
#endif
/* Hooks of auditing. */
typedef int (*Py_AuditHookFunction)(const char *event, PyObject *args, void *userdata);
/* A C function as audit hook. */
PyAPI_FUNC(int) PySys_AddAuditHook(Py_AuditHookFunction hook, void *data);
#ifdef __cplusplus
}
#endif
#endif
#endif
