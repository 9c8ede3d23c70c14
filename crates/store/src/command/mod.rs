//! Commands: decided one at a time on everything that was decided before, made durable many at a time.
//!
//! A command takes its turn at the writer, reads what those before it wrote, writes, and waits. Whoever stands in line meanwhile
//! writes into the same transaction; when the commit has its turn, all of them are on disk with one sync, and only then is any of
//! them answered. What one of them wrote and then gave up is taken back alone.

use std::sync::Arc;

use casework::case::{Case, CaseEvent, CaseId};
use casework::{ClueEvent, ClueId};
use sqlx::{QueryBuilder, Sqlite, Transaction};
use tokio::sync::{Mutex, OwnedMutexGuard, oneshot};
use types::SubjectRef;

use crate::case::{self, CaseRow};
use crate::chain::Head;
use crate::clue::{self, ClueRecord};
use crate::once::{self, Once};
use crate::{Store, StoreError};

/// The group that is being written, with a line of those who wait for their turn in it.
pub(crate) type Shared = Arc<Mutex<Group>>;

/// What commands wrote since the last commit.
#[derive(Default)]
pub(crate) struct Group {
    tx: Option<Transaction<'static, Sqlite>>,
    /// Those who wrote into it, and wait for its commit.
    waiting: Vec<oneshot::Sender<bool>>,
    /// A command began to write and has not come to an end of it.
    is_torn: bool,
    /// Which of two names the mark has that the last command set before it wrote: what one command set out from is never taken for
    /// where another goes back to, even if that one's first statement never arrived. `None` before the first.
    mark: Option<bool>,
}

/// The turn of one command at the writer. Dropped before [`Command::commit`], nothing of it has been.
///
/// While it is held, nothing else writes: read through it, never through the [`Store`], what the decision rests on.
pub struct Command<'s> {
    store: &'s Store,
    group: OwnedMutexGuard<Group>,
    /// The case it may open, and the end of the chain before it; `None` when it did not ask, or wrote since.
    opening: Option<(CaseId, Head)>,
}

impl Store {
    /// Waits for the next turn at the writer.
    ///
    /// # Errors
    /// `ReadOnly`, `Sql`.
    pub async fn command(&self) -> Result<Command<'_>, StoreError> {
        self.expect_writer()?;
        let mut group = Arc::clone(&self.group).lock_owned().await;
        group.mend().await?;
        if group.tx.is_none() {
            group.tx = Some(self.begin().await?);
        }
        Ok(Command { store: self, group, opening: None })
    }
}

impl Command<'_> {
    /// What was done under this key, if anything.
    ///
    /// # Errors
    /// `Sql`.
    pub async fn done_once(&mut self, person: &str, key: &str) -> Result<Option<Once>, StoreError> {
        once::find(&mut **self.group.tx()?, person, key).await
    }

    /// What opening a case begins with, read at once: what was done under this key, if anything, and the number the next case takes.
    ///
    /// # Errors
    /// `Sql`, `Corrupt`.
    pub async fn opening(&mut self, person: &str, key: &str) -> Result<(Option<Once>, CaseId), StoreError> {
        let (once, id, head) = case::opening(&mut **self.group.tx()?, person, key).await?;
        self.opening = Some((id, head));
        Ok((once, id))
    }

    /// As [`Store::case_events`].
    ///
    /// # Errors
    /// `Sql`, `Corrupt`.
    pub async fn case_events(&mut self, id: CaseId) -> Result<Vec<(u64, CaseEvent)>, StoreError> {
        case::events_of(&mut **self.group.tx()?, id).await
    }

    /// The open case of a workflow about one subject, if there is one.
    ///
    /// # Errors
    /// `Sql`.
    pub async fn open_case_of(&mut self, workflow: &str, of: &SubjectRef) -> Result<Option<CaseId>, StoreError> {
        let subject_hash = self.store.subject_hash(&of.kind, &of.key);
        case::open_of(&mut **self.group.tx()?, workflow, subject_hash).await
    }

    /// The case a clue is worked in.
    ///
    /// # Errors
    /// `Sql`.
    pub async fn case_of_clue(&mut self, clue: ClueId) -> Result<Option<CaseId>, StoreError> {
        case::of_clue(&mut **self.group.tx()?, clue).await
    }

    /// As [`Store::clue`].
    ///
    /// # Errors
    /// `Sql`, `Corrupt`.
    pub async fn clue(&mut self, id: ClueId) -> Result<Option<ClueRecord>, StoreError> {
        clue::one(&mut **self.group.tx()?, id).await
    }

    /// Appends one event of a case, what it says, and what it changes in the lists, together with the note that a command was
    /// done. `before` is the case before the event; `row` follows from the case after it. Returns the position of the event.
    ///
    /// # Errors
    /// `Unfit` (the case has moved on since `before`), `Corrupt`, `Sql`; nothing is written then.
    pub async fn append_case_event(
        &mut self,
        before: Option<&Case>,
        event: &CaseEvent,
        row: impl Fn(&Case) -> CaseRow,
        once: Option<&Once>,
    ) -> Result<(u64, Case), StoreError> {
        let opening = self.opening.take().filter(|(id, _)| *id == event.case);
        let head = opening.map(|(_, head)| head);
        // The mark is set together with what follows it.
        let batch = QueryBuilder::new(self.group.set_out());
        let tx = self.group.tx()?;
        let done = case::projection::append(self.store, tx, batch, before, head, event, row, once).await;
        self.group.stand(done).await
    }

    /// Appends clue events that belong to no run (verdicts), and what they change, together with the note that a command was done.
    ///
    /// # Errors
    /// `Unfit`, `Corrupt` (an event that does not fit), `Sql`; nothing is written then.
    pub async fn append_clue_events(&mut self, events: &[ClueEvent], once: Option<&Once>) -> Result<(), StoreError> {
        if events.iter().any(|event| event.run.is_some()) {
            return Err(StoreError::unfit("events of a run are stored with it"));
        }
        self.opening = None;
        let mark = self.group.set_out();
        let tx = self.group.tx()?;
        let done = async {
            sqlx::query(mark).execute(&mut **tx).await?;
            clue::append_events(self.store, tx, events).await?;
            if let Some(once) = once {
                once.write(tx).await?;
            }
            Ok(())
        }
        .await;
        self.group.stand(done).await
    }

    /// Gives the turn to the next, and returns when what was written is on disk.
    ///
    /// # Errors
    /// `Sql`: it is not, nor is what anyone wrote since the last commit.
    pub async fn commit(mut self) -> Result<(), StoreError> {
        // The mark stays until the next command sets its own, or the commit.
        self.group.is_torn = false;
        let (done, told) = oneshot::channel();
        self.group.waiting.push(done);
        if self.group.waiting.len() == 1 {
            // Goes on when whoever sent this command has gone; it stands in line behind those who wait for their turn already.
            tokio::spawn(commit(Arc::clone(&self.store.group)));
        }
        drop(self);
        match told.await {
            Ok(true) => Ok(()),
            _ => Err(StoreError::unfit("the commands of this moment could not be written down")),
        }
    }
}

impl Drop for Command<'_> {
    fn drop(&mut self) {
        // Without anyone who waits for it, the transaction would never end.
        if self.group.waiting.is_empty() {
            drop(self.group.end());
        }
    }
}

impl Group {
    fn tx(&mut self) -> Result<&mut Transaction<'static, Sqlite>, StoreError> {
        self.tx.as_mut().ok_or_else(|| StoreError::unfit("the turn is over"))
    }

    /// The statements that mark where to go back to; nothing of a command comes before them. None when it has set its mark already.
    fn set_out(&mut self) -> &'static str {
        if self.is_torn {
            return "";
        }
        self.is_torn = true;
        let mark = self.mark.map(|mark| !mark);
        self.mark = Some(mark.unwrap_or(false));
        match mark {
            None => "savepoint one; ",
            Some(true) => "release one; savepoint two; ",
            Some(false) => "release two; savepoint one; ",
        }
    }

    /// Takes back what was written before something failed.
    async fn stand<T>(&mut self, done: Result<T, StoreError>) -> Result<T, StoreError> {
        if done.is_err() {
            self.mend().await?;
        }
        done
    }

    /// Takes back what a command left unfinished.
    async fn mend(&mut self) -> Result<(), StoreError> {
        if self.is_torn {
            let back = if self.mark == Some(true) { "rollback to two" } else { "rollback to one" };
            let tx = self.tx()?;
            if !if_there(sqlx::query(back).execute(&mut **tx).await)? {
                // Nothing of it arrived but, at most, the end of the mark before it.
                if_there(sqlx::query("release one").execute(&mut **tx).await)?;
                if_there(sqlx::query("release two").execute(&mut **tx).await)?;
                self.mark = None;
            }
            self.is_torn = false;
        }
        Ok(())
    }

    /// The transaction is over.
    fn end(&mut self) -> Option<Transaction<'static, Sqlite>> {
        (self.is_torn, self.mark) = (false, None);
        self.tx.take()
    }
}

/// Whether there was such a mark.
fn if_there<T>(done: Result<T, sqlx::Error>) -> Result<bool, StoreError> {
    let is_missing = |error: &sqlx::Error| {
        error.as_database_error().is_some_and(|error| error.message().starts_with("no such savepoint"))
    };
    match done {
        Ok(_) => Ok(true),
        Err(error) if is_missing(&error) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Commits what was written, and tells those who wait for it.
async fn commit(group: Shared) {
    let mut group = group.lock_owned().await;
    let mended = group.mend().await;
    let (tx, waiting) = (group.end(), std::mem::take(&mut group.waiting));
    let done = match (mended, tx) {
        (Ok(()), Some(tx)) => crate::durable::commit(tx).await.is_ok(),
        _ => false,
    };
    for who in waiting {
        // Whoever does not wait any more has gone.
        let _ = who.send(done);
    }
}
