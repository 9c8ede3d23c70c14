//! Questions that change nothing: explanations, near misses, replays.

use std::collections::BTreeMap;
use std::sync::Arc;

use pack::Programme;
use pack::programme::Model;
use store::{ClueRecord, RunRecord, StoredDelivery, deliveries_digest};
use types::{EvidenceRow, Explanation, NearLine, Question, SEMANTICS_NUMBER, canonical_json};

use crate::job::{explanation_hash, refuse_too_early};
use crate::tables::Tables;
use crate::{DataFolder, Error};

/// One (A, K) of a data folder, with a programme and the tables it sees.
pub struct Inquiry {
    programme: Arc<Programme>,
    tables: Arc<Tables>,
    question: Question,
    destroyed: Vec<StoredDelivery>,
}

/// A clue replayed.
#[derive(Clone, Debug)]
pub struct Replayed {
    /// The explanation, derived again.
    pub explanation: Explanation,
    /// Its canonical JSON.
    pub json: String,
    /// Whether its hash is the one that was said.
    pub is_equal: bool,
}

impl Inquiry {
    /// The current packs over everything received by K.
    ///
    /// # Errors
    /// `nothing-delivered`, `before-first-snapshot`, or when the folder cannot be read.
    pub async fn at(folder: &DataFolder, question: Question) -> Result<Self, Error> {
        let programme = folder.programme().await?;
        refuse_too_early(&programme, &folder.store.deliveries().await?, question)?;
        let deliveries = folder.visible(question.known_by, u32::MAX).await?;
        let tables = folder.tables(&programme, &deliveries, question, u32::MAX).await?;
        Ok(Self::of(Arc::new(programme), Arc::new(tables), question))
    }

    /// The packs `programme` over `tables`.
    pub(crate) fn of(programme: Arc<Programme>, tables: Arc<Tables>, question: Question) -> Self {
        Self { programme, tables, question, destroyed: Vec::new() }
    }

    /// What a run saw: its packs, deliveries and link decisions.
    ///
    /// # Errors
    /// `pins-differ` when the record does not fit the folder any more; `semantics-differ`.
    pub async fn at_run(folder: &DataFolder, run: &RunRecord) -> Result<Self, Error> {
        if run.semantics_number != SEMANTICS_NUMBER {
            return Err(Error::refused(
                "semantics-differ",
                format!("该次运行使用语义版本 {}，本程序为 {SEMANTICS_NUMBER}", run.semantics_number),
                format!("the run used semantics number {}, this program has {SEMANTICS_NUMBER}", run.semantics_number),
            ));
        }
        let hashes: Vec<_> = run.packs.values().copied().collect();
        let programme = folder.programme_of(&hashes).await?;
        let deliveries = folder.visible(run.question.known_by, run.last_delivery).await?;
        if deliveries_digest(deliveries.iter().map(|stored| &stored.delivery)) != run.deliveries_digest {
            return Err(Error::refused(
                "pins-differ",
                format!("第 {} 次运行所依据的批次清单与现存的不一致", run.id),
                format!("the deliveries pinned by run {} are not those in the folder", run.id),
            ));
        }
        let tables = folder.tables(&programme, &deliveries, run.question, run.alias_position).await?;
        let destroyed = deliveries.into_iter().filter(|stored| stored.destroyed.is_some()).collect();
        Ok(Self { programme: Arc::new(programme), tables: Arc::new(tables), question: run.question, destroyed })
    }

    /// (A, K).
    #[must_use]
    pub fn question(&self) -> Question {
        self.question
    }

    /// The packs.
    #[must_use]
    pub fn programme(&self) -> &Programme {
        &self.programme
    }

    /// The answers of `model` for the subjects `keys`, explained; `None` for who is no subject at (A, K).
    ///
    /// # Errors
    /// `unknown-model`, or a fault.
    pub fn explain(
        &self,
        model: &str,
        keys: &[String],
        threads: usize,
    ) -> Result<Vec<(String, Option<Explanation>)>, Error> {
        let asked = BTreeMap::from([(model, keys.to_vec())]);
        let answers = self.explain_each(&asked, threads)?;
        Ok(answers.into_iter().map(|(_, key, explanation)| (key, explanation)).collect())
    }

    /// The same of several models at once, each with its subjects: (model, key, explanation), by model. What they share is read and
    /// computed once.
    ///
    /// # Errors
    /// As [`Inquiry::explain`].
    pub fn explain_each<'m>(
        &self,
        asked: &BTreeMap<&'m str, Vec<String>>,
        threads: usize,
    ) -> Result<Vec<(&'m str, String, Option<Explanation>)>, Error> {
        for model in asked.keys() {
            self.known_model(model)?;
        }
        let scene = engine::Scene::new(&self.programme, self.tables.as_ref(), self.question)?;
        let screen = engine::screen(&scene, threads, |candidate| asked.contains_key(candidate.id.as_str()))?;
        let pairs = asked.iter().flat_map(|(model, keys)| keys.iter().map(move |key| (*model, key)));
        pairs.map(|(model, key)| Ok((model, key.clone(), screen.explain(model, key)?))).collect()
    }

    /// From when data are needed and from when they are there, where the history is too short for what `model` reads.
    ///
    /// # Errors
    /// `unknown-model`, or a fault.
    pub fn shortages(&self, model: &str, threads: usize) -> Result<Vec<engine::Shortage>, Error> {
        self.known_model(model)?;
        let scene = engine::Scene::new(&self.programme, &*self.tables, self.question)?;
        Ok(engine::screen(&scene, threads, |candidate| candidate.id == model)?.shortages(model)?)
    }

    /// The near misses of `model`.
    ///
    /// # Errors
    /// `unknown-model`, or a fault.
    pub fn near(&self, model: &str, threads: usize) -> Result<Vec<NearLine>, Error> {
        self.known_model(model)?;
        let scene = engine::Scene::new(&self.programme, self.tables.as_ref(), self.question)?;
        Ok(engine::screen(&scene, threads, |candidate| candidate.id == model)?.near(model)?)
    }

    /// All rows behind the answer of `model` for the subject `key`, listed also where its explanation keeps a digest.
    ///
    /// # Errors
    /// `unknown-model`, or a fault.
    pub fn evidence(&self, model: &str, key: &str, threads: usize) -> Result<Vec<EvidenceRow>, Error> {
        self.known_model(model)?;
        let scene = engine::Scene::new(&self.programme, self.tables.as_ref(), self.question)?;
        let screen = engine::screen(&scene, threads, |candidate| candidate.id == model)?;
        Ok(screen.rows_behind(model, key)?)
    }

    /// The run in which `clue` was last said: ask [`Inquiry::at_run`] for it to replay the clue.
    ///
    /// # Errors
    /// `erased`, `unknown-run`.
    pub async fn run_of(folder: &DataFolder, clue: &ClueRecord) -> Result<RunRecord, Error> {
        match (&clue.episode.said, clue.episode.said_run) {
            (Some(_), Some(run)) => folder.run(run).await,
            _ => Err(erased(clue)),
        }
    }

    /// Derives the explanation of a clue said in this run again and compares it with what was said. Evidence that the model
    /// needs and that was destroyed is named.
    ///
    /// # Errors
    /// `erased`, [`Error::Destroyed`], or a fault.
    pub fn replay(&self, clue: &ClueRecord, threads: usize) -> Result<Replayed, Error> {
        let said = clue.episode.said.as_ref().ok_or_else(|| erased(clue))?;
        let model = self.known_model(&clue.episode.model)?;
        let needed = engine::feeds_of(&self.programme, model);
        let gone: Vec<StoredDelivery> =
            self.destroyed.iter().filter(|stored| needed.contains(&stored.delivery.feed)).cloned().collect();
        if !gone.is_empty() {
            return Err(Error::Destroyed { deliveries: gone });
        }
        let explained = self.explain(&clue.episode.model, std::slice::from_ref(&said.subject.key), threads)?;
        let Some((_, Some(explanation))) = explained.into_iter().next() else {
            return Err(Error::Fault(format!("the run knows no subject of clue {}", clue.episode.clue)));
        };
        let json = canonical_json(&explanation).map_err(|error| Error::Fault(error.to_string()))?;
        let is_equal = explanation_hash(&explanation)? == said.explanation;
        Ok(Replayed { explanation, json, is_equal })
    }

    /// The tables of this (A, K).
    pub(crate) fn tables(&self) -> &Tables {
        &self.tables
    }

    /// The model `model`.
    pub(crate) fn known_model(&self, model: &str) -> Result<&Model, Error> {
        known_model(&self.programme, model)
    }
}

/// The model `model` of `programme`.
pub(crate) fn known_model<'p>(programme: &'p Programme, model: &str) -> Result<&'p Model, Error> {
    programme.models.get(model).ok_or_else(|| {
        let known: Vec<&str> = programme.models.keys().map(String::as_str).collect();
        Error::refused(
            "unknown-model",
            format!("没有模型 `{model}`；已有：{}", known.join("、")),
            format!("there is no model `{model}`; there are: {}", known.join(", ")),
        )
    })
}

fn erased(clue: &ClueRecord) -> Error {
    let id = clue.episode.clue;
    Error::refused("erased", format!("线索 {id} 的个人内容已抹除"), format!("what clue {id} said is erased"))
}
