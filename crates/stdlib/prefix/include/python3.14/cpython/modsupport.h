/* Taipan's C API: cpython/modsupport.h. Made by `cargo xtask headers` from crates/capi/headers/cpython/modsupport.h. */
#ifndef Py_PYTHON_H
#  include "../Python.h"
#endif
#ifndef Py_CPYTHON_MODSUPPORT_H
#define Py_CPYTHON_MODSUPPORT_H
#ifndef Py_LIMITED_API
#ifdef __cplusplus
extern "C" {
#endif
/* Parsers of arguments that are prepared when they are first used. */
typedef struct {
    uint8_t v;
} _PyOnceFlag;
typedef struct _PyArg_Parser {
    const char *format;
    const char *const *keywords;
    const char *fname;
    const char *custom_msg;
    _PyOnceFlag once;
    int is_kwtuple_owned;
    int pos;
    int min;
    int max;
    PyObject *kwtuple;
    struct _PyArg_Parser *next;
} _PyArg_Parser;
/* Parses arguments with a static parser. */
PyAPI_FUNC(int) _PyArg_ParseTupleAndKeywordsFast(PyObject *args, PyObject *dict, struct _PyArg_Parser *parser, ...);
#ifdef __cplusplus
}
#endif
#endif
#endif
