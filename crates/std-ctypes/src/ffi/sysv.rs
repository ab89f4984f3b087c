//! The System V calling convention of x86-64: which argument goes where, the call itself, and reading arguments and
//! storing results from the other side.
//!
//! The classification is section 3.2.3 of the psABI: a value of at most two words is passed in registers by word, each
//! word in an integer or a vector register; others go to the stack.

use super::FfiType;
use core::arch::naked_asm;
use core::ffi::c_void;
use std::rc::Rc;

#[cfg(not(target_arch = "x86_64"))]
compile_error!("foreign function calls are written for the System V calling convention of x86-64 only");

/// What one word of a value is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Nothing,
    Integer,
    Sse,
    X87,
}

/// The classes of a value's two words; `None`: it goes through memory.
fn classify(ty: &FfiType) -> Option<[Class; 2]> {
    let size = ty.size();
    if size > 16 {
        return None;
    }
    let mut words = [Class::Nothing; 2];
    let in_registers = ty.scalars(0, &mut |at, scalar| {
        if at % scalar.align() != 0 {
            return false;
        }
        let class = match scalar {
            FfiType::Float | FfiType::Double => Class::Sse,
            FfiType::LongDouble => Class::X87,
            _ => Class::Integer,
        };
        let last = (at + scalar.size()).saturating_sub(1) / 8;
        for word in at / 8..=last {
            let Some(slot) = words.get_mut(word) else { return false };
            *slot = match (*slot, class) {
                (Class::Nothing, new) => new,
                (old, new) if old == new => old,
                (Class::X87, _) | (_, Class::X87) => return false,
                _ => Class::Integer,
            };
        }
        true
    });
    in_registers.then_some(words)
}

/// Whether a result is written to memory that the caller provides.
fn returns_in_memory(ty: &FfiType) -> bool {
    match ty {
        FfiType::Complex(part) if matches!(**part, FfiType::LongDouble) => false,
        _ => classify(ty).is_none(),
    }
}

/// How many x87 registers a result takes.
fn x87_results(ty: &FfiType) -> u64 {
    match ty {
        FfiType::Complex(part) if matches!(**part, FfiType::LongDouble) => 2,
        _ => match classify(ty) {
            Some([Class::X87, _]) => 1,
            _ => 0,
        },
    }
}

/// Registers before and after a call.
#[repr(C)]
struct Frame {
    integers: [u64; 6],
    vectors: [u64; 8],
    stack: *const u64,
    stack_words: u64,
    function: *const c_void,
    n_vectors: u64,
    n_x87: u64,
    rax: u64,
    rdx: u64,
    xmm: [u64; 2],
    st: [[u8; 16]; 2],
}

const _: () = assert!(core::mem::offset_of!(Frame, st) == 184);

#[unsafe(naked)]
unsafe extern "C" fn enter(frame: *mut Frame) {
    naked_asm!(
        "push rbp",
        "mov rbp, rsp",
        "push rbx",
        "push r12",
        "mov rbx, rdi",
        "mov rcx, [rbx + 120]",
        "lea rax, [rcx * 8]",
        "sub rsp, rax",
        "mov rsi, [rbx + 112]",
        "mov rdi, rsp",
        "cld",
        "rep movsq",
        "movsd xmm0, qword ptr [rbx + 48]",
        "movsd xmm1, qword ptr [rbx + 56]",
        "movsd xmm2, qword ptr [rbx + 64]",
        "movsd xmm3, qword ptr [rbx + 72]",
        "movsd xmm4, qword ptr [rbx + 80]",
        "movsd xmm5, qword ptr [rbx + 88]",
        "movsd xmm6, qword ptr [rbx + 96]",
        "movsd xmm7, qword ptr [rbx + 104]",
        "mov rdi, [rbx]",
        "mov rsi, [rbx + 8]",
        "mov rdx, [rbx + 16]",
        "mov rcx, [rbx + 24]",
        "mov r8, [rbx + 32]",
        "mov r9, [rbx + 40]",
        "mov eax, dword ptr [rbx + 136]",
        "call qword ptr [rbx + 128]",
        "mov [rbx + 152], rax",
        "mov [rbx + 160], rdx",
        "movsd qword ptr [rbx + 168], xmm0",
        "movsd qword ptr [rbx + 176], xmm1",
        "cmp qword ptr [rbx + 144], 0",
        "je 2f",
        "fstp tbyte ptr [rbx + 184]",
        "cmp qword ptr [rbx + 144], 2",
        "jne 2f",
        "fstp tbyte ptr [rbx + 200]",
        "2:",
        "lea rsp, [rbp - 16]",
        "pop r12",
        "pop rbx",
        "pop rbp",
        "ret",
    )
}

/// A word of a value that may end within it.
fn word(bytes: &[u8], i: usize) -> u64 {
    let mut out = [0u8; 8];
    let part = bytes.get(i * 8..bytes.len().min(i * 8 + 8)).unwrap_or(&[]);
    for (to, &from) in out.iter_mut().zip(part) {
        *to = from;
    }
    u64::from_ne_bytes(out)
}

/// An integer of fewer than eight bytes is widened: callees may rely on `int` at least.
fn scalar_word(ty: &FfiType, bytes: &[u8]) -> u64 {
    let plain = word(bytes, 0);
    match ty {
        FfiType::Int { size, signed: true } if *size < 8 => {
            let shift = 64 - 8 * *size as u32;
            ((plain << shift) as i64 >> shift) as u64
        }
        _ => plain,
    }
}

/// A call that is prepared: registers and stack are filled.
pub struct Prepared {
    frame: Box<Frame>,
    stack: Vec<u64>,
}

// SAFETY: plain words; what they point to is the called function's business.
unsafe impl Send for Prepared {}

/// Calls a C function: `arguments` are types and bytes, `result` is at least as large as the result type.
///
/// `run` runs the call: it may give the GIL up around it.
///
/// # Safety
/// `function` may be called with these arguments.
pub unsafe fn call(
    function: *const c_void,
    arguments: &[(Rc<FfiType>, &[u8])],
    result_type: &FfiType,
    result: &mut [u8],
    run: impl FnOnce(&mut (dyn FnMut() + Send)),
) {
    let mut frame = Box::new(Frame {
        integers: [0; 6],
        vectors: [0; 8],
        stack: core::ptr::null(),
        stack_words: 0,
        function,
        n_vectors: 0,
        n_x87: x87_results(result_type),
        rax: 0,
        rdx: 0,
        xmm: [0; 2],
        st: [[0; 16]; 2],
    });
    let mut stack: Vec<u64> = Vec::new();
    let (mut n_integers, mut n_vectors) = (0usize, 0usize);
    let in_memory = returns_in_memory(result_type);
    if in_memory {
        frame.integers[0] = result.as_mut_ptr() as u64;
        n_integers = 1;
    }
    for (ty, bytes) in arguments {
        let size = ty.size();
        if size == 0 {
            continue;
        }
        if let Some(words) = classify(ty)
            && !words.contains(&Class::X87)
        {
            let wanted = |class| words.iter().filter(|&&w| w == class).count();
            if n_integers + wanted(Class::Integer) <= 6 && n_vectors + wanted(Class::Sse) <= 8 {
                for (i, class) in words.into_iter().enumerate() {
                    let value = if size <= 8 { scalar_word(ty, bytes) } else { word(bytes, i) };
                    match class {
                        Class::Integer => {
                            frame.integers[n_integers] = value;
                            n_integers += 1;
                        }
                        Class::Sse => {
                            frame.vectors[n_vectors] = value;
                            n_vectors += 1;
                        }
                        _ => {}
                    }
                }
                continue;
            }
        }
        if ty.align() > 8 && stack.len() % 2 == 1 {
            stack.push(0);
        }
        if size <= 8 {
            stack.push(scalar_word(ty, bytes));
        } else {
            stack.extend((0..size.div_ceil(8)).map(|i| word(bytes, i)));
        }
    }
    if stack.len() % 2 == 1 {
        stack.push(0);
    }
    frame.stack = stack.as_ptr();
    frame.stack_words = stack.len() as u64;
    frame.n_vectors = n_vectors as u64;
    let mut prepared = Prepared { frame, stack };
    {
        let prepared = &mut prepared;
        let mut go = move || {
            let prepared: &mut Prepared = prepared;
            let _ = &prepared.stack;
            // SAFETY: the caller's promise; the frame is as the code above expects it.
            unsafe { enter(&raw mut *prepared.frame) }
        };
        run(&mut go);
    }
    if in_memory {
        return;
    }
    let frame = prepared.frame;
    let mut out = [0u8; 32];
    match x87_results(result_type) {
        0 => {
            let mut integers = [frame.rax, frame.rdx].into_iter();
            let mut vectors = frame.xmm.into_iter();
            for (i, class) in classify(result_type).unwrap_or([Class::Nothing; 2]).into_iter().enumerate() {
                let word = match class {
                    Class::Integer => integers.next(),
                    Class::Sse => vectors.next(),
                    _ => None,
                };
                if let Some(word) = word {
                    out[i * 8..i * 8 + 8].copy_from_slice(&word.to_ne_bytes());
                }
            }
        }
        _ => {
            out[..10].copy_from_slice(&frame.st[0][..10]);
            out[16..26].copy_from_slice(&frame.st[1][..10]);
        }
    }
    let n = result_type.size().min(result.len()).min(32);
    if let (Some(to), Some(from)) = (result.get_mut(..n), out.get(..n)) {
        to.copy_from_slice(from);
    }
}

/// Registers when C code entered a callback, and room for its result.
#[repr(C)]
pub struct ClosureFrame {
    integers: [u64; 6],
    vectors: [u64; 8],
    rax: u64,
    rdx: u64,
    xmm: [u64; 2],
    st: [[u8; 16]; 2],
}

const _: () = assert!(size_of::<ClosureFrame>() == 176);

/// Where every trampoline leads: `r10` points to the closure's slot, whose first word is handed on.
#[unsafe(naked)]
pub(super) unsafe extern "C" fn closure_entry() {
    naked_asm!(
        "push rbp",
        "mov rbp, rsp",
        "sub rsp, 176",
        "mov [rsp], rdi",
        "mov [rsp + 8], rsi",
        "mov [rsp + 16], rdx",
        "mov [rsp + 24], rcx",
        "mov [rsp + 32], r8",
        "mov [rsp + 40], r9",
        "movsd qword ptr [rsp + 48], xmm0",
        "movsd qword ptr [rsp + 56], xmm1",
        "movsd qword ptr [rsp + 64], xmm2",
        "movsd qword ptr [rsp + 72], xmm3",
        "movsd qword ptr [rsp + 80], xmm4",
        "movsd qword ptr [rsp + 88], xmm5",
        "movsd qword ptr [rsp + 96], xmm6",
        "movsd qword ptr [rsp + 104], xmm7",
        "mov rdi, [r10]",
        "mov rsi, rsp",
        "lea rdx, [rbp + 16]",
        "call {dispatch}",
        "cmp eax, 1",
        "jl 3f",
        "je 2f",
        "fld tbyte ptr [rsp + 160]",
        "2:",
        "fld tbyte ptr [rsp + 144]",
        "3:",
        "mov rax, [rsp + 112]",
        "mov rdx, [rsp + 120]",
        "movsd xmm0, qword ptr [rsp + 128]",
        "movsd xmm1, qword ptr [rsp + 136]",
        "leave",
        "ret",
        dispatch = sym super::closure::dispatch,
    )
}

/// The arguments of a callback, read one after another.
pub struct Incoming {
    frame: *mut ClosureFrame,
    stack: *const u64,
    n_integers: usize,
    n_vectors: usize,
    at: usize,
    result: *mut u8,
}

impl Incoming {
    /// # Safety
    /// The pointers are those that [`closure_entry`] makes, for a function with this result.
    pub(super) unsafe fn new(frame: *mut ClosureFrame, stack: *const u64, result_type: &FfiType) -> Self {
        let mut this = Self { frame, stack, n_integers: 0, n_vectors: 0, at: 0, result: core::ptr::null_mut() };
        if returns_in_memory(result_type) {
            // SAFETY: the hidden first argument.
            this.result = unsafe { (*frame).integers[0] } as *mut u8;
            this.n_integers = 1;
        }
        this
    }

    /// The bytes of the next argument, rounded up to words.
    ///
    /// # Safety
    /// The caller passed an argument of this type.
    pub unsafe fn next(&mut self, ty: &FfiType) -> Vec<u8> {
        let size = ty.size();
        let mut out = Vec::with_capacity(size.next_multiple_of(8));
        if size == 0 {
            return out;
        }
        // SAFETY: the caller's promise; register numbers stay within the arrays.
        unsafe {
            if let Some(words) = classify(ty)
                && !words.contains(&Class::X87)
            {
                let wanted = |class| words.iter().filter(|&&w| w == class).count();
                if self.n_integers + wanted(Class::Integer) <= 6 && self.n_vectors + wanted(Class::Sse) <= 8 {
                    for class in words {
                        match class {
                            Class::Integer => {
                                out.extend((*self.frame).integers[self.n_integers].to_ne_bytes());
                                self.n_integers += 1;
                            }
                            Class::Sse => {
                                out.extend((*self.frame).vectors[self.n_vectors].to_ne_bytes());
                                self.n_vectors += 1;
                            }
                            _ => {}
                        }
                    }
                    return out;
                }
            }
            if ty.align() > 8 {
                self.at = self.at.next_multiple_of(2);
            }
            for _ in 0..size.div_ceil(8) {
                out.extend((*self.stack.add(self.at)).to_ne_bytes());
                self.at += 1;
            }
        }
        out
    }
}

/// Stores a callback's result where the caller looks for it; how many x87 registers it takes.
///
/// # Safety
/// `incoming` is a callback that has not returned; its function has this result type.
pub unsafe fn write_result(incoming: &Incoming, ty: &FfiType, bytes: &[u8]) -> i32 {
    let size = ty.size().min(bytes.len());
    // SAFETY: the caller's promise.
    unsafe {
        let frame = &mut *incoming.frame;
        if !incoming.result.is_null() {
            core::ptr::copy_nonoverlapping(bytes.as_ptr(), incoming.result, size);
            frame.rax = incoming.result as u64;
            return 0;
        }
        let x87 = x87_results(ty);
        if x87 > 0 {
            for (i, part) in bytes.chunks(16).take(2).enumerate() {
                frame.st[i][..part.len()].copy_from_slice(part);
            }
            return x87 as i32;
        }
        let (mut integers, mut vectors) = (0, 0);
        for (i, class) in classify(ty).unwrap_or([Class::Nothing; 2]).into_iter().enumerate() {
            let value = if size <= 8 { scalar_word(ty, &bytes[..size]) } else { word(bytes, i) };
            match class {
                Class::Integer => {
                    if integers == 0 {
                        frame.rax = value;
                    } else {
                        frame.rdx = value;
                    }
                    integers += 1;
                }
                Class::Sse => {
                    frame.xmm[vectors] = value;
                    vectors += 1;
                }
                _ => {}
            }
        }
    }
    0
}
