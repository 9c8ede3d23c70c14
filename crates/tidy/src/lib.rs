//! The rules of the house, checked. Nothing is exported: the crate is its one test binary, `tests/tidy/`.
//!
//! A rule that is only written down is forgotten; a rule that a machine can check is checked here, and the lists it needs lie
//! beside this folder as plain text:
//!
//! | list | says |
//! |---|---|
//! | `arrows.txt` | which crate may depend on which |
//! | `owners.txt` | which crate alone uses a heavy dependency |
//! | `domain-words.txt` | words that belong to packs, never to code |
//! | `domain-exceptions.txt` | where such a word stands nevertheless, with its decision note |
//! | `forbidden.txt` | texts that may not stand somewhere: clocks, environment, machine paths |
//!
//! To run it: `cargo test --workspace --test tidy`. Each offence is one line: file, line, what, what to do.
//!
//! To add a check: 1. a file `tests/tidy/<check>.rs` with `fn offences(..) -> Vec<Offence>`; 2. in it a test on the repository and
//! a test on a bad example, so that the check cannot go blind; 3. its `mod` line in `tests/tidy/main.rs`.
