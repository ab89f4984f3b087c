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
%fn int PyUnstable_AtExit(PyInterpreterState *, atexit_datacallbackfunc, void *)
%fn Py_FdIsInteractive
%fn int Py_FrozenMain(int, char **)
%fn PyStatus Py_InitializeFromConfig(const PyConfig *)
%fn void _Py_NO_RETURN(PyStatus)
%fn PyStatus Py_NewInterpreterFromConfig(PyThreadState **, const PyInterpreterConfig *)
%fn PyStatus Py_PreInitialize(const PyPreConfig *)
%fn PyStatus Py_PreInitializeFromArgs(const PyPreConfig *, Py_ssize_t, wchar_t **)
%fn PyStatus Py_PreInitializeFromBytesArgs(const PyPreConfig *, Py_ssize_t, char **)
%fn int Py_RunMain(void)
