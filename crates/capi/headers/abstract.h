/* Protocols: what can be done with objects of any type. */
%since 3.12
/* In a number of arguments: the word before the first may be used by whom is called. */
#define PY_VECTORCALL_ARGUMENTS_OFFSET (_Py_STATIC_CAST(size_t, 1) << (8 * sizeof(size_t) - 1))
%end
%fn PyAIter_Check
%fn PyIndex_Check
%fn PyIter_Check
%fn PyIter_Next
%fn PyMapping_Check
%fn PyMapping_GetItemString
%fn PyMapping_HasKey
%fn PyMapping_HasKeyString
%fn PyMapping_HasKeyStringWithError
%fn PyMapping_HasKeyWithError
%fn PyMapping_Items
%fn PyMapping_Keys
%fn PyMapping_Length
%fn PyMapping_SetItemString
%fn PyMapping_Size
%fn PyMapping_Values
%fn PyNumber_Absolute
%fn PyObject *PyNumber_Add(PyObject *, PyObject *)
%fn PyObject *PyNumber_And(PyObject *, PyObject *)
%fn PyNumber_AsSsize_t
%fn PyNumber_Check
%fn PyObject *PyNumber_Divmod(PyObject *, PyObject *)
%fn PyNumber_Float
%fn PyObject *PyNumber_FloorDivide(PyObject *, PyObject *)
%fn PyObject *PyNumber_InPlaceAdd(PyObject *, PyObject *)
%fn PyObject *PyNumber_InPlaceAnd(PyObject *, PyObject *)
%fn PyObject *PyNumber_InPlaceFloorDivide(PyObject *, PyObject *)
%fn PyObject *PyNumber_InPlaceLshift(PyObject *, PyObject *)
%fn PyObject *PyNumber_InPlaceMultiply(PyObject *, PyObject *)
%fn PyObject *PyNumber_InPlaceOr(PyObject *, PyObject *)
%fn PyNumber_InPlacePower
%fn PyObject *PyNumber_InPlaceRemainder(PyObject *, PyObject *)
%fn PyObject *PyNumber_InPlaceRshift(PyObject *, PyObject *)
%fn PyObject *PyNumber_InPlaceSubtract(PyObject *, PyObject *)
%fn PyObject *PyNumber_InPlaceTrueDivide(PyObject *, PyObject *)
%fn PyObject *PyNumber_InPlaceXor(PyObject *, PyObject *)
%fn PyNumber_Index
%fn PyNumber_Invert
%fn PyNumber_Long
%fn PyObject *PyNumber_Lshift(PyObject *, PyObject *)
%fn PyObject *PyNumber_Multiply(PyObject *, PyObject *)
%fn PyNumber_Negative
%fn PyObject *PyNumber_Or(PyObject *, PyObject *)
%fn PyNumber_Positive
%fn PyNumber_Power
%fn PyObject *PyNumber_Remainder(PyObject *, PyObject *)
%fn PyObject *PyNumber_Rshift(PyObject *, PyObject *)
%fn PyObject *PyNumber_Subtract(PyObject *, PyObject *)
%fn PyNumber_ToBase
%fn PyObject *PyNumber_TrueDivide(PyObject *, PyObject *)
%fn PyObject *PyNumber_Xor(PyObject *, PyObject *)
%fn PyObject_Call
%fn PyObject_CallFunction
%fn PyObject_CallFunctionObjArgs
%fn PyObject_CallMethod
%fn PyObject_CallMethodObjArgs
%fn PyObject_CallObject
%fn PyObject_DelItem
%fn PyObject_DelItemString
%fn PyObject_Format
%fn PyObject_GetAIter
%fn PyObject_GetItem
%fn PyObject_GetIter
%fn PyObject_IsInstance
%fn PyObject_IsSubclass
%fn PyObject_Length
%fn PyObject_SetItem
%fn PyObject_Size
%fn PyObject_Type
%fn PySequence_Check
%fn PySequence_Concat
%fn PySequence_Contains
%fn PySequence_Count
%fn PySequence_DelItem
%fn PySequence_DelSlice
%fn PySequence_Fast
%fn PySequence_GetItem
%fn PySequence_GetSlice
%fn PySequence_In
%fn PySequence_InPlaceConcat
%fn PySequence_InPlaceRepeat
%fn PySequence_Index
%fn PySequence_Length
%fn PySequence_List
%fn PySequence_Repeat
%fn PySequence_SetItem
%fn PySequence_SetSlice
%fn PySequence_Size
%fn PySequence_Tuple
%fn PyVectorcall_Call
%fn PyVectorcall_NARGS
%since 3.5
%fn PyObject *PyNumber_InPlaceMatrixMultiply(PyObject *, PyObject *)
%fn PyObject *PyNumber_MatrixMultiply(PyObject *, PyObject *)
%end
%since 3.9
%fn PyObject_CallNoArgs
%end
%since 3.10
%fn PySendResult PyIter_Send(PyObject *, PyObject *, PyObject **)
%end
%since 3.12
%fn PyObject_Vectorcall
%fn PyObject_VectorcallMethod
%end
%since 3.13
%fn PyMapping_GetOptionalItem
%fn PyMapping_GetOptionalItemString
%end
%since 3.14
%fn PyIter_NextItem
%end
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
%full
#include "cpython/abstract.h"
%end
