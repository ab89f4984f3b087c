/* Taipan's C API: internal/pycore_unicodeobject.h. Made by `cargo xtask headers` from crates/capi/headers/internal/pycore_unicodeobject.h. */
#ifndef Py_PYTHON_H
#  include "../Python.h"
#endif
#ifndef Py_INTERNAL_PYCORE_UNICODEOBJECT_H
#define Py_INTERNAL_PYCORE_UNICODEOBJECT_H
#ifndef Py_LIMITED_API
#ifdef __cplusplus
extern "C" {
#endif
/* str. */
/* As PyUnicode_AsUTF8, but zeros in the text are an error. */
PyAPI_FUNC(const char *) _PyUnicode_AsUTF8NoNUL(PyObject *op);
/* The bytes of a string in UTF-8; a new reference. */
PyAPI_FUNC(PyObject *) _PyUnicode_AsUTF8String(PyObject *op, const char *errors);
/* Checks the structure of a string: it is always as it should be, 1. */
PyAPI_FUNC(int) _PyUnicode_CheckConsistency(PyObject *op, int content);
/* The exact str of a subclass's instance, or the string itself; a new reference. */
PyAPI_FUNC(PyObject *) _PyUnicode_Copy(PyObject *op);
/* As PyUnicode_DecodeUnicodeEscape, without a warning: the first invalid escape, or -1, and its
   place go through pointers. Where consumed is not null, an escape that is cut off may be
   continued by other text. */
PyAPI_FUNC(PyObject *) _PyUnicode_DecodeUnicodeEscapeInternal2(const char *s, Py_ssize_t n, const char *errors, Py_ssize_t *consumed, int *first, const char **place);
/* Encodes to UTF-16; a new reference. */
PyAPI_FUNC(PyObject *) _PyUnicode_EncodeUTF16(PyObject *op, const char *errors, int byteorder);
/* Encodes to UTF-32; a new reference. */
PyAPI_FUNC(PyObject *) _PyUnicode_EncodeUTF32(PyObject *op, const char *errors, int byteorder);
/* Whether two strings are equal. */
PyAPI_FUNC(int) _PyUnicode_Equal(PyObject *a, PyObject *b);
/* Whether a string equals a C string in ASCII. */
PyAPI_FUNC(int) _PyUnicode_EqualToASCIIString(PyObject *a, const char *b);
/* Frees a string that is dead and exactly a str. */
PyAPI_FUNC(void) _PyUnicode_ExactDealloc(PyObject *op);
/* Interns a string for ever, whose reference is replaced. */
PyAPI_FUNC(void) _PyUnicode_InternImmortal(PyInterpreterState *interp, PyObject **place);
/* Interns a string, whose reference is replaced. */
PyAPI_FUNC(void) _PyUnicode_InternInPlace(PyInterpreterState *interp, PyObject **place);
/* Interns a string for as long as it lives; the reference is replaced. */
PyAPI_FUNC(void) _PyUnicode_InternMortal(PyInterpreterState *interp, PyObject **place);
/* Joins an array of strings; a new reference. */
PyAPI_FUNC(PyObject *) _PyUnicode_JoinArray(PyObject *separator, PyObject *const *items, Py_ssize_t n);
/* How long the identifier is that a string begins with. */
PyAPI_FUNC(Py_ssize_t) _PyUnicode_ScanIdentifier(PyObject *op);
/* Decimal digits and whitespace as ASCII, all else as it is or "?"; a new reference. */
PyAPI_FUNC(PyObject *) _PyUnicode_TransformDecimalAndSpaceToASCII(PyObject *a);
#ifdef __cplusplus
}
#endif
#endif
#endif
