//! The kinds of error a caller tells apart (design section 6): refused requests, findings, faults.

use std::fmt;

use pack::Finding;
use types::Text;

/// Why a job or an inquiry did not do what was asked.
#[derive(Debug)]
pub enum Error {
    /// The request is refused: a stable code and a sentence.
    Refused {
        /// Stable word.
        code: &'static str,
        /// What a person reads.
        text: Text,
    },
    /// The file is refused as a whole; nothing of it was taken in.
    File(intake::FileError),
    /// The packs, or a condition tried on them, have findings.
    Findings {
        /// All of them.
        findings: Vec<Finding>,
        /// For rendering them.
        sources: pack::Sources,
    },
    /// Evidence that the answer stood on was destroyed.
    Destroyed {
        /// Hash, file name, why, day, by whom, of each destroyed delivery.
        deliveries: Vec<store::StoredDelivery>,
    },
    /// The data folder.
    Store(store::StoreError),
    /// A fault of ours.
    Fault(String),
}

impl Error {
    /// A refused request.
    pub fn refused(code: &'static str, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self::Refused { code, text: Text::new(zh, en) }
    }

    /// What a person reads.
    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            Self::Refused { text, .. } => text.clone(),
            Self::File(error) => error.message.clone(),
            Self::Findings { findings, .. } => {
                let count = findings.len();
                let en = if count == 1 { "1 finding".to_owned() } else { format!("{count} findings") };
                Text::new(format!("共 {count} 处问题"), en)
            }
            Self::Destroyed { deliveries } => {
                let list = |zh: bool| {
                    let lines = deliveries.iter().map(|stored| {
                        let why = stored.destroyed.as_ref();
                        let (on, by, why) = why.map_or_else(Default::default, |tomb| {
                            (tomb.on.to_string(), tomb.by.clone(), tomb.why.clone())
                        });
                        let (name, hash) = (&stored.delivery.file_name, stored.delivery.hash.short());
                        if zh {
                            format!("`{name}`（{hash}）已于 {on} 由 {by} 销毁：{why}")
                        } else {
                            format!("`{name}` ({hash}) was destroyed on {on} by {by}: {why}")
                        }
                    });
                    lines.collect::<Vec<_>>().join("\n")
                };
                Text::new(
                    format!("作答所依据的数据已销毁，无法重放：\n{}", list(true)),
                    format!("evidence behind this answer was destroyed, it cannot be replayed:\n{}", list(false)),
                )
            }
            Self::Store(error) => error.text(),
            Self::Fault(message) => Text::new(format!("内部故障：{message}"), format!("fault: {message}")),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text().en)
    }
}

impl std::error::Error for Error {}

impl From<store::StoreError> for Error {
    fn from(error: store::StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<intake::FileError> for Error {
    fn from(error: intake::FileError) -> Self {
        Self::File(error)
    }
}

impl From<engine::Fault> for Error {
    fn from(fault: engine::Fault) -> Self {
        Self::Fault(fault.to_string())
    }
}
