//! The three promises the compiler cannot check, and why they hold. No other file of this program has `unsafe`.
//!
//! **A mapped file does not change.** Whoever writes one does so under another name, syncs it, and only then renames it (the
//! `store`); nothing ever writes into a file under its final name, and removing it leaves the mapped pages as they are. One
//! writer at a time holds the folder's lock. A program of someone else that writes into or cuts off a file of the data folder
//! while it is mapped can make us read nonsense or be ended by the system (`SIGBUS`), as with every database that maps its files.
//! The files of `spool.rs` have no name from their first byte on: only the handle that wrote them reaches them, it is dropped once they
//! are mapped, and nothing is written after that.
//!
//! **A file that looks whole holds the arrays that were written.** Before this is assumed, `open.rs` has seen both magic words, a
//! sound footer, the one batch within the file, and each column's buffers within the batch and long enough for its rows (texts:
//! up to the last offset): whatever was cut off, half-written or another kind of file is found and not used. What is not looked
//! at, because it would read every page, are the texts themselves and the offsets between the first and the last: for those a
//! file that we wrote is trusted, as a database trusts its pages.
//!
//! **Pages given back come back equal.** A file is mapped shared and read-only: a page that the process gives up is read from the
//! same file again when someone next looks at it. That holds for a file without a name too: the mapping keeps it.
#![expect(
    unsafe_code,
    reason = "a mapped table costs nothing to open; docs/decisions/2026-11-23-tables-and-links.md says what was weighed"
)]

use std::fs::File;
use std::io;
use std::sync::{Arc, Weak};

use arrow_buffer::Buffer;
use arrow_ipc::reader::FileDecoder;
use bytes::Bytes;
use memmap2::Mmap;

/// A mapped file, held by whoever may give its memory back.
#[derive(Clone, Debug)]
pub struct Pages(Arc<Mmap>);

impl AsRef<[u8]> for Pages {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl Pages {
    /// Gives the memory of all pages read so far back; what is read later comes from the file again. Where the system cannot, nothing
    /// happens.
    pub fn rest(&self) {
        #[cfg(unix)]
        {
            // SAFETY: the mapping is shared and read-only, so that pages come back as they were; see the head of this file.
            let _ = unsafe { self.0.unchecked_advise(memmap2::UncheckedAdvice::DontNeed) };
        }
    }

    /// The same, held by nobody.
    pub(crate) fn downgrade(&self) -> WeakPages {
        WeakPages(Arc::downgrade(&self.0))
    }
}

/// A mapped file as long as someone else holds it.
pub(crate) struct WeakPages(Weak<Mmap>);

impl WeakPages {
    /// As [`Pages::rest`]; whether anyone holds the file still.
    pub(crate) fn rest(&self) -> bool {
        self.0.upgrade().map(|pages| Pages(pages).rest()).is_some()
    }
}

/// The bytes of `file`, mapped; they stay mapped while anyone holds a part of them.
pub(crate) fn map(file: &File) -> io::Result<(Buffer, Pages)> {
    // SAFETY: nothing changes a file of ours under its final name, or without one; see the head of this file.
    let pages = Pages(Arc::new(unsafe { Mmap::map(file)? }));
    Ok((Buffer::from(Bytes::from_owner(pages.clone())), pages))
}

/// `decoder`, which then does not read every cell to check it.
pub(crate) fn trusting(decoder: FileDecoder) -> FileDecoder {
    // SAFETY: called for files whose shape was checked and that only we write; see the head of this file.
    unsafe { decoder.with_skip_validation(true) }
}
