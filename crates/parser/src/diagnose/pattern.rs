//! `match` statements and patterns.

use super::{Diagnosis, Kind, M, N, Node, Rule, first};
use crate::token::Tok;

impl Diagnosis<'_> {
    pub(super) fn match_stmt(&mut self) -> N {
        self.rule(|p| {
            first!(p;
                |p| {
                    p.soft("match")?;
                    p.subject_expr()?;
                    p.t(Tok::Colon)?;
                    p.t(Tok::Newline)?;
                    p.t(Tok::Indent)?;
                    p.many1(|p| p.case_block())?;
                    p.t(Tok::Dedent)?;
                    p.version(10, "Pattern matching is")?;
                    p.unit()
                },
                |p| p.only_invalid(|p| p.invalid_match_stmt()),
            )
        })
    }

    pub(super) fn subject_expr(&mut self) -> N {
        first!(self;
            |p| {
                p.star_named_expression()?;
                p.t(Tok::Comma)?;
                p.opt(|p| p.star_named_expressions())?;
                p.unit()
            },
            |p| p.named_expression(),
        )
    }

    fn case_block(&mut self) -> N {
        first!(self;
            |p| p.only_invalid(|p| p.invalid_case_block()),
            |p| {
                p.soft("case")?;
                p.patterns()?;
                p.opt(|p| p.guard())?;
                p.t(Tok::Colon)?;
                p.block()
            },
        )
    }

    pub(super) fn guard(&mut self) -> N {
        self.t(Tok::If)?;
        self.named_expression()
    }

    pub(super) fn patterns(&mut self) -> N {
        let start = self.mark;
        first!(self;
            |p| {
                p.open_sequence_pattern()?;
                p.node(Kind::Unit, start)
            },
            |p| p.pattern(),
        )
    }

    fn pattern(&mut self) -> N {
        first!(self; |p| p.as_pattern(), |p| p.or_pattern())
    }

    fn as_pattern(&mut self) -> N {
        let start = self.mark;
        first!(self;
            |p| {
                p.or_pattern()?;
                p.t(Tok::As)?;
                p.pattern_capture_target()?;
                p.node(Kind::Unit, start)
            },
            |p| p.only_invalid(|p| p.invalid_as_pattern()),
        )
    }

    pub(super) fn or_pattern(&mut self) -> N {
        let start = self.mark;
        self.sep(Tok::VBar, |p| p.closed_pattern())?;
        self.node(Kind::Unit, start)
    }

    fn closed_pattern(&mut self) -> N {
        self.memo(Rule::ClosedPattern, |p| {
            let start = p.mark;
            first!(p;
                |p| p.literal_pattern(),
                |p| p.pattern_capture_target(),
                |p| {
                    p.soft("_")?;
                    p.node(Kind::Unit, start)
                },
                |p| {
                    p.attr()?;
                    p.not(|p| p.one_of(&[Tok::Dot, Tok::LPar, Tok::Equal]))?;
                    p.node(Kind::Unit, start)
                },
                |p| {
                    p.t(Tok::LPar)?;
                    let pattern = p.pattern()?;
                    p.t(Tok::RPar)?;
                    Ok(pattern)
                },
                |p| p.sequence_pattern(),
                |p| p.mapping_pattern(),
                |p| p.class_pattern(),
            )
        })
    }

    fn literal_pattern(&mut self) -> N {
        let start = self.mark;
        first!(self;
            |p| {
                p.signed_number()?;
                p.not(|p| p.one_of(&[Tok::Plus, Tok::Minus]))?;
                p.node(Kind::Unit, start)
            },
            |p| p.complex_number(),
            |p| {
                p.strings()?;
                p.node(Kind::Unit, start)
            },
            |p| {
                p.one_of(&[Tok::None])?;
                p.node(Kind::Unit, start)
            },
            |p| {
                p.one_of(&[Tok::True])?;
                p.node(Kind::Unit, start)
            },
            |p| {
                p.one_of(&[Tok::False])?;
                p.node(Kind::Unit, start)
            },
        )
    }

    fn literal_expr(&mut self) -> N {
        first!(self;
            |p| {
                let number = p.signed_number()?;
                p.not(|p| p.one_of(&[Tok::Plus, Tok::Minus]))?;
                Ok(number)
            },
            |p| p.complex_number(),
            |p| {
                p.ahead_one_of(&[Tok::String, Tok::FStringStart, Tok::TStringStart])?;
                p.strings()
            },
            |p| {
                p.one_of(&[Tok::None, Tok::True, Tok::False])?;
                p.unit()
            },
        )
    }

    fn complex_number(&mut self) -> N {
        let start = self.mark;
        let form = |p: &mut Self, op: Tok| -> N {
            p.signed_real_number()?;
            p.t(op)?;
            let number = p.number()?;
            if !matches!(number.kind(), Kind::Complex) {
                return Err(p.raise_at(number.loc(), "imaginary number required in complex literal"));
            }
            p.node(Kind::Unit, start)
        };
        first!(self; |p| form(p, Tok::Plus), |p| form(p, Tok::Minus))
    }

    fn signed_number(&mut self) -> N {
        let start = self.mark;
        first!(self;
            |p| p.number(),
            |p| {
                p.t(Tok::Minus)?;
                p.number()?;
                p.node(Kind::Operation, start)
            },
        )
    }

    fn signed_real_number(&mut self) -> N {
        first!(self;
            |p| p.real_number(),
            |p| {
                p.t(Tok::Minus)?;
                p.real_number()
            },
        )
    }

    fn real_number(&mut self) -> N {
        let number = self.number()?;
        if matches!(number.kind(), Kind::Complex) {
            return Err(self.raise_at(number.loc(), "real number required in complex literal"));
        }
        Ok(number)
    }

    fn pattern_capture_target(&mut self) -> N {
        self.not(|p| p.soft("_"))?;
        let name = self.name()?;
        self.not(|p| p.one_of(&[Tok::Dot, Tok::LPar, Tok::Equal]))?;
        Ok(name)
    }

    /// `attr` and `name_or_attr` recurse through each other; `attr` is the one that grows.
    fn attr(&mut self) -> N {
        self.left_recursive(Rule::Attr, |p| {
            let start = p.mark;
            p.name_or_attr()?;
            p.t(Tok::Dot)?;
            p.name()?;
            p.node(Kind::Attribute, start)
        })
    }

    pub(super) fn name_or_attr(&mut self) -> N {
        first!(self; |p| p.attr(), |p| p.name())
    }

    fn sequence_pattern(&mut self) -> N {
        let start = self.mark;
        first!(self;
            |p| {
                p.t(Tok::LSqb)?;
                p.opt(|p| p.maybe_sequence_pattern())?;
                p.t(Tok::RSqb)?;
                p.node(Kind::Unit, start)
            },
            |p| {
                p.t(Tok::LPar)?;
                p.opt(|p| p.open_sequence_pattern())?;
                p.t(Tok::RPar)?;
                p.node(Kind::Unit, start)
            },
        )
    }

    fn open_sequence_pattern(&mut self) -> N {
        self.maybe_star_pattern()?;
        self.t(Tok::Comma)?;
        self.opt(|p| p.maybe_sequence_pattern())?;
        self.unit()
    }

    fn maybe_sequence_pattern(&mut self) -> N {
        self.sep(Tok::Comma, |p| p.maybe_star_pattern())?;
        self.opt(|p| p.t(Tok::Comma))?;
        self.unit()
    }

    fn maybe_star_pattern(&mut self) -> N {
        first!(self; |p| p.star_pattern(), |p| p.pattern())
    }

    fn star_pattern(&mut self) -> N {
        self.memo(Rule::StarPattern, |p| {
            first!(p;
                |p| {
                    p.t(Tok::Star)?;
                    p.pattern_capture_target()
                },
                |p| {
                    p.t(Tok::Star)?;
                    p.soft("_")?;
                    p.unit()
                },
            )
        })
    }

    fn mapping_pattern(&mut self) -> N {
        let start = self.mark;
        first!(self;
            |p| {
                p.t(Tok::LBrace)?;
                p.t(Tok::RBrace)?;
                p.node(Kind::Unit, start)
            },
            |p| {
                p.t(Tok::LBrace)?;
                p.double_star_pattern()?;
                p.opt(|p| p.t(Tok::Comma))?;
                p.t(Tok::RBrace)?;
                p.node(Kind::Unit, start)
            },
            |p| {
                p.t(Tok::LBrace)?;
                p.items_pattern()?;
                p.t(Tok::Comma)?;
                p.double_star_pattern()?;
                p.opt(|p| p.t(Tok::Comma))?;
                p.t(Tok::RBrace)?;
                p.node(Kind::Unit, start)
            },
            |p| {
                p.t(Tok::LBrace)?;
                p.items_pattern()?;
                p.opt(|p| p.t(Tok::Comma))?;
                p.t(Tok::RBrace)?;
                p.node(Kind::Unit, start)
            },
        )
    }

    fn items_pattern(&mut self) -> M<Vec<Node>> {
        self.sep(Tok::Comma, |p| {
            p.either(|p| p.literal_expr(), |p| p.attr())?;
            p.t(Tok::Colon)?;
            p.pattern()
        })
    }

    fn double_star_pattern(&mut self) -> N {
        self.t(Tok::DoubleStar)?;
        self.pattern_capture_target()
    }

    fn class_pattern(&mut self) -> N {
        let start = self.mark;
        first!(self;
            |p| {
                p.name_or_attr()?;
                p.t(Tok::LPar)?;
                p.t(Tok::RPar)?;
                p.node(Kind::Unit, start)
            },
            |p| {
                p.name_or_attr()?;
                p.t(Tok::LPar)?;
                p.positional_patterns()?;
                p.opt(|p| p.t(Tok::Comma))?;
                p.t(Tok::RPar)?;
                p.node(Kind::Unit, start)
            },
            |p| {
                p.name_or_attr()?;
                p.t(Tok::LPar)?;
                p.keyword_patterns()?;
                p.opt(|p| p.t(Tok::Comma))?;
                p.t(Tok::RPar)?;
                p.node(Kind::Unit, start)
            },
            |p| {
                p.name_or_attr()?;
                p.t(Tok::LPar)?;
                p.positional_patterns()?;
                p.t(Tok::Comma)?;
                p.keyword_patterns()?;
                p.opt(|p| p.t(Tok::Comma))?;
                p.t(Tok::RPar)?;
                p.node(Kind::Unit, start)
            },
            |p| p.only_invalid(|p| p.invalid_class_pattern()),
        )
    }

    fn positional_patterns(&mut self) -> M<Vec<Node>> {
        self.sep(Tok::Comma, |p| p.pattern())
    }

    fn keyword_patterns(&mut self) -> M<Vec<Node>> {
        self.sep(Tok::Comma, |p| {
            p.name()?;
            p.t(Tok::Equal)?;
            p.pattern()
        })
    }

    // Mistakes.

    fn invalid_match_stmt(&mut self) -> N {
        first!(self;
            |p| {
                p.soft("match")?;
                p.subject_expr()?;
                p.t(Tok::Newline)?;
                Err(p.raise_last("expected ':'"))
            },
            |p| {
                let word = p.soft("match")?;
                p.subject_expr()?;
                p.t(Tok::Colon)?;
                p.no_block(word, "'match' statement")
            },
        )
    }

    fn invalid_case_block(&mut self) -> N {
        first!(self;
            |p| {
                p.soft("case")?;
                p.patterns()?;
                p.opt(|p| p.guard())?;
                p.t(Tok::Newline)?;
                Err(p.raise_last("expected ':'"))
            },
            |p| {
                let word = p.soft("case")?;
                p.patterns()?;
                p.opt(|p| p.guard())?;
                p.t(Tok::Colon)?;
                p.no_block(word, "'case' statement")
            },
        )
    }

    fn invalid_as_pattern(&mut self) -> N {
        first!(self;
            |p| {
                p.or_pattern()?;
                p.t(Tok::As)?;
                let name = p.soft("_")?;
                Err(p.raise_at(p.token_loc(name), "cannot use '_' as a target"))
            },
            |p| {
                p.or_pattern()?;
                p.t(Tok::As)?;
                let target = p.expression()?;
                Err(p.raise_at(target.loc(), format!("cannot use {} as pattern target", target.describe())))
            },
        )
    }

    fn invalid_class_pattern(&mut self) -> N {
        self.name_or_attr()?;
        self.t(Tok::LPar)?;
        self.opt(|p| {
            p.positional_patterns()?;
            p.t(Tok::Comma)
        })?;
        self.keyword_patterns()?;
        self.t(Tok::Comma)?;
        let patterns = self.positional_patterns()?;
        match (patterns.first(), patterns.last()) {
            (Some(first), Some(last)) => {
                let (first, last) = (first.loc(), last.loc());
                Err(self.raise_range(first, last, "positional patterns follow keyword patterns"))
            }
            _ => Err(super::Miss::No),
        }
    }
}
