/* Taipan's C API: pythread.h. Made by `cargo xtask headers` from crates/capi/headers/pythread.h. */
#ifndef Py_PYTHON_H
#  include "Python.h"
#endif
#ifndef Py_PYTHREAD_H
#define Py_PYTHREAD_H
#ifdef __cplusplus
extern "C" {
#endif
/* Threads, locks, and storage of threads. */
#define PY_HAVE_THREAD_NATIVE_ID
typedef void *PyThread_type_lock;
typedef enum PyLockStatus { PY_LOCK_FAILURE = 0, PY_LOCK_ACQUIRED = 1, PY_LOCK_INTR } PyLockStatus;
#define WAIT_LOCK 1
#define NOWAIT_LOCK 0
/* Microseconds. */
#define PY_TIMEOUT_T long long
#if !defined(Py_LIMITED_API) || Py_LIMITED_API+0 >= 0x03070000
typedef struct _Py_tss_t Py_tss_t;
#endif
/* Nothing has to be renewed after a fork. The old way. */
PyAPI_FUNC(void) PyThread_ReInitTLS(void);
/* Takes a lock: 1, or 0 if it is held and wait is 0. The GIL stays as it is. */
PyAPI_FUNC(int) PyThread_acquire_lock(PyThread_type_lock lock, int wait);
/* Takes a lock within so many microseconds: 1, or 0. */
PyAPI_FUNC(PyLockStatus) PyThread_acquire_lock_timed(PyThread_type_lock lock, PY_TIMEOUT_T microseconds, int interruptible);
/* A lock. */
PyAPI_FUNC(PyThread_type_lock) PyThread_allocate_lock(void);
/* A key as a number, or -1. The old way. */
PyAPI_FUNC(int) PyThread_create_key(void);
/* Gives a key up. The old way. */
PyAPI_FUNC(void) PyThread_delete_key(int key);
/* Forgets this thread's value of a key. The old way. */
PyAPI_FUNC(void) PyThread_delete_key_value(int key);
/* Frees a lock. */
PyAPI_FUNC(void) PyThread_free_lock(PyThread_type_lock lock);
/* This thread's value of a key, or null. The old way. */
PyAPI_FUNC(void *) PyThread_get_key_value(int key);
/* The stack size of new threads: the default. */
PyAPI_FUNC(size_t) PyThread_get_stacksize(void);
/* The number of this OS thread. */
PyAPI_FUNC(unsigned long) PyThread_get_thread_ident(void);
/* The kernel's number of this OS thread. */
PyAPI_FUNC(unsigned long) PyThread_get_thread_native_id(void);
/* Nothing has to be prepared. */
PyAPI_FUNC(void) PyThread_init_thread(void);
/* Releases a lock. */
PyAPI_FUNC(void) PyThread_release_lock(PyThread_type_lock lock);
/* Sets this thread's value of a key. The old way. */
PyAPI_FUNC(int) PyThread_set_key_value(int key, void *value);
/* Sets the stack size of new threads: it is fixed. */
PyAPI_FUNC(int) PyThread_set_stacksize(size_t size);
/* Starts an OS thread: its number, or -1. */
PyAPI_FUNC(unsigned long) PyThread_start_new_thread(void (*function)(void *), void *arg);
#if !defined(Py_LIMITED_API) || Py_LIMITED_API+0 >= 0x03030000
/* sys.thread_info; a new reference. */
PyAPI_FUNC(PyObject *) PyThread_GetInfo(void);
#endif
#if !defined(Py_LIMITED_API) || Py_LIMITED_API+0 >= 0x03070000
/* A key of thread-local storage, not yet created; freed with PyThread_tss_free. */
PyAPI_FUNC(Py_tss_t *) PyThread_tss_alloc(void);
/* Creates a key, once. */
PyAPI_FUNC(int) PyThread_tss_create(Py_tss_t *key);
/* Gives a key up. */
PyAPI_FUNC(void) PyThread_tss_delete(Py_tss_t *key);
/* Frees a key. */
PyAPI_FUNC(void) PyThread_tss_free(Py_tss_t *key);
/* This thread's value of a key, or null. */
PyAPI_FUNC(void *) PyThread_tss_get(Py_tss_t *key);
/* Whether a key is created. */
PyAPI_FUNC(int) PyThread_tss_is_created(Py_tss_t *key);
/* Sets this thread's value of a key. */
PyAPI_FUNC(int) PyThread_tss_set(Py_tss_t *key, void *value);
#endif
/* Ends this OS thread. */
PyAPI_FUNC(_Py_NO_RETURN void) PyThread_exit_thread(void);
#ifndef Py_LIMITED_API
#include "cpython/pythread.h"
#endif
#ifdef __cplusplus
}
#endif
#endif
