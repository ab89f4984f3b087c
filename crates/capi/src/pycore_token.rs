//! `internal/pycore_token.h`, `pycore_pyarena.h` and `cpython/code.h`'s search for lines: small pieces of the compiler that
//! are exported.

use crate::contract::*;
use core::ffi::{c_char, c_int, c_void};
use taipan_object::Owned;
use taipan_object::abi::PyObject;

/// Operators of one, two and three characters, and the numbers of their tokens.
#[rustfmt::skip]
const ONE: &[(u8, c_int)] = &[
    (b'!', 54), (b'%', 24), (b'&', 19), (b'(', 7), (b')', 8), (b'*', 16), (b'+', 14), (b',', 12), (b'-', 15), (b'.', 23),
    (b'/', 17), (b':', 11), (b';', 13), (b'<', 20), (b'=', 22), (b'>', 21), (b'@', 49), (b'[', 9), (b']', 10), (b'^', 32),
    (b'{', 25), (b'|', 18), (b'}', 26), (b'~', 31),
];
#[rustfmt::skip]
const TWO: &[(&[u8; 2], c_int)] = &[
    (b"!=", 28), (b"%=", 40), (b"&=", 41), (b"**", 35), (b"*=", 38), (b"+=", 36), (b"-=", 37), (b"->", 51), (b"//", 47),
    (b"/=", 39), (b":=", 53), (b"<<", 33), (b"<=", 29), (b"<>", 28), (b"==", 27), (b">=", 30), (b">>", 34), (b"@=", 50),
    (b"^=", 43), (b"|=", 42),
];
const THREE: &[(&[u8; 3], c_int)] = &[(b"**=", 46), (b"...", 52), (b"//=", 48), (b"<<=", 44), (b">>=", 45)];
/// `OP`: none of these.
const OTHER: c_int = 55;

/// The names of the kinds of tokens (`_PyParser_TokenNames`).
#[unsafe(no_mangle)]
pub static _PyParser_TokenNames: TokenNames = TokenNames(names([
    c"ENDMARKER",
    c"NAME",
    c"NUMBER",
    c"STRING",
    c"NEWLINE",
    c"INDENT",
    c"DEDENT",
    c"LPAR",
    c"RPAR",
    c"LSQB",
    c"RSQB",
    c"COLON",
    c"COMMA",
    c"SEMI",
    c"PLUS",
    c"MINUS",
    c"STAR",
    c"SLASH",
    c"VBAR",
    c"AMPER",
    c"LESS",
    c"GREATER",
    c"EQUAL",
    c"DOT",
    c"PERCENT",
    c"LBRACE",
    c"RBRACE",
    c"EQEQUAL",
    c"NOTEQUAL",
    c"LESSEQUAL",
    c"GREATEREQUAL",
    c"TILDE",
    c"CIRCUMFLEX",
    c"LEFTSHIFT",
    c"RIGHTSHIFT",
    c"DOUBLESTAR",
    c"PLUSEQUAL",
    c"MINEQUAL",
    c"STAREQUAL",
    c"SLASHEQUAL",
    c"PERCENTEQUAL",
    c"AMPEREQUAL",
    c"VBAREQUAL",
    c"CIRCUMFLEXEQUAL",
    c"LEFTSHIFTEQUAL",
    c"RIGHTSHIFTEQUAL",
    c"DOUBLESTAREQUAL",
    c"DOUBLESLASH",
    c"DOUBLESLASHEQUAL",
    c"AT",
    c"ATEQUAL",
    c"RARROW",
    c"ELLIPSIS",
    c"COLONEQUAL",
    c"EXCLAMATION",
    c"OP",
    c"TYPE_IGNORE",
    c"TYPE_COMMENT",
    c"SOFT_KEYWORD",
    c"FSTRING_START",
    c"FSTRING_MIDDLE",
    c"FSTRING_END",
    c"TSTRING_START",
    c"TSTRING_MIDDLE",
    c"TSTRING_END",
    c"COMMENT",
    c"NL",
    c"<ERRORTOKEN>",
    c"<ENCODING>",
    c"<N_TOKENS>",
]));

const COUNT: usize = 70;

/// An exported table of names.
#[repr(transparent)]
pub struct TokenNames([*const c_char; COUNT]);

// SAFETY: addresses of text that never changes.
unsafe impl Sync for TokenNames {}

const fn names(all: [&core::ffi::CStr; COUNT]) -> [*const c_char; COUNT] {
    let mut table = [core::ptr::null(); COUNT];
    let mut i = 0;
    while i < COUNT {
        table[i] = all[i].as_ptr();
        i += 1;
    }
    table
}

/// `struct _arena`: memory and objects that live as long as it does.
#[derive(Default)]
pub struct Arena {
    blocks: Vec<Box<[u64]>>,
    objects: Vec<Owned>,
}

capi! {
    /// The token of an operator of one character.
    fn _PyToken_OneChar(a: c_int) -> Raw<c_int> {
        ONE.iter().find(|(text, _)| c_int::from(*text) == a).map_or(OTHER, |(_, token)| *token)
    }

    /// The token of an operator of two characters.
    fn _PyToken_TwoChars(a: c_int, b: c_int) -> Raw<c_int> {
        let given = [a, b];
        TWO.iter().find(|(text, _)| text.map(c_int::from) == given).map_or(OTHER, |(_, token)| *token)
    }

    /// The token of an operator of three characters.
    fn _PyToken_ThreeChars(a: c_int, b: c_int, c: c_int) -> Raw<c_int> {
        let given = [a, b, c];
        THREE.iter().find(|(text, _)| text.map(c_int::from) == given).map_or(OTHER, |(_, token)| *token)
    }

    /// An arena, freed with `_PyArena_Free`.
    fn _PyArena_New() -> Raw<*mut Arena> {
        Box::into_raw(Box::default())
    }

    /// Frees an arena with all that it holds.
    fn _PyArena_Free(arena: *mut Arena) -> Void {
        drop(Box::from_raw(arena));
    }

    /// Memory that lives as long as the arena.
    fn _PyArena_Malloc(arena: *mut Arena, size: usize) -> Raw<*mut c_void> {
        let mut block = vec![0u64; size.div_ceil(8).max(1)].into_boxed_slice();
        let at = block.as_mut_ptr().cast();
        (*arena).blocks.push(block);
        at
    }

    /// Has an object live as long as the arena; takes the reference over.
    fn _PyArena_AddPyObject(arena: *mut Arena, op: *mut PyObject) -> Raw<c_int> {
        (*arena).objects.push(Owned::from_ptr(op));
        0
    }
}
