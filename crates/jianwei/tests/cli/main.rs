//! The binary as a user meets it: words in, data on stdout, messages on stderr, an exit code. Data in `tests/data`.

mod demo;
mod exits;
mod folder;
mod masking;
mod shapes;
