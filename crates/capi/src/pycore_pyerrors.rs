//! `internal/pycore_pyerrors.h`, and what `cpython/pyerrors.h` and `cpython/warnings.h` have beyond the limited API.

use crate::contract::*;
use crate::pyerrors;
use crate::va::{Va, variadic};
use core::ffi::{c_char, c_int};
use taipan_object::abi::PyThreadState;
use taipan_object::{PyInt, PyStr, errors, name};

capi! {
    /// Drops the exception in flight.
    fn _PyErr_Clear[t](_ts: *mut PyThreadState) -> Void {
        errors::clear(t);
    }

    /// Whether the exception in flight matches a class or one of a tuple of classes.
    fn _PyErr_ExceptionMatches(_ts: *mut PyThreadState, target: Obj) -> Raw<c_int> {
        pyerrors::PyErr_ExceptionMatches(target)
    }

    /// Raises `class(format % arguments)` with the list: null.
    fn _PyErr_FormatV(_ts: *mut PyThreadState, class: Obj, format: *const c_char, list: Va) -> Raw<Obj> {
        pyerrors::PyErr_FormatV(class, format, list)
    }

    /// Takes the exception in flight; a new reference or null.
    fn _PyErr_GetRaisedException(_ts: *mut PyThreadState) -> Raw<Obj> {
        pyerrors::PyErr_GetRaisedException()
    }

    /// Makes an exception the one in flight, as it is; takes the reference over.
    fn _PyErr_SetRaisedException(_ts: *mut PyThreadState, exception: Obj) -> Void {
        pyerrors::PyErr_SetRaisedException(exception);
    }

    /// Raises `class(text)`, the text in UTF-8.
    fn _PyErr_SetString(_ts: *mut PyThreadState, class: Obj, text: *const c_char) -> Void {
        pyerrors::PyErr_SetString(class, text);
    }

    /// A line of a source file in an encoding; a new reference, or null without an exception.
    fn _PyErr_ProgramDecodedTextObject[t](filename: Obj, line: c_int, encoding: *const c_char) -> Raw<Obj> {
        let Some(filename) = opt(filename) else { return core::ptr::null_mut() };
        match taipan_object::fspath::fs_bytes(t, filename) {
            Ok(path) => pyerrors::program_text(t, &path, line, c_name(encoding).unwrap_or("utf-8")),
            Err(_) => {
                errors::clear(t);
                core::ptr::null_mut()
            }
        }
    }

    /// Says where the syntax error in flight is, from one place to another.
    fn PyErr_RangedSyntaxLocationObject[t](
        filename: Obj, line: c_int, column: c_int, end_line: c_int, end_column: c_int,
    ) -> Void {
        pyerrors::PyErr_SyntaxLocationObject(filename, line, column);
        let Some(exception) = errors::take(t) else { return };
        for (attribute, value) in [(name!(t, "end_lineno"), end_line), (name!(t, "end_offset"), end_column + 1)] {
            let set = PyInt::from_i64(t, i64::from(value)).and_then(|value| exception.setattr(t, attribute, &value));
            if set.is_err() {
                errors::clear(t);
            }
        }
        let _ = errors::restore_raised(t, exception);
    }

    /// Has a byte written to a file descriptor when a signal comes, -1 for none: the one before.
    fn PySignal_SetWakeupFd(fd: c_int) -> Raw<c_int> {
        taipan_interp::modules::signal::replace_wakeup(fd.max(-1))
    }
}

c_function! {
    /// `_PyErr_Format` with the list.
    fn format_error(_ts: *mut PyThreadState, class: Obj, format: *const c_char, list: Va) -> Raw<Obj> {
        pyerrors::PyErr_FormatV(class, format, list)
    }

    /// `_PyErr_FormatNote` with the list.
    fn format_note[t](format: *const c_char, list: Va) -> Void {
        let Some(exception) = errors::take(t) else { return };
        let noted = crate::format::format(t, format, &mut *list)
            .and_then(|text| exception.call_method(t, &*PyStr::intern_str(t, "add_note")?, &[&text]));
        if noted.is_err() {
            errors::clear(t);
        }
        let _ = errors::restore_raised(t, exception);
    }

    /// `PyErr_WarnExplicitFormat` with the list.
    fn warn_explicit_format[t](
        category: Obj, filename: *const c_char, line: c_int, module: *const c_char, registry: Obj,
        format: *const c_char, list: Va,
    ) -> Status {
        let text = crate::format::format(t, format, &mut *list)?;
        let message = text.to_utf8(t)?;
        let message = std::ffi::CString::new(message).unwrap_or_default();
        if pyerrors::PyErr_WarnExplicit(category, message.as_ptr(), filename, line, module, registry) < 0 {
            return Err(taipan_object::Raised::assume());
        }
        Ok(())
    }
}

variadic! {
    /// Raises `class(format % arguments)`: null.
    _PyErr_Format, 3 => format_error;
    /// Adds a note to the exception in flight.
    _PyErr_FormatNote, 1 => format_note;
}

/// Warns as if from another place, with a formatted message: 0, or -1 if the warning became an exception.
///
/// # Safety
/// That of C's caller, see the crate's contract.
#[unsafe(no_mangle)]
#[unsafe(naked)]
pub unsafe extern "C" fn PyErr_WarnExplicitFormat() {
    // Six arguments fill the registers, so that the list goes on the stack.
    core::arch::naked_asm!(
        ".cfi_startproc",
        "sub rsp, 216",
        ".cfi_adjust_cfa_offset 216",
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
        "mov dword ptr [rsp], 48",
        "mov dword ptr [rsp+4], 48",
        "lea rax, [rsp+224]",
        "mov [rsp+8], rax",
        "lea rax, [rsp+32]",
        "mov [rsp+16], rax",
        "mov rax, rsp",
        "push rax",
        ".cfi_adjust_cfa_offset 8",
        "push rax",
        ".cfi_adjust_cfa_offset 8",
        "call {target}",
        "add rsp, 232",
        ".cfi_adjust_cfa_offset -232",
        "ret",
        ".cfi_endproc",
        target = sym warn_explicit_format,
    )
}
