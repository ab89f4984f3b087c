//! Start rules and statements.

use super::{Diagnosis, Kind, M, Miss, N, Rule, first};
use crate::token::Tok;

impl Diagnosis<'_> {
    pub(super) fn file(&mut self) -> M<()> {
        self.opt(|p| p.statements())?;
        self.t(Tok::EndMarker)?;
        Ok(())
    }

    pub(super) fn interactive(&mut self) -> M<()> {
        self.rule(|p| p.statement_newline()).map(|_| ())
    }

    pub(super) fn eval(&mut self) -> M<()> {
        self.expressions()?;
        self.many(|p| p.t(Tok::Newline))?;
        self.t(Tok::EndMarker)?;
        Ok(())
    }

    pub(super) fn func_type(&mut self) -> M<()> {
        self.t(Tok::LPar)?;
        self.opt(|p| p.type_expressions())?;
        self.t(Tok::RPar)?;
        self.t(Tok::RArrow)?;
        self.expression()?;
        self.many(|p| p.t(Tok::Newline))?;
        self.t(Tok::EndMarker)?;
        Ok(())
    }

    pub(super) fn statements(&mut self) -> N {
        self.many1(|p| p.statement())?;
        self.unit()
    }

    fn statement(&mut self) -> N {
        first!(self;
            |p| p.single_compound_stmt(),
            |p| p.simple_stmts(),
        )
    }

    /// A compound statement. In the second pass CPython remembers where the last one began, but not of functions, which
    /// are then read by `invalid_def_raw`.
    fn single_compound_stmt(&mut self) -> N {
        let start = self.mark;
        if let Some(function) = self.alt(|p| {
            p.ahead_one_of(&[Tok::Def, Tok::At, Tok::Async])?;
            p.decorated(|p| p.function_def_raw())
        })? {
            return Ok(function);
        }
        let stmt = self.compound_stmt()?;
        let decorated = self.tokens.get(start).is_some_and(|t| t.kind == Tok::At);
        let loc = self.token_loc(if decorated { self.class_start } else { start });
        if self.invalid && self.last_stmt.0 <= loc.lineno {
            self.last_stmt = (loc.lineno, loc.col_offset);
        }
        Ok(stmt)
    }

    fn statement_newline(&mut self) -> N {
        first!(self;
            |p| {
                p.single_compound_stmt()?;
                p.t(Tok::Newline)?;
                p.unit()
            },
            |p| p.simple_stmts(),
            |p| {
                p.t(Tok::Newline)?;
                p.unit()
            },
            |p| {
                p.t(Tok::EndMarker)?;
                Err(Miss::Stop)
            },
        )
    }

    pub(super) fn simple_stmts(&mut self) -> N {
        first!(self;
            |p| {
                p.simple_stmt()?;
                p.not_tok(Tok::Semi)?;
                p.t(Tok::Newline)?;
                p.unit()
            },
            |p| {
                p.sep(Tok::Semi, |p| p.simple_stmt())?;
                p.opt(|p| p.t(Tok::Semi))?;
                p.t(Tok::Newline)?;
                p.unit()
            },
        )
    }

    pub(super) fn simple_stmt(&mut self) -> N {
        self.memo(Rule::SimpleStmt, |p| {
            let start = p.mark;
            first!(p;
                |p| p.assignment(),
                |p| {
                    p.ahead(|p| p.soft("type"))?;
                    p.type_alias()
                },
                |p| {
                    p.star_expressions()?;
                    p.node(Kind::Unit, start)
                },
                |p| {
                    p.ahead_one_of(&[Tok::Return])?;
                    p.t(Tok::Return)?;
                    p.opt(|p| p.star_expressions())?;
                    p.node(Kind::Unit, start)
                },
                |p| {
                    p.ahead_one_of(&[Tok::Import, Tok::From])?;
                    p.import_stmt()
                },
                |p| {
                    p.ahead_one_of(&[Tok::Raise])?;
                    p.raise_stmt()
                },
                |p| p.word_stmt(Tok::Pass),
                |p| {
                    p.ahead_one_of(&[Tok::Del])?;
                    p.del_stmt()
                },
                |p| {
                    p.ahead_one_of(&[Tok::Yield])?;
                    p.yield_expr()?;
                    p.node(Kind::Unit, start)
                },
                |p| {
                    p.t(Tok::Assert)?;
                    p.expression()?;
                    p.opt(|p| {
                        p.t(Tok::Comma)?;
                        p.expression()
                    })?;
                    p.node(Kind::Unit, start)
                },
                |p| p.word_stmt(Tok::Break),
                |p| p.word_stmt(Tok::Continue),
                |p| {
                    p.one_of(&[Tok::Global])?;
                    p.sep(Tok::Comma, |p| p.name())?;
                    p.node(Kind::Unit, start)
                },
                |p| {
                    p.one_of(&[Tok::Nonlocal])?;
                    p.sep(Tok::Comma, |p| p.name())?;
                    p.node(Kind::Unit, start)
                },
            )
        })
    }

    /// `pass`, `break` or `continue`
    pub(super) fn word_stmt(&mut self, word: Tok) -> N {
        let start = self.mark;
        self.t(word)?;
        self.node(Kind::Unit, start)
    }

    fn raise_stmt(&mut self) -> N {
        first!(self;
            |p| {
                p.t(Tok::Raise)?;
                p.expression()?;
                p.opt(|p| {
                    p.t(Tok::From)?;
                    p.expression()
                })?;
                p.unit()
            },
            |p| {
                p.t(Tok::Raise)?;
                p.unit()
            },
        )
    }

    /// `compound_stmt` after its first alternative, functions.
    fn compound_stmt(&mut self) -> N {
        first!(self;
            |p| {
                p.ahead_one_of(&[Tok::If])?;
                p.if_stmt()
            },
            |p| {
                p.ahead_one_of(&[Tok::Class, Tok::At])?;
                p.decorated(|p| p.class_def_raw())
            },
            |p| {
                p.ahead_one_of(&[Tok::With, Tok::Async])?;
                p.with_stmt()
            },
            |p| {
                p.ahead_one_of(&[Tok::For, Tok::Async])?;
                p.for_stmt()
            },
            |p| {
                p.ahead_one_of(&[Tok::Try])?;
                p.try_stmt()
            },
            |p| {
                p.ahead_one_of(&[Tok::While])?;
                p.while_stmt()
            },
            |p| p.match_stmt(),
        )
    }

    // Simple statements.

    fn assignment(&mut self) -> N {
        let start = self.mark;
        self.rule(|p| {
            first!(p;
                |p| {
                    p.name()?;
                    p.t(Tok::Colon)?;
                    p.expression()?;
                    p.opt(|p| {
                        p.t(Tok::Equal)?;
                        p.annotated_rhs()
                    })?;
                    p.version(6, "Variable annotation syntax is")?;
                    p.node(Kind::Unit, start)
                },
                |p| {
                    p.either(
                        |p| {
                            p.t(Tok::LPar)?;
                            let target = p.single_target()?;
                            p.t(Tok::RPar)?;
                            Ok(target)
                        },
                        |p| p.single_subscript_attribute_target(),
                    )?;
                    p.t(Tok::Colon)?;
                    p.expression()?;
                    p.opt(|p| {
                        p.t(Tok::Equal)?;
                        p.annotated_rhs()
                    })?;
                    p.version(6, "Variable annotations syntax is")?;
                    p.node(Kind::Unit, start)
                },
                |p| {
                    p.many1(|p| {
                        p.star_targets()?;
                        p.t(Tok::Equal)
                    })?;
                    p.annotated_rhs()?;
                    p.not_tok(Tok::Equal)?;
                    p.opt(|p| p.t(Tok::TypeComment))?;
                    p.node(Kind::Unit, start)
                },
                |p| {
                    p.single_target()?;
                    p.augassign()?;
                    p.cut(|p| p.annotated_rhs())?;
                    p.node(Kind::Unit, start)
                },
                |p| p.only_invalid(|p| p.invalid_assignment()),
            )
        })
    }

    /// What follows `~`: a miss ends the rule.
    pub(super) fn cut<T>(&mut self, f: impl FnOnce(&mut Self) -> M<T>) -> M<T> {
        match f(self) {
            Err(Miss::No) => Err(Miss::Stop),
            other => other,
        }
    }

    pub(super) fn annotated_rhs(&mut self) -> N {
        first!(self; |p| p.yield_expr(), |p| p.star_expressions())
    }

    pub(super) fn augassign(&mut self) -> M<()> {
        let op = self.one_of(&[
            Tok::PlusEqual,
            Tok::MinEqual,
            Tok::StarEqual,
            Tok::AtEqual,
            Tok::SlashEqual,
            Tok::PercentEqual,
            Tok::AmperEqual,
            Tok::VBarEqual,
            Tok::CircumflexEqual,
            Tok::LeftShiftEqual,
            Tok::RightShiftEqual,
            Tok::DoubleStarEqual,
            Tok::DoubleSlashEqual,
        ])?;
        if self.tokens.get(op).is_some_and(|t| t.kind == Tok::AtEqual) {
            self.version(5, "The '@' operator is")?;
        }
        Ok(())
    }

    fn del_stmt(&mut self) -> N {
        let start = self.mark;
        first!(self;
            |p| {
                p.t(Tok::Del)?;
                p.del_targets()?;
                p.ahead_one_of(&[Tok::Semi, Tok::Newline])?;
                p.node(Kind::Unit, start)
            },
            |p| p.only_invalid(|p| p.invalid_del_stmt()),
        )
    }

    // Imports.

    fn import_stmt(&mut self) -> N {
        first!(self;
            |p| p.only_invalid(|p| p.invalid_import()),
            |p| {
                p.t(Tok::Import)?;
                p.sep(Tok::Comma, |p| p.dotted_as_name())?;
                p.unit()
            },
            |p| p.import_from(),
        )
    }

    fn import_from(&mut self) -> N {
        first!(self;
            |p| {
                p.t(Tok::From)?;
                let dots = p.many(|p| p.one_of(&[Tok::Dot, Tok::Ellipsis]))?;
                let module = p.mark;
                p.dotted_name()?;
                let single = p.mark == module + 1;
                p.t(Tok::Import)?;
                let names = p.mark;
                p.import_from_targets()?;
                if single
                    && dots.is_empty()
                    && p.text_at(module) == "__future__"
                    && (names..p.mark).any(|i| p.text_at(i) == "barry_as_FLUFL")
                {
                    p.barry = true;
                }
                p.unit()
            },
            |p| {
                p.t(Tok::From)?;
                p.many1(|p| p.one_of(&[Tok::Dot, Tok::Ellipsis]))?;
                p.t(Tok::Import)?;
                p.import_from_targets()
            },
        )
    }

    fn import_from_targets(&mut self) -> N {
        first!(self;
            |p| {
                p.t(Tok::LPar)?;
                p.import_from_as_names()?;
                p.opt(|p| p.t(Tok::Comma))?;
                p.t(Tok::RPar)?;
                p.unit()
            },
            |p| {
                p.import_from_as_names()?;
                p.not_tok(Tok::Comma)?;
                p.unit()
            },
            |p| {
                p.t(Tok::Star)?;
                p.unit()
            },
            |p| p.only_invalid(|p| p.invalid_import_from_targets()),
        )
    }

    pub(super) fn import_from_as_names(&mut self) -> N {
        self.sep(Tok::Comma, |p| {
            first!(p;
                |p| p.only_invalid(|p| p.invalid_import_from_as_name()),
                |p| {
                    p.name()?;
                    p.opt_as_name()?;
                    p.unit()
                },
            )
        })?;
        self.unit()
    }

    pub(super) fn opt_as_name(&mut self) -> M<()> {
        self.opt(|p| {
            p.t(Tok::As)?;
            p.name()
        })?;
        Ok(())
    }

    fn dotted_as_name(&mut self) -> N {
        first!(self;
            |p| p.only_invalid(|p| p.invalid_dotted_as_name()),
            |p| {
                p.dotted_name()?;
                p.opt_as_name()?;
                p.unit()
            },
        )
    }

    pub(super) fn dotted_name(&mut self) -> N {
        self.left_recursive(Rule::DottedName, |p| {
            first!(p;
                |p| {
                    p.dotted_name()?;
                    p.t(Tok::Dot)?;
                    p.name()
                },
                |p| p.name(),
            )
        })
    }

    // Compound statements.

    pub(super) fn block(&mut self) -> N {
        self.memo(Rule::Block, |p| {
            first!(p;
                |p| {
                    p.t(Tok::Newline)?;
                    p.t(Tok::Indent)?;
                    p.statements()?;
                    p.t(Tok::Dedent)?;
                    p.unit()
                },
                |p| p.simple_stmts(),
                |p| p.only_invalid(|p| p.invalid_block()),
            )
        })
    }

    fn decorators(&mut self) -> N {
        self.many1(|p| {
            p.t(Tok::At)?;
            p.named_expression()?;
            p.t(Tok::Newline)
        })?;
        self.unit()
    }

    fn decorated(&mut self, raw: impl Fn(&mut Self) -> N) -> N {
        first!(self;
            |p| {
                p.decorators()?;
                raw(p)
            },
            |p| raw(p),
        )
    }

    fn class_def_raw(&mut self) -> N {
        first!(self;
            |p| p.only_invalid(|p| p.invalid_class_def_raw()),
            |p| {
                let start = p.t(Tok::Class)?;
                p.name()?;
                p.opt(|p| p.type_params())?;
                p.opt_bases()?;
                p.t(Tok::Colon)?;
                let class = p.block()?;
                p.class_start = start;
                Ok(class)
            },
        )
    }

    /// `['(' [arguments] ')']`
    pub(super) fn opt_bases(&mut self) -> M<()> {
        self.opt(|p| {
            p.t(Tok::LPar)?;
            p.opt(|p| p.arguments())?;
            p.t(Tok::RPar)
        })?;
        Ok(())
    }

    fn function_def_raw(&mut self) -> N {
        first!(self;
            |p| p.only_invalid(|p| p.invalid_def_raw()),
            |p| p.function_def_after(false),
            |p| {
                p.t(Tok::Async)?;
                p.function_def_after(true)
            },
        )
    }

    fn function_def_after(&mut self, is_async: bool) -> N {
        self.t(Tok::Def)?;
        self.name()?;
        self.opt(|p| p.type_params())?;
        self.t(Tok::LPar)?;
        self.opt(|p| p.params())?;
        self.t(Tok::RPar)?;
        self.opt_returns()?;
        self.t(Tok::Colon)?;
        self.opt(|p| p.func_type_comment())?;
        self.block()?;
        if is_async {
            self.version(5, "Async functions are")?;
        }
        self.unit()
    }

    /// `['->' expression]`
    pub(super) fn opt_returns(&mut self) -> M<()> {
        self.opt(|p| {
            p.t(Tok::RArrow)?;
            p.expression()
        })?;
        Ok(())
    }

    pub(super) fn func_type_comment(&mut self) -> N {
        first!(self;
            |p| {
                p.t(Tok::Newline)?;
                p.t(Tok::TypeComment)?;
                p.ahead(|p| {
                    p.t(Tok::Newline)?;
                    p.t(Tok::Indent)
                })?;
                p.unit()
            },
            |p| p.only_invalid(|p| p.invalid_double_type_comments()),
            |p| {
                p.t(Tok::TypeComment)?;
                p.unit()
            },
        )
    }

    fn if_stmt(&mut self) -> N {
        first!(self;
            |p| p.only_invalid(|p| p.invalid_if_stmt(Tok::If, "if")),
            |p| p.if_arm(Tok::If, |p| p.elif_stmt()),
            |p| p.if_arm(Tok::If, |p| p.opt_else()),
        )
    }

    fn elif_stmt(&mut self) -> N {
        first!(self;
            |p| p.only_invalid(|p| p.invalid_if_stmt(Tok::Elif, "elif")),
            |p| p.if_arm(Tok::Elif, |p| p.elif_stmt()),
            |p| p.if_arm(Tok::Elif, |p| p.opt_else()),
        )
    }

    fn if_arm(&mut self, word: Tok, rest: impl FnOnce(&mut Self) -> N) -> N {
        self.t(word)?;
        self.named_expression()?;
        self.t(Tok::Colon)?;
        self.block()?;
        rest(self)
    }

    fn opt_else(&mut self) -> N {
        self.opt(|p| p.else_block())?;
        self.unit()
    }

    fn else_block(&mut self) -> N {
        first!(self;
            |p| p.only_invalid(|p| p.invalid_else_stmt()),
            |p| {
                p.t(Tok::Else)?;
                p.forced(Tok::Colon, ":")?;
                p.block()
            },
        )
    }

    fn while_stmt(&mut self) -> N {
        first!(self;
            |p| p.only_invalid(|p| p.invalid_while_stmt()),
            |p| {
                p.t(Tok::While)?;
                p.named_expression()?;
                p.t(Tok::Colon)?;
                p.block()?;
                p.opt_else()
            },
        )
    }

    fn for_stmt(&mut self) -> N {
        self.rule(|p| {
            first!(p;
                |p| p.only_invalid(|p| p.invalid_for_stmt()),
                |p| p.for_after(false),
                |p| {
                    p.t(Tok::Async)?;
                    p.for_after(true)
                },
                |p| p.only_invalid(|p| p.invalid_for_target()),
            )
        })
    }

    fn for_after(&mut self, is_async: bool) -> N {
        self.t(Tok::For)?;
        self.star_targets()?;
        self.t(Tok::In)?;
        self.cut(|p| {
            p.star_expressions()?;
            p.t(Tok::Colon)?;
            p.opt(|p| p.t(Tok::TypeComment))?;
            p.block()?;
            p.opt_else()
        })?;
        if is_async {
            self.version(5, "Async for loops are")?;
        }
        self.unit()
    }

    fn with_stmt(&mut self) -> N {
        first!(self;
            |p| p.only_invalid(|p| p.invalid_with_stmt_indent()),
            |p| p.with_after(false, true),
            |p| p.with_after(false, false),
            |p| {
                p.t(Tok::Async)?;
                p.with_after(true, true)
            },
            |p| {
                p.t(Tok::Async)?;
                p.with_after(true, false)
            },
            |p| p.only_invalid(|p| p.invalid_with_stmt()),
        )
    }

    fn with_after(&mut self, is_async: bool, parenthesised: bool) -> N {
        self.t(Tok::With)?;
        if parenthesised {
            self.t(Tok::LPar)?;
        }
        self.sep(Tok::Comma, |p| p.with_item())?;
        if parenthesised {
            self.opt(|p| p.t(Tok::Comma))?;
            self.t(Tok::RPar)?;
        }
        self.t(Tok::Colon)?;
        if !(is_async && parenthesised) {
            self.opt(|p| p.t(Tok::TypeComment))?;
        }
        self.block()?;
        if is_async {
            self.version(5, "Async with statements are")?;
        }
        self.unit()
    }

    fn with_item(&mut self) -> N {
        first!(self;
            |p| {
                p.expression()?;
                p.t(Tok::As)?;
                p.star_target()?;
                p.ahead_one_of(&[Tok::Comma, Tok::RPar, Tok::Colon])?;
                p.unit()
            },
            |p| p.only_invalid(|p| p.invalid_with_item()),
            |p| p.expression(),
        )
    }

    fn try_stmt(&mut self) -> N {
        first!(self;
            |p| p.only_invalid(|p| p.invalid_try_stmt()),
            |p| {
                p.try_head()?;
                p.finally_block()
            },
            |p| {
                p.try_head()?;
                p.many1(|p| p.except_block())?;
                p.opt_else()?;
                p.opt(|p| p.finally_block())?;
                p.unit()
            },
            |p| {
                p.try_head()?;
                p.many1(|p| p.except_star_block())?;
                p.opt_else()?;
                p.opt(|p| p.finally_block())?;
                p.version(11, "Exception groups are")?;
                p.unit()
            },
        )
    }

    fn try_head(&mut self) -> N {
        self.t(Tok::Try)?;
        self.forced(Tok::Colon, ":")?;
        self.block()
    }

    pub(super) fn except_block(&mut self) -> N {
        first!(self;
            |p| p.only_invalid(|p| p.invalid_except_stmt_indent(false)),
            |p| p.except_one(false, false),
            |p| p.except_one(false, true),
            |p| p.except_many(false),
            |p| {
                p.t(Tok::Except)?;
                p.t(Tok::Colon)?;
                p.block()
            },
            |p| p.only_invalid(|p| p.invalid_except_stmt()),
        )
    }

    pub(super) fn except_star_block(&mut self) -> N {
        first!(self;
            |p| p.only_invalid(|p| p.invalid_except_stmt_indent(true)),
            |p| p.except_one(true, false),
            |p| p.except_one(true, true),
            |p| p.except_many(true),
            |p| p.only_invalid(|p| p.invalid_except_star_stmt()),
        )
    }

    fn except_word(&mut self, star: bool) -> M<usize> {
        let word = self.t(Tok::Except)?;
        if star {
            self.t(Tok::Star)?;
        }
        Ok(word)
    }

    fn except_one(&mut self, star: bool, named: bool) -> N {
        self.except_word(star)?;
        self.expression()?;
        if named {
            self.t(Tok::As)?;
            self.name()?;
        }
        self.t(Tok::Colon)?;
        self.block()
    }

    fn except_many(&mut self, star: bool) -> N {
        self.except_word(star)?;
        self.expressions()?;
        self.t(Tok::Colon)?;
        self.block()?;
        self.version(14, "except expressions without parentheses are")?;
        self.unit()
    }

    fn finally_block(&mut self) -> N {
        first!(self;
            |p| p.only_invalid(|p| p.invalid_finally_stmt()),
            |p| {
                p.t(Tok::Finally)?;
                p.forced(Tok::Colon, ":")?;
                p.block()
            },
        )
    }

    fn type_alias(&mut self) -> N {
        let start = self.mark;
        self.soft("type")?;
        self.name()?;
        self.opt(|p| p.type_params())?;
        self.t(Tok::Equal)?;
        self.expression()?;
        self.version(12, "Type statement is")?;
        self.node(Kind::Unit, start)
    }
}
