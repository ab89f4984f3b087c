/* Taipan's C API: fileobject.h. Made by `cargo xtask headers` from crates/capi/headers/fileobject.h. */
#ifndef Py_PYTHON_H
#  include "Python.h"
#endif
#ifndef Py_FILEOBJECT_H
#define Py_FILEOBJECT_H
#ifdef __cplusplus
extern "C" {
#endif
/* Files. */
#define PY_STDIOTEXTMODE "b"
PyAPI_DATA(const char *) Py_FileSystemDefaultEncoding;
PyAPI_DATA(int) Py_HasFileSystemDefaultEncoding;
/* A Python file for a descriptor; a new reference. */
PyAPI_FUNC(PyObject *) PyFile_FromFd(int fd, const char *name, const char *mode, int buffering, const char *encoding, const char *errors, const char *newline, int closefd);
/* A line of a file object: without its end and EOFError at the end for a negative n. A new
   reference. */
PyAPI_FUNC(PyObject *) PyFile_GetLine(PyObject *file, int n);
/* Writes an object's repr, or its text with Py_PRINT_RAW, to a file object. */
PyAPI_FUNC(int) PyFile_WriteObject(PyObject *op, PyObject *file, int flags);
/* Writes text to a file object. */
PyAPI_FUNC(int) PyFile_WriteString(const char *s, PyObject *file);
/* The file descriptor of a file object or of an int; -1 with an exception. */
PyAPI_FUNC(int) PyObject_AsFileDescriptor(PyObject *op);
#if !defined(Py_LIMITED_API) || Py_LIMITED_API+0 >= 0x03060000
PyAPI_DATA(const char *) Py_FileSystemDefaultEncodeErrors;
#endif
#if !defined(Py_LIMITED_API) || Py_LIMITED_API+0 >= 0x03070000
PyAPI_DATA(int) Py_UTF8Mode;
#endif
#ifndef Py_LIMITED_API
#include "cpython/fileobject.h"
#endif
#ifdef __cplusplus
}
#endif
#endif
