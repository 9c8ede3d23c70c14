//! What a run's answers mean for the clues of one model.

use std::collections::BTreeMap;

use types::{Answer, Day, Hash, OpensLine, Question, SubjectRef};

use super::episode::Episode;
use super::event::{Change, ClueEvent, ClueId, End, Level, Said};

/// What a decision needs to know of a model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelRules {
    /// Model id.
    pub id: String,
    /// Days of quiet after the end of an episode, or its verdict.
    pub quiet_days: i32,
    /// Whether its hits are clues; those of a data-quality model never are.
    pub is_clue: bool,
    /// The pack or a parameter changed since the last run that moved clues: an episode that ends now ends by that, unless
    /// [`SubjectAnswer::under_old_rule`] says otherwise.
    pub rule_changed: bool,
}

/// What a decision needs to know of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunFacts {
    /// Run number.
    pub run: u32,
    /// Its clocks. Both are at or after those of the last run that moved clues: the caller has seen to it.
    pub question: Question,
    /// For merged identities: the subject an older reference means at K. Subjects that mean themselves are left out.
    pub merged: BTreeMap<SubjectRef, SubjectRef>,
    /// For split identities: clues that go to another subject, the owner of their evidence.
    pub moved: BTreeMap<ClueId, SubjectRef>,
}

/// What a run saw of one subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Observed {
    /// The model answered.
    Answered(Answer),
    /// The subject is no longer in the register.
    LeftRegister,
    /// The pack no longer has the model.
    ModelGone,
}

/// One subject's answer, as far as clues need it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubjectAnswer {
    /// The subject, canonical at K.
    pub subject: SubjectRef,
    /// What was seen.
    pub observed: Observed,
    /// Place of the subject at A, a place code.
    pub place: Option<String>,
    /// What a hit opens.
    pub opens: Option<OpensLine>,
    /// Level of a hit.
    pub severity: Option<String>,
    /// The level stands on an uncovered feature.
    pub severity_unsure: bool,
    /// A backfill made the hit true since this day.
    pub true_since: Option<Day>,
    /// SHA-256 of the canonical JSON of the explanation.
    pub explanation: Hash,
    /// What the rules before the change say of today's data, where the caller has asked them.
    pub under_old_rule: Option<Answer>,
}

/// The events of one model in one run, in order of subject.
///
/// `answers` holds one entry per subject (in any order): all hits, and whatever was seen of the subjects of live episodes; a
/// live episode without an entry is left alone. `episodes` holds the model's live episodes and those whose quiet may last until
/// A (more do no harm). New clues take `next_clue`, counting up, in order of subject: call it for one model after the other in
/// order of their ids, and ids are given in (model, subject key) order.
#[must_use]
pub fn decide(
    model: &ModelRules,
    run: &RunFacts,
    answers: &[SubjectAnswer],
    episodes: &[Episode],
    next_clue: &mut u64,
) -> Vec<ClueEvent> {
    if !model.is_clue {
        return Vec::new();
    }
    let mut decision = Decision { model, run, next_clue, events: Vec::new() };
    let mut by_subject: BTreeMap<SubjectRef, (Option<&SubjectAnswer>, Vec<&Episode>)> = BTreeMap::new();
    for answer in answers {
        by_subject.entry(answer.subject.clone()).or_default().0 = Some(answer);
    }
    for episode in episodes.iter().filter(|episode| episode.model == model.id) {
        // Nobody can say any more whom an erased clue was about.
        let Some(said) = &episode.said else { continue };
        let subject = run.moved.get(&episode.clue).unwrap_or(&said.subject);
        let subject = run.merged.get(subject).unwrap_or(subject);
        by_subject.entry(subject.clone()).or_default().1.push(episode);
    }
    for (answer, mut episodes) in by_subject.into_values() {
        episodes.sort_by_key(|episode| (rank(episode), episode.opened, episode.clue));
        decision.subject(answer, &episodes);
    }
    decision.events
}

/// Open clues before judged ones before those held quiet: the older *open* clue continues.
fn rank(episode: &Episode) -> u8 {
    if episode.held.is_some() { 2 } else { u8::from(episode.verdict.is_some()) }
}

struct Decision<'a> {
    model: &'a ModelRules,
    run: &'a RunFacts,
    next_clue: &'a mut u64,
    events: Vec<ClueEvent>,
}

impl Decision<'_> {
    fn subject(&mut self, answer: Option<&SubjectAnswer>, episodes: &[&Episode]) {
        for episode in episodes.iter().filter(|episode| episode.is_live()) {
            self.moved_by_split(episode);
        }
        let mut live = episodes.iter().filter(|episode| episode.is_live());
        let Some(current) = live.next() else {
            if let Some(answer) = answer.filter(|answer| answer.observed == Observed::Answered(Answer::Hit)) {
                self.first_hit(answer, episodes);
            }
            return;
        };
        for other in live {
            self.push(other.clue, Change::PointedTo { to: current.clue }, None);
        }
        let Some(answer) = answer else { return };
        match answer.observed {
            Observed::Answered(Answer::Hit) => self.still_hit(current, answer),
            Observed::Answered(Answer::Undetermined) => {
                if current.unconfirmed_since.is_none() {
                    self.push(current.clue, Change::Unconfirmed { since: self.run.question.as_of }, None);
                }
            }
            Observed::Answered(Answer::Clear) => self.end(current, answer, End::Clear),
            Observed::Answered(Answer::Outside) => self.end(current, answer, End::Outside),
            Observed::LeftRegister => self.push(current.clue, Change::EpisodeEnded { reason: End::LeftRegister }, None),
            Observed::ModelGone => self.push(current.clue, Change::EpisodeEnded { reason: End::RuleChanged }, None),
        }
    }

    fn moved_by_split(&mut self, episode: &Episode) {
        if let (Some(subject), Some(said)) = (self.run.moved.get(&episode.clue), &episode.said)
            && *subject != said.subject
        {
            let said = Said { subject: subject.clone(), note: None, ..said.clone() };
            self.push(episode.clue, Change::SubjectChanged, Some(said));
        }
    }

    fn first_hit(&mut self, answer: &SubjectAnswer, episodes: &[&Episode]) {
        let quiet = episodes
            .iter()
            .filter_map(|episode| Some((episode.quiet_from()?.plus_days(self.model.quiet_days), episode.clue)))
            .filter(|(until, _)| self.run.question.as_of < *until)
            .max();
        let clue = self.new_clue();
        let (level, true_since) = (level(answer), answer.true_since);
        let change = match quiet {
            Some((until, points_to)) => Change::HeldQuiet { until, points_to, level, true_since },
            None => Change::ClueRaised { level, true_since },
        };
        self.push(clue, change, Some(said(answer)));
    }

    fn still_hit(&mut self, episode: &Episode, answer: &SubjectAnswer) {
        if episode.unconfirmed_since.is_some() {
            self.push(episode.clue, Change::Confirmed, None);
        }
        let today = self.run.question.as_of;
        if let Some(held) = episode.held {
            if today >= held.until {
                let level = level_of_open(episode, answer);
                let change = Change::RaisedAfterQuiet { points_to: held.points_to, level };
                self.push(episode.clue, change, Some(said(answer)));
                return;
            }
        } else if episode.verdict.is_some() {
            let over = episode.quiet_from().is_some_and(|from| today >= from.plus_days(self.model.quiet_days));
            if over {
                let clue = self.new_clue();
                self.push(episode.clue, Change::ContinuedBy { clue }, None);
                let change = Change::RaisedAfterQuiet { points_to: episode.clue, level: level(answer) };
                self.push(clue, change, Some(said(answer)));
            }
            return;
        }
        let level = level_of_open(episode, answer);
        if level != episode.level {
            self.push(episode.clue, Change::LevelChanged { level }, None);
        }
    }

    fn end(&mut self, episode: &Episode, answer: &SubjectAnswer, by_the_facts: End) {
        let by_the_rule = match answer.under_old_rule {
            Some(old) => matches!(old, Answer::Hit | Answer::Undetermined),
            None => true,
        };
        let reason = if self.model.rule_changed && by_the_rule { End::RuleChanged } else { by_the_facts };
        self.push(episode.clue, Change::EpisodeEnded { reason }, None);
    }

    fn new_clue(&mut self) -> ClueId {
        let clue = ClueId(*self.next_clue);
        *self.next_clue += 1;
        clue
    }

    fn push(&mut self, clue: ClueId, change: Change, said: Option<Said>) {
        let model = self.model.id.clone();
        self.events.push(ClueEvent { clue, model, run: Some(self.run.run), question: self.run.question, change, said });
    }
}

fn level(answer: &SubjectAnswer) -> Level {
    Level { severity: answer.severity.clone(), unsure: answer.severity_unsure }
}

/// Over an uncovered feature an open clue keeps its level, flagged (semantics section 5).
fn level_of_open(episode: &Episode, answer: &SubjectAnswer) -> Level {
    if answer.severity_unsure {
        Level { severity: episode.level.severity.clone(), unsure: true }
    } else {
        level(answer)
    }
}

fn said(answer: &SubjectAnswer) -> Said {
    Said {
        subject: answer.subject.clone(),
        place: answer.place.clone(),
        opens: answer.opens.clone(),
        explanation: answer.explanation,
        note: None,
    }
}
