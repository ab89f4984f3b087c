/* Taipan's C API: cpython/floatobject.h. Made by `cargo xtask headers` from crates/capi/headers/cpython/floatobject.h. */
#ifndef Py_PYTHON_H
#  include "../Python.h"
#endif
#ifndef Py_CPYTHON_FLOATOBJECT_H
#define Py_CPYTHON_FLOATOBJECT_H
#ifndef Py_LIMITED_API
#ifdef __cplusplus
extern "C" {
#endif
/* float: its value. */
typedef struct {
    PyObject_HEAD
    double ob_fval;
} PyFloatObject;
#define _PyFloat_CAST(op) (assert(PyFloat_Check(op)), _Py_CAST(PyFloatObject *, (op)))
static inline double PyFloat_AS_DOUBLE(PyObject *op)
{
    return _PyFloat_CAST(op)->ob_fval;
}
#define PyFloat_AS_DOUBLE(op) PyFloat_AS_DOUBLE(_PyObject_CAST(op))
/* Packs into half precision. */
PyAPI_FUNC(int) PyFloat_Pack2(double x, char *p, int little);
/* Packs into single precision. */
PyAPI_FUNC(int) PyFloat_Pack4(double x, char *p, int little);
/* Packs into double precision. */
PyAPI_FUNC(int) PyFloat_Pack8(double x, char *p, int little);
/* Unpacks half precision. */
PyAPI_FUNC(double) PyFloat_Unpack2(const char *p, int little);
/* Unpacks single precision. */
PyAPI_FUNC(double) PyFloat_Unpack4(const char *p, int little);
/* Unpacks double precision. */
PyAPI_FUNC(double) PyFloat_Unpack8(const char *p, int little);
#ifdef __cplusplus
}
#endif
#endif
#endif
