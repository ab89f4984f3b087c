/* Taipan's C API: cpython/pythread.h. Made by `cargo xtask headers` from crates/capi/headers/cpython/pythread.h. */
#ifndef Py_PYTHON_H
#  include "../Python.h"
#endif
#ifndef Py_CPYTHON_PYTHREAD_H
#define Py_CPYTHON_PYTHREAD_H
#ifndef Py_LIMITED_API
/* Storage of threads: the key. */
#include <pthread.h>
#ifdef __cplusplus
extern "C" {
#endif
#define PYTHREAD_INVALID_THREAD_ID ((unsigned long)-1)
/* Py_tss_t. */
struct _Py_tss_t {
    int _is_initialized;
    pthread_key_t _key;
};
#define Py_tss_NEEDS_INIT {0}
PyAPI_DATA(const long long) PY_TIMEOUT_MAX;
#ifdef __cplusplus
}
#endif
#endif
#endif
