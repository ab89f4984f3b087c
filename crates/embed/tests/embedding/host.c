/* A program that embeds Python: settings, a module of its own, running code, a subinterpreter, the end, and all of it again.
   What it uses is declared here, so that no headers are needed. */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

typedef struct _object PyObject;
typedef struct _ts PyThreadState;
typedef struct {
    int kind;
    const char *func, *err_msg;
    int exitcode;
} PyStatus;
typedef struct _init PyInitConfig;
/* As large as PyConfig of CPython 3.14, with the fields that are used. */
typedef struct {
    int _config_init, isolated;
    char rest[448];
} PyConfig;
typedef struct {
    PyObject *a, *b, *c, *d;
} Nothing;

extern void PyConfig_InitPythonConfig(PyConfig *);
extern PyStatus PyConfig_SetBytesArgv(PyConfig *, ptrdiff_t, char *const *);
extern PyStatus Py_InitializeFromConfig(const PyConfig *);
extern void PyConfig_Clear(PyConfig *);
extern int Py_IsInitialized(void);
extern void Py_Initialize(void);
extern int Py_FinalizeEx(void);
extern int Py_RunMain(void);
extern int Py_BytesMain(int, char **);
extern wchar_t *Py_GetProgramName(void);
extern int PyRun_SimpleString(const char *);
extern PyObject *PyRun_String(const char *, int, PyObject *, PyObject *);
extern PyObject *PyDict_New(void), *PyDict_GetItemString(PyObject *, const char *);
extern int PyDict_SetItemString(PyObject *, const char *, PyObject *);
extern PyObject *PyEval_GetBuiltins(void);
extern long PyLong_AsLong(PyObject *);
extern PyObject *PyLong_FromLong(long);
extern void Py_DecRef(PyObject *);
extern PyThreadState *Py_NewInterpreter(void);
extern void Py_EndInterpreter(PyThreadState *);
extern PyThreadState *PyThreadState_Swap(PyThreadState *), *PyThreadState_Get(void);
extern int PyImport_AppendInittab(const char *, PyObject *(*)(void));
extern PyObject *PyModule_Create2(void *, int);
extern int PyModule_AddIntConstant(PyObject *, const char *, long);
extern PyInitConfig *PyInitConfig_Create(void);
extern int PyInitConfig_SetInt(PyInitConfig *, const char *, int64_t);
extern int PyInitConfig_GetError(PyInitConfig *, const char **);
extern int Py_InitializeFromInitConfig(PyInitConfig *);
extern void PyInitConfig_Free(PyInitConfig *);

/* PyModuleDef: a head of 40 bytes, then name, doc, size and tables. */
static struct {
    uint32_t refcnt, flags;
    void *type, *init;
    ptrdiff_t index;
    void *copy;
    const char *name, *doc;
    ptrdiff_t size;
    void *tables[5];
} host_def = {.refcnt = 1, .name = "host", .size = -1};

static PyObject *init_host(void) {
    PyObject *module = PyModule_Create2(&host_def, 1013);
    if (module) PyModule_AddIntConstant(module, "answer", 42);
    return module;
}

static void check(int ok, const char *what) {
    printf("%s: %s\n", what, ok ? "ok" : "FAILED");
    fflush(stdout);
}

int main(int argc, char **argv) {
    if (argc > 1 && !strcmp(argv[1], "main")) return Py_BytesMain(argc - 1, argv + 1);
    check(!Py_IsInitialized(), "not yet started");
    check(PyImport_AppendInittab("host", init_host) == 0, "a module of the program");

    PyConfig config;
    PyConfig_InitPythonConfig(&config);
    char *args[] = {"host-program", "-B", "-c", "import sys, host; print(host.answer, sys.argv, sys.flags.dont_write_bytecode)",
                    "first"};
    PyConfig_SetBytesArgv(&config, 5, args);
    PyStatus status = Py_InitializeFromConfig(&config);
    PyConfig_Clear(&config);
    check(status.kind == 0 && Py_IsInitialized(), "started from settings");
    check(!wcscmp(Py_GetProgramName(), L"host-program"), "the program's name");
    check(PyRun_SimpleString("import sys\nprint('one', sys.argv, len(sys.modules) > 10)") == 0, "code");
    check(PyRun_SimpleString("1 / 0") == -1, "code that fails");

    PyObject *globals = PyDict_New();
    PyDict_SetItemString(globals, "__builtins__", PyEval_GetBuiltins());
    PyObject *value = PyRun_String("sum(range(10))", 258, globals, globals);
    check(value && PyLong_AsLong(value) == 45, "a value");
    Py_DecRef(value);
    Py_DecRef(globals);

    PyThreadState *first = PyThreadState_Get();
    PyThreadState *second = Py_NewInterpreter();
    check(second && PyThreadState_Get() == second, "a subinterpreter");
    check(PyRun_SimpleString("import sys\nsys.marker = 1\nprint('beside', hasattr(sys, 'marker'))") == 0, "code there");
    Py_EndInterpreter(second);
    PyThreadState_Swap(first);
    check(PyRun_SimpleString("print('back', hasattr(sys, 'marker'))") == 0, "code here again");
    check(PyRun_SimpleString("import atexit\natexit.register(print, 'at the end')") == 0, "something for the end");
    check(Py_FinalizeEx() == 0 && !Py_IsInitialized(), "ended");

    for (int i = 0; i < 3; i++) {
        Py_Initialize();
        check(PyRun_SimpleString("import sys, json\nprint('again', hasattr(sys, 'first'), json.dumps([1]))\nsys.first = 1") == 0,
              "started again");
        check(Py_FinalizeEx() == 0, "ended again");
    }

    PyInitConfig *init = PyInitConfig_Create();
    const char *message;
    check(PyInitConfig_SetInt(init, "nothing", 1) == -1 && PyInitConfig_GetError(init, &message) == 1, "an unknown setting");
    printf("%s\n", message);
    PyInitConfig_SetInt(init, "optimization_level", 2);
    check(Py_InitializeFromInitConfig(init) == 0, "started from named settings");
    PyInitConfig_Free(init);
    check(PyRun_SimpleString("import sys\nprint(sys.flags.optimize, sys.flags.isolated)") == 0, "code with them");
    check(Py_FinalizeEx() == 0, "ended");

    PyConfig_InitPythonConfig(&config);
    PyConfig_SetBytesArgv(&config, 5, args);
    Py_InitializeFromConfig(&config);
    PyConfig_Clear(&config);
    int code = Py_RunMain();
    check(code == 0 && !Py_IsInitialized(), "a program");
    return 0;
}
