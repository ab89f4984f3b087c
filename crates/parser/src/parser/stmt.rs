//! Statements.

use super::expr::set_context;
use super::{Fail, MAX_STACK, P, Parser, Start};
use crate::ast::*;
use crate::token::Tok;

fn augmented(kind: Tok) -> Option<Operator> {
    Some(match kind {
        Tok::PlusEqual => Operator::Add,
        Tok::MinEqual => Operator::Sub,
        Tok::StarEqual => Operator::Mult,
        Tok::AtEqual => Operator::MatMult,
        Tok::SlashEqual => Operator::Div,
        Tok::PercentEqual => Operator::Mod,
        Tok::AmperEqual => Operator::BitAnd,
        Tok::VBarEqual => Operator::BitOr,
        Tok::CircumflexEqual => Operator::BitXor,
        Tok::LeftShiftEqual => Operator::LShift,
        Tok::RightShiftEqual => Operator::RShift,
        Tok::DoubleStarEqual => Operator::Pow,
        Tok::DoubleSlashEqual => Operator::FloorDiv,
        _ => return None,
    })
}

/// Whether `expr` may be annotated or augmented.
fn is_single_target(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::Name { .. } | ExprKind::Attribute { .. } | ExprKind::Subscript { .. })
}

impl<'a> Parser<'a> {
    /// One compound statement or a line of simple ones.
    pub(super) fn statement(&mut self, out: &mut Vec<Stmt>) -> P<()> {
        match self.kind() {
            Tok::Def | Tok::Class | Tok::At | Tok::Async => {
                let stmt = self.definition()?;
                out.push(stmt);
            }
            Tok::If => {
                let stmt = self.if_stmt()?;
                out.push(stmt);
            }
            Tok::With => {
                let start = self.start();
                let stmt = self.with_stmt(start, false)?;
                out.push(stmt);
            }
            Tok::For => {
                let start = self.start();
                let stmt = self.for_stmt(start, false)?;
                out.push(stmt);
            }
            Tok::Try => {
                let stmt = self.try_stmt()?;
                out.push(stmt);
            }
            Tok::While => {
                let stmt = self.while_stmt()?;
                out.push(stmt);
            }
            Tok::Name if self.is_soft(0, "match") => match self.match_stmt()? {
                Some(stmt) => out.push(stmt),
                None => self.simple_stmts(out)?,
            },
            _ => self.simple_stmts(out)?,
        }
        Ok(())
    }

    fn simple_stmts(&mut self, out: &mut Vec<Stmt>) -> P<()> {
        loop {
            let stmt = self.simple_stmt()?;
            out.push(stmt);
            if self.eat(Tok::Semi) {
                if self.eat(Tok::Newline) {
                    return Ok(());
                }
                continue;
            }
            return self.expect(Tok::Newline);
        }
    }

    fn simple_stmt(&mut self) -> P<Stmt> {
        let start = self.start();
        let kind = match self.kind() {
            Tok::Return => {
                self.pos += 1;
                let value = if self.kind() == Tok::Star || self.starts_expression() {
                    Some(Box::new(self.star_expressions()?))
                } else {
                    None
                };
                StmtKind::Return { value }
            }
            Tok::Import => self.import_name()?,
            Tok::From => self.import_from()?,
            Tok::Raise => {
                self.pos += 1;
                let mut exc = None;
                let mut cause = None;
                if self.starts_expression() {
                    exc = Some(Box::new(self.expression()?));
                    if self.eat(Tok::From) {
                        cause = Some(Box::new(self.expression()?));
                    }
                }
                StmtKind::Raise { exc, cause }
            }
            Tok::Pass => {
                self.pos += 1;
                StmtKind::Pass
            }
            Tok::Break => {
                self.pos += 1;
                StmtKind::Break
            }
            Tok::Continue => {
                self.pos += 1;
                StmtKind::Continue
            }
            Tok::Del => {
                self.pos += 1;
                let targets = self.del_targets()?;
                if !matches!(self.kind(), Tok::Semi | Tok::Newline) {
                    return Err(Fail);
                }
                StmtKind::Delete { targets }
            }
            Tok::Yield => {
                let value = Box::new(self.yield_expr()?);
                StmtKind::Expr { value }
            }
            Tok::Assert => {
                self.pos += 1;
                let test = Box::new(self.expression()?);
                let msg = if self.eat(Tok::Comma) { Some(Box::new(self.expression()?)) } else { None };
                StmtKind::Assert { test, msg }
            }
            Tok::Global => {
                self.pos += 1;
                StmtKind::Global { names: self.name_list()? }
            }
            Tok::Nonlocal => {
                self.pos += 1;
                StmtKind::Nonlocal { names: self.name_list()? }
            }
            Tok::Name if self.kind_at(1) == Tok::Name && self.is_soft(0, "type") => self.type_alias()?,
            _ => self.expression_stmt()?,
        };
        Ok(Stmt::new(kind, self.loc(start)))
    }

    fn name_list(&mut self) -> P<Vec<Identifier>> {
        let mut names = vec![self.name()?];
        while self.eat(Tok::Comma) {
            names.push(self.name()?);
        }
        Ok(names)
    }

    fn type_alias(&mut self) -> P<StmtKind> {
        self.version(12)?;
        self.pos += 1;
        let start = self.start();
        let id = self.name()?;
        let name = Box::new(Expr::new(ExprKind::Name { id, ctx: ExprContext::Store }, self.loc(start)));
        let type_params = self.type_params()?;
        self.expect(Tok::Equal)?;
        let value = Box::new(self.expression()?);
        Ok(StmtKind::TypeAlias { name, type_params, value })
    }

    /// An expression statement or one of the assignments.
    fn expression_stmt(&mut self) -> P<StmtKind> {
        let first_kind = self.kind();
        let mut first = self.star_expressions()?;
        match self.kind() {
            Tok::Newline | Tok::Semi => Ok(StmtKind::Expr { value: Box::new(first) }),
            Tok::Equal => {
                let mut targets = Vec::with_capacity(1);
                while self.eat(Tok::Equal) {
                    set_context(&mut first, ExprContext::Store)?;
                    targets.push(first);
                    first = self.annotated_rhs()?;
                }
                let type_comment = self.type_comment();
                Ok(StmtKind::Assign { targets, value: Box::new(first), type_comment })
            }
            Tok::Colon => {
                if !is_single_target(&first) {
                    return Err(Fail);
                }
                self.version(6)?;
                let simple = i32::from(matches!(first.kind, ExprKind::Name { .. }) && first_kind == Tok::Name);
                set_context(&mut first, ExprContext::Store)?;
                self.pos += 1;
                let annotation = Box::new(self.expression()?);
                let value = if self.eat(Tok::Equal) { Some(Box::new(self.annotated_rhs()?)) } else { None };
                Ok(StmtKind::AnnAssign { target: Box::new(first), annotation, value, simple })
            }
            kind => match augmented(kind) {
                Some(op) => {
                    if !is_single_target(&first) {
                        return Err(Fail);
                    }
                    if op == Operator::MatMult {
                        self.version(5)?;
                    }
                    set_context(&mut first, ExprContext::Store)?;
                    self.pos += 1;
                    let value = Box::new(self.annotated_rhs()?);
                    Ok(StmtKind::AugAssign { target: Box::new(first), op, value })
                }
                None => Ok(StmtKind::Expr { value: Box::new(first) }),
            },
        }
    }

    // Imports.

    fn dotted_name(&mut self) -> P<Identifier> {
        let first = self.name()?;
        if self.kind() != Tok::Dot {
            return Ok(first);
        }
        let mut name = first.to_string();
        while self.eat(Tok::Dot) {
            name.push('.');
            name.push_str(&self.name()?);
        }
        Ok(name.into())
    }

    fn import_name(&mut self) -> P<StmtKind> {
        self.pos += 1;
        let mut names = Vec::with_capacity(1);
        loop {
            let start = self.start();
            let name = self.dotted_name()?;
            let asname = if self.eat(Tok::As) { Some(self.name()?) } else { None };
            names.push(Alias { name, asname, loc: self.loc(start) });
            if !self.eat(Tok::Comma) {
                return Ok(StmtKind::Import { names });
            }
        }
    }

    fn import_from(&mut self) -> P<StmtKind> {
        self.pos += 1;
        let mut level = 0;
        loop {
            match self.kind() {
                Tok::Dot => level += 1,
                Tok::Ellipsis => level += 3,
                _ => break,
            }
            self.pos += 1;
        }
        let module = if level > 0 && self.kind() == Tok::Import { None } else { Some(self.dotted_name()?) };
        self.expect(Tok::Import)?;
        let start = self.start();
        let mut names = Vec::with_capacity(1);
        if self.eat(Tok::Star) {
            names.push(Alias { name: "*".into(), asname: None, loc: self.loc(start) });
        } else {
            let parenthesised = self.eat(Tok::LPar);
            loop {
                let start = self.start();
                let name = self.name()?;
                let asname = if self.eat(Tok::As) { Some(self.name()?) } else { None };
                names.push(Alias { name, asname, loc: self.loc(start) });
                if !self.eat(Tok::Comma) || parenthesised && self.kind() == Tok::RPar {
                    break;
                }
            }
            if parenthesised {
                self.expect(Tok::RPar)?;
            }
        }
        if level == 0
            && module.as_deref() == Some("__future__")
            && names.iter().any(|alias| &*alias.name == "barry_as_FLUFL")
        {
            self.barry = true;
        }
        Ok(StmtKind::ImportFrom { module, names, level: Some(level) })
    }

    // Compound statements.

    fn block(&mut self) -> P<Vec<Stmt>> {
        let mut body = Vec::new();
        if self.eat(Tok::Newline) {
            self.expect(Tok::Indent)?;
            self.deeper(5, |p| {
                loop {
                    p.statement(&mut body)?;
                    if p.eat(Tok::Dedent) {
                        return Ok(());
                    }
                }
            })?;
        } else {
            self.simple_stmts(&mut body)?;
        }
        Ok(body)
    }

    /// The body of a `case`.
    pub(super) fn case_body(&mut self) -> P<Vec<Stmt>> {
        self.block()
    }

    fn colon_block(&mut self) -> P<Vec<Stmt>> {
        self.expect(Tok::Colon)?;
        self.block()
    }

    fn else_block(&mut self) -> P<Vec<Stmt>> {
        if self.eat(Tok::Else) { self.colon_block() } else { Ok(Vec::new()) }
    }

    fn definition(&mut self) -> P<Stmt> {
        let mut decorators = Vec::new();
        while self.eat(Tok::At) {
            decorators.push(self.named_expression()?);
            self.expect(Tok::Newline)?;
        }
        let start = self.start();
        match self.kind() {
            Tok::Def => self.function(start, false, decorators),
            Tok::Class => self.class(start, decorators),
            Tok::Async => {
                self.version(5)?;
                self.pos += 1;
                match self.kind() {
                    Tok::Def => self.function(start, true, decorators),
                    Tok::With if decorators.is_empty() => self.with_stmt(start, true),
                    Tok::For if decorators.is_empty() => self.for_stmt(start, true),
                    _ => Err(Fail),
                }
            }
            _ => Err(Fail),
        }
    }

    fn function(&mut self, start: Start, is_async: bool, decorator_list: Vec<Expr>) -> P<Stmt> {
        self.pos += 1;
        let name = self.name()?;
        let type_params = self.type_params()?;
        self.expect(Tok::LPar)?;
        let args = Box::new(self.parameters(false)?);
        self.expect(Tok::RPar)?;
        let returns = if self.eat(Tok::RArrow) { Some(Box::new(self.expression()?)) } else { None };
        self.expect(Tok::Colon)?;
        let type_comment = self.func_type_comment()?;
        let body = self.block()?;
        let loc = self.loc(start);
        let kind = if is_async {
            StmtKind::AsyncFunctionDef { name, args, body, decorator_list, returns, type_comment, type_params }
        } else {
            StmtKind::FunctionDef { name, args, body, decorator_list, returns, type_comment, type_params }
        };
        Ok(Stmt::new(kind, loc))
    }

    fn func_type_comment(&mut self) -> P<Option<Box<str>>> {
        if self.kind() == Tok::Newline && self.kind_at(1) == Tok::TypeComment {
            if self.kind_at(2) != Tok::Newline || self.kind_at(3) != Tok::Indent {
                return Err(Fail);
            }
            self.pos += 1;
        }
        Ok(self.type_comment())
    }

    fn class(&mut self, start: Start, decorator_list: Vec<Expr>) -> P<Stmt> {
        self.pos += 1;
        let name = self.name()?;
        let type_params = self.type_params()?;
        let (bases, keywords) =
            if self.kind() == Tok::LPar { self.call_arguments(false)? } else { (Vec::new(), Vec::new()) };
        let body = self.colon_block()?;
        let kind = StmtKind::ClassDef { name, bases, keywords, body, decorator_list, type_params };
        Ok(Stmt::new(kind, self.loc(start)))
    }

    fn if_stmt(&mut self) -> P<Stmt> {
        // Collected in order, nested from the end: a chain of `elif` is not recursion.
        let mut arms = Vec::new();
        loop {
            let start = self.start();
            self.pos += 1;
            let test = Box::new(self.named_expression()?);
            let body = self.colon_block()?;
            arms.push((start, test, body));
            if self.kind() != Tok::Elif {
                break;
            }
            if self.level + arms.len() as u32 > MAX_STACK {
                return Err(Fail);
            }
        }
        let mut orelse = self.else_block()?;
        loop {
            let Some((start, test, body)) = arms.pop() else { return Err(Fail) };
            let stmt = Stmt::new(StmtKind::If { test, body, orelse }, self.loc(start));
            if arms.is_empty() {
                return Ok(stmt);
            }
            orelse = vec![stmt];
        }
    }

    fn while_stmt(&mut self) -> P<Stmt> {
        let start = self.start();
        self.pos += 1;
        let test = Box::new(self.named_expression()?);
        let body = self.colon_block()?;
        let orelse = self.else_block()?;
        Ok(Stmt::new(StmtKind::While { test, body, orelse }, self.loc(start)))
    }

    fn for_stmt(&mut self, start: Start, is_async: bool) -> P<Stmt> {
        self.pos += 1;
        let target = Box::new(self.star_targets()?);
        self.expect(Tok::In)?;
        let iter = Box::new(self.star_expressions()?);
        self.expect(Tok::Colon)?;
        let type_comment = self.type_comment();
        let body = self.block()?;
        let orelse = self.else_block()?;
        let kind = if is_async {
            StmtKind::AsyncFor { target, iter, body, orelse, type_comment }
        } else {
            StmtKind::For { target, iter, body, orelse, type_comment }
        };
        Ok(Stmt::new(kind, self.loc(start)))
    }

    fn with_item(&mut self) -> P<WithItem> {
        let context_expr = self.expression()?;
        let mut optional_vars = None;
        if self.eat(Tok::As) {
            optional_vars = Some(Box::new(self.star_target()?));
            if !matches!(self.kind(), Tok::Comma | Tok::RPar | Tok::Colon) {
                return Err(Fail);
            }
        }
        Ok(WithItem { context_expr, optional_vars })
    }

    /// `'(' items ','? ')' ':'`
    fn parenthesised_items(&mut self) -> P<Vec<WithItem>> {
        self.expect(Tok::LPar)?;
        let mut items = vec![self.with_item()?];
        while self.eat(Tok::Comma) && self.kind() != Tok::RPar {
            items.push(self.with_item()?);
        }
        self.expect(Tok::RPar)?;
        self.expect(Tok::Colon)?;
        Ok(items)
    }

    fn with_stmt(&mut self, start: Start, is_async: bool) -> P<Stmt> {
        self.pos += 1;
        let mut items = None;
        let mut type_comment = None;
        if self.kind() == Tok::LPar {
            let (pos, level, barry, warned) = (self.pos, self.level, self.barry, self.warnings.len());
            match self.parenthesised_items() {
                Ok(found) if !(is_async && self.kind() == Tok::TypeComment) => {
                    items = Some(found);
                    type_comment = self.type_comment();
                }
                _ => {
                    self.pos = pos;
                    self.level = level;
                    self.barry = barry;
                    self.warnings.truncate(warned);
                }
            }
        }
        let items = match items {
            Some(items) => items,
            None => {
                let mut items = vec![self.with_item()?];
                while self.eat(Tok::Comma) {
                    items.push(self.with_item()?);
                }
                self.expect(Tok::Colon)?;
                type_comment = self.type_comment();
                items
            }
        };
        let body = self.block()?;
        let kind = if is_async {
            StmtKind::AsyncWith { items, body, type_comment }
        } else {
            StmtKind::With { items, body, type_comment }
        };
        Ok(Stmt::new(kind, self.loc(start)))
    }

    fn try_stmt(&mut self) -> P<Stmt> {
        let start = self.start();
        self.pos += 1;
        let body = self.colon_block()?;
        let mut handlers = Vec::new();
        let mut star = false;
        while self.kind() == Tok::Except {
            let start = self.start();
            self.pos += 1;
            let this_star = self.eat(Tok::Star);
            if handlers.is_empty() {
                star = this_star;
            } else if star != this_star {
                return Err(Fail);
            }
            if star {
                self.version(11)?;
            }
            let mut type_ = None;
            let mut name = None;
            if star || self.kind() != Tok::Colon {
                let at = self.start();
                let mut expr = self.expression()?;
                if self.kind() == Tok::Comma {
                    self.version(14)?;
                    expr = self.expressions_after(at, expr)?;
                } else if self.eat(Tok::As) {
                    name = Some(self.name()?);
                }
                type_ = Some(Box::new(expr));
            }
            let body = self.colon_block()?;
            handlers.push(ExceptHandler { type_, name, body, loc: self.loc(start) });
        }
        let orelse = if handlers.is_empty() { Vec::new() } else { self.else_block()? };
        let finalbody = if self.eat(Tok::Finally) { self.colon_block()? } else { Vec::new() };
        if handlers.is_empty() && finalbody.is_empty() {
            return Err(Fail);
        }
        let kind = if star {
            StmtKind::TryStar { body, handlers, orelse, finalbody }
        } else {
            StmtKind::Try { body, handlers, orelse, finalbody }
        };
        Ok(Stmt::new(kind, self.loc(start)))
    }
}
