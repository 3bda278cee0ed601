//! SHA-256 and the small hash that spreads ids over parts.

use crate::hash_many::sha256_many;

/// A SHA-256.
pub(crate) type Hash = [u8; 32];

/// How many bytes of a SHA-256 name an object: 160 bits, beyond any collision that can be made.
pub(crate) const KEY_BYTES: usize = 20;

/// SHA-256 over pieces laid one after the other. Four messages at once cost as much: see [`sha256_many`].
pub(crate) fn sha256<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Hash {
    sha256_many(&[pieces.into_iter().collect()])[0]
}

/// Appends bytes in hex.
pub(crate) fn write_hex(bytes: &[u8], out: &mut Vec<u8>) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    for &byte in bytes {
        out.push(DIGITS[(byte >> 4) as usize]);
        out.push(DIGITS[(byte & 15) as usize]);
    }
}

/// Appends bytes in base64url without padding: two thirds of what hex takes.
pub(crate) fn write_base64url(bytes: &[u8], out: &mut Vec<u8>) {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    for chunk in bytes.chunks(3) {
        let group = chunk
            .iter()
            .enumerate()
            .fold(0, |group, (at, &byte)| group | usize::from(byte) << (16 - 8 * at));
        for digit in 0..=chunk.len() {
            out.push(DIGITS[(group >> (18 - 6 * digit)) & 63]);
        }
    }
}

/// FNV-1a, 32 bits: which part an id stands in. Not for identity, so it need not resist anybody.
pub(crate) fn fnv1a(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0x811c_9dc5, |hash, &byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    })
}

/// Tells most strings apart by four bytes. Nothing but the order of a sort depends on it, so it need not resist anybody.
pub(crate) fn mix(bytes: &[u8]) -> u32 {
    const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut chunks = bytes.chunks_exact(8);
    let mut hash = bytes.len() as u64;
    for chunk in &mut chunks {
        let mut word = [0; 8];
        word.copy_from_slice(chunk);
        hash = (hash ^ u64::from_le_bytes(word))
            .wrapping_mul(FACTOR)
            .rotate_left(29);
    }
    for &byte in chunks.remainder() {
        hash = hash << 8 ^ hash >> 56 ^ u64::from(byte);
    }
    (hash.wrapping_mul(FACTOR) >> 32) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_answers() {
        let mut hex = Vec::new();
        write_hex(&sha256([&b"ab"[..], b"c"]), &mut hex);
        assert_eq!(
            hex,
            b"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
        for (bytes, text) in [
            (&b""[..], &b""[..]),
            (b"f", b"Zg"),
            (b"fo", b"Zm8"),
            (b"\xfb\xff\xbf", b"-_-_"),
        ] {
            let mut out = Vec::new();
            write_base64url(bytes, &mut out);
            assert_eq!(out, text);
        }
        assert_eq!(fnv1a(b""), 0x811c_9dc5);
        assert_eq!(fnv1a(b"foobar"), 0xbf9c_f968);
    }
}
