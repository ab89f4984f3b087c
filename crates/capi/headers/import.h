/* Importing. */
%fn PyImport_AddModule
%fn int PyImport_AppendInittab(const char *, PyObject *(*)(void))
%fn PyImport_ExecCodeModule
%fn PyImport_ExecCodeModuleEx
%fn PyImport_ExecCodeModuleWithPathnames
%fn PyImport_GetImporter
%fn PyImport_GetMagicNumber
%fn PyImport_GetMagicTag
%fn PyImport_GetModuleDict
%fn PyImport_Import
%fn PyImport_ImportFrozenModule
%fn PyImport_ImportModule
%fn PyImport_ImportModuleLevel
%fn PyImport_ImportModuleNoBlock
%fn PyImport_ReloadModule
%since 3.3
%fn PyImport_AddModuleObject
%fn PyImport_ExecCodeModuleObject
%fn PyImport_ImportFrozenModuleObject
%end
%since 3.5
%fn PyImport_ImportModuleLevelObject
%end
%since 3.7
%fn PyImport_GetModule
%end
%since 3.13
%fn PyImport_AddModuleRef
%end
#define PyImport_ImportModuleEx(name, globals, locals, fromlist) \
    PyImport_ImportModuleLevel((name), (globals), (locals), (fromlist), 0)
%full
#include "cpython/import.h"
%end
