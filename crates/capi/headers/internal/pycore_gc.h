/* The head that stands before objects of the cycle collector. */
%struct PyGC_Head | _gc_next: uintptr_t _gc_next; _gc_prev: uintptr_t _gc_prev
static inline PyGC_Head *_Py_AS_GC(PyObject *op)
{
    return (PyGC_Head *)op - 1;
}
static inline PyObject *_Py_FROM_GC(PyGC_Head *gc)
{
    return (PyObject *)(gc + 1);
}
static inline int _PyObject_GC_IS_TRACKED(PyObject *op)
{
    return _Py_AS_GC(op)->_gc_next != 0;
}
#define _PyObject_GC_IS_TRACKED(op) _PyObject_GC_IS_TRACKED(_PyObject_CAST(op))
static inline int _PyObject_GC_MAY_BE_TRACKED(PyObject *op)
{
    return PyObject_IS_GC(op) && (!PyTuple_CheckExact(op) || _PyObject_GC_IS_TRACKED(op));
}
/* The first bit of the second word: the finalizer has run. */
static inline int _PyGC_FINALIZED(PyObject *op)
{
    return (_Py_AS_GC(op)->_gc_prev & 1) != 0;
}
#define _PyGC_FINALIZED(op) _PyGC_FINALIZED(_PyObject_CAST(op))
