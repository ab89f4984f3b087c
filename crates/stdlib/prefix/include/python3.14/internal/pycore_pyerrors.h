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
/* Drops the exception in flight. */
PyAPI_FUNC(void) _PyErr_Clear(PyThreadState *ts);
/* Whether the exception in flight matches a class or one of a tuple of classes. */
PyAPI_FUNC(int) _PyErr_ExceptionMatches(PyThreadState *ts, PyObject *target);
/* Raises class(format % arguments): null. */
PyAPI_FUNC(PyObject *) _PyErr_Format(PyThreadState *ts, PyObject *class_, const char *format, ...);
/* The same; what is in flight becomes its cause. Null. */
PyAPI_FUNC(PyObject *) _PyErr_FormatFromCause(PyObject *class_, const char *format, ...);
/* Adds a note to the exception in flight. */
PyAPI_FUNC(void) _PyErr_FormatNote(const char *format, ...);
/* Raises class(format % arguments) with the list: null. */
PyAPI_FUNC(PyObject *) _PyErr_FormatV(PyThreadState *ts, PyObject *class_, const char *format, va_list list);
/* Takes the exception in flight; a new reference or null. */
PyAPI_FUNC(PyObject *) _PyErr_GetRaisedException(PyThreadState *ts);
/* A line of a source file in an encoding; a new reference, or null without an exception. */
PyAPI_FUNC(PyObject *) _PyErr_ProgramDecodedTextObject(PyObject *filename, int line, const char *encoding);
/* Raises KeyError(key), also for a tuple. */
PyAPI_FUNC(void) _PyErr_SetKeyError(PyObject *key);
/* Raises an exception with a message in the locale's encoding. */
PyAPI_FUNC(void) _PyErr_SetLocaleString(PyObject *class_, const char *text);
/* Makes an exception the one in flight, as it is; takes the reference over. */
PyAPI_FUNC(void) _PyErr_SetRaisedException(PyThreadState *ts, PyObject *exception);
/* Raises class(text), the text in UTF-8. */
PyAPI_FUNC(void) _PyErr_SetString(PyThreadState *ts, PyObject *class_, const char *text);
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
