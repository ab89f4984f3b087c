/* The module sys. */
%fn PySys_FormatStderr
%fn PySys_FormatStdout
%fn PySys_GetObject
%fn PySys_GetXOptions
%fn void PySys_ResetWarnOptions(void)
%fn void PySys_SetArgv(int, wchar_t **)
%fn void PySys_SetArgvEx(int, wchar_t **, int)
%fn PySys_SetObject
%fn PySys_WriteStderr
%fn PySys_WriteStdout
