/* Files. */
#define PY_STDIOTEXTMODE "b"
%data const char *Py_FileSystemDefaultEncoding
%data int Py_HasFileSystemDefaultEncoding
%fn PyFile_FromFd
%fn PyFile_GetLine
%fn PyFile_WriteObject
%fn PyFile_WriteString
%fn PyObject_AsFileDescriptor
%since 3.6
%data const char *Py_FileSystemDefaultEncodeErrors
%end
%since 3.7
%data int Py_UTF8Mode
%end
%full
#include "cpython/fileobject.h"
%end
