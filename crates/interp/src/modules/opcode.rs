//! `_opcode`: what `dis` asks about instructions.

use crate::code::is_code;
use taipan_bytecode::opcode::flags;
use taipan_bytecode::{Opcode, stack_effect as effect, tables};
use taipan_object::{
    Object, Owned, PyInt, PyList, PyModule, PyResult, PyStr, Thread, attr, err, native_module, number, sequence,
    singletons,
};

fn opcode_of(number: i32) -> Option<Opcode> {
    u16::try_from(number).ok().and_then(Opcode::from_number)
}

fn has(number: i32, flag: u16) -> bool {
    opcode_of(number).is_some_and(|op| op.has(flag))
}

fn list_of_names(t: &Thread, names: &[&str]) -> PyResult<Owned<PyList>> {
    let list = PyList::new(t)?;
    for name in names {
        list.append(t, PyStr::intern_str(t, name)?.into_object())?;
    }
    Ok(list)
}

/// Opcode support module.
#[native_module(name = "_opcode")]
pub mod opcode {
    use super::*;

    /// Compute the stack effect of the opcode.
    #[function(sig = "(opcode, oparg=None, /, *, jump=None)")]
    fn stack_effect(t: &Thread, opcode: i32, oparg: Option<&Object>, jump: Option<&Object>) -> PyResult<i32> {
        let oparg = match attr::none_if_none(oparg) {
            Some(oparg) => {
                let oparg = number::index(t, oparg)?;
                match oparg.to_i64().and_then(|n| i32::try_from(n).ok()) {
                    Some(n) => n,
                    None => return Err(err!(t, OverflowError, "Python int too large to convert to C int")),
                }
            }
            None => 0,
        };
        let jump = match attr::none_if_none(jump) {
            None => true,
            Some(jump) if jump.is(singletons::bool(true)) => true,
            Some(jump) if jump.is(singletons::bool(false)) => false,
            Some(_) => return Err(err!(t, ValueError, "stack_effect: jump must be False, True or None")),
        };
        match u16::try_from(opcode).ok().and_then(|number| effect(number, oparg, jump)) {
            Some(n) => Ok(n),
            None => Err(err!(t, ValueError, "invalid opcode or oparg")),
        }
    }

    /// Return True if opcode is valid, False otherwise.
    #[function(sig = "(opcode)")]
    fn is_valid(_t: &Thread, opcode: i32) -> bool {
        opcode_of(opcode).is_some()
    }

    /// Return True if the opcode uses its oparg, False otherwise.
    #[function(sig = "(opcode)")]
    fn has_arg(_t: &Thread, opcode: i32) -> bool {
        has(opcode, flags::ARG)
    }

    /// Return True if the opcode accesses a constant, False otherwise.
    #[function(sig = "(opcode)")]
    fn has_const(_t: &Thread, opcode: i32) -> bool {
        has(opcode, flags::CONST)
    }

    /// Return True if the opcode accesses an attribute by name, False otherwise.
    #[function(sig = "(opcode)")]
    fn has_name(_t: &Thread, opcode: i32) -> bool {
        has(opcode, flags::NAME)
    }

    /// Return True if the opcode has a jump target, False otherwise.
    #[function(sig = "(opcode)")]
    fn has_jump(_t: &Thread, opcode: i32) -> bool {
        has(opcode, flags::JUMP)
    }

    /// Return True if the opcode accesses a free variable, False otherwise.
    ///
    /// Note that 'free' in this context refers to names in the current scope
    /// that are referenced by inner scopes or names in outer scopes that are
    /// referenced from this scope. It does not include references to global
    /// or builtin scopes.
    #[function(sig = "(opcode)")]
    fn has_free(_t: &Thread, opcode: i32) -> bool {
        has(opcode, flags::FREE)
    }

    /// Return True if the opcode accesses a local variable, False otherwise.
    #[function(sig = "(opcode)")]
    fn has_local(_t: &Thread, opcode: i32) -> bool {
        has(opcode, flags::LOCAL)
    }

    /// Return True if the opcode sets an exception handler, False otherwise.
    #[function(sig = "(opcode)")]
    fn has_exc(_t: &Thread, opcode: i32) -> bool {
        opcode_of(opcode).is_some_and(Opcode::is_block_push)
    }

    /// Return the specialization stats
    #[function]
    fn get_specialization_stats(_t: &Thread) {}

    /// Return array of symbols of binary ops.
    ///
    /// Indexed by the BINARY_OP oparg value.
    #[function]
    fn get_nb_ops(t: &Thread) -> PyResult<Owned<PyList>> {
        let list = PyList::new(t)?;
        for (name, symbol) in tables::NB_OPS {
            let (name, symbol) = (PyStr::intern_str(t, name)?, PyStr::intern_str(t, symbol)?);
            list.append(t, sequence::pair(t, &name, &symbol)?.into_object())?;
        }
        Ok(list)
    }

    /// Return a list of names of the unary intrinsics.
    #[function]
    fn get_intrinsic1_descs(t: &Thread) -> PyResult<Owned<PyList>> {
        list_of_names(t, &tables::INTRINSIC_1_NAMES)
    }

    /// Return a list of names of the binary intrinsics.
    #[function]
    fn get_intrinsic2_descs(t: &Thread) -> PyResult<Owned<PyList>> {
        list_of_names(t, &tables::INTRINSIC_2_NAMES)
    }

    /// Return a list of special method names.
    #[function]
    fn get_special_method_names(t: &Thread) -> PyResult<Owned<PyList>> {
        list_of_names(t, &tables::SPECIAL_METHOD_NAMES)
    }

    /// Return the executor object at offset in code if exists, None otherwise.
    #[function(sig = "(code, offset)")]
    fn get_executor(t: &Thread, code: &Object, offset: i32) -> PyResult<()> {
        let _ = offset;
        if !is_code(code) {
            return Err(err!(t, TypeError, "expected a code object, not '{:.100}'", code.class().name_lossy()));
        }
        // Code is never replaced by traces of micro-operations.
        Err(err!(t, ValueError, "no executor at given byte offset"))
    }

    #[exec]
    fn exec(module: &PyModule, t: &Thread) -> PyResult<()> {
        module.set(t, "ENABLE_SPECIALIZATION", &*PyInt::from_i64(t, 1)?)?;
        module.set(t, "ENABLE_SPECIALIZATION_FT", &*PyInt::from_i64(t, 1)?)
    }
}
