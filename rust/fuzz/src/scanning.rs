//! Any bytes: what counts as JSON, and what minifying keeps (U1, U4).

use serde::de::IgnoredAny;
use serde_json::Value;
use unitflow_core::{Decomposition, Error, ErrorKind, Limits, NotASpec};

use crate::tree;

/// No limit gets in the way but that of depth.
pub(crate) const WIDE: Limits = Limits {
    bytes: usize::MAX,
    depth: 1000,
    processes: usize::MAX,
    id_length: usize::MAX,
};
/// Nearly everything gets in the way.
const NARROW: Limits = Limits {
    bytes: 4000,
    depth: 5,
    processes: 2,
    id_length: 8,
};
/// The slow parsers recurse.
pub(crate) const COMPARED_DEPTH: usize = 100;

/// What stands around the bytes where they are a field of a workflow, and a field of a task.
const AROUND: [(&str, &str); 2] = [
    (
        r#"{"subprocess_specs":{},"x":"#,
        r#","spec":{"name":"P","typename":"T","task_specs":{},"data_objects":{},"correlation_keys":{},"io_specification":null}}"#,
    ),
    (
        r#"{"subprocess_specs":{},"spec":{"name":"P","typename":"T","data_objects":{},"correlation_keys":{},"io_specification":null,"task_specs":{"t":{"name":"t","typename":"T","inputs":[],"outputs":[],"x":"#,
        "}}}}",
    ),
];

/// The bytes as a whole input, and inside one.
pub fn check(data: &[u8]) {
    check_text(data);
    for (before, after) in AROUND {
        check_text(&[before.as_bytes(), data, after.as_bytes()].concat());
    }
}

fn check_text(text: &[u8]) {
    let result = Decomposition::of(text, false, &WIDE);
    check_other_ways(text, &result);
    if tree::depth(text) >= COMPARED_DEPTH {
        return;
    }
    let is_utf8 = std::str::from_utf8(text).is_ok();
    let is_json = is_utf8 && serde_json::from_slice::<IgnoredAny>(text).is_ok();
    assert_eq!(
        tree::parse(text).is_some(),
        is_json,
        "the slow parser and serde_json disagree"
    );
    match &result {
        Ok(decomposition) => {
            assert!(is_json, "took what is not JSON");
            check_minified(text, decomposition.text());
        }
        Err(error) => check_refusal(text, error, is_json),
    }
}

fn check_minified(text: &[u8], minified: &[u8]) {
    assert_eq!(
        minified,
        tree::minified(text),
        "minifying changed more than white space"
    );
    // serde_json refuses escapes of unpaired surrogates.
    if let Ok(value) = serde_json::from_slice::<Value>(text) {
        let again = serde_json::from_slice::<Value>(minified).expect("minified text is JSON");
        assert_eq!(value, again, "the minified text means something else");
    }
}

fn check_refusal(text: &[u8], error: &Error, is_json: bool) {
    match error.kind() {
        ErrorKind::NotUtf8 { offset } => {
            let valid_up_to = std::str::from_utf8(text).err().map(|error| error.valid_up_to());
            assert_eq!(valid_up_to, Some(*offset));
        }
        ErrorKind::NotJson { place, .. } => {
            assert!(!is_json, "refused JSON: {error}");
            check_place(text, place);
        }
        ErrorKind::BadSpec { place, .. } => {
            assert!(is_json, "read a shape out of what is not JSON: {error}");
            check_place(text, place);
        }
        ErrorKind::NotASpec(
            NotASpec::WorkflowState | NotASpec::ProcessSpec | NotASpec::List | NotASpec::JsonInAString,
        ) => assert!(is_json, "read a shape out of what is not JSON: {error}"),
        ErrorKind::NotASpec(_) => assert!(!is_json, "refused JSON: {error}"),
        _ => panic!("an error that cannot be: {error}"),
    }
}

fn check_place(text: &[u8], place: &unitflow_core::Place) {
    let before = &text[..place.offset];
    let lines: Vec<&[u8]> = before.split(|&byte| byte == b'\n').collect();
    assert_eq!(place.line, lines.len());
    assert_eq!(place.column, lines.last().map_or(0, |line| line.len()) + 1);
    assert!(place.pointer.is_empty() || place.pointer[0] == b'/');
}

/// Knowing that it is UTF-8 changes nothing, and a limit only ever refuses.
fn check_other_ways(text: &[u8], result: &Result<Decomposition, Error>) {
    let same = |other: &Result<Decomposition, Error>| match (result, other) {
        (Ok(a), Ok(b)) => a.version() == b.version() && a.text() == b.text(),
        (Err(a), Err(b)) => a == b,
        _ => false,
    };
    if std::str::from_utf8(text).is_ok() {
        assert!(same(&Decomposition::of(text, true, &WIDE)));
    }
    let narrow = Decomposition::of(text, false, &NARROW);
    match &narrow {
        Err(error) if matches!(error.kind(), ErrorKind::LimitExceeded { .. }) => {}
        // Where a text is no JSON behind the place at which a limit stopped the other way, both may be right.
        _ => assert!(same(&narrow), "a limit changed what is read"),
    }
}
