/* Taipan's C API: marshal.h. Made by `cargo xtask headers` from crates/capi/headers/marshal.h. */
#ifndef Py_PYTHON_H
#  include "Python.h"
#endif
#ifndef Py_MARSHAL_H
#define Py_MARSHAL_H
#ifdef __cplusplus
extern "C" {
#endif
/* Reading and writing marshalled values. */
#ifndef Py_LIMITED_API
#define Py_MARSHAL_VERSION 5
#endif
#ifndef Py_LIMITED_API
/* Reads a value from a C stream, of which nothing else is needed; a new reference. */
PyAPI_FUNC(PyObject *) PyMarshal_ReadLastObjectFromFile(FILE *file);
/* Reads a 32-bit number from a C stream; -1 with an exception. */
PyAPI_FUNC(long) PyMarshal_ReadLongFromFile(FILE *file);
/* Reads a value from a C stream, which stands behind it afterwards; a new reference. */
PyAPI_FUNC(PyObject *) PyMarshal_ReadObjectFromFile(FILE *file);
/* A value from marshal data; a new reference. */
PyAPI_FUNC(PyObject *) PyMarshal_ReadObjectFromString(const char *data, Py_ssize_t n);
/* Reads a 16-bit number from a C stream; -1 with an exception. */
PyAPI_FUNC(int) PyMarshal_ReadShortFromFile(FILE *file);
/* Writes a 32-bit number to a C stream. */
PyAPI_FUNC(void) PyMarshal_WriteLongToFile(long value, FILE *file, int version);
/* Writes a value as marshal data to a C stream. */
PyAPI_FUNC(void) PyMarshal_WriteObjectToFile(PyObject *value, FILE *file, int version);
/* A value as marshal data; a new reference. */
PyAPI_FUNC(PyObject *) PyMarshal_WriteObjectToString(PyObject *value, int version);
#endif
#ifdef __cplusplus
}
#endif
#endif
