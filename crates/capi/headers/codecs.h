/* The registry of codecs and error handlers. */
%fn PyCodec_BackslashReplaceErrors
%fn PyCodec_Decode
%fn PyCodec_Decoder
%fn PyCodec_Encode
%fn PyCodec_Encoder
%fn PyCodec_IgnoreErrors
%fn PyCodec_IncrementalDecoder
%fn PyCodec_IncrementalEncoder
%fn PyCodec_KnownEncoding
%fn PyCodec_LookupError
%fn PyCodec_Register
%fn PyCodec_RegisterError
%fn PyCodec_ReplaceErrors
%fn PyCodec_StreamReader
%fn PyCodec_StreamWriter
%fn PyCodec_StrictErrors
%fn PyCodec_Unregister
%fn PyCodec_XMLCharRefReplaceErrors
%since 3.5
%fn PyCodec_NameReplaceErrors
%end
%full
%data const char *Py_hexdigits
%end
