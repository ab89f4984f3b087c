/* Taipan's C API: cpython/import.h. Made by `cargo xtask headers` from crates/capi/headers/cpython/import.h. */
#ifndef Py_PYTHON_H
#  include "../Python.h"
#endif
#ifndef Py_CPYTHON_IMPORT_H
#define Py_CPYTHON_IMPORT_H
#ifndef Py_LIMITED_API
#ifdef __cplusplus
extern "C" {
#endif
/* Tables of modules that are part of a program. */
struct _inittab {
    const char *name;
    PyObject *(*initfunc)(void);
};
struct _frozen {
    const char *name;
    const unsigned char *code;
    int size;
    int is_package;
};
PyAPI_DATA(const struct _frozen *) PyImport_FrozenModules;
PyAPI_DATA(struct _inittab *) PyImport_Inittab;
/* Adds a table of modules, up to a null name, before the interpreter is started: 0. */
PyAPI_FUNC(int) PyImport_ExtendInittab(struct _inittab *table);
/* An attribute of a module, imported for it; a new reference. */
PyAPI_FUNC(PyObject *) PyImport_ImportModuleAttr(PyObject *module, PyObject *attribute);
/* An attribute of a module, imported for it; a new reference. */
PyAPI_FUNC(PyObject *) PyImport_ImportModuleAttrString(const char *module, const char *attribute);
#ifdef __cplusplus
}
#endif
#endif
#endif
