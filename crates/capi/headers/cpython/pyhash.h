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
%fn PyHash_FuncDef *PyHash_GetFuncDef(void)
%fn Py_hash_t PyObject_GenericHash(PyObject *)
%fn Py_hash_t Py_HashBuffer(const void *, Py_ssize_t)
%fn Py_hash_t _Py_HashDouble(PyObject *, double)
%fn Py_hash_t Py_HashPointer(const void *)
Py_DEPRECATED(3.14) static inline Py_hash_t _Py_HashPointer(const void *ptr)
{
    return Py_HashPointer(ptr);
}
