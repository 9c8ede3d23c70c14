//! Findings: what is wrong in a pack, for its author, each with its place in a file.

use std::collections::BTreeMap;
use std::ops::Range;

use types::Text;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The pack cannot be used.
    Error,
    /// The pack can be used; its author should look.
    Warning,
}

impl Severity {
    /// The word used in JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Code, as `JW0203`; [`crate::codes`] has its page.
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// File, as [`Sources`] calls it.
    pub file: String,
    /// Bytes in that file.
    pub span: Range<usize>,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// What is wrong: lower case, no full stop, literals in backticks.
    pub message: Text,
    /// What to do about it.
    pub hint: Option<Text>,
    /// Other places that belong to it: file, bytes, what stands there.
    pub related: Vec<(String, Range<usize>, Text)>,
}

/// The texts that findings point into, by path.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sources(BTreeMap<String, String>);

impl Sources {
    /// The text of `path`.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<&str> {
        self.0.get(path).map(String::as_str)
    }

    /// All paths with their texts, in order of path.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(path, text)| (path.as_str(), text.as_str()))
    }
}

/// Line and column (characters), both from 1, of byte `offset` of `text`.
pub(crate) fn position(text: &str, offset: usize) -> (usize, usize) {
    let offset = floor(text, offset);
    let before = &text[..offset];
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let column = before[line_start..].trim_start_matches('\u{feff}').chars().count() + 1;
    (before.bytes().filter(|byte| *byte == b'\n').count() + 1, column)
}

/// The nearest character boundary of `text` at or before `offset`.
pub(crate) fn floor(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

/// Bytes `start..end` of file number `file`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Place {
    pub(crate) file: usize,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

/// The files read so far, by number, and what is wrong with them.
#[derive(Default)]
pub(crate) struct Findings {
    files: Vec<(String, String)>,
    drafts: Vec<Draft>,
}

/// A finding whose file still goes by number.
#[derive(Clone)]
pub(crate) struct Draft {
    code: &'static str,
    severity: Severity,
    at: Place,
    message: Text,
    hint: Option<Text>,
    related: Vec<(Place, Text)>,
}

impl Findings {
    /// Adds a file; its number.
    pub(crate) fn file(&mut self, path: String, text: String) -> usize {
        self.files.push((path, text));
        self.files.len() - 1
    }

    /// How many files there are by now.
    pub(crate) fn files(&self) -> usize {
        self.files.len()
    }

    pub(crate) fn text(&self, file: usize) -> &str {
        self.files.get(file).map_or("", |(_, text)| text)
    }

    pub(crate) fn path(&self, file: usize) -> &str {
        self.files.get(file).map_or("", |(path, _)| path)
    }

    /// Line of a place, from 1.
    pub(crate) fn line(&self, at: Place) -> usize {
        position(self.text(at.file), at.start).0
    }

    pub(crate) fn error(
        &mut self,
        code: &'static str,
        at: Place,
        zh: impl Into<String>,
        en: impl Into<String>,
    ) -> &mut Draft {
        self.add(Draft::new(code, Severity::Error, at, Text::new(zh, en)))
    }

    pub(crate) fn warning(
        &mut self,
        code: &'static str,
        at: Place,
        zh: impl Into<String>,
        en: impl Into<String>,
    ) -> &mut Draft {
        self.add(Draft::new(code, Severity::Warning, at, Text::new(zh, en)))
    }

    pub(crate) fn add(&mut self, draft: Draft) -> &mut Draft {
        self.drafts.push(draft);
        let last = self.drafts.len() - 1;
        &mut self.drafts[last]
    }

    /// How many there are by now; with [`Findings::errors_since`] it tells whether reading something went wrong.
    pub(crate) fn mark(&self) -> usize {
        self.drafts.len()
    }

    /// Takes back what `code` says in English at `at`.
    pub(crate) fn retract(&mut self, code: &str, at: Place, en: &str) {
        self.drafts.retain(|draft| !(draft.code == code && draft.at == at && draft.message.en == en));
    }

    /// Forgets what was found since `mark`.
    pub(crate) fn rewind(&mut self, mark: usize) {
        self.drafts.truncate(mark);
    }

    pub(crate) fn errors_since(&self, mark: usize) -> bool {
        self.drafts[mark..].iter().any(|draft| draft.severity == Severity::Error)
    }

    /// Whether there is an error among all findings.
    pub(crate) fn has_errors(&self) -> bool {
        self.errors_since(0)
    }

    /// All findings, by file and place, each once; and the texts they point into.
    pub(crate) fn finish(self) -> (Vec<Finding>, Sources) {
        let files = self.files;
        let mut findings: Vec<Finding> = self.drafts.into_iter().map(|draft| draft.finish(&files)).collect();
        findings.sort_by(|left, right| {
            (&left.file, left.span.start, left.code, left.span.end, &left.message.en).cmp(&(
                &right.file,
                right.span.start,
                right.code,
                right.span.end,
                &right.message.en,
            ))
        });
        findings.dedup();
        (findings, Sources(files.into_iter().collect()))
    }
}

impl Draft {
    pub(crate) fn new(code: &'static str, severity: Severity, at: Place, message: Text) -> Self {
        Self { code, severity, at, message, hint: None, related: Vec::new() }
    }

    pub(crate) fn hint(&mut self, zh: impl Into<String>, en: impl Into<String>) -> &mut Self {
        self.hint = Some(Text::new(zh, en));
        self
    }

    pub(crate) fn hint_text(&mut self, hint: Option<Text>) -> &mut Self {
        if hint.is_some() {
            self.hint = hint;
        }
        self
    }

    /// Hints at that of `candidates` which looks most like `word`, if one does.
    pub(crate) fn did_you_mean<S: AsRef<str>>(
        &mut self,
        word: &str,
        candidates: impl IntoIterator<Item = S>,
    ) -> &mut Self {
        if let Some(candidate) = nearest(word, candidates) {
            self.hint(format!("是不是 `{candidate}`？"), format!("did you mean `{candidate}`?"));
        }
        self
    }

    pub(crate) fn related(&mut self, at: Place, zh: impl Into<String>, en: impl Into<String>) -> &mut Self {
        self.related.push((at, Text::new(zh, en)));
        self
    }

    fn finish(self, files: &[(String, String)]) -> Finding {
        let clamp = |at: Place| {
            let (path, text) = files.get(at.file).map_or(("", ""), |(path, text)| (path.as_str(), text.as_str()));
            let start = floor(text, at.start);
            (path.to_owned(), text, start..floor(text, at.end).max(start))
        };
        let (file, text, span) = clamp(self.at);
        let (line, column) = position(text, span.start);
        let related = self.related.into_iter().map(|(at, label)| {
            let (file, _, span) = clamp(at);
            (file, span, label)
        });
        Finding {
            code: self.code,
            severity: self.severity,
            file,
            span,
            line,
            column,
            message: self.message,
            hint: self.hint,
            related: related.collect(),
        }
    }
}

/// That of `candidates` which looks most like `word`: at most a third of its characters differ.
#[must_use]
pub fn nearest<S: AsRef<str>>(word: &str, candidates: impl IntoIterator<Item = S>) -> Option<String> {
    let length = word.chars().count();
    if length > 100 {
        return None;
    }
    let bound = (length / 3).max(1);
    candidates
        .into_iter()
        .filter_map(|candidate| {
            let candidate = candidate.as_ref();
            if candidate == word || candidate.is_empty() || candidate.chars().count() > length + bound {
                return None;
            }
            let distance = strsim::damerau_levenshtein(word, candidate);
            (distance <= bound && distance < length).then(|| (distance, candidate.to_owned()))
        })
        .min()
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::{nearest, position};

    #[test]
    fn columns_count_characters() {
        let text = "标题: 甲\n说明: 乙丙 x\n";
        assert_eq!(position(text, 0), (1, 1));
        let offset = text.find('x').expect("x");
        assert_eq!(position(text, offset), (2, 8));
        assert_eq!(position(text, text.len() + 9), (3, 1));
        assert_eq!(position(text, 1), (1, 1), "inside a character");
    }

    #[test]
    fn only_near_words_are_proposed() {
        assert_eq!(nearest("sum_of_last_356d", ["sum_of_last_365d", "other"]).as_deref(), Some("sum_of_last_365d"));
        assert_eq!(nearest("tilte", ["title", "kind"]).as_deref(), Some("title"));
        assert_eq!(nearest("x", ["y"]), None);
        assert_eq!(nearest("population", ["severity"]), None);
    }
}
