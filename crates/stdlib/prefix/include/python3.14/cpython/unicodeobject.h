/* Taipan's C API: cpython/unicodeobject.h. Made by `cargo xtask headers` from crates/capi/headers/cpython/unicodeobject.h. */
#ifndef Py_PYTHON_H
#  include "../Python.h"
#endif
#ifndef Py_CPYTHON_UNICODEOBJECT_H
#define Py_CPYTHON_UNICODEOBJECT_H
#ifndef Py_LIMITED_API
#ifdef __cplusplus
extern "C" {
#endif
/* str: characters of one, two or four bytes, whichever the largest character needs. */
Py_DEPRECATED(3.13) typedef wchar_t PY_UNICODE_TYPE;
Py_DEPRECATED(3.13) typedef wchar_t Py_UNICODE;

/* Surrogates. */
static inline int Py_UNICODE_IS_SURROGATE(Py_UCS4 ch)
{
    return ch >= 0xD800 && ch <= 0xDFFF;
}
static inline int Py_UNICODE_IS_HIGH_SURROGATE(Py_UCS4 ch)
{
    return ch >= 0xD800 && ch <= 0xDBFF;
}
static inline int Py_UNICODE_IS_LOW_SURROGATE(Py_UCS4 ch)
{
    return ch >= 0xDC00 && ch <= 0xDFFF;
}
static inline Py_UCS4 Py_UNICODE_JOIN_SURROGATES(Py_UCS4 high, Py_UCS4 low)
{
    assert(Py_UNICODE_IS_HIGH_SURROGATE(high) && Py_UNICODE_IS_LOW_SURROGATE(low));
    return 0x10000 + (((high & 0x3FF) << 10) | (low & 0x3FF));
}
static inline Py_UCS4 Py_UNICODE_HIGH_SURROGATE(Py_UCS4 ch)
{
    assert(ch >= 0x10000 && ch <= 0x10FFFF);
    return 0xD800 + ((ch - 0x10000) >> 10);
}
static inline Py_UCS4 Py_UNICODE_LOW_SURROGATE(Py_UCS4 ch)
{
    assert(ch >= 0x10000 && ch <= 0x10FFFF);
    return 0xDC00 + (ch & 0x3FF);
}

struct _PyUnicodeObject_state {
    /* One of SSTATE_*. */
    unsigned int interned : 2;
    /* Bytes a character. */
    unsigned int kind : 3;
    /* Whether the characters follow the structure. */
    unsigned int compact : 1;
    unsigned int ascii : 1;
    unsigned int statically_allocated : 1;
    unsigned int : 24;
};
/* Compact ASCII string: the characters follow the struct. */
typedef struct {
    PyObject_HEAD
    Py_ssize_t length;
    Py_hash_t hash;
    _Py_ALIGNED_DEF(4, struct _PyUnicodeObject_state) state;
} PyASCIIObject;
/* Compact non-ASCII string: the characters follow the struct. */
typedef struct {
    PyASCIIObject _base;
    Py_ssize_t utf8_length;
    char *utf8;
} PyCompactUnicodeObject;
/* Only instances of subclasses are not compact. */
typedef struct {
    PyCompactUnicodeObject _base;
    union {
        void *any;
        Py_UCS1 *latin1;
        Py_UCS2 *ucs2;
        Py_UCS4 *ucs4;
    } data;
} PyUnicodeObject;
#define _PyASCIIObject_CAST(op) (assert(PyUnicode_Check(op)), _Py_CAST(PyASCIIObject *, (op)))
#define _PyCompactUnicodeObject_CAST(op) (assert(PyUnicode_Check(op)), _Py_CAST(PyCompactUnicodeObject *, (op)))
#define _PyUnicodeObject_CAST(op) (assert(PyUnicode_Check(op)), _Py_CAST(PyUnicodeObject *, (op)))

#define SSTATE_NOT_INTERNED 0
#define SSTATE_INTERNED_MORTAL 1
#define SSTATE_INTERNED_IMMORTAL 2
#define SSTATE_INTERNED_IMMORTAL_STATIC 3

enum PyUnicode_Kind { PyUnicode_1BYTE_KIND = 1, PyUnicode_2BYTE_KIND = 2, PyUnicode_4BYTE_KIND = 4 };

typedef struct PyUnicodeWriter PyUnicodeWriter;
/* The writer that older programs use. */
typedef struct {
    PyObject *buffer;
    void *data;
    int kind;
    Py_UCS4 maxchar;
    Py_ssize_t size;
    Py_ssize_t pos;
    Py_ssize_t min_length;
    Py_UCS4 min_char;
    unsigned char overallocate;
    unsigned char readonly;
} _PyUnicodeWriter;
PyAPI_DATA(const unsigned char) _Py_ascii_whitespace[];
/* A writer with room; null with an exception. */
PyAPI_FUNC(PyUnicodeWriter *) PyUnicodeWriter_Create(Py_ssize_t length);
/* Gives a writer up. */
PyAPI_FUNC(void) _PyUnicodeWriter_Dealloc(_PyUnicodeWriter *writer);
/* Decodes UTF-8 as far as it is complete, with an error handler, and writes it. */
PyAPI_FUNC(int) PyUnicodeWriter_DecodeUTF8Stateful(PyUnicodeWriter *writer, const char *s, Py_ssize_t n, const char *errors, Py_ssize_t *consumed);
/* Gives a writer up; null is allowed. */
PyAPI_FUNC(void) PyUnicodeWriter_Discard(PyUnicodeWriter *writer);
/* The text that has been written; a new reference. The writer is gone. */
PyAPI_FUNC(PyObject *) PyUnicodeWriter_Finish(PyUnicodeWriter *writer);
/* The text that has been written; a new reference. The writer is empty. */
PyAPI_FUNC(PyObject *) _PyUnicodeWriter_Finish(_PyUnicodeWriter *writer);
/* Writes as PyUnicode_FromFormat does. */
PyAPI_FUNC(int) PyUnicodeWriter_Format(PyUnicodeWriter *writer, const char *format, ...);
/* Prepares a writer of text. */
PyAPI_FUNC(void) _PyUnicodeWriter_Init(_PyUnicodeWriter *writer);
/* Makes room for so many characters up to a widest one. */
PyAPI_FUNC(int) _PyUnicodeWriter_PrepareInternal(_PyUnicodeWriter *writer, Py_ssize_t n, Py_UCS4 max);
/* Makes the buffer one of at least this kind. */
PyAPI_FUNC(int) _PyUnicodeWriter_PrepareKindInternal(_PyUnicodeWriter *writer, int kind);
/* Writes ASCII; a negative length means up to the zero. */
PyAPI_FUNC(int) PyUnicodeWriter_WriteASCII(PyUnicodeWriter *writer, const char *s, Py_ssize_t n);
/* Writes ASCII; a negative length means up to the zero. */
PyAPI_FUNC(int) _PyUnicodeWriter_WriteASCIIString(_PyUnicodeWriter *writer, const char *text, Py_ssize_t n);
/* Writes a character. */
PyAPI_FUNC(int) PyUnicodeWriter_WriteChar(PyUnicodeWriter *writer, Py_UCS4 c);
/* Writes a character. */
PyAPI_FUNC(int) _PyUnicodeWriter_WriteChar(_PyUnicodeWriter *writer, Py_UCS4 c);
/* Writes Latin-1. */
PyAPI_FUNC(int) _PyUnicodeWriter_WriteLatin1String(_PyUnicodeWriter *writer, const char *text, Py_ssize_t n);
/* Writes repr(op), "<NULL>" for null. */
PyAPI_FUNC(int) PyUnicodeWriter_WriteRepr(PyUnicodeWriter *writer, PyObject *op);
/* Writes str(op). */
PyAPI_FUNC(int) PyUnicodeWriter_WriteStr(PyUnicodeWriter *writer, PyObject *op);
/* Writes a string. */
PyAPI_FUNC(int) _PyUnicodeWriter_WriteStr(_PyUnicodeWriter *writer, PyObject *text);
/* Writes part of a string. */
PyAPI_FUNC(int) PyUnicodeWriter_WriteSubstring(PyUnicodeWriter *writer, PyObject *op, Py_ssize_t start, Py_ssize_t end);
/* Writes part of a string. */
PyAPI_FUNC(int) _PyUnicodeWriter_WriteSubstring(_PyUnicodeWriter *writer, PyObject *text, Py_ssize_t start, Py_ssize_t end);
/* Writes UCS-4. */
PyAPI_FUNC(int) PyUnicodeWriter_WriteUCS4(PyUnicodeWriter *writer, Py_UCS4 *s, Py_ssize_t n);
/* Writes UTF-8; a negative length means up to the zero. */
PyAPI_FUNC(int) PyUnicodeWriter_WriteUTF8(PyUnicodeWriter *writer, const char *s, Py_ssize_t n);
/* Writes wide characters; a negative length means up to the zero. */
PyAPI_FUNC(int) PyUnicodeWriter_WriteWideChar(PyUnicodeWriter *writer, const wchar_t *s, Py_ssize_t n);
/* The text in UTF-8, borrowed from the string; null with an exception. */
PyAPI_FUNC(const char *) PyUnicode_AsUTF8(PyObject *op);
/* Copies characters into a string that nobody else has: how many. */
PyAPI_FUNC(Py_ssize_t) PyUnicode_CopyCharacters(PyObject *to, Py_ssize_t to_start, PyObject *from, Py_ssize_t from_start, Py_ssize_t n);
/* PyUnicode_DATA as a function. */
PyAPI_FUNC(void *) PyUnicode_DATA(PyObject *a);
/* Fills part of a string that nobody else has: how many characters. */
PyAPI_FUNC(Py_ssize_t) PyUnicode_Fill(PyObject *op, Py_ssize_t start, Py_ssize_t n, Py_UCS4 c);
/* The interned string of an identifier, borrowed; null with an exception. */
PyAPI_FUNC(PyObject *) _PyUnicode_FromId(_Py_Identifier *id);
/* A str from characters of 1, 2 or 4 bytes; a new reference. */
PyAPI_FUNC(PyObject *) PyUnicode_FromKindAndData(int kind, const void *data, Py_ssize_t n);
/* Whether a character is a letter. */
PyAPI_FUNC(int) _PyUnicode_IsAlpha(Py_UCS4 c);
/* Whether a character is a decimal digit. */
PyAPI_FUNC(int) _PyUnicode_IsDecimalDigit(Py_UCS4 c);
/* Whether a character is a digit. */
PyAPI_FUNC(int) _PyUnicode_IsDigit(Py_UCS4 c);
/* Whether a character breaks lines. */
PyAPI_FUNC(int) _PyUnicode_IsLinebreak(const Py_UCS4 c);
/* Whether a character is lower case. */
PyAPI_FUNC(int) _PyUnicode_IsLowercase(Py_UCS4 c);
/* Whether a character has a numeric value. */
PyAPI_FUNC(int) _PyUnicode_IsNumeric(Py_UCS4 c);
/* Whether a character is printable. */
PyAPI_FUNC(int) _PyUnicode_IsPrintable(Py_UCS4 c);
/* Whether a character is title case. */
PyAPI_FUNC(int) _PyUnicode_IsTitlecase(Py_UCS4 c);
/* Whether a character is upper case. */
PyAPI_FUNC(int) _PyUnicode_IsUppercase(Py_UCS4 c);
/* Whether a character is whitespace. */
PyAPI_FUNC(int) _PyUnicode_IsWhitespace(const Py_UCS4 c);
/* Which kind of characters a string has. */
PyAPI_FUNC(int) PyUnicode_KIND(PyObject *op);
/* A str with room for characters up to max_char, which C fills in; a new reference. */
PyAPI_FUNC(PyObject *) PyUnicode_New(Py_ssize_t n, Py_UCS4 max_char);
/* The decimal value of a character, or -1. */
PyAPI_FUNC(int) _PyUnicode_ToDecimalDigit(Py_UCS4 c);
/* The digit value of a character, or -1. */
PyAPI_FUNC(int) _PyUnicode_ToDigit(Py_UCS4 c);
/* The simple lower-case form of a character. */
PyAPI_FUNC(Py_UCS4) _PyUnicode_ToLowercase(Py_UCS4 c);
/* The numeric value of a character, or -1. */
PyAPI_FUNC(double) _PyUnicode_ToNumeric(Py_UCS4 c);
/* The simple title-case form of a character. */
PyAPI_FUNC(Py_UCS4) _PyUnicode_ToTitlecase(Py_UCS4 c);
/* The simple upper-case form of a character. */
PyAPI_FUNC(Py_UCS4) _PyUnicode_ToUppercase(Py_UCS4 c);
static inline unsigned int PyUnicode_CHECK_INTERNED(PyObject *op)
{
    return _PyASCIIObject_CAST(op)->state.interned;
}
#define PyUnicode_CHECK_INTERNED(op) PyUnicode_CHECK_INTERNED(_PyObject_CAST(op))
/* All strings are ready since 3.12. */
static inline unsigned int PyUnicode_IS_READY(PyObject *Py_UNUSED(op))
{
    return 1;
}
#define PyUnicode_IS_READY(op) PyUnicode_IS_READY(_PyObject_CAST(op))
static inline int PyUnicode_READY(PyObject *Py_UNUSED(op))
{
    return 0;
}
#define PyUnicode_READY(op) PyUnicode_READY(_PyObject_CAST(op))
static inline unsigned int PyUnicode_IS_ASCII(PyObject *op)
{
    return _PyASCIIObject_CAST(op)->state.ascii;
}
#define PyUnicode_IS_ASCII(op) PyUnicode_IS_ASCII(_PyObject_CAST(op))
static inline unsigned int PyUnicode_IS_COMPACT(PyObject *op)
{
    return _PyASCIIObject_CAST(op)->state.compact;
}
#define PyUnicode_IS_COMPACT(op) PyUnicode_IS_COMPACT(_PyObject_CAST(op))
static inline int PyUnicode_IS_COMPACT_ASCII(PyObject *op)
{
    return PyUnicode_IS_ASCII(op) && PyUnicode_IS_COMPACT(op);
}
#define PyUnicode_IS_COMPACT_ASCII(op) PyUnicode_IS_COMPACT_ASCII(_PyObject_CAST(op))
#define PyUnicode_KIND(op) _Py_RVALUE(_PyASCIIObject_CAST(op)->state.kind)
static inline Py_ssize_t PyUnicode_GET_LENGTH(PyObject *op)
{
    return _PyASCIIObject_CAST(op)->length;
}
#define PyUnicode_GET_LENGTH(op) PyUnicode_GET_LENGTH(_PyObject_CAST(op))

/* Where the characters are. */
static inline void *_PyUnicode_COMPACT_DATA(PyObject *op)
{
    if (PyUnicode_IS_ASCII(op)) {
        return _Py_STATIC_CAST(void *, _PyASCIIObject_CAST(op) + 1);
    }
    return _Py_STATIC_CAST(void *, _PyCompactUnicodeObject_CAST(op) + 1);
}
static inline void *_PyUnicode_NONCOMPACT_DATA(PyObject *op)
{
    assert(!PyUnicode_IS_COMPACT(op));
    return _PyUnicodeObject_CAST(op)->data.any;
}
static inline void *_PyUnicode_DATA(PyObject *op)
{
    return PyUnicode_IS_COMPACT(op) ? _PyUnicode_COMPACT_DATA(op) : _PyUnicode_NONCOMPACT_DATA(op);
}
#define PyUnicode_DATA(op) _PyUnicode_DATA(_PyObject_CAST(op))
#define PyUnicode_1BYTE_DATA(op) _Py_STATIC_CAST(Py_UCS1 *, PyUnicode_DATA(op))
#define PyUnicode_2BYTE_DATA(op) _Py_STATIC_CAST(Py_UCS2 *, PyUnicode_DATA(op))
#define PyUnicode_4BYTE_DATA(op) _Py_STATIC_CAST(Py_UCS4 *, PyUnicode_DATA(op))

/* Single characters. Who reads many fetches kind and data once. */
static inline Py_UCS4 PyUnicode_READ(int kind, const void *data, Py_ssize_t index)
{
    assert(index >= 0);
    switch (kind) {
    case PyUnicode_1BYTE_KIND:
        return _Py_STATIC_CAST(const Py_UCS1 *, data)[index];
    case PyUnicode_2BYTE_KIND:
        return _Py_STATIC_CAST(const Py_UCS2 *, data)[index];
    default:
        assert(kind == PyUnicode_4BYTE_KIND);
        return _Py_STATIC_CAST(const Py_UCS4 *, data)[index];
    }
}
#define PyUnicode_READ(kind, data, index) \
    PyUnicode_READ(_Py_STATIC_CAST(int, kind), _Py_STATIC_CAST(const void *, data), (index))
static inline void PyUnicode_WRITE(int kind, void *data, Py_ssize_t index, Py_UCS4 value)
{
    assert(index >= 0);
    switch (kind) {
    case PyUnicode_1BYTE_KIND:
        assert(value <= 0xFF);
        _Py_STATIC_CAST(Py_UCS1 *, data)[index] = _Py_STATIC_CAST(Py_UCS1, value);
        break;
    case PyUnicode_2BYTE_KIND:
        assert(value <= 0xFFFF);
        _Py_STATIC_CAST(Py_UCS2 *, data)[index] = _Py_STATIC_CAST(Py_UCS2, value);
        break;
    default:
        assert(kind == PyUnicode_4BYTE_KIND && value <= 0x10FFFF);
        _Py_STATIC_CAST(Py_UCS4 *, data)[index] = value;
    }
}
#define PyUnicode_WRITE(kind, data, index, value) \
    PyUnicode_WRITE(_Py_STATIC_CAST(int, kind), _Py_CAST(void *, data), (index), _Py_STATIC_CAST(Py_UCS4, value))
static inline Py_UCS4 PyUnicode_READ_CHAR(PyObject *unicode, Py_ssize_t index)
{
    /* The zero at the end can be read too. */
    assert(index >= 0 && index <= PyUnicode_GET_LENGTH(unicode));
    return PyUnicode_READ(PyUnicode_KIND(unicode), PyUnicode_DATA(unicode), index);
}
#define PyUnicode_READ_CHAR(unicode, index) PyUnicode_READ_CHAR(_PyObject_CAST(unicode), (index))
/* The largest character that a string of this form may have. */
static inline Py_UCS4 PyUnicode_MAX_CHAR_VALUE(PyObject *op)
{
    if (PyUnicode_IS_ASCII(op)) {
        return 0x7F;
    }
    switch (PyUnicode_KIND(op)) {
    case PyUnicode_1BYTE_KIND:
        return 0xFF;
    case PyUnicode_2BYTE_KIND:
        return 0xFFFF;
    default:
        return 0x10FFFF;
    }
}
#define PyUnicode_MAX_CHAR_VALUE(op) PyUnicode_MAX_CHAR_VALUE(_PyObject_CAST(op))

/* Makes room, unless there is enough. */
#define _PyUnicodeWriter_Prepare(writer, length, maxchar_) \
    (((maxchar_) <= (writer)->maxchar && (length) <= (writer)->size - (writer)->pos) || (length) == 0 \
         ? 0 \
         : _PyUnicodeWriter_PrepareInternal((writer), (length), (maxchar_)))
#define _PyUnicodeWriter_PrepareKind(writer, kind_) \
    ((kind_) <= (writer)->kind ? 0 : _PyUnicodeWriter_PrepareKindInternal((writer), (kind_)))

/* Properties of characters. */
static inline int Py_UNICODE_ISSPACE(Py_UCS4 ch)
{
    return ch < 128 ? _Py_ascii_whitespace[ch] : _PyUnicode_IsWhitespace(ch);
}
#define Py_UNICODE_ISLOWER(ch) _PyUnicode_IsLowercase(ch)
#define Py_UNICODE_ISUPPER(ch) _PyUnicode_IsUppercase(ch)
#define Py_UNICODE_ISTITLE(ch) _PyUnicode_IsTitlecase(ch)
#define Py_UNICODE_ISLINEBREAK(ch) _PyUnicode_IsLinebreak(ch)
#define Py_UNICODE_ISDECIMAL(ch) _PyUnicode_IsDecimalDigit(ch)
#define Py_UNICODE_ISDIGIT(ch) _PyUnicode_IsDigit(ch)
#define Py_UNICODE_ISNUMERIC(ch) _PyUnicode_IsNumeric(ch)
#define Py_UNICODE_ISPRINTABLE(ch) _PyUnicode_IsPrintable(ch)
#define Py_UNICODE_ISALPHA(ch) _PyUnicode_IsAlpha(ch)
#define Py_UNICODE_TOLOWER(ch) _PyUnicode_ToLowercase(ch)
#define Py_UNICODE_TOUPPER(ch) _PyUnicode_ToUppercase(ch)
#define Py_UNICODE_TOTITLE(ch) _PyUnicode_ToTitlecase(ch)
#define Py_UNICODE_TODECIMAL(ch) _PyUnicode_ToDecimalDigit(ch)
#define Py_UNICODE_TODIGIT(ch) _PyUnicode_ToDigit(ch)
#define Py_UNICODE_TONUMERIC(ch) _PyUnicode_ToNumeric(ch)
static inline int Py_UNICODE_ISALNUM(Py_UCS4 ch)
{
    return Py_UNICODE_ISALPHA(ch) || Py_UNICODE_ISDECIMAL(ch) || Py_UNICODE_ISDIGIT(ch) || Py_UNICODE_ISNUMERIC(ch);
}
Py_DEPRECATED(3.14) static inline const char *_PyUnicode_AsString(PyObject *unicode)
{
    return PyUnicode_AsUTF8(unicode);
}
#ifdef __cplusplus
}
#endif
#endif
#endif
