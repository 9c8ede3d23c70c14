//! The database of one data folder, and the files beside it. The only user of `sqlx`.
//!
//! A data folder holds:
//!
//! | path | what |
//! |---|---|
//! | `jianwei.sqlite` | every row below (write-ahead log beside it while open) |
//! | `jianwei.lock` | held by the one writer; the operating system lets go of it when the process dies |
//! | `originals/<hash>.zst` | the bytes of each delivery as received, under their SHA-256, compressed |
//! | `tables/<hash>-<fingerprint>.arrow` | what was read from them, with subject numbers; the pipeline writes these and can make them again |
//! | `identities/<hash>.arrow` | a long list of keys that took consecutive numbers; a short one lies in its row |
//! | `packs/<hash>/<id>/…` | the files of each pack version |
//! | `heads/<date>.txt` | heads of the event chain, one `position hash` a line |
//!
//! The row is the truth: a file is written under a temporary name, synced, renamed to its content name, its folder synced, and
//! only then is the row committed. What has no row is an orphan and is swept when the next writer opens the folder.
//!
//! Answers are not stored, only counts per run: an answer is derived again from what the run pins. Time stamps are texts that
//! the caller gives; randomness comes through [`Entropy`]; numbers count from 1. A method that writes does so in one transaction
//! and fails with [`StoreError::ReadOnly`] on a store opened for reading. Files are read and written in place, without handing over
//! to another thread.
//!
//! To add a stored noun: 1. its table in `schema.rs`, as a new migration; 2. `src/<noun>/mod.rs` with the record, the queries (one
//! text each) and the methods on [`Store`]; 3. a test in it. What must be provable later also goes into the chain, with a body
//! that names nobody (`chain/mod.rs`).

mod access;
mod alias;
mod backup;
mod case;
mod cell;
mod chain;
mod clue;
mod command;
mod delivery;
mod digest;
mod durable;
mod entropy;
mod error;
mod folder;
mod identity;
mod once;
mod pack_version;
mod person;
mod reference;
mod refused_row;
mod reveal;
mod run;
mod schema;
mod setting;
mod store;

pub use access::{Access, NewAccess};
pub use alias::NewAlias;
pub use backup::restore;
pub use case::{CaseFilter, CaseRecord, CaseRow, Scope};
pub use chain::{ChainFault, EventRow, Head};
pub use clue::{ClueFilter, ClueRecord, Ranking};
pub use command::Command;
pub use delivery::{NewDelivery, Original, StoredDelivery, Tombstone};
pub use durable::end_at;
pub use entropy::Entropy;
pub use error::StoreError;
pub use once::Once;
pub use pack_version::{NewPack, PackSwitch, PackVersion};
pub use person::{NewPerson, Person, SessionRecord};
pub use refused_row::{RefusedFilter, StoredRefusedRow};
pub use reveal::{NewReveal, Reveal};
pub use run::{ModelCounts, RunRecord, deliveries_digest};
pub use store::Store;
