//! Finds the JSON pointer, line and column of an offset: a second, slow pass that only failures pay for.

use crate::error::Place;
use crate::names::decode;

enum Level {
    /// In an object: the key that was read last, if any.
    Object(Option<Vec<u8>>),
    /// In an array: the index of the item.
    Array(usize),
}

/// The place of the byte at `offset`. Everything before `offset` is taken to be well-formed JSON tokens.
pub(crate) fn place_at(text: &[u8], offset: usize) -> Place {
    let before = &text[..offset.min(text.len())];
    let line_start = before
        .iter()
        .rposition(|&byte| byte == b'\n')
        .map_or(0, |at| at + 1);
    Place {
        pointer: pointer_at(before),
        offset: before.len(),
        line: before.iter().filter(|&&byte| byte == b'\n').count() + 1,
        column: before.len() - line_start + 1,
    }
}

fn pointer_at(before: &[u8]) -> Vec<u8> {
    let mut levels: Vec<Level> = Vec::new();
    let mut last_string: Option<(usize, usize)> = None;
    let mut i = 0;
    while let Some(&byte) = before.get(i) {
        match byte {
            b'"' => {
                let start = i + 1;
                i = start;
                while let Some(&byte) = before.get(i) {
                    match byte {
                        b'"' => break,
                        b'\\' => i += 2,
                        _ => i += 1,
                    }
                }
                last_string = (i < before.len()).then_some((start, i));
            }
            b':' => {
                if let (Some(Level::Object(key)), Some((start, end))) = (levels.last_mut(), last_string) {
                    let mut name = Vec::new();
                    decode(&before[start..end], &mut name);
                    *key = Some(name);
                }
            }
            b'{' => levels.push(Level::Object(None)),
            b'[' => levels.push(Level::Array(0)),
            b'}' | b']' => {
                levels.pop();
            }
            b',' => match levels.last_mut() {
                Some(Level::Object(key)) => *key = None,
                Some(Level::Array(index)) => *index += 1,
                None => {}
            },
            _ => {}
        }
        i += 1;
    }
    let mut pointer = Vec::new();
    for level in &levels {
        match level {
            Level::Object(Some(key)) => push_token(key, &mut pointer),
            Level::Object(None) => {}
            Level::Array(index) => push_token(index.to_string().as_bytes(), &mut pointer),
        }
    }
    pointer
}

/// Appends `/token`, escaped as RFC 6901 asks.
pub(crate) fn push_token(token: &[u8], pointer: &mut Vec<u8>) {
    pointer.push(b'/');
    for &byte in token {
        match byte {
            b'~' => pointer.extend(b"~0"),
            b'/' => pointer.extend(b"~1"),
            _ => pointer.push(byte),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn u4_a_place_is_told_as_pointer_line_and_column() {
        let text = b"{\"a\":{\"x/y~\":[1,\n  {\"\\u0062\": !";
        let place = place_at(text, text.len() - 1);
        assert_eq!(place.pointer, b"/a/x~1y~0/1/b");
        assert_eq!((place.line, place.column), (2, 14));
    }

    #[test]
    fn u4_a_key_is_not_yet_a_place() {
        assert_eq!(place_at(b"{\"a\":1,\"b\"", 10).pointer, b"");
        assert_eq!(place_at(b"[1,2", 4).pointer, b"/1");
    }
}
