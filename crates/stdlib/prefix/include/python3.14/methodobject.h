/* Taipan's C API: methodobject.h. Made by `cargo xtask headers` from crates/capi/headers/methodobject.h. */
#ifndef Py_PYTHON_H
#  include "Python.h"
#endif
#ifndef Py_METHODOBJECT_H
#define Py_METHODOBJECT_H
#ifdef __cplusplus
extern "C" {
#endif
/* Functions written in C. */
typedef PyObject *(*PyCFunction)(PyObject *self, PyObject *args);
typedef PyObject *(*PyCFunctionFast)(PyObject *self, PyObject *const *args, Py_ssize_t nargs);
typedef PyObject *(*PyCFunctionWithKeywords)(PyObject *self, PyObject *args, PyObject *kwargs);
typedef PyObject *(*PyCFunctionFastWithKeywords)(
    PyObject *self, PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames);
typedef PyObject *(*PyCMethod)(
    PyObject *self, PyTypeObject *defining_class, PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames);
/* Names from before they were public. */
typedef PyCFunctionFast _PyCFunctionFast;
typedef PyCFunctionFastWithKeywords _PyCFunctionFastWithKeywords;

/* Casts for tables of methods. */
#define _PyCFunction_CAST(func) _Py_FUNC_CAST(PyCFunction, func)
#define _PyCFunctionFast_CAST(func) _Py_FUNC_CAST(PyCFunctionFast, func)
#define _PyCFunctionWithKeywords_CAST(func) _Py_FUNC_CAST(PyCFunctionWithKeywords, func)
#define _PyCFunctionFastWithKeywords_CAST(func) _Py_FUNC_CAST(PyCFunctionFastWithKeywords, func)

/* A row of a table of methods; which type ml_meth really has is what ml_flags says. */
struct PyMethodDef {
    const char *ml_name;
    PyCFunction ml_meth;
    int ml_flags;
    const char *ml_doc;
};

/* Calling conventions. */
#define METH_VARARGS 0x0001
#define METH_KEYWORDS 0x0002
#define METH_NOARGS 0x0004
#define METH_O 0x0008
#define METH_CLASS 0x0010
#define METH_STATIC 0x0020
#define METH_COEXIST 0x0040
#if !defined(Py_LIMITED_API) || Py_LIMITED_API+0 >= 0x030a0000
#define METH_FASTCALL 0x0080
#endif
#define METH_STACKLESS 0x0000
#if !defined(Py_LIMITED_API) || Py_LIMITED_API+0 >= 0x03090000
#define METH_METHOD 0x0200
#endif

PyAPI_DATA(PyTypeObject) PyCFunction_Type;
/* The calling convention; -1 with an exception. */
PyAPI_FUNC(int) PyCFunction_GetFlags(PyObject *op);
/* The C function. */
PyAPI_FUNC(PyCFunction) PyCFunction_GetFunction(PyObject *op);
/* The receiver, borrowed, or null. */
PyAPI_FUNC(PyObject *) PyCFunction_GetSelf(PyObject *op);
/* A function of a table entry; a new reference. */
PyAPI_FUNC(PyObject *) PyCFunction_New(PyMethodDef *def, PyObject *this_);
/* A function of a table entry and a module; a new reference. */
PyAPI_FUNC(PyObject *) PyCFunction_NewEx(PyMethodDef *def, PyObject *this_, PyObject *module);
#if !defined(Py_LIMITED_API) || Py_LIMITED_API+0 >= 0x03090000
/* A function of a table entry, a module and a class; a new reference. */
PyAPI_FUNC(PyObject *) PyCMethod_New(PyMethodDef *def, PyObject *this_, PyObject *module, PyTypeObject *class_);
#endif
#define PyCFunction_Check(op) PyObject_TypeCheck((op), &PyCFunction_Type)
#define PyCFunction_CheckExact(op) Py_IS_TYPE((op), &PyCFunction_Type)
#define PyCFunction_New(ml, self) PyCFunction_NewEx((ml), (self), NULL)
#if !defined(Py_LIMITED_API) || Py_LIMITED_API+0 >= 0x03090000
#define PyCFunction_NewEx(ml, self, mod) PyCMethod_New((ml), (self), (mod), NULL)
#endif
#ifndef Py_LIMITED_API
#include "cpython/methodobject.h"
#endif
#ifdef __cplusplus
}
#endif
#endif
