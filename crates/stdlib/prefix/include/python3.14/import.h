/* Taipan's C API: import.h. Made by `cargo xtask headers` from crates/capi/headers/import.h. */
#ifndef Py_PYTHON_H
#  include "Python.h"
#endif
#ifndef Py_IMPORT_H
#define Py_IMPORT_H
#ifdef __cplusplus
extern "C" {
#endif
/* Importing. */
/* The module of sys.modules, made if need be; borrowed. */
PyAPI_FUNC(PyObject *) PyImport_AddModule(const char *name);
/* Adds a module to the native ones, before the interpreter is started: 0, or -1. */
PyAPI_FUNC(int) PyImport_AppendInittab(const char *name, PyObject *(*init)(void));
/* Executes code as a module; a new reference. */
PyAPI_FUNC(PyObject *) PyImport_ExecCodeModule(const char *name, PyObject *code);
/* Executes code as a module from a file; a new reference. */
PyAPI_FUNC(PyObject *) PyImport_ExecCodeModuleEx(const char *name, PyObject *code, const char *path);
/* Executes code as a module from a file; a new reference. */
PyAPI_FUNC(PyObject *) PyImport_ExecCodeModuleWithPathnames(const char *name, PyObject *code, const char *path, const char *cached);
/* A finder for an entry of sys.path; a new reference. */
PyAPI_FUNC(PyObject *) PyImport_GetImporter(PyObject *path);
/* The number that compiled files begin with. */
PyAPI_FUNC(long) PyImport_GetMagicNumber(void);
/* "cpython-314". */
PyAPI_FUNC(const char *) PyImport_GetMagicTag(void);
/* sys.modules, borrowed. */
PyAPI_FUNC(PyObject *) PyImport_GetModuleDict(void);
/* Imports a module by its full name; a new reference. */
PyAPI_FUNC(PyObject *) PyImport_Import(PyObject *name);
/* Runs a frozen module: 1, 0 if there is none, or -1. */
PyAPI_FUNC(int) PyImport_ImportFrozenModule(const char *name);
/* Imports a module by its full name; a new reference. */
PyAPI_FUNC(PyObject *) PyImport_ImportModule(const char *module);
/* __import__; a new reference. */
PyAPI_FUNC(PyObject *) PyImport_ImportModuleLevel(const char *module, PyObject *globals, PyObject *locals, PyObject *fromlist, int level);
/* Imports a module by its full name; a new reference. */
PyAPI_FUNC(PyObject *) PyImport_ImportModuleNoBlock(const char *module);
/* Reloads a module; a new reference. */
PyAPI_FUNC(PyObject *) PyImport_ReloadModule(PyObject *module);
#if !defined(Py_LIMITED_API) || Py_LIMITED_API+0 >= 0x03030000
/* The module of sys.modules, made if need be; borrowed. */
PyAPI_FUNC(PyObject *) PyImport_AddModuleObject(PyObject *name);
/* Executes code as a module from a file; a new reference. */
PyAPI_FUNC(PyObject *) PyImport_ExecCodeModuleObject(PyObject *name, PyObject *code, PyObject *path, PyObject *cached);
/* Runs a frozen module: 1, 0 if there is none, or -1. */
PyAPI_FUNC(int) PyImport_ImportFrozenModuleObject(PyObject *name);
#endif
#if !defined(Py_LIMITED_API) || Py_LIMITED_API+0 >= 0x03050000
/* __import__; a new reference. */
PyAPI_FUNC(PyObject *) PyImport_ImportModuleLevelObject(PyObject *name, PyObject *globals, PyObject *locals, PyObject *fromlist, int level);
#endif
#if !defined(Py_LIMITED_API) || Py_LIMITED_API+0 >= 0x03070000
/* The module of sys.modules; a new reference, or null without an exception. */
PyAPI_FUNC(PyObject *) PyImport_GetModule(PyObject *name);
#endif
#if !defined(Py_LIMITED_API) || Py_LIMITED_API+0 >= 0x030d0000
/* The module of sys.modules, made if need be; a new reference. */
PyAPI_FUNC(PyObject *) PyImport_AddModuleRef(const char *name);
#endif
#define PyImport_ImportModuleEx(name, globals, locals, fromlist) \
    PyImport_ImportModuleLevel((name), (globals), (locals), (fromlist), 0)
#ifndef Py_LIMITED_API
#include "cpython/import.h"
#endif
#ifdef __cplusplus
}
#endif
#endif
