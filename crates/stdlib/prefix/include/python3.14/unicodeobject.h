/* Taipan's C API: unicodeobject.h. Made by `cargo xtask headers` from crates/capi/headers/unicodeobject.h. */
#ifndef Py_PYTHON_H
#  include "Python.h"
#endif
#ifndef Py_UNICODEOBJECT_H
#define Py_UNICODEOBJECT_H
#ifdef __cplusplus
extern "C" {
#endif
/* str. */
#define Py_USING_UNICODE
#define Py_UNICODE_SIZE SIZEOF_WCHAR_T
#define Py_UNICODE_WIDE
typedef uint32_t Py_UCS4;
typedef uint16_t Py_UCS2;
typedef uint8_t Py_UCS1;
#define Py_UNICODE_REPLACEMENT_CHARACTER ((Py_UCS4)0xFFFD)
PyAPI_DATA(PyTypeObject) PyUnicodeIter_Type;
PyAPI_DATA(PyTypeObject) PyUnicode_Type;
/* *a += b; the reference is replaced, and null after an error. */
PyAPI_FUNC(void) PyUnicode_Append(PyObject **a, PyObject *b);
/* As PyUnicode_Append; takes the reference to b over. */
PyAPI_FUNC(void) PyUnicode_AppendAndDel(PyObject **a, PyObject *b);
/* Encodes to ASCII; a new reference. */
PyAPI_FUNC(PyObject *) PyUnicode_AsASCIIString(PyObject *op);
/* Encodes by a table; a new reference. */
PyAPI_FUNC(PyObject *) PyUnicode_AsCharmapString(PyObject *op, PyObject *mapping);
/* Decodes a str by a codec that can; a new reference. */
PyAPI_FUNC(PyObject *) PyUnicode_AsDecodedObject(PyObject *op, const char *encoding, const char *errors);
/* Decodes a str to a str by a codec that can; a new reference. */
PyAPI_FUNC(PyObject *) PyUnicode_AsDecodedUnicode(PyObject *op, const char *encoding, const char *errors);
/* Encodes a str by a codec; a new reference. */
PyAPI_FUNC(PyObject *) PyUnicode_AsEncodedObject(PyObject *op, const char *encoding, const char *errors);
/* Encodes to bytes; a new reference. Null is UTF-8. */
PyAPI_FUNC(PyObject *) PyUnicode_AsEncodedString(PyObject *op, const char *encoding, const char *errors);
/* Encodes a str to a str by a codec that can; a new reference. */
PyAPI_FUNC(PyObject *) PyUnicode_AsEncodedUnicode(PyObject *op, const char *encoding, const char *errors);
/* Encodes to Latin-1; a new reference. */
PyAPI_FUNC(PyObject *) PyUnicode_AsLatin1String(PyObject *op);
/* Encodes with the escapes of raw string literals; a new reference. */
PyAPI_FUNC(PyObject *) PyUnicode_AsRawUnicodeEscapeString(PyObject *op);
/* Encodes to UTF-16 with a mark; a new reference. */
PyAPI_FUNC(PyObject *) PyUnicode_AsUTF16String(PyObject *op);
/* Encodes to UTF-32 with a mark; a new reference. */
PyAPI_FUNC(PyObject *) PyUnicode_AsUTF32String(PyObject *op);
/* Encodes to UTF-8; a new reference. */
PyAPI_FUNC(PyObject *) PyUnicode_AsUTF8String(PyObject *op);
/* Encodes with the escapes of string literals; a new reference. */
PyAPI_FUNC(PyObject *) PyUnicode_AsUnicodeEscapeString(PyObject *op);
/* The characters as wide characters into w: how many were written, or are needed for null. */
PyAPI_FUNC(Py_ssize_t) PyUnicode_AsWideChar(PyObject *op, wchar_t *w, Py_ssize_t size);
/* The characters as wide characters, which the caller frees with PyMem_Free; null with an
   exception. */
PyAPI_FUNC(wchar_t *) PyUnicode_AsWideCharString(PyObject *op, Py_ssize_t *size);
/* The table that encodes what a string of 256 characters decodes; a new reference. */
PyAPI_FUNC(PyObject *) PyUnicode_BuildEncodingMap(PyObject *op);
/* -1, 0 or 1; -1 with an exception unless both are strings. */
PyAPI_FUNC(int) PyUnicode_Compare(PyObject *a, PyObject *b);
/* -1, 0 or 1: a string against a C string in Latin-1. */
PyAPI_FUNC(int) PyUnicode_CompareWithASCIIString(PyObject *a, const char *b);
/* a + b; a new reference. */
PyAPI_FUNC(PyObject *) PyUnicode_Concat(PyObject *a, PyObject *b);
/* Whether part is in a. */
PyAPI_FUNC(int) PyUnicode_Contains(PyObject *a, PyObject *part);
/* How often part occurs in a[start:end]. */
PyAPI_FUNC(Py_ssize_t) PyUnicode_Count(PyObject *a, PyObject *part, Py_ssize_t start, Py_ssize_t end);
/* Decodes; a new reference. Null is UTF-8. */
PyAPI_FUNC(PyObject *) PyUnicode_Decode(const char *s, Py_ssize_t n, const char *encoding, const char *errors);
/* Decodes ASCII; a new reference. */
PyAPI_FUNC(PyObject *) PyUnicode_DecodeASCII(const char *s, Py_ssize_t n, const char *errors);
/* Decodes by a table, Latin-1 for null; a new reference. */
PyAPI_FUNC(PyObject *) PyUnicode_DecodeCharmap(const char *s, Py_ssize_t n, PyObject *mapping, const char *errors);
/* Decodes a file name; a new reference. */
PyAPI_FUNC(PyObject *) PyUnicode_DecodeFSDefault(const char *s);
/* Decodes a file name; a new reference. */
PyAPI_FUNC(PyObject *) PyUnicode_DecodeFSDefaultAndSize(const char *s, Py_ssize_t n);
/* Decodes Latin-1; a new reference. */
PyAPI_FUNC(PyObject *) PyUnicode_DecodeLatin1(const char *s, Py_ssize_t n, const char *errors);
/* Resolves the escapes of raw string literals; a new reference. */
PyAPI_FUNC(PyObject *) PyUnicode_DecodeRawUnicodeEscape(const char *s, Py_ssize_t n, const char *errors);
/* Decodes UTF-16; a new reference. */
PyAPI_FUNC(PyObject *) PyUnicode_DecodeUTF16(const char *s, Py_ssize_t n, const char *errors, int *byteorder);
/* Decodes UTF-16 as far as it is complete; a new reference. */
PyAPI_FUNC(PyObject *) PyUnicode_DecodeUTF16Stateful(const char *s, Py_ssize_t n, const char *errors, int *byteorder, Py_ssize_t *consumed);
/* Decodes UTF-32; a new reference. */
PyAPI_FUNC(PyObject *) PyUnicode_DecodeUTF32(const char *s, Py_ssize_t n, const char *errors, int *byteorder);
/* Decodes UTF-32 as far as it is complete; a new reference. */
PyAPI_FUNC(PyObject *) PyUnicode_DecodeUTF32Stateful(const char *s, Py_ssize_t n, const char *errors, int *byteorder, Py_ssize_t *consumed);
/* Decodes UTF-7; a new reference. */
PyAPI_FUNC(PyObject *) PyUnicode_DecodeUTF7(const char *s, Py_ssize_t n, const char *errors);
/* Decodes UTF-7 as far as it is complete; a new reference. */
PyAPI_FUNC(PyObject *) PyUnicode_DecodeUTF7Stateful(const char *s, Py_ssize_t n, const char *errors, Py_ssize_t *consumed);
/* Decodes UTF-8; a new reference. */
PyAPI_FUNC(PyObject *) PyUnicode_DecodeUTF8(const char *s, Py_ssize_t n, const char *errors);
/* Decodes UTF-8 as far as it is complete; a new reference. */
PyAPI_FUNC(PyObject *) PyUnicode_DecodeUTF8Stateful(const char *s, Py_ssize_t n, const char *errors, Py_ssize_t *consumed);
/* Resolves escapes as in string literals; a new reference. */
PyAPI_FUNC(PyObject *) PyUnicode_DecodeUnicodeEscape(const char *s, Py_ssize_t n, const char *errors);
/* Encodes a file name; a new reference. */
PyAPI_FUNC(PyObject *) PyUnicode_EncodeFSDefault(PyObject *op);
/* A path as bytes, for O&: 1, or 0 with an exception; CLEANUP_SUPPORTED. Null gives the bytes
   up. */
PyAPI_FUNC(int) PyUnicode_FSConverter(PyObject *op, void *place);
/* A path as str, for O&: 1, or 0 with an exception; CLEANUP_SUPPORTED. Null gives the string
   up. */
PyAPI_FUNC(int) PyUnicode_FSDecoder(PyObject *op, void *place);
/* The index of part in a[start:end]: -1 if it is not there, -2 with an exception. */
PyAPI_FUNC(Py_ssize_t) PyUnicode_Find(PyObject *a, PyObject *part, Py_ssize_t start, Py_ssize_t end, int direction);
/* format % args; a new reference. */
PyAPI_FUNC(PyObject *) PyUnicode_Format(PyObject *format, PyObject *args);
/* Decodes what exports a buffer; a new reference. */
PyAPI_FUNC(PyObject *) PyUnicode_FromEncodedObject(PyObject *op, const char *encoding, const char *errors);
/* A str from a format; a new reference. */
PyAPI_FUNC(PyObject *) PyUnicode_FromFormat(const char *format, ...);
/* A str from a format and a va_list; a new reference. */
PyAPI_FUNC(PyObject *) PyUnicode_FromFormatV(const char *format, va_list list);
/* The object itself if it is exactly a str, or a str from an instance of a subclass; a new
   reference. */
PyAPI_FUNC(PyObject *) PyUnicode_FromObject(PyObject *op);
/* The str of one character; a new reference. */
PyAPI_FUNC(PyObject *) PyUnicode_FromOrdinal(int ordinal);
/* A str from a C string in UTF-8; a new reference. */
PyAPI_FUNC(PyObject *) PyUnicode_FromString(const char *u);
/* A str from UTF-8, or an undefined one of this length for null; a new reference. */
PyAPI_FUNC(PyObject *) PyUnicode_FromStringAndSize(const char *u, Py_ssize_t n);
/* A str from wide characters; a negative length means up to the zero. A new reference. */
PyAPI_FUNC(PyObject *) PyUnicode_FromWideChar(const wchar_t *w, Py_ssize_t n);
/* "utf-8". */
PyAPI_FUNC(const char *) PyUnicode_GetDefaultEncoding(void);
/* An interned str from a C string; a new reference. */
PyAPI_FUNC(PyObject *) PyUnicode_InternFromString(const char *u);
/* Interns the string; the reference is replaced. */
PyAPI_FUNC(void) PyUnicode_InternInPlace(PyObject **place);
/* Whether the string is an identifier. */
PyAPI_FUNC(int) PyUnicode_IsIdentifier(PyObject *a);
/* separator.join(seq), a blank for null; a new reference. */
PyAPI_FUNC(PyObject *) PyUnicode_Join(PyObject *separator, PyObject *seq);
/* a.partition(sep); a new reference. */
PyAPI_FUNC(PyObject *) PyUnicode_Partition(PyObject *a, PyObject *sep);
/* a.rpartition(sep); a new reference. */
PyAPI_FUNC(PyObject *) PyUnicode_RPartition(PyObject *a, PyObject *sep);
/* a.rsplit(sep, max), at whitespace for null; a new reference. */
PyAPI_FUNC(PyObject *) PyUnicode_RSplit(PyObject *a, PyObject *sep, Py_ssize_t max);
/* a.replace(old, new, max); a new reference. */
PyAPI_FUNC(PyObject *) PyUnicode_Replace(PyObject *a, PyObject *old, PyObject *new_, Py_ssize_t max);
/* Changes the length of a string: in place if nobody else has it, else in a copy. The reference
   is replaced. */
PyAPI_FUNC(int) PyUnicode_Resize(PyObject **place, Py_ssize_t n);
/* a OP b: True, False or NotImplemented; a new reference. */
PyAPI_FUNC(PyObject *) PyUnicode_RichCompare(PyObject *a, PyObject *b, int op);
/* a.split(sep, max), at whitespace for null; a new reference. */
PyAPI_FUNC(PyObject *) PyUnicode_Split(PyObject *a, PyObject *sep, Py_ssize_t max);
/* a.splitlines(keepends); a new reference. */
PyAPI_FUNC(PyObject *) PyUnicode_Splitlines(PyObject *a, int keepends);
/* Whether a[start:end] ends (direction > 0) or begins with part. */
PyAPI_FUNC(Py_ssize_t) PyUnicode_Tailmatch(PyObject *a, PyObject *part, Py_ssize_t start, Py_ssize_t end, int direction);
/* a.translate(table); a new reference. The error handler is asked for what the table cannot
   map. */
PyAPI_FUNC(PyObject *) PyUnicode_Translate(PyObject *a, PyObject *table, const char *errors);
#if !defined(Py_LIMITED_API) || Py_LIMITED_API+0 >= 0x03030000
/* The characters as UCS-4 into buffer; null with an exception. */
PyAPI_FUNC(Py_UCS4 *) PyUnicode_AsUCS4(PyObject *op, Py_UCS4 *buffer, Py_ssize_t size, int copy_null);
/* The characters as UCS-4, which the caller frees with PyMem_Free; null with an exception. */
PyAPI_FUNC(Py_UCS4 *) PyUnicode_AsUCS4Copy(PyObject *op);
/* Decodes text of the C locale; a new reference. */
PyAPI_FUNC(PyObject *) PyUnicode_DecodeLocale(const char *s, const char *errors);
/* Decodes text of the C locale, which ends with a zero; a new reference. */
PyAPI_FUNC(PyObject *) PyUnicode_DecodeLocaleAndSize(const char *s, Py_ssize_t n, const char *errors);
/* Encodes for the C locale; a new reference. */
PyAPI_FUNC(PyObject *) PyUnicode_EncodeLocale(PyObject *op, const char *errors);
/* The index of a character in a[start:end]: -1 if it is not there. */
PyAPI_FUNC(Py_ssize_t) PyUnicode_FindChar(PyObject *a, Py_UCS4 c, Py_ssize_t start, Py_ssize_t end, int direction);
/* How many characters. */
PyAPI_FUNC(Py_ssize_t) PyUnicode_GetLength(PyObject *op);
/* A character by index; -1 as Py_UCS4 with an exception. */
PyAPI_FUNC(Py_UCS4) PyUnicode_ReadChar(PyObject *op, Py_ssize_t i);
/* a[start:end]; a new reference. */
PyAPI_FUNC(PyObject *) PyUnicode_Substring(PyObject *a, Py_ssize_t start, Py_ssize_t end);
/* Writes a character into a string that nobody else has. */
PyAPI_FUNC(int) PyUnicode_WriteChar(PyObject *op, Py_ssize_t i, Py_UCS4 c);
#endif
#if !defined(Py_LIMITED_API) || Py_LIMITED_API+0 >= 0x030a0000
/* The text in UTF-8 and its length, borrowed from the string; null with an exception. */
PyAPI_FUNC(const char *) PyUnicode_AsUTF8AndSize(PyObject *op, Py_ssize_t *size);
#endif
#if !defined(Py_LIMITED_API) || Py_LIMITED_API+0 >= 0x030d0000
/* Whether a string equals a C string in UTF-8. */
PyAPI_FUNC(int) PyUnicode_EqualToUTF8(PyObject *a, const char *b);
/* Whether a string equals UTF-8 text. */
PyAPI_FUNC(int) PyUnicode_EqualToUTF8AndSize(PyObject *a, const char *b, Py_ssize_t n);
#endif
#if !defined(Py_LIMITED_API) || Py_LIMITED_API+0 >= 0x030e0000
/* Whether two strings are equal. */
PyAPI_FUNC(int) PyUnicode_Equal(PyObject *a, PyObject *b);
#endif
#define PyUnicode_Check(op) PyType_FastSubclass(Py_TYPE(op), Py_TPFLAGS_UNICODE_SUBCLASS)
#define PyUnicode_CheckExact(op) Py_IS_TYPE((op), &PyUnicode_Type)
#ifndef Py_LIMITED_API
#include "cpython/unicodeobject.h"
#endif
#ifdef __cplusplus
}
#endif
#endif
