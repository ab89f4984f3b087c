//! Parameters of `def` and `lambda`, and type parameters.

use super::{Fail, P, Parser};
use crate::ast::*;
use crate::token::Tok;

impl<'a> Parser<'a> {
    /// `[params]` or `[lambda_params]`, up to but not including the closing token.
    pub(super) fn parameters(&mut self, lambda: bool) -> P<Arguments> {
        let close = if lambda { Tok::Colon } else { Tok::RPar };
        let mut out = Arguments::default();
        let mut seen_slash = false;
        let mut seen_star = false;
        loop {
            match self.kind() {
                kind if kind == close => return Ok(out),
                Tok::Slash => {
                    if seen_slash || seen_star || out.args.is_empty() {
                        return Err(Fail);
                    }
                    self.version(8)?;
                    seen_slash = true;
                    self.pos += 1;
                    out.posonlyargs = std::mem::take(&mut out.args);
                    if self.kind() != close {
                        self.expect(Tok::Comma)?;
                    }
                }
                Tok::Star => {
                    if seen_star {
                        return Err(Fail);
                    }
                    seen_star = true;
                    self.pos += 1;
                    if self.eat(Tok::Comma) {
                        if self.kind() != Tok::Name {
                            return Err(Fail);
                        }
                    } else {
                        let arg = self.parameter(lambda, true, false, close)?.0;
                        out.vararg = Some(Box::new(arg));
                    }
                }
                Tok::DoubleStar => {
                    self.pos += 1;
                    let arg = self.parameter(lambda, false, false, close)?.0;
                    out.kwarg = Some(Box::new(arg));
                    return if self.kind() == close { Ok(out) } else { Err(Fail) };
                }
                _ => {
                    let (arg, default) = self.parameter(lambda, false, true, close)?;
                    if seen_star {
                        out.kwonlyargs.push(arg);
                        out.kw_defaults.push(default);
                    } else {
                        out.args.push(arg);
                        match default {
                            Some(default) => out.defaults.push(default),
                            None if out.defaults.is_empty() => {}
                            None => return Err(Fail),
                        }
                    }
                }
            }
        }
    }

    /// A parameter with the comma and type comment after it.
    fn parameter(&mut self, lambda: bool, star: bool, default: bool, close: Tok) -> P<(Arg, Option<Expr>)> {
        let start = self.start();
        let arg = self.name()?;
        let mut annotation = None;
        if !lambda && self.eat(Tok::Colon) {
            annotation = Some(Box::new(if star { self.star_expression()? } else { self.expression()? }));
        }
        let loc = self.loc(start);
        let value = if default && self.eat(Tok::Equal) { Some(self.expression()?) } else { None };
        let mut type_comment = None;
        if lambda {
            if !self.eat(Tok::Comma) && self.kind() != close {
                return Err(Fail);
            }
        } else if self.eat(Tok::Comma) {
            type_comment = self.type_comment();
        } else {
            type_comment = self.type_comment();
            if self.kind() != close {
                return Err(Fail);
            }
        }
        Ok((Arg { arg, annotation, type_comment, loc }, value))
    }

    /// `[type_params]`
    pub(super) fn type_params(&mut self) -> P<Vec<TypeParam>> {
        let mut params = Vec::new();
        if !self.eat(Tok::LSqb) {
            return Ok(params);
        }
        self.version(12)?;
        loop {
            let start = self.start();
            let star = match self.kind() {
                Tok::Star => 1,
                Tok::DoubleStar => 2,
                _ => 0,
            };
            self.pos += usize::from(star > 0);
            let name = self.name()?;
            let bound = if star == 0 && self.eat(Tok::Colon) { Some(Box::new(self.expression()?)) } else { None };
            let mut default_value = None;
            if self.eat(Tok::Equal) {
                self.version(13)?;
                let value = if star == 1 { self.star_expression()? } else { self.expression()? };
                default_value = Some(Box::new(value));
            }
            let kind = match star {
                0 => TypeParamKind::TypeVar { name, bound, default_value },
                1 => TypeParamKind::TypeVarTuple { name, default_value },
                _ => TypeParamKind::ParamSpec { name, default_value },
            };
            params.push(TypeParam { kind, loc: self.loc(start) });
            if !self.eat(Tok::Comma) || self.kind() == Tok::RSqb {
                self.expect(Tok::RSqb)?;
                return Ok(params);
            }
        }
    }
}
