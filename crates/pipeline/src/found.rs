//! Who was found, and when: models asked about past dates, each hit with the subject it is laid to.
//!
//! A model about a member lays its clue to what the member belongs to. Measuring what was found against what was so needs the subject it is
//! laid to (`owner`), so that several models over one owner are one.

use std::collections::{BTreeMap, BTreeSet};

use engine::{Scene, Screen};
use pack::programme::{Model, ModelKind, Shape};
use pack::{Programme, lineage};
use types::{Day, NO_NUMBER, Question, Text};

use crate::backtest::{Dates, each_date};
use crate::job::refuse_too_early;
use crate::{DataFolder, Error};

/// What to ask.
#[derive(Clone, Debug)]
pub struct FoundRequest {
    /// When.
    pub dates: Dates,
    /// Ids of the models; all when empty.
    pub models: Vec<String>,
    /// Keys of owners of whom it is wanted whether a model could not say.
    pub asked: BTreeSet<String>,
    /// Threads; the answer does not depend on how many.
    pub threads: usize,
}

/// What one model found.
#[derive(Clone, Debug)]
pub struct FoundByModel {
    /// Id.
    pub model: String,
    /// The pack that it is of.
    pub pack: String,
    /// Title.
    pub title: Text,
    /// Subject kind.
    pub kind: String,
    /// Kind of the subject for which it opens something; the model's own kind where it opens nothing.
    pub owner_kind: String,
    /// Its subjects are places or groups of rows: what it says comes from the rows of many.
    pub counts_many: bool,
    /// A worklist about data, not a clue.
    pub is_worklist: bool,
    /// Feeds it needs.
    pub feeds: BTreeSet<String>,
    /// Of those, the feeds whose rows it looks at, and not only who is who.
    pub rows_of: BTreeSet<String>,
    /// Times of being a hit, by subject and date.
    pub spells: Vec<Spell>,
    /// Of the owners asked about, those of whom it could not say on some date.
    pub unsure: BTreeSet<String>,
}

/// A subject that was a hit from one date to another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Spell {
    /// Key of the subject.
    pub key: String,
    /// Key of the subject it is laid to.
    pub owner: String,
    /// Code of the place, at the first date; empty where it has none.
    pub place: String,
    /// The first date.
    pub first: Day,
    /// The last date on which it was still a hit.
    pub last: Day,
}

/// What was found.
#[derive(Clone, Debug)]
pub struct Found {
    /// The dates, (A, K).
    pub questions: Vec<Question>,
    /// By model, in order of id.
    pub models: Vec<FoundByModel>,
    /// Places on the level on which most of what was found lies, at the last date.
    pub places: usize,
}

/// Asks the models of the folder about every date. Nothing is recorded.
///
/// # Errors
/// `bad-dates`, `unknown-model`, `nothing-delivered`, `before-first-snapshot`, or a fault.
pub async fn found(
    folder: &DataFolder,
    programme: &Programme,
    request: &FoundRequest,
    progress: &mut dyn FnMut(usize, usize),
) -> Result<Found, Error> {
    let questions = request.dates.questions()?;
    let deliveries = folder.store.deliveries().await?;
    for question in &questions {
        refuse_too_early(programme, &deliveries, *question)?;
    }
    for id in &request.models {
        crate::inquiry::known_model(programme, id)?;
    }
    let last = questions.iter().map(|question| question.known_by).max().unwrap_or(Day::MIN);
    let deliveries = folder.visible(last, u32::MAX).await?;
    let question = Question { as_of: request.dates.to, known_by: last };
    let mut tables = folder.tables(programme, &deliveries, question, u32::MAX).await?;
    let aliases = folder.store.aliases().await?;
    let wanted = |model: &Model| request.models.is_empty() || request.models.contains(&model.id);
    let mut watched: Vec<Watched<'_>> =
        programme.models.values().filter(|model| wanted(model)).map(|model| Watched::new(programme, model)).collect();
    let (mut done, mut levels) = (0, Vec::new());
    each_date(programme, &mut tables, &aliases, &questions, request.threads, &wanted, &mut |scene, screen| {
        progress(done, questions.len());
        done += 1;
        if done == questions.len() {
            levels = codes::place::LENGTHS
                .iter()
                .enumerate()
                .map(|(level, length)| (*length, places(scene, level)))
                .collect();
        }
        watched.iter_mut().try_for_each(|one| one.next(scene, screen, &request.asked))
    })?;
    let models: Vec<FoundByModel> = watched.into_iter().map(Watched::end).collect();
    let mut by_length: BTreeMap<usize, usize> = BTreeMap::new();
    for spell in models.iter().flat_map(|model| &model.spells).filter(|spell| !spell.place.is_empty()) {
        *by_length.entry(spell.place.len()).or_default() += 1;
    }
    let usual = by_length.into_iter().max_by_key(|(_, spells)| *spells).map_or(0, |(length, _)| length);
    let places = levels.iter().find(|(length, _)| *length == usual).map_or(0, |(_, places)| *places);
    Ok(Found { questions, models, places })
}

/// How many places stand on a level.
fn places(scene: &Scene<'_>, level: usize) -> usize {
    scene.places().map_or(0, |places| (&places.members & &places.at_level(level)).count_set_bits())
}

/// One model on its way through the dates.
struct Watched<'p> {
    model: &'p Model,
    found: FoundByModel,
    /// Hits of the date before, by subject.
    open: BTreeMap<u32, Spell>,
}

impl<'p> Watched<'p> {
    fn new(programme: &Programme, model: &'p Model) -> Self {
        let owner_kind = model.opens.as_ref().map_or(&model.subject, |opens| &opens.subject).clone();
        Self {
            model,
            found: FoundByModel {
                model: model.id.clone(),
                pack: programme.packs.get(model.pack).map(|pack| pack.id.clone()).unwrap_or_default(),
                title: model.title.clone(),
                kind: model.subject.clone(),
                owner_kind,
                counts_many: programme
                    .register_of(&model.subject)
                    .is_none_or(|register| !matches!(register.shape, Shape::Members { .. })),
                is_worklist: model.kind == ModelKind::DataQuality,
                feeds: engine::feeds_of(programme, model),
                rows_of: rows_of(programme, model),
                spells: Vec::new(),
                unsure: BTreeSet::new(),
            },
            open: BTreeMap::new(),
        }
    }

    fn next(&mut self, scene: &Scene<'_>, screen: &Screen<'_>, asked: &BTreeSet<String>) -> Result<(), Error> {
        let (kind, owner_kind) = (&self.model.subject, &self.found.owner_kind);
        let [hits, unsure] = screen.hits_and_unsure(&self.model.id)?;
        let above = if kind == owner_kind { None } else { Some(scene.above(kind, owner_kind)?) };
        let owner = |number: u32| -> Result<Option<String>, Error> {
            let owner = above.as_ref().map_or(number, |above| above.get(number as usize).copied().unwrap_or(NO_NUMBER));
            Ok(if owner == NO_NUMBER { None } else { Some(scene.key(owner_kind, owner)?) })
        };
        let places = scene.place_of(kind)?;
        let today = scene.question.as_of;
        let mut still = BTreeMap::new();
        for number in hits.set_indices_u32() {
            let spell = match self.open.remove(&number) {
                Some(spell) => Spell { last: today, ..spell },
                None => {
                    let place = places.get(number as usize).copied().filter(|place| *place != NO_NUMBER);
                    let place = place.map(|place| code(scene, place)).transpose()?.unwrap_or_default();
                    let (key, owner) = (scene.key(kind, number)?, owner(number)?.unwrap_or_default());
                    Spell { key, owner, place, first: today, last: today }
                }
            };
            still.insert(number, spell);
        }
        // Of whom nobody can tell, nobody can say that it is over.
        for number in unsure.set_indices_u32() {
            if let Some(spell) = self.open.remove(&number) {
                still.insert(number, spell);
            }
        }
        self.found.spells.extend(std::mem::replace(&mut self.open, still).into_values());
        if !asked.is_empty() {
            for number in unsure.set_indices_u32() {
                if let Some(owner) = owner(number)?.filter(|owner| asked.contains(owner)) {
                    self.found.unsure.insert(owner);
                }
            }
        }
        Ok(())
    }

    fn end(mut self) -> FoundByModel {
        self.found.spells.extend(self.open.into_values());
        self.found.spells.sort();
        self.found
    }
}

/// Feeds over whose rows a model's features run.
fn rows_of(programme: &Programme, model: &Model) -> BTreeSet<String> {
    let values = lineage::values_behind(programme, &lineage::reads_of_model(programme, model));
    let features = values.iter().filter(|reference| !reference.attribute);
    features.flat_map(|reference| lineage::feeds_of_value(programme, reference)).collect()
}

/// The code of a place.
fn code(scene: &Scene<'_>, place: u32) -> Result<String, Error> {
    Ok(scene.key(scene.places()?.register(), place)?)
}
