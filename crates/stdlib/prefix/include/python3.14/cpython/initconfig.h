/* Taipan's C API: cpython/initconfig.h. Made by `cargo xtask headers` from crates/capi/headers/cpython/initconfig.h. */
#ifndef Py_PYTHON_H
#  include "../Python.h"
#endif
#ifndef Py_CPYTHON_INITCONFIG_H
#define Py_CPYTHON_INITCONFIG_H
#ifndef Py_LIMITED_API
#ifdef __cplusplus
extern "C" {
#endif
/* Settings of the interpreter, for programs that embed it. */

/* How it went: functions that do not need an interpreter report so. */
typedef struct {
    enum { _PyStatus_TYPE_OK = 0, _PyStatus_TYPE_ERROR = 1, _PyStatus_TYPE_EXIT = 2 } _type;
    const char *func;
    const char *err_msg;
    int exitcode;
} PyStatus;

typedef struct {
    Py_ssize_t length;
    wchar_t **items;
} PyWideStringList;

/* What must be known before memory and text can be used. */
typedef struct PyPreConfig {
    int _config_init;
    int parse_argv;
    int isolated;
    int use_environment;
    int configure_locale;
    int coerce_c_locale;
    int coerce_c_locale_warn;
    int utf8_mode;
    int dev_mode;
    int allocator;
} PyPreConfig;

typedef struct PyConfig {
    int _config_init;
    int isolated;
    int use_environment;
    int dev_mode;
    int install_signal_handlers;
    int use_hash_seed;
    unsigned long hash_seed;
    int faulthandler;
    int tracemalloc;
    int perf_profiling;
    int remote_debug;
    int import_time;
    int code_debug_ranges;
    int show_ref_count;
    int dump_refs;
    wchar_t *dump_refs_file;
    int malloc_stats;
    wchar_t *filesystem_encoding;
    wchar_t *filesystem_errors;
    wchar_t *pycache_prefix;
    int parse_argv;
    PyWideStringList orig_argv;
    PyWideStringList argv;
    PyWideStringList xoptions;
    PyWideStringList warnoptions;
    int site_import;
    int bytes_warning;
    int warn_default_encoding;
    int inspect;
    int interactive;
    int optimization_level;
    int parser_debug;
    int write_bytecode;
    int verbose;
    int quiet;
    int user_site_directory;
    int configure_c_stdio;
    int buffered_stdio;
    wchar_t *stdio_encoding;
    wchar_t *stdio_errors;
    wchar_t *check_hash_pycs_mode;
    int use_frozen_modules;
    int safe_path;
    int int_max_str_digits;
    int thread_inherit_context;
    int context_aware_warnings;
    int cpu_count;
    /* Where things are. */
    int pathconfig_warnings;
    wchar_t *program_name;
    wchar_t *pythonpath_env;
    wchar_t *home;
    wchar_t *platlibdir;
    int module_search_paths_set;
    PyWideStringList module_search_paths;
    wchar_t *stdlib_dir;
    wchar_t *executable;
    wchar_t *base_executable;
    wchar_t *prefix;
    wchar_t *base_prefix;
    wchar_t *exec_prefix;
    wchar_t *base_exec_prefix;
    /* What runs. */
    int skip_source_first_line;
    wchar_t *run_command;
    wchar_t *run_module;
    wchar_t *run_filename;
    wchar_t *sys_path_0;
    int _install_importlib;
    int _init_main;
    int _is_python_build;
} PyConfig;

typedef struct PyInitConfig PyInitConfig;
/* Frees the strings and lists of settings. */
PyAPI_FUNC(void) PyConfig_Clear(PyConfig *config);
/* The value of a setting; a new reference. */
PyAPI_FUNC(PyObject *) PyConfig_Get(const char *option);
/* The value of a setting that is a number. */
PyAPI_FUNC(int) PyConfig_GetInt(const char *option, int *place);
/* Settings that depend on nothing around. */
PyAPI_FUNC(void) PyConfig_InitIsolatedConfig(PyConfig *config);
/* Settings as of the executable. */
PyAPI_FUNC(void) PyConfig_InitPythonConfig(PyConfig *config);
/* The names of all settings; a new reference. */
PyAPI_FUNC(PyObject *) PyConfig_Names(void);
/* Decides what has been left open: parses the arguments, looks at the environment, finds the
   library. */
PyAPI_FUNC(PyStatus) PyConfig_Read(PyConfig *config);
/* Changes a setting that can be changed. */
PyAPI_FUNC(int) PyConfig_Set(const char *option, PyObject *new_);
/* Sets the arguments, which are copied. */
PyAPI_FUNC(PyStatus) PyConfig_SetArgv(PyConfig *config, Py_ssize_t argc, wchar_t *const *argv);
/* Sets the arguments from bytes of the locale, which are copied. */
PyAPI_FUNC(PyStatus) PyConfig_SetBytesArgv(PyConfig *config, Py_ssize_t argc, char *const *argv);
/* Sets a string from bytes of the locale, which are copied; null is allowed. */
PyAPI_FUNC(PyStatus) PyConfig_SetBytesString(PyConfig *config, wchar_t **place, const char *text);
/* Sets a string, which is copied; null is allowed. */
PyAPI_FUNC(PyStatus) PyConfig_SetString(PyConfig *config, wchar_t **place, const wchar_t *text);
/* Sets a list of strings, which are copied. */
PyAPI_FUNC(PyStatus) PyConfig_SetWideStringList(PyConfig *config, PyWideStringList *list, Py_ssize_t n, wchar_t **items);
/* Adds a module to those that need no file: 0 or -1. */
PyAPI_FUNC(int) PyInitConfig_AddModule(PyInitConfig *config, const char *name, PyObject *(*init)(void));
/* Settings that depend on nothing around; null without memory. Freed with PyInitConfig_Free. */
PyAPI_FUNC(PyInitConfig *) PyInitConfig_Create(void);
/* Frees settings; null is allowed. */
PyAPI_FUNC(void) PyInitConfig_Free(PyInitConfig *config);
/* Frees a list of strings. */
PyAPI_FUNC(void) PyInitConfig_FreeStrList(size_t n, char **items);
/* The message of the last error, borrowed from the settings: 1, or 0 and null if there was
   none. */
PyAPI_FUNC(int) PyInitConfig_GetError(PyInitConfig *config, const char **message);
/* The code that the process is to end with: 1, or 0 if it is not to end. */
PyAPI_FUNC(int) PyInitConfig_GetExitCode(PyInitConfig *config, int *code);
/* The value of a setting that is a number: 0 or -1. */
PyAPI_FUNC(int) PyInitConfig_GetInt(PyInitConfig *config, const char *name, int64_t *value);
/* A copy of a setting that is text, freed with free, or null: 0 or -1. */
PyAPI_FUNC(int) PyInitConfig_GetStr(PyInitConfig *config, const char *name, char **value);
/* A copy of a setting that is a list, freed with PyInitConfig_FreeStrList: 0 or -1. */
PyAPI_FUNC(int) PyInitConfig_GetStrList(PyInitConfig *config, const char *name, size_t *n, char ***items);
/* Whether there is a setting of this name. */
PyAPI_FUNC(int) PyInitConfig_HasOption(PyInitConfig *config, const char *name);
/* Sets a number: 0 or -1. */
PyAPI_FUNC(int) PyInitConfig_SetInt(PyInitConfig *config, const char *name, int64_t value);
/* Sets text, in UTF-8, which is copied; null is allowed: 0 or -1. */
PyAPI_FUNC(int) PyInitConfig_SetStr(PyInitConfig *config, const char *name, const char *value);
/* Sets a list of strings, in UTF-8, which are copied: 0 or -1. */
PyAPI_FUNC(int) PyInitConfig_SetStrList(PyInitConfig *config, const char *name, size_t n, char *const *items);
/* Settings before others that depend on nothing around. */
PyAPI_FUNC(void) PyPreConfig_InitIsolatedConfig(PyPreConfig *config);
/* Settings before others, as of the executable. */
PyAPI_FUNC(void) PyPreConfig_InitPythonConfig(PyPreConfig *config);
/* An error with this message, which is not copied. */
PyAPI_FUNC(PyStatus) PyStatus_Error(const char *message);
/* Whether a status is an error or asks to end the process. */
PyAPI_FUNC(int) PyStatus_Exception(PyStatus status);
/* The process is to end with this code. */
PyAPI_FUNC(PyStatus) PyStatus_Exit(int code);
/* Whether a status is an error. */
PyAPI_FUNC(int) PyStatus_IsError(PyStatus status);
/* Whether a status asks to end the process. */
PyAPI_FUNC(int) PyStatus_IsExit(PyStatus status);
/* There is no memory. */
PyAPI_FUNC(PyStatus) PyStatus_NoMemory(void);
/* No error. */
PyAPI_FUNC(PyStatus) PyStatus_Ok(void);
/* Adds a string, which is copied, to the end of a list. */
PyAPI_FUNC(PyStatus) PyWideStringList_Append(PyWideStringList *list, const wchar_t *item);
/* Puts a string, which is copied, into a list; an index beyond the end means the end. */
PyAPI_FUNC(PyStatus) PyWideStringList_Insert(PyWideStringList *list, Py_ssize_t index, const wchar_t *item);
/* The arguments of the process, as wide strings that the runtime keeps. */
PyAPI_FUNC(void) Py_GetArgcArgv(int *argc, wchar_t ***argv);
/* Starts an interpreter: 0, or -1 with the error noted. */
PyAPI_FUNC(int) Py_InitializeFromInitConfig(PyInitConfig *config);
#ifdef __cplusplus
}
#endif
#endif
#endif
