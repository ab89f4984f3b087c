/* Taipan's C API: monitoring.h. Made by `cargo xtask headers` from crates/capi/headers/monitoring.h. */
#ifndef Py_PYTHON_H
#  include "Python.h"
#endif
#ifndef Py_MONITORING_H
#define Py_MONITORING_H
#ifdef __cplusplus
extern "C" {
#endif
/* Events of native code for sys.monitoring. */
#ifndef Py_LIMITED_API
#include "cpython/monitoring.h"
#endif
#ifdef __cplusplus
}
#endif
#endif
