//! The fields that decomposition knows, and what to say of one that is not as it should be.

use crate::error::{Error, ErrorKind, Limit};
use crate::pointer::{place_at, push_token};
use crate::spec::TaskKind;
use crate::token::Kind;

/// A shape that is wrong.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Misshape {
    /// Of the value, or of the object that lacks the field.
    offset: u32,
    missing: Option<&'static str>,
    expected: &'static str,
    found: Option<Kind>,
}

pub(crate) const WORKFLOW: &str = "an object with spec and subprocess_specs";
pub(crate) const PROCESS: &str = "a process spec (an object)";
pub(crate) const PROCESSES: &str = "an object of process specs";
pub(crate) const TASKS: &str = "an object of task specs";
pub(crate) const STRING: &str = "a string";
pub(crate) const STRINGS: &str = "an array of strings";

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum TopKey {
    Spec,
    SubprocessSpecs,
    TaskSpecs,
    Tasks,
    /// Only the state of a run has instances of subprocesses or a root task.
    Instances,
    Other,
}

impl TopKey {
    pub(crate) fn of(key: &[u8]) -> Self {
        match key {
            b"spec" => TopKey::Spec,
            b"subprocess_specs" => TopKey::SubprocessSpecs,
            b"task_specs" => TopKey::TaskSpecs,
            b"tasks" => TopKey::Tasks,
            b"subprocesses" | b"root" => TopKey::Instances,
            _ => TopKey::Other,
        }
    }
}

pub(crate) enum ProcessKey {
    Name,
    Typename,
    TaskSpecs,
    DataObjects,
    CorrelationKeys,
    IoSpecification,
    Other,
}

impl ProcessKey {
    pub(crate) fn of(key: &[u8]) -> Self {
        match key {
            b"name" => ProcessKey::Name,
            b"typename" => ProcessKey::Typename,
            b"task_specs" => ProcessKey::TaskSpecs,
            b"data_objects" => ProcessKey::DataObjects,
            b"correlation_keys" => ProcessKey::CorrelationKeys,
            b"io_specification" => ProcessKey::IoSpecification,
            _ => ProcessKey::Other,
        }
    }
}

pub(crate) enum TaskKey {
    Name,
    Typename,
    Inputs,
    Outputs,
    BpmnId,
    Position,
    EventDefinition,
    Spec,
    TriggerSpecs,
    Other,
}

impl TaskKey {
    pub(crate) fn of(key: &[u8]) -> Self {
        match key {
            b"name" => TaskKey::Name,
            b"typename" => TaskKey::Typename,
            b"inputs" => TaskKey::Inputs,
            b"outputs" => TaskKey::Outputs,
            b"bpmn_id" => TaskKey::BpmnId,
            b"position" => TaskKey::Position,
            b"event_definition" => TaskKey::EventDefinition,
            b"spec" => TaskKey::Spec,
            b"trigger_specs" => TaskKey::TriggerSpecs,
            _ => TaskKey::Other,
        }
    }
}

pub(crate) fn kind_of(typename: &[u8]) -> TaskKind {
    match typename {
        b"CallActivity" => TaskKind::Call,
        b"SubWorkflowTask" | b"TransactionSubprocess" | b"EventSubprocess" => TaskKind::Embed,
        b"Simple" => TaskKind::Simple,
        _ => TaskKind::Other,
    }
}

pub(crate) fn wrong_type(offset: u32, expected: &'static str, found: Kind) -> Misshape {
    Misshape {
        offset,
        missing: None,
        expected,
        found: Some(found),
    }
}

pub(crate) fn missing(offset: u32, field: &'static str, expected: &'static str) -> Misshape {
    Misshape {
        offset,
        missing: Some(field),
        expected,
        found: None,
    }
}

pub(crate) fn misshapen(text: &[u8], wrong: Misshape) -> Error {
    let mut place = place_at(text, wrong.offset as usize);
    if let Some(field) = wrong.missing {
        push_token(field.as_bytes(), &mut place.pointer);
    }
    let found = match wrong.found {
        None => "nothing",
        Some(Kind::Object) => "an object",
        Some(Kind::Array) if wrong.expected == STRINGS => "an array with other items",
        Some(Kind::Array) => "an array",
        Some(Kind::String) => "a string",
        Some(Kind::Number) => "a number",
        Some(Kind::True | Kind::False) => "a boolean",
        Some(Kind::Null) => "null",
    };
    Error::new(ErrorKind::BadSpec {
        place,
        expected: wrong.expected,
        found: found.to_owned(),
    })
}

pub(crate) fn limit(limit: Limit, maximum: usize, pointer: Vec<u8>) -> Error {
    Error::new(ErrorKind::LimitExceeded {
        limit,
        maximum,
        pointer,
    })
}

/// What stands at an offset: the character, and no more, because the text may hold secrets.
pub(crate) fn found_at(text: &[u8], offset: usize) -> String {
    let rest = text.get(offset..).unwrap_or_default();
    let character = std::str::from_utf8(&rest[..rest.len().min(4)])
        .or_else(|error| std::str::from_utf8(&rest[..error.valid_up_to()]))
        .ok()
        .and_then(|text| text.chars().next());
    match character {
        None => "the end of the text".to_owned(),
        Some('\u{feff}') => "a byte order mark".to_owned(),
        Some(character) if character.is_control() => format!("U+{:04X}", character as u32),
        Some(character) => format!("{character:?}"),
    }
}
