/* Taipan's C API: pystrcmp.h. Made by `cargo xtask headers` from crates/capi/headers/pystrcmp.h. */
#ifndef Py_PYTHON_H
#  include "Python.h"
#endif
#ifndef Py_PYSTRCMP_H
#define Py_PYSTRCMP_H
#ifdef __cplusplus
extern "C" {
#endif
/* Comparing ASCII text without regard to case. */
/* Compares without regard to the case of ASCII letters. */
PyAPI_FUNC(int) PyOS_mystricmp(const char *a, const char *b);
/* Compares at most so many characters without regard to the case of ASCII letters. */
PyAPI_FUNC(int) PyOS_mystrnicmp(const char *a, const char *b, Py_ssize_t n);
#define PyOS_strnicmp PyOS_mystrnicmp
#define PyOS_stricmp PyOS_mystricmp
#ifdef __cplusplus
}
#endif
#endif
