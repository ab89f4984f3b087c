//! f-strings and t-strings.

use super::*;
use taipan_bytecode::tables::convert;

fn conversion_number(conversion: i32) -> Result<Option<u32>> {
    Ok(Some(match u8::try_from(conversion) {
        _ if conversion == -1 => return Ok(None),
        Ok(b's') => convert::STR,
        Ok(b'r') => convert::REPR,
        Ok(b'a') => convert::ASCII,
        _ => return Err(CompileError::system(format!("Unrecognized conversion character {conversion}"))),
    }))
}

impl<'a> Compiler<'a> {
    pub fn joined_str(&mut self, loc: Location, values: &'a [Expr]) -> Result {
        if values.len() > STACK_USE_GUIDELINE {
            self.load_name_const(sym::empty, loc);
            let join = self.names.intern("join");
            self.load_method(join, loc);
            self.op_i(Op::BUILD_LIST, 0, loc);
            for value in values {
                self.expr(value)?;
                self.op_i(Op::LIST_APPEND, 1, loc);
            }
            self.op_i(Op::CALL, 1, loc);
            return Ok(());
        }
        self.exprs(values)?;
        match values.len() {
            0 => self.load_name_const(sym::empty, loc),
            1 => {}
            n => self.op_n(Op::BUILD_STRING, n, loc),
        }
        Ok(())
    }

    pub fn formatted_value(
        &mut self,
        loc: Location,
        value: &'a Expr,
        conversion: i32,
        format_spec: Option<&'a Expr>,
    ) -> Result {
        self.expr(value)?;
        if let Some(number) = conversion_number(conversion)? {
            self.op_i(Op::CONVERT_VALUE, number as i32, loc);
        }
        match format_spec {
            Some(spec) => {
                self.expr(spec)?;
                self.op(Op::FORMAT_WITH_SPEC, loc);
            }
            None => self.op(Op::FORMAT_SIMPLE, loc),
        }
        Ok(())
    }

    /// Strings and interpolations alternate, starting and ending with a string.
    pub fn template_str(&mut self, loc: Location, values: &'a [Expr]) -> Result {
        let is_interpolation = |e: &Expr| matches!(e.kind, ExprKind::Interpolation { .. });
        let mut after_interpolation = true;
        let mut strings = 0;
        for value in values {
            if is_interpolation(value) {
                if after_interpolation {
                    self.load_name_const(sym::empty, loc);
                    strings += 1;
                }
                after_interpolation = true;
            } else {
                self.expr(value)?;
                strings += 1;
                after_interpolation = false;
            }
        }
        if after_interpolation {
            self.load_name_const(sym::empty, loc);
            strings += 1;
        }
        self.op_n(Op::BUILD_TUPLE, strings, loc);
        let mut interpolations = 0;
        for value in values.iter().filter(|value| is_interpolation(value)) {
            self.expr(value)?;
            interpolations += 1;
        }
        self.op_n(Op::BUILD_TUPLE, interpolations, loc);
        self.op(Op::BUILD_TEMPLATE, loc);
        Ok(())
    }

    pub fn interpolation(
        &mut self,
        loc: Location,
        value: &'a Expr,
        source: &'a Constant,
        conversion: i32,
        format_spec: Option<&'a Expr>,
    ) -> Result {
        self.expr(value)?;
        self.load_const(constant(source), loc);
        let mut oparg = 2;
        if let Some(spec) = format_spec {
            oparg |= 1;
            self.expr(spec)?;
        }
        if let Some(number) = conversion_number(conversion)? {
            oparg |= number << 2;
        }
        self.op_i(Op::BUILD_INTERPOLATION, oparg as i32, loc);
        Ok(())
    }
}
