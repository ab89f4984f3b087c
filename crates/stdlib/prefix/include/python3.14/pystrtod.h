/* Taipan's C API: pystrtod.h. Made by `cargo xtask headers` from crates/capi/headers/pystrtod.h. */
#ifndef Py_PYTHON_H
#  include "Python.h"
#endif
#ifndef Py_PYSTRTOD_H
#define Py_PYSTRTOD_H
#ifdef __cplusplus
extern "C" {
#endif
/* Numbers and text, whatever the locale is. */
#define Py_DTSF_SIGN 0x01
#define Py_DTSF_ADD_DOT_0 0x02
#define Py_DTSF_ALT 0x04
#define Py_DTSF_NO_NEG_0 0x08
/* What PyOS_double_to_string found. */
#define Py_DTST_FINITE 0
#define Py_DTST_INFINITE 1
#define Py_DTST_NAN 2
/* A double as text by a format code, allocated with PyMem_Malloc; null with an exception. */
PyAPI_FUNC(char *) PyOS_double_to_string(double value, char code, int precision, int flags, int *kind);
/* A double from text: where it ends is wanted, or all must be a number. -1 with an exception. */
PyAPI_FUNC(double) PyOS_string_to_double(const char *s, char **end, PyObject *overflow);
#ifdef __cplusplus
}
#endif
#endif
