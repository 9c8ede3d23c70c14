//! `indicators.yaml`: numbers reported upward.

use types::{Period, Text};

use super::At;
use super::fields::{self, Fields};
use super::yaml::{Entry, Kind, Node};
use crate::code;
use crate::finding::Findings;
use crate::programme::{Better, Trend};

/// The most earlier days of a trend: each is a whole question.
const MAX_POINTS: u32 = 36;

/// An indicator as written.
pub(crate) struct RawIndicator {
    pub(crate) pack: usize,
    pub(crate) id: At<String>,
    pub(crate) title: Option<Text>,
    pub(crate) of: Vec<At<String>>,
    pub(crate) actual: Option<At<String>>,
    pub(crate) target: Option<At<String>>,
    pub(crate) better: Option<At<Better>>,
    pub(crate) trend: Option<Trend>,
    pub(crate) list: Option<At<String>>,
    pub(crate) unit: Option<At<String>>,
    pub(crate) basis: Option<String>,
}

impl RawIndicator {
    /// All indicators of a file.
    pub(crate) fn read_all(pack: usize, node: &Node, file: usize, findings: &mut Findings) -> Vec<Self> {
        let entries = if node.is_null() { &[] } else { fields::entries(node, file, findings).unwrap_or_default() };
        entries.iter().map(|entry| Self::read(pack, entry, file, findings)).collect()
    }

    fn read(pack: usize, entry: &Entry, file: usize, findings: &mut Findings) -> Self {
        let id = At { value: entry.key.clone(), at: entry.key_place(file) };
        fields::name(&id, findings);
        let mut indicator = Self {
            pack,
            id,
            title: None,
            of: Vec::new(),
            actual: None,
            target: None,
            better: None,
            trend: None,
            list: None,
            unit: None,
            basis: None,
        };
        let Some(mut keys) = Fields::of(&entry.value, entry.key_place(file), findings) else { return indicator };
        indicator.title = keys.need("title", findings).and_then(|entry| fields::title(entry, file, findings));
        if let Some(entry) = keys.need("of", findings) {
            indicator.of = match &entry.value.kind {
                Kind::List(_) => fields::texts(&entry.value, file, findings).unwrap_or_default(),
                _ => fields::text(&entry.value, file, findings).into_iter().collect(),
            };
        }
        let mut text = |key: &'static str, findings: &mut Findings| {
            keys.get(key, findings).and_then(|entry| fields::text(&entry.value, file, findings))
        };
        indicator.target = text("target", findings);
        indicator.list = text("list", findings);
        indicator.unit = text("unit", findings);
        indicator.basis = text("basis", findings).map(|text| text.value);
        indicator.actual = keys.need("actual", findings).and_then(|entry| fields::text(&entry.value, file, findings));
        indicator.better = keys.get("better", findings).and_then(|entry| {
            let parse = |word: &str| match word {
                "higher" => Some(Better::Higher),
                "lower" => Some(Better::Lower),
                _ => None,
            };
            fields::word(&entry.value, file, findings, parse, &["higher", "lower"])
        });
        indicator.trend = keys.get("trend", findings).and_then(|entry| read_trend(entry, file, findings));
        keys.finish(findings);
        indicator
    }
}

/// `{step: 1 month, points: 6}`
fn read_trend(entry: &Entry, file: usize, findings: &mut Findings) -> Option<Trend> {
    let mut keys = Fields::of(&entry.value, entry.key_place(file), findings)?;
    let step = keys.need("step", findings).and_then(|entry| fields::text(&entry.value, file, findings));
    let points = keys.need("points", findings).and_then(|entry| fields::text(&entry.value, file, findings));
    keys.finish(findings);
    let (step, points) = (step?, points?);
    let period = Period::parse(&step.value)
        .filter(|period| *period != Period::default() && period.days <= 3_660 && period.months <= 120);
    if period.is_none() {
        findings
            .error(
                code::BAD_PERIOD,
                step.at,
                format!("`{}` 不是时长", step.value),
                format!("`{}` is not a period", step.value),
            )
            .hint("写成 `1 month`、`1 year` 或 `7d` 的形式", "write it like `1 month`, `1 year` or `7d`");
    }
    let count = points.value.parse().ok().filter(|count| (1..=MAX_POINTS).contains(count));
    if count.is_none() {
        findings
            .error(
                code::BAD_NUMBER,
                points.at,
                format!("`{}` 不是 1 到 {MAX_POINTS} 的整数", points.value),
                format!("`{}` is not a whole number from 1 to {MAX_POINTS}", points.value),
            )
            .hint_text(None);
    }
    Some(Trend { step: period?, points: count? })
}
