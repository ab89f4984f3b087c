/* Taipan's C API: cpython/pylifecycle.h. Made by `cargo xtask headers` from crates/capi/headers/cpython/pylifecycle.h. */
#ifndef Py_PYTHON_H
#  include "../Python.h"
#endif
#ifndef Py_CPYTHON_PYLIFECYCLE_H
#define Py_CPYTHON_PYLIFECYCLE_H
#ifndef Py_LIMITED_API
#ifdef __cplusplus
extern "C" {
#endif
/* Starting with settings, and subinterpreters. */
#define PyInterpreterConfig_DEFAULT_GIL (0)
#define PyInterpreterConfig_SHARED_GIL (1)
#define PyInterpreterConfig_OWN_GIL (2)
typedef struct {
    int use_main_obmalloc;
    int allow_fork;
    int allow_exec;
    int allow_threads;
    int allow_daemon_threads;
    int check_multi_interp_extensions;
    int gil;
} PyInterpreterConfig;
/* An interpreter that shares little, and one that is like the main one. */
#define _PyInterpreterConfig_INIT \
    { \
        .use_main_obmalloc = 0, .allow_fork = 0, .allow_exec = 0, .allow_threads = 1, .allow_daemon_threads = 0, \
        .check_multi_interp_extensions = 1, .gil = PyInterpreterConfig_OWN_GIL, \
    }
#define _PyInterpreterConfig_LEGACY_CHECK_MULTI_INTERP_EXTENSIONS 0
#define _PyInterpreterConfig_LEGACY_INIT \
    { \
        .use_main_obmalloc = 1, .allow_fork = 1, .allow_exec = 1, .allow_threads = 1, .allow_daemon_threads = 1, \
        .check_multi_interp_extensions = 0, .gil = PyInterpreterConfig_SHARED_GIL, \
    }
typedef void (*atexit_datacallbackfunc)(void *);
/* A function that runs when the interpreter ends. */
PyAPI_FUNC(int) PyUnstable_AtExit(PyInterpreterState *interp, atexit_datacallbackfunc function, void *data);
/* Whether a C stream is a terminal, or interactive by option. */
PyAPI_FUNC(int) Py_FdIsInteractive(FILE *file, const char *name);
/* Runs the frozen module __main__: there is none, as nothing is frozen into the program. The
   exit code. */
PyAPI_FUNC(int) Py_FrozenMain(int argc, char **argv);
/* Starts the interpreter with these settings; nothing if it runs already. */
PyAPI_FUNC(PyStatus) Py_InitializeFromConfig(const PyConfig *config);
/* A new interpreter; its thread state into *ts, which is current now, or null. */
PyAPI_FUNC(PyStatus) Py_NewInterpreterFromConfig(PyThreadState **ts, const PyInterpreterConfig *config);
/* What is decided before other settings: the locale and the allocator, which are always the
   same here. */
PyAPI_FUNC(PyStatus) Py_PreInitialize(const PyPreConfig *config);
/* As Py_PreInitialize, with arguments of a command line. */
PyAPI_FUNC(PyStatus) Py_PreInitializeFromArgs(const PyPreConfig *config, Py_ssize_t argc, wchar_t **argv);
/* As Py_PreInitialize, with arguments of a command line as bytes. */
PyAPI_FUNC(PyStatus) Py_PreInitializeFromBytesArgs(const PyPreConfig *config, Py_ssize_t argc, char **argv);
/* Runs what the settings name, and ends the interpreter: the exit code. */
PyAPI_FUNC(int) Py_RunMain(void);
#ifdef __cplusplus
}
#endif
#endif
#endif
