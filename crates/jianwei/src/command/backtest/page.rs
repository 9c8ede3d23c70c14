//! A backtest as text: what was asked, one line a model, dates where few models were asked, the sweep, the other version.

use std::collections::BTreeSet;

use ::pack::Programme;
use pipeline::backtest::{
    Backtest, BacktestRequest, Compared, KnownBy, Measure, ModelBacktest, Share, Sweep, TruthSource,
};
use types::{Lang, Type};

use super::lines::subjects;
use crate::output::{Table, plain};
use crate::render::{kind_title, value};
use server::mask::View;

/// With more models than this their dates are left to the JSON.
const MODELS_WITH_DATES: usize = 3;

/// A truth file, for its reader.
pub struct Label {
    /// Name.
    pub file: String,
    /// The simulator wrote it.
    pub is_simulated: bool,
}

/// A backtest and its reader.
pub struct Page<'p> {
    /// Titles.
    pub programme: &'p Programme,
    /// What the reader may see.
    pub view: &'p View<'p>,
    /// What was asked.
    pub request: &'p BacktestRequest,
    /// What came of it.
    pub outcome: &'p Backtest,
    /// The truth file, where one was given.
    pub label: Option<&'p Label>,
}

impl Page<'_> {
    /// The whole page.
    pub fn text(&self, list: bool, lang: Lang) -> String {
        let mut text = self.heading(lang);
        let outcome = self.outcome;
        text.push('\n');
        text.push_str(&self.summary(&outcome.models, lang));
        if outcome.models.len() <= MODELS_WITH_DATES {
            for model in &outcome.models {
                text.push('\n');
                text.push_str(&self.dates(model, lang));
            }
        }
        if let Some(sweep) = &outcome.sweep {
            for model in outcome.models.iter().filter(|model| !model.sweep.is_empty()) {
                text.push('\n');
                text.push_str(&self.sweep(sweep, model, lang));
            }
        }
        if let Some(compared) = &outcome.against {
            text.push('\n');
            text.push_str(&self.against(compared, lang));
        }
        if list {
            text.push_str(&self.cases(lang));
        }
        text
    }

    fn heading(&self, lang: Lang) -> String {
        let dates = &self.request.dates;
        let (count, from, to) = (self.outcome.questions.len(), dates.from, dates.to);
        let every = value::text("period", &dates.every.to_string(), lang);
        let known = match (dates.known_by, lang) {
            (KnownBy::AsOf, Lang::Zh) => "每个时点只看当天以前收到的数据".to_owned(),
            (KnownBy::AsOf, Lang::En) => "each sees what was received by that date".to_owned(),
            (KnownBy::Day(day), Lang::Zh) => format!("每个时点都看 {day} 以前收到的数据"),
            (KnownBy::Day(day), Lang::En) => format!("each sees what was received by {day}"),
        };
        let truth = match (self.outcome.truth, self.label, lang) {
            (None, _, Lang::Zh) => "无".to_owned(),
            (None, _, Lang::En) => "none".to_owned(),
            (Some(TruthSource::Verdicts), _, Lang::Zh) => "本库的办结结论（没有核查过的不计）".to_owned(),
            (Some(TruthSource::Verdicts), _, Lang::En) => {
                "the folder's verdicts (who was not judged does not count)".to_owned()
            }
            (Some(TruthSource::File), label, _) => {
                let name = label.map_or("", |label| label.file.as_str());
                let is_simulated = label.is_some_and(|label| label.is_simulated);
                match (is_simulated, lang) {
                    (true, Lang::Zh) => format!("模拟的真实情况 {name}"),
                    (true, Lang::En) => format!("the simulated truth, {name}"),
                    (false, Lang::Zh) => format!("文件 {name}"),
                    (false, Lang::En) => format!("the file {name}"),
                }
            }
        };
        match lang {
            Lang::Zh => format!("{from} 至 {to}，每 {every}，{count} 个时点；{known}\n真实情况：{truth}\n"),
            Lang::En => format!("{from} to {to}, every {every}, {count} dates; {known}\ntruth: {truth}\n"),
        }
    }

    /// One line a model.
    fn summary(&self, models: &[ModelBacktest], lang: Lang) -> String {
        let headers = match lang {
            Lang::Zh => [
                "模型",
                "名称",
                ">曾命中",
                ">末次命中",
                ">末次无法认定",
                ">新增",
                ">每地每周",
                "最忙",
                ">查准",
                ">查全",
                ">提前天数",
            ],
            Lang::En => [
                "model",
                "title",
                ">ever hit",
                ">hit last",
                ">undetermined last",
                ">new",
                ">a place a week",
                "busiest",
                ">precision",
                ">recall",
                ">lead days",
            ],
        };
        let mut table = Table::new(headers);
        for model in models {
            let last = model.dates.last().copied().unwrap_or_default();
            let busiest = model.workload.busiest.as_ref();
            let [precision, recall, lead] = measured(model.measure.as_ref());
            table.row([
                model.model.clone(),
                model.title.get(lang).to_owned(),
                model.ever.to_string(),
                last.hit.to_string(),
                last.undetermined.to_string(),
                model.workload.new.to_string(),
                per_week(model),
                busiest.map(|(place, new)| format!("{place} ({new})")).unwrap_or_default(),
                precision,
                recall,
                lead,
            ]);
        }
        table.render() + &self.footnote(models, lang)
    }

    /// What a place of the workload is, and how long it was counted.
    fn footnote(&self, models: &[ModelBacktest], lang: Lang) -> String {
        let levels: BTreeSet<&str> = models.iter().filter_map(|model| model.workload.level.as_deref()).collect();
        let Some(workload) = models.first().map(|model| &model.workload).filter(|_| !levels.is_empty()) else {
            return String::new();
        };
        let titles: Vec<String> =
            levels.iter().map(|level| kind_title(self.programme, level).get(lang).to_lowercase()).collect();
        match lang {
            Lang::Zh => format!("新增：第一个时点以后，{:.1} 周；地区层级：{}\n", workload.weeks, titles.join("、")),
            Lang::En => format!(
                "new: after the first date, {:.1} weeks; a place is a {}\n",
                workload.weeks,
                titles.join(" or ")
            ),
        }
    }

    /// One model, date by date.
    fn dates(&self, model: &ModelBacktest, lang: Lang) -> String {
        let id = model.model.as_str();
        let headers = match lang {
            Lang::Zh => [id, "依据", ">命中", ">新增", ">无法认定"],
            Lang::En => [id, "known by", ">hit", ">new", ">undetermined"],
        };
        let mut table = Table::new(headers);
        for (question, counts) in self.outcome.questions.iter().zip(&model.dates) {
            table.row([
                question.as_of.to_string(),
                question.known_by.to_string(),
                counts.hit.to_string(),
                counts.new.to_string(),
                counts.undetermined.to_string(),
            ]);
        }
        table.render()
    }

    /// One model, value by value of the line; the first row is the model as it is.
    fn sweep(&self, sweep: &Sweep, model: &ModelBacktest, lang: Lang) -> String {
        let name = format!("{} :{}", model.model, sweep.parameter.name);
        let headers = match lang {
            Lang::Zh => [&name, ">曾命中", ">新增", ">每地每周", ">查准", ">查全", ">提前天数", ">失去", ">增加"],
            Lang::En => [
                &name,
                ">ever hit",
                ">new",
                ">a place a week",
                ">precision",
                ">recall",
                ">lead days",
                ">lost",
                ">gained",
            ],
        };
        let mut table = Table::new(headers);
        let mut row = |label: String, model: &ModelBacktest, moved: [String; 2]| {
            let counts = [model.ever.to_string(), model.workload.new.to_string(), per_week(model)];
            table.row([label].into_iter().chain(counts).chain(measured(model.measure.as_ref())).chain(moved));
        };
        row(if lang == Lang::Zh { "现行" } else { "as it is" }.to_owned(), model, Default::default());
        for swept in &model.sweep {
            let moved = match swept.outcome.measure {
                Some(_) => [swept.lost.len().to_string(), swept.gained.len().to_string()],
                None => Default::default(),
            };
            row(value::as_written(sweep.parameter.ty, &swept.value.to_string(), lang), &swept.outcome, moved);
        }
        table.render()
    }

    /// Both versions, model by model.
    fn against(&self, compared: &[Compared], lang: Lang) -> String {
        let headers = match lang {
            Lang::Zh => [
                "模型",
                ">现版曾命中",
                ">另版曾命中",
                ">都有",
                ">仅现版",
                ">仅另版",
                ">查准",
                "",
                ">查全",
                "",
                ">提前天数",
                "",
            ],
            Lang::En => [
                "model",
                ">ever hit here",
                ">there",
                ">both",
                ">only here",
                ">only there",
                ">precision",
                "",
                ">recall",
                "",
                ">lead days",
                "",
            ],
        };
        let mut table = Table::new(headers);
        for compared in compared {
            let here = self.outcome.models.iter().find(|model| model.model == compared.model);
            let there = compared.other.as_ref();
            let ever = |model: Option<&ModelBacktest>| model.map_or("-".to_owned(), |model| model.ever.to_string());
            let [own, other] = [here, there].map(|model| measured(model.and_then(|model| model.measure.as_ref())));
            let counts = [compared.both, compared.only_here, compared.only_there].map(|count| count.to_string());
            let measures = own.into_iter().zip(other).flat_map(|(own, other)| {
                let arrow = if own.is_empty() && other.is_empty() { String::new() } else { format!("-> {other}") };
                [own, arrow]
            });
            table.row([compared.model.clone(), ever(here), ever(there)].into_iter().chain(counts).chain(measures));
        }
        table.render()
    }

    /// Keys of the cases that were missed or would be lost.
    fn cases(&self, lang: Lang) -> String {
        let mut text = String::new();
        let mut list = |heading: String, cases: &BTreeSet<(String, String)>| {
            for subject in subjects(self.view, cases) {
                let kind = match (subject.kind.as_str(), lang) {
                    ("", Lang::Zh) => "本库没有的号码".to_owned(),
                    ("", Lang::En) => "a key that nobody has".to_owned(),
                    (kind, _) => kind_title(self.programme, kind).get(lang).to_owned(),
                };
                text.push_str(&format!("{heading}  {kind} {}\n", plain(&subject.key)));
            }
        };
        for model in &self.outcome.models {
            if let Some(measure) = &model.measure {
                let heading = if lang == Lang::Zh { "没有发现" } else { "missed" };
                list(format!("{heading} {}", model.model), &measure.missed);
            }
            let ty = self.outcome.sweep.as_ref().map_or(Type::Text, |sweep| sweep.parameter.ty);
            for swept in &model.sweep {
                let value = value::as_written(ty, &swept.value.to_string(), lang);
                let heading = if lang == Lang::Zh { "失去" } else { "lost" };
                list(format!("{heading} {} {value}", model.model), &swept.lost);
            }
        }
        if text.is_empty() { text } else { format!("\n{text}") }
    }
}

/// Precision, recall and lead time; blank where there is no truth, `-` where nothing can be said.
fn measured(measure: Option<&Measure>) -> [String; 3] {
    let Some(measure) = measure else { return Default::default() };
    let share = |share: Share| match share.value() {
        Some(value) => format!("{:.0} % ({}/{})", value * 100.0, share.part, share.of),
        None => "-".to_owned(),
    };
    let lead = measure.lead_days.map_or_else(|| "-".to_owned(), |days| days.to_string());
    [share(measure.precision), share(measure.recall), lead]
}

fn per_week(model: &ModelBacktest) -> String {
    model.workload.per_place_week.map_or_else(|| "-".to_owned(), |new| format!("{new:.3}"))
}
