/* Taipan's C API: internal/pycore_gc.h. Made by `cargo xtask headers` from crates/capi/headers/internal/pycore_gc.h. */
#ifndef Py_PYTHON_H
#  include "../Python.h"
#endif
#ifndef Py_INTERNAL_PYCORE_GC_H
#define Py_INTERNAL_PYCORE_GC_H
#ifndef Py_LIMITED_API
#ifdef __cplusplus
extern "C" {
#endif
/* The head that stands before objects of the cycle collector. */
/* Stands before every object of a type with Py_TPFLAGS_HAVE_GC. _gc_next is 0 for untracked
   objects; the low bits of _gc_prev are flags, and the rest holds a copy of the count while a
   collection runs. */
typedef struct {
    uintptr_t _gc_next;
    uintptr_t _gc_prev;
} PyGC_Head;
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
#ifdef __cplusplus
}
#endif
#endif
#endif
