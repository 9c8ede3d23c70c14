//! The whole path, from departments' files to replayed clues, on a small invented county and the packs of this repository.

mod backtest;
mod bytes;
mod clues;
mod county;
mod extremes;
mod packs;
mod replay;
mod stored;
mod what_if;
