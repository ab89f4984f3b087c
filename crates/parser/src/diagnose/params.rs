//! Parameters of functions and lambdas, type parameters, and the mistakes in them.

use super::{Diagnosis, Kind, M, N, Rule, first};
use crate::token::Tok;

impl Diagnosis<'_> {
    pub(super) fn params(&mut self) -> N {
        first!(self;
            |p| p.only_invalid(|p| p.invalid_parameters(false)),
            |p| p.parameters(false),
        )
    }

    pub(super) fn lambda_params(&mut self) -> N {
        first!(self;
            |p| p.only_invalid(|p| p.invalid_parameters(true)),
            |p| p.parameters(true),
        )
    }

    fn close(lambda: bool) -> Tok {
        if lambda { Tok::Colon } else { Tok::RPar }
    }

    /// `parameters` or `lambda_parameters`
    fn parameters(&mut self, lambda: bool) -> N {
        const POSITIONAL_ONLY: &str = "Positional-only parameters are";
        first!(self;
            |p| {
                p.slash_no_default(lambda)?;
                p.many(|p| p.param_no_default(lambda))?;
                p.many(|p| p.param_with_default(lambda))?;
                p.opt(|p| p.star_etc(lambda))?;
                p.version(8, POSITIONAL_ONLY)?;
                p.unit()
            },
            |p| {
                p.slash_with_default(lambda)?;
                p.many(|p| p.param_with_default(lambda))?;
                p.opt(|p| p.star_etc(lambda))?;
                p.version(8, POSITIONAL_ONLY)?;
                p.unit()
            },
            |p| {
                p.many1(|p| p.param_no_default(lambda))?;
                p.many(|p| p.param_with_default(lambda))?;
                p.opt(|p| p.star_etc(lambda))?;
                p.unit()
            },
            |p| {
                p.many1(|p| p.param_with_default(lambda))?;
                p.opt(|p| p.star_etc(lambda))?;
                p.unit()
            },
            |p| p.star_etc(lambda),
        )
    }

    fn slash_no_default(&mut self, lambda: bool) -> N {
        first!(self;
            |p| {
                p.many1(|p| p.param_no_default(lambda))?;
                p.t(Tok::Slash)?;
                p.t(Tok::Comma)?;
                p.unit()
            },
            |p| {
                p.many1(|p| p.param_no_default(lambda))?;
                p.t(Tok::Slash)?;
                p.ahead_one_of(&[Self::close(lambda)])?;
                p.unit()
            },
        )
    }

    fn slash_with_default(&mut self, lambda: bool) -> N {
        first!(self;
            |p| {
                p.many(|p| p.param_no_default(lambda))?;
                p.many1(|p| p.param_with_default(lambda))?;
                p.t(Tok::Slash)?;
                p.t(Tok::Comma)?;
                p.unit()
            },
            |p| {
                p.many(|p| p.param_no_default(lambda))?;
                p.many1(|p| p.param_with_default(lambda))?;
                p.t(Tok::Slash)?;
                p.ahead_one_of(&[Self::close(lambda)])?;
                p.unit()
            },
        )
    }

    fn star_etc(&mut self, lambda: bool) -> N {
        first!(self;
            |p| p.only_invalid(|p| p.invalid_star_etc(lambda)),
            |p| {
                p.t(Tok::Star)?;
                p.param_no_default(lambda)?;
                p.many(|p| p.param_maybe_default(lambda))?;
                p.opt(|p| p.kwds(lambda))?;
                p.unit()
            },
            |p| {
                if lambda {
                    return Err(super::Miss::No);
                }
                p.t(Tok::Star)?;
                p.param_no_default_star_annotation()?;
                p.many(|p| p.param_maybe_default(lambda))?;
                p.opt(|p| p.kwds(lambda))?;
                p.unit()
            },
            |p| {
                p.t(Tok::Star)?;
                p.t(Tok::Comma)?;
                p.many1(|p| p.param_maybe_default(lambda))?;
                p.opt(|p| p.kwds(lambda))?;
                p.unit()
            },
            |p| p.kwds(lambda),
        )
    }

    fn kwds(&mut self, lambda: bool) -> N {
        first!(self;
            |p| p.only_invalid(|p| p.invalid_kwds(lambda)),
            |p| {
                p.t(Tok::DoubleStar)?;
                p.param_no_default(lambda)
            },
        )
    }

    /// What follows a parameter: a comma with an optional type comment, or the closing token.
    fn param_end(&mut self, lambda: bool, comma: bool) -> M<()> {
        if comma {
            self.t(Tok::Comma)?;
        }
        if !lambda {
            self.opt(|p| p.t(Tok::TypeComment))?;
        }
        if !comma {
            self.ahead_one_of(&[Self::close(lambda)])?;
        }
        Ok(())
    }

    fn param_no_default(&mut self, lambda: bool) -> N {
        let form = |p: &mut Self, comma: bool| -> N {
            let param = p.param(lambda)?;
            p.param_end(lambda, comma)?;
            Ok(param)
        };
        first!(self; |p| form(p, true), |p| form(p, false))
    }

    fn param_no_default_star_annotation(&mut self) -> N {
        let form = |p: &mut Self, comma: bool| -> N {
            p.name()?;
            p.t(Tok::Colon)?;
            p.star_expression()?;
            p.param_end(false, comma)?;
            p.unit()
        };
        first!(self; |p| form(p, true), |p| form(p, false))
    }

    fn param_with_default(&mut self, lambda: bool) -> N {
        let form = |p: &mut Self, comma: bool| -> N {
            p.param(lambda)?;
            p.default()?;
            p.param_end(lambda, comma)?;
            p.unit()
        };
        first!(self; |p| form(p, true), |p| form(p, false))
    }

    fn param_maybe_default(&mut self, lambda: bool) -> N {
        let form = |p: &mut Self, comma: bool| -> N {
            p.param(lambda)?;
            p.opt(|p| p.default())?;
            p.param_end(lambda, comma)?;
            p.unit()
        };
        first!(self; |p| form(p, true), |p| form(p, false))
    }

    fn param(&mut self, lambda: bool) -> N {
        let start = self.mark;
        self.name()?;
        if !lambda {
            self.opt(|p| {
                p.t(Tok::Colon)?;
                p.expression()
            })?;
        }
        self.node(Kind::Unit, start)
    }

    fn default(&mut self) -> N {
        first!(self;
            |p| {
                p.t(Tok::Equal)?;
                p.expression()
            },
            |p| p.only_invalid(|p| p.invalid_default()),
        )
    }

    // Mistakes.

    fn slash_any(&mut self, lambda: bool) -> N {
        first!(self; |p| p.slash_no_default(lambda), |p| p.slash_with_default(lambda))
    }

    fn invalid_parameters(&mut self, lambda: bool) -> N {
        first!(self;
            |p| {
                let slash = p.t(Tok::Slash)?;
                p.t(Tok::Comma)?;
                Err(p.raise_at(p.token_loc(slash), "at least one argument must precede /"))
            },
            |p| {
                p.slash_any(lambda)?;
                p.many(|p| p.param_maybe_default(lambda))?;
                let slash = p.t(Tok::Slash)?;
                Err(p.raise_at(p.token_loc(slash), "/ may appear only once"))
            },
            |p| {
                p.opt(|p| p.slash_no_default(lambda))?;
                p.many(|p| p.param_no_default(lambda))?;
                first_helper(p, lambda)?;
                let param = p.param_no_default(lambda)?;
                Err(p.raise_at(param.loc(), "parameter without a default follows parameter with a default"))
            },
            |p| {
                p.many(|p| p.param_no_default(lambda))?;
                let open = p.t(Tok::LPar)?;
                if lambda {
                    p.sep(Tok::Comma, |p| p.param(lambda))?;
                } else {
                    p.many1(|p| p.param_no_default(lambda))?;
                }
                p.opt(|p| p.t(Tok::Comma))?;
                let close = p.t(Tok::RPar)?;
                let what = if lambda { "Lambda expression" } else { "Function" };
                Err(p.raise_range(
                    p.token_loc(open),
                    p.token_loc(close),
                    format!("{what} parameters cannot be parenthesized"),
                ))
            },
            |p| {
                p.opt(|p| p.slash_any(lambda))?;
                p.many(|p| p.param_maybe_default(lambda))?;
                p.t(Tok::Star)?;
                p.comma_or_param(lambda)?;
                p.many(|p| p.param_maybe_default(lambda))?;
                let slash = p.t(Tok::Slash)?;
                Err(p.raise_at(p.token_loc(slash), "/ must be ahead of *"))
            },
            |p| {
                p.many1(|p| p.param_maybe_default(lambda))?;
                p.t(Tok::Slash)?;
                let star = p.t(Tok::Star)?;
                Err(p.raise_at(p.token_loc(star), "expected comma between / and *"))
            },
        )
    }

    /// `',' | param_no_default`
    fn comma_or_param(&mut self, lambda: bool) -> N {
        first!(self;
            |p| {
                p.t(Tok::Comma)?;
                p.unit()
            },
            |p| p.param_no_default(lambda),
        )
    }

    /// `param_no_default | ','`
    fn param_or_comma(&mut self, lambda: bool) -> N {
        first!(self;
            |p| p.param_no_default(lambda),
            |p| {
                p.t(Tok::Comma)?;
                p.unit()
            },
        )
    }

    fn invalid_default(&mut self) -> N {
        let equal = self.t(Tok::Equal)?;
        self.ahead_one_of(&[Tok::RPar, Tok::Comma])?;
        Err(self.raise_at(self.token_loc(equal), "expected default value expression"))
    }

    fn invalid_star_etc(&mut self, lambda: bool) -> N {
        let close = Self::close(lambda);
        first!(self;
            |p| {
                let star = p.t(Tok::Star)?;
                p.either(
                    |p| p.t(close),
                    |p| {
                        p.t(Tok::Comma)?;
                        p.one_of(&[close, Tok::DoubleStar])
                    },
                )?;
                let message = "named arguments must follow bare *";
                Err(if lambda { p.raise_last(message) } else { p.raise_at(p.token_loc(star), message) })
            },
            |p| {
                if lambda {
                    return Err(super::Miss::No);
                }
                p.t(Tok::Star)?;
                p.t(Tok::Comma)?;
                p.t(Tok::TypeComment)?;
                Err(p.raise_last("bare * has associated type comment"))
            },
            |p| {
                p.t(Tok::Star)?;
                p.param(lambda)?;
                let equal = p.t(Tok::Equal)?;
                Err(p.raise_at(p.token_loc(equal), "var-positional argument cannot have default value"))
            },
            |p| {
                p.t(Tok::Star)?;
                p.param_or_comma(lambda)?;
                p.many(|p| p.param_maybe_default(lambda))?;
                let star = p.t(Tok::Star)?;
                p.param_or_comma(lambda)?;
                Err(p.raise_at(p.token_loc(star), "* argument may appear only once"))
            },
        )
    }

    fn invalid_kwds(&mut self, lambda: bool) -> N {
        const FOLLOWS: &str = "arguments cannot follow var-keyword argument";
        first!(self;
            |p| {
                p.t(Tok::DoubleStar)?;
                p.param(lambda)?;
                let equal = p.t(Tok::Equal)?;
                Err(p.raise_at(p.token_loc(equal), "var-keyword argument cannot have default value"))
            },
            |p| {
                p.t(Tok::DoubleStar)?;
                p.param(lambda)?;
                p.t(Tok::Comma)?;
                let param = p.param(lambda)?;
                Err(p.raise_at(param.loc(), FOLLOWS))
            },
            |p| {
                p.t(Tok::DoubleStar)?;
                p.param(lambda)?;
                p.t(Tok::Comma)?;
                let token = p.one_of(&[Tok::Star, Tok::DoubleStar, Tok::Slash])?;
                Err(p.raise_at(p.token_loc(token), FOLLOWS))
            },
        )
    }

    // Type parameters.

    pub(super) fn type_params(&mut self) -> N {
        first!(self;
            |p| {
                p.only_invalid(|p| {
                    p.t(Tok::LSqb)?;
                    let close = p.t(Tok::RSqb)?;
                    Err(p.raise_from(p.token_loc(close), "Type parameter list cannot be empty"))
                })
            },
            |p| {
                p.t(Tok::LSqb)?;
                p.sep(Tok::Comma, |p| p.type_param())?;
                p.opt(|p| p.t(Tok::Comma))?;
                p.t(Tok::RSqb)?;
                p.version(12, "Type parameter lists are")?;
                p.unit()
            },
        )
    }

    fn type_param(&mut self) -> N {
        self.memo(Rule::TypeParam, |p| {
            first!(p;
                |p| {
                    p.name()?;
                    p.opt(|p| {
                        p.t(Tok::Colon)?;
                        p.expression()
                    })?;
                    p.opt(|p| p.type_param_default(false))?;
                    p.unit()
                },
                |p| p.only_invalid(|p| p.invalid_type_param()),
                |p| {
                    p.t(Tok::Star)?;
                    p.name()?;
                    p.opt(|p| p.type_param_default(true))?;
                    p.unit()
                },
                |p| {
                    p.t(Tok::DoubleStar)?;
                    p.name()?;
                    p.opt(|p| p.type_param_default(false))?;
                    p.unit()
                },
            )
        })
    }

    fn type_param_default(&mut self, starred: bool) -> N {
        self.t(Tok::Equal)?;
        let value = if starred { self.star_expression()? } else { self.expression()? };
        self.version(13, "Type parameter defaults are")?;
        Ok(value)
    }

    fn invalid_type_param(&mut self) -> N {
        let form = |p: &mut Self, op: Tok, what: &str| -> N {
            p.t(op)?;
            p.name()?;
            let colon = p.t(Tok::Colon)?;
            let bound = p.expression()?;
            let noun = if matches!(bound.kind(), Kind::Tuple(_)) { "constraints" } else { "bound" };
            Err(p.raise_from(p.token_loc(colon), format!("cannot use {noun} with {what}")))
        };
        first!(self;
            |p| form(p, Tok::Star, "TypeVarTuple"),
            |p| form(p, Tok::DoubleStar, "ParamSpec"),
        )
    }
}

/// `invalid_parameters_helper`
fn first_helper(p: &mut Diagnosis<'_>, lambda: bool) -> N {
    first!(p;
        |p| p.slash_with_default(lambda),
        |p| {
            p.many1(|p| p.param_with_default(lambda))?;
            p.unit()
        },
    )
}
