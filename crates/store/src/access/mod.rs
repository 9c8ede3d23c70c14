//! Who looked at what of whom unmasked, and what for: in the chain by reference, and here to be found again by subject.

use serde::{Deserialize, Serialize};
use types::SubjectRef;

use crate::case::Scope;
use crate::chain::payload;
use crate::{Store, StoreError, cell, chain};

/// A look to be logged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAccess {
    /// Who looked.
    pub who: String,
    /// What for.
    pub purpose: String,
    /// At whom.
    pub subject: SubjectRef,
    /// Place code of whom.
    pub place: String,
    /// Names of the fields.
    pub fields: Vec<String>,
    /// When.
    pub at: String,
}

/// A logged look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    /// Its number.
    pub id: u64,
    /// Who looked.
    pub who: String,
    /// What for.
    pub purpose: String,
    /// At whom; `None` when that was erased, or logged by a program that did not write it down.
    pub subject: Option<SubjectRef>,
    /// Names of the fields.
    pub fields: Vec<String>,
    /// When.
    pub at: String,
}

/// What a look says of the subject.
#[derive(Serialize, Deserialize)]
struct Looked {
    subject: SubjectRef,
    fields: Vec<String>,
}

impl Store {
    /// Logs a look; show nothing before it returns. Returns its number.
    ///
    /// # Errors
    /// `ReadOnly`, `Sql`.
    pub async fn append_access(&self, new: &NewAccess) -> Result<u64, StoreError> {
        let mut tx = self.begin().await?;
        // A sealed payload gives the subject a key where it has none yet; what is sealed says who it is and which fields were shown.
        let said = Looked { subject: new.subject.clone(), fields: new.fields.clone() };
        let sealed = payload::seal(self, &mut tx, (&new.subject.kind, &new.subject.key), &said).await?;
        let id: i64 = sqlx::query_scalar(
            "insert into access (at, who, purpose, kind, subject_key, place, fields, payload)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) returning id",
        )
        .bind(&new.at)
        .bind(&new.who)
        .bind(&new.purpose)
        .bind(&new.subject.kind)
        .bind(sealed.subject_key)
        .bind(&new.place)
        .bind(serde_json::to_string(&new.fields)?)
        .bind(sealed.payload)
        .fetch_one(&mut *tx)
        .await?;
        let body = serde_json::json!({
            "who": new.who, "purpose": new.purpose, "at": new.at,
            "what": format!("access {id}: {} {}", new.subject.kind, new.fields.join(", ")),
        });
        chain::append(&mut tx, chain::Entry::of("reveal", &body)?).await?;
        crate::durable::commit(tx).await?;
        Ok(u64::try_from(id).unwrap_or(0))
    }

    /// Logged looks within `scope`, newest first, a page; at one subject only where it is given.
    ///
    /// # Errors
    /// `Sql`, `Corrupt`.
    pub async fn accesses(
        &self,
        scope: &Scope,
        subject: Option<&SubjectRef>,
        before: Option<u64>,
        limit: u32,
    ) -> Result<Vec<Access>, StoreError> {
        let mut select = sqlx::QueryBuilder::new(
            "select a.id, a.who, a.purpose, a.fields, a.at, k.key, p.nonce, p.sealed
             from access a left join payload p on p.id = a.payload left join subject_key k on k.id = p.subject_key where true",
        );
        scope.push(&mut select, "a.place");
        if let Some(subject) = subject {
            select.push(" and a.subject_key in (select id from subject_key where subject_hash = ");
            select.push_bind(self.subject_hash(&subject.kind, &subject.key)).push(")");
        }
        if let Some(before) = before {
            select.push(" and a.id < ").push_bind(cell::count(before)?);
        }
        select.push(" order by a.id desc limit ").push_bind(i64::from(limit));
        let rows: Vec<(i64, String, String, String, String, _, _, _)> =
            select.build_query_as().fetch_all(&self.reading).await?;
        rows.into_iter()
            .map(|(id, who, purpose, fields, at, key, nonce, sealed)| {
                let id = u64::try_from(id).unwrap_or(0);
                let said: Option<Looked> = payload::open_columns(&(key, nonce, sealed))?;
                let subject = said.map(|said| said.subject);
                Ok(Access { id, who, purpose, subject, fields: cell::json(&fields)?, at })
            })
            .collect()
    }

    /// How many looks [`Store::accesses`] would list on all pages.
    ///
    /// # Errors
    /// `Sql`.
    pub async fn count_accesses(&self, scope: &Scope, subject: Option<&SubjectRef>) -> Result<u64, StoreError> {
        let mut select = sqlx::QueryBuilder::new("select count(*) from access a where true");
        scope.push(&mut select, "a.place");
        if let Some(subject) = subject {
            select.push(" and a.subject_key in (select id from subject_key where subject_hash = ");
            select.push_bind(self.subject_hash(&subject.kind, &subject.key)).push(")");
        }
        let count: i64 = select.build_query_scalar().fetch_one(&self.reading).await?;
        Ok(u64::try_from(count).unwrap_or(0))
    }

    /// 80 bits that nobody can foretell, the same for the same `text`: what a person who reports is given.
    #[must_use]
    pub fn receipt(&self, text: &str) -> String {
        self.subject_hash("receipt", text).chars().take(20).collect::<String>().to_uppercase()
    }
}
