/* Taipan's C API: abstract.h. Made by `cargo xtask headers` from crates/capi/headers/abstract.h. */
#ifndef Py_PYTHON_H
#  include "Python.h"
#endif
#ifndef Py_ABSTRACT_H
#define Py_ABSTRACT_H
#ifdef __cplusplus
extern "C" {
#endif
/* Protocols: what can be done with objects of any type. */
#if !defined(Py_LIMITED_API) || Py_LIMITED_API+0 >= 0x030c0000
/* In a number of arguments: the word before the first may be used by whom is called. */
#define PY_VECTORCALL_ARGUMENTS_OFFSET (_Py_STATIC_CAST(size_t, 1) << (8 * sizeof(size_t) - 1))
#endif
/* Whether the object is an asynchronous iterator. */
PyAPI_FUNC(int) PyAIter_Check(PyObject *op);
/* Whether the object has __index__. */
PyAPI_FUNC(int) PyIndex_Check(PyObject *op);
/* Whether the object is an iterator. */
PyAPI_FUNC(int) PyIter_Check(PyObject *op);
/* The next item (a new reference), or null: without an exception at the end. */
PyAPI_FUNC(PyObject *) PyIter_Next(PyObject *iterator);
/* Whether the object can be subscripted. */
PyAPI_FUNC(int) PyMapping_Check(PyObject *op);
/* op[key]; a new reference. */
PyAPI_FUNC(PyObject *) PyMapping_GetItemString(PyObject *op, const char *key);
/* Whether the key is there; errors are reported as unraisable and mean "no". */
PyAPI_FUNC(int) PyMapping_HasKey(PyObject *op, PyObject *key);
/* As PyMapping_HasKey with a C string. */
PyAPI_FUNC(int) PyMapping_HasKeyString(PyObject *op, const char *key);
/* Whether the key is there. */
PyAPI_FUNC(int) PyMapping_HasKeyStringWithError(PyObject *op, const char *key);
/* Whether the key is there. */
PyAPI_FUNC(int) PyMapping_HasKeyWithError(PyObject *op, PyObject *key);
/* list(op.items()); a new reference. */
PyAPI_FUNC(PyObject *) PyMapping_Items(PyObject *op);
/* list(op.keys()); a new reference. */
PyAPI_FUNC(PyObject *) PyMapping_Keys(PyObject *op);
/* len(op) of a mapping. */
PyAPI_FUNC(Py_ssize_t) PyMapping_Length(PyObject *op);
/* op[key] = value. */
PyAPI_FUNC(int) PyMapping_SetItemString(PyObject *op, const char *key, PyObject *value);
/* len(op) of a mapping. */
PyAPI_FUNC(Py_ssize_t) PyMapping_Size(PyObject *op);
/* list(op.values()); a new reference. */
PyAPI_FUNC(PyObject *) PyMapping_Values(PyObject *op);
/* abs(a); a new reference. */
PyAPI_FUNC(PyObject *) PyNumber_Absolute(PyObject *a);
/* a + b; a new reference. */
PyAPI_FUNC(PyObject *) PyNumber_Add(PyObject *, PyObject *);
/* a & b; a new reference. */
PyAPI_FUNC(PyObject *) PyNumber_And(PyObject *, PyObject *);
/* operator.index(op) as a Py_ssize_t: clipped if error is null, else that exception. */
PyAPI_FUNC(Py_ssize_t) PyNumber_AsSsize_t(PyObject *op, PyObject *error);
/* Whether the object is a number. */
PyAPI_FUNC(int) PyNumber_Check(PyObject *op);
/* divmod(a, b); a new reference. */
PyAPI_FUNC(PyObject *) PyNumber_Divmod(PyObject *, PyObject *);
/* float(op); a new reference. */
PyAPI_FUNC(PyObject *) PyNumber_Float(PyObject *op);
/* a // b; a new reference. */
PyAPI_FUNC(PyObject *) PyNumber_FloorDivide(PyObject *, PyObject *);
/* a += b; a new reference. */
PyAPI_FUNC(PyObject *) PyNumber_InPlaceAdd(PyObject *, PyObject *);
/* a &= b; a new reference. */
PyAPI_FUNC(PyObject *) PyNumber_InPlaceAnd(PyObject *, PyObject *);
/* a //= b; a new reference. */
PyAPI_FUNC(PyObject *) PyNumber_InPlaceFloorDivide(PyObject *, PyObject *);
/* a <<= b; a new reference. */
PyAPI_FUNC(PyObject *) PyNumber_InPlaceLshift(PyObject *, PyObject *);
/* a *= b; a new reference. */
PyAPI_FUNC(PyObject *) PyNumber_InPlaceMultiply(PyObject *, PyObject *);
/* a |= b; a new reference. */
PyAPI_FUNC(PyObject *) PyNumber_InPlaceOr(PyObject *, PyObject *);
/* a **= b with a modulus; a new reference. */
PyAPI_FUNC(PyObject *) PyNumber_InPlacePower(PyObject *a, PyObject *b, PyObject *c);
/* a %= b; a new reference. */
PyAPI_FUNC(PyObject *) PyNumber_InPlaceRemainder(PyObject *, PyObject *);
/* a >>= b; a new reference. */
PyAPI_FUNC(PyObject *) PyNumber_InPlaceRshift(PyObject *, PyObject *);
/* a -= b; a new reference. */
PyAPI_FUNC(PyObject *) PyNumber_InPlaceSubtract(PyObject *, PyObject *);
/* a /= b; a new reference. */
PyAPI_FUNC(PyObject *) PyNumber_InPlaceTrueDivide(PyObject *, PyObject *);
/* a ^= b; a new reference. */
PyAPI_FUNC(PyObject *) PyNumber_InPlaceXor(PyObject *, PyObject *);
/* operator.index(op) as an exact int; a new reference. */
PyAPI_FUNC(PyObject *) PyNumber_Index(PyObject *op);
/* ~a; a new reference. */
PyAPI_FUNC(PyObject *) PyNumber_Invert(PyObject *a);
/* int(op); a new reference. */
PyAPI_FUNC(PyObject *) PyNumber_Long(PyObject *op);
/* a << b; a new reference. */
PyAPI_FUNC(PyObject *) PyNumber_Lshift(PyObject *, PyObject *);
/* a * b; a new reference. */
PyAPI_FUNC(PyObject *) PyNumber_Multiply(PyObject *, PyObject *);
/* -a; a new reference. */
PyAPI_FUNC(PyObject *) PyNumber_Negative(PyObject *a);
/* a | b; a new reference. */
PyAPI_FUNC(PyObject *) PyNumber_Or(PyObject *, PyObject *);
/* +a; a new reference. */
PyAPI_FUNC(PyObject *) PyNumber_Positive(PyObject *a);
/* pow(a, b, c); a new reference. */
PyAPI_FUNC(PyObject *) PyNumber_Power(PyObject *a, PyObject *b, PyObject *c);
/* a % b; a new reference. */
PyAPI_FUNC(PyObject *) PyNumber_Remainder(PyObject *, PyObject *);
/* a >> b; a new reference. */
PyAPI_FUNC(PyObject *) PyNumber_Rshift(PyObject *, PyObject *);
/* a - b; a new reference. */
PyAPI_FUNC(PyObject *) PyNumber_Subtract(PyObject *, PyObject *);
/* bin, oct, hex or str of an integer; a new reference. */
PyAPI_FUNC(PyObject *) PyNumber_ToBase(PyObject *op, int base);
/* a / b; a new reference. */
PyAPI_FUNC(PyObject *) PyNumber_TrueDivide(PyObject *, PyObject *);
/* a ^ b; a new reference. */
PyAPI_FUNC(PyObject *) PyNumber_Xor(PyObject *, PyObject *);
/* Calls with a tuple and a dictionary or null; a new reference. */
PyAPI_FUNC(PyObject *) PyObject_Call(PyObject *callable, PyObject *args, PyObject *kwargs);
/* Calls with arguments built as Py_BuildValue does; a new reference. */
PyAPI_FUNC(PyObject *) PyObject_CallFunction(PyObject *callable, const char *format, ...);
/* Calls with objects up to null; a new reference. */
PyAPI_FUNC(PyObject *) PyObject_CallFunctionObjArgs(PyObject *callable, ...);
/* Calls a method with arguments built as Py_BuildValue does; a new reference. */
PyAPI_FUNC(PyObject *) PyObject_CallMethod(PyObject *op, const char *name, const char *format, ...);
/* Calls a method with objects up to null; a new reference. */
PyAPI_FUNC(PyObject *) PyObject_CallMethodObjArgs(PyObject *op, PyObject *name, ...);
/* Calls with a tuple or null; a new reference. */
PyAPI_FUNC(PyObject *) PyObject_CallObject(PyObject *callable, PyObject *args);
/* del op[key]. */
PyAPI_FUNC(int) PyObject_DelItem(PyObject *op, PyObject *key);
/* del op[key]. */
PyAPI_FUNC(int) PyObject_DelItemString(PyObject *op, const char *key);
/* format(op, spec), spec may be null; a new reference. */
PyAPI_FUNC(PyObject *) PyObject_Format(PyObject *op, PyObject *spec);
/* aiter(op); a new reference. */
PyAPI_FUNC(PyObject *) PyObject_GetAIter(PyObject *op);
/* op[key]; a new reference. */
PyAPI_FUNC(PyObject *) PyObject_GetItem(PyObject *op, PyObject *key);
/* iter(op); a new reference. */
PyAPI_FUNC(PyObject *) PyObject_GetIter(PyObject *op);
/* isinstance(op, cls). As in CPython, op must not be null. */
PyAPI_FUNC(int) PyObject_IsInstance(PyObject *op, PyObject *cls);
/* issubclass(op, cls). */
PyAPI_FUNC(int) PyObject_IsSubclass(PyObject *op, PyObject *cls);
/* len(op). */
PyAPI_FUNC(Py_ssize_t) PyObject_Length(PyObject *op);
/* op[key] = value. */
PyAPI_FUNC(int) PyObject_SetItem(PyObject *op, PyObject *key, PyObject *value);
/* len(op). */
PyAPI_FUNC(Py_ssize_t) PyObject_Size(PyObject *op);
/* The type; a new reference. */
PyAPI_FUNC(PyObject *) PyObject_Type(PyObject *op);
/* Whether the object has items by index and is no dictionary. */
PyAPI_FUNC(int) PySequence_Check(PyObject *op);
/* a + b of sequences; a new reference. */
PyAPI_FUNC(PyObject *) PySequence_Concat(PyObject *a, PyObject *b);
/* Whether an item equals value. */
PyAPI_FUNC(int) PySequence_Contains(PyObject *op, PyObject *value);
/* How many items equal value. */
PyAPI_FUNC(Py_ssize_t) PySequence_Count(PyObject *op, PyObject *value);
/* del op[i]. */
PyAPI_FUNC(int) PySequence_DelItem(PyObject *op, Py_ssize_t i);
/* del op[i:j]. */
PyAPI_FUNC(int) PySequence_DelSlice(PyObject *op, Py_ssize_t i, Py_ssize_t j);
/* The object itself if it is a list or a tuple, else a list of its items; a new reference.
   message is that of the TypeError. */
PyAPI_FUNC(PyObject *) PySequence_Fast(PyObject *op, const char *message);
/* op[i]; a new reference. */
PyAPI_FUNC(PyObject *) PySequence_GetItem(PyObject *op, Py_ssize_t i);
/* op[i:j]; a new reference. */
PyAPI_FUNC(PyObject *) PySequence_GetSlice(PyObject *op, Py_ssize_t i, Py_ssize_t j);
/* Whether an item equals value. */
PyAPI_FUNC(int) PySequence_In(PyObject *op, PyObject *value);
/* a += b of sequences; a new reference. */
PyAPI_FUNC(PyObject *) PySequence_InPlaceConcat(PyObject *a, PyObject *b);
/* a *= n of a sequence; a new reference. */
PyAPI_FUNC(PyObject *) PySequence_InPlaceRepeat(PyObject *a, Py_ssize_t n);
/* The index of the first item that equals value. */
PyAPI_FUNC(Py_ssize_t) PySequence_Index(PyObject *op, PyObject *value);
/* len(op). */
PyAPI_FUNC(Py_ssize_t) PySequence_Length(PyObject *op);
/* list(op); a new reference. */
PyAPI_FUNC(PyObject *) PySequence_List(PyObject *op);
/* a * n of a sequence; a new reference. */
PyAPI_FUNC(PyObject *) PySequence_Repeat(PyObject *a, Py_ssize_t n);
/* op[i] = value. */
PyAPI_FUNC(int) PySequence_SetItem(PyObject *op, Py_ssize_t i, PyObject *value);
/* op[i:j] = value. */
PyAPI_FUNC(int) PySequence_SetSlice(PyObject *op, Py_ssize_t i, Py_ssize_t j, PyObject *value);
/* len(op). */
PyAPI_FUNC(Py_ssize_t) PySequence_Size(PyObject *op);
/* tuple(op); a new reference. */
PyAPI_FUNC(PyObject *) PySequence_Tuple(PyObject *op);
/* tp_call of types whose instances have a vectorcall function (PyVectorcall_Call). */
PyAPI_FUNC(PyObject *) PyVectorcall_Call(PyObject *callable, PyObject *args, PyObject *kwargs);
/* The number of positional arguments in nargsf. */
PyAPI_FUNC(Py_ssize_t) PyVectorcall_NARGS(size_t nargsf);
#if !defined(Py_LIMITED_API) || Py_LIMITED_API+0 >= 0x03050000
/* a @= b; a new reference. */
PyAPI_FUNC(PyObject *) PyNumber_InPlaceMatrixMultiply(PyObject *, PyObject *);
/* a @ b; a new reference. */
PyAPI_FUNC(PyObject *) PyNumber_MatrixMultiply(PyObject *, PyObject *);
#endif
#if !defined(Py_LIMITED_API) || Py_LIMITED_API+0 >= 0x03090000
/* Calls without arguments; a new reference. */
PyAPI_FUNC(PyObject *) PyObject_CallNoArgs(PyObject *callable);
#endif
#if !defined(Py_LIMITED_API) || Py_LIMITED_API+0 >= 0x030a0000
/* Sends a value into an iterator: PYGEN_NEXT, PYGEN_RETURN or PYGEN_ERROR; *result is a new
   reference. */
PyAPI_FUNC(PySendResult) PyIter_Send(PyObject *iterator, PyObject *value, PyObject **result);
#endif
#if !defined(Py_LIMITED_API) || Py_LIMITED_API+0 >= 0x030c0000
/* Calls by vectorcall; a new reference. */
PyAPI_FUNC(PyObject *) PyObject_Vectorcall(PyObject *callable, PyObject *const *args, size_t nargsf, PyObject *kwnames);
/* Calls the method name of args[0]; a new reference. */
PyAPI_FUNC(PyObject *) PyObject_VectorcallMethod(PyObject *name, PyObject *const *args, size_t nargsf, PyObject *kwnames);
#endif
#if !defined(Py_LIMITED_API) || Py_LIMITED_API+0 >= 0x030d0000
/* op[key] into *out (a new reference): 1, 0 (and null) on KeyError, -1 on other errors. */
PyAPI_FUNC(int) PyMapping_GetOptionalItem(PyObject *op, PyObject *key, PyObject **out);
/* As PyMapping_GetOptionalItem with a C string. */
PyAPI_FUNC(int) PyMapping_GetOptionalItemString(PyObject *op, const char *key, PyObject **out);
#endif
#if !defined(Py_LIMITED_API) || Py_LIMITED_API+0 >= 0x030e0000
/* The next item into *item (a new reference): 1, 0 (and null) at the end, -1 on errors. */
PyAPI_FUNC(int) PyIter_NextItem(PyObject *iterator, PyObject **item);
#endif
/* Until version 3.13 of the limited API, deleting was setting to null. */
#if defined(Py_LIMITED_API) && Py_LIMITED_API+0 < 0x030d0000
#  define PyObject_DelAttr(o, a) PyObject_SetAttr((o), (a), NULL)
#  define PyObject_DelAttrString(o, a) PyObject_SetAttrString((o), (a), NULL)
#endif
#define PyObject_Length PyObject_Size
#define PySequence_Length PySequence_Size
#define PySequence_In PySequence_Contains
#define PyMapping_Length PyMapping_Size
#define PyMapping_DelItem(o, k) PyObject_DelItem((o), (k))
#define PyMapping_DelItemString(o, k) PyObject_DelItemString((o), (k))
#ifndef Py_LIMITED_API
#include "cpython/abstract.h"
#endif
#ifdef __cplusplus
}
#endif
#endif
