//! `match`. A pattern takes the subject from the top of the stack; names that it binds stay on the stack until the
//! whole pattern has matched. On failure the code jumps to a chain of pops that clears what has been pushed.

use super::*;
use taipan_bytecode::tables::{compare, nb};

/// The state of one `case`.
#[derive(Default)]
struct Context {
    /// Names bound so far, in the order of their values on the stack.
    stores: Vec<Sym>,
    /// Whether a pattern that always matches may stand here.
    allow_irrefutable: bool,
    /// Labels of the pops: jumping to number `n` pops `n` values.
    fail_pop: Vec<Label>,
    /// Values above the names.
    on_top: usize,
}

fn is_wildcard(p: &Pattern) -> bool {
    matches!(&p.kind, PatternKind::MatchAs { pattern: None, name: None })
}

fn is_wildcard_star(p: &Pattern) -> bool {
    matches!(&p.kind, PatternKind::MatchStar { name: None })
}

/// The value of a literal, `-1` and `1 + 2j` included.
fn literal(e: &Expr) -> Option<Const> {
    match &e.kind {
        ExprKind::BinOp { left, op: op @ (Operator::Add | Operator::Sub), right } => {
            fold::binary(expr::binary_op(*op), &signed(left)?, &signed(right)?)
        }
        _ => signed(e),
    }
}

fn signed(e: &Expr) -> Option<Const> {
    match &e.kind {
        ExprKind::Constant { value, .. } => Some(constant(value)),
        ExprKind::UnaryOp { op: UnaryOp::USub, operand } => match &operand.kind {
            ExprKind::Constant { value, .. } => fold::negative(&constant(value)),
            _ => None,
        },
        _ => None,
    }
}

fn syntax<T>(message: impl Into<String>, loc: Location) -> Result<T> {
    Err(CompileError::syntax(message, loc))
}

impl<'a> Compiler<'a> {
    pub fn match_(&mut self, subject: &'a Expr, cases: &'a [MatchCase]) -> Result {
        self.expr(subject)?;
        let end = self.new_label();
        let Some(last) = cases.last() else { return Ok(()) };
        let has_default = is_wildcard(&last.pattern) && cases.len() > 1;
        let n = cases.len() - usize::from(has_default);
        for (i, case) in cases[..n].iter().enumerate() {
            let loc = case.pattern.loc;
            if i + 1 < n {
                self.op_i(Op::COPY, 1, loc);
            }
            // Only the last one may match always, unless there is a guard.
            let allow_irrefutable = case.guard.is_some() || i + 1 == cases.len();
            let mut pc = Context { allow_irrefutable, ..Context::default() };
            self.pattern(&case.pattern, &mut pc)?;
            for name in &pc.stores {
                self.store_name(*name, loc)?;
            }
            if let Some(guard) = &case.guard {
                self.ensure_fail_pop(&mut pc, 0);
                self.jump_if(guard, pc.fail_pop[0], false)?;
            }
            if i + 1 < n {
                self.op(Op::POP_TOP, NEXT_LOCATION);
            }
            self.stmts(&case.body)?;
            self.jump(Op::JUMP, end, NO_LOCATION);
            self.emit_fail_pop(loc, &mut pc);
        }
        if has_default {
            let loc = last.pattern.loc;
            // So that the line of `case _` is traced.
            self.op(Op::NOP, loc);
            if let Some(guard) = &last.guard {
                self.jump_if(guard, end, false)?;
            }
            self.stmts(&last.body)?;
        }
        self.use_label(end);
        Ok(())
    }

    fn ensure_fail_pop(&mut self, pc: &mut Context, n: usize) {
        while pc.fail_pop.len() <= n {
            let label = self.new_label();
            pc.fail_pop.push(label);
        }
    }

    /// Jumps to where everything that was pushed is popped.
    fn jump_to_fail_pop(&mut self, loc: Location, pc: &mut Context, op: Op) {
        let pops = pc.on_top + pc.stores.len();
        self.ensure_fail_pop(pc, pops);
        self.jump(op, pc.fail_pop[pops], loc);
    }

    fn emit_fail_pop(&mut self, loc: Location, pc: &mut Context) {
        let labels = std::mem::take(&mut pc.fail_pop);
        for (i, label) in labels.into_iter().enumerate().rev() {
            self.use_label(label);
            if i > 0 {
                self.op(Op::POP_TOP, loc);
            }
        }
    }

    fn rotate(&mut self, loc: Location, count: usize) {
        for n in (2..=count).rev() {
            self.op_n(Op::SWAP, n, loc);
        }
    }

    fn store_pattern_name(&mut self, loc: Location, name: Option<&'a Identifier>, pc: &mut Context) -> Result {
        let Some(name) = name else {
            self.op(Op::POP_TOP, loc);
            return Ok(());
        };
        let name = self.intern(name);
        self.check_duplicate(loc, name, pc)?;
        // Beneath everything that is still needed.
        self.rotate(loc, pc.on_top + pc.stores.len() + 1);
        pc.stores.push(name);
        Ok(())
    }

    fn check_duplicate(&self, loc: Location, name: Sym, pc: &Context) -> Result {
        if pc.stores.contains(&name) {
            return syntax(format!("multiple assignments to name '{}' in pattern", self.names.text(name)), loc);
        }
        Ok(())
    }

    fn pattern(&mut self, p: &'a Pattern, pc: &mut Context) -> Result {
        self.check_stack()?;
        let loc = p.loc;
        match &p.kind {
            PatternKind::MatchValue { value } => {
                match literal(value) {
                    Some(value_const) => self.load_const(value_const, value.loc),
                    None if matches!(value.kind, ExprKind::Attribute { .. }) => {
                        self.expr(value)?;
                    }
                    None => return syntax("patterns may only match literals and attribute lookups", loc),
                }
                self.compare_op(compare::EQ, loc);
                self.op(Op::TO_BOOL, loc);
                self.jump_to_fail_pop(loc, pc, Op::POP_JUMP_IF_FALSE);
                Ok(())
            }
            PatternKind::MatchSingleton { value } => {
                self.load_const(constant(value), loc);
                self.add_compare(CmpOp::Is, loc);
                self.jump_to_fail_pop(loc, pc, Op::POP_JUMP_IF_FALSE);
                Ok(())
            }
            PatternKind::MatchSequence { patterns } => self.pattern_sequence(loc, patterns, pc),
            PatternKind::MatchMapping { keys, patterns, rest } => {
                self.pattern_mapping(loc, keys, patterns, rest.as_ref(), pc)
            }
            PatternKind::MatchClass { cls, patterns, kwd_attrs, kwd_patterns } => {
                self.pattern_class(loc, cls, patterns, kwd_attrs, kwd_patterns, pc)
            }
            PatternKind::MatchStar { name } => self.store_pattern_name(loc, name.as_ref(), pc),
            PatternKind::MatchAs { pattern: None, name } => {
                if !pc.allow_irrefutable {
                    return match name {
                        Some(name) => {
                            syntax(format!("name capture '{name}' makes remaining patterns unreachable"), loc)
                        }
                        None => syntax("wildcard makes remaining patterns unreachable", loc),
                    };
                }
                self.store_pattern_name(loc, name.as_ref(), pc)
            }
            PatternKind::MatchAs { pattern: Some(pattern), name } => {
                pc.on_top += 1;
                self.op_i(Op::COPY, 1, loc);
                self.pattern(pattern, pc)?;
                pc.on_top -= 1;
                self.store_pattern_name(loc, name.as_ref(), pc)
            }
            PatternKind::MatchOr { patterns } => self.pattern_or(loc, patterns, pc),
        }
    }

    fn subpattern(&mut self, p: &'a Pattern, pc: &mut Context) -> Result {
        let old = std::mem::replace(&mut pc.allow_irrefutable, true);
        self.pattern(p, pc)?;
        pc.allow_irrefutable = old;
        Ok(())
    }

    fn check_len(&mut self, loc: Location, len: usize, cmp: u32, pc: &mut Context) {
        self.op(Op::GET_LEN, loc);
        self.load_int(len as i64, loc);
        self.compare_op(cmp, loc);
        self.jump_to_fail_pop(loc, pc, Op::POP_JUMP_IF_FALSE);
    }

    fn pattern_sequence(&mut self, loc: Location, patterns: &'a [Pattern], pc: &mut Context) -> Result {
        let mut star = None;
        let mut star_wildcard = false;
        let mut only_wildcard = true;
        for (i, p) in patterns.iter().enumerate() {
            if matches!(p.kind, PatternKind::MatchStar { .. }) {
                if star.is_some() {
                    return syntax("multiple starred names in sequence pattern", loc);
                }
                star_wildcard = is_wildcard_star(p);
                only_wildcard &= star_wildcard;
                star = Some(i);
            } else {
                only_wildcard &= is_wildcard(p);
            }
        }
        pc.on_top += 1;
        self.op(Op::MATCH_SEQUENCE, loc);
        self.jump_to_fail_pop(loc, pc, Op::POP_JUMP_IF_FALSE);
        if star.is_none() {
            self.check_len(loc, patterns.len(), compare::EQ, pc);
        } else if patterns.len() > 1 {
            self.check_len(loc, patterns.len() - 1, compare::GE, pc);
        }
        pc.on_top -= 1;
        if only_wildcard {
            self.op(Op::POP_TOP, loc);
            return Ok(());
        }
        match star {
            Some(star) if star_wildcard => self.sequence_subscr(loc, patterns, star, pc),
            _ => self.sequence_unpack(loc, patterns, pc),
        }
    }

    fn sequence_unpack(&mut self, loc: Location, patterns: &'a [Pattern], pc: &mut Context) -> Result {
        let size = patterns.len();
        match patterns.iter().position(|p| matches!(p.kind, PatternKind::MatchStar { .. })) {
            Some(i) => {
                let after = size - i - 1;
                if i >= 1 << 8 || after >= i32::MAX as usize >> 8 {
                    return syntax("too many expressions in star-unpacking sequence pattern", loc);
                }
                self.op_n(Op::UNPACK_EX, i + (after << 8), loc);
            }
            None => self.op_n(Op::UNPACK_SEQUENCE, size, loc),
        }
        pc.on_top += size;
        for p in patterns {
            pc.on_top -= 1;
            self.subpattern(p, pc)?;
        }
        Ok(())
    }

    /// With `*_` among the patterns only the items that matter are taken, by their index.
    fn sequence_subscr(&mut self, loc: Location, patterns: &'a [Pattern], star: usize, pc: &mut Context) -> Result {
        pc.on_top += 1;
        for (i, p) in patterns.iter().enumerate() {
            if is_wildcard(p) || i == star {
                continue;
            }
            self.op_i(Op::COPY, 1, loc);
            if i < star {
                self.load_int(i as i64, loc);
            } else {
                // The subject need not know negative indices.
                self.op(Op::GET_LEN, loc);
                self.load_int((patterns.len() - i) as i64, loc);
                self.op_i(Op::BINARY_OP, nb::SUBTRACT as i32, loc);
            }
            self.op_i(Op::BINARY_OP, nb::SUBSCR as i32, loc);
            self.subpattern(p, pc)?;
        }
        pc.on_top -= 1;
        self.op(Op::POP_TOP, loc);
        Ok(())
    }

    fn pattern_class(
        &mut self,
        loc: Location,
        cls: &'a Expr,
        patterns: &'a [Pattern],
        kwd_attrs: &'a [Identifier],
        kwd_patterns: &'a [Pattern],
        pc: &mut Context,
    ) -> Result {
        if kwd_attrs.len() != kwd_patterns.len() {
            return syntax(
                format!(
                    "kwd_attrs ({}) / kwd_patterns ({}) length mismatch in class pattern",
                    kwd_attrs.len(),
                    kwd_patterns.len()
                ),
                loc,
            );
        }
        for (i, attr) in kwd_attrs.iter().enumerate() {
            if let Some(j) = kwd_attrs[i + 1..].iter().position(|other| other == attr) {
                return syntax(
                    format!("attribute name repeated in class pattern: {attr}"),
                    kwd_patterns[i + 1 + j].loc,
                );
            }
        }
        self.expr(cls)?;
        let names: Vec<Sym> = kwd_attrs.iter().map(|name| self.intern(name)).collect();
        let names = self.name_tuple(&names);
        self.load_const(names, loc);
        self.op_n(Op::MATCH_CLASS, patterns.len(), loc);
        self.check_none(loc, 1, pc);
        let n = patterns.len() + kwd_patterns.len();
        self.op_n(Op::UNPACK_SEQUENCE, n, loc);
        pc.on_top += n;
        pc.on_top -= 1;
        for p in patterns.iter().chain(kwd_patterns) {
            pc.on_top -= 1;
            if is_wildcard(p) {
                self.op(Op::POP_TOP, loc);
            } else {
                self.subpattern(p, pc)?;
            }
        }
        Ok(())
    }

    /// Fails if the tuple on top, after which there are `pushed` more values than before, is `None`.
    fn check_none(&mut self, loc: Location, pushed: usize, pc: &mut Context) {
        pc.on_top += pushed;
        self.op_i(Op::COPY, 1, loc);
        self.load_none(loc);
        self.op_i(Op::IS_OP, 1, loc);
        self.jump_to_fail_pop(loc, pc, Op::POP_JUMP_IF_FALSE);
    }

    fn pattern_mapping(
        &mut self,
        loc: Location,
        keys: &'a [Expr],
        patterns: &'a [Pattern],
        rest: Option<&'a Identifier>,
        pc: &mut Context,
    ) -> Result {
        let size = keys.len();
        if size != patterns.len() {
            return syntax(
                format!("keys ({size}) / patterns ({}) length mismatch in mapping pattern", patterns.len()),
                loc,
            );
        }
        pc.on_top += 1;
        self.op(Op::MATCH_MAPPING, loc);
        self.jump_to_fail_pop(loc, pc, Op::POP_JUMP_IF_FALSE);
        if size == 0 && rest.is_none() {
            pc.on_top -= 1;
            self.op(Op::POP_TOP, loc);
            return Ok(());
        }
        if size > 0 {
            self.check_len(loc, size, compare::GE, pc);
        }
        let mut seen: Vec<Const> = Vec::new();
        for key in keys {
            if let Some(value) = literal(key) {
                if seen.iter().any(|known| fold::equal(known, &value)) {
                    let text = String::from_utf8_lossy(&crate::unparse::constant_repr(&value)).into_owned();
                    return syntax(format!("mapping pattern checks duplicate key ({text})"), loc);
                }
                seen.push(value.clone());
                self.load_const(value, key.loc);
            } else if matches!(key.kind, ExprKind::Attribute { .. }) {
                self.expr(key)?;
            } else {
                return syntax("mapping pattern keys may only match literals and attribute lookups", loc);
            }
        }
        self.op_n(Op::BUILD_TUPLE, size, loc);
        self.op(Op::MATCH_KEYS, loc);
        // A tuple of keys and a tuple of values on the subject.
        self.check_none(loc, 2, pc);
        self.op_n(Op::UNPACK_SEQUENCE, size, loc);
        pc.on_top += size;
        pc.on_top -= 1;
        for p in patterns {
            pc.on_top -= 1;
            self.subpattern(p, pc)?;
        }
        pc.on_top -= 2;
        if rest.is_some() {
            // A dict of the subject without the keys.
            self.op_i(Op::BUILD_MAP, 0, loc);
            self.op_i(Op::SWAP, 3, loc);
            self.op_i(Op::DICT_UPDATE, 2, loc);
            self.op_n(Op::UNPACK_SEQUENCE, size, loc);
            for n in (1..=size).rev() {
                self.op_n(Op::COPY, n + 1, loc);
                self.op_i(Op::SWAP, 2, loc);
                self.op(Op::DELETE_SUBSCR, loc);
            }
            self.store_pattern_name(loc, rest, pc)?;
        } else {
            self.op(Op::POP_TOP, loc);
            self.op(Op::POP_TOP, loc);
        }
        Ok(())
    }

    fn pattern_or(&mut self, loc: Location, patterns: &'a [Pattern], pc: &mut Context) -> Result {
        let end = self.new_label();
        // The names of the first alternative; the others must bind the same ones.
        let mut control: Option<Vec<Sym>> = None;
        for (i, alt) in patterns.iter().enumerate() {
            let last = i + 1 == patterns.len();
            let mut alt_pc = Context { allow_irrefutable: last && pc.allow_irrefutable, ..Context::default() };
            self.op_i(Op::COPY, 1, alt.loc);
            self.pattern(alt, &mut alt_pc)?;
            match &control {
                None => control = Some(alt_pc.stores.clone()),
                Some(control) => {
                    let different = || syntax("alternative patterns bind different names", loc);
                    if control.len() != alt_pc.stores.len() {
                        return different();
                    }
                    // The same order on the stack.
                    for icontrol in (0..control.len()).rev() {
                        let Some(istores) = alt_pc.stores.iter().position(|n| *n == control[icontrol]) else {
                            return different();
                        };
                        if icontrol == istores {
                            continue;
                        }
                        let rotated: Vec<Sym> = alt_pc.stores.drain(..=istores).collect();
                        let at = icontrol.saturating_sub(istores).min(alt_pc.stores.len());
                        alt_pc.stores.splice(at..at, rotated);
                        for _ in 0..=istores {
                            self.rotate(alt.loc, icontrol + 1);
                        }
                    }
                }
            }
            self.jump(Op::JUMP, end, alt.loc);
            self.emit_fail_pop(alt.loc, &mut alt_pc);
        }
        let control = control.unwrap_or_default();
        // No alternative matched.
        self.op(Op::POP_TOP, loc);
        self.jump_to_fail_pop(loc, pc, Op::JUMP);
        self.use_label(end);
        let rotations = control.len() + 1 + pc.on_top + pc.stores.len();
        for name in control {
            self.rotate(loc, rotations);
            self.check_duplicate(loc, name, pc)?;
            pc.stores.push(name);
        }
        self.op(Op::POP_TOP, loc);
        Ok(())
    }
}
