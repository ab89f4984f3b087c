//! Assignment and `del` targets.

use super::{Diagnosis, Kind, M, N, Node, Rule, Targets, first};
use crate::token::Tok;

impl Diagnosis<'_> {
    pub(super) fn star_targets(&mut self) -> N {
        let start = self.mark;
        first!(self;
            |p| {
                let target = p.star_target()?;
                p.not_tok(Tok::Comma)?;
                Ok(target)
            },
            |p| {
                let first = p.star_target()?;
                let mut rest = p.many(|p| {
                    p.t(Tok::Comma)?;
                    p.star_target()
                })?;
                p.opt(|p| p.t(Tok::Comma))?;
                rest.insert(0, first);
                p.node(Kind::Tuple(rest), start)
            },
        )
    }

    pub(super) fn star_target(&mut self) -> N {
        self.memo(Rule::StarTarget, |p| {
            let start = p.mark;
            first!(p;
                |p| {
                    p.t(Tok::Star)?;
                    p.not_tok(Tok::Star)?;
                    let target = p.star_target()?;
                    p.node(Kind::Starred(target), start)
                },
                |p| p.target_with_star_atom(),
            )
        })
    }

    /// `t_primary '.' NAME` or `t_primary '[' slices ']'`, if no further primary follows.
    fn last_access(&mut self) -> N {
        let start = self.mark;
        first!(self;
            |p| {
                p.t_primary()?;
                p.t(Tok::Dot)?;
                p.name()?;
                p.not(|p| p.t_lookahead())?;
                p.node(Kind::Attribute, start)
            },
            |p| {
                p.t_primary()?;
                p.t(Tok::LSqb)?;
                p.slices()?;
                p.t(Tok::RSqb)?;
                p.not(|p| p.t_lookahead())?;
                p.node(Kind::Subscript, start)
            },
        )
    }

    fn target_with_star_atom(&mut self) -> N {
        self.memo(Rule::TargetWithStarAtom, |p| first!(p; |p| p.last_access(), |p| p.star_atom()))
    }

    fn star_atom(&mut self) -> N {
        let start = self.mark;
        first!(self;
            |p| p.name(),
            |p| {
                p.t(Tok::LPar)?;
                let target = p.target_with_star_atom()?;
                p.t(Tok::RPar)?;
                Ok(target)
            },
            |p| {
                p.t(Tok::LPar)?;
                p.opt(|p| p.star_targets_tuple_seq())?;
                p.t(Tok::RPar)?;
                p.node(Kind::Tuple(Vec::new()), start)
            },
            |p| {
                p.t(Tok::LSqb)?;
                p.opt(|p| {
                    p.sep(Tok::Comma, |p| p.star_target())?;
                    p.opt(|p| p.t(Tok::Comma))
                })?;
                p.t(Tok::RSqb)?;
                p.node(Kind::List(Vec::new()), start)
            },
        )
    }

    fn star_targets_tuple_seq(&mut self) -> N {
        first!(self;
            |p| {
                p.star_target()?;
                p.many1(|p| {
                    p.t(Tok::Comma)?;
                    p.star_target()
                })?;
                p.opt(|p| p.t(Tok::Comma))?;
                p.unit()
            },
            |p| {
                p.star_target()?;
                p.t(Tok::Comma)?;
                p.unit()
            },
        )
    }

    pub(super) fn single_target(&mut self) -> N {
        first!(self;
            |p| p.single_subscript_attribute_target(),
            |p| p.name(),
            |p| {
                p.t(Tok::LPar)?;
                let target = p.single_target()?;
                p.t(Tok::RPar)?;
                Ok(target)
            },
        )
    }

    pub(super) fn single_subscript_attribute_target(&mut self) -> N {
        self.last_access()
    }

    fn t_primary(&mut self) -> N {
        self.left_recursive(Rule::TPrimary, |p| {
            let start = p.mark;
            first!(p;
                |p| {
                    p.t_primary()?;
                    p.t(Tok::Dot)?;
                    p.name()?;
                    p.ahead(|p| p.t_lookahead())?;
                    p.node(Kind::Attribute, start)
                },
                |p| {
                    p.t_primary()?;
                    p.t(Tok::LSqb)?;
                    p.slices()?;
                    p.t(Tok::RSqb)?;
                    p.ahead(|p| p.t_lookahead())?;
                    p.node(Kind::Subscript, start)
                },
                |p| {
                    p.t_primary()?;
                    p.genexp()?;
                    p.ahead(|p| p.t_lookahead())?;
                    p.node(Kind::Call(Vec::new(), false), start)
                },
                |p| {
                    p.t_primary()?;
                    p.t(Tok::LPar)?;
                    p.opt(|p| p.arguments())?;
                    p.t(Tok::RPar)?;
                    p.ahead(|p| p.t_lookahead())?;
                    p.node(Kind::Call(Vec::new(), false), start)
                },
                |p| {
                    let atom = p.atom()?;
                    p.ahead(|p| p.t_lookahead())?;
                    Ok(atom)
                },
            )
        })
    }

    fn t_lookahead(&mut self) -> M<usize> {
        self.one_of(&[Tok::LPar, Tok::LSqb, Tok::Dot])
    }

    pub(super) fn del_targets(&mut self) -> N {
        self.sep(Tok::Comma, |p| p.del_target())?;
        self.opt(|p| p.t(Tok::Comma))?;
        self.unit()
    }

    fn del_target(&mut self) -> N {
        self.memo(Rule::DelTarget, |p| first!(p; |p| p.last_access(), |p| p.del_t_atom()))
    }

    fn del_t_atom(&mut self) -> N {
        let start = self.mark;
        first!(self;
            |p| p.name(),
            |p| {
                p.t(Tok::LPar)?;
                let target = p.del_target()?;
                p.t(Tok::RPar)?;
                Ok(target)
            },
            |p| {
                p.t(Tok::LPar)?;
                p.opt(|p| p.del_targets())?;
                p.t(Tok::RPar)?;
                p.node(Kind::Tuple(Vec::new()), start)
            },
            |p| {
                p.t(Tok::LSqb)?;
                p.opt(|p| p.del_targets())?;
                p.t(Tok::RSqb)?;
                p.node(Kind::List(Vec::new()), start)
            },
        )
    }

    /// The part of `node` that cannot be a target.
    pub(super) fn invalid_target(node: &Node, targets: Targets) -> Option<Node> {
        match node.kind() {
            Kind::List(items) | Kind::Tuple(items) => items.iter().find_map(|item| Self::invalid_target(item, targets)),
            Kind::Starred(value) => {
                if targets == Targets::Del {
                    Some(node.clone())
                } else {
                    Self::invalid_target(value, targets)
                }
            }
            // In `for a in b` the rule has read `a in b` as a comparison.
            Kind::Compare(left) if targets == Targets::For => {
                left.as_ref().and_then(|left| Self::invalid_target(left, targets))
            }
            Kind::Name(_) | Kind::Subscript | Kind::Attribute => None,
            _ => Some(node.clone()),
        }
    }

    /// Raises if `node` cannot be a target; otherwise the rule has no result.
    pub(super) fn raise_invalid_target(&mut self, targets: Targets, node: &Node) -> N {
        let Some(invalid) = Self::invalid_target(node, targets) else { return Err(super::Miss::Stop) };
        let verb = if targets == Targets::Del { "delete" } else { "assign to" };
        Err(self.raise_at(invalid.loc(), format!("cannot {verb} {}", invalid.describe())))
    }
}
