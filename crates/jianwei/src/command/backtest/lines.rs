//! A backtest as JSON: the shapes of docs/reference/json.md.

use std::collections::BTreeSet;

use pipeline::backtest::{Compared, KnownBy, Measure, ModelBacktest, Share, Swept, TruthSource};
use serde::Serialize;
use types::{Day, SubjectRef, Text};

use super::page::{Label, Page};
use server::mask::View;

/// All of it.
#[derive(Serialize)]
pub struct BacktestLine {
    from: Day,
    to: Day,
    every: String,
    known_by: String,
    dates: Vec<DateLine>,
    truth: Option<TruthLine>,
    models: Vec<ModelLine>,
    sweep: Option<SweepLine>,
    against: Option<Vec<ComparedLine>>,
}

#[derive(Serialize)]
struct DateLine {
    as_of: Day,
    known_by: Day,
}

#[derive(Serialize)]
struct TruthLine {
    source: &'static str,
    file: Option<String>,
}

#[derive(Serialize)]
struct SweepLine {
    parameter: String,
    values: Vec<String>,
}

#[derive(Serialize)]
struct ModelLine {
    id: String,
    title: Text,
    kind: String,
    dates: Vec<CountsLine>,
    ever: u64,
    measure: Option<MeasureLine>,
    workload: WorkloadLine,
    sweep: Vec<SweptLine>,
}

#[derive(Serialize)]
struct CountsLine {
    hit: u64,
    new: u64,
    undetermined: u64,
}

#[derive(Serialize)]
struct MeasureLine {
    precision: ShareLine,
    recall: ShareLine,
    lead_days: Option<f64>,
    unknown: u64,
    missed: Option<Vec<SubjectRef>>,
}

#[derive(Serialize)]
struct ShareLine {
    part: u64,
    of: u64,
    value: Option<f64>,
}

#[derive(Serialize)]
struct WorkloadLine {
    new: u64,
    weeks: f64,
    level: Option<String>,
    places: u64,
    per_place_week: Option<f64>,
    busiest: Option<BusiestLine>,
}

#[derive(Serialize)]
struct BusiestLine {
    place: String,
    new: u64,
}

#[derive(Serialize)]
struct SweptLine {
    value: String,
    lost: u64,
    gained: u64,
    lost_cases: Option<Vec<SubjectRef>>,
    dates: Vec<CountsLine>,
    ever: u64,
    measure: Option<MeasureLine>,
    workload: WorkloadLine,
}

#[derive(Serialize)]
struct ComparedLine {
    id: String,
    both: u64,
    only_here: u64,
    only_there: u64,
    there: Option<ModelLine>,
}

impl Page<'_> {
    /// The shape of `--format json`.
    pub fn json(&self, list: bool) -> BacktestLine {
        let dates = &self.request.dates;
        let outcome = self.outcome;
        let model = |model: &ModelBacktest| model_line(self.view, model, list);
        BacktestLine {
            from: dates.from,
            to: dates.to,
            every: dates.every.to_string(),
            known_by: match dates.known_by {
                KnownBy::AsOf => "as-of".to_owned(),
                KnownBy::Day(day) => day.to_string(),
            },
            dates: outcome
                .questions
                .iter()
                .map(|question| DateLine { as_of: question.as_of, known_by: question.known_by })
                .collect(),
            truth: outcome.truth.map(|source| truth_line(source, self.label)),
            models: outcome.models.iter().map(model).collect(),
            sweep: outcome.sweep.as_ref().map(|sweep| SweepLine {
                parameter: sweep.parameter.name.clone(),
                values: sweep.values.iter().map(ToString::to_string).collect(),
            }),
            against: outcome
                .against
                .as_ref()
                .map(|compared| compared.iter().map(|compared| compared_line(self.view, compared, list)).collect()),
        }
    }
}

fn truth_line(source: TruthSource, label: Option<&Label>) -> TruthLine {
    TruthLine {
        source: match (source, label) {
            (TruthSource::Verdicts, _) => "verdicts",
            (TruthSource::File, Some(label)) if label.is_simulated => "simulated",
            (TruthSource::File, _) => "file",
        },
        file: label.map(|label| label.file.clone()),
    }
}

fn model_line(view: &View<'_>, model: &ModelBacktest, list: bool) -> ModelLine {
    ModelLine {
        id: model.model.clone(),
        title: model.title.clone(),
        kind: model.kind.clone(),
        dates: counts_lines(model),
        ever: model.ever,
        measure: model.measure.as_ref().map(|measure| measure_line(view, measure, list)),
        workload: workload_line(model),
        sweep: model.sweep.iter().map(|swept| swept_line(view, swept, list)).collect(),
    }
}

fn counts_lines(model: &ModelBacktest) -> Vec<CountsLine> {
    let line = |date: &pipeline::backtest::DateCounts| CountsLine {
        hit: date.hit,
        new: date.new,
        undetermined: date.undetermined,
    };
    model.dates.iter().map(line).collect()
}

fn measure_line(view: &View<'_>, measure: &Measure, list: bool) -> MeasureLine {
    MeasureLine {
        precision: share_line(measure.precision),
        recall: share_line(measure.recall),
        lead_days: measure.lead_days,
        unknown: measure.unknown,
        missed: list.then(|| subjects(view, &measure.missed)),
    }
}

fn share_line(share: Share) -> ShareLine {
    ShareLine { part: share.part, of: share.of, value: share.value() }
}

fn workload_line(model: &ModelBacktest) -> WorkloadLine {
    let workload = &model.workload;
    WorkloadLine {
        new: workload.new,
        weeks: workload.weeks,
        level: workload.level.clone(),
        places: workload.places,
        per_place_week: workload.per_place_week,
        busiest: workload.busiest.clone().map(|(place, new)| BusiestLine { place, new }),
    }
}

fn swept_line(view: &View<'_>, swept: &Swept, list: bool) -> SweptLine {
    SweptLine {
        value: swept.value.to_string(),
        lost: swept.lost.len() as u64,
        gained: swept.gained.len() as u64,
        lost_cases: list.then(|| subjects(view, &swept.lost)),
        dates: counts_lines(&swept.outcome),
        ever: swept.outcome.ever,
        measure: swept.outcome.measure.as_ref().map(|measure| measure_line(view, measure, list)),
        workload: workload_line(&swept.outcome),
    }
}

fn compared_line(view: &View<'_>, compared: &Compared, list: bool) -> ComparedLine {
    ComparedLine {
        id: compared.model.clone(),
        both: compared.both,
        only_here: compared.only_here,
        only_there: compared.only_there,
        there: compared.other.as_ref().map(|model| model_line(view, model, list)),
    }
}

/// (kind, key), masked; the kind is empty for a key that nobody has, which is hidden whole.
pub fn subjects(view: &View<'_>, cases: &BTreeSet<(String, String)>) -> Vec<SubjectRef> {
    let line = |(kind, key): &(String, String)| SubjectRef { kind: kind.clone(), key: view.key(kind, key) };
    cases.iter().map(line).collect()
}
