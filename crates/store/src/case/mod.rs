//! Cases: their events in the chain, and the projection that lists are read from. It can be dropped and made again.

mod list;
pub(crate) mod projection;

use std::collections::BTreeMap;

use casework::ClueId;
use casework::case::{Case, CaseEvent, CaseId};
use sqlx::{QueryBuilder, Sqlite, SqliteExecutor};
use types::{Day, Hash, SubjectRef};

use crate::chain::payload::{SealedColumns, open_columns};
use crate::chain::{self, Head};
use crate::once::Once;
use crate::{Store, StoreError, cell};

pub use list::{CaseFilter, Scope};

/// What the list needs of a case beside what its events say: it follows from the workflow and the calendar.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CaseRow {
    /// Last day for leaving its state.
    pub due: Option<Day>,
    /// Last day of the whole way, while that is not gone.
    pub whole_due: Option<Day>,
    /// Roles whose turn it is.
    pub turn: Vec<String>,
    /// Roles that it is shown to, too, once it is overdue.
    pub escalates_to: Vec<String>,
}

/// One case as listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseRecord {
    /// The case.
    pub id: CaseId,
    /// Workflow.
    pub workflow: String,
    /// Content hash of its pack.
    pub pack: Hash,
    /// State.
    pub state: String,
    /// Source.
    pub source: String,
    /// Place code.
    pub place: String,
    /// Day it was opened.
    pub opened: Day,
    /// Day it came into its state.
    pub since: Day,
    /// Day it was closed.
    pub closed: Option<Day>,
    /// Last day for leaving its state.
    pub due: Option<Day>,
    /// Last day of the whole way.
    pub whole_due: Option<Day>,
    /// Help first, paper later.
    pub green: bool,
    /// Whom it is about; `None` while nobody knows, and when erased.
    pub subject: Option<SubjectRef>,
    /// Its content was erased.
    pub erased: bool,
    /// Number of events.
    pub version: u32,
}

impl Store {
    /// The events of one case with their positions, in order, with what they said as far as it was not erased.
    ///
    /// # Errors
    /// `Sql`, `Corrupt`.
    pub async fn case_events(&self, id: CaseId) -> Result<Vec<(u64, CaseEvent)>, StoreError> {
        events_of(&self.reading, id).await
    }

    /// One case, folded from its events.
    ///
    /// # Errors
    /// `Sql`, `Corrupt`.
    pub async fn case(&self, id: CaseId) -> Result<Option<Case>, StoreError> {
        let events = self.case_events(id).await?;
        Ok(Case::fold(events.iter().map(|(_, event)| event))?)
    }

    /// Content hashes of the packs that cases were opened with.
    ///
    /// # Errors
    /// `Sql`, `Corrupt`.
    pub async fn packs_of_cases(&self) -> Result<Vec<Hash>, StoreError> {
        let hashes: Vec<String> =
            sqlx::query_scalar("select distinct pack from work order by pack").fetch_all(&self.reading).await?;
        hashes.iter().map(|hash| cell::hash(hash)).collect()
    }

    /// The cases that clues are worked in, by clue; none for those that no case has.
    ///
    /// # Errors
    /// `Sql`.
    pub async fn cases_of_clues(&self, clues: &[ClueId]) -> Result<BTreeMap<ClueId, CaseId>, StoreError> {
        if clues.is_empty() {
            return Ok(BTreeMap::new());
        }
        let mut select = QueryBuilder::<Sqlite>::new("select clue, work from work_clue where clue in (");
        let mut separated = select.separated(", ");
        for clue in clues {
            separated.push_bind(cell::count(clue.0)?);
        }
        select.push(")");
        let rows: Vec<(i64, i64)> = select.build_query_as().fetch_all(&self.reading).await?;
        let number = |number: i64| u64::try_from(number).unwrap_or(0);
        Ok(rows.into_iter().map(|(clue, work)| (ClueId(number(clue)), CaseId(number(work)))).collect())
    }

    /// The case with this receipt.
    ///
    /// # Errors
    /// `Sql`.
    pub async fn case_by_receipt(&self, receipt: Hash) -> Result<Option<CaseId>, StoreError> {
        let found: Option<i64> = sqlx::query_scalar("select id from work where receipt = ?1")
            .bind(receipt.to_string())
            .fetch_optional(&self.reading)
            .await?;
        Ok(found.and_then(|id| u64::try_from(id).ok()).map(CaseId))
    }
}

/// What was done under this key, if anything, the number the next case takes, and the end of the chain.
pub(crate) async fn opening<'e>(
    from: impl SqliteExecutor<'e>,
    person: &str,
    key: &str,
) -> Result<(Option<Once>, CaseId, Head), StoreError> {
    type Row = (i64, Option<String>, Option<String>, Option<String>, Option<i64>, Option<String>);
    let mut select = QueryBuilder::new(
        "select (select coalesce(max(id), 0) + 1 from work), o.digest, o.answer, o.at, h.position, h.hash from (select 1)",
    );
    select.push(" left join (").push(chain::LAST).push(") h left join done_once o on o.person = ").push_bind(person);
    select.push(" and o.key = ").push_bind(key);
    let (next, digest, answer, at, position, hash): Row = select.build_query_as().fetch_one(from).await?;
    let once = digest.zip(answer).zip(at).map(|((digest, answer), at)| Once::of(person, key, (digest, answer, at)));
    let next = u64::try_from(next).map_err(|_| StoreError::corrupt("the numbers of cases"))?;
    Ok((once, CaseId(next), chain::head_of(position.zip(hash))?))
}

pub(crate) async fn events_of<'e>(
    from: impl SqliteExecutor<'e>,
    id: CaseId,
) -> Result<Vec<(u64, CaseEvent)>, StoreError> {
    let rows: Vec<(i64, String, _, _, _)> = sqlx::query_as(
        "select e.position, e.body, k.key, p.nonce, p.sealed
         from event e left join payload p on p.id = e.payload left join subject_key k on k.id = p.subject_key
         where e.work = ?1 order by e.position",
    )
    .bind(cell::count(id.0)?)
    .fetch_all(from)
    .await?;
    rows.into_iter()
        .map(|(position, body, key, nonce, sealed)| {
            let columns: SealedColumns = (key, nonce, sealed);
            let mut event: CaseEvent = cell::json(&body)?;
            event.said = open_columns(&columns)?;
            Ok((u64::try_from(position).unwrap_or(0), event))
        })
        .collect()
}

/// The open case of a workflow about the subject with this hash, if there is one.
pub(crate) async fn open_of<'e>(
    from: impl SqliteExecutor<'e>,
    workflow: &str,
    subject_hash: String,
) -> Result<Option<CaseId>, StoreError> {
    let found: Option<i64> = sqlx::query_scalar(
        "select w.id from work w join subject_key k on k.id = w.subject_key
         where k.subject_hash = ?1 and w.workflow = ?2 and w.closed is null order by w.id limit 1",
    )
    .bind(subject_hash)
    .bind(workflow)
    .fetch_optional(from)
    .await?;
    Ok(found.and_then(|id| u64::try_from(id).ok()).map(CaseId))
}

pub(crate) async fn of_clue<'e>(from: impl SqliteExecutor<'e>, clue: ClueId) -> Result<Option<CaseId>, StoreError> {
    let found: Option<i64> = sqlx::query_scalar("select work from work_clue where clue = ?1")
        .bind(cell::count(clue.0)?)
        .fetch_optional(from)
        .await?;
    Ok(found.and_then(|id| u64::try_from(id).ok()).map(CaseId))
}
