//! Why a command did not do what was asked: code, sentence, hint, exit code.

use std::borrow::Cow;
use std::io::IsTerminal as _;

use pack::{Finding, Sources};
use pipeline::Error;
use store::StoreError;
use types::{Lang, Text};

use crate::exit::Exit;

/// Shown on stderr as `error[code]: text`, with a hint on its own line.
#[derive(Debug)]
pub struct Failure {
    /// How the process ends.
    pub exit: Exit,
    /// Stable word.
    pub code: Cow<'static, str>,
    /// What a person reads.
    pub text: Text,
    /// What to do about it.
    pub hint: Option<Box<Text>>,
    findings: Option<Box<(Vec<Finding>, Sources)>>,
}

impl Failure {
    /// A failure with its exit code.
    pub fn new(exit: Exit, code: impl Into<Cow<'static, str>>, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { exit, code: code.into(), text: Text::new(zh, en), hint: None, findings: None }
    }

    /// A refused request.
    pub fn refused(code: &'static str, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self::new(Exit::Refused, code, zh, en)
    }

    /// A fault of ours, or of the machine.
    pub fn fault(message: impl Into<String>) -> Self {
        let message = message.into();
        Self::new(Exit::Fault, "fault", format!("内部故障：{message}"), format!("fault: {message}"))
    }

    /// A file that cannot be read at all.
    pub fn unreadable(path: &std::path::Path, error: &std::io::Error) -> Self {
        let path = path.display();
        Self::new(
            Exit::FileRefused,
            "unreadable-file",
            format!("无法读取 `{path}`：{error}"),
            format!("cannot read `{path}`: {error}"),
        )
    }

    /// A file or folder that cannot be written.
    pub fn unwritable(path: &std::path::Path, error: &std::io::Error) -> Self {
        let path = path.display();
        Self::refused(
            "unwritable-file",
            format!("无法写入 `{path}`：{error}"),
            format!("cannot write `{path}`: {error}"),
        )
    }

    /// With what to do about it.
    pub fn hint(mut self, zh: impl Into<String>, en: impl Into<String>) -> Self {
        self.hint = Some(Box::new(Text::new(zh, en)));
        self
    }

    /// Whether it is about what was asked, so that the next file may still be taken in.
    pub fn is_about_the_request(&self) -> bool {
        matches!(self.exit, Exit::Refused | Exit::FileRefused)
    }

    /// Writes it to stderr.
    pub fn show(&self, lang: Lang) {
        if let Some((findings, sources)) = self.findings.as_deref() {
            let color = std::io::stderr().is_terminal();
            for finding in findings {
                eprintln!("{}", finding.render(sources, lang, color));
            }
        }
        eprintln!("{}", self.line(lang));
    }

    /// `error[code]: text`, then the hint.
    pub fn line(&self, lang: Lang) -> String {
        let (error, hint) = match lang {
            Lang::Zh => ("错误", "提示"),
            Lang::En => ("error", "hint"),
        };
        let mut line = format!("{error}[{}]: {}", self.code, self.text.get(lang));
        if let Some(text) = &self.hint {
            line.push_str(&format!("\n{hint}: {}", text.get(lang)));
        }
        line
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let text = error.text();
        let with = |exit, code: &'static str| Self::new(exit, code, text.zh.clone(), text.en.clone());
        match error {
            Error::Refused { code, .. } => with(Exit::Refused, code),
            Error::File(error) => with(Exit::FileRefused, error.code.word()),
            Error::Findings { findings, sources } => {
                let mut failure = with(Exit::Findings, "findings");
                failure.findings = Some(Box::new((findings, sources)));
                failure
            }
            Error::Destroyed { .. } => with(Exit::EvidenceDestroyed, "evidence-destroyed"),
            Error::Store(error) => error.into(),
            Error::Fault(_) => with(Exit::Fault, "fault"),
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        let exit = match &error {
            StoreError::Busy { .. } => Exit::Busy,
            StoreError::Destroyed { .. } => Exit::EvidenceDestroyed,
            StoreError::NotAFolder { .. }
            | StoreError::NotInitialised { .. }
            | StoreError::AlreadyInitialised { .. }
            | StoreError::TooNew { .. }
            | StoreError::TooOld { .. }
            | StoreError::Outdated { .. }
            | StoreError::ReadOnly
            | StoreError::Unknown { .. } => Exit::Refused,
            StoreError::Unfit { .. } | StoreError::Corrupt { .. } | StoreError::Io { .. } | StoreError::Sql(_) => {
                Exit::Fault
            }
        };
        let text = error.text();
        Self::new(exit, error.code().replace('_', "-"), text.zh, text.en)
    }
}
