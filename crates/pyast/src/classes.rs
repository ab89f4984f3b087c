//! The class `ast.AST` and the classes of nodes, made from the grammar.

use crate::schema::{Attributes, KINDS};
use std::collections::HashMap;
use taipan_object::{
    Args, Class, Head, Object, Own, Owned, PyDict, PyList, PyResult, PyStr, PyTuple, PyType, Slot, Thread, attr, class,
    err, errors, exceptions, iter, name, object, sequence, singletons, state,
};

/// `ast.AST`: a node is its dictionary.
#[object]
pub struct PyAst {
    pub dict: Slot<PyDict>,
}

/// A list of names that a class holds in an attribute; empty without the attribute.
fn names_of(t: &Thread, class: &PyType, attribute: &PyStr) -> PyResult<Vec<Owned>> {
    match class.as_object().getattr_opt(t, attribute)? {
        Some(names) => iter::to_vec(t, &names),
        None => Ok(Vec::new()),
    }
}

fn find(t: &Thread, names: &[Owned], wanted: &Object) -> PyResult<Option<usize>> {
    for (i, name) in names.iter().enumerate() {
        if name.eq(t, wanted)? {
            return Ok(Some(i));
        }
    }
    Ok(None)
}

fn deprecated(t: &Thread, message: core::fmt::Arguments<'_>) -> PyResult<()> {
    errors::warn(t, exceptions::DeprecationWarning::class(), message, 1)
}

impl PyAst {
    fn attributes(&self, t: &Thread) -> PyResult<Owned<PyDict>> {
        match self.dict.get() {
            Some(dict) => Ok(dict),
            None => {
                let dict = PyDict::new(t)?;
                self.dict.set(Some(dict.clone()));
                Ok(dict)
            }
        }
    }

    /// What a field that was not given becomes.
    fn fill_default(&self, t: &Thread, field: &Object, field_type: Option<&Object>) -> PyResult<()> {
        let class = self.class();
        let Some(field_type) = field_type else {
            return deprecated(
                t,
                format_args!(
                    "Field {} is missing from {:.400}._field_types. This will become an error in Python 3.15.",
                    field.repr(t)?.display(),
                    class.name_lossy()
                ),
            );
        };
        if state::union_args(t, field_type)?.is_some() {
            // Optional: the class says None.
            return Ok(());
        }
        if field_type.class().name_lossy() == "types.GenericAlias" {
            return self.as_object().setattr(t, field, &*PyList::new(t)?);
        }
        let registry = registry(t)?;
        if field_type.is(registry.class(t, "expr_context")?.as_object()) {
            return self.as_object().setattr(t, field, &*registry.singleton(t, "Load")?);
        }
        deprecated(
            t,
            format_args!(
                "{:.400}.__init__ missing 1 required positional argument: {}. This will become an error in Python 3.15.",
                class.name_lossy(),
                field.repr(t)?.display()
            ),
        )
    }
}

#[class(name = "ast.AST", heap, mutable, flags(BASETYPE, HAVE_GC), dict = dict)]
impl PyAst {
    #[slot]
    fn tp_new(cls: &PyType, t: &Thread, _args: Args<'_>) -> PyResult<Owned<Self>> {
        cls.instance(t, Self { head: Head::new(), dict: Slot::new(PyDict::new(t)?) })
    }

    #[slot]
    fn tp_init(&self, t: &Thread, args: Args<'_>) -> PyResult<()> {
        let class = self.class();
        let fields = iter::to_vec(t, &*class.as_object().getattr(t, name!(t, "_fields"))?)?;
        let n = fields.len();
        if n < args.pos.len() {
            return Err(err!(
                t,
                TypeError,
                "{:.400} constructor takes at most {n} positional argument{}",
                class.short_name_lossy(),
                if n == 1 { "" } else { "s" }
            ));
        }
        let mut given = vec![false; n];
        for ((field, value), given) in fields.iter().zip(args.pos).zip(&mut given) {
            self.as_object().setattr(t, field, value)?;
            *given = true;
        }
        let mut attributes = None;
        args.for_each_keyword(t, |key, value| {
            match find(t, &fields, key)? {
                Some(i) => {
                    let positional = i < args.pos.len();
                    if positional {
                        return Err(err!(
                            t,
                            TypeError,
                            "{:.400} got multiple values for argument {}",
                            class.short_name_lossy(),
                            key.repr(t)?.display()
                        ));
                    }
                    if let Some(given) = given.get_mut(i) {
                        *given = true;
                    }
                }
                None => {
                    if attributes.is_none() {
                        attributes = Some(names_of(t, class, name!(t, "_attributes"))?);
                    }
                    if find(t, attributes.as_deref().unwrap_or_default(), key)?.is_none() {
                        deprecated(
                            t,
                            format_args!(
                                "{:.400}.__init__ got an unexpected keyword argument {}. Support for arbitrary keyword \
                                 arguments is deprecated and will be removed in Python 3.15.",
                                class.name_lossy(),
                                key.repr(t)?.display()
                            ),
                        )?;
                    }
                }
            }
            self.as_object().setattr(t, key, value)
        })?;
        if given.iter().all(|&g| g) {
            return Ok(());
        }
        let Some(types) = class.as_object().getattr_opt(t, name!(t, "_field_types"))? else { return Ok(()) };
        for (field, _) in fields.iter().zip(&given).filter(|(_, given)| !**given) {
            let field_type = sequence::get_item_opt(t, &types, field)?;
            self.fill_default(t, field, field_type.as_deref())?;
        }
        Ok(())
    }

    #[slot]
    fn tp_repr(&self, t: &Thread) -> PyResult<Owned<PyStr>> {
        crate::repr::node(t, self.as_object(), 3)
    }

    #[getter]
    fn __dict__(&self, t: &Thread) -> PyResult {
        attr::generic_get_dict(t, self.as_object())
    }

    #[setter]
    fn set___dict__(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        attr::generic_set_dict(t, self.as_object(), value)
    }

    #[method]
    fn __reduce__(&self, t: &Thread) -> PyResult<Owned<PyTuple>> {
        let class = self.class().as_object().own();
        let dict = self.attributes(t)?;
        // Fields are announced as positional arguments, so that the constructor misses none of them.
        let mut positional = Vec::new();
        for field in names_of(t, self.class(), name!(t, "_fields"))? {
            if !dict.contains(t, &field)? {
                break;
            }
            positional.push(singletons::none().own());
        }
        let args = PyTuple::from_vec(t, positional)?.into_object();
        PyTuple::from_vec(t, vec![class, args, dict.into_object()])
    }

    /// Return a copy of the AST node with new values for the specified fields.
    #[method(text = "($self, /, **fields)")]
    fn __replace__(&self, t: &Thread, args: Args<'_>) -> PyResult {
        if !args.pos.is_empty() {
            return Err(err!(t, TypeError, "__replace__() takes no positional arguments"));
        }
        let class = self.class();
        let fields = names_of(t, class, name!(t, "_fields"))?;
        let attributes = names_of(t, class, name!(t, "_attributes"))?;
        let held = self.attributes(t)?;
        let payload = PyDict::new(t)?;
        for name in fields.iter().chain(&attributes) {
            if let Some(value) = held.get_item(t, name)? {
                payload.set_item(t, name, &value)?;
            }
        }
        let given = PyDict::new(t)?;
        args.for_each_keyword(t, |key, value| {
            if find(t, &fields, key)?.is_none() && find(t, &attributes, key)?.is_none() {
                return Err(err!(
                    t,
                    TypeError,
                    "{:.400}.__replace__ got an unexpected keyword argument {}.",
                    class.short_name_lossy(),
                    key.repr(t)?.display()
                ));
            }
            given.set_item(t, key, value)
        })?;
        let types = class.as_object().getattr_opt(t, name!(t, "_field_types"))?;
        let mut missing = Vec::new();
        for field in &fields {
            if payload.contains(t, field)? || given.contains(t, field)? {
                continue;
            }
            let field_type = match &types {
                Some(types) => sequence::get_item_opt(t, types, field)?,
                None => None,
            };
            let optional = match &field_type {
                Some(field_type) => state::union_args(t, field_type)?.is_some(),
                None => false,
            };
            if !optional {
                missing.push(field.repr(t)?.to_string_lossy());
            }
        }
        if !missing.is_empty() {
            missing.sort();
            return Err(err!(
                t,
                TypeError,
                "{:.400}.__replace__ missing {} keyword argument{}: {}.",
                class.short_name_lossy(),
                missing.len(),
                if missing.len() == 1 { "" } else { "s" },
                missing.join(", ")
            ));
        }
        payload.merge_dict(t, &given, true)?;
        class.as_object().call_tuple_dict(t, PyTuple::empty(), Some(&payload))
    }
}

/// The classes of one interpreter.
pub struct Registry {
    classes: HashMap<&'static str, Owned<PyType>>,
    names: HashMap<usize, &'static str>,
    singletons: HashMap<&'static str, Owned>,
}

impl Registry {
    /// A class by its name.
    pub fn class(&self, t: &Thread, name: &str) -> PyResult<&PyType> {
        match self.classes.get(name) {
            Some(class) => Ok(class),
            None => Err(err!(t, SystemError, "no node class '{name}'")),
        }
    }

    /// The one instance of a class without fields.
    pub fn singleton(&self, t: &Thread, name: &str) -> PyResult {
        match self.singletons.get(name) {
            Some(node) => Ok(node.clone()),
            None => Err(err!(t, SystemError, "no node '{name}'")),
        }
    }

    /// The name of the node class that an object's class is or derives from first.
    pub fn constructor_of(&self, object: &Object) -> Option<&'static str> {
        let class = object.class();
        if let Some(found) = self.names.get(&(class.as_type_ptr() as usize)) {
            return Some(found);
        }
        let mro = class.mro()?;
        mro.as_slice().iter().find_map(|c| self.names.get(&(c.as_ptr() as usize)).copied())
    }

    /// All names and classes.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &PyType)> + '_ {
        self.classes.iter().map(|(name, class)| (*name, &**class))
    }
}

/// The classes, made when they are first needed.
pub fn registry(t: &Thread) -> PyResult<&'static Registry> {
    state::extension(t, build)
}

fn strings(t: &Thread, names: &[&str]) -> PyResult<Owned<PyTuple>> {
    let mut out = Vec::with_capacity(names.len());
    for name in names {
        out.push(PyStr::intern_str(t, name)?.into_object());
    }
    PyTuple::from_vec(t, out)
}

/// One field of a constructor.
struct Field<'a> {
    kind: &'a str,
    quantifier: &'a str,
    name: &'a str,
}

/// Name and fields of a constructor.
fn parse(text: &str) -> (&str, Vec<Field<'_>>) {
    let Some((name, rest)) = text.split_once('(') else { return (text, Vec::new()) };
    let fields = rest.trim_end_matches(')').split(", ").filter_map(|field| {
        let (kind, name) = field.split_once(' ')?;
        let stem = kind.trim_end_matches(['?', '*']);
        Some(Field { kind: stem, quantifier: kind.get(stem.len()..).unwrap_or(""), name })
    });
    (name, fields.collect())
}

const PLACE: [&str; 4] = ["lineno", "col_offset", "end_lineno", "end_col_offset"];

/// The dictionary of a class.
fn class_dict(t: &Thread, fields: &[&str], doc: &str) -> PyResult<Owned<PyDict>> {
    let dict = PyDict::new(t)?;
    let fields = strings(t, fields)?;
    dict.set_item(t, name!(t, "_fields"), &fields)?;
    dict.set_item(t, name!(t, "__match_args__"), &fields)?;
    dict.set_item(t, name!(t, "__module__"), name!(t, "ast"))?;
    dict.set_item(t, name!(t, "__doc__"), &*PyStr::from_str(t, doc)?)?;
    Ok(dict)
}

fn add_attributes(t: &Thread, dict: &PyDict, attributes: Attributes) -> PyResult<()> {
    let names: &[&str] = if attributes == Attributes::None { &[] } else { &PLACE };
    dict.set_item(t, name!(t, "_attributes"), &*strings(t, names)?)?;
    if attributes == Attributes::Optional {
        dict.set_item(t, name!(t, "end_lineno"), singletons::none())?;
        dict.set_item(t, name!(t, "end_col_offset"), singletons::none())?;
    }
    Ok(())
}

fn make_class(t: &Thread, name: &str, base: &PyType, dict: &PyDict) -> PyResult<Owned<PyType>> {
    let bases = PyTuple::from_slice(t, &[base.as_object()])?;
    let made = PyType::class().call(t, &[&*PyStr::intern_str(t, name)?, &bases, dict])?;
    made.into_type::<PyType>().map_err(|_| err!(t, SystemError, "type() made no class"))
}

/// Makes `ast.AST`, which all interpreters have in common, ready.
pub fn prepare(t: &Thread) -> PyResult<()> {
    let base = PyAst::class();
    taipan_object::typeobject::ready(t, base)?;
    taipan_object::typeobject::allow_changes(base);
    base.set_in_dict(t, name!(t, "_fields"), Some(PyTuple::empty()))?;
    base.set_in_dict(t, name!(t, "_attributes"), Some(PyTuple::empty()))?;
    base.set_in_dict(t, name!(t, "__match_args__"), Some(PyTuple::empty()))
}

fn build(t: &Thread) -> PyResult<Registry> {
    prepare(t)?;
    let base = PyAst::class();
    let mut classes: HashMap<&'static str, Owned<PyType>> = HashMap::new();
    let mut singletons = HashMap::new();
    let mut constructors = Vec::new();
    for kind in KINDS.iter().filter(|k| k.is_sum) {
        let simple = kind.constructors.iter().all(|c| !c.contains('('));
        let separator = if simple { " | ".to_string() } else { format!("\n{}| ", " ".repeat(kind.name.len() + 1)) };
        let doc = format!("{} = {}", kind.name, kind.constructors.join(&separator));
        let dict = class_dict(t, &[], &doc)?;
        add_attributes(t, &dict, kind.attributes)?;
        classes.insert(kind.name, make_class(t, kind.name, base, &dict)?);
    }
    for kind in KINDS {
        for constructor in kind.constructors {
            let (name, fields) = parse(constructor);
            let names: Vec<&str> = fields.iter().map(|f| f.name).collect();
            let dict = class_dict(t, &names, constructor)?;
            if !kind.is_sum {
                add_attributes(t, &dict, kind.attributes)?;
            }
            for field in fields.iter().filter(|f| f.quantifier == "?") {
                dict.set_item(t, &*PyStr::intern_str(t, field.name)?, singletons::none())?;
            }
            let parent = if kind.is_sum { classes.get(kind.name).cloned() } else { None };
            let class = make_class(t, name, parent.as_deref().unwrap_or(base), &dict)?;
            classes.insert(name, class);
            constructors.push((name, fields));
        }
    }
    for (name, fields) in constructors {
        let Some(class) = classes.get(name).cloned() else { continue };
        let types = PyDict::new(t)?;
        for field in &fields {
            let of: Owned = match field.kind {
                "identifier" | "string" => PyStr::class().as_object().own(),
                "int" => taipan_object::PyInt::class().as_object().own(),
                "constant" => taipan_object::PyBaseObject::class().as_object().own(),
                kind => match classes.get(kind) {
                    Some(class) => class.as_object().own(),
                    None => return Err(err!(t, SystemError, "no node class '{kind}'")),
                },
            };
            let of = if field.quantifier.ends_with('*') {
                state::generic_alias(t, PyList::class().as_object(), &of)?
            } else if field.quantifier == "?" {
                state::type_union(t, &of, singletons::none())?
            } else {
                of
            };
            types.set_item(t, &*PyStr::intern_str(t, field.name)?, &of)?;
        }
        class.as_object().setattr(t, name!(t, "_field_types"), &types)?;
        class.as_object().setattr(t, name!(t, "__annotations__"), &types)?;
        if fields.is_empty() {
            singletons.insert(name, class.call(t, &[])?);
        }
    }
    let names = classes.iter().map(|(name, class)| (class.as_type_ptr() as usize, *name)).collect();
    Ok(Registry { classes, names, singletons })
}
