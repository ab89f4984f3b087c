/* Generators, coroutines and asynchronous generators. */
typedef struct _PyGenObject PyGenObject;
typedef struct _PyCoroObject PyCoroObject;
typedef struct _PyAsyncGenObject PyAsyncGenObject;
%data PyTypeObject PyAsyncGen_Type
%data PyTypeObject PyCoro_Type
%data PyTypeObject PyGen_Type
%data PyTypeObject _PyAsyncGenASend_Type
%fn PyObject *PyAsyncGen_New(PyFrameObject *, PyObject *, PyObject *)
%fn PyObject *PyCoro_New(PyFrameObject *, PyObject *, PyObject *)
%fn PyCodeObject *PyGen_GetCode(PyGenObject *)
%fn PyObject *PyGen_New(PyFrameObject *)
%fn PyObject *PyGen_NewWithQualName(PyFrameObject *, PyObject *, PyObject *)
#define PyGen_Check(op) PyObject_TypeCheck((op), &PyGen_Type)
#define PyGen_CheckExact(op) Py_IS_TYPE((op), &PyGen_Type)
#define PyCoro_CheckExact(op) Py_IS_TYPE((op), &PyCoro_Type)
#define PyAsyncGen_CheckExact(op) Py_IS_TYPE((op), &PyAsyncGen_Type)
#define PyAsyncGenASend_CheckExact(op) Py_IS_TYPE((op), &_PyAsyncGenASend_Type)
