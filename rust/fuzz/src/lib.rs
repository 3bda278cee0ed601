//! What fuzzing compares the core with: slow implementations, written from `docs/cache-layout.md` and the behaviours
//! U1-U21 alone, and the checks that the fuzz targets run.
//!
//! Each check takes the bytes that the fuzzer made and panics where the core is wrong. `cargo test` runs them over the
//! seeds and over `regressions/`, without a fuzzer.

#![forbid(unsafe_code)]

pub mod decomposing;
mod expected;
mod filler;
mod hashing;
pub mod layouts;
mod layouts_v1;
mod parts;
mod plan;
mod reference;
pub mod respelling;
pub mod scanning;
mod spelling;
mod tree;

#[cfg(test)]
mod regressions;

/// The workflow that the bytes stand for: JSON text as it is where they begin as one, else one drawn from them.
fn workflow_text(data: &[u8], many: bool) -> Vec<u8> {
    if data.first() == Some(&b'{') {
        return data.to_vec();
    }
    plan::draw(data, many)
}
