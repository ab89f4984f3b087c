//! CPython 3.14's instruction set, declared once.
//!
//! [`for_each_opcode!`] hands every row to a macro of the reader's choice; the enum, the constants and the metadata
//! below are expansions of it, and so are the interpreter's dispatch tables. A row reads
//! `(NAME, number, inline cache units, values popped, values pushed, [effects], generic form)`. The generic form of a
//! specialised instruction is the one it was specialised from (and deoptimises to); other instructions name themselves.
//! Numbers from 256 on are pseudo-instructions, which the compiler uses and the assembler replaces.

/// How many values an instruction pops or pushes, as a function of its oparg.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Count {
    /// Always this many.
    Fixed(i32),
    /// `oparg` plus this many.
    Arg(i32),
    /// The lowest bit of `oparg` plus this many.
    LowBit(i32),
    /// Twice `oparg`.
    Pairs,
    /// `UNPACK_EX`: one for the rest, `oparg & 0xff` before it, `oparg >> 8` after it.
    Unpack,
}

impl Count {
    /// The number for `oparg`; wraps for opargs which no code can have.
    #[inline]
    pub const fn get(self, oparg: i32) -> i32 {
        match self {
            Count::Fixed(n) => n,
            Count::Arg(n) => oparg.wrapping_add(n),
            Count::LowBit(n) => (oparg & 1) + n,
            Count::Pairs => oparg.wrapping_mul(2),
            Count::Unpack => 1 + (oparg & 0xff) + (oparg >> 8),
        }
    }
}

/// What an instruction may do, and what its oparg means. Bit values are CPython's `HAS_*_FLAG`.
pub mod flags {
    /// Uses its oparg.
    pub const ARG: u16 = 1;
    /// The oparg is an index into `co_consts`.
    pub const CONST: u16 = 2;
    /// The oparg holds an index into `co_names`.
    pub const NAME: u16 = 4;
    /// The oparg is a jump distance.
    pub const JUMP: u16 = 8;
    /// The oparg is a cell or free variable.
    pub const FREE: u16 = 16;
    /// The oparg is a local variable.
    pub const LOCAL: u16 = 32;
    /// Checks the eval breaker.
    pub const EVAL_BREAK: u16 = 64;
    /// May deoptimise.
    pub const DEOPT: u16 = 128;
    /// May raise.
    pub const ERROR: u16 = 256;
    /// May run arbitrary code.
    pub const ESCAPES: u16 = 512;
    /// May leave a trace.
    pub const EXIT: u16 = 1024;
    /// Has no effect beyond the stack.
    pub const PURE: u16 = 2048;
    /// Leaves its inputs where they were.
    pub const PASSTHROUGH: u16 = 4096;
    /// The oparg is 0 or 1 and selects a form.
    pub const OPARG_AND_1: u16 = 8192;
    /// May raise with its inputs still on the stack.
    pub const ERROR_NO_POP: u16 = 16384;
    /// Does not save the instruction pointer.
    pub const NO_SAVE_IP: u16 = 32768;
}

/// Expands `$callback! { rows... pseudo: rows... }` over the whole instruction set.
#[macro_export]
macro_rules! for_each_opcode {
    ($callback:path) => {
        $callback! {
            (CACHE, 0, 0, Fixed(0), Fixed(0), [], CACHE)
            (BINARY_SLICE, 1, 0, Fixed(3), Fixed(1), [ERROR ESCAPES], BINARY_SLICE)
            (BUILD_TEMPLATE, 2, 0, Fixed(2), Fixed(1), [ERROR ESCAPES], BUILD_TEMPLATE)
            (BINARY_OP_INPLACE_ADD_UNICODE, 3, 5, Fixed(2), Fixed(0), [LOCAL DEOPT EXIT ERROR ESCAPES], BINARY_OP)
            (CALL_FUNCTION_EX, 4, 0, Fixed(4), Fixed(1), [EVAL_BREAK ERROR ERROR_NO_POP ESCAPES], CALL_FUNCTION_EX)
            (CHECK_EG_MATCH, 5, 0, Fixed(2), Fixed(2), [ERROR ESCAPES], CHECK_EG_MATCH)
            (CHECK_EXC_MATCH, 6, 0, Fixed(2), Fixed(2), [ERROR ERROR_NO_POP ESCAPES], CHECK_EXC_MATCH)
            (CLEANUP_THROW, 7, 0, Fixed(3), Fixed(2), [ERROR ERROR_NO_POP ESCAPES], CLEANUP_THROW)
            (DELETE_SUBSCR, 8, 0, Fixed(2), Fixed(0), [ERROR ESCAPES], DELETE_SUBSCR)
            (END_FOR, 9, 0, Fixed(1), Fixed(0), [ESCAPES NO_SAVE_IP], END_FOR)
            (END_SEND, 10, 0, Fixed(2), Fixed(1), [ESCAPES PURE], END_SEND)
            (EXIT_INIT_CHECK, 11, 0, Fixed(1), Fixed(0), [ERROR ERROR_NO_POP ESCAPES], EXIT_INIT_CHECK)
            (FORMAT_SIMPLE, 12, 0, Fixed(1), Fixed(1), [ERROR ESCAPES], FORMAT_SIMPLE)
            (FORMAT_WITH_SPEC, 13, 0, Fixed(2), Fixed(1), [ERROR ESCAPES], FORMAT_WITH_SPEC)
            (GET_AITER, 14, 0, Fixed(1), Fixed(1), [ERROR ESCAPES], GET_AITER)
            (GET_ANEXT, 15, 0, Fixed(1), Fixed(2), [ERROR ERROR_NO_POP ESCAPES], GET_ANEXT)
            (GET_ITER, 16, 0, Fixed(1), Fixed(1), [ERROR ESCAPES], GET_ITER)
            (RESERVED, 17, 0, Fixed(0), Fixed(0), [], RESERVED)
            (GET_LEN, 18, 0, Fixed(1), Fixed(2), [ERROR ESCAPES], GET_LEN)
            (GET_YIELD_FROM_ITER, 19, 0, Fixed(1), Fixed(1), [ERROR ERROR_NO_POP ESCAPES], GET_YIELD_FROM_ITER)
            (INTERPRETER_EXIT, 20, 0, Fixed(1), Fixed(0), [ESCAPES], INTERPRETER_EXIT)
            (LOAD_BUILD_CLASS, 21, 0, Fixed(0), Fixed(1), [ERROR ESCAPES], LOAD_BUILD_CLASS)
            (LOAD_LOCALS, 22, 0, Fixed(0), Fixed(1), [ERROR ESCAPES], LOAD_LOCALS)
            (MAKE_FUNCTION, 23, 0, Fixed(1), Fixed(1), [ERROR ESCAPES], MAKE_FUNCTION)
            (MATCH_KEYS, 24, 0, Fixed(2), Fixed(3), [ERROR ESCAPES], MATCH_KEYS)
            (MATCH_MAPPING, 25, 0, Fixed(1), Fixed(2), [], MATCH_MAPPING)
            (MATCH_SEQUENCE, 26, 0, Fixed(1), Fixed(2), [], MATCH_SEQUENCE)
            (NOP, 27, 0, Fixed(0), Fixed(0), [PURE], NOP)
            (NOT_TAKEN, 28, 0, Fixed(0), Fixed(0), [PURE], NOT_TAKEN)
            (POP_EXCEPT, 29, 0, Fixed(1), Fixed(0), [ESCAPES], POP_EXCEPT)
            (POP_ITER, 30, 0, Fixed(1), Fixed(0), [ESCAPES PURE], POP_ITER)
            (POP_TOP, 31, 0, Fixed(1), Fixed(0), [ESCAPES PURE], POP_TOP)
            (PUSH_EXC_INFO, 32, 0, Fixed(1), Fixed(2), [], PUSH_EXC_INFO)
            (PUSH_NULL, 33, 0, Fixed(0), Fixed(1), [PURE], PUSH_NULL)
            (RETURN_GENERATOR, 34, 0, Fixed(0), Fixed(1), [ERROR ESCAPES], RETURN_GENERATOR)
            (RETURN_VALUE, 35, 0, Fixed(1), Fixed(1), [ESCAPES], RETURN_VALUE)
            (SETUP_ANNOTATIONS, 36, 0, Fixed(0), Fixed(0), [ERROR ESCAPES], SETUP_ANNOTATIONS)
            (STORE_SLICE, 37, 0, Fixed(4), Fixed(0), [ERROR ESCAPES], STORE_SLICE)
            (STORE_SUBSCR, 38, 1, Fixed(3), Fixed(0), [ERROR ESCAPES], STORE_SUBSCR)
            (TO_BOOL, 39, 3, Fixed(1), Fixed(1), [ERROR ESCAPES], TO_BOOL)
            (UNARY_INVERT, 40, 0, Fixed(1), Fixed(1), [ERROR ESCAPES], UNARY_INVERT)
            (UNARY_NEGATIVE, 41, 0, Fixed(1), Fixed(1), [ERROR ESCAPES], UNARY_NEGATIVE)
            (UNARY_NOT, 42, 0, Fixed(1), Fixed(1), [PURE], UNARY_NOT)
            (WITH_EXCEPT_START, 43, 0, Fixed(5), Fixed(6), [ERROR ESCAPES], WITH_EXCEPT_START)
            (BINARY_OP, 44, 5, Fixed(2), Fixed(1), [ARG ERROR ERROR_NO_POP ESCAPES], BINARY_OP)
            (BUILD_INTERPOLATION, 45, 0, LowBit(2), Fixed(1), [ARG ERROR ESCAPES], BUILD_INTERPOLATION)
            (BUILD_LIST, 46, 0, Arg(0), Fixed(1), [ARG ERROR ERROR_NO_POP ESCAPES], BUILD_LIST)
            (BUILD_MAP, 47, 0, Pairs, Fixed(1), [ARG ERROR ESCAPES], BUILD_MAP)
            (BUILD_SET, 48, 0, Arg(0), Fixed(1), [ARG ERROR ESCAPES], BUILD_SET)
            (BUILD_SLICE, 49, 0, Arg(0), Fixed(1), [ARG ERROR], BUILD_SLICE)
            (BUILD_STRING, 50, 0, Arg(0), Fixed(1), [ARG ERROR], BUILD_STRING)
            (BUILD_TUPLE, 51, 0, Arg(0), Fixed(1), [ARG ERROR ERROR_NO_POP], BUILD_TUPLE)
            (CALL, 52, 3, Arg(2), Fixed(1), [ARG EVAL_BREAK ERROR ERROR_NO_POP ESCAPES], CALL)
            (CALL_INTRINSIC_1, 53, 0, Fixed(1), Fixed(1), [ARG ERROR ESCAPES], CALL_INTRINSIC_1)
            (CALL_INTRINSIC_2, 54, 0, Fixed(2), Fixed(1), [ARG ERROR ESCAPES], CALL_INTRINSIC_2)
            (CALL_KW, 55, 3, Arg(3), Fixed(1), [ARG ERROR ERROR_NO_POP ESCAPES], CALL_KW)
            (COMPARE_OP, 56, 1, Fixed(2), Fixed(1), [ARG ERROR ESCAPES], COMPARE_OP)
            (CONTAINS_OP, 57, 1, Fixed(2), Fixed(1), [ARG ERROR ESCAPES], CONTAINS_OP)
            (CONVERT_VALUE, 58, 0, Fixed(1), Fixed(1), [ARG ERROR ESCAPES], CONVERT_VALUE)
            (COPY, 59, 0, Arg(0), Arg(1), [ARG PURE], COPY)
            (COPY_FREE_VARS, 60, 0, Fixed(0), Fixed(0), [ARG], COPY_FREE_VARS)
            (DELETE_ATTR, 61, 0, Fixed(1), Fixed(0), [ARG NAME ERROR ESCAPES], DELETE_ATTR)
            (DELETE_DEREF, 62, 0, Fixed(0), Fixed(0), [ARG FREE ERROR ERROR_NO_POP ESCAPES], DELETE_DEREF)
            (DELETE_FAST, 63, 0, Fixed(0), Fixed(0), [ARG LOCAL ERROR ESCAPES], DELETE_FAST)
            (DELETE_GLOBAL, 64, 0, Fixed(0), Fixed(0), [ARG NAME ERROR ERROR_NO_POP ESCAPES], DELETE_GLOBAL)
            (DELETE_NAME, 65, 0, Fixed(0), Fixed(0), [ARG NAME ERROR ERROR_NO_POP ESCAPES], DELETE_NAME)
            (DICT_MERGE, 66, 0, Arg(4), Arg(3), [ARG ERROR ESCAPES], DICT_MERGE)
            (DICT_UPDATE, 67, 0, Arg(1), Arg(0), [ARG ERROR ESCAPES], DICT_UPDATE)
            (END_ASYNC_FOR, 68, 0, Fixed(2), Fixed(0), [ARG JUMP ERROR ERROR_NO_POP ESCAPES], END_ASYNC_FOR)
            (EXTENDED_ARG, 69, 0, Fixed(0), Fixed(0), [ARG], EXTENDED_ARG)
            (FOR_ITER, 70, 1, Fixed(1), Fixed(2), [ARG JUMP ERROR ERROR_NO_POP ESCAPES], FOR_ITER)
            (GET_AWAITABLE, 71, 0, Fixed(1), Fixed(1), [ARG ERROR ESCAPES], GET_AWAITABLE)
            (IMPORT_FROM, 72, 0, Fixed(1), Fixed(2), [ARG NAME ERROR ESCAPES], IMPORT_FROM)
            (IMPORT_NAME, 73, 0, Fixed(2), Fixed(1), [ARG NAME ERROR ESCAPES], IMPORT_NAME)
            (IS_OP, 74, 0, Fixed(2), Fixed(1), [ARG], IS_OP)
            (JUMP_BACKWARD, 75, 1, Fixed(0), Fixed(0), [ARG JUMP EVAL_BREAK ERROR ESCAPES], JUMP_BACKWARD)
            (JUMP_BACKWARD_NO_INTERRUPT, 76, 0, Fixed(0), Fixed(0), [ARG JUMP], JUMP_BACKWARD_NO_INTERRUPT)
            (JUMP_FORWARD, 77, 0, Fixed(0), Fixed(0), [ARG JUMP], JUMP_FORWARD)
            (LIST_APPEND, 78, 0, Arg(1), Arg(0), [ARG ERROR], LIST_APPEND)
            (LIST_EXTEND, 79, 0, Arg(1), Arg(0), [ARG ERROR ESCAPES], LIST_EXTEND)
            (LOAD_ATTR, 80, 9, Fixed(1), LowBit(1), [ARG NAME ERROR ESCAPES], LOAD_ATTR)
            (LOAD_COMMON_CONSTANT, 81, 0, Fixed(0), Fixed(1), [ARG], LOAD_COMMON_CONSTANT)
            (LOAD_CONST, 82, 0, Fixed(0), Fixed(1), [ARG CONST], LOAD_CONST)
            (LOAD_DEREF, 83, 0, Fixed(0), Fixed(1), [ARG LOCAL ERROR ESCAPES], LOAD_DEREF)
            (LOAD_FAST, 84, 0, Fixed(0), Fixed(1), [ARG LOCAL PURE], LOAD_FAST)
            (LOAD_FAST_AND_CLEAR, 85, 0, Fixed(0), Fixed(1), [ARG LOCAL], LOAD_FAST_AND_CLEAR)
            (LOAD_FAST_BORROW, 86, 0, Fixed(0), Fixed(1), [ARG LOCAL PURE], LOAD_FAST_BORROW)
            (LOAD_FAST_BORROW_LOAD_FAST_BORROW, 87, 0, Fixed(0), Fixed(2), [ARG LOCAL], LOAD_FAST_BORROW_LOAD_FAST_BORROW)
            (LOAD_FAST_CHECK, 88, 0, Fixed(0), Fixed(1), [ARG LOCAL ERROR ESCAPES], LOAD_FAST_CHECK)
            (LOAD_FAST_LOAD_FAST, 89, 0, Fixed(0), Fixed(2), [ARG LOCAL], LOAD_FAST_LOAD_FAST)
            (LOAD_FROM_DICT_OR_DEREF, 90, 0, Fixed(1), Fixed(1), [ARG FREE ERROR ERROR_NO_POP ESCAPES], LOAD_FROM_DICT_OR_DEREF)
            (LOAD_FROM_DICT_OR_GLOBALS, 91, 0, Fixed(1), Fixed(1), [ARG NAME ERROR ERROR_NO_POP ESCAPES], LOAD_FROM_DICT_OR_GLOBALS)
            (LOAD_GLOBAL, 92, 4, Fixed(0), LowBit(1), [ARG NAME ERROR ESCAPES], LOAD_GLOBAL)
            (LOAD_NAME, 93, 0, Fixed(0), Fixed(1), [ARG NAME ERROR ESCAPES], LOAD_NAME)
            (LOAD_SMALL_INT, 94, 0, Fixed(0), Fixed(1), [ARG], LOAD_SMALL_INT)
            (LOAD_SPECIAL, 95, 0, Fixed(1), Fixed(2), [ARG ERROR ERROR_NO_POP ESCAPES], LOAD_SPECIAL)
            (LOAD_SUPER_ATTR, 96, 1, Fixed(3), LowBit(1), [ARG NAME ERROR ESCAPES], LOAD_SUPER_ATTR)
            (MAKE_CELL, 97, 0, Fixed(0), Fixed(0), [ARG FREE ERROR ERROR_NO_POP ESCAPES], MAKE_CELL)
            (MAP_ADD, 98, 0, Arg(2), Arg(0), [ARG ERROR ESCAPES], MAP_ADD)
            (MATCH_CLASS, 99, 0, Fixed(3), Fixed(1), [ARG ERROR ESCAPES], MATCH_CLASS)
            (POP_JUMP_IF_FALSE, 100, 1, Fixed(1), Fixed(0), [ARG JUMP], POP_JUMP_IF_FALSE)
            (POP_JUMP_IF_NONE, 101, 1, Fixed(1), Fixed(0), [ARG JUMP], POP_JUMP_IF_NONE)
            (POP_JUMP_IF_NOT_NONE, 102, 1, Fixed(1), Fixed(0), [ARG JUMP], POP_JUMP_IF_NOT_NONE)
            (POP_JUMP_IF_TRUE, 103, 1, Fixed(1), Fixed(0), [ARG JUMP], POP_JUMP_IF_TRUE)
            (RAISE_VARARGS, 104, 0, Arg(0), Fixed(0), [ARG ERROR ERROR_NO_POP ESCAPES], RAISE_VARARGS)
            (RERAISE, 105, 0, Arg(1), Arg(0), [ARG ERROR ERROR_NO_POP ESCAPES], RERAISE)
            (SEND, 106, 1, Fixed(2), Fixed(2), [ARG JUMP ERROR ESCAPES], SEND)
            (SET_ADD, 107, 0, Arg(1), Arg(0), [ARG ERROR ESCAPES], SET_ADD)
            (SET_FUNCTION_ATTRIBUTE, 108, 0, Fixed(2), Fixed(1), [ARG ERROR ESCAPES], SET_FUNCTION_ATTRIBUTE)
            (SET_UPDATE, 109, 0, Arg(1), Arg(0), [ARG ERROR ESCAPES], SET_UPDATE)
            (STORE_ATTR, 110, 4, Fixed(2), Fixed(0), [ARG NAME ERROR ESCAPES], STORE_ATTR)
            (STORE_DEREF, 111, 0, Fixed(1), Fixed(0), [ARG FREE ESCAPES], STORE_DEREF)
            (STORE_FAST, 112, 0, Fixed(1), Fixed(0), [ARG LOCAL ESCAPES], STORE_FAST)
            (STORE_FAST_LOAD_FAST, 113, 0, Fixed(1), Fixed(1), [ARG LOCAL ESCAPES], STORE_FAST_LOAD_FAST)
            (STORE_FAST_STORE_FAST, 114, 0, Fixed(2), Fixed(0), [ARG LOCAL ESCAPES], STORE_FAST_STORE_FAST)
            (STORE_GLOBAL, 115, 0, Fixed(1), Fixed(0), [ARG NAME ERROR ESCAPES], STORE_GLOBAL)
            (STORE_NAME, 116, 0, Fixed(1), Fixed(0), [ARG NAME ERROR ESCAPES], STORE_NAME)
            (SWAP, 117, 0, Arg(0), Arg(0), [ARG PURE], SWAP)
            (UNPACK_EX, 118, 0, Fixed(1), Unpack, [ARG ERROR ESCAPES], UNPACK_EX)
            (UNPACK_SEQUENCE, 119, 1, Fixed(1), Arg(0), [ARG ERROR ESCAPES], UNPACK_SEQUENCE)
            (YIELD_VALUE, 120, 0, Fixed(1), Fixed(1), [ARG ESCAPES], YIELD_VALUE)
            (RESUME, 128, 0, Fixed(0), Fixed(0), [ARG EVAL_BREAK ERROR ERROR_NO_POP ESCAPES], RESUME)
            (BINARY_OP_ADD_FLOAT, 129, 5, Fixed(2), Fixed(1), [EXIT ERROR], BINARY_OP)
            (BINARY_OP_ADD_INT, 130, 5, Fixed(2), Fixed(1), [EXIT ERROR ESCAPES], BINARY_OP)
            (BINARY_OP_ADD_UNICODE, 131, 5, Fixed(2), Fixed(1), [EXIT ERROR], BINARY_OP)
            (BINARY_OP_EXTEND, 132, 5, Fixed(2), Fixed(1), [DEOPT ERROR ESCAPES], BINARY_OP)
            (BINARY_OP_MULTIPLY_FLOAT, 133, 5, Fixed(2), Fixed(1), [EXIT ERROR], BINARY_OP)
            (BINARY_OP_MULTIPLY_INT, 134, 5, Fixed(2), Fixed(1), [EXIT ERROR ESCAPES], BINARY_OP)
            (BINARY_OP_SUBSCR_DICT, 135, 5, Fixed(2), Fixed(1), [EXIT ERROR ESCAPES], BINARY_OP)
            (BINARY_OP_SUBSCR_GETITEM, 136, 5, Fixed(2), Fixed(0), [DEOPT], BINARY_OP)
            (BINARY_OP_SUBSCR_LIST_INT, 137, 5, Fixed(2), Fixed(1), [DEOPT EXIT ESCAPES], BINARY_OP)
            (BINARY_OP_SUBSCR_LIST_SLICE, 138, 5, Fixed(2), Fixed(1), [EXIT ERROR ESCAPES], BINARY_OP)
            (BINARY_OP_SUBSCR_STR_INT, 139, 5, Fixed(2), Fixed(1), [DEOPT EXIT ESCAPES], BINARY_OP)
            (BINARY_OP_SUBSCR_TUPLE_INT, 140, 5, Fixed(2), Fixed(1), [DEOPT EXIT], BINARY_OP)
            (BINARY_OP_SUBTRACT_FLOAT, 141, 5, Fixed(2), Fixed(1), [EXIT ERROR], BINARY_OP)
            (BINARY_OP_SUBTRACT_INT, 142, 5, Fixed(2), Fixed(1), [EXIT ERROR ESCAPES], BINARY_OP)
            (CALL_ALLOC_AND_ENTER_INIT, 143, 3, Arg(2), Fixed(0), [ARG DEOPT ERROR ERROR_NO_POP ESCAPES], CALL)
            (CALL_BOUND_METHOD_EXACT_ARGS, 144, 3, Arg(2), Fixed(0), [ARG DEOPT EXIT ESCAPES], CALL)
            (CALL_BOUND_METHOD_GENERAL, 145, 3, Arg(2), Fixed(0), [ARG DEOPT EXIT ERROR ERROR_NO_POP ESCAPES], CALL)
            (CALL_BUILTIN_CLASS, 146, 3, Arg(2), Fixed(1), [ARG EVAL_BREAK DEOPT ERROR ESCAPES], CALL)
            (CALL_BUILTIN_FAST, 147, 3, Arg(2), Fixed(1), [ARG EVAL_BREAK DEOPT ERROR ESCAPES], CALL)
            (CALL_BUILTIN_FAST_WITH_KEYWORDS, 148, 3, Arg(2), Fixed(1), [ARG EVAL_BREAK DEOPT ERROR ESCAPES], CALL)
            (CALL_BUILTIN_O, 149, 3, Arg(2), Fixed(1), [ARG EVAL_BREAK EXIT ERROR ESCAPES], CALL)
            (CALL_ISINSTANCE, 150, 3, Arg(2), Fixed(1), [ARG DEOPT ERROR ERROR_NO_POP ESCAPES], CALL)
            (CALL_KW_BOUND_METHOD, 151, 3, Arg(3), Fixed(0), [ARG DEOPT EXIT ERROR ESCAPES], CALL_KW)
            (CALL_KW_NON_PY, 152, 3, Arg(3), Fixed(1), [ARG EVAL_BREAK EXIT ERROR ESCAPES], CALL_KW)
            (CALL_KW_PY, 153, 3, Arg(3), Fixed(0), [ARG DEOPT EXIT ERROR ESCAPES], CALL_KW)
            (CALL_LEN, 154, 3, Fixed(3), Fixed(1), [DEOPT ERROR ERROR_NO_POP ESCAPES], CALL)
            (CALL_LIST_APPEND, 155, 3, Fixed(3), Fixed(0), [ARG DEOPT ERROR ESCAPES], CALL)
            (CALL_METHOD_DESCRIPTOR_FAST, 156, 3, Arg(2), Fixed(1), [ARG EVAL_BREAK EXIT ERROR ESCAPES], CALL)
            (CALL_METHOD_DESCRIPTOR_FAST_WITH_KEYWORDS, 157, 3, Arg(2), Fixed(1), [ARG EVAL_BREAK EXIT ERROR ESCAPES], CALL)
            (CALL_METHOD_DESCRIPTOR_NOARGS, 158, 3, Arg(2), Fixed(1), [ARG EVAL_BREAK EXIT ERROR ESCAPES], CALL)
            (CALL_METHOD_DESCRIPTOR_O, 159, 3, Arg(2), Fixed(1), [ARG EVAL_BREAK EXIT ERROR ESCAPES], CALL)
            (CALL_NON_PY_GENERAL, 160, 3, Arg(2), Fixed(1), [ARG EVAL_BREAK EXIT ERROR ESCAPES], CALL)
            (CALL_PY_EXACT_ARGS, 161, 3, Arg(2), Fixed(0), [ARG DEOPT EXIT], CALL)
            (CALL_PY_GENERAL, 162, 3, Arg(2), Fixed(0), [ARG DEOPT EXIT ERROR ERROR_NO_POP ESCAPES], CALL)
            (CALL_STR_1, 163, 3, Fixed(3), Fixed(1), [ARG EVAL_BREAK DEOPT ERROR ESCAPES], CALL)
            (CALL_TUPLE_1, 164, 3, Fixed(3), Fixed(1), [ARG EVAL_BREAK DEOPT ERROR ESCAPES], CALL)
            (CALL_TYPE_1, 165, 3, Fixed(3), Fixed(1), [ARG DEOPT ESCAPES], CALL)
            (COMPARE_OP_FLOAT, 166, 1, Fixed(2), Fixed(1), [ARG EXIT], COMPARE_OP)
            (COMPARE_OP_INT, 167, 1, Fixed(2), Fixed(1), [ARG DEOPT EXIT], COMPARE_OP)
            (COMPARE_OP_STR, 168, 1, Fixed(2), Fixed(1), [ARG EXIT], COMPARE_OP)
            (CONTAINS_OP_DICT, 169, 1, Fixed(2), Fixed(1), [ARG EXIT ERROR ESCAPES], CONTAINS_OP)
            (CONTAINS_OP_SET, 170, 1, Fixed(2), Fixed(1), [ARG DEOPT ERROR ESCAPES], CONTAINS_OP)
            (FOR_ITER_GEN, 171, 1, Fixed(1), Fixed(1), [ARG DEOPT], FOR_ITER)
            (FOR_ITER_LIST, 172, 1, Fixed(1), Fixed(2), [ARG JUMP DEOPT EXIT ESCAPES], FOR_ITER)
            (FOR_ITER_RANGE, 173, 1, Fixed(1), Fixed(2), [ARG JUMP EXIT ERROR], FOR_ITER)
            (FOR_ITER_TUPLE, 174, 1, Fixed(1), Fixed(2), [ARG JUMP EXIT ESCAPES], FOR_ITER)
            (JUMP_BACKWARD_JIT, 175, 1, Fixed(0), Fixed(0), [ARG JUMP EVAL_BREAK ERROR ESCAPES], JUMP_BACKWARD)
            (JUMP_BACKWARD_NO_JIT, 176, 1, Fixed(0), Fixed(0), [ARG JUMP EVAL_BREAK ERROR ESCAPES], JUMP_BACKWARD)
            (LOAD_ATTR_CLASS, 177, 9, Fixed(1), LowBit(1), [ARG EXIT], LOAD_ATTR)
            (LOAD_ATTR_CLASS_WITH_METACLASS_CHECK, 178, 9, Fixed(1), LowBit(1), [ARG EXIT], LOAD_ATTR)
            (LOAD_ATTR_GETATTRIBUTE_OVERRIDDEN, 179, 9, Fixed(1), Fixed(1), [ARG NAME DEOPT], LOAD_ATTR)
            (LOAD_ATTR_INSTANCE_VALUE, 180, 9, Fixed(1), LowBit(1), [ARG DEOPT EXIT ESCAPES], LOAD_ATTR)
            (LOAD_ATTR_METHOD_LAZY_DICT, 181, 9, Fixed(1), Fixed(2), [ARG DEOPT EXIT], LOAD_ATTR)
            (LOAD_ATTR_METHOD_NO_DICT, 182, 9, Fixed(1), Fixed(2), [ARG EXIT], LOAD_ATTR)
            (LOAD_ATTR_METHOD_WITH_VALUES, 183, 9, Fixed(1), Fixed(2), [ARG DEOPT EXIT], LOAD_ATTR)
            (LOAD_ATTR_MODULE, 184, 9, Fixed(1), LowBit(1), [ARG DEOPT ESCAPES], LOAD_ATTR)
            (LOAD_ATTR_NONDESCRIPTOR_NO_DICT, 185, 9, Fixed(1), Fixed(1), [ARG EXIT ESCAPES], LOAD_ATTR)
            (LOAD_ATTR_NONDESCRIPTOR_WITH_VALUES, 186, 9, Fixed(1), Fixed(1), [ARG DEOPT EXIT ESCAPES], LOAD_ATTR)
            (LOAD_ATTR_PROPERTY, 187, 9, Fixed(1), Fixed(0), [ARG DEOPT EXIT], LOAD_ATTR)
            (LOAD_ATTR_SLOT, 188, 9, Fixed(1), LowBit(1), [ARG DEOPT EXIT], LOAD_ATTR)
            (LOAD_ATTR_WITH_HINT, 189, 9, Fixed(1), LowBit(1), [ARG NAME DEOPT EXIT ESCAPES], LOAD_ATTR)
            (LOAD_CONST_IMMORTAL, 190, 0, Fixed(0), Fixed(1), [ARG CONST], LOAD_CONST)
            (LOAD_CONST_MORTAL, 191, 0, Fixed(0), Fixed(1), [ARG CONST], LOAD_CONST)
            (LOAD_GLOBAL_BUILTIN, 192, 4, Fixed(0), LowBit(1), [ARG DEOPT], LOAD_GLOBAL)
            (LOAD_GLOBAL_MODULE, 193, 4, Fixed(0), LowBit(1), [ARG DEOPT], LOAD_GLOBAL)
            (LOAD_SUPER_ATTR_ATTR, 194, 1, Fixed(3), Fixed(1), [ARG NAME DEOPT ERROR ESCAPES], LOAD_SUPER_ATTR)
            (LOAD_SUPER_ATTR_METHOD, 195, 1, Fixed(3), Fixed(2), [ARG NAME DEOPT ERROR ERROR_NO_POP ESCAPES], LOAD_SUPER_ATTR)
            (RESUME_CHECK, 196, 0, Fixed(0), Fixed(0), [DEOPT], RESUME)
            (SEND_GEN, 197, 1, Fixed(2), Fixed(1), [ARG DEOPT], SEND)
            (STORE_ATTR_INSTANCE_VALUE, 198, 4, Fixed(2), Fixed(0), [EXIT ESCAPES], STORE_ATTR)
            (STORE_ATTR_SLOT, 199, 4, Fixed(2), Fixed(0), [DEOPT EXIT ESCAPES], STORE_ATTR)
            (STORE_ATTR_WITH_HINT, 200, 4, Fixed(2), Fixed(0), [ARG NAME DEOPT EXIT ESCAPES], STORE_ATTR)
            (STORE_SUBSCR_DICT, 201, 1, Fixed(3), Fixed(0), [EXIT ERROR ESCAPES], STORE_SUBSCR)
            (STORE_SUBSCR_LIST_INT, 202, 1, Fixed(3), Fixed(0), [DEOPT EXIT ESCAPES], STORE_SUBSCR)
            (TO_BOOL_ALWAYS_TRUE, 203, 3, Fixed(1), Fixed(1), [EXIT ESCAPES], TO_BOOL)
            (TO_BOOL_BOOL, 204, 3, Fixed(1), Fixed(1), [EXIT], TO_BOOL)
            (TO_BOOL_INT, 205, 3, Fixed(1), Fixed(1), [EXIT ESCAPES], TO_BOOL)
            (TO_BOOL_LIST, 206, 3, Fixed(1), Fixed(1), [EXIT], TO_BOOL)
            (TO_BOOL_NONE, 207, 3, Fixed(1), Fixed(1), [EXIT], TO_BOOL)
            (TO_BOOL_STR, 208, 3, Fixed(1), Fixed(1), [EXIT ESCAPES], TO_BOOL)
            (UNPACK_SEQUENCE_LIST, 209, 1, Fixed(1), Arg(0), [ARG DEOPT EXIT], UNPACK_SEQUENCE)
            (UNPACK_SEQUENCE_TUPLE, 210, 1, Fixed(1), Arg(0), [ARG DEOPT EXIT], UNPACK_SEQUENCE)
            (UNPACK_SEQUENCE_TWO_TUPLE, 211, 1, Fixed(1), Fixed(2), [ARG DEOPT EXIT ESCAPES], UNPACK_SEQUENCE)
            (INSTRUMENTED_END_FOR, 234, 0, Fixed(2), Fixed(1), [ERROR ERROR_NO_POP ESCAPES NO_SAVE_IP], INSTRUMENTED_END_FOR)
            (INSTRUMENTED_POP_ITER, 235, 0, Fixed(1), Fixed(0), [ESCAPES], INSTRUMENTED_POP_ITER)
            (INSTRUMENTED_END_SEND, 236, 0, Fixed(2), Fixed(1), [ERROR ERROR_NO_POP ESCAPES], INSTRUMENTED_END_SEND)
            (INSTRUMENTED_FOR_ITER, 237, 1, Fixed(1), Fixed(2), [ARG JUMP ERROR ERROR_NO_POP ESCAPES], INSTRUMENTED_FOR_ITER)
            (INSTRUMENTED_INSTRUCTION, 238, 0, Fixed(0), Fixed(0), [ERROR ESCAPES], INSTRUMENTED_INSTRUCTION)
            (INSTRUMENTED_JUMP_FORWARD, 239, 0, Fixed(0), Fixed(0), [ARG], INSTRUMENTED_JUMP_FORWARD)
            (INSTRUMENTED_NOT_TAKEN, 240, 0, Fixed(0), Fixed(0), [], INSTRUMENTED_NOT_TAKEN)
            (INSTRUMENTED_POP_JUMP_IF_TRUE, 241, 1, Fixed(1), Fixed(0), [ARG], INSTRUMENTED_POP_JUMP_IF_TRUE)
            (INSTRUMENTED_POP_JUMP_IF_FALSE, 242, 1, Fixed(1), Fixed(0), [ARG], INSTRUMENTED_POP_JUMP_IF_FALSE)
            (INSTRUMENTED_POP_JUMP_IF_NONE, 243, 1, Fixed(1), Fixed(0), [ARG ESCAPES], INSTRUMENTED_POP_JUMP_IF_NONE)
            (INSTRUMENTED_POP_JUMP_IF_NOT_NONE, 244, 1, Fixed(1), Fixed(0), [ARG ESCAPES], INSTRUMENTED_POP_JUMP_IF_NOT_NONE)
            (INSTRUMENTED_RESUME, 245, 0, Fixed(0), Fixed(0), [ARG EVAL_BREAK ERROR ERROR_NO_POP ESCAPES], INSTRUMENTED_RESUME)
            (INSTRUMENTED_RETURN_VALUE, 246, 0, Fixed(1), Fixed(1), [ERROR ESCAPES], INSTRUMENTED_RETURN_VALUE)
            (INSTRUMENTED_YIELD_VALUE, 247, 0, Fixed(1), Fixed(1), [ARG ERROR ERROR_NO_POP ESCAPES], INSTRUMENTED_YIELD_VALUE)
            (INSTRUMENTED_END_ASYNC_FOR, 248, 0, Fixed(2), Fixed(0), [ARG JUMP ERROR ERROR_NO_POP ESCAPES], INSTRUMENTED_END_ASYNC_FOR)
            (INSTRUMENTED_LOAD_SUPER_ATTR, 249, 1, Fixed(3), LowBit(1), [ARG NAME ERROR ESCAPES], INSTRUMENTED_LOAD_SUPER_ATTR)
            (INSTRUMENTED_CALL, 250, 3, Arg(2), Fixed(1), [ARG EVAL_BREAK ERROR ERROR_NO_POP ESCAPES], INSTRUMENTED_CALL)
            (INSTRUMENTED_CALL_KW, 251, 3, Arg(3), Fixed(1), [ARG ERROR ERROR_NO_POP ESCAPES], INSTRUMENTED_CALL_KW)
            (INSTRUMENTED_CALL_FUNCTION_EX, 252, 0, Fixed(4), Fixed(1), [EVAL_BREAK ERROR ERROR_NO_POP ESCAPES], INSTRUMENTED_CALL_FUNCTION_EX)
            (INSTRUMENTED_JUMP_BACKWARD, 253, 1, Fixed(0), Fixed(0), [ARG EVAL_BREAK ERROR ESCAPES], INSTRUMENTED_JUMP_BACKWARD)
            (INSTRUMENTED_LINE, 254, 0, Fixed(0), Fixed(0), [ESCAPES], INSTRUMENTED_LINE)
            (ENTER_EXECUTOR, 255, 0, Fixed(0), Fixed(0), [ARG], ENTER_EXECUTOR)
            pseudo:
            (ANNOTATIONS_PLACEHOLDER, 256, 0, Fixed(0), Fixed(0), [PURE], ANNOTATIONS_PLACEHOLDER)
            (JUMP, 257, 0, Fixed(0), Fixed(0), [ARG JUMP EVAL_BREAK ERROR ESCAPES], JUMP)
            (JUMP_IF_FALSE, 258, 0, Fixed(1), Fixed(1), [ARG JUMP ERROR ESCAPES], JUMP_IF_FALSE)
            (JUMP_IF_TRUE, 259, 0, Fixed(1), Fixed(1), [ARG JUMP ERROR ESCAPES], JUMP_IF_TRUE)
            (JUMP_NO_INTERRUPT, 260, 0, Fixed(0), Fixed(0), [ARG JUMP], JUMP_NO_INTERRUPT)
            (LOAD_CLOSURE, 261, 0, Fixed(0), Fixed(1), [ARG LOCAL PURE], LOAD_CLOSURE)
            (POP_BLOCK, 262, 0, Fixed(0), Fixed(0), [PURE], POP_BLOCK)
            (SETUP_CLEANUP, 263, 0, Fixed(0), Fixed(2), [PURE ARG], SETUP_CLEANUP)
            (SETUP_FINALLY, 264, 0, Fixed(0), Fixed(1), [PURE ARG], SETUP_FINALLY)
            (SETUP_WITH, 265, 0, Fixed(0), Fixed(1), [PURE ARG], SETUP_WITH)
            (STORE_FAST_MAYBE_NULL, 266, 0, Fixed(1), Fixed(0), [ARG LOCAL ESCAPES], STORE_FAST_MAYBE_NULL)
        }
    };
}

macro_rules! declare {
    (
        $(($name:ident, $number:literal, $caches:literal, $pop:ident $(($pop_n:literal))?,
            $push:ident $(($push_n:literal))?, [$($flag:ident)*], $generic:ident))*
        pseudo:
        $(($p_name:ident, $p_number:literal, $p_caches:literal, $p_pop:ident $(($p_pop_n:literal))?,
            $p_push:ident $(($p_push_n:literal))?, [$($p_flag:ident)*], $p_generic:ident))*
    ) => {
        /// An instruction or pseudo-instruction, under CPython's name and number.
        #[allow(non_camel_case_types, reason = "opcodes keep CPython's spelling")]
        #[allow(missing_docs, reason = "the names are documented by the dis module")]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u16)]
        pub enum Opcode {
            $($name = $number,)*
            $($p_name = $p_number,)*
        }

        /// The numbers of the real instructions as constants, for matching on raw bytes.
        pub mod op {
            $(
                #[doc = concat!("Number of `", stringify!($name), "`.")]
                pub const $name: u8 = $number;
            )*
        }

        /// The same as whole words, for an interpreter that keeps the number in a register.
        pub mod word {
            $(
                #[doc = concat!("Number of `", stringify!($name), "`.")]
                pub const $name: usize = $number;
            )*
        }

        const INFO: [Option<&OpcodeInfo>; 267] = {
            let mut table: [Option<&OpcodeInfo>; 267] = [None; 267];
            $(
                table[$number] = Some(&OpcodeInfo {
                    opcode: Opcode::$name,
                    name: stringify!($name),
                    caches: $caches,
                    popped: Count::$pop $(($pop_n))?,
                    pushed: Count::$push $(($push_n))?,
                    flags: 0 $(| flags::$flag)*,
                    generic: Opcode::$generic,
                });
            )*
            $(
                table[$p_number] = Some(&OpcodeInfo {
                    opcode: Opcode::$p_name,
                    name: stringify!($p_name),
                    caches: $p_caches,
                    popped: Count::$p_pop $(($p_pop_n))?,
                    pushed: Count::$p_push $(($p_push_n))?,
                    flags: 0 $(| flags::$p_flag)*,
                    generic: Opcode::$p_generic,
                });
            )*
            table
        };

        /// Every instruction in the order of its number.
        pub const ALL: &[Opcode] = &[$(Opcode::$name,)* $(Opcode::$p_name),*];
    };
}

/// One row of the table.
#[derive(Clone, Copy, Debug)]
pub struct OpcodeInfo {
    /// Which.
    pub opcode: Opcode,
    /// CPython's name.
    pub name: &'static str,
    /// Inline cache units that follow the instruction.
    pub caches: u8,
    /// Values popped.
    pub popped: Count,
    /// Values pushed.
    pub pushed: Count,
    /// See [`flags`].
    pub flags: u16,
    /// The instruction it was specialised from, or itself.
    pub generic: Opcode,
}

for_each_opcode!(declare);

macro_rules! private {
    ($($(#[doc = $doc:literal])+ ($name:ident, $number:literal, $shown:ident))*) => {
        /// Instructions of this interpreter, which stand in code for one of CPython's while it runs: with the caches of that
        /// one and shown as that one. Their numbers mean nothing to CPython.
        pub mod private {
            $(
                $(#[doc = $doc])+
                pub const $name: u8 = $number;
            )*
        }

        /// The same as whole words.
        pub mod private_word {
            $(
                $(#[doc = $doc])+
                pub const $name: usize = $number;
            )*
        }

        /// The number, the name and the instruction that it stands for.
        const PRIVATE: &[(u8, &str, Opcode)] = &[$(($number, stringify!($name), Opcode::$shown)),*];
    };
}

private! {
    /// `FOR_ITER` of an iterator without a form of its own: its slot is called.
    (FOR_ITER_SLOT, 213, FOR_ITER)
    /// `CONTAINS_OP` of a container without a form of its own: its slot is called.
    (CONTAINS_OP_SLOT, 214, CONTAINS_OP)
    /// `FOR_ITER` with the `UNPACK_SEQUENCE` of two that follows, of what gives pairs: no tuple is made.
    (FOR_ITER_PAIR, 215, FOR_ITER)
    /// `BINARY_OP` of two objects of one built-in type without a form of its own: its slot is called.
    (BINARY_OP_SLOT, 216, BINARY_OP)
    /// `LOAD_ATTR` of what a native getter gives (`getset_descriptor`).
    (LOAD_ATTR_GETSET, 217, LOAD_ATTR)
    /// The first unit of code of the embedded library whose body has not been read: reads it, and begins anew.
    (LOAD_CODE, 233, RESUME)

    // Instructions that do the work of those that follow, too. Those stay where they are.

    /// `LOAD_FAST_BORROW` whose follower is not specialised yet.
    (LOAD_FAST_THEN, 121, LOAD_FAST_BORROW)
    /// With `LOAD_ATTR_INSTANCE_VALUE`.
    (LOAD_FAST_ATTR_INSTANCE_VALUE, 122, LOAD_FAST_BORROW)
    /// With `LOAD_ATTR_SLOT`.
    (LOAD_FAST_ATTR_SLOT, 123, LOAD_FAST_BORROW)
    /// With `LOAD_ATTR_METHOD_WITH_VALUES`.
    (LOAD_FAST_METHOD_WITH_VALUES, 124, LOAD_FAST_BORROW)
    /// With `LOAD_ATTR_METHOD_NO_DICT`.
    (LOAD_FAST_METHOD_NO_DICT, 125, LOAD_FAST_BORROW)
    /// With `STORE_ATTR_INSTANCE_VALUE`.
    (LOAD_FAST_STORE_ATTR_INSTANCE_VALUE, 126, LOAD_FAST_BORROW)
    /// With `STORE_ATTR_SLOT`.
    (LOAD_FAST_STORE_ATTR_SLOT, 127, LOAD_FAST_BORROW)
    /// With a `BINARY_OP` of ints, whose other operand is on the stack.
    (LOAD_FAST_BINARY_INT, 212, LOAD_FAST_BORROW)
    /// The same of floats.
    (LOAD_FAST_BINARY_FLOAT, 218, LOAD_FAST_BORROW)
    /// With `BINARY_OP_SUBSCR_LIST_INT`, whose list is on the stack.
    (LOAD_FAST_LIST_ITEM, 219, LOAD_FAST_BORROW)
    /// With `POP_JUMP_IF_NONE` or `POP_JUMP_IF_NOT_NONE`.
    (LOAD_FAST_JUMP_NONE, 220, LOAD_FAST_BORROW)
    /// With `LOAD_SMALL_INT` and a `BINARY_OP` of the two.
    (LOAD_FAST_BINARY_SMALL, 221, LOAD_FAST_BORROW)
    /// With `LOAD_SMALL_INT`, `COMPARE_OP` and a conditional jump.
    (LOAD_FAST_COMPARE_SMALL, 222, LOAD_FAST_BORROW)
    /// `LOAD_FAST_BORROW_LOAD_FAST_BORROW` whose follower is not specialised yet.
    (LOAD_FAST_PAIR_THEN, 223, LOAD_FAST_BORROW_LOAD_FAST_BORROW)
    /// With a `BINARY_OP` of ints.
    (LOAD_FAST_PAIR_BINARY_INT, 224, LOAD_FAST_BORROW_LOAD_FAST_BORROW)
    /// With a `BINARY_OP` of floats.
    (LOAD_FAST_PAIR_BINARY_FLOAT, 225, LOAD_FAST_BORROW_LOAD_FAST_BORROW)
    /// With `BINARY_OP_SUBSCR_LIST_INT`.
    (LOAD_FAST_PAIR_LIST_ITEM, 226, LOAD_FAST_BORROW_LOAD_FAST_BORROW)
    /// With `COMPARE_OP` and a conditional jump.
    (LOAD_FAST_PAIR_COMPARE, 227, LOAD_FAST_BORROW_LOAD_FAST_BORROW)
    /// `LOAD_SMALL_INT` with a `BINARY_OP` whose other operand is on the stack.
    (LOAD_SMALL_INT_BINARY, 228, LOAD_SMALL_INT)
    /// `LOAD_SMALL_INT` with `COMPARE_OP` and a conditional jump, the other operand being on the stack.
    (LOAD_SMALL_INT_COMPARE, 229, LOAD_SMALL_INT)
    /// `LOAD_CONST` of an int of one digit with a `BINARY_OP` whose other operand is on the stack.
    (LOAD_CONST_BINARY_INT, 230, LOAD_CONST)
    /// `STORE_FAST_LOAD_FAST` whose second value the next instruction takes: it is borrowed.
    (STORE_FAST_LOAD_FAST_BORROW, 231, STORE_FAST_LOAD_FAST)
    /// `RESUME` after a `yield` with `POP_TOP`.
    (RESUME_POP_TOP, 232, RESUME)
}

/// The name of an instruction of this interpreter alone.
pub fn private_name(number: u8) -> Option<&'static str> {
    PRIVATE.iter().find(|row| row.0 == number).map(|row| row.1)
}

/// What the world sees of an instruction in running code, by number: private ones as those that they stand for.
pub static SHOWN: [u8; 256] = {
    let mut shown = [0; 256];
    let mut i = 0;
    while i < 256 {
        shown[i] = i as u8;
        i += 1;
    }
    let mut i = 0;
    while i < PRIVATE.len() {
        assert!(INFO[PRIVATE[i].0 as usize].is_none(), "the number is CPython's");
        shown[PRIVATE[i].0 as usize] = PRIVATE[i].2 as u8;
        i += 1;
    }
    shown
};

/// Names by number; numbers without an instruction are `<N>` in `dis` and empty here.
pub static OPCODE_NAMES: [&str; 267] = {
    let mut names = [""; 267];
    let mut i = 0;
    while i < 267 {
        if let Some(info) = INFO[i] {
            names[i] = info.name;
        }
        i += 1;
    }
    names
};

/// Inline cache units by number. Of the instrumented instructions, too (CPython's table has 0 for those).
pub static CACHES: [u8; 256] = {
    let mut caches = [0; 256];
    let mut i = 0;
    while i < 256 {
        if let Some(info) = INFO[SHOWN[i] as usize] {
            caches[i] = info.caches;
        }
        i += 1;
    }
    caches
};

/// The generic form by number; unused numbers name themselves.
pub static DEOPT: [u8; 256] = {
    let mut deopt = [0; 256];
    let mut i = 0;
    while i < 256 {
        deopt[i] = match INFO[SHOWN[i] as usize] {
            Some(info) => info.generic as u8,
            None => i as u8,
        };
        i += 1;
    }
    deopt
};

static TABLE: [Option<&OpcodeInfo>; 267] = INFO;

/// The first number from which on instructions take an argument.
pub const HAVE_ARGUMENT: u8 = 43;
/// The first instrumented instruction.
pub const MIN_INSTRUMENTED_OPCODE: u8 = 234;

impl Opcode {
    /// By number.
    #[inline]
    pub fn from_number(number: u16) -> Option<Opcode> {
        TABLE.get(usize::from(number)).copied().flatten().map(|info| info.opcode)
    }

    /// By name.
    pub fn from_name(name: &str) -> Option<Opcode> {
        ALL.iter().copied().find(|op| op.name() == name)
    }

    /// The row of the table.
    #[inline]
    pub fn info(self) -> &'static OpcodeInfo {
        // Every variant has a row: both are expansions of the same table.
        TABLE[self as usize].unwrap_or(&NO_INFO)
    }

    /// The number.
    #[inline]
    pub const fn number(self) -> u16 {
        self as u16
    }

    /// CPython's name.
    #[inline]
    pub fn name(self) -> &'static str {
        OPCODE_NAMES[self as usize]
    }

    /// Inline cache units that follow.
    #[inline]
    pub fn caches(self) -> usize {
        CACHES.get(self as usize).copied().unwrap_or(0) as usize
    }

    /// Whether all of `flags` are set.
    #[inline]
    pub fn has(self, flags: u16) -> bool {
        self.info().flags & flags == flags
    }

    /// Whether this is a pseudo-instruction.
    #[inline]
    pub const fn is_pseudo(self) -> bool {
        self as u16 >= 256
    }

    /// The instruction which this one was specialised from, or itself.
    #[inline]
    pub fn generic(self) -> Opcode {
        self.info().generic
    }

    /// Pushes an exception-handler block (pseudo).
    #[inline]
    pub const fn is_block_push(self) -> bool {
        matches!(self, Opcode::SETUP_FINALLY | Opcode::SETUP_WITH | Opcode::SETUP_CLEANUP)
    }

    /// Always jumps.
    #[inline]
    pub const fn is_unconditional_jump(self) -> bool {
        matches!(
            self,
            Opcode::JUMP
                | Opcode::JUMP_NO_INTERRUPT
                | Opcode::JUMP_FORWARD
                | Opcode::JUMP_BACKWARD
                | Opcode::JUMP_BACKWARD_NO_INTERRUPT
        )
    }

    /// Pops a value and jumps or falls through.
    #[inline]
    pub const fn is_conditional_jump(self) -> bool {
        matches!(
            self,
            Opcode::POP_JUMP_IF_FALSE
                | Opcode::POP_JUMP_IF_TRUE
                | Opcode::POP_JUMP_IF_NONE
                | Opcode::POP_JUMP_IF_NOT_NONE
        )
    }

    /// Leaves the code unit.
    #[inline]
    pub const fn is_scope_exit(self) -> bool {
        matches!(self, Opcode::RETURN_VALUE | Opcode::RAISE_VARARGS | Opcode::RERAISE)
    }

    /// Jumps towards the start.
    #[inline]
    pub const fn is_backward_jump(self) -> bool {
        matches!(self, Opcode::JUMP_BACKWARD | Opcode::JUMP_BACKWARD_NO_INTERRUPT)
    }
}

static NO_INFO: OpcodeInfo = OpcodeInfo {
    opcode: Opcode::NOP,
    name: "NOP",
    caches: 0,
    popped: Count::Fixed(0),
    pushed: Count::Fixed(0),
    flags: 0,
    generic: Opcode::NOP,
};

/// The net effect on the stack's depth; `jump` asks for the branch taken. `None` for numbers that are not generic
/// instructions (specialised ones have no defined effect).
pub fn stack_effect(number: u16, oparg: i32, jump: bool) -> Option<i32> {
    let opcode = Opcode::from_number(number)?;
    let info = opcode.info();
    if info.generic != opcode {
        return None;
    }
    if opcode.is_block_push() && !jump {
        return Some(0);
    }
    Some(info.pushed.get(oparg).wrapping_sub(info.popped.get(oparg)))
}
