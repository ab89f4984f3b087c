/* Words of the evaluation stack: what they refer to, and who counts. */
#include "pycore_structs.h"
#include <stdbool.h>
%c
#define Py_INT_TAG 3
#define Py_TAG_REFCNT 1
#define Py_TAG_BITS 3
#define PyStackRef_NULL_BITS Py_TAG_REFCNT

static inline _PyStackRef _PyStackRef_FromBits(uintptr_t bits)
{
    _PyStackRef ref;
    ref.bits = bits;
    return ref;
}
#define PyStackRef_NULL _PyStackRef_FromBits(PyStackRef_NULL_BITS)
#define PyStackRef_True _PyStackRef_FromBits((uintptr_t)&_Py_TrueStruct | Py_TAG_REFCNT)
#define PyStackRef_False _PyStackRef_FromBits((uintptr_t)&_Py_FalseStruct | Py_TAG_REFCNT)
#define PyStackRef_None _PyStackRef_FromBits((uintptr_t)&_Py_NoneStruct | Py_TAG_REFCNT)
static inline bool PyStackRef_IsNull(_PyStackRef ref)
{
    return ref.bits == PyStackRef_NULL_BITS;
}
static inline bool PyStackRef_IsTaggedInt(_PyStackRef ref)
{
    return (ref.bits & Py_INT_TAG) == Py_INT_TAG;
}
static inline bool PyStackRef_IsNullOrInt(_PyStackRef ref)
{
    return PyStackRef_IsNull(ref) || PyStackRef_IsTaggedInt(ref);
}
/* Whether the word owns a reference. */
static inline int PyStackRef_RefcountOnObject(_PyStackRef ref)
{
    return (ref.bits & Py_TAG_REFCNT) == 0;
}
static inline PyObject *PyStackRef_AsPyObjectBorrow(_PyStackRef ref)
{
    assert(!PyStackRef_IsTaggedInt(ref));
    return (PyObject *)(ref.bits & ~(uintptr_t)Py_TAG_REFCNT);
}
static inline PyObject *PyStackRef_AsPyObjectSteal(_PyStackRef ref)
{
    PyObject *op = PyStackRef_AsPyObjectBorrow(ref);
    return PyStackRef_RefcountOnObject(ref) ? op : Py_NewRef(op);
}
static inline _PyStackRef PyStackRef_Borrow(_PyStackRef ref)
{
    return _PyStackRef_FromBits(ref.bits | Py_TAG_REFCNT);
}
static inline _PyStackRef PyStackRef_FromPyObjectBorrow(PyObject *op)
{
    return _PyStackRef_FromBits((uintptr_t)op | Py_TAG_REFCNT);
}
static inline _PyStackRef PyStackRef_FromPyObjectSteal(PyObject *op)
{
    return _PyStackRef_FromBits((uintptr_t)op | (_Py_IsImmortal(op) ? Py_TAG_REFCNT : 0));
}
static inline _PyStackRef _PyStackRef_FromPyObjectNew(PyObject *op)
{
    Py_INCREF(op);
    return PyStackRef_FromPyObjectSteal(op);
}
#define PyStackRef_FromPyObjectNew(op) _PyStackRef_FromPyObjectNew(_PyObject_CAST(op))
static inline _PyStackRef PyStackRef_DUP(_PyStackRef ref)
{
    if (PyStackRef_RefcountOnObject(ref)) {
        Py_INCREF(PyStackRef_AsPyObjectBorrow(ref));
    }
    return ref;
}
static inline void PyStackRef_CLOSE(_PyStackRef ref)
{
    assert(!PyStackRef_IsNull(ref));
    if (PyStackRef_RefcountOnObject(ref)) {
        Py_DECREF(PyStackRef_AsPyObjectBorrow(ref));
    }
}
static inline void PyStackRef_XCLOSE(_PyStackRef ref)
{
    if (!PyStackRef_IsNull(ref)) {
        PyStackRef_CLOSE(ref);
    }
}
#define PyStackRef_CLEAR(op) \
    do { \
        _PyStackRef *_tmp_op_ptr = &(op); \
        _PyStackRef _tmp_old_op = *_tmp_op_ptr; \
        *_tmp_op_ptr = PyStackRef_NULL; \
        PyStackRef_XCLOSE(_tmp_old_op); \
    } while (0)
#define PyStackRef_TYPE(ref) Py_TYPE(PyStackRef_AsPyObjectBorrow(ref))
/* For tp_traverse: what is only borrowed belongs to somebody else. */
#define _Py_VISIT_STACKREF(ref) \
    do { \
        if (!PyStackRef_IsNullOrInt(ref) && PyStackRef_RefcountOnObject(ref)) { \
            Py_VISIT(PyStackRef_AsPyObjectBorrow(ref)); \
        } \
    } while (0)
