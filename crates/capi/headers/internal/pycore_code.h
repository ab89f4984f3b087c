/* Code objects: their instructions. */
#include "pycore_structs.h"
#define _PyCode_CODE(co) _Py_RVALUE((_Py_CODEUNIT *)(co)->co_code_adaptive)
#define _PyCode_NBYTES(co) (Py_SIZE(co) * (Py_ssize_t)sizeof(_Py_CODEUNIT))
#define _Py_OPCODE(word) ((word).op.code)
#define _Py_OPARG(word) ((word).op.arg)
/* Kinds of variables in co_localspluskinds. */
#define CO_FAST_ARG_POS (0x02)
#define CO_FAST_ARG_KW (0x04)
#define CO_FAST_ARG_VAR (0x08)
#define CO_FAST_ARG (CO_FAST_ARG_POS | CO_FAST_ARG_KW | CO_FAST_ARG_VAR)
#define CO_FAST_HIDDEN (0x10)
#define CO_FAST_LOCAL (0x20)
#define CO_FAST_CELL (0x40)
#define CO_FAST_FREE (0x80)
typedef unsigned char _PyLocals_Kind;
