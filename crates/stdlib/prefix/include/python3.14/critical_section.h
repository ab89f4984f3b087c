/* Taipan's C API: critical_section.h. Made by `cargo xtask headers` from crates/capi/headers/critical_section.h. */
#ifndef Py_PYTHON_H
#  include "Python.h"
#endif
#ifndef Py_CRITICAL_SECTION_H
#define Py_CRITICAL_SECTION_H
#ifdef __cplusplus
extern "C" {
#endif
/* Sections that lock an object in a build without a GIL. */
#ifndef Py_LIMITED_API
#include "cpython/critical_section.h"
#endif
#ifdef __cplusplus
}
#endif
#endif
