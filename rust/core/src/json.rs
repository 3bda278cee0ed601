//! Writes JSON.

use crate::hash::{write_base64url, write_hex};
use crate::names::write_json_string;

/// Appends JSON to a buffer; commas are put where they belong.
pub(crate) struct JsonWriter<'a> {
    out: &'a mut Vec<u8>,
    /// Whether the next value or key needs no comma before it.
    first: bool,
}

impl<'a> JsonWriter<'a> {
    pub(crate) fn new(out: &'a mut Vec<u8>) -> Self {
        JsonWriter { out, first: true }
    }

    fn comma(&mut self) {
        if !self.first {
            self.out.push(b',');
        }
        self.first = false;
    }

    pub(crate) fn open(&mut self, bracket: u8) {
        self.comma();
        self.out.push(bracket);
        self.first = true;
    }

    pub(crate) fn close(&mut self, bracket: u8) {
        self.out.push(bracket);
        self.first = false;
    }

    pub(crate) fn key(&mut self, key: &[u8]) {
        self.comma();
        write_json_string(key, self.out);
        self.out.push(b':');
        self.first = true;
    }

    pub(crate) fn string(&mut self, value: &[u8]) {
        self.comma();
        write_json_string(value, self.out);
    }

    pub(crate) fn hex(&mut self, bytes: &[u8]) {
        self.comma();
        self.out.push(b'"');
        write_hex(bytes, self.out);
        self.out.push(b'"');
    }

    /// A hash, in base64url.
    pub(crate) fn hash(&mut self, bytes: &[u8]) {
        self.comma();
        self.out.push(b'"');
        write_base64url(bytes, self.out);
        self.out.push(b'"');
    }

    pub(crate) fn number(&mut self, value: usize) {
        self.comma();
        self.out.extend(value.to_string().as_bytes());
    }

    /// A value, or a member with its key, as it is.
    pub(crate) fn raw(&mut self, json: &[u8]) {
        self.comma();
        self.out.extend(json);
    }

    /// A list of strings.
    pub(crate) fn strings<'b>(&mut self, values: impl IntoIterator<Item = &'b [u8]>) {
        self.open(b'[');
        for value in values {
            self.string(value);
        }
        self.close(b']');
    }
}

/// A flat JSON object, for a boundary that tells an error.
#[derive(Debug)]
pub struct JsonObject {
    out: Vec<u8>,
    first: bool,
}

impl Default for JsonObject {
    fn default() -> Self {
        JsonObject::new()
    }
}

impl JsonObject {
    /// An object without members.
    pub fn new() -> Self {
        JsonObject {
            out: vec![b'{'],
            first: true,
        }
    }

    fn writer(&mut self, key: &str) -> JsonWriter<'_> {
        let mut json = JsonWriter::new(&mut self.out);
        json.first = self.first;
        self.first = false;
        json.key(key.as_bytes());
        json
    }

    /// Adds a string of WTF-8 bytes.
    pub fn text(&mut self, key: &str, value: &[u8]) {
        self.writer(key).string(value);
    }

    /// Adds a number.
    pub fn number(&mut self, key: &str, value: usize) {
        self.writer(key).number(value);
    }

    /// The object as text.
    pub fn finish(mut self) -> Vec<u8> {
        self.out.push(b'}');
        self.out
    }
}
