/* A module of the limited API: the compiler's command line says of which version. */
#include <Python.h>

typedef struct {
    PyObject *seen;
} State;

static PyObject *last(PyObject *module, PyObject *Py_UNUSED(args))
{
    State *state = PyModule_GetState(module);
    if (state->seen == NULL) {
        Py_RETURN_NONE;
    }
    Py_INCREF(state->seen);
    return state->seen;
}

static PyObject *see(PyObject *module, PyObject *op)
{
    State *state = PyModule_GetState(module);
    PyObject *old = state->seen;
    Py_INCREF(op);
    state->seen = op;
    Py_XDECREF(old);
    if (PyLong_Check(op) && PyObject_IsTrue(op)) {
        Py_RETURN_TRUE;
    }
    if (op == Py_None || PyBool_Check(op)) {
        Py_RETURN_FALSE;
    }
    return PyUnicode_FromFormat("%s %zd", PyType_Check(op) ? "type" : "object", PyObject_Length(op));
}

static PyObject *pair_call(PyObject *self, PyObject *args, PyObject *Py_UNUSED(kwargs))
{
    return Py_BuildValue("(OO)", Py_TYPE(self), args);
}

static PyType_Slot pair_slots[] = {
    {Py_tp_call, pair_call},
    {Py_tp_doc, "Called, tells what it is."},
    {0, NULL},
};
static PyType_Spec pair_spec = {"limited.Caller", sizeof(PyObject), 0, Py_TPFLAGS_DEFAULT, pair_slots};

static int fill(PyObject *module)
{
    PyObject *type = PyType_FromSpec(&pair_spec);
    if (type == NULL || PyModule_AddObject(module, "Caller", type) < 0) {
        Py_XDECREF(type);
        return -1;
    }
    return PyModule_AddIntConstant(module, "api", Py_LIMITED_API);
}

static int traverse(PyObject *module, visitproc visit, void *arg)
{
    State *state = PyModule_GetState(module);
    if (state != NULL) {
        Py_VISIT(state->seen);
    }
    return 0;
}

static int clear(PyObject *module)
{
    State *state = PyModule_GetState(module);
    if (state != NULL) {
        Py_CLEAR(state->seen);
    }
    return 0;
}

static PyMethodDef methods[] = {
    {"last", last, METH_NOARGS, NULL},
    {"see", see, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};
static PyModuleDef_Slot slots[] = {
    {Py_mod_exec, fill},
    {0, NULL},
};
static PyModuleDef def = {
    PyModuleDef_HEAD_INIT, "limited", NULL, sizeof(State), methods, slots, traverse, clear, NULL,
};

PyMODINIT_FUNC PyInit_limited(void)
{
    return PyModuleDef_Init(&def);
}
