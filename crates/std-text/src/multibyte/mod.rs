//! `_multibytecodec` and the modules of its codecs: `_codecs_cn`, `_codecs_hk`, `_codecs_iso2022`, `_codecs_jp`,
//! `_codecs_kr`, `_codecs_tw`.
//!
//! CPython's modules hand each other their tables as capsules (`__map_*`). Here they share them in `taipan-text`, so
//! there are none.

mod convert;
mod incremental;

use convert::{Converter, End, Policy, text_of};
use taipan_macros::{class, module, object};
use taipan_object::buffer::Buffer;
use taipan_object::clinic::CStrOrNone;
use taipan_object::module::Builtin;
use taipan_object::{Data, Head, Object, Owned, PyBytes, PyResult, PyStr, Thread, err, new_object};
use taipan_text::buf::TextBuf;
use taipan_text::codec::cjk::{self, Codec};

/// A codec.
#[object]
pub struct MultibyteCodec {
    codec: Data<Codec>,
}

#[class(name = "_multibytecodec.MultibyteCodec", heap, no_new)]
impl MultibyteCodec {
    /// Return an encoded string version of 'input'.
    ///
    /// 'errors' may be given to set a different error handling scheme.
    /// Default is 'strict' meaning that encoding errors raise
    /// a UnicodeEncodeError.  Other possible values are 'ignore', 'replace'
    /// and 'xmlcharrefreplace' as well as any other name registered with
    /// codecs.register_error that can handle UnicodeEncodeErrors.
    #[method(sig = "(input, errors=None)")]
    fn encode(&self, t: &Thread, input: &Object, errors: CStrOrNone<'_>) -> PyResult<(Owned<PyBytes>, usize)> {
        let text = text_of(t, input)?;
        let policy = Policy::new(t, errors.0)?;
        let codec = self.codec.0;
        let (bytes, _) = Converter { t, codec, policy: &policy }.encode(&mut codec.encoder(), &text, End::Reset)?;
        Ok((PyBytes::new(t, &bytes)?, text.len()))
    }

    /// Decodes 'input'.
    ///
    /// 'errors' may be given to set a different error handling scheme.
    /// Default is 'strict' meaning that encoding errors raise
    /// a UnicodeDecodeError.  Other possible values are 'ignore' and
    /// 'replace' as well as any other name registered with
    /// codecs.register_error that is able to handle UnicodeDecodeErrors."
    #[method(sig = "(input, errors=None)")]
    fn decode(&self, t: &Thread, input: Buffer, errors: CStrOrNone<'_>) -> PyResult<(Owned<PyStr>, usize)> {
        let policy = Policy::new(t, errors.0)?;
        let codec = self.codec.0;
        let mut out = TextBuf::with_capacity(input.len());
        let mut pos = 0;
        let converter = Converter { t, codec, policy: &policy };
        if matches!(policy, Policy::Named(_)) {
            // The handler may change the buffer.
            let copy = input.as_bytes().to_vec();
            converter.decode(&mut codec.decoder(), &copy, &mut pos, true, &mut out)?;
        } else {
            converter.decode(&mut codec.decoder(), input.as_bytes(), &mut pos, true, &mut out)?;
        }
        Ok((PyStr::from_buf(t, out)?, input.len()))
    }
}

/// `getcodec()` of a module.
fn getcodec(t: &Thread, known: &[Codec], encoding: &Object) -> PyResult<Owned<MultibyteCodec>> {
    let Some(name) = encoding.downcast::<PyStr>() else {
        return Err(err!(t, TypeError, "encoding name must be a string."));
    };
    // As in C, a NUL ends the name.
    let name = name.to_utf8(t)?.split('\0').next().unwrap_or_default();
    match known.iter().find(|codec| codec.name() == name) {
        Some(&codec) => new_object(t, MultibyteCodec { head: Head::new(), codec: Data(codec) }),
        None => Err(err!(t, LookupError, "no such codec is supported.")),
    }
}

#[module(name = "_multibytecodec")]
pub mod multibytecodec {
    use super::*;
    use taipan_object::typeobject::add_static;

    #[function(sig = "(arg, /)")]
    fn __create_codec(t: &Thread, arg: &Object) -> PyResult<Owned<MultibyteCodec>> {
        // Only the modules of the codecs make what CPython's takes, and they need not ask.
        let _ = arg;
        Err(err!(t, ValueError, "argument type invalid"))
    }

    #[exec]
    fn exec(module: &taipan_object::PyModule, t: &Thread) -> PyResult<()> {
        use incremental::*;
        use taipan_object::Class;
        add_static::<MultibyteCodec>(t)?;
        add_static::<MultibyteIncrementalEncoder>(t)?;
        add_static::<MultibyteIncrementalDecoder>(t)?;
        add_static::<MultibyteStreamReader>(t)?;
        add_static::<MultibyteStreamWriter>(t)?;
        module.set(t, "MultibyteIncrementalEncoder", MultibyteIncrementalEncoder::class().as_object())?;
        module.set(t, "MultibyteIncrementalDecoder", MultibyteIncrementalDecoder::class().as_object())?;
        module.set(t, "MultibyteStreamReader", MultibyteStreamReader::class().as_object())?;
        module.set(t, "MultibyteStreamWriter", MultibyteStreamWriter::class().as_object())
    }
}

macro_rules! codec_modules {
    ($($module:ident $name:literal $known:ident;)*) => {
        $(
            #[module(name = $name)]
            pub mod $module {
                use super::*;

                #[function(sig = "(object, /)", text = "($self, object, /)")]
                fn getcodec(t: &Thread, object: &Object) -> PyResult<Owned<MultibyteCodec>> {
                    super::getcodec(t, cjk::$known, object)
                }

                #[exec]
                fn exec(_module: &taipan_object::PyModule, t: &Thread) -> PyResult<()> {
                    // Its types are made when it is imported.
                    taipan_object::state::import(t, "_multibytecodec").map(drop)
                }
            }
        )*
    };
}

codec_modules! {
    codecs_cn "_codecs_cn" CN;
    codecs_hk "_codecs_hk" HK;
    codecs_iso2022 "_codecs_iso2022" ISO2022;
    codecs_jp "_codecs_jp" JP;
    codecs_kr "_codecs_kr" KR;
    codecs_tw "_codecs_tw" TW;
}

/// The modules of this file.
pub const MODULES: [&Builtin; 7] = [
    &multibytecodec::MODULE,
    &codecs_cn::MODULE,
    &codecs_hk::MODULE,
    &codecs_iso2022::MODULE,
    &codecs_jp::MODULE,
    &codecs_kr::MODULE,
    &codecs_tw::MODULE,
];
