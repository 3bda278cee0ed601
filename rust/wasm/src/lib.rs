//! The boundary between the core and JavaScript.
//!
//! Only numbers cross: the host allocates, writes text, calls, reads what the reply's words point to, and frees. So the
//! module needs no glue to speak of, and a host can instantiate it, and replace it, as it likes.

use unitflow_core::{
    Decomposition, Error, ErrorKind, GAP, HostSha256, Layout, Limits, Message, PartKind, Source, TAIL,
};
use wasm_bindgen::prelude::wasm_bindgen;

/// The layout of a reply and the order of arguments. A host refuses a module that answers another number.
const BOUNDARY: u32 = 3;

#[link(wasm_import_module = "host")]
unsafe extern "C" {
    /// The host's own SHA-256 of `count` messages. `words` has for each its number of pieces, then where each of these lies
    /// and its bytes; `hashes` takes 32 bytes a message. So many of the first are `parts` of the reply, in its order, those
    /// of less than `host_from` bytes left out. Answers 1 where all hashes are written, else 0.
    fn sha256(words: *const u32, count: u32, parts: u32, hashes: *mut u8) -> u32;
}

/// What a call answers. The host reads it as 32-bit words; the buffers live until [`free_reply`].
#[repr(C)]
pub struct Reply {
    /// 0: done; 1: refused, and `manifest` is the error as JSON.
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
    let mut buffer = Vec::<u8>::with_capacity(GAP + length as usize + TAIL);
    buffer.resize(GAP, 0);
    let pointer = buffer.as_mut_ptr();
    std::mem::forget(buffer);
    (pointer as usize + GAP) as u32
}

/// Makes room for `wanted` bytes of text where there was room for `allocated`, of which `length` are written; answers where
/// the text is now. For text of which nobody knows how much is still to come.
#[wasm_bindgen]
pub fn grow(pointer: u32, allocated: u32, length: u32, wanted: u32) -> u32 {
    let mut buffer = take(pointer, allocated, length);
    let more = wanted.saturating_sub(allocated) as usize;
    let end = buffer.as_ptr() as usize + buffer.capacity();
    // The allocator extends a buffer in place, but only over memory that it has already: so it is made to have some right
    // behind. Room that it finds before the buffer is kept from it meanwhile.
    let mut room: Vec<Vec<u8>> = Vec::new();
    while room.len() < 16 && room.last().is_none_or(|last| (last.as_ptr() as usize) < end) {
        room.push(Vec::with_capacity(more));
    }
    drop(room);
    buffer.reserve_exact((GAP + wanted as usize + TAIL).saturating_sub(buffer.len()));
    let pointer = buffer.as_mut_ptr();
    std::mem::forget(buffer);
    (pointer as usize + GAP) as u32
}

/// Gives back what [`allocate`] or [`grow`] reserved. Not for text that was handed to a call: the call takes it.
#[wasm_bindgen]
pub fn free(pointer: u32, length: u32) {
    drop(take(pointer, length, 0));
}

/// Takes a workflow apart, and the text with it; answers a [`Reply`]. `is_utf8`: whether the host knows that it is.
/// `layout` is 1 or 2; the limits are those of the core. What has `host_from` bytes or more is hashed by the host; 0: it has
/// no hash of its own.
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
    host_from: u32,
) -> u32 {
    let buffer = take(pointer, allocated, length);
    let limits = Limits {
        bytes: bytes as usize,
        depth: depth as usize,
        processes: processes as usize,
        id_length: id_length as usize,
    };
    let host = (host_from > 0).then_some(HostSha256 {
        from: host_from as usize,
        hash: hash_in_host,
    });
    let reply = match Decomposition::with_host(buffer, is_utf8 != 0, &limits, host) {
        Err(error) => refused(&error),
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

fn hash_in_host(messages: &[Message<'_>], parts: usize) -> Option<Vec<[u8; 32]>> {
    let mut words = Vec::new();
    for message in messages {
        words.push(message.len() as u32);
        words.extend(
            message
                .iter()
                .flat_map(|piece| [address(piece), piece.len() as u32]),
        );
    }
    let mut hashes = vec![[0; 32]; messages.len()];
    // SAFETY: the host reads what the words say, and writes 32 bytes for each of the messages.
    let done = unsafe {
        sha256(
            words.as_ptr(),
            messages.len() as u32,
            parts as u32,
            hashes.as_mut_ptr().cast(),
        )
    };
    (done == 1).then_some(hashes)
}

/// Frees a reply and all it points to.
#[wasm_bindgen]
pub fn free_reply(reply: u32) {
    // SAFETY: the host hands back, once, what `decompose` answered.
    drop(unsafe { Box::from_raw(reply as usize as *mut Reply) });
}

/// Scans a text as [`decompose`] does and nothing else, so that a host can measure what scanning is of it. Takes the text,
/// answers how many bytes it has minified; 0 where it is no JSON.
#[wasm_bindgen]
pub fn scan(pointer: u32, allocated: u32, length: u32) -> u32 {
    let buffer = take(pointer, allocated, length);
    unitflow_core::minify(buffer, Limits::default().depth).map_or(0, |text| text.len() as u32)
}

/// Hashes a text in messages of `each` bytes and nothing else, for the same. Takes the text, answers how many messages.
#[wasm_bindgen]
pub fn hash(pointer: u32, allocated: u32, length: u32, each: u32) -> u32 {
    let buffer = take(pointer, allocated, length);
    unitflow_core::hash_in_messages(&buffer[GAP..], each as usize) as u32
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
    unsafe { Vec::from_raw_parts(start, GAP + length, GAP + allocated as usize + TAIL) }
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
    let mut hashes = Vec::with_capacity(parts.len() * 32);
    for part in &parts {
        hashes.extend_from_slice(&part.hash);
    }
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
