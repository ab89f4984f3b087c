/* Taipan's C API: cpython/object.h. Made by `cargo xtask headers` from crates/capi/headers/cpython/object.h. */
#ifndef Py_PYTHON_H
#  include "../Python.h"
#endif
#ifndef Py_CPYTHON_OBJECT_H
#define Py_CPYTHON_OBJECT_H
#ifndef Py_LIMITED_API
#ifdef __cplusplus
extern "C" {
#endif
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

typedef struct {
    binaryfunc nb_add;
    binaryfunc nb_subtract;
    binaryfunc nb_multiply;
    binaryfunc nb_remainder;
    binaryfunc nb_divmod;
    ternaryfunc nb_power;
    unaryfunc nb_negative;
    unaryfunc nb_positive;
    unaryfunc nb_absolute;
    inquiry nb_bool;
    unaryfunc nb_invert;
    binaryfunc nb_lshift;
    binaryfunc nb_rshift;
    binaryfunc nb_and;
    binaryfunc nb_xor;
    binaryfunc nb_or;
    unaryfunc nb_int;
    void *nb_reserved;
    unaryfunc nb_float;
    binaryfunc nb_inplace_add;
    binaryfunc nb_inplace_subtract;
    binaryfunc nb_inplace_multiply;
    binaryfunc nb_inplace_remainder;
    ternaryfunc nb_inplace_power;
    binaryfunc nb_inplace_lshift;
    binaryfunc nb_inplace_rshift;
    binaryfunc nb_inplace_and;
    binaryfunc nb_inplace_xor;
    binaryfunc nb_inplace_or;
    binaryfunc nb_floor_divide;
    binaryfunc nb_true_divide;
    binaryfunc nb_inplace_floor_divide;
    binaryfunc nb_inplace_true_divide;
    unaryfunc nb_index;
    binaryfunc nb_matrix_multiply;
    binaryfunc nb_inplace_matrix_multiply;
} PyNumberMethods;
typedef struct {
    lenfunc sq_length;
    binaryfunc sq_concat;
    ssizeargfunc sq_repeat;
    ssizeargfunc sq_item;
    void *was_sq_slice;
    ssizeobjargproc sq_ass_item;
    void *was_sq_ass_slice;
    objobjproc sq_contains;
    binaryfunc sq_inplace_concat;
    ssizeargfunc sq_inplace_repeat;
} PySequenceMethods;
typedef struct {
    lenfunc mp_length;
    binaryfunc mp_subscript;
    objobjargproc mp_ass_subscript;
} PyMappingMethods;

typedef PySendResult (*sendfunc)(PyObject *iter, PyObject *value, PyObject **result);
typedef struct {
    unaryfunc am_await;
    unaryfunc am_aiter;
    unaryfunc am_anext;
    sendfunc am_send;
} PyAsyncMethods;
typedef struct {
    getbufferproc bf_getbuffer;
    releasebufferproc bf_releasebuffer;
} PyBufferProcs;

/* tp_vectorcall_offset was a function of this type once. */
typedef Py_ssize_t printfunc;

struct _typeobject {
    PyObject_VAR_HEAD
    const char *tp_name;
    Py_ssize_t tp_basicsize;
    Py_ssize_t tp_itemsize;
    destructor tp_dealloc;
    Py_ssize_t tp_vectorcall_offset;
    getattrfunc tp_getattr;
    setattrfunc tp_setattr;
    PyAsyncMethods *tp_as_async;
    reprfunc tp_repr;
    PyNumberMethods *tp_as_number;
    PySequenceMethods *tp_as_sequence;
    PyMappingMethods *tp_as_mapping;
    hashfunc tp_hash;
    ternaryfunc tp_call;
    reprfunc tp_str;
    getattrofunc tp_getattro;
    setattrofunc tp_setattro;
    PyBufferProcs *tp_as_buffer;
    unsigned long tp_flags;
    const char *tp_doc;
    traverseproc tp_traverse;
    inquiry tp_clear;
    richcmpfunc tp_richcompare;
    Py_ssize_t tp_weaklistoffset;
    getiterfunc tp_iter;
    iternextfunc tp_iternext;
    PyMethodDef *tp_methods;
    PyMemberDef *tp_members;
    PyGetSetDef *tp_getset;
    PyTypeObject *tp_base;
    PyObject *tp_dict;
    descrgetfunc tp_descr_get;
    descrsetfunc tp_descr_set;
    Py_ssize_t tp_dictoffset;
    initproc tp_init;
    allocfunc tp_alloc;
    newfunc tp_new;
    freefunc tp_free;
    inquiry tp_is_gc;
    PyObject *tp_bases;
    PyObject *tp_mro;
    PyObject *tp_cache;
    void *tp_subclasses;
    PyObject *tp_weaklist;
    destructor tp_del;
    unsigned int tp_version_tag;
    destructor tp_finalize;
    vectorcallfunc tp_vectorcall;
    unsigned char tp_watched;
    uint16_t tp_versions_used;
};
#define _Py_ATTR_CACHE_UNUSED (30000)

/* Used by the specialiser on heap types; opaque to everybody else. */
struct _specialization_cache {
    PyObject *getitem;
    uint32_t getitem_version;
    PyObject *init;
};
/* A type that is itself on the heap, with room for the tables of slots. */
typedef struct _heaptypeobject {
    PyTypeObject ht_type;
    PyAsyncMethods as_async;
    PyNumberMethods as_number;
    PyMappingMethods as_mapping;
    PySequenceMethods as_sequence;
    PyBufferProcs as_buffer;
    PyObject *ht_name;
    PyObject *ht_slots;
    PyObject *ht_qualname;
    struct _dictkeysobject *ht_cached_keys;
    PyObject *ht_module;
    char *_ht_tpname;
    void *ht_token;
    struct _specialization_cache _spec_cache;
} PyHeapTypeObject;

/* Told of changes of a type. */
typedef int (*PyType_WatchCallback)(PyTypeObject *type);
/* Told of every new and every dying object. */
typedef enum { PyRefTracer_CREATE = 0, PyRefTracer_DESTROY = 1 } PyRefTracerEvent;
typedef int (*PyRefTracer)(PyObject *op, PyRefTracerEvent event, void *data);
/* Runs the finalizer of an object, once. */
PyAPI_FUNC(void) PyObject_CallFinalizer(PyObject *op);
/* Runs the finalizer of a dying object: -1 if it came back to life. */
PyAPI_FUNC(int) PyObject_CallFinalizerFromDealloc(PyObject *op);
/* Gives a managed dictionary up. */
PyAPI_FUNC(void) PyObject_ClearManagedDict(PyObject *op);
/* Writes what is known of an object to standard error, for debuggers. */
PyAPI_FUNC(void) _PyObject_Dump(PyObject *op);
/* "name()" of a callable for messages; a new reference. */
PyAPI_FUNC(PyObject *) _PyObject_FunctionStr(PyObject *op);
/* object.__getattribute__ with the instance's dictionary, or null; a new reference. With
   suppress absence is null without an exception. */
PyAPI_FUNC(PyObject *) _PyObject_GenericGetAttrWithDict(PyObject *op, PyObject *name, PyObject *dict, int suppress);
/* object.__setattr__ with the instance's dictionary, or null; a null value deletes. */
PyAPI_FUNC(int) _PyObject_GenericSetAttrWithDict(PyObject *op, PyObject *name, PyObject *value, PyObject *dict);
/* op.name by an identifier; a new reference. */
PyAPI_FUNC(PyObject *) _PyObject_GetAttrId(PyObject *op, _Py_Identifier *id);
/* Where an instance keeps the pointer to its dictionary, which is made now if it is managed;
   null if it has none. */
PyAPI_FUNC(PyObject **) _PyObject_GetDictPtr(PyObject *op);
/* The items of an instance whose items stand at the end. */
PyAPI_FUNC(void *) PyObject_GetItemData(PyObject *op);
/* Writes repr(op), or str(op) with Py_PRINT_RAW, to a C stream. */
PyAPI_FUNC(int) PyObject_Print(PyObject *op, FILE *stream, int flags);
/* Gives an object with a managed dictionary another one, or none. */
PyAPI_FUNC(int) _PyObject_SetManagedDict(PyObject *op, PyObject *dict);
/* Visits what a managed dictionary holds. */
PyAPI_FUNC(int) PyObject_VisitManagedDict(PyObject *op, visitproc visit, void *arg);
/* The function that hears of every object that is made or destroyed, and its data. */
PyAPI_FUNC(PyRefTracer) PyRefTracer_GetTracer(void **data);
/* Sets the function that hears of every object that is made or destroyed; null takes it away. */
PyAPI_FUNC(int) PyRefTracer_SetTracer(PyRefTracer tracer, void *data);
/* Deallocates an object later: deep structures are taken apart by the interpreter itself, so
   that it is done at once. */
PyAPI_FUNC(void) _PyTrash_thread_deposit_object(PyThreadState *ts, PyObject *op);
/* Deallocates what waits: nothing does. */
PyAPI_FUNC(void) _PyTrash_thread_destroy_chain(PyThreadState *ts);
/* A callback for watched types: its number, or -1 with an exception. */
PyAPI_FUNC(int) PyType_AddWatcher(PyType_WatchCallback callback);
/* Takes a callback for types back. */
PyAPI_FUNC(int) PyType_ClearWatcher(int id);
/* The type's dictionary; a new reference, or null. */
PyAPI_FUNC(PyObject *) PyType_GetDict(PyTypeObject *ty);
/* An attribute from the types of the MRO, borrowed, or null without an exception. */
PyAPI_FUNC(PyObject *) _PyType_Lookup(PyTypeObject *ty, PyObject *name);
/* As _PyType_Lookup; a new reference. */
PyAPI_FUNC(PyObject *) _PyType_LookupRef(PyTypeObject *ty, PyObject *name);
/* The name of a type without what stands before its last dot; it lives as long as the type. */
PyAPI_FUNC(const char *) _PyType_Name(PyTypeObject *ty);
/* A type is not watched by this callback any more. */
PyAPI_FUNC(int) PyType_Unwatch(int id, PyObject *class_);
/* A type is watched by this callback from now on. */
PyAPI_FUNC(int) PyType_Watch(int id, PyObject *class_);
/* Prepares an object for PyUnstable_TryIncRef: nothing is needed with the GIL. */
PyAPI_FUNC(void) PyUnstable_EnableTryIncRef(PyObject *op);
/* Whether an object is never freed. */
PyAPI_FUNC(int) PyUnstable_IsImmortal(PyObject *op);
/* Kills the weak references to an object without calling their callbacks. */
PyAPI_FUNC(void) PyUnstable_Object_ClearWeakRefsNoCallbacks(PyObject *op);
/* Deferred counting exists without the GIL only: 0, "not enabled". */
PyAPI_FUNC(int) PyUnstable_Object_EnableDeferredRefcount(PyObject *op);
/* Whether the object is a temporary of the running frame that nobody else refers to. */
PyAPI_FUNC(int) PyUnstable_Object_IsUniqueReferencedTemporary(PyObject *op);
/* Whether nobody but the caller has a reference. */
PyAPI_FUNC(int) PyUnstable_Object_IsUniquelyReferenced(PyObject *op);
/* Takes a reference unless the object is being destroyed; with the GIL nothing is in between. */
PyAPI_FUNC(int) PyUnstable_TryIncRef(PyObject *op);
/* The type's version, given out if it has none: 0 if it cannot have one. */
PyAPI_FUNC(int) PyUnstable_Type_AssignVersionTag(PyTypeObject *ty);
/* A place for a debugger to stop. */
PyAPI_FUNC(void) _Py_BreakPoint(void);
/* Nothing counts all references, so that nothing forgets one. */
PyAPI_FUNC(void) _Py_ForgetReference(PyObject *op);
/* Gives a block of memory that C filled in itself its first reference. */
PyAPI_FUNC(void) _Py_NewReference(PyObject *op);
/* Gives a new object its first reference. */
PyAPI_FUNC(void) _Py_NewReferenceNoTotal(PyObject *op);
/* Whether the native stack is about to run out. */
PyAPI_FUNC(int) _Py_ReachedRecursionLimitWithMargin(PyThreadState *ts, int margin);
/* As _Py_NewReference, for an object that a destructor brings back to life. */
PyAPI_FUNC(void) _Py_ResurrectReference(PyObject *op);
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
#ifdef __cplusplus
}
#endif
#endif
#endif
