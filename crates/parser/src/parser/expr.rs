//! Expressions, targets, comprehensions and calls.

use super::{Fail, MAX_STACK, P, Parser, Start};
use crate::ast::*;
use crate::token::Tok;

/// Binding strength of a binary operator, 0 for none.
#[inline]
fn precedence(kind: Tok) -> u8 {
    match kind {
        Tok::VBar => 1,
        Tok::Circumflex => 2,
        Tok::Amper => 3,
        Tok::LeftShift | Tok::RightShift => 4,
        Tok::Plus | Tok::Minus => 5,
        Tok::Star | Tok::Slash | Tok::DoubleSlash | Tok::Percent | Tok::At => 6,
        _ => 0,
    }
}

fn operator(kind: Tok) -> Operator {
    match kind {
        Tok::VBar => Operator::BitOr,
        Tok::Circumflex => Operator::BitXor,
        Tok::Amper => Operator::BitAnd,
        Tok::LeftShift => Operator::LShift,
        Tok::RightShift => Operator::RShift,
        Tok::Plus => Operator::Add,
        Tok::Minus => Operator::Sub,
        Tok::Star => Operator::Mult,
        Tok::Slash => Operator::Div,
        Tok::DoubleSlash => Operator::FloorDiv,
        Tok::Percent => Operator::Mod,
        _ => Operator::MatMult,
    }
}

impl<'a> Parser<'a> {
    /// `expressions`: one, or a tuple without starred elements.
    pub(super) fn expressions(&mut self) -> P<Expr> {
        let start = self.start();
        let first = self.expression()?;
        self.expressions_after(start, first)
    }

    /// The rest of `expressions` after its first element.
    pub(super) fn expressions_after(&mut self, start: Start, first: Expr) -> P<Expr> {
        if self.kind() != Tok::Comma {
            return Ok(first);
        }
        self.pos += 1;
        let mut elts = vec![first];
        while self.starts_expression() {
            elts.push(self.expression()?);
            if !self.eat(Tok::Comma) {
                break;
            }
        }
        Ok(Expr::new(ExprKind::Tuple { elts, ctx: ExprContext::Load }, self.loc(start)))
    }

    /// Whether the next token can begin an expression (not a starred one).
    pub(super) fn starts_expression(&self) -> bool {
        matches!(
            self.kind(),
            Tok::Name
                | Tok::Number
                | Tok::String
                | Tok::FStringStart
                | Tok::TStringStart
                | Tok::LPar
                | Tok::LSqb
                | Tok::LBrace
                | Tok::Minus
                | Tok::Plus
                | Tok::Tilde
                | Tok::Not
                | Tok::Lambda
                | Tok::Await
                | Tok::None
                | Tok::True
                | Tok::False
                | Tok::Ellipsis
        )
    }

    /// `star_expressions`: one, or a tuple.
    pub(super) fn star_expressions(&mut self) -> P<Expr> {
        let start = self.start();
        let first = self.star_expression()?;
        if self.kind() != Tok::Comma {
            return Ok(first);
        }
        self.pos += 1;
        let mut elts = vec![first];
        while self.kind() == Tok::Star || self.starts_expression() {
            elts.push(self.star_expression()?);
            if !self.eat(Tok::Comma) {
                break;
            }
        }
        Ok(Expr::new(ExprKind::Tuple { elts, ctx: ExprContext::Load }, self.loc(start)))
    }

    /// `star_expression`: `'*' bitwise_or` or an expression.
    #[inline]
    pub(super) fn star_expression(&mut self) -> P<Expr> {
        if self.kind() == Tok::Star { self.starred_or() } else { self.expression() }
    }

    fn starred_or(&mut self) -> P<Expr> {
        let start = self.start();
        self.pos += 1;
        let value = Box::new(self.binary(1)?);
        Ok(Expr::new(ExprKind::Starred { value, ctx: ExprContext::Load }, self.loc(start)))
    }

    /// `annotated_rhs`: a yield or star expressions.
    pub(super) fn annotated_rhs(&mut self) -> P<Expr> {
        if self.kind() == Tok::Yield { self.yield_expr() } else { self.star_expressions() }
    }

    pub(super) fn yield_expr(&mut self) -> P<Expr> {
        let start = self.start();
        self.pos += 1;
        if self.eat(Tok::From) {
            let value = Box::new(self.expression()?);
            return Ok(Expr::new(ExprKind::YieldFrom { value }, self.loc(start)));
        }
        let value = if self.kind() == Tok::Star || self.starts_expression() {
            Some(Box::new(self.star_expressions()?))
        } else {
            None
        };
        Ok(Expr::new(ExprKind::Yield { value }, self.loc(start)))
    }

    /// `named_expression`
    #[inline]
    pub(super) fn named_expression(&mut self) -> P<Expr> {
        if self.kind() == Tok::Name && self.kind_at(1) == Tok::ColonEqual {
            return self.assignment_expression();
        }
        self.expression()
    }

    fn assignment_expression(&mut self) -> P<Expr> {
        self.version(8)?;
        let start = self.start();
        let id = self.name()?;
        let target = Box::new(Expr::new(ExprKind::Name { id, ctx: ExprContext::Store }, self.loc(start)));
        self.expect(Tok::ColonEqual)?;
        let value = Box::new(self.expression()?);
        Ok(Expr::new(ExprKind::NamedExpr { target, value }, self.loc(start)))
    }

    /// `star_named_expression`
    #[inline]
    pub(super) fn star_named_expression(&mut self) -> P<Expr> {
        if self.kind() == Tok::Star { self.starred_or() } else { self.named_expression() }
    }

    /// Elements up to `close`, which is consumed; a first element may have been read.
    fn star_named_list(&mut self, elts: &mut Vec<Expr>, close: Tok) -> P<()> {
        loop {
            if self.eat(close) {
                return Ok(());
            }
            elts.push(self.star_named_expression()?);
            if !self.eat(Tok::Comma) {
                return self.expect(close);
            }
        }
    }

    /// `expression`
    pub(super) fn expression(&mut self) -> P<Expr> {
        self.level += 1;
        if self.level > self.max_level {
            return Err(Fail);
        }
        let start = self.start();
        let result = if self.kind() == Tok::Lambda {
            self.lambda(start)?
        } else {
            let body = self.disjunction()?;
            if self.kind() == Tok::If { self.conditional(start, body)? } else { body }
        };
        self.level -= 1;
        Ok(result)
    }

    /// After a body, at `if`. A chain is collected in order and nested from the end, without recursion.
    #[inline(never)]
    fn conditional(&mut self, start: Start, body: Expr) -> P<Expr> {
        let mut arms = Vec::with_capacity(1);
        let mut body = body;
        let mut start = start;
        let mut orelse = loop {
            self.pos += 1;
            let test = self.disjunction()?;
            self.expect(Tok::Else)?;
            arms.push((start, test, body));
            if self.level + arms.len() as u32 > MAX_STACK {
                return Err(Fail);
            }
            start = self.start();
            if self.kind() == Tok::Lambda {
                break self.expression()?;
            }
            body = self.disjunction()?;
            if self.kind() != Tok::If {
                break body;
            }
        };
        while let Some((start, test, body)) = arms.pop() {
            let kind = ExprKind::IfExp { test: Box::new(test), body: Box::new(body), orelse: Box::new(orelse) };
            orelse = Expr::new(kind, self.loc(start));
        }
        Ok(orelse)
    }

    #[inline(never)]
    fn lambda(&mut self, start: Start) -> P<Expr> {
        self.pos += 1;
        let args = Box::new(self.deeper(5, |p| p.parameters(true))?);
        self.expect(Tok::Colon)?;
        let body = Box::new(self.deeper(1, |p| p.expression())?);
        Ok(Expr::new(ExprKind::Lambda { args, body }, self.loc(start)))
    }

    /// `disjunction`
    #[inline]
    pub(super) fn disjunction(&mut self) -> P<Expr> {
        let start = self.start();
        let first = self.conjunction(start)?;
        if self.kind() != Tok::Or {
            return Ok(first);
        }
        let mut values = vec![first];
        while self.eat(Tok::Or) {
            let start = self.start();
            values.push(self.conjunction(start)?);
        }
        Ok(Expr::new(ExprKind::BoolOp { op: BoolOp::Or, values }, self.loc(start)))
    }

    fn conjunction(&mut self, start: Start) -> P<Expr> {
        let first = self.inversion(start)?;
        if self.kind() != Tok::And {
            return Ok(first);
        }
        let mut values = vec![first];
        while self.eat(Tok::And) {
            let start = self.start();
            values.push(self.inversion(start)?);
        }
        Ok(Expr::new(ExprKind::BoolOp { op: BoolOp::And, values }, self.loc(start)))
    }

    fn inversion(&mut self, start: Start) -> P<Expr> {
        if self.kind() == Tok::Not {
            self.pos += 1;
            let next = self.start();
            let operand = Box::new(self.deeper(1, |p| p.inversion(next))?);
            return Ok(Expr::new(ExprKind::UnaryOp { op: UnaryOp::Not, operand }, self.loc(start)));
        }
        let left = self.binary(1)?;
        match self.kind() {
            Tok::EqEqual
            | Tok::NotEqual
            | Tok::LessEqual
            | Tok::Less
            | Tok::GreaterEqual
            | Tok::Greater
            | Tok::In
            | Tok::Is => self.comparison(start, left),
            Tok::Not if self.kind_at(1) == Tok::In => self.comparison(start, left),
            _ => Ok(left),
        }
    }

    fn comparison(&mut self, start: Start, left: Expr) -> P<Expr> {
        let mut ops = Vec::with_capacity(1);
        let mut comparators = Vec::with_capacity(1);
        loop {
            let mut width = 1;
            let op = match self.kind() {
                Tok::EqEqual => CmpOp::Eq,
                Tok::NotEqual => {
                    if (self.token_text(self.token()?) == "<>") != self.barry {
                        return Err(Fail);
                    }
                    CmpOp::NotEq
                }
                Tok::LessEqual => CmpOp::LtE,
                Tok::Less => CmpOp::Lt,
                Tok::GreaterEqual => CmpOp::GtE,
                Tok::Greater => CmpOp::Gt,
                Tok::In => CmpOp::In,
                Tok::Not if self.kind_at(1) == Tok::In => {
                    width = 2;
                    CmpOp::NotIn
                }
                Tok::Is if self.kind_at(1) == Tok::Not => {
                    width = 2;
                    CmpOp::IsNot
                }
                Tok::Is => CmpOp::Is,
                _ => break,
            };
            self.pos += width;
            ops.push(op);
            comparators.push(self.binary(1)?);
        }
        Ok(Expr::new(ExprKind::Compare { left: Box::new(left), ops, comparators }, self.loc(start)))
    }

    /// Binary operators that bind at least as strongly as `min`; `binary(1)` is `bitwise_or`.
    pub(super) fn binary(&mut self, min: u8) -> P<Expr> {
        let start = self.start();
        let mut left = self.factor()?;
        loop {
            let kind = self.kind();
            let strength = precedence(kind);
            if strength < min || strength == 0 {
                return Ok(left);
            }
            if kind == Tok::At {
                self.version(5)?;
            }
            self.pos += 1;
            let right = if strength == 6 { self.factor()? } else { self.deeper(1, |p| p.binary(strength + 1))? };
            let kind = ExprKind::BinOp { left: Box::new(left), op: operator(kind), right: Box::new(right) };
            left = Expr::new(kind, self.loc(start));
        }
    }

    fn factor(&mut self) -> P<Expr> {
        let op = match self.kind() {
            Tok::Minus => UnaryOp::USub,
            Tok::Plus => UnaryOp::UAdd,
            Tok::Tilde => UnaryOp::Invert,
            _ => return self.power(),
        };
        let start = self.start();
        self.pos += 1;
        let operand = Box::new(self.deeper(1, |p| p.factor())?);
        Ok(Expr::new(ExprKind::UnaryOp { op, operand }, self.loc(start)))
    }

    fn power(&mut self) -> P<Expr> {
        let start = self.start();
        let left = if self.kind() == Tok::Await {
            self.version(5)?;
            self.pos += 1;
            let value = Box::new(self.primary()?);
            Expr::new(ExprKind::Await { value }, self.loc(start))
        } else {
            self.primary()?
        };
        if self.kind() != Tok::DoubleStar {
            return Ok(left);
        }
        self.pos += 1;
        let right = Box::new(self.deeper(2, |p| p.factor())?);
        let kind = ExprKind::BinOp { left: Box::new(left), op: Operator::Pow, right };
        Ok(Expr::new(kind, self.loc(start)))
    }

    /// `primary`: an atom with attributes, calls and subscripts.
    pub(super) fn primary(&mut self) -> P<Expr> {
        let start = self.start();
        let mut value = self.atom()?;
        loop {
            match self.kind() {
                Tok::Dot => {
                    self.pos += 1;
                    let attr = self.name()?;
                    let kind = ExprKind::Attribute { value: Box::new(value), attr, ctx: ExprContext::Load };
                    value = Expr::new(kind, self.loc(start));
                }
                Tok::LPar => {
                    let (args, keywords) = self.call_arguments(true)?;
                    let kind = ExprKind::Call { func: Box::new(value), args, keywords };
                    value = Expr::new(kind, self.loc(start));
                }
                Tok::LSqb => {
                    self.pos += 1;
                    let slice = Box::new(self.slices()?);
                    self.expect(Tok::RSqb)?;
                    let kind = ExprKind::Subscript { value: Box::new(value), slice, ctx: ExprContext::Load };
                    value = Expr::new(kind, self.loc(start));
                }
                _ => return Ok(value),
            }
        }
    }

    #[inline]
    fn constant(&mut self, value: Constant) -> P<Expr> {
        let token = self.token()?;
        self.pos += 1;
        Ok(Expr::new(ExprKind::Constant { value, kind: None }, Self::token_loc(token)))
    }

    fn atom(&mut self) -> P<Expr> {
        match self.kind() {
            Tok::Name => {
                let token = self.token()?;
                self.pos += 1;
                let id = self.intern(self.token_text(token));
                Ok(Expr::new(ExprKind::Name { id, ctx: ExprContext::Load }, Self::token_loc(token)))
            }
            Tok::Number => self.number(),
            Tok::String | Tok::FStringStart | Tok::TStringStart => self.strings(),
            Tok::LPar => self.deeper(7, |p| p.paren_atom()),
            Tok::LSqb => self.deeper(7, |p| p.list_atom()),
            Tok::LBrace => self.deeper(7, |p| p.brace_atom()),
            Tok::None => self.constant(Constant::None),
            Tok::True => self.constant(Constant::True),
            Tok::False => self.constant(Constant::False),
            Tok::Ellipsis => self.constant(Constant::Ellipsis),
            _ => Err(Fail),
        }
    }

    fn at_comprehension(&self) -> bool {
        self.kind() == Tok::For || self.kind() == Tok::Async && self.kind_at(1) == Tok::For
    }

    /// `tuple | group | genexp`
    fn paren_atom(&mut self) -> P<Expr> {
        let start = self.start();
        self.pos += 1;
        if self.eat(Tok::RPar) {
            return Ok(Expr::new(ExprKind::Tuple { elts: vec![], ctx: ExprContext::Load }, self.loc(start)));
        }
        if self.kind() == Tok::Yield {
            let value = self.yield_expr()?;
            self.expect(Tok::RPar)?;
            return Ok(value);
        }
        let first = self.star_named_expression()?;
        let starred = matches!(first.kind, ExprKind::Starred { .. });
        match self.kind() {
            Tok::Comma => {
                self.pos += 1;
                let mut elts = vec![first];
                self.star_named_list(&mut elts, Tok::RPar)?;
                Ok(Expr::new(ExprKind::Tuple { elts, ctx: ExprContext::Load }, self.loc(start)))
            }
            Tok::RPar if !starred => {
                self.pos += 1;
                Ok(first)
            }
            Tok::For | Tok::Async if !starred => {
                let generators = self.comprehensions()?;
                self.expect(Tok::RPar)?;
                Ok(Expr::new(ExprKind::GeneratorExp { elt: Box::new(first), generators }, self.loc(start)))
            }
            _ => Err(Fail),
        }
    }

    fn list_atom(&mut self) -> P<Expr> {
        let start = self.start();
        self.pos += 1;
        let mut elts = Vec::new();
        if !self.eat(Tok::RSqb) {
            let first = self.star_named_expression()?;
            if self.at_comprehension() {
                if matches!(first.kind, ExprKind::Starred { .. }) {
                    return Err(Fail);
                }
                let generators = self.comprehensions()?;
                self.expect(Tok::RSqb)?;
                return Ok(Expr::new(ExprKind::ListComp { elt: Box::new(first), generators }, self.loc(start)));
            }
            elts.push(first);
            if self.eat(Tok::Comma) {
                self.star_named_list(&mut elts, Tok::RSqb)?;
            } else {
                self.expect(Tok::RSqb)?;
            }
        }
        Ok(Expr::new(ExprKind::List { elts, ctx: ExprContext::Load }, self.loc(start)))
    }

    /// `dict | set | dictcomp | setcomp`
    fn brace_atom(&mut self) -> P<Expr> {
        let start = self.start();
        self.pos += 1;
        let mut keys = Vec::new();
        let mut values = Vec::new();
        let named = self.kind() == Tok::Name && self.kind_at(1) == Tok::ColonEqual;
        if self.kind() == Tok::Star || named {
            return self.set_rest(start, named);
        }
        if !matches!(self.kind(), Tok::RBrace | Tok::DoubleStar) {
            let first = self.expression()?;
            if self.kind() != Tok::Colon {
                return self.set_after(start, first);
            }
            self.pos += 1;
            let value = self.expression()?;
            if self.at_comprehension() {
                let generators = self.comprehensions()?;
                self.expect(Tok::RBrace)?;
                let kind = ExprKind::DictComp { key: Box::new(first), value: Box::new(value), generators };
                return Ok(Expr::new(kind, self.loc(start)));
            }
            keys.push(Some(first));
            values.push(value);
            if self.kind() != Tok::RBrace {
                self.expect(Tok::Comma)?;
            }
        }
        while !self.eat(Tok::RBrace) {
            if self.eat(Tok::DoubleStar) {
                keys.push(None);
                values.push(self.binary(1)?);
            } else {
                keys.push(Some(self.expression()?));
                self.expect(Tok::Colon)?;
                values.push(self.expression()?);
            }
            if self.kind() != Tok::RBrace {
                self.expect(Tok::Comma)?;
            }
        }
        Ok(Expr::new(ExprKind::Dict { keys, values }, self.loc(start)))
    }

    fn set_rest(&mut self, start: Start, named: bool) -> P<Expr> {
        let first = self.star_named_expression()?;
        if !named && self.at_comprehension() {
            return Err(Fail);
        }
        self.set_after(start, first)
    }

    fn set_after(&mut self, start: Start, first: Expr) -> P<Expr> {
        if self.at_comprehension() {
            let generators = self.comprehensions()?;
            self.expect(Tok::RBrace)?;
            return Ok(Expr::new(ExprKind::SetComp { elt: Box::new(first), generators }, self.loc(start)));
        }
        let mut elts = vec![first];
        if self.eat(Tok::Comma) {
            self.star_named_list(&mut elts, Tok::RBrace)?;
        } else {
            self.expect(Tok::RBrace)?;
        }
        Ok(Expr::new(ExprKind::Set { elts }, self.loc(start)))
    }

    /// `for_if_clauses`
    fn comprehensions(&mut self) -> P<Vec<Comprehension>> {
        let mut generators = Vec::with_capacity(1);
        while self.at_comprehension() {
            let is_async = i32::from(self.eat(Tok::Async));
            if is_async != 0 {
                self.version(6)?;
            }
            self.pos += 1;
            let target = self.star_targets()?;
            self.expect(Tok::In)?;
            let iter = self.disjunction()?;
            let mut ifs = Vec::new();
            while self.eat(Tok::If) {
                ifs.push(self.disjunction()?);
            }
            generators.push(Comprehension { target, iter, ifs, is_async });
        }
        if generators.is_empty() { Err(Fail) } else { Ok(generators) }
    }

    /// `'(' [arguments] ')'`, and a bare generator expression if `genexp`.
    pub(super) fn call_arguments(&mut self, genexp: bool) -> P<(Vec<Expr>, Vec<Keyword>)> {
        self.deeper(7, |p| p.call_arguments_inner(genexp))
    }

    fn call_arguments_inner(&mut self, genexp: bool) -> P<(Vec<Expr>, Vec<Keyword>)> {
        let open = self.start();
        self.pos += 1;
        let mut args = Vec::new();
        let mut keywords: Vec<Keyword> = Vec::new();
        let mut double_starred = false;
        loop {
            let start = self.start();
            match self.kind() {
                Tok::RPar => {
                    self.pos += 1;
                    return Ok((args, keywords));
                }
                Tok::Star => {
                    if double_starred {
                        return Err(Fail);
                    }
                    self.pos += 1;
                    let value = Box::new(self.expression()?);
                    args.push(Expr::new(ExprKind::Starred { value, ctx: ExprContext::Load }, self.loc(start)));
                }
                Tok::DoubleStar => {
                    self.pos += 1;
                    double_starred = true;
                    let value = self.expression()?;
                    keywords.push(Keyword { arg: None, value, loc: self.loc(start) });
                }
                Tok::Name if self.kind_at(1) == Tok::Equal => {
                    let arg = Some(self.name()?);
                    self.pos += 1;
                    let value = self.expression()?;
                    keywords.push(Keyword { arg, value, loc: self.loc(start) });
                }
                _ => {
                    if !keywords.is_empty() {
                        return Err(Fail);
                    }
                    let value = self.named_expression()?;
                    if self.at_comprehension() {
                        if !genexp || !args.is_empty() {
                            return Err(Fail);
                        }
                        let generators = self.comprehensions()?;
                        self.expect(Tok::RPar)?;
                        let kind = ExprKind::GeneratorExp { elt: Box::new(value), generators };
                        args.push(Expr::new(kind, self.loc(open)));
                        return Ok((args, keywords));
                    }
                    args.push(value);
                }
            }
            if self.kind() != Tok::RPar {
                self.expect(Tok::Comma)?;
                // A lone comma is no argument list; the loop has read an argument here.
            }
        }
    }

    /// `slices`
    fn slices(&mut self) -> P<Expr> {
        self.deeper(7, |p| {
            let start = p.start();
            if p.kind() != Tok::Star {
                let first = p.slice()?;
                if p.kind() != Tok::Comma {
                    return Ok(first);
                }
                p.pos += 1;
                return p.slice_tuple(start, vec![first]);
            }
            p.slice_tuple(start, vec![])
        })
    }

    fn slice_tuple(&mut self, start: Start, mut elts: Vec<Expr>) -> P<Expr> {
        while self.kind() != Tok::RSqb {
            if self.kind() == Tok::Star {
                let start = self.start();
                self.pos += 1;
                let value = Box::new(self.expression()?);
                elts.push(Expr::new(ExprKind::Starred { value, ctx: ExprContext::Load }, self.loc(start)));
            } else {
                elts.push(self.slice()?);
            }
            if !self.eat(Tok::Comma) {
                break;
            }
        }
        Ok(Expr::new(ExprKind::Tuple { elts, ctx: ExprContext::Load }, self.loc(start)))
    }

    fn slice(&mut self) -> P<Expr> {
        let start = self.start();
        let lower = if self.kind() == Tok::Colon {
            None
        } else {
            let named = self.kind_at(1) == Tok::ColonEqual;
            let value = self.named_expression()?;
            if named || self.kind() != Tok::Colon {
                return Ok(value);
            }
            Some(Box::new(value))
        };
        self.pos += 1;
        let upper = if self.starts_expression() { Some(Box::new(self.expression()?)) } else { None };
        let step =
            if self.eat(Tok::Colon) && self.starts_expression() { Some(Box::new(self.expression()?)) } else { None };
        Ok(Expr::new(ExprKind::Slice { lower, upper, step }, self.loc(start)))
    }

    // Targets.

    /// `star_targets`, where `in` ends them.
    pub(super) fn star_targets(&mut self) -> P<Expr> {
        let start = self.start();
        let first = self.star_target()?;
        if self.kind() != Tok::Comma {
            return Ok(first);
        }
        self.pos += 1;
        let mut elts = vec![first];
        while matches!(self.kind(), Tok::Star | Tok::LPar | Tok::LSqb) || self.starts_expression() {
            elts.push(self.star_target()?);
            if !self.eat(Tok::Comma) {
                break;
            }
        }
        Ok(Expr::new(ExprKind::Tuple { elts, ctx: ExprContext::Store }, self.loc(start)))
    }

    /// `star_target`
    pub(super) fn star_target(&mut self) -> P<Expr> {
        let start = self.start();
        if self.eat(Tok::Star) {
            if self.kind() == Tok::Star {
                return Err(Fail);
            }
            let mut value = Box::new(self.primary()?);
            set_context(&mut value, ExprContext::Store)?;
            return Ok(Expr::new(ExprKind::Starred { value, ctx: ExprContext::Store }, self.loc(start)));
        }
        let mut target = self.primary()?;
        set_context(&mut target, ExprContext::Store)?;
        Ok(target)
    }

    /// `del_targets`, then what must follow them.
    pub(super) fn del_targets(&mut self) -> P<Vec<Expr>> {
        let mut targets = Vec::new();
        loop {
            let mut target = self.primary()?;
            set_context(&mut target, ExprContext::Del)?;
            targets.push(target);
            if !self.eat(Tok::Comma) || !self.starts_expression() {
                return Ok(targets);
            }
        }
    }
}

/// Turns an expression into a target; fails if it is none.
pub(super) fn set_context(expr: &mut Expr, to: ExprContext) -> P<()> {
    match &mut expr.kind {
        ExprKind::Name { ctx, .. } | ExprKind::Attribute { ctx, .. } | ExprKind::Subscript { ctx, .. } => *ctx = to,
        ExprKind::Starred { value, ctx } if to == ExprContext::Store => {
            if matches!(value.kind, ExprKind::Starred { .. }) {
                return Err(Fail);
            }
            *ctx = to;
            set_context(value, to)?;
        }
        ExprKind::List { elts, ctx } | ExprKind::Tuple { elts, ctx } => {
            *ctx = to;
            for elt in elts {
                set_context(elt, to)?;
            }
        }
        _ => return Err(Fail),
    }
    Ok(())
}
