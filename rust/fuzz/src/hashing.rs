//! The hashes of `docs/cache-layout.md`, section 2.

use sha2::{Digest, Sha256};

pub(crate) fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Six bits a character, zeros behind the last.
pub(crate) fn base64url(bytes: &[u8]) -> String {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let bits: Vec<u8> = bytes
        .iter()
        .flat_map(|byte| (0..8).rev().map(move |at| byte >> at & 1))
        .collect();
    bits.chunks(6)
        .map(|chunk| {
            let digit = (0..6).fold(0, |digit, at| digit << 1 | chunk.get(at).copied().unwrap_or(0));
            DIGITS[usize::from(digit)] as char
        })
        .collect()
}

/// The first 160 bits, by which stored values are named.
pub(crate) fn short(hash: &[u8; 32]) -> String {
    base64url(&hash[..20])
}

pub(crate) fn fnv1a(bytes: &[u8]) -> usize {
    let mut hash: u32 = 0x811c_9dc5;
    for &byte in bytes {
        hash ^= u32::from(byte);
        hash = hash.wrapping_mul(0x0100_0193);
    }
    hash as usize
}
