//! Models over past dates: what each would have said, held against what really was so.
//!
//! [`each_date`] is the one loop over dates: tables are opened and linked once, and what differs from date to date is made there.
//! `request` checks what is asked, `track` follows one model from date to date, `truth` and `measure` hold it against verdicts or a file.

mod measure;
mod request;
mod track;
mod truth;
mod workload;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use engine::{Scene, Screen};
use pack::Programme;
use pack::programme::Model;
use types::{Alias, Day, Question, Text, Value};

pub use measure::{Measure, Share};
pub use request::{Dates, KnownBy, Sweep, SweepRequest};
pub use track::DateCounts;
pub use truth::{Case, Truth, TruthSource};
pub use workload::Workload;

use crate::job::{refuse_too_early, together};
use crate::tables::Tables;
use crate::{DataFolder, Error};
use measure::measure;
use track::Track;
use truth::KnownCase;
use workload::Places;

/// What to ask.
#[derive(Clone, Debug)]
pub struct BacktestRequest {
    /// When.
    pub dates: Dates,
    /// Ids of the models; all when empty.
    pub models: Vec<String>,
    /// What really was so; the folder's verdicts when not given.
    pub truth: Option<Truth>,
    /// Values of one line to try beside what the packs say.
    pub sweep: Option<SweepRequest>,
    /// Another version of a pack, to be asked the same.
    pub against: Option<PathBuf>,
    /// Place level of the workload; that on which most subjects live when not given.
    pub level: Option<String>,
    /// Threads; the answer does not depend on how many.
    pub threads: usize,
}

/// What would have been said.
#[derive(Clone, Debug)]
pub struct Backtest {
    /// The dates, (A, K).
    pub questions: Vec<Question>,
    /// Where the truth comes from; `None` where there is none.
    pub truth: Option<TruthSource>,
    /// Per model, by id.
    pub models: Vec<ModelBacktest>,
    /// The sweep, where one was asked for.
    pub sweep: Option<Sweep>,
    /// The other version's models that were asked, by id, each beside this one's.
    pub against: Option<Vec<Compared>>,
}

/// One model, or one form of it, over the dates.
#[derive(Clone, Debug)]
pub struct ModelBacktest {
    /// Id.
    pub model: String,
    /// Title.
    pub title: Text,
    /// Subject kind.
    pub kind: String,
    /// Per date.
    pub dates: Vec<DateCounts>,
    /// Subjects that were a hit on any date.
    pub ever: u64,
    /// Against the truth; `None` where nothing is known of this model.
    pub measure: Option<Measure>,
    /// New hits after the first date.
    pub workload: Workload,
    /// With other values of the swept line; empty for models that do not read it.
    pub sweep: Vec<Swept>,
}

/// A model with one value of the swept line.
#[derive(Clone, Debug)]
pub struct Swept {
    /// The value.
    pub value: Value,
    /// What the model would have said.
    pub outcome: ModelBacktest,
    /// True cases that the model as it is hits and this one does not: (kind, key).
    pub lost: BTreeSet<(String, String)>,
    /// True cases that only this one hits.
    pub gained: BTreeSet<(String, String)>,
}

/// A model of two versions.
#[derive(Clone, Debug)]
pub struct Compared {
    /// In the other version; `None` where it has no such model.
    pub other: Option<ModelBacktest>,
    /// The id.
    pub model: String,
    /// Subjects that were ever a hit in both.
    pub both: u64,
    /// In this version only.
    pub only_here: u64,
    /// In the other version only.
    pub only_there: u64,
}

/// Asks the models of the folder about every date. Nothing is recorded.
///
/// # Errors
/// `bad-dates`, `bad-sweep`, `unknown-model`, `unknown-level`, those of a line to try, `nothing-delivered`, `before-first-snapshot`,
/// the findings of the other version, or a fault.
pub async fn backtest(
    folder: &DataFolder,
    programme: &Programme,
    request: &BacktestRequest,
    progress: &mut dyn FnMut(usize, usize),
) -> Result<Backtest, Error> {
    let questions = request.dates.questions()?;
    let deliveries = folder.store.deliveries().await?;
    for question in &questions {
        refuse_too_early(programme, &deliveries, *question)?;
    }
    let truth = match &request.truth {
        Some(truth) => Some(truth.clone()),
        None => Truth::verdicts(folder, request.dates.to).await?,
    };
    let models = chosen(programme, &request.models)?;
    let sweep = match &request.sweep {
        Some(sweep) => Some(Sweep::read(programme, &models, sweep)?),
        None => None,
    };
    let other = match &request.against {
        Some(path) => {
            let loaded = pack::load_files(together(folder, &[path.as_path()]).await?);
            let Some(programme) = loaded.programme else {
                return Err(Error::Findings { findings: loaded.findings, sources: loaded.sources });
            };
            Some(programme)
        }
        None => None,
    };
    let of = questions.len() * if other.is_some() { 2 } else { 1 };
    let mut done = 0;
    let mut progress = || {
        progress(done, of);
        done += 1;
    };
    let asked = Asked { request, questions: &questions, truth: truth.as_ref() };
    let here = asked.of(folder, programme, sweep.as_ref(), &mut progress).await?;
    let against = match &other {
        Some(other) => {
            let there = asked.of(folder, other, None, &mut progress).await?;
            Some(compare(&here, there))
        }
        None => None,
    };
    Ok(Backtest { models: here.models, questions, truth: truth.map(|truth| truth.source), sweep, against })
}

/// The models called `ids`, or all.
fn chosen<'p>(programme: &'p Programme, ids: &[String]) -> Result<Vec<&'p Model>, Error> {
    if ids.is_empty() {
        return Ok(programme.models.values().collect());
    }
    ids.iter().map(|id| crate::inquiry::known_model(programme, id)).collect()
}

/// What is asked of one version.
struct Asked<'b> {
    request: &'b BacktestRequest,
    questions: &'b [Question],
    truth: Option<&'b Truth>,
}

/// What one version said.
struct Said {
    models: Vec<ModelBacktest>,
    /// By model, the subjects ever hit.
    hits: BTreeMap<String, BTreeSet<String>>,
}

impl Asked<'_> {
    async fn of(
        &self,
        folder: &DataFolder,
        programme: &Programme,
        sweep: Option<&Sweep>,
        progress: &mut dyn FnMut(),
    ) -> Result<Said, Error> {
        // The last that any date may see; each date leaves out what it may not.
        let last = self.questions.iter().map(|question| question.known_by).max().unwrap_or(Day::MIN);
        let deliveries = folder.visible(last, u32::MAX).await?;
        let question = Question { as_of: self.request.dates.to, known_by: last };
        let mut tables = folder.tables(programme, &deliveries, question, u32::MAX).await?;
        let aliases = folder.store.aliases().await?;
        let wanted = |model: &Model| self.request.models.is_empty() || self.request.models.contains(&model.id);
        let mut followed: Vec<Followed<'_>> = programme
            .models
            .values()
            .filter(|model| wanted(model))
            .map(|model| Followed::new(programme, model, sweep, self.truth))
            .collect();
        let mut places = Places::new(self.request.level.as_deref());
        let mut said = Said { models: Vec::new(), hits: BTreeMap::new() };
        let mut position = 0;
        each_date(
            programme,
            &mut tables,
            &aliases,
            self.questions,
            self.request.threads,
            &wanted,
            &mut |scene, screen| {
                progress();
                places.next();
                for model in &mut followed {
                    model.next(scene, screen, &mut places, self.request.threads)?;
                }
                position += 1;
                if position == self.questions.len() {
                    for model in std::mem::take(&mut followed) {
                        if self.request.against.is_some() {
                            said.hits.insert(model.model.id.clone(), model.keys(scene)?);
                        }
                        said.models.push(self.outcome(scene, model, &places)?);
                    }
                }
                Ok(())
            },
        )?;
        Ok(said)
    }

    /// What came of one model, at the scene of the last date.
    fn outcome(&self, scene: &Scene<'_>, followed: Followed<'_>, places: &Places) -> Result<ModelBacktest, Error> {
        let model = followed.model;
        let truth = match self.truth.and_then(|truth| Some((truth.source, truth.cases.get(&model.id)?))) {
            Some((source, cases)) => Some((source, truth::known(scene, model, cases)?)),
            None => None,
        };
        let mut here = self.form(scene, model, followed.track, truth.as_ref(), places)?;
        here.workload.busiest = places.busiest(scene, &model.id, &model.subject)?;
        for (value, track) in followed.sweep {
            let outcome = self.form(scene, model, track, truth.as_ref(), places)?;
            let found = |outcome: &ModelBacktest| {
                outcome.measure.as_ref().map(|measure| measure.found.clone()).unwrap_or_default()
            };
            let (as_is, then) = (found(&here), found(&outcome));
            here.sweep.push(Swept {
                value,
                outcome,
                lost: as_is.difference(&then).cloned().collect(),
                gained: then.difference(&as_is).cloned().collect(),
            });
        }
        Ok(here)
    }

    fn form(
        &self,
        scene: &Scene<'_>,
        model: &Model,
        track: Track,
        truth: Option<&(TruthSource, Vec<KnownCase>)>,
        places: &Places,
    ) -> Result<ModelBacktest, Error> {
        let range = (self.request.dates.from, self.request.dates.to);
        let measure = match truth {
            Some((source, cases)) => Some(measure(scene, model, *source, cases, track.first(), self.questions, range)?),
            None => None,
        };
        Ok(ModelBacktest {
            model: model.id.clone(),
            title: model.title.clone(),
            kind: model.subject.clone(),
            ever: track.ever_count(),
            workload: places.workload(scene, &model.subject, &track.dates, self.questions)?,
            dates: track.dates,
            measure,
            sweep: Vec::new(),
        })
    }
}

/// The one loop over dates: `visit` is shown the answers of each, in order. Rows are opened and linked already; a date only leaves out what
/// it may not see, and takes over from the date before what still holds.
pub(crate) fn each_date(
    programme: &Programme,
    tables: &mut Tables,
    aliases: &[Alias],
    questions: &[Question],
    threads: usize,
    wanted: &dyn Fn(&Model) -> bool,
    visit: &mut dyn FnMut(&Scene<'_>, &Screen<'_>) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut settled = None;
    let mut before: Option<Screen<'_>> = None;
    for question in questions {
        let known = aliases.iter().filter(|alias| alias.known_by <= question.known_by).count();
        if settled != Some(known) {
            tables.settle(programme, aliases, question.known_by);
            settled = Some(known);
        }
        let scene = Scene::new(programme, &*tables, *question)?;
        let screen = match &before {
            Some(before) => engine::screen_after(&scene, threads, wanted, before)?,
            None => engine::screen_to_stay(&scene, threads, wanted)?,
        };
        visit(&scene, &screen)?;
        before = Some(screen);
    }
    Ok(())
}

/// One model on its way through the dates, and its forms in the sweep.
struct Followed<'p> {
    model: &'p Model,
    track: Track,
    line: String,
    sweep: Vec<(Value, Track)>,
}

impl<'p> Followed<'p> {
    fn new(programme: &Programme, model: &'p Model, sweep: Option<&Sweep>, truth: Option<&Truth>) -> Self {
        let keeps_first = truth.is_some_and(|truth| truth.cases.contains_key(&model.id));
        let sweep = sweep.filter(|sweep| engine::rules_of(programme, model).parameters.contains(&sweep.parameter.name));
        Self {
            model,
            track: Track::new(keeps_first),
            line: sweep.map(|sweep| sweep.parameter.name.clone()).unwrap_or_default(),
            sweep: sweep
                .map(|sweep| sweep.values.iter().map(|value| (value.clone(), Track::new(keeps_first))).collect())
                .unwrap_or_default(),
        }
    }

    fn next(
        &mut self,
        scene: &Scene<'_>,
        screen: &Screen<'_>,
        places: &mut Places,
        threads: usize,
    ) -> Result<(), Error> {
        let canonical = &scene.subjects(&self.model.subject)?.canonical;
        let [hits, unsure] = screen.hits_and_unsure(&self.model.id)?;
        let new = self.track.add(&hits, &unsure, canonical);
        places.opened(scene, self.model, &new)?;
        for (value, track) in &mut self.sweep {
            let tried = screen.what_if(self.model, &[(self.line.clone(), value.clone())].into(), threads)?;
            let [hits, unsure] = tried.would();
            track.add(hits, unsure, canonical);
        }
        Ok(())
    }

    /// Keys of the subjects ever hit.
    fn keys(&self, scene: &Scene<'_>) -> Result<BTreeSet<String>, Error> {
        self.track.ever().map(|number| Ok(scene.key(&self.model.subject, number)?)).collect()
    }
}

/// Both versions of every model that either has.
fn compare(here: &Said, there: Said) -> Vec<Compared> {
    let mut others: BTreeMap<String, ModelBacktest> =
        there.models.into_iter().map(|model| (model.model.clone(), model)).collect();
    let ids: BTreeSet<String> =
        here.models.iter().map(|model| model.model.clone()).chain(others.keys().cloned()).collect();
    let nobody = BTreeSet::new();
    ids.into_iter()
        .map(|id| {
            let [own, other] = [&here.hits, &there.hits].map(|hits| hits.get(&id).unwrap_or(&nobody));
            let both = own.intersection(other).count() as u64;
            Compared {
                both,
                only_here: own.len() as u64 - both,
                only_there: other.len() as u64 - both,
                other: others.remove(&id),
                model: id,
            }
        })
        .collect()
}
