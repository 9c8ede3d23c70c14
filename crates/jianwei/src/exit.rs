//! The exit codes: a closed list. Documented in docs/reference/exit-codes.md.

use std::process::ExitCode;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Done.
    Ok,
    /// A pack has findings, a test failed, a value is not what it should be.
    Findings,
    /// The command line cannot be read.
    Usage,
    /// The request was refused; nothing changed.
    Refused,
    /// A file was refused; nothing of it was taken in.
    FileRefused,
    /// A clue derived again is not what was said.
    ReplayDiffers,
    /// What the answer stood on was destroyed.
    EvidenceDestroyed,
    /// The event chain does not hold.
    ChainBroken,
    /// Another process writes to the data folder.
    Busy,
    /// A fault of ours, or of the machine.
    Fault,
}

impl Exit {
    /// The number the shell sees.
    pub fn code(self) -> u8 {
        match self {
            Self::Ok => 0,
            Self::Findings => 1,
            Self::Usage => 2,
            Self::Refused => 3,
            Self::FileRefused => 4,
            Self::ReplayDiffers => 5,
            Self::EvidenceDestroyed => 6,
            Self::ChainBroken => 7,
            Self::Busy => 8,
            Self::Fault => 70,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

#[cfg(test)]
mod tests {
    use super::Exit;

    #[test]
    fn every_code_is_documented() {
        let page = include_str!("../../../docs/reference/exit-codes.md");
        let all = [
            Exit::Ok,
            Exit::Findings,
            Exit::Usage,
            Exit::Refused,
            Exit::FileRefused,
            Exit::ReplayDiffers,
            Exit::EvidenceDestroyed,
            Exit::ChainBroken,
            Exit::Busy,
            Exit::Fault,
        ];
        for exit in all {
            assert!(page.contains(&format!("| {} |", exit.code())), "{exit:?}");
        }
        let rows = page.lines().filter(|line| line.starts_with("| ") && line.as_bytes()[2].is_ascii_digit()).count();
        assert_eq!(rows, all.len());
    }
}
