/* Buffers that pickle passes on. */
%data PyTypeObject PyPickleBuffer_Type
%fn PyObject *PyPickleBuffer_FromObject(PyObject *)
%fn const Py_buffer *PyPickleBuffer_GetBuffer(PyObject *)
%fn int PyPickleBuffer_Release(PyObject *)
#define PyPickleBuffer_Check(op) Py_IS_TYPE((op), &PyPickleBuffer_Type)
