/* Descriptors, and the tables of attributes that types written in C have. */
typedef PyObject *(*getter)(PyObject *obj, void *closure);
typedef int (*setter)(PyObject *obj, PyObject *value, void *closure);
/* A computed attribute. */
%struct PyGetSetDef PyGetSetDef
/* A field of the C structure as an attribute. */
%struct PyMemberDef PyMemberDef

/* Types of members. */
%define Py_T_*
%define _Py_T_*
/* Flags of members. */
%define Py_READONLY
%define Py_AUDIT_READ
#define _Py_WRITE_RESTRICTED 4
%define Py_RELATIVE_OFFSET
%data PyTypeObject PyClassMethodDescr_Type
%data PyTypeObject PyDictProxy_Type
%data PyTypeObject PyGetSetDescr_Type
%data PyTypeObject PyMemberDescr_Type
%data PyTypeObject PyMethodDescr_Type
%data PyTypeObject PyProperty_Type
%data PyTypeObject PyWrapperDescr_Type
%fn PyDescr_NewClassMethod
%fn PyDescr_NewGetSet
%fn PyDescr_NewMember
%fn PyDescr_NewMethod
%fn PyDictProxy_New
%fn PyMember_GetOne
%fn PyMember_SetOne
%fn PyWrapper_New
%full
#include "cpython/descrobject.h"
%end
