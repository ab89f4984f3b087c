/* Taipan's C API: pyerrors.h. Made by `cargo xtask headers` from crates/capi/headers/pyerrors.h. */
#ifndef Py_PYTHON_H
#  include "Python.h"
#endif
#ifndef Py_PYERRORS_H
#define Py_PYERRORS_H
#ifdef __cplusplus
extern "C" {
#endif
/* Exceptions. */
PyAPI_DATA(PyObject *) PyExc_ArithmeticError;
PyAPI_DATA(PyObject *) PyExc_AssertionError;
PyAPI_DATA(PyObject *) PyExc_AttributeError;
PyAPI_DATA(PyObject *) PyExc_BaseException;
PyAPI_DATA(PyObject *) PyExc_BaseExceptionGroup;
PyAPI_DATA(PyObject *) PyExc_BufferError;
PyAPI_DATA(PyObject *) PyExc_BytesWarning;
PyAPI_DATA(PyObject *) PyExc_DeprecationWarning;
PyAPI_DATA(PyObject *) PyExc_EOFError;
PyAPI_DATA(PyObject *) PyExc_EncodingWarning;
PyAPI_DATA(PyObject *) PyExc_EnvironmentError;
PyAPI_DATA(PyObject *) PyExc_Exception;
PyAPI_DATA(PyObject *) PyExc_FloatingPointError;
PyAPI_DATA(PyObject *) PyExc_FutureWarning;
PyAPI_DATA(PyObject *) PyExc_GeneratorExit;
PyAPI_DATA(PyObject *) PyExc_IOError;
PyAPI_DATA(PyObject *) PyExc_ImportError;
PyAPI_DATA(PyObject *) PyExc_ImportWarning;
PyAPI_DATA(PyObject *) PyExc_IndentationError;
PyAPI_DATA(PyObject *) PyExc_IndexError;
PyAPI_DATA(PyObject *) PyExc_KeyError;
PyAPI_DATA(PyObject *) PyExc_KeyboardInterrupt;
PyAPI_DATA(PyObject *) PyExc_LookupError;
PyAPI_DATA(PyObject *) PyExc_MemoryError;
PyAPI_DATA(PyObject *) PyExc_NameError;
PyAPI_DATA(PyObject *) PyExc_NotImplementedError;
PyAPI_DATA(PyObject *) PyExc_OSError;
PyAPI_DATA(PyObject *) PyExc_OverflowError;
PyAPI_DATA(PyObject *) PyExc_PendingDeprecationWarning;
PyAPI_DATA(PyObject *) PyExc_ReferenceError;
PyAPI_DATA(PyObject *) PyExc_ResourceWarning;
PyAPI_DATA(PyObject *) PyExc_RuntimeError;
PyAPI_DATA(PyObject *) PyExc_RuntimeWarning;
PyAPI_DATA(PyObject *) PyExc_StopIteration;
PyAPI_DATA(PyObject *) PyExc_SyntaxError;
PyAPI_DATA(PyObject *) PyExc_SyntaxWarning;
PyAPI_DATA(PyObject *) PyExc_SystemError;
PyAPI_DATA(PyObject *) PyExc_SystemExit;
PyAPI_DATA(PyObject *) PyExc_TabError;
PyAPI_DATA(PyObject *) PyExc_TypeError;
PyAPI_DATA(PyObject *) PyExc_UnboundLocalError;
PyAPI_DATA(PyObject *) PyExc_UnicodeDecodeError;
PyAPI_DATA(PyObject *) PyExc_UnicodeEncodeError;
PyAPI_DATA(PyObject *) PyExc_UnicodeError;
PyAPI_DATA(PyObject *) PyExc_UnicodeTranslateError;
PyAPI_DATA(PyObject *) PyExc_UnicodeWarning;
PyAPI_DATA(PyObject *) PyExc_UserWarning;
PyAPI_DATA(PyObject *) PyExc_ValueError;
PyAPI_DATA(PyObject *) PyExc_Warning;
PyAPI_DATA(PyObject *) PyExc_ZeroDivisionError;
/* "bad argument type for built-in operation": 0. */
PyAPI_FUNC(int) PyErr_BadArgument(void);
/* "bad argument to internal function". */
PyAPI_FUNC(void) PyErr_BadInternalCall(void);
/* "bad argument to internal function" with its place. */
PyAPI_FUNC(void) _PyErr_BadInternalCall(const char *filename, int line);
/* Runs pending signal handlers: -1 if one raised. */
PyAPI_FUNC(int) PyErr_CheckSignals(void);
/* Drops the exception in flight. */
PyAPI_FUNC(void) PyErr_Clear(void);
/* Whether the exception in flight matches a class or one of a tuple of classes. */
PyAPI_FUNC(int) PyErr_ExceptionMatches(PyObject *target);
/* Takes the exception in flight as a triple of new references or nulls. */
PyAPI_FUNC(void) PyErr_Fetch(PyObject **class_, PyObject **value, PyObject **traceback);
/* Raises class(format % arguments): null. */
PyAPI_FUNC(PyObject *) PyErr_Format(PyObject *class_, const char *format, ...);
/* Takes the exception in flight; a new reference or null. */
PyAPI_FUNC(PyObject *) PyErr_GetRaisedException(void);
/* Whether an exception or its class matches a class or one of a tuple of classes. */
PyAPI_FUNC(int) PyErr_GivenExceptionMatches(PyObject *exception, PyObject *target);
/* A new exception class module.name; a new reference. */
PyAPI_FUNC(PyObject *) PyErr_NewException(const char *name, PyObject *base, PyObject *dict);
/* A new exception class module.name with a docstring; a new reference. */
PyAPI_FUNC(PyObject *) PyErr_NewExceptionWithDoc(const char *name, const char *doc, PyObject *base, PyObject *dict);
/* MemoryError: null. */
PyAPI_FUNC(PyObject *) PyErr_NoMemory(void);
/* Makes the value of a fetched triple an instance of the class. */
PyAPI_FUNC(void) PyErr_NormalizeException(PyObject **class_, PyObject **value, PyObject **traceback);
/* The type of the exception in flight, borrowed, or null. */
PyAPI_FUNC(PyObject *) PyErr_Occurred(void);
/* The text of a line of a file; a new reference, or null without an exception. */
PyAPI_FUNC(PyObject *) PyErr_ProgramText(const char *filename, int line);
/* Makes a triple the exception in flight; takes the references over. */
PyAPI_FUNC(void) PyErr_Restore(PyObject *class_, PyObject *value, PyObject *traceback);
/* Raises class(errno, message): null. */
PyAPI_FUNC(PyObject *) PyErr_SetFromErrno(PyObject *class_);
/* Raises class(errno, message, filename): null. */
PyAPI_FUNC(PyObject *) PyErr_SetFromErrnoWithFilename(PyObject *class_, const char *filename);
/* Raises class(errno, message, filename): null. */
PyAPI_FUNC(PyObject *) PyErr_SetFromErrnoWithFilenameObject(PyObject *class_, PyObject *filename);
/* Simulates SIGINT. */
PyAPI_FUNC(void) PyErr_SetInterrupt(void);
/* Raises class(). */
PyAPI_FUNC(void) PyErr_SetNone(PyObject *class_);
/* Raises class(value). */
PyAPI_FUNC(void) PyErr_SetObject(PyObject *class_, PyObject *value);
/* Makes an exception the one in flight, as it is; takes the reference over. */
PyAPI_FUNC(void) PyErr_SetRaisedException(PyObject *exception);
/* Raises class(text), the text in UTF-8. */
PyAPI_FUNC(void) PyErr_SetString(PyObject *class_, const char *text);
/* Gives the SyntaxError in flight a place. */
PyAPI_FUNC(void) PyErr_SyntaxLocation(const char *filename, int line);
/* Gives the SyntaxError in flight a place. */
PyAPI_FUNC(void) PyErr_SyntaxLocationEx(const char *filename, int line, int column);
/* Reports the exception in flight as unraisable. */
PyAPI_FUNC(void) PyErr_WriteUnraisable(PyObject *object);
/* The name of an exception class, with its module. */
PyAPI_FUNC(const char *) PyExceptionClass_Name(PyObject *class_);
/* args; a new reference. */
PyAPI_FUNC(PyObject *) PyException_GetArgs(PyObject *exception);
/* __cause__; a new reference or null. */
PyAPI_FUNC(PyObject *) PyException_GetCause(PyObject *exception);
/* __context__; a new reference or null. */
PyAPI_FUNC(PyObject *) PyException_GetContext(PyObject *exception);
/* __traceback__; a new reference or null. */
PyAPI_FUNC(PyObject *) PyException_GetTraceback(PyObject *exception);
/* Sets args; the reference stays the caller's. */
PyAPI_FUNC(void) PyException_SetArgs(PyObject *exception, PyObject *args);
/* Sets __cause__; takes the reference over. */
PyAPI_FUNC(void) PyException_SetCause(PyObject *exception, PyObject *cause);
/* Sets __context__; takes the reference over. */
PyAPI_FUNC(void) PyException_SetContext(PyObject *exception, PyObject *context);
/* Sets __traceback__: None deletes it. */
PyAPI_FUNC(int) PyException_SetTraceback(PyObject *exception, PyObject *traceback);
/* C's snprintf, which always ends the text with a zero. */
PyAPI_FUNC(int) PyOS_snprintf(char *buffer, size_t size, const char *format, ...);
/* C's vsnprintf, which always ends the text with a zero. */
PyAPI_FUNC(int) PyOS_vsnprintf(char *buffer, size_t size, const char *format, va_list list);
/* A UnicodeDecodeError; a new reference. */
PyAPI_FUNC(PyObject *) PyUnicodeDecodeError_Create(const char *encoding, const char *object, Py_ssize_t length, Py_ssize_t start, Py_ssize_t end, const char *reason);
/* encoding; a new reference. */
PyAPI_FUNC(PyObject *) PyUnicodeDecodeError_GetEncoding(PyObject *exception);
PyAPI_FUNC(int) PyUnicodeDecodeError_GetEnd(PyObject *, Py_ssize_t *);
PyAPI_FUNC(PyObject *) PyUnicodeDecodeError_GetObject(PyObject *);
PyAPI_FUNC(PyObject *) PyUnicodeDecodeError_GetReason(PyObject *);
PyAPI_FUNC(int) PyUnicodeDecodeError_GetStart(PyObject *, Py_ssize_t *);
PyAPI_FUNC(int) PyUnicodeDecodeError_SetEnd(PyObject *, Py_ssize_t);
PyAPI_FUNC(int) PyUnicodeDecodeError_SetReason(PyObject *, const char *);
PyAPI_FUNC(int) PyUnicodeDecodeError_SetStart(PyObject *, Py_ssize_t);
/* encoding; a new reference. */
PyAPI_FUNC(PyObject *) PyUnicodeEncodeError_GetEncoding(PyObject *exception);
PyAPI_FUNC(int) PyUnicodeEncodeError_GetEnd(PyObject *, Py_ssize_t *);
PyAPI_FUNC(PyObject *) PyUnicodeEncodeError_GetObject(PyObject *);
PyAPI_FUNC(PyObject *) PyUnicodeEncodeError_GetReason(PyObject *);
PyAPI_FUNC(int) PyUnicodeEncodeError_GetStart(PyObject *, Py_ssize_t *);
PyAPI_FUNC(int) PyUnicodeEncodeError_SetEnd(PyObject *, Py_ssize_t);
PyAPI_FUNC(int) PyUnicodeEncodeError_SetReason(PyObject *, const char *);
PyAPI_FUNC(int) PyUnicodeEncodeError_SetStart(PyObject *, Py_ssize_t);
PyAPI_FUNC(int) PyUnicodeTranslateError_GetEnd(PyObject *, Py_ssize_t *);
PyAPI_FUNC(PyObject *) PyUnicodeTranslateError_GetObject(PyObject *);
PyAPI_FUNC(PyObject *) PyUnicodeTranslateError_GetReason(PyObject *);
PyAPI_FUNC(int) PyUnicodeTranslateError_GetStart(PyObject *, Py_ssize_t *);
PyAPI_FUNC(int) PyUnicodeTranslateError_SetEnd(PyObject *, Py_ssize_t);
PyAPI_FUNC(int) PyUnicodeTranslateError_SetReason(PyObject *, const char *);
PyAPI_FUNC(int) PyUnicodeTranslateError_SetStart(PyObject *, Py_ssize_t);
#if !defined(Py_LIMITED_API) || Py_LIMITED_API+0 >= 0x03030000
PyAPI_DATA(PyObject *) PyExc_BlockingIOError;
PyAPI_DATA(PyObject *) PyExc_BrokenPipeError;
PyAPI_DATA(PyObject *) PyExc_ChildProcessError;
PyAPI_DATA(PyObject *) PyExc_ConnectionAbortedError;
PyAPI_DATA(PyObject *) PyExc_ConnectionError;
PyAPI_DATA(PyObject *) PyExc_ConnectionRefusedError;
PyAPI_DATA(PyObject *) PyExc_ConnectionResetError;
PyAPI_DATA(PyObject *) PyExc_FileExistsError;
PyAPI_DATA(PyObject *) PyExc_FileNotFoundError;
PyAPI_DATA(PyObject *) PyExc_InterruptedError;
PyAPI_DATA(PyObject *) PyExc_IsADirectoryError;
PyAPI_DATA(PyObject *) PyExc_NotADirectoryError;
PyAPI_DATA(PyObject *) PyExc_PermissionError;
PyAPI_DATA(PyObject *) PyExc_ProcessLookupError;
PyAPI_DATA(PyObject *) PyExc_TimeoutError;
/* The exception being handled as a triple of new references or nulls. */
PyAPI_FUNC(void) PyErr_GetExcInfo(PyObject **class_, PyObject **value, PyObject **traceback);
/* Sets the exception being handled; takes the references over, of which only the value counts. */
PyAPI_FUNC(void) PyErr_SetExcInfo(PyObject *class_, PyObject *value, PyObject *traceback);
/* Raises ImportError(message, name=name, path=path): null. */
PyAPI_FUNC(PyObject *) PyErr_SetImportError(PyObject *message, PyObject *name, PyObject *path);
#endif
#if !defined(Py_LIMITED_API) || Py_LIMITED_API+0 >= 0x03040000
/* Raises class(errno, message, filename, 0, filename2): null. */
PyAPI_FUNC(PyObject *) PyErr_SetFromErrnoWithFilenameObjects(PyObject *class_, PyObject *first, PyObject *second);
#endif
#if !defined(Py_LIMITED_API) || Py_LIMITED_API+0 >= 0x03050000
PyAPI_DATA(PyObject *) PyExc_RecursionError;
PyAPI_DATA(PyObject *) PyExc_StopAsyncIteration;
/* Raises class(format % arguments): null. */
PyAPI_FUNC(PyObject *) PyErr_FormatV(PyObject *class_, const char *format, va_list list);
#endif
#if !defined(Py_LIMITED_API) || Py_LIMITED_API+0 >= 0x03060000
PyAPI_DATA(PyObject *) PyExc_ModuleNotFoundError;
/* Raises class(message, name=name, path=path) of a subclass of ImportError: null. */
PyAPI_FUNC(PyObject *) PyErr_SetImportErrorSubclass(PyObject *class_, PyObject *message, PyObject *name, PyObject *path);
#endif
#if !defined(Py_LIMITED_API) || Py_LIMITED_API+0 >= 0x030a0000
/* Simulates a signal: -1 if the number is none. */
PyAPI_FUNC(int) PyErr_SetInterruptEx(int number);
#endif
#if !defined(Py_LIMITED_API) || Py_LIMITED_API+0 >= 0x030b0000
/* The exception being handled; a new reference or null. */
PyAPI_FUNC(PyObject *) PyErr_GetHandledException(void);
/* Sets the exception being handled; null or None for none. The reference stays the caller's. */
PyAPI_FUNC(void) PyErr_SetHandledException(PyObject *exception);
#endif
/* Ends the process with a message. */
PyAPI_FUNC(_Py_NO_RETURN void) Py_FatalError(const char *message);
#define PyExceptionClass_Check(x) \
    (PyType_Check((x)) && PyType_FastSubclass((PyTypeObject *)(x), Py_TPFLAGS_BASE_EXC_SUBCLASS))
#define PyExceptionInstance_Check(x) PyType_FastSubclass(Py_TYPE(x), Py_TPFLAGS_BASE_EXC_SUBCLASS)
#define PyExceptionInstance_Class(x) _PyObject_CAST(Py_TYPE(x))
#define _PyBaseExceptionGroup_Check(x) PyObject_TypeCheck((x), (PyTypeObject *)PyExc_BaseExceptionGroup)
#define PyErr_BadInternalCall() _PyErr_BadInternalCall(__FILE__, __LINE__)
#ifndef Py_LIMITED_API
#include "cpython/pyerrors.h"
#endif
#ifdef __cplusplus
}
#endif
#endif
