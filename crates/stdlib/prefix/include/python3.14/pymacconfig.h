/* Taipan's C API: pymacconfig.h. Made by `cargo xtask headers` from crates/capi/headers/pymacconfig.h. */
#ifndef Py_PYTHON_H
#  include "Python.h"
#endif
#ifndef Py_PYMACCONFIG_H
#define Py_PYMACCONFIG_H
#ifdef __cplusplus
extern "C" {
#endif
/* Settings of macOS, which this is not. */
#ifdef __cplusplus
}
#endif
#endif
