/* Taipan's C API: cpython/lock.h. Made by `cargo xtask headers` from crates/capi/headers/cpython/lock.h. */
#ifndef Py_PYTHON_H
#  include "../Python.h"
#endif
#ifndef Py_CPYTHON_LOCK_H
#define Py_CPYTHON_LOCK_H
#ifndef Py_LIMITED_API
#ifdef __cplusplus
extern "C" {
#endif
/* A mutex of one byte, which is zero when it is not locked. Waiting gives the GIL up. */

#define _Py_UNLOCKED 0
#define _Py_LOCKED 1

typedef struct PyMutex {
    uint8_t _bits;
} PyMutex;

/* Whether a mutex is held. */
PyAPI_FUNC(int) PyMutex_IsLocked(PyMutex *mutex);
/* Takes a mutex, without the GIL while it waits. */
PyAPI_FUNC(void) PyMutex_Lock(PyMutex *mutex);
/* Releases a mutex. */
PyAPI_FUNC(void) PyMutex_Unlock(PyMutex *mutex);
/* The case without waiting is inline. */
static inline void _PyMutex_Lock(PyMutex *m)
{
    uint8_t expected = _Py_UNLOCKED;
    if (!_Py_atomic_compare_exchange_uint8(&m->_bits, &expected, _Py_LOCKED)) {
        PyMutex_Lock(m);
    }
}
#define PyMutex_Lock _PyMutex_Lock

static inline void _PyMutex_Unlock(PyMutex *m)
{
    uint8_t expected = _Py_LOCKED;
    if (!_Py_atomic_compare_exchange_uint8(&m->_bits, &expected, _Py_UNLOCKED)) {
        PyMutex_Unlock(m);
    }
}
#define PyMutex_Unlock _PyMutex_Unlock

static inline int _PyMutex_IsLocked(PyMutex *m)
{
    return (_Py_atomic_load_uint8(&m->_bits) & _Py_LOCKED) != 0;
}
#define PyMutex_IsLocked _PyMutex_IsLocked
#ifdef __cplusplus
}
#endif
#endif
#endif
