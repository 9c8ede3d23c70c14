//! The command `GiveVerdict`: a person looked into a clue and decided.

use types::{Day, Question};

use super::episode::{ClueState, Episode};
use super::event::{Change, ClueEvent, Said, Verdict};

/// Why a verdict is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// There is one already.
    AlreadyJudged,
    /// The clue was never raised: it is only listed as quiet.
    NotRaised,
    /// Another clue continues instead of it: the verdict belongs there.
    Merged,
    /// It is not open: there is nothing to put off.
    NotOpen,
    /// A clue is put off to a later day, by a year at most, and with a reason.
    BadSnooze,
}

impl Refusal {
    /// The stable code of the refusal.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::AlreadyJudged => "already_judged",
            Self::NotRaised => "not_raised",
            Self::Merged => "merged",
            Self::NotOpen => "not_open",
            Self::BadSnooze => "bad_snooze",
        }
    }
}

/// The event of a verdict given on day `on` by `by`; also on a clue whose episode has ended.
///
/// # Errors
/// [`Refusal`] when the clue takes none.
pub fn give_verdict(episode: &Episode, verdict: Verdict, on: Day, by: &str) -> Result<ClueEvent, Refusal> {
    if episode.verdict.is_some() {
        return Err(Refusal::AlreadyJudged);
    }
    if episode.merged {
        return Err(Refusal::Merged);
    }
    if episode.raised.is_none() {
        return Err(Refusal::NotRaised);
    }
    Ok(ClueEvent {
        clue: episode.clue,
        model: episode.model.clone(),
        run: None,
        question: Question { as_of: on, known_by: on },
        change: Change::VerdictGiven { verdict, on, by: by.to_owned(), word: None },
        said: None,
    })
}

/// The same with the word of the pack's closed list, and what the person wrote.
///
/// # Errors
/// As [`give_verdict`].
pub fn judge(
    episode: &Episode,
    (verdict, word): (Verdict, &str),
    note: Option<&str>,
    on: Day,
    by: &str,
) -> Result<ClueEvent, Refusal> {
    let mut event = give_verdict(episode, verdict, on, by)?;
    event.change = Change::VerdictGiven { verdict, on, by: by.to_owned(), word: Some(word.to_owned()) };
    event.said = note.and_then(|note| noted(episode, note));
    Ok(event)
}

/// Longest time a clue is put off, in days.
const LONGEST: i32 = 366;

/// The event of a clue put off until `until`, for the reason `note`.
///
/// # Errors
/// [`Refusal`] when it is not open, the day is not later, or there is no reason.
pub fn snooze(episode: &Episode, until: Day, note: &str, on: Day, by: &str) -> Result<ClueEvent, Refusal> {
    if !matches!(episode.state(), ClueState::Open | ClueState::Unconfirmed) {
        return Err(Refusal::NotOpen);
    }
    if until <= on || until.0 - on.0 > LONGEST || note.trim().is_empty() {
        return Err(Refusal::BadSnooze);
    }
    Ok(ClueEvent {
        clue: episode.clue,
        model: episode.model.clone(),
        run: None,
        question: Question { as_of: on, known_by: on },
        change: Change::Snoozed { until, on, by: by.to_owned() },
        said: noted(episode, note),
    })
}

fn noted(episode: &Episode, note: &str) -> Option<Said> {
    episode.said.clone().map(|said| Said { note: Some(note.trim().to_owned()), ..said })
}
