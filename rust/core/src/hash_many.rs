//! SHA-256 of many messages at once: four run side by side, one in each lane of a vector.
//!
//! A workflow is dozens to thousands of messages of very different lengths, so lanes are refilled as they run out, the
//! longest message first. What remains of a last message runs with the other lanes idle: plain code would be twice as fast for
//! that, and as long as all the rest of hashing.

use crate::hash::Hash;
use crate::lanes::{LANES, Word};
use crate::order::order;

const BLOCK: usize = 64;

const ROUNDS: [u32; 64] = [
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
];

const START: [u32; 8] = [
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
];

/// One block in every lane.
#[inline(never)]
fn compress_lanes(state: &mut [Word; 8], blocks: &[[u8; BLOCK]; LANES]) {
    let mut schedule = [Word::splat(0); 16];
    for (t, word) in schedule.iter_mut().enumerate() {
        let at = |lane: usize| {
            let mut bytes = [0; 4];
            bytes.copy_from_slice(&blocks[lane][t * 4..t * 4 + 4]);
            u32::from_le_bytes(bytes)
        };
        *word = Word::new([at(0), at(1), at(2), at(3)]).swap_bytes();
    }
    let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = *state;
    // The majority of a, b and c takes b ^ c, which is the a ^ b of the round before.
    let mut differs = b.xor(c);
    for round in 0..4 {
        // Unrolled by hand: with fixed indexes the schedule stays in registers.
        macro_rules! step {
            ($($t:literal)*) => {$(
                if round > 0 {
                    let (x, y) = (schedule[($t + 1) % 16], schedule[($t + 14) % 16]);
                    let small0 = x.rotate(7).xor(x.rotate(18)).xor(x.shift(3));
                    let small1 = y.rotate(17).xor(y.rotate(19)).xor(y.shift(10));
                    schedule[$t] = schedule[$t].add(small0).add(schedule[($t + 9) % 16]).add(small1);
                }
                let large1 = e.rotate(6).xor(e.rotate(11)).xor(e.rotate(25));
                let constant = Word::splat(ROUNDS[round * 16 + $t]);
                let first = h.add(large1).add(e.choose(f, g)).add(constant).add(schedule[$t]);
                let large0 = a.rotate(2).xor(a.rotate(13)).xor(a.rotate(22));
                let now = a.xor(b);
                let second = large0.add(b.xor(now.and(differs)));
                differs = now;
                (h, g, f, e, d, c, b, a) = (g, f, e, d.add(first), c, b, a, first.add(second));
            )*};
        }
        step!(0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15);
    }
    for (word, now) in state.iter_mut().zip([a, b, c, d, e, f, g, h]) {
        *word = word.add(now);
    }
}

/// A message, in pieces, as it is cut into blocks.
struct Message<'a> {
    pieces: &'a [&'a [u8]],
    /// Bytes of the first piece that are used.
    used: usize,
    bytes: u64,
    /// Whether the bit that ends a message is written.
    ended: bool,
    /// Whether the last block is given out.
    done: bool,
}

impl<'a> Message<'a> {
    fn new(pieces: &'a [&'a [u8]]) -> Self {
        Message {
            pieces,
            used: 0,
            bytes: pieces.iter().map(|piece| piece.len() as u64).sum(),
            ended: false,
            done: false,
        }
    }

    /// The next block, padding included. There is one until `done`.
    #[inline]
    fn next_block(&mut self, block: &mut [u8; BLOCK]) {
        if let Some(whole) = self
            .pieces
            .first()
            .and_then(|piece| piece.get(self.used..self.used + BLOCK))
        {
            block.copy_from_slice(whole);
            self.used += BLOCK;
            return;
        }
        let mut filled = 0;
        while filled < BLOCK {
            let Some((first, rest)) = self.pieces.split_first() else {
                break;
            };
            let take = (first.len() - self.used).min(BLOCK - filled);
            block[filled..filled + take].copy_from_slice(&first[self.used..self.used + take]);
            filled += take;
            self.used += take;
            if self.used == first.len() {
                self.pieces = rest;
                self.used = 0;
            }
        }
        if filled == BLOCK {
            return;
        }
        block[filled..].fill(0);
        if !self.ended {
            block[filled] = 0x80;
            self.ended = true;
            filled += 1;
        }
        if filled <= BLOCK - 8 {
            block[BLOCK - 8..].copy_from_slice(&(self.bytes * 8).to_be_bytes());
            self.done = true;
        }
    }
}

struct Lane<'a> {
    index: usize,
    message: Message<'a>,
}

/// The SHA-256 of every message; a message is pieces laid one after the other.
pub(crate) fn sha256_many(messages: &[Vec<&[u8]>]) -> Vec<Hash> {
    let sizes: Vec<usize> = messages
        .iter()
        .map(|pieces| pieces.iter().map(|piece| piece.len()).sum())
        .collect();
    let mut waiting = order(messages.len(), &|a, b| sizes[b].cmp(&sizes[a])).into_iter();
    let mut hashes = vec![[0; 32]; messages.len()];
    let mut lanes: [Option<Lane<'_>>; LANES] = [None, None, None, None];
    let mut state = [Word::splat(0); 8];
    let mut blocks = [[0; BLOCK]; LANES];
    loop {
        for (at, lane) in lanes.iter_mut().enumerate() {
            if lane.as_ref().is_some_and(|lane| !lane.message.done) {
                continue;
            }
            if let Some(done) = lane.take() {
                hashes[done.index] = digest(&state.map(|word| word.lanes()[at]));
            }
            if let Some(index) = waiting.next() {
                *lane = Some(Lane {
                    index,
                    message: Message::new(&messages[index]),
                });
                for (word, start) in state.iter_mut().zip(START) {
                    let mut lanes = word.lanes();
                    lanes[at] = start;
                    *word = Word::new(lanes);
                }
            }
        }
        if lanes.iter().all(Option::is_none) {
            return hashes;
        }
        for (lane, block) in lanes.iter_mut().zip(&mut blocks) {
            if let Some(lane) = lane {
                lane.message.next_block(block);
            }
        }
        compress_lanes(&mut state, &blocks);
    }
}

fn digest(state: &[u32; 8]) -> Hash {
    let mut hash = [0; 32];
    for (bytes, word) in hash.chunks_exact_mut(4).zip(state) {
        bytes.copy_from_slice(&word.to_be_bytes());
    }
    hash
}

/// Hashes a text in messages of `each` bytes, as objects are hashed, and does nothing else: to measure the rest by. Answers
/// how many messages.
///
/// # Panics
/// Where `each` is 0.
pub fn hash_in_messages(text: &[u8], each: usize) -> usize {
    let messages: Vec<Vec<&[u8]>> = text.chunks(each).map(|message| vec![message]).collect();
    sha256_many(&messages).len()
}

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256};

    use super::*;

    #[test]
    fn u17_hashes_are_those_of_plain_sha256_whatever_the_lengths_and_pieces() {
        let bytes: Vec<u8> = (0..5000u32).map(|i| (i * 31 % 251) as u8).collect();
        for count in [0, 1, 2, 3, 4, 5, 9, 130] {
            let lengths: Vec<usize> = (0..count)
                .map(|i| [0, 1, 55, 56, 63, 64, 65, 119, 120, 128, 3000][i * 7 % 11] + i)
                .collect();
            let messages: Vec<Vec<&[u8]>> = lengths
                .iter()
                .enumerate()
                .map(|(i, &length)| bytes[..length].chunks(1 + i * 13 % 200).collect())
                .collect();
            let expected: Vec<Hash> = lengths
                .iter()
                .map(|&length| Sha256::digest(&bytes[..length]).into())
                .collect();
            assert_eq!(sha256_many(&messages), expected, "{count} messages");
        }
    }
}
