//! What must not change what a workflow is: white space between tokens, the order of its processes, the way in which the
//! text is handed in, and limits that it keeps (U4, U17). Wherever a text is refused, the place is that of the text as it
//! was handed in, though reading writes over it. No slow implementation is asked, so this is fast, and takes large texts.

use unitflow_core::{Decomposition, Error, ErrorKind, GAP, LayoutV2, Limits, Place};

use crate::decomposing::values;
use crate::scanning::WIDE;
use crate::{tree, workflow_text};

const SPACES: [&[u8]; 6] = [
    b" ",
    b"\n",
    b"\t\t",
    b"\r\n",
    b"\n        ",
    b"                                ",
];

/// Takes a text apart in several spellings.
pub fn check(data: &[u8]) {
    let text = workflow_text(data, true);
    let mut choices = Choices::of(data);
    let result = Decomposition::of(&text, false, &WIDE);
    check_in_place(&text, &result);
    check_limits(&text, &result, &mut choices);
    let (spaced, places) = spaced(&text, &mut choices);
    match (result, Decomposition::of(&spaced, false, &WIDE)) {
        (Ok(plain), Ok(again)) => {
            assert_eq!(plain.text(), again.text(), "white space changed the text");
            let (plain, again) = (plain.into_layout_v2(false), again.into_layout_v2(false));
            check_same(&plain, &again);
            check_reordered(&plain, &mut choices);
        }
        (Err(plain), Err(again)) => check_moved(&spaced, &places, &plain, &again),
        (Ok(_), Err(error)) => panic!("white space made it wrong: {error}"),
        (Err(error), Ok(_)) => panic!("white space mended it: {error}"),
    }
}

/// The way without a second copy of the text, which the host takes: it has to say the same.
fn check_in_place(text: &[u8], result: &Result<Decomposition, Error>) {
    for is_utf8 in [false, true] {
        if is_utf8 && std::str::from_utf8(text).is_err() {
            continue;
        }
        let buffer = [&[0xff; GAP], text].concat();
        match (result, Decomposition::in_place(buffer, is_utf8, &WIDE)) {
            (Ok(copied), Ok(in_place)) => assert_eq!(copied.version(), in_place.version()),
            (Err(copied), Err(in_place)) => assert_eq!(*copied, in_place),
            _ => panic!("taken in place and not, or not in place and taken"),
        }
    }
}

/// A limit only ever refuses, and says which one it was.
fn check_limits(text: &[u8], result: &Result<Decomposition, Error>, choices: &mut Choices) {
    let mut some = |most: usize| {
        if choices.below(2) == 0 {
            usize::MAX
        } else {
            choices.below(most)
        }
    };
    let limits = Limits {
        bytes: some(2 * text.len() + 2),
        depth: some(12).min(WIDE.depth),
        processes: some(8),
        id_length: some(12),
    };
    match (result, Decomposition::of(text, false, &limits)) {
        (_, Err(error)) if matches!(error.kind(), ErrorKind::LimitExceeded { .. }) => {}
        (Ok(wide), Ok(narrow)) => {
            assert!(text.len() <= limits.bytes, "a limit on bytes was not kept");
            assert_eq!(wide.version(), narrow.version());
        }
        (Err(wide), Err(narrow)) => assert_eq!(*wide, narrow, "a limit changed what is wrong"),
        _ => panic!("a limit changed whether a text is taken"),
    }
}

fn check_same(a: &LayoutV2, b: &LayoutV2) {
    assert_eq!(a.version, b.version, "version");
    assert_eq!(a.manifest, b.manifest, "manifest");
    assert_eq!(values(a), values(b), "values");
}

/// The processes in another order, from the minified text, give the same objects. (Of the manifest only what people are
/// told: the order in which parts were filled may differ.)
fn check_reordered(plain: &LayoutV2, choices: &mut Choices) {
    let Some(reordered) = reordered(&plain.text, choices) else {
        return;
    };
    let again = Decomposition::of(&reordered, false, &WIDE).expect("the order of processes made it wrong");
    let again = again.into_layout_v2(false);
    assert_eq!(plain.version, again.version, "version in another order");
    assert_eq!(plain.manifest, again.manifest, "manifest in another order");
    assert_eq!(values(plain), values(&again), "values in another order");
}

/// The text with the members of `subprocess_specs` turned round, where no key is there twice.
fn reordered(text: &[u8], choices: &mut Choices) -> Option<Vec<u8>> {
    if tree::depth(text) >= crate::scanning::COMPARED_DEPTH {
        return None;
    }
    let tree = tree::parse(text)?;
    let specs = tree.get(b"subprocess_specs")?;
    let members = specs.members()?;
    let mut keys: Vec<_> = members.iter().map(|(key, _)| key).collect();
    keys.sort();
    if members.len() < 2 || keys.windows(2).any(|pair| pair[0] == pair[1]) {
        return None;
    }
    let mut from = specs.start + 1;
    let mut texts: Vec<&[u8]> = Vec::new();
    for (_, node) in members {
        texts.push(&text[from..node.end]);
        from = node.end + 1;
    }
    let turn = choices.below(texts.len());
    texts.rotate_left(turn);
    if choices.below(2) == 0 {
        texts.reverse();
    }
    Some([&text[..=specs.start], &texts.join(&b','), &text[specs.end - 1..]].concat())
}

/// The text with white space around some of its brackets, colons and commas, and per byte of it where that went.
fn spaced(text: &[u8], choices: &mut Choices) -> (Vec<u8>, Vec<usize>) {
    let (mut out, mut places) = (Vec::new(), Vec::with_capacity(text.len() + 1));
    let (mut inside, mut escaped) = (false, false);
    let mut space = |out: &mut Vec<u8>, is_token: bool| {
        if is_token && choices.below(4) == 0 {
            out.extend(SPACES[choices.below(SPACES.len())]);
        }
    };
    for &byte in text {
        let is_token = !inside && b"{}[]:,".contains(&byte);
        space(&mut out, is_token);
        places.push(out.len());
        out.push(byte);
        space(&mut out, is_token);
        if byte == b'"' && !escaped {
            inside = !inside;
        }
        escaped = inside && byte == b'\\' && !escaped;
    }
    places.push(out.len());
    (out, places)
}

/// The same error at the place to which white space has moved it.
fn check_moved(spaced: &[u8], places: &[usize], plain: &Error, again: &Error) {
    match (plain.kind(), again.kind()) {
        (ErrorKind::NotUtf8 { offset }, ErrorKind::NotUtf8 { offset: moved }) => {
            assert_eq!(places[*offset], *moved);
        }
        (
            ErrorKind::NotJson { place, expected, .. },
            ErrorKind::NotJson {
                place: moved,
                expected: then,
                ..
            },
        )
        | (
            ErrorKind::BadSpec { place, expected, .. },
            ErrorKind::BadSpec {
                place: moved,
                expected: then,
                ..
            },
        ) => {
            assert_eq!((expected, &place.pointer), (then, &moved.pointer));
            // White space that ends a token too soon is itself what is wrong.
            let between = spaced.get(moved.offset..places[place.offset]);
            let is_moved = between.is_some_and(|between| between.iter().all(u8::is_ascii_whitespace));
            assert!(is_moved, "{plain}, then {again}");
            check_line(spaced, moved);
        }
        (ErrorKind::NotASpec(kind), ErrorKind::NotASpec(then)) => assert_eq!(kind, then),
        // What it looks like is told of the first bytes, and of those behind a bracket there are others now.
        (ErrorKind::NotASpec(_), _) | (_, ErrorKind::NotASpec(_)) => {}
        _ => panic!("white space made another error of {plain}: {again}"),
    }
}

fn check_line(text: &[u8], place: &Place) {
    let before = &text[..place.offset];
    let line = before.iter().filter(|&&byte| byte == b'\n').count() + 1;
    let column = before.iter().rev().take_while(|&&byte| byte != b'\n').count() + 1;
    assert_eq!((place.line, place.column), (line, column));
}

/// Numbers from the fuzzer's bytes, over and over.
struct Choices {
    state: u64,
}

impl Choices {
    fn of(data: &[u8]) -> Self {
        let fold = |state: u64, &byte: &u8| (state ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        Choices {
            state: data.iter().fold(0xcbf2_9ce4_8422_2325, fold) | 1,
        }
    }

    fn below(&mut self, limit: usize) -> usize {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        (self.state >> 33) as usize % limit.max(1)
    }
}
