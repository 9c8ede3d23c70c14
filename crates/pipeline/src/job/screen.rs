//! Screening everyone, and what it means for the clues (semantics sections 1 and 8).

use std::collections::{BTreeMap, BTreeSet};

use casework::{ClueEvent, Episode, ModelRules, Observed, RunFacts, SubjectAnswer, decide};
use engine::{MissingParameter, Scene, Screen};
use pack::Programme;
use pack::programme::{Model, ModelKind, Shape, Valid};
use store::{ModelCounts, RunRecord, StoredDelivery, deliveries_digest};
use types::{Alias, Answer, Day, Hash, Hasher, Question, SEMANTICS_NUMBER, SubjectRef, canonical_json};

use crate::tables::Tables;
use crate::{Caller, DataFolder, Error, Inquiry};

/// A question to everyone.
#[derive(Clone, Copy, Debug)]
pub struct ScreenRequest {
    /// (A, K).
    pub question: Question,
    /// Threads; the answers do not depend on how many.
    pub threads: usize,
}

/// The answers to it.
#[derive(Clone, Debug)]
pub struct Screened {
    /// Number of the run.
    pub run: u32,
    /// (A, K).
    pub question: Question,
    /// Earlier than the last run that moved clues: nothing was moved.
    pub is_historic: bool,
    /// Subjects at A by kind, for the kinds that models ask about.
    pub subjects: BTreeMap<String, u64>,
    /// Per model.
    pub models: Vec<ModelCount>,
    /// Places without a value of a parameter.
    pub missing_parameters: Vec<MissingParameter>,
    /// What happened to clues.
    pub events: Vec<ClueEvent>,
}

/// One model's line.
#[derive(Clone, Debug)]
pub struct ModelCount {
    /// Id.
    pub model: String,
    /// Title.
    pub title: types::Text,
    /// Subject kind.
    pub kind: String,
    /// Answers.
    pub counts: ModelCounts,
}

/// Asks every model about everyone, records the run and moves the clues, in one transaction.
///
/// # Errors
/// `nothing-delivered`, `before-first-snapshot`, or a fault.
pub async fn screen(
    folder: &DataFolder,
    programme: &Programme,
    request: ScreenRequest,
    caller: &Caller,
    progress: &mut dyn FnMut(&str),
) -> Result<Screened, Error> {
    let question = request.question;
    let last_delivery = folder.last_delivery().await?;
    let alias_position = folder.last_alias().await?;
    let deliveries = folder.visible(question.known_by, last_delivery).await?;
    refuse_too_early(programme, &folder.store.deliveries().await?, question)?;
    let mut before = None;
    for info in &programme.packs {
        let last = folder.store.last_moved_run(&info.id).await?;
        before = before.into_iter().chain(last).max_by_key(|run: &RunRecord| run.id);
    }
    let is_historic = before
        .as_ref()
        .is_some_and(|run| question.as_of < run.question.as_of || question.known_by < run.question.known_by);
    progress("tables");
    let tables = folder.tables(programme, &deliveries, question, alias_position).await?;
    progress("answers");
    let scene = Scene::new(programme, &tables, question)?;
    let screen = engine::screen(&scene, request.threads, |_| true)?;
    let mut run = RunRecord {
        id: folder.store.next_run().await?,
        question,
        packs: folder.pack_hashes().await?,
        last_delivery,
        deliveries_digest: deliveries_digest(deliveries.iter().map(|stored| &stored.delivery)),
        alias_position,
        semantics_number: SEMANTICS_NUMBER,
        time_zone: "Asia/Shanghai".to_owned(),
        calendar: "none".to_owned(),
        parameters_digest: parameters_digest(
            programme.models.values().flat_map(|model| engine::rules_of(programme, model).parameters),
            programme,
            question,
        ),
        operator: caller.who.clone(),
        started_at: caller.now.clone(),
        moved: !is_historic,
        counts: BTreeMap::new(),
    };
    let mut subjects = BTreeMap::new();
    let mut models = Vec::new();
    for model in screen.models() {
        let counts = screen.counts(&model.id)?;
        let counts = ModelCounts {
            hit: counts.hit,
            clear: counts.clear,
            undetermined: counts.undetermined,
            outside: counts.outside,
            shadow: model.is_shadow,
        };
        subjects.insert(model.subject.clone(), counts.hit + counts.clear + counts.undetermined + counts.outside);
        run.counts.insert(model.id.clone(), counts);
        models.push(ModelCount {
            model: model.id.clone(),
            title: model.title.clone(),
            kind: model.subject.clone(),
            counts,
        });
    }
    progress("clues");
    let events = if is_historic {
        Vec::new()
    } else {
        let mover =
            Mover { folder, programme, tables: &tables, screen: &screen, run: &run, before: before.as_ref(), request };
        mover.events(&deliveries).await?
    };
    folder.store.record_run(&run, &events).await?;
    let missing_parameters = screen.missing_parameters()?;
    Ok(Screened { run: run.id, question, is_historic, subjects, models, missing_parameters, events })
}

/// Decides what a run means for the clues.
struct Mover<'m> {
    folder: &'m DataFolder,
    programme: &'m Programme,
    tables: &'m Tables,
    screen: &'m Screen<'m>,
    run: &'m RunRecord,
    before: Option<&'m RunRecord>,
    request: ScreenRequest,
}

impl Mover<'_> {
    async fn events(&self, deliveries: &[StoredDelivery]) -> Result<Vec<ClueEvent>, Error> {
        let mut next_clue = self.folder.store.next_clue().await?;
        let merged = self.merged();
        let changed = self.changed_models();
        let old_answers = self.old_answers(&changed, deliveries).await?;
        let mut ids: BTreeSet<String> = self.screen.models().map(|model| model.id.clone()).collect();
        ids.extend(self.folder.store.models_with_live_episodes().await?);
        let mut known = Vec::new();
        let mut new = BTreeSet::new();
        for id in ids {
            // A shadow has no clues; those that the model had before it became one end as those of a model that is gone.
            let model = self.programme.models.get(&id).filter(|model| !model.is_shadow);
            let quiet_days = model.map_or(0, |model| model.quiet_days);
            let episodes = self.folder.store.episodes(&id, self.request.question.as_of, quiet_days).await?;
            if let Some(model) = model.filter(|model| model.kind == ModelKind::Clue) {
                let live: BTreeSet<&str> = episodes
                    .iter()
                    .filter(|episode| episode.is_live())
                    .filter_map(|episode| Some(episode.said.as_ref()?.subject.key.as_str()))
                    .collect();
                let hits = self.screen.subjects(&model.id, Answer::Hit)?.into_iter();
                new.extend(hits.filter(|key| !live.contains(key.as_str())).map(|key| (id.clone(), key)));
            }
            known.push((id, model, episodes));
        }
        let learned = self.learned(new, deliveries).await?;
        let mut events = Vec::new();
        for (id, model, episodes) in known {
            let rules = ModelRules {
                id: id.clone(),
                quiet_days: model.map_or(0, |model| model.quiet_days),
                is_clue: model.is_none_or(|model| model.kind == ModelKind::Clue),
                rule_changed: changed.contains(&id),
            };
            let moved = match model {
                Some(model) => self.moved(model, &episodes).await?,
                None => BTreeMap::new(),
            };
            let mut answers = Vec::new();
            for key in self.concerned(model, &episodes, &merged, &moved)? {
                let mut answer = self.answer(model, &key)?;
                answer.true_since = learned.get(&(id.clone(), key.key.clone())).copied();
                answer.under_old_rule = old_answers.get(&(id.clone(), key.key.clone())).copied();
                answers.push(answer);
            }
            let facts = RunFacts { run: self.run.id, question: self.request.question, merged: merged.clone(), moved };
            events.extend(decide(&rules, &facts, &answers, &episodes, &mut next_clue));
        }
        Ok(events)
    }

    /// The subjects a decision needs: all hits, and those of live episodes as they are called now.
    fn concerned(
        &self,
        model: Option<&Model>,
        episodes: &[Episode],
        merged: &BTreeMap<SubjectRef, SubjectRef>,
        moved: &BTreeMap<casework::ClueId, SubjectRef>,
    ) -> Result<BTreeSet<SubjectRef>, Error> {
        let mut subjects = BTreeSet::new();
        if let Some(model) = model.filter(|model| model.kind == ModelKind::Clue) {
            for key in self.screen.subjects(&model.id, Answer::Hit)? {
                subjects.insert(SubjectRef { kind: model.subject.clone(), key });
            }
        }
        for episode in episodes.iter().filter(|episode| episode.ended.is_none()) {
            if let Some(said) = &episode.said {
                let subject = moved.get(&episode.clue).unwrap_or(&said.subject);
                subjects.insert(merged.get(subject).unwrap_or(subject).clone());
            }
        }
        Ok(subjects)
    }

    fn answer(&self, model: Option<&Model>, subject: &SubjectRef) -> Result<SubjectAnswer, Error> {
        let explanation = match model {
            Some(model) => self.screen.explain(&model.id, &subject.key)?,
            None => None,
        };
        let Some(explanation) = explanation else {
            return Ok(SubjectAnswer {
                subject: subject.clone(),
                observed: if model.is_some() { Observed::LeftRegister } else { Observed::ModelGone },
                place: None,
                opens: None,
                severity: None,
                severity_unsure: false,
                true_since: None,
                explanation: Hash::of(&[]),
                under_old_rule: None,
            });
        };
        Ok(SubjectAnswer {
            subject: subject.clone(),
            observed: Observed::Answered(explanation.answer),
            place: explanation.place.clone(),
            opens: explanation.opens.clone(),
            severity: explanation.severity.clone(),
            severity_unsure: explanation.severity_unsure,
            true_since: None,
            explanation: explanation_hash(&explanation)?,
            under_old_rule: None,
        })
    }

    fn merged(&self) -> BTreeMap<SubjectRef, SubjectRef> {
        let mut merged = BTreeMap::new();
        for register in self.programme.registers.values() {
            let kinds: Vec<&str> = match &register.shape {
                Shape::Place { levels, .. } => levels.iter().map(String::as_str).collect(),
                _ => vec![register.name.as_str()],
            };
            for (from, to) in self.tables.merged(&register.name) {
                for kind in &kinds {
                    merged.insert(
                        SubjectRef { kind: (*kind).to_owned(), key: from.clone() },
                        SubjectRef { kind: (*kind).to_owned(), key: to.clone() },
                    );
                }
            }
        }
        merged
    }

    /// Live clues whose subject was split since they were said, and who owns their evidence now.
    async fn moved(
        &self,
        model: &Model,
        episodes: &[Episode],
    ) -> Result<BTreeMap<casework::ClueId, SubjectRef>, Error> {
        let mut moved = BTreeMap::new();
        let aliases = self.folder.store.aliases().await?;
        let Some(register) = self.programme.register_of(&model.subject).map(|register| register.name.as_str()) else {
            return Ok(moved);
        };
        let splits: Vec<&Alias> = aliases
            .iter()
            .filter(|alias| alias.kind == register && alias.to.is_none())
            .filter(|alias| alias.position <= self.run.alias_position)
            .filter(|alias| alias.known_by <= self.request.question.known_by)
            .collect();
        if splits.is_empty() {
            return Ok(moved);
        }
        for episode in episodes.iter().filter(|episode| episode.ended.is_none()) {
            let (Some(said), Some(run)) = (&episode.said, episode.said_run) else { continue };
            let run = self.folder.run(run).await?;
            let split: BTreeSet<&str> = splits
                .iter()
                .filter(|split| split.position > run.alias_position)
                .filter(|split| self.stood_for(split, &aliases).as_deref() == Some(said.subject.key.as_str()))
                .map(|split| split.from.as_str())
                .collect();
            if split.is_empty() {
                continue;
            }
            let old = Inquiry::at_run(self.folder, &run).await?.evidence(
                &model.id,
                &said.subject.key,
                self.request.threads,
            )?;
            let mut owners = Vec::new();
            for key in split.into_iter().chain([said.subject.key.as_str()]) {
                let rows = self.screen.rows_behind(&model.id, key)?;
                if !old.is_empty() && old.iter().all(|row| rows.binary_search(row).is_ok()) {
                    owners.push(key);
                }
            }
            if let [owner] = owners.as_slice()
                && *owner != said.subject.key
            {
                let subject = SubjectRef { kind: said.subject.kind.clone(), key: (*owner).to_owned() };
                moved.insert(episode.clue, subject);
            }
        }
        Ok(moved)
    }

    /// The key that the identity split off by `split` was part of until then, chains of merges followed.
    fn stood_for(&self, split: &Alias, aliases: &[Alias]) -> Option<String> {
        let until: Vec<Alias> = aliases.iter().filter(|alias| alias.position < split.position).cloned().collect();
        let identities = self.tables.identities_of(&split.kind);
        let canonical = linkage::canonical(&identities, &split.kind, &until, self.request.question.known_by);
        let number = identities.number(&split.from)?;
        Some(identities.key(canonical.of(number)).to_owned())
    }

    /// For `new` hits after a backfill: the A of the first run from which on they would have been true, had it been known.
    async fn learned(
        &self,
        mut new: BTreeSet<(String, String)>,
        deliveries: &[StoredDelivery],
    ) -> Result<BTreeMap<(String, String), Day>, Error> {
        let mut learned = BTreeMap::new();
        let Some(before) = self.before else { return Ok(learned) };
        if !deliveries.iter().any(|stored| stored.backfill && stored.delivery.sequence > before.last_delivery) {
            return Ok(learned);
        }
        let runs = self.folder.store.runs().await?;
        let days: BTreeSet<Day> = runs.iter().filter(|run| run.moved).map(|run| run.question.as_of).collect();
        for day in days.into_iter().rev().filter(|day| *day < self.request.question.as_of) {
            if new.is_empty() {
                break;
            }
            let question = Question { as_of: day, known_by: self.request.question.known_by };
            let scene = Scene::new(self.programme, self.tables, question)?;
            let models: BTreeSet<String> = new.iter().map(|(model, _)| model.clone()).collect();
            let screen = engine::screen(&scene, self.request.threads, |model| models.contains(&model.id))?;
            let mut still = BTreeSet::new();
            for (model, key) in new {
                if screen.answer(&model, &key)? == Some(Answer::Hit) {
                    learned.insert((model.clone(), key.clone()), day);
                    still.insert((model, key));
                }
            }
            new = still;
        }
        Ok(learned)
    }

    /// Models whose rule is not the one of the last run that moved clues: a pack that it reads changed, or a line did.
    fn changed_models(&self) -> BTreeSet<String> {
        let Some(before) = self.before else { return BTreeSet::new() };
        let is_changed = |model: &&Model| {
            let rules = engine::rules_of(self.programme, model);
            let is_other =
                |pack: &String| before.packs.get(pack).is_some_and(|hash| self.run.packs.get(pack) != Some(hash));
            let lines = |question| parameters_digest(rules.parameters.clone(), self.programme, question);
            rules.packs.iter().any(is_other) || lines(before.question) != lines(self.request.question)
        };
        self.programme.models.values().filter(is_changed).map(|model| model.id.clone()).collect()
    }

    /// What the rules of the last run, packs and lines, say of today's data, for the models that changed.
    async fn old_answers(
        &self,
        changed: &BTreeSet<String>,
        deliveries: &[StoredDelivery],
    ) -> Result<BTreeMap<(String, String), Answer>, Error> {
        let mut answers = BTreeMap::new();
        let Some(before) = self.before.filter(|_| !changed.is_empty()) else { return Ok(answers) };
        let mut programme = if before.packs == self.run.packs {
            self.programme.clone()
        } else {
            let hashes: Vec<Hash> = before.packs.values().copied().collect();
            // An older program's pack that today's checks refuse cannot be asked; the episode then ends by the changed rule.
            let Ok(programme) = self.folder.programme_of(&hashes).await else { return Ok(answers) };
            programme
        };
        hold_lines(&mut programme, before.question);
        let tables = self.folder.tables(&programme, deliveries, self.request.question, self.run.alias_position).await?;
        let scene = Scene::new(&programme, &tables, self.request.question)?;
        let screen = engine::screen(&scene, self.request.threads, |model| changed.contains(&model.id))?;
        let ids: Vec<String> = screen.models().map(|model| model.id.clone()).collect();
        for id in ids {
            for answer in Answer::ALL {
                for key in screen.subjects(&id, answer)? {
                    answers.insert((id.clone(), key), answer);
                }
            }
        }
        Ok(answers)
    }
}

/// Leaves the parameters as they were in force at `question`, for every day.
fn hold_lines(programme: &mut Programme, question: Question) {
    for parameter in programme.parameters.values_mut() {
        parameter.values.retain(|value| value.in_force(question.as_of, question.known_by));
        for value in &mut parameter.values {
            (value.from, value.to, value.known_from) = (Day::MIN, None, None);
        }
    }
}

/// SHA-256 of the canonical JSON of an explanation: what replay compares.
pub fn explanation_hash(explanation: &types::Explanation) -> Result<Hash, Error> {
    let json = canonical_json(explanation).map_err(|error| Error::Fault(error.to_string()))?;
    Ok(Hash::of(json.as_bytes()))
}

/// A digest of the values of `names` in force at a question, everywhere.
fn parameters_digest(names: impl IntoIterator<Item = String>, programme: &Programme, question: Question) -> Hash {
    let mut hasher = Hasher::default();
    for name in names.into_iter().collect::<BTreeSet<_>>() {
        let Some(parameter) = programme.parameters.get(&name) else { continue };
        for value in parameter.values.iter().filter(|value| value.in_force(question.as_of, question.known_by)) {
            hasher.piece(&name).piece(&value.place).piece(value.value.to_string());
        }
    }
    hasher.finish()
}

/// (A, K) before the first snapshot of a register has no answer: nobody was known yet.
pub(crate) fn refuse_too_early(
    programme: &Programme,
    known: &[StoredDelivery],
    question: Question,
) -> Result<(), Error> {
    if known.is_empty() {
        return Err(Error::refused("nothing-delivered", "还没有任何批次", "nothing was delivered yet"));
    }
    for register in programme.registers.values() {
        let (Shape::Members { members, .. } | Shape::Place { members, .. }) = &register.shape else { continue };
        let snapshots: Vec<&StoredDelivery> = known
            .iter()
            .filter(|stored| members.contains(&stored.delivery.feed))
            .filter(|stored| {
                programme.feeds.get(&stored.delivery.feed).is_some_and(|feed| feed.valid == Valid::DataDate)
            })
            .collect();
        let is_seen = snapshots
            .iter()
            .any(|stored| stored.delivery.received <= question.known_by && stored.delivery.data_date <= question.as_of);
        if let (false, Some(first)) = (is_seen, snapshots.iter().map(|stored| stored.delivery.received).min()) {
            return Err(Error::refused(
                "before-first-snapshot",
                format!("底册 `{}` 的第一份名单于 {first} 收到，早于它的问题没有答案", register.name),
                format!(
                    "the first list of `{}` was received on {first}; earlier questions have no answer",
                    register.name
                ),
            ));
        }
    }
    Ok(())
}
