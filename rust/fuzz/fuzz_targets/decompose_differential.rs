//! Workflows: objects, references, closures and the manifest, against a slow implementation from the format's page.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| unitflow_fuzz::decomposing::check(data));
