//! Words for what the records say in one word, in both languages.

use casework::{ClueState, End, Verdict};
use types::{Answer, Text};

/// An answer.
pub fn answer(answer: Answer) -> Text {
    let (zh, en) = match answer {
        Answer::Hit => ("命中", "hit"),
        Answer::Clear => ("未命中", "clear"),
        Answer::Undetermined => ("无法认定", "undetermined"),
        Answer::Outside => ("不在范围", "outside"),
    };
    Text::new(zh, en)
}

/// A clue's state.
pub fn state(state: ClueState) -> Text {
    let zh = match state {
        ClueState::Open => "待核",
        ClueState::Unconfirmed => "待确认",
        ClueState::Quiet => "静默",
        ClueState::Judged => "已核",
        ClueState::Ended => "已结束",
        ClueState::Merged => "已合并",
    };
    Text::new(zh, state.word())
}

/// Why an episode ended.
pub fn end(end: End) -> Text {
    let (zh, en) = match end {
        End::Clear => ("不再命中", "clear"),
        End::Outside => ("不在范围", "outside"),
        End::LeftRegister => ("离开底册", "left the register"),
        End::RuleChanged => ("规则已变", "rule changed"),
    };
    Text::new(zh, en)
}

/// What a person found.
pub fn verdict(verdict: Verdict) -> Text {
    let (zh, en) = match verdict {
        Verdict::Founded => ("属实", "founded"),
        Verdict::Unfounded => ("不属实", "unfounded"),
    };
    Text::new(zh, en)
}

/// A level of a hit: the usual three in both languages, a pack's own word as it is.
pub fn level(word: &str) -> Text {
    let zh = match word {
        "high" => "高",
        "medium" => "中",
        "low" => "低",
        other => other,
    };
    Text::new(zh, word)
}
