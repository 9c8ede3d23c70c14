//! Seconds and memory of each stage, on stderr.

use std::time::Instant;

use crate::context::Context;

/// The stages of a demonstration.
pub struct Stages<'c> {
    context: &'c Context,
    begun: Instant,
}

impl<'c> Stages<'c> {
    /// The first stage begins.
    pub fn begin(context: &'c Context) -> Self {
        forget_peak();
        Self { context, begun: Instant::now() }
    }

    /// A stage is done, the next one begins.
    pub fn done(&mut self, zh: &str, en: &str) {
        let seconds = self.begun.elapsed().as_secs_f64();
        let memory = peak().map(|mib| format!("{mib:6} MiB")).unwrap_or_default();
        self.context
            .note(format!("[{seconds:6.1} 秒 {memory}] {zh} / {en}"), format!("[{seconds:6.1} s {memory}] {en}"));
        forget_peak();
        self.begun = Instant::now();
    }
}

/// The most memory held since the last time the peak was forgotten; `None` where the system does not say.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kib: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kib / 1024)
}

/// From here on the peak is counted anew. Where that cannot be asked for it goes on being the peak since the start.
fn forget_peak() {
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}
