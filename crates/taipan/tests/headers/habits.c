/* What generated code and bindings do beyond the documentation: mypyc, numba, protobuf, Cython, pandas. */
#include <Python.h>

/* mypyc appends to strings that others hold too. */
static PyObject *append(PyObject *self, PyObject *args)
{
    PyObject *first, *second;
    (void)self;
    if (!PyArg_ParseTuple(args, "UU", &first, &second))
        return NULL;
    PyObject *sum = first;
    Py_INCREF(sum);
    PyUnicode_Append(&sum, second);
    return sum == NULL ? NULL : Py_BuildValue("(ON)", first, sum);
}

/* numba's destructor leaves it to tp_free that the collector forgets the object. */
static PyTypeObject Tracked;
static void tracked_dealloc(PyObject *self) { Py_TYPE(self)->tp_free(self); }
static int tracked_traverse(PyObject *self, visitproc visit, void *arg)
{
    (void)self, (void)visit, (void)arg;
    return 0;
}

/* protobuf's getters say by a null pointer alone that there is nothing. */
static PyObject *nothing(PyObject *self, void *closure)
{
    (void)self, (void)closure;
    return NULL;
}
static PyGetSetDef tracked_getset[] = {{"nothing", nothing, NULL, NULL, NULL}, {NULL, NULL, NULL, NULL, NULL}};

static PyTypeObject Tracked = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "habits.Tracked",
    .tp_basicsize = sizeof(PyObject),
    .tp_dealloc = tracked_dealloc,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = tracked_traverse,
    .tp_getset = tracked_getset,
    .tp_new = PyType_GenericNew,
};

/* Cython's classes: the slots of one base count, whichever `__new__` is found first. */
typedef struct {
    PyObject_HEAD
    PyObject *held;
} Holder;

static PyObject *holder_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    (void)args, (void)kwargs;
    Holder *self = (Holder *)type->tp_alloc(type, 0);
    if (self != NULL)
        self->held = Py_NewRef(Py_None);
    return (PyObject *)self;
}

static void holder_dealloc(PyObject *self)
{
    Py_XDECREF(((Holder *)self)->held);
    Py_TYPE(self)->tp_free(self);
}

static PyObject *holder_held(PyObject *self, void *closure)
{
    (void)closure;
    PyObject *held = ((Holder *)self)->held;
    return Py_NewRef(held == NULL ? Py_Ellipsis : held);
}
static PyGetSetDef holder_getset[] = {{"held", holder_held, NULL, NULL, NULL}, {NULL, NULL, NULL, NULL, NULL}};

static PyTypeObject HolderType = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "habits.Holder",
    .tp_basicsize = sizeof(Holder),
    .tp_dealloc = holder_dealloc,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .tp_getset = holder_getset,
    .tp_new = holder_new,
};

static PyTypeObject Plain = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "habits.Plain",
    .tp_basicsize = sizeof(PyObject),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .tp_new = PyType_GenericNew,
};

/* mypyc gives a type attributes before it is ready. */
static PyObject *early(PyObject *self, PyObject *value)
{
    (void)self;
    PyHeapTypeObject *type = (PyHeapTypeObject *)PyType_GenericAlloc(&PyType_Type, 0);
    if (type == NULL)
        return NULL;
    type->ht_type.tp_name = "habits.Early";
    type->ht_type.tp_basicsize = sizeof(PyObject);
    type->ht_type.tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HEAPTYPE | Py_TPFLAGS_BASETYPE;
    if (PyObject_SetAttrString((PyObject *)type, "__orig_bases__", value) < 0)
        return NULL;
    type->ht_name = PyUnicode_FromString("Early");
    type->ht_qualname = Py_NewRef(type->ht_name);
    if (PyType_Ready((PyTypeObject *)type) < 0)
        return NULL;
    return (PyObject *)type;
}

/* Cython's code objects have no instructions. */
static PyObject *empty_code(PyObject *self, PyObject *name)
{
    (void)self;
    PyObject *bytes = PyBytes_FromStringAndSize("", 0), *tuple = PyTuple_New(0), *code = NULL;
    if (bytes != NULL && tuple != NULL)
        code = (PyObject *)PyUnstable_Code_NewWithPosOnlyArgs(0, 0, 0, 0, 0, 0, bytes, tuple, tuple, tuple, tuple, tuple,
                                                              name, name, name, 7, bytes, bytes);
    Py_XDECREF(bytes);
    Py_XDECREF(tuple);
    return code;
}

/* Cython's `cpython.array` reads the fields of array.array. */
typedef struct {
    char typecode;
    int itemsize;
} arraydescr;
typedef struct {
    PyObject_VAR_HEAD
    char *ob_item;
    Py_ssize_t allocated;
    const arraydescr *ob_descr;
    PyObject *weakreflist;
    Py_ssize_t ob_exports;
} arrayobject;

static PyObject *array_fields(PyObject *self, PyObject *object)
{
    (void)self;
    arrayobject *array = (arrayobject *)object;
    return Py_BuildValue("(nnCiny#)", Py_SIZE(object), Py_TYPE(object)->tp_basicsize, array->ob_descr->typecode,
                         array->ob_descr->itemsize, array->ob_exports, array->ob_item,
                         Py_SIZE(object) * array->ob_descr->itemsize);
}

/* `array.clone` of Cython. */
static PyObject *array_clone(PyObject *self, PyObject *object)
{
    (void)self;
    arrayobject *array = (arrayobject *)object;
    arrayobject *copy = (arrayobject *)Py_TYPE(object)->tp_alloc(Py_TYPE(object), 0);
    if (copy == NULL)
        return NULL;
    size_t size = (size_t)Py_SIZE(object) * (size_t)array->ob_descr->itemsize;
    copy->ob_descr = array->ob_descr;
    copy->allocated = Py_SIZE(object);
    Py_SET_SIZE(copy, Py_SIZE(object));
    copy->ob_item = PyMem_Malloc(size);
    memcpy(copy->ob_item, array->ob_item, size);
    return (PyObject *)copy;
}

/* msgspec goes on with an exception set and sorts a list: the exception stays, and is the caller's to find. */
static PyObject *sort_in_trouble(PyObject *self, PyObject *list)
{
    (void)self;
    PyErr_SetString(PyExc_LookupError, "set before");
    int status = PyList_Sort(list);
    PyObject *pending = PyErr_GetRaisedException();
    return Py_BuildValue("(iN)", status, pending);
}

/* And makes a class, which finds it. */
static PyObject *class_in_trouble(PyObject *self, PyObject *namespace)
{
    (void)self;
    PyObject *arguments = Py_BuildValue("(s()O)", "Made", namespace);
    PyErr_SetString(PyExc_LookupError, "set before");
    PyObject *made = PyType_Type.tp_new(&PyType_Type, arguments, NULL);
    Py_DECREF(arguments);
    return made;
}

/* Cython's `float(self)` in a subclass of float that defines `__float__`. */
static PyObject *number_float(PyObject *self, PyObject *number)
{
    (void)self;
    return Py_BuildValue("(Nd)", PyNumber_Float(number), PyFloat_AsDouble(number));
}

static PyMethodDef methods[] = {
    {"append", append, METH_VARARGS, NULL},         {"early", early, METH_O, NULL},
    {"empty_code", empty_code, METH_O, NULL},       {"array_fields", array_fields, METH_O, NULL},
    {"array_clone", array_clone, METH_O, NULL},     {"sort_in_trouble", sort_in_trouble, METH_O, NULL},
    {"class_in_trouble", class_in_trouble, METH_O, NULL}, {"number_float", number_float, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static int execute(PyObject *module)
{
    return PyModule_AddType(module, &Tracked) < 0 || PyModule_AddType(module, &HolderType) < 0 ||
                   PyModule_AddType(module, &Plain) < 0
               ? -1
               : 0;
}

static PyModuleDef_Slot slots[] = {{Py_mod_exec, (void *)execute}, {0, NULL}};
static PyModuleDef definition = {PyModuleDef_HEAD_INIT, "habits", NULL, 0, methods, slots, NULL, NULL, NULL};
PyMODINIT_FUNC PyInit_habits(void) { return PyModuleDef_Init(&definition); }
