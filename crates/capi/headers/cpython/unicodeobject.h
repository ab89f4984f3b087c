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
%struct PyASCIIObject | state: _Py_ALIGNED_DEF(4, struct _PyUnicodeObject_state) state
%struct PyCompactUnicodeObject
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
%data const unsigned char _Py_ascii_whitespace[]
%fn PyUnicodeWriter_Create
%fn void _PyUnicodeWriter_Dealloc(_PyUnicodeWriter *)
%fn PyUnicodeWriter_DecodeUTF8Stateful
%fn PyUnicodeWriter_Discard
%fn PyUnicodeWriter_Finish
%fn PyObject *_PyUnicodeWriter_Finish(_PyUnicodeWriter *)
%fn PyUnicodeWriter_Format
%fn void _PyUnicodeWriter_Init(_PyUnicodeWriter *)
%fn int _PyUnicodeWriter_PrepareInternal(_PyUnicodeWriter *, Py_ssize_t, Py_UCS4)
%fn int _PyUnicodeWriter_PrepareKindInternal(_PyUnicodeWriter *, int)
%fn PyUnicodeWriter_WriteASCII
%fn int _PyUnicodeWriter_WriteASCIIString(_PyUnicodeWriter *, const char *, Py_ssize_t)
%fn int PyUnicodeWriter_WriteChar(PyUnicodeWriter *, Py_UCS4)
%fn int _PyUnicodeWriter_WriteChar(_PyUnicodeWriter *, Py_UCS4)
%fn int _PyUnicodeWriter_WriteLatin1String(_PyUnicodeWriter *, const char *, Py_ssize_t)
%fn PyUnicodeWriter_WriteRepr
%fn PyUnicodeWriter_WriteStr
%fn int _PyUnicodeWriter_WriteStr(_PyUnicodeWriter *, PyObject *)
%fn PyUnicodeWriter_WriteSubstring
%fn int _PyUnicodeWriter_WriteSubstring(_PyUnicodeWriter *, PyObject *, Py_ssize_t, Py_ssize_t)
%fn int PyUnicodeWriter_WriteUCS4(PyUnicodeWriter *, Py_UCS4 *, Py_ssize_t)
%fn PyUnicodeWriter_WriteUTF8
%fn PyUnicodeWriter_WriteWideChar
%fn PyUnicode_AsUTF8
%fn PyUnicode_CopyCharacters
%fn PyUnicode_DATA
%fn Py_ssize_t PyUnicode_Fill(PyObject *, Py_ssize_t, Py_ssize_t, Py_UCS4)
%fn PyObject *_PyUnicode_FromId(_Py_Identifier *)
%fn PyUnicode_FromKindAndData
%fn int _PyUnicode_IsAlpha(Py_UCS4)
%fn int _PyUnicode_IsDecimalDigit(Py_UCS4)
%fn int _PyUnicode_IsDigit(Py_UCS4)
%fn int _PyUnicode_IsLinebreak(const Py_UCS4)
%fn int _PyUnicode_IsLowercase(Py_UCS4)
%fn int _PyUnicode_IsNumeric(Py_UCS4)
%fn int _PyUnicode_IsPrintable(Py_UCS4)
%fn int _PyUnicode_IsTitlecase(Py_UCS4)
%fn int _PyUnicode_IsUppercase(Py_UCS4)
%fn int _PyUnicode_IsWhitespace(const Py_UCS4)
%fn int PyUnicode_KIND(PyObject *)
%fn PyObject *PyUnicode_New(Py_ssize_t, Py_UCS4)
%fn int _PyUnicode_ToDecimalDigit(Py_UCS4)
%fn int _PyUnicode_ToDigit(Py_UCS4)
%fn Py_UCS4 _PyUnicode_ToLowercase(Py_UCS4)
%fn double _PyUnicode_ToNumeric(Py_UCS4)
%fn Py_UCS4 _PyUnicode_ToTitlecase(Py_UCS4)
%fn Py_UCS4 _PyUnicode_ToUppercase(Py_UCS4)
static inline unsigned int PyUnicode_CHECK_INTERNED(PyObject *op)
{
    return _PyASCIIObject_CAST(op)->state.interned;
}
%cast PyUnicode_CHECK_INTERNED(op)
/* All strings are ready since 3.12. */
static inline unsigned int PyUnicode_IS_READY(PyObject *Py_UNUSED(op))
{
    return 1;
}
%cast PyUnicode_IS_READY(op)
static inline int PyUnicode_READY(PyObject *Py_UNUSED(op))
{
    return 0;
}
%cast PyUnicode_READY(op)
static inline unsigned int PyUnicode_IS_ASCII(PyObject *op)
{
    return _PyASCIIObject_CAST(op)->state.ascii;
}
%cast PyUnicode_IS_ASCII(op)
static inline unsigned int PyUnicode_IS_COMPACT(PyObject *op)
{
    return _PyASCIIObject_CAST(op)->state.compact;
}
%cast PyUnicode_IS_COMPACT(op)
static inline int PyUnicode_IS_COMPACT_ASCII(PyObject *op)
{
    return PyUnicode_IS_ASCII(op) && PyUnicode_IS_COMPACT(op);
}
%cast PyUnicode_IS_COMPACT_ASCII(op)
#define PyUnicode_KIND(op) _Py_RVALUE(_PyASCIIObject_CAST(op)->state.kind)
static inline Py_ssize_t PyUnicode_GET_LENGTH(PyObject *op)
{
    return _PyASCIIObject_CAST(op)->length;
}
%cast PyUnicode_GET_LENGTH(op)

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
%cast PyUnicode_READ_CHAR(unicode, index)
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
%cast PyUnicode_MAX_CHAR_VALUE(op)

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
