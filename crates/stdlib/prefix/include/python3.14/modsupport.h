/* Taipan's C API: modsupport.h. Made by `cargo xtask headers` from crates/capi/headers/modsupport.h. */
#ifndef Py_PYTHON_H
#  include "Python.h"
#endif
#ifndef Py_MODSUPPORT_H
#define Py_MODSUPPORT_H
#ifdef __cplusplus
extern "C" {
#endif
/* What extension modules need: arguments, values, and making the module. */
#define PYTHON_API_VERSION 1013
#define PYTHON_API_STRING "1013"
#define PYTHON_ABI_VERSION 3
#define PYTHON_ABI_STRING "3"
/* Returned by converters that are to be called again when a later argument fails. */
#define Py_CLEANUP_SUPPORTED 0x20000
/* Parses one argument that is no tuple of arguments (the old style): 1, or 0 with an exception. */
PyAPI_FUNC(int) PyArg_Parse(PyObject *args, const char *format, ...);
/* Parses positional arguments; results are borrowed: 1, or 0 with an exception. */
PyAPI_FUNC(int) PyArg_ParseTuple(PyObject *args, const char *format, ...);
/* Parses positional and keyword arguments; results are borrowed: 1, or 0 with an exception. */
PyAPI_FUNC(int) PyArg_ParseTupleAndKeywords(PyObject *args, PyObject *dict, const char *format, PY_CXX_CONST char *const *names, ...);
/* Copies positional arguments to places, borrowed: 1, or 0 with an exception. */
PyAPI_FUNC(int) PyArg_UnpackTuple(PyObject *args, const char *name, Py_ssize_t min, Py_ssize_t max, ...);
/* PyArg_Parse with a va_list. */
PyAPI_FUNC(int) PyArg_VaParse(PyObject *args, const char *format, va_list list);
/* PyArg_ParseTupleAndKeywords with a va_list. */
PyAPI_FUNC(int) PyArg_VaParseTupleAndKeywords(PyObject *args, PyObject *dict, const char *format, PY_CXX_CONST char *const *names, va_list list);
/* Whether all keys of a dictionary of keyword arguments are strings: 1, or 0 with an exception. */
PyAPI_FUNC(int) PyArg_ValidateKeywordArguments(PyObject *dict);
/* Adds an integer under a name. */
PyAPI_FUNC(int) PyModule_AddIntConstant(PyObject *module, const char *name, long value);
/* Adds an object under a name; takes the reference over on success only. */
PyAPI_FUNC(int) PyModule_AddObject(PyObject *module, const char *name, PyObject *value);
/* Adds a string under a name. */
PyAPI_FUNC(int) PyModule_AddStringConstant(PyObject *module, const char *name, const char *value);
/* A module from a definition without slots; a new reference. */
PyAPI_FUNC(PyObject *) PyModule_Create2(PyModuleDef *def, int version);
/* A value built from a format; a new reference. */
PyAPI_FUNC(PyObject *) Py_BuildValue(const char *format, ...);
/* A value built from a format and a va_list; a new reference. */
PyAPI_FUNC(PyObject *) Py_VaBuildValue(const char *format, va_list list);
#if !defined(Py_LIMITED_API) || Py_LIMITED_API+0 >= 0x03050000
/* Adds functions of a table. */
PyAPI_FUNC(int) PyModule_AddFunctions(PyObject *op, PyMethodDef *table);
/* Runs the execution slots of a definition. */
PyAPI_FUNC(int) PyModule_ExecDef(PyObject *op, PyModuleDef *def);
/* A module from a definition and a spec, not yet executed; a new reference. */
PyAPI_FUNC(PyObject *) PyModule_FromDefAndSpec2(PyModuleDef *def, PyObject *spec, int version);
/* Sets __doc__. */
PyAPI_FUNC(int) PyModule_SetDocString(PyObject *op, const char *doc);
#endif
#if !defined(Py_LIMITED_API) || Py_LIMITED_API+0 >= 0x03090000
/* Makes a type ready and adds it under the last part of its name. */
PyAPI_FUNC(int) PyModule_AddType(PyObject *module, PyTypeObject *ty);
#endif
#if !defined(Py_LIMITED_API) || Py_LIMITED_API+0 >= 0x030a0000
/* Adds an object under a name. */
PyAPI_FUNC(int) PyModule_AddObjectRef(PyObject *module, const char *name, PyObject *value);
#endif
#if !defined(Py_LIMITED_API) || Py_LIMITED_API+0 >= 0x030d0000
/* Adds an object under a name; takes the reference over in any case. */
PyAPI_FUNC(int) PyModule_Add(PyObject *module, const char *name, PyObject *value);
#endif
#define PyModule_AddIntMacro(m, c) PyModule_AddIntConstant((m), #c, (c))
#define PyModule_AddStringMacro(m, c) PyModule_AddStringConstant((m), #c, (c))
#ifdef Py_LIMITED_API
#  define PyModule_Create(module) PyModule_Create2((module), PYTHON_ABI_VERSION)
#else
#  define PyModule_Create(module) PyModule_Create2((module), PYTHON_API_VERSION)
#endif
#if !defined(Py_LIMITED_API) || Py_LIMITED_API+0 >= 0x03050000
#ifdef Py_LIMITED_API
#  define PyModule_FromDefAndSpec(module, spec) PyModule_FromDefAndSpec2((module), (spec), PYTHON_ABI_VERSION)
#else
#  define PyModule_FromDefAndSpec(module, spec) PyModule_FromDefAndSpec2((module), (spec), PYTHON_API_VERSION)
#endif
#endif
#ifndef Py_LIMITED_API
#include "cpython/modsupport.h"
#endif
#ifdef __cplusplus
}
#endif
#endif
