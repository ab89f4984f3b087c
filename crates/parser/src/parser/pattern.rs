//! `match` statements and patterns.

use super::{Fail, P, Parser, Start};
use crate::ast::*;
use crate::token::Tok;

impl<'a> Parser<'a> {
    /// A `match` statement, or `None` (with nothing consumed) if `match` is only a name here.
    pub(super) fn match_stmt(&mut self) -> P<Option<Stmt>> {
        let (pos, level, barry, warned) = (self.pos, self.level, self.barry, self.warnings.len());
        let start = self.start();
        self.pos += 1;
        let subject = if self.kind() == Tok::Star || self.starts_expression() { self.subject() } else { Err(Fail) };
        let is_match = self.kind() == Tok::Colon
            && self.kind_at(1) == Tok::Newline
            && self.kind_at(2) == Tok::Indent
            && self.is_soft(3, "case");
        let subject = match subject {
            Ok(subject) if is_match => Box::new(subject),
            _ => {
                self.pos = pos;
                self.level = level;
                self.barry = barry;
                self.warnings.truncate(warned);
                return Ok(None);
            }
        };
        self.version(10)?;
        self.pos += 3;
        let mut cases = Vec::new();
        while !self.eat(Tok::Dedent) {
            if !self.is_soft(0, "case") {
                return Err(Fail);
            }
            self.pos += 1;
            let pattern = self.patterns()?;
            let guard = if self.eat(Tok::If) { Some(Box::new(self.named_expression()?)) } else { None };
            self.expect(Tok::Colon)?;
            let body = self.deeper(5, |p| p.case_body())?;
            cases.push(MatchCase { pattern, guard, body });
        }
        Ok(Some(Stmt::new(StmtKind::Match { subject, cases }, self.loc(start))))
    }

    fn subject(&mut self) -> P<Expr> {
        let start = self.start();
        let starred = self.kind() == Tok::Star;
        let first = self.star_named_expression()?;
        if self.kind() != Tok::Comma {
            return if starred { Err(Fail) } else { Ok(first) };
        }
        self.pos += 1;
        let mut elts = vec![first];
        while self.kind() == Tok::Star || self.starts_expression() {
            elts.push(self.star_named_expression()?);
            if !self.eat(Tok::Comma) {
                break;
            }
        }
        Ok(Expr::new(ExprKind::Tuple { elts, ctx: ExprContext::Load }, self.loc(start)))
    }

    /// `patterns`: one, or an open sequence.
    fn patterns(&mut self) -> P<Pattern> {
        let start = self.start();
        let starred = self.kind() == Tok::Star;
        let first = self.maybe_star_pattern()?;
        if self.kind() != Tok::Comma {
            return if starred { Err(Fail) } else { Ok(first) };
        }
        let mut patterns = vec![first];
        while self.eat(Tok::Comma) && !matches!(self.kind(), Tok::Colon | Tok::If) {
            patterns.push(self.maybe_star_pattern()?);
        }
        Ok(Pattern { kind: PatternKind::MatchSequence { patterns }, loc: self.loc(start) })
    }

    fn maybe_star_pattern(&mut self) -> P<Pattern> {
        if self.kind() != Tok::Star {
            return self.pattern();
        }
        let start = self.start();
        self.pos += 1;
        let name = if self.is_soft(0, "_") {
            self.pos += 1;
            None
        } else {
            Some(self.capture_target()?)
        };
        Ok(Pattern { kind: PatternKind::MatchStar { name }, loc: self.loc(start) })
    }

    /// `!"_" NAME !('.' | '(' | '=')`
    fn capture_target(&mut self) -> P<Identifier> {
        if self.is_soft(0, "_") || matches!(self.kind_at(1), Tok::Dot | Tok::LPar | Tok::Equal) {
            return Err(Fail);
        }
        self.name()
    }

    fn pattern(&mut self) -> P<Pattern> {
        let start = self.start();
        let pattern = self.deeper(3, |p| p.or_pattern())?;
        if !self.eat(Tok::As) {
            return Ok(pattern);
        }
        let name = Some(self.capture_target()?);
        let kind = PatternKind::MatchAs { pattern: Some(Box::new(pattern)), name };
        Ok(Pattern { kind, loc: self.loc(start) })
    }

    fn or_pattern(&mut self) -> P<Pattern> {
        let start = self.start();
        let first = self.closed_pattern()?;
        if self.kind() != Tok::VBar {
            return Ok(first);
        }
        let mut patterns = vec![first];
        while self.eat(Tok::VBar) {
            patterns.push(self.closed_pattern()?);
        }
        Ok(Pattern { kind: PatternKind::MatchOr { patterns }, loc: self.loc(start) })
    }

    fn closed_pattern(&mut self) -> P<Pattern> {
        let start = self.start();
        let kind = match self.kind() {
            Tok::Number | Tok::Minus => {
                let value = Box::new(self.signed_number()?);
                PatternKind::MatchValue { value }
            }
            Tok::String | Tok::FStringStart | Tok::TStringStart => {
                let value = Box::new(self.strings()?);
                PatternKind::MatchValue { value }
            }
            Tok::None => self.singleton(Constant::None),
            Tok::True => self.singleton(Constant::True),
            Tok::False => self.singleton(Constant::False),
            Tok::Name => {
                if self.is_soft(0, "_") {
                    self.pos += 1;
                    PatternKind::MatchAs { pattern: None, name: None }
                } else {
                    match self.kind_at(1) {
                        Tok::Equal => return Err(Fail),
                        Tok::Dot | Tok::LPar => {
                            let value = self.name_or_attr()?;
                            match self.kind() {
                                Tok::LPar => self.class_pattern(value)?,
                                Tok::Equal => return Err(Fail),
                                _ => PatternKind::MatchValue { value: Box::new(value) },
                            }
                        }
                        _ => PatternKind::MatchAs { pattern: None, name: Some(self.name()?) },
                    }
                }
            }
            Tok::LPar => return self.group_or_sequence(start),
            Tok::LSqb => {
                self.pos += 1;
                let patterns = self.sequence_rest(Vec::new(), Tok::RSqb)?;
                PatternKind::MatchSequence { patterns }
            }
            Tok::LBrace => self.mapping_pattern()?,
            _ => return Err(Fail),
        };
        Ok(Pattern { kind, loc: self.loc(start) })
    }

    fn singleton(&mut self, value: Constant) -> PatternKind {
        self.pos += 1;
        PatternKind::MatchSingleton { value }
    }

    /// `signed_number` or `complex_number`
    fn signed_number(&mut self) -> P<Expr> {
        let start = self.start();
        let real = if self.eat(Tok::Minus) {
            if self.kind() != Tok::Number {
                return Err(Fail);
            }
            let operand = Box::new(self.number()?);
            Expr::new(ExprKind::UnaryOp { op: UnaryOp::USub, operand }, self.loc(start))
        } else {
            self.number()?
        };
        let op = match self.kind() {
            Tok::Plus => Operator::Add,
            Tok::Minus => Operator::Sub,
            _ => return Ok(real),
        };
        self.pos += 1;
        let complex = |expr: &Expr| matches!(expr.kind, ExprKind::Constant { value: Constant::Complex(..), .. });
        let is_complex = match &real.kind {
            ExprKind::UnaryOp { operand, .. } => complex(operand),
            _ => complex(&real),
        };
        if is_complex || self.kind() != Tok::Number {
            return Err(Fail);
        }
        let imag = self.number()?;
        if !complex(&imag) {
            return Err(Fail);
        }
        let kind = ExprKind::BinOp { left: Box::new(real), op, right: Box::new(imag) };
        Ok(Expr::new(kind, self.loc(start)))
    }

    fn name_or_attr(&mut self) -> P<Expr> {
        let start = self.start();
        let id = self.name()?;
        let mut value = Expr::new(ExprKind::Name { id, ctx: ExprContext::Load }, self.loc(start));
        while self.eat(Tok::Dot) {
            let attr = self.name()?;
            let kind = ExprKind::Attribute { value: Box::new(value), attr, ctx: ExprContext::Load };
            value = Expr::new(kind, self.loc(start));
        }
        Ok(value)
    }

    fn group_or_sequence(&mut self, start: Start) -> P<Pattern> {
        self.pos += 1;
        let mut patterns = Vec::new();
        if self.kind() != Tok::RPar {
            let starred = self.kind() == Tok::Star;
            let first = self.maybe_star_pattern()?;
            if self.kind() != Tok::Comma {
                if starred {
                    return Err(Fail);
                }
                self.expect(Tok::RPar)?;
                return Ok(first);
            }
            self.pos += 1;
            patterns.push(first);
        }
        let patterns = self.sequence_rest(patterns, Tok::RPar)?;
        Ok(Pattern { kind: PatternKind::MatchSequence { patterns }, loc: self.loc(start) })
    }

    fn sequence_rest(&mut self, mut patterns: Vec<Pattern>, close: Tok) -> P<Vec<Pattern>> {
        while !self.eat(close) {
            patterns.push(self.maybe_star_pattern()?);
            if !self.eat(Tok::Comma) {
                self.expect(close)?;
                break;
            }
        }
        Ok(patterns)
    }

    fn mapping_pattern(&mut self) -> P<PatternKind> {
        self.pos += 1;
        let mut keys = Vec::new();
        let mut patterns = Vec::new();
        let mut rest = None;
        while !self.eat(Tok::RBrace) {
            if self.eat(Tok::DoubleStar) {
                rest = Some(self.capture_target()?);
                self.eat(Tok::Comma);
                self.expect(Tok::RBrace)?;
                break;
            }
            let key = match self.kind() {
                Tok::Number | Tok::Minus => self.signed_number()?,
                Tok::String | Tok::FStringStart | Tok::TStringStart => self.strings()?,
                Tok::None | Tok::True | Tok::False => {
                    let value = match self.kind() {
                        Tok::None => Constant::None,
                        Tok::True => Constant::True,
                        _ => Constant::False,
                    };
                    let start = self.start();
                    self.pos += 1;
                    Expr::new(ExprKind::Constant { value, kind: None }, self.loc(start))
                }
                Tok::Name if self.kind_at(1) == Tok::Dot => self.name_or_attr()?,
                _ => return Err(Fail),
            };
            self.expect(Tok::Colon)?;
            keys.push(key);
            patterns.push(self.pattern()?);
            if !self.eat(Tok::Comma) {
                self.expect(Tok::RBrace)?;
                break;
            }
        }
        Ok(PatternKind::MatchMapping { keys, patterns, rest })
    }

    fn class_pattern(&mut self, cls: Expr) -> P<PatternKind> {
        self.pos += 1;
        let cls = Box::new(cls);
        let mut patterns = Vec::new();
        let mut kwd_attrs = Vec::new();
        let mut kwd_patterns = Vec::new();
        while !self.eat(Tok::RPar) {
            if self.kind() == Tok::Name && self.kind_at(1) == Tok::Equal {
                kwd_attrs.push(self.name()?);
                self.pos += 1;
                kwd_patterns.push(self.pattern()?);
            } else {
                if !kwd_attrs.is_empty() {
                    return Err(Fail);
                }
                patterns.push(self.pattern()?);
            }
            if !self.eat(Tok::Comma) {
                self.expect(Tok::RPar)?;
                break;
            }
        }
        Ok(PatternKind::MatchClass { cls, patterns, kwd_attrs, kwd_patterns })
    }
}
