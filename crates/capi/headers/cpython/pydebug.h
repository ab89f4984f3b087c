/* Flags of the command line; PyConfig has them now. */
%data int Py_BytesWarningFlag
%data int Py_DebugFlag
%data int Py_DontWriteBytecodeFlag
%data int Py_FrozenFlag
%data int Py_HashRandomizationFlag
%data int Py_IgnoreEnvironmentFlag
%data int Py_InspectFlag
%data int Py_InteractiveFlag
%data int Py_IsolatedFlag
%data int Py_NoSiteFlag
%data int Py_NoUserSiteDirectory
%data int Py_OptimizeFlag
%data int Py_QuietFlag
%data int Py_UnbufferedStdioFlag
%data int Py_VerboseFlag
%fn char *Py_GETENV(const char *)
