//! Any bytes: what is JSON and what is not, and what minifying keeps.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| unitflow_fuzz::scanning::check(data));
