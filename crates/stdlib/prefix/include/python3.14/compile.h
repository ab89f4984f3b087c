/* Taipan's C API: compile.h. Made by `cargo xtask headers` from crates/capi/headers/compile.h. */
#ifndef Py_PYTHON_H
#  include "Python.h"
#endif
#ifndef Py_COMPILE_H
#define Py_COMPILE_H
#ifdef __cplusplus
extern "C" {
#endif
/* What is compiled: where parsing starts. */
#define Py_single_input 256
#define Py_file_input 257
#define Py_eval_input 258
#define Py_func_type_input 345
#ifndef Py_LIMITED_API
#include "cpython/compile.h"
#endif
#ifdef __cplusplus
}
#endif
#endif
