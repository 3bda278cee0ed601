//! The boundary between the core and JavaScript.
//!
//! Only numbers cross: the host allocates, writes text, calls, reads what the reply's words point to, and frees. So the
//! module needs no glue to speak of, and a host can instantiate it, and replace it, as it likes.

use unitflow_core::{Decomposition, Error, ErrorKind, GAP, Layout, Limits, PartKind, Source};
use wasm_bindgen::prelude::wasm_bindgen;

/// The layout of a reply and the order of arguments. A host refuses a module that answers another number.
const BOUNDARY: u32 = 2;

/// What a call answers. The host reads it as 32-bit words; the buffers live until [`free_reply`].
#[repr(C)]
pub struct Reply {
    /// 0: done; 1: refused, and `manifest` is the error as JSON; 2: refused, and the text is to be handed in again with
    /// `explain` to learn why, since the first way to read it writes over it.
    status: u32,
    /// Pointer to two words a piece: where it lies, and its bytes.
    pieces: u32,
    /// Pointer to three words a part: kind, bytes, number of pieces.
    parts: u32,
    /// Number of parts.
    part_count: u32,
    /// Pointer to 32 bytes a part: its hash.
    hashes: u32,
    /// How many of the parts are objects with processes.
    object_count: u32,
    manifest: [u32; 2],
    /// Pointer to 32 bytes.
    version: u32,
    _owned: Owned,
}

/// The buffers that a reply points into.
#[derive(Default)]
#[expect(dead_code, reason = "two of them are only ever pointed to")]
struct Owned {
    text: Vec<u8>,
    extra: Vec<u8>,
    pieces: Vec<u32>,
    parts: Vec<u32>,
    hashes: Vec<u8>,
    manifest: Vec<u8>,
    version: Vec<u8>,
}

/// Which [`BOUNDARY`] this module speaks.
#[wasm_bindgen]
pub fn boundary() -> u32 {
    BOUNDARY
}

/// Reserves memory for `length` bytes of text.
#[wasm_bindgen]
pub fn allocate(length: u32) -> u32 {
    let mut buffer = Vec::<u8>::with_capacity(GAP + length as usize);
    buffer.resize(GAP, 0);
    let pointer = buffer.as_mut_ptr();
    std::mem::forget(buffer);
    (pointer as usize + GAP) as u32
}

/// Gives back what [`allocate`] reserved. Not for text that was handed to a call: the call takes it.
#[wasm_bindgen]
pub fn free(pointer: u32, length: u32) {
    drop(take(pointer, length, 0));
}

/// Takes a workflow apart, and the text with it; answers a [`Reply`]. `is_utf8`: whether the host knows that it is.
/// `layout` is 1 or 2; the limits are those of the core; `explain` keeps the text, to say what is wrong with it.
#[wasm_bindgen]
#[expect(clippy::too_many_arguments, reason = "only numbers cross")]
pub fn decompose(
    pointer: u32,
    allocated: u32,
    length: u32,
    is_utf8: u32,
    layout: u32,
    bytes: u32,
    depth: u32,
    processes: u32,
    id_length: u32,
    explain: u32,
) -> u32 {
    let buffer = take(pointer, allocated, length);
    let limits = Limits {
        bytes: bytes as usize,
        depth: depth as usize,
        processes: processes as usize,
        id_length: id_length as usize,
    };
    let result = if explain == 0 {
        Decomposition::in_place(buffer, is_utf8 != 0, &limits).map_err(|_| None)
    } else {
        Decomposition::of(&buffer[GAP..], is_utf8 != 0, &limits).map_err(Some)
    };
    let reply = match result {
        Err(None) => reply(2, 0, Owned::default()),
        Err(Some(error)) => refused(&error),
        Ok(decomposition) if layout == 1 => {
            let files = decomposition.layout_v1();
            let v2 = decomposition.into_layout_v2(true);
            done(v2.text, files, 0, v2.manifest, v2.version)
        }
        Ok(decomposition) => {
            let v2 = decomposition.into_layout_v2(false);
            done(v2.text, v2.layout, v2.objects, v2.manifest, v2.version)
        }
    };
    Box::into_raw(Box::new(reply)) as usize as u32
}

/// Frees a reply and all it points to.
#[wasm_bindgen]
pub fn free_reply(reply: u32) {
    // SAFETY: the host hands back, once, what `decompose` answered.
    drop(unsafe { Box::from_raw(reply as usize as *mut Reply) });
}

/// Panics, so that a host can test that it survives a trap.
#[wasm_bindgen]
pub fn trap() {
    panic!("asked to");
}

/// Takes back what [`allocate`] reserved, of which the host has written `length` bytes; the gap comes first.
fn take(pointer: u32, allocated: u32, length: u32) -> Vec<u8> {
    let length = length.min(allocated) as usize;
    let start = (pointer as usize - GAP) as *mut u8;
    // SAFETY: the host hands back, once, what `allocate` gave it, and says how much of it is written.
    unsafe { Vec::from_raw_parts(start, GAP + length, GAP + allocated as usize) }
}

fn done(text: Vec<u8>, layout: Layout, objects: usize, manifest: Vec<u8>, version: [u8; 32]) -> Reply {
    let Layout { extra, pieces, parts } = layout;
    let pieces: Vec<u32> = pieces
        .iter()
        .flat_map(|piece| {
            let buffer = match piece.source {
                Source::Text => &text,
                Source::Extra => &extra,
            };
            [
                address(buffer) + piece.start as u32,
                (piece.end - piece.start) as u32,
            ]
        })
        .collect();
    let hashes = parts.iter().flat_map(|part| part.hash).collect();
    let parts: Vec<u32> = parts
        .iter()
        .flat_map(|part| [kind(part.kind), part.bytes as u32, part.pieces as u32])
        .collect();
    reply(
        0,
        objects,
        Owned {
            text,
            extra,
            pieces,
            parts,
            hashes,
            manifest,
            version: version.to_vec(),
        },
    )
}

fn reply(status: u32, objects: usize, owned: Owned) -> Reply {
    let range = |bytes: &Vec<u8>| [address(bytes), bytes.len() as u32];
    Reply {
        status,
        pieces: address(&owned.pieces),
        parts: address(&owned.parts),
        part_count: (owned.parts.len() / 3) as u32,
        hashes: address(&owned.hashes),
        object_count: objects as u32,
        manifest: range(&owned.manifest),
        version: address(&owned.version),
        _owned: owned,
    }
}

fn address<T>(buffer: &[T]) -> u32 {
    buffer.as_ptr() as usize as u32
}

fn kind(kind: PartKind) -> u32 {
    match kind {
        PartKind::Object => 0,
        PartKind::Manifest => 1,
        PartKind::Workflow => 2,
        PartKind::V1Manifest => 3,
        PartKind::V1Unit => 4,
    }
}

fn refused(error: &Error) -> Reply {
    let owned = Owned {
        manifest: error_json(error),
        ..Owned::default()
    };
    reply(1, 0, owned)
}

/// An error as JSON, its fields named as `ts/errors` names them.
fn error_json(error: &Error) -> Vec<u8> {
    let mut json = unitflow_core::JsonObject::new();
    let place = |json: &mut unitflow_core::JsonObject, place: &unitflow_core::Place| {
        json.text("pointer", &place.pointer);
        json.number("offset", place.offset);
        json.number("line", place.line);
        json.number("column", place.column);
    };
    match error.kind() {
        ErrorKind::NotUtf8 { offset } => {
            json.text("code", b"not-utf8");
            json.number("offset", *offset);
        }
        ErrorKind::NotJson {
            place: at,
            expected,
            found,
        } => {
            json.text("code", b"not-json");
            place(&mut json, at);
            json.text("expected", expected.as_bytes());
            json.text("found", found.as_bytes());
        }
        ErrorKind::BadSpec {
            place: at,
            expected,
            found,
        } => {
            json.text("code", b"bad-spec");
            place(&mut json, at);
            json.text("expected", expected.as_bytes());
            json.text("found", found.as_bytes());
        }
        ErrorKind::LimitExceeded {
            limit,
            maximum,
            pointer,
        } => {
            json.text("code", b"limit-exceeded");
            json.text("limit", limit.name().as_bytes());
            json.number("maximum", *maximum);
            json.text("pointer", pointer);
        }
        ErrorKind::NotASpec(kind) => {
            json.text("code", b"not-a-spec");
            json.text("kind", kind.name().as_bytes());
        }
        _ => json.text("code", b"core-trap"),
    }
    json.finish()
}
