/* Files: reading lines, and who opens code. */
typedef PyObject *(*Py_OpenCodeHookFunction)(PyObject *path, void *userdata);
%data PyTypeObject PyStdPrinter_Type
%fn PyFile_NewStdPrinter
%fn PyFile_OpenCode
%fn PyFile_OpenCodeObject
%fn int PyFile_SetOpenCodeHook(Py_OpenCodeHookFunction, void *)
%fn Py_UniversalNewlineFgets
