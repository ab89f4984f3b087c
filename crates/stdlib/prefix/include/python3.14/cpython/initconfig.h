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
/* The value of a setting; a new reference. */
PyAPI_FUNC(PyObject *) PyConfig_Get(const char *option);
/* The value of a setting that is a number. */
PyAPI_FUNC(int) PyConfig_GetInt(const char *option, int *place);
/* The names of all settings; a new reference. */
PyAPI_FUNC(PyObject *) PyConfig_Names(void);
/* Changes a setting that stands in sys. */
PyAPI_FUNC(int) PyConfig_Set(const char *option, PyObject *new_);
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
/* The arguments of the process, as wide strings that the runtime keeps. */
PyAPI_FUNC(void) Py_GetArgcArgv(int *argc, wchar_t ***argv);
#ifdef __cplusplus
}
#endif
#endif
#endif
