/* Taipan's C API: cpython/fileobject.h. Made by `cargo xtask headers` from crates/capi/headers/cpython/fileobject.h. */
#ifndef Py_PYTHON_H
#  include "../Python.h"
#endif
#ifndef Py_CPYTHON_FILEOBJECT_H
#define Py_CPYTHON_FILEOBJECT_H
#ifndef Py_LIMITED_API
#ifdef __cplusplus
extern "C" {
#endif
/* Files: reading lines, and who opens code. */
typedef PyObject *(*Py_OpenCodeHookFunction)(PyObject *path, void *userdata);
PyAPI_DATA(PyTypeObject) PyStdPrinter_Type;
/* A plain file that writes to a descriptor; a new reference. */
PyAPI_FUNC(PyObject *) PyFile_NewStdPrinter(int fd);
/* io.open_code(path); a new reference. */
PyAPI_FUNC(PyObject *) PyFile_OpenCode(const char *path);
/* io.open_code(path); a new reference. */
PyAPI_FUNC(PyObject *) PyFile_OpenCodeObject(PyObject *path);
/* Says what opens files that are going to be run, once: 0, or -1 with an exception. */
PyAPI_FUNC(int) PyFile_SetOpenCodeHook(Py_OpenCodeHookFunction hook, void *data);
/* A line of a C stream whose ends are all made "\n"; null at the end. */
PyAPI_FUNC(char *) Py_UniversalNewlineFgets(char *buffer, int n, FILE *file, PyObject *fobj);
#ifdef __cplusplus
}
#endif
#endif
#endif
