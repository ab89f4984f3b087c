/* Running source from files and strings. */
%data char *(*PyOS_ReadlineFunctionPointer)(FILE *, FILE *, const char *)
%fn PyOS_Readline
%fn PyRun_AnyFile
%fn PyRun_AnyFileEx
%fn PyRun_AnyFileExFlags
%fn PyRun_AnyFileFlags
%fn PyRun_File
%fn PyRun_FileEx
%fn PyRun_FileExFlags
%fn PyRun_FileFlags
%fn PyRun_InteractiveLoop
%fn PyRun_InteractiveLoopFlags
%fn PyRun_InteractiveOne
%fn PyRun_InteractiveOneFlags
%fn PyRun_InteractiveOneObject
%fn PyRun_SimpleFile
%fn PyRun_SimpleFileEx
%fn PyRun_SimpleFileExFlags
%fn PyRun_SimpleString
%fn PyRun_SimpleStringFlags
%fn PyRun_String
%fn PyRun_StringFlags
%fn Py_CompileStringExFlags
%fn Py_CompileStringFlags
%fn Py_CompileStringObject
/* Without settings of the compiler, and with the file left open. */
#define Py_CompileString(str, filename, start) Py_CompileStringExFlags((str), (filename), (start), NULL, -1)
#define Py_CompileStringFlags(str, filename, start, flags) \
    Py_CompileStringExFlags((str), (filename), (start), (flags), -1)
#define PyRun_String(str, start, globals, locals) PyRun_StringFlags((str), (start), (globals), (locals), NULL)
#define PyRun_SimpleString(str) PyRun_SimpleStringFlags((str), NULL)
#define PyRun_SimpleFile(fp, name) PyRun_SimpleFileExFlags((fp), (name), 0, NULL)
#define PyRun_SimpleFileEx(fp, name, closeit) PyRun_SimpleFileExFlags((fp), (name), (closeit), NULL)
#define PyRun_AnyFile(fp, name) PyRun_AnyFileExFlags((fp), (name), 0, NULL)
#define PyRun_AnyFileEx(fp, name, closeit) PyRun_AnyFileExFlags((fp), (name), (closeit), NULL)
#define PyRun_AnyFileFlags(fp, name, flags) PyRun_AnyFileExFlags((fp), (name), 0, (flags))
#define PyRun_File(fp, name, start, globals, locals) \
    PyRun_FileExFlags((fp), (name), (start), (globals), (locals), 0, NULL)
#define PyRun_FileEx(fp, name, start, globals, locals, closeit) \
    PyRun_FileExFlags((fp), (name), (start), (globals), (locals), (closeit), NULL)
#define PyRun_FileFlags(fp, name, start, globals, locals, flags) \
    PyRun_FileExFlags((fp), (name), (start), (globals), (locals), 0, (flags))
#define PyRun_InteractiveOne(fp, name) PyRun_InteractiveOneFlags((fp), (name), NULL)
#define PyRun_InteractiveLoop(fp, name) PyRun_InteractiveLoopFlags((fp), (name), NULL)
