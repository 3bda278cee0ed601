//! How many bytes of a chunk of a string need no attention.

/// Bytes looked at together.
pub(crate) const CHUNK: usize = 16;

/// How many bytes from the start are neither quote, backslash nor control character.
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
#[inline(always)]
pub(crate) fn plain_bytes(chunk: &[u8; CHUNK]) -> usize {
    use core::arch::wasm32::{u8x16_bitmask, u8x16_eq, u8x16_lt, u8x16_splat, u64x2, v128_or};
    let half = |at: usize| {
        let mut bytes = [0; 8];
        bytes.copy_from_slice(&chunk[at..at + 8]);
        u64::from_le_bytes(bytes)
    };
    let bytes = u64x2(half(0), half(8));
    let special = v128_or(
        v128_or(
            u8x16_eq(bytes, u8x16_splat(b'"')),
            u8x16_eq(bytes, u8x16_splat(b'\\')),
        ),
        u8x16_lt(bytes, u8x16_splat(0x20)),
    );
    // A mark above the sixteen stops the count where there is none.
    (u32::from(u8x16_bitmask(special)) | 1 << CHUNK).trailing_zeros() as usize
}

/// How many bytes from the start are neither quote, backslash nor control character.
#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
#[inline(always)]
pub(crate) fn plain_bytes(chunk: &[u8; CHUNK]) -> usize {
    const ONES: u128 = u128::MAX / 0xff;
    const HIGHS: u128 = ONES << 7;
    let word = u128::from_le_bytes(*chunk);
    let zero_bytes = |word: u128| word.wrapping_sub(ONES) & !word & HIGHS;
    let special = zero_bytes(word ^ (ONES * u128::from(b'"')))
        | zero_bytes(word ^ (ONES * u128::from(b'\\')))
        | (word.wrapping_sub(ONES * 0x20) & !word & HIGHS);
    // The lowest mark is exact; a borrow can only spoil marks above it. Without a mark all are plain.
    (special.trailing_zeros() / 8) as usize
}
