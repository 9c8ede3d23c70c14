//! In which order clues are worth looking into, and how many conversations they are.
//!
//! The gravest level first; among equals the model that was right more often; among equals the oldest. How often a model was right is
//! counted on the verdicts that people gave, once there are enough; until then on an invented truth, where `truth --keep` noted it, and is
//! then always said to be so. What several models say of one owner is one conversation.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use casework::ClueId;
use serde::{Deserialize, Serialize};
use store::{ClueRecord, Ranking, Scope};
use types::{Day, SubjectRef};

use crate::{DataFolder, Error};

/// Verdicts from which on a model's rate is theirs.
pub const ENOUGH: u64 = 20;
/// Words of levels, the gravest first.
const LEVELS: [&str; 3] = ["high", "medium", "low"];
/// The setting in which what was measured on a truth is kept.
const KEPT: &str = "simulated_rates";

/// How often a model was right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rate {
    /// Hits that were right.
    pub right: u64,
    /// Hits looked at.
    pub of: u64,
    /// Counted on an invented truth, not on verdicts.
    pub simulated: bool,
}

impl Rate {
    /// Of a thousand hits so many were right.
    #[must_use]
    pub fn per_mille(&self) -> u32 {
        u32::try_from(self.right.saturating_mul(1_000).checked_div(self.of).unwrap_or(0)).unwrap_or(1_000)
    }
}

/// By model, how often it was right.
pub type Rates = BTreeMap<String, Rate>;

/// The rates that the folder knows: of verdicts within `scope` where a model has enough of them, else those kept from a truth.
///
/// # Errors
/// A fault.
pub async fn rates(folder: &DataFolder, scope: &Scope) -> Result<Rates, Error> {
    let kept = folder.store.setting(KEPT).await?;
    let mut rates: Rates = kept.and_then(|kept| serde_json::from_str(&kept).ok()).unwrap_or_default();
    for (model, (_, judged, founded)) in folder.store.verdict_counts(scope).await? {
        if judged >= ENOUGH {
            rates.insert(model, Rate { right: founded, of: judged, simulated: false });
        }
    }
    Ok(rates)
}

/// Keeps what was measured on an invented truth, in place of what was kept before.
///
/// # Errors
/// `ReadOnly`, or a fault.
pub async fn keep(folder: &DataFolder, rates: &Rates) -> Result<(), Error> {
    let text = serde_json::to_string(rates).map_err(|error| Error::Fault(error.to_string()))?;
    Ok(folder.store.set_setting(KEPT, &text).await?)
}

/// The order that rates make. A model of which nothing is known stands where all hits together stand.
#[must_use]
pub fn ranking(rates: &Rates) -> Ranking {
    let (right, of) = rates.values().fold((0, 0), |(right, of), rate| (right + rate.right, of + rate.of));
    Ranking {
        levels: LEVELS.map(str::to_owned).to_vec(),
        rates: rates.iter().map(|(model, rate)| (model.clone(), rate.per_mille())).collect(),
        otherwise: Rate { right, of, simulated: false }.per_mille(),
    }
}

/// What is said of one owner: one conversation, however many models say it.
#[derive(Clone, Debug)]
pub struct Conversation {
    /// With whom: the subject for which a hit opens something, or the clue's own; `None` where it was erased.
    pub owner: Option<SubjectRef>,
    /// The code of the place of the first of its clues.
    pub place: Option<String>,
    /// Its clues, as they rank.
    pub clues: Vec<ClueId>,
    /// Their models, each once, as they rank.
    pub models: Vec<String>,
    /// The gravest level.
    pub severity: Option<String>,
    /// Of the models, the rate of the one that was right most often.
    pub rate: Option<Rate>,
    /// Since when the oldest stands.
    pub since: Day,
}

/// Brings clues to conversations, in the order in which they are to be held: by the gravest level, the best rate, the oldest clue.
#[must_use]
pub fn conversations(clues: &[ClueRecord], rates: &Rates) -> Vec<Conversation> {
    let order = ranking(rates);
    let rate = |model: &str| order.rates.get(model).copied().unwrap_or(order.otherwise);
    let level =
        |severity: Option<&str>| LEVELS.iter().position(|level| Some(*level) == severity).unwrap_or(LEVELS.len());
    let rank = |clue: &ClueRecord| {
        let episode = &clue.episode;
        let level = level(episode.level.severity.as_deref());
        (level, Reverse(rate(&episode.model)), episode.opened, episode.clue)
    };
    let mut ranked: Vec<&ClueRecord> = clues.iter().collect();
    ranked.sort_by_key(|clue| rank(clue));
    // Whom an erased clue was about nobody knows: it is a conversation of its own.
    let mut by_owner: BTreeMap<(Option<SubjectRef>, Option<ClueId>), Vec<&ClueRecord>> = BTreeMap::new();
    for clue in ranked {
        let said = clue.episode.said.as_ref();
        let opened = said.and_then(|said| said.opens.as_ref()?.subject.clone());
        let owner = opened.or_else(|| said.map(|said| said.subject.clone()));
        let alone = owner.is_none().then_some(clue.episode.clue);
        by_owner.entry((owner, alone)).or_default().push(clue);
    }
    let mut conversations: Vec<Conversation> = Vec::new();
    for ((owner, _), own) in by_owner {
        let mut models: Vec<String> = Vec::new();
        for clue in &own {
            if !models.contains(&clue.episode.model) {
                models.push(clue.episode.model.clone());
            }
        }
        let Some(first) = own.first() else { continue };
        conversations.push(Conversation {
            owner,
            place: first.episode.said.as_ref().and_then(|said| said.place.clone()),
            clues: own.iter().map(|clue| clue.episode.clue).collect(),
            severity: first.episode.level.severity.clone(),
            rate: models.iter().filter_map(|model| rates.get(model).copied()).max_by_key(Rate::per_mille),
            since: own.iter().map(|clue| clue.episode.opened).min().unwrap_or(first.episode.opened),
            models,
        });
    }
    conversations.sort_by_key(|one| {
        let best = one.models.iter().map(|model| rate(model)).max();
        (level(one.severity.as_deref()), Reverse(best), one.since, one.clues.first().copied())
    });
    conversations
}
