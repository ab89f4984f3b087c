/* Taipan's C API: fileutils.h. Made by `cargo xtask headers` from crates/capi/headers/fileutils.h. */
#ifndef Py_PYTHON_H
#  include "Python.h"
#endif
#ifndef Py_FILEUTILS_H
#define Py_FILEUTILS_H
/* Text of the locale. */
#include <sys/stat.h>
#ifdef __cplusplus
extern "C" {
#endif
#if !defined(Py_LIMITED_API) || Py_LIMITED_API+0 >= 0x03050000
/* Decodes text of the locale, freed with PyMem_RawFree; null on errors. */
PyAPI_FUNC(wchar_t *) Py_DecodeLocale(const char *arg, size_t *n);
/* Encodes text for the locale, freed with PyMem_Free; null on errors. */
PyAPI_FUNC(char *) Py_EncodeLocale(const wchar_t *text, size_t *error_pos);
#endif
#ifndef Py_LIMITED_API
#include "cpython/fileutils.h"
#endif
#ifdef __cplusplus
}
#endif
#endif
