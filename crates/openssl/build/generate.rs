//! Writes the headers and the C files that OpenSSL keeps as templates.

use crate::{Result, features, oids, params};
use std::fs;
use std::path::Path;

/// Writes everything below `out`, in the places where OpenSSL's own build has it.
pub fn write_all(source: &Path, out: &Path) -> Result<()> {
    let version = Version::read(source)?;
    for entry in fs::read_dir(source.join("include/openssl"))? {
        let path = entry?.path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()).and_then(|name| name.strip_suffix(".in"))
        else {
            continue;
        };
        let text = match name {
            "configuration.h" => features::configuration(version.number()),
            "core_names.h" => {
                let template = fs::read_to_string(&path)?;
                expand(&template, |block| {
                    Ok(if block.contains("generate_public_macros()") { params::public(source)? } else { String::new() })
                })?
            }
            _ => expand(&fs::read_to_string(&path)?, |block| block_text(block, &version))?,
        };
        write(out, &format!("include/openssl/{name}"), &text)?;
    }
    write(out, "include/crypto/bn_conf.h", features::BN_CONF)?;
    write(out, "include/crypto/dso_conf.h", features::DSO_CONF)?;
    write(out, "crypto/buildinf.h", features::BUILDINF)?;
    write(out, "include/internal/param_names.h", &params::internal(source)?)?;
    write(out, "crypto/params_idx.c", &params::decoder(source)?)?;
    for (template, target, kind) in [
        ("providers/common/der", "providers/common/der", oids::Kind::Definition),
        ("providers/common/include/prov", "providers/common/include/prov", oids::Kind::Declaration),
    ] {
        for entry in fs::read_dir(source.join(template))? {
            let path = entry?.path();
            let Some(name) = path.file_name().and_then(|name| name.to_str()).and_then(|name| name.strip_suffix(".in"))
            else {
                continue;
            };
            let text = expand(&fs::read_to_string(&path)?, |block| oids::text(source, block, kind))?;
            write(out, &format!("{target}/{name}"), &text)?;
        }
    }
    Ok(())
}

/// Writes a file unless it has that content.
fn write(out: &Path, name: &str, text: &str) -> Result<()> {
    let path = out.join(name);
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    if fs::read_to_string(&path).is_ok_and(|old| old == text) {
        return Ok(());
    }
    Ok(fs::write(path, text)?)
}

/// Replaces every `{- ... -}` of a template.
fn expand(template: &str, block: impl Fn(&str) -> Result<String>) -> Result<String> {
    let mut out = String::with_capacity(template.len() * 2);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("{-") {
        let (inner, after) = after.split_once("-}").ok_or("a block of a template has no end")?;
        out += before;
        out += &block(inner)?;
        rest = after;
    }
    Ok(out + rest)
}

/// What a block of a public header stands for: types of stacks and hash tables, or a part of the version.
fn block_text(block: &str, version: &Version) -> Result<String> {
    let block = block.trim();
    if let Some(name) = block.strip_prefix("$config{") {
        return version.field(name.trim_end_matches('}'));
    }
    if block == "\"$config{full_version} $config{release_date}\"" {
        return Ok(format!("{} {}", version.text(), version.date));
    }
    if block.starts_with("use ") || block.starts_with("join(") {
        return Ok(String::new());
    }
    let mut out = String::new();
    for call in block.split("generate_").skip(1) {
        let (kind, rest) = call.split_once('(').ok_or("a call without arguments in a template")?;
        let name = rest.split('"').nth(1).unwrap_or("");
        out += &match kind {
            "stack_macros" => stack(name, name, name),
            "const_stack_macros" => stack(name, &format!("const {name}"), name),
            "stack_string_macros" => stack("OPENSSL_STRING", "char", "char"),
            "stack_const_string_macros" => stack("OPENSSL_CSTRING", "const char", "char"),
            "stack_block_macros" => stack("OPENSSL_BLOCK", "void", "void"),
            "lhash_macros" => lhash(name),
            _ => return Err(format!("unknown macro {kind} in a template").into()),
        };
    }
    Ok(out)
}

/// The typed functions of a stack. `#` stands for the name of the type, `@` for an element.
fn stack(name: &str, element: &str, plain: &str) -> String {
    /// Name and parameters; result; arguments for the untyped function, which has the same name.
    const FUNCTIONS: &[(&str, &str, &str)] = &[
        ("num(sk)", "", "(ossl_check_const_#_sk_type(sk))"),
        ("value(sk, idx)", "(@ *)", "(ossl_check_const_#_sk_type(sk), (idx))"),
        ("new(cmp)", "(STACK_OF(#) *)", "(ossl_check_#_compfunc_type(cmp))"),
        ("new_null()", "(STACK_OF(#) *)", "()"),
        ("new_reserve(cmp, n)", "(STACK_OF(#) *)", "(ossl_check_#_compfunc_type(cmp), (n))"),
        ("reserve(sk, n)", "", "(ossl_check_#_sk_type(sk), (n))"),
        ("free(sk)", "", "(ossl_check_#_sk_type(sk))"),
        ("zero(sk)", "", "(ossl_check_#_sk_type(sk))"),
        ("delete(sk, i)", "(@ *)", "(ossl_check_#_sk_type(sk), (i))"),
        ("delete_ptr(sk, ptr)", "(@ *)", "(ossl_check_#_sk_type(sk), ossl_check_#_type(ptr))"),
        ("push(sk, ptr)", "", "(ossl_check_#_sk_type(sk), ossl_check_#_type(ptr))"),
        ("unshift(sk, ptr)", "", "(ossl_check_#_sk_type(sk), ossl_check_#_type(ptr))"),
        ("pop(sk)", "(@ *)", "(ossl_check_#_sk_type(sk))"),
        ("shift(sk)", "(@ *)", "(ossl_check_#_sk_type(sk))"),
        ("pop_free(sk, freefunc)", "", "(ossl_check_#_sk_type(sk), ossl_check_#_freefunc_type(freefunc))"),
        ("insert(sk, ptr, idx)", "", "(ossl_check_#_sk_type(sk), ossl_check_#_type(ptr), (idx))"),
        ("set(sk, idx, ptr)", "(@ *)", "(ossl_check_#_sk_type(sk), (idx), ossl_check_#_type(ptr))"),
        ("find(sk, ptr)", "", "(ossl_check_#_sk_type(sk), ossl_check_#_type(ptr))"),
        ("find_ex(sk, ptr)", "", "(ossl_check_#_sk_type(sk), ossl_check_#_type(ptr))"),
        ("find_all(sk, ptr, pnum)", "", "(ossl_check_#_sk_type(sk), ossl_check_#_type(ptr), pnum)"),
        ("sort(sk)", "", "(ossl_check_#_sk_type(sk))"),
        ("is_sorted(sk)", "", "(ossl_check_const_#_sk_type(sk))"),
        ("dup(sk)", "(STACK_OF(#) *)", "(ossl_check_const_#_sk_type(sk))"),
        (
            "deep_copy(sk, copyfunc, freefunc)",
            "(STACK_OF(#) *)",
            "(ossl_check_const_#_sk_type(sk), ossl_check_#_copyfunc_type(copyfunc), ossl_check_#_freefunc_type(freefunc))",
        ),
        ("set_cmp_func(sk, cmp)", "(sk_#_compfunc)", "(ossl_check_#_sk_type(sk), ossl_check_#_compfunc_type(cmp))"),
    ];
    let mut out = format!("SKM_DEFINE_STACK_OF_INTERNAL({name}, {element}, {plain})\n");
    for (head, result, arguments) in FUNCTIONS {
        let function = head.split('(').next().unwrap_or(head);
        let line = format!("#define sk_\u{1}_{head} ({result}OPENSSL_sk_{function}{arguments})\n");
        out += &named(&line, name).replace('@', element);
    }
    out
}

/// The typed functions of a hash table.
fn lhash(name: &str) -> String {
    const FUNCTIONS: &[(&str, &str, &str)] = &[
        ("free(lh)", "", "(ossl_check_#_lh_type(lh))"),
        ("flush(lh)", "", "(ossl_check_#_lh_type(lh))"),
        ("insert(lh, ptr)", "(# *)", "(ossl_check_#_lh_type(lh), ossl_check_#_lh_plain_type(ptr))"),
        ("delete(lh, ptr)", "(# *)", "(ossl_check_#_lh_type(lh), ossl_check_const_#_lh_plain_type(ptr))"),
        ("retrieve(lh, ptr)", "(# *)", "(ossl_check_#_lh_type(lh), ossl_check_const_#_lh_plain_type(ptr))"),
        ("error(lh)", "", "(ossl_check_#_lh_type(lh))"),
        ("num_items(lh)", "", "(ossl_check_#_lh_type(lh))"),
        ("node_stats_bio(lh, out)", "", "(ossl_check_const_#_lh_type(lh), out)"),
        ("node_usage_stats_bio(lh, out)", "", "(ossl_check_const_#_lh_type(lh), out)"),
        ("stats_bio(lh, out)", "", "(ossl_check_const_#_lh_type(lh), out)"),
        ("get_down_load(lh)", "", "(ossl_check_#_lh_type(lh))"),
        ("set_down_load(lh, dl)", "", "(ossl_check_#_lh_type(lh), dl)"),
        ("doall(lh, dfn)", "", "(ossl_check_#_lh_type(lh), ossl_check_#_lh_doallfunc_type(dfn))"),
    ];
    let mut out = format!("DEFINE_LHASH_OF_INTERNAL({name});\n");
    out += &named(
        "#define lh_\u{1}_new(hfn, cmp) ((LHASH_OF(#) *)OPENSSL_LH_set_thunks(\
         OPENSSL_LH_new(ossl_check_#_lh_hashfunc_type(hfn), ossl_check_#_lh_compfunc_type(cmp)), \
         lh_\u{1}_hash_thunk, lh_\u{1}_comp_thunk, lh_\u{1}_doall_thunk, lh_\u{1}_doall_arg_thunk))\n",
        name,
    );
    for (head, result, arguments) in FUNCTIONS {
        let function = head.split('(').next().unwrap_or(head);
        out += &named(&format!("#define lh_\u{1}_{head} ({result}OPENSSL_LH_{function}{arguments})\n"), name);
    }
    out
}

/// Puts a name in place of the marks, but for the `#` that begins a directive.
fn named(line: &str, name: &str) -> String {
    let body = line.strip_prefix('#').unwrap_or(line);
    format!("#{}", body.replace(['#', '\u{1}'], name))
}

/// The version that `VERSION.dat` tells.
struct Version {
    major: u32,
    minor: u32,
    patch: u32,
    shlib: String,
    date: String,
}

impl Version {
    fn read(source: &Path) -> Result<Self> {
        let text = fs::read_to_string(source.join("VERSION.dat"))?;
        let field = |name: &str| -> Result<String> {
            let line = text.lines().find_map(|line| line.strip_prefix(name).and_then(|rest| rest.strip_prefix('=')));
            Ok(line.ok_or_else(|| format!("no {name} in VERSION.dat"))?.trim_matches('"').to_string())
        };
        Ok(Self {
            major: field("MAJOR")?.parse()?,
            minor: field("MINOR")?.parse()?,
            patch: field("PATCH")?.parse()?,
            shlib: field("SHLIB_VERSION")?,
            date: field("RELEASE_DATE")?,
        })
    }

    /// The number of the API that this version has.
    fn number(&self) -> u32 {
        self.major * 10_000 + self.minor * 100
    }

    fn text(&self) -> String {
        format!("{}.{}.{}", self.major, self.minor, self.patch)
    }

    fn field(&self, name: &str) -> Result<String> {
        Ok(match name {
            "major" => self.major.to_string(),
            "minor" => self.minor.to_string(),
            "patch" => self.patch.to_string(),
            "version" | "full_version" => self.text(),
            "shlib_version" => self.shlib.clone(),
            "release_date" => self.date.clone(),
            // These are of the FIPS module, which is not built.
            "prerelease" | "build_metadata" | "FIPSKEY" | "FIPS_VENDOR" => String::new(),
            _ => return Err(format!("unknown setting {name} in a template").into()),
        })
    }
}
