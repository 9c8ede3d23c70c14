//! From case events to rows of the tables `work`, `work_clue` and `turn`: one way, whether an event is new or read again.

use casework::case::{Case, CaseChange, CaseEvent, CaseId};
use sqlx::{QueryBuilder, Sqlite, Transaction};

use super::CaseRow;
use super::list::LATE;
use crate::chain::{self, Head, payload};
use crate::once::Once;
use crate::{Store, StoreError, cell};

/// Kind of the key under which a case is sealed while nobody knows whom it is about.
const CASE: &str = "case";

/// What the lists say of a case before an event.
struct Listed {
    version: u32,
    payload: i64,
    subject_key: i64,
    state: String,
    open: bool,
    due: Option<String>,
}

/// Where what a case says is stored.
#[derive(Clone, Copy)]
enum Said {
    /// Payload and key.
    At(i64, i64),
    /// The payload of the event with this position.
    With(u64),
}

/// What has to be known before an event is appended: the end of the chain, the case as listed, the key of whom it is about.
async fn before_event(
    tx: &mut Transaction<'static, Sqlite>,
    id: CaseId,
    subject_hash: Option<&str>,
) -> Result<(Head, Option<Listed>, Option<Vec<u8>>), StoreError> {
    let mut select = QueryBuilder::new(
        "select h.position, h.hash, k.key, w.version, w.payload, w.subject_key, w.state, w.closed is null, w.due",
    );
    select.push(" from (select 1) left join (").push(chain::LAST).push(") h left join work w on w.id = ");
    select.push_bind(number(id)?).push(" left join subject_key k on k.key is not null and k.subject_hash = ");
    select.push_bind(subject_hash.map(str::to_owned));
    type Row = (
        Option<i64>,
        Option<String>,
        Option<Vec<u8>>,
        Option<u32>,
        Option<i64>,
        Option<i64>,
        Option<String>,
        bool,
        Option<String>,
    );
    let row: Row = select.build_query_as().fetch_one(&mut **tx).await?;
    let (position, hash, key, version, payload, subject_key, state, open, due) = row;
    let listed = match (version, payload, subject_key, state) {
        (Some(version), Some(payload), Some(subject_key), Some(state)) => {
            Some(Listed { version, payload, subject_key, state, open, due })
        }
        _ => None,
    };
    Ok((chain::head_of(position.zip(hash))?, listed, key))
}

/// Adds to `batch`, which begins with where to go back to, one event of a case, what it says, and what it changes in the lists, and
/// does it all with one hand-over to the database's thread. `head` is the end of the chain when this is known to be the number of
/// the next case. Returns the position of the event, and the case after it.
pub(crate) async fn append(
    store: &Store,
    tx: &mut Transaction<'static, Sqlite>,
    mut batch: QueryBuilder<Sqlite>,
    before: Option<&Case>,
    head: Option<Head>,
    event: &CaseEvent,
    row: impl Fn(&Case) -> CaseRow,
    once: Option<&Once>,
) -> Result<(u64, Case), StoreError> {
    let said = event.said.as_ref().map(|said| {
        let own = event.case.to_string();
        let owner = said.subject.as_ref().map_or((CASE, own.as_str()), |of| (of.kind.as_str(), of.key.as_str()));
        (said, store.subject_hash(owner.0, owner.1))
    });
    let (head, listed, key) = match (head, &said) {
        // Nothing is listed of a new case, nor is there a key of its own yet.
        (Some(head), Some((said, _))) if said.subject.is_none() => (head, None, None),
        _ => before_event(tx, event.case, said.as_ref().map(|(_, hash)| hash.as_str())).await?,
    };
    if listed.as_ref().map(|listed| listed.version) != before.map(|before| before.version) {
        return Err(StoreError::unfit(format!("case {} has moved on", event.case)));
    }
    let after = Case::after(before.cloned(), event)?;
    let mut body = serde_json::to_value(event)?;
    let mut says = false;
    if let Some((said, subject_hash)) = said {
        let unsent = payload::Unsent::of(store, subject_hash, key, said)?;
        if let Some(object) = body.as_object_mut() {
            object.insert("said".to_owned(), unsent.salted_hash.to_string().into());
        }
        unsent.push(&mut batch);
        says = true;
    }
    let mut entry = chain::Entry::of("case", &body)?;
    entry.work = Some(number(event.case)?);
    let position = chain::push(&mut batch, head, entry, says)?.position;
    project(&mut batch, listed.as_ref(), &after, event, says.then_some(Said::With(position)), &row(&after))?;
    if let Some(once) = once {
        once.push(&mut batch);
    }
    batch.build().execute(&mut **tx).await?;
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
                let (_, listed, _) = before_event(&mut tx, event.case, None).await?;
                let said = payload.zip(subject_key).map(|(payload, subject_key)| Said::At(payload, subject_key));
                let mut batch = QueryBuilder::default();
                project(&mut batch, listed.as_ref(), &after, &event, said, &row(&after))?;
                batch.build().execute(&mut *tx).await?;
                case = Some(after);
            }
            cases += u64::from(case.is_some());
        }
        crate::durable::commit(tx).await?;
        Ok(cases)
    }
}

/// Adds the statements that put an event into the lists: of a case as `listed` before it, and as it is after it.
fn project(
    batch: &mut QueryBuilder<Sqlite>,
    listed: Option<&Listed>,
    case: &Case,
    event: &CaseEvent,
    said: Option<Said>,
    row: &CaseRow,
) -> Result<(), StoreError> {
    let id = number(case.id)?;
    let said = said.or(listed.map(|listed| Said::At(listed.payload, listed.subject_key)));
    let said = said.ok_or_else(|| StoreError::corrupt(format!("case {} never said anything", case.id)))?;
    let due = row.due.map(|day| day.to_string());
    let now = Group { state: &case.state, open: case.closed.is_none(), due: due.as_deref().unwrap_or_default() };
    let before = listed.map(|listed| Group {
        state: &listed.state,
        open: listed.open,
        due: listed.due.as_deref().unwrap_or_default(),
    });
    if before != Some(now) {
        if let Some(before) = before {
            count_out(batch, case, before);
        }
        count_in(batch, case, now);
    }
    batch.push(
        "insert into work (id, workflow, state, source, place, opened, since, closed, due, whole_due, green, receipt,
            pack, version, payload, subject_key) values (",
    );
    batch.push_bind(id).push(", ").push_bind(case.workflow.clone()).push(", ").push_bind(case.state.clone());
    batch.push(", ").push_bind(case.source.clone()).push(", ").push_bind(case.place.clone());
    batch.push(", ").push_bind(case.opened.to_string()).push(", ").push_bind(case.since.to_string());
    for day in [case.closed, row.due, row.whole_due] {
        batch.push(", ").push_bind(day.map(|day| day.to_string()));
    }
    batch.push(", ").push_bind(case.green).push(", ").push_bind(case.receipt.map(|receipt| receipt.to_string()));
    batch.push(", ").push_bind(case.pack.to_string()).push(", ").push_bind(case.version).push(", ");
    match said {
        Said::At(payload, subject_key) => {
            batch.push_bind(payload).push(", ").push_bind(subject_key);
        }
        Said::With(position) => {
            let position = cell::count(position)?;
            batch.push("(select payload from event where position = ").push_bind(position);
            batch.push("), (select p.subject_key from event e join payload p on p.id = e.payload where e.position = ");
            batch.push_bind(position).push(")");
        }
    }
    batch.push(
        ") on conflict (id) do update set state = excluded.state, since = excluded.since, closed = excluded.closed,
            due = excluded.due, whole_due = excluded.whole_due, green = excluded.green, payload = excluded.payload,
            subject_key = excluded.subject_key, version = excluded.version; ",
    );
    let clue = match &event.change {
        CaseChange::CaseOpened { clue, .. } => *clue,
        CaseChange::ClueJoined { clue } => Some(*clue),
        CaseChange::CaseActed { .. } => None,
    };
    if let Some(clue) = clue {
        batch.push("insert into work_clue (clue, work) values (").push_bind(cell::count(clue.0)?).push(", ");
        batch.push_bind(id).push(") on conflict (clue) do update set work = excluded.work; ");
    }
    if listed.is_some() {
        batch.push("delete from turn where work = ").push_bind(id).push("; ");
    }
    let due = due.unwrap_or_else(|| LATE.to_owned());
    let after = row.due.map_or_else(|| due.clone(), |day| day.plus_days(1).to_string());
    let own = row.turn.iter().map(|role| (role, ""));
    let escalated = row.escalates_to.iter().filter(|role| !row.turn.contains(role)).map(|role| (role, after.as_str()));
    for (role, begins) in own.chain(escalated).filter(|_| case.closed.is_none()) {
        batch.push("insert into turn (role, place, due, work, begins) values (").push_bind(role.clone()).push(", ");
        batch.push_bind(case.place.clone()).push(", ").push_bind(due.clone()).push(", ").push_bind(id);
        batch.push(", ").push_bind(begins.to_owned()).push("); ");
    }
    Ok(())
}

/// With which others a case is counted, beside those of its place and workflow.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Group<'g> {
    state: &'g str,
    open: bool,
    /// Empty for no day.
    due: &'g str,
}

fn count_in(batch: &mut QueryBuilder<Sqlite>, case: &Case, group: Group<'_>) {
    batch.push("insert into tally (place, workflow, state, open, due, works) values (");
    batch.push_bind(case.place.clone()).push(", ").push_bind(case.workflow.clone()).push(", ");
    batch.push_bind(group.state.to_owned()).push(", ").push_bind(group.open).push(", ");
    batch.push_bind(group.due.to_owned()).push(", 1) on conflict do update set works = works + 1; ");
}

/// Nobody is counted where nobody is left.
fn count_out(batch: &mut QueryBuilder<Sqlite>, case: &Case, group: Group<'_>) {
    for change in
        ["update tally set works = works - 1 where place = ", "delete from tally where works = 0 and place = "]
    {
        batch.push(change).push_bind(case.place.clone()).push(" and workflow = ").push_bind(case.workflow.clone());
        batch.push(" and state = ").push_bind(group.state.to_owned()).push(" and open = ").push_bind(group.open);
        batch.push(" and due = ").push_bind(group.due.to_owned()).push("; ");
    }
}

fn number(id: CaseId) -> Result<i64, StoreError> {
    cell::count(id.0)
}
