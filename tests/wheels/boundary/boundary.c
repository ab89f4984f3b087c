/* The cost of single calls of the C API: every function repeats one operation and gives the nanoseconds of one. */
#define _POSIX_C_SOURCE 200809L
#include <Python.h>
#include <time.h>

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

#define ROW(name, setup, operation, teardown)                       \
    static PyObject *name(PyObject *module, PyObject *arg)          \
    {                                                               \
        (void)module, (void)arg;                                    \
        const long n = 200000;                                      \
        setup;                                                      \
        double began = now();                                       \
        for (long i = 0; i < n; i++) {                              \
            operation;                                              \
        }                                                           \
        double spent = now() - began;                               \
        teardown;                                                   \
        if (PyErr_Occurred())                                       \
            return NULL;                                            \
        return PyFloat_FromDouble(spent / (double)n);               \
    }

#define ATTRIBUTE PyObject *name = PyUnicode_InternFromString("attribute")

/* `arg` is a Python function of one argument, an instance with an attribute, and so on; see run.py. */
ROW(call_python, , Py_XDECREF(PyObject_CallOneArg(arg, Py_None)), )
ROW(call_keywords, PyObject *names = PyTuple_New(1); PyTuple_SET_ITEM(names, 0, PyUnicode_InternFromString("x")); PyObject *values[1] = {Py_None},
    Py_XDECREF(PyObject_Vectorcall(arg, values, 0, names)), Py_DECREF(names))
ROW(call_tuple, PyObject *args = PyTuple_Pack(1, Py_None), Py_XDECREF(PyObject_Call(arg, args, NULL)), Py_DECREF(args))
ROW(call_builtin, PyObject *list = PyList_New(3), Py_XDECREF(PyObject_CallOneArg(arg, list)), Py_DECREF(list))
ROW(call_method, PyObject *name = PyUnicode_InternFromString("method"), Py_XDECREF(PyObject_CallMethodNoArgs(arg, name)), Py_DECREF(name))
ROW(call_class, , Py_XDECREF(PyObject_CallNoArgs(arg)), )
ROW(call_init, , Py_XDECREF(PyObject_CallNoArgs(arg)), )
ROW(get_attribute, ATTRIBUTE, Py_XDECREF(PyObject_GetAttr(arg, name)), Py_DECREF(name))
ROW(set_attribute, ATTRIBUTE, PyObject_SetAttr(arg, name, Py_None), Py_DECREF(name))
ROW(attribute_string, , Py_XDECREF(PyObject_GetAttrString(arg, "attribute")), )
ROW(missing_attribute, PyObject *name = PyUnicode_InternFromString("missing"); PyObject *found, PyObject_GetOptionalAttr(arg, name, &found), Py_DECREF(name))
ROW(list_append, PyObject *list = PyList_New(0), PyList_Append(list, Py_None); if (i % 1000 == 0) PyList_SetSlice(list, 0, 1000, NULL), Py_DECREF(list))
ROW(list_build, , PyObject *list = PyList_New(3); for (int k = 0; k < 3; k++) PyList_SET_ITEM(list, k, Py_NewRef(Py_None)); Py_DECREF(list), )
ROW(list_item, PyObject *list = PyList_New(0); PyList_Append(list, Py_None); PyObject *index = PyLong_FromLong(0), Py_XDECREF(PyObject_GetItem(list, index)), Py_DECREF(list); Py_DECREF(index))
ROW(dict_lookup, ATTRIBUTE; PyObject *dict = PyDict_New(); PyDict_SetItem(dict, name, Py_None), PyDict_GetItemWithError(dict, name), Py_DECREF(dict); Py_DECREF(name))
ROW(dict_store, ATTRIBUTE; PyObject *dict = PyDict_New(), PyDict_SetItem(dict, name, Py_None), Py_DECREF(dict); Py_DECREF(name))
ROW(dict_build, ATTRIBUTE, PyObject *dict = PyDict_New(); PyDict_SetItem(dict, name, Py_None); Py_DECREF(dict), Py_DECREF(name))
ROW(tuple_build, , PyObject *tuple = PyTuple_Pack(3, Py_None, Py_None, Py_None); Py_DECREF(tuple), )
ROW(tuple_new, , PyObject *tuple = PyTuple_New(2); for (int k = 0; k < 2; k++) PyTuple_SET_ITEM(tuple, k, Py_NewRef(Py_None)); Py_DECREF(tuple), )
ROW(parse_tuple, PyObject *args = Py_BuildValue("(isO)", 1000, "text", Py_None); int a; const char *b; PyObject *c, PyArg_ParseTuple(args, "isO", &a, &b, &c), Py_DECREF(args))
ROW(build_value, , Py_XDECREF(Py_BuildValue("(isd)", 1000, "text", 2.5)), )
ROW(from_long, , Py_XDECREF(PyLong_FromLong(i)), )
ROW(as_long, PyObject *number = PyLong_FromLong(123456); long sum = 0, sum += PyLong_AsLong(number), Py_DECREF(number); if (sum == 1) return NULL)
ROW(from_double, , Py_XDECREF(PyFloat_FromDouble((double)i)), )
ROW(as_double, PyObject *number = PyFloat_FromDouble(1.5); double sum = 0, sum += PyFloat_AsDouble(number), Py_DECREF(number); if (sum == 1) return NULL)
ROW(from_string, , Py_XDECREF(PyUnicode_FromString("some text")), )
ROW(as_utf8, PyObject *text = PyUnicode_FromString("some text"); Py_ssize_t size, PyUnicode_AsUTF8AndSize(text, &size), Py_DECREF(text))
ROW(number_add, PyObject *a = PyLong_FromLong(1000); PyObject *b = PyLong_FromLong(2000), Py_XDECREF(PyNumber_Add(a, b)), Py_DECREF(a); Py_DECREF(b))
ROW(compare, PyObject *a = PyLong_FromLong(1000); PyObject *b = PyLong_FromLong(2000), PyObject_RichCompareBool(a, b, Py_LT), Py_DECREF(a); Py_DECREF(b))
ROW(is_true, PyObject *list = PyList_New(1), PyObject_IsTrue(list), Py_DECREF(list))
ROW(is_instance, PyObject *list = PyList_New(0), PyObject_IsInstance(list, (PyObject *)&PyList_Type), Py_DECREF(list))
ROW(hash, PyObject *number = PyFloat_FromDouble(1.5), PyObject_Hash(number), Py_DECREF(number))
ROW(iterate, PyObject *list = PyList_New(0); for (int k = 0; k < 100; k++) PyList_Append(list, Py_None); PyObject *iterator = PyObject_GetIter(list),
    PyObject *item = PyIter_Next(iterator); if (item == NULL) { Py_DECREF(iterator); iterator = PyObject_GetIter(list); } Py_XDECREF(item), Py_DECREF(iterator); Py_DECREF(list))
ROW(error, , PyErr_SetString(PyExc_ValueError, "text"); PyErr_Clear(), )
ROW(gil, , PyGILState_Release(PyGILState_Ensure()), )
ROW(allow_threads, , Py_BEGIN_ALLOW_THREADS Py_END_ALLOW_THREADS, )
ROW(buffer, PyObject *bytes = PyBytes_FromString("some bytes"); Py_buffer view, PyObject_GetBuffer(bytes, &view, PyBUF_SIMPLE); PyBuffer_Release(&view), Py_DECREF(bytes))
ROW(object_alloc, , PyObject_Free(PyObject_Malloc(48)), )

/* Called from Python: the other direction. */
static PyObject *noargs(PyObject *module, PyObject *unused) { (void)module, (void)unused; Py_RETURN_NONE; }
static PyObject *one(PyObject *module, PyObject *arg) { (void)module; return Py_NewRef(arg); }
static PyObject *fast(PyObject *module, PyObject *const *args, Py_ssize_t n) { (void)module; return n > 0 ? Py_NewRef(args[0]) : Py_NewRef(Py_None); }
static PyObject *parsed(PyObject *module, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"a", "b", NULL};
    int a, b = 0;
    (void)module;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "i|i", names, &a, &b))
        return NULL;
    return PyLong_FromLong(a + b);
}

#define O(name) {#name, name, METH_O, NULL}
static PyMethodDef methods[] = {
    O(call_python), O(call_keywords), O(call_tuple), O(call_builtin), O(call_method), O(call_class), O(call_init), O(get_attribute),
    O(set_attribute), O(attribute_string), O(missing_attribute), O(list_append), O(list_build), O(list_item), O(tuple_new), O(parse_tuple),
    O(is_true), O(is_instance), O(hash), O(dict_lookup), O(dict_store), O(dict_build), O(tuple_build), O(build_value), O(from_long), O(as_long), O(from_double),
    O(as_double), O(from_string), O(as_utf8), O(number_add), O(compare), O(iterate), O(error), O(gil), O(allow_threads), O(buffer), O(object_alloc),
    {"noargs", noargs, METH_NOARGS, NULL}, O(one), {"fast", (PyCFunction)(void (*)(void))fast, METH_FASTCALL, NULL},
    {"parsed", (PyCFunction)(void (*)(void))parsed, METH_VARARGS | METH_KEYWORDS, NULL}, {NULL, NULL, 0, NULL}};

static PyModuleDef definition = {PyModuleDef_HEAD_INIT, "boundary", NULL, 0, methods, NULL, NULL, NULL, NULL};
PyMODINIT_FUNC PyInit_boundary(void) { return PyModuleDef_Init(&definition); }
