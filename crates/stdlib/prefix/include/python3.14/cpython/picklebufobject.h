/* Taipan's C API: cpython/picklebufobject.h. Made by `cargo xtask headers` from crates/capi/headers/cpython/picklebufobject.h. */
#ifndef Py_PYTHON_H
#  include "../Python.h"
#endif
#ifndef Py_CPYTHON_PICKLEBUFOBJECT_H
#define Py_CPYTHON_PICKLEBUFOBJECT_H
#ifndef Py_LIMITED_API
#ifdef __cplusplus
extern "C" {
#endif
/* Buffers that pickle passes on. */
#define PyPickleBuffer_Check(op) Py_IS_TYPE((op), &PyPickleBuffer_Type)
#ifdef __cplusplus
}
#endif
#endif
#endif
