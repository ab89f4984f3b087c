/* str. */
#define Py_USING_UNICODE
#define Py_UNICODE_SIZE SIZEOF_WCHAR_T
#define Py_UNICODE_WIDE
typedef uint32_t Py_UCS4;
typedef uint16_t Py_UCS2;
typedef uint8_t Py_UCS1;
#define Py_UNICODE_REPLACEMENT_CHARACTER ((Py_UCS4)0xFFFD)
%data PyTypeObject PyUnicodeIter_Type
%data PyTypeObject PyUnicode_Type
%fn PyUnicode_Append
%fn PyUnicode_AppendAndDel
%fn PyUnicode_AsASCIIString
%fn PyUnicode_AsCharmapString
%fn PyObject *PyUnicode_AsDecodedObject(PyObject *, const char *, const char *)
%fn PyObject *PyUnicode_AsDecodedUnicode(PyObject *, const char *, const char *)
%fn PyObject *PyUnicode_AsEncodedObject(PyObject *, const char *, const char *)
%fn PyUnicode_AsEncodedString
%fn PyObject *PyUnicode_AsEncodedUnicode(PyObject *, const char *, const char *)
%fn PyUnicode_AsLatin1String
%fn PyUnicode_AsRawUnicodeEscapeString
%fn PyUnicode_AsUTF16String
%fn PyUnicode_AsUTF32String
%fn PyUnicode_AsUTF8String
%fn PyUnicode_AsUnicodeEscapeString
%fn PyUnicode_AsWideChar
%fn PyUnicode_AsWideCharString
%fn PyUnicode_BuildEncodingMap
%fn PyUnicode_Compare
%fn PyUnicode_CompareWithASCIIString
%fn PyUnicode_Concat
%fn PyUnicode_Contains
%fn PyUnicode_Count
%fn PyUnicode_Decode
%fn PyUnicode_DecodeASCII
%fn PyUnicode_DecodeCharmap
%fn PyUnicode_DecodeFSDefault
%fn PyUnicode_DecodeFSDefaultAndSize
%fn PyUnicode_DecodeLatin1
%fn PyUnicode_DecodeRawUnicodeEscape
%fn PyUnicode_DecodeUTF16
%fn PyUnicode_DecodeUTF16Stateful
%fn PyUnicode_DecodeUTF32
%fn PyUnicode_DecodeUTF32Stateful
%fn PyUnicode_DecodeUTF7
%fn PyUnicode_DecodeUTF7Stateful
%fn PyUnicode_DecodeUTF8
%fn PyUnicode_DecodeUTF8Stateful
%fn PyUnicode_DecodeUnicodeEscape
%fn PyUnicode_EncodeFSDefault
%fn PyUnicode_FSConverter
%fn PyUnicode_FSDecoder
%fn PyUnicode_Find
%fn PyUnicode_Format
%fn PyUnicode_FromEncodedObject
%fn PyUnicode_FromFormat
%fn PyUnicode_FromFormatV
%fn PyUnicode_FromObject
%fn PyUnicode_FromOrdinal
%fn PyUnicode_FromString
%fn PyUnicode_FromStringAndSize
%fn PyUnicode_FromWideChar
%fn PyUnicode_GetDefaultEncoding
%fn PyUnicode_InternFromString
%fn PyUnicode_InternInPlace
%fn PyUnicode_IsIdentifier
%fn PyUnicode_Join
%fn PyUnicode_Partition
%fn PyUnicode_RPartition
%fn PyUnicode_RSplit
%fn PyUnicode_Replace
%fn PyUnicode_Resize
%fn PyUnicode_RichCompare
%fn PyUnicode_Split
%fn PyUnicode_Splitlines
%fn PyUnicode_Tailmatch
%fn PyUnicode_Translate
%since 3.3
%fn Py_UCS4 *PyUnicode_AsUCS4(PyObject *, Py_UCS4 *, Py_ssize_t, int)
%fn Py_UCS4 *PyUnicode_AsUCS4Copy(PyObject *)
%fn PyUnicode_DecodeLocale
%fn PyUnicode_DecodeLocaleAndSize
%fn PyUnicode_EncodeLocale
%fn Py_ssize_t PyUnicode_FindChar(PyObject *, Py_UCS4, Py_ssize_t, Py_ssize_t, int)
%fn PyUnicode_GetLength
%fn Py_UCS4 PyUnicode_ReadChar(PyObject *, Py_ssize_t)
%fn PyUnicode_Substring
%fn int PyUnicode_WriteChar(PyObject *, Py_ssize_t, Py_UCS4)
%end
%since 3.10
%fn PyUnicode_AsUTF8AndSize
%end
%since 3.13
%fn PyUnicode_EqualToUTF8
%fn PyUnicode_EqualToUTF8AndSize
%end
%since 3.14
%fn PyUnicode_Equal
%end
#define PyUnicode_Check(op) PyType_FastSubclass(Py_TYPE(op), Py_TPFLAGS_UNICODE_SUBCLASS)
#define PyUnicode_CheckExact(op) Py_IS_TYPE((op), &PyUnicode_Type)
%full
#include "cpython/unicodeobject.h"
%end
