/* Taipan's C API: patchlevel.h. Made by `cargo xtask headers` from crates/capi/headers/patchlevel.h. */
#ifndef Py_PATCHLEVEL_H
#define Py_PATCHLEVEL_H
/* The version of Python whose API this is, and the version of Taipan. */
#define PY_RELEASE_LEVEL_ALPHA 0xA
#define PY_RELEASE_LEVEL_BETA 0xB
#define PY_RELEASE_LEVEL_GAMMA 0xC
#define PY_RELEASE_LEVEL_FINAL 0xF

#define PY_MAJOR_VERSION 3
#define PY_MINOR_VERSION 14
#define PY_MICRO_VERSION 8
#define PY_RELEASE_LEVEL PY_RELEASE_LEVEL_FINAL
#define PY_RELEASE_SERIAL 0
#define PY_VERSION "3.14.8"

/* Tells programs that must know which Python they are compiled for. */
#define TAIPAN_PYTHON 1

/* A version as one number, from the major version in the highest byte to the serial in the lowest four bits. */
#define _Py_PACK_FULL_VERSION(major, minor, micro, level, serial) \
    ((((major) & 0xff) << 24) | (((minor) & 0xff) << 16) | (((micro) & 0xff) << 8) \
     | (((level) & 0xf) << 4) | ((serial) & 0xf))
#define PY_VERSION_HEX \
    _Py_PACK_FULL_VERSION(PY_MAJOR_VERSION, PY_MINOR_VERSION, PY_MICRO_VERSION, PY_RELEASE_LEVEL, PY_RELEASE_SERIAL)
#endif
