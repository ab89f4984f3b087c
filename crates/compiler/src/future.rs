//! `from __future__ import`: which features a module asks for.

use crate::error::{CompileError, Result};
use taipan_bytecode::tables::co;
use taipan_parser::ast::{Constant, ExprKind, Location, Mod, Stmt, StmtKind};

/// What the future statements of a module said.
#[derive(Clone, Copy, Debug, Default)]
pub struct FutureFeatures {
    /// `CO_FUTURE_*`
    pub features: u32,
    /// The last future statement; one further down is too late.
    pub location: Option<Location>,
}

fn feature(name: &str, loc: Location) -> Result<u32> {
    Ok(match name {
        "nested_scopes" | "generators" | "division" | "absolute_import" | "with_statement" | "print_function"
        | "unicode_literals" | "generator_stop" => 0,
        "barry_as_FLUFL" => co::FUTURE_BARRY_AS_BDFL,
        "annotations" => co::FUTURE_ANNOTATIONS,
        "braces" => return Err(CompileError::syntax("not a chance", loc)),
        _ => return Err(CompileError::syntax(format!("future feature {name} is not defined"), loc)),
    })
}

/// Whether the statements start with a string.
pub(crate) fn docstring(body: &[Stmt]) -> Option<&[u8]> {
    match &body.first()?.kind {
        StmtKind::Expr { value } => match &value.kind {
            ExprKind::Constant { value: Constant::Str(s), .. } => Some(s.as_bytes()),
            _ => None,
        },
        _ => None,
    }
}

/// Reads the future statements at the start of `module`.
pub fn from_ast(module: &Mod) -> Result<FutureFeatures> {
    let mut found = FutureFeatures::default();
    let (Mod::Module { body, .. } | Mod::Interactive { body }) = module else { return Ok(found) };
    let skip = usize::from(docstring(body).is_some());
    for stmt in &body[skip..] {
        match &stmt.kind {
            StmtKind::ImportFrom { module: Some(module), names, level }
                if &**module == "__future__" && level.unwrap_or(0) == 0 =>
            {
                for name in names {
                    found.features |= feature(&name.name, name.loc)?;
                }
                found.location = Some(stmt.loc);
            }
            _ => break,
        }
    }
    Ok(found)
}
