//! Who works here, and who is signed in.

use crate::{Store, StoreError, cell};

/// Someone to be added, or changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPerson {
    /// Login.
    pub name: String,
    /// Name shown.
    pub title: String,
    /// Hash of the password, with its salt and parameters.
    pub password: String,
    /// `zh` or `en`.
    pub language: String,
    /// Roles, each with its place code.
    pub grants: Vec<(String, String)>,
    /// When.
    pub added_at: String,
}

/// Someone who works here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Login.
    pub name: String,
    /// Name shown.
    pub title: String,
    /// Hash of the password.
    pub password: String,
    /// `zh` or `en`.
    pub language: String,
    /// Roles, each with its place code.
    pub grants: Vec<(String, String)>,
}

/// Someone who is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionRecord {
    /// Who.
    pub person: Person,
    /// What requests that change something must carry.
    pub csrf: String,
    /// Seconds since 1970 of the sign-in.
    pub begun: i64,
    /// Seconds since 1970 of the last request.
    pub seen: i64,
}

type PersonRow = (String, String, String, String, String);

fn person((name, title, password, language, grants): PersonRow) -> Result<Person, StoreError> {
    Ok(Person { name, title, password, language, grants: cell::json(&grants)? })
}

impl Store {
    /// Adds someone, or gives someone another password, title or roles.
    ///
    /// # Errors
    /// `ReadOnly`, `Sql`.
    pub async fn put_person(&self, new: &NewPerson) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        sqlx::query(
            "insert into person (name, title, password, language, grants, added_at) values (?1, ?2, ?3, ?4, ?5, ?6)
             on conflict (name) do update set title = excluded.title, password = excluded.password,
                language = excluded.language, grants = excluded.grants",
        )
        .bind(&new.name)
        .bind(&new.title)
        .bind(&new.password)
        .bind(&new.language)
        .bind(serde_json::to_string(&new.grants)?)
        .bind(&new.added_at)
        .execute(&mut *tx)
        .await?;
        // Whoever was signed in with the old password is not any more.
        sqlx::query("delete from session where person = ?1").bind(&new.name).execute(&mut *tx).await?;
        crate::durable::commit(tx).await?;
        Ok(())
    }

    /// Someone, by login.
    ///
    /// # Errors
    /// `Sql`, `Corrupt`.
    pub async fn person(&self, name: &str) -> Result<Option<Person>, StoreError> {
        let row: Option<PersonRow> =
            sqlx::query_as("select name, title, password, language, grants from person where name = ?1")
                .bind(name)
                .fetch_optional(&self.reading)
                .await?;
        row.map(person).transpose()
    }

    /// Everyone, by login.
    ///
    /// # Errors
    /// `Sql`, `Corrupt`.
    pub async fn people(&self) -> Result<Vec<Person>, StoreError> {
        let rows: Vec<PersonRow> =
            sqlx::query_as("select name, title, password, language, grants from person order by name")
                .fetch_all(&self.reading)
                .await?;
        rows.into_iter().map(person).collect()
    }

    /// Chooses the language of someone's pages.
    ///
    /// # Errors
    /// `ReadOnly`, `Sql`.
    pub async fn set_language(&self, name: &str, language: &str) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        sqlx::query("update person set language = ?2 where name = ?1")
            .bind(name)
            .bind(language)
            .execute(&mut *tx)
            .await?;
        crate::durable::commit(tx).await?;
        Ok(())
    }

    /// Begins a session; `token` is the hash of what the browser holds.
    ///
    /// # Errors
    /// `ReadOnly`, `Sql`.
    pub async fn begin_session(&self, token: &str, name: &str, csrf: &str, now: i64) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        sqlx::query("insert into session (token, person, csrf, begun, seen) values (?1, ?2, ?3, ?4, ?4)")
            .bind(token)
            .bind(name)
            .bind(csrf)
            .bind(now)
            .execute(&mut *tx)
            .await?;
        crate::durable::commit(tx).await?;
        Ok(())
    }

    /// The session of a token.
    ///
    /// # Errors
    /// `Sql`, `Corrupt`.
    pub async fn session(&self, token: &str) -> Result<Option<SessionRecord>, StoreError> {
        let row: Option<(String, i64, i64, String, String, String, String, String)> = sqlx::query_as(
            "select s.csrf, s.begun, s.seen, p.name, p.title, p.password, p.language, p.grants
             from session s join person p on p.name = s.person where s.token = ?1",
        )
        .bind(token)
        .fetch_optional(&self.reading)
        .await?;
        row.map(|(csrf, begun, seen, name, title, password, language, grants)| {
            let person = person((name, title, password, language, grants))?;
            Ok(SessionRecord { person, csrf, begun, seen })
        })
        .transpose()
    }

    /// Notes that a session is used.
    ///
    /// # Errors
    /// `ReadOnly`, `Sql`.
    pub async fn touch_session(&self, token: &str, now: i64) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        sqlx::query("update session set seen = ?2 where token = ?1").bind(token).bind(now).execute(&mut *tx).await?;
        crate::durable::commit(tx).await?;
        Ok(())
    }

    /// Ends a session, and those not used since `before`.
    ///
    /// # Errors
    /// `ReadOnly`, `Sql`.
    pub async fn end_session(&self, token: &str, before: i64) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        sqlx::query("delete from session where token = ?1 or seen < ?2")
            .bind(token)
            .bind(before)
            .execute(&mut *tx)
            .await?;
        crate::durable::commit(tx).await?;
        Ok(())
    }
}

impl Store {
    /// A secret of 256 bits, in hexadecimal digits.
    ///
    /// # Errors
    /// `ReadOnly`.
    pub fn token(&self) -> Result<String, StoreError> {
        Ok(types::Hash(self.random()?).to_string())
    }
}
