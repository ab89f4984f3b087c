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
%data PyTypeObject PyType_Type
%data PyTypeObject PyBaseObject_Type
%data PyTypeObject PySuper_Type
%data PyTypeObject PyLong_Type
%data PyTypeObject PyBool_Type

/* Access to the head. Until version 3.11 the macros of the limited API took pointers of any type. */
#if defined(Py_LIMITED_API) && Py_LIMITED_API+0 >= 0x030e0000
%fn PyTypeObject *Py_TYPE(PyObject *)
#else
static inline PyTypeObject *_Py_TYPE(PyObject *ob)
{
    return ob->ob_type;
}
%before 3.11
#define Py_TYPE(ob) _Py_TYPE(_PyObject_CAST(ob))
#else
#define Py_TYPE(ob) _Py_TYPE(ob)
%end
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
%before 3.11
%cast Py_SIZE(ob)
%cast Py_IS_TYPE(ob, type)
%cast Py_SET_TYPE(ob, type)
#define Py_SET_SIZE(ob, size) Py_SET_SIZE(_PyVarObject_CAST(ob), (size))
%end

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
%since 3.12
typedef PyObject *(*vectorcallfunc)(PyObject *callable, PyObject *const *args, size_t nargsf, PyObject *kwnames);
%end

/* A type made of a list of slots. */
%struct PyType_Slot
%struct PyType_Spec

/* Flags of types. */
%full
%define Py_TPFLAGS_INLINE_VALUES
%define Py_TPFLAGS_MANAGED_WEAKREF
%define Py_TPFLAGS_MANAGED_DICT
%define Py_TPFLAGS_PREHEADER
%define Py_TPFLAGS_SEQUENCE
%define Py_TPFLAGS_MAPPING
%define _Py_TPFLAGS_STATIC_BUILTIN
%end
%define Py_TPFLAGS_HAVE_FINALIZE
%define Py_TPFLAGS_DISALLOW_INSTANTIATION
%define Py_TPFLAGS_IMMUTABLETYPE
%define Py_TPFLAGS_HEAPTYPE
%define Py_TPFLAGS_BASETYPE
%since 3.12
%define Py_TPFLAGS_HAVE_VECTORCALL
%full
#define _Py_TPFLAGS_HAVE_VECTORCALL Py_TPFLAGS_HAVE_VECTORCALL
%end
%end
%define Py_TPFLAGS_READY
%define Py_TPFLAGS_READYING
%define Py_TPFLAGS_HAVE_GC
#define Py_TPFLAGS_HAVE_STACKLESS_EXTENSION 0
%define Py_TPFLAGS_METHOD_DESCRIPTOR
%define Py_TPFLAGS_HAVE_VERSION_TAG
%define Py_TPFLAGS_VALID_VERSION_TAG
%define Py_TPFLAGS_IS_ABSTRACT
%define _Py_TPFLAGS_MATCH_SELF
%define Py_TPFLAGS_ITEMS_AT_END
%define Py_TPFLAGS_LONG_SUBCLASS
%define Py_TPFLAGS_LIST_SUBCLASS
%define Py_TPFLAGS_TUPLE_SUBCLASS
%define Py_TPFLAGS_BYTES_SUBCLASS
%define Py_TPFLAGS_UNICODE_SUBCLASS
%define Py_TPFLAGS_DICT_SUBCLASS
%define Py_TPFLAGS_BASE_EXC_SUBCLASS
%define Py_TPFLAGS_TYPE_SUBCLASS
%define Py_TPFLAGS_DEFAULT

/* How PyObject_Print writes: str instead of repr. */
#define Py_PRINT_RAW 1

/* Comparisons. */
%define Py_LT
%define Py_LE
%define Py_EQ
%define Py_NE
%define Py_GT
%define Py_GE

%since 3.10
/* What PyIter_Send found out. */
typedef enum { PYGEN_RETURN = 0, PYGEN_ERROR = -1, PYGEN_NEXT = 1 } PySendResult;
%end

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

%since 3.14
/* Asks PyType_GetBaseByToken's counterpart for the specification itself as the token. */
#define Py_TP_USE_SPEC NULL
%end

%data PyObject _Py_NoneStruct
%data PyObject _Py_NotImplementedStruct
%fn PyCallable_Check
%fn PyObject_ASCII
%fn PyObject_Bytes
%fn PyObject_ClearWeakRefs
%fn PyObject_DelAttr
%fn PyObject_DelAttrString
%fn PyObject_Dir
%fn PyObject_GenericGetAttr
%fn PyObject_GenericSetAttr
%fn PyObject_GetAttr
%fn PyObject_GetAttrString
%fn PyObject_HasAttr
%fn PyObject_HasAttrString
%fn Py_hash_t PyObject_Hash(PyObject *)
%fn PyObject_HashNotImplemented
%fn PyObject_IsTrue
%fn PyObject_Not
%fn PyObject_Repr
%fn PyObject_RichCompare
%fn PyObject_RichCompareBool
%fn PyObject_SelfIter
%fn PyObject_SetAttr
%fn PyObject_SetAttrString
%fn PyObject_Str
%fn PyType_ClearCache
%fn PyType_FromSpec
%fn PyType_GenericAlloc
%fn PyType_GenericNew
%fn PyType_GetFlags
%fn PyType_IsSubtype
%fn PyType_Modified
%fn PyType_Ready
%fn uintptr_t _Py_GetThreadLocal_Addr(void)
%fn Py_Is
%fn Py_IsNone
%fn Py_ReprEnter
%fn Py_ReprLeave
%since 3.3
%fn PyObject_GenericSetDict
%fn PyType_FromSpecWithBases
%end
%since 3.4
%fn PyType_GetSlot
%end
%since 3.9
%fn PyType_FromModuleAndSpec
%fn PyType_GetModule
%fn PyType_GetModuleState
%end
%since 3.11
%fn PyType_GetName
%fn PyType_GetQualName
%end
%since 3.12
%fn PyObject_GetTypeData
%fn PyType_FromMetaclass
%fn PyType_GetTypeDataSize
%end
%since 3.13
%fn PyObject_GetOptionalAttr
%fn PyObject_GetOptionalAttrString
%fn PyObject_HasAttrStringWithError
%fn PyObject_HasAttrWithError
%fn PyType_GetFullyQualifiedName
%fn PyType_GetModuleByDef
%fn PyType_GetModuleName
%fn Py_GetConstant
%fn Py_GetConstantBorrowed
%end
%since 3.14
%fn PyType_Freeze
%fn PyType_GetBaseByToken
%end
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
%before 3.11
%cast PyObject_TypeCheck(ob, type)
%end

%full
#include "cpython/object.h"
%end

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
%before 3.11
%cast PyType_Check(op)
%cast PyType_CheckExact(op)
%end
#define _PyType_CAST(op) (assert(PyType_Check(op)), _Py_CAST(PyTypeObject *, (op)))
