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
%struct PyMethodDef PyMethodDef | ml_meth: PyCFunction ml_meth

/* Calling conventions. */
%define METH_VARARGS
%define METH_KEYWORDS
%define METH_NOARGS
%define METH_O
%define METH_CLASS
%define METH_STATIC
%define METH_COEXIST
%since 3.10
%define METH_FASTCALL
%end
#define METH_STACKLESS 0x0000
%since 3.9
%define METH_METHOD
%end

%data PyTypeObject PyCFunction_Type
%fn PyCFunction_GetFlags
%fn PyCFunction PyCFunction_GetFunction(PyObject *)
%fn PyCFunction_GetSelf
%fn PyCFunction_New
%fn PyCFunction_NewEx
%since 3.9
%fn PyCMethod_New
%end
#define PyCFunction_Check(op) PyObject_TypeCheck((op), &PyCFunction_Type)
#define PyCFunction_CheckExact(op) Py_IS_TYPE((op), &PyCFunction_Type)
#define PyCFunction_New(ml, self) PyCFunction_NewEx((ml), (self), NULL)
%since 3.9
#define PyCFunction_NewEx(ml, self, mod) PyCMethod_New((ml), (self), (mod), NULL)
%end
%full
#include "cpython/methodobject.h"
%end
