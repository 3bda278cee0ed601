//! Both layouts of a workflow: pieces, hashes, files, and whether a reader finds everything (U6-U14, U17, U18).

use unitflow_core::{Layout, PartKind};

use crate::decomposing::{both, check_whole, values};
use crate::expected::Expected;
use crate::hashing::sha256;
use crate::parts::check_parts;
use crate::{layouts_v1, tree, workflow_text};

/// A manifest longer than this is in parts.
const ONE_PIECE: usize = 32 * 1024;

/// Lays a workflow out in every way.
pub fn check(data: &[u8]) {
    let text = workflow_text(data, true);
    let Some((decomposition, expected)) = both(&text) else {
        return;
    };
    let minified = tree::minified(&text);
    let v1 = decomposition.layout_v1();
    check_pieces(&v1, &minified);
    layouts_v1::check(&v1, &minified);

    let whole = decomposition.into_layout_v2(true);
    check_whole(&whole, &expected);
    let (decomposition, _) = both(&text).expect("was taken a moment ago");
    let stored = decomposition.into_layout_v2(false);
    for v2 in [&whole, &stored] {
        check_pieces(&v2.layout, &v2.text);
        let values = values(v2);
        for (at, (part, value)) in v2.layout.parts.iter().zip(&values).enumerate() {
            assert_eq!(part.hash, sha256(value), "hash of part {at}");
            let kind = if at < v2.objects {
                PartKind::Object
            } else {
                PartKind::Manifest
            };
            assert_eq!(part.kind, kind, "kind of part {at}");
        }
        check_rest(&expected, &values[v2.objects..]);
    }
    assert_eq!(stored.version, whole.version);
    let in_parts = stored.manifest != whole.manifest;
    assert_eq!(
        in_parts,
        whole.manifest.len() > ONE_PIECE,
        "in parts or not: {}",
        whole.manifest.len()
    );
    if in_parts {
        assert_eq!(values(&stored)[..stored.objects], expected.objects, "objects");
        check_parts(&stored, &expected);
    }
}

/// A large rest is among the values beside the objects.
fn check_rest(expected: &Expected, beside: &[Vec<u8>]) {
    if let Some(rest) = expected.rest_object() {
        assert!(beside.iter().any(|value| value == rest), "the rest is not stored");
    }
}

/// Parts are one after the other, and pieces lie within their buffers.
fn check_pieces(layout: &Layout, text: &[u8]) {
    let mut next = 0;
    for part in &layout.parts {
        assert_eq!(part.first_piece, next);
        next += part.pieces;
        let pieces = &layout.pieces[part.first_piece..next];
        for piece in pieces {
            assert!(piece.start <= piece.end);
            assert_eq!(layout.bytes_of(piece, text).len(), piece.end - piece.start);
        }
        let bytes: usize = pieces.iter().map(|piece| piece.end - piece.start).sum();
        assert_eq!(part.bytes, bytes);
    }
    assert_eq!(layout.pieces.len(), next);
}
