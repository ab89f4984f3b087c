/* Taipan's C API: refcount.h. Made by `cargo xtask headers` from crates/capi/headers/refcount.h. */
#ifndef Py_PYTHON_H
#  include "Python.h"
#endif
#ifndef Py_REFCOUNT_H
#define Py_REFCOUNT_H
#ifdef __cplusplus
extern "C" {
#endif
/* Reference counts. Counts from _Py_IMMORTAL_MINIMUM_REFCNT on (the sign bit) are immortal and are left alone. */
#define _Py_STATICALLY_ALLOCATED_FLAG 4
#define _Py_IMMORTAL_FLAGS 1
#define _Py_IMMORTAL_INITIAL_REFCNT (3ULL << 30)
#define _Py_IMMORTAL_MINIMUM_REFCNT (1ULL << 31)
#define _Py_STATIC_FLAG_BITS ((Py_ssize_t)(_Py_STATICALLY_ALLOCATED_FLAG | _Py_IMMORTAL_FLAGS))
#define _Py_STATIC_IMMORTAL_INITIAL_REFCNT \
    ((Py_ssize_t)_Py_IMMORTAL_INITIAL_REFCNT | (_Py_STATIC_FLAG_BITS << 48))

/* Destroys an object whose last reference has gone; Py_DECREF of C code calls it. */
PyAPI_FUNC(void) _Py_Dealloc(PyObject *op);
/* Py_DECREF or nothing for null. */
PyAPI_FUNC(void) Py_DecRef(PyObject *op);
/* Py_DECREF; not null. */
PyAPI_FUNC(void) _Py_DecRef(PyObject *op);
/* Py_INCREF or nothing for null. */
PyAPI_FUNC(void) Py_IncRef(PyObject *op);
/* Py_INCREF; not null. */
PyAPI_FUNC(void) _Py_IncRef(PyObject *op);
/* A new reference to the object. */
PyAPI_FUNC(PyObject *) Py_NewRef(PyObject *op);
/* The reference count. */
PyAPI_FUNC(Py_ssize_t) Py_REFCNT(PyObject *op);
/* Sets the count of a mortal object. */
PyAPI_FUNC(void) _Py_SetRefcnt(PyObject *op, Py_ssize_t count);
/* A new reference to the object, or null for null. */
PyAPI_FUNC(PyObject *) Py_XNewRef(PyObject *op);
#if !defined(Py_LIMITED_API) || Py_LIMITED_API+0 < 0x030e0000
static inline Py_ssize_t _Py_REFCNT(PyObject *ob)
{
    return ob->ob_refcnt;
}
#if !defined(Py_LIMITED_API) || Py_LIMITED_API+0 < 0x030b0000
#define Py_REFCNT(ob) _Py_REFCNT(_PyObject_CAST(ob))
#else
#define Py_REFCNT(ob) _Py_REFCNT(ob)
#endif
#endif

static inline Py_ALWAYS_INLINE int _Py_IsImmortal(PyObject *op)
{
    return _Py_CAST(PY_INT32_T, op->ob_refcnt) < 0;
}
#define _Py_IsImmortal(op) _Py_IsImmortal(_PyObject_CAST(op))
static inline Py_ALWAYS_INLINE int _Py_IsStaticImmortal(PyObject *op)
{
    return (op->ob_flags & _Py_STATICALLY_ALLOCATED_FLAG) != 0;
}
#define _Py_IsStaticImmortal(op) _Py_IsStaticImmortal(_PyObject_CAST(op))

static inline void Py_SET_REFCNT(PyObject *ob, Py_ssize_t refcnt)
{
    assert(refcnt >= 0);
#if defined(Py_LIMITED_API) && Py_LIMITED_API+0 >= 0x030d0000
    _Py_SetRefcnt(ob, refcnt);
#else
    if (!_Py_IsImmortal(ob)) {
        ob->ob_refcnt = (PY_UINT32_T)refcnt;
    }
#endif
}

/* Since version 3.12 of the limited API, counting is a call: how it is done may change. */
static inline Py_ALWAYS_INLINE void Py_INCREF(PyObject *op)
{
#if defined(Py_LIMITED_API) && Py_LIMITED_API+0 >= 0x030c0000
    _Py_IncRef(op);
#else
    PY_UINT32_T count = op->ob_refcnt;
    /* Between the minimum and the start of immortal counts, counting up brings an object back that drifted. */
    if (count < _Py_IMMORTAL_INITIAL_REFCNT) {
        op->ob_refcnt = count + 1;
    }
#endif
}
static inline Py_ALWAYS_INLINE void Py_DECREF(PyObject *op)
{
#if defined(Py_LIMITED_API) && Py_LIMITED_API+0 >= 0x030c0000
    _Py_DecRef(op);
#else
    if (!_Py_IsImmortal(op) && --op->ob_refcnt == 0) {
        _Py_Dealloc(op);
    }
#endif
}
#if !defined(Py_LIMITED_API) || Py_LIMITED_API+0 < 0x030b0000
#define Py_SET_REFCNT(ob, refcnt) Py_SET_REFCNT(_PyObject_CAST(ob), (refcnt))
#define Py_INCREF(op) Py_INCREF(_PyObject_CAST(op))
#endif
#define Py_DECREF(op) Py_DECREF(_PyObject_CAST(op))

/* The variable is null before the object goes. */
#define Py_CLEAR(op) \
    do { \
        _Py_TYPEOF(op) *_tmp_op_ptr = &(op); \
        _Py_TYPEOF(op) _tmp_old_op = *_tmp_op_ptr; \
        if (_tmp_old_op != _Py_NULL) { \
            *_tmp_op_ptr = _Py_NULL; \
            Py_DECREF(_tmp_old_op); \
        } \
    } while (0)

static inline void Py_XINCREF(PyObject *op)
{
    if (op != _Py_NULL) {
        Py_INCREF(op);
    }
}
static inline void Py_XDECREF(PyObject *op)
{
    if (op != _Py_NULL) {
        Py_DECREF(op);
    }
}
static inline PyObject *_Py_NewRef(PyObject *obj)
{
    Py_INCREF(obj);
    return obj;
}
static inline PyObject *_Py_XNewRef(PyObject *obj)
{
    Py_XINCREF(obj);
    return obj;
}
#if !defined(Py_LIMITED_API) || Py_LIMITED_API+0 < 0x030b0000
#define Py_XINCREF(op) Py_XINCREF(_PyObject_CAST(op))
#define Py_XDECREF(op) Py_XDECREF(_PyObject_CAST(op))
#define Py_NewRef(obj) _Py_NewRef(_PyObject_CAST(obj))
#define Py_XNewRef(obj) _Py_XNewRef(_PyObject_CAST(obj))
#else
#define Py_NewRef(obj) _Py_NewRef(obj)
#define Py_XNewRef(obj) _Py_XNewRef(obj)
#endif
#ifdef __cplusplus
}
#endif
#endif
