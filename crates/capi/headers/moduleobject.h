/* Modules, and how extension modules describe themselves. */
typedef struct PyModuleDef_Base {
    PyObject_HEAD
    PyObject *(*m_init)(void);
    Py_ssize_t m_index;
    PyObject *m_copy;
} PyModuleDef_Base;
#define PyModuleDef_HEAD_INIT {PyObject_HEAD_INIT(_Py_NULL) _Py_NULL, 0, _Py_NULL}

%since 3.5
/* A step of a module's initialisation in phases. */
%struct PyModuleDef_Slot PyModuleDef_Slot
%define Py_mod_create
%define Py_mod_exec
%since 3.12
%define Py_mod_multiple_interpreters
%end
%since 3.13
%define Py_mod_gil
%end
%full
#define _Py_mod_LAST_SLOT 4
%end
%end
%since 3.12
#define Py_MOD_MULTIPLE_INTERPRETERS_NOT_SUPPORTED ((void *)0)
#define Py_MOD_MULTIPLE_INTERPRETERS_SUPPORTED ((void *)1)
#define Py_MOD_PER_INTERPRETER_GIL_SUPPORTED ((void *)2)
%end
%since 3.13
#define Py_MOD_GIL_USED ((void *)0)
#define Py_MOD_GIL_NOT_USED ((void *)1)
%end

%struct PyModuleDef PyModuleDef

%data PyTypeObject PyModule_Type
%fn PyModule_GetDef
%fn PyModule_GetDict
%fn PyModule_GetFilename
%fn PyModule_GetFilenameObject
%fn PyModule_GetName
%fn PyModule_GetState
%fn PyModule_New
%since 3.3
%fn PyModule_GetNameObject
%fn PyModule_NewObject
%end
%since 3.5
%data PyTypeObject PyModuleDef_Type
%fn PyModuleDef_Init
%end
#define PyModule_Check(op) PyObject_TypeCheck((op), &PyModule_Type)
#define PyModule_CheckExact(op) Py_IS_TYPE((op), &PyModule_Type)
