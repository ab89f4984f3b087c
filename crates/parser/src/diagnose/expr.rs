//! Expressions, comprehensions and calls.

use super::{Diagnosis, Kind, M, Miss, N, Node, Rule, first};
use crate::token::Tok;

impl Diagnosis<'_> {
    pub(super) fn expressions(&mut self) -> N {
        self.tuple_of(|p| p.expression())
    }

    /// One `item`, or a tuple of them.
    fn tuple_of(&mut self, item: impl Fn(&mut Self) -> N) -> N {
        let start = self.mark;
        first!(self;
            |p| {
                let first = item(p)?;
                let mut rest = p.many1(|p| {
                    p.t(Tok::Comma)?;
                    item(p)
                })?;
                p.opt(|p| p.t(Tok::Comma))?;
                rest.insert(0, first);
                p.node(Kind::Tuple(rest), start)
            },
            |p| {
                let first = item(p)?;
                p.t(Tok::Comma)?;
                p.node(Kind::Tuple(vec![first]), start)
            },
            |p| item(p),
        )
    }

    pub(super) fn expression(&mut self) -> N {
        self.memo(Rule::Expression, |p| {
            first!(p;
                |p| p.only_invalid(|p| p.invalid_expression()),
                |p| p.only_invalid(|p| p.invalid_legacy_expression()),
                |p| p.conditional(),
                |p| p.disjunction(),
                |p| p.deeper(|p| p.lambdef()),
            )
        })
    }

    /// `expression` in which no invalid rule is tried.
    pub(super) fn expression_without_invalid(&mut self) -> N {
        let invalid = std::mem::replace(&mut self.invalid, false);
        let result = self.expression_plain();
        self.invalid = invalid;
        result
    }

    fn expression_plain(&mut self) -> N {
        first!(self;
            |p| p.conditional(),
            |p| p.disjunction(),
            |p| p.lambdef(),
        )
    }

    fn conditional(&mut self) -> N {
        let start = self.mark;
        self.disjunction()?;
        self.t(Tok::If)?;
        self.disjunction()?;
        self.t(Tok::Else)?;
        self.expression()?;
        self.node(Kind::IfExp, start)
    }

    pub(super) fn yield_expr(&mut self) -> N {
        let start = self.mark;
        first!(self;
            |p| {
                p.t(Tok::Yield)?;
                p.t(Tok::From)?;
                p.expression()?;
                p.node(Kind::Yield, start)
            },
            |p| {
                p.t(Tok::Yield)?;
                p.opt(|p| p.star_expressions())?;
                p.node(Kind::Yield, start)
            },
        )
    }

    pub(super) fn star_expressions(&mut self) -> N {
        self.tuple_of(|p| p.star_expression())
    }

    pub(super) fn star_expression(&mut self) -> N {
        self.memo(Rule::StarExpression, |p| {
            first!(p;
                |p| p.starred_or(),
                |p| p.expression(),
            )
        })
    }

    /// `'*' bitwise_or`
    fn starred_or(&mut self) -> N {
        let start = self.mark;
        self.t(Tok::Star)?;
        let value = self.bitwise_or()?;
        self.node(Kind::Starred(value), start)
    }

    pub(super) fn star_named_expressions(&mut self) -> M<Vec<Node>> {
        let items = self.sep(Tok::Comma, |p| p.star_named_expression())?;
        self.opt(|p| p.t(Tok::Comma))?;
        Ok(items)
    }

    pub(super) fn star_named_expression(&mut self) -> N {
        first!(self;
            |p| p.starred_or(),
            |p| p.named_expression(),
        )
    }

    fn assignment_expression(&mut self) -> N {
        self.rule(|p| {
            let start = p.mark;
            p.name()?;
            p.t(Tok::ColonEqual)?;
            p.cut(|p| p.expression())?;
            p.version(8, "Assignment expressions are")?;
            p.node(Kind::NamedExpr, start)
        })
    }

    pub(super) fn named_expression(&mut self) -> N {
        first!(self;
            |p| p.assignment_expression(),
            |p| p.only_invalid(|p| p.invalid_named_expression()),
            |p| p.expression_not_walrus(),
        )
    }

    /// `expression !':='`
    fn expression_not_walrus(&mut self) -> N {
        let value = self.expression()?;
        self.not_tok(Tok::ColonEqual)?;
        Ok(value)
    }

    /// `assignment_expression | expression !':='`
    pub(super) fn walrus_or_expression(&mut self) -> N {
        first!(self;
            |p| p.assignment_expression(),
            |p| p.expression_not_walrus(),
        )
    }

    pub(super) fn disjunction(&mut self) -> N {
        self.memo(Rule::Disjunction, |p| p.boolean(Tok::Or, |p| p.conjunction()))
    }

    fn conjunction(&mut self) -> N {
        self.memo(Rule::Conjunction, |p| p.boolean(Tok::And, |p| p.inversion()))
    }

    fn boolean(&mut self, op: Tok, item: impl Fn(&mut Self) -> N) -> N {
        let start = self.mark;
        first!(self;
            |p| {
                item(p)?;
                p.many1(|p| {
                    p.t(op)?;
                    item(p)
                })?;
                p.node(Kind::Operation, start)
            },
            |p| item(p),
        )
    }

    pub(super) fn inversion(&mut self) -> N {
        self.memo(Rule::Inversion, |p| {
            let start = p.mark;
            first!(p;
                |p| {
                    p.t(Tok::Not)?;
                    p.inversion()?;
                    p.node(Kind::Operation, start)
                },
                |p| p.comparison(),
            )
        })
    }

    fn comparison(&mut self) -> N {
        let start = self.mark;
        first!(self;
            |p| {
                let left = p.bitwise_or()?;
                let op = p.mark;
                p.many1(|p| p.compare_op_bitwise_or_pair())?;
                let is_in = p.tokens.get(op).is_some_and(|t| t.kind == Tok::In);
                p.node(Kind::Compare(is_in.then_some(left)), start)
            },
            |p| p.bitwise_or(),
        )
    }

    fn compare_op_bitwise_or_pair(&mut self) -> N {
        first!(self;
            |p| p.operator_then(&[Tok::EqEqual]),
            |p| {
                let op = p.t(Tok::NotEqual)?;
                let barry = p.text_at(op) == "<>";
                if p.barry && !barry {
                    return Err(p.raise_last("with Barry as BDFL, use '<>' instead of '!='"));
                }
                if p.barry != barry {
                    return Err(Miss::No);
                }
                p.bitwise_or()
            },
            |p| p.operator_then(&[Tok::LessEqual]),
            |p| p.only_invalid(|p| p.invalid_noteq()),
            |p| p.operator_then(&[Tok::Less]),
            |p| p.operator_then(&[Tok::GreaterEqual]),
            |p| p.operator_then(&[Tok::Greater]),
            |p| p.operator_then(&[Tok::Not, Tok::In]),
            |p| p.operator_then(&[Tok::In]),
            |p| p.operator_then(&[Tok::Is, Tok::Not]),
            |p| p.operator_then(&[Tok::Is]),
        )
    }

    fn operator_then(&mut self, op: &[Tok]) -> N {
        for &kind in op {
            self.t(kind)?;
        }
        self.bitwise_or()
    }

    pub(super) fn bitwise_or(&mut self) -> N {
        self.left_recursive(Rule::BitwiseOr, |p| {
            let start = p.mark;
            first!(p;
                |p| {
                    p.bitwise_or()?;
                    p.t(Tok::VBar)?;
                    p.bitwise_xor()?;
                    p.node(Kind::Operation, start)
                },
                |p| p.bitwise_xor(),
            )
        })
    }

    fn bitwise_xor(&mut self) -> N {
        self.left_recursive(Rule::BitwiseXor, |p| {
            let start = p.mark;
            first!(p;
                |p| {
                    p.bitwise_xor()?;
                    p.t(Tok::Circumflex)?;
                    p.bitwise_and()?;
                    p.node(Kind::Operation, start)
                },
                |p| p.bitwise_and(),
            )
        })
    }

    fn bitwise_and(&mut self) -> N {
        self.left_recursive(Rule::BitwiseAnd, |p| {
            let start = p.mark;
            first!(p;
                |p| {
                    p.bitwise_and()?;
                    p.t(Tok::Amper)?;
                    p.shift_expr()?;
                    p.node(Kind::Operation, start)
                },
                |p| p.shift_expr(),
            )
        })
    }

    fn shift_expr(&mut self) -> N {
        self.left_recursive(Rule::ShiftExpr, |p| {
            let start = p.mark;
            first!(p;
                |p| {
                    p.shift_expr()?;
                    p.t(Tok::LeftShift)?;
                    p.sum()?;
                    p.node(Kind::Operation, start)
                },
                |p| {
                    p.shift_expr()?;
                    p.t(Tok::RightShift)?;
                    p.sum()?;
                    p.node(Kind::Operation, start)
                },
                |p| p.only_invalid(|p| p.invalid_arithmetic()),
                |p| p.sum(),
            )
        })
    }

    pub(super) fn sum(&mut self) -> N {
        self.left_recursive(Rule::Sum, |p| {
            let start = p.mark;
            first!(p;
                |p| {
                    p.sum()?;
                    p.t(Tok::Plus)?;
                    p.term()?;
                    p.node(Kind::Operation, start)
                },
                |p| {
                    p.sum()?;
                    p.t(Tok::Minus)?;
                    p.term()?;
                    p.node(Kind::Operation, start)
                },
                |p| p.term(),
            )
        })
    }

    fn term(&mut self) -> N {
        self.left_recursive(Rule::Term, |p| {
            first!(p;
                |p| p.term_with(Tok::Star),
                |p| p.term_with(Tok::Slash),
                |p| p.term_with(Tok::DoubleSlash),
                |p| p.term_with(Tok::Percent),
                |p| p.term_with(Tok::At),
                |p| p.only_invalid(|p| p.invalid_factor()),
                |p| p.factor(),
            )
        })
    }

    fn term_with(&mut self, op: Tok) -> N {
        let start = self.mark;
        self.term()?;
        self.t(op)?;
        self.factor()?;
        if op == Tok::At {
            self.version(5, "The '@' operator is")?;
        }
        self.node(Kind::Operation, start)
    }

    pub(super) fn factor(&mut self) -> N {
        self.memo(Rule::Factor, |p| {
            let start = p.mark;
            first!(p;
                |p| {
                    p.one_of(&[Tok::Plus, Tok::Minus, Tok::Tilde])?;
                    p.factor()?;
                    p.node(Kind::Operation, start)
                },
                |p| p.power(),
            )
        })
    }

    fn power(&mut self) -> N {
        let start = self.mark;
        first!(self;
            |p| {
                p.await_primary()?;
                p.t(Tok::DoubleStar)?;
                p.factor()?;
                p.node(Kind::Operation, start)
            },
            |p| p.await_primary(),
        )
    }

    fn await_primary(&mut self) -> N {
        self.memo(Rule::AwaitPrimary, |p| {
            let start = p.mark;
            first!(p;
                |p| {
                    p.t(Tok::Await)?;
                    p.primary()?;
                    p.version(5, "Await expressions are")?;
                    p.node(Kind::Await, start)
                },
                |p| p.primary(),
            )
        })
    }

    fn primary(&mut self) -> N {
        self.left_recursive(Rule::Primary, |p| {
            let start = p.mark;
            first!(p;
                |p| {
                    p.primary()?;
                    p.t(Tok::Dot)?;
                    p.name()?;
                    p.node(Kind::Attribute, start)
                },
                |p| {
                    p.primary()?;
                    let arg = p.genexp()?;
                    p.node(Kind::Call(vec![arg], false), start)
                },
                |p| {
                    p.primary()?;
                    p.t(Tok::LPar)?;
                    p.opt(|p| p.arguments())?;
                    p.t(Tok::RPar)?;
                    p.node(Kind::Call(Vec::new(), false), start)
                },
                |p| {
                    p.primary()?;
                    p.t(Tok::LSqb)?;
                    p.slices()?;
                    p.t(Tok::RSqb)?;
                    p.node(Kind::Subscript, start)
                },
                |p| p.atom(),
            )
        })
    }

    pub(super) fn slices(&mut self) -> N {
        let start = self.mark;
        first!(self;
            |p| {
                let slice = p.slice()?;
                p.not_tok(Tok::Comma)?;
                Ok(slice)
            },
            |p| {
                let items = p.sep(Tok::Comma, |p| first!(p; |p| p.slice(), |p| p.starred_expression()))?;
                p.opt(|p| p.t(Tok::Comma))?;
                p.node(Kind::Tuple(items), start)
            },
        )
    }

    fn slice(&mut self) -> N {
        first!(self;
            |p| {
                p.opt(|p| p.expression())?;
                p.t(Tok::Colon)?;
                p.opt(|p| p.expression())?;
                p.opt(|p| {
                    p.t(Tok::Colon)?;
                    p.opt(|p| p.expression())
                })?;
                p.unit()
            },
            |p| p.named_expression(),
        )
    }

    fn keyword_constant(&mut self, word: Tok, kind: Kind) -> N {
        let start = self.mark;
        self.t(word)?;
        self.node(kind, start)
    }

    pub(super) fn atom(&mut self) -> N {
        first!(self;
            |p| p.name(),
            |p| p.keyword_constant(Tok::True, Kind::True),
            |p| p.keyword_constant(Tok::False, Kind::False),
            |p| p.keyword_constant(Tok::None, Kind::None),
            |p| {
                p.ahead_one_of(&[Tok::String, Tok::FStringStart, Tok::TStringStart])?;
                p.strings()
            },
            |p| p.number(),
            |p| {
                p.ahead_one_of(&[Tok::LPar])?;
                first!(p; |p| p.tuple(), |p| p.group(), |p| p.genexp())
            },
            |p| {
                p.ahead_one_of(&[Tok::LSqb])?;
                first!(p; |p| p.list(), |p| p.listcomp())
            },
            |p| {
                p.ahead_one_of(&[Tok::LBrace])?;
                first!(p; |p| p.dict(), |p| p.set(), |p| p.dictcomp(), |p| p.setcomp())
            },
            |p| p.keyword_constant(Tok::Ellipsis, Kind::Ellipsis),
        )
    }

    fn group(&mut self) -> N {
        first!(self;
            |p| {
                p.t(Tok::LPar)?;
                let value = first_of(p)?;
                p.t(Tok::RPar)?;
                Ok(value)
            },
            |p| p.only_invalid(|p| p.invalid_group()),
        )
    }

    fn lambdef(&mut self) -> N {
        let start = self.mark;
        self.t(Tok::Lambda)?;
        self.opt(|p| p.lambda_params())?;
        self.t(Tok::Colon)?;
        self.expression()?;
        self.node(Kind::Lambda, start)
    }

    pub(super) fn list(&mut self) -> N {
        let start = self.mark;
        self.t(Tok::LSqb)?;
        let items = self.opt(|p| p.star_named_expressions())?.unwrap_or_default();
        self.t(Tok::RSqb)?;
        self.node(Kind::List(items), start)
    }

    pub(super) fn tuple(&mut self) -> N {
        let start = self.mark;
        self.t(Tok::LPar)?;
        let items = self
            .opt(|p| {
                let first = p.star_named_expression()?;
                p.t(Tok::Comma)?;
                let mut rest = p.opt(|p| p.star_named_expressions())?.unwrap_or_default();
                rest.insert(0, first);
                Ok(rest)
            })?
            .unwrap_or_default();
        self.t(Tok::RPar)?;
        self.node(Kind::Tuple(items), start)
    }

    fn set(&mut self) -> N {
        let start = self.mark;
        self.t(Tok::LBrace)?;
        self.star_named_expressions()?;
        self.t(Tok::RBrace)?;
        self.node(Kind::Set, start)
    }

    fn dict(&mut self) -> N {
        let start = self.mark;
        first!(self;
            |p| {
                p.t(Tok::LBrace)?;
                p.opt(|p| {
                    p.sep(Tok::Comma, |p| p.double_starred_kvpair())?;
                    p.opt(|p| p.t(Tok::Comma))
                })?;
                p.t(Tok::RBrace)?;
                p.node(Kind::Dict, start)
            },
            // CPython tries this in the first pass too: only alternatives that are nothing but an invalid rule wait.
            |p| {
                p.t(Tok::LBrace)?;
                p.invalid_double_starred_kvpairs()?;
                p.t(Tok::RBrace)?;
                p.unit()
            },
        )
    }

    pub(super) fn double_starred_kvpair(&mut self) -> N {
        first!(self;
            |p| {
                p.t(Tok::DoubleStar)?;
                p.bitwise_or()
            },
            |p| p.kvpair(),
        )
    }

    fn kvpair(&mut self) -> N {
        self.expression()?;
        self.t(Tok::Colon)?;
        self.expression()
    }

    // Comprehensions.

    pub(super) fn for_if_clauses(&mut self) -> M<Vec<Node>> {
        self.many1(|p| p.for_if_clause())
    }

    fn for_if_clause(&mut self) -> N {
        self.rule(|p| {
            first!(p;
                |p| {
                    p.t(Tok::Async)?;
                    let clause = p.for_if_after()?;
                    p.version(6, "Async comprehensions are")?;
                    Ok(clause)
                },
                |p| p.for_if_after(),
                |p| p.only_invalid(|p| p.invalid_for_if_clause()),
                |p| p.only_invalid(|p| p.invalid_for_target()),
            )
        })
    }

    fn for_if_after(&mut self) -> N {
        let start = self.mark;
        self.t(Tok::For)?;
        self.star_targets()?;
        self.t(Tok::In)?;
        let last = self.cut(|p| {
            let iter = p.disjunction()?;
            let mut ifs = p.many(|p| {
                p.t(Tok::If)?;
                p.disjunction()
            })?;
            Ok(ifs.pop().unwrap_or(iter))
        })?;
        self.node(Kind::Comprehension(last), start)
    }

    fn listcomp(&mut self) -> N {
        let start = self.mark;
        first!(self;
            |p| {
                p.t(Tok::LSqb)?;
                p.named_expression()?;
                p.for_if_clauses()?;
                p.t(Tok::RSqb)?;
                p.node(Kind::ListComp, start)
            },
            |p| p.only_invalid(|p| p.invalid_comprehension()),
        )
    }

    fn setcomp(&mut self) -> N {
        let start = self.mark;
        first!(self;
            |p| {
                p.t(Tok::LBrace)?;
                p.named_expression()?;
                p.for_if_clauses()?;
                p.t(Tok::RBrace)?;
                p.node(Kind::SetComp, start)
            },
            |p| p.only_invalid(|p| p.invalid_comprehension()),
        )
    }

    pub(super) fn genexp(&mut self) -> N {
        let start = self.mark;
        first!(self;
            |p| {
                p.t(Tok::LPar)?;
                p.walrus_or_expression()?;
                p.for_if_clauses()?;
                p.t(Tok::RPar)?;
                p.node(Kind::GeneratorExp, start)
            },
            |p| p.only_invalid(|p| p.invalid_comprehension()),
        )
    }

    fn dictcomp(&mut self) -> N {
        let start = self.mark;
        first!(self;
            |p| {
                p.t(Tok::LBrace)?;
                p.kvpair()?;
                p.for_if_clauses()?;
                p.t(Tok::RBrace)?;
                p.node(Kind::DictComp, start)
            },
            |p| p.only_invalid(|p| p.invalid_dict_comprehension()),
        )
    }

    // Calls.

    pub(super) fn arguments(&mut self) -> N {
        self.memo(Rule::Arguments, |p| {
            first!(p;
                |p| {
                    let args = p.args()?;
                    p.opt(|p| p.t(Tok::Comma))?;
                    p.ahead_one_of(&[Tok::RPar])?;
                    Ok(args)
                },
                |p| p.only_invalid(|p| p.invalid_arguments()),
            )
        })
    }

    /// `starred_expression | (assignment_expression | expression !':=') !'='`
    pub(super) fn positional(&mut self) -> N {
        first!(self;
            |p| p.starred_expression(),
            |p| {
                let value = p.walrus_or_expression()?;
                p.not_tok(Tok::Equal)?;
                Ok(value)
            },
        )
    }

    pub(super) fn args(&mut self) -> N {
        let start = self.mark;
        first!(self;
            |p| {
                let mut args = p.sep(Tok::Comma, |p| p.positional())?;
                let rest = p.opt(|p| {
                    p.t(Tok::Comma)?;
                    p.kwargs()
                })?;
                let mut unpacking = false;
                if let Some((starred, found)) = rest {
                    args.extend(starred);
                    unpacking = found;
                }
                p.node(Kind::Call(args, unpacking), start)
            },
            |p| {
                let (args, unpacking) = p.kwargs()?;
                p.node(Kind::Call(args, unpacking), start)
            },
        )
    }

    /// The starred arguments among keywords, and whether there was a `**`.
    pub(super) fn kwargs(&mut self) -> M<(Vec<Node>, bool)> {
        let collect = |items: Vec<Node>| -> (Vec<Node>, bool) {
            let unpacking = items.iter().any(|n| matches!(n.kind(), Kind::Unpacking));
            let starred = items.into_iter().filter(|n| matches!(n.kind(), Kind::Starred(_))).collect();
            (starred, unpacking)
        };
        if let Some(items) = self.alt(|p| {
            let mut items = p.sep(Tok::Comma, |p| p.kwarg_or_starred())?;
            p.t(Tok::Comma)?;
            items.extend(p.sep(Tok::Comma, |p| p.kwarg_or_double_starred())?);
            Ok(items)
        })? {
            return Ok(collect(items));
        }
        if let Some(items) = self.alt(|p| p.sep(Tok::Comma, |p| p.kwarg_or_starred()))? {
            return Ok(collect(items));
        }
        let items = self.sep(Tok::Comma, |p| p.kwarg_or_double_starred())?;
        Ok(collect(items))
    }

    pub(super) fn starred_expression(&mut self) -> N {
        let start = self.mark;
        first!(self;
            |p| p.only_invalid(|p| p.invalid_starred_expression_unpacking()),
            |p| {
                p.t(Tok::Star)?;
                let value = p.expression()?;
                p.node(Kind::Starred(value), start)
            },
            |p| p.only_invalid(|p| p.invalid_starred_expression()),
        )
    }

    fn keyword_argument(&mut self) -> N {
        self.name()?;
        self.t(Tok::Equal)?;
        self.expression()?;
        self.unit()
    }

    fn kwarg_or_starred(&mut self) -> N {
        first!(self;
            |p| p.only_invalid(|p| p.invalid_kwarg()),
            |p| p.keyword_argument(),
            |p| p.starred_expression(),
        )
    }

    fn kwarg_or_double_starred(&mut self) -> N {
        let start = self.mark;
        first!(self;
            |p| p.only_invalid(|p| p.invalid_kwarg()),
            |p| p.keyword_argument(),
            |p| {
                p.t(Tok::DoubleStar)?;
                p.expression()?;
                p.node(Kind::Unpacking, start)
            },
        )
    }

    pub(super) fn type_expressions(&mut self) -> N {
        let star = |p: &mut Self, op: Tok| -> N {
            p.t(op)?;
            p.expression()
        };
        let comma = |p: &mut Self, op: Tok| -> N {
            p.t(Tok::Comma)?;
            star(p, op)
        };
        let list = |p: &mut Self| p.sep(Tok::Comma, |p| p.expression());
        first!(self;
            |p| {
                list(p)?;
                comma(p, Tok::Star)?;
                comma(p, Tok::DoubleStar)
            },
            |p| {
                list(p)?;
                comma(p, Tok::Star)
            },
            |p| {
                list(p)?;
                comma(p, Tok::DoubleStar)
            },
            |p| {
                star(p, Tok::Star)?;
                comma(p, Tok::DoubleStar)
            },
            |p| star(p, Tok::Star),
            |p| star(p, Tok::DoubleStar),
            |p| {
                list(p)?;
                p.unit()
            },
        )
    }
}

/// `yield_expr | named_expression`
fn first_of(p: &mut Diagnosis<'_>) -> N {
    first!(p; |p| p.yield_expr(), |p| p.named_expression())
}
