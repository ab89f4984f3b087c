/* Taipan's C API: cpython/pyfpe.h. Made by `cargo xtask headers` from crates/capi/headers/cpython/pyfpe.h. */
#ifndef Py_PYTHON_H
#  include "../Python.h"
#endif
#ifndef Py_CPYTHON_PYFPE_H
#define Py_CPYTHON_PYFPE_H
#ifndef Py_LIMITED_API
#ifdef __cplusplus
extern "C" {
#endif
/* Once caught signals of floating-point arithmetic; now does nothing. */
#define PyFPE_START_PROTECT(err_string, leave_stmt)
#define PyFPE_END_PROTECT(v)
#ifdef __cplusplus
}
#endif
#endif
#endif
