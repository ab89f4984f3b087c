/* Taipan's C API: osmodule.h. Made by `cargo xtask headers` from crates/capi/headers/osmodule.h. */
#ifndef Py_PYTHON_H
#  include "Python.h"
#endif
#ifndef Py_OSMODULE_H
#define Py_OSMODULE_H
#ifdef __cplusplus
extern "C" {
#endif
/* The module os. */
#if !defined(Py_LIMITED_API) || Py_LIMITED_API+0 >= 0x03060000
/* os.fspath(path); a new reference. */
PyAPI_FUNC(PyObject *) PyOS_FSPath(PyObject *path);
#endif
#ifdef __cplusplus
}
#endif
#endif
