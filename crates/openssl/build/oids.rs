//! Object identifiers as bytes of DER, from definitions in ASN.1.

use crate::Result;
use std::collections::HashMap;
use std::fs;
use std::path::Path;

/// What is made of the definitions.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Lines for a header.
    Declaration,
    /// Lines for a C file.
    Definition,
}

/// What a block of a template stands for that names files of definitions.
pub fn text(source: &Path, block: &str, kind: Kind) -> Result<String> {
    let mut known: HashMap<String, Vec<u64>> = HashMap::new();
    let mut order = Vec::new();
    for file in block.split('\'').filter(|part| part.ends_with(".asn1")) {
        let text = fs::read_to_string(source.join(file))?;
        let text: String = text.lines().map(|line| line.split("--").next().unwrap_or("").to_string() + "\n").collect();
        for (before, after) in pairs(&text) {
            let name = before.split_whitespace().next_back().ok_or("an object identifier without a name")?.to_string();
            let arcs = arcs(after, &known)?;
            order.push((name.clone(), arcs.clone()));
            known.insert(name, arcs);
        }
    }
    // Those that others begin with stand for nothing by themselves.
    let is_leaf = |arcs: &[u64]| !order.iter().any(|(_, other)| other.len() > arcs.len() && other.starts_with(arcs));
    let leaves = order.iter().filter(|(_, arcs)| is_leaf(arcs));
    Ok(leaves.map(|(name, arcs)| lines(&name.replace('-', "_"), &bytes(arcs), kind)).collect())
}

/// The text before each `OBJECT IDENTIFIER ::=`, and the braces after it.
fn pairs(text: &str) -> Vec<(&str, &str)> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("OBJECT") {
        let Some(body) =
            after.trim_start().strip_prefix("IDENTIFIER").and_then(|rest| rest.trim_start().strip_prefix("::="))
        else {
            rest = after;
            continue;
        };
        let Some((inner, tail)) = body.trim_start().strip_prefix('{').and_then(|rest| rest.split_once('}')) else {
            rest = after;
            continue;
        };
        out.push((before, inner));
        rest = tail;
    }
    out
}

/// The numbers of an identifier: `name(n)`, `n`, or first the name of another identifier.
fn arcs(text: &str, known: &HashMap<String, Vec<u64>>) -> Result<Vec<u64>> {
    let mut out = Vec::new();
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ").replace(" (", "(");
    for item in text.split(' ') {
        if let Some((_, number)) = item.split_once('(') {
            out.push(number.trim_end_matches(')').parse()?);
        } else if let Ok(number) = item.parse() {
            out.push(number);
        } else {
            out.extend(known.get(item).ok_or_else(|| format!("unknown object identifier {item}"))?);
        }
    }
    Ok(out)
}

/// The content bytes of an identifier.
fn bytes(arcs: &[u64]) -> Vec<u8> {
    let (first, rest) = arcs.split_at(arcs.len().min(2));
    let first = first.iter().fold(0, |n, arc| n * 40 + arc);
    let mut out = Vec::new();
    for arc in std::iter::once(&first).chain(rest) {
        let mut shift = (0..10).rev().map(|i| i * 7).find(|&shift| arc >> shift != 0).unwrap_or(0);
        loop {
            let more = if shift == 0 { 0 } else { 0x80 };
            out.push(((arc >> shift) & 0x7f) as u8 | more);
            if shift == 0 {
                break;
            }
            shift -= 7;
        }
    }
    out
}

fn lines(name: &str, bytes: &[u8], kind: Kind) -> String {
    if kind == Kind::Definition {
        return format!("const unsigned char ossl_der_oid_{name}[DER_OID_SZ_{name}] = {{ DER_OID_V_{name} }};\n");
    }
    let listed: Vec<String> = bytes.iter().map(|byte| format!("0x{byte:02X}")).collect();
    format!(
        "#define DER_OID_V_{name} DER_P_OBJECT, {}, {}\n#define DER_OID_SZ_{name} {}\n\
         extern const unsigned char ossl_der_oid_{name}[DER_OID_SZ_{name}];\n",
        bytes.len(),
        listed.join(", "),
        bytes.len() + 2
    )
}
