//! Reading the keys of a mapping: each asked for once, the others are findings.

use types::{Day, Text};

use super::yaml::{Entry, Kind, Node, Style};
use super::{At, Expression};
use crate::code;
use crate::finding::{Findings, Place};

/// The keys of one mapping while they are read.
pub(crate) struct Fields<'n> {
    file: usize,
    /// Where a missing key is shown: the name of the thing, or the first key of the file.
    owner: Place,
    entries: &'n [Entry],
    flow: bool,
    asked: Vec<&'static str>,
}

impl<'n> Fields<'n> {
    /// The keys of `node`, which belongs to the thing at `owner`.
    pub(crate) fn of(node: &'n Node, owner: Place, findings: &mut Findings) -> Option<Self> {
        match &node.kind {
            Kind::Map(entries, flow) => Some(Self { file: owner.file, owner, entries, flow: *flow, asked: Vec::new() }),
            _ => {
                wrong_shape(node, owner.file, "一组 `键: 值`", "a mapping (`key: value`)", findings);
                None
            }
        }
    }

    /// The keys of a whole file.
    pub(crate) fn of_file(node: &'n Node, file: usize, findings: &mut Findings) -> Option<Self> {
        let owner = match &node.kind {
            Kind::Map(entries, _) => entries.first().map_or(node.place(file), |entry| entry.key_place(file)),
            _ => node.place(file),
        };
        Self::of(node, owner, findings)
    }

    pub(crate) fn owner(&self) -> Place {
        self.owner
    }

    /// The entry of `key`, with a value.
    pub(crate) fn get(&mut self, key: &'static str, findings: &mut Findings) -> Option<&'n Entry> {
        let entry = self.get_or_null(key)?;
        if entry.value.is_null() {
            findings.error(
                code::WRONG_SHAPE,
                entry.key_place(self.file),
                format!("`{key}` 没有值"),
                format!("`{key}` has no value"),
            );
            return None;
        }
        Some(entry)
    }

    /// The entry of `key`, even when its value is null.
    pub(crate) fn get_or_null(&mut self, key: &'static str) -> Option<&'n Entry> {
        if !self.asked.contains(&key) {
            self.asked.push(key);
        }
        self.entries.iter().find(|entry| entry.key == key)
    }

    /// The entry of `key`, which must be there.
    pub(crate) fn need(&mut self, key: &'static str, findings: &mut Findings) -> Option<&'n Entry> {
        if !self.entries.iter().any(|entry| entry.key == key) {
            findings.error(code::MISSING_KEY, self.owner, format!("缺少 `{key}`"), missing(key));
        }
        self.get(key, findings)
    }

    /// Every key that was not asked for is a finding.
    pub(crate) fn finish(self, findings: &mut Findings) {
        for entry in self.entries.iter().filter(|entry| !self.asked.iter().any(|asked| *asked == entry.key)) {
            let key = &entry.key;
            let draft = findings.error(
                code::UNKNOWN_KEY,
                entry.key_place(self.file),
                format!("未知的键 `{key}`"),
                format!("unknown key `{key}`"),
            );
            if self.flow && entry.value.is_null() {
                draft.hint(
                    "花括号里的值如果含有逗号，要用引号括起来",
                    "inside braces a value with a comma needs quotes",
                );
            } else {
                let known: Vec<_> = self.asked.iter().map(|key| format!("`{key}`")).collect();
                draft.hint(
                    format!("这里可以写：{}", known.join("、")),
                    format!("what may stand here: {}", known.join(", ")),
                );
                draft.did_you_mean(key, &self.asked);
                // A misspelt key is the cause, that it is missing only follows.
                if let Some(meant) = crate::finding::nearest(key, &self.asked) {
                    findings.retract(code::MISSING_KEY, self.owner, &missing(&meant));
                }
            }
        }
    }
}

/// What is said of a key that has to be there.
fn missing(key: &str) -> String {
    format!("`{key}` is missing")
}

/// Said where a Chinese colon stands in the place of `: `.
pub(super) const COLON: (&str, &str) =
    ("冒号要用半角，后面留一个空格", "use a half-width colon with a space behind it");

pub(crate) fn wrong_shape(node: &Node, file: usize, zh: &str, en: &str, findings: &mut Findings) {
    let full_width = matches!(&node.kind, Kind::Scalar(text, Style::Plain) if text.contains('：'));
    let draft = findings.error(
        code::WRONG_SHAPE,
        first_line(node, file, findings),
        format!("这里应该是{zh}"),
        format!("this should be {en}"),
    );
    if full_width {
        draft.hint(COLON.0, COLON.1);
    }
}

fn first_line(node: &Node, file: usize, findings: &Findings) -> Place {
    let place = node.place(file);
    let text = findings.text(file).get(place.start..place.end).unwrap_or_default();
    Place { end: place.start + text.find('\n').unwrap_or(text.len()), ..place }
}

/// A scalar of any style; not empty.
pub(crate) fn text(node: &Node, file: usize, findings: &mut Findings) -> Option<At<String>> {
    match &node.kind {
        Kind::Scalar(text, _) if !text.trim().is_empty() => {
            Some(At { value: text.trim().to_owned(), at: node.place(file) })
        }
        _ => {
            wrong_shape(node, file, "文字", "a text", findings);
            None
        }
    }
}

/// `true` or `false`.
pub(crate) fn flag(node: &Node, file: usize, findings: &mut Findings) -> Option<bool> {
    match &node.kind {
        Kind::Scalar(text, Style::Plain) if text == "true" => Some(true),
        Kind::Scalar(text, Style::Plain) if text == "false" => Some(false),
        _ => {
            wrong_shape(node, file, " `true` 或 `false`", "`true` or `false`", findings);
            None
        }
    }
}

/// `2026-05-31`.
pub(crate) fn day(node: &Node, file: usize, findings: &mut Findings) -> Option<At<Day>> {
    let text = text(node, file, findings)?;
    match Day::parse(&text.value) {
        Some(day) => Some(At { value: day, at: text.at }),
        None => {
            findings
                .error(
                    code::BAD_DATE,
                    text.at,
                    format!("`{}` 不是日期", text.value),
                    format!("`{}` is not a date", text.value),
                )
                .hint("写成 `2026-05-31` 的形式", "write it like `2026-05-31`");
            None
        }
    }
}

/// `90d`, as a number of days.
pub(crate) fn days(node: &Node, file: usize, findings: &mut Findings) -> Option<At<i32>> {
    let text = text(node, file, findings)?;
    match types::Period::parse(&text.value) {
        Some(types::Period { months: 0, days }) => Some(At { value: days, at: text.at }),
        _ => {
            findings
                .error(
                    code::BAD_PERIOD,
                    text.at,
                    format!("`{}` 不是天数", text.value),
                    format!("`{}` is not a number of days", text.value),
                )
                .hint("写成 `90d` 的形式", "write it like `90d`");
            None
        }
    }
}

/// A list, each entry read by `read`.
pub(crate) fn list<T>(
    node: &Node,
    file: usize,
    findings: &mut Findings,
    mut read: impl FnMut(&Node, &mut Findings) -> Option<T>,
) -> Option<Vec<T>> {
    match &node.kind {
        Kind::List(nodes) => Some(nodes.iter().filter_map(|node| read(node, findings)).collect()),
        _ => {
            wrong_shape(node, file, "列表 `[…]`", "a list (`[…]`)", findings);
            None
        }
    }
}

/// A list of texts. A Chinese comma inside one, where it is not quoted, was probably meant to separate two.
pub(crate) fn texts(node: &Node, file: usize, findings: &mut Findings) -> Option<Vec<At<String>>> {
    list(node, file, findings, |node, findings| {
        let text = text(node, file, findings)?;
        if matches!(node.kind, Kind::Scalar(_, Style::Plain)) && text.value.contains(['，', '、', '；']) {
            findings
                .warning(
                    code::WRONG_SHAPE,
                    text.at,
                    format!("`{}` 只算一项", text.value),
                    format!("`{}` is one entry", text.value),
                )
                .hint(
                    "各项之间用半角逗号 `,` 分开；确实是一项时加引号",
                    "a half-width comma `,` separates entries; put it in quotes if one is meant",
                );
        }
        Some(text)
    })
}

/// The entries of a mapping whose keys are names.
pub(crate) fn entries<'n>(node: &'n Node, file: usize, findings: &mut Findings) -> Option<&'n [Entry]> {
    match &node.kind {
        Kind::Map(entries, _) => Some(entries),
        _ => {
            wrong_shape(node, file, "一组 `键: 值`", "a mapping (`key: value`)", findings);
            None
        }
    }
}

/// `{zh: …, en: …}`, or one text for both languages.
pub(crate) fn title(entry: &Entry, file: usize, findings: &mut Findings) -> Option<Text> {
    languages(entry, file, findings).map(|(zh, en)| Text { zh: zh.text, en: en.text })
}

/// `{zh: …, en: …}` with the places of both.
pub(crate) fn languages(entry: &Entry, file: usize, findings: &mut Findings) -> Option<(Expression, Expression)> {
    if let Kind::Scalar(..) = &entry.value.kind {
        let text = expression(&entry.value, file, findings)?;
        return Some((text.clone(), text));
    }
    let mut fields = Fields::of(&entry.value, entry.key_place(file), findings)?;
    let zh = fields.need("zh", findings).and_then(|entry| expression(&entry.value, file, findings));
    let en = fields.need("en", findings).and_then(|entry| expression(&entry.value, file, findings));
    fields.finish(findings);
    zh.zip(en)
}

/// A scalar that holds an expression (or a sentence with names in it).
pub(crate) fn expression(node: &Node, file: usize, findings: &mut Findings) -> Option<Expression> {
    match &node.kind {
        Kind::Scalar(text, style) if !text.trim().is_empty() => {
            Some(Expression { text: text.clone(), style: *style, at: node.place(file) })
        }
        _ => {
            wrong_shape(node, file, "表达式", "an expression", findings);
            None
        }
    }
}

/// One of a closed list of words.
pub(crate) fn word<T>(
    node: &Node,
    file: usize,
    findings: &mut Findings,
    parse: impl Fn(&str) -> Option<T>,
    words: &[&str],
) -> Option<At<T>> {
    let text = text(node, file, findings)?;
    match parse(&text.value) {
        Some(value) => Some(At { value, at: text.at }),
        None => {
            unknown_word(&text, words, findings);
            None
        }
    }
}

/// The finding for a word that is none of `words`.
pub(crate) fn unknown_word(text: &At<String>, words: &[&str], findings: &mut Findings) {
    let quoted: Vec<_> = words.iter().map(|word| format!("`{word}`")).collect();
    let draft = findings.error(
        code::UNKNOWN_WORD,
        text.at,
        format!("`{}` 不是允许的取值", text.value),
        format!("`{}` may not stand here", text.value),
    );
    if !words.is_empty() {
        draft.hint(format!("可以写：{}", quoted.join("、")), format!("one of {}", quoted.join(", ")));
        draft.did_you_mean(&text.value, words);
    }
}

/// A name that expressions can use: letters, digits and `_`, not beginning with a digit, and not a word of the language.
pub(crate) fn name(text: &At<String>, findings: &mut Findings) {
    let value = &text.value;
    let legal = value.chars().next().is_some_and(|c| c.is_alphabetic())
        && value.chars().all(|c| c.is_alphanumeric() || c == '_')
        && value.chars().count() <= 64;
    if !legal {
        findings
            .error(code::BAD_NAME, text.at, format!("`{value}` 不能作名称"), format!("`{value}` is not a name"))
            .hint(
                "名称由字母、数字和 `_` 组成，以字母开头，最多 64 个字符",
                "a name is made of letters, digits and `_`, begins with a letter and has at most 64 characters",
            );
    } else if RESERVED.contains(&value.to_lowercase().as_str()) {
        findings
            .error(
                code::RESERVED_NAME,
                text.at,
                format!("`{value}` 是保留的名称"),
                format!("`{value}` is a reserved name"),
            )
            .hint("请换一个名称", "choose another name");
    }
}

/// Words that mean something of their own in every expression.
pub(crate) const RESERVED: [&str; 24] = [
    "as_of",
    "subject",
    "other",
    "and",
    "or",
    "not",
    "null",
    "true",
    "false",
    "is",
    "in",
    "like",
    "between",
    "case",
    "when",
    "then",
    "else",
    "end",
    "interval",
    "distinct",
    "exists_row",
    "select",
    "from",
    "where",
];
