/* Taipan's C API: cpython/pyframe.h. Made by `cargo xtask headers` from crates/capi/headers/cpython/pyframe.h. */
#ifndef Py_PYTHON_H
#  include "../Python.h"
#endif
#ifndef Py_CPYTHON_PYFRAME_H
#define Py_CPYTHON_PYFRAME_H
#ifndef Py_LIMITED_API
#ifdef __cplusplus
extern "C" {
#endif
/* Frames: attributes and variables. */
struct _PyInterpreterFrame;
/* What runs in a frame of the interpreter. */
#define PyUnstable_EXECUTABLE_KIND_SKIP 0
#define PyUnstable_EXECUTABLE_KIND_PY_FUNCTION 1
#define PyUnstable_EXECUTABLE_KIND_BUILTIN_FUNCTION 3
#define PyUnstable_EXECUTABLE_KIND_METHOD_DESCRIPTOR 4
#define PyUnstable_EXECUTABLE_KINDS 5
PyAPI_DATA(PyTypeObject) PyFrameLocalsProxy_Type;
PyAPI_DATA(PyTypeObject) PyFrame_Type;
PyAPI_DATA(const PyTypeObject *const) PyUnstable_ExecutableKinds[PyUnstable_EXECUTABLE_KINDS+1];
/* The frame that called; a new reference or null. */
PyAPI_FUNC(PyFrameObject *) PyFrame_GetBack(PyFrameObject *op);
/* f_builtins; a new reference. */
PyAPI_FUNC(PyObject *) PyFrame_GetBuiltins(PyFrameObject *op);
/* The generator that owns the frame; a new reference, or null without an exception. */
PyAPI_FUNC(PyObject *) PyFrame_GetGenerator(PyFrameObject *op);
/* f_globals; a new reference. */
PyAPI_FUNC(PyObject *) PyFrame_GetGlobals(PyFrameObject *op);
/* f_lasti. */
PyAPI_FUNC(int) PyFrame_GetLasti(PyFrameObject *op);
/* f_locals; a new reference. */
PyAPI_FUNC(PyObject *) PyFrame_GetLocals(PyFrameObject *op);
/* A local variable; a new reference. */
PyAPI_FUNC(PyObject *) PyFrame_GetVar(PyFrameObject *op, PyObject *name);
/* A local variable; a new reference. */
PyAPI_FUNC(PyObject *) PyFrame_GetVarString(PyFrameObject *op, const char *name);
/* The code of an interpreter frame; a new reference. */
PyAPI_FUNC(PyObject *) PyUnstable_InterpreterFrame_GetCode(struct _PyInterpreterFrame *raw);
/* The byte offset that an interpreter frame is at. */
PyAPI_FUNC(int) PyUnstable_InterpreterFrame_GetLasti(struct _PyInterpreterFrame *raw);
/* The line that an interpreter frame is at, or -1. */
PyAPI_FUNC(int) PyUnstable_InterpreterFrame_GetLine(struct _PyInterpreterFrame *raw);
#define PyFrame_Check(op) Py_IS_TYPE((op), &PyFrame_Type)
#define PyFrameLocalsProxy_Check(op) Py_IS_TYPE((op), &PyFrameLocalsProxy_Type)
#ifdef __cplusplus
}
#endif
#endif
#endif
