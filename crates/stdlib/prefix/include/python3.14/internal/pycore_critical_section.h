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
/* Begins a critical section with two locks: the GIL is all that it needs. */
PyAPI_FUNC(void) _PyCriticalSection2_BeginSlow(PyCriticalSection2 *section, PyMutex *first, PyMutex *second, int locked);
/* Begins a critical section: the GIL is all that it needs. */
PyAPI_FUNC(void) _PyCriticalSection_BeginSlow(PyCriticalSection *section, PyMutex *mutex);
/* Goes on with a critical section: the GIL is all that it needs. */
PyAPI_FUNC(void) _PyCriticalSection_Resume(PyThreadState *ts);
/* Suspends critical sections: the GIL is all that they need. */
PyAPI_FUNC(void) _PyCriticalSection_SuspendAll(PyThreadState *ts);
#ifdef __cplusplus
}
#endif
#endif
#endif
