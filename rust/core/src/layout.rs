//! What a decomposition wants stored, as pieces of buffers: nothing is laid together before it leaves.

/// Where a piece lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// In the minified input.
    Text,
    /// In [`Layout::extra`].
    Extra,
}

/// A piece of a stored value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece {
    /// Which buffer.
    pub source: Source,
    /// First byte.
    pub start: usize,
    /// Byte after the last.
    pub end: usize,
}

/// A value to store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Layout v2: the SHA-256 of the value. Layout v1: the SHA-256 that its file name is made of.
    pub hash: [u8; 32],
    /// What the value is for.
    pub kind: PartKind,
    /// Index of the first of its pieces.
    pub first_piece: usize,
    /// How many pieces it has.
    pub pieces: usize,
    /// Bytes of all pieces.
    pub bytes: usize,
}

/// What a stored value is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartKind {
    /// Layout v2: process specs.
    Object,
    /// Layout v2: a piece of a manifest.
    Manifest,
    /// Layout v1: `workflow_specs.json`.
    Workflow,
    /// Layout v1: `manifest.<hash>.json`.
    V1Manifest,
    /// Layout v1: `<hash>.json`.
    V1Unit,
}

/// Everything to store for a workflow.
#[derive(Debug, Default)]
pub struct Layout {
    /// Bytes that are not part of the input.
    pub extra: Vec<u8>,
    /// The pieces of all parts.
    pub pieces: Vec<Piece>,
    /// What to store.
    pub parts: Vec<Part>,
}

impl Layout {
    /// Adds a piece of the input to the part that is being made.
    pub(crate) fn text(&mut self, range: crate::token::Range) {
        self.pieces.push(Piece {
            source: Source::Text,
            start: range.start,
            end: range.end,
        });
    }

    /// Adds what `extra` holds from `start` on to the part that is being made.
    pub(crate) fn extra_since(&mut self, start: usize) {
        self.pieces.push(Piece {
            source: Source::Extra,
            start,
            end: self.extra.len(),
        });
    }

    /// Adds literal bytes to the part that is being made.
    pub(crate) fn literal(&mut self, bytes: &[u8]) {
        let start = self.extra.len();
        self.extra.extend(bytes);
        self.extra_since(start);
    }

    /// The bytes of a piece; `text` is the minified input.
    pub fn bytes_of<'a>(&'a self, piece: &Piece, text: &'a [u8]) -> &'a [u8] {
        match piece.source {
            Source::Text => &text[piece.start..piece.end],
            Source::Extra => &self.extra[piece.start..piece.end],
        }
    }

    /// Makes a part of the pieces added since the last one.
    pub(crate) fn finish(&mut self, kind: PartKind, hash: [u8; 32]) {
        let first_piece = self.parts.last().map_or(0, |part| part.first_piece + part.pieces);
        let pieces = &self.pieces[first_piece..];
        self.parts.push(Part {
            hash,
            kind,
            first_piece,
            pieces: pieces.len(),
            bytes: pieces.iter().map(|piece| piece.end - piece.start).sum(),
        });
    }
}
