//! The names of parameters, which OpenSSL keeps in a table of a perl module.

use crate::Result;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// What a name stands for.
enum Value {
    Text(String),
    /// The same as another name.
    Alias(String),
}

/// The entries of the table: `'NAME' => "text"` or `'NAME' => '*OTHER'`.
fn table(source: &Path) -> Result<BTreeMap<String, Value>> {
    let text = fs::read_to_string(source.join("util/perl/OpenSSL/paramnames.pm"))?;
    let start = text.find("my %params = (").ok_or("no table of parameters")?;
    let end = text.get(start..).and_then(|rest| rest.find("\n);")).ok_or("no end of the table of parameters")?;
    let mut out = BTreeMap::new();
    for line in text.get(start..start + end).unwrap_or_default().lines() {
        let Some((name, value)) = line.trim_start().strip_prefix('\'').and_then(|rest| rest.split_once('\'')) else {
            continue;
        };
        let value = value.trim_start().strip_prefix("=>").ok_or("a parameter without an arrow")?.trim_start();
        let quote =
            value.chars().next().filter(|c| ['"', '\''].contains(c)).ok_or("a parameter without a quoted value")?;
        let value = value.split(quote).nth(1).ok_or("a parameter without a value")?;
        let value = match value.strip_prefix('*') {
            Some(other) => Value::Alias(other.to_string()),
            None => Value::Text(value.to_string()),
        };
        out.insert(name.to_string(), value);
    }
    Ok(out)
}

/// The numbers of the texts, in the order of the first name of each.
fn numbers(table: &BTreeMap<String, Value>) -> BTreeMap<&str, usize> {
    let mut out = BTreeMap::new();
    for value in table.values() {
        if let Value::Text(text) = value {
            let next = out.len();
            out.entry(text.as_str()).or_insert(next);
        }
    }
    out
}

/// Macros that stand for the texts.
pub fn public(source: &Path) -> Result<String> {
    let mut out = String::new();
    for (name, value) in table(source)? {
        out += &match value {
            Value::Text(text) => format!("#define OSSL_{name} \"{text}\"\n"),
            Value::Alias(other) => format!("#define OSSL_{name} OSSL_{other}\n"),
        };
    }
    Ok(out)
}

/// Macros that stand for the numbers.
pub fn internal(source: &Path) -> Result<String> {
    let table = table(source)?;
    let numbers = numbers(&table);
    let mut out = format!("int ossl_param_find_pidx(const char *s);\n#define NUM_PIDX {}\n", numbers.len());
    for (name, value) in &table {
        out += &match value {
            Value::Text(text) => format!("#define PIDX_{name} {}\n", numbers.get(text.as_str()).ok_or("no number")?),
            Value::Alias(other) => format!("#define PIDX_{name} PIDX_{other}\n"),
        };
    }
    Ok(out)
}

/// The function that finds the number of a text, by bisection.
pub fn decoder(source: &Path) -> Result<String> {
    let table = table(source)?;
    let mut out = String::from(
        "#include <string.h>\n#include \"internal/param_names.h\"\n\
         static const struct { const char *text; int number; } names[] = {\n",
    );
    for (text, number) in numbers(&table) {
        out += &format!("    {{ \"{text}\", {number} }},\n");
    }
    Ok(out
        + "};\nint ossl_param_find_pidx(const char *s)\n{\n    int low = 0, high = NUM_PIDX;\n\
           \x20   while (low < high) {\n        int middle = (low + high) / 2;\n\
           \x20       int order = strcmp(s, names[middle].text);\n        if (order == 0)\n\
           \x20           return names[middle].number;\n        if (order < 0)\n            high = middle;\n\
           \x20       else\n            low = middle + 1;\n    }\n    return -1;\n}\n")
}
