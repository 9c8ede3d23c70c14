//! A backtest worked out by hand: three dates, a delivery that came late, a truth.
//!
//! Points of the year on the line of 10, by the day they could be known: A 12 on 5 April; B 15 on 4 May, though they are of March;
//! C 11 and D 9 on 5 May, of 2 April. On 6 March nobody had any.

use std::collections::{BTreeMap, BTreeSet};

use casework::{Verdict, give_verdict};
use pipeline::backtest::{
    Backtest, BacktestRequest, Case, Dates, KnownBy, ModelBacktest, Share, SweepRequest, Truth, TruthSource, backtest,
};
use pipeline::{DataFolder, Error};
use types::{Day, Period};

use super::clues::Story;
use super::county::{copy, language};

const A: &str = "990101197005030018";
const B: &str = "990101197005030026";
const C: &str = "990101197005030034";
const D: &str = "990101197005030042";

fn day(text: &str) -> Day {
    Day::parse(text).expect(text)
}

async fn story() -> Story {
    let story = Story::new().await;
    story.until_april().await;
    story.notes("2026-04-05", "2026-03", &[(A, 12)], false).await;
    story.screen("2026-04-06").await;
    story.notes("2026-05-04", "2026-03", &[(B, 15)], false).await;
    story.notes("2026-05-05", "2026-04", &[(C, 11), (D, 9)], false).await;
    story.land("visits", "2026-05-05", "2026-04-30", "visit_no,member_no,visited_on,minutes\n").await;
    story.screen("2026-05-06").await;
    story
}

fn request() -> BacktestRequest {
    BacktestRequest {
        dates: Dates {
            from: day("2026-03-06"),
            to: day("2026-05-06"),
            every: Period::of_months(1),
            known_by: KnownBy::AsOf,
        },
        models: vec!["L01".into()],
        truth: None,
        sweep: None,
        against: None,
        level: None,
        threads: 2,
    }
}

fn truth(cases: &[(&str, &str)]) -> Truth {
    let case = |(subject, on): &(&str, &str)| Case { subject: (*subject).to_owned(), on: day(on), founded: true };
    let cases = BTreeMap::from([("L01".to_owned(), cases.iter().map(case).collect())]);
    Truth { source: TruthSource::File, cases }
}

async fn asked(folder: &DataFolder, request: &BacktestRequest) -> Result<Backtest, Error> {
    let programme = folder.programme().await.expect("programme");
    backtest(folder, &programme, request, &mut |_, _| {}).await
}

async fn model(folder: &DataFolder, request: &BacktestRequest) -> ModelBacktest {
    let mut outcome = asked(folder, request).await.expect("a backtest");
    assert_eq!(outcome.models.len(), 1);
    outcome.models.remove(0)
}

fn counts(model: &ModelBacktest) -> Vec<(u64, u64, u64)> {
    model.dates.iter().map(|date| (date.hit, date.new, date.undetermined)).collect()
}

fn members(keys: &[&str]) -> BTreeSet<(String, String)> {
    keys.iter().map(|key| ("member".to_owned(), (*key).to_owned())).collect()
}

#[tokio::test]
async fn each_date_sees_what_was_received_by_then() {
    let story = story().await;
    let runs = story.folder.store.runs().await.expect("runs").len();
    let as_of = model(&story.folder, &request()).await;
    assert_eq!(counts(&as_of), [(0, 0, 0), (1, 1, 0), (3, 2, 0)]);
    assert_eq!(as_of.ever, 3);
    // From 5 May on the whole spring is known: B's points of March count on 6 March.
    let mut late = request();
    late.dates.known_by = KnownBy::Day(day("2026-05-06"));
    assert_eq!(counts(&model(&story.folder, &late).await), [(2, 2, 0), (3, 1, 0), (3, 0, 0)]);
    late.dates.known_by = KnownBy::Day(day("2026-05-04"));
    assert_eq!(counts(&model(&story.folder, &late).await), [(2, 2, 0), (2, 0, 0), (2, 0, 0)]);
    // 3 new hits after 6 March, in 61 days, and two blocks.
    let workload = &as_of.workload;
    assert_eq!((workload.new, workload.level.as_deref(), workload.places), (3, Some("block"), 2));
    assert_eq!(workload.per_place_week, Some(3.0 / (61.0 / 7.0) / 2.0));
    assert_eq!(workload.busiest, Some(("990101100201".to_owned(), 3)));
    assert_eq!(story.folder.store.runs().await.expect("runs").len(), runs, "nothing is recorded");
}

#[tokio::test]
async fn a_loop_over_dates_says_what_each_date_says() {
    let story = story().await;
    let mut all = request();
    all.models.clear();
    let outcome = asked(&story.folder, &all).await.expect("a backtest");
    for (position, question) in outcome.questions.iter().enumerate() {
        let screened = story.screen(&question.as_of.to_string()).await;
        for (model, said) in outcome.models.iter().zip(&screened.models) {
            let date = model.dates[position];
            assert_eq!(
                (&model.model, date.hit, date.undetermined),
                (&said.model, said.counts.hit, said.counts.undetermined)
            );
        }
    }
}

#[tokio::test]
async fn a_file_of_what_happened_measures_everyone() {
    let story = story().await;
    // A is found 14 days before, B 35 days after, D never is; nobody has the last key. C is no case.
    let cases = [(A, "2026-04-20"), (B, "2026-04-01"), (D, "2026-04-10"), ("nobody", "2026-04-11"), (D, "2026-05-01")];
    let asked = BacktestRequest { truth: Some(truth(&cases)), ..request() };
    let measure = model(&story.folder, &asked).await.measure.expect("a measure");
    assert_eq!((measure.precision, measure.recall), (Share { part: 2, of: 3 }, Share { part: 2, of: 4 }));
    assert_eq!((measure.lead_days, measure.unknown), (Some(-10.5), 1));
    let mut missed = members(&[D]);
    missed.insert((String::new(), "nobody".into()));
    assert_eq!((measure.missed, measure.found), (missed, members(&[A, B])));
    // What happened before the first date is no longer to be found; whoever it happened to is no false hit either.
    let asked = BacktestRequest { truth: Some(truth(&[(C, "2026-03-05"), (A, "2026-05-06")])), ..request() };
    let measure = model(&story.folder, &asked).await.measure.expect("a measure");
    assert_eq!((measure.precision, measure.recall), (Share { part: 2, of: 3 }, Share { part: 1, of: 1 }));
    // A case of the team that A, B and C are in: found with the first of them.
    let asked = BacktestRequest { truth: Some(truth(&[("T1", "2026-04-07"), ("T2", "2026-04-07")])), ..request() };
    let measure = model(&story.folder, &asked).await.measure.expect("a measure");
    assert_eq!((measure.precision, measure.recall), (Share { part: 3, of: 3 }, Share { part: 1, of: 2 }));
    assert_eq!(measure.lead_days, Some(1.0));
    assert_eq!(measure.missed, [("team".to_owned(), "T2".to_owned())].into());
}

#[tokio::test]
async fn verdicts_measure_those_who_were_judged() {
    let story = story().await;
    assert_eq!(asked(&story.folder, &request()).await.expect("a backtest").truth, None);
    for clue in story.clues("L01").await {
        let (verdict, on) = match clue.episode.said.as_ref().expect("said").subject.key.as_str() {
            A => (Verdict::Founded, "2026-04-16"),
            C => (Verdict::Unfounded, "2026-05-08"),
            _ => continue,
        };
        let given = give_verdict(&clue.episode, verdict, day(on), "tester").expect("a verdict");
        let mut command = story.folder.store.command().await.expect("turn");
        command.append_clue_events(&[given], None).await.expect("stored");
        command.commit().await.expect("committed");
    }
    let outcome = asked(&story.folder, &request()).await.expect("a backtest");
    assert_eq!(outcome.truth, Some(TruthSource::Verdicts));
    let measure = outcome.models[0].measure.clone().expect("a measure");
    assert_eq!((measure.precision, measure.recall), (Share { part: 1, of: 2 }, Share { part: 1, of: 1 }));
    assert_eq!(measure.lead_days, Some(10.0));
}

#[tokio::test]
async fn a_sweep_says_who_is_lost() {
    let story = story().await;
    let sweep = SweepRequest { line: "line".into(), from: "8".into(), to: "15".into(), step: "3".into() };
    let cases = truth(&[(A, "2026-04-20"), (B, "2026-04-01"), (D, "2026-05-01")]);
    let asked = BacktestRequest { truth: Some(cases), sweep: Some(sweep), ..request() };
    let swept = model(&story.folder, &asked).await.sweep;
    let rows: Vec<_> = swept
        .iter()
        .map(|swept| {
            let measure = swept.outcome.measure.as_ref().expect("a measure");
            (swept.value.to_string(), swept.outcome.ever, measure.precision.part, measure.recall.part)
        })
        .collect();
    assert_eq!(rows, [("8".into(), 4, 3, 3), ("11".into(), 3, 2, 2), ("14".into(), 1, 1, 1)]);
    let moved: Vec<_> = swept.into_iter().map(|swept| (swept.lost, swept.gained)).collect();
    let nobody = || members(&[]);
    assert_eq!(moved, [(nobody(), members(&[D])), (nobody(), nobody()), (members(&[A]), nobody())]);
}

#[tokio::test]
async fn two_versions_side_by_side() {
    let story = story().await;
    let there = story.root.path().join("there/language");
    copy(&language(), &there);
    let path = there.join("parameters.yaml");
    let text = std::fs::read_to_string(&path).expect("parameters").replace("value: 10,", "value: 12,");
    std::fs::write(&path, text).expect("written");
    std::fs::remove_file(there.join("models/L04-marked.yaml")).expect("removed");
    std::fs::remove_dir_all(there.join("tests")).expect("removed");
    let mut asked_for = BacktestRequest { against: Some(there.clone()), ..request() };
    asked_for.models.push("L04".into());
    let outcome = asked(&story.folder, &asked_for).await.expect("a backtest");
    let compared = outcome.against.expect("another version");
    let shape: Vec<_> = compared
        .iter()
        .map(|one| (one.model.as_str(), one.both, one.only_here, one.only_there, one.other.as_ref().map(counts)))
        .collect();
    assert_eq!(shape, [("L01", 2, 1, 0, Some(vec![(0, 0, 0), (1, 1, 0), (2, 1, 0)])), ("L04", 0, 0, 0, None)]);
    std::fs::write(&path, "line: {").expect("written");
    assert!(matches!(asked(&story.folder, &asked_for).await, Err(Error::Findings { .. })));
}

#[tokio::test]
async fn what_cannot_be_asked_is_refused_plainly() {
    let story = story().await;
    let sweep = |line: &str, from: &str, to: &str, step: &str| BacktestRequest {
        sweep: Some(SweepRequest { line: line.into(), from: from.into(), to: to.into(), step: step.into() }),
        ..request()
    };
    let from = |from: &str| {
        let mut request = request();
        request.dates.from = day(from);
        request
    };
    for (asked_for, code) in [
        (sweep("line", "8", "15", "0"), "bad-sweep"),
        (sweep("line", "15", "8", "1"), "bad-sweep"),
        (sweep("line", "1", "1000", "1"), "bad-sweep"),
        (sweep("line", "8", "15", "0.5"), "bad-value"),
        (sweep("lien", "8", "15", "1"), "unknown-parameter"),
        (sweep("late", "8", "15", "1"), "line-unread"),
        (from("2026-01-06"), "before-first-snapshot"),
        (from("2026-06-06"), "bad-dates"),
        (BacktestRequest { models: vec!["L01".into(), "L99".into()], ..request() }, "unknown-model"),
        (BacktestRequest { level: Some("street".into()), ..request() }, "unknown-level"),
    ] {
        match asked(&story.folder, &asked_for).await {
            Err(Error::Refused { code: found, .. }) => assert_eq!(found, code),
            other => panic!("{code}: {other:?}"),
        }
    }
}
