/* Weak references. */
typedef struct _PyWeakReference PyWeakReference;
%data PyTypeObject _PyWeakref_CallableProxyType
%data PyTypeObject _PyWeakref_ProxyType
%data PyTypeObject _PyWeakref_RefType
%fn PyWeakref_GetObject
%fn PyWeakref_NewProxy
%fn PyWeakref_NewRef
%since 3.13
%fn PyWeakref_GetRef
%end
#define PyWeakref_CheckRef(op) PyObject_TypeCheck((op), &_PyWeakref_RefType)
#define PyWeakref_CheckRefExact(op) Py_IS_TYPE((op), &_PyWeakref_RefType)
#define PyWeakref_CheckProxy(op) \
    (Py_IS_TYPE((op), &_PyWeakref_ProxyType) || Py_IS_TYPE((op), &_PyWeakref_CallableProxyType))
#define PyWeakref_Check(op) (PyWeakref_CheckRef(op) || PyWeakref_CheckProxy(op))
%full
#include "cpython/weakrefobject.h"
%end
