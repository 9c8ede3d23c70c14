//! Answers that stay in memory: the next question costs what differs, a line tried costs its conditions.

use std::sync::Arc;

use engine::{Counts, Scene, Screen};
use pack::Programme;
use types::Question;

use crate::tables::Tables;
use crate::what_if::{WhatIfAnswer, WhatIfRequest, tried_on};
use crate::{DataFolder, Error, job};

/// The answers of one question to a programme, with every value behind them, kept for the next question.
///
/// Values come into memory with the first [`Standing::ask`], give way to those of each later one, and leave with
/// [`Standing::leave`], or with this. For other packs, make another.
pub struct Standing<'p> {
    programme: &'p Programme,
    threads: usize,
    known: Option<Known<'p>>,
}

struct Known<'p> {
    tables: Arc<Tables>,
    screen: Screen<'p>,
}

impl<'p> Standing<'p> {
    /// Nothing is in memory yet. The answers do not depend on `threads`.
    #[must_use]
    pub fn new(programme: &'p Programme, threads: usize) -> Self {
        Self { programme, threads, known: None }
    }

    /// Asks all models of `folder` at `question`, taking over what still holds from the last question. A question that fails leaves
    /// the last one's answers in place.
    ///
    /// # Errors
    /// `nothing-delivered`, `before-first-snapshot`, or when the folder cannot be read.
    pub async fn ask(&mut self, folder: &DataFolder, question: Question) -> Result<(), Error> {
        job::refuse_too_early(self.programme, &folder.store.deliveries().await?, question)?;
        let deliveries = folder.visible(question.known_by, u32::MAX).await?;
        let before = self.known.as_ref();
        let opened = before.map(|known| known.tables.as_ref());
        let tables = folder.tables_after(self.programme, &deliveries, question, u32::MAX, opened).await?;
        let scene = Scene::new(self.programme, &tables, question)?;
        let screen = match before {
            Some(known) => engine::screen_after(&scene, self.threads, |_| true, &known.screen)?,
            None => engine::screen_to_stay(&scene, self.threads, |_| true)?,
        };
        self.known = Some(Known { tables: Arc::new(tables), screen });
        Ok(())
    }

    /// Forgets the answers and frees their memory; the next question is asked anew.
    pub fn leave(&mut self) {
        self.known = None;
    }

    /// The question whose answers are in memory.
    #[must_use]
    pub fn question(&self) -> Option<Question> {
        self.known.as_ref().map(|known| known.screen.scene().question)
    }

    /// The answers, if there are any.
    ///
    /// # Errors
    /// `not-asked`.
    pub fn screen(&self) -> Result<&Screen<'p>, Error> {
        self.known.as_ref().map(|known| &known.screen).ok_or_else(not_asked)
    }

    /// The tables of the question.
    pub(crate) fn tables(&self) -> Result<Arc<Tables>, Error> {
        self.known.as_ref().map(|known| Arc::clone(&known.tables)).ok_or_else(not_asked)
    }

    /// How many got which answer, by model.
    ///
    /// # Errors
    /// `not-asked`.
    pub fn counts(&self) -> Result<Vec<(&'p str, Counts)>, Error> {
        let screen = self.screen()?;
        screen.models().map(|model| Ok((model.id.as_str(), screen.counts(&model.id)?))).collect()
    }

    /// What `request` would change: nothing is computed but the conditions and features that it touches.
    ///
    /// # Errors
    /// `not-asked`, and those of [`crate::Inquiry::what_if`].
    pub fn what_if(&self, request: &WhatIfRequest) -> Result<WhatIfAnswer, Error> {
        tried_on(self.screen()?, request)
    }
}

fn not_asked() -> Error {
    Error::refused("not-asked", "还没有在内存中的答案，请先筛查", "no answers are in memory yet: ask a question first")
}
