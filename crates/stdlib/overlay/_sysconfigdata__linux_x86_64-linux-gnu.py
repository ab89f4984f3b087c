"""How this interpreter was built, as far as tools that build extensions ask."""

import sys as _sys

_prefix = _sys.base_prefix
_include = f'{_prefix}/include/python3.14'

# As with every Python that is not shared, extension modules find the API in the executable; the static library of this
# name is not there.
build_time_vars = {
    'ABIFLAGS': '',
    'AR': 'ar',
    'ARFLAGS': 'rcs',
    'BASECFLAGS': '-fno-strict-overflow -Wsign-compare',
    'BINDIR': f'{_prefix}/bin',
    'BINLIBDEST': f'{_prefix}/lib/python3.14',
    'BLDLIBRARY': '',
    'BLDSHARED': 'gcc -shared',
    'BUILD_GNU_TYPE': 'x86_64-pc-linux-gnu',
    'CC': 'gcc',
    'CCSHARED': '-fPIC',
    'CFLAGS': '-fno-strict-overflow -Wsign-compare -DNDEBUG -O2 -Wall',
    'CFLAGSFORSHARED': '-fPIC',
    'CONFIG_ARGS': '',
    'CONFINCLUDEDIR': f'{_prefix}/include',
    'CONFINCLUDEPY': _include,
    'CPPFLAGS': '',
    'CXX': 'g++',
    'DESTLIB': f'{_prefix}/lib/python3.14',
    'DESTSHARED': f'{_prefix}/lib/python3.14/lib-dynload',
    'DLLLIBRARY': '',
    'EXE': '',
    'EXENAME': f'{_prefix}/bin/python3.14',
    'EXT_SUFFIX': '.cpython-314-x86_64-linux-gnu.so',
    'GNULD': 'yes',
    'HAVE_FORK': 1,
    'HOST_GNU_TYPE': 'x86_64-pc-linux-gnu',
    'INCLUDEDIR': f'{_prefix}/include',
    'INCLUDEPY': _include,
    'INSTSONAME': '',
    'LDCXXSHARED': 'g++ -shared',
    'LDFLAGS': '',
    'LDLIBRARY': 'libpython3.14.a',
    'LDSHARED': 'gcc -shared',
    'LDVERSION': '3.14',
    'LIBC': '',
    'LIBDEST': f'{_prefix}/lib/python3.14',
    'LIBDIR': f'{_prefix}/lib',
    'LIBM': '-lm',
    'LIBPC': f'{_prefix}/lib/pkgconfig',
    'LIBPL': f'{_prefix}/lib/python3.14/config-3.14-x86_64-linux-gnu',
    'LIBPYTHON': '',
    'LIBRARY': 'libpython3.14.a',
    'LIBS': '-ldl -lm',
    'LINKCC': 'gcc',
    'LINKFORSHARED': '',
    'LN': 'ln',
    'MACHDEP': 'linux',
    'MACHDESTLIB': f'{_prefix}/lib/python3.14',
    'MODLIBS': '',
    'MULTIARCH': 'x86_64-linux-gnu',
    'MULTIARCH_CPPFLAGS': '-DMULTIARCH=\\"x86_64-linux-gnu\\"',
    'OPT': '-DNDEBUG -O2 -Wall',
    'PLATLIBDIR': 'lib',
    'PYTHON': 'python',
    'PYTHONFRAMEWORK': '',
    'PYTHONFRAMEWORKPREFIX': '',
    'PY_CFLAGS': '-fno-strict-overflow -Wsign-compare -DNDEBUG -O2 -Wall',
    'PY_CPPFLAGS': '',
    'PY_ENABLE_SHARED': 0,
    'PY_LDFLAGS': '',
    'Py_DEBUG': 0,
    'Py_ENABLE_SHARED': 0,
    'Py_GIL_DISABLED': 0,
    'Py_REMOTE_DEBUG': 0,
    'Py_TRACE_REFS': 0,
    'SCRIPTDIR': f'{_prefix}/lib',
    'SHELL': '/bin/sh',
    'SHLIBS': '-ldl -lm',
    'SHLIB_SUFFIX': '.so',
    'SIZEOF_LONG': 8,
    'SIZEOF_SIZE_T': 8,
    'SIZEOF_TIME_T': 8,
    'SIZEOF_VOID_P': 8,
    'SIZEOF_WCHAR_T': 4,
    'SOABI': 'cpython-314-x86_64-linux-gnu',
    'SYSLIBS': '-lm',
    'TEST_MODULES': 'yes',
    'TZPATH': '/usr/share/zoneinfo:/usr/lib/zoneinfo:/usr/share/lib/zoneinfo:/etc/zoneinfo',
    'VERSION': '3.14',
    'WITH_DOC_STRINGS': 1,
    'WITH_MIMALLOC': 1,
    'WITH_PYMALLOC': 0,
    'abs_builddir': _prefix,
    'abs_srcdir': _prefix,
    'exec_prefix': _prefix,
    'prefix': _prefix,
    'srcdir': '.',
}


def _add_header_values():
    """Adds what pyconfig.h defines."""
    try:
        with open(f'{_include}/pyconfig.h', encoding='utf-8') as file:
            lines = file.read().splitlines()
    except OSError:
        return
    for line in lines:
        parts = line.strip('#').split(None, 2)
        if len(parts) == 3 and parts[0] == 'define':
            value = parts[2]
            try:
                value = int(value)
            except ValueError:
                value = value.strip('"')
            build_time_vars.setdefault(parts[1], value)


_add_header_values()
