/* Taipan's C API: pylifecycle.h. Made by `cargo xtask headers` from crates/capi/headers/pylifecycle.h. */
#ifndef Py_PYTHON_H
#  include "Python.h"
#endif
#ifndef Py_PYLIFECYCLE_H
#define Py_PYLIFECYCLE_H
#ifdef __cplusplus
extern "C" {
#endif
/* Starting and ending the interpreter. */
typedef void (*PyOS_sighandler_t)(int);
/* The handler of a signal. */
PyAPI_FUNC(PyOS_sighandler_t) PyOS_getsig(int number);
/* Sets the handler of a signal: the one before. */
PyAPI_FUNC(PyOS_sighandler_t) PyOS_setsig(int number, PyOS_sighandler_t handler);
/* A function that runs when the process ends: -1 if there are too many. */
PyAPI_FUNC(int) Py_AtExit(void (*function)(void));
/* Starts the interpreter with the arguments of a command line, runs what they name, and ends
   it: the exit code. */
PyAPI_FUNC(int) Py_BytesMain(int argc, char **argv);
/* Ends the interpreter of the current thread state. No thread state is current afterwards. */
PyAPI_FUNC(void) Py_EndInterpreter(PyThreadState *ts);
/* Ends the interpreter. */
PyAPI_FUNC(void) Py_Finalize(void);
/* When the interpreter was built: it does not say. */
PyAPI_FUNC(const char *) Py_GetBuildInfo(void);
/* What built the interpreter. */
PyAPI_FUNC(const char *) Py_GetCompiler(void);
/* sys.copyright. */
PyAPI_FUNC(const char *) Py_GetCopyright(void);
/* sys.exec_prefix as it was at the start; null before. */
PyAPI_FUNC(wchar_t *) Py_GetExecPrefix(void);
/* Where modules come from, with colons between the folders; null before the interpreter is
   started. */
PyAPI_FUNC(wchar_t *) Py_GetPath(void);
/* sys.platform. */
PyAPI_FUNC(const char *) Py_GetPlatform(void);
/* sys.prefix as it was at the start; null before. */
PyAPI_FUNC(wchar_t *) Py_GetPrefix(void);
/* sys.executable as it was at the start; null before. */
PyAPI_FUNC(wchar_t *) Py_GetProgramFullPath(void);
/* What the program is called; null before the interpreter is started. */
PyAPI_FUNC(wchar_t *) Py_GetProgramName(void);
/* Where the library was said to be, or null. */
PyAPI_FUNC(wchar_t *) Py_GetPythonHome(void);
/* sys.version. */
PyAPI_FUNC(const char *) Py_GetVersion(void);
/* Starts the interpreter; nothing if it runs already. */
PyAPI_FUNC(void) Py_Initialize(void);
/* Starts the interpreter, with handlers of signals or without; nothing if it runs already. */
PyAPI_FUNC(void) Py_InitializeEx(int signals);
/* Whether the interpreter runs. */
PyAPI_FUNC(int) Py_IsInitialized(void);
/* As Py_BytesMain with wide strings. */
PyAPI_FUNC(int) Py_Main(int argc, wchar_t **argv);
/* A new interpreter with the legacy settings; its thread state, which is current now, or null. */
PyAPI_FUNC(PyThreadState *) Py_NewInterpreter(void);
/* Says what the program is called, before the interpreter is started. */
PyAPI_FUNC(void) Py_SetProgramName(const wchar_t *name);
/* Says where the library is, before the interpreter is started. */
PyAPI_FUNC(void) Py_SetPythonHome(const wchar_t *home);
#if !defined(Py_LIMITED_API) || Py_LIMITED_API+0 >= 0x03060000
/* Ends the interpreter: 0, or -1 if a standard stream could not be written. No thread state is
   attached afterwards. */
PyAPI_FUNC(int) Py_FinalizeEx(void);
#endif
#if !defined(Py_LIMITED_API) || Py_LIMITED_API+0 >= 0x030b0000
PyAPI_DATA(const unsigned long) Py_Version;
#endif
#if !defined(Py_LIMITED_API) || Py_LIMITED_API+0 >= 0x030d0000
/* Whether the interpreter is ending. */
PyAPI_FUNC(int) Py_IsFinalizing(void);
#endif
/* Ends the program. */
PyAPI_FUNC(_Py_NO_RETURN void) Py_Exit(int status);
#ifndef Py_LIMITED_API
#include "cpython/pylifecycle.h"
#endif
#ifdef __cplusplus
}
#endif
#endif
