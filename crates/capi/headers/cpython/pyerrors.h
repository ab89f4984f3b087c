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
%struct PyBaseExceptionGroupObject
%struct PySyntaxErrorObject
%struct PyImportErrorObject
%struct PyUnicodeErrorObject
%struct PySystemExitObject
%struct PyOSErrorObject
%struct PyStopIterationObject
%struct PyNameErrorObject
%struct PyAttributeErrorObject
typedef PyOSErrorObject PyEnvironmentErrorObject;
%data PyObject *PyExc_PythonFinalizationError
%fn _PyErr_ChainExceptions1
%fn PyErr_FormatUnraisable
%fn PyErr_ProgramTextObject
%fn void PyErr_RangedSyntaxLocationObject(PyObject *, int, int, int, int)
%fn PyErr_SyntaxLocationObject
%fn int PySignal_SetWakeupFd(int)
%fn PyUnstable_Exc_PrepReraiseStar
%fn void _Py_NO_RETURN(const char *, const char *)
%fn _Py_NO_RETURN void _Py_FatalErrorFunc(const char *, const char *)
#define Py_FatalError(message) _Py_FatalErrorFunc(__func__, (message))
