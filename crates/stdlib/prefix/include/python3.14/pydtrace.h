/* Taipan's C API: pydtrace.h. Made by `cargo xtask headers` from crates/capi/headers/pydtrace.h. */
#ifndef Py_PYTHON_H
#  include "Python.h"
#endif
#ifndef Py_PYDTRACE_H
#define Py_PYDTRACE_H
#ifdef __cplusplus
extern "C" {
#endif
/* Probes, of which there are none. */
#define _PY_NO_PROBE(name, parameters) \
    static inline void PyDTrace_##name parameters {} \
    static inline int PyDTrace_##name##_ENABLED(void) { return 0; }
_PY_NO_PROBE(LINE, (const char *Py_UNUSED(file), const char *Py_UNUSED(function), int Py_UNUSED(line)))
_PY_NO_PROBE(FUNCTION_ENTRY, (const char *Py_UNUSED(file), const char *Py_UNUSED(function), int Py_UNUSED(line)))
_PY_NO_PROBE(FUNCTION_RETURN, (const char *Py_UNUSED(file), const char *Py_UNUSED(function), int Py_UNUSED(line)))
_PY_NO_PROBE(GC_START, (int Py_UNUSED(generation)))
_PY_NO_PROBE(GC_DONE, (Py_ssize_t Py_UNUSED(collected)))
_PY_NO_PROBE(INSTANCE_NEW_START, (int Py_UNUSED(what)))
_PY_NO_PROBE(INSTANCE_NEW_DONE, (int Py_UNUSED(what)))
_PY_NO_PROBE(INSTANCE_DELETE_START, (int Py_UNUSED(what)))
_PY_NO_PROBE(INSTANCE_DELETE_DONE, (int Py_UNUSED(what)))
_PY_NO_PROBE(IMPORT_FIND_LOAD_START, (const char *Py_UNUSED(name)))
_PY_NO_PROBE(IMPORT_FIND_LOAD_DONE, (const char *Py_UNUSED(name), int Py_UNUSED(found)))
_PY_NO_PROBE(AUDIT, (const char *Py_UNUSED(event), void *Py_UNUSED(args)))
#undef _PY_NO_PROBE
#ifdef __cplusplus
}
#endif
#endif
