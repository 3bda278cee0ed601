//! Many processes of one pattern, so that a manifest becomes long enough for parts.

/// Appends up to 255 processes to an object that has none yet, or some. `jump` and `kind` say what refers to what.
pub(crate) fn fill(text: &mut Vec<u8>, mut first: bool, [count, jump, kind, length]: [u8; 4]) {
    let count = usize::from(count);
    let long = "-".repeat(usize::from(length));
    for at in 0..count {
        if !first {
            text.push(b',');
        }
        first = false;
        let next = (at * usize::from(jump % 7) + usize::from(jump / 7) + 1) % (count + 1);
        let (typename, target) = match (usize::from(kind) + at * usize::from(kind % 3)) % 6 {
            0 => ("CallActivity", format!("F{next}{long}")),
            1 => ("SubWorkflowTask", format!("F{next}{long}")),
            2 => ("OwnTask", format!("F{next}{long}")),
            3 => ("CallActivity", "A".to_owned()),
            4 => ("SubWorkflowTask", "B".to_owned()),
            _ => ("OwnTask", String::new()),
        };
        let triggers = if kind & 64 != 0 { "\"T\"" } else { "" };
        let shared = at % 5;
        text.extend(
            format!(
                r#""F{at}{long}":{{"name":"F{at}{long}","typename":"BpmnProcessSpec","task_specs":{{"T":{{"name":"T","typename":"{typename}","inputs":[],"outputs":[],"bpmn_id":"E{at}{long}","spec":"{target}"}},"S":{{"name":"S","typename":"BpmnStartTask","inputs":[],"outputs":[],"bpmn_id":"S{shared}","trigger_specs":[{triggers}]}}}},"data_objects":{{}},"correlation_keys":{{}},"io_specification":null}}"#
            )
            .bytes(),
        );
    }
}
