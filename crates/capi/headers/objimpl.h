/* Allocation of objects, and what the cycle collector wants from them. */
%fn PyGC_Collect
%fn PyGC_Disable
%fn PyGC_Enable
%fn PyGC_IsEnabled
%fn void PyObject_Free(void *)
%fn PyObject_GC_Del
%fn PyObject_GC_IsFinalized
%fn PyObject_GC_IsTracked
%fn _PyObject_GC_New
%fn PyVarObject *_PyObject_GC_NewVar(PyTypeObject *, Py_ssize_t)
%fn _PyObject_GC_Resize
%fn PyObject_GC_Track
%fn PyObject_GC_UnTrack
%fn PyObject_Init
%fn PyObject_InitVar
%fn void *PyObject_Malloc(size_t)
%fn _PyObject_New
%fn PyVarObject *_PyObject_NewVar(PyTypeObject *, Py_ssize_t)
%fn void *PyObject_Realloc(void *, size_t)
%since 3.5
%fn void *PyObject_Calloc(size_t, size_t)
%end
#define PyObject_New(type, typeobj) ((type *)_PyObject_New(typeobj))
#define PyObject_NewVar(type, typeobj, n) ((type *)_PyObject_NewVar((typeobj), (n)))
#define PyObject_INIT(op, typeobj) PyObject_Init(_PyObject_CAST(op), (typeobj))
#define PyObject_INIT_VAR(op, typeobj, size) PyObject_InitVar(_PyVarObject_CAST(op), (typeobj), (size))
#define PyObject_GC_New(type, typeobj) _Py_CAST(type *, _PyObject_GC_New(typeobj))
#define PyObject_GC_NewVar(type, typeobj, n) _Py_CAST(type *, _PyObject_GC_NewVar((typeobj), (n)))
#define PyObject_GC_Resize(type, op, n) ((type *)_PyObject_GC_Resize(_PyVarObject_CAST(op), (n)))
#define PyType_IS_GC(t) PyType_HasFeature((t), Py_TPFLAGS_HAVE_GC)

/* Old names. */
#define PyObject_MALLOC PyObject_Malloc
#define PyObject_REALLOC PyObject_Realloc
#define PyObject_FREE PyObject_Free
#define PyObject_Del PyObject_Free
#define PyObject_DEL PyObject_Free
#define PyObject_NEW(type, typeobj) PyObject_New(type, (typeobj))
#define PyObject_NEW_VAR(type, typeobj, n) PyObject_NewVar(type, (typeobj), (n))

/* For tp_traverse, whose parameters must be called visit and arg. */
#define Py_VISIT(op) \
    do { \
        if (op) { \
            int vret = visit(_PyObject_CAST(op), arg); \
            if (vret) { \
                return vret; \
            } \
        } \
    } while (0)
%full
#include "cpython/objimpl.h"
%end
