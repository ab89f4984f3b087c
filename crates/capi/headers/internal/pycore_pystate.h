/* The state of the thread that runs. */
#include "pycore_typedefs.h"
%fn void _PyErr_SetInterpreterAlreadyRunning(void)
%fn _PyEval_StartTheWorld
%fn _PyEval_StopTheWorld
%fn _PyInterpreterState_GetIDObject
%fn int _PyInterpreterState_IsRunningMain(PyInterpreterState *)
%fn _PyInterpreterState_Main
%fn _PyInterpreterState_SetNotRunningMain
%fn int _PyInterpreterState_SetRunningMain(PyInterpreterState *)
%fn int _PyState_AddModule(PyThreadState *, PyObject *, PyModuleDef *)
%fn _PyThreadState_GetCurrent
%fn _PyThreadState_GetDict
%fn PyThreadState *_PyThreadState_New(PyInterpreterState *, int)
%fn _PyThreadState_NewBound
%fn const PyConfig *_Py_GetConfig(void)
static inline PyThreadState *_PyThreadState_GET(void)
{
    return PyThreadState_GetUnchecked();
}
static inline PyInterpreterState *_PyInterpreterState_GET(void)
{
    return PyThreadState_GetUnchecked()->interp;
}
