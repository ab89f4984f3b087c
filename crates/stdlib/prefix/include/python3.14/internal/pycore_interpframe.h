/* Taipan's C API: internal/pycore_interpframe.h. Made by `cargo xtask headers` from crates/capi/headers/internal/pycore_interpframe.h. */
#ifndef Py_PYTHON_H
#  include "../Python.h"
#endif
#ifndef Py_INTERNAL_PYCORE_INTERPFRAME_H
#define Py_INTERNAL_PYCORE_INTERPFRAME_H
#ifndef Py_LIMITED_API
/* Looking at frames of the interpreter. */
#include "pycore_code.h"
#include "pycore_interpframe_structs.h"
#include "pycore_stackref.h"
#include <stdbool.h>
#ifdef __cplusplus
extern "C" {
#endif
/* Words of a frame before its variables. */
#define FRAME_SPECIALS_SIZE ((int)((sizeof(_PyInterpreterFrame) - 1) / sizeof(PyObject *)))
static inline PyCodeObject *_PyFrame_GetCode(_PyInterpreterFrame *frame)
{
    PyObject *code = PyStackRef_AsPyObjectBorrow(frame->f_executable);
    assert(PyCode_Check(code));
    return (PyCodeObject *)code;
}
static inline _Py_CODEUNIT *_PyFrame_GetBytecode(_PyInterpreterFrame *frame)
{
    return _PyCode_CODE(_PyFrame_GetCode(frame));
}
#define _PyInterpreterFrame_LASTI(frame) ((int)((frame)->instr_ptr - _PyFrame_GetBytecode((frame))))
static inline PyFunctionObject *_PyFrame_GetFunction(_PyInterpreterFrame *frame)
{
    PyObject *function = PyStackRef_AsPyObjectBorrow(frame->f_funcobj);
    assert(PyFunction_Check(function));
    return (PyFunctionObject *)function;
}
static inline _PyStackRef *_PyFrame_Stackbase(_PyInterpreterFrame *frame)
{
    return frame->localsplus + _PyFrame_GetCode(frame)->co_nlocalsplus;
}
static inline _PyStackRef *_PyFrame_GetLocalsArray(_PyInterpreterFrame *frame)
{
    return frame->localsplus;
}
/* Whether Python code has not begun to run in it, or never will. */
static inline bool _PyFrame_IsIncomplete(_PyInterpreterFrame *frame)
{
    if (frame->owner >= FRAME_OWNED_BY_INTERPRETER) {
        return true;
    }
    return frame->owner != FRAME_OWNED_BY_GENERATOR
        && frame->instr_ptr < _PyFrame_GetBytecode(frame) + _PyFrame_GetCode(frame)->_co_firsttraceable;
}
static inline _PyInterpreterFrame *_PyFrame_GetFirstComplete(_PyInterpreterFrame *frame)
{
    while (frame != _Py_NULL && _PyFrame_IsIncomplete(frame)) {
        frame = frame->previous;
    }
    return frame;
}
static inline _PyInterpreterFrame *_PyThreadState_GetFrame(PyThreadState *tstate)
{
    return _PyFrame_GetFirstComplete(tstate->current_frame);
}
/* Pops a frame that has been cleared from the data stack. */
PyAPI_FUNC(void) _PyThreadState_PopFrame(PyThreadState *ts, _PyInterpreterFrame *frame);
#ifdef __cplusplus
}
#endif
#endif
#endif
