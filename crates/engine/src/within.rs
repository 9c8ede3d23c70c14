//! Answers counted among those who live in some places.

use std::sync::Arc;

use arrow_buffer::BooleanBuffer;
use types::Answer;

use crate::{Counts, Fault, Screen};

impl Screen<'_> {
    /// The number of the place where each number of `kind` lives at A; [`types::NO_NUMBER`] for none.
    ///
    /// # Errors
    /// When there is no such kind.
    pub fn place_of(&self, kind: &str) -> Result<Arc<Vec<u32>>, Fault> {
        self.columns.place_of(kind)
    }

    /// Who of `kind` lives at A in a place whose code `is_within` accepts.
    ///
    /// # Errors
    /// When there is no such kind.
    pub fn living(&self, kind: &str, is_within: impl Fn(&str) -> bool) -> Result<BooleanBuffer, Fault> {
        let homes = self.place_of(kind)?;
        let is_in: Vec<bool> = self.columns.scene.places()?.codes().map(is_within).collect();
        // Who has no place has a number beyond all of them.
        let lives_in = |number: usize| is_in.get(homes[number] as usize).copied().unwrap_or(false);
        Ok(BooleanBuffer::collect_bool(homes.len(), lives_in))
    }

    /// How many of `among`, numbers of the subjects of `model`, got which answer.
    ///
    /// # Errors
    /// When the model was not evaluated.
    pub fn counts_among(&self, model: &str, among: &BooleanBuffer) -> Result<Counts, Fault> {
        let answers = self.answers(model)?;
        let count = |bits: &BooleanBuffer| (bits & among).count_set_bits() as u64;
        let [hit, undetermined, outside] =
            [Answer::Hit, Answer::Undetermined, Answer::Outside].map(|answer| count(&answers.with(answer)));
        // Every member has one answer.
        let clear = count(&answers.members) - hit - undetermined - outside;
        Ok(Counts { hit, clear, undetermined, outside })
    }
}
