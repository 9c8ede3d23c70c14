//! Tables, as a list of migrations. A folder's version is the number of the last one it has had (`pragma user_version`).
//!
//! To change the schema: append a migration that ends with its `pragma user_version`; never edit one that was released.

use sqlx::{Sqlite, SqlitePool, Transaction};

use crate::StoreError;

const MIGRATIONS: [&str; 4] = ["
    create table folder (id integer primary key check (id = 1), salt blob not null);
    create table setting (name text primary key, value text not null);

    create table pack_version (
        hash text primary key, id text not null, version text not null, added_at text not null
    );
    create table pack_switch (
        position integer primary key, hash text not null references pack_version (hash), at text not null, by_whom text not null
    );

    create table tombstone (
        id integer primary key, hash text not null, lost_rows integer not null, why text not null, destroyed_on text not null,
        by_whom text not null
    );
    create table delivery (
        sequence integer primary key, feed text not null, hash text not null, file_name text not null, received text not null,
        data_date text not null, covers_from text, covers_to text, scopes text not null, accepted integer not null,
        refused integer not null, backfill integer not null, ingested_at text not null,
        operator text not null, tombstone integer references tombstone (id)
    );
    create index delivery_feed on delivery (feed, received, sequence);
    create index delivery_hash on delivery (hash);
    create index delivery_received on delivery (received);
    create table refused_row (
        id integer primary key, delivery integer not null references delivery (sequence), body text not null,
        closed_by integer references delivery (sequence)
    );
    create index refused_row_delivery on refused_row (delivery);

    create table identity_segment (
        kind text not null, first integer not null, keys integer not null, previous text, hash text not null, body blob,
        primary key (kind, first)
    );
    create table alias (position integer primary key, body text not null);

    create table run (id integer primary key, moved integer not null, body text not null);
    create table run_pack (
        pack text not null, run integer not null references run (id), moved integer not null, primary key (pack, moved, run)
    );

    create table subject_key (id integer primary key, subject_hash text unique, key blob, erased_on text);
    create table payload (
        id integer primary key, subject_key integer not null references subject_key (id), nonce blob not null,
        sealed blob not null
    );
    create index payload_subject_key on payload (subject_key);
    create table event (
        position integer primary key, previous text not null, hash text not null unique, noun text not null, body text not null,
        clue integer, payload integer references payload (id)
    );
    create index event_clue on event (clue, position) where clue is not null;
    create index event_noun on event (noun, position);

    create table clue (
        id integer primary key, model text not null, state text not null, live integer not null, quiet_from text, place text,
        payload integer not null references payload (id), subject_key integer not null references subject_key (id),
        episode text not null
    );
    create index clue_model on clue (model, state, id);
    create index clue_live on clue (model, live);
    create index clue_quiet on clue (model, quiet_from) where quiet_from is not null;
    create index clue_state on clue (state, id);
    create index clue_place on clue (place, id);
    create index clue_subject on clue (subject_key);

    pragma user_version = 2;
", "
    alter table event add column work integer;
    create index event_work on event (work, position) where work is not null;

    create table work (
        id integer primary key, workflow text not null, state text not null, source text not null, place text not null,
        opened text not null, since text not null, closed text, due text, whole_due text, green integer not null,
        receipt text unique, payload integer not null references payload (id),
        subject_key integer not null references subject_key (id), pack text not null, version integer not null
    );
    create index work_place on work (place, id);
    create index work_state on work (workflow, state, id);
    create index work_open on work (closed, id);
    create index work_due on work (due, id) where due is not null;
    create index work_subject on work (subject_key);
    create table work_clue (clue integer primary key, work integer not null references work (id));
    create index work_clue_work on work_clue (work);
    create table turn (
        role text not null, due text not null, work integer not null references work (id), begins text not null,
        primary key (role, due, work)
    ) without rowid;
    create index turn_work on turn (work);

    create table person (
        name text primary key, title text not null, password text not null, language text not null, grants text not null,
        added_at text not null
    );
    create table session (
        token text primary key, person text not null references person (name), csrf text not null, begun integer not null,
        seen integer not null
    );
    create table done_once (
        person text not null, key text not null, digest text not null, answer text not null, at text not null,
        primary key (person, key)
    ) without rowid;
    create table access (
        id integer primary key, at text not null, who text not null, purpose text not null, kind text not null,
        subject_key integer not null references subject_key (id), place text not null, fields text not null
    );
    create index access_subject on access (subject_key, id);
    create index access_place on access (place, id);
    pragma user_version = 3;
", "
    create table turn_at (
        role text not null, place text not null, due text not null, work integer not null references work (id),
        begins text not null, primary key (role, place, due, work)
    ) without rowid;
    insert into turn_at select t.role, w.place, t.due, t.work, t.begins from turn t join work w on w.id = t.work;
    drop table turn;
    alter table turn_at rename to turn;
    create index turn_work on turn (work);

    create table tally (
        place text not null, workflow text not null, state text not null, open integer not null, works integer not null,
        primary key (place, workflow, state, open)
    ) without rowid;
    insert into tally (place, workflow, state, open, works)
        select place, workflow, state, closed is null, count(*) from work group by 1, 2, 3, 4;
    alter table access add column payload integer references payload (id);
    drop index work_open;
    drop index work_due;
    create index work_late on work (place, due) where closed is null and due is not null;
    pragma user_version = 4;
", "
    drop table tally;
    create table tally (
        place text not null, workflow text not null, state text not null, open integer not null, due text not null,
        works integer not null, primary key (place, workflow, state, open, due)
    ) without rowid;
    insert into tally (place, workflow, state, open, due, works)
        select place, workflow, state, closed is null, coalesce(due, ''), count(*) from work group by 1, 2, 3, 4, 5;
    drop index work_state;
    create index work_state on work (state, id);
    create index work_open on work (id) where closed is null;
    pragma user_version = 5;
"];

/// Number of the first migration. Version 1 kept a row per identity; no release wrote it, so nothing leads on from it.
const FIRST: u32 = 2;

/// The version this program writes.
const CURRENT: u32 = FIRST - 1 + MIGRATIONS.len() as u32;

/// Brings the schema up to date.
pub(crate) async fn migrate(pool: &SqlitePool, salt: &[u8]) -> Result<(), StoreError> {
    let mut tx = pool.begin_with("begin immediate").await?;
    let found = version(&mut tx).await?;
    if found > CURRENT {
        return Err(StoreError::TooNew { found, known: CURRENT });
    }
    if (1..FIRST).contains(&found) {
        return Err(StoreError::Outdated { found, oldest: FIRST });
    }
    for migration in MIGRATIONS.into_iter().skip(found.saturating_sub(FIRST - 1) as usize) {
        sqlx::raw_sql(migration).execute(&mut *tx).await?;
    }
    sqlx::query("insert into folder (id, salt) values (1, ?1) on conflict do nothing")
        .bind(salt)
        .execute(&mut *tx)
        .await?;
    crate::durable::commit(tx).await?;
    Ok(())
}

/// Refuses a schema that is not exactly ours: a reader cannot change it.
pub(crate) async fn expect_current(pool: &SqlitePool) -> Result<(), StoreError> {
    let mut tx = pool.begin().await?;
    let found = version(&mut tx).await?;
    if found < FIRST {
        return Err(StoreError::Outdated { found, oldest: FIRST });
    }
    match found.cmp(&CURRENT) {
        std::cmp::Ordering::Less => Err(StoreError::TooOld { found, needed: CURRENT }),
        std::cmp::Ordering::Equal => Ok(()),
        std::cmp::Ordering::Greater => Err(StoreError::TooNew { found, known: CURRENT }),
    }
}

async fn version(tx: &mut Transaction<'static, Sqlite>) -> Result<u32, StoreError> {
    Ok(sqlx::query_scalar("pragma user_version").fetch_one(&mut **tx).await?)
}
