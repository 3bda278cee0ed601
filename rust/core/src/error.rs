//! What can be wrong with an input, told so that a person finds the place.

use std::fmt;

/// Where in the text something is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// RFC 6901 JSON pointer, WTF-8 (an id may hold an unpaired surrogate).
    pub pointer: Vec<u8>,
    /// Bytes before the place.
    pub offset: usize,
    /// Line, from 1.
    pub line: usize,
    /// Column in bytes, from 1.
    pub column: usize,
}

/// Which limit an input went over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Limit {
    /// Bytes of text.
    Bytes,
    /// Levels of nested arrays and objects.
    Depth,
    /// Number of process specs.
    Processes,
    /// Characters of an id.
    IdLength,
}

impl Limit {
    /// The name of the option that raises this limit.
    pub fn name(self) -> &'static str {
        match self {
            Limit::Bytes => "bytes",
            Limit::Depth => "depth",
            Limit::Processes => "processes",
            Limit::IdLength => "idLength",
        }
    }
}

/// Something that people hand in for a spec and that is none (U33).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum NotASpec {
    /// A BPMN diagram.
    BpmnXml,
    /// A DMN decision table.
    DmnXml,
    /// XML of another kind.
    Xml,
    /// Compressed with gzip.
    Gzip,
    /// A zip archive.
    Zip,
    /// The state of a running workflow.
    WorkflowState,
    /// One process without the workflow around it.
    ProcessSpec,
    /// A list.
    List,
    /// JSON that was serialized twice.
    JsonInAString,
}

impl NotASpec {
    /// The kind's name in the error of this kind.
    pub fn name(self) -> &'static str {
        match self {
            NotASpec::BpmnXml => "bpmn-xml",
            NotASpec::DmnXml => "dmn-xml",
            NotASpec::Xml => "xml",
            NotASpec::Gzip => "gzip",
            NotASpec::Zip => "zip",
            NotASpec::WorkflowState => "workflow-state",
            NotASpec::ProcessSpec => "process-spec",
            NotASpec::List => "list",
            NotASpec::JsonInAString => "json-in-a-string",
        }
    }
}

/// The kind of an [`Error`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The bytes are not UTF-8.
    NotUtf8 {
        /// Bytes before the first that is not.
        offset: usize,
    },
    /// The text is not JSON.
    NotJson {
        /// Where.
        place: Place,
        /// What would have been right there.
        expected: &'static str,
        /// What stands there.
        found: String,
    },
    /// The JSON is not of a spec's shape.
    BadSpec {
        /// Where; for a missing field, the field.
        place: Place,
        /// What would have been right there.
        expected: &'static str,
        /// What stands there.
        found: String,
    },
    /// The input is larger or deeper than allowed.
    LimitExceeded {
        /// Which limit.
        limit: Limit,
        /// The limit in force.
        maximum: usize,
        /// Where it was reached.
        pointer: Vec<u8>,
    },
    /// The input is something else that people plausibly hand in.
    NotASpec(NotASpec),
}

/// Why an input was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    kind: Box<ErrorKind>,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind) -> Self {
        Error { kind: Box::new(kind) }
    }

    /// What kind of error this is.
    pub fn kind(&self) -> &ErrorKind {
        &self.kind
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind() {
            ErrorKind::NotUtf8 { offset } => write!(f, "not UTF-8 at byte {offset}"),
            ErrorKind::NotJson {
                place,
                expected,
                found,
            } => write!(
                f,
                "not JSON at line {}, column {}: expected {expected}, found {found}",
                place.line, place.column
            ),
            ErrorKind::BadSpec {
                place,
                expected,
                found,
            } => write!(
                f,
                "not a workflow spec at {}: expected {expected}, found {found}",
                String::from_utf8_lossy(&place.pointer)
            ),
            ErrorKind::LimitExceeded { limit, maximum, .. } => {
                write!(f, "more than {maximum} {}", limit.name())
            }
            ErrorKind::NotASpec(kind) => write!(f, "not a workflow spec but {}", kind.name()),
        }
    }
}

impl std::error::Error for Error {}
