//! `pyexpat.xmlparser`.

use super::raise;
use crate::xml::dtd::Names;
use crate::xml::parser::ParamEntityParsing;
use crate::xml::{Code, Handlers, Parser};
use core::cell::{Cell, RefCell, RefMut};
use std::rc::Rc;
use taipan_object::argparse::{FromArg, Param, Signature, What};
use taipan_object::buffer::Buffer;
use taipan_object::clinic::{CStrArg, CStrOrNone};
use taipan_object::{
    Args, Data, Head, Object, Own, Owned, PyBytes, PyDict, PyInt, PyResult, PyStr, Raised, Slot, Thread, class, err,
    errors, name, new_object, object, singletons,
};
use taipan_types::bytearray::PyByteArray;

/// The handlers, in CPython's order.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(usize)]
pub enum Handler {
    StartElement,
    EndElement,
    ProcessingInstruction,
    CharacterData,
    UnparsedEntityDecl,
    NotationDecl,
    StartNamespaceDecl,
    EndNamespaceDecl,
    Comment,
    StartCdataSection,
    EndCdataSection,
    Default,
    DefaultExpand,
    NotStandalone,
    ExternalEntityRef,
    StartDoctypeDecl,
    EndDoctypeDecl,
    EntityDecl,
    XmlDecl,
    ElementDecl,
    AttlistDecl,
    SkippedEntity,
}

/// How many there are.
const N_HANDLERS: usize = Handler::SkippedEntity as usize + 1;
/// How much text is collected by default.
const BUFFER_SIZE: usize = 8192;
/// How much a file is asked for at a time.
const READ_SIZE: usize = 2048;

impl Handler {
    const fn flag(self) -> u32 {
        match self {
            Self::StartElement => Handlers::START_ELEMENT,
            Self::EndElement => Handlers::END_ELEMENT,
            Self::ProcessingInstruction => Handlers::PROCESSING_INSTRUCTION,
            Self::CharacterData => Handlers::CHARACTER_DATA,
            Self::UnparsedEntityDecl => Handlers::UNPARSED_ENTITY_DECL,
            Self::NotationDecl => Handlers::NOTATION_DECL,
            Self::StartNamespaceDecl => Handlers::START_NAMESPACE,
            Self::EndNamespaceDecl => Handlers::END_NAMESPACE,
            Self::Comment => Handlers::COMMENT,
            Self::StartCdataSection => Handlers::START_CDATA,
            Self::EndCdataSection => Handlers::END_CDATA,
            Self::NotStandalone => Handlers::NOT_STANDALONE,
            Self::ExternalEntityRef => Handlers::EXTERNAL_ENTITY_REF,
            Self::StartDoctypeDecl => Handlers::START_DOCTYPE,
            Self::EndDoctypeDecl => Handlers::END_DOCTYPE,
            Self::EntityDecl => Handlers::ENTITY_DECL,
            Self::XmlDecl => Handlers::XML_DECL,
            Self::ElementDecl => Handlers::ELEMENT_DECL,
            Self::AttlistDecl => Handlers::ATTLIST_DECL,
            Self::SkippedEntity => Handlers::SKIPPED_ENTITY,
            Self::Default | Self::DefaultExpand => Handlers::DEFAULT,
        }
    }
}

/// `pyexpat.xmlparser`.
#[object]
pub struct XmlParser {
    pub core: Data<RefCell<Parser>>,
    pub name_table: Data<Rc<RefCell<Names>>>,
    /// Names by number, once they have been needed.
    pub names: Data<RefCell<Vec<Option<Owned>>>>,
    pub intern: Slot<PyDict>,
    /// The parser that this one reads an external entity for.
    parent: Slot<XmlParser>,
    handlers: [Slot; N_HANDLERS],
    flags: Cell<u32>,
    /// The default handler is the one that expands.
    default_expands: Cell<bool>,
    pub buffer: Data<RefCell<Option<Vec<u8>>>>,
    pub buffer_size: Cell<usize>,
    /// How much text is being handed over.
    pub flushing: Cell<usize>,
    pub ordered_attributes: Cell<bool>,
    pub specified_attributes: Cell<bool>,
    namespace_prefixes: Cell<bool>,
    pub in_callback: Cell<bool>,
    pub running: Cell<bool>,
}

impl XmlParser {
    /// A parser of documents.
    pub fn create(
        t: &Thread,
        encoding: Option<&str>,
        separator: Option<Option<char>>,
        intern: Option<Owned<PyDict>>,
    ) -> PyResult<Owned<Self>> {
        Self::around(t, Parser::new(encoding, separator), intern)
    }

    fn around(t: &Thread, core: Parser, intern: Option<Owned<PyDict>>) -> PyResult<Owned<Self>> {
        let names = core.names();
        new_object(
            t,
            Self {
                head: Head::new(),
                core: Data(RefCell::new(core)),
                name_table: Data(names),
                names: Data(RefCell::default()),
                intern: Slot::from_option(intern),
                parent: Slot::empty(),
                handlers: [const { Slot::empty() }; N_HANDLERS],
                flags: Cell::new(0),
                default_expands: Cell::new(false),
                buffer: Data(RefCell::new(None)),
                buffer_size: Cell::new(BUFFER_SIZE),
                flushing: Cell::new(0),
                ordered_attributes: Cell::new(false),
                specified_attributes: Cell::new(false),
                namespace_prefixes: Cell::new(false),
                in_callback: Cell::new(false),
                running: Cell::new(false),
            },
        )
    }

    /// The parser, which nobody holds while Python code runs.
    pub fn core(&self, t: &Thread) -> PyResult<RefMut<'_, Parser>> {
        self.core.try_borrow_mut().map_err(|_| errors::bad_internal_call(t))
    }

    /// Which handlers the parser knows of.
    pub fn flags(&self) -> Handlers {
        Handlers(self.flags.get())
    }

    /// A handler.
    pub fn handler(&self, which: Handler) -> Option<Owned> {
        self.handlers.get(which as usize).and_then(Slot::get)
    }

    /// The handler of text that nothing else handles.
    pub fn default_handler(&self) -> Handler {
        if self.default_expands.get() { Handler::DefaultExpand } else { Handler::Default }
    }

    /// Forgets all handlers, after an exception.
    pub fn clear_handlers(&self) {
        self.flags.set(0);
        for handler in &self.handlers {
            handler.set(None);
        }
    }

    /// Whether text is collected.
    pub fn is_buffering(&self) -> bool {
        self.buffer.try_borrow().is_ok_and(|buffer| buffer.is_some())
    }

    /// How much text waits, or is being handed over.
    pub fn buffer_used(&self) -> usize {
        if self.flushing.get() > 0 {
            return self.flushing.get();
        }
        self.buffer.try_borrow().map_or(0, |buffer| buffer.as_ref().map_or(0, Vec::len))
    }

    fn set_handler(&self, t: &Thread, which: Handler, value: Option<&Object>) -> PyResult<()> {
        let value = present(t, value)?;
        if which == Handler::CharacterData {
            // What was collected belongs to the old handler.
            self.flush(t)?;
        }
        let value = Some(value).filter(|value| !value.is(singletons::none()));
        let mut flags = self.flags.get() & !which.flag();
        // Within a handler, text goes on to be taken for what has a handler.
        if value.is_some() || which == Handler::CharacterData && self.in_callback.get() {
            flags |= which.flag();
        }
        if matches!(which, Handler::Default | Handler::DefaultExpand) {
            let expands = which == Handler::DefaultExpand;
            self.default_expands.set(expands);
            self.core(t)?.set_expands(expands);
        }
        self.flags.set(flags);
        if let Some(slot) = self.handlers.get(which as usize) {
            slot.set(value.map(Own::own));
        }
        Ok(())
    }

    fn invalid_argument(&self, t: &Thread, message: &str) -> Raised {
        let (line, column) = match self.core(t) {
            Ok(mut core) => core.line_and_column(),
            Err(raised) => return raised,
        };
        raise(t, message, Code::InvalidArgument as i32, line, column)
    }

    fn check_factor(&self, t: &Thread, factor: f64) -> PyResult<f32> {
        let factor = factor as f32;
        if factor.is_nan() || factor < 1.0 {
            return Err(self.invalid_argument(t, "'max_factor' must be at least 1.0"));
        }
        self.check_root(t)?;
        Ok(factor)
    }

    fn check_root(&self, t: &Thread) -> PyResult<()> {
        if self.core(t)?.is_root() { Ok(()) } else { Err(self.invalid_argument(t, "parser must be a root parser")) }
    }

    fn line_and_column(&self, t: &Thread) -> PyResult<(u64, u64)> {
        Ok(self.core(t)?.line_and_column())
    }

    fn byte_index(&self, t: &Thread) -> PyResult<i64> {
        Ok(self.core(t)?.byte_index().map_or(-1, |index| index as i64))
    }

    /// The next piece of a file.
    fn read(&self, t: &Thread, read: &Object, buffer: &mut Vec<u8>) -> PyResult<usize> {
        buffer.clear();
        let result = read.call(t, &[&*PyInt::from_i64(t, READ_SIZE as i64)?])?;
        if let Some(bytes) = result.downcast::<PyBytes>() {
            buffer.extend_from_slice(bytes.as_bytes());
        } else if let Some(bytes) = result.downcast::<PyByteArray>() {
            buffer.extend_from_slice(bytes.as_bytes());
        } else {
            return Err(err!(
                t,
                TypeError,
                "read() did not return a bytes object (type={:.400})",
                result.class().name_lossy()
            ));
        }
        if buffer.len() > READ_SIZE {
            return Err(err!(
                t,
                ValueError,
                "read() returned too much data: {READ_SIZE} bytes requested, {} returned",
                buffer.len()
            ));
        }
        Ok(buffer.len())
    }
}

/// What a setter is given: attributes can't be deleted.
fn present<'a>(t: &Thread, value: Option<&'a Object>) -> PyResult<&'a Object> {
    value.ok_or_else(|| err!(t, RuntimeError, "Cannot delete attribute"))
}

/// XML parser
#[class(name = "pyexpat.xmlparser", heap, flags(HAVE_GC), no_new, fields(intern = intern))]
impl XmlParser {
    /// Parse XML data.
    ///
    /// 'data' can be a bytes-like object or a string.  If it is a string,
    /// the encoding declaration in the XML data is ignored.
    /// 'isfinal' should be true at end of input.
    #[method(text = "($self, data, isfinal=False, /)")]
    fn Parse(&self, t: &Thread, args: Args<'_>) -> PyResult<i32> {
        const SIGNATURE: Signature = Signature {
            fname: "Parse",
            params: &[Param { name: "data", required: true }, Param { name: "isfinal", required: false }],
            pos_only: 2,
            positional: 2,
            varargs: false,
            varkw: false,
        };
        let mut slots = [None; 2];
        args.parse(t, &SIGNATURE, &mut slots)?;
        let [Some(data), is_final] = slots else { return Err(taipan_object::argparse::missing(t)) };
        let is_final = match is_final {
            Some(value) => value.is_true(t)?,
            None => false,
        };
        if let Some(text) = data.downcast::<PyStr>() {
            let text = text.to_utf8(t)?;
            self.core(t)?.set_encoding(Some("utf-8"));
            self.parse(t, text.as_bytes(), is_final)?;
        } else {
            let buffer = Buffer::readable(t, data)?;
            self.parse(t, buffer.as_bytes(), is_final)?;
        }
        Ok(1)
    }

    /// Parse XML data from a binary file-like object.
    ///
    /// Its read() method should return bytes.
    #[method(text = "($self, file, /)")]
    fn ParseFile(&self, t: &Thread, args: Args<'_>) -> PyResult<i32> {
        const SIGNATURE: Signature = Signature {
            fname: "ParseFile",
            params: &[Param { name: "file", required: true }],
            pos_only: 1,
            positional: 1,
            varargs: false,
            varkw: false,
        };
        let mut slots = [None; 1];
        args.parse(t, &SIGNATURE, &mut slots)?;
        let [Some(file)] = slots else { return Err(taipan_object::argparse::missing(t)) };
        let Some(read) = file.getattr_opt(t, name!(t, "read"))? else {
            return Err(err!(t, TypeError, "argument must have 'read' attribute"));
        };
        let mut buffer = Vec::new();
        loop {
            let n = self.read(t, &read, &mut buffer)?;
            self.parse(t, &buffer, n == 0)?;
            if n == 0 {
                return Ok(1);
            }
        }
    }

    /// Set the base URL for the parser.
    #[method(sig = "(base, /)")]
    fn SetBase(&self, t: &Thread, base: CStrArg<'_>) -> PyResult<()> {
        self.core(t)?.set_base(base.0);
        Ok(())
    }

    /// Return base URL string for the parser.
    #[method]
    fn GetBase(&self, t: &Thread) -> PyResult {
        let base = self.core(t)?.base().map(ToString::to_string);
        super::convert::optional(t, base.as_deref())
    }

    /// Return the input which generated the current event as bytes.
    ///
    /// The data is in the encoding of the entity which contains the text.
    /// It extends to the end of the currently buffered input, therefore it
    /// can contain also the data of the following events, and if the event
    /// was generated by a large amount of text, not all of it may be
    /// available.
    #[method]
    fn GetInputContext(&self, t: &Thread) -> PyResult {
        if !self.in_callback.get() {
            return singletons::ok_none();
        }
        let mut core = self.core(t)?;
        match core.context() {
            Some(context) => PyBytes::new(t, context).map(Owned::into_object),
            None => singletons::ok_none(),
        }
    }

    /// Create a parser for parsing an external entity based on the information passed to the ExternalEntityRefHandler.
    #[method(text = "($self, context, encoding=<unrepresentable>,\n                           /)")]
    fn ExternalEntityParserCreate(&self, t: &Thread, args: Args<'_>) -> PyResult<Owned<Self>> {
        const NAME: &str = "ExternalEntityParserCreate";
        const SIGNATURE: Signature = Signature {
            fname: NAME,
            params: &[Param { name: "context", required: true }, Param { name: "encoding", required: false }],
            pos_only: 2,
            positional: 2,
            varargs: false,
            varkw: false,
        };
        let mut slots = [None; 2];
        args.parse(t, &SIGNATURE, &mut slots)?;
        let [Some(context), encoding] = slots else { return Err(taipan_object::argparse::missing(t)) };
        let context = CStrOrNone::from_arg(t, context, What::Position(NAME, 1))?.0;
        let encoding = match encoding {
            Some(encoding) => CStrArg::from_arg(t, encoding, What::Position(NAME, 2))?.0,
            None => None,
        };
        errors::check_memory(t, size_of::<Self>())?;
        let core = self.core(t)?.external(context, encoding).ok_or_else(|| errors::no_memory(t))?;
        let made = Self::around(t, core, self.intern.get())?;
        made.parent.set(Some(self.own()));
        made.flags.set(self.flags.get());
        made.default_expands.set(self.default_expands.get());
        made.buffer_size.set(self.buffer_size.get());
        if self.is_buffering() {
            made.buffer.replace(Some(Vec::new()));
        }
        made.ordered_attributes.set(self.ordered_attributes.get());
        made.specified_attributes.set(self.specified_attributes.get());
        made.namespace_prefixes.set(self.namespace_prefixes.get());
        for (slot, handler) in made.handlers.iter().zip(&self.handlers) {
            slot.set(handler.get());
        }
        Ok(made)
    }

    /// Controls parsing of parameter entities (including the external DTD subset).
    ///
    /// Possible flag values are XML_PARAM_ENTITY_PARSING_NEVER,
    /// XML_PARAM_ENTITY_PARSING_UNLESS_STANDALONE and
    /// XML_PARAM_ENTITY_PARSING_ALWAYS. Returns true if setting the flag
    /// was successful.
    #[method(sig = "(flag, /)")]
    fn SetParamEntityParsing(&self, t: &Thread, flag: i32) -> PyResult<i32> {
        let which = match flag {
            0 => ParamEntityParsing::Never,
            1 => ParamEntityParsing::UnlessStandalone,
            _ => ParamEntityParsing::Always,
        };
        Ok(i32::from(self.core(t)?.set_param_entity_parsing(which)))
    }

    /// Allows the application to provide an artificial external subset if one is not specified as part of the document instance.
    ///
    /// This readily allows the use of a 'default' document type controlled
    /// by the application, while still getting the advantage of providing
    /// document type information to the parser.  'flag' defaults to True if
    /// not provided.
    #[method(sig = "(flag=True, /)")]
    fn UseForeignDTD(&self, t: &Thread, flag: bool) -> PyResult<()> {
        let done = self.core(t)?.set_foreign_dtd(flag);
        done.map_err(|code| self.fail(t, code))
    }

    /// Sets the number of output bytes needed to activate protection against billion laughs attacks.
    ///
    /// The number of output bytes includes amplification from entity expansion
    /// and reading DTD files.
    ///
    /// Parser objects usually have a protection activation threshold of 8 MiB,
    /// but the actual default value depends on the underlying Expat library.
    ///
    /// Activation thresholds below 4 MiB are known to break support for DITA 1.3
    /// payload and are hence not recommended.
    #[method(sig = "(threshold, /)")]
    fn SetBillionLaughsAttackProtectionActivationThreshold(&self, t: &Thread, threshold: Threshold) -> PyResult<()> {
        self.check_root(t)?;
        self.core(t)?.limits().expansion.threshold.set(threshold.0);
        Ok(())
    }

    /// Sets the maximum tolerated amplification factor for protection against billion laughs attacks.
    ///
    /// The amplification factor is calculated as "(direct + indirect) / direct"
    /// while parsing, where "direct" is the number of bytes read from the primary
    /// document in parsing and "indirect" is the number of bytes added by expanding
    /// entities and reading external DTD files, combined.
    ///
    /// The 'max_factor' value must be a non-NaN floating point value greater than
    /// or equal to 1.0. Amplification factors greater than 30,000 can be observed
    /// in the middle of parsing even with benign files in practice. In particular,
    /// the activation threshold should be carefully chosen to avoid false positives.
    ///
    /// Parser objects usually have a maximum amplification factor of 100,
    /// but the actual default value depends on the underlying Expat library.
    #[method(
        sig = "(max_factor, /)",
        text = "($self, max_factor,\n                                                     /)"
    )]
    fn SetBillionLaughsAttackProtectionMaximumAmplification(&self, t: &Thread, max_factor: f64) -> PyResult<()> {
        let factor = self.check_factor(t, max_factor)?;
        self.core(t)?.limits().expansion.factor.set(factor);
        Ok(())
    }

    /// Sets the number of allocated bytes of dynamic memory needed to activate protection against disproportionate use of RAM.
    ///
    /// Parser objects usually have an allocation activation threshold of 64 MiB,
    /// but the actual default value depends on the underlying Expat library.
    #[method(sig = "(threshold, /)")]
    fn SetAllocTrackerActivationThreshold(&self, t: &Thread, threshold: Threshold) -> PyResult<()> {
        self.check_root(t)?;
        self.core(t)?.limits().allocation.threshold.set(threshold.0);
        Ok(())
    }

    /// Sets the maximum amplification factor between direct input and bytes of dynamic memory allocated.
    ///
    /// The amplification factor is calculated as "allocated / direct" while
    /// parsing, where "direct" is the number of bytes read from the primary
    /// document in parsing and "allocated" is the number of bytes of
    /// dynamic memory allocated in the parser hierarchy.
    ///
    /// The 'max_factor' value must be a non-NaN floating point value
    /// greater than or equal to 1.0.  Amplification factors greater than
    /// 100.0 can be observed near the start of parsing even with benign
    /// files in practice.  In particular, the activation threshold should
    /// be carefully chosen to avoid false positives.
    ///
    /// Parser objects usually have a maximum amplification factor of 100,
    /// but the actual default value depends on the underlying Expat library.
    #[method(sig = "(max_factor, /)")]
    fn SetAllocTrackerMaximumAmplification(&self, t: &Thread, max_factor: f64) -> PyResult<()> {
        let factor = self.check_factor(t, max_factor)?;
        self.core(t)?.limits().allocation.factor.set(factor);
        Ok(())
    }

    /// Enable/Disable reparse deferral; enabled by default with Expat >=2.6.0.
    #[method(sig = "(enabled, /)")]
    fn SetReparseDeferralEnabled(&self, t: &Thread, enabled: bool) -> PyResult<()> {
        self.core(t)?.set_defers(enabled);
        Ok(())
    }

    /// Retrieve reparse deferral enabled status; always returns false with Expat <2.6.0.
    #[method]
    fn GetReparseDeferralEnabled(&self, t: &Thread) -> PyResult<bool> {
        Ok(self.core(t)?.defers())
    }

    #[getter]
    fn ErrorCode(&self, t: &Thread) -> PyResult<i32> {
        Ok(self.core(t)?.error().map_or(0, |code| code as i32))
    }

    #[getter]
    fn ErrorLineNumber(&self, t: &Thread) -> PyResult<u64> {
        Ok(self.line_and_column(t)?.0)
    }

    #[getter]
    fn ErrorColumnNumber(&self, t: &Thread) -> PyResult<u64> {
        Ok(self.line_and_column(t)?.1)
    }

    #[getter]
    fn ErrorByteIndex(&self, t: &Thread) -> PyResult<i64> {
        self.byte_index(t)
    }

    #[getter]
    fn CurrentLineNumber(&self, t: &Thread) -> PyResult<u64> {
        Ok(self.line_and_column(t)?.0)
    }

    #[getter]
    fn CurrentColumnNumber(&self, t: &Thread) -> PyResult<u64> {
        Ok(self.line_and_column(t)?.1)
    }

    #[getter]
    fn CurrentByteIndex(&self, t: &Thread) -> PyResult<i64> {
        self.byte_index(t)
    }

    #[getter(name = "buffer_size")]
    fn get_buffer_size(&self, _t: &Thread) -> usize {
        self.buffer_size.get()
    }

    #[setter]
    fn set_buffer_size(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        let Some(number) = present(t, value)?.downcast::<PyInt>() else {
            return Err(err!(t, TypeError, "buffer_size must be an integer"));
        };
        let size =
            number.to_i64().ok_or_else(|| err!(t, OverflowError, "Python int too large to convert to C long"))?;
        if size <= 0 {
            return Err(err!(t, ValueError, "buffer_size must be greater than zero"));
        }
        let Ok(size) = i32::try_from(size) else {
            return Err(err!(t, ValueError, "buffer_size must not be greater than {}", i32::MAX));
        };
        let size = usize::try_from(size).unwrap_or(BUFFER_SIZE);
        if size != self.buffer_size.get() {
            self.flush(t)?;
            self.buffer_size.set(size);
        }
        Ok(())
    }

    #[getter]
    fn buffer_text(&self, _t: &Thread) -> bool {
        self.is_buffering()
    }

    #[setter]
    fn set_buffer_text(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        let on = present(t, value)?.is_true(t)?;
        if on {
            if !self.is_buffering() {
                self.buffer.replace(Some(Vec::new()));
            }
        } else if self.is_buffering() {
            self.flush(t)?;
            self.buffer.replace(None);
        }
        Ok(())
    }

    #[getter(name = "buffer_used")]
    fn get_buffer_used(&self, _t: &Thread) -> usize {
        self.buffer_used()
    }

    #[getter(name = "namespace_prefixes")]
    fn get_namespace_prefixes(&self, _t: &Thread) -> bool {
        self.namespace_prefixes.get()
    }

    #[setter]
    fn set_namespace_prefixes(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        let on = present(t, value)?.is_true(t)?;
        self.namespace_prefixes.set(on);
        self.core(t)?.set_triplets(on);
        Ok(())
    }

    #[getter(name = "ordered_attributes")]
    fn get_ordered_attributes(&self, _t: &Thread) -> bool {
        self.ordered_attributes.get()
    }

    #[setter]
    fn set_ordered_attributes(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        self.ordered_attributes.set(present(t, value)?.is_true(t)?);
        Ok(())
    }

    #[getter(name = "specified_attributes")]
    fn get_specified_attributes(&self, _t: &Thread) -> bool {
        self.specified_attributes.get()
    }

    #[setter]
    fn set_specified_attributes(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        self.specified_attributes.set(present(t, value)?.is_true(t)?);
        Ok(())
    }

    #[getter]
    fn StartElementHandler(&self, _t: &Thread) -> Option<Owned> {
        self.handler(Handler::StartElement)
    }

    #[setter]
    fn set_StartElementHandler(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        self.set_handler(t, Handler::StartElement, value)
    }

    #[getter]
    fn EndElementHandler(&self, _t: &Thread) -> Option<Owned> {
        self.handler(Handler::EndElement)
    }

    #[setter]
    fn set_EndElementHandler(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        self.set_handler(t, Handler::EndElement, value)
    }

    #[getter]
    fn ProcessingInstructionHandler(&self, _t: &Thread) -> Option<Owned> {
        self.handler(Handler::ProcessingInstruction)
    }

    #[setter]
    fn set_ProcessingInstructionHandler(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        self.set_handler(t, Handler::ProcessingInstruction, value)
    }

    #[getter]
    fn CharacterDataHandler(&self, _t: &Thread) -> Option<Owned> {
        self.handler(Handler::CharacterData)
    }

    #[setter]
    fn set_CharacterDataHandler(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        self.set_handler(t, Handler::CharacterData, value)
    }

    #[getter]
    fn UnparsedEntityDeclHandler(&self, _t: &Thread) -> Option<Owned> {
        self.handler(Handler::UnparsedEntityDecl)
    }

    #[setter]
    fn set_UnparsedEntityDeclHandler(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        self.set_handler(t, Handler::UnparsedEntityDecl, value)
    }

    #[getter]
    fn NotationDeclHandler(&self, _t: &Thread) -> Option<Owned> {
        self.handler(Handler::NotationDecl)
    }

    #[setter]
    fn set_NotationDeclHandler(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        self.set_handler(t, Handler::NotationDecl, value)
    }

    #[getter]
    fn StartNamespaceDeclHandler(&self, _t: &Thread) -> Option<Owned> {
        self.handler(Handler::StartNamespaceDecl)
    }

    #[setter]
    fn set_StartNamespaceDeclHandler(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        self.set_handler(t, Handler::StartNamespaceDecl, value)
    }

    #[getter]
    fn EndNamespaceDeclHandler(&self, _t: &Thread) -> Option<Owned> {
        self.handler(Handler::EndNamespaceDecl)
    }

    #[setter]
    fn set_EndNamespaceDeclHandler(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        self.set_handler(t, Handler::EndNamespaceDecl, value)
    }

    #[getter]
    fn CommentHandler(&self, _t: &Thread) -> Option<Owned> {
        self.handler(Handler::Comment)
    }

    #[setter]
    fn set_CommentHandler(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        self.set_handler(t, Handler::Comment, value)
    }

    #[getter]
    fn StartCdataSectionHandler(&self, _t: &Thread) -> Option<Owned> {
        self.handler(Handler::StartCdataSection)
    }

    #[setter]
    fn set_StartCdataSectionHandler(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        self.set_handler(t, Handler::StartCdataSection, value)
    }

    #[getter]
    fn EndCdataSectionHandler(&self, _t: &Thread) -> Option<Owned> {
        self.handler(Handler::EndCdataSection)
    }

    #[setter]
    fn set_EndCdataSectionHandler(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        self.set_handler(t, Handler::EndCdataSection, value)
    }

    #[getter]
    fn DefaultHandler(&self, _t: &Thread) -> Option<Owned> {
        self.handler(Handler::Default)
    }

    #[setter]
    fn set_DefaultHandler(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        self.set_handler(t, Handler::Default, value)
    }

    #[getter]
    fn DefaultHandlerExpand(&self, _t: &Thread) -> Option<Owned> {
        self.handler(Handler::DefaultExpand)
    }

    #[setter]
    fn set_DefaultHandlerExpand(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        self.set_handler(t, Handler::DefaultExpand, value)
    }

    #[getter]
    fn NotStandaloneHandler(&self, _t: &Thread) -> Option<Owned> {
        self.handler(Handler::NotStandalone)
    }

    #[setter]
    fn set_NotStandaloneHandler(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        self.set_handler(t, Handler::NotStandalone, value)
    }

    #[getter]
    fn ExternalEntityRefHandler(&self, _t: &Thread) -> Option<Owned> {
        self.handler(Handler::ExternalEntityRef)
    }

    #[setter]
    fn set_ExternalEntityRefHandler(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        self.set_handler(t, Handler::ExternalEntityRef, value)
    }

    #[getter]
    fn StartDoctypeDeclHandler(&self, _t: &Thread) -> Option<Owned> {
        self.handler(Handler::StartDoctypeDecl)
    }

    #[setter]
    fn set_StartDoctypeDeclHandler(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        self.set_handler(t, Handler::StartDoctypeDecl, value)
    }

    #[getter]
    fn EndDoctypeDeclHandler(&self, _t: &Thread) -> Option<Owned> {
        self.handler(Handler::EndDoctypeDecl)
    }

    #[setter]
    fn set_EndDoctypeDeclHandler(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        self.set_handler(t, Handler::EndDoctypeDecl, value)
    }

    #[getter]
    fn EntityDeclHandler(&self, _t: &Thread) -> Option<Owned> {
        self.handler(Handler::EntityDecl)
    }

    #[setter]
    fn set_EntityDeclHandler(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        self.set_handler(t, Handler::EntityDecl, value)
    }

    #[getter]
    fn XmlDeclHandler(&self, _t: &Thread) -> Option<Owned> {
        self.handler(Handler::XmlDecl)
    }

    #[setter]
    fn set_XmlDeclHandler(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        self.set_handler(t, Handler::XmlDecl, value)
    }

    #[getter]
    fn ElementDeclHandler(&self, _t: &Thread) -> Option<Owned> {
        self.handler(Handler::ElementDecl)
    }

    #[setter]
    fn set_ElementDeclHandler(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        self.set_handler(t, Handler::ElementDecl, value)
    }

    #[getter]
    fn AttlistDeclHandler(&self, _t: &Thread) -> Option<Owned> {
        self.handler(Handler::AttlistDecl)
    }

    #[setter]
    fn set_AttlistDeclHandler(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        self.set_handler(t, Handler::AttlistDecl, value)
    }

    #[getter]
    fn SkippedEntityHandler(&self, _t: &Thread) -> Option<Owned> {
        self.handler(Handler::SkippedEntity)
    }

    #[setter]
    fn set_SkippedEntityHandler(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        self.set_handler(t, Handler::SkippedEntity, value)
    }
}

/// A number of bytes.
#[derive(Clone, Copy)]
pub struct Threshold(u64);

impl<'a> FromArg<'a> for Threshold {
    fn from_arg(t: &'a Thread, arg: &'a Object, _what: What) -> PyResult<Self> {
        let number = taipan_object::number::index(t, arg)?;
        match number.to_i128() {
            Some(n) if n < 0 => Err(err!(t, ValueError, "Cannot convert negative int")),
            Some(n) if n <= i128::from(u64::MAX) => Ok(Self(n as u64)),
            _ => Err(err!(t, OverflowError, "Python int too large for C unsigned long long")),
        }
    }
}
