//! A 32-bit word in each of four lanes: a vector where the target has them, else an array.

pub(crate) const LANES: usize = 4;

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod word {
    use core::arch::wasm32::{
        i8x16_shuffle, u32x4, u32x4_add, u32x4_extract_lane, u32x4_shl, u32x4_shr, u32x4_splat, v128,
        v128_and, v128_bitselect, v128_or, v128_xor,
    };

    #[derive(Clone, Copy)]
    pub(crate) struct Word(v128);

    impl Word {
        #[inline(always)]
        pub(crate) fn new(lanes: [u32; 4]) -> Word {
            Word(u32x4(lanes[0], lanes[1], lanes[2], lanes[3]))
        }

        #[inline(always)]
        pub(crate) fn splat(value: u32) -> Word {
            Word(u32x4_splat(value))
        }

        pub(crate) fn lanes(self) -> [u32; 4] {
            [
                u32x4_extract_lane::<0>(self.0),
                u32x4_extract_lane::<1>(self.0),
                u32x4_extract_lane::<2>(self.0),
                u32x4_extract_lane::<3>(self.0),
            ]
        }

        #[inline(always)]
        pub(crate) fn add(self, other: Word) -> Word {
            Word(u32x4_add(self.0, other.0))
        }

        #[inline(always)]
        pub(crate) fn xor(self, other: Word) -> Word {
            Word(v128_xor(self.0, other.0))
        }

        #[inline(always)]
        pub(crate) fn and(self, other: Word) -> Word {
            Word(v128_and(self.0, other.0))
        }

        #[inline(always)]
        pub(crate) fn rotate(self, by: u32) -> Word {
            Word(v128_or(u32x4_shr(self.0, by), u32x4_shl(self.0, 32 - by)))
        }

        #[inline(always)]
        pub(crate) fn shift(self, by: u32) -> Word {
            Word(u32x4_shr(self.0, by))
        }

        /// Bits of `yes` where `self` is set, of `no` elsewhere.
        #[inline(always)]
        pub(crate) fn choose(self, yes: Word, no: Word) -> Word {
            Word(v128_bitselect(yes.0, no.0, self.0))
        }

        #[inline(always)]
        pub(crate) fn swap_bytes(self) -> Word {
            Word(i8x16_shuffle::<
                3,
                2,
                1,
                0,
                7,
                6,
                5,
                4,
                11,
                10,
                9,
                8,
                15,
                14,
                13,
                12,
            >(self.0, self.0))
        }
    }
}

#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
mod word {
    #[derive(Clone, Copy)]
    pub(crate) struct Word([u32; 4]);

    impl Word {
        pub(crate) fn new(lanes: [u32; 4]) -> Word {
            Word(lanes)
        }

        pub(crate) fn splat(value: u32) -> Word {
            Word([value; 4])
        }

        pub(crate) fn lanes(self) -> [u32; 4] {
            self.0
        }

        #[inline(always)]
        fn each(self, other: Word, f: impl Fn(u32, u32) -> u32) -> Word {
            let ([a, b, c, d], [x, y, z, w]) = (self.0, other.0);
            Word([f(a, x), f(b, y), f(c, z), f(d, w)])
        }

        #[inline(always)]
        pub(crate) fn add(self, other: Word) -> Word {
            self.each(other, u32::wrapping_add)
        }

        #[inline(always)]
        pub(crate) fn xor(self, other: Word) -> Word {
            self.each(other, |a, b| a ^ b)
        }

        #[inline(always)]
        pub(crate) fn and(self, other: Word) -> Word {
            self.each(other, |a, b| a & b)
        }

        #[inline(always)]
        pub(crate) fn rotate(self, by: u32) -> Word {
            self.each(self, |a, _| a.rotate_right(by))
        }

        #[inline(always)]
        pub(crate) fn shift(self, by: u32) -> Word {
            self.each(self, |a, _| a >> by)
        }

        /// Bits of `yes` where `self` is set, of `no` elsewhere.
        #[inline(always)]
        pub(crate) fn choose(self, yes: Word, no: Word) -> Word {
            no.xor(self.each(yes.xor(no), |a, b| a & b))
        }

        #[inline(always)]
        pub(crate) fn swap_bytes(self) -> Word {
            self.each(self, |a, _| a.swap_bytes())
        }
    }
}

pub(crate) use word::Word;
