//! Workflows, large ones too: what both layouts want stored, and whether a reader finds everything in it.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| unitflow_fuzz::layouts::check(data));
