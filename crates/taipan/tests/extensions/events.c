/* Trace functions in C, native code that calls the thread's trace function itself, and native code whose events tools hear. */
#include "api.h"

typedef struct {
    uint8_t active, opaque;
} PyMonitoringState;
typedef int (*Py_tracefunc)(PyObject *, PyObject *, int, PyObject *);
/* The beginning of a thread state. */
typedef struct {
    char before[80];
    Py_tracefunc c_profilefunc, c_tracefunc;
    PyObject *c_profileobj, *c_traceobj;
} PyThreadState;

PyThreadState *PyThreadState_Get(void);
void PyEval_SetTrace(Py_tracefunc, PyObject *);
void PyEval_SetProfile(Py_tracefunc, PyObject *);
PyObject *PyFrame_GetCode(PyObject *);
int PyFrame_GetLineNumber(PyObject *);
PyObject *PyFrame_New(PyThreadState *, PyObject *, PyObject *, PyObject *);
PyObject *PyCode_NewEmpty(const char *, const char *, int);
PyObject *PyObject_GetAttrString(PyObject *, const char *);
PyObject *PyErr_GetRaisedException(void);
void PyErr_SetNone(PyObject *);
PyObject *PyDict_New(void);
int PyMonitoring_EnterScope(PyMonitoringState *, uint64_t *, const uint8_t *, Py_ssize_t);
int PyMonitoring_ExitScope(void);
int _PyMonitoring_FirePyStartEvent(PyMonitoringState *, PyObject *, int32_t);
int _PyMonitoring_FireLineEvent(PyMonitoringState *, PyObject *, int32_t, int);
int _PyMonitoring_FirePyReturnEvent(PyMonitoringState *, PyObject *, int32_t, PyObject *);
int _PyMonitoring_FireRaiseEvent(PyMonitoringState *, PyObject *, int32_t);
int _PyMonitoring_FirePyUnwindEvent(PyMonitoringState *, PyObject *, int32_t);

/* Appends event, function, line and kind of argument to the list that it was installed with. */
static int note(PyObject *list, PyObject *frame, int what, PyObject *arg) {
    PyObject *code = PyFrame_GetCode(frame), *name = PyObject_GetAttrString(code, "co_name");
    const char *kind = !arg ? "null" : arg == &_Py_NoneStruct ? "None" : "a value";
    PyObject *item = Py_BuildValue("iNis", what, name, PyFrame_GetLineNumber(frame), kind);
    DECREF(code);
    if (!item) return -1;
    int failed = PyList_Append(list, item);
    DECREF(item);
    return failed;
}

static PyObject *set_trace(PyObject *self, PyObject *list) {
    PyEval_SetTrace(list == &_Py_NoneStruct ? NULL : note, list == &_Py_NoneStruct ? NULL : list);
    return NEWREF(&_Py_NoneStruct);
}

static PyObject *set_profile(PyObject *self, PyObject *list) {
    PyEval_SetProfile(list == &_Py_NoneStruct ? NULL : note, list == &_Py_NoneStruct ? NULL : list);
    return NEWREF(&_Py_NoneStruct);
}

/* As Cython's modules do: whoever traces is told of a function of native code, with a frame made for it. */
static PyObject *tell(PyObject *self, PyObject *unused) {
    PyThreadState *thread = PyThreadState_Get();
    PyObject *code = PyCode_NewEmpty("native.pyx", "native", 7), *globals = PyDict_New();
    PyObject *frame = PyFrame_New(thread, code, globals, NULL);
    int failed = 0;
    if (thread->c_tracefunc)
        for (int what = 0; what < 4 && !failed; what += what ? 1 : 2)
            failed = thread->c_tracefunc(thread->c_traceobj, frame, what, &_Py_NoneStruct);
    if (!failed && thread->c_profilefunc) failed = thread->c_profilefunc(thread->c_profileobj, frame, 0, &_Py_NoneStruct);
    DECREF(frame);
    DECREF(globals);
    DECREF(code);
    return failed ? NULL : NEWREF(&_Py_NoneStruct);
}

/* PY_START, PY_RETURN, LINE, RAISE, PY_UNWIND */
static const uint8_t events[] = {0, 2, 5, 11, 13};

static PyObject *fire(PyObject *self, PyObject *raises) {
    PyMonitoringState states[5] = {{0}};
    uint64_t version = 0;
    PyObject *code = PyCode_NewEmpty("native.pyx", "native", 7), *result = NULL;
    if (PyMonitoring_EnterScope(states, &version, events, 5) < 0) goto done;
    if (states[0].active && _PyMonitoring_FirePyStartEvent(&states[0], code, 2) < 0) goto done;
    if (states[2].active && _PyMonitoring_FireLineEvent(&states[2], code, 4, 99) < 0) goto done;
    if (raises != &_Py_NoneStruct) {
        PyErr_SetNone(PyExc_ValueError);
        if (states[3].active && _PyMonitoring_FireRaiseEvent(&states[3], code, 6) < 0) goto done;
        if (states[4].active) _PyMonitoring_FirePyUnwindEvent(&states[4], code, 8);
        goto done;
    }
    if (states[1].active && _PyMonitoring_FirePyReturnEvent(&states[1], code, 8, raises) < 0) goto done;
    result = NEWREF(&_Py_NoneStruct);
done:
    PyMonitoring_ExitScope();
    DECREF(code);
    return result;
}

/* Shortens a list of which it has filled the beginning only. */
int PyList_SetSlice(PyObject *, Py_ssize_t, Py_ssize_t, PyObject *);
int PyList_SetItem(PyObject *, Py_ssize_t, PyObject *);
static PyObject *shorten(PyObject *self, PyObject *item) {
    PyObject *list = PyList_New(9);
    PyList_SetItem(list, 0, NEWREF(item));
    if (PyList_SetSlice(list, 1, 9, NULL) < 0) return NULL;
    return list;
}

/* Hashes a key once. */
PyObject *PyDict_SetDefault(PyObject *, PyObject *, PyObject *);
int PyDict_SetDefaultRef(PyObject *, PyObject *, PyObject *, PyObject **);
static PyObject *set_default(PyObject *self, PyObject *args) {
    PyObject *dict, *key, *value;
    if (!PyArg_ParseTuple(args, "OOO", &dict, &key, &value)) return NULL;
    PyObject *first = PyDict_SetDefault(dict, key, value), *second;
    if (!first) return NULL;
    int known = PyDict_SetDefaultRef(dict, key, value, &second);
    return known < 0 ? NULL : Py_BuildValue("ONi", first, second, known);
}

static PyMethodDef methods[] = {{"set_trace", set_trace, METH_O, NULL},     {"set_profile", set_profile, METH_O, NULL},
                                {"tell", tell, METH_NOARGS, NULL},          {"fire", fire, METH_O, NULL},
                                {"shorten", shorten, METH_O, NULL},         {"set_default", set_default, METH_VARARGS, NULL},
                                {0}};
static PyModuleDef def = {HEAD, .m_name = "events", .m_size = 0, .m_methods = methods};

PyObject *PyInit_events(void) {
    return PyModuleDef_Init(&def);
}
