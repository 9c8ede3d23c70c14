//! Awkward files and what becomes of them: text files as Markdown tables of cases (`tests/corpus/`), workbooks made in code, other
//! people's files, and bytes that are no file at all.

#![expect(clippy::panic, reason = "a mistake in a case is a failed test")]

mod archives;
mod corpus;
mod feed_spec;
mod hostile;
mod old_workbooks;
mod other_people;
mod parquet;
mod real_files;
mod recognise;
mod render;
mod spooled;
mod workbooks;
