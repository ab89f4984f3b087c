//! CPython 3.14's opcode table, code units, instruction, location and exception-table codecs, marshal of them.
