/* What the extensions of these tests use of CPython's C API, declared here so that no headers are needed. */
#include <stddef.h>
#include <stdint.h>

typedef struct _typeobject PyTypeObject;
typedef ptrdiff_t Py_ssize_t;
typedef struct {
    uint32_t ob_refcnt;
    uint16_t ob_overflow, ob_flags;
    PyTypeObject *ob_type;
} PyObject;
typedef PyObject *(*PyCFunction)(PyObject *, PyObject *);
typedef struct {
    const char *ml_name;
    PyCFunction ml_meth;
    int ml_flags;
    const char *ml_doc;
} PyMethodDef;
typedef struct {
    int slot;
    void *value;
} Slot;
typedef struct {
    PyObject ob_base;
    PyObject *(*m_init)(void);
    Py_ssize_t m_index;
    PyObject *m_copy;
    const char *m_name, *m_doc;
    Py_ssize_t m_size;
    PyMethodDef *m_methods;
    Slot *m_slots;
    void *m_traverse, *m_clear, *m_free;
} PyModuleDef;
typedef struct {
    const char *name;
    int basicsize, itemsize;
    unsigned flags;
    Slot *slots;
} PyType_Spec;
typedef struct {
    const char *name;
    int type;
    Py_ssize_t offset;
    int flags;
    const char *doc;
} PyMemberDef;

#define HEAD {1, 0, 0, NULL}
#define METH_VARARGS 1
#define METH_KEYWORDS 2
#define METH_NOARGS 4
#define METH_O 8

extern PyObject _Py_NoneStruct;
extern PyObject *PyExc_ValueError, *PyExc_TypeError;
extern PyTypeObject PyLong_Type;

PyObject *PyModule_Create2(PyModuleDef *, int);
PyObject *PyModuleDef_Init(PyModuleDef *);
void *PyModule_GetState(PyObject *);
int PyModule_AddIntConstant(PyObject *, const char *, long);
int PyModule_AddObjectRef(PyObject *, const char *, PyObject *);
PyObject *PyType_FromModuleAndSpec(PyObject *, PyType_Spec *, PyObject *);
void *PyType_GetModuleState(PyTypeObject *);
int PyArg_ParseTuple(PyObject *, const char *, ...);
int PyArg_ParseTupleAndKeywords(PyObject *, PyObject *, const char *, char **, ...);
PyObject *Py_BuildValue(const char *, ...);
PyObject *PyErr_Format(PyObject *, const char *, ...);
PyObject *PyErr_Occurred(void);
PyObject *PyUnicode_FromFormat(const char *, ...);
PyObject *PyLong_FromLong(long);
long PyLong_AsLong(PyObject *);
PyObject *PyObject_CallFunction(PyObject *, const char *, ...);
PyObject *PyObject_CallMethod(PyObject *, const char *, const char *, ...);
PyObject *PyObject_Repr(PyObject *);
PyObject *PyList_New(Py_ssize_t);
int PyList_Append(PyObject *, PyObject *);
void *PyEval_SaveThread(void);
void PyEval_RestoreThread(void *);
int PyGILState_Ensure(void);
void PyGILState_Release(int);
void _Py_Dealloc(PyObject *);

static inline void DECREF(PyObject *op) {
    if ((int32_t)op->ob_refcnt < 0) return;
    if (--op->ob_refcnt == 0) _Py_Dealloc(op);
}
static inline PyObject *NEWREF(PyObject *op) {
    if (op->ob_refcnt < 0xC0000000u) op->ob_refcnt++;
    return op;
}
