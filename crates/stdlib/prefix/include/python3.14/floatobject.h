/* Taipan's C API: floatobject.h. Made by `cargo xtask headers` from crates/capi/headers/floatobject.h. */
#ifndef Py_PYTHON_H
#  include "Python.h"
#endif
#ifndef Py_FLOATOBJECT_H
#define Py_FLOATOBJECT_H
#ifdef __cplusplus
extern "C" {
#endif
/* float. */
PyAPI_DATA(PyTypeObject) PyFloat_Type;
/* As a C double; -1 with an exception. */
PyAPI_FUNC(double) PyFloat_AsDouble(PyObject *op);
/* A float; a new reference. */
PyAPI_FUNC(PyObject *) PyFloat_FromDouble(double value);
/* A float from text or bytes; a new reference. */
PyAPI_FUNC(PyObject *) PyFloat_FromString(PyObject *op);
/* sys.float_info; a new reference. */
PyAPI_FUNC(PyObject *) PyFloat_GetInfo(void);
/* DBL_MAX. */
PyAPI_FUNC(double) PyFloat_GetMax(void);
/* DBL_MIN. */
PyAPI_FUNC(double) PyFloat_GetMin(void);
#define PyFloat_Check(op) PyObject_TypeCheck(op, &PyFloat_Type)
#define PyFloat_CheckExact(op) Py_IS_TYPE((op), &PyFloat_Type)
#define Py_RETURN_NAN return PyFloat_FromDouble(Py_NAN)
/* Infinity with the sign of a number. */
#define Py_RETURN_INF(sign) \
    do { \
        if (copysign(1., sign) < 0.) { \
            return PyFloat_FromDouble(-Py_INFINITY); \
        } \
        return PyFloat_FromDouble(Py_INFINITY); \
    } while (0)
#ifndef Py_LIMITED_API
#include "cpython/floatobject.h"
#endif
#ifdef __cplusplus
}
#endif
#endif
