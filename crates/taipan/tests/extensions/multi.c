/* A module of multi-phase initialisation with state and a heap type; a thread that C made calls back. */
#include "api.h"
#include <pthread.h>

typedef struct {
    long instances;
} State;
typedef struct {
    PyObject head;
    PyObject *value;
    int weight;
} Box;

static PyModuleDef def;
PyObject *PyType_GetModuleByDef(PyTypeObject *, PyModuleDef *);

static int box_init(PyObject *self, PyObject *args, PyObject *kwargs) {
    Box *box = (Box *)self;
    static char *names[] = {"value", "weight", NULL};
    PyObject *value;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O|i", names, &value, &box->weight)) return -1;
    box->value = NEWREF(value);
    PyObject *module = PyType_GetModuleByDef(self->ob_type, &def);
    if (!module) return -1;
    ((State *)PyModule_GetState(module))->instances++;
    return 0;
}

static PyObject *box_repr(PyObject *self) {
    Box *box = (Box *)self;
    return PyUnicode_FromFormat("Box(%R, weight=%d)", box->value, box->weight);
}

static PyObject *box_add(PyObject *a, PyObject *b) {
    return PyObject_CallFunction((PyObject *)a->ob_type, "(O)", ((Box *)a)->value);
}

static Py_ssize_t box_length(PyObject *self) {
    return ((Box *)self)->weight;
}

extern void *PyType_GetSlot(PyTypeObject *, int);
static void box_dealloc(PyObject *self) {
    PyTypeObject *type = self->ob_type;
    if (((Box *)self)->value) DECREF(((Box *)self)->value);
    void (*free_)(void *) = (void (*)(void *))PyType_GetSlot(type, 74);
    free_(self);
    DECREF((PyObject *)type);
}

static PyMemberDef members[] = {{"weight", 1, offsetof(Box, weight), 0, "how heavy"}, {0}};
static Slot slots[] = {{60, box_init}, {66, box_repr}, {7, box_add}, {45, box_length}, {52, box_dealloc},
                       {72, members}, {56, "Box(value, weight=0)\n--\n\nA box."}, {0}};
static PyType_Spec spec = {"multi.Box", sizeof(Box), 0, 1u << 10, slots};

static PyObject *count(PyObject *self, PyObject *unused) {
    return PyLong_FromLong(((State *)PyModule_GetState(self))->instances);
}

static void *work(void *arg) {
    int state = PyGILState_Ensure();
    PyObject *result = PyObject_CallMethod((PyObject *)arg, "append", "s", "from a thread");
    if (result) DECREF(result);
    PyGILState_Release(state);
    return NULL;
}

static PyObject *in_thread(PyObject *self, PyObject *list) {
    pthread_t thread;
    void *saved = PyEval_SaveThread();
    pthread_create(&thread, NULL, work, list);
    pthread_join(thread, NULL);
    PyEval_RestoreThread(saved);
    return NEWREF(list);
}

static int exec(PyObject *module) {
    PyObject *type = PyType_FromModuleAndSpec(module, &spec, NULL);
    if (!type) return -1;
    int failed = PyModule_AddObjectRef(module, "Box", type);
    DECREF(type);
    return failed;
}

static PyMethodDef methods[] = {{"count", count, METH_NOARGS, NULL}, {"in_thread", in_thread, METH_O, NULL}, {0}};
static Slot phases[] = {{2, exec}, {0}};
static PyModuleDef def = {HEAD, .m_name = "multi", .m_size = sizeof(State), .m_methods = methods, .m_slots = phases};

PyObject *PyInit_multi(void) {
    return PyModuleDef_Init(&def);
}
