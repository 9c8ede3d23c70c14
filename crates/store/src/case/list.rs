//! Lists of cases: keyset pages within a scope of places.

use casework::case::{CaseId, CaseSaid};
use sqlx::{QueryBuilder, Sqlite};
use types::{Day, Hash};

use super::CaseRecord;
use crate::chain::payload::{SealedColumns, open_columns};
use crate::{Store, StoreError, cell};

/// The places that someone may see: codes, each with everything below it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// Codes. None of them: nothing may be seen.
    pub places: Vec<String>,
}

/// Which cases to list; nothing set means all of the scope.
#[derive(Clone, Debug, Default)]
pub struct CaseFilter {
    /// Within these places.
    pub scope: Scope,
    /// Of these workflows; all when empty.
    pub workflows: Vec<String>,
    /// In this state.
    pub state: Option<String>,
    /// Whose place code begins so.
    pub place: Option<String>,
    /// Not closed.
    pub open: bool,
    /// Due before this day.
    pub overdue_on: Option<Day>,
    /// Whose turn is one of these roles' on this day: theirs by the workflow, or overdue and shown to them too.
    pub turn_of: Option<(Vec<String>, Day)>,
    /// About this subject: kind and key.
    pub subject: Option<(String, String)>,
    /// Only this one.
    pub id: Option<CaseId>,
    /// After this one, in the order asked for.
    pub after: Option<CaseId>,
    /// Order.
    pub order: CaseOrder,
    /// At most so many.
    pub limit: u32,
}

/// Order of a list of cases.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CaseOrder {
    /// Newest first.
    #[default]
    Newest,
    /// What is due first, first.
    Due,
}

impl Scope {
    /// Whether the place `code` lies within it.
    #[must_use]
    pub fn holds(&self, code: &str) -> bool {
        self.places.iter().any(|place| code.starts_with(place.as_str()))
    }

    /// Adds `and (…)`: `column` lies within one of the places.
    pub(crate) fn push(&self, select: &mut QueryBuilder<Sqlite>, column: &str) {
        select.push(" and (false");
        for place in &self.places {
            push_place(select, " or ", column, place);
        }
        select.push(")");
    }
}

/// A range, so that an index serves it; no code holds the last character of Unicode.
fn push_place(select: &mut QueryBuilder<Sqlite>, word: &str, column: &str, place: &str) {
    select.push(word).push("(").push(column).push(" >= ").push_bind(place.to_owned());
    select.push(" and ").push(column).push(" <= ").push_bind(format!("{place}\u{10FFFF}")).push(")");
}

impl Store {
    /// Cases, a page.
    ///
    /// # Errors
    /// `Sql`, `Corrupt`.
    pub async fn cases(&self, filter: &CaseFilter) -> Result<Vec<CaseRecord>, StoreError> {
        let mut select = QueryBuilder::new(
            "select w.id, w.workflow, w.pack, w.state, w.source, w.place, w.opened, w.since, w.closed, w.due,
                w.whole_due, w.green, w.version, k.key, p.nonce, p.sealed
             from work w join payload p on p.id = w.payload join subject_key k on k.id = p.subject_key",
        );
        self.push_filter(filter, &mut select);
        match (filter.order, filter.after) {
            (CaseOrder::Newest, Some(after)) => {
                select.push(" and w.id < ").push_bind(cell::count(after.0)?);
            }
            (CaseOrder::Due, Some(after)) => {
                let at = cell::count(after.0)?;
                let due: Option<Option<String>> = sqlx::query_scalar("select due from work where id = ?1")
                    .bind(at)
                    .fetch_optional(&self.reading)
                    .await?;
                let due = due.flatten().unwrap_or_else(|| LATE.to_owned());
                select.push(" and (coalesce(w.due, '9999-12-31'), w.id) > (").push_bind(due);
                select.push(", ").push_bind(at).push(")");
            }
            (_, None) => {}
        }
        select.push(match filter.order {
            CaseOrder::Newest => " order by w.id desc limit ",
            CaseOrder::Due => " order by coalesce(w.due, '9999-12-31'), w.id limit ",
        });
        select.push_bind(i64::from(filter.limit));
        let rows: Vec<Row> = select.build_query_as().fetch_all(&self.reading).await?;
        rows.into_iter().map(record).collect()
    }

    /// How many cases a filter finds, whatever its page.
    ///
    /// # Errors
    /// `Sql`.
    pub async fn count_cases(&self, filter: &CaseFilter) -> Result<u64, StoreError> {
        let mut select = QueryBuilder::new("select count(*) from work w");
        self.push_filter(filter, &mut select);
        let count: i64 = select.build_query_scalar().fetch_one(&self.reading).await?;
        Ok(u64::try_from(count).unwrap_or(0))
    }

    /// How many cases of `workflow` in `place` were worked in `state` since the day `since`: they left it for another.
    ///
    /// # Errors
    /// `Sql`.
    pub async fn cases_worked(&self, place: &str, workflow: &str, state: &str, since: Day) -> Result<u64, StoreError> {
        // A case that left a state entered another no earlier: only these are looked at event by event.
        let mut select = QueryBuilder::new(
            "select count(distinct w.id) from work w join event e on e.work = w.id where w.workflow = ",
        );
        select.push_bind(workflow.to_owned());
        push_place(&mut select, " and ", "w.place", place);
        select.push(" and w.since >= ").push_bind(since.to_string());
        select.push(" and json_extract(e.body, '$.on') >= ").push_bind(since.to_string());
        select.push(" and json_extract(e.body, '$.change.from') = ").push_bind(state.to_owned());
        select.push(" and json_extract(e.body, '$.change.to') <> json_extract(e.body, '$.change.from')");
        let count: i64 = select.build_query_scalar().fetch_one(&self.reading).await?;
        Ok(u64::try_from(count).unwrap_or(0))
    }

    fn push_filter(&self, filter: &CaseFilter, select: &mut QueryBuilder<Sqlite>) {
        select.push(" where true");
        filter.scope.push(select, "w.place");
        if !filter.workflows.is_empty() {
            select.push(" and w.workflow in (");
            let mut separated = select.separated(", ");
            for workflow in &filter.workflows {
                separated.push_bind(workflow.clone());
            }
            select.push(")");
        }
        if let Some(state) = &filter.state {
            select.push(" and w.state = ").push_bind(state.clone());
        }
        if let Some(place) = &filter.place {
            push_place(select, " and ", "w.place", place);
        }
        if filter.open {
            select.push(" and w.closed is null");
        }
        if let Some(day) = filter.overdue_on {
            select.push(" and w.closed is null and w.due < ").push_bind(day.to_string());
        }
        if let Some((roles, day)) = &filter.turn_of {
            select.push(" and w.id in (select work from turn where begins <= ").push_bind(day.to_string());
            select.push(" and role in (");
            let mut separated = select.separated(", ");
            for role in roles {
                separated.push_bind(role.clone());
            }
            select.push("))");
        }
        if let Some((kind, key)) = &filter.subject {
            select.push(" and w.subject_key in (select id from subject_key where subject_hash = ");
            select.push_bind(self.subject_hash(kind, key)).push(")");
        }
        if let Some(id) = filter.id {
            select.push(" and w.id = ").push_bind(i64::try_from(id.0).unwrap_or(i64::MAX));
        }
    }
}

/// Stands for no day, after all days.
const LATE: &str = "9999-12-31";

/// As the select names them; key, nonce and sealed bytes at the end.
type Row = (
    i64,
    String,
    String,
    String,
    String,
    String,
    String,
    String,
    Option<String>,
    Option<String>,
    Option<String>,
    bool,
    u32,
    Option<Vec<u8>>,
    Option<Vec<u8>>,
    Option<Vec<u8>>,
);

fn record(row: Row) -> Result<CaseRecord, StoreError> {
    let (id, workflow, pack, state, source, place, opened, since, closed, due, whole_due, green, version, ..) = row;
    let day = |text: Option<String>| text.as_deref().map(cell::day).transpose();
    let erased = row.13.is_none();
    let columns: SealedColumns = (row.13, row.14, row.15);
    let said: Option<CaseSaid> = open_columns(&columns)?;
    let pack: Hash = cell::hash(&pack)?;
    Ok(CaseRecord {
        id: CaseId(u64::try_from(id).unwrap_or(0)),
        workflow,
        pack,
        state,
        source,
        place,
        opened: cell::day(&opened)?,
        since: cell::day(&since)?,
        closed: day(closed)?,
        due: day(due)?,
        whole_due: day(whole_due)?,
        green,
        subject: said.and_then(|said| said.subject),
        erased,
        version,
    })
}
