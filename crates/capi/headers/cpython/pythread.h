/* Storage of threads: the key. */
#include <pthread.h>
%c
#define PYTHREAD_INVALID_THREAD_ID ((unsigned long)-1)
%struct Py_tss_t _Py_tss_t | _key: pthread_key_t _key
#define Py_tss_NEEDS_INIT {0}
%data const long long PY_TIMEOUT_MAX
