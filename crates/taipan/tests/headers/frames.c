/* A module that looks at frames and objects while they run: another evaluation function (PEP 523), data in code objects,
   the tracer of references, generators of frames, events of native code. */
#include <Python.h>
#include <frameobject.h>

static PyObject *seen;
static Py_ssize_t extra_index = -1;
static int freed;

static PyObject *note_frame(PyThreadState *tstate, struct _PyInterpreterFrame *frame, int throwing)
{
    PyObject *code = PyUnstable_InterpreterFrame_GetCode(frame);
    PyObject *name = PyObject_GetAttrString(code, "co_name");
    void *extra = NULL;
    int failed = name == NULL || PyList_Append(seen, name) < 0 || PyUnstable_Code_GetExtra(code, extra_index, &extra) < 0
                 || PyUnstable_Code_SetExtra(code, extra_index, (void *)((uintptr_t)extra + 1)) < 0;
    Py_XDECREF(name);
    Py_DECREF(code);
    if (failed) {
        return NULL;
    }
    return _PyEval_EvalFrameDefault(tstate, frame, throwing);
}

static PyObject *watch(PyObject *Py_UNUSED(module), PyObject *list)
{
    PyInterpreterState *interp = PyInterpreterState_Get();
    if (list == Py_None) {
        _PyInterpreterState_SetEvalFrameFunc(interp, _PyEval_EvalFrameDefault);
        Py_CLEAR(seen);
    }
    else {
        Py_XSETREF(seen, Py_NewRef(list));
        _PyInterpreterState_SetEvalFrameFunc(interp, note_frame);
    }
    return PyBool_FromLong(_PyInterpreterState_GetEvalFrameFunc(interp) == _PyEval_EvalFrameDefault);
}

static void count_freed(void *extra)
{
    freed += extra != NULL;
}

static PyObject *extra(PyObject *Py_UNUSED(module), PyObject *code)
{
    void *value = NULL;
    if (PyUnstable_Code_GetExtra(code, extra_index, &value) < 0) {
        return NULL;
    }
    return Py_BuildValue("ni", (Py_ssize_t)(uintptr_t)value, freed);
}

struct counts {
    int created, destroyed;
    PyObject *types[2];
};

static int count(PyObject *op, PyRefTracerEvent event, void *data)
{
    struct counts *counts = data;
    if (event == PyRefTracer_CREATE) {
        counts->types[counts->created++ % 2] = (PyObject *)Py_TYPE(op);
    }
    else {
        counts->destroyed++;
    }
    return 0;
}

static PyObject *trace_references(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(unused))
{
    struct counts counts = {0};
    void *data;
    if (PyRefTracer_SetTracer(count, &counts) < 0) {
        return NULL;
    }
    int is_set = PyRefTracer_GetTracer(&data) == count && data == &counts;
    PyObject *list = PyList_New(0);
    PyObject *number = PyFloat_FromDouble(0.5);
    int created = counts.created;
    Py_DECREF(list);
    Py_DECREF(number);
    PyRefTracer_SetTracer(NULL, NULL);
    return Py_BuildValue("iiiOO", is_set, created, counts.destroyed, counts.types[0], counts.types[1]);
}

static PyObject *generator(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *code, *globals, *name = NULL, *qualname = NULL;
    const char *kind;
    if (!PyArg_ParseTuple(args, "sO!O|OO", &kind, &PyCode_Type, &code, &globals, &name, &qualname)) {
        return NULL;
    }
    PyFrameObject *frame = PyFrame_New(PyThreadState_Get(), (PyCodeObject *)code, globals, NULL);
    if (frame == NULL) {
        return NULL;
    }
    switch (kind[0]) {
    case 'g': return name == NULL ? PyGen_New(frame) : PyGen_NewWithQualName(frame, name, qualname);
    case 'c': return PyCoro_New(frame, name, qualname);
    default: return PyAsyncGen_New(frame, name, qualname);
    }
}

static PyObject *fire(PyObject *Py_UNUSED(module), PyObject *codelike)
{
    static PyMonitoringState states[3];
    static uint64_t version;
    static const uint8_t events[3] = {PY_MONITORING_EVENT_PY_START, PY_MONITORING_EVENT_LINE, PY_MONITORING_EVENT_RAISE};
    if (PyMonitoring_EnterScope(states, &version, events, 3) < 0) {
        return NULL;
    }
    if (PyMonitoring_FirePyStartEvent(&states[0], codelike, 0) < 0
        || PyMonitoring_FireLineEvent(&states[1], codelike, 2, 42) < 0) {
        return NULL;
    }
    PyErr_SetString(PyExc_KeyError, "native");
    if (PyMonitoring_FireRaiseEvent(&states[2], codelike, 4) < 0) {
        return NULL;
    }
    int is_key_error = PyErr_ExceptionMatches(PyExc_KeyError);
    PyErr_Clear();
    PyMonitoring_ExitScope();
    return PyBool_FromLong(is_key_error);
}

static PyMethodDef functions[] = {
    {"watch", watch, METH_O, NULL},
    {"extra", extra, METH_O, NULL},
    {"trace_references", trace_references, METH_NOARGS, NULL},
    {"generator", generator, METH_VARARGS, NULL},
    {"fire", fire, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, .m_name = "frames", .m_size = -1, .m_methods = functions,
};

PyMODINIT_FUNC PyInit_frames(void)
{
    extra_index = PyUnstable_Eval_RequestCodeExtraIndex(count_freed);
    return PyModule_Create(&definition);
}
