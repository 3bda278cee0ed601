//! The core from outside: text in, objects and manifest out.

use unitflow_core::{Decomposition, Error, ErrorKind, Layout, Limits, PartKind};

/// A process with tasks, given as `(name, typename, spec)`.
fn process(name: &str, tasks: &[(&str, &str, &str)]) -> String {
    let tasks: Vec<String> = tasks
        .iter()
        .map(|(task, typename, spec)| {
            format!(
                r#""{task}":{{"name":"{task}","typename":"{typename}","inputs":[],"outputs":[],"bpmn_id":"{task}","spec":"{spec}"}}"#
            )
        })
        .collect();
    format!(
        r#"{{"name":"{name}","typename":"BpmnProcessSpec","task_specs":{{{}}},"data_objects":{{}},"correlation_keys":{{}},"io_specification":null}}"#,
        tasks.join(",")
    )
}

fn workflow(top: &str, others: &[(&str, String)]) -> String {
    let others: Vec<String> = others
        .iter()
        .map(|(id, text)| format!(r#""{id}":{text}"#))
        .collect();
    format!(r#"{{"spec":{top},"subprocess_specs":{{{}}}}}"#, others.join(","))
}

fn decompose(text: &str) -> Result<Decomposition, Error> {
    Decomposition::of(text.as_bytes(), true, &Limits::default())
}

/// The stored values of a layout, in order.
fn values(layout: &Layout, text: &[u8]) -> Vec<String> {
    let value = |first: usize, count: usize| {
        let pieces = &layout.pieces[first..first + count];
        let bytes: Vec<u8> = pieces
            .iter()
            .flat_map(|piece| layout.bytes_of(piece, text))
            .copied()
            .collect();
        String::from_utf8(bytes).unwrap()
    };
    layout
        .parts
        .iter()
        .map(|part| value(part.first_piece, part.pieces))
        .collect()
}

/// The first lines of the objects, and the manifest.
fn objects_and_manifest(text: &str) -> (Vec<String>, String) {
    let v2 = decompose(text).unwrap().into_layout_v2(false);
    let objects = values(&v2.layout, &v2.text)[..v2.objects].to_vec();
    let heads = objects
        .iter()
        .map(|object| object.lines().next().unwrap().to_owned())
        .collect();
    (heads, String::from_utf8(v2.manifest).unwrap())
}

/// What the manifest says of a process under a key.
fn field<'a>(manifest: &'a str, id: &str, key: &str) -> &'a str {
    let process = manifest.split(&format!("{{\"id\":\"{id}\"")).nth(1).unwrap();
    let value = process.split(&format!("\"{key}\":")).nth(1).unwrap();
    value.split([',', '}']).next().unwrap()
}

#[test]
fn u17_what_one_process_embeds_is_stored_with_it_and_what_several_do_is_not() {
    let text = workflow(
        &process(
            "Top",
            &[
                ("Mine", "SubWorkflowTask", "Mine"),
                ("Ours", "SubWorkflowTask", "Ours"),
                ("c", "CallActivity", "A"),
            ],
        ),
        &[
            ("A", process("A", &[("Ours", "SubWorkflowTask", "Ours")])),
            ("Mine", process("Mine", &[])),
            ("Ours", process("Ours", &[])),
        ],
    );
    let (heads, _) = objects_and_manifest(&text);
    assert_eq!(
        heads,
        [
            r#"[{"id":"A","embeds":["Ours"]}]"#,
            r#"[{"id":"Ours"}]"#,
            r#"[{"id":"Top","calls":["A"],"embeds":["Mine","Ours"]},{"id":"Mine"}]"#,
        ]
    );
}

#[test]
fn u17_an_object_does_not_depend_on_white_space_or_on_other_processes() {
    let leaf = process("Leaf", &[("x", "ScriptTask", "")]);
    let small = workflow(
        &process("Top", &[("c", "CallActivity", "Leaf")]),
        &[("Leaf", leaf.clone())],
    );
    let large = workflow(
        &process(
            "Top",
            &[("c", "CallActivity", "Leaf"), ("d", "CallActivity", "More")],
        ),
        &[
            ("Leaf", leaf.replace(':', " : \n")),
            ("More", process("More", &[])),
        ],
    );
    let hash = |text: &str| {
        let v2 = decompose(text).unwrap().into_layout_v2(false);
        let at = values(&v2.layout, &v2.text)
            .iter()
            .position(|value| value.starts_with(r#"[{"id":"Leaf""#));
        v2.layout.parts[at.unwrap()].hash
    };
    assert_eq!(hash(&small), hash(&large));
}

#[test]
fn u18_a_closure_changes_exactly_with_what_can_be_reached_also_in_circles() {
    let text = |mark: &str| {
        workflow(
            &process(
                "Top",
                &[("a", "CallActivity", "Ping"), ("b", "CallActivity", "Aside")],
            ),
            &[
                ("Aside", process("Aside", &[])),
                ("Ping", process("Ping", &[("c", "CallActivity", "Pong")])),
                (
                    "Pong",
                    process("Pong", &[("d", "CallActivity", "Ping"), (mark, "ScriptTask", "")]),
                ),
            ],
        )
    };
    let (_, before) = objects_and_manifest(&text("one"));
    let (_, after) = objects_and_manifest(&text("two"));
    for id in ["Top", "Ping", "Pong"] {
        assert_ne!(
            field(&before, id, "closure"),
            field(&after, id, "closure"),
            "{id}"
        );
    }
    assert_eq!(
        field(&before, "Aside", "closure"),
        field(&after, "Aside", "closure")
    );
    assert_eq!(
        field(&before, "Ping", "closure"),
        field(&before, "Pong", "closure")
    );
}

#[test]
fn u21_processes_that_embed_one_another_stay_together_and_say_why() {
    let text = workflow(
        &process("Top", &[]),
        &[
            ("A", process("A", &[("B", "SubWorkflowTask", "B")])),
            ("B", process("B", &[("A", "SubWorkflowTask", "A")])),
        ],
    );
    let (heads, manifest) = objects_and_manifest(&text);
    assert_eq!(
        heads[0],
        r#"[{"id":"A","embeds":["B"]},{"id":"B","embeds":["A"]}]"#
    );
    assert_eq!(manifest.matches(r#""notSplit":"embedding-cycle""#).count(), 1);
}

#[test]
fn u21_a_chain_of_50_000_calls_needs_no_stack() {
    let others: Vec<(String, String)> = (1..50_000)
        .map(|at| {
            let next = format!("P{}", at + 1);
            (
                format!("P{at}"),
                process(&format!("P{at}"), &[("c", "CallActivity", &next)]),
            )
        })
        .collect();
    let others: Vec<(&str, String)> = others
        .iter()
        .map(|(id, text)| (id.as_str(), text.clone()))
        .collect();
    let text = workflow(&process("P0", &[("c", "CallActivity", "P1")]), &others);
    let v2 = decompose(&text).unwrap().into_layout_v2(false);
    assert_eq!(v2.objects, 50_000);
}

#[test]
fn u10_layout_v1_splits_a_workflow_of_calls_and_no_other() {
    let leaf = ("A", process("A", &[]));
    let units = |text: &str| {
        let decomposition = decompose(text).unwrap();
        let layout = decomposition.layout_v1();
        layout
            .parts
            .iter()
            .filter(|part| part.kind == PartKind::V1Unit)
            .count()
    };
    assert_eq!(
        units(&workflow(
            &process("Top", &[("c", "CallActivity", "A")]),
            std::slice::from_ref(&leaf)
        )),
        4
    );
    assert_eq!(units(&workflow(&process("Top", &[]), &[leaf])), 1);
}

#[test]
fn u4_a_later_member_of_the_same_key_replaces_a_wrong_one() {
    let good = process("Top", &[]);
    let text = format!(r#"{{"spec":7,"subprocess_specs":[],"spec":{good},"subprocess_specs":{{}}}}"#);
    assert!(decompose(&text).is_ok());
    let error = decompose(&format!(r#"{{"spec":{good},"subprocess_specs":{{}},"spec":7}}"#)).unwrap_err();
    let ErrorKind::BadSpec { place, found, .. } = error.kind() else {
        panic!("{error}");
    };
    assert_eq!(
        (place.pointer.as_slice(), found.as_str()),
        (&b"/spec"[..], "a number")
    );
}
