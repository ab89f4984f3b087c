//! `xml.etree.ElementTree.Element`.

use super::{ElementIter, attributes_of, check_count, given, single, single_argument, state_of};
use core::cell::{Cell, OnceCell, RefCell};
use taipan_object::argparse::{Param, Signature};
use taipan_object::{
    Args, Class, CompareOp, Head, Object, Own, Owned, PyDict, PyInt, PyList, PyResult, PySlice, PyStr, PyType, Raised,
    Slot, Thread, Traverse, Visitor, WeakList, call, class, compare, err, errors, exceptions, iter, name, new_object,
    number, object, sequence, singletons, state, upcast,
};

/// The text is a list that still has to be joined.
const TEXT: u8 = 1;
/// The tail is.
const TAIL: u8 = 2;
/// What CPython's structures take.
const EXTRA_SIZE: usize = 64;
const STATIC_CHILDREN: usize = 4;

/// What most elements have and many do not.
struct Extra {
    attrib: Slot,
    children: RefCell<Vec<Owned<Element>>>,
    unjoined: Cell<u8>,
}

impl Extra {
    fn new() -> Box<Self> {
        Box::new(Self { attrib: Slot::empty(), children: RefCell::default(), unjoined: Cell::new(0) })
    }
}

/// Made when it is needed.
struct ExtraCell(OnceCell<Box<Extra>>);

impl Traverse for ExtraCell {
    fn traverse(&self, visitor: &mut Visitor<'_>) {
        if let Some(extra) = self.0.get() {
            extra.attrib.traverse(visitor);
            extra.children.traverse(visitor);
        }
    }

    fn clear(&self) {
        if let Some(extra) = self.0.get() {
            extra.attrib.clear();
            extra.children.clear();
        }
    }
}

/// `xml.etree.ElementTree.Element`.
#[object]
pub struct Element {
    tag: Slot,
    text: Slot,
    tail: Slot,
    extra: ExtraCell,
    weaklist: WeakList,
}

/// The text or the tail.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Text,
    Tail,
}

impl Place {
    const fn flag(self) -> u8 {
        match self {
            Self::Text => TEXT,
            Self::Tail => TAIL,
        }
    }
}

impl Element {
    fn blank() -> Self {
        Self {
            head: Head::new(),
            tag: Slot::empty(),
            text: Slot::empty(),
            tail: Slot::empty(),
            extra: ExtraCell(OnceCell::new()),
            weaklist: WeakList::new(),
        }
    }

    /// An element of exactly this type.
    pub fn create(t: &Thread, tag: Owned, attrib: Option<Owned<PyDict>>) -> PyResult<Owned<Self>> {
        let made = new_object(t, Self::blank())?;
        made.tag.set(Some(tag));
        if let Some(attrib) = attrib {
            made.extra().attrib.set(Some(attrib.into_object()));
        }
        Ok(made)
    }

    fn extra(&self) -> &Extra {
        self.extra.0.get_or_init(Extra::new)
    }

    /// The number of children.
    pub fn len(&self) -> usize {
        self.extra.0.get().map_or(0, |extra| extra.children.borrow().len())
    }

    /// A child.
    pub fn child(&self, i: usize) -> Option<Owned<Self>> {
        self.extra.0.get()?.children.borrow().get(i).cloned()
    }

    fn children(&self) -> Vec<Owned<Self>> {
        self.extra.0.get().map_or_else(Vec::new, |extra| extra.children.borrow().clone())
    }

    fn set_children(&self, children: Vec<Owned<Self>>) {
        if children.is_empty() && self.len() == 0 {
            return;
        }
        let old = self.extra().children.replace(children);
        drop(old);
    }

    /// Adds a child at the end.
    pub fn add(&self, child: Owned<Self>) {
        self.extra().children.borrow_mut().push(child);
    }

    /// The tag, or `None` before there is one.
    pub fn tag_or_none(&self) -> Owned {
        self.tag.get().unwrap_or_else(|| singletons::none().own())
    }

    fn slot(&self, place: Place) -> &Slot {
        match place {
            Place::Text => &self.text,
            Place::Tail => &self.tail,
        }
    }

    fn is_unjoined(&self, place: Place) -> bool {
        self.extra.0.get().is_some_and(|extra| extra.unjoined.get() & place.flag() != 0)
    }

    fn mark_joined(&self, place: Place) {
        if let Some(extra) = self.extra.0.get() {
            extra.unjoined.set(extra.unjoined.get() & !place.flag());
        }
    }

    /// The text or the tail; a list that parsing left is joined now.
    pub fn get(&self, t: &Thread, place: Place) -> PyResult {
        let Some(value) = self.slot(place).get() else { return singletons::ok_none() };
        if !self.is_unjoined(place) {
            return Ok(value);
        }
        let joined = PyStr::empty().as_object().call_method(t, name!(t, "join"), &[&value])?;
        self.set(place, Some(joined.clone()));
        Ok(joined)
    }

    /// The text.
    pub fn text(&self, t: &Thread) -> PyResult {
        self.get(t, Place::Text)
    }

    /// The tail.
    pub fn tail(&self, t: &Thread) -> PyResult {
        self.get(t, Place::Tail)
    }

    /// Replaces the text or the tail.
    pub fn set(&self, place: Place, value: Option<Owned>) {
        self.mark_joined(place);
        self.slot(place).set(value.filter(|value| !value.is(singletons::none())));
    }

    /// Stores what parsing has collected, to be joined when it is asked for. False if there is something already.
    pub fn set_collected(&self, place: Place, pieces: Owned, is_list: bool) -> bool {
        if !self.slot(place).is_none() {
            return false;
        }
        self.slot(place).set(Some(pieces));
        if is_list {
            let extra = self.extra();
            extra.unjoined.set(extra.unjoined.get() | place.flag());
        }
        true
    }

    /// The attributes, if any were ever stored.
    fn stored_attrib(&self) -> Option<Owned> {
        self.extra.0.get()?.attrib.get()
    }

    fn attrib_or_new(&self, t: &Thread) -> PyResult {
        let extra = self.extra();
        if let Some(attrib) = extra.attrib.get() {
            return Ok(attrib);
        }
        let made = PyDict::new(t)?.into_object();
        extra.attrib.set(Some(made.clone()));
        Ok(made)
    }

    fn check_element(t: &Thread, value: &Object) -> PyResult<Owned<Self>> {
        match value.downcast::<Self>() {
            Some(element) => Ok(element.own()),
            None => Err(err!(t, TypeError, "expected an Element, not \"{:.200}\"", value.class().name_lossy())),
        }
    }

    /// The first child from `from` on whose tag equals.
    fn find_child(&self, t: &Thread, tag: &Object, from: &mut usize) -> PyResult<Option<Owned<Self>>> {
        while let Some(child) = self.child(*from) {
            *from += 1;
            if compare::rich_compare_bool(t, &child.tag_or_none(), tag, CompareOp::Eq)? {
                return Ok(Some(child));
            }
        }
        Ok(None)
    }

    fn element_path(&self, t: &Thread, method: &PyStr, args: &[&Object]) -> PyResult {
        let mut all = vec![upcast(self)];
        all.extend_from_slice(args);
        state_of(t)?.element_path(t)?.call_method(t, method, &all)
    }

    /// The children as a list, for what lists can do.
    fn children_list(&self, t: &Thread) -> PyResult<Owned<PyList>> {
        PyList::from_vec(t, self.children().into_iter().map(Owned::into_object).collect())
    }

    fn take_children_from(&self, t: &Thread, list: &PyList) -> PyResult<()> {
        let children = list.to_vec().iter().map(|child| Self::check_element(t, child)).collect::<PyResult<_>>()?;
        self.set_children(children);
        Ok(())
    }

    fn index_in(&self, t: &Thread, key: &Object) -> PyResult<Option<usize>> {
        let index = number::index_as_isize_or(t, key, exceptions::IndexError::class())?;
        let n = self.len();
        let index = if index < 0 { index + n as isize } else { index };
        Ok(usize::try_from(index).ok().filter(|&i| i < n))
    }

    /// A slice with its numbers worked out, which may change the children.
    fn fixed_slice(t: &Thread, slice: &PySlice) -> PyResult<Owned<PySlice>> {
        let bounds = slice.unpack(t)?;
        let int = |n: isize| PyInt::from_i64(t, n as i64);
        PySlice::new(t, &*int(bounds.start)?, &*int(bounds.stop)?, &*int(bounds.step)?)
    }

    fn assign_slice(&self, t: &Thread, slice: &PySlice, value: Option<&Object>) -> PyResult<()> {
        let slice = Self::fixed_slice(t, slice)?;
        let items = match value {
            Some(value) => {
                let items = iter::fast_vec(t, value, "assignment expects an iterable")?;
                for item in &items {
                    Self::check_element(t, item)?;
                }
                Some(PyList::from_vec(t, items)?)
            }
            None => None,
        };
        let list = self.children_list(t)?;
        sequence::assign_item(t, &list, slice.as_object(), items.as_ref().map(|items| upcast(&**items)))?;
        self.take_children_from(t, &list)
    }

    /// A deep copy of a value. What nobody else refers to needs no place in the memo.
    fn deep(t: &Thread, value: &Object, memo: &PyDict) -> PyResult {
        if value.is(singletons::none()) || value.is_exact::<PyStr>() {
            return Ok(value.own());
        }
        // The reference that we hold, and the owner's.
        if value.refcnt() <= 2 {
            if let Some(dict) = value.downcast_exact::<PyDict>() {
                let is_plain = |(key, value): &(Owned, Owned)| key.is_exact::<PyStr>() && value.is_exact::<PyStr>();
                if dict.items_vec().iter().all(is_plain) {
                    return Ok(dict.copy(t)?.into_object());
                }
            } else if let Some(element) = value.downcast_exact::<Self>() {
                return Ok(element.__deepcopy__(t, memo)?.into_object());
            }
        }
        state_of(t)?.deepcopy(t)?.call(t, &[value, upcast(memo)])
    }
}

/// Whether a path is more than a tag.
fn is_path(path: &Object) -> bool {
    let Some(text) = path.downcast::<PyStr>() else {
        return !path.is_instance_of::<taipan_object::PyBytes>() || bytes_path(path);
    };
    let chars = text.chars();
    if chars.len() >= 2 && chars.at(0) == u32::from('{') {
        let second = chars.at(1);
        if second == u32::from('}') || chars.len() >= 3 && second == u32::from('*') && chars.at(2) == u32::from('}') {
            // A wildcard.
            return true;
        }
    }
    has_path_chars(chars.iter())
}

fn bytes_path(path: &Object) -> bool {
    path.downcast::<taipan_object::PyBytes>()
        .is_some_and(|b| has_path_chars(b.as_bytes().iter().map(|&b| u32::from(b))))
}

fn has_path_chars(chars: impl Iterator<Item = u32>) -> bool {
    let mut outside = true;
    for c in chars.filter_map(char::from_u32) {
        match c {
            '{' => outside = false,
            '}' => outside = true,
            '/' | '*' | '[' | '@' | '.' if outside => return true,
            _ => {}
        }
    }
    false
}

#[cold]
fn no_deletion(t: &Thread) -> Raised {
    err!(t, AttributeError, "can't delete element attribute")
}

static APPEND: Signature = single("append", &[Param { name: "subelement", required: true }]);
static EXTEND: Signature = single("extend", &[Param { name: "elements", required: true }]);

#[class(name = "xml.etree.ElementTree.Element", heap, flags(BASETYPE, HAVE_GC), weaklist = weaklist)]
impl Element {
    #[slot]
    fn tp_new(cls: &PyType, t: &Thread, _args: Args<'_>) -> PyResult<Owned<Self>> {
        cls.instance(t, Self::blank())
    }

    #[slot]
    fn tp_init(&self, t: &Thread, args: Args<'_>) -> PyResult<()> {
        check_count(t, "Element", args.pos.len(), 1, 2)?;
        let attrib = attributes_of(t, "Element", 2, args.pos.get(1).copied(), &args)?;
        let tag = args.pos.first().map(|tag| (*tag).own());
        match attrib.filter(|attrib| attrib.len() > 0) {
            Some(attrib) => self.extra().attrib.set(Some(attrib.into_object())),
            None => {
                if let Some(extra) = self.extra.0.get() {
                    extra.attrib.set(None);
                }
            }
        }
        self.tag.set(tag);
        self.set(Place::Text, None);
        self.set(Place::Tail, None);
        Ok(())
    }

    #[slot]
    fn tp_repr(&self, t: &Thread) -> PyResult<Owned<PyStr>> {
        let address = upcast(self).as_ptr();
        let tag = self.tag_or_none();
        if !state::repr_enter(t, upcast(self)) {
            let class = upcast(self).class().name_lossy();
            return Err(err!(t, RuntimeError, "reentrant call inside {class}.__repr__"));
        }
        let shown = tag.repr(t);
        state::repr_leave(t, upcast(self));
        PyStr::from_fmt(t, format_args!("<Element {} at {address:p}>", shown?.display()))
    }

    #[slot]
    fn nb_bool(&self, t: &Thread) -> PyResult<bool> {
        errors::warn(
            t,
            exceptions::DeprecationWarning::class(),
            format_args!(
                "Testing an element's truth value will always return True in future versions.  Use specific \
                 'len(elem)' or 'elem is not None' test instead."
            ),
            1,
        )?;
        Ok(self.len() > 0)
    }

    #[slot]
    fn sq_length(&self, _t: &Thread) -> PyResult<usize> {
        Ok(self.len())
    }

    #[slot]
    fn sq_item(&self, t: &Thread, index: isize) -> PyResult<Owned<Self>> {
        let child = usize::try_from(index).ok().and_then(|i| self.child(i));
        child.ok_or_else(|| err!(t, IndexError, "child index out of range"))
    }

    #[slot]
    fn mp_length(&self, _t: &Thread) -> PyResult<usize> {
        Ok(self.len())
    }

    #[slot]
    fn mp_subscript(&self, t: &Thread, key: &Object) -> PyResult {
        if number::is_index(key) {
            let child = self.index_in(t, key)?.and_then(|i| self.child(i));
            return child.map(Owned::into_object).ok_or_else(|| err!(t, IndexError, "child index out of range"));
        }
        match key.downcast::<PySlice>() {
            Some(slice) => {
                let slice = Self::fixed_slice(t, slice)?;
                sequence::get_item(t, &*self.children_list(t)?, upcast(&*slice))
            }
            None => Err(err!(t, TypeError, "element indices must be integers")),
        }
    }

    #[slot]
    fn mp_ass_subscript(&self, t: &Thread, key: &Object, value: Option<&Object>) -> PyResult<()> {
        if let Some(slice) = key.downcast::<PySlice>() {
            return self.assign_slice(t, slice, value);
        }
        if !number::is_index(key) {
            return Err(err!(t, TypeError, "element indices must be integers"));
        }
        let Some(i) = self.index_in(t, key)? else {
            return Err(err!(t, IndexError, "child assignment index out of range"));
        };
        let new = value.map(|value| Self::check_element(t, value)).transpose()?;
        let old = {
            let mut children = self.extra().children.borrow_mut();
            match new {
                Some(new) => children.get_mut(i).map(|place| core::mem::replace(place, new)),
                None if i < children.len() => Some(children.remove(i)),
                None => None,
            }
        };
        drop(old);
        Ok(())
    }

    #[method]
    fn clear(&self, _t: &Thread) {
        if let Some(extra) = self.extra.0.get() {
            extra.attrib.set(None);
            let old = extra.children.take();
            drop(old);
        }
        self.set(Place::Text, None);
        self.set(Place::Tail, None);
    }

    #[method(name = "get", sig = "(key, default=None)", text = "($self, /, key, default=None)")]
    fn get_attribute(&self, t: &Thread, key: &Object, default: Option<&Object>) -> PyResult {
        let default = || default.map_or_else(singletons::ok_none, |default| Ok(default.own()));
        match self.stored_attrib() {
            None => default(),
            Some(attrib) => match attrib.downcast::<PyDict>() {
                Some(dict) => dict.get_item(t, key)?.map_or_else(default, Ok),
                None => Err(errors::bad_internal_call(t)),
            },
        }
    }

    #[method(name = "set", sig = "(key, value, /)")]
    fn set_attribute(&self, t: &Thread, key: &Object, value: &Object) -> PyResult<()> {
        match self.attrib_or_new(t)?.downcast::<PyDict>() {
            Some(dict) => dict.set_item(t, key, value),
            None => Err(errors::bad_internal_call(t)),
        }
    }

    #[method(sig = "(path, namespaces=None)", text = "($self, /, path, namespaces=None)")]
    fn find(&self, t: &Thread, path: &Object, namespaces: Option<&Object>) -> PyResult {
        if is_path(path) || given(namespaces).is_some() {
            let namespaces = namespaces.unwrap_or(singletons::none());
            return self.element_path(t, name!(t, "find"), &[path, namespaces]);
        }
        match self.find_child(t, path, &mut 0)? {
            Some(child) => Ok(child.into_object()),
            None => singletons::ok_none(),
        }
    }

    #[method(sig = "(path, default=None, namespaces=None)", text = "($self, /, path, default=None, namespaces=None)")]
    fn findtext(&self, t: &Thread, path: &Object, default: Option<&Object>, namespaces: Option<&Object>) -> PyResult {
        let none = singletons::none();
        let default = default.unwrap_or(none);
        if is_path(path) || given(namespaces).is_some() {
            let namespaces = namespaces.unwrap_or(none);
            return self.element_path(t, name!(t, "findtext"), &[path, default, namespaces]);
        }
        match self.find_child(t, path, &mut 0)? {
            Some(child) => {
                let text = child.text(t)?;
                Ok(if text.is(none) { PyStr::empty().as_object().own() } else { text })
            }
            None => Ok(default.own()),
        }
    }

    #[method(sig = "(path, namespaces=None)", text = "($self, /, path, namespaces=None)")]
    fn findall(&self, t: &Thread, path: &Object, namespaces: Option<&Object>) -> PyResult {
        if is_path(path) || given(namespaces).is_some() {
            let namespaces = namespaces.unwrap_or(singletons::none());
            return self.element_path(t, name!(t, "findall"), &[path, namespaces]);
        }
        let found = PyList::new(t)?;
        let mut from = 0;
        while let Some(child) = self.find_child(t, path, &mut from)? {
            found.append(t, child.into_object())?;
        }
        Ok(found.into_object())
    }

    #[method(text = "($self, subelement, /)")]
    fn append(&self, t: &Thread, args: Args<'_>) -> PyResult<()> {
        let child = single_argument(t, &APPEND, &args)?;
        let what = taipan_object::argparse::What::Position("append", 1);
        let child = <&Self as taipan_object::argparse::FromArg>::from_arg(t, child, what)?;
        self.add(child.own());
        Ok(())
    }

    #[method(text = "($self, elements, /)")]
    fn extend(&self, t: &Thread, args: Args<'_>) -> PyResult<()> {
        let elements = single_argument(t, &EXTEND, &args)?;
        for item in iter::fast_vec(t, elements, "'elements' must be an iterable")? {
            self.add(Self::check_element(t, &item)?);
        }
        Ok(())
    }

    #[method(sig = "(index, subelement, /)")]
    fn insert(&self, _t: &Thread, index: isize, subelement: &Element) {
        let n = self.len();
        let index = if index < 0 { (index + n as isize).max(0) } else { index.min(n as isize) };
        let at = usize::try_from(index).unwrap_or(0);
        self.extra().children.borrow_mut().insert(at.min(n), subelement.own());
    }

    #[method(sig = "(subelement, /)")]
    fn remove(&self, t: &Thread, subelement: &Element) -> PyResult<()> {
        // Comparing may change the children.
        let mut i = 0;
        loop {
            let Some(child) = self.child(i) else {
                return Err(err!(t, ValueError, "Element.remove(x): element not found"));
            };
            if compare::rich_compare_bool(t, upcast(&*child), upcast(subelement), CompareOp::Eq)? {
                break;
            }
            i += 1;
        }
        let removed = {
            let mut children = self.extra().children.borrow_mut();
            (i < children.len()).then(|| children.remove(i))
        };
        drop(removed);
        Ok(())
    }

    #[method(sig = "(tag=None)", text = "($self, /, tag=None)")]
    fn iter(&self, t: &Thread, tag: Option<&Object>) -> PyResult<Owned<ElementIter>> {
        let tag = given(tag).filter(|tag| !tag.downcast::<PyStr>().is_some_and(|tag| tag.eq_str("*")));
        ElementIter::create(t, self, tag, false)
    }

    #[method]
    fn itertext(&self, t: &Thread) -> PyResult<Owned<ElementIter>> {
        ElementIter::create(t, self, None, true)
    }

    #[method(sig = "(path, namespaces=None)", text = "($self, /, path, namespaces=None)")]
    fn iterfind(&self, t: &Thread, path: &Object, namespaces: Option<&Object>) -> PyResult {
        self.element_path(t, name!(t, "iterfind"), &[path, namespaces.unwrap_or(singletons::none())])
    }

    #[method]
    fn items(&self, t: &Thread) -> PyResult {
        match self.stored_attrib() {
            Some(attrib) => attrib.call_method(t, name!(t, "items"), &[]).and_then(|items| list_of(t, &items)),
            None => Ok(PyList::new(t)?.into_object()),
        }
    }

    #[method]
    fn keys(&self, t: &Thread) -> PyResult {
        match self.stored_attrib() {
            Some(attrib) => list_of(t, &attrib),
            None => Ok(PyList::new(t)?.into_object()),
        }
    }

    #[method(text = "($self, tag, attrib, /)")]
    fn makeelement(&self, t: &Thread, args: Args<'_>) -> PyResult<Owned<Self>> {
        static SIGNATURE: Signature = Signature {
            fname: "makeelement",
            params: &[Param { name: "tag", required: true }, Param { name: "attrib", required: true }],
            pos_only: 2,
            positional: 2,
            varargs: false,
            varkw: false,
        };
        let mut slots = [None; 2];
        args.parse(t, &SIGNATURE, &mut slots)?;
        let [Some(tag), Some(attrib)] = slots else { return Err(taipan_object::argparse::missing(t)) };
        let Some(attrib) = attrib.downcast::<PyDict>() else {
            return Err(super::wrong_attrib(t, "makeelement", 2, attrib));
        };
        Self::create(t, tag.own(), Some(attrib.copy(t)?))
    }

    #[method]
    fn __copy__(&self, t: &Thread) -> PyResult<Owned<Self>> {
        let made = Self::create(t, self.tag_or_none(), None)?;
        if let Some(attrib) = self.stored_attrib() {
            made.extra().attrib.set(Some(attrib));
        }
        made.set(Place::Text, Some(self.text(t)?));
        made.set(Place::Tail, Some(self.tail(t)?));
        made.set_children(self.children());
        Ok(made)
    }

    #[method(sig = "(memo, /)")]
    fn __deepcopy__(&self, t: &Thread, memo: &PyDict) -> PyResult<Owned<Self>> {
        call::enter_recursive(t, " in Element.__deepcopy__")?;
        let made = Self::create(t, Self::deep(t, &self.tag_or_none(), memo)?, None)?;
        if let Some(attrib) = self.stored_attrib() {
            made.extra().attrib.set(Some(Self::deep(t, &attrib, memo)?));
        }
        made.set(Place::Text, Some(Self::deep(t, &*self.text(t)?, memo)?));
        made.set(Place::Tail, Some(Self::deep(t, &*self.tail(t)?, memo)?));
        let mut i = 0;
        while let Some(child) = self.child(i) {
            let copy = Self::deep(t, upcast(&*child), memo)?;
            made.add(Self::check_element(t, &copy)?);
            i += 1;
        }
        let id = PyInt::from_u64(t, upcast(self).as_ptr() as u64)?;
        memo.set_item(t, &id, upcast(&*made))?;
        Ok(made)
    }

    #[method]
    fn __sizeof__(&self, _t: &Thread) -> usize {
        let mut size = upcast(self).class().basic_size();
        if let Some(extra) = self.extra.0.get() {
            let room = extra.children.borrow().capacity();
            size += EXTRA_SIZE + if room > STATIC_CHILDREN { room * size_of::<usize>() } else { 0 };
        }
        size
    }

    #[method]
    fn __getstate__(&self, t: &Thread) -> PyResult<Owned<PyDict>> {
        let attrib = match self.stored_attrib() {
            Some(attrib) => attrib,
            None => PyDict::new(t)?.into_object(),
        };
        let state = PyDict::new(t)?;
        state.set_str(t, name!(t, "tag"), &self.tag_or_none())?;
        state.set_str(t, name!(t, "_children"), upcast(&*self.children_list(t)?))?;
        state.set_str(t, name!(t, "attrib"), &attrib)?;
        state.set_str(t, name!(t, "text"), &*self.text(t)?)?;
        state.set_str(t, name!(t, "tail"), &*self.tail(t)?)?;
        Ok(state)
    }

    #[method(sig = "(state, /)")]
    fn __setstate__(&self, t: &Thread, state: &Object) -> PyResult<()> {
        let Some(state) = state.downcast::<PyDict>() else {
            return Err(err!(
                t,
                TypeError,
                "Don't know how to unpickle \"{}\" as an Element",
                state.repr(t)?.display()
            ));
        };
        const NAMES: [&str; 5] = ["tag", "attrib", "text", "tail", "_children"];
        let mut values = [const { None }; 5];
        for (key, value) in state.items_vec() {
            let Some(key) = key.downcast::<PyStr>() else { return Err(err!(t, TypeError, "keywords must be strings")) };
            match NAMES.iter().position(|name| key.eq_str(name)) {
                Some(i) => values[i] = Some(value),
                None => {
                    let name = key.display();
                    return Err(err!(t, TypeError, "this function got an unexpected keyword argument '{name}'"));
                }
            }
        }
        let [tag, attrib, text, tail, children] = values;
        let tag = tag.ok_or_else(|| err!(t, TypeError, "tag may not be NULL"))?;
        let children = match children {
            Some(children) => match children.downcast::<PyList>() {
                Some(list) => {
                    list.to_vec().iter().map(|child| Self::check_element(t, child)).collect::<PyResult<Vec<_>>>()?
                }
                None => return Err(err!(t, TypeError, "'_children' is not a list")),
            },
            None => Vec::new(),
        };
        self.tag.set(Some(tag));
        self.set(Place::Text, text);
        self.set(Place::Tail, tail);
        if attrib.is_some() || self.extra.0.get().is_some() {
            self.extra().attrib.set(attrib);
        }
        self.set_children(children);
        Ok(())
    }

    /// A string identifying what kind of data this element represents
    #[getter]
    fn tag(&self, _t: &Thread) -> Owned {
        self.tag_or_none()
    }

    #[setter]
    fn set_tag(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        self.tag.set(Some(value.ok_or_else(|| no_deletion(t))?.own()));
        Ok(())
    }

    /// A string of text directly after the start tag, or None
    #[getter(name = "text")]
    fn get_text(&self, t: &Thread) -> PyResult {
        self.text(t)
    }

    #[setter]
    fn set_text(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        self.set(Place::Text, Some(value.ok_or_else(|| no_deletion(t))?.own()));
        Ok(())
    }

    /// A string of text directly after the end tag, or None
    #[getter(name = "tail")]
    fn get_tail(&self, t: &Thread) -> PyResult {
        self.tail(t)
    }

    #[setter]
    fn set_tail(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        self.set(Place::Tail, Some(value.ok_or_else(|| no_deletion(t))?.own()));
        Ok(())
    }

    /// A dictionary containing the element's attributes
    #[getter]
    fn attrib(&self, t: &Thread) -> PyResult {
        self.attrib_or_new(t)
    }

    #[setter]
    fn set_attrib(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        let value = value.ok_or_else(|| no_deletion(t))?;
        if !value.is_instance_of::<PyDict>() {
            return Err(err!(t, TypeError, "attrib must be dict, not {:.200}", value.class().name_lossy()));
        }
        self.extra().attrib.set(Some(value.own()));
        Ok(())
    }
}

/// The items of an iterable as a list.
fn list_of(t: &Thread, iterable: &Object) -> PyResult {
    Ok(PyList::from_vec(t, iter::to_vec(t, iterable)?)?.into_object())
}
