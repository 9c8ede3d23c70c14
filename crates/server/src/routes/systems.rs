//! What the systems report upward, and how far each of them works: asked once for everybody, when the answers in memory are new.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use pack::lineage;
use pack::programme::{Better, Indicator};
use pipeline::IndicatorFigure;
use serde_json::{Value, json};
use types::{Day, Lang, ReasonLine, Text, ValueLine};

use crate::caller::Caller;
use crate::problem::Problem;
use crate::said;
use crate::wire::{Desk, text};

/// How long the first who asks waits for trends.
const PATIENCE: Duration = Duration::from_secs(2);

/// Places listed of one indicator.
const PLACES: usize = 4;

/// The figures of every place, and the state of every pack that is a system.
pub(crate) struct Systems {
    figures: Vec<IndicatorFigure>,
    states: BTreeMap<usize, State>,
}

/// How far a system works.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct State {
    /// Word of the API.
    pub(crate) word: &'static str,
    /// What is missing.
    pub(crate) why: Option<Text>,
}

impl Systems {
    /// What is known: the figures of today, with their trends where those are there, or come soon.
    pub(crate) async fn of(desk: &Desk) -> Result<&Self, Problem> {
        let loaded = &desk.loaded;
        if loaded.trends.get().is_none() && loaded.systems.get().is_none() {
            let own = desk.clone();
            // Goes on when nobody waits for it any more; whoever asks later meets its error, too.
            let trends = tokio::spawn(async move { Self::with_trends(&own).await.map(|_| ()) });
            let _ = tokio::time::timeout(PATIENCE, trends).await;
        }
        match loaded.trends.get() {
            Some(known) => Ok(known),
            None => loaded.systems.get_or_try_init(|| Self::asked(desk, false)).await,
        }
    }

    /// Has the days of the trend asked, one after the other; many times the cost of today.
    pub(crate) async fn with_trends(desk: &Desk) -> Result<&Self, Problem> {
        desk.loaded.trends.get_or_try_init(|| Self::asked(desk, true)).await
    }

    async fn asked(desk: &Desk, with_trends: bool) -> Result<Self, Problem> {
        let (keeper, threads) = (desk.loaded.keeper.clone(), desk.app.threads);
        let all = move || keeper.inquiry()?.indicators(None, |_| true, with_trends, threads);
        let figures = tokio::task::spawn_blocking(all).await.map_err(Problem::fault)??;
        let stored = desk.app.folder.store.deliveries().await?;
        let came = stored.into_iter().map(|stored| stored.delivery.feed).collect();
        let states = states(desk, &came, &figures);
        Ok(Self { figures, states })
    }

    /// The state of pack number `pack`; nothing for one that is no system: it brings neither models nor workflows.
    pub(crate) fn state(&self, pack: usize) -> Option<&State> {
        self.states.get(&pack)
    }

    /// The indicators of pack number `pack` that `caller` may see: of the widest places among those where they work.
    pub(crate) fn indicators(&self, desk: &Desk, caller: &Caller, pack: usize) -> Vec<Value> {
        let programme = desk.programme();
        let lists = caller.scope(programme, "subjects");
        let is_theirs = |code: &str| caller.person.grants.iter().any(|(_, at)| code.starts_with(at.as_str()));
        let mut lines = Vec::new();
        for indicator in programme.indicators.values().filter(|indicator| indicator.pack == pack) {
            let own = self.figures.iter().filter(|found| found.indicator == indicator.id);
            let mut own: Vec<&IndicatorFigure> = own.filter(|found| is_theirs(&found.figure.place.key)).collect();
            let widest = own.iter().filter_map(|found| programme.level(&found.figure.place.kind)).min();
            own.retain(|found| programme.level(&found.figure.place.kind) == widest);
            // What is behind comes first, where there are more than are listed.
            own.sort_by_key(|found| (found.figure.met != Some(false), found.figure.place.key.clone()));
            lines.extend(own.into_iter().take(PLACES).map(|found| {
                let place = &found.figure.place.key;
                let opens = indicator.list.is_some() && found.figure.actual.covered && lists.holds(place);
                let opens = opens.then(|| format!("/indicators/{}?place={place}", indicator.id));
                line(desk, indicator, found, opens)
            }));
        }
        lines
    }
}

fn line(desk: &Desk, indicator: &Indicator, found: &IndicatorFigure, opens: Option<String>) -> Value {
    let view = desk.view();
    let figure = &found.figure;
    let said = |line: &ValueLine| number(&view.value(line), indicator.unit.as_deref());
    let actual = said(&figure.actual);
    let target = figure.target.as_ref().and_then(said);
    let mut reasons = figure.actual.reasons.clone();
    reasons.extend(figure.target.iter().flat_map(|target| target.reasons.clone()));
    let why = (!reasons.is_empty()).then(|| text(&said::both(|lang| because(desk, &reasons, lang))));
    let point = |on: Day, value: Option<String>| json!({"on": on.to_string(), "value": value});
    let earlier = found.trend.iter().map(|(on, line)| point(*on, line.as_ref().and_then(said)));
    let trend: Vec<Value> = earlier.chain([point(desk.today(), actual.clone())]).collect();
    let state = match (figure.met, &indicator.target) {
        (Some(true), _) => "met",
        (Some(false), _) => "behind",
        (None, None) => "no_target",
        (None, Some(_)) => "unknown",
    };
    let better = indicator.better.map(|better| match better {
        Better::Higher => "higher",
        Better::Lower => "lower",
    });
    json!({
        "id": indicator.id, "title": text(&indicator.title), "unit": unit(&figure.actual.ty, indicator.unit.as_deref()),
        "actual": actual, "why": why, "target": target, "better": better, "place": desk.place(&figure.place.key),
        "trend": trend, "state": state, "opens": opens,
    })
}

/// Why a number is not known, each reason once, with the title of what it is about.
fn because(desk: &Desk, reasons: &[ReasonLine], lang: Lang) -> String {
    let mut lines: Vec<String> = Vec::new();
    for line in reasons {
        let feed = desk.programme().feeds.get(&line.about).map(|feed| feed.title.get(lang));
        let about = feed.unwrap_or(&line.about);
        let word = line.reason.text();
        let line = match lang {
            Lang::Zh => format!("{}：{about}", word.zh),
            Lang::En => format!("{}: {about}", word.en),
        };
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    lines.join(if lang == Lang::Zh { "；" } else { "; " })
}

/// The bare number; nothing where it is not known or there is none.
fn number(line: &ValueLine, unit: Option<&str>) -> Option<String> {
    let value = line.value.as_deref().filter(|_| line.covered)?;
    let shown = match unit {
        Some("%") => said::percent(value).unwrap_or_else(|| value.to_owned()),
        _ => said::text(&line.ty, value, Lang::En),
    };
    Some(shown.trim_end_matches(" %").to_owned())
}

fn unit(ty: &str, own: Option<&str>) -> Option<Value> {
    let word = match ty {
        "money" | "number of yuan" => "yuan",
        "area" | "number of mu" => "mu",
        "square_metres" | "number of m2" => "m2",
        "ratio" => "%",
        _ => own.filter(|word| *word != "1")?,
    };
    Some(text(&said::unit(word)))
}

/// What is missing in each system: files, steps, numbers. `came`: the feeds that anything came of.
fn states(desk: &Desk, came: &BTreeSet<String>, figures: &[IndicatorFigure]) -> BTreeMap<usize, State> {
    let programme = desk.programme();
    let mut states = BTreeMap::new();
    for pack in 0..programme.packs.len() {
        let models: Vec<_> = programme.models.values().filter(|model| model.pack == pack).collect();
        let workflows: Vec<_> = programme.workflows.values().filter(|workflow| workflow.pack == pack).collect();
        if workflows.is_empty() && !programme.indicators.values().any(|indicator| indicator.pack == pack) {
            continue;
        }
        let mut feeds: BTreeSet<String> =
            programme.feeds.values().filter(|feed| feed.pack == pack).map(|feed| feed.name.clone()).collect();
        for model in &models {
            let reads = lineage::reads_of_model(programme, model);
            let behind = lineage::values_behind(programme, &reads);
            feeds.extend(behind.iter().flat_map(|value| lineage::feeds_of_value(programme, value)));
            feeds.extend(reads.feeds);
        }
        let known = |id: &str| figures.iter().any(|found| found.indicator == id && found.figure.actual.covered);
        let indicators: Vec<_> = programme.indicators.values().filter(|indicator| indicator.pack == pack).collect();
        states.insert(
            pack,
            state(&[
                Part {
                    all: feeds.len(),
                    missing: feeds.iter().filter(|feed| !came.contains(*feed)).count(),
                    word: ("类部门数据还没有来过", "kinds of departments' files never came"),
                },
                Part {
                    all: workflows.len(),
                    missing: workflows.iter().filter(|workflow| workflow.steps.is_none()).count(),
                    word: ("个办理流程只有名称、还没有步骤", "workflows have a title and no steps yet"),
                },
                Part {
                    all: indicators.len(),
                    missing: indicators.iter().filter(|indicator| !known(&indicator.id)).count(),
                    word: ("个指标现在算不出", "indicators cannot be told at present"),
                },
            ]),
        );
    }
    states
}

/// A part of a system: how many of all are missing.
struct Part {
    all: usize,
    missing: usize,
    word: (&'static str, &'static str),
}

/// A system works when nothing is missing, and not yet while none of its files came.
fn state(parts: &[Part; 3]) -> State {
    let lacking: Vec<&Part> = parts.iter().filter(|part| part.missing > 0).collect();
    let say = |lang: Lang| {
        let lines = lacking.iter().map(|part| match lang {
            Lang::Zh => format!("{} {}（共 {}）", part.missing, part.word.0, part.all),
            Lang::En => format!("{} of {} {}", part.missing, part.all, part.word.1),
        });
        lines.collect::<Vec<_>>().join(if lang == Lang::Zh { "；" } else { "; " })
    };
    let [files, ..] = parts;
    let word = match lacking.is_empty() {
        true => "works",
        false if files.missing == files.all => "not_yet",
        false => "partly",
    };
    State { word, why: (!lacking.is_empty()).then(|| said::both(say)) }
}

#[cfg(test)]
mod tests {
    use super::{Part, state};

    #[test]
    fn a_system_works_only_when_nothing_is_missing() {
        for (missing, word, en) in [
            ([0, 0, 0], "works", None),
            ([1, 0, 0], "partly", Some("1 of 3 files")),
            ([3, 2, 0], "not_yet", Some("3 of 3 files; 2 of 3 steps")),
            ([0, 1, 3], "partly", Some("1 of 3 steps; 3 of 3 numbers")),
        ] {
            let words = [("件", "files"), ("步", "steps"), ("数", "numbers")];
            let mut parts = missing.into_iter().zip(words).map(|(missing, word)| Part { all: 3, missing, word });
            let parts = std::array::from_fn(|_| parts.next().expect("three"));
            let found = state(&parts);
            assert_eq!((found.word, found.why.map(|why| why.en)), (word, en.map(str::to_owned)), "{missing:?}");
        }
    }
}
