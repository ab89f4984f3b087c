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
%fn void PyConfig_Clear(PyConfig *)
%fn PyConfig_Get
%fn PyConfig_GetInt
%fn void PyConfig_InitIsolatedConfig(PyConfig *)
%fn void PyConfig_InitPythonConfig(PyConfig *)
%fn PyConfig_Names
%fn PyStatus PyConfig_Read(PyConfig *)
%fn PyConfig_Set
%fn PyStatus PyConfig_SetArgv(PyConfig *, Py_ssize_t, wchar_t *const *)
%fn PyStatus PyConfig_SetBytesArgv(PyConfig *, Py_ssize_t, char *const *)
%fn PyStatus PyConfig_SetBytesString(PyConfig *, wchar_t **, const char *)
%fn PyStatus PyConfig_SetString(PyConfig *, wchar_t **, const wchar_t *)
%fn PyStatus PyConfig_SetWideStringList(PyConfig *, PyWideStringList *, Py_ssize_t, wchar_t **)
%fn int PyInitConfig_AddModule(PyInitConfig *, const char *, PyObject *(*)(void))
%fn PyInitConfig *PyInitConfig_Create(void)
%fn void PyInitConfig_Free(PyInitConfig *)
%fn void PyInitConfig_FreeStrList(size_t, char **)
%fn int PyInitConfig_GetError(PyInitConfig *, const char **)
%fn int PyInitConfig_GetExitCode(PyInitConfig *, int *)
%fn int PyInitConfig_GetInt(PyInitConfig *, const char *, int64_t *)
%fn int PyInitConfig_GetStr(PyInitConfig *, const char *, char **)
%fn int PyInitConfig_GetStrList(PyInitConfig *, const char *, size_t *, char ***)
%fn int PyInitConfig_HasOption(PyInitConfig *, const char *)
%fn int PyInitConfig_SetInt(PyInitConfig *, const char *, int64_t)
%fn int PyInitConfig_SetStr(PyInitConfig *, const char *, const char *)
%fn int PyInitConfig_SetStrList(PyInitConfig *, const char *, size_t, char *const *)
%fn void PyPreConfig_InitIsolatedConfig(PyPreConfig *)
%fn void PyPreConfig_InitPythonConfig(PyPreConfig *)
%fn PyStatus PyStatus_Error(const char *)
%fn PyStatus_Exception
%fn PyStatus PyStatus_Exit(int)
%fn PyStatus_IsError
%fn PyStatus_IsExit
%fn PyStatus PyStatus_NoMemory(void)
%fn PyStatus_Ok
%fn PyStatus PyWideStringList_Append(PyWideStringList *, const wchar_t *)
%fn PyStatus PyWideStringList_Insert(PyWideStringList *, Py_ssize_t, const wchar_t *)
%fn Py_GetArgcArgv
%fn int Py_InitializeFromInitConfig(PyInitConfig *)
