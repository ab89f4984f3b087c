/* Tracebacks: their fields. */
typedef struct _traceback PyTracebackObject;
%struct PyTracebackObject _traceback | tb_frame: PyFrameObject *tb_frame
