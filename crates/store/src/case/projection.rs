//! From case events to rows of the tables `work`, `work_clue` and `turn`: one way, whether an event is new or read again.

use casework::case::{Case, CaseChange, CaseEvent, CaseId};
use sqlx::{Sqlite, Transaction};

use super::CaseRow;
use super::list::LATE;
use crate::chain::{self, payload};
use crate::{Store, StoreError, cell};

/// Kind of the key under which a case is sealed while nobody knows whom it is about.
const CASE: &str = "case";

/// Appends one event of a case, what it says, and what it changes in the lists. Returns the position of the event, and the case
/// after it.
pub(crate) async fn append(
    store: &Store,
    tx: &mut Transaction<'static, Sqlite>,
    before: Option<&Case>,
    event: &CaseEvent,
    row: impl Fn(&Case) -> CaseRow,
) -> Result<(u64, Case), StoreError> {
    let version: Option<u32> = sqlx::query_scalar("select version from work where id = ?1")
        .bind(cell::count(event.case.0)?)
        .fetch_optional(&mut **tx)
        .await?;
    if version != before.map(|before| before.version) {
        return Err(StoreError::unfit(format!("case {} has moved on", event.case)));
    }
    let after = Case::after(before.cloned(), event)?;
    let sealed = match &event.said {
        Some(said) => {
            let own = event.case.to_string();
            let owner = said.subject.as_ref().map_or((CASE, own.as_str()), |of| (of.kind.as_str(), of.key.as_str()));
            Some(payload::seal(store, tx, owner, said).await?)
        }
        None => None,
    };
    let mut body = serde_json::to_value(event)?;
    if let (Some(sealed), Some(object)) = (&sealed, body.as_object_mut()) {
        object.insert("said".to_owned(), sealed.salted_hash.to_string().into());
    }
    let mut entry = chain::Entry::of("case", &body)?;
    entry.work = Some(cell::count(event.case.0)?);
    entry.payload = sealed.as_ref().map(|sealed| sealed.payload);
    let position = chain::append(tx, entry).await?;
    let said = sealed.map(|sealed| (sealed.payload, sealed.subject_key));
    project(tx, &after, event, said, &row(&after)).await?;
    Ok((position, after))
}

impl Store {
    /// Drops the lists of cases and makes them again from the events; returns how many cases there are.
    ///
    /// # Errors
    /// `ReadOnly`, `Corrupt`, `Sql`.
    pub async fn rebuild_cases(&self, row: impl Fn(&Case) -> CaseRow) -> Result<u64, StoreError> {
        let mut tx = self.begin().await?;
        for table in ["delete from turn", "delete from work_clue", "delete from work", "delete from tally"] {
            sqlx::query(table).execute(&mut *tx).await?;
        }
        let last: i64 = sqlx::query_scalar("select coalesce(max(work), 0) from event").fetch_one(&mut *tx).await?;
        let mut cases = 0;
        for id in 1..=last {
            let rows: Vec<(String, Option<i64>, Option<i64>, _, _, _)> = sqlx::query_as(
                "select e.body, e.payload, p.subject_key, k.key, p.nonce, p.sealed
                 from event e left join payload p on p.id = e.payload left join subject_key k on k.id = p.subject_key
                 where e.work = ?1 order by e.position",
            )
            .bind(id)
            .fetch_all(&mut *tx)
            .await?;
            let mut case = None;
            for (body, payload, subject_key, key, nonce, sealed) in rows {
                let mut event: CaseEvent = cell::json(&body)?;
                event.said = payload::open_columns(&(key, nonce, sealed))?;
                let after = Case::after(case, &event)?;
                project(&mut tx, &after, &event, payload.zip(subject_key), &row(&after)).await?;
                case = Some(after);
            }
            cases += u64::from(case.is_some());
        }
        crate::durable::commit(tx).await?;
        Ok(cases)
    }
}

async fn project(
    tx: &mut Transaction<'static, Sqlite>,
    case: &Case,
    event: &CaseEvent,
    said: Option<(i64, i64)>,
    row: &CaseRow,
) -> Result<(), StoreError> {
    let id = number(case.id)?;
    let before: Option<(i64, i64, String, bool)> =
        sqlx::query_as("select payload, subject_key, state, closed is null from work where id = ?1")
            .bind(id)
            .fetch_optional(&mut **tx)
            .await?;
    let said = said.or(before.as_ref().map(|(payload, subject_key, ..)| (*payload, *subject_key)));
    let (payload, subject_key) =
        said.ok_or_else(|| StoreError::corrupt(format!("case {} never said anything", case.id)))?;
    let now = (case.state.as_str(), case.closed.is_none());
    match &before {
        Some((_, _, state, open)) if (state.as_str(), *open) == now => {}
        before => {
            if let Some((_, _, state, open)) = before {
                tally(tx, case, (state, *open), -1).await?;
            }
            tally(tx, case, now, 1).await?;
        }
    }
    sqlx::query(
        "insert into work (id, workflow, state, source, place, opened, since, closed, due, whole_due, green, receipt,
            payload, subject_key, pack, version)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)
         on conflict (id) do update set state = excluded.state, since = excluded.since, closed = excluded.closed,
            due = excluded.due, whole_due = excluded.whole_due, green = excluded.green, payload = excluded.payload,
            subject_key = excluded.subject_key, version = excluded.version",
    )
    .bind(id)
    .bind(&case.workflow)
    .bind(&case.state)
    .bind(&case.source)
    .bind(&case.place)
    .bind(case.opened.to_string())
    .bind(case.since.to_string())
    .bind(case.closed.map(|day| day.to_string()))
    .bind(row.due.map(|day| day.to_string()))
    .bind(row.whole_due.map(|day| day.to_string()))
    .bind(case.green)
    .bind(case.receipt.map(|receipt| receipt.to_string()))
    .bind(payload)
    .bind(subject_key)
    .bind(case.pack.to_string())
    .bind(case.version)
    .execute(&mut **tx)
    .await?;
    let clue = match &event.change {
        CaseChange::CaseOpened { clue, .. } => *clue,
        CaseChange::ClueJoined { clue } => Some(*clue),
        CaseChange::CaseActed { .. } => None,
    };
    if let Some(clue) = clue {
        sqlx::query(
            "insert into work_clue (clue, work) values (?1, ?2) on conflict (clue) do update set work = excluded.work",
        )
        .bind(cell::count(clue.0)?)
        .bind(id)
        .execute(&mut **tx)
        .await?;
    }
    if before.is_some() {
        sqlx::query("delete from turn where work = ?1").bind(id).execute(&mut **tx).await?;
    }
    let due = row.due.map_or_else(|| LATE.to_owned(), |day| day.to_string());
    let after = row.due.map_or_else(|| due.clone(), |day| day.plus_days(1).to_string());
    let own = row.turn.iter().map(|role| (role, ""));
    let escalated = row.escalates_to.iter().filter(|role| !row.turn.contains(role)).map(|role| (role, after.as_str()));
    for (role, begins) in own.chain(escalated).filter(|_| case.closed.is_none()) {
        sqlx::query("insert into turn (role, place, due, work, begins) values (?1, ?2, ?3, ?4, ?5)")
            .bind(role)
            .bind(&case.place)
            .bind(&due)
            .bind(id)
            .bind(begins)
            .execute(&mut **tx)
            .await?;
    }
    Ok(())
}

/// Counts a case in, or out, where its lists are counted.
async fn tally(
    tx: &mut Transaction<'static, Sqlite>,
    case: &Case,
    (state, open): (&str, bool),
    more: i64,
) -> Result<(), StoreError> {
    sqlx::query(
        "insert into tally (place, workflow, state, open, works) values (?1, ?2, ?3, ?4, ?5)
         on conflict do update set works = works + excluded.works",
    )
    .bind(&case.place)
    .bind(&case.workflow)
    .bind(state)
    .bind(open)
    .bind(more)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

fn number(id: CaseId) -> Result<i64, StoreError> {
    cell::count(id.0)
}
