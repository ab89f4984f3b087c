/* Taipan's C API: cpython/pythonrun.h. Made by `cargo xtask headers` from crates/capi/headers/cpython/pythonrun.h. */
#ifndef Py_PYTHON_H
#  include "../Python.h"
#endif
#ifndef Py_CPYTHON_PYTHONRUN_H
#define Py_CPYTHON_PYTHONRUN_H
#ifndef Py_LIMITED_API
#ifdef __cplusplus
extern "C" {
#endif
/* Running source from files and strings. */
PyAPI_DATA(char *) (*PyOS_ReadlineFunctionPointer)(FILE *, FILE *, const char *);
/* A line of standard input, allocated with PyMem_Malloc: empty at the end, null with an
   exception or after an interruption. On a terminal, PyOS_ReadlineFunctionPointer reads it if
   it is set. */
PyAPI_FUNC(char *) PyOS_Readline(FILE *input, FILE *output, const char *prompt);
/* Runs a C stream, interactively if it is a terminal: 0 or -1. */
PyAPI_FUNC(int) PyRun_AnyFile(FILE *file, const char *filename);
/* Runs a C stream, interactively if it is a terminal: 0 or -1. */
PyAPI_FUNC(int) PyRun_AnyFileEx(FILE *file, const char *filename, int close);
/* Runs a C stream, interactively if it is a terminal: 0 or -1. */
PyAPI_FUNC(int) PyRun_AnyFileExFlags(FILE *file, const char *filename, int close, PyCompilerFlags *flags);
/* Runs a C stream, interactively if it is a terminal: 0 or -1. */
PyAPI_FUNC(int) PyRun_AnyFileFlags(FILE *file, const char *filename, PyCompilerFlags *flags);
/* Runs a C stream in dictionaries; a new reference. */
PyAPI_FUNC(PyObject *) PyRun_File(FILE *file, const char *filename, int start, PyObject *globals, PyObject *locals);
/* Runs a C stream in dictionaries; a new reference. */
PyAPI_FUNC(PyObject *) PyRun_FileEx(FILE *file, const char *filename, int start, PyObject *globals, PyObject *locals, int close);
/* Runs a C stream in dictionaries; a new reference. */
PyAPI_FUNC(PyObject *) PyRun_FileExFlags(FILE *file, const char *filename, int start, PyObject *globals, PyObject *locals, int close, PyCompilerFlags *flags);
/* Runs a C stream in dictionaries; a new reference. */
PyAPI_FUNC(PyObject *) PyRun_FileFlags(FILE *file, const char *filename, int start, PyObject *globals, PyObject *locals, PyCompilerFlags *flags);
/* Runs the statements of a C stream one after the other, showing exceptions: 0. */
PyAPI_FUNC(int) PyRun_InteractiveLoop(FILE *file, const char *filename);
/* Runs the statements of a C stream one after the other, showing exceptions: 0. */
PyAPI_FUNC(int) PyRun_InteractiveLoopFlags(FILE *file, const char *filename, PyCompilerFlags *flags);
/* Runs one statement of a C stream: 0 or -1. */
PyAPI_FUNC(int) PyRun_InteractiveOne(FILE *file, const char *filename);
/* Runs one statement of a C stream: 0 or -1. */
PyAPI_FUNC(int) PyRun_InteractiveOneFlags(FILE *file, const char *filename, PyCompilerFlags *flags);
/* Runs one statement of a C stream: 0 or -1. */
PyAPI_FUNC(int) PyRun_InteractiveOneObject(FILE *file, PyObject *filename, PyCompilerFlags *flags);
/* Runs a C stream in __main__; shows an exception: 0 or -1. */
PyAPI_FUNC(int) PyRun_SimpleFile(FILE *file, const char *filename);
/* Runs a C stream in __main__; shows an exception: 0 or -1. */
PyAPI_FUNC(int) PyRun_SimpleFileEx(FILE *file, const char *filename, int close);
/* Runs a C stream in __main__; shows an exception: 0 or -1. */
PyAPI_FUNC(int) PyRun_SimpleFileExFlags(FILE *file, const char *filename, int close, PyCompilerFlags *flags);
/* Runs source in __main__; shows an exception: 0 or -1. */
PyAPI_FUNC(int) PyRun_SimpleString(const char *source);
/* Runs source in __main__; shows an exception: 0 or -1. */
PyAPI_FUNC(int) PyRun_SimpleStringFlags(const char *source, PyCompilerFlags *flags);
/* Runs source in dictionaries; a new reference. */
PyAPI_FUNC(PyObject *) PyRun_String(const char *source, int start, PyObject *globals, PyObject *locals);
/* Runs source in dictionaries; a new reference. */
PyAPI_FUNC(PyObject *) PyRun_StringFlags(const char *source, int start, PyObject *globals, PyObject *locals, PyCompilerFlags *flags);
/* Compiles source; a new reference. */
PyAPI_FUNC(PyObject *) Py_CompileStringExFlags(const char *source, const char *filename, int start, PyCompilerFlags *flags, int optimize);
/* Compiles source; a new reference. */
PyAPI_FUNC(PyObject *) Py_CompileStringFlags(const char *source, const char *filename, int start, PyCompilerFlags *flags);
/* Compiles source; a new reference. */
PyAPI_FUNC(PyObject *) Py_CompileStringObject(const char *source, PyObject *filename, int start, PyCompilerFlags *flags, int optimize);
/* Without settings of the compiler, and with the file left open. */
#define Py_CompileString(str, filename, start) Py_CompileStringExFlags((str), (filename), (start), NULL, -1)
#define Py_CompileStringFlags(str, filename, start, flags) \
    Py_CompileStringExFlags((str), (filename), (start), (flags), -1)
#define PyRun_String(str, start, globals, locals) PyRun_StringFlags((str), (start), (globals), (locals), NULL)
#define PyRun_SimpleString(str) PyRun_SimpleStringFlags((str), NULL)
#define PyRun_SimpleFile(fp, name) PyRun_SimpleFileExFlags((fp), (name), 0, NULL)
#define PyRun_SimpleFileEx(fp, name, closeit) PyRun_SimpleFileExFlags((fp), (name), (closeit), NULL)
#define PyRun_AnyFile(fp, name) PyRun_AnyFileExFlags((fp), (name), 0, NULL)
#define PyRun_AnyFileEx(fp, name, closeit) PyRun_AnyFileExFlags((fp), (name), (closeit), NULL)
#define PyRun_AnyFileFlags(fp, name, flags) PyRun_AnyFileExFlags((fp), (name), 0, (flags))
#define PyRun_File(fp, name, start, globals, locals) \
    PyRun_FileExFlags((fp), (name), (start), (globals), (locals), 0, NULL)
#define PyRun_FileEx(fp, name, start, globals, locals, closeit) \
    PyRun_FileExFlags((fp), (name), (start), (globals), (locals), (closeit), NULL)
#define PyRun_FileFlags(fp, name, start, globals, locals, flags) \
    PyRun_FileExFlags((fp), (name), (start), (globals), (locals), 0, (flags))
#define PyRun_InteractiveOne(fp, name) PyRun_InteractiveOneFlags((fp), (name), NULL)
#define PyRun_InteractiveLoop(fp, name) PyRun_InteractiveLoopFlags((fp), (name), NULL)
#ifdef __cplusplus
}
#endif
#endif
#endif
