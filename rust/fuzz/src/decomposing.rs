//! Workflows against the slow implementation: what is taken, and what comes out (U2-U5, U17, U18, U21).

use unitflow_core::{Decomposition, ErrorKind, LayoutV2};

use crate::expected::Expected;
use crate::scanning::{COMPARED_DEPTH, WIDE};
use crate::{reference, tree, workflow_text};

/// Takes a workflow apart both ways and compares all that can be seen.
pub fn check(data: &[u8]) {
    let text = workflow_text(data, false);
    let Some((decomposition, expected)) = both(&text) else {
        return;
    };
    assert_eq!(
        decomposition.version(),
        &expected.workflow.version(&expected.objects),
        "version"
    );
    check_whole(&decomposition.into_layout_v2(true), &expected);
}

/// Both results; nothing where both refuse, or where the text is deeper than the slow one goes.
pub(crate) fn both(text: &[u8]) -> Option<(Decomposition, Expected)> {
    let result = Decomposition::of(text, false, &WIDE);
    if tree::depth(text) >= COMPARED_DEPTH {
        return None;
    }
    let minified = tree::minified(text);
    let tree = tree::parse(&minified).filter(|_| tree::parse(text).is_some());
    let workflow = tree.as_ref().and_then(|tree| reference::read(&minified, tree));
    match (result, workflow) {
        (Ok(decomposition), Some(workflow)) => {
            assert_eq!(decomposition.text(), minified, "minified text");
            Some((decomposition, Expected::of(workflow)))
        }
        (Ok(_), None) => panic!("took what is no workflow"),
        (Err(error), Some(_)) => panic!("refused a workflow: {error}"),
        (Err(error), None) => {
            let is_json = tree.is_some();
            let is_syntax = matches!(
                error.kind(),
                ErrorKind::NotJson { .. } | ErrorKind::NotUtf8 { .. }
            );
            assert!(is_json || is_syntax || matches!(error.kind(), ErrorKind::NotASpec(_)));
            None
        }
    }
}

/// The manifest in one piece, and the objects beside it.
pub(crate) fn check_whole(layout: &LayoutV2, expected: &Expected) {
    assert_eq!(
        layout.version,
        expected.workflow.version(&expected.objects),
        "version"
    );
    assert_eq!(values(layout)[..layout.objects], expected.objects, "objects");
    let manifest = tree::parse(&layout.manifest).expect("the manifest is JSON");
    let wanted = expected.manifest();
    assert!(
        manifest.same(&tree::parse(&wanted).expect("what is expected is JSON")),
        "manifest\n{}\nexpected\n{}",
        String::from_utf8_lossy(&layout.manifest),
        String::from_utf8_lossy(&wanted),
    );
}

/// The bytes of all parts.
pub(crate) fn values(v2: &LayoutV2) -> Vec<Vec<u8>> {
    let pieces =
        |part: &unitflow_core::Part| &v2.layout.pieces[part.first_piece..part.first_piece + part.pieces];
    let bytes = |part| {
        pieces(part)
            .iter()
            .flat_map(|piece| v2.layout.bytes_of(piece, &v2.text))
            .copied()
            .collect()
    };
    v2.layout.parts.iter().map(bytes).collect()
}
