//! The fields that decomposition knows, and what to say of one that is not as it should be.

use crate::error::{Error, ErrorKind, Limit};
use crate::pointer::{place_of, push_token};
use crate::scan::Scanner;
use crate::spec::TaskKind;
use crate::token::{Fault, Kind, Spot};

/// A shape that is wrong.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Misshape {
    /// Of the value, or of the object that lacks the field.
    spot: Spot,
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
}

pub(crate) const TOP_KEYS: Keys<TopKey> = Keys {
    names: &[
        known(b"spec"),
        known(b"subprocess_specs"),
        known(b"task_specs"),
        known(b"tasks"),
        known(b"subprocesses"),
        known(b"root"),
    ],
    meanings: &[
        TopKey::Spec,
        TopKey::SubprocessSpecs,
        TopKey::TaskSpecs,
        TopKey::Tasks,
        TopKey::Instances,
        TopKey::Instances,
    ],
};

#[derive(Clone, Copy)]
pub(crate) enum ProcessKey {
    Name,
    Typename,
    TaskSpecs,
    DataObjects,
    CorrelationKeys,
    IoSpecification,
}

pub(crate) const PROCESS_KEYS: Keys<ProcessKey> = Keys {
    names: &[
        known(b"name"),
        known(b"typename"),
        known(b"task_specs"),
        known(b"data_objects"),
        known(b"correlation_keys"),
        known(b"io_specification"),
    ],
    meanings: &[
        ProcessKey::Name,
        ProcessKey::Typename,
        ProcessKey::TaskSpecs,
        ProcessKey::DataObjects,
        ProcessKey::CorrelationKeys,
        ProcessKey::IoSpecification,
    ],
};

#[derive(Clone, Copy)]
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
}

pub(crate) const TASK_KEYS: Keys<TaskKey> = Keys {
    names: &[
        known(b"name"),
        known(b"typename"),
        known(b"inputs"),
        known(b"outputs"),
        known(b"bpmn_id"),
        known(b"position"),
        known(b"event_definition"),
        known(b"spec"),
        known(b"trigger_specs"),
    ],
    meanings: &[
        TaskKey::Name,
        TaskKey::Typename,
        TaskKey::Inputs,
        TaskKey::Outputs,
        TaskKey::BpmnId,
        TaskKey::Position,
        TaskKey::EventDefinition,
        TaskKey::Spec,
        TaskKey::TriggerSpecs,
    ],
};

const KINDS: Keys<TaskKind> = Keys {
    names: &[
        known(b"CallActivity"),
        known(b"SubWorkflowTask"),
        known(b"TransactionSubprocess"),
        known(b"EventSubprocess"),
        known(b"Simple"),
    ],
    meanings: &[
        TaskKind::Call,
        TaskKind::Embed,
        TaskKind::Embed,
        TaskKind::Embed,
        TaskKind::Simple,
    ],
};

pub(crate) fn kind_of(typename: &[u8]) -> TaskKind {
    KINDS.of(typename).unwrap_or(TaskKind::Other)
}

/// Names that mean something, and what each of them means.
pub(crate) struct Keys<K: 'static> {
    pub(crate) names: &'static [Known],
    pub(crate) meanings: &'static [K],
}

impl<K: Copy> Keys<K> {
    pub(crate) fn of(&self, name: &[u8]) -> Option<K> {
        find(name, self.names).map(|at| self.meanings[at])
    }
}

/// A name that means something, and a word of it: names are compared by words first, so that those without a meaning,
/// which are most, cost a comparison of numbers each.
pub(crate) struct Known {
    word: u64,
    name: &'static [u8],
}

const fn known(name: &'static [u8]) -> Known {
    Known {
        word: word_of(name),
        name,
    }
}

/// Which of the known names this one is.
#[inline]
pub(crate) fn find(name: &[u8], all: &[Known]) -> Option<usize> {
    let word = word_of(name);
    let at = all.iter().position(|known| known.word == word)?;
    (all[at].name == name).then_some(at)
}

/// Some of a name's bytes and its length. Different among the names of any one list.
#[inline(always)]
const fn word_of(name: &[u8]) -> u64 {
    let bytes = match (name.first_chunk(), name.first_chunk(), name.last_chunk()) {
        (Some(first), ..) => u64::from_le_bytes(*first),
        (None, Some(first), Some(last)) => {
            u32::from_le_bytes(*first) as u64 | (u32::from_le_bytes(*last) as u64) << 32
        }
        _ => 0,
    };
    bytes ^ (name.len() as u64) << 56
}

pub(crate) fn wrong_type(spot: Spot, expected: &'static str, found: Kind) -> Misshape {
    Misshape {
        spot,
        missing: None,
        expected,
        found: Some(found),
    }
}

pub(crate) fn missing(spot: Spot, field: &'static str, expected: &'static str) -> Misshape {
    Misshape {
        spot,
        missing: Some(field),
        expected,
        found: None,
    }
}

/// The error for a wrong shape, from the minified text.
pub(crate) fn misshapen(minified: &[u8], wrong: Misshape) -> Error {
    let mut place = place_of(minified, wrong.spot);
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

/// The error for a text in which scanning stopped: the scanner is still there.
pub(crate) fn stopped(scanner: &Scanner) -> Error {
    let place = place_of(scanner.text(), scanner.spot());
    match scanner.fault() {
        Fault::Limit(over, maximum) => limit(over, maximum, place.pointer),
        Fault::Syntax(expected) => Error::new(ErrorKind::NotJson {
            found: found_in(scanner.unread()),
            place,
            expected,
        }),
    }
}

/// What a text begins with: the character, and no more, because the text may hold secrets.
pub(crate) fn found_in(rest: &[u8]) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn u1_every_known_name_is_found_and_no_other_one() {
        let top = [
            "spec",
            "subprocess_specs",
            "task_specs",
            "tasks",
            "subprocesses",
            "root",
        ];
        let process = [
            "name",
            "typename",
            "task_specs",
            "data_objects",
            "correlation_keys",
            "io_specification",
        ];
        let task = [
            "name",
            "typename",
            "inputs",
            "outputs",
            "bpmn_id",
            "position",
            "event_definition",
            "spec",
            "trigger_specs",
        ];
        let found = |names: &[&str], is_known: &dyn Fn(&[u8]) -> bool| {
            for name in names {
                assert!(is_known(name.as_bytes()), "{name}");
                for at in 0..name.len() {
                    let mut other = name.as_bytes().to_vec();
                    other[at] ^= 1;
                    assert!(
                        !is_known(&other) && !is_known(&name.as_bytes()[..at]),
                        "like {name}"
                    );
                }
            }
        };
        found(&top, &|name| TOP_KEYS.of(name).is_some());
        found(&process, &|name| PROCESS_KEYS.of(name).is_some());
        found(&task, &|name| TASK_KEYS.of(name).is_some());
        let kinds = [
            "CallActivity",
            "SubWorkflowTask",
            "TransactionSubprocess",
            "EventSubprocess",
            "Simple",
        ];
        found(&kinds, &|name| kind_of(name) != TaskKind::Other);
    }
}
