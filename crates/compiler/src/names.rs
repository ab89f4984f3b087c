//! Names as small numbers, and the hash tables keyed by them.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};
use std::rc::Rc;

/// A fast hash for short keys under our control (multiply and rotate, as in the Rust compiler's own tables).
#[derive(Default, Clone, Copy)]
pub struct FxHasher(u64);

impl FxHasher {
    #[inline]
    fn add(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(0x517c_c1b7_2722_0a95);
    }
}

impl Hasher for FxHasher {
    #[inline]
    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        for word in words {
            self.add(u64::from_le_bytes(*word));
        }
        let mut last = 0;
        for &byte in rest {
            last = last << 8 | u64::from(byte);
        }
        self.add(last ^ (bytes.len() as u64) << 56);
    }
    #[inline]
    fn write_u8(&mut self, n: u8) {
        self.add(u64::from(n));
    }
    #[inline]
    fn write_u32(&mut self, n: u32) {
        self.add(u64::from(n));
    }
    #[inline]
    fn write_u64(&mut self, n: u64) {
        self.add(n);
    }
    #[inline]
    fn write_usize(&mut self, n: usize) {
        self.add(n as u64);
    }
    #[inline]
    fn finish(&self) -> u64 {
        self.0
    }
}

/// A map with the fast hash.
pub type FxHashMap<K, V> = HashMap<K, V, BuildHasherDefault<FxHasher>>;
/// A set with the fast hash.
pub type FxHashSet<K> = HashSet<K, BuildHasherDefault<FxHasher>>;

/// An interned name.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
pub struct Sym(pub(crate) u32);

/// The names of one compilation.
#[derive(Debug)]
pub struct Names {
    map: FxHashMap<Rc<str>, Sym>,
    list: Vec<Rc<str>>,
    mangled: FxHashMap<(Sym, Sym), Sym>,
}

macro_rules! well_known {
    ($($ident:ident = $text:literal,)*) => {
        /// Names which the compiler itself mentions.
        #[allow(missing_docs, reason = "the names say it")]
        pub mod sym {
            use super::Sym;
            #[allow(non_camel_case_types, reason = "only used for counting")]
            #[repr(u32)]
            enum Number { $($ident,)* }
            $(#[allow(non_upper_case_globals, reason = "one name in both worlds")] pub const $ident: Sym = Sym(Number::$ident as u32);)*
        }
        const WELL_KNOWN: &[&str] = &[$($text),*];
    };
}

well_known! {
    top = "top",
    module = "<module>",
    lambda = "<lambda>",
    listcomp = "<listcomp>",
    setcomp = "<setcomp>",
    dictcomp = "<dictcomp>",
    genexpr = "<genexpr>",
    plain_lambda = "lambda",
    plain_listcomp = "listcomp",
    plain_setcomp = "setcomp",
    plain_dictcomp = "dictcomp",
    plain_genexpr = "genexpr",
    dot_zero = ".0",
    dot_format = ".format",
    dot_type_params = ".type_params",
    dot_generic_base = ".generic_base",
    dot_defaults = ".defaults",
    dot_kwdefaults = ".kwdefaults",
    format = "format",
    class = "__class__",
    classdict = "__classdict__",
    classcell = "__classcell__",
    classdictcell = "__classdictcell__",
    conditional_annotations = "__conditional_annotations__",
    annotate = "__annotate__",
    annotate_func = "__annotate_func__",
    annotations = "__annotations__",
    type_params = "__type_params__",
    static_attributes = "__static_attributes__",
    firstlineno = "__firstlineno__",
    doc = "__doc__",
    name = "__name__",
    dunder_module = "__module__",
    qualname = "__qualname__",
    debug = "__debug__",
    super_ = "super",
    star = "*",
    all = "all",
    any = "any",
    tuple = "tuple",
    empty = "",
}

impl Names {
    /// With the well-known names.
    pub fn new() -> Names {
        let mut names = Names { map: FxHashMap::default(), list: Vec::new(), mangled: FxHashMap::default() };
        for name in WELL_KNOWN {
            names.intern(name);
        }
        names
    }

    /// The number of `name`.
    pub fn intern(&mut self, name: &str) -> Sym {
        if let Some(&sym) = self.map.get(name) {
            return sym;
        }
        self.add(name.into())
    }

    /// The number of `name`, without copying it.
    pub fn intern_rc(&mut self, name: &Rc<str>) -> Sym {
        if let Some(&sym) = self.map.get(name) {
            return sym;
        }
        self.add(name.clone())
    }

    fn add(&mut self, name: Rc<str>) -> Sym {
        let sym = Sym(self.list.len() as u32);
        self.list.push(name.clone());
        self.map.insert(name, sym);
        sym
    }

    /// The text of a name.
    pub fn text(&self, sym: Sym) -> &str {
        &self.list[sym.0 as usize]
    }

    /// The text of a name.
    pub fn rc(&self, sym: Sym) -> Rc<str> {
        self.list[sym.0 as usize].clone()
    }

    /// How many names there are.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Private names (`__x` in a class) get the class name in front.
    pub fn mangle(&mut self, private: Option<Sym>, name: Sym) -> Sym {
        let Some(class) = private else { return name };
        let text = self.text(name);
        if !text.starts_with("__") {
            return name;
        }
        // The name is something like __x__ or a module's dotted name, or the class name is only underscores.
        if text.ends_with("__") || text.contains('.') {
            return name;
        }
        if let Some(&mangled) = self.mangled.get(&(class, name)) {
            return mangled;
        }
        let class_text = self.text(class).trim_start_matches('_');
        let mangled = if class_text.is_empty() {
            name
        } else {
            let text = format!("_{class_text}{text}");
            self.intern(&text)
        };
        self.mangled.insert((class, name), mangled);
        mangled
    }
}
