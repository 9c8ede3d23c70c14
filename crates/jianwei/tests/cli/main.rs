//! The binary as a user meets it: words in, data on stdout, messages on stderr, an exit code. Data in `tests/data`.

#![expect(clippy::panic, reason = "a list that is not as it should be is a failed test")]

mod demo;
mod exits;
mod folder;
mod guide;
mod hostile;
mod kills;
mod lists;
mod masking;
mod notes;
mod packs;
mod publication;
mod retention;
mod served;
mod shapes;
mod tried_lines;
mod truth;
mod watch;
