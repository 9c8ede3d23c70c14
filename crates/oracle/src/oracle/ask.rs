//! One question: the order in which everything is worked out, and what is read back.

use std::collections::{BTreeMap, BTreeSet};

use pack::Programme;
use pack::programme::FeatureShape;
use rusqlite::Connection;
use rusqlite::types::{FromSql, Value as Sql};
use types::{Answer, Question, Reason, Type};

use super::store::store;
use super::{
    Error, attribute, coverage, feature, formula, lookup, member, members, model, near, parameter, place, refused, rows,
};
use crate::{Case, Situation, Situations};

/// A case, ready to be asked.
pub struct Oracle<'c> {
    case: &'c Case,
    database: Connection,
}

/// A question being worked out.
pub(super) struct Asking<'a> {
    pub(super) programme: &'a Programme,
    database: &'a Connection,
    /// A, as text.
    pub(super) a: String,
    /// K, as text.
    pub(super) k: String,
}

/// A value with its coverage.
#[derive(Clone, Debug, PartialEq)]
pub struct Valued {
    /// The type of the value.
    pub ty: Type,
    /// The value as SQLite gave it: numbers at the type's scale; NULL when absent or not covered.
    pub value: Sql,
    /// Whether it is covered.
    pub covered: bool,
    /// Why it is not.
    pub reasons: BTreeSet<Reason>,
}

/// A model's answer for one subject.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// The answer.
    pub answer: Answer,
    /// The level of a hit.
    pub severity: Option<String>,
}

/// A subject that one condition stands between and a hit.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NearMiss {
    /// Whom it is about.
    pub key: String,
    /// Clear or undetermined.
    pub answer: Answer,
    /// How many conditions give a hit, each on its own.
    pub conditions: usize,
}

/// Everything asked.
#[derive(Clone, Debug, Default)]
pub struct Answers {
    /// By (kind, name), by key: attributes and features of the members at A.
    pub values: BTreeMap<(String, String), BTreeMap<String, Valued>>,
    /// By model, by key.
    pub said: BTreeMap<String, BTreeMap<String, Said>>,
    /// By model.
    pub near: BTreeMap<String, BTreeSet<NearMiss>>,
    /// What was met on the way.
    pub situations: Situations,
}

impl<'c> Oracle<'c> {
    /// Writes the case into a database.
    ///
    /// # Errors
    /// When SQLite refuses: a fault of the oracle.
    pub fn new(case: &'c Case) -> Result<Self, Error> {
        Ok(Self { case, database: store(case)? })
    }

    /// Works the question out.
    ///
    /// # Errors
    /// When SQLite refuses: a fault of the oracle.
    pub fn ask(&self, question: Question) -> Result<Answers, Error> {
        self.database.execute_batch("BEGIN")?;
        let asking = Asking {
            programme: &self.case.programme,
            database: &self.database,
            a: question.as_of.to_string(),
            k: question.known_by.to_string(),
        };
        let answers = asking.answer();
        self.database.execute_batch("ROLLBACK")?;
        answers
    }

    /// The database, for messages about a difference.
    #[must_use]
    pub fn database(&self) -> &Connection {
        &self.database
    }
}

impl Asking<'_> {
    /// Runs statements.
    pub(super) fn run(&self, sql: &str) -> Result<(), Error> {
        self.database.execute_batch(sql).inspect_err(|error| eprintln!("{error}\n{sql}"))
    }

    /// The one value of a query.
    pub(super) fn one<T: FromSql>(&self, sql: &str) -> Result<T, Error> {
        self.database.query_row(sql, [], |row| row.get(0)).inspect_err(|error| eprintln!("{error}\n{sql}"))
    }

    /// The rows of a query.
    pub(super) fn rows(&self, sql: &str) -> Result<Vec<Vec<Sql>>, Error> {
        let mut statement = self.database.prepare(sql).inspect_err(|error| eprintln!("{error}\n{sql}"))?;
        let columns = statement.column_count();
        let rows = statement.query_map([], |row| (0..columns).map(|column| row.get(column)).collect())?;
        rows.collect()
    }

    fn answer(&self) -> Result<Answers, Error> {
        self.run(
            "CREATE TABLE snap(feed TEXT, scope TEXT, seq INTEGER, f TEXT, t TEXT, initial INTEGER, own INTEGER);
             CREATE TABLE stale(feed TEXT, scope TEXT);
             CREATE TABLE run(feed TEXT, f TEXT, t TEXT);
             CREATE TABLE ref(id INTEGER PRIMARY KEY, feed TEXT, valid TEXT, c_from TEXT, c_to TEXT, now INTEGER);
             CREATE TABLE ref_key(id INTEGER, kind TEXT, key TEXT);
             CREATE TABLE tree(code TEXT PRIMARY KEY, parent TEXT, successor TEXT);
             CREATE TABLE follows(code TEXT PRIMARY KEY, now TEXT);
             CREATE TABLE anc(code TEXT, up TEXT, depth INTEGER, level TEXT);
             CREATE INDEX anc_by ON anc(code);
             CREATE TABLE member(kind TEXT, key TEXT, PRIMARY KEY(kind, key));
             CREATE TABLE subj(kind TEXT, key TEXT, PRIMARY KEY(kind, key));
             CREATE TABLE home(kind TEXT, key TEXT, place TEXT, PRIMARY KEY(kind, key));
             CREATE TABLE belong(kind TEXT, who TEXT, day TEXT, akey TEXT, PRIMARY KEY(kind, who, day));
             CREATE TABLE up(kind TEXT, key TEXT, above TEXT, akey TEXT, PRIMARY KEY(kind, key, above));
             CREATE TABLE par_at(name TEXT, place TEXT, v);
             CREATE TABLE par(name TEXT, kind TEXT, key TEXT, v, PRIMARY KEY(name, kind, key));
             CREATE TABLE val(kind TEXT, name TEXT, key TEXT, covered INTEGER, v, PRIMARY KEY(kind, name, key)) WITHOUT ROWID;
             CREATE TABLE reason(kind TEXT, name TEXT, key TEXT, reason TEXT, PRIMARY KEY(kind, name, key, reason)) WITHOUT ROWID;",
        )?;
        self.run(&lookup::create())?;
        rows::aliases(self)?;
        place::follow(self)?;
        rows::rows(self)?;
        coverage::runs(self)?;
        coverage::stale(self)?;
        refused::refused(self)?;
        place::places(self)?;
        member::members(self)?;
        parameter::parameters(self)?;
        attribute::attributes(self)?;
        let mut answers = Answers::default();
        for feature in &self.programme.features {
            match &feature.shape {
                FeatureShape::Rows(rows) => feature::rows(self, feature, rows, &mut answers.situations)?,
                FeatureShape::Members(members) => members::members(self, feature, members, &mut answers.situations)?,
                FeatureShape::Formula(compiled) => formula::formula(self, feature, compiled)?,
            }
        }
        self.values(&mut answers)?;
        for model in self.programme.models.values() {
            let asked = model::model(self, model)?;
            let near = near::near(&asked);
            answers.situations.add(Situation::Near, near.len() as u64);
            answers.near.insert(model.id.clone(), near);
            answers.said.insert(model.id.clone(), asked.said);
        }
        self.situations(&mut answers.situations)?;
        Ok(answers)
    }

    fn values(&self, answers: &mut Answers) -> Result<(), Error> {
        let mut reasons: BTreeMap<(String, String, String), BTreeSet<Reason>> = BTreeMap::new();
        for row in self.rows("SELECT kind, name, key, reason FROM reason")? {
            let [kind, name, key, reason] = [text(&row[0]), text(&row[1]), text(&row[2]), text(&row[3])];
            reasons.entry((kind, name, key)).or_default().extend(Reason::parse(&reason));
        }
        for row in self.rows("SELECT kind, name, key, covered, v FROM val JOIN member USING (kind, key)")? {
            let (kind, name, key) = (text(&row[0]), text(&row[1]), text(&row[2]));
            let reference = self.programme.resolve(&kind, None, &name);
            let Some((ty, ..)) = reference.and_then(|reference| self.programme.describe(&reference)) else { continue };
            let covered = row[3] == Sql::Integer(1);
            let value = if covered { row[4].clone() } else { Sql::Null };
            let reasons = reasons.remove(&(kind.clone(), name.clone(), key.clone())).unwrap_or_default();
            for reason in &reasons {
                let situation = match reason {
                    Reason::Lapsed => Situation::Lapsed,
                    Reason::RowRefused => Situation::Refused,
                    Reason::HistoryTooShort => Situation::HistoryTooShort,
                    Reason::NotYetReported => Situation::NotYetReported,
                    Reason::NotLinked => Situation::NotLinked,
                    Reason::ParameterMissing => Situation::ParameterMissing,
                    _ => continue,
                };
                answers.situations.add(situation, 1);
            }
            answers.values.entry((kind, name)).or_default().insert(key, Valued { ty, value, covered, reasons });
        }
        Ok(())
    }

    fn situations(&self, situations: &mut Situations) -> Result<(), Error> {
        let (a, k) = (&self.a, &self.k);
        let mut count = |situation, sql: &str| {
            self.one::<i64>(sql).map(|count| situations.add(situation, u64::try_from(count).unwrap_or(0)))
        };
        count(Situation::Alias, "SELECT count(*) FROM canon")?;
        count(
            Situation::SnapshotReplaced,
            &format!(
                "SELECT count(*) FROM dscope x JOIN delivery d ON d.seq = x.seq WHERE d.received <= '{k}' AND EXISTS (
                   SELECT 1 FROM dscope y JOIN delivery e ON e.seq = y.seq WHERE y.feed = x.feed AND y.scope = x.scope AND y.seq > x.seq AND e.received <= '{k}')"
            ),
        )?;
        for parameter in self.programme.parameters.values() {
            let retroactive = parameter.values.iter().filter(|value| {
                value.from.to_string() <= *a && value.known_from.is_some_and(|known| known.to_string() > *k)
            });
            count(Situation::RetroactiveParameter, &format!("SELECT {}", retroactive.count()))?;
        }
        count(
            Situation::MembershipChange,
            "SELECT count(*) FROM (SELECT who FROM belong WHERE akey IS NOT NULL GROUP BY kind, who HAVING count(DISTINCT akey) > 1)",
        )?;
        for feed in self.programme.feeds.values() {
            let name = &feed.name;
            count(Situation::ReceivedAfterKnownBy, &format!("SELECT count(*) FROM raw_{name} WHERE received > '{k}'"))?;
            count(
                Situation::ValidAfterAsOf,
                &format!("SELECT count(*) FROM raw_{name} WHERE received <= '{k}' AND valid > '{a}'"),
            )?;
            count(
                Situation::Correction,
                &format!(
                    "SELECT count(*) FROM raw_{name} x WHERE received <= '{k}' AND EXISTS (SELECT 1 FROM raw_{name} y WHERE y.ukey = x.ukey AND y.received <= '{k}' AND y.id > x.id)"
                ),
            )?;
            let late = coverage::is_late(self, feed)?;
            count(Situation::Late, &format!("SELECT {}", i64::from(late)))?;
        }
        Ok(())
    }
}

/// A text cell.
pub(super) fn text(cell: &Sql) -> String {
    match cell {
        Sql::Text(text) => text.clone(),
        _ => String::new(),
    }
}
