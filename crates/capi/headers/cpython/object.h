/* Type objects in full. */

/* Names that are made into strings when they are first used. */
typedef struct _Py_Identifier {
    const char *string;
    Py_ssize_t index;
    struct {
        uint8_t v;
    } mutex;
} _Py_Identifier;
#ifndef Py_BUILD_CORE
#  define _Py_static_string_init(value) { .string = (value), .index = -1 }
#  define _Py_static_string(varname, value) static _Py_Identifier varname = _Py_static_string_init(value)
#  define _Py_IDENTIFIER(varname) _Py_static_string(PyId_##varname, #varname)
#endif

%struct PyNumberMethods
%struct PySequenceMethods
%struct PyMappingMethods

typedef PySendResult (*sendfunc)(PyObject *iter, PyObject *value, PyObject **result);
%struct PyAsyncMethods
%struct PyBufferProcs

/* tp_vectorcall_offset was a function of this type once. */
typedef Py_ssize_t printfunc;

%struct PyTypeObject _typeobject | tp_watched: unsigned char tp_watched
#define _Py_ATTR_CACHE_UNUSED (30000)

%struct _specialization_cache _specialization_cache
/* A type that is itself on the heap, with room for the tables of slots. */
%struct PyHeapTypeObject =_heaptypeobject | ht_cached_keys: struct _dictkeysobject *ht_cached_keys; _spec_cache: struct _specialization_cache _spec_cache

/* Told of changes of a type. */
typedef int (*PyType_WatchCallback)(PyTypeObject *type);
/* Told of every new and every dying object. */
typedef enum { PyRefTracer_CREATE = 0, PyRefTracer_DESTROY = 1 } PyRefTracerEvent;
typedef int (*PyRefTracer)(PyObject *op, PyRefTracerEvent event, void *data);
%fn PyObject_CallFinalizer
%fn PyObject_CallFinalizerFromDealloc
%fn PyObject_ClearManagedDict
%fn _PyObject_Dump
%fn _PyObject_FunctionStr
%fn PyObject *_PyObject_GenericGetAttrWithDict(PyObject *, PyObject *, PyObject *, int)
%fn int _PyObject_GenericSetAttrWithDict(PyObject *, PyObject *, PyObject *, PyObject *)
%fn PyObject *_PyObject_GetAttrId(PyObject *, _Py_Identifier *)
%fn _PyObject_GetDictPtr
%fn PyObject_GetItemData
%fn PyObject_Print
%fn int _PyObject_SetManagedDict(PyObject *, PyObject *)
%fn PyObject_VisitManagedDict
%fn PyRefTracer PyRefTracer_GetTracer(void **)
%fn int PyRefTracer_SetTracer(PyRefTracer, void *)
%fn void _PyTrash_thread_deposit_object(PyThreadState *, PyObject *)
%fn void _PyTrash_thread_destroy_chain(PyThreadState *)
%fn int PyType_AddWatcher(PyType_WatchCallback)
%fn int PyType_ClearWatcher(int)
%fn PyType_GetDict
%fn _PyType_Lookup
%fn _PyType_LookupRef
%fn _PyType_Name
%fn PyType_Unwatch
%fn PyType_Watch
%fn PyUnstable_EnableTryIncRef
%fn PyUnstable_IsImmortal
%fn PyUnstable_Object_ClearWeakRefsNoCallbacks
%fn PyUnstable_Object_EnableDeferredRefcount
%fn PyUnstable_Object_IsUniqueReferencedTemporary
%fn PyUnstable_Object_IsUniquelyReferenced
%fn PyUnstable_TryIncRef
%fn PyUnstable_Type_AssignVersionTag
%fn void _Py_BreakPoint(void)
%fn void _Py_ForgetReference(PyObject *)
%fn void _Py_NO_RETURN(PyObject *, const char *, const char *, const char *, int, const char *)
%fn _Py_NewReference
%fn void _Py_NewReferenceNoTotal(PyObject *)
%fn _Py_ReachedRecursionLimitWithMargin
%fn _Py_ResurrectReference
/* Replaces what a variable refers to; the old object goes last, for its destructor may look at the variable. */
#define Py_SETREF(dst, src) \
    do { \
        _Py_TYPEOF(dst) *_tmp_dst_ptr = &(dst); \
        _Py_TYPEOF(dst) _tmp_old_dst = *_tmp_dst_ptr; \
        *_tmp_dst_ptr = (src); \
        Py_DECREF(_tmp_old_dst); \
    } while (0)
#define Py_XSETREF(dst, src) \
    do { \
        _Py_TYPEOF(dst) *_tmp_dst_ptr = &(dst); \
        _Py_TYPEOF(dst) _tmp_old_dst = *_tmp_dst_ptr; \
        *_tmp_dst_ptr = (src); \
        Py_XDECREF(_tmp_old_dst); \
    } while (0)

/* Deallocators need not limit their depth themselves. */
#define Py_TRASHCAN_BEGIN(op, dealloc)
#define Py_TRASHCAN_END

/* Assertions about an object, which say what it is when they fail. */
#ifdef NDEBUG
#  define _PyObject_ASSERT_FROM(obj, expr, msg, filename, lineno, func) ((void)0)
#else
#  define _PyObject_ASSERT_FROM(obj, expr, msg, filename, lineno, func) \
      ((expr) ? (void)0 : _PyObject_AssertFailed((obj), Py_STRINGIFY(expr), (msg), (filename), (lineno), (func)))
#endif
#define _PyObject_ASSERT_WITH_MSG(obj, expr, msg) \
    _PyObject_ASSERT_FROM((obj), expr, (msg), __FILE__, __LINE__, __func__)
#define _PyObject_ASSERT(obj, expr) _PyObject_ASSERT_WITH_MSG((obj), expr, NULL)
#define _PyObject_ASSERT_FAILED_MSG(obj, msg) \
    _PyObject_AssertFailed((obj), NULL, (msg), __FILE__, __LINE__, __func__)
