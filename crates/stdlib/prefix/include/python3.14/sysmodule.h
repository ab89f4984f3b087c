/* Taipan's C API: sysmodule.h. Made by `cargo xtask headers` from crates/capi/headers/sysmodule.h. */
#ifndef Py_PYTHON_H
#  include "Python.h"
#endif
#ifndef Py_SYSMODULE_H
#define Py_SYSMODULE_H
#ifdef __cplusplus
extern "C" {
#endif
/* The module sys. */
/* Writes to sys.stderr as PyUnicode_FromFormat does. */
PyAPI_FUNC(void) PySys_FormatStderr(const char *format, ...);
/* Writes to sys.stdout as PyUnicode_FromFormat does. */
PyAPI_FUNC(void) PySys_FormatStdout(const char *format, ...);
/* An attribute of sys, borrowed, or null without an exception. */
PyAPI_FUNC(PyObject *) PySys_GetObject(const char *attribute_name);
/* sys._xoptions, borrowed. */
PyAPI_FUNC(PyObject *) PySys_GetXOptions(void);
/* Empties sys.warnoptions. */
PyAPI_FUNC(void) PySys_ResetWarnOptions(void);
/* Sets sys.argv, and puts the folder of the script before the rest of sys.path unless Python is
   isolated. */
PyAPI_FUNC(void) PySys_SetArgv(int argc, wchar_t **argv);
/* Sets sys.argv, and puts the folder of the script before the rest of sys.path if update_path
   is not 0. */
PyAPI_FUNC(void) PySys_SetArgvEx(int argc, wchar_t **argv, int update_path);
/* Sets an attribute of sys; null removes it. */
PyAPI_FUNC(int) PySys_SetObject(const char *attribute_name, PyObject *value);
/* Writes to sys.stderr as printf does, at most 1000 bytes. */
PyAPI_FUNC(void) PySys_WriteStderr(const char *format, ...);
/* Writes to sys.stdout as printf does, at most 1000 bytes. */
PyAPI_FUNC(void) PySys_WriteStdout(const char *format, ...);
#ifdef __cplusplus
}
#endif
#endif
