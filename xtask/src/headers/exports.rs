//! What the crates export to C, read from their sources: functions with signatures and documentation, and data.

use super::tokens::{Token, closed, split, tokens};
use std::collections::BTreeMap;
use std::path::Path;

/// A parameter: its name and the tokens of its Rust type.
#[derive(Clone, Debug)]
pub struct Parameter {
    pub name: String,
    pub ty: Vec<Token>,
}

/// A Rust signature.
#[derive(Clone, Debug)]
pub struct Signature {
    pub parameters: Vec<Parameter>,
    /// Empty for none.
    pub result: Vec<Token>,
    /// Whether the last parameter, a `va_list`, stands for three dots.
    pub variadic: bool,
}

/// Names of types with what they stand for.
type Aliases = BTreeMap<String, Vec<Token>>;

impl Signature {
    /// Replaces a file's own names of types, and the kinds of results by their C types.
    fn resolve(&mut self, aliases: &Aliases, kinds: &Aliases) {
        if let [Token::Ident(kind)] = &self.result[..]
            && let Some(ty) = kinds.get(kind)
        {
            self.result.clone_from(ty);
        }
        for ty in self.parameters.iter_mut().map(|p| &mut p.ty).chain([&mut self.result]) {
            let whole = |token: &Token| token.ident().and_then(|name| aliases.get(name)).cloned();
            *ty = ty.iter().flat_map(|token| whole(token).unwrap_or_else(|| vec![token.clone()])).collect();
        }
    }
}

/// The private `type NAME = ...;` of a file.
fn aliases(tokens: &[Token]) -> Aliases {
    let mut out = Aliases::new();
    for (i, token) in tokens.iter().enumerate() {
        let public = i > 0 && (tokens[i - 1].ident() == Some("pub") || tokens[i - 1].is(')'));
        if token.ident() == Some("type") && !public {
            let name = tokens.get(i + 1).and_then(Token::ident);
            let end = tokens[i..].iter().position(|t| t.is(';'));
            if let (Some(name), Some(end), true) = (name, end, tokens.get(i + 2).is_some_and(|t| t.is('='))) {
                out.insert(name.to_owned(), tokens[i + 3..i + end].to_vec());
            }
        }
    }
    // C has names for these.
    for known in ["Time", "Writer", "Rust", "C"] {
        out.remove(known);
    }
    out
}

/// The kinds of results of `capi!` with their types in C.
fn kinds(tokens: &[Token]) -> Aliases {
    let mut out = Aliases::new();
    for (i, token) in tokens.iter().enumerate() {
        let named = token.ident() == Some("Kind") && tokens.get(i + 1).and_then(Token::ident) == Some("for");
        if let (true, Some(name), true) =
            (named, tokens.get(i + 2).and_then(Token::ident), tokens.get(i + 3).is_some_and(|t| t.is('{')))
            && let Some(ty) = aliases_of_c(&tokens[i + 3..closed(tokens, i + 3)])
        {
            out.insert(name.to_owned(), ty);
        }
    }
    out
}

/// `type C = ...;` in an `impl`.
fn aliases_of_c(tokens: &[Token]) -> Option<Vec<Token>> {
    let at = tokens.windows(2).position(|w| w[0].ident() == Some("type") && w[1].ident() == Some("C"))?;
    let end = tokens[at..].iter().position(|t| t.is(';'))?;
    Some(tokens[at + 3..at + end].to_vec())
}

/// Something that C code can link with.
#[derive(Clone, Debug, Default)]
pub struct Export {
    pub doc: Vec<String>,
    /// The signature of a function, unless a macro makes it.
    pub signature: Option<Signature>,
}

/// Exports by name.
pub type Exports = BTreeMap<String, Export>;

/// The crates that export to C.
const CRATES: [&str; 5] = ["runtime", "object", "types", "interp", "capi"];

/// Reads the sources of all crates that export. `root` is the workspace.
pub fn read(root: &Path) -> Result<Exports, String> {
    let mut exports = Exports::new();
    let mut lists = Vec::new();
    let contract = root.join("crates/capi/src/contract.rs");
    let contract = std::fs::read_to_string(&contract).map_err(|e| format!("{}: {e}", contract.display()))?;
    let kinds = kinds(&tokens(&contract));
    for name in CRATES {
        let mut files = Vec::new();
        super::files(&root.join("crates").join(name).join("src"), &mut files)?;
        files.extend(also_native(root, name)?);
        for file in files.iter().filter(|f| f.extension().is_some_and(|e| e == "rs")) {
            let source = std::fs::read_to_string(file).map_err(|e| format!("{}: {e}", file.display()))?;
            let tokens = tokens(&source);
            let mut found = Exports::new();
            let mut also = Exports::new();
            let mut here = Vec::new();
            scan(&tokens, &mut found, &mut also, &mut here);
            let aliases = aliases(&tokens);
            for export in found.values_mut().chain(also.values_mut()) {
                export.signature.iter_mut().for_each(|signature| signature.resolve(&aliases, &kinds));
            }
            for (name, export) in found {
                // What a macro made says less than a signature elsewhere.
                if export.signature.is_some() || !exports.contains_key(&name) {
                    exports.insert(name, export);
                }
            }
            // Names that are not exported are the file's own.
            lists.extend(here.into_iter().map(|(name, doc, target)| {
                let signature = also.get(&target).and_then(|e| e.signature.clone());
                (name, doc, target, signature)
            }));
        }
    }
    for (name, doc, target, signature) in lists {
        let signature = signature.or_else(|| exports.get(&target).and_then(|e| e.signature.clone()));
        let signature = signature.map(|s| Signature { variadic: true, ..s });
        exports.insert(name, Export { doc, signature });
    }
    Ok(exports)
}

/// The native modules' crates export a few types.
fn also_native(root: &Path, last: &str) -> Result<Vec<std::path::PathBuf>, String> {
    let mut files = Vec::new();
    if last == "capi" {
        let crates = root.join("crates");
        let entries = std::fs::read_dir(&crates).map_err(|e| format!("{}: {e}", crates.display()))?;
        for entry in entries.flatten() {
            if entry.file_name().to_string_lossy().starts_with("std-") {
                super::files(&entry.path().join("src"), &mut files)?;
            }
        }
        files.sort();
    }
    Ok(files)
}

fn is_api_name(name: &str) -> bool {
    name.strip_prefix('_').unwrap_or(name).starts_with("Py") || name == "PY_TIMEOUT_MAX"
}

fn scan(tokens: &[Token], exports: &mut Exports, hidden: &mut Exports, lists: &mut Vec<(String, Vec<String>, String)>) {
    let mut i = 0;
    let mut doc: Vec<String> = Vec::new();
    while i < tokens.len() {
        match &tokens[i] {
            Token::Doc(line) => {
                doc.push(line.clone());
                i += 1;
                continue;
            }
            Token::Ident(name) if tokens.get(i + 1).is_some_and(|t| t.is('!')) => {
                if name == "macro_rules" {
                    i = closed(tokens, i + 3);
                } else if let Some(Token::Punct('{' | '(')) = tokens.get(i + 2) {
                    let end = closed(tokens, i + 2);
                    let body = &tokens[i + 3..end - 1];
                    match name.as_str() {
                        "capi" => functions(body, exports),
                        "c_function" => functions(body, hidden),
                        "variadic" => variadics(body, lists),
                        _ => made_by_macro(body, exports),
                    }
                    i = end;
                } else {
                    i += 2;
                }
            }
            Token::Punct('#') if tokens.get(i + 1).is_some_and(|t| t.is('[')) => {
                let end = closed(tokens, i + 1);
                let attribute = &tokens[i + 2..end - 1];
                for (at, token) in attribute.iter().enumerate() {
                    let value = || attribute.get(at + 2);
                    match token.ident() {
                        // `#[class(export = NAME)]`
                        Some("export") => {
                            if let Some(name) = value().and_then(Token::ident) {
                                exports.insert(name.to_owned(), Export { doc: doc.clone(), signature: None });
                            }
                        }
                        Some("export_name") => {
                            if let Some(Token::Literal(name)) = value() {
                                let name = name.trim_matches('"').to_owned();
                                exports
                                    .insert(name, Export { doc: doc.clone(), signature: function_after(tokens, end) });
                            }
                        }
                        Some("no_mangle") => {
                            if let Some(name) = name_after(tokens, end) {
                                let signature = function_after(tokens, end);
                                exports.insert(name, Export { doc: doc.clone(), signature });
                            }
                        }
                        _ => {}
                    }
                }
                i = end;
                continue;
            }
            _ => i += 1,
        }
        doc.clear();
    }
}

/// The name of the item that begins behind attributes and qualifiers.
fn name_after(tokens: &[Token], mut i: usize) -> Option<String> {
    loop {
        match tokens.get(i)? {
            Token::Ident(word) if word == "fn" || word == "static" => {
                let name = tokens.get(i + 1)?.ident()?;
                return is_api_name(name).then(|| name.to_owned());
            }
            Token::Punct('#') => i = closed(tokens, i + 1),
            Token::Punct('{' | ';') => return None,
            _ => i += 1,
        }
    }
}

/// The signature of the ordinary Rust function that begins behind attributes and qualifiers, if Rust knows it.
fn function_after(tokens: &[Token], mut i: usize) -> Option<Signature> {
    loop {
        match tokens.get(i)? {
            Token::Ident(word) if word == "fn" => return signature(tokens, i + 2).map(|(signature, _)| signature),
            Token::Punct('#') => {
                let end = closed(tokens, i + 1);
                // Assembler takes arguments as it finds them.
                if tokens[i..end].iter().any(|t| t.ident() == Some("naked")) {
                    return None;
                }
                i = end;
            }
            Token::Punct('{' | ';') => return None,
            Token::Ident(word) if word == "static" => return None,
            _ => i += 1,
        }
    }
}

/// Parameters and result, from the opening parenthesis to the body, whose index is the second result.
fn signature(tokens: &[Token], mut i: usize) -> Option<(Signature, usize)> {
    if !tokens.get(i)?.is('(') {
        return None;
    }
    let end = closed(tokens, i);
    let mut parameters = Vec::new();
    for one in split(&tokens[i + 1..end - 1], ',') {
        let colon = one.iter().position(|t| t.is(':'))?;
        let name = one[..colon].iter().rev().find_map(Token::ident)?.trim_start_matches('_').to_owned();
        parameters.push(Parameter { name, ty: one[colon + 1..].to_vec() });
    }
    i = end;
    let mut result = Vec::new();
    if tokens.get(i)?.is('-') {
        i += 2;
        while !tokens.get(i)?.is('{') {
            result.push(tokens[i].clone());
            i += 1;
        }
    }
    Some((Signature { parameters, result, variadic: false }, i))
}

/// The functions in the body of `capi!` or `c_function!`.
fn functions(tokens: &[Token], out: &mut Exports) {
    let mut doc = Vec::new();
    let mut i = 0;
    while i < tokens.len() {
        match &tokens[i] {
            Token::Doc(line) => {
                doc.push(line.clone());
                i += 1;
            }
            Token::Punct('#') => i = closed(tokens, i + 1),
            Token::Ident(word) if word == "fn" => {
                let name = tokens.get(i + 1).and_then(Token::ident).unwrap_or_default().to_owned();
                i += 2;
                if tokens.get(i).is_some_and(|t| t.is('[')) {
                    i = closed(tokens, i);
                }
                let Some((signature, body)) = signature(tokens, i) else { return };
                out.insert(name, Export { doc: std::mem::take(&mut doc), signature: Some(signature) });
                i = closed(tokens, body);
            }
            _ => i += 1,
        }
    }
}

/// The entries in the body of `variadic!`: name, documentation, target.
fn variadics(tokens: &[Token], out: &mut Vec<(String, Vec<String>, String)>) {
    for entry in split(tokens, ';') {
        let doc =
            entry.iter().filter_map(|t| if let Token::Doc(line) = t { Some(line.clone()) } else { None }).collect();
        let mut names = entry.iter().filter_map(Token::ident);
        if let (Some(name), Some(target)) = (names.next(), names.next_back()) {
            out.push((name.to_owned(), doc, target.to_owned()));
        }
    }
}

/// Names in the body of another macro, which makes functions or data of them.
fn made_by_macro(tokens: &[Token], out: &mut Exports) {
    let mut doc = Vec::new();
    for token in tokens {
        match token {
            Token::Doc(line) => doc.push(line.clone()),
            Token::Ident(name) if is_api_name(name) => {
                out.entry(name.clone()).or_insert_with(|| Export { doc: doc.clone(), signature: None });
            }
            Token::Punct(';') => doc.clear(),
            _ => {}
        }
    }
}
