/* Taipan's C API: codecs.h. Made by `cargo xtask headers` from crates/capi/headers/codecs.h. */
#ifndef Py_PYTHON_H
#  include "Python.h"
#endif
#ifndef Py_CODECS_H
#define Py_CODECS_H
#ifdef __cplusplus
extern "C" {
#endif
/* The registry of codecs and error handlers. */
/* Replaces what failed by escapes; a new reference. */
PyAPI_FUNC(PyObject *) PyCodec_BackslashReplaceErrors(PyObject *exception);
/* Decodes with any codec; a new reference. */
PyAPI_FUNC(PyObject *) PyCodec_Decode(PyObject *op, const char *encoding, const char *errors);
/* The decoder of an encoding; a new reference. */
PyAPI_FUNC(PyObject *) PyCodec_Decoder(const char *encoding);
/* Encodes with any codec; a new reference. */
PyAPI_FUNC(PyObject *) PyCodec_Encode(PyObject *op, const char *encoding, const char *errors);
/* The encoder of an encoding; a new reference. */
PyAPI_FUNC(PyObject *) PyCodec_Encoder(const char *encoding);
/* Skips what failed; a new reference. */
PyAPI_FUNC(PyObject *) PyCodec_IgnoreErrors(PyObject *exception);
/* An incremental decoder; a new reference. */
PyAPI_FUNC(PyObject *) PyCodec_IncrementalDecoder(const char *encoding, const char *errors);
/* An incremental encoder; a new reference. */
PyAPI_FUNC(PyObject *) PyCodec_IncrementalEncoder(const char *encoding, const char *errors);
/* Whether there is such a codec. */
PyAPI_FUNC(int) PyCodec_KnownEncoding(const char *encoding);
/* An error handler, "strict" for null; a new reference. */
PyAPI_FUNC(PyObject *) PyCodec_LookupError(const char *handler_name);
/* Registers a search function. */
PyAPI_FUNC(int) PyCodec_Register(PyObject *search);
/* Registers an error handler. */
PyAPI_FUNC(int) PyCodec_RegisterError(const char *handler_name, PyObject *handler);
/* Replaces what failed; a new reference. */
PyAPI_FUNC(PyObject *) PyCodec_ReplaceErrors(PyObject *exception);
/* A reader of a stream; a new reference. */
PyAPI_FUNC(PyObject *) PyCodec_StreamReader(const char *encoding, PyObject *stream, const char *errors);
/* A writer to a stream; a new reference. */
PyAPI_FUNC(PyObject *) PyCodec_StreamWriter(const char *encoding, PyObject *stream, const char *errors);
/* Raises the exception; null. */
PyAPI_FUNC(PyObject *) PyCodec_StrictErrors(PyObject *exception);
/* Forgets a search function. */
PyAPI_FUNC(int) PyCodec_Unregister(PyObject *search);
/* Replaces what failed by character references; a new reference. */
PyAPI_FUNC(PyObject *) PyCodec_XMLCharRefReplaceErrors(PyObject *exception);
#if !defined(Py_LIMITED_API) || Py_LIMITED_API+0 >= 0x03050000
/* Replaces what failed by names; a new reference. */
PyAPI_FUNC(PyObject *) PyCodec_NameReplaceErrors(PyObject *exception);
#endif
#ifndef Py_LIMITED_API
PyAPI_DATA(const char *) Py_hexdigits;
#endif
#ifdef __cplusplus
}
#endif
#endif
