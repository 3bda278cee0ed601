//! Strings of the input as byte ranges.
//!
//! An id is data: it may be empty, hold any character, or spell an unpaired surrogate as an escape. Ids are therefore
//! compared as WTF-8 bytes, whose order is the order of code points, in Rust as in Python.

use crate::token::StringToken;

/// A string of the input: a range of the minified text, or of the arena where the text spells it with escapes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Name {
    start: u32,
    end: u32,
    decoded: bool,
}

/// Resolves [`Name`]s to bytes.
#[derive(Debug, Default)]
pub(crate) struct Names {
    /// The minified text.
    pub(crate) text: Vec<u8>,
    /// What strings with escapes decode to.
    arena: Vec<u8>,
}

impl Names {
    /// The WTF-8 bytes of a name.
    pub(crate) fn get(&self, name: Name) -> &[u8] {
        self.get_in(&self.text, name)
    }

    /// The same while the text is still with the scanner.
    pub(crate) fn get_in<'a>(&'a self, text: &'a [u8], name: Name) -> &'a [u8] {
        let buffer = if name.decoded { &self.arena } else { text };
        &buffer[name.start as usize..name.end as usize]
    }

    /// The name that a string token of the text stands for; `content` is what the text has between its quotes.
    pub(crate) fn of_token(&mut self, token: StringToken, content: &[u8]) -> Name {
        if !token.escaped {
            return Name {
                start: token.content.start as u32,
                end: token.content.end as u32,
                decoded: false,
            };
        }
        let from = self.arena.len();
        decode(content, &mut self.arena);
        Name {
            start: from as u32,
            end: self.arena.len() as u32,
            decoded: true,
        }
    }
}

/// Appends the WTF-8 bytes that the content of a valid JSON string stands for.
pub(crate) fn decode(content: &[u8], out: &mut Vec<u8>) {
    let mut i = 0;
    while let Some(&byte) = content.get(i) {
        if byte != b'\\' {
            out.push(byte);
            i += 1;
            continue;
        }
        let escape = content.get(i + 1).copied().unwrap_or(b'\\');
        i += 2;
        match escape {
            b'b' => out.push(8),
            b'f' => out.push(12),
            b'n' => out.push(b'\n'),
            b'r' => out.push(b'\r'),
            b't' => out.push(b'\t'),
            b'u' => {
                let unit = hex4(content, i);
                i += 4;
                let pair = (0xd800..0xdc00).contains(&unit)
                    && content.get(i) == Some(&b'\\')
                    && content.get(i + 1) == Some(&b'u');
                if pair {
                    let low = hex4(content, i + 2);
                    if (0xdc00..0xe000).contains(&low) {
                        i += 6;
                        push_code_point(0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00), out);
                        continue;
                    }
                }
                push_code_point(unit, out);
            }
            other => out.push(other),
        }
    }
}

fn hex4(content: &[u8], at: usize) -> u32 {
    content[at..at + 4].iter().fold(0, |value, &byte| {
        (value << 4) | (byte as char).to_digit(16).unwrap_or(0)
    })
}

/// Appends a code point, an unpaired surrogate included, in the generalised UTF-8 that WTF-8 is.
fn push_code_point(code: u32, out: &mut Vec<u8>) {
    let tail = |shift: u32| 0x80 | ((code >> shift) & 0x3f) as u8;
    match code {
        0..0x80 => out.push(code as u8),
        0x80..0x800 => out.extend([0xc0 | (code >> 6) as u8, tail(0)]),
        0x800..0x10000 => out.extend([0xe0 | (code >> 12) as u8, tail(6), tail(0)]),
        _ => out.extend([0xf0 | (code >> 18) as u8, tail(12), tail(6), tail(0)]),
    }
}

/// Appends WTF-8 bytes as a JSON string, in the one spelling that this crate writes.
pub(crate) fn write_json_string(bytes: &[u8], out: &mut Vec<u8>) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    out.push(b'"');
    let is_plain = |&byte: &u8| byte >= 0x20 && byte != b'"' && byte != b'\\' && byte != 0xed;
    let mut i = bytes
        .iter()
        .position(|byte| !is_plain(byte))
        .unwrap_or(bytes.len());
    out.extend(&bytes[..i]);
    while let Some(&byte) = bytes.get(i) {
        match byte {
            b'"' => out.extend(b"\\\""),
            b'\\' => out.extend(b"\\\\"),
            b'\n' => out.extend(b"\\n"),
            b'\r' => out.extend(b"\\r"),
            b'\t' => out.extend(b"\\t"),
            0..0x20 => out.extend([
                b'\\',
                b'u',
                b'0',
                b'0',
                HEX[(byte >> 4) as usize],
                HEX[(byte & 15) as usize],
            ]),
            // A surrogate (ED A0..BF xx) has no UTF-8, so it stays an escape.
            0xed if bytes.get(i + 1).is_some_and(|&next| next >= 0xa0) => {
                let unit = 0xd000
                    | (u32::from(bytes[i + 1] & 0x3f) << 6)
                    | u32::from(bytes.get(i + 2).copied().unwrap_or(0) & 0x3f);
                out.extend(b"\\u");
                out.extend([12, 8, 4, 0].map(|shift| HEX[((unit >> shift) & 15) as usize]));
                i += 2;
            }
            _ => out.push(byte),
        }
        i += 1;
    }
    out.push(b'"');
}

/// Characters of WTF-8 bytes.
pub(crate) fn count_characters(bytes: &[u8]) -> usize {
    bytes.iter().filter(|&&byte| byte & 0xc0 != 0x80).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(text: &str) -> Vec<u8> {
        let mut out = Vec::new();
        decode(text.as_bytes(), &mut out);
        out
    }

    #[test]
    fn u5_escapes_decode_to_the_bytes_they_stand_for() {
        assert_eq!(decoded(r#"a\"\\\/\b\f\n\r\tz"#), b"a\"\\/\x08\x0c\n\r\tz");
        assert_eq!(decoded(r"\u00e9\u65e5\ud83d\ude00"), "é日😀".as_bytes());
    }

    #[test]
    fn u5_unpaired_surrogates_survive_a_round_trip() {
        for text in [r"\ud800", r"\udfff x", r"\ud800\ud83d\ude00", r"\ud800A"] {
            let bytes = decoded(text);
            let mut json = Vec::new();
            write_json_string(&bytes, &mut json);
            assert_eq!(
                decoded(std::str::from_utf8(&json[1..json.len() - 1]).unwrap()),
                bytes
            );
        }
    }

    #[test]
    fn u5_order_of_bytes_is_order_of_code_points() {
        assert!(decoded(r"\uffff") < decoded(r"\ud800\udc00"));
        assert!(decoded(r"\ud800") < decoded(r"\ue000"));
    }
}
