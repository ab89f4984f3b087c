/* Taipan's C API: pybuffer.h. Made by `cargo xtask headers` from crates/capi/headers/pybuffer.h. */
#ifndef Py_PYTHON_H
#  include "Python.h"
#endif
#ifndef Py_PYBUFFER_H
#define Py_PYBUFFER_H
#ifdef __cplusplus
extern "C" {
#endif
/* The buffer protocol: memory that objects share. */
#if !defined(Py_LIMITED_API) || Py_LIMITED_API+0 >= 0x030b0000
/* A view of an object's memory; obj is a reference that PyBuffer_Release gives back. */
typedef struct {
    void *buf;
    PyObject *obj;
    Py_ssize_t len;
    Py_ssize_t itemsize;
    int readonly;
    int ndim;
    char *format;
    Py_ssize_t *shape;
    Py_ssize_t *strides;
    Py_ssize_t *suboffsets;
    void *internal;
} Py_buffer;

typedef int (*getbufferproc)(PyObject *exporter, Py_buffer *view, int flags);
typedef void (*releasebufferproc)(PyObject *exporter, Py_buffer *view);

/* What a consumer asks for. */
#define PyBUF_MAX_NDIM 64UL
#define PyBUF_SIMPLE 0
#define PyBUF_WRITABLE 0x0001
#define PyBUF_FORMAT 0x0004
#define PyBUF_ND 0x0008
#define PyBUF_STRIDES (0x0010 | PyBUF_ND)
#define PyBUF_C_CONTIGUOUS (0x0020 | PyBUF_STRIDES)
#define PyBUF_F_CONTIGUOUS (0x0040 | PyBUF_STRIDES)
#define PyBUF_ANY_CONTIGUOUS (0x0080 | PyBUF_STRIDES)
#define PyBUF_INDIRECT (0x0100 | PyBUF_STRIDES)
#define PyBUF_CONTIG (PyBUF_ND | PyBUF_WRITABLE)
#define PyBUF_CONTIG_RO PyBUF_ND
#define PyBUF_STRIDED (PyBUF_STRIDES | PyBUF_WRITABLE)
#define PyBUF_STRIDED_RO PyBUF_STRIDES
#define PyBUF_RECORDS (PyBUF_STRIDES | PyBUF_WRITABLE | PyBUF_FORMAT)
#define PyBUF_RECORDS_RO (PyBUF_STRIDES | PyBUF_FORMAT)
#define PyBUF_FULL (PyBUF_INDIRECT | PyBUF_WRITABLE | PyBUF_FORMAT)
#define PyBUF_FULL_RO (PyBUF_INDIRECT | PyBUF_FORMAT)
#define PyBUF_READ 0x100
#define PyBUF_WRITE 0x200
#ifndef Py_LIMITED_API
#define PyBUF_WRITEABLE PyBUF_WRITABLE
#endif
#endif
#if !defined(Py_LIMITED_API) || Py_LIMITED_API+0 >= 0x030b0000
/* Strides of contiguous memory. */
PyAPI_FUNC(void) PyBuffer_FillContiguousStrides(int ndim, Py_ssize_t *shape, Py_ssize_t *strides, int itemsize, char order);
/* Fills a view of plain memory. */
PyAPI_FUNC(int) PyBuffer_FillInfo(Py_buffer *view, PyObject *op, void *data, Py_ssize_t n, int readonly, int flags);
/* Copies contiguous memory to the items of a view. */
PyAPI_FUNC(int) PyBuffer_FromContiguous(const Py_buffer *view, const void *data, Py_ssize_t n, char order);
/* The address of an item. */
PyAPI_FUNC(void *) PyBuffer_GetPointer(const Py_buffer *view, const Py_ssize_t *indices);
/* Whether a view is contiguous in an order. */
PyAPI_FUNC(int) PyBuffer_IsContiguous(const Py_buffer *view, char order);
/* Gives a view back. */
PyAPI_FUNC(void) PyBuffer_Release(Py_buffer *view);
/* The item size of a format, or -1 with an exception. */
PyAPI_FUNC(Py_ssize_t) PyBuffer_SizeFromFormat(const char *format);
/* Copies the items of a view to contiguous memory. */
PyAPI_FUNC(int) PyBuffer_ToContiguous(void *out, const Py_buffer *view, Py_ssize_t n, char order);
/* Whether the object exports a buffer. */
PyAPI_FUNC(int) PyObject_CheckBuffer(PyObject *op);
/* Copies the items of one object's buffer to another's. */
PyAPI_FUNC(int) PyObject_CopyData(PyObject *target, PyObject *source);
/* Fills a view of an object's memory, to be released with PyBuffer_Release. */
PyAPI_FUNC(int) PyObject_GetBuffer(PyObject *op, Py_buffer *view, int flags);
#endif
#ifdef __cplusplus
}
#endif
#endif
