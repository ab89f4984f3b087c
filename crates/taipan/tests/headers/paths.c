/* Functions that take short ways for what is common, called with what is common and with everything else. */
#include <Python.h>

static PyObject *get(PyObject *self, PyObject *args)
{
    PyObject *op, *name;
    (void)self;
    return PyArg_ParseTuple(args, "OO", &op, &name) ? PyObject_GetAttr(op, name) : NULL;
}

static PyObject *get_optional(PyObject *self, PyObject *args)
{
    PyObject *op, *name, *found = (PyObject *)1;
    (void)self;
    if (!PyArg_ParseTuple(args, "OO", &op, &name))
        return NULL;
    int status = PyObject_GetOptionalAttr(op, name, &found);
    if (status < 0)
        return found == NULL ? NULL : PyErr_Format(PyExc_SystemError, "a result and an error");
    return status ? Py_BuildValue("(iN)", status, found) : Py_BuildValue("(is)", status, found == NULL ? "null" : "not null");
}

static PyObject *set(PyObject *self, PyObject *args)
{
    PyObject *op, *name, *value = NULL;
    (void)self;
    if (!PyArg_ParseTuple(args, "OO|O", &op, &name, &value))
        return NULL;
    if (PyObject_SetAttr(op, name, value) < 0)
        return NULL;
    Py_RETURN_NONE;
}

/* call(f): PyObject_CallNoArgs; call(f, args): PyObject_Call; call(f, args, dict). */
static PyObject *call(PyObject *self, PyObject *args)
{
    PyObject *callable, *arguments = NULL, *keywords = NULL;
    (void)self;
    if (!PyArg_ParseTuple(args, "O|OO", &callable, &arguments, &keywords))
        return NULL;
    return arguments == NULL ? PyObject_CallNoArgs(callable) : PyObject_Call(callable, arguments, keywords);
}

/* vector(f, args, names): PyObject_Vectorcall with and without room before the arguments. */
static PyObject *vector(PyObject *self, PyObject *args)
{
    PyObject *callable, *arguments, *names = NULL, *words[20] = {NULL};
    (void)self;
    if (!PyArg_ParseTuple(args, "OO!|O!", &callable, &PyTuple_Type, &arguments, &PyTuple_Type, &names))
        return NULL;
    Py_ssize_t n = PyTuple_Size(arguments), keywords = names == NULL ? 0 : PyTuple_Size(names);
    for (Py_ssize_t i = 0; i < n && i < 19; i++)
        words[i + 1] = PyTuple_GetItem(arguments, i);
    PyObject *first = PyObject_Vectorcall(callable, words + 1, (size_t)(n - keywords) | PY_VECTORCALL_ARGUMENTS_OFFSET, names);
    if (first == NULL)
        return NULL;
    PyObject *second = PyObject_Vectorcall(callable, words + 1, (size_t)(n - keywords), names);
    return second == NULL ? (Py_DECREF(first), NULL) : Py_BuildValue("(NN)", first, second);
}

static PyObject *method(PyObject *self, PyObject *args)
{
    PyObject *name = PyTuple_GetItem(args, 1), *words[8] = {NULL};
    Py_ssize_t n = PyTuple_Size(args);
    (void)self;
    words[0] = PyTuple_GetItem(args, 0);
    for (Py_ssize_t i = 2; i < n && i < 8; i++)
        words[i - 1] = PyTuple_GetItem(args, i);
    return PyObject_VectorcallMethod(name, words, (size_t)(n - 1), NULL);
}

static PyObject *add(PyObject *self, PyObject *args)
{
    PyObject *a, *b;
    (void)self;
    return PyArg_ParseTuple(args, "OO", &a, &b) ? PyNumber_Add(a, b) : NULL;
}

static PyObject *compare(PyObject *self, PyObject *args)
{
    PyObject *a, *b, *both = NULL;
    int op;
    (void)self;
    if (!PyArg_ParseTuple(args, "OOi", &a, &b, &op) || (both = PyObject_RichCompare(a, b, op)) == NULL)
        return NULL;
    int flag = PyObject_RichCompareBool(a, b, op);
    return flag < 0 ? (Py_DECREF(both), NULL) : Py_BuildValue("(Ni)", both, flag);
}

static PyObject *numbers(PyObject *self, PyObject *op)
{
    PyObject *all = PyList_New(0);
    (void)self;
#define NUMBER(format, type, function)                                  \
    {                                                                   \
        type value = function(op);                                      \
        PyObject *shown;                                                \
        if (value == (type)-1 && PyErr_Occurred())                      \
            shown = PyErr_GetRaisedException();                         \
        else                                                            \
            shown = Py_BuildValue(format, value);                       \
        PyList_Append(all, shown);                                      \
        Py_DECREF(shown);                                               \
    }
    NUMBER("l", long, PyLong_AsLong)
    NUMBER("i", int, PyLong_AsInt)
    NUMBER("L", long long, PyLong_AsLongLong)
    NUMBER("n", Py_ssize_t, PyLong_AsSsize_t)
    NUMBER("d", double, PyFloat_AsDouble)
    return all;
}

static PyObject *text(PyObject *self, PyObject *args)
{
    const char *bytes;
    Py_ssize_t n, size = -5;
    (void)self;
    if (!PyArg_ParseTuple(args, "y#", &bytes, &n))
        return NULL;
    PyObject *made = PyUnicode_FromStringAndSize(bytes, n), *again = PyUnicode_FromString(bytes);
    if (made == NULL || again == NULL)
        return NULL;
    const char *utf8 = PyUnicode_AsUTF8AndSize(made, &size);
    return Py_BuildValue("(NNny#)", made, again, size, utf8, size);
}

static PyObject *utf8(PyObject *self, PyObject *op)
{
    Py_ssize_t size = -5;
    (void)self;
    const char *bytes = PyUnicode_AsUTF8AndSize(op, &size);
    return bytes == NULL ? NULL : Py_BuildValue("(ns)", size, bytes);
}

static PyObject *parse(PyObject *self, PyObject *args, PyObject *keywords)
{
    static char *names[] = {"a", "b", "c", NULL};
    int a;
    PyObject *b = Py_None;
    const char *c = "default";
    (void)self;
    if (!PyArg_ParseTupleAndKeywords(args, keywords, "i|O$s:parse", names, &a, &b, &c))
        return NULL;
    return Py_BuildValue("iOs", a, b, c);
}

static PyObject *parse_some(PyObject *self, PyObject *args, PyObject *keywords)
{
    static char *names[] = {"", "\303\251t\303\251", NULL};
    int a, b = 7;
    (void)self;
    return PyArg_ParseTupleAndKeywords(args, keywords, "i|i;custom message", names, &a, &b) ? Py_BuildValue("ii", a, b) : NULL;
}

static PyObject *parse_many(PyObject *self, PyObject *args, PyObject *keywords)
{
    static char *names[] = {"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", NULL};
    int v[14] = {0};
    (void)self;
    if (!PyArg_ParseTupleAndKeywords(args, keywords, "|iiiiiiiiiiiiii", names, v, v + 1, v + 2, v + 3, v + 4, v + 5, v + 6, v + 7, v + 8,
                                     v + 9, v + 10, v + 11, v + 12, v + 13))
        return NULL;
    return Py_BuildValue("iiiiiiiiiiiiii", v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7], v[8], v[9], v[10], v[11], v[12], v[13]);
}

static PyObject *parse_wrong(PyObject *self, PyObject *args, PyObject *keywords)
{
    static char *names[] = {"a", "", NULL};
    int a, b;
    (void)self;
    return PyArg_ParseTupleAndKeywords(args, keywords, "ii", names, &a, &b) ? Py_BuildValue("ii", a, b) : NULL;
}

/* What functions of the older conventions are given. */
static PyObject *plain(PyObject *self, PyObject *args) { (void)self; return Py_NewRef(args); }
static PyObject *both(PyObject *self, PyObject *args, PyObject *keywords)
{
    (void)self;
    return Py_BuildValue("(OO)", args, keywords == NULL ? Py_Ellipsis : keywords);
}

static PyObject *build(PyObject *self, PyObject *args)
{
    int which;
    PyObject *op;
    (void)self;
    if (!PyArg_ParseTuple(args, "iO", &which, &op))
        return NULL;
    switch (which) {
    case 0: return Py_BuildValue("");
    case 1: return Py_BuildValue("i", 5);
    case 2: return Py_BuildValue("()");
    case 3: return Py_BuildValue("((i)[s]{s:d})", 5, "five", "key", 5.0);
    case 4: return Py_BuildValue("iO(y#)", 5, op, "bytes", (Py_ssize_t)2);
    case 5: return Py_BuildValue("(i", 5);
    case 6: return Py_BuildValue("i)", 5);
    case 7: return Py_BuildValue("(iONi)", 1, NULL, Py_NewRef(op), 2);
    case 8: return Py_BuildValue("(i?)", 1, 2);
    case 9: return Py_BuildValue("{O:i,O:i}", op, 1, op, 2);
    case 10: return Py_BuildValue("(s#z)", "\xff", (Py_ssize_t)1, NULL);
    default: return Py_BuildValue("N", PyList_New(0));
    }
}

static PyObject *lists(PyObject *self, PyObject *op)
{
    (void)self;
    PyObject *list = PyList_New(2), *empty = PyList_New(0), *tuple = PyTuple_New(2);
    PyList_SET_ITEM(list, 0, Py_NewRef(op));
    PyList_SET_ITEM(list, 1, Py_NewRef(op));
    PyTuple_SET_ITEM(tuple, 0, Py_NewRef(op));
    PyTuple_SET_ITEM(tuple, 1, Py_NewRef(op));
    for (int i = 0; i < 2000; i++)
        if (PyList_Append(i % 2 ? list : empty, op) < 0)
            return NULL;
    Py_DECREF(PyList_New(2)); /* never filled in */
    Py_DECREF(PyTuple_New(2));
    return Py_BuildValue("(NNN)", list, empty, tuple);
}

/* Makes a string of an argument's characters twice, gives it another length, and shows what is left of it. */
static PyObject *resize(PyObject *self, PyObject *args)
{
    (void)self;
    PyObject *from;
    Py_ssize_t n;
    int widest;
    if (!PyArg_ParseTuple(args, "Uni:resize", &from, &n, &widest))
        return NULL;
    Py_ssize_t length = PyUnicode_GET_LENGTH(from);
    PyObject *made = PyUnicode_New(2 * length, (Py_UCS4)widest);
    if (made == NULL)
        return NULL;
    if (PyUnicode_CopyCharacters(made, 0, from, 0, length) < 0 || PyUnicode_CopyCharacters(made, length, from, 0, length) < 0 ||
        PyUnicode_Resize(&made, n) < 0) {
        Py_DECREF(made);
        return NULL;
    }
    if (n > 2 * length && PyUnicode_Fill(made, 2 * length, n - 2 * length, '.') < 0)
        return NULL;
    return made;
}

/* Calls with a list of objects. */
static PyObject *objects(PyObject *self, PyObject *args)
{
    (void)self;
    PyObject *f, *a;
    if (!PyArg_ParseTuple(args, "OO", &f, &a))
        return NULL;
    PyObject *none = PyObject_CallFunctionObjArgs(f, NULL), *two = PyObject_CallFunctionObjArgs(f, a, f, NULL);
    PyObject *eight = PyObject_CallFunctionObjArgs(f, a, a, a, a, a, a, a, a, NULL);
    PyObject *ten = PyObject_CallFunctionObjArgs(f, a, a, a, a, a, a, a, a, a, f, NULL);
    if (none == NULL || two == NULL || eight == NULL || ten == NULL)
        return NULL;
    return Py_BuildValue("(NNNN)", none, two, eight, ten);
}

/* Goes on when a call has failed: the last error counts. */
static PyObject *careless(PyObject *self, PyObject *args)
{
    (void)self;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(args); i++) {
        PyObject *item = PyTuple_GET_ITEM(args, i);
        PyFloat_AsDouble(item);
        PyLong_AsLong(item);
        PyObject_Size(item);
        Py_XDECREF(PyObject_GetItem(item, item));
        Py_XDECREF(PyObject_GetAttrString(item, "nothing"));
        PyFloat_AsDouble(item);
    }
    if (PyErr_Occurred())
        return NULL;
    Py_RETURN_NONE;
}

/* Constructors that break their word. */
static PyObject *fail_new(PyTypeObject *type, PyObject *args, PyObject *keywords) { (void)type, (void)args, (void)keywords; return NULL; }
static PyTypeObject Fails = {PyVarObject_HEAD_INIT(NULL, 0).tp_name = "paths.Fails", .tp_basicsize = sizeof(PyObject),
                             .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE, .tp_new = fail_new};

#define ANY(function) ((PyCFunction)(void (*)(void))function)
static PyMethodDef methods[] = {
    {"get", get, METH_VARARGS, NULL}, {"get_optional", get_optional, METH_VARARGS, NULL}, {"set", set, METH_VARARGS, NULL},
    {"call", call, METH_VARARGS, NULL}, {"vector", vector, METH_VARARGS, NULL}, {"method", method, METH_VARARGS, NULL},
    {"add", add, METH_VARARGS, NULL}, {"compare", compare, METH_VARARGS, NULL}, {"numbers", numbers, METH_O, NULL},
    {"text", text, METH_VARARGS, NULL}, {"utf8", utf8, METH_O, NULL}, {"parse", ANY(parse), METH_VARARGS | METH_KEYWORDS, NULL},
    {"parse_some", ANY(parse_some), METH_VARARGS | METH_KEYWORDS, NULL}, {"parse_many", ANY(parse_many), METH_VARARGS | METH_KEYWORDS, NULL},
    {"parse_wrong", ANY(parse_wrong), METH_VARARGS | METH_KEYWORDS, NULL}, {"plain", plain, METH_VARARGS, NULL},
    {"both", ANY(both), METH_VARARGS | METH_KEYWORDS, NULL}, {"build", build, METH_VARARGS, NULL}, {"lists", lists, METH_O, NULL},
    {"resize", resize, METH_VARARGS, NULL}, {"objects", objects, METH_VARARGS, NULL},
    {"careless", careless, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL}};

static int exec(PyObject *module) { return PyModule_AddType(module, &Fails); }
static PyModuleDef_Slot slots[] = {{Py_mod_exec, exec}, {0, NULL}};
static PyModuleDef definition = {PyModuleDef_HEAD_INIT, "paths", NULL, 0, methods, slots, NULL, NULL, NULL};
PyMODINIT_FUNC PyInit_paths(void) { return PyModuleDef_Init(&definition); }
