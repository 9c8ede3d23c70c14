//! Progress on stderr, where someone is looking.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::context::Context;

/// A bar of `done` out of `of`; nothing is drawn when stderr is no terminal or the caller wants quiet.
pub struct Progress(ProgressBar);

impl Progress {
    /// A bar of length `of`.
    pub fn new(context: &Context, of: u64) -> Self {
        let target = if context.quiet { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
        let bar = ProgressBar::with_draw_target(Some(of), target);
        if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} {msg}") {
            bar.set_style(style);
        }
        Self(bar)
    }

    /// What is being done.
    pub fn at(&self, done: u64, what: &str) {
        self.0.set_position(done);
        self.0.set_message(what.to_owned());
    }

    /// How much there is after all.
    pub fn length(&self, of: u64) {
        self.0.set_length(of);
    }

    /// Writes something to the terminal without tearing the bar.
    pub fn aside<T>(&self, write: impl FnOnce() -> T) -> T {
        self.0.suspend(write)
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
