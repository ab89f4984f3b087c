/* Taipan's C API: object.h. Made by `cargo xtask headers` from crates/capi/headers/object.h. */
#ifndef Py_PYTHON_H
#  include "Python.h"
#endif
#ifndef Py_OBJECT_H
#define Py_OBJECT_H
#ifdef __cplusplus
extern "C" {
#endif
/* Objects and types: their heads, slots, flags, and the functions that work on every object. */

/* What objects begin with. */
#define PyObject_HEAD PyObject ob_base;
#define PyObject_VAR_HEAD PyVarObject ob_base;
#define _PyObject_EXTRA_INIT
#define _PyObject_MIN_ALIGNMENT 4
#define Py_INVALID_SIZE (Py_ssize_t)-1

/* Static objects start immortal. */
#define PyObject_HEAD_INIT(type) {{_Py_STATIC_IMMORTAL_INITIAL_REFCNT}, (type)},
#define PyVarObject_HEAD_INIT(type, size) {PyObject_HEAD_INIT(type)(size)},

/* The reference count has 32 bits; a bit of the flags says that an object is immortal. The 64-bit member exists for
   static initialisation, and because old versions of the limited API counted with it. */
struct _object {
#if !defined(__STDC_VERSION__) || __STDC_VERSION__ < 201112L
    __extension__
#endif
    union {
        PY_INT64_T ob_refcnt_full;
#if defined(__GNUC__)
        __extension__
#endif
        struct {
            uint32_t ob_refcnt;
            uint16_t ob_overflow;
            uint16_t ob_flags;
        };
        _Py_ALIGNED_DEF(_PyObject_MIN_ALIGNMENT, char) _aligner;
    };
    PyTypeObject *ob_type;
};
typedef struct {
    PyObject ob_base;
    Py_ssize_t ob_size;
} PyVarObject;

#define _PyObject_CAST(op) _Py_CAST(PyObject *, (op))
#define _PyVarObject_CAST(op) _Py_CAST(PyVarObject *, (op))

/* Type objects are referred to below; the rest of the data follows with the functions. */
PyAPI_DATA(PyTypeObject) PyType_Type;
PyAPI_DATA(PyTypeObject) PyBaseObject_Type;
PyAPI_DATA(PyTypeObject) PySuper_Type;
PyAPI_DATA(PyTypeObject) PyLong_Type;
PyAPI_DATA(PyTypeObject) PyBool_Type;

/* Access to the head. Until version 3.11 the macros of the limited API took pointers of any type. */
#if defined(Py_LIMITED_API) && Py_LIMITED_API+0 >= 0x030e0000
/* The type, borrowed from the object. */
PyAPI_FUNC(PyTypeObject *) Py_TYPE(PyObject *op);
#else
static inline PyTypeObject *_Py_TYPE(PyObject *ob)
{
    return ob->ob_type;
}
#if !defined(Py_LIMITED_API) || Py_LIMITED_API+0 < 0x030b0000
#define Py_TYPE(ob) _Py_TYPE(_PyObject_CAST(ob))
#else
#define Py_TYPE(ob) _Py_TYPE(ob)
#endif
#endif

static inline Py_ssize_t Py_SIZE(PyObject *ob)
{
    assert(Py_TYPE(ob) != &PyLong_Type && Py_TYPE(ob) != &PyBool_Type);
    return _PyVarObject_CAST(ob)->ob_size;
}
static inline int Py_IS_TYPE(PyObject *ob, PyTypeObject *type)
{
    return Py_TYPE(ob) == type;
}
static inline void Py_SET_TYPE(PyObject *ob, PyTypeObject *type)
{
    ob->ob_type = type;
}
static inline void Py_SET_SIZE(PyVarObject *ob, Py_ssize_t size)
{
    assert(Py_TYPE(_PyObject_CAST(ob)) != &PyLong_Type && Py_TYPE(_PyObject_CAST(ob)) != &PyBool_Type);
    ob->ob_size = size;
}
#if !defined(Py_LIMITED_API) || Py_LIMITED_API+0 < 0x030b0000
#define Py_SIZE(ob) Py_SIZE(_PyObject_CAST(ob))
#define Py_IS_TYPE(ob, type) Py_IS_TYPE(_PyObject_CAST(ob), (type))
#define Py_SET_TYPE(ob, type) Py_SET_TYPE(_PyObject_CAST(ob), (type))
#define Py_SET_SIZE(ob, size) Py_SET_SIZE(_PyVarObject_CAST(ob), (size))
#endif

/* The types of slots. */
typedef PyObject *(*unaryfunc)(PyObject *);
typedef PyObject *(*binaryfunc)(PyObject *, PyObject *);
typedef PyObject *(*ternaryfunc)(PyObject *, PyObject *, PyObject *);
typedef int (*inquiry)(PyObject *);
typedef Py_ssize_t (*lenfunc)(PyObject *);
typedef PyObject *(*ssizeargfunc)(PyObject *, Py_ssize_t);
typedef PyObject *(*ssizessizeargfunc)(PyObject *, Py_ssize_t, Py_ssize_t);
typedef int (*ssizeobjargproc)(PyObject *, Py_ssize_t, PyObject *);
typedef int (*ssizessizeobjargproc)(PyObject *, Py_ssize_t, Py_ssize_t, PyObject *);
typedef int (*objobjargproc)(PyObject *, PyObject *, PyObject *);
typedef int (*objobjproc)(PyObject *, PyObject *);
typedef int (*visitproc)(PyObject *, void *);
typedef int (*traverseproc)(PyObject *, visitproc, void *);
typedef void (*freefunc)(void *);
typedef void (*destructor)(PyObject *);
typedef PyObject *(*getattrfunc)(PyObject *, char *);
typedef PyObject *(*getattrofunc)(PyObject *, PyObject *);
typedef int (*setattrfunc)(PyObject *, char *, PyObject *);
typedef int (*setattrofunc)(PyObject *, PyObject *, PyObject *);
typedef PyObject *(*reprfunc)(PyObject *);
typedef Py_hash_t (*hashfunc)(PyObject *);
typedef PyObject *(*richcmpfunc)(PyObject *, PyObject *, int);
typedef PyObject *(*getiterfunc)(PyObject *);
typedef PyObject *(*iternextfunc)(PyObject *);
typedef PyObject *(*descrgetfunc)(PyObject *, PyObject *, PyObject *);
typedef int (*descrsetfunc)(PyObject *, PyObject *, PyObject *);
typedef int (*initproc)(PyObject *, PyObject *, PyObject *);
typedef PyObject *(*newfunc)(PyTypeObject *, PyObject *, PyObject *);
typedef PyObject *(*allocfunc)(PyTypeObject *, Py_ssize_t);
#if !defined(Py_LIMITED_API) || Py_LIMITED_API+0 >= 0x030c0000
typedef PyObject *(*vectorcallfunc)(PyObject *callable, PyObject *const *args, size_t nargsf, PyObject *kwnames);
#endif

/* A type made of a list of slots. */
typedef struct {
    int slot;
    void *pfunc;
} PyType_Slot;
typedef struct {
    const char *name;
    int basicsize;
    int itemsize;
    unsigned int flags;
    PyType_Slot *slots;
} PyType_Spec;

/* Flags of types. */
#ifndef Py_LIMITED_API
#define Py_TPFLAGS_INLINE_VALUES (1UL << 2UL)
#define Py_TPFLAGS_MANAGED_WEAKREF (1UL << 3UL)
#define Py_TPFLAGS_MANAGED_DICT (1UL << 4UL)
#define Py_TPFLAGS_PREHEADER (Py_TPFLAGS_MANAGED_WEAKREF | Py_TPFLAGS_MANAGED_DICT)
#define Py_TPFLAGS_SEQUENCE (1UL << 5UL)
#define Py_TPFLAGS_MAPPING (1UL << 6UL)
#define _Py_TPFLAGS_STATIC_BUILTIN (1UL << 1UL)
#endif
#define Py_TPFLAGS_HAVE_FINALIZE (1UL << 0UL)
#define Py_TPFLAGS_DISALLOW_INSTANTIATION (1UL << 7UL)
#define Py_TPFLAGS_IMMUTABLETYPE (1UL << 8UL)
#define Py_TPFLAGS_HEAPTYPE (1UL << 9UL)
#define Py_TPFLAGS_BASETYPE (1UL << 10UL)
#if !defined(Py_LIMITED_API) || Py_LIMITED_API+0 >= 0x030c0000
#define Py_TPFLAGS_HAVE_VECTORCALL (1UL << 11UL)
#ifndef Py_LIMITED_API
#define _Py_TPFLAGS_HAVE_VECTORCALL Py_TPFLAGS_HAVE_VECTORCALL
#endif
#endif
#define Py_TPFLAGS_READY (1UL << 12UL)
#define Py_TPFLAGS_READYING (1UL << 13UL)
#define Py_TPFLAGS_HAVE_GC (1UL << 14UL)
#define Py_TPFLAGS_HAVE_STACKLESS_EXTENSION 0
#define Py_TPFLAGS_METHOD_DESCRIPTOR (1UL << 17UL)
#define Py_TPFLAGS_HAVE_VERSION_TAG (1UL << 18UL)
#define Py_TPFLAGS_VALID_VERSION_TAG (1UL << 19UL)
#define Py_TPFLAGS_IS_ABSTRACT (1UL << 20UL)
#define _Py_TPFLAGS_MATCH_SELF (1UL << 22UL)
#define Py_TPFLAGS_ITEMS_AT_END (1UL << 23UL)
#define Py_TPFLAGS_LONG_SUBCLASS (1UL << 24UL)
#define Py_TPFLAGS_LIST_SUBCLASS (1UL << 25UL)
#define Py_TPFLAGS_TUPLE_SUBCLASS (1UL << 26UL)
#define Py_TPFLAGS_BYTES_SUBCLASS (1UL << 27UL)
#define Py_TPFLAGS_UNICODE_SUBCLASS (1UL << 28UL)
#define Py_TPFLAGS_DICT_SUBCLASS (1UL << 29UL)
#define Py_TPFLAGS_BASE_EXC_SUBCLASS (1UL << 30UL)
#define Py_TPFLAGS_TYPE_SUBCLASS (1UL << 31UL)
#define Py_TPFLAGS_DEFAULT 0UL

/* How PyObject_Print writes: str instead of repr. */
#define Py_PRINT_RAW 1

/* Comparisons. */
#define Py_LT 0
#define Py_LE 1
#define Py_EQ 2
#define Py_NE 3
#define Py_GT 4
#define Py_GE 5

#if !defined(Py_LIMITED_API) || Py_LIMITED_API+0 >= 0x030a0000
/* What PyIter_Send found out. */
typedef enum { PYGEN_RETURN = 0, PYGEN_ERROR = -1, PYGEN_NEXT = 1 } PySendResult;
#endif

/* Constants by number. */
#define Py_CONSTANT_NONE 0
#define Py_CONSTANT_FALSE 1
#define Py_CONSTANT_TRUE 2
#define Py_CONSTANT_ELLIPSIS 3
#define Py_CONSTANT_NOT_IMPLEMENTED 4
#define Py_CONSTANT_ZERO 5
#define Py_CONSTANT_ONE 6
#define Py_CONSTANT_EMPTY_STR 7
#define Py_CONSTANT_EMPTY_BYTES 8
#define Py_CONSTANT_EMPTY_TUPLE 9

#if !defined(Py_LIMITED_API) || Py_LIMITED_API+0 >= 0x030e0000
/* Asks PyType_GetBaseByToken's counterpart for the specification itself as the token. */
#define Py_TP_USE_SPEC NULL
#endif

PyAPI_DATA(PyObject) _Py_NoneStruct;
PyAPI_DATA(PyObject) _Py_NotImplementedStruct;
/* callable(op); null is not. */
PyAPI_FUNC(int) PyCallable_Check(PyObject *op);
/* ascii(op); a new reference. Null gives "<NULL>". */
PyAPI_FUNC(PyObject *) PyObject_ASCII(PyObject *op);
/* bytes(op), but nothing of integers; a new reference. Null gives b"<NULL>". */
PyAPI_FUNC(PyObject *) PyObject_Bytes(PyObject *op);
/* Kills the weak references to a dying object and calls their callbacks. */
PyAPI_FUNC(void) PyObject_ClearWeakRefs(PyObject *op);
/* del op.name. */
PyAPI_FUNC(int) PyObject_DelAttr(PyObject *op, PyObject *name);
/* del op.name. */
PyAPI_FUNC(int) PyObject_DelAttrString(PyObject *op, const char *name);
/* dir(op), or the local names for null; a new reference. */
PyAPI_FUNC(PyObject *) PyObject_Dir(PyObject *op);
/* PyObject_GenericGetAttr as a slot. */
PyAPI_FUNC(PyObject *) PyObject_GenericGetAttr(PyObject *op, PyObject *name);
/* PyObject_GenericSetAttr as a slot. */
PyAPI_FUNC(int) PyObject_GenericSetAttr(PyObject *op, PyObject *name, PyObject *value);
/* op.name; a new reference. */
PyAPI_FUNC(PyObject *) PyObject_GetAttr(PyObject *op, PyObject *name);
/* op.name; a new reference. */
PyAPI_FUNC(PyObject *) PyObject_GetAttrString(PyObject *op, const char *name);
/* hasattr; errors are reported as unraisable and mean "no". */
PyAPI_FUNC(int) PyObject_HasAttr(PyObject *op, PyObject *name);
/* As PyObject_HasAttr with a C string. */
PyAPI_FUNC(int) PyObject_HasAttrString(PyObject *op, const char *name);
/* hash(op). */
PyAPI_FUNC(Py_hash_t) PyObject_Hash(PyObject *op);
/* PyObject_HashNotImplemented: the slot of unhashable types. */
PyAPI_FUNC(Py_hash_t) PyObject_HashNotImplemented(PyObject *op);
/* bool(op). */
PyAPI_FUNC(int) PyObject_IsTrue(PyObject *op);
/* not op. */
PyAPI_FUNC(int) PyObject_Not(PyObject *op);
/* repr(op); a new reference. Null gives "<NULL>". */
PyAPI_FUNC(PyObject *) PyObject_Repr(PyObject *op);
/* a OP b; a new reference. */
PyAPI_FUNC(PyObject *) PyObject_RichCompare(PyObject *a, PyObject *b, int op);
/* Whether a OP b, identity implying equality. */
PyAPI_FUNC(int) PyObject_RichCompareBool(PyObject *a, PyObject *b, int op);
/* The object itself, as tp_iter of iterators; a new reference. */
PyAPI_FUNC(PyObject *) PyObject_SelfIter(PyObject *op);
/* op.name = value, or del op.name for null. */
PyAPI_FUNC(int) PyObject_SetAttr(PyObject *op, PyObject *name, PyObject *value);
/* op.name = value, or del op.name for null. */
PyAPI_FUNC(int) PyObject_SetAttrString(PyObject *op, const char *name, PyObject *value);
/* str(op); a new reference. Null gives "<NULL>". */
PyAPI_FUNC(PyObject *) PyObject_Str(PyObject *op);
/* Empties the cache of attributes found in types: the last version given out. */
PyAPI_FUNC(unsigned int) PyType_ClearCache(void);
/* A type from a spec; a new reference. */
PyAPI_FUNC(PyObject *) PyType_FromSpec(PyType_Spec *spec);
/* PyType_GenericAlloc as a slot. */
PyAPI_FUNC(PyObject *) PyType_GenericAlloc(PyTypeObject *ty, Py_ssize_t items);
/* The slot tp_new that only allocates; a new reference. */
PyAPI_FUNC(PyObject *) PyType_GenericNew(PyTypeObject *ty, PyObject *args, PyObject *kwargs);
/* tp_flags. */
PyAPI_FUNC(unsigned long) PyType_GetFlags(PyTypeObject *ty);
/* Whether a is b or derives from it. */
PyAPI_FUNC(int) PyType_IsSubtype(PyTypeObject *a, PyTypeObject *b);
/* Says that a type has been changed behind the interpreter's back. */
PyAPI_FUNC(void) PyType_Modified(PyTypeObject *ty);
/* Makes a static type ready. */
PyAPI_FUNC(int) PyType_Ready(PyTypeObject *ty);
/* Whether both are the same object. */
PyAPI_FUNC(int) Py_Is(PyObject *a, PyObject *b);
/* Whether it is None. */
PyAPI_FUNC(int) Py_IsNone(PyObject *a);
/* Notes that a container's repr is being made: 1 if it is already. */
PyAPI_FUNC(int) Py_ReprEnter(PyObject *op);
/* The container's repr is made. */
PyAPI_FUNC(void) Py_ReprLeave(PyObject *op);
#if !defined(Py_LIMITED_API) || Py_LIMITED_API+0 >= 0x03030000
/* __dict__ as a setter. */
PyAPI_FUNC(int) PyObject_GenericSetDict(PyObject *op, PyObject *value, void *context);
/* A type from a spec and its bases; a new reference. */
PyAPI_FUNC(PyObject *) PyType_FromSpecWithBases(PyType_Spec *spec, PyObject *bases);
#endif
#if !defined(Py_LIMITED_API) || Py_LIMITED_API+0 >= 0x03040000
/* The value of a slot; null if the type has none or the number is wrong. */
PyAPI_FUNC(void *) PyType_GetSlot(PyTypeObject *ty, int slot);
#endif
#if !defined(Py_LIMITED_API) || Py_LIMITED_API+0 >= 0x03090000
/* A type of a module from a spec and its bases; a new reference. */
PyAPI_FUNC(PyObject *) PyType_FromModuleAndSpec(PyObject *module, PyType_Spec *spec, PyObject *bases);
/* The module that the type was made for, borrowed. */
PyAPI_FUNC(PyObject *) PyType_GetModule(PyTypeObject *ty);
/* The state of the module that the type was made for. */
PyAPI_FUNC(void *) PyType_GetModuleState(PyTypeObject *ty);
#endif
#if !defined(Py_LIMITED_API) || Py_LIMITED_API+0 >= 0x030b0000
/* __name__; a new reference. */
PyAPI_FUNC(PyObject *) PyType_GetName(PyTypeObject *ty);
/* __qualname__; a new reference. */
PyAPI_FUNC(PyObject *) PyType_GetQualName(PyTypeObject *ty);
#endif
#if !defined(Py_LIMITED_API) || Py_LIMITED_API+0 >= 0x030c0000
/* The memory of cls's own data in an instance (types made with a negative basicsize). */
PyAPI_FUNC(void *) PyObject_GetTypeData(PyObject *op, PyTypeObject *cls);
/* A type with a metaclass, of a module, from a spec and its bases; a new reference. */
PyAPI_FUNC(PyObject *) PyType_FromMetaclass(PyTypeObject *metaclass, PyObject *module, PyType_Spec *spec, PyObject *bases);
/* The size of the data of the type itself. */
PyAPI_FUNC(Py_ssize_t) PyType_GetTypeDataSize(PyTypeObject *ty);
#endif
#if !defined(Py_LIMITED_API) || Py_LIMITED_API+0 >= 0x030d0000
/* op.name into *out (a new reference): 1, 0 (and null) if there is none, -1 on other errors. */
PyAPI_FUNC(int) PyObject_GetOptionalAttr(PyObject *op, PyObject *name, PyObject **out);
/* As PyObject_GetOptionalAttr with a C string. */
PyAPI_FUNC(int) PyObject_GetOptionalAttrString(PyObject *op, const char *name, PyObject **out);
/* hasattr. */
PyAPI_FUNC(int) PyObject_HasAttrStringWithError(PyObject *op, const char *name);
/* hasattr. */
PyAPI_FUNC(int) PyObject_HasAttrWithError(PyObject *op, PyObject *name);
/* The module and the qualified name with a dot between; a new reference. */
PyAPI_FUNC(PyObject *) PyType_GetFullyQualifiedName(PyTypeObject *ty);
/* The module of this definition that the type or one of its bases was made for, borrowed. */
PyAPI_FUNC(PyObject *) PyType_GetModuleByDef(PyTypeObject *ty, PyModuleDef *def);
/* __module__; a new reference. */
PyAPI_FUNC(PyObject *) PyType_GetModuleName(PyTypeObject *ty);
/* One of the constants by its number; a new reference (all are immortal). */
PyAPI_FUNC(PyObject *) Py_GetConstant(unsigned int which);
/* One of the constants by its number; borrowed. */
PyAPI_FUNC(PyObject *) Py_GetConstantBorrowed(unsigned int which);
#endif
#if !defined(Py_LIMITED_API) || Py_LIMITED_API+0 >= 0x030e0000
/* Makes a type immutable, if its bases are. */
PyAPI_FUNC(int) PyType_Freeze(PyTypeObject *ty);
/* The first type of the MRO with this token into *out (a new reference; may be null): 1, 0 or
   -1. */
PyAPI_FUNC(int) PyType_GetBaseByToken(PyTypeObject *ty, void *token, PyTypeObject **out);
#endif
#define Py_Is(x, y) ((x) == (y))
#if defined(Py_LIMITED_API) && Py_LIMITED_API+0 >= 0x030d0000
#  define Py_None Py_GetConstantBorrowed(Py_CONSTANT_NONE)
#  define Py_NotImplemented Py_GetConstantBorrowed(Py_CONSTANT_NOT_IMPLEMENTED)
#else
#  define Py_None (&_Py_NoneStruct)
#  define Py_NotImplemented (&_Py_NotImplementedStruct)
#endif
#define Py_IsNone(x) Py_Is((x), Py_None)
/* Before immortal objects, what was returned had to be counted. */
#if defined(Py_LIMITED_API) && Py_LIMITED_API+0 < 0x030c0000
#  define Py_RETURN_NONE return Py_NewRef(Py_None)
#  define Py_RETURN_NOTIMPLEMENTED return Py_NewRef(Py_NotImplemented)
#else
#  define Py_RETURN_NONE return Py_None
#  define Py_RETURN_NOTIMPLEMENTED return Py_NotImplemented
#endif

/* Returns the result of comparing two C values. */
#define Py_RETURN_RICHCOMPARE(val1, val2, op) \
    do { \
        switch (op) { \
        case Py_LT: if ((val1) < (val2)) { Py_RETURN_TRUE; } Py_RETURN_FALSE; \
        case Py_LE: if ((val1) <= (val2)) { Py_RETURN_TRUE; } Py_RETURN_FALSE; \
        case Py_EQ: if ((val1) == (val2)) { Py_RETURN_TRUE; } Py_RETURN_FALSE; \
        case Py_NE: if ((val1) != (val2)) { Py_RETURN_TRUE; } Py_RETURN_FALSE; \
        case Py_GT: if ((val1) > (val2)) { Py_RETURN_TRUE; } Py_RETURN_FALSE; \
        case Py_GE: if ((val1) >= (val2)) { Py_RETURN_TRUE; } Py_RETURN_FALSE; \
        default: Py_UNREACHABLE(); \
        } \
    } while (0)

static inline int PyObject_TypeCheck(PyObject *ob, PyTypeObject *type)
{
    return Py_IS_TYPE(ob, type) || PyType_IsSubtype(Py_TYPE(ob), type);
}
#if !defined(Py_LIMITED_API) || Py_LIMITED_API+0 < 0x030b0000
#define PyObject_TypeCheck(ob, type) PyObject_TypeCheck(_PyObject_CAST(ob), (type))
#endif

#ifndef Py_LIMITED_API
#include "cpython/object.h"
#endif

/* Types by their flags. */
static inline int PyType_HasFeature(PyTypeObject *type, unsigned long feature)
{
#ifdef Py_LIMITED_API
    return (PyType_GetFlags(type) & feature) != 0;
#else
    return (type->tp_flags & feature) != 0;
#endif
}
#define PyType_FastSubclass(type, flag) PyType_HasFeature((type), (flag))
static inline int PyType_Check(PyObject *op)
{
    return PyType_FastSubclass(Py_TYPE(op), Py_TPFLAGS_TYPE_SUBCLASS);
}
static inline int PyType_CheckExact(PyObject *op)
{
    return Py_IS_TYPE(op, &PyType_Type);
}
#if !defined(Py_LIMITED_API) || Py_LIMITED_API+0 < 0x030b0000
#define PyType_Check(op) PyType_Check(_PyObject_CAST(op))
#define PyType_CheckExact(op) PyType_CheckExact(_PyObject_CAST(op))
#endif
#define _PyType_CAST(op) (assert(PyType_Check(op)), _Py_CAST(PyTypeObject *, (op)))
#ifdef __cplusplus
}
#endif
#endif
