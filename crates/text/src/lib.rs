//! Unicode data, codecs, format-spec parsing, the regex engine. No objects, no unsafe.
