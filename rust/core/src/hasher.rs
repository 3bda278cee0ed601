//! Who hashes: the host, where it has a SHA-256 of its own that is faster, else this crate. Both give the same.

use crate::hash::Hash;
use crate::hash_many::sha256_many;

/// What is hashed: pieces that lie one after the other.
pub type Message<'a> = Vec<&'a [u8]>;

/// The hashes of messages; `None` where the host cannot after all. So many of the first are parts of the layout, of whose
/// bytes the host will want a copy anyway.
pub type HashMessages = fn(messages: &[Message<'_>], parts: usize) -> Option<Vec<[u8; 32]>>;

/// A host's own SHA-256.
#[derive(Debug, Clone, Copy)]
pub struct HostSha256 {
    /// Messages of this many bytes or more are the host's: a call of it costs as much as some hundred bytes hashed here.
    pub from: usize,
    /// How it hashes.
    pub hash: HashMessages,
}

/// The SHA-256 of every message, by whoever is faster. So many of the first are parts of the layout.
pub(crate) fn hash_all(messages: &[Message<'_>], parts: usize, host: Option<HostSha256>) -> Vec<Hash> {
    let Some(HostSha256 { from, hash }) = host else {
        return sha256_many(messages);
    };
    let bytes = |message: &[&[u8]]| message.iter().map(|piece| piece.len()).sum::<usize>();
    let mut large = Vec::new();
    let mut small = Vec::new();
    let mut large_parts = 0;
    for (at, message) in messages.iter().enumerate() {
        let side = if bytes(message) >= from {
            &mut large
        } else {
            &mut small
        };
        side.push(at);
        if at + 1 == parts {
            large_parts = large.len();
        }
    }
    let of = |side: &[usize]| side.iter().map(|&at| messages[at].clone()).collect::<Vec<_>>();
    let (of_large, of_small) = (of(&large), of(&small));
    let by_host = if large.is_empty() {
        None
    } else {
        hash(&of_large, large_parts)
    };
    // A host that gives another number of hashes is one that cannot.
    let by_host = by_host.filter(|hashes| hashes.len() == large.len());
    let by_host = by_host.unwrap_or_else(|| sha256_many(&of_large));
    let mut hashes = vec![[0; 32]; messages.len()];
    for (at, hash) in large
        .into_iter()
        .zip(by_host)
        .chain(small.into_iter().zip(sha256_many(&of_small)))
    {
        hashes[at] = hash;
    }
    hashes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::sha256;

    fn able(messages: &[Message<'_>], _: usize) -> Option<Vec<Hash>> {
        let hash = |message: &Vec<&[u8]>| sha256(message.iter().copied());
        Some(messages.iter().map(hash).collect())
    }

    fn unable(_: &[Message<'_>], _: usize) -> Option<Vec<Hash>> {
        None
    }

    fn short(_: &[Message<'_>], _: usize) -> Option<Vec<Hash>> {
        Some(Vec::new())
    }

    fn marking(messages: &[Message<'_>], parts: usize) -> Option<Vec<Hash>> {
        Some(
            (0..messages.len())
                .map(|at| [1 + u8::from(at < parts); 32])
                .collect(),
        )
    }

    fn hashes(host: Option<HostSha256>) -> Vec<Hash> {
        let bytes = [7; 200];
        let messages: Vec<Message<'_>> = (0..40).map(|at| bytes[..at * 5].chunks(9).collect()).collect();
        hash_all(&messages, 30, host)
    }

    #[test]
    fn u17_the_host_and_the_core_hash_alike_whatever_goes_to_whom() {
        let expected = hashes(None);
        for from in [0, 1, 64, 65, 195, 196, usize::MAX] {
            for hash in [able, unable, short] {
                assert_eq!(hashes(Some(HostSha256 { from, hash })), expected, "from {from}");
            }
        }
    }

    #[test]
    fn u17_messages_from_a_size_on_are_the_hosts() {
        let all = hashes(Some(HostSha256 {
            from: 100,
            hash: marking,
        }));
        for (at, hash) in all.iter().enumerate() {
            let mark = if at * 5 < 100 {
                hashes(None)[at]
            } else {
                [1 + u8::from(at < 30); 32]
            };
            assert_eq!(*hash, mark, "{} bytes", at * 5);
        }
    }
}
