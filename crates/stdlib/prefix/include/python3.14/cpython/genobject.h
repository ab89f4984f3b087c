/* Taipan's C API: cpython/genobject.h. Made by `cargo xtask headers` from crates/capi/headers/cpython/genobject.h. */
#ifndef Py_PYTHON_H
#  include "../Python.h"
#endif
#ifndef Py_CPYTHON_GENOBJECT_H
#define Py_CPYTHON_GENOBJECT_H
#ifndef Py_LIMITED_API
#ifdef __cplusplus
extern "C" {
#endif
/* Generators, coroutines and asynchronous generators. */
typedef struct _PyGenObject PyGenObject;
typedef struct _PyCoroObject PyCoroObject;
typedef struct _PyAsyncGenObject PyAsyncGenObject;
PyAPI_DATA(PyTypeObject) PyAsyncGen_Type;
PyAPI_DATA(PyTypeObject) PyCoro_Type;
PyAPI_DATA(PyTypeObject) PyGen_Type;
PyAPI_DATA(PyTypeObject) _PyAsyncGenASend_Type;
/* An asynchronous generator of a frame, with names of its own unless they are null. Takes the
   frame over; a new reference. */
PyAPI_FUNC(PyObject *) PyAsyncGen_New(PyFrameObject *frame, PyObject *name, PyObject *qualname);
/* A coroutine of a frame, with names of its own unless they are null. Takes the frame over; a
   new reference. */
PyAPI_FUNC(PyObject *) PyCoro_New(PyFrameObject *frame, PyObject *name, PyObject *qualname);
/* The code of a generator; a new reference. */
PyAPI_FUNC(PyCodeObject *) PyGen_GetCode(PyGenObject *op);
/* A generator of a frame that PyFrame_New made; other code than a generator's runs to its end
   at once. Takes the frame over; a new reference. */
PyAPI_FUNC(PyObject *) PyGen_New(PyFrameObject *frame);
/* A generator of a frame, with names of its own unless they are null. Takes the frame over; a
   new reference. */
PyAPI_FUNC(PyObject *) PyGen_NewWithQualName(PyFrameObject *frame, PyObject *name, PyObject *qualname);
#define PyGen_Check(op) PyObject_TypeCheck((op), &PyGen_Type)
#define PyGen_CheckExact(op) Py_IS_TYPE((op), &PyGen_Type)
#define PyCoro_CheckExact(op) Py_IS_TYPE((op), &PyCoro_Type)
#define PyAsyncGen_CheckExact(op) Py_IS_TYPE((op), &PyAsyncGen_Type)
#define PyAsyncGenASend_CheckExact(op) Py_IS_TYPE((op), &_PyAsyncGenASend_Type)
#ifdef __cplusplus
}
#endif
#endif
#endif
