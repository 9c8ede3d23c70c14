//! The command `GiveVerdict`: a person looked into a clue and decided.

use types::{Day, Question};

use super::episode::Episode;
use super::event::{Change, ClueEvent, Verdict};

/// Why a verdict is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// There is one already.
    AlreadyJudged,
    /// The clue was never raised: it is only listed as quiet.
    NotRaised,
    /// Another clue continues instead of it: the verdict belongs there.
    Merged,
}

impl Refusal {
    /// The stable code of the refusal.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::AlreadyJudged => "already_judged",
            Self::NotRaised => "not_raised",
            Self::Merged => "merged",
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
        change: Change::VerdictGiven { verdict, on, by: by.to_owned() },
        said: None,
    })
}
