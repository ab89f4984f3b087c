/* Taipan's C API: descrobject.h. Made by `cargo xtask headers` from crates/capi/headers/descrobject.h. */
#ifndef Py_PYTHON_H
#  include "Python.h"
#endif
#ifndef Py_DESCROBJECT_H
#define Py_DESCROBJECT_H
#ifdef __cplusplus
extern "C" {
#endif
/* Descriptors, and the tables of attributes that types written in C have. */
typedef PyObject *(*getter)(PyObject *obj, void *closure);
typedef int (*setter)(PyObject *obj, PyObject *value, void *closure);
/* A computed attribute. */
struct PyGetSetDef {
    const char *name;
    getter get;
    setter set;
    const char *doc;
    void *closure;
};
/* A field of the C structure as an attribute. */
struct PyMemberDef {
    const char *name;
    int type;
    Py_ssize_t offset;
    int flags;
    const char *doc;
};

/* Types of members. */
#define Py_T_SHORT 0
#define Py_T_INT 1
#define Py_T_LONG 2
#define Py_T_FLOAT 3
#define Py_T_DOUBLE 4
#define Py_T_STRING 5
#define Py_T_CHAR 7
#define Py_T_BYTE 8
#define Py_T_UBYTE 9
#define Py_T_USHORT 10
#define Py_T_UINT 11
#define Py_T_ULONG 12
#define Py_T_STRING_INPLACE 13
#define Py_T_BOOL 14
#define Py_T_OBJECT_EX 16
#define Py_T_LONGLONG 17
#define Py_T_ULONGLONG 18
#define Py_T_PYSSIZET 19
#define _Py_T_OBJECT 6
#define _Py_T_NONE 20
/* Flags of members. */
#define Py_READONLY 1
#define Py_AUDIT_READ 2
#define _Py_WRITE_RESTRICTED 4
#define Py_RELATIVE_OFFSET 8
PyAPI_DATA(PyTypeObject) PyClassMethodDescr_Type;
PyAPI_DATA(PyTypeObject) PyDictProxy_Type;
PyAPI_DATA(PyTypeObject) PyGetSetDescr_Type;
PyAPI_DATA(PyTypeObject) PyMemberDescr_Type;
PyAPI_DATA(PyTypeObject) PyMethodDescr_Type;
PyAPI_DATA(PyTypeObject) PyProperty_Type;
PyAPI_DATA(PyTypeObject) PyWrapperDescr_Type;
/* A class method descriptor; a new reference. */
PyAPI_FUNC(PyObject *) PyDescr_NewClassMethod(PyTypeObject *owner, PyMethodDef *def);
/* A descriptor of a computed attribute; a new reference. */
PyAPI_FUNC(PyObject *) PyDescr_NewGetSet(PyTypeObject *owner, PyGetSetDef *def);
/* A member descriptor; a new reference. */
PyAPI_FUNC(PyObject *) PyDescr_NewMember(PyTypeObject *owner, PyMemberDef *def);
/* A method descriptor; a new reference. */
PyAPI_FUNC(PyObject *) PyDescr_NewMethod(PyTypeObject *owner, PyMethodDef *def);
/* A read-only view of a mapping; a new reference. */
PyAPI_FUNC(PyObject *) PyDictProxy_New(PyObject *mapping);
/* A member of a structure; a new reference. */
PyAPI_FUNC(PyObject *) PyMember_GetOne(const char *base, PyMemberDef *def);
/* Sets a member of a structure. */
PyAPI_FUNC(int) PyMember_SetOne(char *base, PyMemberDef *def, PyObject *value);
/* A slot wrapper bound to an object; a new reference. */
PyAPI_FUNC(PyObject *) PyWrapper_New(PyObject *descriptor, PyObject *this_);
#ifndef Py_LIMITED_API
#include "cpython/descrobject.h"
#endif
#ifdef __cplusplus
}
#endif
#endif
