//! Expressions back to source, for annotations that are kept as strings.

use crate::codegen::constant;
use crate::error::{Result, StackGuard};
use taipan_bytecode::Const;
use taipan_num::complex::Complex;
use taipan_num::float;
use taipan_num::int::Signed;
use taipan_parser::ast::*;

/// Binding strength, from weak to strong.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Tuple,
    Test,
    Or,
    And,
    Not,
    Cmp,
    BitOr,
    BitXor,
    BitAnd,
    Shift,
    Arith,
    Term,
    Factor,
    Power,
    Await,
    Atom,
}

impl Level {
    fn next(self) -> Level {
        const ALL: [Level; 16] = [
            Level::Tuple,
            Level::Test,
            Level::Or,
            Level::And,
            Level::Not,
            Level::Cmp,
            Level::BitOr,
            Level::BitXor,
            Level::BitAnd,
            Level::Shift,
            Level::Arith,
            Level::Term,
            Level::Factor,
            Level::Power,
            Level::Await,
            Level::Atom,
        ];
        ALL.get(self as usize + 1).copied().unwrap_or(Level::Atom)
    }
}

struct Writer {
    out: Vec<u8>,
    guard: StackGuard,
}

/// The source of `e` as CPython writes it (WTF-8).
pub fn expr(e: &Expr, stack: usize) -> Result<Vec<u8>> {
    let mut writer = Writer { out: Vec::new(), guard: StackGuard::new(stack) };
    writer.expr(e, Level::Test)?;
    Ok(writer.out)
}

/// `repr()` of a string, in WTF-8.
fn str_repr(text: &[u8]) -> Vec<u8> {
    let quote = if text.contains(&b'\'') && !text.contains(&b'"') { b'"' } else { b'\'' };
    let mut out = vec![quote];
    for c in Wtf8Str::from_bytes(text).code_points() {
        match c {
            0x5c => out.extend(b"\\\\"),
            0x0a => out.extend(b"\\n"),
            0x0d => out.extend(b"\\r"),
            0x09 => out.extend(b"\\t"),
            c if c == u32::from(quote) => out.extend([b'\\', quote]),
            0x20..=0x7e => out.push(c as u8),
            c => match char::from_u32(c).filter(|c| c.escape_debug().count() == 1 && !c.is_whitespace()) {
                Some(c) => out.extend(c.to_string().into_bytes()),
                None if c < 0x100 => out.extend(format!("\\x{c:02x}").into_bytes()),
                None if c < 0x10000 => out.extend(format!("\\u{c:04x}").into_bytes()),
                None => out.extend(format!("\\U{c:08x}").into_bytes()),
            },
        }
    }
    out.push(quote);
    out
}

fn bytes_repr(bytes: &[u8]) -> Vec<u8> {
    let quote = if bytes.contains(&b'\'') && !bytes.contains(&b'"') { b'"' } else { b'\'' };
    let mut out = vec![b'b', quote];
    for &b in bytes {
        match b {
            b'\\' => out.extend(b"\\\\"),
            b'\n' => out.extend(b"\\n"),
            b'\r' => out.extend(b"\\r"),
            b'\t' => out.extend(b"\\t"),
            b if b == quote => out.extend([b'\\', b]),
            0x20..=0x7e => out.push(b),
            _ => out.extend(format!("\\x{b:02x}").into_bytes()),
        }
    }
    out.push(quote);
    out
}

/// Infinity has no literal.
fn replace_inf(text: Vec<u8>) -> Vec<u8> {
    match String::from_utf8(text) {
        Ok(text) => text.replace("inf", "1e309").into_bytes(),
        Err(error) => error.into_bytes(),
    }
}

/// `repr()` of a constant.
pub fn constant_repr(value: &Const) -> Vec<u8> {
    match value {
        Const::None => b"None".to_vec(),
        Const::True => b"True".to_vec(),
        Const::False => b"False".to_vec(),
        Const::Ellipsis => b"Ellipsis".to_vec(),
        Const::Int(i) => i.to_string().into_bytes(),
        Const::BigInt(big) => Signed::new(big.negative, big.digits.to_vec()).as_ref().to_decimal_string().into_bytes(),
        Const::Float(x) => float::format::repr(*x),
        Const::Complex(re, im) => Complex { re: *re, im: *im }.repr(),
        Const::Str(s) => str_repr(s.as_bytes()),
        Const::Bytes(b) => bytes_repr(b),
        Const::Tuple(items) => {
            let mut out = vec![b'('];
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    out.extend(b", ");
                }
                out.extend(constant_repr(item));
            }
            if items.len() == 1 {
                out.push(b',');
            }
            out.push(b')');
            out
        }
        Const::FrozenSet(items) => {
            let mut out = b"frozenset({".to_vec();
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    out.extend(b", ");
                }
                out.extend(constant_repr(item));
            }
            out.extend(b"})");
            out
        }
        Const::Slice(parts) => {
            let parts: Vec<Vec<u8>> = parts.iter().map(constant_repr).collect();
            [b"slice(", parts.join(&b", "[..]).as_slice(), b")"].concat()
        }
        Const::Code(code) => format!("<code object {}>", code.name.to_string_lossy()).into_bytes(),
    }
}

impl Writer {
    fn text(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }

    fn parenthesized(&mut self, parens: bool, write: impl FnOnce(&mut Self) -> Result) -> Result {
        if parens {
            self.text("(");
        }
        write(self)?;
        if parens {
            self.text(")");
        }
        Ok(())
    }

    fn list(&mut self, elts: &[Expr], level: Level) -> Result {
        for (i, elt) in elts.iter().enumerate() {
            if i > 0 {
                self.text(", ");
            }
            self.expr(elt, level)?;
        }
        Ok(())
    }

    fn arg(&mut self, arg: &Arg) -> Result {
        self.text(&arg.arg);
        if let Some(annotation) = &arg.annotation {
            self.text(": ");
            self.expr(annotation, Level::Test)?;
        }
        Ok(())
    }

    fn arguments(&mut self, args: &Arguments) -> Result {
        let mut first = true;
        let mut comma = |w: &mut Self| {
            if !first {
                w.text(", ");
            }
            first = false;
        };
        let positional: Vec<&Arg> = args.posonlyargs.iter().chain(&args.args).collect();
        let undefaulted = positional.len().saturating_sub(args.defaults.len());
        for (i, arg) in positional.iter().enumerate() {
            comma(self);
            self.arg(arg)?;
            if let Some(default) = i.checked_sub(undefaulted).and_then(|i| args.defaults.get(i)) {
                self.text("=");
                self.expr(default, Level::Test)?;
            }
            if i + 1 == args.posonlyargs.len() {
                self.text(", /");
            }
        }
        if args.vararg.is_some() || !args.kwonlyargs.is_empty() {
            comma(self);
            self.text("*");
            if let Some(arg) = &args.vararg {
                self.arg(arg)?;
            }
        }
        for (i, arg) in args.kwonlyargs.iter().enumerate() {
            comma(self);
            self.arg(arg)?;
            if let Some(Some(default)) = args.kw_defaults.get(i) {
                self.text("=");
                self.expr(default, Level::Test)?;
            }
        }
        if let Some(arg) = &args.kwarg {
            comma(self);
            self.text("**");
            self.arg(arg)?;
        }
        Ok(())
    }

    fn comprehensions(&mut self, generators: &[Comprehension]) -> Result {
        for generator in generators {
            self.text(if generator.is_async != 0 { " async for " } else { " for " });
            self.expr(&generator.target, Level::Tuple)?;
            self.text(" in ");
            self.expr(&generator.iter, Level::Or)?;
            for condition in &generator.ifs {
                self.text(" if ");
                self.expr(condition, Level::Or)?;
            }
        }
        Ok(())
    }

    fn call(&mut self, func: &Expr, args: &[Expr], keywords: &[Keyword]) -> Result {
        self.expr(func, Level::Atom)?;
        if let ([only], []) = (args, keywords)
            && matches!(only.kind, ExprKind::GeneratorExp { .. })
        {
            return self.expr(only, Level::Atom);
        }
        self.text("(");
        self.list(args, Level::Test)?;
        for (i, keyword) in keywords.iter().enumerate() {
            if i > 0 || !args.is_empty() {
                self.text(", ");
            }
            match &keyword.arg {
                Some(name) => {
                    self.text(name);
                    self.text("=");
                }
                None => self.text("**"),
            }
            self.expr(&keyword.value, Level::Test)?;
        }
        self.text(")");
        Ok(())
    }

    fn constant(&mut self, value: &Constant, kind: Option<&str>) {
        match value {
            Constant::Ellipsis => self.text("..."),
            Constant::Tuple(items) => {
                self.text("(");
                for (i, item) in items.iter().enumerate() {
                    if i > 0 {
                        self.text(", ");
                    }
                    self.constant(item, None);
                }
                if items.len() == 1 {
                    self.text(",");
                }
                self.text(")");
            }
            Constant::Float(_) | Constant::Complex(..) => {
                let text = replace_inf(constant_repr(&constant(value)));
                self.out.extend(text);
            }
            _ => {
                if let Some(kind) = kind {
                    self.text(kind);
                }
                let text = constant_repr(&constant(value));
                self.out.extend(text);
            }
        }
    }

    /// What stands between the quotes of an f-string or t-string.
    fn string_body(&mut self, values: &[Expr]) -> Result<Vec<u8>> {
        let mut body = Vec::new();
        for value in values {
            match &value.kind {
                ExprKind::Constant { value: Constant::Str(s), .. } => {
                    for &b in s.as_bytes() {
                        body.push(b);
                        if matches!(b, b'{' | b'}') {
                            body.push(b);
                        }
                    }
                }
                ExprKind::JoinedStr { values } => body.extend(self.string_body(values)?),
                ExprKind::FormattedValue { value, conversion, format_spec } => {
                    let mut inner = Writer { out: Vec::new(), guard: self.guard };
                    inner.expr(value, Level::Or)?;
                    self.replacement(&mut body, inner.out, *conversion, format_spec.as_deref())?;
                }
                ExprKind::Interpolation { str, conversion, format_spec, .. } => {
                    let text = match str {
                        Constant::Str(s) => s.as_bytes().to_vec(),
                        _ => Vec::new(),
                    };
                    self.replacement(&mut body, text, *conversion, format_spec.as_deref())?;
                }
                _ => {
                    let mut inner = Writer { out: Vec::new(), guard: self.guard };
                    inner.expr(value, Level::Test)?;
                    body.extend(inner.out);
                }
            }
        }
        Ok(body)
    }

    fn replacement(&mut self, body: &mut Vec<u8>, inner: Vec<u8>, conversion: i32, spec: Option<&Expr>) -> Result {
        body.push(b'{');
        if inner.first() == Some(&b'{') {
            body.push(b' ');
        }
        body.extend(inner);
        if let Ok(conversion @ (b'a' | b'r' | b's')) = u8::try_from(conversion) {
            body.extend([b'!', conversion]);
        }
        if let Some(spec) = spec {
            body.push(b':');
            match &spec.kind {
                ExprKind::JoinedStr { values } => body.extend(self.string_body(values)?),
                _ => body.extend(self.string_body(std::slice::from_ref(spec))?),
            }
        }
        body.push(b'}');
        Ok(())
    }

    fn expr(&mut self, e: &Expr, level: Level) -> Result {
        self.guard.check()?;
        match &e.kind {
            ExprKind::BoolOp { op, values } => {
                let (text, own) = match op {
                    BoolOp::And => (" and ", Level::And),
                    BoolOp::Or => (" or ", Level::Or),
                };
                self.parenthesized(level > own, |w| {
                    for (i, value) in values.iter().enumerate() {
                        if i > 0 {
                            w.text(text);
                        }
                        w.expr(value, own.next())?;
                    }
                    Ok(())
                })
            }
            ExprKind::BinOp { left, op, right } => {
                let (text, own) = match op {
                    Operator::Add => (" + ", Level::Arith),
                    Operator::Sub => (" - ", Level::Arith),
                    Operator::Mult => (" * ", Level::Term),
                    Operator::MatMult => (" @ ", Level::Term),
                    Operator::Div => (" / ", Level::Term),
                    Operator::Mod => (" % ", Level::Term),
                    Operator::LShift => (" << ", Level::Shift),
                    Operator::RShift => (" >> ", Level::Shift),
                    Operator::BitOr => (" | ", Level::BitOr),
                    Operator::BitXor => (" ^ ", Level::BitXor),
                    Operator::BitAnd => (" & ", Level::BitAnd),
                    Operator::FloorDiv => (" // ", Level::Term),
                    Operator::Pow => (" ** ", Level::Power),
                };
                let right_associative = *op == Operator::Pow;
                self.parenthesized(level > own, |w| {
                    w.expr(left, if right_associative { own.next() } else { own })?;
                    w.text(text);
                    w.expr(right, if right_associative { own } else { own.next() })
                })
            }
            ExprKind::UnaryOp { op, operand } => {
                let (text, own) = match op {
                    UnaryOp::Invert => ("~", Level::Factor),
                    UnaryOp::Not => ("not ", Level::Not),
                    UnaryOp::UAdd => ("+", Level::Factor),
                    UnaryOp::USub => ("-", Level::Factor),
                };
                self.parenthesized(level > own, |w| {
                    w.text(text);
                    w.expr(operand, own)
                })
            }
            ExprKind::Lambda { args, body } => self.parenthesized(level > Level::Test, |w| {
                let positional = !args.args.is_empty() || !args.posonlyargs.is_empty();
                w.text(if positional { "lambda " } else { "lambda" });
                w.arguments(args)?;
                w.text(": ");
                w.expr(body, Level::Test)
            }),
            ExprKind::IfExp { test, body, orelse } => self.parenthesized(level > Level::Test, |w| {
                w.expr(body, Level::Or)?;
                w.text(" if ");
                w.expr(test, Level::Or)?;
                w.text(" else ");
                w.expr(orelse, Level::Test)
            }),
            ExprKind::Dict { keys, values } => {
                self.text("{");
                for (i, (key, value)) in keys.iter().zip(values).enumerate() {
                    if i > 0 {
                        self.text(", ");
                    }
                    match key {
                        Some(key) => {
                            self.expr(key, Level::Test)?;
                            self.text(": ");
                            self.expr(value, Level::Test)?;
                        }
                        None => {
                            self.text("**");
                            self.expr(value, Level::BitOr)?;
                        }
                    }
                }
                self.text("}");
                Ok(())
            }
            ExprKind::Set { elts } => {
                self.text("{");
                self.list(elts, Level::Test)?;
                self.text("}");
                Ok(())
            }
            ExprKind::List { elts, .. } => {
                self.text("[");
                self.list(elts, Level::Test)?;
                self.text("]");
                Ok(())
            }
            ExprKind::Tuple { elts, .. } => {
                if elts.is_empty() {
                    self.text("()");
                    return Ok(());
                }
                self.parenthesized(level > Level::Tuple, |w| {
                    w.list(elts, Level::Test)?;
                    if elts.len() == 1 {
                        w.text(",");
                    }
                    Ok(())
                })
            }
            ExprKind::ListComp { elt, generators } => {
                self.text("[");
                self.expr(elt, Level::Test)?;
                self.comprehensions(generators)?;
                self.text("]");
                Ok(())
            }
            ExprKind::SetComp { elt, generators } => {
                self.text("{");
                self.expr(elt, Level::Test)?;
                self.comprehensions(generators)?;
                self.text("}");
                Ok(())
            }
            ExprKind::GeneratorExp { elt, generators } => {
                self.text("(");
                self.expr(elt, Level::Test)?;
                self.comprehensions(generators)?;
                self.text(")");
                Ok(())
            }
            ExprKind::DictComp { key, value, generators } => {
                self.text("{");
                self.expr(key, Level::Test)?;
                self.text(": ");
                self.expr(value, Level::Test)?;
                self.comprehensions(generators)?;
                self.text("}");
                Ok(())
            }
            ExprKind::Await { value } => self.parenthesized(level > Level::Await, |w| {
                w.text("await ");
                w.expr(value, Level::Atom)
            }),
            ExprKind::Yield { value: None } => {
                self.text("(yield)");
                Ok(())
            }
            ExprKind::Yield { value: Some(value) } => {
                self.text("(yield ");
                self.expr(value, Level::Test)?;
                self.text(")");
                Ok(())
            }
            ExprKind::YieldFrom { value } => {
                self.text("(yield from ");
                self.expr(value, Level::Test)?;
                self.text(")");
                Ok(())
            }
            ExprKind::Compare { left, ops, comparators } => self.parenthesized(level > Level::Cmp, |w| {
                w.expr(left, Level::Cmp.next())?;
                for (op, comparator) in ops.iter().zip(comparators) {
                    w.text(match op {
                        CmpOp::Eq => " == ",
                        CmpOp::NotEq => " != ",
                        CmpOp::Lt => " < ",
                        CmpOp::LtE => " <= ",
                        CmpOp::Gt => " > ",
                        CmpOp::GtE => " >= ",
                        CmpOp::Is => " is ",
                        CmpOp::IsNot => " is not ",
                        CmpOp::In => " in ",
                        CmpOp::NotIn => " not in ",
                    });
                    w.expr(comparator, Level::Cmp.next())?;
                }
                Ok(())
            }),
            ExprKind::Call { func, args, keywords } => self.call(func, args, keywords),
            ExprKind::FormattedValue { .. } => {
                let body = self.string_body(std::slice::from_ref(e))?;
                self.text("f");
                self.out.extend(str_repr(&body));
                Ok(())
            }
            ExprKind::JoinedStr { values } => {
                let body = self.string_body(values)?;
                self.text("f");
                self.out.extend(str_repr(&body));
                Ok(())
            }
            ExprKind::Interpolation { .. } => {
                let body = self.string_body(std::slice::from_ref(e))?;
                self.text("t");
                self.out.extend(str_repr(&body));
                Ok(())
            }
            ExprKind::TemplateStr { values } => {
                let body = self.string_body(values)?;
                self.text("t");
                self.out.extend(str_repr(&body));
                Ok(())
            }
            ExprKind::Constant { value, kind } => {
                self.constant(value, kind.as_deref());
                Ok(())
            }
            ExprKind::Attribute { value, attr, .. } => {
                self.expr(value, Level::Atom)?;
                let integer =
                    matches!(&value.kind, ExprKind::Constant { value: Constant::Int(_) | Constant::BigInt(_), .. });
                self.text(if integer { " ." } else { "." });
                self.text(attr);
                Ok(())
            }
            ExprKind::Starred { value, .. } => {
                self.text("*");
                self.expr(value, Level::BitOr)
            }
            ExprKind::Name { id, .. } => {
                self.text(id);
                Ok(())
            }
            ExprKind::Subscript { value, slice, .. } => {
                self.expr(value, Level::Atom)?;
                self.text("[");
                self.expr(slice, Level::Tuple)?;
                self.text("]");
                Ok(())
            }
            ExprKind::Slice { lower, upper, step } => {
                if let Some(lower) = lower {
                    self.expr(lower, Level::Test)?;
                }
                self.text(":");
                if let Some(upper) = upper {
                    self.expr(upper, Level::Test)?;
                }
                if let Some(step) = step {
                    self.text(":");
                    self.expr(step, Level::Test)?;
                }
                Ok(())
            }
            ExprKind::NamedExpr { target, value } => self.parenthesized(level > Level::Tuple, |w| {
                w.expr(target, Level::Atom)?;
                w.text(" := ");
                w.expr(value, Level::Atom)
            }),
        }
    }
}
