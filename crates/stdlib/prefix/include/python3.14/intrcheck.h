/* Taipan's C API: intrcheck.h. Made by `cargo xtask headers` from crates/capi/headers/intrcheck.h. */
#ifndef Py_PYTHON_H
#  include "Python.h"
#endif
#ifndef Py_INTRCHECK_H
#define Py_INTRCHECK_H
#ifdef __cplusplus
extern "C" {
#endif
/* Interrupts and forks. */
/* After a fork, in the child. The old name. */
PyAPI_FUNC(void) PyOS_AfterFork(void);
/* Whether SIGINT has come; it is handled by that. */
PyAPI_FUNC(int) PyOS_InterruptOccurred(void);
#if !defined(Py_LIMITED_API) || Py_LIMITED_API+0 >= 0x03070000
/* After a fork, in the child. */
PyAPI_FUNC(void) PyOS_AfterFork_Child(void);
/* After a fork, in the parent. */
PyAPI_FUNC(void) PyOS_AfterFork_Parent(void);
/* Before a fork. */
PyAPI_FUNC(void) PyOS_BeforeFork(void);
#endif
#ifdef __cplusplus
}
#endif
#endif
