//! `features/<topic>.yaml`: named values of subjects.

use types::{Decimal, Period, Text};

use super::fields::{self, Fields};
use super::yaml::{Entry, Node};
use super::{At, Expression};
use crate::code;
use crate::finding::Findings;
use crate::programme::Window;

/// A feature as written.
pub(crate) struct RawFeature {
    pub(crate) pack: usize,
    pub(crate) name: At<String>,
    pub(crate) title: Option<Text>,
    pub(crate) of: Option<At<String>>,
    pub(crate) from: Option<At<String>>,
    /// `from` stands there, readable or not.
    pub(crate) has_from: bool,
    pub(crate) value: Option<Expression>,
    pub(crate) filter: Option<Expression>,
    pub(crate) window: Option<At<Option<Window>>>,
    pub(crate) offset: Option<At<Period>>,
    pub(crate) via: Option<At<String>>,
    pub(crate) tolerate: Option<At<Decimal>>,
    pub(crate) unit: Option<At<String>>,
}

impl RawFeature {
    /// All features of a file.
    pub(crate) fn read_all(pack: usize, node: &Node, file: usize, findings: &mut Findings) -> Vec<Self> {
        let entries = if node.is_null() { &[] } else { fields::entries(node, file, findings).unwrap_or_default() };
        entries.iter().map(|entry| Self::read(pack, entry, file, findings)).collect()
    }

    fn read(pack: usize, entry: &Entry, file: usize, findings: &mut Findings) -> Self {
        let name = At { value: entry.key.clone(), at: entry.key_place(file) };
        fields::name(&name, findings);
        let mut feature = Self {
            pack,
            name,
            title: None,
            of: None,
            from: None,
            has_from: false,
            value: None,
            filter: None,
            window: None,
            offset: None,
            via: None,
            tolerate: None,
            unit: None,
        };
        let Some(mut keys) = Fields::of(&entry.value, entry.key_place(file), findings) else { return feature };
        feature.title = keys.need("title", findings).and_then(|entry| fields::title(entry, file, findings));
        feature.of = keys.need("of", findings).and_then(|entry| fields::text(&entry.value, file, findings));
        feature.has_from = keys.get_or_null("from").is_some();
        feature.from = keys.get("from", findings).and_then(|entry| fields::text(&entry.value, file, findings));
        feature.value = keys.need("value", findings).and_then(|entry| fields::expression(&entry.value, file, findings));
        feature.filter = keys.get("where", findings).and_then(|entry| fields::expression(&entry.value, file, findings));
        feature.window = keys.get("window", findings).and_then(|entry| read_window(&entry.value, file, findings));
        feature.offset = keys.get("offset", findings).and_then(|entry| read_offset(&entry.value, file, findings));
        feature.via = keys.get("via", findings).and_then(|entry| fields::text(&entry.value, file, findings));
        feature.tolerate = keys.get("tolerate", findings).and_then(|entry| read_share(&entry.value, file, findings));
        feature.unit = keys.get("unit", findings).and_then(|entry| fields::text(&entry.value, file, findings));
        keys.finish(findings);
        feature
    }
}

fn read_window(node: &Node, file: usize, findings: &mut Findings) -> Option<At<Option<Window>>> {
    const WORDS: [&str; 6] = ["this_month", "calendar_year", "previous_year", "school_year", "previous_month", "ever"];
    let text = fields::text(node, file, findings)?;
    // Longer than any life, and safe to count with.
    let bounded = Window::parse(&text.value).filter(|window| match window {
        Window::Days(days) => *days <= 100_000,
        Window::Months(months) | Window::PreviousMonths(months) => *months <= 3_000,
        _ => true,
    });
    if bounded.is_none() {
        findings
            .error(
                code::BAD_WINDOW,
                text.at,
                format!("`{}` 不是时间窗", text.value),
                format!("`{}` is not a window", text.value),
            )
            .hint(
                "可以写：`90d`、`12 months`、`this_month`、`calendar_year`、`previous_year`、`school_year`、`previous_month`、`previous 3 months`、`ever`",
                "one of `90d`, `12 months`, `this_month`, `calendar_year`, `previous_year`, `school_year`, `previous_month`, `previous 3 months`, `ever`",
            )
            .did_you_mean(&text.value, WORDS);
    }
    Some(At { value: bounded, at: text.at })
}

fn read_offset(node: &Node, file: usize, findings: &mut Findings) -> Option<At<Period>> {
    let text = fields::text(node, file, findings)?;
    match Period::parse(&text.value).filter(|period| period.days <= 100_000 && period.months <= 3_000) {
        Some(period) => Some(At { value: period, at: text.at }),
        None => {
            findings
                .error(
                    code::BAD_PERIOD,
                    text.at,
                    format!("`{}` 不是时长", text.value),
                    format!("`{}` is not a period", text.value),
                )
                .hint("写成 `1 month`、`1 year`、`30 days` 的形式", "write it like `1 month`, `1 year` or `30 days`");
            None
        }
    }
}

fn read_share(node: &Node, file: usize, findings: &mut Findings) -> Option<At<Decimal>> {
    let text = fields::text(node, file, findings)?;
    match Decimal::parse(&text.value) {
        Some(value) => Some(At { value, at: text.at }),
        None => {
            findings.error(
                code::BAD_NUMBER,
                text.at,
                format!("`{}` 不是数字", text.value),
                format!("`{}` is not a number", text.value),
            );
            None
        }
    }
}
