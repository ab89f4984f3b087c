/* Taipan's C API: cpython/critical_section.h. Made by `cargo xtask headers` from crates/capi/headers/cpython/critical_section.h. */
#ifndef Py_PYTHON_H
#  include "../Python.h"
#endif
#ifndef Py_CPYTHON_CRITICAL_SECTION_H
#define Py_CPYTHON_CRITICAL_SECTION_H
#ifndef Py_LIMITED_API
#ifdef __cplusplus
extern "C" {
#endif
/* With a GIL, objects need no locks: the macros only open and close a block. */
typedef struct PyCriticalSection PyCriticalSection;
typedef struct PyCriticalSection2 PyCriticalSection2;

#define Py_BEGIN_CRITICAL_SECTION(op) {
#define Py_BEGIN_CRITICAL_SECTION_MUTEX(mutex) {
#define Py_END_CRITICAL_SECTION() }
#define Py_BEGIN_CRITICAL_SECTION2(a, b) {
#define Py_BEGIN_CRITICAL_SECTION2_MUTEX(m1, m2) {
#define Py_END_CRITICAL_SECTION2() }

/* Without the GIL only: nothing to take. */
PyAPI_FUNC(void) PyCriticalSection2_Begin(PyCriticalSection2 *section, PyObject *a, PyObject *b);
/* Without the GIL only: nothing to take. */
PyAPI_FUNC(void) PyCriticalSection2_BeginMutex(PyCriticalSection2 *section, PyMutex *a, PyMutex *b);
/* Without the GIL only: nothing to release. */
PyAPI_FUNC(void) PyCriticalSection2_End(PyCriticalSection2 *section);
/* Without the GIL only: nothing to take. */
PyAPI_FUNC(void) PyCriticalSection_Begin(PyCriticalSection *section, PyObject *op);
/* Without the GIL only: nothing to take. */
PyAPI_FUNC(void) PyCriticalSection_BeginMutex(PyCriticalSection *section, PyMutex *mutex);
/* Without the GIL only: nothing to release. */
PyAPI_FUNC(void) PyCriticalSection_End(PyCriticalSection *section);
#ifdef __cplusplus
}
#endif
#endif
#endif
