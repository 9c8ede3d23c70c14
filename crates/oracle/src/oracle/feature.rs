//! Aggregates over feed rows: section 4.

use expr::{Compiled, Input};
use pack::programme::{Feature, Feed, Rows, Valid};
use types::{Decimal, Reason, Type};

use super::Error;
use super::aggregate::{aggregate, settle};
use super::ask::Asking;
use super::attribute::{lacks_on, value_on};
use super::coverage::{Days, days, why_not};
use super::exists;
use super::expression::sql;
use super::formula::all_reasons;
use super::inputs::{parameter, read};
use super::member::belong;
use super::store::is_state;
use crate::{Situation, Situations};

/// A feature over rows, being worked out.
pub(super) struct OverRows<'a> {
    pub(super) asking: &'a Asking<'a>,
    pub(super) kind: &'a str,
    pub(super) feed: &'a Feed,
    pub(super) via: &'a str,
    pub(super) days: Days,
    /// Type of the valid dates.
    pub(super) grain: Type,
    /// Share of uncovered people that a place bears.
    pub(super) tolerate: Decimal,
}

/// Fills `val` and `reason` with a feature over rows.
pub(super) fn rows(
    asking: &Asking<'_>,
    feature: &Feature,
    rows: &Rows,
    situations: &mut Situations,
) -> Result<(), Error> {
    let feed = &asking.programme.feeds[&rows.feed];
    let grain = grain(feed);
    let over = OverRows {
        asking,
        kind: &feature.kind,
        feed,
        via: &rows.via,
        days: days(asking, rows.window, rows.offset, grain)?,
        grain,
        tolerate: rows.tolerate,
    };
    over.reach()?;
    let compiled: Vec<&Compiled> = rows.filter.iter().chain(&rows.aggregate.argument).collect();
    over.uncovered(&compiled, situations)?;
    let mut tables = vec!["fr".to_owned()];
    for call in compiled.iter().flat_map(|compiled| &compiled.exists) {
        tables.push(exists::others(&over, call)?);
    }
    over.lose(&tables, situations)?;
    let condition =
        rows.filter.as_ref().map_or("1".into(), |filter| sql(&filter.root, &|number| over.input(filter, number)));
    let x = rows
        .aggregate
        .argument
        .as_ref()
        .map_or("1".into(), |argument| sql(&argument.root, &|number| over.input(argument, number)));
    asking.run(&format!("CREATE TABLE counted AS SELECT r.skey, {x} AS x, r.valid, r.received, r.seq, r.row FROM fr r WHERE {condition};"))?;
    over.situations(situations)?;
    aggregate(asking, &rows.aggregate)?;
    settle(asking, &feature.kind, &feature.name, &rows.aggregate)
}

/// Type of the feed's valid dates.
pub(super) fn grain(feed: &Feed) -> Type {
    match &feed.valid {
        Valid::Column(column) => feed.columns[column].ty,
        Valid::DataDate => Type::Day,
    }
}

impl OverRows<'_> {
    /// SQL: the day of the row `r` for membership: a month's or a year's last, or A if that is earlier.
    fn day(&self, valid: &str, grain: Type) -> String {
        let last = match grain {
            Type::Month => format!("date({valid}, '+1 month', '-1 day')"),
            Type::Year => format!("date({valid}, '+1 year', '-1 day')"),
            _ => return valid.to_owned(),
        };
        format!("min({last}, '{}')", self.asking.a)
    }

    fn is_level(&self, kind: &str) -> bool {
        self.asking.programme.level(kind).is_some()
    }

    /// Table `fr`: the rows of the window with the subject `skey` they reach.
    fn reach(&self) -> Result<(), Error> {
        let within = format!("r.valid BETWEEN '{}' AND '{}'", self.days.first(), self.days.to);
        self.reached("fr", self.feed, self.grain, &within)
    }

    /// The table `name`: rows of `feed` for which `within` holds, with the subject `skey` they reach.
    pub(super) fn reached(&self, name: &str, feed: &Feed, grain: Type, within: &str) -> Result<(), Error> {
        let is_state = is_state(feed);
        let (asking, kind, via, feed) = (self.asking, self.kind, self.via, &feed.name);
        let (key, join) = if kind == via {
            (format!("r.k_{via}"), String::new())
        } else if self.is_level(kind) && self.is_level(via) {
            ("anc.up".into(), format!("JOIN anc ON anc.code = r.k_{via} AND anc.level = '{kind}'"))
        } else if self.is_level(kind) {
            ("up.akey".into(), format!("JOIN up ON up.kind = '{via}' AND up.key = r.k_{via} AND up.above = '{kind}'"))
        } else {
            let day = self.day("r.valid", grain);
            belong(asking, via, &format!("SELECT r.k_{via} AS who, {day} AS day FROM row_{feed} r WHERE {within}"))?;
            ("b.akey".into(), format!("JOIN belong b ON b.kind = '{via}' AND b.who = r.k_{via} AND b.day = {day}"))
        };
        let within = if is_state { format!("({within}) AND r.own AND NOT r.refused") } else { within.to_owned() };
        asking.run(&format!(
            "DROP TABLE IF EXISTS {name}; CREATE TABLE {name} AS SELECT r.*, {key} AS skey FROM row_{feed} r {join} WHERE {within} AND {key} IS NOT NULL;
             CREATE INDEX {name}_by ON {name}(skey);"
        ))
    }

    /// SQL of input `number` for the row `r` of `fr`.
    pub(super) fn input(&self, compiled: &Compiled, number: usize) -> String {
        match &compiled.inputs[number] {
            Input::Name { prefix: None, name } if self.feed.columns.contains_key(name) => format!("r.\"c_{name}\""),
            Input::Name { prefix: None, name } => format!("r.\"k_{name}\""),
            Input::Exists(call) => exists::sql(self, &compiled.exists[*call]),
            Input::Name { prefix: Some(link), name } if self.feed.links.contains_key(link) => {
                value_on(self.asking, link, name, &format!("r.k_{link}"), &self.day("r.valid", self.grain))
            }
            input => read(self.asking, input, self.kind, "r.skey").value,
        }
    }

    /// Table `unc(key, reason)`.
    fn uncovered(&self, compiled: &[&Compiled], situations: &mut Situations) -> Result<(), Error> {
        let (asking, kind) = (self.asking, self.kind);
        asking.run("CREATE TABLE unc(key TEXT, reason TEXT); DROP TABLE IF EXISTS lost; CREATE TABLE lost(key TEXT, who TEXT, reason TEXT, PRIMARY KEY(key, who, reason));")?;
        if let Some(reason) = why_not(asking, self.feed, &self.days)? {
            asking.run(&format!("INSERT INTO unc SELECT key, '{}' FROM subj WHERE kind = '{kind}';", reason.word()))?;
        }
        let everyone = format!("SELECT key FROM subj WHERE kind = '{kind}'");
        self.refused(self.feed, &self.days, &everyone)?;
        for compiled in compiled {
            for input in &compiled.inputs {
                self.not_read(input)?;
                self.behind(input, situations)?;
            }
            for call in &compiled.exists {
                for input in &call.condition.inputs {
                    self.not_read(input)?;
                    self.behind(input, situations)?;
                }
                exists::uncovered(self, call)?;
            }
        }
        Ok(())
    }

    /// Notes in `lost(key, who, reason)` those with a row through which something is read that is not covered on its day.
    fn behind(&self, input: &Input, situations: &mut Situations) -> Result<(), Error> {
        let Input::Name { prefix: Some(link), name } = input else { return Ok(()) };
        if !self.feed.links.contains_key(link) {
            return Ok(());
        }
        let (asking, who) = (self.asking, format!("r.k_{link}"));
        let before: i64 = asking.one("SELECT count(*) FROM lost")?;
        for (reason, when) in lacks_on(asking, link, name, &who, &self.day("r.valid", self.grain)) {
            asking.run(&format!(
                "INSERT OR IGNORE INTO lost SELECT skey, k_{}, '{}' FROM fr r WHERE {who} IS NOT NULL AND {when};",
                self.via,
                reason.word()
            ))?;
        }
        let after: i64 = asking.one("SELECT count(*) FROM lost")?;
        situations.add(Situation::BehindLink, u64::try_from(after - before).unwrap_or(0));
        Ok(())
    }

    /// Those whose own value, or parameter, is not covered.
    fn not_read(&self, input: &Input) -> Result<(), Error> {
        let kind = self.kind;
        let read = match input {
            Input::Parameter(name) => parameter(name, kind, "s.key"),
            Input::Name { prefix: Some(prefix), .. } if prefix == "subject" => read(self.asking, input, kind, "s.key"),
            _ => return Ok(()),
        };
        self.asking.run(&format!(
            "INSERT INTO unc SELECT s.key, q.reason FROM subj s, {} q WHERE s.kind = '{kind}' AND NOT ({}) AND q.reason IN ({});",
            all_reasons(),
            read.covered,
            read.reasons
        ))
    }

    /// Notes in `lost(key, who, reason)` the linked subjects with a refused row of `feed` that meets `days`, beside each subject they
    /// belong to. Of the subjects in `among`, a query of keys.
    pub(super) fn refused(&self, feed: &Feed, days: &Days, among: &str) -> Result<(), Error> {
        let (asking, kind, via, word) = (self.asking, self.kind, self.via, Reason::RowRefused.word());
        let (first, last, day) = (days.first(), &days.to, self.day("ref.valid", grain(feed)));
        asking.run(&format!(
            "DROP TABLE IF EXISTS hit; CREATE TABLE hit AS SELECT x.key AS who, CASE WHEN ref.valid IS NULL THEN max(ref.c_from, '{first}') ELSE {day} END AS f,
               CASE WHEN ref.valid IS NULL THEN min(ref.c_to, '{last}') ELSE {day} END AS t
             FROM ref JOIN ref_key x USING (id) WHERE ref.feed = '{}' AND x.kind = '{via}' AND (
               (ref.valid BETWEEN '{first}' AND '{last}') OR (ref.valid IS NULL AND ref.c_from <= '{last}' AND ref.c_to >= '{first}'));",
            feed.name
        ))?;
        let query = if kind == via {
            "SELECT who AS key, who FROM hit".to_owned()
        } else if self.is_level(kind) {
            format!(
                "SELECT u.akey AS key, who FROM hit JOIN up u ON u.kind = '{via}' AND u.key = who AND u.above = '{kind}'"
            )
        } else {
            asking.run(
                "DROP TABLE IF EXISTS hit_day; CREATE TABLE hit_day AS WITH RECURSIVE every(who, day, last) AS (
                   SELECT who, f, t FROM hit UNION SELECT who, date(day, '+1 day'), last FROM every WHERE day < last)
                 SELECT DISTINCT who, day FROM every;",
            )?;
            // A month's or a year's rows are dated by its last day.
            let day = match grain(feed) {
                Type::Month => self.day("date(day, 'start of month')", Type::Month),
                Type::Year => self.day("date(day, 'start of year')", Type::Year),
                _ => "day".into(),
            };
            asking.run(&format!("UPDATE hit_day SET day = {day};"))?;
            belong(asking, via, "SELECT who, day FROM hit_day")?;
            format!(
                "SELECT b.akey AS key, h.who FROM hit_day h JOIN belong b ON b.kind = '{via}' AND b.who = h.who AND b.day = h.day WHERE b.akey IS NOT NULL"
            )
        };
        asking.run(&format!(
            "INSERT OR IGNORE INTO lost SELECT key, who, '{word}' FROM ({query}) WHERE key IN ({among});"
        ))?;
        if kind == via || !self.is_level(kind) {
            return Ok(());
        }
        // Rows of nobody knows whom that name a place add to its uncovered share.
        let levels: Vec<String> =
            feed.links.keys().filter(|link| self.is_level(link)).map(|link| format!("'{link}'")).collect();
        asking.run(&format!(
            "INSERT OR IGNORE INTO lost SELECT anc.up, '#' || ref.id, '{word}' FROM ref JOIN ref_key x USING (id) JOIN anc ON anc.code = x.key AND anc.level = '{kind}'
             WHERE ref.feed = '{}' AND x.kind IN ({}) AND ref.id NOT IN (SELECT id FROM ref_key WHERE ref_key.kind = '{via}') AND anc.up IN ({among}) AND (
               (ref.valid BETWEEN '{first}' AND '{last}') OR (ref.valid IS NULL AND ref.c_from <= '{last}' AND ref.c_to >= '{first}'));",
            feed.name,
            levels.join(", ")
        ))
    }

    /// Uncovers those with anyone in `lost`; a place, when too many of its people are. Of other places their rows do not count.
    fn lose(&self, tables: &[String], situations: &mut Situations) -> Result<(), Error> {
        let (asking, kind, via) = (self.asking, self.kind, self.via);
        if kind == via || !self.is_level(kind) {
            return asking.run("INSERT INTO unc SELECT DISTINCT key, reason FROM lost;");
        }
        asking.run(&format!(
            "INSERT INTO unc SELECT DISTINCT key, reason FROM lost JOIN (
               SELECT key, count(DISTINCT who) AS bad, (SELECT count(*) FROM member m JOIN up u ON u.kind = m.kind AND u.key = m.key AND u.above = '{kind}' AND u.akey = lost.key WHERE m.kind = '{via}') AS n
               FROM lost GROUP BY key) USING (key)
             WHERE bad * 1{} > {} * n;",
            "0".repeat(usize::from(self.tolerate.scale)),
            self.tolerate.mantissa
        ))?;
        for table in tables {
            asking.run(&format!("DELETE FROM {table} WHERE (skey, k_{via}) IN (SELECT key, who FROM lost);"))?;
        }
        let tolerated: i64 =
            asking.one("SELECT count(DISTINCT key) FROM lost WHERE key NOT IN (SELECT key FROM unc)")?;
        situations.add(Situation::Tolerated, u64::try_from(tolerated).unwrap_or(0));
        Ok(())
    }

    fn situations(&self, situations: &mut Situations) -> Result<(), Error> {
        let asking = self.asking;
        let mut count = |situation, sql: &str| {
            asking.one::<i64>(sql).map(|count| situations.add(situation, u64::try_from(count).unwrap_or(0)))
        };
        count(Situation::NullCell, "SELECT count(*) FROM counted WHERE x IS NULL")?;
        let (first, last, kind, feed) = (self.days.first(), &self.days.to, self.kind, &self.feed.name);
        count(
            Situation::NoRows,
            &format!(
                "SELECT count(*) FROM member m WHERE m.kind = '{kind}' AND m.key NOT IN (SELECT skey FROM fr) AND m.key NOT IN (SELECT key FROM unc)"
            ),
        )?;
        count(
            Situation::WindowEdge,
            &format!(
                "SELECT count(*) FROM row_{feed} WHERE valid IN ('{first}', '{last}', date('{first}', '-1 day'), date('{last}', '+1 day'))"
            ),
        )?;
        count(Situation::Tie, "SELECT count(*) FROM (SELECT 1 FROM counted GROUP BY skey, valid HAVING count(*) > 1)")
    }
}
