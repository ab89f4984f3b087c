/* Taipan's C API: internal/pycore_lock.h. Made by `cargo xtask headers` from crates/capi/headers/internal/pycore_lock.h. */
#ifndef Py_PYTHON_H
#  include "../Python.h"
#endif
#ifndef Py_INTERNAL_PYCORE_LOCK_H
#define Py_INTERNAL_PYCORE_LOCK_H
#ifndef Py_LIMITED_API
#ifdef __cplusplus
extern "C" {
#endif
/* Locks. */
#define _Py_HAS_PARKED 2
#define _Py_ONCE_INITIALIZED 4
typedef enum _PyLockFlags {
    _Py_LOCK_DONT_DETACH = 0,
    _PY_LOCK_DETACH = 1,
    _PY_LOCK_HANDLE_SIGNALS = 2
} _PyLockFlags;
typedef struct {
    uint8_t v;
} PyEvent;
typedef struct {
    uintptr_t v;
} _PyRawMutex;
typedef struct {
    PyMutex mutex;
    unsigned long long thread;
    size_t level;
} _PyRecursiveMutex;
typedef struct {
    uintptr_t bits;
} _PyRWMutex;
typedef struct {
    uint32_t sequence;
} _PySeqLock;
typedef int _Py_once_fn_t(void *arg);
/* Whether something has happened. */
PyAPI_FUNC(int) _PyEvent_IsSet(PyEvent *event);
/* Says that something has happened. */
PyAPI_FUNC(void) _PyEvent_Notify(PyEvent *event);
/* Waits until something has happened. */
PyAPI_FUNC(void) PyEvent_Wait(PyEvent *event);
/* Waits until something has happened, at most for a time: whether it has. */
PyAPI_FUNC(int) PyEvent_WaitTimed(PyEvent *event, PyTime_t nanoseconds, int detach);
/* Takes a mutex within a time: whether it could. */
PyAPI_FUNC(PyLockStatus) _PyMutex_LockTimed(PyMutex *mutex, PyTime_t nanoseconds, _PyLockFlags flags);
/* Runs a function once: 0, or -1 if it failed, in which case it may run again. */
PyAPI_FUNC(int) _PyOnceFlag_CallOnceSlow(_PyOnceFlag *flag, _Py_once_fn_t *function, void *arg);
/* Takes a lock as a writer. */
PyAPI_FUNC(void) _PyRWMutex_Lock(_PyRWMutex *m);
/* Takes a lock as a reader. */
PyAPI_FUNC(void) _PyRWMutex_RLock(_PyRWMutex *m);
/* Releases a lock as a reader. */
PyAPI_FUNC(void) _PyRWMutex_RUnlock(_PyRWMutex *m);
/* Releases a lock as a writer. */
PyAPI_FUNC(void) _PyRWMutex_Unlock(_PyRWMutex *m);
/* Whether this thread holds a mutex. */
PyAPI_FUNC(int) _PyRecursiveMutex_IsLockedByCurrentThread(_PyRecursiveMutex *m);
/* Takes a mutex that this thread may hold already. */
PyAPI_FUNC(void) _PyRecursiveMutex_Lock(_PyRecursiveMutex *m);
/* Releases a mutex that this thread holds. */
PyAPI_FUNC(void) _PyRecursiveMutex_Unlock(_PyRecursiveMutex *m);
/* Nothing has been written. */
PyAPI_FUNC(void) _PySeqLock_AbandonWrite(_PySeqLock *word);
/* Releases a lock that somebody held when the process forked: whether that was so. */
PyAPI_FUNC(int) _PySeqLock_AfterFork(_PySeqLock *word);
/* Begins to read, when nobody writes: the number of what is read. */
PyAPI_FUNC(uint32_t) _PySeqLock_BeginRead(_PySeqLock *word);
/* Whether nothing has been written while it was read. */
PyAPI_FUNC(int) _PySeqLock_EndRead(_PySeqLock *word, uint32_t previous);
/* Takes a sequence lock to write. */
PyAPI_FUNC(void) _PySeqLock_LockWrite(_PySeqLock *word);
/* Something has been written. */
PyAPI_FUNC(void) _PySeqLock_UnlockWrite(_PySeqLock *word);
/* Without waiting: whether it was free. */
static inline int PyMutex_LockFast(PyMutex *m)
{
    uint8_t expected = _Py_UNLOCKED;
    return _Py_atomic_compare_exchange_uint8(&m->_bits, &expected, _Py_LOCKED);
}
static inline void _PyMutex_at_fork_reinit(PyMutex *m)
{
    m->_bits = _Py_UNLOCKED;
}
static inline int _PyOnceFlag_CallOnce(_PyOnceFlag *flag, _Py_once_fn_t *fn, void *arg)
{
    return _Py_atomic_load_uint8(&flag->v) == _Py_ONCE_INITIALIZED ? 0 : _PyOnceFlag_CallOnceSlow(flag, fn, arg);
}
#ifdef __cplusplus
}
#endif
#endif
#endif
