/* Exceptions. */
%data PyObject *PyExc_ArithmeticError
%data PyObject *PyExc_AssertionError
%data PyObject *PyExc_AttributeError
%data PyObject *PyExc_BaseException
%data PyObject *PyExc_BaseExceptionGroup
%data PyObject *PyExc_BufferError
%data PyObject *PyExc_BytesWarning
%data PyObject *PyExc_DeprecationWarning
%data PyObject *PyExc_EOFError
%data PyObject *PyExc_EncodingWarning
%data PyObject *PyExc_EnvironmentError
%data PyObject *PyExc_Exception
%data PyObject *PyExc_FloatingPointError
%data PyObject *PyExc_FutureWarning
%data PyObject *PyExc_GeneratorExit
%data PyObject *PyExc_IOError
%data PyObject *PyExc_ImportError
%data PyObject *PyExc_ImportWarning
%data PyObject *PyExc_IndentationError
%data PyObject *PyExc_IndexError
%data PyObject *PyExc_KeyError
%data PyObject *PyExc_KeyboardInterrupt
%data PyObject *PyExc_LookupError
%data PyObject *PyExc_MemoryError
%data PyObject *PyExc_NameError
%data PyObject *PyExc_NotImplementedError
%data PyObject *PyExc_OSError
%data PyObject *PyExc_OverflowError
%data PyObject *PyExc_PendingDeprecationWarning
%data PyObject *PyExc_ReferenceError
%data PyObject *PyExc_ResourceWarning
%data PyObject *PyExc_RuntimeError
%data PyObject *PyExc_RuntimeWarning
%data PyObject *PyExc_StopIteration
%data PyObject *PyExc_SyntaxError
%data PyObject *PyExc_SyntaxWarning
%data PyObject *PyExc_SystemError
%data PyObject *PyExc_SystemExit
%data PyObject *PyExc_TabError
%data PyObject *PyExc_TypeError
%data PyObject *PyExc_UnboundLocalError
%data PyObject *PyExc_UnicodeDecodeError
%data PyObject *PyExc_UnicodeEncodeError
%data PyObject *PyExc_UnicodeError
%data PyObject *PyExc_UnicodeTranslateError
%data PyObject *PyExc_UnicodeWarning
%data PyObject *PyExc_UserWarning
%data PyObject *PyExc_ValueError
%data PyObject *PyExc_Warning
%data PyObject *PyExc_ZeroDivisionError
%fn PyErr_BadArgument
%fn PyErr_BadInternalCall
%fn _PyErr_BadInternalCall
%fn PyErr_CheckSignals
%fn PyErr_Clear
%fn PyErr_ExceptionMatches
%fn PyErr_Fetch
%fn PyErr_Format
%fn PyErr_GetRaisedException
%fn PyErr_GivenExceptionMatches
%fn PyErr_NewException
%fn PyErr_NewExceptionWithDoc
%fn PyErr_NoMemory
%fn PyErr_NormalizeException
%fn PyErr_Occurred
%fn PyErr_ProgramText
%fn PyErr_Restore
%fn PyErr_SetFromErrno
%fn PyErr_SetFromErrnoWithFilename
%fn PyErr_SetFromErrnoWithFilenameObject
%fn PyErr_SetInterrupt
%fn PyErr_SetNone
%fn PyErr_SetObject
%fn PyErr_SetRaisedException
%fn PyErr_SetString
%fn PyErr_SyntaxLocation
%fn PyErr_SyntaxLocationEx
%fn PyErr_WriteUnraisable
%fn PyExceptionClass_Name
%fn PyException_GetArgs
%fn PyException_GetCause
%fn PyException_GetContext
%fn PyException_GetTraceback
%fn PyException_SetArgs
%fn PyException_SetCause
%fn PyException_SetContext
%fn PyException_SetTraceback
%fn PyOS_snprintf
%fn PyOS_vsnprintf
%fn PyUnicodeDecodeError_Create
%fn PyUnicodeDecodeError_GetEncoding
%fn int PyUnicodeDecodeError_GetEnd(PyObject *, Py_ssize_t *)
%fn PyObject *PyUnicodeDecodeError_GetObject(PyObject *)
%fn PyObject *PyUnicodeDecodeError_GetReason(PyObject *)
%fn int PyUnicodeDecodeError_GetStart(PyObject *, Py_ssize_t *)
%fn int PyUnicodeDecodeError_SetEnd(PyObject *, Py_ssize_t)
%fn int PyUnicodeDecodeError_SetReason(PyObject *, const char *)
%fn int PyUnicodeDecodeError_SetStart(PyObject *, Py_ssize_t)
%fn PyUnicodeEncodeError_GetEncoding
%fn int PyUnicodeEncodeError_GetEnd(PyObject *, Py_ssize_t *)
%fn PyObject *PyUnicodeEncodeError_GetObject(PyObject *)
%fn PyObject *PyUnicodeEncodeError_GetReason(PyObject *)
%fn int PyUnicodeEncodeError_GetStart(PyObject *, Py_ssize_t *)
%fn int PyUnicodeEncodeError_SetEnd(PyObject *, Py_ssize_t)
%fn int PyUnicodeEncodeError_SetReason(PyObject *, const char *)
%fn int PyUnicodeEncodeError_SetStart(PyObject *, Py_ssize_t)
%fn int PyUnicodeTranslateError_GetEnd(PyObject *, Py_ssize_t *)
%fn PyObject *PyUnicodeTranslateError_GetObject(PyObject *)
%fn PyObject *PyUnicodeTranslateError_GetReason(PyObject *)
%fn int PyUnicodeTranslateError_GetStart(PyObject *, Py_ssize_t *)
%fn int PyUnicodeTranslateError_SetEnd(PyObject *, Py_ssize_t)
%fn int PyUnicodeTranslateError_SetReason(PyObject *, const char *)
%fn int PyUnicodeTranslateError_SetStart(PyObject *, Py_ssize_t)
%fn void _Py_NO_RETURN(const char *)
%since 3.3
%data PyObject *PyExc_BlockingIOError
%data PyObject *PyExc_BrokenPipeError
%data PyObject *PyExc_ChildProcessError
%data PyObject *PyExc_ConnectionAbortedError
%data PyObject *PyExc_ConnectionError
%data PyObject *PyExc_ConnectionRefusedError
%data PyObject *PyExc_ConnectionResetError
%data PyObject *PyExc_FileExistsError
%data PyObject *PyExc_FileNotFoundError
%data PyObject *PyExc_InterruptedError
%data PyObject *PyExc_IsADirectoryError
%data PyObject *PyExc_NotADirectoryError
%data PyObject *PyExc_PermissionError
%data PyObject *PyExc_ProcessLookupError
%data PyObject *PyExc_TimeoutError
%fn PyErr_GetExcInfo
%fn PyErr_SetExcInfo
%fn PyErr_SetImportError
%end
%since 3.4
%fn PyErr_SetFromErrnoWithFilenameObjects
%end
%since 3.5
%data PyObject *PyExc_RecursionError
%data PyObject *PyExc_StopAsyncIteration
%fn PyErr_FormatV
%end
%since 3.6
%data PyObject *PyExc_ModuleNotFoundError
%fn PyErr_SetImportErrorSubclass
%end
%since 3.10
%fn PyErr_SetInterruptEx
%end
%since 3.11
%fn PyErr_GetHandledException
%fn PyErr_SetHandledException
%end
%fn _Py_NO_RETURN void Py_FatalError(const char *)
#define PyExceptionClass_Check(x) \
    (PyType_Check((x)) && PyType_FastSubclass((PyTypeObject *)(x), Py_TPFLAGS_BASE_EXC_SUBCLASS))
#define PyExceptionInstance_Check(x) PyType_FastSubclass(Py_TYPE(x), Py_TPFLAGS_BASE_EXC_SUBCLASS)
#define PyExceptionInstance_Class(x) _PyObject_CAST(Py_TYPE(x))
#define _PyBaseExceptionGroup_Check(x) PyObject_TypeCheck((x), (PyTypeObject *)PyExc_BaseExceptionGroup)
#define PyErr_BadInternalCall() _PyErr_BadInternalCall(__FILE__, __LINE__)
%full
#include "cpython/pyerrors.h"
%end
