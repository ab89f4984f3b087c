/* An extension that uses the C API as compiled packages do, for the training run of the profile-guided build: static and
 * heap types, number, sequence and buffer slots, calls, containers, conversions, strings, errors. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <structmember.h>

typedef struct {
    PyObject_HEAD
    Py_ssize_t n;
    double *items;
    PyObject *base;
    PyObject *weak;
} Vector;

static PyTypeObject Vector_Type;

static Vector *vector(Py_ssize_t n)
{
    Vector *made = (Vector *)Vector_Type.tp_alloc(&Vector_Type, 0);
    if (made == NULL)
        return NULL;
    made->n = n;
    made->items = PyMem_Malloc(sizeof(double) * (size_t)(n ? n : 1));
    if (made->items == NULL) {
        Py_DECREF(made);
        return (Vector *)PyErr_NoMemory();
    }
    return made;
}

static PyObject *vector_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"items", "scale", NULL};
    PyObject *items;
    double scale = 1.0;
    (void)type;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O|d:Vector", names, &items, &scale))
        return NULL;
    PyObject *fast = PySequence_Fast(items, "items must be a sequence");
    if (fast == NULL)
        return NULL;
    Py_ssize_t n = PySequence_Fast_GET_SIZE(fast);
    Vector *made = vector(n);
    for (Py_ssize_t i = 0; made != NULL && i < n; i++) {
        made->items[i] = PyFloat_AsDouble(PySequence_Fast_GET_ITEM(fast, i)) * scale;
        if (PyErr_Occurred())
            Py_CLEAR(made);
    }
    Py_DECREF(fast);
    return (PyObject *)made;
}

static void vector_dealloc(Vector *self)
{
    if (self->weak != NULL)
        PyObject_ClearWeakRefs((PyObject *)self);
    PyMem_Free(self->items);
    Py_XDECREF(self->base);
    Py_TYPE(self)->tp_free(self);
}

static PyObject *vector_add(PyObject *a, PyObject *b)
{
    if (!PyObject_TypeCheck(a, &Vector_Type) || !PyObject_TypeCheck(b, &Vector_Type))
        Py_RETURN_NOTIMPLEMENTED;
    Vector *made = vector(((Vector *)a)->n);
    for (Py_ssize_t i = 0; made != NULL && i < made->n && i < ((Vector *)b)->n; i++)
        made->items[i] = ((Vector *)a)->items[i] + ((Vector *)b)->items[i];
    return (PyObject *)made;
}

static PyObject *vector_multiply(PyObject *a, PyObject *b)
{
    Vector *self = (Vector *)(PyObject_TypeCheck(a, &Vector_Type) ? a : b);
    PyObject *other = (PyObject *)self == a ? b : a;
    if (!PyNumber_Check(other))
        Py_RETURN_NOTIMPLEMENTED;
    PyObject *number = PyNumber_Float(other);
    if (number == NULL)
        return NULL;
    double factor = PyFloat_AS_DOUBLE(number);
    Py_DECREF(number);
    Vector *made = vector(self->n);
    for (Py_ssize_t i = 0; made != NULL && i < made->n; i++)
        made->items[i] = self->items[i] * factor;
    return (PyObject *)made;
}

static Py_ssize_t vector_length(PyObject *self) { return ((Vector *)self)->n; }

static PyObject *vector_subscript(PyObject *op, PyObject *key)
{
    Vector *self = (Vector *)op;
    if (PySlice_Check(key)) {
        Py_ssize_t start, stop, step;
        if (PySlice_Unpack(key, &start, &stop, &step) < 0)
            return NULL;
        Vector *made = vector(PySlice_AdjustIndices(self->n, &start, &stop, step));
        for (Py_ssize_t i = 0; made != NULL && i < made->n; i++)
            made->items[i] = self->items[start + i * step];
        if (made != NULL)
            made->base = Py_NewRef(op);
        return (PyObject *)made;
    }
    Py_ssize_t i = PyNumber_AsSsize_t(key, PyExc_IndexError);
    if (i == -1 && PyErr_Occurred())
        return NULL;
    if (i < 0)
        i += self->n;
    if (i < 0 || i >= self->n) {
        PyErr_Format(PyExc_IndexError, "index %zd is out of bounds for size %zd", i, self->n);
        return NULL;
    }
    return PyFloat_FromDouble(self->items[i]);
}

static int vector_assign(PyObject *op, PyObject *key, PyObject *value)
{
    Py_ssize_t i = PyLong_AsSsize_t(key);
    double number = value ? PyFloat_AsDouble(value) : 0.0;
    if (PyErr_Occurred())
        return -1;
    if (i >= 0 && i < ((Vector *)op)->n)
        ((Vector *)op)->items[i] = number;
    return 0;
}

static PyObject *vector_compare(PyObject *a, PyObject *b, int op)
{
    if (!PyObject_TypeCheck(b, &Vector_Type) || (op != Py_EQ && op != Py_NE))
        Py_RETURN_NOTIMPLEMENTED;
    int equal = ((Vector *)a)->n == ((Vector *)b)->n;
    for (Py_ssize_t i = 0; equal && i < ((Vector *)a)->n; i++)
        equal = ((Vector *)a)->items[i] == ((Vector *)b)->items[i];
    return PyBool_FromLong(equal == (op == Py_EQ));
}

static int vector_buffer(PyObject *op, Py_buffer *view, int flags)
{
    return PyBuffer_FillInfo(view, op, ((Vector *)op)->items, ((Vector *)op)->n * (Py_ssize_t)sizeof(double), 0, flags);
}

static PyObject *vector_tolist(PyObject *op, PyObject *args)
{
    if (!PyArg_ParseTuple(args, ""))
        return NULL;
    PyObject *list = PyList_New(((Vector *)op)->n);
    for (Py_ssize_t i = 0; list != NULL && i < ((Vector *)op)->n; i++)
        PyList_SET_ITEM(list, i, PyFloat_FromDouble(((Vector *)op)->items[i]));
    return list;
}

static PyObject *vector_sum(PyObject *op, PyObject *const *args, Py_ssize_t nargs, PyObject *names)
{
    (void)args, (void)nargs, (void)names;
    double sum = 0;
    for (Py_ssize_t i = 0; i < ((Vector *)op)->n; i++)
        sum += ((Vector *)op)->items[i];
    return PyFloat_FromDouble(sum);
}

static PyObject *vector_shape(PyObject *op, void *closure)
{
    (void)closure;
    return Py_BuildValue("(n)", ((Vector *)op)->n);
}

static PyMethodDef vector_methods[] = {{"tolist", vector_tolist, METH_VARARGS, NULL},
    {"sum", (PyCFunction)(void (*)(void))vector_sum, METH_FASTCALL | METH_KEYWORDS, NULL}, {NULL, NULL, 0, NULL}};
static PyGetSetDef vector_getset[] = {{"shape", vector_shape, NULL, NULL, NULL}, {NULL, NULL, NULL, NULL, NULL}};
static PyMemberDef vector_members[] = {{"base", T_OBJECT, offsetof(Vector, base), READONLY, NULL}, {NULL, 0, 0, 0, NULL}};
static PyNumberMethods vector_number = {.nb_add = vector_add, .nb_multiply = vector_multiply};
static PyMappingMethods vector_mapping = {vector_length, vector_subscript, vector_assign};
static PySequenceMethods vector_sequence = {.sq_length = vector_length};
static PyBufferProcs vector_procs = {vector_buffer, NULL};
static PyTypeObject Vector_Type = {PyVarObject_HEAD_INIT(NULL, 0).tp_name = "native.Vector", .tp_basicsize = sizeof(Vector),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE, .tp_new = vector_new, .tp_dealloc = (destructor)vector_dealloc,
    .tp_as_number = &vector_number, .tp_as_mapping = &vector_mapping, .tp_as_sequence = &vector_sequence,
    .tp_as_buffer = &vector_procs, .tp_richcompare = vector_compare, .tp_methods = vector_methods,
    .tp_getset = vector_getset, .tp_members = vector_members, .tp_weaklistoffset = offsetof(Vector, weak)};

/* A heap type with garbage collection, as Cython makes them. */
typedef struct {
    PyObject_HEAD
    PyObject *value;
} Holder;

static int holder_traverse(Holder *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(self->value);
    return 0;
}

static int holder_clear(Holder *self)
{
    Py_CLEAR(self->value);
    return 0;
}

static void holder_dealloc(Holder *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    Py_CLEAR(self->value);
    type->tp_free(self);
    Py_DECREF(type);
}

static int holder_init(Holder *self, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"value", NULL};
    PyObject *value = Py_None;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|O", names, &value))
        return -1;
    Py_XSETREF(self->value, Py_NewRef(value));
    return 0;
}

static PyObject *holder_get(Holder *self, PyObject *unused)
{
    (void)unused;
    return Py_NewRef(self->value);
}

static PyObject *holder_call(Holder *self, PyObject *args, PyObject *kwargs)
{
    return PyObject_Call(self->value, args, kwargs);
}

static PyMethodDef holder_methods[] = {{"get", (PyCFunction)(void (*)(void))holder_get, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
static PyMemberDef holder_members[] = {{"value", T_OBJECT, offsetof(Holder, value), 0, NULL}, {NULL, 0, 0, 0, NULL}};
static PyType_Slot holder_slots[] = {{Py_tp_traverse, holder_traverse}, {Py_tp_clear, holder_clear}, {Py_tp_dealloc, holder_dealloc},
    {Py_tp_init, holder_init}, {Py_tp_methods, holder_methods}, {Py_tp_members, holder_members}, {Py_tp_call, holder_call}, {0, NULL}};
static PyType_Spec holder_spec = {"native.Holder", sizeof(Holder), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC, holder_slots};

/* Containers, strings and numbers, as generated code handles them. */
static PyObject *handle(PyObject *module, PyObject *count)
{
    long n = PyLong_AsLong(count);
    PyObject *type = PyObject_GetAttrString(module, "Holder");
    PyObject *capsule = PyCapsule_New(&holder_spec, "native.capsule", NULL);
    PyObject *dict = PyDict_New(), *list = PyList_New(0), *set = PySet_New(NULL);
    PyObject *key = PyUnicode_InternFromString("key");
    long long total = 0;
    for (long i = 0; i < n; i++) {
        PyObject *number = PyLong_FromLongLong(i * 1000), *real = PyFloat_FromDouble((double)i), *index = PyLong_FromSsize_t(i % 50);
        PyObject *text = PyUnicode_FromFormat("item %ld of %s", i % 50, "many");
        PyObject *bytes = PyBytes_FromStringAndSize("some bytes", 10);
        PyObject *tuple = PyTuple_Pack(3, number, real, text);
        PyObject *holder = PyObject_CallFunctionObjArgs(type, tuple, NULL);
        PyDict_SetItem(dict, text, number);
        PyDict_SetItemString(dict, "name", real);
        PyList_Append(list, tuple);
        PySet_Add(set, index);
        total += PyDict_Contains(dict, text) + PySet_Contains(set, index) + PyObject_IsTrue(list);
        total += PyDict_GetItemWithError(dict, key) != NULL;
        total += PyObject_RichCompareBool(number, real, Py_LT) + PyObject_Hash(text) % 2 * 0 + PyObject_Size(tuple);
        total += PyLong_AsLongLong(number) + (long)PyFloat_AsDouble(real) + PyUnicode_GetLength(text) + PyBytes_Size(bytes);
        total += PyUnicode_Check(text) && PyUnicode_CompareWithASCIIString(text, "item") > 0;
        total += PyType_IsSubtype(Py_TYPE(holder), (PyTypeObject *)type) + PyObject_IsInstance(holder, type) + PyCallable_Check(holder);
        total += PyCapsule_GetPointer(capsule, "native.capsule") == &holder_spec;
        PyObject *sum = PyNumber_Add(number, index), *product = PyNumber_Multiply(real, number), *rest = PyNumber_Remainder(number, real);
        PyObject *less = PyObject_RichCompare(number, index, Py_GE), *shifted = PyNumber_Rshift(number, index);
        PyObject *value = PyObject_GetAttr(holder, key) ? NULL : (PyErr_Clear(), PyObject_GetAttrString(holder, "value"));
        PyObject *item = PySequence_GetItem(tuple, 1), *again = PyObject_GetItem(tuple, Py_None);
        if (again == NULL)
            PyErr_Clear();
        PyObject *got = PyObject_CallMethod(holder, "get", NULL), *shown = PyObject_Str(number), *joined = PyUnicode_Concat(text, shown);
        PyObject *iterator = PyObject_GetIter(tuple), *element;
        while ((element = PyIter_Next(iterator)) != NULL) {
            total++;
            Py_DECREF(element);
        }
        PyObject *made = PyUnicode_New(12, 127);
        PyUnicode_CopyCharacters(made, 0, text, 0, 6);
        PyUnicode_CopyCharacters(made, 6, text, 0, 6);
        PyUnicode_Resize(&made, 8);
        Py_buffer view;
        if (PyObject_GetBuffer(bytes, &view, PyBUF_SIMPLE) == 0) {
            total += view.len;
            PyBuffer_Release(&view);
        }
        PyGILState_Release(PyGILState_Ensure());
        PyObject *found;
        if (PyDict_GetItemRef(dict, text, &found) == 1)
            Py_DECREF(found);
        total += PyDict_GetItemString(dict, "name") == real;
        PyObject *raised = PyObject_CallOneArg(PyExc_ValueError, text);
        PyErr_SetObject(PyExc_ValueError, raised);
        Py_XDECREF(raised);
        total += PyErr_Occurred() != NULL && PyErr_ExceptionMatches(PyExc_ValueError);
        Py_XDECREF(PyErr_GetRaisedException());
        PyObject *kind, *thrown, *traceback;
        PyErr_SetNone(PyExc_StopIteration);
        PyErr_Fetch(&kind, &thrown, &traceback);
        Py_XDECREF(kind), Py_XDECREF(thrown), Py_XDECREF(traceback);
        if (i % 10 == 0) {
            PyObject *k, *v;
            Py_ssize_t at = 0;
            while (PyDict_Next(dict, &at, &k, &v))
                total++;
            PyErr_Format(PyExc_ValueError, "bad value %R", number);
            PyObject *error = PyErr_GetRaisedException();
            total += PyErr_GivenExceptionMatches(error, PyExc_TypeError);
            Py_XDECREF(error);
            PyList_SetSlice(list, 0, 10, NULL);
        }
        Py_XDECREF(made), Py_XDECREF(iterator), Py_XDECREF(joined), Py_XDECREF(shown), Py_XDECREF(got), Py_XDECREF(again), Py_XDECREF(item);
        Py_XDECREF(value), Py_XDECREF(shifted), Py_XDECREF(less), Py_XDECREF(rest), Py_XDECREF(product), Py_XDECREF(sum), Py_DECREF(holder);
        Py_DECREF(tuple), Py_DECREF(bytes), Py_DECREF(text), Py_DECREF(index), Py_DECREF(real), Py_DECREF(number);
        PyErr_Clear();
    }
    Py_DECREF(key), Py_DECREF(set), Py_DECREF(list), Py_DECREF(dict), Py_DECREF(capsule), Py_DECREF(type);
    return PyErr_Occurred() ? NULL : PyLong_FromLongLong(total);
}

static int execute(PyObject *module)
{
    PyObject *holder = PyType_FromModuleAndSpec(module, &holder_spec, NULL);
    if (holder == NULL || PyModule_AddObjectRef(module, "Holder", holder) < 0 || PyType_Ready(&Vector_Type) < 0)
        return -1;
    Py_DECREF(holder);
    return PyModule_AddObjectRef(module, "Vector", (PyObject *)&Vector_Type);
}

static PyMethodDef methods[] = {{"handle", handle, METH_O, NULL}, {NULL, NULL, 0, NULL}};
static PyModuleDef_Slot slots[] = {{Py_mod_exec, execute}, {0, NULL}};
static PyModuleDef definition = {PyModuleDef_HEAD_INIT, "native", NULL, 0, methods, slots, NULL, NULL, NULL};
PyMODINIT_FUNC PyInit_native(void) { return PyModuleDef_Init(&definition); }
