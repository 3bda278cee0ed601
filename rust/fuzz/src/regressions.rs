//! Everything that once failed, the seeds, and workflows drawn from a fixed series of bytes.

use std::fs;
use std::path::Path;

fn files(folder: &str) -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let Ok(entries) = fs::read_dir(&folder) else {
        return Vec::new();
    };
    entries
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.is_file())
        .map(|path| {
            (
                path.display().to_string(),
                fs::read(&path).expect("a readable file"),
            )
        })
        .collect()
}

fn run(target: &str, check: fn(&[u8])) {
    let seeds = files("seeds");
    assert!(seeds.len() > 5);
    for (name, bytes) in seeds.into_iter().chain(files(&format!("regressions/{target}"))) {
        println!("{name}");
        check(&bytes);
    }
}

/// Bytes that look random, a different series for each number.
fn drawn(number: u64) -> Vec<u8> {
    let mut state = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let length = 40 + number % 700;
    (0..length)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 24) as u8
        })
        .collect()
}

/// A seed with a few of its bytes replaced, left out or doubled, most often by what means something in JSON.
fn altered(seed: &[u8], number: u64) -> Vec<u8> {
    const TOKENS: &[u8] = b"\"\\{}[]:,0123456789.eE+-tfnu \n\t\x00\x1f\x20\x7f\xff";
    let mut bytes = seed.to_vec();
    for change in drawn(number).chunks_exact(4).take(1 + number as usize % 3) {
        let at = (usize::from(change[0]) << 8 | usize::from(change[1])) % bytes.len();
        let token = TOKENS[usize::from(change[2]) % TOKENS.len()];
        match change[3] % 3 {
            0 => bytes[at] = token,
            1 => bytes.insert(at, token),
            _ => drop(bytes.remove(at)),
        }
    }
    bytes
}

#[test]
fn u4_scanning_takes_json_and_nothing_else() {
    run("scan", crate::scanning::check);
    for (name, seed) in files("seeds").into_iter().filter(|(_, seed)| seed.len() < 2000) {
        println!("altered {name}");
        (0..2000).for_each(|number| crate::scanning::check(&altered(&seed, number)));
    }
}

#[test]
fn u4_u17_the_spelling_of_a_workflow_changes_nothing() {
    run("decompose", crate::respelling::check);
    (0..1000).for_each(|number| crate::respelling::check(&drawn(number)));
    for (name, seed) in files("seeds").into_iter().filter(|(_, seed)| seed.len() < 2000) {
        println!("altered {name}");
        (0..1000).for_each(|number| crate::respelling::check(&altered(&seed, number)));
    }
}

#[test]
fn u17_u18_decomposing_is_what_the_slow_implementation_says() {
    run("decompose_differential", crate::decomposing::check);
    (0..500).for_each(|number| crate::decomposing::check(&drawn(number)));
}

#[test]
fn u10_u18_layouts_hold_what_a_reader_looks_for() {
    run("layout", crate::layouts::check);
    (0..300).for_each(|number| crate::layouts::check(&drawn(number)));
}

#[test]
fn the_drawn_workflows_are_worth_comparing() {
    let texts: Vec<_> = (0..500)
        .map(|number| crate::plan::draw(&drawn(number), true))
        .collect();
    let taken: Vec<_> = texts
        .iter()
        .filter_map(|text| crate::decomposing::both(text))
        .collect();
    assert!(
        taken.len() > 50,
        "{} of {} are workflows",
        taken.len(),
        texts.len()
    );
    let holds = |wanted: fn(&crate::expected::Expected) -> bool| {
        taken.iter().filter(|(_, expected)| wanted(expected)).count()
    };
    assert!(holds(|expected| expected.families.iter().any(|family| family.members.len() > 1)) > 5);
    assert!(holds(|expected| expected.families.iter().any(|family| family.is_circular)) > 0);
    assert!(holds(|expected| expected.manifest().len() > 32 * 1024) > 3);
}
