/* Taipan's C API: cpython/pytime.h. Made by `cargo xtask headers` from crates/capi/headers/cpython/pytime.h. */
#ifndef Py_PYTHON_H
#  include "../Python.h"
#endif
#ifndef Py_CPYTHON_PYTIME_H
#define Py_CPYTHON_PYTIME_H
#ifndef Py_LIMITED_API
#ifdef __cplusplus
extern "C" {
#endif
/* Time in nanoseconds. */
typedef int64_t PyTime_t;
#define PyTime_MIN INT64_MIN
#define PyTime_MAX INT64_MAX
/* As seconds. */
PyAPI_FUNC(double) PyTime_AsSecondsDouble(PyTime_t value);
/* A clock that never goes back. */
PyAPI_FUNC(int) PyTime_Monotonic(PyTime_t *);
/* A clock that never goes back. */
PyAPI_FUNC(int) PyTime_MonotonicRaw(PyTime_t *);
/* The clock for measuring. */
PyAPI_FUNC(int) PyTime_PerfCounter(PyTime_t *);
/* The clock for measuring. */
PyAPI_FUNC(int) PyTime_PerfCounterRaw(PyTime_t *);
/* The time of day. */
PyAPI_FUNC(int) PyTime_Time(PyTime_t *);
/* The time of day. */
PyAPI_FUNC(int) PyTime_TimeRaw(PyTime_t *);
#ifdef __cplusplus
}
#endif
#endif
#endif
