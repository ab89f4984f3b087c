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
%fn int _PyEvent_IsSet(PyEvent *)
%fn void _PyEvent_Notify(PyEvent *)
%fn void PyEvent_Wait(PyEvent *)
%fn int PyEvent_WaitTimed(PyEvent *, PyTime_t, int)
%fn PyLockStatus _PyMutex_LockTimed(PyMutex *, PyTime_t, _PyLockFlags)
%fn int _PyOnceFlag_CallOnceSlow(_PyOnceFlag *, _Py_once_fn_t *, void *)
%fn void _PyRWMutex_Lock(_PyRWMutex *)
%fn void _PyRWMutex_RLock(_PyRWMutex *)
%fn void _PyRWMutex_RUnlock(_PyRWMutex *)
%fn void _PyRWMutex_Unlock(_PyRWMutex *)
%fn int _PyRecursiveMutex_IsLockedByCurrentThread(_PyRecursiveMutex *)
%fn void _PyRecursiveMutex_Lock(_PyRecursiveMutex *)
%fn void _PyRecursiveMutex_Unlock(_PyRecursiveMutex *)
%fn void _PySeqLock_AbandonWrite(_PySeqLock *)
%fn int _PySeqLock_AfterFork(_PySeqLock *)
%fn uint32_t _PySeqLock_BeginRead(_PySeqLock *)
%fn int _PySeqLock_EndRead(_PySeqLock *, uint32_t)
%fn void _PySeqLock_LockWrite(_PySeqLock *)
%fn void _PySeqLock_UnlockWrite(_PySeqLock *)
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
