//! The `invalid_*` rules of expressions and calls.

use super::{Diagnosis, Kind, Miss, N, Node, Targets, first};
use crate::ast::Location;
use crate::token::Tok;

/// The last expression of the last `for` clause.
fn last_of(clauses: &[Node]) -> Location {
    match clauses.last() {
        Some(clause) => match clause.kind() {
            Kind::Comprehension(last) => last.loc(),
            _ => clause.loc(),
        },
        None => Location::default(),
    }
}

impl Diagnosis<'_> {
    /// Whether the node is the name of a former statement.
    fn is_legacy(&self, node: &Node) -> bool {
        match *node.kind() {
            Kind::Name(index) => matches!(self.text_at(index), "print" | "exec"),
            _ => false,
        }
    }

    pub(super) fn invalid_expression(&mut self) -> N {
        self.rule(|p| p.invalid_expression_inner())
    }

    fn invalid_expression_inner(&mut self) -> N {
        first!(self;
            |p| {
                p.t(Tok::String)?;
                let inner = p.many1(|p| {
                    p.not_tok(Tok::String)?;
                    p.expression_without_invalid()
                })?;
                p.t(Tok::String)?;
                match (inner.first(), inner.last()) {
                    (Some(first), Some(last)) => Err(p.raise_range(
                        first.loc(),
                        last.loc(),
                        "invalid syntax. Is this intended to be part of the string?",
                    )),
                    _ => Err(Miss::No),
                }
            },
            |p| {
                p.not(|p| {
                    p.either(
                        |p| {
                            p.name()?;
                            p.t(Tok::String)
                        },
                        |p| p.any_soft_keyword(),
                    )
                })?;
                let a = p.disjunction()?;
                let b = p.expression_without_invalid()?;
                let level = p.tokens.get(p.mark.wrapping_sub(1)).map_or(0, |t| t.level);
                if p.is_legacy(&a) || level == 0 {
                    return Err(Miss::Stop);
                }
                Err(p.raise_range(a.loc(), b.loc(), "invalid syntax. Perhaps you forgot a comma?"))
            },
            |p| {
                let a = p.disjunction()?;
                p.t(Tok::If)?;
                let b = p.disjunction()?;
                p.not(|p| p.one_of(&[Tok::Else, Tok::Colon]))?;
                Err(p.raise_range(a.loc(), b.loc(), "expected 'else' after 'if' expression"))
            },
            |p| {
                p.disjunction()?;
                p.t(Tok::If)?;
                p.disjunction()?;
                p.t(Tok::Else)?;
                p.not(|p| p.expression())?;
                Err(p.raise_next("expected expression after 'else', but statement is given"))
            },
            |p| {
                let a = p.short_stmt()?;
                p.t(Tok::If)?;
                p.disjunction()?;
                p.t(Tok::Else)?;
                p.simple_stmt()?;
                Err(p.raise_at(a.loc(), "expected expression before 'if', but statement is given"))
            },
            |p| p.lambda_in_fstring(Tok::FStringMiddle, 'f'),
            |p| p.lambda_in_fstring(Tok::TStringMiddle, 't'),
        )
    }

    fn short_stmt(&mut self) -> N {
        first!(self;
            |p| p.word_stmt(Tok::Pass),
            |p| p.word_stmt(Tok::Break),
            |p| p.word_stmt(Tok::Continue),
        )
    }

    fn lambda_in_fstring(&mut self, middle: Tok, prefix: char) -> N {
        let lambda = self.t(Tok::Lambda)?;
        self.opt(|p| p.lambda_params())?;
        let colon = self.t(Tok::Colon)?;
        self.ahead_one_of(&[middle])?;
        let (a, b) = (self.token_loc(lambda), self.token_loc(colon));
        let message = format!("{prefix}-string: lambda expressions are not allowed without parentheses");
        Err(self.raise_range(a, b, message))
    }

    pub(super) fn invalid_legacy_expression(&mut self) -> N {
        self.rule(|p| {
            let a = p.name()?;
            p.not_tok(Tok::LPar)?;
            let b = p.star_expressions()?;
            let Kind::Name(index) = *a.kind() else { return Err(Miss::No) };
            if !p.is_legacy(&a) {
                return Err(Miss::Stop);
            }
            let name = p.text_at(index);
            let message = format!("Missing parentheses in call to '{name}'. Did you mean {name}(...)?");
            Err(p.raise_range(a.loc(), b.loc(), message))
        })
    }

    pub(super) fn invalid_named_expression(&mut self) -> N {
        self.memo(super::Rule::InvalidNamedExpression, |p| {
            first!(p;
                |p| {
                    let a = p.expression()?;
                    p.t(Tok::ColonEqual)?;
                    p.expression()?;
                    let message = format!("cannot use assignment expressions with {}", a.describe());
                    Err(p.raise_at(a.loc(), message))
                },
                |p| {
                    let a = p.name()?;
                    p.t(Tok::Equal)?;
                    let b = p.bitwise_or()?;
                    p.not(|p| p.one_of(&[Tok::Equal, Tok::ColonEqual]))?;
                    let message = "invalid syntax. Maybe you meant '==' or ':=' instead of '='?";
                    Err(p.raise_range(a.loc(), b.loc(), message))
                },
                |p| {
                    p.not(|p| p.never_comparison())?;
                    let a = p.bitwise_or()?;
                    p.t(Tok::Equal)?;
                    p.bitwise_or()?;
                    p.not(|p| p.one_of(&[Tok::Equal, Tok::ColonEqual]))?;
                    let what = a.describe();
                    let message = format!("cannot assign to {what} here. Maybe you meant '==' instead of '='?");
                    Err(p.raise_at(a.loc(), message))
                },
            )
        })
    }

    /// `list | tuple | genexp | 'True' | 'None' | 'False'`
    fn never_comparison(&mut self) -> N {
        first!(self;
            |p| p.list(),
            |p| p.tuple(),
            |p| p.genexp(),
            |p| {
                p.one_of(&[Tok::True, Tok::None, Tok::False])?;
                p.unit()
            },
        )
    }

    pub(super) fn invalid_comprehension(&mut self) -> N {
        const FORGOT: &str = "did you forget parentheses around the comprehension target?";
        first!(self;
            |p| {
                p.one_of(&[Tok::LSqb, Tok::LPar, Tok::LBrace])?;
                let a = p.starred_expression()?;
                p.for_if_clauses()?;
                Err(p.raise_at(a.loc(), "iterable unpacking cannot be used in comprehension"))
            },
            |p| {
                p.one_of(&[Tok::LSqb, Tok::LBrace])?;
                let a = p.star_named_expression()?;
                p.t(Tok::Comma)?;
                let b = p.star_named_expressions()?;
                p.for_if_clauses()?;
                let last = b.last().map_or(a.loc(), Node::loc);
                Err(p.raise_range(a.loc(), last, FORGOT))
            },
            |p| {
                p.one_of(&[Tok::LSqb, Tok::LBrace])?;
                let a = p.star_named_expression()?;
                let comma = p.t(Tok::Comma)?;
                p.for_if_clauses()?;
                Err(p.raise_range(a.loc(), p.token_loc(comma), FORGOT))
            },
        )
    }

    pub(super) fn invalid_dict_comprehension(&mut self) -> N {
        self.t(Tok::LBrace)?;
        let star = self.t(Tok::DoubleStar)?;
        self.bitwise_or()?;
        self.for_if_clauses()?;
        self.t(Tok::RBrace)?;
        Err(self.raise_at(self.token_loc(star), "dict unpacking cannot be used in dict comprehension"))
    }

    pub(super) fn invalid_for_if_clause(&mut self) -> N {
        self.opt(|p| p.t(Tok::Async))?;
        self.t(Tok::For)?;
        self.sep(Tok::Comma, |p| p.bitwise_or())?;
        self.opt(|p| p.t(Tok::Comma))?;
        self.not_tok(Tok::In)?;
        Err(self.raise_last("'in' expected after for-loop variables"))
    }

    pub(super) fn invalid_for_target(&mut self) -> N {
        self.rule(|p| {
            p.opt(|p| p.t(Tok::Async))?;
            p.t(Tok::For)?;
            let a = p.star_expressions()?;
            p.raise_invalid_target(Targets::For, &a)
        })
    }

    pub(super) fn invalid_group(&mut self) -> N {
        first!(self;
            |p| {
                p.t(Tok::LPar)?;
                let a = p.starred_expression()?;
                p.t(Tok::RPar)?;
                Err(p.raise_at(a.loc(), "cannot use starred expression here"))
            },
            |p| {
                p.t(Tok::LPar)?;
                let star = p.t(Tok::DoubleStar)?;
                p.expression()?;
                p.t(Tok::RPar)?;
                Err(p.raise_at(p.token_loc(star), "cannot use double starred expression here"))
            },
        )
    }

    pub(super) fn invalid_noteq(&mut self) -> N {
        self.rule(|p| {
            let a = p.t(Tok::Less)?;
            let b = p.t(Tok::Greater)?;
            let (a, b) = (p.token_loc(a), p.token_loc(b));
            if a.end_lineno != b.lineno || a.end_col_offset != b.col_offset {
                return Err(Miss::Stop);
            }
            Err(p.raise_range(a, b, "invalid syntax.  Maybe you meant '!=' instead of '<>'?"))
        })
    }

    pub(super) fn invalid_arithmetic(&mut self) -> N {
        self.sum()?;
        self.one_of(&[Tok::Plus, Tok::Minus, Tok::Star, Tok::Slash, Tok::Percent, Tok::DoubleSlash, Tok::At])?;
        let a = self.t(Tok::Not)?;
        let b = self.inversion()?;
        Err(self.raise_range(self.token_loc(a), b.loc(), "'not' after an operator must be parenthesized"))
    }

    pub(super) fn invalid_factor(&mut self) -> N {
        self.one_of(&[Tok::Plus, Tok::Minus, Tok::Tilde])?;
        let a = self.t(Tok::Not)?;
        let b = self.factor()?;
        Err(self.raise_range(self.token_loc(a), b.loc(), "'not' after an operator must be parenthesized"))
    }

    // Dictionaries.

    pub(super) fn invalid_double_starred_kvpairs(&mut self) -> N {
        first!(self;
            |p| {
                p.sep(Tok::Comma, |p| p.double_starred_kvpair())?;
                p.t(Tok::Comma)?;
                p.invalid_kvpair()
            },
            |p| p.starred_value(),
            |p| p.missing_value(),
        )
    }

    fn starred_value(&mut self) -> N {
        self.expression()?;
        self.t(Tok::Colon)?;
        let star = self.t(Tok::Star)?;
        self.bitwise_or()?;
        Err(self.raise_from(self.token_loc(star), "cannot use a starred expression in a dictionary value"))
    }

    fn missing_value(&mut self) -> N {
        self.expression()?;
        let colon = self.t(Tok::Colon)?;
        self.ahead_one_of(&[Tok::RBrace, Tok::Comma])?;
        Err(self.raise_at(self.token_loc(colon), "expression expected after dictionary key and ':'"))
    }

    fn invalid_kvpair(&mut self) -> N {
        first!(self;
            |p| {
                let a = p.expression()?;
                p.not_tok(Tok::Colon)?;
                let at = a.loc();
                let at = Location { col_offset: at.end_col_offset - 1, end_col_offset: -1, ..at };
                Err(p.raise_at(at, "':' expected after dictionary key"))
            },
            |p| p.starred_value(),
            |p| p.missing_value(),
        )
    }

    // Calls.

    pub(super) fn invalid_starred_expression_unpacking(&mut self) -> N {
        let star = self.t(Tok::Star)?;
        self.expression()?;
        self.t(Tok::Equal)?;
        let b = self.expression()?;
        Err(self.raise_range(self.token_loc(star), b.loc(), "cannot assign to iterable argument unpacking"))
    }

    pub(super) fn invalid_starred_expression(&mut self) -> N {
        self.t(Tok::Star)?;
        Err(self.raise_last("Invalid star expression"))
    }

    pub(super) fn invalid_kwarg(&mut self) -> N {
        first!(self;
            |p| {
                let a = p.one_of(&[Tok::True, Tok::False, Tok::None])?;
                let b = p.t(Tok::Equal)?;
                let message = format!("cannot assign to {}", p.text_at(a));
                Err(p.raise_range(p.token_loc(a), p.token_loc(b), message))
            },
            |p| p.assigned_generator(),
            |p| {
                p.not(|p| {
                    p.name()?;
                    p.t(Tok::Equal)
                })?;
                let a = p.expression()?;
                let b = p.t(Tok::Equal)?;
                let message = "expression cannot contain assignment, perhaps you meant \"==\"?";
                Err(p.raise_range(a.loc(), p.token_loc(b), message))
            },
            |p| {
                let a = p.t(Tok::DoubleStar)?;
                p.expression()?;
                p.t(Tok::Equal)?;
                let b = p.expression()?;
                Err(p.raise_range(p.token_loc(a), b.loc(), "cannot assign to keyword argument unpacking"))
            },
        )
    }

    /// `NAME '=' expression for_if_clauses`
    fn assigned_generator(&mut self) -> N {
        let a = self.name()?;
        let b = self.t(Tok::Equal)?;
        self.expression()?;
        self.for_if_clauses()?;
        let message = "invalid syntax. Maybe you meant '==' or ':=' instead of '='?";
        Err(self.raise_range(a.loc(), self.token_loc(b), message))
    }

    pub(super) fn invalid_arguments(&mut self) -> N {
        self.rule(|p| p.invalid_arguments_inner())
    }

    fn invalid_arguments_inner(&mut self) -> N {
        const PARENTHESIZE: &str = "Generator expression must be parenthesized";
        first!(self;
            |p| {
                p.either(
                    |p| {
                        p.sep(Tok::Comma, |p| p.positional())?;
                        p.t(Tok::Comma)?;
                        p.kwargs()
                    },
                    |p| p.kwargs(),
                )?;
                let comma = p.t(Tok::Comma)?;
                p.sep(Tok::Comma, |p| {
                    p.starred_expression()?;
                    p.not_tok(Tok::Equal)
                })?;
                let message = "iterable argument unpacking follows keyword argument unpacking";
                Err(p.raise_from(p.token_loc(comma), message))
            },
            |p| {
                let a = p.expression()?;
                let clauses = p.for_if_clauses()?;
                p.t(Tok::Comma)?;
                p.opt(|p| {
                    first!(p;
                        |p| p.args(),
                        |p| {
                            p.expression()?;
                            p.for_if_clauses()?;
                            p.unit()
                        },
                    )
                })?;
                Err(p.raise_range(a.loc(), last_of(&clauses), PARENTHESIZE))
            },
            |p| p.assigned_generator(),
            |p| {
                p.opt(|p| {
                    p.args()?;
                    p.t(Tok::Comma)
                })?;
                let a = p.name()?;
                let b = p.t(Tok::Equal)?;
                p.ahead_one_of(&[Tok::Comma, Tok::RPar])?;
                Err(p.raise_range(a.loc(), p.token_loc(b), "expected argument value expression"))
            },
            |p| {
                let args = p.args()?;
                let clauses = p.for_if_clauses()?;
                match args.kind() {
                    Kind::Call(items, _) if items.len() > 1 => {
                        let last = items.last().map_or(args.loc(), Node::loc);
                        Err(p.raise_range(last, last_of(&clauses), PARENTHESIZE))
                    }
                    _ => Err(Miss::Stop),
                }
            },
            |p| {
                p.args()?;
                p.t(Tok::Comma)?;
                let a = p.expression()?;
                let clauses = p.for_if_clauses()?;
                Err(p.raise_range(a.loc(), last_of(&clauses), PARENTHESIZE))
            },
            |p| {
                let args = p.args()?;
                p.t(Tok::Comma)?;
                p.args()?;
                Err(p.raise_last(match args.kind() {
                    Kind::Call(_, true) => "positional argument follows keyword argument unpacking",
                    _ => "positional argument follows keyword argument",
                }))
            },
        )
    }
}
