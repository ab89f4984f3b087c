/* Taipan's C API: internal/pycore_call.h. Made by `cargo xtask headers` from crates/capi/headers/internal/pycore_call.h. */
#ifndef Py_PYTHON_H
#  include "../Python.h"
#endif
#ifndef Py_INTERNAL_PYCORE_CALL_H
#define Py_INTERNAL_PYCORE_CALL_H
#ifndef Py_LIMITED_API
#ifdef __cplusplus
extern "C" {
#endif
/* Calls. */
/* Calls a method by a str with arguments built as Py_BuildValue does; a new reference. */
PyAPI_FUNC(PyObject *) _PyObject_CallMethod(PyObject *op, PyObject *name, const char *format, ...);
/* Calls an object through its type's slot; keywords is null, a dictionary, or a tuple of the
   names of the values that follow the positional arguments. A new reference. */
PyAPI_FUNC(PyObject *) _PyObject_MakeTpCall(PyThreadState *ts, PyObject *callable, PyObject *const *args, Py_ssize_t n, PyObject *keywords);
/* The result of a call, unless it is null without an exception or there with one; where_ stands
   for the callable in the complaint. Takes the reference over. */
PyAPI_FUNC(PyObject *) _Py_CheckFunctionResult(PyThreadState *ts, PyObject *callable, PyObject *result, const char *where_);
#ifdef __cplusplus
}
#endif
#endif
#endif
