/* float. */
%data PyTypeObject PyFloat_Type
%fn PyFloat_AsDouble
%fn PyFloat_FromDouble
%fn PyFloat_FromString
%fn PyFloat_GetInfo
%fn PyFloat_GetMax
%fn PyFloat_GetMin
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
%full
#include "cpython/floatobject.h"
%end
