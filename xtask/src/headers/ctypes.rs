//! Rust types as C spells them.

use super::exports::Signature;
use super::tokens::{Token, split};

/// C text of a declaration with a name in the middle, as in `PyObject *(*name)(void)`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declarator {
    pub before: String,
    pub after: String,
}

impl Declarator {
    fn plain(text: &str) -> Self {
        Self { before: text.to_owned(), after: String::new() }
    }

    /// The declaration of `name`; the bare type for an empty name.
    pub fn named(&self, name: &str) -> String {
        let gap = if name.is_empty() || self.before.ends_with('*') { "" } else { " " };
        format!("{}{gap}{name}{}", self.before, self.after)
    }

    fn pointer(self, constant: bool) -> Self {
        let before = match (constant, self.before.ends_with('*')) {
            (false, true) => format!("{}*", self.before),
            (false, false) => format!("{} *", self.before),
            (true, true) => format!("{}const *", self.before),
            (true, false) => format!("const {} *", self.before),
        };
        Self { before, after: self.after }
    }
}

/// The C name of a Rust type's last path segment.
fn simple(name: &str) -> String {
    match name {
        "Obj" => "PyObject *",
        "Size" | "isize" | "Py_ssize_t" => "Py_ssize_t",
        "usize" | "size_t" => "size_t",
        "c_int" => "int",
        "c_uint" => "unsigned int",
        "c_long" => "long",
        "c_ulong" => "unsigned long",
        "c_longlong" => "long long",
        "c_ulonglong" => "unsigned long long",
        "c_char" => "char",
        "c_uchar" => "unsigned char",
        "c_short" => "short",
        "c_ushort" => "unsigned short",
        "c_double" | "f64" => "double",
        "c_float" | "f32" => "float",
        "c_void" => "void",
        "i8" => "int8_t",
        "u8" => "uint8_t",
        "i16" => "int16_t",
        "u16" => "uint16_t",
        "i32" => "int32_t",
        "u32" => "uint32_t",
        "i64" => "int64_t",
        "u64" => "uint64_t",
        "bool" => "_Bool",
        "Va" => "va_list",
        "Writer" => "PyUnicodeWriter *",
        "Time" => "PyTime_t",
        "_PyStackRef" => "_PyStackRef",
        other => other,
    }
    .to_owned()
}

/// A Rust type in C; none if it has no C form.
pub fn c_type(tokens: &[Token]) -> Option<Declarator> {
    match tokens {
        [] => Some(Declarator::plain("void")),
        [Token::Punct('('), Token::Punct(')')] => Some(Declarator::plain("void")),
        [Token::Punct('*'), Token::Ident(kind), rest @ ..] if kind == "mut" || kind == "const" => {
            Some(c_type(rest)?.pointer(kind == "const"))
        }
        [Token::Punct('['), inner @ .., Token::Punct(']')] => {
            let [element, count] = split(inner, ';')[..] else { return None };
            let element = c_type(element)?;
            let count = match count {
                [Token::Literal(n)] => n.clone(),
                [Token::Ident(name)] => name.clone(),
                _ => return None,
            };
            Some(Declarator { before: element.before, after: format!("[{count}]{}", element.after) })
        }
        [Token::Ident(option), Token::Punct('<'), inner @ .., Token::Punct('>')] if option == "Option" => c_type(inner),
        [Token::Ident(raw), Token::Punct('<'), inner @ .., Token::Punct('>')] if raw == "Raw" => c_type(inner),
        [Token::Ident(new), Token::Punct('<'), .., Token::Punct('>')] if new == "New" => {
            Some(Declarator::plain("PyObject *"))
        }
        [Token::Ident(kind)] => match kind.as_str() {
            "New" => Some(Declarator::plain("PyObject *")),
            "Void" | "Never" => Some(Declarator::plain("void")),
            name => Some(Declarator::plain(&simple(name))),
        },
        _ => {
            let function = tokens.iter().position(|t| t.ident() == Some("fn"));
            if let Some(at) = function {
                return function_pointer(&tokens[at + 1..]);
            }
            // A path: its last segment counts.
            if tokens.iter().all(|t| matches!(t, Token::Ident(_) | Token::Punct(':'))) {
                return tokens.last().and_then(Token::ident).map(|name| Declarator::plain(&simple(name)));
            }
            None
        }
    }
}

/// `(A, B) -> R` as a pointer to a function.
fn function_pointer(tokens: &[Token]) -> Option<Declarator> {
    let end = super::tokens::closed(tokens, 0);
    let mut parameters = Vec::new();
    for one in split(&tokens[1..end - 1], ',') {
        let named = one.iter().position(|t| t.is(':')).filter(|at| !one.get(at + 1).is_some_and(|t| t.is(':')));
        parameters.push(c_type(named.map_or(one, |at| &one[at + 1..]))?.named(""));
    }
    if parameters.is_empty() {
        parameters.push("void".to_owned());
    }
    let result = c_type(tokens.get(end + 2..).unwrap_or_default())?;
    let gap = if result.before.ends_with('*') { "" } else { " " };
    Some(Declarator {
        before: format!("{}{gap}(*", result.before),
        after: format!(")({}){}", parameters.join(", "), result.after),
    })
}

/// The C types of a signature, result first; three dots for a variadic list.
pub fn c_signature(signature: &Signature) -> Option<Vec<Declarator>> {
    let mut out = vec![c_type(&signature.result)?];
    for parameter in &signature.parameters {
        out.push(c_type(&parameter.ty)?);
    }
    if signature.variadic {
        *out.last_mut()? = Declarator::plain("...");
    }
    Some(out)
}

/// The names of enumerations that a header defines.
pub fn enumerations(text: &str) -> Vec<String> {
    let bodies = text.split("typedef enum").skip(1).filter_map(|rest| rest.split_once('}'));
    bodies.filter_map(|(_, rest)| Some(rest.split(';').next()?.trim().to_owned())).collect()
}

/// How a C type is passed: two types of the same class are the same to the calling convention.
pub fn class(text: &str, enumerations: &[String]) -> &'static str {
    let text = text.trim();
    if text.contains('*') || text.contains('[') {
        return "word";
    }
    let words: Vec<&str> =
        text.split_whitespace().filter(|w| !matches!(*w, "const" | "struct" | "enum" | "_Py_NO_RETURN")).collect();
    let name = words.join(" ");
    match name.as_str() {
        "void" => "nothing",
        "..." | "va_list" => "list",
        "double" => "double",
        "float" => "float",
        "Py_complex" | "PyComplexValue" | "PyStatus" => "structure",
        "char" | "unsigned char" | "uint8_t" | "int8_t" | "_Bool" | "bool" => "byte",
        "short" | "unsigned short" | "uint16_t" | "int16_t" => "half",
        "int" | "unsigned" | "unsigned int" | "int32_t" | "uint32_t" | "Py_UCS4" | "wchar_t" | "digit"
        | "pthread_key_t" => "int",
        _ if enumerations.contains(&name) || name == "PyLockStatus" => "int",
        _ => "word",
    }
}
