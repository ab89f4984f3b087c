/* Threads, locks, and storage of threads. */
#define PY_HAVE_THREAD_NATIVE_ID
typedef void *PyThread_type_lock;
typedef enum PyLockStatus { PY_LOCK_FAILURE = 0, PY_LOCK_ACQUIRED = 1, PY_LOCK_INTR } PyLockStatus;
#define WAIT_LOCK 1
#define NOWAIT_LOCK 0
/* Microseconds. */
#define PY_TIMEOUT_T long long
%since 3.7
typedef struct _Py_tss_t Py_tss_t;
%end
%fn PyThread_ReInitTLS
%fn int PyThread_acquire_lock(PyThread_type_lock, int)
%fn PyLockStatus PyThread_acquire_lock_timed(PyThread_type_lock, PY_TIMEOUT_T, int)
%fn PyThread_type_lock PyThread_allocate_lock(void)
%fn PyThread_create_key
%fn PyThread_delete_key
%fn PyThread_delete_key_value
%fn void PyThread_free_lock(PyThread_type_lock)
%fn PyThread_get_key_value
%fn PyThread_get_stacksize
%fn PyThread_get_thread_ident
%fn PyThread_get_thread_native_id
%fn PyThread_init_thread
%fn void PyThread_release_lock(PyThread_type_lock)
%fn PyThread_set_key_value
%fn PyThread_set_stacksize
%fn PyThread_start_new_thread
%fn void _Py_NO_RETURN(void)
%since 3.3
%fn PyThread_GetInfo
%end
%since 3.7
%fn PyThread_tss_alloc
%fn PyThread_tss_create
%fn PyThread_tss_delete
%fn PyThread_tss_free
%fn PyThread_tss_get
%fn PyThread_tss_is_created
%fn PyThread_tss_set
%end
%fn _Py_NO_RETURN void PyThread_exit_thread(void)
%full
#include "cpython/pythread.h"
%end
