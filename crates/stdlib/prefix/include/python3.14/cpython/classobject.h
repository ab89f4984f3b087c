/* Taipan's C API: cpython/classobject.h. Made by `cargo xtask headers` from crates/capi/headers/cpython/classobject.h. */
#ifndef Py_PYTHON_H
#  include "../Python.h"
#endif
#ifndef Py_CPYTHON_CLASSOBJECT_H
#define Py_CPYTHON_CLASSOBJECT_H
#ifndef Py_LIMITED_API
#ifdef __cplusplus
extern "C" {
#endif
/* Bound methods. */
typedef struct {
    PyObject_HEAD
    PyObject *im_func;
    PyObject *im_self;
    PyObject *im_weakreflist;
    vectorcallfunc vectorcall;
} PyMethodObject;
typedef struct {
    PyObject_HEAD
    PyObject *func;
} PyInstanceMethodObject;
PyAPI_DATA(PyTypeObject) PyInstanceMethod_Type;
PyAPI_DATA(PyTypeObject) PyMethod_Type;
/* The function of an instance method, borrowed. */
PyAPI_FUNC(PyObject *) PyInstanceMethod_Function(PyObject *op);
/* A function that becomes a method of instances though it is not one of Python; a new
   reference. */
PyAPI_FUNC(PyObject *) PyInstanceMethod_New(PyObject *function);
/* The function of a bound method, borrowed. */
PyAPI_FUNC(PyObject *) PyMethod_Function(PyObject *op);
/* A bound method; a new reference. */
PyAPI_FUNC(PyObject *) PyMethod_New(PyObject *function, PyObject *this_);
/* The receiver of a bound method, borrowed. */
PyAPI_FUNC(PyObject *) PyMethod_Self(PyObject *op);
#define PyMethod_Check(op) Py_IS_TYPE((op), &PyMethod_Type)
#define _PyMethod_CAST(meth) (assert(PyMethod_Check(meth)), _Py_CAST(PyMethodObject *, (meth)))
static inline PyObject *PyMethod_GET_FUNCTION(PyObject *meth)
{
    return _PyMethod_CAST(meth)->im_func;
}
#define PyMethod_GET_FUNCTION(meth) PyMethod_GET_FUNCTION(_PyObject_CAST(meth))
static inline PyObject *PyMethod_GET_SELF(PyObject *meth)
{
    return _PyMethod_CAST(meth)->im_self;
}
#define PyMethod_GET_SELF(meth) PyMethod_GET_SELF(_PyObject_CAST(meth))
#define PyInstanceMethod_Check(op) Py_IS_TYPE((op), &PyInstanceMethod_Type)
#define _PyInstanceMethod_CAST(meth) \
    (assert(PyInstanceMethod_Check(meth)), _Py_CAST(PyInstanceMethodObject *, (meth)))
static inline PyObject *PyInstanceMethod_GET_FUNCTION(PyObject *meth)
{
    return _PyInstanceMethod_CAST(meth)->func;
}
#define PyInstanceMethod_GET_FUNCTION(meth) PyInstanceMethod_GET_FUNCTION(_PyObject_CAST(meth))
#ifdef __cplusplus
}
#endif
#endif
#endif
