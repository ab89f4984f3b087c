/* Starting and ending the interpreter. */
typedef void (*PyOS_sighandler_t)(int);
%fn PyOS_sighandler_t PyOS_getsig(int)
%fn PyOS_sighandler_t PyOS_setsig(int, PyOS_sighandler_t)
%fn int Py_AtExit(void (*)(void))
%fn int Py_BytesMain(int, char **)
%fn Py_EndInterpreter
%fn Py_Finalize
%fn Py_GetBuildInfo
%fn Py_GetCompiler
%fn Py_GetCopyright
%fn wchar_t *Py_GetExecPrefix(void)
%fn wchar_t *Py_GetPath(void)
%fn Py_GetPlatform
%fn wchar_t *Py_GetPrefix(void)
%fn wchar_t *Py_GetProgramFullPath(void)
%fn wchar_t *Py_GetProgramName(void)
%fn wchar_t *Py_GetPythonHome(void)
%fn Py_GetVersion
%fn Py_Initialize
%fn Py_InitializeEx
%fn Py_IsInitialized
%fn int Py_Main(int, wchar_t **)
%fn void _Py_NO_RETURN(int)
%fn Py_NewInterpreter
%fn void Py_SetProgramName(const wchar_t *)
%fn void Py_SetPythonHome(const wchar_t *)
%since 3.6
%fn Py_FinalizeEx
%end
%since 3.11
%data const unsigned long Py_Version
%end
%since 3.13
%fn Py_IsFinalizing
%end
%fn _Py_NO_RETURN void Py_Exit(int)
%full
#include "cpython/pylifecycle.h"
%end
