//! Variadic functions on stable Rust: a `va_list` is read by its layout in the ABI, and `...` is turned into one by a
//! few instructions in front of the function that takes the `va_list`.

use core::ffi::{c_char, c_int, c_long, c_void};

/// `va_list` of the System V ABI for x86-64. C passes arrays by their address, so a parameter is a `*mut VaList`.
#[cfg(target_arch = "x86_64")]
#[repr(C)]
#[derive(Clone, Copy)]
pub struct VaList {
    gp_offset: u32,
    fp_offset: u32,
    overflow: *mut u8,
    registers: *mut u8,
}

#[cfg(not(target_arch = "x86_64"))]
compile_error!("the layout of va_list and the trampolines of variadic functions are written for x86-64 only");

impl VaList {
    /// The next word of integer class.
    ///
    /// # Safety
    /// The caller of the variadic function passed one there.
    #[inline]
    pub unsafe fn word(&mut self) -> u64 {
        // SAFETY: the caller's promise; six words are saved from registers.
        unsafe {
            let at = if self.gp_offset < 48 {
                let at = self.registers.add(self.gp_offset as usize);
                self.gp_offset += 8;
                at
            } else {
                let at = self.overflow;
                self.overflow = self.overflow.add(8);
                at
            };
            *at.cast::<u64>()
        }
    }

    /// The next `double`.
    ///
    /// # Safety
    /// The caller of the variadic function passed one there.
    #[inline]
    pub unsafe fn double(&mut self) -> f64 {
        // SAFETY: the caller's promise; eight vector registers are saved behind the six words.
        unsafe {
            let at = if self.fp_offset < 176 {
                let at = self.registers.add(self.fp_offset as usize);
                self.fp_offset += 16;
                at
            } else {
                let at = self.overflow;
                self.overflow = self.overflow.add(8);
                at
            };
            *at.cast::<f64>()
        }
    }

    /// The next pointer.
    ///
    /// # Safety
    /// As [`VaList::word`].
    #[inline]
    pub unsafe fn ptr<T>(&mut self) -> *mut T {
        // SAFETY: the caller's promise.
        unsafe { self.word() as usize as *mut T }
    }

    /// The next `int`, or what is promoted to it.
    ///
    /// # Safety
    /// As [`VaList::word`].
    #[inline]
    pub unsafe fn int(&mut self) -> c_int {
        // SAFETY: the caller's promise.
        unsafe { self.word() as c_int }
    }

    /// The next `long`, `long long` or `Py_ssize_t`.
    ///
    /// # Safety
    /// As [`VaList::word`].
    #[inline]
    pub unsafe fn long(&mut self) -> c_long {
        // SAFETY: the caller's promise.
        unsafe { self.word() as c_long }
    }
}

/// `va_list` as a parameter.
pub type Va = *mut VaList;

/// Declares variadic functions: `NAME, words before the dots => the function that takes a va_list instead`.
macro_rules! variadic {
    ($($(#[$meta:meta])* $name:ident, $fixed:tt => $target:path;)*) => {
        $(
            $(#[$meta])*
            ///
            /// # Safety
            /// That of C's caller, see the crate's contract.
            #[unsafe(no_mangle)]
            #[unsafe(naked)]
            pub unsafe extern "C" fn $name() {
                core::arch::naked_asm!(
                    ".cfi_startproc",
                    "sub rsp, 216",
                    ".cfi_adjust_cfa_offset 216",
                    "mov [rsp+32], rdi",
                    "mov [rsp+40], rsi",
                    "mov [rsp+48], rdx",
                    "mov [rsp+56], rcx",
                    "mov [rsp+64], r8",
                    "mov [rsp+72], r9",
                    "test al, al",
                    "je 2f",
                    "movaps [rsp+80], xmm0",
                    "movaps [rsp+96], xmm1",
                    "movaps [rsp+112], xmm2",
                    "movaps [rsp+128], xmm3",
                    "movaps [rsp+144], xmm4",
                    "movaps [rsp+160], xmm5",
                    "movaps [rsp+176], xmm6",
                    "movaps [rsp+192], xmm7",
                    "2:",
                    concat!("mov dword ptr [rsp], ", $fixed, " * 8"),
                    "mov dword ptr [rsp+4], 48",
                    "lea rax, [rsp+224]",
                    "mov [rsp+8], rax",
                    "lea rax, [rsp+32]",
                    "mov [rsp+16], rax",
                    $crate::va::pass_list!($fixed),
                    "call {target}",
                    "add rsp, 216",
                    ".cfi_adjust_cfa_offset -216",
                    "ret",
                    ".cfi_endproc",
                    target = sym $target,
                )
            }
        )*
    };
}
pub(crate) use variadic;

/// The instruction that passes the list in the register after the named arguments.
macro_rules! pass_list {
    (0) => {
        "mov rdi, rsp"
    };
    (1) => {
        "mov rsi, rsp"
    };
    (2) => {
        "mov rdx, rsp"
    };
    (3) => {
        "mov rcx, rsp"
    };
    (4) => {
        "mov r8, rsp"
    };
    (5) => {
        "mov r9, rsp"
    };
}
pub(crate) use pass_list;

unsafe extern "C" {
    /// C's own, to which the format and its arguments are passed on.
    pub fn vsnprintf(buffer: *mut c_char, size: usize, format: *const c_char, ap: *mut c_void) -> c_int;
}
