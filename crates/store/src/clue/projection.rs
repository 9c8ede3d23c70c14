//! From events to rows of the table `clue`: one way, whether an event is new or read again.

use casework::{ClueEvent, Episode};
use sqlx::{Sqlite, Transaction};
use types::Hash;

use crate::chain::{self, payload};
use crate::{Store, StoreError, cell};

/// Events read at a time.
const PAGE: u32 = 1000;

impl Store {
    /// Drops the projection and makes it again from the events; returns how many clues there are.
    ///
    /// # Errors
    /// `ReadOnly`, `Corrupt`, `Sql`.
    pub async fn rebuild_clues(&self) -> Result<u64, StoreError> {
        let mut tx = self.begin().await?;
        sqlx::query("delete from clue").execute(&mut *tx).await?;
        let mut position = 0_i64;
        loop {
            let rows: Vec<(i64, Option<i64>, Option<i64>, String, _, _, _)> = sqlx::query_as(
                "select e.position, e.payload, p.subject_key, e.body, k.key, p.nonce, p.sealed
                 from event e left join payload p on p.id = e.payload left join subject_key k on k.id = p.subject_key
                 where e.noun = 'clue' and e.position > ?1 order by e.position limit ?2",
            )
            .bind(position)
            .bind(PAGE)
            .fetch_all(&mut *tx)
            .await?;
            if rows.is_empty() {
                break;
            }
            for (at, payload, subject_key, body, key, nonce, sealed) in rows {
                position = at;
                let event = super::event((body, key, nonce, sealed))?;
                project(&mut tx, &event, payload.zip(subject_key)).await?;
            }
        }
        let clues: i64 = sqlx::query_scalar("select count(*) from clue").fetch_one(&mut *tx).await?;
        crate::durable::commit(tx).await?;
        Ok(u64::try_from(clues).unwrap_or(0))
    }
}

/// Seals what the events say, appends them to the chain and projects them.
pub(crate) async fn append_events(
    store: &Store,
    tx: &mut Transaction<'static, Sqlite>,
    events: &[ClueEvent],
) -> Result<(), StoreError> {
    for event in events {
        if event.change.says() != event.said.is_some() && !event.change.may_note() {
            return Err(StoreError::unfit(format!("an event of clue {} says too much or too little", event.clue)));
        }
        let sealed = match &event.said {
            Some(said) => Some(payload::seal(store, tx, (&said.subject.kind, &said.subject.key), said).await?),
            None => None,
        };
        let body = body(event, sealed.as_ref().map(|sealed| sealed.salted_hash))?;
        let mut entry = chain::Entry::of("clue", &body)?;
        entry.clue = Some(cell::count(event.clue.0)?);
        entry.payload = sealed.as_ref().map(|sealed| sealed.payload);
        chain::append(tx, entry).await?;
        project(tx, event, sealed.map(|sealed| (sealed.payload, sealed.subject_key))).await?;
    }
    Ok(())
}

/// The event with the salted hash of what it says; the event's own JSON leaves that out.
fn body(event: &ClueEvent, salted_hash: Option<Hash>) -> Result<serde_json::Value, StoreError> {
    let mut body = serde_json::to_value(event)?;
    if let (Some(salted_hash), Some(object)) = (salted_hash, body.as_object_mut()) {
        object.insert("said".to_owned(), salted_hash.to_string().into());
    }
    Ok(body)
}

/// Puts an event into the projection; `said` is (payload, subject key) of what it says.
async fn project(
    tx: &mut Transaction<'static, Sqlite>,
    event: &ClueEvent,
    said: Option<(i64, i64)>,
) -> Result<(), StoreError> {
    let id = cell::count(event.clue.0)?;
    let before: Option<(String, Option<String>, i64, i64)> =
        sqlx::query_as("select episode, place, payload, subject_key from clue where id = ?1")
            .bind(id)
            .fetch_optional(&mut **tx)
            .await?;
    let (episode, place, said_before) = match before {
        Some((episode, place, payload, subject_key)) => {
            (Some(cell::json::<Episode>(&episode)?), place, Some((payload, subject_key)))
        }
        None => (None, None, None),
    };
    let episode = Episode::after(episode, event)?;
    let place = if event.change.says() { event.said.as_ref().and_then(|said| said.place.clone()) } else { place };
    let (payload, subject_key) = said
        .filter(|_| event.change.says())
        .or(said_before)
        .ok_or_else(|| StoreError::corrupt(format!("clue {} never said anything", event.clue)))?;
    sqlx::query(
        "insert into clue (id, model, state, live, quiet_from, place, payload, subject_key, episode)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
         on conflict (id) do update set model = excluded.model, state = excluded.state, live = excluded.live,
            quiet_from = excluded.quiet_from, place = excluded.place, payload = excluded.payload,
            subject_key = excluded.subject_key, episode = excluded.episode",
    )
    .bind(id)
    .bind(&episode.model)
    .bind(episode.state().word())
    .bind(episode.is_live())
    .bind(episode.quiet_from().map(|day| day.to_string()))
    .bind(place)
    .bind(payload)
    .bind(subject_key)
    .bind(types::canonical_json(&episode)?)
    .execute(&mut **tx)
    .await?;
    Ok(())
}
