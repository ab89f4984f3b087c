// A module in C++: objects in C++ containers, macros with C++'s casts, exceptions that pass through.
#include <Python.h>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

class Ref {
    PyObject *op;

public:
    explicit Ref(PyObject *taken) : op(taken)
    {
        if (op == nullptr) {
            throw std::runtime_error("a Python error");
        }
    }
    Ref(const Ref &other) : op(Py_NewRef(other.op)) {}
    Ref &operator=(const Ref &) = delete;
    ~Ref() { Py_CLEAR(op); }
    PyObject *get() const { return op; }
    PyObject *release()
    {
        PyObject *given = op;
        op = nullptr;
        return given;
    }
};

struct Counter {
    PyObject_HEAD
    std::map<std::string, long> *counts;
};

PyObject *counter_new(PyTypeObject *type, PyObject *, PyObject *)
{
    allocfunc alloc = (allocfunc)PyType_GetSlot(type, Py_tp_alloc);
    PyObject *self = alloc(type, 0);
    if (self != nullptr) {
        reinterpret_cast<Counter *>(self)->counts = new std::map<std::string, long>();
    }
    return self;
}

void counter_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    delete reinterpret_cast<Counter *>(self)->counts;
    type->tp_free(self);
    Py_DECREF(type);
}

PyObject *counter_add(PyObject *self, PyObject *args)
{
    const char *word;
    long n = 1;
    if (!PyArg_ParseTuple(args, "s|l", &word, &n)) {
        return nullptr;
    }
    (*reinterpret_cast<Counter *>(self)->counts)[word] += n;
    Py_RETURN_NONE;
}

PyObject *counter_items(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    try {
        auto &counts = *reinterpret_cast<Counter *>(self)->counts;
        Ref list(PyList_New(static_cast<Py_ssize_t>(counts.size())));
        Py_ssize_t i = 0;
        for (const auto &entry : counts) {
            PyList_SET_ITEM(list.get(), i++, Ref(Py_BuildValue("(sl)", entry.first.c_str(), entry.second)).release());
        }
        return list.release();
    } catch (const std::exception &) {
        return nullptr;
    }
}

PyMethodDef counter_methods[] = {
    {"add", counter_add, METH_VARARGS, nullptr},
    {"items", counter_items, METH_NOARGS, nullptr},
    {nullptr, nullptr, 0, nullptr},
};
PyType_Slot counter_slots[] = {
    {Py_tp_new, (void *)counter_new},
    {Py_tp_dealloc, (void *)counter_dealloc},
    {Py_tp_methods, counter_methods},
    {0, nullptr},
};
PyType_Spec counter_spec = {"plus.Counter", sizeof(Counter), 0, Py_TPFLAGS_DEFAULT, counter_slots};

PyObject *lengths(PyObject *, PyObject *sequence)
{
    try {
        Ref fast(PySequence_Fast(sequence, "a sequence is wanted"));
        std::vector<Ref> found;
        for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(fast.get()); i++) {
            PyObject *item = PySequence_Fast_GET_ITEM(fast.get(), i);
            if (PyUnicode_Check(item)) {
                found.emplace_back(PyLong_FromSsize_t(PyUnicode_GET_LENGTH(item)));
            } else if (PyTuple_Check(item)) {
                found.emplace_back(PyLong_FromSsize_t(PyTuple_GET_SIZE(item)));
            } else {
                found.emplace_back(PyLong_FromSsize_t(PyObject_Length(item)));
            }
            if (PyErr_Occurred()) {
                return nullptr;
            }
        }
        Ref result(PyTuple_New(static_cast<Py_ssize_t>(found.size())));
        for (std::size_t i = 0; i < found.size(); i++) {
            PyTuple_SET_ITEM(result.get(), static_cast<Py_ssize_t>(i), Py_NewRef(found[i].get()));
        }
        return result.release();
    } catch (const std::exception &) {
        return nullptr;
    }
}

PyObject *keywords(PyObject *, PyObject *args, PyObject *kwargs)
{
    static const char *names[] = {"a", "b", nullptr};
    PyObject *a, *b = Py_None;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O|O", const_cast<char **>(names), &a, &b)) {
        return nullptr;
    }
    return PyTuple_Pack(2, b, a);
}

PyMethodDef methods[] = {
    {"lengths", lengths, METH_O, nullptr},
    {"keywords", _PyCFunction_CAST(keywords), METH_VARARGS | METH_KEYWORDS, nullptr},
    {nullptr, nullptr, 0, nullptr},
};
PyModuleDef def = {PyModuleDef_HEAD_INIT, "plus", nullptr, -1, methods, nullptr, nullptr, nullptr, nullptr};

}  // namespace

PyMODINIT_FUNC PyInit_plus(void)
{
    PyObject *module = PyModule_Create(&def);
    if (module != nullptr && PyModule_Add(module, "Counter", PyType_FromSpec(&counter_spec)) < 0) {
        Py_CLEAR(module);
    }
    return module;
}
