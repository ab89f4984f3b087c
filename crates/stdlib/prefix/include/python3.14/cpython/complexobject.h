/* Taipan's C API: cpython/complexobject.h. Made by `cargo xtask headers` from crates/capi/headers/cpython/complexobject.h. */
#ifndef Py_PYTHON_H
#  include "../Python.h"
#endif
#ifndef Py_CPYTHON_COMPLEXOBJECT_H
#define Py_CPYTHON_COMPLEXOBJECT_H
#ifndef Py_LIMITED_API
#ifdef __cplusplus
extern "C" {
#endif
/* complex: its value, and arithmetic on such values. */
typedef struct {
    double real;
    double imag;
} Py_complex;
typedef struct {
    PyObject_HEAD
    Py_complex cval;
} PyComplexObject;
/* As a C structure; -1 with an exception. */
PyAPI_FUNC(Py_complex) PyComplex_AsCComplex(PyObject *op);
/* A complex number; a new reference. */
PyAPI_FUNC(PyObject *) PyComplex_FromCComplex(Py_complex value);
/* abs(a); errno is ERANGE if it overflows. */
PyAPI_FUNC(double) _Py_c_abs(Py_complex a);
/* a - b. */
PyAPI_FUNC(Py_complex) _Py_c_diff(Py_complex a, Py_complex b);
/* -a. */
PyAPI_FUNC(Py_complex) _Py_c_neg(Py_complex a);
/* a ** b; errno is EDOM for zero to a negative or complex power, ERANGE if it overflows. */
PyAPI_FUNC(Py_complex) _Py_c_pow(Py_complex a, Py_complex b);
/* a * b. */
PyAPI_FUNC(Py_complex) _Py_c_prod(Py_complex a, Py_complex b);
/* a / b; errno is EDOM if b is zero. */
PyAPI_FUNC(Py_complex) _Py_c_quot(Py_complex a, Py_complex b);
/* a + b. */
PyAPI_FUNC(Py_complex) _Py_c_sum(Py_complex a, Py_complex b);
#ifdef __cplusplus
}
#endif
#endif
#endif
