/* What extension modules need: arguments, values, and making the module. */
#define PYTHON_API_VERSION 1013
#define PYTHON_API_STRING "1013"
#define PYTHON_ABI_VERSION 3
#define PYTHON_ABI_STRING "3"
/* Returned by converters that are to be called again when a later argument fails. */
#define Py_CLEANUP_SUPPORTED 0x20000
%fn PyArg_Parse
%fn PyArg_ParseTuple
%fn int PyArg_ParseTupleAndKeywords(PyObject *, PyObject *, const char *, PY_CXX_CONST char *const *, ...)
%fn PyArg_UnpackTuple
%fn PyArg_VaParse
%fn int PyArg_VaParseTupleAndKeywords(PyObject *, PyObject *, const char *, PY_CXX_CONST char *const *, va_list)
%fn PyArg_ValidateKeywordArguments
%fn PyModule_AddIntConstant
%fn PyModule_AddObject
%fn PyModule_AddStringConstant
%fn PyModule_Create2
%fn Py_BuildValue
%fn Py_VaBuildValue
%since 3.5
%fn PyModule_AddFunctions
%fn PyModule_ExecDef
%fn PyModule_FromDefAndSpec2
%fn PyModule_SetDocString
%end
%since 3.9
%fn PyModule_AddType
%end
%since 3.10
%fn PyModule_AddObjectRef
%end
%since 3.13
%fn PyModule_Add
%end
#define PyModule_AddIntMacro(m, c) PyModule_AddIntConstant((m), #c, (c))
#define PyModule_AddStringMacro(m, c) PyModule_AddStringConstant((m), #c, (c))
#ifdef Py_LIMITED_API
#  define PyModule_Create(module) PyModule_Create2((module), PYTHON_ABI_VERSION)
#else
#  define PyModule_Create(module) PyModule_Create2((module), PYTHON_API_VERSION)
#endif
%since 3.5
#ifdef Py_LIMITED_API
#  define PyModule_FromDefAndSpec(module, spec) PyModule_FromDefAndSpec2((module), (spec), PYTHON_ABI_VERSION)
#else
#  define PyModule_FromDefAndSpec(module, spec) PyModule_FromDefAndSpec2((module), (spec), PYTHON_API_VERSION)
#endif
%end
%full
#include "cpython/modsupport.h"
%end
