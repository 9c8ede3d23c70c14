//! What was found held against what was so: recall, precision, lead time, and the cause of each miss and false hit.

use std::collections::{BTreeMap, BTreeSet};

use pipeline::found::{Found, FoundByModel, Spell};
use types::Day;

use super::files::{Case, Defect};

/// What a file said of a feed and when it came.
#[derive(Clone, Debug)]
pub struct Came {
    /// First day covered.
    pub from: Day,
    /// Last day covered.
    pub to: Day,
    /// When it was received.
    pub received: Day,
}

/// Everything a measure is made of.
pub struct Bench<'b> {
    /// What was found.
    pub found: &'b Found,
    /// What was found where the files have no defect, if that was asked.
    pub clean: Option<&'b Found>,
    /// What was so, of one kind.
    pub cases: Vec<&'b Case>,
    /// What was wrong with rows, by whom they are about and by whom those belong to.
    pub defects: &'b BTreeMap<&'b str, Vec<&'b Defect>>,
    /// By feed, what came when.
    pub came: &'b BTreeMap<String, Vec<Came>>,
    /// So many days before it began, finding it still counts.
    pub horizon: i32,
}

/// Why a case was missed or a hit was false. The words stand in `misses.csv` and `false-hits.csv`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    /// No feed shows what caused it.
    NoFeedShowsIt,
    /// What would show it came after it was over, or after the last date, or not at all.
    FeedLate,
    /// The row that shows it has a defect, of this sort.
    Defect(String),
    /// No model of those asked reads the feed that shows it.
    NoRuleReadsIt,
    /// A model that reads it could not say.
    Undetermined,
    /// A model reads the feed and says no: below its line, outside its window or its population.
    BelowTheLine,
    /// Of a hit: it was so, but at another time.
    AnotherTime,
    /// Of a hit: what the model says is so, and nothing followed from it. The rule's own limit.
    Coped,
}

impl Cause {
    /// The word in files.
    pub fn word(&self) -> String {
        match self {
            Self::NoFeedShowsIt => "no feed shows it".to_owned(),
            Self::FeedLate => "feed late or missing".to_owned(),
            Self::Defect(what) => format!("defect: {what}"),
            Self::NoRuleReadsIt => "no rule reads the feed".to_owned(),
            Self::Undetermined => "could not be told".to_owned(),
            Self::BelowTheLine => "below the line".to_owned(),
            Self::AnotherTime => "at another time".to_owned(),
            Self::Coped => "true, and nothing followed".to_owned(),
        }
    }

    /// The same for people.
    pub fn text(&self) -> (String, String) {
        let zh = match self {
            Self::NoFeedShowsIt => "没有数据能反映".to_owned(),
            Self::FeedLate => "数据迟到或缺失".to_owned(),
            Self::Defect(what) => format!("数据毛病：{what}"),
            Self::NoRuleReadsIt => "没有规则读这项数据".to_owned(),
            Self::Undetermined => "无法认定".to_owned(),
            Self::BelowTheLine => "未到规则的线".to_owned(),
            Self::AnotherTime => "属实，但不在这一时段".to_owned(),
            Self::Coped => "情况属实，未造成后果".to_owned(),
        };
        (zh, self.word())
    }
}

/// One model, or several as one, against the cases.
#[derive(Clone, Debug)]
pub struct Measured {
    /// Cases in all.
    pub cases: usize,
    /// Cases whose cause stands in a feed that it reads.
    pub in_reach: usize,
    /// Of those in reach, how many were found.
    pub found_in_reach: usize,
    /// Cases found.
    pub found: usize,
    /// Owners with hits: one conversation each.
    pub owners: usize,
    /// Of those, how many had a case then.
    pub right: usize,
    /// Days from the first hit to the case, one a case found: positive is before.
    pub lead: Vec<i32>,
    /// Cases missed, by their position, with the cause.
    pub misses: Vec<(usize, Cause)>,
    /// Owners hit without a case, with the first hit and the cause.
    pub false_hits: Vec<(String, Day, Cause)>,
}

impl Measured {
    /// The day in the middle of those by which it was earlier.
    pub fn median_lead(&self) -> Option<i32> {
        let mut days = self.lead.clone();
        days.sort_unstable();
        days.get(days.len() / 2).copied()
    }
}

impl Bench<'_> {
    /// Measures `models` as one.
    pub fn measure(&self, models: &[&FoundByModel]) -> Measured {
        let mut by_owner: BTreeMap<&str, Vec<&Spell>> = BTreeMap::new();
        for spell in models.iter().flat_map(|model| &model.spells).filter(|spell| !spell.owner.is_empty()) {
            by_owner.entry(&spell.owner).or_default().push(spell);
        }
        let feeds: BTreeSet<&str> = models.iter().flat_map(|model| &model.rows_of).map(String::as_str).collect();
        let clean = self.clean.map(|clean| {
            let same = |model: &&FoundByModel| models.iter().any(|other| other.model == model.model);
            let spells = clean.models.iter().filter(same).flat_map(|model| &model.spells);
            let mut by_owner: BTreeMap<&str, Vec<&Spell>> = BTreeMap::new();
            spells.for_each(|spell| by_owner.entry(&spell.owner).or_default().push(spell));
            by_owner
        });
        let mut measured = Measured {
            cases: self.cases.len(),
            in_reach: 0,
            found_in_reach: 0,
            found: 0,
            owners: by_owner.len(),
            right: 0,
            lead: Vec::new(),
            misses: Vec::new(),
            false_hits: Vec::new(),
        };
        let mut cases_of: BTreeMap<&str, Vec<&Case>> = BTreeMap::new();
        for (position, case) in self.cases.iter().enumerate() {
            cases_of.entry(&case.subject).or_default().push(case);
            let in_reach = case.shown_by.iter().any(|shown| feeds.contains(shown.feed.as_str()));
            let hits = by_owner.get(case.subject.as_str()).map(Vec::as_slice).unwrap_or_default();
            let first = hits.iter().filter(|spell| self.meets(spell, case)).map(|spell| spell.first).min();
            measured.in_reach += usize::from(in_reach);
            match first {
                Some(first) => {
                    measured.found += 1;
                    measured.found_in_reach += usize::from(in_reach);
                    // A hit that has stood for years did not announce it years before.
                    measured.lead.push((case.from.0 - first.0).min(self.horizon));
                }
                None => {
                    let was_found = clean.as_ref().map(|clean| {
                        let hits = clean.get(case.subject.as_str()).map(Vec::as_slice).unwrap_or_default();
                        hits.iter().any(|spell| self.meets(spell, case))
                    });
                    measured.misses.push((position, self.missed(case, models, &feeds, was_found)));
                }
            }
        }
        for (owner, hits) in &by_owner {
            let own = cases_of.get(owner).map(Vec::as_slice).unwrap_or_default();
            if own.iter().any(|case| hits.iter().any(|spell| self.meets(spell, case))) {
                measured.right += 1;
                continue;
            }
            let first = hits.iter().map(|spell| spell.first).min().unwrap_or(Day::MIN);
            let defect = self.of(owner).find(|defect| feeds.contains(defect.feed.as_str()));
            let is_everywhere = clean.as_ref().is_some_and(|clean| clean.contains_key(owner));
            let cause = match defect.filter(|_| !is_everywhere) {
                Some(defect) => Cause::Defect(defect.what.clone()),
                None if !own.is_empty() => Cause::AnotherTime,
                None => Cause::Coped,
            };
            measured.false_hits.push(((*owner).to_owned(), first, cause));
        }
        measured
    }

    /// Whether a hit is about a case: it stood while the case lasted, or within the horizon before.
    fn meets(&self, spell: &Spell, case: &Case) -> bool {
        spell.last.plus_days(self.horizon) >= case.from && case.to.is_none_or(|to| spell.first <= to)
    }

    /// The defects in the rows about somebody that change what is read.
    fn of(&self, key: &str) -> impl Iterator<Item = &Defect> {
        self.defects.get(key).into_iter().flatten().copied().filter(|defect| changes(&defect.what))
    }

    /// `was_found`: whether it was found where the files have no defect; what was not is the rule's own limit, whatever else is wrong.
    fn missed(&self, case: &Case, models: &[&FoundByModel], feeds: &BTreeSet<&str>, was_found: Option<bool>) -> Cause {
        if case.shown_by.is_empty() {
            return Cause::NoFeedShowsIt;
        }
        let last = self.found.questions.last().map_or(Day::MIN, |question| question.known_by);
        let by = case.to.map_or(last, |to| to.min(last));
        let came = |feed: &str, day: Day| {
            let files = self.came.get(feed).map(Vec::as_slice).unwrap_or_default();
            files.iter().any(|file| (file.from..=file.to).contains(&day) && file.received <= by)
        };
        let shown: Vec<_> = case.shown_by.iter().filter(|shown| came(&shown.feed, shown.day)).collect();
        if shown.is_empty() {
            return Cause::FeedLate;
        }
        let read: Vec<_> = shown.iter().filter(|shown| feeds.contains(shown.feed.as_str())).collect();
        if read.is_empty() {
            return Cause::NoRuleReadsIt;
        }
        if was_found == Some(false) {
            return Cause::BelowTheLine;
        }
        // With the other folder to compare, any row of the family that a model reads; without it only the rows that show the case.
        let own = self.of(&case.subject).filter(|defect| was_found.is_some() && feeds.contains(defect.feed.as_str()));
        let shows = read.iter().flat_map(|shown| self.of(&shown.key).filter(move |defect| defect.feed == shown.feed));
        let defect = own.chain(shows).next();
        if let Some(defect) = defect {
            return Cause::Defect(defect.what.clone());
        }
        let unsure = models.iter().any(|model| {
            read.iter().any(|shown| model.feeds.contains(&shown.feed)) && model.unsure.contains(&case.subject)
        });
        match was_found {
            // Found with clean files and lost without a defect in its own rows: a whole file is missing or late.
            Some(true) => Cause::FeedLate,
            _ if unsure => Cause::Undetermined,
            _ => Cause::BelowTheLine,
        }
    }
}

/// The defects of rows, by whom they are about and by whom those belong to.
pub fn index(defects: &[Defect]) -> BTreeMap<&str, Vec<&Defect>> {
    let mut by_key: BTreeMap<&str, Vec<&Defect>> = BTreeMap::new();
    for defect in defects.iter().filter(|defect| defect.row.is_some()) {
        for key in BTreeSet::from([defect.key.as_str(), defect.household.as_str()]) {
            by_key.entry(key).or_default().push(defect);
        }
    }
    by_key
}

/// Whether a defect changes what is read: dates in another form, thousands separators and names are read all the same.
pub fn changes(what: &str) -> bool {
    !matches!(what, "date_in_another_form" | "thousands_separator" | "name_mistyped")
}
