//! Workflows, and what is none: the same result and the same errors however the text is spelled and handed in.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| unitflow_fuzz::respelling::check(data));
