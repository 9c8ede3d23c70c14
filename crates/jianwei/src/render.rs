//! An explanation as text: title, subject, answer, sentence, conditions, values, evidence, what it opens.

use std::collections::{BTreeMap, BTreeSet};

use pack::Programme;
use pack::programme::Shape;
pub use server::said as value;
use types::{Answer, ConditionLine, EvidenceRow, Explanation, Hash, Lang, SubjectRef, Text, ValueLine};

use crate::output::{Table, plain};
use crate::words;

/// Rows of evidence listed before the rest is only counted.
const ROWS_SHOWN: usize = 30;

/// What an explanation is read against.
#[derive(Clone, Copy)]
pub struct Page<'a> {
    /// Titles of kinds, feeds and workflows.
    pub programme: &'a Programme,
    /// Names of the delivered files.
    pub files: &'a BTreeMap<Hash, String>,
}

impl Page<'_> {
    /// The explanation, already masked: in one language where one was named, else in Chinese and then in English; the evidence
    /// once, below.
    pub fn explanation(&self, explanation: &Explanation, lang: Option<Lang>) -> String {
        let mut text = String::new();
        for (index, lang) in lang.map_or(vec![Lang::Zh, Lang::En], |lang| vec![lang]).into_iter().enumerate() {
            if index > 0 {
                text.push('\n');
            }
            text.push_str(&self.block(explanation, lang));
        }
        text.push_str(&self.evidence(explanation, lang));
        text
    }

    /// `人员 99*************123`.
    pub fn subject(&self, subject: &SubjectRef, lang: Lang) -> String {
        let title = kind_title(self.programme, &subject.kind);
        format!("{} {}", title.get(lang), plain(&subject.key))
    }

    /// Adds a line for each value of the explanation, already masked: model, subject, place, answer, sentence of a hit, name and
    /// value, whole. One line also where there are no values.
    pub fn values_of(&self, explanation: &Explanation, table: &mut Table, lang: Lang) {
        let subject =
            format!("{} {}", kind_title(self.programme, &explanation.subject.kind).get(lang), explanation.subject.key);
        let answer = answer(explanation, lang);
        let sentence = match explanation.answer {
            Answer::Hit => fill(explanation.explain.get(lang), |name| {
                let line = explanation.values.iter().find(|line| line.name == name)?;
                Some(self.whole_value(line, lang))
            }),
            _ => String::new(),
        };
        let place = explanation.place.clone().unwrap_or_default();
        let mut add = |name: &str, value: String| {
            table.row([
                explanation.model.as_str(),
                subject.as_str(),
                place.as_str(),
                answer.as_str(),
                sentence.as_str(),
                name,
                value.as_str(),
            ]);
        };
        for line in &explanation.values {
            add(&line.name, self.whole_value(line, lang));
        }
        if explanation.values.is_empty() {
            add("", String::new());
        }
    }

    /// A text as it is; all else as in a sentence.
    fn whole_value(&self, line: &ValueLine, lang: Lang) -> String {
        match &line.value {
            Some(value) if line.covered && line.ty == "text" => value.clone(),
            _ => value::sentence_value(self.programme, line, lang),
        }
    }

    fn block(&self, explanation: &Explanation, lang: Lang) -> String {
        let say = |zh: &'static str, en: &'static str| if lang == Lang::Zh { zh } else { en };
        let is_shadow = self.programme.models.get(&explanation.model).is_some_and(|model| model.is_shadow);
        let mut text = format!("{} {}\n", explanation.model, shown_title(&explanation.title, is_shadow, lang));
        let mut facts = Table::new(["", ""]).indent(2);
        let mut subject = self.subject(&explanation.subject, lang);
        if let Some(place) = &explanation.place {
            subject.push_str(&format!("{}{place}", say("，地区 ", ", place ")));
        }
        facts.row([say("对象", "subject"), subject.as_str()]);
        facts.row([say("回答", "answer"), answer(explanation, lang).as_str()]);
        // The sentence says why it is a hit; of anything else it would not be true.
        let is_hit = explanation.answer == Answer::Hit;
        if is_hit && !explanation.explain.get(lang).is_empty() {
            let sentence = fill(explanation.explain.get(lang), |name| {
                let line = explanation.values.iter().find(|line| line.name == name);
                line.map(|line| value::sentence_value(self.programme, line, lang))
            });
            facts.row([say("说明", "because"), sentence.as_str()]);
        }
        let clocks = match lang {
            Lang::Zh => format!("截至 {}，依据 {} 前收到的数据", explanation.as_of, explanation.known_by),
            Lang::En => format!("as of {}, known by {}", explanation.as_of, explanation.known_by),
        };
        facts.row([say("时点", "asked"), clocks.as_str()]);
        if let Some(opens) = explanation.opens.as_ref().filter(|_| is_hit) {
            let title = self.programme.workflows.get(&opens.workflow).map(|workflow| &workflow.title);
            let title = title.map_or(opens.workflow.as_str(), |title| title.get(lang));
            let whom = match &opens.subject {
                Some(subject) => self.subject(subject, lang),
                None => say("未关联到对象", "nobody it could be linked to").to_owned(),
            };
            facts.row([say("转办", "opens").to_owned(), format!("{title}{}{whom}", say("，对象 ", " for "))]);
        }
        if !explanation.reasons.is_empty() {
            let why = value::reasons(self.programme, &explanation.reasons, lang);
            facts.row([say("原因", "unknown"), why.as_str()]);
        }
        text.push_str(&facts.render());
        text.push_str(&conditions(say("适用范围", "population"), &explanation.population, lang));
        text.push_str(&conditions(say("条件", "conditions"), &explanation.conditions, lang));
        text.push_str(&self.values(say("数值", "values"), &explanation.values, lang));
        text
    }

    fn values(&self, heading: &str, values: &[ValueLine], lang: Lang) -> String {
        if values.is_empty() {
            return String::new();
        }
        let mut table = Table::new(["", "", "", ""]).indent(4);
        for line in values {
            let stamps: Vec<String> =
                line.stamps.iter().map(|stamp| value::stamp(self.programme, stamp, lang)).collect();
            let stamps = stamps.join(if lang == Lang::Zh { "；" } else { "; " });
            table.row([
                line.name.clone(),
                line.title.get(lang).to_owned(),
                value::value(self.programme, line, lang),
                if stamps.is_empty() { stamps } else { format!("[{stamps}]") },
            ]);
        }
        format!("  {heading}\n{}", table.render())
    }

    fn evidence(&self, explanation: &Explanation, named: Option<Lang>) -> String {
        let lang = named.unwrap_or(Lang::Zh);
        let mut names: BTreeMap<&EvidenceRow, BTreeSet<&str>> = BTreeMap::new();
        let mut digests = Vec::new();
        for line in &explanation.values {
            for row in &line.evidence.rows {
                names.entry(row).or_default().insert(&line.name);
            }
            if let Some(digest) = &line.evidence.digest {
                let short: String = digest.chars().take(12).collect();
                let (name, count) = (&line.name, line.evidence.count);
                digests.push(match named {
                    None => format!("    {name}：{count} 行，摘要 {short} / {count} rows, digest {short}\n"),
                    Some(Lang::Zh) => format!("    {name}：{count} 行，摘要 {short}\n"),
                    Some(Lang::En) => format!("    {name}: {count} rows, digest {short}\n"),
                });
            }
        }
        if names.is_empty() && digests.is_empty() {
            return String::new();
        }
        let mut table = Table::new(["", "", "", "", ""]).indent(4);
        for (row, names) in names.iter().take(ROWS_SHOWN) {
            let file = self.files.get(&row.delivery).cloned().unwrap_or_else(|| row.feed.clone());
            let number = match lang {
                Lang::Zh => format!("第 {} 行", row.row),
                Lang::En => format!("row {}", row.row),
            };
            let names: Vec<&str> = names.iter().copied().collect();
            table.row([row.feed.clone(), file, row.delivery.short(), number, format!("-> {}", names.join(", "))]);
        }
        let mut text = format!(
            "  {}\n{}",
            ["证据 / evidence", "证据", "evidence"][named.map_or(0, |lang| if lang == Lang::Zh { 1 } else { 2 })],
            table.render()
        );
        if names.len() > ROWS_SHOWN {
            let rest = names.len() - ROWS_SHOWN;
            text.push_str(&match named {
                None => format!("    另有 {rest} 行 / and {rest} more rows\n"),
                Some(Lang::Zh) => format!("    另有 {rest} 行\n"),
                Some(Lang::En) => format!("    and {rest} more rows\n"),
            });
        }
        digests.iter().for_each(|line| text.push_str(line));
        text
    }
}

/// The title of a kind of subject.
pub fn kind_title(programme: &Programme, kind: &str) -> Text {
    if let (Some(level), Some(Shape::Place { titles, .. })) =
        (programme.level(kind), programme.places().map(|register| &register.shape))
        && let Some(title) = titles.get(level)
    {
        return title.clone();
    }
    programme.registers.get(kind).map_or_else(|| Text::new(kind, kind), |register| register.title.clone())
}

fn answer(explanation: &Explanation, lang: Lang) -> String {
    let mut text = words::answer(explanation.answer).get(lang).to_owned();
    if let Some(severity) = &explanation.severity {
        let level = words::level(severity);
        text.push_str(&match lang {
            Lang::Zh => format!("，级别 {}", level.zh),
            Lang::En => format!(", level {}", level.en),
        });
        if explanation.severity_unsure {
            text.push_str(if lang == Lang::Zh {
                "（级别所据数据不全）"
            } else {
                " (its data are not complete)"
            });
        }
    }
    text
}

fn conditions(heading: &str, lines: &[ConditionLine], lang: Lang) -> String {
    let mut text = String::new();
    for line in lines {
        text.push_str(&format!("    {} {}\n", truth(line.truth, lang), line.text));
        if let Some(sides) = sides(line, lang) {
            text.push_str(&format!("      {sides}\n"));
        }
    }
    if text.is_empty() { text } else { format!("  {heading}\n{text}") }
}

/// A mark and a word: neither alone carries the meaning.
pub fn truth(truth: Option<bool>, lang: Lang) -> &'static str {
    match (truth, lang) {
        (Some(true), Lang::Zh) => "✓ 成立",
        (Some(true), Lang::En) => "✓ true",
        (Some(false), Lang::Zh) => "✗ 不成立",
        (Some(false), Lang::En) => "✗ false",
        (None, Lang::Zh) => "? 未知",
        (None, Lang::En) => "? unknown",
    }
}

/// The two sides of a comparison and how far apart they are.
fn sides(line: &ConditionLine, lang: Lang) -> Option<String> {
    let (left, right) = (line.left.as_deref()?, line.right.as_deref()?);
    let ty = line.ty.as_deref().unwrap_or("text");
    let shown = |side: &str| value::side(ty, side, lang);
    let mut text = match lang {
        Lang::Zh => format!("左 {}，右 {}", shown(left), shown(right)),
        Lang::En => format!("left {}, right {}", shown(left), shown(right)),
    };
    if let Some(distance) = &line.distance {
        let distance = value::distance(ty, distance, lang);
        text.push_str(&match lang {
            Lang::Zh => format!("，相差 {distance}"),
            Lang::En => format!(", apart {distance}"),
        });
        let share = line.relative.as_deref().filter(|share| share.bytes().any(|byte| matches!(byte, b'1'..=b'9')));
        if let Some(share) = share.and_then(value::percent) {
            text.push_str(&match lang {
                Lang::Zh => format!("（为右侧的 {share}）"),
                Lang::En => format!(" ({share} of the right)"),
            });
        }
    }
    Some(text)
}

/// A model's title, with what makes it a shadow.
pub fn shown_title(title: &Text, is_shadow: bool, lang: Lang) -> String {
    let shadow = match (is_shadow, lang) {
        (false, _) => "",
        (true, Lang::Zh) => "（影子：只记录，不产生线索）",
        (true, Lang::En) => " (shadow: recorded only, raises no clue)",
    };
    format!("{}{shadow}", title.get(lang))
}

/// `sentence` with `{name}` replaced; a name nobody knows stays as it is.
fn fill(sentence: &str, value: impl Fn(&str) -> Option<String>) -> String {
    let mut text = String::new();
    let mut rest = sentence;
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        let Some((name, after)) = after.split_once('}') else {
            text.push('{');
            rest = after;
            continue;
        };
        match value(name.trim()) {
            Some(value) => text.push_str(&value),
            None => text.push_str(&format!("{{{name}}}")),
        }
        rest = after;
    }
    text.push_str(rest);
    text
}

#[cfg(test)]
mod tests {
    use super::fill;

    #[test]
    fn places_are_filled_and_nothing_else_is_touched() {
        let value = |name: &str| (name == ":line" || name == "甲").then(|| "7".to_owned());
        assert_eq!(fill("共 {甲} 元，线 {:line}", value), "共 7 元，线 7");
        assert_eq!(fill("{乙} {甲", value), "{乙} {甲");
        assert_eq!(fill("", value), "");
    }
}
