//! The abstract grammar of CPython 3.14 (`Python.asdl`) as text: classes, fields and docstrings follow from it.

/// What nodes of a kind know of their place.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Attributes {
    /// Nothing.
    None,
    /// Start and, unless left out, end.
    Optional,
    /// Start and end.
    Required,
}

/// One kind of node: a sum with its constructors, or a product, which is its own constructor.
pub struct Kind {
    /// Its name.
    pub name: &'static str,
    /// Its place.
    pub attributes: Attributes,
    /// Whether it is a sum.
    pub is_sum: bool,
    /// The constructors as the grammar writes them.
    pub constructors: &'static [&'static str],
}

const fn sum(name: &'static str, attributes: Attributes, constructors: &'static [&'static str]) -> Kind {
    Kind { name, attributes, is_sum: true, constructors }
}

const fn product(name: &'static str, attributes: Attributes, constructor: &'static [&'static str]) -> Kind {
    Kind { name, attributes, is_sum: false, constructors: constructor }
}

/// The grammar.
pub const KINDS: &[Kind] = &[
    sum(
        "mod",
        Attributes::None,
        &[
            "Module(stmt* body, type_ignore* type_ignores)",
            "Interactive(stmt* body)",
            "Expression(expr body)",
            "FunctionType(expr* argtypes, expr returns)",
        ],
    ),
    sum(
        "stmt",
        Attributes::Optional,
        &[
            "FunctionDef(identifier name, arguments args, stmt* body, expr* decorator_list, expr? returns, string? type_comment, type_param* type_params)",
            "AsyncFunctionDef(identifier name, arguments args, stmt* body, expr* decorator_list, expr? returns, string? type_comment, type_param* type_params)",
            "ClassDef(identifier name, expr* bases, keyword* keywords, stmt* body, expr* decorator_list, type_param* type_params)",
            "Return(expr? value)",
            "Delete(expr* targets)",
            "Assign(expr* targets, expr value, string? type_comment)",
            "TypeAlias(expr name, type_param* type_params, expr value)",
            "AugAssign(expr target, operator op, expr value)",
            "AnnAssign(expr target, expr annotation, expr? value, int simple)",
            "For(expr target, expr iter, stmt* body, stmt* orelse, string? type_comment)",
            "AsyncFor(expr target, expr iter, stmt* body, stmt* orelse, string? type_comment)",
            "While(expr test, stmt* body, stmt* orelse)",
            "If(expr test, stmt* body, stmt* orelse)",
            "With(withitem* items, stmt* body, string? type_comment)",
            "AsyncWith(withitem* items, stmt* body, string? type_comment)",
            "Match(expr subject, match_case* cases)",
            "Raise(expr? exc, expr? cause)",
            "Try(stmt* body, excepthandler* handlers, stmt* orelse, stmt* finalbody)",
            "TryStar(stmt* body, excepthandler* handlers, stmt* orelse, stmt* finalbody)",
            "Assert(expr test, expr? msg)",
            "Import(alias* names)",
            "ImportFrom(identifier? module, alias* names, int? level)",
            "Global(identifier* names)",
            "Nonlocal(identifier* names)",
            "Expr(expr value)",
            "Pass",
            "Break",
            "Continue",
        ],
    ),
    sum(
        "expr",
        Attributes::Optional,
        &[
            "BoolOp(boolop op, expr* values)",
            "NamedExpr(expr target, expr value)",
            "BinOp(expr left, operator op, expr right)",
            "UnaryOp(unaryop op, expr operand)",
            "Lambda(arguments args, expr body)",
            "IfExp(expr test, expr body, expr orelse)",
            "Dict(expr?* keys, expr* values)",
            "Set(expr* elts)",
            "ListComp(expr elt, comprehension* generators)",
            "SetComp(expr elt, comprehension* generators)",
            "DictComp(expr key, expr value, comprehension* generators)",
            "GeneratorExp(expr elt, comprehension* generators)",
            "Await(expr value)",
            "Yield(expr? value)",
            "YieldFrom(expr value)",
            "Compare(expr left, cmpop* ops, expr* comparators)",
            "Call(expr func, expr* args, keyword* keywords)",
            "FormattedValue(expr value, int conversion, expr? format_spec)",
            "Interpolation(expr value, constant str, int conversion, expr? format_spec)",
            "JoinedStr(expr* values)",
            "TemplateStr(expr* values)",
            "Constant(constant value, string? kind)",
            "Attribute(expr value, identifier attr, expr_context ctx)",
            "Subscript(expr value, expr slice, expr_context ctx)",
            "Starred(expr value, expr_context ctx)",
            "Name(identifier id, expr_context ctx)",
            "List(expr* elts, expr_context ctx)",
            "Tuple(expr* elts, expr_context ctx)",
            "Slice(expr? lower, expr? upper, expr? step)",
        ],
    ),
    sum("expr_context", Attributes::None, &["Load", "Store", "Del"]),
    sum("boolop", Attributes::None, &["And", "Or"]),
    sum(
        "operator",
        Attributes::None,
        &[
            "Add", "Sub", "Mult", "MatMult", "Div", "Mod", "Pow", "LShift", "RShift", "BitOr", "BitXor", "BitAnd",
            "FloorDiv",
        ],
    ),
    sum("unaryop", Attributes::None, &["Invert", "Not", "UAdd", "USub"]),
    sum("cmpop", Attributes::None, &["Eq", "NotEq", "Lt", "LtE", "Gt", "GtE", "Is", "IsNot", "In", "NotIn"]),
    sum("excepthandler", Attributes::Optional, &["ExceptHandler(expr? type, identifier? name, stmt* body)"]),
    sum(
        "pattern",
        Attributes::Required,
        &[
            "MatchValue(expr value)",
            "MatchSingleton(constant value)",
            "MatchSequence(pattern* patterns)",
            "MatchMapping(expr* keys, pattern* patterns, identifier? rest)",
            "MatchClass(expr cls, pattern* patterns, identifier* kwd_attrs, pattern* kwd_patterns)",
            "MatchStar(identifier? name)",
            "MatchAs(pattern? pattern, identifier? name)",
            "MatchOr(pattern* patterns)",
        ],
    ),
    sum("type_ignore", Attributes::None, &["TypeIgnore(int lineno, string tag)"]),
    sum(
        "type_param",
        Attributes::Required,
        &[
            "TypeVar(identifier name, expr? bound, expr? default_value)",
            "ParamSpec(identifier name, expr? default_value)",
            "TypeVarTuple(identifier name, expr? default_value)",
        ],
    ),
    product("comprehension", Attributes::None, &["comprehension(expr target, expr iter, expr* ifs, int is_async)"]),
    product(
        "arguments",
        Attributes::None,
        &[
            "arguments(arg* posonlyargs, arg* args, arg? vararg, arg* kwonlyargs, expr?* kw_defaults, arg? kwarg, expr* defaults)",
        ],
    ),
    product("arg", Attributes::Optional, &["arg(identifier arg, expr? annotation, string? type_comment)"]),
    product("keyword", Attributes::Optional, &["keyword(identifier? arg, expr value)"]),
    product("alias", Attributes::Optional, &["alias(identifier name, identifier? asname)"]),
    product("withitem", Attributes::None, &["withitem(expr context_expr, expr? optional_vars)"]),
    product("match_case", Attributes::None, &["match_case(pattern pattern, expr? guard, stmt* body)"]),
];
