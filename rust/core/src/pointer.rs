//! Finds the JSON pointer of a place: a second, slow pass that only failures pay for.

use crate::error::Place;
use crate::names::decode;
use crate::token::Spot;

enum Level {
    /// In an object: the key that was read last, if any.
    Object(Option<Vec<u8>>),
    /// In an array: the index of the item.
    Array(usize),
}

/// The place that a spot names. What `minified` holds before it is taken to be well-formed JSON tokens.
pub(crate) fn place_of(minified: &[u8], spot: Spot) -> Place {
    Place {
        pointer: pointer_at(&minified[..spot.written as usize]),
        offset: spot.offset as usize,
        line: spot.line as usize,
        column: spot.column as usize,
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
    fn u4_a_place_is_told_as_pointer() {
        let text = b"{\"a\":{\"x/y~\":[1,\n  {\"\\u0062\": ";
        assert_eq!(pointer_at(text), b"/a/x~1y~0/1/b");
    }

    #[test]
    fn u4_a_key_is_not_yet_a_place() {
        assert_eq!(pointer_at(b"{\"a\":1,\"b\""), b"");
        assert_eq!(pointer_at(b"[1,2"), b"/1");
    }
}
