/* Exceptions of a thread that is known. */
%fn void _PyErr_Clear(PyThreadState *)
%fn int _PyErr_ExceptionMatches(PyThreadState *, PyObject *)
%fn PyObject *_PyErr_Format(PyThreadState *, PyObject *, const char *, ...)
%fn _PyErr_FormatFromCause
%fn void _PyErr_FormatNote(const char *, ...)
%fn PyObject *_PyErr_FormatV(PyThreadState *, PyObject *, const char *, va_list)
%fn PyObject *_PyErr_GetRaisedException(PyThreadState *)
%fn PyObject *_PyErr_ProgramDecodedTextObject(PyObject *, int, const char *)
%fn _PyErr_SetKeyError
%fn _PyErr_SetLocaleString
%fn void _PyErr_SetRaisedException(PyThreadState *, PyObject *)
%fn void _PyErr_SetString(PyThreadState *, PyObject *, const char *)
%fn _Py_UTF8_Edit_Cost
static inline PyObject *_PyErr_Occurred(PyThreadState *tstate)
{
    return tstate->current_exception == _Py_NULL ? _Py_NULL : (PyObject *)Py_TYPE(tstate->current_exception);
}
static inline void _PyErr_ClearExcState(_PyErr_StackItem *exc_state)
{
    Py_CLEAR(exc_state->exc_value);
}
