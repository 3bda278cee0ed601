//! Recognises what people plausibly hand in for a spec, so that the error can say what to do (U33).

use crate::error::NotASpec;

/// Namespaces that tell the diagrams apart.
const BPMN: &[u8] = b"omg.org/spec/BPMN";
const DMN: &[u8] = b"omg.org/spec/DMN";
/// A root element stands within the first bytes; a namespace found later belongs to something inside.
const HEAD: usize = 4096;

/// What a text is that does not even begin as JSON does. JSON itself gives `None`.
pub(crate) fn recognise_text(text: &[u8]) -> Option<NotASpec> {
    if text.starts_with(&[0x1f, 0x8b]) {
        return Some(NotASpec::Gzip);
    }
    if text.starts_with(b"PK\x03\x04") {
        return Some(NotASpec::Zip);
    }
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    let start = text.iter().position(|byte| !byte.is_ascii_whitespace())?;
    if text[start] != b'<' {
        return None;
    }
    let head = &text[start..text.len().min(start + HEAD)];
    let place = |needle: &[u8]| head.windows(needle.len()).position(|window| window == needle);
    Some(match (place(BPMN), place(DMN)) {
        (Some(bpmn), Some(dmn)) if dmn < bpmn => NotASpec::DmnXml,
        (Some(_), _) => NotASpec::BpmnXml,
        (None, Some(_)) => NotASpec::DmnXml,
        (None, None) => NotASpec::Xml,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn u33_diagrams_and_archives_are_told_from_specs() {
        for (text, kind) in [
            (&b"\x1f\x8b\x08\0"[..], Some(NotASpec::Gzip)),
            (b"PK\x03\x04...", Some(NotASpec::Zip)),
            (
                b"\xef\xbb\xbf<?xml version=\"1.0\"?>\n<bpmn:definitions xmlns:bpmn=\"http://www.omg.org/spec/BPMN/20100524/MODEL\">",
                Some(NotASpec::BpmnXml),
            ),
            (
                b"<definitions xmlns=\"https://www.omg.org/spec/DMN/20191111/MODEL/\">",
                Some(NotASpec::DmnXml),
            ),
            (b"<html></html>", Some(NotASpec::Xml)),
            (b" {\"spec\":1}", None),
            (b"", None),
        ] {
            assert_eq!(recognise_text(text), kind);
        }
    }
}
