/* Sections that lock an object: nothing, with a GIL. */
#include "pycore_lock.h"
#include "pycore_pystate.h"
#define Py_BEGIN_CRITICAL_SECTION_SEQUENCE_FAST(original) {
#define Py_END_CRITICAL_SECTION_SEQUENCE_FAST() }
#define _Py_CRITICAL_SECTION_ASSERT_MUTEX_LOCKED(mutex)
#define _Py_CRITICAL_SECTION_ASSERT_OBJECT_LOCKED(op)
%fn void _PyCriticalSection2_BeginSlow(PyCriticalSection2 *, PyMutex *, PyMutex *, int)
%fn void _PyCriticalSection_BeginSlow(PyCriticalSection *, PyMutex *)
%fn void _PyCriticalSection_Resume(PyThreadState *)
%fn void _PyCriticalSection_SuspendAll(PyThreadState *)
