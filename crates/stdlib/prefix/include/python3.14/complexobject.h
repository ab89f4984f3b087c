/* Taipan's C API: complexobject.h. Made by `cargo xtask headers` from crates/capi/headers/complexobject.h. */
#ifndef Py_PYTHON_H
#  include "Python.h"
#endif
#ifndef Py_COMPLEXOBJECT_H
#define Py_COMPLEXOBJECT_H
#ifdef __cplusplus
extern "C" {
#endif
/* complex. */
PyAPI_DATA(PyTypeObject) PyComplex_Type;
/* A complex number; a new reference. */
PyAPI_FUNC(PyObject *) PyComplex_FromDoubles(double real, double imag);
/* The imaginary part, or 0 of a real number; -1 with an exception. */
PyAPI_FUNC(double) PyComplex_ImagAsDouble(PyObject *op);
/* The real part, or the value of a real number; -1 with an exception. */
PyAPI_FUNC(double) PyComplex_RealAsDouble(PyObject *op);
#define PyComplex_Check(op) PyObject_TypeCheck((op), &PyComplex_Type)
#define PyComplex_CheckExact(op) Py_IS_TYPE((op), &PyComplex_Type)
#ifndef Py_LIMITED_API
#include "cpython/complexobject.h"
#endif
#ifdef __cplusplus
}
#endif
#endif
