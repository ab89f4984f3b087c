/* Frames: attributes and variables. */
struct _PyInterpreterFrame;
/* What runs in a frame of the interpreter. */
#define PyUnstable_EXECUTABLE_KIND_SKIP 0
#define PyUnstable_EXECUTABLE_KIND_PY_FUNCTION 1
#define PyUnstable_EXECUTABLE_KIND_BUILTIN_FUNCTION 3
#define PyUnstable_EXECUTABLE_KIND_METHOD_DESCRIPTOR 4
#define PyUnstable_EXECUTABLE_KINDS 5
%data PyTypeObject PyFrameLocalsProxy_Type
%data PyTypeObject PyFrame_Type
%data const PyTypeObject *const PyUnstable_ExecutableKinds[PyUnstable_EXECUTABLE_KINDS+1]
%fn PyFrameObject *PyFrame_GetBack(PyFrameObject *)
%fn PyObject *PyFrame_GetBuiltins(PyFrameObject *)
%fn PyObject *PyFrame_GetGenerator(PyFrameObject *)
%fn PyObject *PyFrame_GetGlobals(PyFrameObject *)
%fn int PyFrame_GetLasti(PyFrameObject *)
%fn PyObject *PyFrame_GetLocals(PyFrameObject *)
%fn PyObject *PyFrame_GetVar(PyFrameObject *, PyObject *)
%fn PyObject *PyFrame_GetVarString(PyFrameObject *, const char *)
%fn PyObject *PyUnstable_InterpreterFrame_GetCode(struct _PyInterpreterFrame *)
%fn int PyUnstable_InterpreterFrame_GetLasti(struct _PyInterpreterFrame *)
%fn int PyUnstable_InterpreterFrame_GetLine(struct _PyInterpreterFrame *)
#define PyFrame_Check(op) Py_IS_TYPE((op), &PyFrame_Type)
#define PyFrameLocalsProxy_Check(op) Py_IS_TYPE((op), &PyFrameLocalsProxy_Type)
