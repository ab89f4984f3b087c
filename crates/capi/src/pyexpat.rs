//! `pyexpat.h`: the XML parser for C code, in the capsule `pyexpat.expat_CAPI`.
//!
//! The functions are those of Expat, above the parser of `std-xml`; an `XML_Parser` is a `Handle` of ours. Handlers run
//! while nothing of the parser is borrowed, so that they may look at it, replace handlers, or free it. Texts that they
//! see are copies that live as long as the call.

use crate::contract::{Raw, c_function, c_name, c_slice};
use core::cell::{Cell, RefCell};
use core::ffi::{CStr, c_char, c_int, c_ulong, c_ulonglong, c_void};
use core::ptr::{null, null_mut};
use taipan_object::{Owned, PyModule, PyResult, Thread};
use taipan_std_xml::xml::encoding::Unit;
use taipan_std_xml::xml::{Code, Encoding, Event, Handlers, Name, Parser, Step, Text};
use taipan_types::capsule;

type Parse = *mut Handle;
type Chars = *const c_char;
type Data = *mut c_void;
/// `XML_Status`.
type Status = c_int;
const ERROR: Status = 0;
const OK: Status = 1;
/// `XML_Bool`.
type Bool = u8;
/// The longest text that a handler gets at once.
const LONGEST: usize = 1 << 30;

type StartElement = unsafe extern "C" fn(Data, Chars, *const Chars);
type EndElement = unsafe extern "C" fn(Data, Chars);
type Characters = unsafe extern "C" fn(Data, Chars, c_int);
type ProcessingInstruction = unsafe extern "C" fn(Data, Chars, Chars);
type Comment = unsafe extern "C" fn(Data, Chars);
type StartNamespace = unsafe extern "C" fn(Data, Chars, Chars);
type EndNamespace = unsafe extern "C" fn(Data, Chars);
type StartDoctype = unsafe extern "C" fn(Data, Chars, Chars, Chars, c_int);
type UnknownEncoding = unsafe extern "C" fn(Data, Chars, *mut Described) -> c_int;

/// `XML_Encoding`: what a handler says about an encoding.
#[repr(C)]
pub struct Described {
    map: [c_int; 256],
    data: Data,
    convert: Option<unsafe extern "C" fn(Data, Chars) -> c_int>,
    release: Option<unsafe extern "C" fn(Data)>,
}

/// `XML_Memory_Handling_Suite`. Handles live in its memory; what a parser keeps about a document does not.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Memory {
    malloc: unsafe extern "C" fn(usize) -> Data,
    realloc: unsafe extern "C" fn(Data, usize) -> Data,
    free: unsafe extern "C" fn(Data),
}

/// What stands behind an `XML_Parser`.
pub struct Handle {
    core: RefCell<Parser>,
    free: unsafe extern "C" fn(Data),
    data: Cell<Data>,
    /// The error of the last call, as `XML_GetErrorCode` gives it.
    error: Cell<c_int>,
    running: Cell<bool>,
    /// A handler has freed the parser; that happens when it returns.
    doomed: Cell<bool>,
    start_element: Cell<Option<StartElement>>,
    end_element: Cell<Option<EndElement>>,
    character_data: Cell<Option<Characters>>,
    processing_instruction: Cell<Option<ProcessingInstruction>>,
    comment: Cell<Option<Comment>>,
    default: Cell<Option<Characters>>,
    start_namespace: Cell<Option<StartNamespace>>,
    end_namespace: Cell<Option<EndNamespace>>,
    start_doctype: Cell<Option<StartDoctype>>,
    unknown_encoding: Cell<Option<UnknownEncoding>>,
    encoding_data: Cell<Data>,
    /// What is to be called when the encoding is no longer used.
    release: Cell<Option<(unsafe extern "C" fn(Data), Data)>>,
    texts: RefCell<Texts>,
}

impl Drop for Handle {
    fn drop(&mut self) {
        if let Some((release, data)) = self.release.take() {
            // SAFETY: what C code said is to be called for its encoding, once.
            unsafe { release(data) };
        }
    }
}

/// Copies of texts, each with a final zero.
#[derive(Default)]
struct Texts {
    bytes: Vec<u8>,
    /// Where each of them starts; nothing for absent ones.
    starts: Vec<Option<usize>>,
    pointers: Vec<Chars>,
}

impl Texts {
    fn push(&mut self, text: &[u8]) {
        self.starts.push(Some(self.bytes.len()));
        self.bytes.extend_from_slice(text);
        self.bytes.push(0);
    }

    fn push_optional(&mut self, text: Option<&str>) {
        match text {
            Some(text) => self.push(text.as_bytes()),
            None => self.starts.push(None),
        }
    }

    fn push_name(&mut self, core: &Parser, name: &Name) {
        match name {
            Name::Id(id) => self.push(core.names().borrow().get(*id).as_bytes()),
            Name::Long(text) => self.push(text.as_bytes()),
        }
    }

    /// Pointers to all of them, with a null after the last.
    fn pointers(&mut self) -> &[Chars] {
        let base = self.bytes.as_ptr();
        // A start lies within the bytes.
        self.pointers.extend(self.starts.iter().map(|s| s.map_or(null(), |s| base.wrapping_add(s).cast::<c_char>())));
        self.pointers.push(null());
        &self.pointers
    }
}

impl Handle {
    /// What the parser is to report.
    fn flags(&self) -> Handlers {
        let mut flags = 0;
        let mut listen = |there: bool, flag: u32| flags |= if there { flag } else { 0 };
        listen(self.start_element.get().is_some(), Handlers::START_ELEMENT);
        listen(self.end_element.get().is_some(), Handlers::END_ELEMENT);
        listen(self.character_data.get().is_some(), Handlers::CHARACTER_DATA);
        listen(self.processing_instruction.get().is_some(), Handlers::PROCESSING_INSTRUCTION);
        listen(self.comment.get().is_some(), Handlers::COMMENT);
        listen(self.default.get().is_some(), Handlers::DEFAULT);
        listen(self.start_namespace.get().is_some(), Handlers::START_NAMESPACE);
        listen(self.end_namespace.get().is_some(), Handlers::END_NAMESPACE);
        listen(self.start_doctype.get().is_some(), Handlers::START_DOCTYPE);
        Handlers(flags)
    }

    fn fail(&self, code: Code) -> Status {
        self.error.set(code as c_int);
        ERROR
    }

    /// Parses a piece of a document.
    fn parse(&self, data: &[u8], is_final: bool) -> Status {
        let fed = self.core.borrow_mut().feed(data, is_final);
        if let Err(code) = fed {
            return self.fail(code);
        }
        loop {
            let step = self.core.borrow_mut().step(self.flags());
            match step {
                Step::Events => {
                    let events = self.core.borrow_mut().take_events();
                    for event in &events {
                        self.deliver(event);
                        if self.doomed.get() {
                            return ERROR;
                        }
                    }
                    self.core.borrow_mut().reuse_events(events);
                }
                Step::Done => {
                    self.error.set(0);
                    return OK;
                }
                Step::Failed(code) => return self.fail(code),
            }
        }
    }

    /// Calls with pointers to texts that `collect` puts together.
    fn with(&self, collect: impl FnOnce(&Parser, &mut Texts), call: impl FnOnce(&[Chars])) {
        let mut texts = self.texts.take();
        collect(&self.core.borrow(), &mut texts);
        call(texts.pointers());
        texts.bytes.clear();
        texts.starts.clear();
        texts.pointers.clear();
        self.texts.replace(texts);
    }

    fn deliver(&self, event: &Event) {
        let data = self.data.get();
        // SAFETY (all calls below): C code's own handlers, called as their types say, with texts that live until they
        // return; `pointers` has as many places as texts were collected, and a null.
        match event {
            Event::Position(place) => self.core.borrow_mut().set_position(*place),
            Event::StartElement { name, .. } => {
                let Some(handler) = self.start_element.get() else { return };
                let collect = |core: &Parser, texts: &mut Texts| {
                    texts.push_name(core, name);
                    for (name, value) in core.attributes() {
                        texts.push_name(core, name);
                        texts.push(core.bytes(*value));
                    }
                };
                self.with(collect, |all| {
                    if let [name, attributes @ ..] = all {
                        // SAFETY: see above.
                        unsafe { handler(data, *name, attributes.as_ptr()) };
                    }
                });
            }
            Event::EndElement { name } => {
                let Some(handler) = self.end_element.get() else { return };
                // SAFETY: see above.
                self.with(|core, texts| texts.push_name(core, name), |all| unsafe { handler(data, all[0]) });
            }
            Event::CharacterData(text) => self.characters(self.character_data.get(), *text),
            Event::Default(text) => self.characters(self.default.get(), *text),
            Event::ProcessingInstruction { target, data: content } => {
                let Some(handler) = self.processing_instruction.get() else { return };
                let collect = |core: &Parser, texts: &mut Texts| {
                    texts.push(core.bytes(*target));
                    texts.push(core.bytes(*content));
                };
                // SAFETY: see above.
                self.with(collect, |all| unsafe { handler(data, all[0], all[1]) });
            }
            Event::Comment(text) => {
                let Some(handler) = self.comment.get() else { return };
                // SAFETY: see above.
                self.with(|core, texts| texts.push(core.bytes(*text)), |all| unsafe { handler(data, all[0]) });
            }
            Event::StartNamespace { prefix, uri } => {
                let Some(handler) = self.start_namespace.get() else { return };
                let collect = |core: &Parser, texts: &mut Texts| {
                    texts.push_optional(prefix.as_deref());
                    match uri {
                        Some(uri) => texts.push(core.bytes(*uri)),
                        None => texts.push_optional(None),
                    }
                };
                // SAFETY: see above.
                self.with(collect, |all| unsafe { handler(data, all[0], all[1]) });
            }
            Event::EndNamespace { prefix } => {
                let Some(handler) = self.end_namespace.get() else { return };
                let collect = |_: &Parser, texts: &mut Texts| texts.push_optional(prefix.as_deref());
                // SAFETY: see above.
                self.with(collect, |all| unsafe { handler(data, all[0]) });
            }
            Event::StartDoctype { name, system_id, public_id, has_internal_subset } => {
                let Some(handler) = self.start_doctype.get() else { return };
                let collect = |_: &Parser, texts: &mut Texts| {
                    texts.push(name.as_bytes());
                    texts.push_optional(system_id.as_deref());
                    texts.push_optional(public_id.as_deref());
                };
                let subset = c_int::from(*has_internal_subset);
                // SAFETY: see above.
                self.with(collect, |all| unsafe { handler(data, all[0], all[1], all[2], subset) });
            }
            Event::UnknownEncoding(name) => {
                let encoding = self.ask_for_encoding(name);
                self.core.borrow_mut().define_encoding(encoding);
            }
            // The capsule has no functions to listen to these.
            _ => {}
        }
    }

    /// Hands over text with its length.
    fn characters(&self, handler: Option<Characters>, text: Text) {
        let Some(handler) = handler else { return };
        let collect = |core: &Parser, texts: &mut Texts| texts.push(core.bytes(text));
        let length = self.core.borrow().bytes(text).len();
        let data = self.data.get();
        self.with(collect, |all| {
            // SAFETY: a copy of the text, that many bytes long.
            let mut rest = unsafe { core::slice::from_raw_parts(all[0].cast::<u8>(), length) };
            loop {
                let mut end = rest.len().min(LONGEST);
                while end < rest.len() && rest[end] & 0xc0 == 0x80 {
                    end -= 1;
                }
                let (piece, more) = rest.split_at(end);
                // SAFETY: C code's own handler, with text that lives until it returns.
                unsafe { handler(data, piece.as_ptr().cast(), end as c_int) };
                if more.is_empty() || self.doomed.get() {
                    return;
                }
                rest = more;
            }
        });
    }

    /// Asks the handler what the bytes of an encoding mean.
    fn ask_for_encoding(&self, name: &str) -> Option<Encoding> {
        let handler = self.unknown_encoding.get()?;
        let mut told = Described { map: [-1; 256], data: null_mut(), convert: None, release: None };
        let mut known = false;
        let asked: *mut Described = &raw mut told;
        let collect = |_: &Parser, texts: &mut Texts| texts.push(name.as_bytes());
        // SAFETY: C code's own handler; the structure lives until it returns.
        self.with(collect, |all| known = unsafe { handler(self.encoding_data.get(), all[0], asked) } != 0);
        let release = told.release.map(|release| (release, told.data));
        let encoding = known.then(|| described(&told)).flatten();
        if encoding.is_some() {
            self.release.set(release);
        } else if let Some((release, data)) = release {
            // SAFETY: what C code said is to be called for its encoding, once.
            unsafe { release(data) };
        }
        encoding
    }
}

/// The encoding that a handler describes, if it can be one.
fn described(told: &Described) -> Option<Encoding> {
    let mut units = [Unit::Invalid; 256];
    for (unit, &number) in units.iter_mut().zip(&told.map) {
        *unit = match number {
            -1 => Unit::Invalid,
            // Longer sequences can't be; neither can any without a function that reads them.
            ..0 => Unit::Lead(u8::try_from(-i64::from(number)).ok().filter(|_| told.convert.is_some())?),
            _ => Unit::Char(number as u32),
        };
    }
    let (convert, data) = (told.convert, told.data);
    let converter = move |sequence: &[u8]| {
        // SAFETY: C code's own function, which reads as many bytes as it said a sequence has.
        let number = unsafe { convert?(data, sequence.as_ptr().cast()) };
        u32::try_from(number).ok()
    };
    Encoding::from_units(&units, Box::new(converter))
}

/// A parser by its pointer.
///
/// # Safety
/// Null, or made by `create` and not freed.
unsafe fn handle<'a>(parser: Parse) -> Option<&'a Handle> {
    // SAFETY: the caller's promise.
    unsafe { parser.as_ref() }
}

/// The parser of a document that has the limits of all.
///
/// # Safety
/// As [`handle`].
unsafe fn set_limit(parser: Parse, set: impl FnOnce(&Parser)) -> Bool {
    // SAFETY: the caller's promise.
    let Some(handle) = (unsafe { handle(parser) }) else { return 0 };
    let Ok(core) = handle.core.try_borrow() else { return 0 };
    set(&core);
    1
}

c_function! {
    /// The text of an error; null for numbers that are none.
    fn error_string(code: c_int) -> Raw<Chars> {
        Code::of(code.into()).map_or(null(), |code| code.message_c().as_ptr())
    }

    /// The last error, or 0.
    fn error_code(parser: Parse) -> Raw<c_int> {
        handle(parser).map_or(Code::InvalidArgument as c_int, |handle| handle.error.get())
    }

    /// The column of the current event, from 0.
    fn column(parser: Parse) -> Raw<c_ulong> {
        handle(parser).map_or(0, |handle| handle.core.borrow_mut().line_and_column().1)
    }

    /// The line of the current event, from 1.
    fn line(parser: Parse) -> Raw<c_ulong> {
        handle(parser).map_or(0, |handle| handle.core.borrow_mut().line_and_column().0)
    }

    /// Parses a piece of a document; 0 on error. A handler can't parse with its own parser.
    fn parse(parser: Parse, text: Chars, len: c_int, is_final: c_int) -> Raw<Status> {
        let Some(handle) = handle(parser) else { return ERROR };
        if len < 0 || (text.is_null() && len != 0) {
            return handle.fail(Code::InvalidArgument);
        }
        if handle.running.replace(true) {
            return handle.fail(Code::UnexpectedState);
        }
        let status = handle.parse(c_slice(text.cast::<u8>(), len as isize), is_final != 0);
        handle.running.set(false);
        if handle.doomed.get() {
            free(parser);
        }
        status
    }

    /// A parser, with namespaces if there is a separator; null without memory.
    fn create(encoding: Chars, memory: *const Memory, separator: Chars) -> Raw<Parse> {
        unsafe extern "C" fn drop_box(memory: Data) {
            // SAFETY: made as such a box.
            drop(unsafe { Box::from_raw(memory.cast::<core::mem::MaybeUninit<Handle>>()) });
        }
        let (place, free) = match memory.as_ref() {
            Some(memory) => ((memory.malloc)(size_of::<Handle>()).cast::<Handle>(), memory.free),
            None => (Box::into_raw(Box::<Handle>::new_uninit()).cast::<Handle>(), drop_box as _),
        };
        if place.is_null() || !place.is_aligned() {
            return null_mut();
        }
        // Names may have any separator but zero, which stands for none.
        let separator = separator.as_ref().map(|&c| (c != 0).then_some(char::from(c as u8)));
        place.write(Handle {
            core: RefCell::new(Parser::new(c_name(encoding), separator)),
            free,
            data: Cell::new(null_mut()),
            error: Cell::new(0),
            running: Cell::new(false),
            doomed: Cell::new(false),
            start_element: Cell::new(None),
            end_element: Cell::new(None),
            character_data: Cell::new(None),
            processing_instruction: Cell::new(None),
            comment: Cell::new(None),
            default: Cell::new(None),
            start_namespace: Cell::new(None),
            end_namespace: Cell::new(None),
            start_doctype: Cell::new(None),
            unknown_encoding: Cell::new(None),
            encoding_data: Cell::new(null_mut()),
            release: Cell::new(None),
            texts: RefCell::default(),
        });
        place
    }

    /// Frees a parser; when its handler returns, if that calls.
    fn free(parser: Parse) -> Raw<()> {
        let Some(live) = handle(parser) else { return };
        if live.running.get() {
            live.doomed.set(true);
            return;
        }
        let free = live.free;
        core::ptr::drop_in_place(parser);
        free(parser.cast());
    }

    fn set_character_data(parser: Parse, handler: Option<Characters>) -> Raw<()> {
        if let Some(handle) = handle(parser) {
            handle.character_data.set(handler);
        }
    }

    fn set_comment(parser: Parse, handler: Option<Comment>) -> Raw<()> {
        if let Some(handle) = handle(parser) {
            handle.comment.set(handler);
        }
    }

    /// Entities are still expanded.
    fn set_default_expand(parser: Parse, handler: Option<Characters>) -> Raw<()> {
        if let Some(handle) = handle(parser) {
            handle.default.set(handler);
            handle.core.borrow_mut().set_expands(true);
        }
    }

    fn set_element(parser: Parse, start: Option<StartElement>, end: Option<EndElement>) -> Raw<()> {
        if let Some(handle) = handle(parser) {
            handle.start_element.set(start);
            handle.end_element.set(end);
        }
    }

    fn set_namespace(parser: Parse, start: Option<StartNamespace>, end: Option<EndNamespace>) -> Raw<()> {
        if let Some(handle) = handle(parser) {
            handle.start_namespace.set(start);
            handle.end_namespace.set(end);
        }
    }

    fn set_processing_instruction(parser: Parse, handler: Option<ProcessingInstruction>) -> Raw<()> {
        if let Some(handle) = handle(parser) {
            handle.processing_instruction.set(handler);
        }
    }

    fn set_unknown_encoding(parser: Parse, handler: Option<UnknownEncoding>, data: Data) -> Raw<()> {
        if let Some(handle) = handle(parser) {
            handle.unknown_encoding.set(handler);
            handle.encoding_data.set(data);
        }
    }

    /// What handlers get first.
    fn set_user_data(parser: Parse, data: Data) -> Raw<()> {
        if let Some(handle) = handle(parser) {
            handle.data.set(data);
        }
    }

    fn set_start_doctype(parser: Parse, handler: Option<StartDoctype>) -> Raw<()> {
        if let Some(handle) = handle(parser) {
            handle.start_doctype.set(handler);
        }
    }

    /// Names the encoding whatever the document says, or leaves it to the document if null; 0 while parsing.
    fn set_encoding(parser: Parse, name: Chars) -> Raw<Status> {
        let Some(handle) = handle(parser) else { return ERROR };
        if handle.core.borrow_mut().set_encoding(c_name(name)) { OK } else { ERROR }
    }

    /// A handler for unknown encodings that asks Python's codec; an exception is set on error.
    fn default_unknown_encoding[t](_data: Data, name: Chars, info: *mut Described) -> Raw<c_int> {
        if taipan_object::errors::occurred(t) {
            return ERROR;
        }
        let Ok(map) = taipan_std_xml::pyexpat::encoding_map(t, c_name(name).unwrap_or_default()) else {
            return ERROR;
        };
        let map = core::array::from_fn(|b| map[b].map_or(-1, |c| c as c_int));
        info.write(Described { map, data: null_mut(), convert: None, release: None });
        OK
    }

    /// Tables of names have a random key of their own, whatever salt there is; 0 once parsing has begun.
    fn set_hash_salt(parser: Parse, _salt: c_ulong) -> Raw<c_int> {
        handle(parser).is_some_and(|handle| !handle.core.borrow().is_busy()).into()
    }

    /// As `set_hash_salt`.
    fn set_hash_salt_16(parser: Parse, salt: *const [u8; 16]) -> Raw<Bool> {
        (!salt.is_null() && handle(parser).is_some_and(|handle| !handle.core.borrow().is_busy())).into()
    }

    /// Whether partial tokens wait until much more has come in.
    fn set_reparse_deferral(parser: Parse, on: Bool) -> Raw<Bool> {
        match handle(parser) {
            Some(handle) if on <= 1 => {
                handle.core.borrow_mut().set_defers(on == 1);
                1
            }
            _ => 0,
        }
    }

    fn set_memory_threshold(parser: Parse, bytes: c_ulonglong) -> Raw<Bool> {
        set_limit(parser, |core| core.limits().allocation.threshold.set(bytes))
    }

    fn set_memory_factor(parser: Parse, factor: f32) -> Raw<Bool> {
        if factor.is_nan() || factor < 1.0 {
            return 0;
        }
        set_limit(parser, |core| core.limits().allocation.factor.set(factor))
    }

    fn set_expansion_threshold(parser: Parse, bytes: c_ulonglong) -> Raw<Bool> {
        set_limit(parser, |core| core.limits().expansion.threshold.set(bytes))
    }

    fn set_expansion_factor(parser: Parse, factor: f32) -> Raw<Bool> {
        if factor.is_nan() || factor < 1.0 {
            return 0;
        }
        set_limit(parser, |core| core.limits().expansion.factor.set(factor))
    }
}

/// `struct PyExpat_CAPI`.
#[repr(C)]
struct Api {
    magic: Chars,
    size: c_int,
    /// The version that CPython 3.14 says it was compiled with.
    version: [c_int; 3],
    error_string: unsafe extern "C" fn(c_int) -> Chars,
    error_code: unsafe extern "C" fn(Parse) -> c_int,
    column: unsafe extern "C" fn(Parse) -> c_ulong,
    line: unsafe extern "C" fn(Parse) -> c_ulong,
    parse: unsafe extern "C" fn(Parse, Chars, c_int, c_int) -> Status,
    create: unsafe extern "C" fn(Chars, *const Memory, Chars) -> Parse,
    free: unsafe extern "C" fn(Parse),
    set_character_data: unsafe extern "C" fn(Parse, Option<Characters>),
    set_comment: unsafe extern "C" fn(Parse, Option<Comment>),
    set_default_expand: unsafe extern "C" fn(Parse, Option<Characters>),
    set_element: unsafe extern "C" fn(Parse, Option<StartElement>, Option<EndElement>),
    set_namespace: unsafe extern "C" fn(Parse, Option<StartNamespace>, Option<EndNamespace>),
    set_processing_instruction: unsafe extern "C" fn(Parse, Option<ProcessingInstruction>),
    set_unknown_encoding: unsafe extern "C" fn(Parse, Option<UnknownEncoding>, Data),
    set_user_data: unsafe extern "C" fn(Parse, Data),
    set_start_doctype: unsafe extern "C" fn(Parse, Option<StartDoctype>),
    set_encoding: unsafe extern "C" fn(Parse, Chars) -> Status,
    default_unknown_encoding: unsafe extern "C" fn(Data, Chars, *mut Described) -> c_int,
    set_hash_salt: unsafe extern "C" fn(Parse, c_ulong) -> c_int,
    set_reparse_deferral: unsafe extern "C" fn(Parse, Bool) -> Bool,
    set_memory_threshold: unsafe extern "C" fn(Parse, c_ulonglong) -> Bool,
    set_memory_factor: unsafe extern "C" fn(Parse, f32) -> Bool,
    set_expansion_threshold: unsafe extern "C" fn(Parse, c_ulonglong) -> Bool,
    set_expansion_factor: unsafe extern "C" fn(Parse, f32) -> Bool,
    set_hash_salt_16: unsafe extern "C" fn(Parse, *const [u8; 16]) -> Bool,
}

// SAFETY: constants.
unsafe impl Sync for Api {}

const MAGIC: &CStr = c"pyexpat.expat_CAPI 1.1";

static API: Api = Api {
    magic: MAGIC.as_ptr(),
    size: size_of::<Api>() as c_int,
    version: [2, 8, 5],
    error_string,
    error_code,
    column,
    line,
    parse,
    create,
    free,
    set_character_data,
    set_comment,
    set_default_expand,
    set_element,
    set_namespace,
    set_processing_instruction,
    set_unknown_encoding,
    set_user_data,
    set_start_doctype,
    set_encoding,
    default_unknown_encoding,
    set_hash_salt,
    set_reparse_deferral,
    set_memory_threshold,
    set_memory_factor,
    set_expansion_threshold,
    set_expansion_factor,
    set_hash_salt_16,
};

fn capsule(t: &Thread, _module: &PyModule) -> PyResult {
    let api = core::ptr::from_ref(&API).cast_mut().cast::<c_void>();
    // SAFETY: the name is a constant, and nothing is to be destroyed.
    unsafe { capsule::new(t, api, c"pyexpat.expat_CAPI".as_ptr(), None).map(Owned::into_object) }
}

/// Offers the capsule to the module.
pub fn register() {
    capsule::offer("expat_CAPI", capsule);
}
