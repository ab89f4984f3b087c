/* The buffer protocol: memory that objects share. */
%since 3.11
/* A view of an object's memory; obj is a reference that PyBuffer_Release gives back. */
%struct Py_buffer

typedef int (*getbufferproc)(PyObject *exporter, Py_buffer *view, int flags);
typedef void (*releasebufferproc)(PyObject *exporter, Py_buffer *view);

/* What a consumer asks for. */
%define PyBUF_*
%full
#define PyBUF_WRITEABLE PyBUF_WRITABLE
%end
%end
%since 3.11
%fn PyBuffer_FillContiguousStrides
%fn PyBuffer_FillInfo
%fn PyBuffer_FromContiguous
%fn PyBuffer_GetPointer
%fn PyBuffer_IsContiguous
%fn PyBuffer_Release
%fn PyBuffer_SizeFromFormat
%fn PyBuffer_ToContiguous
%fn PyObject_CheckBuffer
%fn PyObject_CopyData
%fn PyObject_GetBuffer
%end
