/* Taipan's C API: osdefs.h. Made by `cargo xtask headers` from crates/capi/headers/osdefs.h. */
#ifndef Py_PYTHON_H
#  include "Python.h"
#endif
#ifndef Py_OSDEFS_H
#define Py_OSDEFS_H
#ifdef __cplusplus
extern "C" {
#endif
/* Characters in paths and lists of paths. */
#ifndef SEP
#  define SEP L'/'
#endif
#ifndef DELIM
#  define DELIM L':'
#endif
#ifndef MAXPATHLEN
#  ifdef PATH_MAX
#    define MAXPATHLEN PATH_MAX
#  else
#    define MAXPATHLEN 4096
#  endif
#endif
#ifdef __cplusplus
}
#endif
#endif
