//! State of a clue: what its events fold to.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use types::{Day, Question};

use super::event::{Change, ClueEvent, ClueId, End, Level, Said, Verdict};

/// A stretch of time in which a model hit a subject, and the clue it made. Its JSON leaves out `said`, as the event's does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Episode {
    /// The clue.
    pub clue: ClueId,
    /// The model.
    pub model: String,
    /// What was said last. `None` when it has been erased.
    #[serde(skip)]
    pub said: Option<Said>,
    /// Run in which it was said: the record that replays it.
    pub said_run: Option<u32>,
    /// Clocks at which it was said.
    pub said_at: Question,
    /// A of the first hit.
    pub opened: Day,
    /// A of the run that raised it; `None` while it was only ever listed as quiet.
    pub raised: Option<Day>,
    /// Level.
    pub level: Level,
    /// A backfill made it true since this day ...
    pub true_since: Option<Day>,
    /// ... which was learned on this one (K of the first hit).
    pub learned: Day,
    /// Quiet it is held in.
    pub held: Option<HeldUntil>,
    /// Day since which the model cannot tell.
    pub unconfirmed_since: Option<Day>,
    /// Its end.
    pub ended: Option<Ended>,
    /// What a person found.
    pub verdict: Option<Given>,
    /// Older clue it points to: the one that made it quiet, or the one it was merged into.
    pub points_to: Option<ClueId>,
    /// Two identities were merged and the clue of `points_to` continues instead of this one.
    pub merged: bool,
    /// New clue that carries the episode on after verdict and quiet.
    pub continued_by: Option<ClueId>,
    /// It was put off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snoozed: Option<Snooze>,
}

/// A clue that was put off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snooze {
    /// First day on which it is work again.
    pub until: Day,
    /// Day it was put off.
    pub on: Day,
    /// By whom.
    pub by: String,
}

/// Held quiet until a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldUntil {
    /// The day quiet ends.
    pub until: Day,
    /// The clue that makes it quiet.
    pub points_to: ClueId,
}

/// The end of an episode.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ended {
    /// A of the run that ended it.
    pub on: Day,
    /// Why.
    pub reason: End,
}

/// A verdict that was given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Given {
    /// What was found.
    pub verdict: Verdict,
    /// Day.
    pub on: Day,
    /// Who gave it.
    pub by: String,
    /// The pack's word for it, where it came from a closed list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub word: Option<String>,
}

/// Where a clue stands, in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClueState {
    /// Raised, a hit at the last run.
    Open,
    /// Raised, but the model cannot tell any more.
    Unconfirmed,
    /// A hit inside the quiet time of an older clue: listed, not raised.
    Quiet,
    /// A person gave a verdict.
    Judged,
    /// The hit is over, nobody gave a verdict.
    Ended,
    /// Merged into an older clue.
    Merged,
}

/// An event that does not fit what came before it: a fault of ours or an edited log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misfit {
    /// The clue.
    pub clue: ClueId,
    /// What does not fit.
    pub why: &'static str,
}

/// The episodes that `events`, in order, fold to.
///
/// # Errors
/// [`Misfit`] at the first event that does not fit.
pub fn fold<'a>(events: impl IntoIterator<Item = &'a ClueEvent>) -> Result<BTreeMap<ClueId, Episode>, Misfit> {
    let mut episodes = BTreeMap::new();
    for event in events {
        let after = Episode::after(episodes.remove(&event.clue), event)?;
        episodes.insert(event.clue, after);
    }
    Ok(episodes)
}

impl Episode {
    /// The episode after `event`, which touches no other one.
    ///
    /// # Errors
    /// [`Misfit`] when the event does not fit.
    pub fn after(before: Option<Self>, event: &ClueEvent) -> Result<Self, Misfit> {
        let misfit = |why| Misfit { clue: event.clue, why };
        let Some(mut episode) = before else {
            return Self::opened_by(event).ok_or_else(|| misfit("it has no beginning"));
        };
        if episode.model != event.model {
            return Err(misfit("it belongs to another model"));
        }
        if episode.ended.is_some() && !matches!(event.change, Change::VerdictGiven { .. }) {
            return Err(misfit("it has ended"));
        }
        match &event.change {
            Change::ClueRaised { .. } | Change::HeldQuiet { .. } => return Err(misfit("it begins twice")),
            Change::RaisedAfterQuiet { points_to, level } => {
                episode.held = None;
                episode.raised = Some(event.question.as_of);
                episode.points_to = Some(*points_to);
                episode.level = level.clone();
                episode.say(event);
            }
            Change::LevelChanged { level } => episode.level = level.clone(),
            Change::Unconfirmed { since } => episode.unconfirmed_since = Some(*since),
            Change::Confirmed => episode.unconfirmed_since = None,
            Change::EpisodeEnded { reason } => {
                episode.ended = Some(Ended { on: event.question.as_of, reason: *reason });
            }
            Change::PointedTo { to } => {
                episode.points_to = Some(*to);
                episode.merged = true;
            }
            Change::ContinuedBy { clue } => episode.continued_by = Some(*clue),
            // The words stay those of the run that said them; only whom they are about is put right.
            Change::SubjectChanged => episode.said.clone_from(&event.said),
            Change::VerdictGiven { verdict, on, by, word } => {
                episode.verdict = Some(Given { verdict: *verdict, on: *on, by: by.clone(), word: word.clone() });
            }
            Change::Snoozed { until, on, by } => {
                episode.snoozed = Some(Snooze { until: *until, on: *on, by: by.clone() });
            }
        }
        Ok(episode)
    }

    fn opened_by(event: &ClueEvent) -> Option<Self> {
        let (level, true_since, held, points_to) = match &event.change {
            Change::ClueRaised { level, true_since } => (level, *true_since, None, None),
            Change::HeldQuiet { until, points_to, level, true_since } => {
                (level, *true_since, Some(HeldUntil { until: *until, points_to: *points_to }), Some(*points_to))
            }
            Change::RaisedAfterQuiet { points_to, level } => (level, None, None, Some(*points_to)),
            _ => return None,
        };
        Some(Self {
            clue: event.clue,
            model: event.model.clone(),
            said: event.said.clone(),
            said_run: event.run,
            said_at: event.question,
            opened: event.question.as_of,
            raised: held.is_none().then_some(event.question.as_of),
            level: level.clone(),
            true_since,
            learned: event.question.known_by,
            held,
            unconfirmed_since: None,
            ended: None,
            verdict: None,
            points_to,
            merged: false,
            continued_by: None,
            snoozed: None,
        })
    }

    fn say(&mut self, event: &ClueEvent) {
        self.said.clone_from(&event.said);
        self.said_run = event.run;
        self.said_at = event.question;
    }

    /// Where the clue stands.
    #[must_use]
    pub fn state(&self) -> ClueState {
        if self.merged {
            ClueState::Merged
        } else if self.verdict.is_some() {
            ClueState::Judged
        } else if self.ended.is_some() {
            ClueState::Ended
        } else if self.held.is_some() {
            ClueState::Quiet
        } else if self.unconfirmed_since.is_some() {
            ClueState::Unconfirmed
        } else {
            ClueState::Open
        }
    }

    /// Whether answers still act on it: neither ended, nor merged, nor continued by another clue.
    #[must_use]
    pub fn is_live(&self) -> bool {
        self.ended.is_none() && !self.merged && self.continued_by.is_none()
    }

    /// Day from which quiet counts: the later of end and verdict. `None` while there is neither, and for a clue that was never
    /// raised or was merged away.
    #[must_use]
    pub fn quiet_from(&self) -> Option<Day> {
        if self.raised.is_none() || self.merged {
            return None;
        }
        self.ended.map(|ended| ended.on).max(self.verdict.as_ref().map(|given| given.on))
    }

    /// Whether it counts in its model's hit rate: raised, not merged away, not ended by a changed rule.
    #[must_use]
    pub fn counts_in_hit_rate(&self) -> bool {
        self.raised.is_some() && !self.merged && self.ended.is_none_or(|ended| ended.reason != End::RuleChanged)
    }
}

impl ClueState {
    /// All states, in the order in which tables show them.
    pub const ALL: [Self; 6] = [Self::Open, Self::Unconfirmed, Self::Quiet, Self::Judged, Self::Ended, Self::Merged];

    /// The word used on the command line, in tables and JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Unconfirmed => "unconfirmed",
            Self::Quiet => "quiet",
            Self::Judged => "judged",
            Self::Ended => "ended",
            Self::Merged => "merged",
        }
    }

    /// The state written `word`, if there is one.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an event of clue {} does not fit: {}", self.clue, self.why)
    }
}

impl std::error::Error for Misfit {}
