//! Looks at bytes of the text side by side: how many of them need no attention.

/// Bytes looked at together: as many as most strings and most indentations have at most, so that one look is enough.
pub(crate) const CHUNK: usize = 32;

/// How many bytes from the start are neither quote, backslash nor control character.
#[inline(always)]
pub(crate) fn plain_bytes(chunk: &[u8; CHUNK]) -> usize {
    marks::special(chunk).trailing_zeros() as usize
}

/// How many spaces there are from the start.
#[inline(always)]
pub(crate) fn leading_spaces(chunk: &[u8; CHUNK]) -> usize {
    marks::no_space(chunk).trailing_zeros() as usize
}

/// A bit a byte, the first byte in the lowest.
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod marks {
    use super::CHUNK;
    use core::arch::wasm32::{
        u8x16, u8x16_bitmask, u8x16_eq, u8x16_lt, u8x16_ne, u8x16_splat, v128, v128_or,
    };

    #[inline(always)]
    fn bits(chunk: &[u8; CHUNK], marked: impl Fn(v128) -> v128) -> u32 {
        let half = |at: usize| {
            let byte = |index: usize| chunk[at + index];
            // The compiler makes one load of it.
            let bytes = u8x16(
                byte(0),
                byte(1),
                byte(2),
                byte(3),
                byte(4),
                byte(5),
                byte(6),
                byte(7),
                byte(8),
                byte(9),
                byte(10),
                byte(11),
                byte(12),
                byte(13),
                byte(14),
                byte(15),
            );
            u32::from(u8x16_bitmask(marked(bytes)))
        };
        half(0) | half(16) << 16
    }

    #[inline(always)]
    pub(super) fn special(chunk: &[u8; CHUNK]) -> u32 {
        bits(chunk, |bytes| {
            let quote = u8x16_eq(bytes, u8x16_splat(b'"'));
            let backslash = u8x16_eq(bytes, u8x16_splat(b'\\'));
            let control = u8x16_lt(bytes, u8x16_splat(0x20));
            v128_or(v128_or(quote, backslash), control)
        })
    }

    #[inline(always)]
    pub(super) fn no_space(chunk: &[u8; CHUNK]) -> u32 {
        bits(chunk, |bytes| u8x16_ne(bytes, u8x16_splat(b' ')))
    }
}

/// A bit a byte, the first byte in the lowest.
#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
mod marks {
    use super::CHUNK;

    #[inline(always)]
    fn bits(chunk: &[u8; CHUNK], marked: impl Fn(u8) -> bool) -> u32 {
        let mark = |bits, (at, &byte): (usize, &u8)| bits | u32::from(marked(byte)) << at;
        chunk.iter().enumerate().fold(0, mark)
    }

    #[inline(always)]
    pub(super) fn special(chunk: &[u8; CHUNK]) -> u32 {
        bits(chunk, |byte| (byte == b'"') | (byte == b'\\') | (byte < 0x20))
    }

    #[inline(always)]
    pub(super) fn no_space(chunk: &[u8; CHUNK]) -> u32 {
        bits(chunk, |byte| byte != b' ')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn u4_a_byte_that_needs_attention_is_found_at_every_place() {
        for byte in 0..=255 {
            let special = byte == b'"' || byte == b'\\' || byte < 0x20;
            for at in 0..CHUNK {
                let mut text = [b'x'; CHUNK];
                text[at] = byte;
                assert_eq!(
                    plain_bytes(&text),
                    if special { at } else { CHUNK },
                    "{byte} at {at}"
                );
                let mut spaces = [b' '; CHUNK];
                spaces[at] = byte;
                assert_eq!(leading_spaces(&spaces), if byte == b' ' { CHUNK } else { at });
            }
        }
        assert_eq!(plain_bytes(&[b'"'; CHUNK]), 0);
        assert_eq!(leading_spaces(&[0; CHUNK]), 0);
    }
}
