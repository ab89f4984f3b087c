/* With a GIL, objects need no locks: the macros only open and close a block. */
typedef struct PyCriticalSection PyCriticalSection;
typedef struct PyCriticalSection2 PyCriticalSection2;

#define Py_BEGIN_CRITICAL_SECTION(op) {
#define Py_BEGIN_CRITICAL_SECTION_MUTEX(mutex) {
#define Py_END_CRITICAL_SECTION() }
#define Py_BEGIN_CRITICAL_SECTION2(a, b) {
#define Py_BEGIN_CRITICAL_SECTION2_MUTEX(m1, m2) {
#define Py_END_CRITICAL_SECTION2() }

%fn void PyCriticalSection2_Begin(PyCriticalSection2 *, PyObject *, PyObject *)
%fn void PyCriticalSection2_BeginMutex(PyCriticalSection2 *, PyMutex *, PyMutex *)
%fn void PyCriticalSection2_End(PyCriticalSection2 *)
%fn void PyCriticalSection_Begin(PyCriticalSection *, PyObject *)
%fn void PyCriticalSection_BeginMutex(PyCriticalSection *, PyMutex *)
%fn void PyCriticalSection_End(PyCriticalSection *)
