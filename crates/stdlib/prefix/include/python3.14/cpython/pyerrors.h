/* Taipan's C API: cpython/pyerrors.h. Made by `cargo xtask headers` from crates/capi/headers/cpython/pyerrors.h. */
#ifndef Py_PYTHON_H
#  include "../Python.h"
#endif
#ifndef Py_CPYTHON_PYERRORS_H
#define Py_CPYTHON_PYERRORS_H
#ifndef Py_LIMITED_API
#ifdef __cplusplus
extern "C" {
#endif
/* Exceptions: their fields. */
#define PyException_HEAD \
    PyObject_HEAD \
    PyObject *dict; \
    PyObject *args; \
    PyObject *notes; \
    PyObject *traceback; \
    PyObject *context; \
    PyObject *cause; \
    char suppress_context;
typedef struct {
    PyException_HEAD
} PyBaseExceptionObject;
typedef struct {
    PyException_HEAD
    PyObject *msg;
    PyObject *excs;
    PyObject *excs_str;
} PyBaseExceptionGroupObject;
typedef struct {
    PyException_HEAD
    PyObject *msg;
    PyObject *filename;
    PyObject *lineno;
    PyObject *offset;
    PyObject *end_lineno;
    PyObject *end_offset;
    PyObject *text;
    PyObject *print_file_and_line;
    PyObject *metadata;
} PySyntaxErrorObject;
typedef struct {
    PyException_HEAD
    PyObject *msg;
    PyObject *name;
    PyObject *path;
    PyObject *name_from;
} PyImportErrorObject;
typedef struct {
    PyException_HEAD
    PyObject *encoding;
    PyObject *object;
    Py_ssize_t start;
    Py_ssize_t end;
    PyObject *reason;
} PyUnicodeErrorObject;
typedef struct {
    PyException_HEAD
    PyObject *code;
} PySystemExitObject;
typedef struct {
    PyException_HEAD
    PyObject *myerrno;
    PyObject *strerror;
    PyObject *filename;
    PyObject *filename2;
    Py_ssize_t written;
} PyOSErrorObject;
typedef struct {
    PyException_HEAD
    PyObject *value;
} PyStopIterationObject;
typedef struct {
    PyException_HEAD
    PyObject *name;
} PyNameErrorObject;
typedef struct {
    PyException_HEAD
    PyObject *obj;
    PyObject *name;
} PyAttributeErrorObject;
typedef PyOSErrorObject PyEnvironmentErrorObject;
PyAPI_DATA(PyObject *) PyExc_PythonFinalizationError;
/* The exception in flight gets exception as its context, or is it if there is none; takes the
   reference over. */
PyAPI_FUNC(void) _PyErr_ChainExceptions1(PyObject *exception);
/* Reports the exception in flight as unraisable with a message. */
PyAPI_FUNC(void) PyErr_FormatUnraisable(const char *format, ...);
/* The text of a line of a file; a new reference, or null without an exception. */
PyAPI_FUNC(PyObject *) PyErr_ProgramTextObject(PyObject *filename, int line);
/* Says where the syntax error in flight is, from one place to another. */
PyAPI_FUNC(void) PyErr_RangedSyntaxLocationObject(PyObject *filename, int line, int column, int end_line, int end_column);
/* Gives the SyntaxError in flight a place. */
PyAPI_FUNC(void) PyErr_SyntaxLocationObject(PyObject *filename, int line, int column);
/* Has a byte written to a file descriptor when a signal comes, -1 for none: the one before. */
PyAPI_FUNC(int) PySignal_SetWakeupFd(int fd);
/* What an except* block raises, from the exceptions that were raised in it; a new reference. */
PyAPI_FUNC(PyObject *) PyUnstable_Exc_PrepReraiseStar(PyObject *original, PyObject *raised);
/* Ends the process with a message. */
PyAPI_FUNC(_Py_NO_RETURN void) _Py_FatalErrorFunc(const char *place, const char *message);
#define Py_FatalError(message) _Py_FatalErrorFunc(__func__, (message))
#ifdef __cplusplus
}
#endif
#endif
#endif
