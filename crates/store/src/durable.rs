//! The instants at which something becomes so: a rename, a commit. A test can end the process just before or just after any of them,
//! as a power cut would.

use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::{Sqlite, Transaction};

use crate::StoreError;
use crate::folder::io;

/// How many of these instants are left until the process ends; 0: it never does.
static LEFT: AtomicU32 = AtomicU32::new(0);

/// Ends the process, without any tidying up, at the `nth` of these instants from now (each rename and each commit has two: before and
/// after); for tests of what is left then.
pub fn end_at(nth: u32) {
    LEFT.store(nth, Ordering::SeqCst);
}

fn reach() {
    if LEFT.load(Ordering::SeqCst) > 0 && LEFT.fetch_sub(1, Ordering::SeqCst) == 1 {
        std::process::abort();
    }
}

/// Gives what was written under a temporary name its own.
pub(crate) fn rename(from: &Path, to: &Path) -> Result<(), StoreError> {
    reach();
    std::fs::rename(from, to).map_err(io(to))?;
    reach();
    Ok(())
}

/// Makes the changes of a transaction so.
pub(crate) async fn commit(tx: Transaction<'_, Sqlite>) -> Result<(), StoreError> {
    reach();
    tx.commit().await?;
    reach();
    Ok(())
}
