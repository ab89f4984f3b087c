/* Interpreters that end while something of them is left: threads, thread states. */

#include "api.h"

typedef struct PyThreadState PyThreadState;
typedef struct PyInterpreterState PyInterpreterState;

PyThreadState *PyThreadState_Swap(PyThreadState *);
PyThreadState *PyThreadState_New(PyInterpreterState *);
PyInterpreterState *PyThreadState_GetInterpreter(PyThreadState *);
PyThreadState *Py_NewInterpreter(void);
void Py_EndInterpreter(PyThreadState *);
int PyRun_SimpleStringFlags(const char *, void *);
const char *PyUnicode_AsUTF8AndSize(PyObject *, Py_ssize_t *);

/* Runs a program in an interpreter of its own and ends this. */
static PyObject *run(PyObject *self, PyObject *program) {
    const char *text = PyUnicode_AsUTF8AndSize(program, 0);
    PyThreadState *before = PyThreadState_Swap(0);
    PyThreadState *made = Py_NewInterpreter();
    int failed = PyRun_SimpleStringFlags(text, 0);
    Py_EndInterpreter(made);
    PyThreadState_Swap(before);
    return PyLong_FromLong(failed);
}

/* Ends an interpreter that has thread states which nobody uses. */
static PyObject *idle(PyObject *self, PyObject *count) {
    long n = PyLong_AsLong(count);
    PyThreadState *before = PyThreadState_Swap(0);
    PyThreadState *made = Py_NewInterpreter();
    while (n-- > 0)
        PyThreadState_New(PyThreadState_GetInterpreter(made));
    Py_EndInterpreter(made);
    PyThreadState_Swap(before);
    return PyLong_FromLong(0);
}

static PyMethodDef methods[] = {
    {"run", run, METH_O, NULL},
    {"idle", idle, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};
static PyModuleDef def = {HEAD, .m_name = "ending", .m_size = -1, .m_methods = methods};

PyObject *PyInit_ending(void) {
    return PyModule_Create2(&def, 1013);
}
