/* bytes, and a writer whose result may be longer than was thought. */
typedef struct {
    PyObject *buffer;
    Py_ssize_t allocated;
    Py_ssize_t min_size;
    int use_bytearray;
    int overallocate;
    int use_small_buffer;
    char small_buffer[512];
} _PyBytesWriter;
%fn void *_PyBytesWriter_Alloc(_PyBytesWriter *, Py_ssize_t)
%fn void _PyBytesWriter_Dealloc(_PyBytesWriter *)
%fn PyObject *_PyBytesWriter_Finish(_PyBytesWriter *, void *)
%fn void _PyBytesWriter_Init(_PyBytesWriter *)
%fn void *_PyBytesWriter_Prepare(_PyBytesWriter *, void *, Py_ssize_t)
%fn void *_PyBytesWriter_Resize(_PyBytesWriter *, void *, Py_ssize_t)
%fn void *_PyBytesWriter_WriteBytes(_PyBytesWriter *, void *, const void *, Py_ssize_t)
%fn PyObject *_PyBytes_DecodeEscape2(const char *, Py_ssize_t, const char *, int *, const char **)
%fn _PyBytes_Find
%fn void _PyBytes_Repeat(char *, Py_ssize_t, const char *, Py_ssize_t)
%fn _PyBytes_ReverseFind
