/* A module that uses much of the C API, macros and inline functions above all. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <datetime.h>
#include <frameobject.h>
#include <marshal.h>
#include <structmember.h>

/* A type with members, computed attributes, cyclic garbage, weak references and number slots. */
typedef struct {
    PyObject_HEAD
    PyObject *partner;
    PyObject *weakrefs;
    double weight;
    int count;
    char flag;
} Pair;

static PyTypeObject Pair_Type;

static int pair_init(PyObject *self, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"partner", "weight", "count", NULL};
    Pair *pair = (Pair *)self;
    PyObject *partner = Py_None;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|O$di:Pair", names, &partner, &pair->weight, &pair->count)) {
        return -1;
    }
    Py_XSETREF(pair->partner, Py_NewRef(partner));
    return 0;
}

static int pair_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(((Pair *)self)->partner);
    return 0;
}

static int pair_clear(PyObject *self)
{
    Py_CLEAR(((Pair *)self)->partner);
    return 0;
}

static void pair_dealloc(PyObject *self)
{
    PyObject_GC_UnTrack(self);
    if (((Pair *)self)->weakrefs != NULL) {
        PyObject_ClearWeakRefs(self);
    }
    pair_clear(self);
    Py_TYPE(self)->tp_free(self);
}

static PyObject *pair_repr(PyObject *self)
{
    Pair *pair = (Pair *)self;
    char *text = PyOS_double_to_string(pair->weight, 'r', 0, Py_DTSF_ADD_DOT_0, NULL);
    PyObject *result = PyUnicode_FromFormat("Pair(%R, weight=%s, count=%d)", pair->partner, text, pair->count);
    PyMem_Free(text);
    return result;
}

static PyObject *pair_compare(PyObject *a, PyObject *b, int op)
{
    if (!PyObject_TypeCheck(b, &Pair_Type)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    Py_RETURN_RICHCOMPARE(((Pair *)a)->weight, ((Pair *)b)->weight, op);
}

static PyObject *pair_add(PyObject *a, PyObject *b)
{
    if (!Py_IS_TYPE(a, &Pair_Type) || !PyFloat_Check(b)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    Pair *sum = PyObject_GC_New(Pair, &Pair_Type);
    if (sum == NULL) {
        return NULL;
    }
    sum->partner = Py_XNewRef(((Pair *)a)->partner);
    sum->weakrefs = NULL;
    sum->weight = ((Pair *)a)->weight + PyFloat_AS_DOUBLE(b);
    sum->count = 0;
    sum->flag = 0;
    PyObject_GC_Track(sum);
    return (PyObject *)sum;
}

static PyObject *pair_get_half(PyObject *self, void *closure)
{
    return PyFloat_FromDouble(((Pair *)self)->weight / *(double *)closure);
}

static int pair_set_half(PyObject *self, PyObject *value, void *closure)
{
    if (value == NULL) {
        PyErr_SetString(PyExc_AttributeError, "half cannot be deleted");
        return -1;
    }
    double half = PyFloat_AsDouble(value);
    if (half == -1.0 && PyErr_Occurred()) {
        return -1;
    }
    ((Pair *)self)->weight = half * *(double *)closure;
    return 0;
}

static double two = 2.0;
static PyGetSetDef pair_getset[] = {
    {"half", pair_get_half, pair_set_half, PyDoc_STR("half of the weight"), &two},
    {NULL, NULL, NULL, NULL, NULL},
};
static PyMemberDef pair_members[] = {
    {"partner", T_OBJECT_EX, offsetof(Pair, partner), READONLY, "the other"},
    {"weight", Py_T_DOUBLE, offsetof(Pair, weight), 0, NULL},
    {"count", Py_T_INT, offsetof(Pair, count), 0, NULL},
    {"flag", Py_T_BOOL, offsetof(Pair, flag), 0, NULL},
    {NULL, 0, 0, 0, NULL},
};
static PyNumberMethods pair_number = {.nb_add = pair_add};
static PyTypeObject Pair_Type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "broad.Pair",
    .tp_basicsize = sizeof(Pair),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC,
    .tp_doc = PyDoc_STR("Something with another."),
    .tp_new = PyType_GenericNew,
    .tp_init = pair_init,
    .tp_dealloc = pair_dealloc,
    .tp_traverse = pair_traverse,
    .tp_clear = pair_clear,
    .tp_repr = pair_repr,
    .tp_richcompare = pair_compare,
    .tp_as_number = &pair_number,
    .tp_getset = pair_getset,
    .tp_members = pair_members,
    .tp_weaklistoffset = offsetof(Pair, weakrefs),
};

/* Inline access to builtin objects. */
static PyObject *look(PyObject *Py_UNUSED(module), PyObject *op)
{
    PyObject *seen = PyDict_New();
    if (seen == NULL) {
        return NULL;
    }
#define SEE(name, made) \
    do { \
        PyObject *see_made = (made); \
        if (see_made == NULL || PyDict_SetItemString(seen, name, see_made) < 0) { \
            Py_XDECREF(see_made); \
            Py_DECREF(seen); \
            return NULL; \
        } \
        Py_DECREF(see_made); \
    } while (0)
    SEE("type", Py_NewRef(Py_TYPE(op)));
    if (PyUnicode_Check(op)) {
        SEE("kind", PyLong_FromLong((long)PyUnicode_KIND(op)));
        SEE("ascii", PyBool_FromLong(PyUnicode_IS_ASCII(op)));
        SEE("max", PyLong_FromUnsignedLong(PyUnicode_MAX_CHAR_VALUE(op)));
        Py_ssize_t length = PyUnicode_GET_LENGTH(op);
        SEE("length", PyLong_FromSsize_t(length));
        if (length > 0) {
            Py_UCS4 last = PyUnicode_READ(PyUnicode_KIND(op), PyUnicode_DATA(op), length - 1);
            SEE("last", PyLong_FromUnsignedLong(last));
            SEE("first", PyLong_FromUnsignedLong(PyUnicode_READ_CHAR(op, 0)));
            SEE("alpha", PyBool_FromLong(Py_UNICODE_ISALNUM(last)));
            SEE("space", PyBool_FromLong(Py_UNICODE_ISSPACE(last)));
        }
    } else if (PyBytes_Check(op)) {
        SEE("copy", PyBytes_FromStringAndSize(PyBytes_AS_STRING(op), PyBytes_GET_SIZE(op)));
    } else if (PyByteArray_Check(op)) {
        SEE("copy", PyBytes_FromStringAndSize(PyByteArray_AS_STRING(op), PyByteArray_GET_SIZE(op)));
    } else if (PyBool_Check(op)) {
        SEE("true", PyBool_FromLong(Py_IsTrue(op)));
    } else if (PyLong_Check(op)) {
        if (PyUnstable_Long_IsCompact((PyLongObject *)op)) {
            SEE("compact", PyLong_FromSsize_t(PyUnstable_Long_CompactValue((PyLongObject *)op)));
        } else {
            SEE("digit", PyLong_FromUnsignedLong(((PyLongObject *)op)->long_value.ob_digit[0]));
        }
        int overflow;
        long long value = PyLong_AsLongLongAndOverflow(op, &overflow);
        SEE("value", PyLong_FromLongLong(value));
        SEE("overflow", PyLong_FromLong(overflow));
    } else if (PyFloat_CheckExact(op)) {
        SEE("double", PyFloat_FromDouble(PyFloat_AS_DOUBLE(op) * 2));
    } else if (PyComplex_Check(op)) {
        Py_complex value = ((PyComplexObject *)op)->cval;
        SEE("conjugate", PyComplex_FromDoubles(value.real, -value.imag));
    } else if (PyTuple_Check(op) || PyList_Check(op)) {
        Py_ssize_t n = PySequence_Fast_GET_SIZE(op);
        PyObject *back = PyTuple_New(n);
        for (Py_ssize_t i = 0; back != NULL && i < n; i++) {
            PyTuple_SET_ITEM(back, n - 1 - i, Py_NewRef(PySequence_Fast_GET_ITEM(op, i)));
        }
        SEE("reversed", back);
        SEE("same", PyBool_FromLong(n == 0 || PySequence_Fast_ITEMS(op)[0] == PyTuple_GET_ITEM(PyDict_GetItemString(seen, "reversed"), n - 1)));
    } else if (PyDict_Check(op)) {
        SEE("size", PyLong_FromSsize_t(PyDict_GET_SIZE(op)));
        PyObject *key, *value, *pairs = PyList_New(0);
        for (Py_ssize_t at = 0; pairs != NULL && PyDict_Next(op, &at, &key, &value);) {
            PyObject *pair = PyTuple_Pack(2, key, value);
            if (pair == NULL || PyList_Append(pairs, pair) < 0) {
                Py_CLEAR(pairs);
            }
            Py_XDECREF(pair);
        }
        SEE("pairs", pairs);
    } else if (PyAnySet_Check(op)) {
        SEE("size", PyLong_FromSsize_t(PySet_GET_SIZE(op)));
        SEE("frozen", PyBool_FromLong(PyFrozenSet_CheckExact(op)));
    } else if (PyFunction_Check(op)) {
        PyCodeObject *code = (PyCodeObject *)PyFunction_GET_CODE(op);
        SEE("arguments", PyLong_FromLong(code->co_argcount));
        SEE("nested", PyBool_FromLong(code->co_flags & CO_NESTED));
        SEE("free", PyLong_FromSsize_t(PyCode_GetNumFree(code)));
        PyObject *closure = PyFunction_GET_CLOSURE(op);
        if (closure != NULL) {
            SEE("cell", Py_XNewRef(PyCell_GET(PyTuple_GET_ITEM(closure, 0))));
        }
    } else if (PyMethod_Check(op)) {
        SEE("self", Py_NewRef(PyMethod_GET_SELF(op)));
        SEE("function", Py_NewRef(PyMethod_GET_FUNCTION(op)));
    } else if (PyCFunction_Check(op)) {
        SEE("flags", PyLong_FromLong(PyCFunction_GET_FLAGS(op)));
        SEE("name", PyUnicode_FromString(((PyCFunctionObject *)op)->m_ml->ml_name));
    } else if (PySlice_Check(op)) {
        Py_ssize_t start, stop, step, length;
        if (PySlice_GetIndicesEx(op, 10, &start, &stop, &step, &length) < 0) {
            Py_DECREF(seen);
            return NULL;
        }
        SEE("indices", Py_BuildValue("(nnnn)", start, stop, step, length));
    } else if (PyMemoryView_Check(op)) {
        Py_buffer *view = PyMemoryView_GET_BUFFER(op);
        SEE("format", PyUnicode_FromString(view->format));
        SEE("shape", PyLong_FromSsize_t(view->shape[0]));
    } else if (PyExceptionInstance_Check(op)) {
        PyBaseExceptionObject *error = (PyBaseExceptionObject *)op;
        SEE("args", Py_NewRef(error->args));
        SEE("traceback", PyBool_FromLong(error->traceback != NULL && PyTraceBack_Check(error->traceback)));
    } else if (PyDateTime_Check(op)) {
        SEE("moment", Py_BuildValue("(iiiiiiiiO)", PyDateTime_GET_YEAR(op), PyDateTime_GET_MONTH(op),
                          PyDateTime_GET_DAY(op), PyDateTime_DATE_GET_HOUR(op), PyDateTime_DATE_GET_MINUTE(op),
                          PyDateTime_DATE_GET_SECOND(op), PyDateTime_DATE_GET_MICROSECOND(op),
                          PyDateTime_DATE_GET_FOLD(op), PyDateTime_DATE_GET_TZINFO(op)));
    } else if (PyDelta_Check(op)) {
        SEE("delta", Py_BuildValue("(iii)", PyDateTime_DELTA_GET_DAYS(op), PyDateTime_DELTA_GET_SECONDS(op),
                         PyDateTime_DELTA_GET_MICROSECONDS(op)));
    } else if (PyIndex_Check(op)) {
        SEE("index", PyNumber_Index(op));
    } else if (Py_IsNone(op) || op == Py_Ellipsis || op == Py_NotImplemented) {
        SEE("immortal", PyBool_FromLong(Py_REFCNT(op) > 1000000));
    }
#undef SEE
    return seen;
}

/* Calls, in the ways that have inline parts. */
static PyObject *call(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames)
{
    if (nargs < 1) {
        PyErr_BadInternalCall();
        return NULL;
    }
    Py_ssize_t named = kwnames == NULL ? 0 : PyTuple_GET_SIZE(kwnames);
    PyObject *first = PyObject_Vectorcall(args[0], args + 1, (size_t)(nargs - 1), kwnames);
    if (first == NULL) {
        return NULL;
    }
    PyObject *name = PyUnicode_InternFromString("__repr__");
    PyObject *text = name == NULL ? NULL : PyObject_CallMethodNoArgs(first, name);
    Py_XDECREF(name);
    PyObject *other = PyObject_CallMethod(text, "replace", "ss", " ", "");
    PyObject *result = other == NULL ? NULL : Py_BuildValue("(NNNn)", first, text, other, named);
    if (result == NULL) {
        Py_DECREF(first);
        Py_XDECREF(text);
    }
    return result;
}

/* A buffer of numbers, its sum taken without the GIL. */
static PyObject *sum_bytes(PyObject *Py_UNUSED(module), PyObject *args)
{
    Py_buffer view;
    unsigned long long sum = 0;
    if (!PyArg_ParseTuple(args, "y*:sum_bytes", &view)) {
        return NULL;
    }
    Py_BEGIN_ALLOW_THREADS
    for (Py_ssize_t i = 0; i < view.len; i++) {
        sum += ((unsigned char *)view.buf)[i];
        if (i == 10) {
            Py_BLOCK_THREADS
            Py_UNBLOCK_THREADS
        }
    }
    Py_END_ALLOW_THREADS
    PyBuffer_Release(&view);
    return PyLong_FromUnsignedLongLong(sum);
}

/* Text written in every width. */
static PyObject *letters(PyObject *Py_UNUSED(module), PyObject *args)
{
    int kind;
    PyObject *number;
    if (!PyArg_ParseTuple(args, "iO!", &kind, &PyLong_Type, &number)) {
        return NULL;
    }
    unsigned long start = PyLong_AsUnsignedLong(number);
    if (start == (unsigned long)-1 && PyErr_Occurred()) {
        return NULL;
    }
    PyObject *text = PyUnicode_New(4, (Py_UCS4)(start + 3));
    if (text == NULL) {
        return NULL;
    }
    if (PyUnicode_KIND(text) != (unsigned int)kind) {
        Py_DECREF(text);
        return PyErr_Format(PyExc_ValueError, "%lu is not of kind %d", start, kind);
    }
    for (Py_ssize_t i = 0; i < 4; i++) {
        PyUnicode_WRITE(kind, PyUnicode_DATA(text), i, (Py_UCS4)(start + (unsigned long)i));
    }
    return text;
}

/* Errors that are caught and chained. */
static PyObject *caught(PyObject *Py_UNUSED(module), PyObject *callable)
{
    PyObject *result = PyObject_CallNoArgs(callable);
    if (result != NULL) {
        return result;
    }
    if (!PyErr_ExceptionMatches(PyExc_LookupError)) {
        return NULL;
    }
    PyObject *error = PyErr_GetRaisedException();
    PyErr_SetString(PyExc_RuntimeError, "nothing was found");
    PyObject *raised = PyErr_GetRaisedException();
    PyException_SetCause(raised, error);
    PyErr_SetRaisedException(raised);
    return NULL;
}

static PyObject *moments(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(args))
{
    PyObject *when = PyDateTime_FromDateAndTimeAndFold(2026, 11, 29, 3, 4, 5, 678901, 1);
    PyObject *day = PyDate_FromDate(2000, 2, 29);
    PyObject *hour = PyTime_FromTime(1, 2, 3, 4);
    PyObject *span = PyDelta_FromDSU(1, 90000, -5);
    if (when == NULL || day == NULL || hour == NULL || span == NULL) {
        return NULL;
    }
    return Py_BuildValue("{s:N,s:N,s:N,s:N,s:O}", "when", when, "day", day, "hour", hour, "span", span, "utc",
        PyDateTime_TimeZone_UTC);
}

static PyMutex mutex;
static PyObject *odds(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(args))
{
    PyMutex_Lock(&mutex);
    int locked = PyMutex_IsLocked(&mutex);
    PyMutex_Unlock(&mutex);
    int counter = 40;
    _Py_atomic_add_int(&counter, 2);
    int sum;
    Py_BEGIN_CRITICAL_SECTION(Py_None);
    sum = _Py_atomic_load_int_relaxed(&counter);
    Py_END_CRITICAL_SECTION();
    PyObject *marshalled = PyMarshal_WriteObjectToString(Py_Ellipsis, Py_MARSHAL_VERSION);
    PyObject *weak = PyWeakref_NewRef((PyObject *)&Pair_Type, NULL);
    PyObject *alive = NULL;
    if (marshalled == NULL || weak == NULL || PyWeakref_GetRef(weak, &alive) < 0) {
        return NULL;
    }
    Py_DECREF(weak);
    return Py_BuildValue("(iiNNNiss#)", locked, sum, marshalled, alive, PyBool_FromLong(PyType_IS_GC(&Pair_Type)),
        Py_MEMBER_SIZE(Pair, count) == sizeof(int), Py_STRINGIFY(PY_MAJOR_VERSION), "a\0b", (Py_ssize_t)3);
}

PyDoc_STRVAR(look_doc, "look($module, op, /)\n--\n\nWhat C sees of an object.");
static PyMethodDef methods[] = {
    {"look", look, METH_O, look_doc},
    {"call", _PyCFunction_CAST(call), METH_FASTCALL | METH_KEYWORDS, NULL},
    {"sum_bytes", sum_bytes, METH_VARARGS, NULL},
    {"letters", letters, METH_VARARGS, NULL},
    {"caught", caught, METH_O, NULL},
    {"moments", moments, METH_NOARGS, NULL},
    {"odds", odds, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static int fill(PyObject *module)
{
    PyDateTime_IMPORT;
    if (PyDateTimeAPI == NULL || PyModule_AddType(module, &Pair_Type) < 0) {
        return -1;
    }
    if (PyModule_AddIntMacro(module, METH_FASTCALL) < 0 || PyModule_AddStringConstant(module, "version", PY_VERSION) < 0) {
        return -1;
    }
    return PyModule_Add(module, "hexversion", PyLong_FromUnsignedLong(PY_VERSION_HEX));
}

static PyModuleDef_Slot slots[] = {
    {Py_mod_exec, fill},
    {Py_mod_multiple_interpreters, Py_MOD_MULTIPLE_INTERPRETERS_NOT_SUPPORTED},
    {Py_mod_gil, Py_MOD_GIL_USED},
    {0, NULL},
};
static PyModuleDef def = {
    PyModuleDef_HEAD_INIT,
    .m_name = "broad",
    .m_doc = "Much of the C API.",
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC PyInit_broad(void)
{
    return PyModuleDef_Init(&def);
}
