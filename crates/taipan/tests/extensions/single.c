/* A module of single-phase initialisation: functions, formats, errors. */
#include "api.h"

static PyObject *add(PyObject *self, PyObject *args) {
    long x, y;
    double scale = 1;
    const char *label = "sum";
    if (!PyArg_ParseTuple(args, "ll|ds:add", &x, &y, &scale, &label)) return NULL;
    return Py_BuildValue("(sdl{s:(ii)}[])", label, scale, x + y, "parts", (int)x, (int)y);
}

static PyObject *pick(PyObject *self, PyObject *args, PyObject *kwargs) {
    static char *names[] = {"", "first", "second", NULL};
    PyObject *op, *first = &_Py_NoneStruct, *second = &_Py_NoneStruct;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O|O$O:pick", names, &op, &first, &second)) return NULL;
    return Py_BuildValue("OOO", op, first, second);
}

static PyObject *fail(PyObject *self, PyObject *arg) {
    return PyErr_Format(PyExc_ValueError, "%s: %R is %d%% of %zd (%c%5.2s|%-4i|%#x)", "bad", arg, 50,
                        (Py_ssize_t)7, 'x', "abc", 12, 255);
}

static PyObject *call(PyObject *self, PyObject *arg) {
    PyObject *made = PyObject_CallFunction(arg, "(is)", 3, "c");
    if (!made) return NULL;
    PyObject *text = PyObject_CallMethod(made, "__repr__", NULL);
    PyObject *result = text ? PyUnicode_FromFormat("<%U|%S|%A>", text, made, made) : NULL;
    DECREF(made);
    if (text) DECREF(text);
    return result;
}

static PyObject *many(PyObject *self, PyObject *args) {
    int a, b, c, d, e, f, g, h;
    double x, y, z, u, v, w, p, q, r;
    if (!PyArg_ParseTuple(args, "iiiiiiiiddddddddd", &a, &b, &c, &d, &e, &f, &g, &h, &x, &y, &z, &u, &v, &w, &p, &q, &r))
        return NULL;
    return Py_BuildValue("iiiiiiiiddddddddd", a, b, c, d, e, f, g, h, x, y, z, u, v, w, p, q, r);
}

static PyMethodDef methods[] = {
    {"add", add, METH_VARARGS, "add(x, y)"},
    {"pick", (PyCFunction)pick, METH_VARARGS | METH_KEYWORDS, NULL},
    {"fail", fail, METH_O, NULL},
    {"call", call, METH_O, NULL},
    {"many", many, METH_VARARGS, NULL},
    {0},
};
static PyModuleDef def = {HEAD, .m_name = "single", .m_doc = "Single phase.", .m_size = -1, .m_methods = methods};

PyObject *PyInit_single(void) {
    PyObject *module = PyModule_Create2(&def, 1013);
    if (module) PyModule_AddIntConstant(module, "ANSWER", 42);
    return module;
}
