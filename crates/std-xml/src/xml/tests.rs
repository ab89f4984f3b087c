//! The parser by itself: what it reports, however its input is cut.

use super::event::{Event, Handlers, Step};
use super::{Code, Name, Parser};

const ALL: Handlers = Handlers(u32::MAX);

/// Parses pieces; gives the events as text, and the error with its place.
fn parse(parser: &mut Parser, pieces: &[&[u8]]) -> (String, Option<(Code, u64, u64)>) {
    let mut out = String::new();
    for (i, piece) in pieces.iter().enumerate() {
        if let Err(code) = parser.feed(piece, i + 1 == pieces.len()) {
            return (out, Some((code, 0, 0)));
        }
        loop {
            match parser.step(ALL) {
                Step::Done => break,
                Step::Failed(code) => {
                    let (line, column) = parser.line_and_column();
                    return (out, Some((code, line, column)));
                }
                Step::Events => {
                    let events = parser.take_events();
                    for event in &events {
                        show(parser, event, &mut out);
                    }
                    parser.reuse_events(events);
                }
            }
        }
    }
    (out, None)
}

fn show(parser: &mut Parser, event: &Event, out: &mut String) {
    let names = parser.names();
    let name_of = |name: &Name| match name {
        Name::Id(id) => names.borrow().get(*id).to_string(),
        Name::Long(text) => text.to_string(),
    };
    match event {
        Event::StartElement { name, .. } => {
            out.push_str(&format!("<{}", name_of(name)));
            for (name, value) in parser.attributes() {
                let value = String::from_utf8_lossy(parser.bytes(*value));
                out.push_str(&format!(" {}={value:?}", name_of(name)));
            }
            out.push('>');
        }
        Event::EndElement { name } => out.push_str(&format!("</{}>", name_of(name))),
        Event::CharacterData(text) => out.push_str(&String::from_utf8_lossy(parser.bytes(*text))),
        Event::Comment(text) => out.push_str(&format!("<!--{}-->", String::from_utf8_lossy(parser.bytes(*text)))),
        Event::ExternalEntityRef(_) | Event::NotStandalone => parser.answer(true),
        Event::Position(place) => parser.set_position(*place),
        _ => {}
    }
}

fn whole(document: &[u8]) -> (String, Option<(Code, u64, u64)>) {
    parse(&mut Parser::new(None, None), &[document])
}

#[test]
fn cuts_do_not_matter() {
    let documents: [&[u8]; 6] = [
        b"<?xml version='1.0'?><a b='1  2' c='&amp;&#x41;\n'>t&lt;x<!-- c --><b/>\r\n]]</a>\n",
        "<é ü='ö'>漢字😀</é>".as_bytes(),
        b"<!DOCTYPE a [<!ENTITY e '<b>&f;</b>'><!ENTITY f 'x'><!ATTLIST a d CDATA 'v'>]><a>&e;&e;</a>",
        b"<a><![CDATA[<x>]] >]]></a>",
        b"\xff\xfe<\0a\0>\0\xe9\0=\xd8\0\xde<\0/\0a\0>\0",
        b"<?xml version='1.0' encoding='iso-8859-1'?><a>\xe9</a>",
    ];
    for document in documents {
        let (expected, error) = whole(document);
        assert_eq!(error, None, "{document:?}");
        let bytes: Vec<&[u8]> = document.chunks(1).collect();
        let mut parser = Parser::new(None, None);
        parser.set_defers(false);
        assert_eq!(parse(&mut parser, &bytes), (expected.clone(), None));
        for at in 0..document.len() {
            let (a, b) = document.split_at(at);
            assert_eq!(parse(&mut Parser::new(None, None), &[a, b]), (expected.clone(), None));
        }
    }
}

#[test]
fn errors_have_places() {
    for (document, expected) in [
        (&b""[..], (Code::NoElements, 1, 0)),
        (b"<a>", (Code::NoElements, 1, 3)),
        (b"<a>\n</b>", (Code::TagMismatch, 2, 2)),
        (b"<a b='' b=''/>", (Code::DuplicateAttribute, 1, 8)),
        (b"<a/>x", (Code::JunkAfterDocElement, 1, 4)),
        (b"<a>&x;</a>", (Code::UndefinedEntity, 1, 3)),
        (b"<a>\x01</a>", (Code::InvalidToken, 1, 3)),
        (b"<a>]]></a>", (Code::InvalidToken, 1, 5)),
        (b"<!DOCTYPE a [<!ENTITY e '&e;'>]><a>&e;</a>", (Code::RecursiveEntityRef, 1, 35)),
        (b"<a>\xe9", (Code::PartialChar, 1, 3)),
        (b"<a", (Code::UnclosedToken, 1, 0)),
    ] {
        assert_eq!(whole(document).1, Some(expected), "{document:?}");
    }
}

#[test]
fn namespaces_are_expanded() {
    let mut parser = Parser::new(None, Some(Some(' ')));
    let document = b"<a xmlns='u' xmlns:p='v' p:x='1' y='2'><p:b xmlns=''><c/></p:b></a>";
    let (events, error) = parse(&mut parser, &[document]);
    assert_eq!(error, None);
    assert_eq!(events, "<u a v x=\"1\" y=\"2\"><v b><c></c></v b></u a>");
    let error = parse(&mut Parser::new(None, Some(Some(' '))), &[b"<p:a/>"]).1;
    assert_eq!(error.map(|e| e.0), Some(Code::UnboundPrefix));
}

#[test]
fn hostile_entities_end() {
    let mut document = String::from("<!DOCTYPE a [<!ENTITY e0 'xxxxxxxxxx'>");
    for i in 1..12 {
        document.push_str(&format!("<!ENTITY e{i} '{}'>", format!("&e{};", i - 1).repeat(10)));
    }
    document.push_str("]><a>&e11;</a>");
    assert_eq!(whole(document.as_bytes()).1.map(|e| e.0), Some(Code::AmplificationLimitBreach));
    document = document.replace("<a>&e11;</a>", "<a b='&e11;'/>");
    assert_eq!(whole(document.as_bytes()).1.map(|e| e.0), Some(Code::AmplificationLimitBreach));
    // A chain of entities, each within the other, takes no native stack.
    let mut document = String::from("<!DOCTYPE a [<!ENTITY e0 'x'>");
    for i in 1..20_000 {
        document.push_str(&format!("<!ENTITY e{i} '&e{};'>", i - 1));
    }
    document.push_str("]><a>&e19999;</a>");
    assert_eq!(whole(document.as_bytes()), ("<a>x</a>".to_string(), None));
    // Elements within elements do not either.
    let deep = "<a>".repeat(200_000) + &"</a>".repeat(200_000);
    assert_eq!(whole(deep.as_bytes()).1, None);
}
