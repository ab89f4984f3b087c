//! The `invalid_*` rules of statements.

use super::{Diagnosis, M, Miss, N, Targets, first};
use crate::token::Tok;

impl Diagnosis<'_> {
    /// `NEWLINE !INDENT` after the colon of the statement whose first word is token `word`.
    pub(super) fn no_block(&mut self, word: usize, what: &str) -> N {
        self.t(Tok::Newline)?;
        self.not_tok(Tok::Indent)?;
        let line = self.token_loc(word).lineno;
        Err(self.raise_indentation(format!("expected an indented block after {what} on line {line}")))
    }

    fn newline_for_colon(&mut self) -> N {
        self.t(Tok::Newline)?;
        Err(self.raise_last("expected ':'"))
    }

    pub(super) fn invalid_assignment(&mut self) -> N {
        self.rule(|p| {
            first!(p;
                |p| {
                    let a = p.invalid_ann_assign_target()?;
                    p.t(Tok::Colon)?;
                    p.expression()?;
                    let message = format!("only single target (not {}) can be annotated", a.describe());
                    Err(p.raise_at(a.loc(), message))
                },
                |p| {
                    let a = p.star_named_expression()?;
                    p.t(Tok::Comma)?;
                    p.many(|p| p.star_named_expressions())?;
                    p.t(Tok::Colon)?;
                    p.expression()?;
                    Err(p.raise_at(a.loc(), "only single target (not tuple) can be annotated"))
                },
                |p| {
                    let a = p.expression()?;
                    p.t(Tok::Colon)?;
                    p.expression()?;
                    Err(p.raise_at(a.loc(), "illegal target for annotation"))
                },
                |p| {
                    p.assigned_targets()?;
                    let a = p.star_expressions()?;
                    p.t(Tok::Equal)?;
                    p.raise_invalid_target(Targets::Star, &a)
                },
                |p| {
                    p.assigned_targets()?;
                    let a = p.yield_expr()?;
                    p.t(Tok::Equal)?;
                    Err(p.raise_at(a.loc(), "assignment to yield expression not possible"))
                },
                |p| {
                    let a = p.star_expressions()?;
                    p.augassign()?;
                    p.annotated_rhs()?;
                    let message = format!("'{}' is an illegal expression for augmented assignment", a.describe());
                    Err(p.raise_at(a.loc(), message))
                },
            )
        })
    }

    /// `(star_targets '=')*`
    fn assigned_targets(&mut self) -> M<()> {
        self.many(|p| {
            p.star_targets()?;
            p.t(Tok::Equal)
        })?;
        Ok(())
    }

    fn invalid_ann_assign_target(&mut self) -> N {
        first!(self;
            |p| p.list(),
            |p| p.tuple(),
            |p| {
                p.t(Tok::LPar)?;
                let target = p.invalid_ann_assign_target()?;
                p.t(Tok::RPar)?;
                Ok(target)
            },
        )
    }

    pub(super) fn invalid_del_stmt(&mut self) -> N {
        self.rule(|p| {
            p.t(Tok::Del)?;
            let a = p.star_expressions()?;
            p.raise_invalid_target(Targets::Del, &a)
        })
    }

    pub(super) fn invalid_block(&mut self) -> N {
        self.t(Tok::Newline)?;
        self.not_tok(Tok::Indent)?;
        Err(self.raise_indentation("expected an indented block"))
    }

    pub(super) fn invalid_double_type_comments(&mut self) -> N {
        self.t(Tok::TypeComment)?;
        self.t(Tok::Newline)?;
        self.t(Tok::TypeComment)?;
        self.t(Tok::Newline)?;
        self.t(Tok::Indent)?;
        Err(self.raise_last("Cannot have two type comments on def"))
    }

    // Imports.

    pub(super) fn invalid_import(&mut self) -> N {
        first!(self;
            |p| {
                let a = p.t(Tok::Import)?;
                p.sep(Tok::Comma, |p| p.dotted_name())?;
                p.t(Tok::From)?;
                p.dotted_name()?;
                Err(p.raise_from(p.token_loc(a), "Did you mean to use 'from ... import ...' instead?"))
            },
            |p| {
                p.t(Tok::Import)?;
                let newline = p.t(Tok::Newline)?;
                Err(p.raise_from(p.token_loc(newline), "Expected one or more names after 'import'"))
            },
        )
    }

    pub(super) fn invalid_import_from_targets(&mut self) -> N {
        first!(self;
            |p| {
                p.import_from_as_names()?;
                p.t(Tok::Comma)?;
                p.t(Tok::Newline)?;
                Err(p.raise_last("trailing comma not allowed without surrounding parentheses"))
            },
            |p| {
                let newline = p.t(Tok::Newline)?;
                Err(p.raise_from(p.token_loc(newline), "Expected one or more names after 'import'"))
            },
        )
    }

    pub(super) fn invalid_dotted_as_name(&mut self) -> N {
        self.dotted_name()?;
        self.invalid_import_as()
    }

    pub(super) fn invalid_import_from_as_name(&mut self) -> N {
        self.name()?;
        self.invalid_import_as()
    }

    /// `'as' !(NAME (',' | ')' | ';' | NEWLINE)) expression`
    fn invalid_import_as(&mut self) -> N {
        self.t(Tok::As)?;
        self.not(|p| {
            p.name()?;
            p.one_of(&[Tok::Comma, Tok::RPar, Tok::Semi, Tok::Newline])
        })?;
        let a = self.expression()?;
        Err(self.raise_at(a.loc(), format!("cannot use {} as import target", a.describe())))
    }

    // Compound statements.

    /// `if` and `elif`
    pub(super) fn invalid_if_stmt(&mut self, word: Tok, name: &str) -> N {
        first!(self;
            |p| {
                p.t(word)?;
                p.named_expression()?;
                p.newline_for_colon()
            },
            |p| {
                let at = p.t(word)?;
                p.named_expression()?;
                p.t(Tok::Colon)?;
                p.no_block(at, &format!("'{name}' statement"))
            },
        )
    }

    pub(super) fn invalid_else_stmt(&mut self) -> N {
        first!(self;
            |p| {
                let at = p.t(Tok::Else)?;
                p.t(Tok::Colon)?;
                p.no_block(at, "'else' statement")
            },
            |p| {
                p.t(Tok::Else)?;
                p.t(Tok::Colon)?;
                p.block()?;
                p.t(Tok::Elif)?;
                Err(p.raise_last("'elif' block follows an 'else' block"))
            },
        )
    }

    pub(super) fn invalid_while_stmt(&mut self) -> N {
        first!(self;
            |p| {
                p.t(Tok::While)?;
                p.named_expression()?;
                p.newline_for_colon()
            },
            |p| {
                let at = p.t(Tok::While)?;
                p.named_expression()?;
                p.t(Tok::Colon)?;
                p.no_block(at, "'while' statement")
            },
        )
    }

    pub(super) fn invalid_for_stmt(&mut self) -> N {
        first!(self;
            |p| {
                p.opt(|p| p.t(Tok::Async))?;
                p.t(Tok::For)?;
                p.star_targets()?;
                p.t(Tok::In)?;
                p.star_expressions()?;
                p.newline_for_colon()
            },
            |p| {
                p.opt(|p| p.t(Tok::Async))?;
                let at = p.t(Tok::For)?;
                p.star_targets()?;
                p.t(Tok::In)?;
                p.star_expressions()?;
                p.t(Tok::Colon)?;
                p.no_block(at, "'for' statement")
            },
        )
    }

    pub(super) fn invalid_def_raw(&mut self) -> N {
        first!(self;
            |p| {
                p.opt(|p| p.t(Tok::Async))?;
                let at = p.t(Tok::Def)?;
                p.name()?;
                p.opt(|p| p.type_params())?;
                p.t(Tok::LPar)?;
                p.opt(|p| p.params())?;
                p.t(Tok::RPar)?;
                p.opt_returns()?;
                p.t(Tok::Colon)?;
                p.no_block(at, "function definition")
            },
            |p| {
                p.opt(|p| p.t(Tok::Async))?;
                p.t(Tok::Def)?;
                p.name()?;
                p.opt(|p| p.type_params())?;
                p.forced(Tok::LPar, "(")?;
                p.opt(|p| p.params())?;
                p.t(Tok::RPar)?;
                p.opt_returns()?;
                p.forced(Tok::Colon, ":")?;
                p.opt(|p| p.func_type_comment())?;
                p.block()
            },
        )
    }

    pub(super) fn invalid_class_def_raw(&mut self) -> N {
        first!(self;
            |p| {
                p.t(Tok::Class)?;
                p.name()?;
                p.opt(|p| p.type_params())?;
                p.opt_bases()?;
                p.newline_for_colon()
            },
            |p| {
                let at = p.t(Tok::Class)?;
                p.name()?;
                p.opt(|p| p.type_params())?;
                p.opt_bases()?;
                p.t(Tok::Colon)?;
                p.no_block(at, "class definition")
            },
        )
    }

    // with

    pub(super) fn invalid_with_item(&mut self) -> N {
        self.rule(|p| {
            p.expression()?;
            p.t(Tok::As)?;
            let a = p.expression()?;
            p.ahead_one_of(&[Tok::Comma, Tok::RPar, Tok::Colon])?;
            p.raise_invalid_target(Targets::Star, &a)
        })
    }

    /// `['async'] 'with' items`, the items perhaps in parentheses; gives the word `with`.
    fn with_items(&mut self, parenthesised: bool) -> M<usize> {
        self.opt(|p| p.t(Tok::Async))?;
        let at = self.t(Tok::With)?;
        if parenthesised {
            self.t(Tok::LPar)?;
        }
        self.sep(Tok::Comma, |p| {
            if parenthesised {
                p.expressions()?;
            } else {
                p.expression()?;
            }
            p.opt(|p| {
                p.t(Tok::As)?;
                p.star_target()
            })
        })?;
        if parenthesised {
            self.opt(|p| p.t(Tok::Comma))?;
            self.t(Tok::RPar)?;
        }
        Ok(at)
    }

    pub(super) fn invalid_with_stmt(&mut self) -> N {
        let form = |p: &mut Self, parenthesised: bool| -> N {
            p.with_items(parenthesised)?;
            p.newline_for_colon()
        };
        first!(self; |p| form(p, false), |p| form(p, true))
    }

    pub(super) fn invalid_with_stmt_indent(&mut self) -> N {
        let form = |p: &mut Self, parenthesised: bool| -> N {
            let at = p.with_items(parenthesised)?;
            p.t(Tok::Colon)?;
            p.no_block(at, "'with' statement")
        };
        first!(self; |p| form(p, false), |p| form(p, true))
    }

    // try

    pub(super) fn invalid_try_stmt(&mut self) -> N {
        const BOTH: &str = "cannot have both 'except' and 'except*' on the same 'try'";
        first!(self;
            |p| {
                let at = p.t(Tok::Try)?;
                p.t(Tok::Colon)?;
                p.no_block(at, "'try' statement")
            },
            |p| {
                p.t(Tok::Try)?;
                p.t(Tok::Colon)?;
                p.block()?;
                p.not(|p| p.one_of(&[Tok::Except, Tok::Finally]))?;
                Err(p.raise_last("expected 'except' or 'finally' block"))
            },
            |p| {
                p.t(Tok::Try)?;
                p.t(Tok::Colon)?;
                p.many(|p| p.block())?;
                p.many1(|p| p.except_block())?;
                let a = p.t(Tok::Except)?;
                let b = p.t(Tok::Star)?;
                p.expression()?;
                p.opt_as_name()?;
                p.t(Tok::Colon)?;
                Err(p.raise_range(p.token_loc(a), p.token_loc(b), BOTH))
            },
            |p| {
                p.t(Tok::Try)?;
                p.t(Tok::Colon)?;
                p.many(|p| p.block())?;
                p.many1(|p| p.except_star_block())?;
                let a = p.t(Tok::Except)?;
                p.opt(|p| {
                    p.expression()?;
                    p.opt_as_name()
                })?;
                p.t(Tok::Colon)?;
                Err(p.raise_at(p.token_loc(a), BOTH))
            },
        )
    }

    fn unparenthesised_types(&mut self, star: bool) -> N {
        self.t(Tok::Except)?;
        if star {
            self.t(Tok::Star)?;
        }
        let a = self.expression()?;
        self.t(Tok::Comma)?;
        self.expressions()?;
        self.t(Tok::As)?;
        self.name()?;
        self.t(Tok::Colon)?;
        Err(self.raise_from(a.loc(), "multiple exception types must be parenthesized when using 'as'"))
    }

    /// `'except' expression ['as' NAME] NEWLINE`
    fn except_without_colon(&mut self, star: bool) -> N {
        self.t(Tok::Except)?;
        if star {
            self.t(Tok::Star)?;
        }
        self.expression()?;
        self.opt_as_name()?;
        self.newline_for_colon()
    }

    /// `'except' expression 'as' expression ':' block`
    fn except_with_target(&mut self, star: bool) -> N {
        self.t(Tok::Except)?;
        if star {
            self.t(Tok::Star)?;
        }
        self.expression()?;
        self.t(Tok::As)?;
        let a = self.expression()?;
        self.t(Tok::Colon)?;
        self.block()?;
        let word = if star { "except*" } else { "except" };
        Err(self.raise_at(a.loc(), format!("cannot use {word} statement with {}", a.describe())))
    }

    pub(super) fn invalid_except_stmt(&mut self) -> N {
        first!(self;
            |p| p.unparenthesised_types(false),
            |p| p.except_without_colon(false),
            |p| {
                p.t(Tok::Except)?;
                p.newline_for_colon()
            },
            |p| p.except_with_target(false),
        )
    }

    pub(super) fn invalid_except_star_stmt(&mut self) -> N {
        first!(self;
            |p| p.unparenthesised_types(true),
            |p| p.except_without_colon(true),
            |p| {
                p.t(Tok::Except)?;
                p.t(Tok::Star)?;
                p.one_of(&[Tok::Newline, Tok::Colon])?;
                Err(p.raise_last("expected one or more exception types"))
            },
            |p| p.except_with_target(true),
        )
    }

    pub(super) fn invalid_except_stmt_indent(&mut self, star: bool) -> N {
        first!(self;
            |p| {
                let at = p.t(Tok::Except)?;
                if star {
                    p.t(Tok::Star)?;
                }
                p.expression()?;
                p.opt_as_name()?;
                p.t(Tok::Colon)?;
                p.no_block(at, if star { "'except*' statement" } else { "'except' statement" })
            },
            |p| {
                if star {
                    return Err(Miss::No);
                }
                let at = p.t(Tok::Except)?;
                p.t(Tok::Colon)?;
                p.no_block(at, "'except' statement")
            },
        )
    }

    pub(super) fn invalid_finally_stmt(&mut self) -> N {
        let at = self.t(Tok::Finally)?;
        self.t(Tok::Colon)?;
        self.no_block(at, "'finally' statement")
    }
}
