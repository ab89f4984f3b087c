//! Every kind of node with its fields: the conversions are expansions of these lists.

use crate::convert::{Cx, FromObject, ToObject, hex_digits};
use taipan_object::{Object, Owned, PyDict, PyInt, PyResult, name, unicode};
use taipan_parser::ast::*;

/// The interned name of a field.
macro_rules! key {
    ($cx:expr, $field:ident) => {{
        static CACHE: core::sync::atomic::AtomicPtr<taipan_object::abi::PyObject> =
            core::sync::atomic::AtomicPtr::new(core::ptr::null_mut());
        // Fields whose names are Rust keywords carry an underscore.
        unicode::intern::cached_name(&CACHE, $cx.t, stringify!($field).trim_end_matches('_'))
    }};
}

/// Reads one field.
macro_rules! get {
    ($cx:expr, $object:expr, $field:ident, $class:expr) => {
        FromObject::from_field(
            $cx,
            $object.getattr_opt($cx.t, key!($cx, $field))?,
            stringify!($field).trim_end_matches('_'),
            $class,
        )?
    };
}

/// A sum of nodes with places.
macro_rules! located_sum {
    ($node:ident, $kind:ident, $sum:literal, $end_required:literal, $from:ident, {
        $($variant:ident { $($field:ident),* }),* $(,)?
    }) => {
        impl ToObject for $node {
            fn to_object(&self, cx: &Cx<'_>) -> PyResult {
                cx.enter_construction()?;
                let dict = PyDict::new(cx.t)?;
                let class = match &self.kind {
                    $($kind::$variant { $($field),* } => {
                        $(cx.put(&dict, key!(cx, $field), $field)?;)*
                        stringify!($variant)
                    })*
                };
                cx.put_place(&dict, self.loc)?;
                cx.make(class, dict)
            }
        }

        fn $from(cx: &Cx<'_>, object: &Object) -> PyResult<$node> {
            cx.enter($sum)?;
            let loc = cx.place(object, $sum, $end_required)?;
            let Some(class) = cx.registry.constructor_of(object) else { return cx.unexpected($sum, object) };
            $(if class == stringify!($variant) {
                let kind = $kind::$variant { $($field: get!(cx, object, $field, class)),* };
                return Ok($node { kind, loc });
            })*
            cx.unexpected($sum, object)
        }
    };
}

/// A sum of constructors without fields.
macro_rules! plain_sum {
    ($kind:ident, $sum:literal, { $($variant:ident),* }) => {
        impl ToObject for $kind {
            fn to_object(&self, cx: &Cx<'_>) -> PyResult {
                let class = match self {
                    $(Self::$variant => stringify!($variant),)*
                };
                cx.registry.singleton(cx.t, class)
            }
        }

        impl FromObject for $kind {
            fn from_object(cx: &Cx<'_>, object: &Object) -> PyResult<Self> {
                match cx.registry.constructor_of(object) {
                    $(Some(class) if class == stringify!($variant) => Ok(Self::$variant),)*
                    _ => cx.unexpected($sum, object),
                }
            }
        }
    };
}

/// A product: a struct with these fields and, if it has one, a place.
macro_rules! product {
    ($node:ident, $class:literal, { $($field:ident),* } $(, $loc:ident)?) => {
        impl ToObject for $node {
            fn to_object(&self, cx: &Cx<'_>) -> PyResult {
                cx.enter_construction()?;
                let dict = PyDict::new(cx.t)?;
                $(cx.put(&dict, key!(cx, $field), &self.$field)?;)*
                $(cx.put_place(&dict, self.$loc)?;)?
                cx.make($class, dict)
            }
        }

        impl FromObject for $node {
            fn from_object(cx: &Cx<'_>, object: &Object) -> PyResult<Self> {
                cx.enter($class)?;
                $(let $field = get!(cx, object, $field, $class);)*
                $(let $loc = cx.place(object, $class, false)?;)?
                Ok(Self { $($field,)* $($loc)? })
            }
        }
    };
}

located_sum!(Stmt, StmtKind, "stmt", false, stmt_from, {
    FunctionDef { name, args, body, decorator_list, returns, type_comment, type_params },
    AsyncFunctionDef { name, args, body, decorator_list, returns, type_comment, type_params },
    ClassDef { name, bases, keywords, body, decorator_list, type_params },
    Return { value },
    Delete { targets },
    Assign { targets, value, type_comment },
    TypeAlias { name, type_params, value },
    AugAssign { target, op, value },
    AnnAssign { target, annotation, value, simple },
    For { target, iter, body, orelse, type_comment },
    AsyncFor { target, iter, body, orelse, type_comment },
    While { test, body, orelse },
    If { test, body, orelse },
    With { items, body, type_comment },
    AsyncWith { items, body, type_comment },
    Match { subject, cases },
    Raise { exc, cause },
    Try { body, handlers, orelse, finalbody },
    TryStar { body, handlers, orelse, finalbody },
    Assert { test, msg },
    Import { names },
    ImportFrom { module, names, level },
    Global { names },
    Nonlocal { names },
    Expr { value },
    Pass {},
    Break {},
    Continue {},
});

located_sum!(Expr, ExprKind, "expr", false, expr_from, {
    BoolOp { op, values },
    NamedExpr { target, value },
    BinOp { left, op, right },
    UnaryOp { op, operand },
    Lambda { args, body },
    IfExp { test, body, orelse },
    Dict { keys, values },
    Set { elts },
    ListComp { elt, generators },
    SetComp { elt, generators },
    DictComp { key, value, generators },
    GeneratorExp { elt, generators },
    Await { value },
    Yield { value },
    YieldFrom { value },
    Compare { left, ops, comparators },
    Call { func, args, keywords },
    FormattedValue { value, conversion, format_spec },
    Interpolation { value, str, conversion, format_spec },
    JoinedStr { values },
    TemplateStr { values },
    Constant { value, kind },
    Attribute { value, attr, ctx },
    Subscript { value, slice, ctx },
    Starred { value, ctx },
    Name { id, ctx },
    List { elts, ctx },
    Tuple { elts, ctx },
    Slice { lower, upper, step },
});

located_sum!(Pattern, PatternKind, "pattern", true, pattern_from, {
    MatchValue { value },
    MatchSingleton { value },
    MatchSequence { patterns },
    MatchMapping { keys, patterns, rest },
    MatchClass { cls, patterns, kwd_attrs, kwd_patterns },
    MatchStar { name },
    MatchAs { pattern, name },
    MatchOr { patterns },
});

located_sum!(TypeParam, TypeParamKind, "type_param", true, type_param_from, {
    TypeVar { name, bound, default_value },
    ParamSpec { name, default_value },
    TypeVarTuple { name, default_value },
});

plain_sum!(ExprContext, "expr_context", { Load, Store, Del });
plain_sum!(BoolOp, "boolop", { And, Or });
plain_sum!(Operator, "operator", { Add, Sub, Mult, MatMult, Div, Mod, Pow, LShift, RShift, BitOr, BitXor, BitAnd, FloorDiv });
plain_sum!(UnaryOp, "unaryop", { Invert, Not, UAdd, USub });
plain_sum!(CmpOp, "cmpop", { Eq, NotEq, Lt, LtE, Gt, GtE, Is, IsNot, In, NotIn });
product!(Comprehension, "comprehension", { target, iter, ifs, is_async });
product!(Arguments, "arguments", { posonlyargs, args, vararg, kwonlyargs, kw_defaults, kwarg, defaults });
product!(Arg, "arg", { arg, annotation, type_comment }, loc);
product!(Keyword, "keyword", { arg, value }, loc);
product!(Alias, "alias", { name, asname }, loc);
product!(WithItem, "withitem", { context_expr, optional_vars });
product!(MatchCase, "match_case", { pattern, guard, body });

impl ToObject for ExceptHandler {
    fn to_object(&self, cx: &Cx<'_>) -> PyResult {
        cx.enter_construction()?;
        let dict = PyDict::new(cx.t)?;
        cx.put(&dict, key!(cx, type_), &self.type_)?;
        cx.put(&dict, key!(cx, name), &self.name)?;
        cx.put(&dict, key!(cx, body), &self.body)?;
        cx.put_place(&dict, self.loc)?;
        cx.make("ExceptHandler", dict)
    }
}

impl FromObject for ExceptHandler {
    fn from_object(cx: &Cx<'_>, object: &Object) -> PyResult<Self> {
        cx.enter("excepthandler")?;
        let loc = cx.place(object, "excepthandler", false)?;
        let Some(class @ "ExceptHandler") = cx.registry.constructor_of(object) else {
            return cx.unexpected("excepthandler", object);
        };
        Ok(Self {
            type_: get!(cx, object, type_, class),
            name: get!(cx, object, name, class),
            body: get!(cx, object, body, class),
            loc,
        })
    }
}

impl FromObject for Stmt {
    const NONE_IN_LIST: Option<&'static str> = Some("statement");
    const NONE_IS_MISSING: bool = true;
    fn from_object(cx: &Cx<'_>, object: &Object) -> PyResult<Self> {
        stmt_from(cx, object)
    }
}

impl FromObject for Pattern {
    const NONE_IN_LIST: Option<&'static str> = Some("pattern");
    const NONE_IS_MISSING: bool = true;
    fn from_object(cx: &Cx<'_>, object: &Object) -> PyResult<Self> {
        pattern_from(cx, object)
    }
}

impl FromObject for TypeParam {
    fn from_object(cx: &Cx<'_>, object: &Object) -> PyResult<Self> {
        type_param_from(cx, object)
    }
}

impl FromObject for Expr {
    const NONE_IN_LIST: Option<&'static str> = Some("expression");
    const NONE_IS_MISSING: bool = true;
    fn from_object(cx: &Cx<'_>, object: &Object) -> PyResult<Self> {
        let node = expr_from(cx, object)?;
        if matches!(node.kind, ExprKind::Constant { value: Constant::BigInt(_), .. })
            && let Some(value) = object.getattr_opt(cx.t, name!(cx.t, "value"))?
        {
            return Ok(compound_constant(&value, node));
        }
        Ok(node)
    }
}

/// A number that no literal can write, a negative large integer, as an operation on a literal, which the compiler folds.
fn compound_constant(value: &Owned, node: Expr) -> Expr {
    let loc = node.loc;
    let constant = |value: Constant| Expr::new(ExprKind::Constant { value, kind: None }, loc);
    if let Some(n) = value.downcast::<PyInt>().filter(|n| n.is_negative()) {
        let operand = constant(Constant::BigInt(BigInt { digits_hex: hex_digits(n) }));
        return Expr::new(ExprKind::UnaryOp { op: UnaryOp::USub, operand: Box::new(operand) }, loc);
    }
    node
}
