//! Structures and constants of the crate `abi` as C.

use super::ctypes::c_type;
use super::tokens::{Token, closed, split, tokens};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

struct Structure {
    doc: Vec<String>,
    /// Names with the tokens of Rust types.
    fields: Vec<(String, Vec<Token>)>,
}

/// What the crate defines.
#[derive(Default)]
pub struct Layouts {
    structures: BTreeMap<String, Structure>,
    /// Name, documentation, type and value, in the order of the sources.
    constants: Vec<(String, Vec<String>, String, Vec<Token>)>,
}

/// Reads the sources of the crate.
pub fn read(folder: &Path) -> Result<Layouts, String> {
    let mut paths = Vec::new();
    super::files(folder, &mut paths)?;
    let mut layouts = Layouts::default();
    for path in paths {
        let source = std::fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
        layouts.scan(&tokens(&source));
    }
    Ok(layouts)
}

impl Layouts {
    fn scan(&mut self, tokens: &[Token]) {
        let mut doc = Vec::new();
        let mut i = 0;
        while i < tokens.len() {
            match &tokens[i] {
                Token::Doc(line) => {
                    doc.push(line.clone());
                    i += 1;
                    continue;
                }
                Token::Punct('#') => {
                    i = closed(tokens, i + 1);
                    continue;
                }
                Token::Ident(word) if word == "pub" => {
                    i += 1;
                    continue;
                }
                Token::Ident(word) if word == "impl" || word == "mod" || word == "union" || word == "macro_rules" => {
                    while i < tokens.len() && !tokens[i].is('{') && !tokens[i].is(';') {
                        i += 1;
                    }
                    i = closed(tokens, i);
                }
                Token::Ident(word) if word == "struct" && tokens.get(i + 2).is_some_and(|t| t.is('{')) => {
                    let end = closed(tokens, i + 2);
                    let name = tokens[i + 1].ident().unwrap_or_default().to_owned();
                    let fields = split(&tokens[i + 3..end - 1], ',');
                    let fields = fields.iter().filter_map(|field| {
                        let colon = field.iter().position(|t| t.is(':'))?;
                        Some((field[..colon].last()?.ident()?.to_owned(), field[colon + 1..].to_vec()))
                    });
                    self.structures.insert(name, Structure { doc: std::mem::take(&mut doc), fields: fields.collect() });
                    i = end;
                }
                Token::Ident(word) if word == "const" => {
                    let end = i + tokens[i..].iter().position(|t| t.is(';')).unwrap_or(1);
                    let name = tokens[i + 1].ident().unwrap_or_default().to_owned();
                    if let Some(equals) = tokens[i..end].iter().position(|t| t.is('=')) {
                        let ty = tokens[i + 3].ident().unwrap_or_default().to_owned();
                        self.constants.push((name, std::mem::take(&mut doc), ty, tokens[i + equals + 1..end].to_vec()));
                    }
                    i = end;
                }
                _ => i += 1,
            }
            doc.clear();
        }
    }

    /// `NAME [TAG] [| FIELD: DECLARATION; ...]`.
    pub fn structure(&self, text: &str, out: &mut String) -> Result<(), String> {
        let (head, special) = text.split_once('|').unwrap_or((text, ""));
        let mut words = head.split_whitespace();
        let name = words.next().ok_or("%struct without a name")?;
        let tag = words.next();
        let structure = self.structures.get(name).ok_or_else(|| format!("there is no structure {name}"))?;
        let mut special: BTreeMap<&str, &str> =
            special.split(';').filter_map(|s| s.split_once(':')).map(|(f, d)| (f.trim(), d.trim())).collect();
        super::comment(&structure.doc, out);
        let named = tag.and_then(|tag| tag.strip_prefix('='));
        match (named, tag) {
            (Some(tag), _) => {
                let _ = writeln!(out, "typedef struct {tag} {{");
            }
            (None, Some(tag)) => {
                let _ = writeln!(out, "struct {tag} {{");
            }
            (None, None) => out.push_str("typedef struct {\n"),
        }
        for (field, ty) in &structure.fields {
            let declared = match special.remove(field.as_str()) {
                Some("") => continue,
                Some(declared) => declared.to_owned(),
                None if field == "ob_base" => match ty.last().and_then(Token::ident) {
                    Some("PyVarObject") => "PyObject_VAR_HEAD".to_owned(),
                    _ => "PyObject_HEAD".to_owned(),
                },
                None if field == "base" => "PyException_HEAD".to_owned(),
                None => c_type(ty).ok_or_else(|| format!("{name}.{field} has no type in C"))?.named(field),
            };
            let _ = writeln!(out, "    {declared}{}", if declared.ends_with("_HEAD") { "" } else { ";" });
        }
        if let Some(field) = special.keys().next() {
            return Err(format!("{name} has no field {field}"));
        }
        if named.is_none() && tag.is_some() {
            out.push_str("};\n");
        } else {
            let _ = writeln!(out, "}} {name};");
        }
        Ok(())
    }

    /// The numbers of type slots; the newer ones came with versions of the limited API.
    pub fn slots(&self, out: &mut String) {
        const KINDS: [&str; 6] = ["Py_bf_", "Py_mp_", "Py_nb_", "Py_sq_", "Py_am_", "Py_tp_"];
        for (name, _, _, value) in &self.constants {
            let [Token::Literal(value)] = &value[..] else { continue };
            if !KINDS.iter().any(|kind| name.starts_with(kind)) {
                continue;
            }
            let since = match name.as_str() {
                "Py_tp_finalize" => Some("0x03050000"),
                "Py_am_send" => Some("0x030a0000"),
                "Py_tp_vectorcall" | "Py_tp_token" => Some("0x030e0000"),
                _ => None,
            };
            match since {
                Some(version) => {
                    let condition = format!("!defined(Py_LIMITED_API) || Py_LIMITED_API+0 >= {version}");
                    let _ = writeln!(out, "#if {condition}\n#define {name} {value}\n#endif");
                }
                None => {
                    let _ = writeln!(out, "#define {name} {value}");
                }
            }
        }
    }

    /// `NAME` or `PREFIX*`.
    pub fn define(&self, text: &str, out: &mut String) -> Result<(), String> {
        let mut found = false;
        for (name, doc, ty, value) in &self.constants {
            let wanted = text.strip_suffix('*').map_or(name == text, |prefix| name.starts_with(prefix));
            if !wanted {
                continue;
            }
            found = true;
            let suffix = match ty.as_str() {
                "c_ulong" | "usize" => "UL",
                "u32" => "U",
                _ => "",
            };
            let mut words = Vec::new();
            for token in value {
                match token {
                    Token::Literal(text) => words.push(format!("{}{suffix}", text.replace('_', ""))),
                    Token::Ident(name) => words.push(name.clone()),
                    Token::Punct(c) => words.push(c.to_string()),
                    Token::Doc(_) => {}
                }
            }
            let value = words.join(" ").replace("< <", "<<").replace("- ", "-");
            let value = if words.len() > 1 { format!("({value})") } else { value };
            super::comment(doc, out);
            let _ = writeln!(out, "#define {name} {value}");
        }
        if found { Ok(()) } else { Err(format!("there is no constant {text}")) }
    }
}
