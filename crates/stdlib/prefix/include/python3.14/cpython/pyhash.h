/* Taipan's C API: cpython/pyhash.h. Made by `cargo xtask headers` from crates/capi/headers/cpython/pyhash.h. */
#ifndef Py_PYTHON_H
#  include "../Python.h"
#endif
#ifndef Py_CPYTHON_PYHASH_H
#define Py_CPYTHON_PYHASH_H
#ifndef Py_LIMITED_API
#ifdef __cplusplus
extern "C" {
#endif
/* How numbers are hashed: modulo a prime, so that equal numbers of all types have equal hashes. */
#define PyHASH_MULTIPLIER 1000003UL
#define PyHASH_BITS 61
#define PyHASH_MODULUS (((size_t)1 << PyHASH_BITS) - 1)
#define PyHASH_INF 314159
#define PyHASH_IMAG PyHASH_MULTIPLIER
#define _PyHASH_MULTIPLIER PyHASH_MULTIPLIER
#define _PyHASH_BITS PyHASH_BITS
#define _PyHASH_MODULUS PyHASH_MODULUS
#define _PyHASH_INF PyHASH_INF
#define _PyHASH_IMAG PyHASH_IMAG

/* The hash function of strings. */
typedef struct {
    Py_hash_t (*const hash)(const void *, Py_ssize_t);
    const char *name;
    const int hash_bits;
    const int seed_bits;
} PyHash_FuncDef;
/* The hash function. */
PyAPI_FUNC(PyHash_FuncDef *) PyHash_GetFuncDef(void);
/* The hash by identity. */
PyAPI_FUNC(Py_hash_t) PyObject_GenericHash(PyObject *op);
/* The hash of bytes. */
PyAPI_FUNC(Py_hash_t) Py_HashBuffer(const void *data, Py_ssize_t n);
/* The hash of a number; of op's address if it is not one. */
PyAPI_FUNC(Py_hash_t) _Py_HashDouble(PyObject *op, double value);
/* The hash of an address. */
PyAPI_FUNC(Py_hash_t) Py_HashPointer(const void *p);
Py_DEPRECATED(3.14) static inline Py_hash_t _Py_HashPointer(const void *ptr)
{
    return Py_HashPointer(ptr);
}
#ifdef __cplusplus
}
#endif
#endif
#endif
