//! What really was so: verdicts that people gave, or a file of what happened.

use std::collections::BTreeMap;

use casework::Verdict;
use engine::Scene;
use pack::programme::Model;
use store::ClueFilter;
use types::{Day, NO_NUMBER};

use crate::{DataFolder, Error};

/// Where the truth comes from: a measure against one is not a measure against another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TruthSource {
    /// Verdicts on clues of this folder. Who was never looked into is neither right nor wrong.
    Verdicts,
    /// A file of what happened, such as the simulator writes. Who is not in it is wrong.
    File,
}

/// One case: a subject of whom it is known whether the clue is founded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// Key of a subject: of the model's kind, of one it belongs to, or of one that belongs to it.
    pub subject: String,
    /// The day it happened, or was judged.
    pub on: Day,
    /// Whether it is so.
    pub founded: bool,
}

/// Everything known, by model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Truth {
    /// Where it comes from.
    pub source: TruthSource,
    /// By model id; a model without an entry is not measured.
    pub cases: BTreeMap<String, Vec<Case>>,
}

impl Truth {
    /// The verdicts of the folder on clues opened on or before `to`; `None` when there is none.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub async fn verdicts(folder: &DataFolder, to: Day) -> Result<Option<Self>, Error> {
        let mut cases: BTreeMap<String, Vec<Case>> = BTreeMap::new();
        for clue in folder.store.clues(&ClueFilter::default()).await? {
            let episode = clue.episode;
            let (Some(given), Some(said)) = (&episode.verdict, &episode.said) else { continue };
            if episode.opened <= to {
                let founded = given.verdict == Verdict::Founded;
                let case = Case { subject: said.subject.key.clone(), on: given.on, founded };
                cases.entry(episode.model).or_default().push(case);
            }
        }
        Ok((!cases.is_empty()).then_some(Self { source: TruthSource::Verdicts, cases }))
    }
}

/// Whom a case is about, in numbers.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Whom {
    /// A subject of the model's own kind.
    Own(u32),
    /// One that it belongs to, or the place it lives in: (kind, number).
    Above(String, u32),
}

/// A case in numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownCase {
    /// The key as the truth gives it.
    pub subject: String,
    /// The kind of subject that the key is of, and whom of the model's world it is about; `None` for a key that nobody in the folder
    /// has.
    pub whom: Option<(String, Whom)>,
    /// The day.
    pub on: Day,
    /// Whether it is so.
    pub founded: bool,
}

/// The cases of `model` as subjects of `scene`, each key once: founded if it ever was, on the earliest such day.
pub fn known(scene: &Scene<'_>, model: &Model, cases: &[Case]) -> Result<Vec<KnownCase>, Error> {
    let mut by_key: BTreeMap<&str, (bool, Day)> = BTreeMap::new();
    for case in cases {
        let so_far = by_key.entry(&case.subject).or_insert((case.founded, case.on));
        *so_far = match (so_far.0, case.founded) {
            (false, true) => (true, case.on),
            (true, false) => *so_far,
            (founded, _) => (founded, so_far.1.min(case.on)),
        };
    }
    let finder = Finder::new(scene, model)?;
    by_key
        .into_iter()
        .map(|(key, (founded, on))| {
            Ok(KnownCase { subject: key.to_owned(), whom: finder.find(scene, key), on, founded })
        })
        .collect()
}

/// Finds subjects by their keys, whichever kind they are of.
struct Finder<'m> {
    own: &'m str,
    above: Vec<String>,
    /// Kinds whose subjects belong to those of the model's kind, and to whom each belongs.
    below: Vec<(String, Vec<u32>)>,
}

impl<'m> Finder<'m> {
    fn new(scene: &Scene<'_>, model: &'m Model) -> Result<Self, Error> {
        let programme = scene.programme;
        let mut below = Vec::new();
        for name in programme.registers.keys().filter(|name| programme.is_kind(name)) {
            if **name != model.subject && programme.kinds_above(name).contains(&model.subject) {
                below.push((name.clone(), scene.above(name, &model.subject)?));
            }
        }
        Ok(Self { own: &model.subject, above: programme.kinds_above(&model.subject), below })
    }

    fn find(&self, scene: &Scene<'_>, key: &str) -> Option<(String, Whom)> {
        let is_level = |kind: &str, number: u32| {
            let bits = scene.programme.level(kind).and_then(|_| scene.members(kind).ok());
            bits.is_none_or(|bits| bits.len() > number as usize && bits.value(number as usize))
        };
        let number = |kind: &str| scene.number(kind, key).filter(|number| is_level(kind, *number));
        if let Some(number) = number(self.own) {
            return Some((self.own.to_owned(), Whom::Own(number)));
        }
        for above in &self.above {
            if let Some(number) = number(above) {
                return Some((above.clone(), Whom::Above(above.clone(), number)));
            }
        }
        self.below.iter().find_map(|(kind, of)| {
            let number = number(kind)?;
            let of = of.get(number as usize).copied().filter(|of| *of != NO_NUMBER)?;
            Some((kind.clone(), Whom::Own(of)))
        })
    }
}
