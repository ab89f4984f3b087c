/* Atomic operations on ordinary variables, made of the compiler's own. Without a suffix they are sequentially
   consistent. */

#define _PY_ATOMIC_LOAD(name, type, order) \
    static inline type _Py_atomic_load_##name(const type *obj) { return __atomic_load_n(obj, order); }
#define _PY_ATOMIC_STORE(name, type, order) \
    static inline void _Py_atomic_store_##name(type *obj, type value) { __atomic_store_n(obj, value, order); }
#define _PY_ATOMIC_UPDATE(operation, builtin, name, type) \
    static inline type _Py_atomic_##operation##_##name(type *obj, type value) \
    { return builtin(obj, value, __ATOMIC_SEQ_CST); }
#define _PY_ATOMIC_COMPARE(name, type) \
    static inline int _Py_atomic_compare_exchange_##name(type *obj, type *expected, type desired) \
    { return __atomic_compare_exchange_n(obj, expected, desired, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST); }
/* What every integer type has. */
#define _PY_ATOMIC_INTEGER(name, type) \
    _PY_ATOMIC_LOAD(name, type, __ATOMIC_SEQ_CST) \
    _PY_ATOMIC_LOAD(name##_relaxed, type, __ATOMIC_RELAXED) \
    _PY_ATOMIC_LOAD(name##_acquire, type, __ATOMIC_ACQUIRE) \
    _PY_ATOMIC_STORE(name, type, __ATOMIC_SEQ_CST) \
    _PY_ATOMIC_STORE(name##_relaxed, type, __ATOMIC_RELAXED) \
    _PY_ATOMIC_STORE(name##_release, type, __ATOMIC_RELEASE) \
    _PY_ATOMIC_UPDATE(add, __atomic_fetch_add, name, type) \
    _PY_ATOMIC_UPDATE(and, __atomic_fetch_and, name, type) \
    _PY_ATOMIC_UPDATE(or, __atomic_fetch_or, name, type) \
    _PY_ATOMIC_UPDATE(exchange, __atomic_exchange_n, name, type) \
    _PY_ATOMIC_COMPARE(name, type)

_PY_ATOMIC_INTEGER(int, int)
_PY_ATOMIC_INTEGER(int8, int8_t)
_PY_ATOMIC_INTEGER(int16, int16_t)
_PY_ATOMIC_INTEGER(int32, int32_t)
_PY_ATOMIC_INTEGER(int64, int64_t)
_PY_ATOMIC_INTEGER(intptr, intptr_t)
_PY_ATOMIC_INTEGER(uint, unsigned int)
_PY_ATOMIC_INTEGER(uint8, uint8_t)
_PY_ATOMIC_INTEGER(uint16, uint16_t)
_PY_ATOMIC_INTEGER(uint32, uint32_t)
_PY_ATOMIC_INTEGER(uint64, uint64_t)
_PY_ATOMIC_INTEGER(uintptr, uintptr_t)
_PY_ATOMIC_INTEGER(ssize, Py_ssize_t)

#define _PY_ATOMIC_RELAXED(name, type) \
    _PY_ATOMIC_LOAD(name##_relaxed, type, __ATOMIC_RELAXED) \
    _PY_ATOMIC_STORE(name##_relaxed, type, __ATOMIC_RELAXED)
_PY_ATOMIC_RELAXED(char, char)
_PY_ATOMIC_RELAXED(uchar, unsigned char)
_PY_ATOMIC_RELAXED(short, short)
_PY_ATOMIC_RELAXED(ushort, unsigned short)
_PY_ATOMIC_RELAXED(long, long)
_PY_ATOMIC_RELAXED(llong, long long)
_PY_ATOMIC_RELAXED(ullong, unsigned long long)

/* The compiler's operations with a number in their name take integers only. */
static inline double _Py_atomic_load_double_relaxed(const double *obj)
{
    double value;
    __atomic_load(obj, &value, __ATOMIC_RELAXED);
    return value;
}
static inline void _Py_atomic_store_double_relaxed(double *obj, double value)
{
    __atomic_store(obj, &value, __ATOMIC_RELAXED);
}
static inline float _Py_atomic_load_float_relaxed(const float *obj)
{
    float value;
    __atomic_load(obj, &value, __ATOMIC_RELAXED);
    return value;
}
static inline void _Py_atomic_store_float_relaxed(float *obj, float value)
{
    __atomic_store(obj, &value, __ATOMIC_RELAXED);
}

/* Pointers, whatever they point to. */
static inline void *_Py_atomic_load_ptr(const void *obj)
{
    return __atomic_load_n((void *const *)obj, __ATOMIC_SEQ_CST);
}
static inline void *_Py_atomic_load_ptr_relaxed(const void *obj)
{
    return __atomic_load_n((void *const *)obj, __ATOMIC_RELAXED);
}
static inline void *_Py_atomic_load_ptr_acquire(const void *obj)
{
    return __atomic_load_n((void *const *)obj, __ATOMIC_ACQUIRE);
}
static inline void _Py_atomic_store_ptr(void *obj, void *value)
{
    __atomic_store_n((void **)obj, value, __ATOMIC_SEQ_CST);
}
static inline void _Py_atomic_store_ptr_relaxed(void *obj, void *value)
{
    __atomic_store_n((void **)obj, value, __ATOMIC_RELAXED);
}
static inline void _Py_atomic_store_ptr_release(void *obj, void *value)
{
    __atomic_store_n((void **)obj, value, __ATOMIC_RELEASE);
}
static inline void *_Py_atomic_exchange_ptr(void *obj, void *value)
{
    return __atomic_exchange_n((void **)obj, value, __ATOMIC_SEQ_CST);
}
static inline int _Py_atomic_compare_exchange_ptr(void *obj, void *expected, void *desired)
{
    return __atomic_compare_exchange_n((void **)obj, (void **)expected, desired, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}
#ifdef _Py_THREAD_SANITIZER
#  define _Py_atomic_load_ptr_consume _Py_atomic_load_ptr_acquire
#else
#  define _Py_atomic_load_ptr_consume _Py_atomic_load_ptr_relaxed
#endif

#define _Py_atomic_load_ulong(p) _Py_atomic_load_uint64((uint64_t *)(p))
#define _Py_atomic_load_ulong_relaxed(p) _Py_atomic_load_uint64_relaxed((uint64_t *)(p))
#define _Py_atomic_store_ulong(p, v) _Py_atomic_store_uint64((uint64_t *)(p), (v))
#define _Py_atomic_store_ulong_relaxed(p, v) _Py_atomic_store_uint64_relaxed((uint64_t *)(p), (v))

static inline void _Py_atomic_fence_seq_cst(void) { __atomic_thread_fence(__ATOMIC_SEQ_CST); }
static inline void _Py_atomic_fence_acquire(void) { __atomic_thread_fence(__ATOMIC_ACQUIRE); }
static inline void _Py_atomic_fence_release(void) { __atomic_thread_fence(__ATOMIC_RELEASE); }

#undef _PY_ATOMIC_LOAD
#undef _PY_ATOMIC_STORE
#undef _PY_ATOMIC_UPDATE
#undef _PY_ATOMIC_COMPARE
#undef _PY_ATOMIC_INTEGER
#undef _PY_ATOMIC_RELAXED
