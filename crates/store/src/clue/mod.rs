//! Clues: the projection of the clue events. It can be dropped and made again; nothing but it is read for a list.

mod projection;
mod rank;

use std::collections::BTreeMap;

use casework::{ClueEvent, ClueId, ClueState, Episode};
use sqlx::{QueryBuilder, Sqlite, SqliteExecutor};
use types::{Day, SubjectRef};

use crate::case::Scope;
use crate::chain::payload::{SealedColumns, open_columns};
use crate::{Store, StoreError, cell};

pub(crate) use projection::append_events;
pub use rank::Ranking;

/// Which clues to list; nothing set means all.
#[derive(Clone, Debug, Default)]
pub struct ClueFilter {
    /// Of this model.
    pub model: Option<String>,
    /// In this state.
    pub state: Option<ClueState>,
    /// Whose place code begins so.
    pub place: Option<String>,
    /// Within these places; everywhere when `None`.
    pub scope: Option<Scope>,
    /// Of these models; all when empty.
    pub models: Vec<String>,
    /// With this level.
    pub severity: Option<String>,
    /// Not put off to a day after this one.
    pub awake_on: Option<Day>,
    /// About this subject: kind and key.
    pub subject: Option<(String, String)>,
    /// After this one in the order of the list. By id, pages cost the same however far down the list they are.
    pub after: Option<ClueId>,
    /// In this order; by id when `None`.
    pub ranking: Option<Ranking>,
    /// At most so many; all when `None`.
    pub limit: Option<u32>,
    /// Skipping so many.
    pub offset: u32,
}

/// One clue as listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClueRecord {
    /// What its events fold to; `said` is `None` when it was erased.
    pub episode: Episode,
    /// Its state.
    pub state: ClueState,
    /// Its subject was erased.
    pub erased: bool,
}

impl Store {
    /// The number the next clue takes; [`casework::decide`] counts it up.
    ///
    /// # Errors
    /// `Sql`.
    pub async fn next_clue(&self) -> Result<u64, StoreError> {
        let next: i64 = sqlx::query_scalar("select coalesce(max(clue), 0) + 1 from event where clue is not null")
            .fetch_one(&self.pool)
            .await?;
        u64::try_from(next).map_err(|_| StoreError::corrupt("the numbers of clues"))
    }

    /// The episodes of `model` that a run at `as_of` has to know: live ones, and those whose quiet of `quiet_days` may last.
    ///
    /// # Errors
    /// `Sql`, `Corrupt`.
    pub async fn episodes(&self, model: &str, as_of: Day, quiet_days: i32) -> Result<Vec<Episode>, StoreError> {
        let mut select = select_clues();
        select.push(" where c.model = ").push_bind(model);
        select.push(" and (c.live = true or c.quiet_from > ").push_bind(as_of.plus_days(-quiet_days).to_string());
        select.push(") order by c.id");
        Ok(self.records(select).await?.into_iter().map(|record| record.episode).collect())
    }

    /// Models with live episodes, by id: also those that no pack has any more.
    ///
    /// # Errors
    /// `Sql`.
    pub async fn models_with_live_episodes(&self) -> Result<Vec<String>, StoreError> {
        let query = sqlx::query_scalar("select distinct model from clue where live = true order by model");
        Ok(query.fetch_all(&self.pool).await?)
    }

    /// Clues by id, where a page costs the page, or as they rank, where it costs the clues of the filter.
    ///
    /// # Errors
    /// `Sql`, `Corrupt`.
    pub async fn clues(&self, filter: &ClueFilter) -> Result<Vec<ClueRecord>, StoreError> {
        let mut select = select_clues();
        filter.push(self, &mut select);
        match (&filter.ranking, filter.after) {
            (_, None) => (),
            (None, Some(after)) => drop(select.push(" and c.id > ").push_bind(cell::count(after.0)?)),
            (Some(ranking), Some(after)) => {
                select.push(" and (");
                ranking.push(&mut select);
                select.push(") > (select ");
                ranking.push(&mut select);
                select.push(" from clue c where c.id = ").push_bind(cell::count(after.0)?).push(")");
            }
        }
        select.push(" order by ");
        match &filter.ranking {
            Some(ranking) => ranking.push(&mut select),
            None => drop(select.push("c.id")),
        }
        select.push(" limit ").push_bind(filter.limit.map_or(-1, i64::from));
        select.push(" offset ").push_bind(filter.offset);
        self.records(select).await
    }

    /// How many clues a filter finds, whatever its page.
    ///
    /// # Errors
    /// `Sql`.
    pub async fn count_clues(&self, filter: &ClueFilter) -> Result<u64, StoreError> {
        let mut select = QueryBuilder::new("select count(*) from clue c");
        filter.push(self, &mut select);
        let count: i64 = select.build_query_scalar().fetch_one(&self.reading).await?;
        Ok(u64::try_from(count).unwrap_or(0))
    }

    /// How many clues a filter finds of each of `subjects`; 0 for those it does not name. The subject of the filter is not looked at.
    ///
    /// # Errors
    /// `Sql`.
    pub async fn count_clues_of(&self, filter: &ClueFilter, subjects: &[SubjectRef]) -> Result<Vec<u64>, StoreError> {
        let filter = ClueFilter { subject: None, ..filter.clone() };
        self.count_of_each(subjects, "clue c on c.subject_key", |select| filter.push(self, select)).await
    }

    /// By model: how many clues are open, how many got a verdict, how many of these were founded; within `scope`.
    ///
    /// # Errors
    /// `Sql`.
    pub async fn verdict_counts(&self, scope: &Scope) -> Result<BTreeMap<String, (u64, u64, u64)>, StoreError> {
        let mut select = QueryBuilder::new(
            "select c.model, sum(c.state in ('open', 'unconfirmed')), sum(c.state = 'judged'),
                sum(json_extract(c.episode, '$.verdict.verdict') = 'founded')
             from clue c where true",
        );
        scope.push(&mut select, "c.place");
        select.push(" group by c.model");
        let rows: Vec<(String, i64, i64, Option<i64>)> = select.build_query_as().fetch_all(&self.reading).await?;
        let count = |number: i64| u64::try_from(number).unwrap_or(0);
        Ok(rows
            .into_iter()
            .map(|(model, open, judged, founded)| (model, (count(open), count(judged), count(founded.unwrap_or(0)))))
            .collect())
    }

    /// One clue.
    ///
    /// # Errors
    /// `Sql`, `Corrupt`.
    pub async fn clue(&self, id: ClueId) -> Result<Option<ClueRecord>, StoreError> {
        one(&self.reading, id).await
    }

    /// The clues of one subject, by id.
    ///
    /// # Errors
    /// `Sql`, `Corrupt`.
    pub async fn clues_of(&self, kind: &str, key: &str) -> Result<Vec<ClueRecord>, StoreError> {
        let mut select = select_clues();
        select.push(" where k.subject_hash = ").push_bind(self.subject_hash(kind, key)).push(" order by c.id");
        self.records(select).await
    }

    /// The events of one clue, in order, with what they said as far as it was not erased.
    ///
    /// # Errors
    /// `Sql`, `Corrupt`.
    pub async fn clue_events(&self, id: ClueId) -> Result<Vec<ClueEvent>, StoreError> {
        let rows: Vec<EventColumns> = sqlx::query_as(
            "select e.body, k.key, p.nonce, p.sealed
             from event e left join payload p on p.id = e.payload left join subject_key k on k.id = p.subject_key
             where e.clue = ?1 order by e.position",
        )
        .bind(cell::count(id.0)?)
        .fetch_all(&self.reading)
        .await?;
        rows.into_iter().map(event).collect()
    }

    async fn records(&self, select: QueryBuilder<Sqlite>) -> Result<Vec<ClueRecord>, StoreError> {
        records(&self.reading, select).await
    }
}

pub(crate) async fn one<'e>(from: impl SqliteExecutor<'e>, id: ClueId) -> Result<Option<ClueRecord>, StoreError> {
    let mut select = select_clues();
    select.push(" where c.id = ").push_bind(cell::count(id.0)?);
    Ok(records(from, select).await?.pop())
}

async fn records<'e>(
    from: impl SqliteExecutor<'e>,
    mut select: QueryBuilder<Sqlite>,
) -> Result<Vec<ClueRecord>, StoreError> {
    let rows: Vec<EventColumns> = select.build_query_as().fetch_all(from).await?;
    rows.into_iter()
        .map(|(episode, key, nonce, sealed)| {
            let erased = key.is_none();
            let mut episode: Episode = cell::json(&episode)?;
            episode.said = open_columns(&(key, nonce, sealed))?;
            Ok(ClueRecord { state: episode.state(), episode, erased })
        })
        .collect()
}

impl ClueFilter {
    fn push(&self, store: &Store, select: &mut QueryBuilder<Sqlite>) {
        select.push(" where true");
        if let Some(scope) = &self.scope {
            scope.push(select, "c.place");
        }
        if !self.models.is_empty() {
            select.push(" and c.model in (");
            let mut separated = select.separated(", ");
            for model in &self.models {
                separated.push_bind(model.clone());
            }
            select.push(")");
        }
        if let Some(severity) = &self.severity {
            select.push(" and json_extract(c.episode, '$.level.severity') = ").push_bind(severity.clone());
        }
        if let Some(day) = self.awake_on {
            select.push(" and coalesce(json_extract(c.episode, '$.snoozed.until'), '') <= ").push_bind(day.to_string());
        }
        if let Some((kind, key)) = &self.subject {
            select.push(" and c.subject_key in (select id from subject_key where subject_hash = ");
            select.push_bind(store.subject_hash(kind, key)).push(")");
        }
        if let Some(model) = &self.model {
            select.push(" and c.model = ").push_bind(model.clone());
        }
        if let Some(state) = self.state {
            select.push(" and c.state = ").push_bind(state.word());
        }
        if let Some(place) = &self.place {
            // A range, so that an index serves it; no code holds the last character of Unicode.
            select.push(" and c.place >= ").push_bind(place.clone());
            select.push(" and c.place <= ").push_bind(format!("{place}\u{10FFFF}"));
        }
    }
}

/// JSON of an event or an episode, then key, nonce and sealed bytes of what it says.
type EventColumns = (String, Option<Vec<u8>>, Option<Vec<u8>>, Option<Vec<u8>>);

fn select_clues() -> QueryBuilder<Sqlite> {
    QueryBuilder::new(
        "select c.episode, k.key, p.nonce, p.sealed
         from clue c join payload p on p.id = c.payload join subject_key k on k.id = c.subject_key",
    )
}

fn event((body, key, nonce, sealed): EventColumns) -> Result<ClueEvent, StoreError> {
    let columns: SealedColumns = (key, nonce, sealed);
    let mut event: ClueEvent = cell::json(&body)?;
    event.said = open_columns(&columns)?;
    Ok(event)
}
