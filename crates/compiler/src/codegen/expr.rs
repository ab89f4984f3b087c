//! Expressions.

use super::*;
use taipan_bytecode::tables::{compare, intrinsic, nb, resume};

/// The number of a binary operator for `BINARY_OP`.
pub(crate) fn binary_op(op: Operator) -> u32 {
    match op {
        Operator::Add => nb::ADD,
        Operator::Sub => nb::SUBTRACT,
        Operator::Mult => nb::MULTIPLY,
        Operator::MatMult => nb::MATRIX_MULTIPLY,
        Operator::Div => nb::TRUE_DIVIDE,
        Operator::Mod => nb::REMAINDER,
        Operator::Pow => nb::POWER,
        Operator::LShift => nb::LSHIFT,
        Operator::RShift => nb::RSHIFT,
        Operator::BitOr => nb::OR,
        Operator::BitXor => nb::XOR,
        Operator::BitAnd => nb::AND,
        Operator::FloorDiv => nb::FLOOR_DIVIDE,
    }
}

/// The type of what an expression evaluates to, where that is plain to see.
pub(crate) fn infer_type(e: &Expr) -> Option<&'static str> {
    Some(match &e.kind {
        ExprKind::Tuple { .. } => "tuple",
        ExprKind::List { .. } | ExprKind::ListComp { .. } => "list",
        ExprKind::Dict { .. } | ExprKind::DictComp { .. } => "dict",
        ExprKind::Set { .. } | ExprKind::SetComp { .. } => "set",
        ExprKind::GeneratorExp { .. } => "generator",
        ExprKind::Lambda { .. } => "function",
        ExprKind::JoinedStr { .. } | ExprKind::FormattedValue { .. } => "str",
        ExprKind::TemplateStr { .. } => "string.templatelib.Template",
        ExprKind::Interpolation { .. } => "string.templatelib.Interpolation",
        ExprKind::Constant { value, .. } => match value {
            Constant::None => "NoneType",
            Constant::True | Constant::False => "bool",
            Constant::Ellipsis => "ellipsis",
            Constant::Int(_) | Constant::BigInt(_) => "int",
            Constant::Float(_) => "float",
            Constant::Complex(..) => "complex",
            Constant::Str(_) => "str",
            Constant::Bytes(_) => "bytes",
            Constant::Tuple(_) => "tuple",
            Constant::FrozenSet(_) => "frozenset",
        },
        _ => return None,
    })
}

/// Whether `is` makes sense on it: a literal other than the singletons is a mistake.
fn has_identity(e: &Expr) -> bool {
    match &e.kind {
        ExprKind::Constant { value, .. } => {
            matches!(value, Constant::None | Constant::True | Constant::False | Constant::Ellipsis)
        }
        ExprKind::Tuple { elts, .. } => !elts.iter().all(|elt| matches!(elt.kind, ExprKind::Constant { .. })),
        _ => true,
    }
}

/// How a display is built.
#[derive(Clone, Copy)]
pub(crate) struct Display {
    build: Op,
    add: Op,
    extend: Op,
    tuple: bool,
}

const LIST: Display = Display { build: Op::BUILD_LIST, add: Op::LIST_APPEND, extend: Op::LIST_EXTEND, tuple: false };
pub(crate) const TUPLE: Display = Display { tuple: true, ..LIST };
const SET: Display = Display { build: Op::BUILD_SET, add: Op::SET_ADD, extend: Op::SET_UPDATE, tuple: false };

impl<'a> Compiler<'a> {
    pub fn exprs(&mut self, exprs: &'a [Expr]) -> Result {
        for e in exprs {
            self.expr(e)?;
        }
        Ok(())
    }

    pub fn expr(&mut self, e: &'a Expr) -> Result {
        let loc = e.loc;
        match &e.kind {
            ExprKind::Name { id, ctx } => {
                let id = self.intern(id);
                return self.nameop(loc, id, *ctx);
            }
            ExprKind::Constant { value, .. } => {
                let value = match value {
                    // What is left of `%%` in a format is a new string.
                    Constant::Str(s) if loc == NO_LOCATION && s.as_bytes() == b"%" => {
                        Const::Str(Str::new(*b"%", false))
                    }
                    value => constant(value),
                };
                self.load_const(value, loc);
                return Ok(());
            }
            _ => {}
        }
        self.check_stack()?;
        match &e.kind {
            ExprKind::Name { .. } | ExprKind::Constant { .. } => Ok(()),
            ExprKind::Attribute { value, attr, ctx } => self.attribute(e, value, attr, *ctx),
            ExprKind::Call { func, args, keywords } => self.call(e, func, args, keywords),
            ExprKind::Subscript { value, slice, ctx } => self.subscript(loc, value, slice, *ctx),
            ExprKind::BinOp { left, op, right } => {
                self.expr(left)?;
                self.expr(right)?;
                self.op_i(Op::BINARY_OP, binary_op(*op) as i32, loc);
                Ok(())
            }
            ExprKind::UnaryOp { op, operand } => {
                self.expr(operand)?;
                match op {
                    UnaryOp::Not => {
                        self.op(Op::TO_BOOL, loc);
                        self.op(Op::UNARY_NOT, loc);
                    }
                    UnaryOp::Invert => self.op(Op::UNARY_INVERT, loc),
                    UnaryOp::USub => self.op(Op::UNARY_NEGATIVE, loc),
                    UnaryOp::UAdd => self.op_i(Op::CALL_INTRINSIC_1, intrinsic::UNARY_POSITIVE as i32, loc),
                }
                Ok(())
            }
            ExprKind::BoolOp { op, values } => {
                let jump = if *op == BoolOp::And { Op::JUMP_IF_FALSE } else { Op::JUMP_IF_TRUE };
                let end = self.new_label();
                for (i, value) in values.iter().enumerate() {
                    self.expr(value)?;
                    if i + 1 < values.len() {
                        self.jump(jump, end, loc);
                        self.op(Op::POP_TOP, loc);
                    }
                }
                self.use_label(end);
                Ok(())
            }
            ExprKind::Compare { left, ops, comparators } => self.compare(e, left, ops, comparators),
            ExprKind::IfExp { test, body, orelse } => {
                let end = self.new_label();
                let next = self.new_label();
                self.jump_if(test, next, false)?;
                self.expr(body)?;
                self.jump(Op::JUMP_NO_INTERRUPT, end, NO_LOCATION);
                self.use_label(next);
                self.expr(orelse)?;
                self.use_label(end);
                Ok(())
            }
            ExprKind::NamedExpr { target, value } => {
                self.expr(value)?;
                self.op_i(Op::COPY, 1, loc);
                self.expr(target)
            }
            ExprKind::Tuple { elts, ctx } => self.list_or_tuple(loc, elts, *ctx, TUPLE),
            ExprKind::List { elts, ctx } => self.list_or_tuple(loc, elts, *ctx, LIST),
            ExprKind::Set { elts } => self.display(loc, elts, None, 0, SET),
            ExprKind::Dict { keys, values } => self.dict(loc, keys, values),
            ExprKind::Lambda { args, body } => self.lambda(e, args, body),
            ExprKind::ListComp { .. }
            | ExprKind::SetComp { .. }
            | ExprKind::DictComp { .. }
            | ExprKind::GeneratorExp { .. } => self.comprehension_expr(e),
            ExprKind::Await { value } => {
                self.expr(value)?;
                self.await_value(loc, 0);
                Ok(())
            }
            ExprKind::Yield { value } => {
                if !self.ste().is_function_like() {
                    return Err(CompileError::syntax("'yield' outside function", loc));
                }
                match value {
                    Some(value) => self.expr(value)?,
                    None => self.load_none(loc),
                }
                self.yield_value(loc);
                Ok(())
            }
            ExprKind::YieldFrom { value } => {
                if !self.ste().is_function_like() {
                    return Err(CompileError::syntax("'yield from' outside function", loc));
                }
                if self.unit_ref().scope_type == ScopeType::AsyncFunction {
                    return Err(CompileError::syntax("'yield from' inside async function", loc));
                }
                self.expr(value)?;
                self.op(Op::GET_YIELD_FROM_ITER, loc);
                self.load_none(loc);
                self.yield_from(loc, resume::AFTER_YIELD_FROM);
                Ok(())
            }
            ExprKind::JoinedStr { values } => self.joined_str(loc, values),
            ExprKind::FormattedValue { value, conversion, format_spec } => {
                self.formatted_value(loc, value, *conversion, format_spec.as_deref())
            }
            ExprKind::TemplateStr { values } => self.template_str(loc, values),
            ExprKind::Interpolation { value, str, conversion, format_spec } => {
                self.interpolation(loc, value, str, *conversion, format_spec.as_deref())
            }
            ExprKind::Starred { ctx: ExprContext::Store, .. } => {
                Err(CompileError::syntax("starred assignment target must be in a list or tuple", loc))
            }
            ExprKind::Starred { .. } => Err(CompileError::syntax("can't use starred expression here", loc)),
            ExprKind::Slice { lower, upper, step } => {
                if let Some(slice) = constant_slice(e) {
                    self.load_const(slice, loc);
                    return Ok(());
                }
                self.slice_parts(loc, lower.as_deref(), upper.as_deref())?;
                let mut n = 2;
                if let Some(step) = step {
                    self.expr(step)?;
                    n = 3;
                }
                self.op_i(Op::BUILD_SLICE, n, loc);
                Ok(())
            }
        }
    }

    // Attributes and subscripts.

    /// For an attribute on a later line than the start of the expression: its own place.
    pub fn attr_location(&self, mut loc: Location, attribute: &Expr) -> Location {
        let ExprKind::Attribute { attr, .. } = &attribute.kind else { return loc };
        let end = attribute.loc;
        if loc.lineno != end.end_lineno {
            loc.lineno = end.end_lineno;
            let len = i32::try_from(attr.chars().count()).unwrap_or(i32::MAX);
            if len <= end.end_col_offset {
                loc.col_offset = end.end_col_offset - len;
            } else {
                // The tree was not made from source.
                loc.col_offset = -1;
                loc.end_col_offset = -1;
            }
            loc.end_lineno = loc.end_lineno.max(loc.lineno);
        }
        loc
    }

    fn attribute(&mut self, e: &'a Expr, value: &'a Expr, attr: &Identifier, ctx: ExprContext) -> Result {
        let attr = self.intern(attr);
        let mut loc = e.loc;
        match ctx {
            ExprContext::Load => {
                if let Some(arguments) = self.super_call(value, attr) {
                    self.load_super_args(value)?;
                    let low = if arguments > 0 { 2 } else { 0 };
                    self.op_name(Op::LOAD_SUPER_ATTR, attr, 2, low, loc);
                    loc = self.attr_location(loc, e);
                    self.op(Op::NOP, loc);
                    return Ok(());
                }
                self.expr(value)?;
                loc = self.attr_location(loc, e);
                self.load_attr(attr, loc);
            }
            ExprContext::Store => {
                self.note_static_attribute(value, attr);
                self.expr(value)?;
                loc = self.attr_location(loc, e);
                self.op_name(Op::STORE_ATTR, attr, 0, 0, loc);
            }
            ExprContext::Del => {
                self.expr(value)?;
                loc = self.attr_location(loc, e);
                self.op_name(Op::DELETE_ATTR, attr, 0, 0, loc);
            }
        }
        Ok(())
    }

    /// `a[b:c]` where the bounds are not constant.
    pub fn is_two_part_slice(&self, slice: &Expr) -> bool {
        matches!(&slice.kind, ExprKind::Slice { step: None, .. }) && constant_slice(slice).is_none()
    }

    pub fn slice_two_parts(&mut self, slice: &'a Expr) -> Result {
        match &slice.kind {
            ExprKind::Slice { lower, upper, .. } => self.slice_parts(slice.loc, lower.as_deref(), upper.as_deref()),
            _ => Ok(()),
        }
    }

    fn slice_parts(&mut self, loc: Location, lower: Option<&'a Expr>, upper: Option<&'a Expr>) -> Result {
        for part in [lower, upper] {
            match part {
                Some(part) => self.expr(part)?,
                None => self.load_none(loc),
            }
        }
        Ok(())
    }

    fn subscript(&mut self, loc: Location, value: &'a Expr, slice: &'a Expr, ctx: ExprContext) -> Result {
        if ctx == ExprContext::Load {
            self.check_subscripter(value);
            self.check_index(value, slice);
        }
        self.expr(value)?;
        if ctx != ExprContext::Del && self.is_two_part_slice(slice) {
            self.slice_two_parts(slice)?;
            self.op(if ctx == ExprContext::Load { Op::BINARY_SLICE } else { Op::STORE_SLICE }, loc);
            return Ok(());
        }
        self.expr(slice)?;
        match ctx {
            ExprContext::Load => self.op_i(Op::BINARY_OP, nb::SUBSCR as i32, loc),
            ExprContext::Store => self.op(Op::STORE_SUBSCR, loc),
            ExprContext::Del => self.op(Op::DELETE_SUBSCR, loc),
        }
        Ok(())
    }

    fn check_subscripter(&mut self, e: &Expr) {
        let suspicious = match &e.kind {
            ExprKind::Constant { value, .. } => matches!(
                value,
                Constant::None
                    | Constant::True
                    | Constant::False
                    | Constant::Ellipsis
                    | Constant::Int(_)
                    | Constant::BigInt(_)
                    | Constant::Float(_)
                    | Constant::Complex(..)
                    | Constant::FrozenSet(_)
            ),
            ExprKind::Set { .. }
            | ExprKind::SetComp { .. }
            | ExprKind::GeneratorExp { .. }
            | ExprKind::TemplateStr { .. }
            | ExprKind::Interpolation { .. }
            | ExprKind::Lambda { .. } => true,
            _ => false,
        };
        if suspicious && let Some(name) = infer_type(e) {
            self.warn(format!("'{name}' object is not subscriptable; perhaps you missed a comma?"), e.loc);
        }
    }

    fn check_index(&mut self, e: &Expr, index: &Expr) {
        let Some(index_type) = infer_type(index).filter(|t| *t != "int" && *t != "bool") else { return };
        let sequence = match &e.kind {
            ExprKind::Constant { value, .. } => {
                matches!(value, Constant::Str(_) | Constant::Bytes(_) | Constant::Tuple(_))
            }
            ExprKind::Tuple { .. }
            | ExprKind::List { .. }
            | ExprKind::ListComp { .. }
            | ExprKind::JoinedStr { .. }
            | ExprKind::FormattedValue { .. } => true,
            _ => false,
        };
        if sequence && let Some(name) = infer_type(e) {
            self.warn(
                format!("{name} indices must be integers or slices, not {index_type}; perhaps you missed a comma?"),
                e.loc,
            );
        }
    }

    // Displays.

    fn list_or_tuple(&mut self, loc: Location, elts: &'a [Expr], ctx: ExprContext, display: Display) -> Result {
        match ctx {
            ExprContext::Load => self.display(loc, elts, None, 0, display),
            ExprContext::Store => self.unpack(loc, elts),
            ExprContext::Del => self.exprs(elts),
        }
    }

    /// Builds a collection of `pushed` values on the stack, `elts` and the variable `injected`.
    pub fn display(
        &mut self,
        loc: Location,
        elts: &'a [Expr],
        injected: Option<Sym>,
        pushed: usize,
        display: Display,
    ) -> Result {
        let big = elts.len() + pushed + usize::from(injected.is_some()) > STACK_USE_GUIDELINE;
        let starred = elts.iter().any(|elt| matches!(elt.kind, ExprKind::Starred { .. }));
        if !starred && !big {
            self.exprs(elts)?;
            let mut n = elts.len() + pushed;
            if let Some(name) = injected {
                self.load_name(name, loc)?;
                n += 1;
            }
            self.op_n(if display.tuple { Op::BUILD_TUPLE } else { display.build }, n, loc);
            return Ok(());
        }
        let mut built = false;
        if big {
            self.op_n(display.build, pushed, loc);
            built = true;
        }
        for (i, elt) in elts.iter().enumerate() {
            if let ExprKind::Starred { value, .. } = &elt.kind {
                if !built {
                    self.op_n(display.build, i + pushed, loc);
                    built = true;
                }
                self.expr(value)?;
                self.op_i(display.extend, 1, loc);
            } else {
                self.expr(elt)?;
                if built {
                    self.op_i(display.add, 1, loc);
                }
            }
        }
        if let Some(name) = injected {
            self.load_name(name, loc)?;
            self.op_i(display.add, 1, loc);
        }
        if display.tuple {
            self.op_i(Op::CALL_INTRINSIC_1, intrinsic::LIST_TO_TUPLE as i32, loc);
        }
        Ok(())
    }

    fn unpack(&mut self, loc: Location, elts: &'a [Expr]) -> Result {
        let mut seen_star = false;
        for (i, elt) in elts.iter().enumerate() {
            if !matches!(elt.kind, ExprKind::Starred { .. }) {
                continue;
            }
            if seen_star {
                return Err(CompileError::syntax("multiple starred expressions in assignment", loc));
            }
            let after = elts.len() - i - 1;
            if i >= 1 << 8 || after >= i32::MAX as usize >> 8 {
                return Err(CompileError::syntax("too many expressions in star-unpacking assignment", loc));
            }
            self.op_n(Op::UNPACK_EX, i + (after << 8), loc);
            seen_star = true;
        }
        if !seen_star {
            self.op_n(Op::UNPACK_SEQUENCE, elts.len(), loc);
        }
        for elt in elts {
            match &elt.kind {
                ExprKind::Starred { value, .. } => self.expr(value)?,
                _ => self.expr(elt)?,
            }
        }
        Ok(())
    }

    fn dict_part(&mut self, loc: Location, keys: &'a [Option<Expr>], values: &'a [Expr]) -> Result {
        let big = keys.len() * 2 > STACK_USE_GUIDELINE;
        if big {
            self.op_i(Op::BUILD_MAP, 0, loc);
        }
        for (key, value) in keys.iter().zip(values) {
            if let Some(key) = key {
                self.expr(key)?;
            }
            self.expr(value)?;
            if big {
                self.op_i(Op::MAP_ADD, 1, loc);
            }
        }
        if !big {
            self.op_n(Op::BUILD_MAP, keys.len(), loc);
        }
        Ok(())
    }

    fn dict(&mut self, loc: Location, keys: &'a [Option<Expr>], values: &'a [Expr]) -> Result {
        let mut have_dict = false;
        let mut elements = 0;
        let part = |c: &mut Self, from: usize, to: usize, have_dict: &mut bool| -> Result {
            c.dict_part(loc, &keys[from..to], &values[from..to])?;
            if *have_dict {
                c.op_i(Op::DICT_UPDATE, 1, loc);
            }
            *have_dict = true;
            Ok(())
        };
        let n = keys.len().min(values.len());
        for i in 0..n {
            if keys[i].is_none() {
                if elements > 0 {
                    part(self, i - elements, i, &mut have_dict)?;
                    elements = 0;
                }
                if !have_dict {
                    self.op_i(Op::BUILD_MAP, 0, loc);
                    have_dict = true;
                }
                self.expr(&values[i])?;
                self.op_i(Op::DICT_UPDATE, 1, loc);
            } else if elements * 2 > STACK_USE_GUIDELINE {
                part(self, i - elements, i + 1, &mut have_dict)?;
                elements = 0;
            } else {
                elements += 1;
            }
        }
        if elements > 0 {
            part(self, n - elements, n, &mut have_dict)?;
        }
        if !have_dict {
            self.op_i(Op::BUILD_MAP, 0, loc);
        }
        Ok(())
    }

    // Comparisons and conditions.

    pub fn compare_op(&mut self, cmp: u32, loc: Location) {
        self.op_i(Op::COMPARE_OP, (cmp << 5 | compare::MASKS[cmp as usize]) as i32, loc);
    }

    pub fn add_compare(&mut self, op: CmpOp, loc: Location) {
        match op {
            CmpOp::Eq => self.compare_op(compare::EQ, loc),
            CmpOp::NotEq => self.compare_op(compare::NE, loc),
            CmpOp::Lt => self.compare_op(compare::LT, loc),
            CmpOp::LtE => self.compare_op(compare::LE, loc),
            CmpOp::Gt => self.compare_op(compare::GT, loc),
            CmpOp::GtE => self.compare_op(compare::GE, loc),
            CmpOp::Is => self.op_i(Op::IS_OP, 0, loc),
            CmpOp::IsNot => self.op_i(Op::IS_OP, 1, loc),
            CmpOp::In => self.op_i(Op::CONTAINS_OP, 0, loc),
            CmpOp::NotIn => self.op_i(Op::CONTAINS_OP, 1, loc),
        }
    }

    fn check_compare(&mut self, e: &Expr, left: &Expr, ops: &[CmpOp], comparators: &[Expr]) {
        let mut left = left;
        for (op, right) in ops.iter().zip(comparators) {
            if matches!(op, CmpOp::Is | CmpOp::IsNot) && !(has_identity(left) && has_identity(right)) {
                let literal = if has_identity(left) { right } else { left };
                let name = infer_type(literal).unwrap_or("object");
                let message = if *op == CmpOp::Is {
                    format!("\"is\" with '{name}' literal. Did you mean \"==\"?")
                } else {
                    format!("\"is not\" with '{name}' literal. Did you mean \"!=\"?")
                };
                self.warn(message, e.loc);
                return;
            }
            left = right;
        }
    }

    fn compare(&mut self, e: &'a Expr, left: &'a Expr, ops: &'a [CmpOp], comparators: &'a [Expr]) -> Result {
        let loc = e.loc;
        self.check_compare(e, left, ops, comparators);
        self.expr(left)?;
        let (Some((last, inner)), Some((last_op, _))) = (comparators.split_last(), ops.split_last()) else {
            return Ok(());
        };
        if inner.is_empty() {
            self.expr(last)?;
            self.add_compare(*last_op, loc);
            return Ok(());
        }
        let cleanup = self.new_label();
        for (op, comparator) in ops.iter().zip(inner) {
            self.expr(comparator)?;
            self.op_i(Op::SWAP, 2, loc);
            self.op_i(Op::COPY, 2, loc);
            self.add_compare(*op, loc);
            self.op_i(Op::COPY, 1, loc);
            self.jump_bool(Op::POP_JUMP_IF_FALSE, cleanup, loc);
            self.op(Op::POP_TOP, loc);
        }
        self.expr(last)?;
        self.add_compare(*last_op, loc);
        let end = self.new_label();
        self.jump(Op::JUMP_NO_INTERRUPT, end, NO_LOCATION);
        self.use_label(cleanup);
        self.op_i(Op::SWAP, 2, loc);
        self.op(Op::POP_TOP, loc);
        self.use_label(end);
        Ok(())
    }

    /// Jumps to `next` if the truth of `e` is `cond`.
    pub fn jump_if(&mut self, e: &'a Expr, next: Label, cond: bool) -> Result {
        self.check_stack()?;
        match &e.kind {
            ExprKind::UnaryOp { op: UnaryOp::Not, operand } => return self.jump_if(operand, next, !cond),
            ExprKind::BoolOp { op, values } => {
                let cond2 = *op == BoolOp::Or;
                let next2 = if cond2 != cond { self.new_label() } else { next };
                let Some((last, rest)) = values.split_last() else { return Ok(()) };
                for value in rest {
                    self.jump_if(value, next2, cond2)?;
                }
                self.jump_if(last, next, cond)?;
                if next2 != next {
                    self.use_label(next2);
                }
                return Ok(());
            }
            ExprKind::IfExp { test, body, orelse } => {
                let end = self.new_label();
                let next2 = self.new_label();
                self.jump_if(test, next2, false)?;
                self.jump_if(body, next, cond)?;
                self.jump(Op::JUMP_NO_INTERRUPT, end, NO_LOCATION);
                self.use_label(next2);
                self.jump_if(orelse, next, cond)?;
                self.use_label(end);
                return Ok(());
            }
            ExprKind::Compare { left, ops, comparators } if comparators.len() > 1 => {
                let loc = e.loc;
                self.check_compare(e, left, ops, comparators);
                let cleanup = self.new_label();
                self.expr(left)?;
                let n = comparators.len() - 1;
                for (op, comparator) in ops.iter().zip(&comparators[..n]) {
                    self.expr(comparator)?;
                    self.op_i(Op::SWAP, 2, loc);
                    self.op_i(Op::COPY, 2, loc);
                    self.add_compare(*op, loc);
                    self.jump_bool(Op::POP_JUMP_IF_FALSE, cleanup, loc);
                }
                self.expr(&comparators[n])?;
                if let Some(op) = ops.last() {
                    self.add_compare(*op, loc);
                }
                self.jump_bool(jump_op(cond), next, loc);
                let end = self.new_label();
                self.jump(Op::JUMP_NO_INTERRUPT, end, NO_LOCATION);
                self.use_label(cleanup);
                self.op(Op::POP_TOP, loc);
                if !cond {
                    self.jump(Op::JUMP_NO_INTERRUPT, next, NO_LOCATION);
                }
                self.use_label(end);
                return Ok(());
            }
            _ => {}
        }
        self.expr(e)?;
        self.jump_bool(jump_op(cond), next, e.loc);
        Ok(())
    }
}

fn jump_op(cond: bool) -> Op {
    if cond { Op::POP_JUMP_IF_TRUE } else { Op::POP_JUMP_IF_FALSE }
}

/// A slice all of whose parts are constants.
fn constant_slice(e: &Expr) -> Option<Const> {
    let ExprKind::Slice { lower, upper, step } = &e.kind else { return None };
    let part = |e: &Option<Box<Expr>>| match e.as_deref().map(|e| &e.kind) {
        None => Some(Const::None),
        Some(ExprKind::Constant { value, .. }) => Some(constant(value)),
        Some(_) => None,
    };
    Some(Const::Slice(Arc::new([part(lower)?, part(upper)?, part(step)?])))
}
