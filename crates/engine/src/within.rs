//! Answers counted among those who live in some places.

use arrow_buffer::BooleanBuffer;
use types::{Answer, NO_NUMBER};

use crate::{Counts, Fault, Screen};

impl Screen<'_> {
    /// Who of `kind` lives at A in a place whose code `is_within` accepts.
    ///
    /// # Errors
    /// When there is no such kind.
    pub fn living(&self, kind: &str, is_within: impl Fn(&str) -> bool) -> Result<BooleanBuffer, Fault> {
        let scene = &*self.columns.scene;
        let homes = self.columns.place_of(kind)?;
        let places = scene.places()?;
        // A place is asked for when its first subject is met.
        let mut known: Vec<Option<bool>> = Vec::new();
        let mut is_in = |place: u32| {
            if place == NO_NUMBER {
                return false;
            }
            let place_index = place as usize;
            if place_index >= known.len() {
                known.resize(place_index + 1, None);
            }
            *known[place_index].get_or_insert_with(|| places.chain(place).first().is_some_and(|code| is_within(code)))
        };
        Ok(BooleanBuffer::collect_bool(homes.len(), |number| is_in(homes[number])))
    }

    /// How many of `among`, numbers of the subjects of `model`, got which answer.
    ///
    /// # Errors
    /// When the model was not evaluated.
    pub fn counts_among(&self, model: &str, among: &BooleanBuffer) -> Result<Counts, Fault> {
        let answers = self.answers(model)?;
        let count = |answer| (&answers.with(answer) & among).count_set_bits() as u64;
        Ok(Counts {
            hit: count(Answer::Hit),
            clear: count(Answer::Clear),
            undetermined: count(Answer::Undetermined),
            outside: count(Answer::Outside),
        })
    }
}
