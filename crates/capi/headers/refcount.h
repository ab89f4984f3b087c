/* Reference counts. Counts from _Py_IMMORTAL_MINIMUM_REFCNT on (the sign bit) are immortal and are left alone. */
#define _Py_STATICALLY_ALLOCATED_FLAG 4
#define _Py_IMMORTAL_FLAGS 1
#define _Py_IMMORTAL_INITIAL_REFCNT (3ULL << 30)
#define _Py_IMMORTAL_MINIMUM_REFCNT (1ULL << 31)
#define _Py_STATIC_FLAG_BITS ((Py_ssize_t)(_Py_STATICALLY_ALLOCATED_FLAG | _Py_IMMORTAL_FLAGS))
#define _Py_STATIC_IMMORTAL_INITIAL_REFCNT \
    ((Py_ssize_t)_Py_IMMORTAL_INITIAL_REFCNT | (_Py_STATIC_FLAG_BITS << 48))

%fn _Py_Dealloc
%fn Py_DecRef
%fn _Py_DecRef
%fn void _Py_DecRefShared(PyObject *)
%fn void _Py_DecRefSharedDebug(PyObject *, const char *, int)
%fn Py_IncRef
%fn _Py_IncRef
%fn void _Py_MergeZeroLocalRefcount(PyObject *)
%fn Py_NewRef
%fn Py_REFCNT
%fn _Py_SetRefcnt
%fn Py_XNewRef
#if !defined(Py_LIMITED_API) || Py_LIMITED_API+0 < 0x030e0000
static inline Py_ssize_t _Py_REFCNT(PyObject *ob)
{
    return ob->ob_refcnt;
}
%before 3.11
#define Py_REFCNT(ob) _Py_REFCNT(_PyObject_CAST(ob))
#else
#define Py_REFCNT(ob) _Py_REFCNT(ob)
%end
#endif

static inline Py_ALWAYS_INLINE int _Py_IsImmortal(PyObject *op)
{
    return _Py_CAST(PY_INT32_T, op->ob_refcnt) < 0;
}
%cast _Py_IsImmortal(op)
static inline Py_ALWAYS_INLINE int _Py_IsStaticImmortal(PyObject *op)
{
    return (op->ob_flags & _Py_STATICALLY_ALLOCATED_FLAG) != 0;
}
%cast _Py_IsStaticImmortal(op)

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
%before 3.11
%cast Py_SET_REFCNT(ob, refcnt)
%cast Py_INCREF(op)
%end
%cast Py_DECREF(op)

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
%before 3.11
%cast Py_XINCREF(op)
%cast Py_XDECREF(op)
#define Py_NewRef(obj) _Py_NewRef(_PyObject_CAST(obj))
#define Py_XNewRef(obj) _Py_XNewRef(_PyObject_CAST(obj))
#else
#define Py_NewRef(obj) _Py_NewRef(obj)
#define Py_XNewRef(obj) _Py_XNewRef(obj)
%end
