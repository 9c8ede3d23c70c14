//! Lists of cases: keyset pages within a scope of places.

use casework::case::{CaseId, CaseSaid};
use sqlx::{QueryBuilder, Sqlite};
use types::{Day, Hash, SubjectRef};

use super::CaseRecord;
use crate::chain::payload::{SealedColumns, open_columns};
use crate::{Store, StoreError, cell};

/// The places that someone may see: codes, each with everything below it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// Codes. None of them: nothing may be seen.
    pub places: Vec<String>,
}

/// Which cases to list; nothing set means all of the scope, newest first. Those of a turn are listed by the day they are due.
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
    /// Whose turn is that of one of these roles at its place, on this day: theirs by the workflow, or overdue and shown to them too.
    pub turn_of: Option<(Vec<(String, String)>, Day)>,
    /// About this subject: kind and key.
    pub subject: Option<(String, String)>,
    /// Only this one.
    pub id: Option<CaseId>,
    /// After this one, in the order of the list.
    pub after: Option<CaseId>,
    /// By the day they are due, first of all those that are due first.
    pub by_due: bool,
    /// At most so many.
    pub limit: u32,
}

impl Scope {
    /// Whether the place `code` lies within it.
    #[must_use]
    pub fn holds(&self, code: &str) -> bool {
        self.places.iter().any(|place| code.starts_with(place.as_str()))
    }

    /// Adds `and (…)`: `column` lies within one of the places.
    pub(crate) fn push(&self, select: &mut QueryBuilder<Sqlite>, column: &str) {
        // Without a word that is always false: with one, no index would serve it.
        select.push(if self.places.is_empty() { " and (false" } else { " and (" });
        for (number, place) in self.places.iter().enumerate() {
            push_place(select, if number == 0 { "" } else { " or " }, column, place);
        }
        select.push(")");
    }
}

/// A range, so that an index serves it; no code holds the last character of Unicode.
fn push_place(select: &mut QueryBuilder<Sqlite>, word: &str, column: &str, place: &str) {
    select.push(word).push("(").push(column).push(" >= ").push_bind(place.to_owned());
    select.push(" and ").push(column).push(" <= ").push_bind(format!("{place}\u{10FFFF}")).push(")");
}

/// How a table says what cases are.
#[derive(Clone, Copy)]
struct Table {
    is_open: &'static str,
    /// It is due some day.
    is_due: &'static str,
}

const WORK: Table = Table { is_open: "w.closed is null", is_due: "w.due is not null" };
const TALLY: Table = Table { is_open: "w.open", is_due: "w.due <> ''" };

/// The day a case is due; after all days where it has none.
const DUE: &str = "coalesce(w.due, '9999-12-31')";

/// Up to so many cases are sorted; more are walked through in their order until the page is full.
const FEW: u64 = 4_000;

/// Adds `and …`: turns of the roles that are asked for, within the scope.
fn push_turn(filter: &CaseFilter, select: &mut QueryBuilder<Sqlite>) {
    let Some((roles, day)) = &filter.turn_of else { return };
    filter.scope.push(select, "t.place");
    select.push(" and t.begins <= ").push_bind(day.to_string()).push(if roles.is_empty() {
        " and (false"
    } else {
        " and ("
    });
    for (number, (role, place)) in roles.iter().enumerate() {
        select.push(if number == 0 { "(t.role = " } else { " or (t.role = " }).push_bind(role.clone());
        push_place(select, " and ", "t.place", place);
        select.push(")");
    }
    select.push(")");
    if let Some(day) = filter.overdue_on {
        select.push(" and t.due < ").push_bind(day.to_string());
    }
}

impl Store {
    /// Cases, a page.
    ///
    /// # Errors
    /// `Sql`, `Corrupt`.
    pub async fn cases(&self, filter: &CaseFilter) -> Result<Vec<CaseRecord>, StoreError> {
        Ok(self.page_of_cases(filter).await?.0)
    }

    /// Cases, a page, and how many there are on all pages. The page costs the page, not the list.
    ///
    /// # Errors
    /// `Sql`, `Corrupt`.
    pub async fn page_of_cases(&self, filter: &CaseFilter) -> Result<(Vec<CaseRecord>, u64), StoreError> {
        let found = self.count_cases(filter).await?;
        if found == 0 {
            return Ok((Vec::new(), 0));
        }
        let mut select = QueryBuilder::new(
            "select w.id, w.workflow, w.pack, w.state, w.source, w.place, w.opened, w.since, w.closed, w.due,
                w.whole_due, w.green, w.version, k.key, p.nonce, p.sealed from (",
        );
        let by_due = filter.by_due || filter.turn_of.is_some();
        let (due, id) = if filter.turn_of.is_some() { ("t.due", "t.work") } else { (DUE, "w.id") };
        if filter.turn_of.is_none() {
            let is_walked = found > FEW && !by_due && filter.subject.is_none();
            select.push("select w.id as work, ").push(DUE).push(" as due from work w");
            // In the order of the list: the state's own cases, the open ones, or all.
            select.push(match (is_walked, &filter.state) {
                (false, _) => "",
                (true, Some(_)) => " indexed by work_state",
                (true, None) if filter.open => " indexed by work_open",
                (true, None) => " not indexed",
            });
            self.push_filter(filter, WORK, &mut select);
        } else {
            select.push("select distinct t.work, t.due from turn t");
            if filter.is_turn_alone() {
                select.push(" where true");
            } else {
                select.push(" join work w on w.id = t.work");
                self.push_filter(&CaseFilter { turn_of: None, ..filter.clone() }, WORK, &mut select);
            }
            push_turn(filter, &mut select);
        }
        if let Some(after) = filter.after {
            let after = cell::count(after.0)?;
            if by_due {
                let last: Option<Option<String>> = sqlx::query_scalar("select due from work where id = ?1")
                    .bind(after)
                    .fetch_optional(&self.reading)
                    .await?;
                let last = last.flatten().unwrap_or_else(|| LATE.to_owned());
                select.push(" and (").push(due).push(", ").push(id).push(") > (").push_bind(last).push(", ");
                select.push_bind(after).push(")");
            } else {
                select.push(" and w.id < ").push_bind(after);
            }
        }
        if by_due {
            select.push(" order by ").push(due).push(", ").push(id).push(" limit ");
        } else {
            select.push(" order by w.id desc limit ");
        }
        select.push_bind(i64::from(filter.limit));
        select.push(
            ") l join work w on w.id = l.work join payload p on p.id = w.payload
             join subject_key k on k.id = p.subject_key order by ",
        );
        select.push(if by_due { "l.due, w.id" } else { "w.id desc" });
        let rows: Vec<Row> = select.build_query_as().fetch_all(&self.reading).await?;
        Ok((rows.into_iter().map(record).collect::<Result<_, _>>()?, found))
    }

    /// How many cases a filter finds, whatever its page.
    ///
    /// # Errors
    /// `Sql`.
    pub async fn count_cases(&self, filter: &CaseFilter) -> Result<u64, StoreError> {
        let mut select;
        if filter.turn_of.is_some() && filter.is_turn_alone() {
            select = QueryBuilder::new("select count(distinct +t.work) from turn t where true");
            push_turn(filter, &mut select);
        } else if filter.is_tallied() {
            select = QueryBuilder::new("select coalesce(sum(w.works), 0) from tally w");
            self.push_filter(filter, TALLY, &mut select);
        } else {
            select = QueryBuilder::new("select count(*) from work w");
            self.push_filter(filter, WORK, &mut select);
        }
        let count: i64 = select.build_query_scalar().fetch_one(&self.reading).await?;
        Ok(u64::try_from(count).unwrap_or(0))
    }

    /// How many cases a filter finds of each of `subjects`; 0 for those it does not name. The subject of the filter is not looked at.
    ///
    /// # Errors
    /// `Sql`.
    pub async fn count_cases_of(&self, filter: &CaseFilter, subjects: &[SubjectRef]) -> Result<Vec<u64>, StoreError> {
        let filter = CaseFilter { subject: None, ..filter.clone() };
        self.count_of_each(subjects, "work w on w.subject_key", |select| self.push_filter(&filter, WORK, select)).await
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

    fn push_filter(&self, filter: &CaseFilter, table: Table, select: &mut QueryBuilder<Sqlite>) {
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
            select.push(" and ").push(table.is_open);
        }
        if let Some(day) = filter.overdue_on {
            select.push(" and ").push(table.is_open).push(" and ").push(table.is_due).push(" and w.due < ");
            select.push_bind(day.to_string());
        }
        if filter.turn_of.is_some() {
            select.push(" and w.id in (select t.work from turn t where true");
            push_turn(filter, select);
            select.push(")");
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

impl CaseFilter {
    /// Whether the tally says how many there are.
    fn is_tallied(&self) -> bool {
        self.turn_of.is_none() && self.subject.is_none() && self.id.is_none()
    }

    /// Whether nothing is asked that the rows of the turns, which are those of open cases, do not say. The places of the roles stand
    /// for the scope.
    fn is_turn_alone(&self) -> bool {
        self.workflows.is_empty()
            && self.state.is_none()
            && self.place.is_none()
            && self.subject.is_none()
            && self.id.is_none()
    }
}
/// Stands for no day, after all days.
pub(super) const LATE: &str = "9999-12-31";

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
