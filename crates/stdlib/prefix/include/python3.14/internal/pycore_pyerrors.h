/* Taipan's C API: internal/pycore_pyerrors.h. Made by `cargo xtask headers` from crates/capi/headers/internal/pycore_pyerrors.h. */
#ifndef Py_PYTHON_H
#  include "../Python.h"
#endif
#ifndef Py_INTERNAL_PYCORE_PYERRORS_H
#define Py_INTERNAL_PYCORE_PYERRORS_H
#ifndef Py_LIMITED_API
#ifdef __cplusplus
extern "C" {
#endif
/* Exceptions of a thread that is known. */
/* The same; what is in flight becomes its cause. Null. */
PyAPI_FUNC(PyObject *) _PyErr_FormatFromCause(PyObject *class_, const char *format, ...);
/* Raises KeyError(key), also for a tuple. */
PyAPI_FUNC(void) _PyErr_SetKeyError(PyObject *key);
/* Raises an exception with a message in the locale's encoding. */
PyAPI_FUNC(void) _PyErr_SetLocaleString(PyObject *class_, const char *text);
/* The cost of turning one string into another, or more than max. */
PyAPI_FUNC(Py_ssize_t) _Py_UTF8_Edit_Cost(PyObject *a, PyObject *b, Py_ssize_t max);
static inline PyObject *_PyErr_Occurred(PyThreadState *tstate)
{
    return tstate->current_exception == _Py_NULL ? _Py_NULL : (PyObject *)Py_TYPE(tstate->current_exception);
}
static inline void _PyErr_ClearExcState(_PyErr_StackItem *exc_state)
{
    Py_CLEAR(exc_state->exc_value);
}
#ifdef __cplusplus
}
#endif
#endif
#endif
