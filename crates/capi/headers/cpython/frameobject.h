/* Making frames. */
typedef struct {
    PyObject_HEAD
    PyFrameObject *frame;
} PyFrameLocalsProxyObject;
%fn void PyFrame_FastToLocals(PyFrameObject *)
%fn int PyFrame_FastToLocalsWithError(PyFrameObject *)
%fn int _PyFrame_IsEntryFrame(PyFrameObject *)
%fn void PyFrame_LocalsToFast(PyFrameObject *, int)
%fn PyFrameObject *PyFrame_New(PyThreadState *, PyCodeObject *, PyObject *, PyObject *)
