//! JSON as the writer spells it (`docs/cache-layout.md`, section 2).

/// A string of WTF-8 bytes.
pub(crate) fn string(bytes: &[u8]) -> Vec<u8> {
    let mut out = vec![b'"'];
    let mut at = 0;
    while at < bytes.len() {
        // Three bytes that begin so are a surrogate, which UTF-8 has no place for.
        if bytes[at] == 0xed && bytes[at + 1] >= 0xa0 {
            let unit = 0xd000 | u32::from(bytes[at + 1] & 63) << 6 | u32::from(bytes[at + 2] & 63);
            out.extend(format!("\\u{unit:04x}").bytes());
            at += 3;
            continue;
        }
        match bytes[at] {
            b'"' => out.extend(b"\\\""),
            b'\\' => out.extend(b"\\\\"),
            b'\n' => out.extend(b"\\n"),
            b'\r' => out.extend(b"\\r"),
            b'\t' => out.extend(b"\\t"),
            control @ 0..0x20 => out.extend(format!("\\u00{control:02x}").bytes()),
            plain => out.push(plain),
        }
        at += 1;
    }
    out.push(b'"');
    out
}

/// Values between brackets.
pub(crate) fn list(brackets: [u8; 2], values: impl IntoIterator<Item = Vec<u8>>) -> Vec<u8> {
    let mut out = vec![brackets[0]];
    for (at, value) in values.into_iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        out.extend(value);
    }
    out.push(brackets[1]);
    out
}

/// An array of strings.
pub(crate) fn strings<'a>(values: impl IntoIterator<Item = &'a Vec<u8>>) -> Vec<u8> {
    list(*b"[]", values.into_iter().map(|value| string(value)))
}

/// A member of an object.
pub(crate) fn member(key: &[u8], value: Vec<u8>) -> Vec<u8> {
    let mut out = string(key);
    out.push(b':');
    out.extend(value);
    out
}

/// An object of these members.
pub(crate) fn object(members: impl IntoIterator<Item = Vec<u8>>) -> Vec<u8> {
    list(*b"{}", members)
}
