/* Taipan's C API: internal/pycore_critical_section.h. Made by `cargo xtask headers` from crates/capi/headers/internal/pycore_critical_section.h. */
#ifndef Py_PYTHON_H
#  include "../Python.h"
#endif
#ifndef Py_INTERNAL_PYCORE_CRITICAL_SECTION_H
#define Py_INTERNAL_PYCORE_CRITICAL_SECTION_H
#ifndef Py_LIMITED_API
#ifdef __cplusplus
extern "C" {
#endif
/* Sections that lock an object: nothing, with a GIL. */
#include "pycore_lock.h"
#include "pycore_pystate.h"
#define Py_BEGIN_CRITICAL_SECTION_SEQUENCE_FAST(original) {
#define Py_END_CRITICAL_SECTION_SEQUENCE_FAST() }
#define _Py_CRITICAL_SECTION_ASSERT_MUTEX_LOCKED(mutex)
#define _Py_CRITICAL_SECTION_ASSERT_OBJECT_LOCKED(op)
#ifdef __cplusplus
}
#endif
#endif
#endif
