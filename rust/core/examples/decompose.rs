//! Takes a file apart as often as is asked, so that a profiler of native programs can count what it costs:
//! `cargo build --release --example decompose`, then `valgrind --tool=callgrind target/release/examples/decompose
//! <file> [times] [scan]`. With `scan` it only scans.

use std::process::ExitCode;

use unitflow_core::{Decomposition, GAP, Limits, minify};

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let Some(path) = arguments.next() else {
        eprintln!("which file?");
        return ExitCode::FAILURE;
    };
    let times = arguments.next().and_then(|times| times.parse().ok()).unwrap_or(1);
    let only_scan = arguments.next().is_some();
    let text = match std::fs::read(&path) {
        Ok(text) => text,
        Err(error) => {
            eprintln!("{path}: {error}");
            return ExitCode::FAILURE;
        }
    };
    let limits = Limits::default();
    let mut bytes = 0;
    for _ in 0..times {
        let buffer = [&[0; GAP], &text[..]].concat();
        let done = if only_scan {
            minify(buffer, limits.depth).map(|text| text.len())
        } else {
            Decomposition::in_place(buffer, true, &limits).map(|it| it.into_layout_v2(false).text.len())
        };
        match done {
            Ok(length) => bytes += length,
            Err(refusal) => {
                eprintln!("{path}: {refusal:?}");
                return ExitCode::FAILURE;
            }
        }
    }
    println!("{bytes} bytes");
    ExitCode::SUCCESS
}
