//! Given these runs, when a run answers, then these events.

use types::{Answer, Day, Hash, OpensLine, Question, SubjectRef};

use super::*;

fn day(text: &str) -> Day {
    Day::parse(text).expect(text)
}

fn subject(key: &str) -> SubjectRef {
    SubjectRef { kind: "person".into(), key: key.into() }
}

fn answer(key: &str, observed: Observed) -> SubjectAnswer {
    SubjectAnswer {
        subject: subject(key),
        observed,
        place: Some("990101100".into()),
        opens: Some(OpensLine { workflow: "visit".into(), subject: None }),
        severity: Some("medium".into()),
        severity_unsure: false,
        true_since: None,
        explanation: Hash::of(key.as_bytes()),
        under_old_rule: None,
    }
}

const HIT: Observed = Observed::Answered(Answer::Hit);
const CLEAR: Observed = Observed::Answered(Answer::Clear);
const UNDETERMINED: Observed = Observed::Answered(Answer::Undetermined);
const OUTSIDE: Observed = Observed::Answered(Answer::Outside);

/// One model over many runs.
struct Folder {
    model: ModelRules,
    log: Vec<ClueEvent>,
    next_clue: u64,
    runs: u32,
    merged: Vec<(&'static str, &'static str)>,
    moved: Vec<(u64, &'static str)>,
}

impl Folder {
    fn with_quiet(quiet_days: i32) -> Self {
        let model = ModelRules { id: "W02".into(), quiet_days, is_clue: true, rule_changed: false };
        Self { model, log: Vec::new(), next_clue: 1, runs: 0, merged: Vec::new(), moved: Vec::new() }
    }

    fn episodes(&self) -> Vec<Episode> {
        fold(&self.log).expect("the events fit").into_values().collect()
    }

    fn clue(&self, number: u64) -> Episode {
        self.episodes().into_iter().find(|episode| episode.clue == ClueId(number)).expect("clue")
    }

    /// A run on `on`; its events in short form.
    fn run(&mut self, on: &str, answers: &[SubjectAnswer]) -> Vec<String> {
        self.runs += 1;
        let facts = RunFacts {
            run: self.runs,
            question: Question { as_of: day(on), known_by: day(on) },
            merged: self.merged.iter().map(|(from, to)| (subject(from), subject(to))).collect(),
            moved: self.moved.iter().map(|(clue, to)| (ClueId(*clue), subject(to))).collect(),
        };
        let events = decide(&self.model, &facts, answers, &self.episodes(), &mut self.next_clue);
        let short = events.iter().map(short).collect();
        self.log.extend(events);
        short
    }

    fn one(&mut self, on: &str, observed: Observed) -> Vec<String> {
        self.run(on, &[answer("甲", observed)])
    }

    fn judge(&mut self, number: u64, on: &str) -> Result<(), Refusal> {
        self.log.push(give_verdict(&self.clue(number), Verdict::Unfounded, day(on), "李")?);
        Ok(())
    }
}

fn short(event: &ClueEvent) -> String {
    let change = match &event.change {
        Change::ClueRaised { true_since: Some(since), .. } => format!("raised, true since {since}"),
        Change::ClueRaised { .. } => "raised".into(),
        Change::HeldQuiet { until, points_to, .. } => format!("quiet until {until}, see {points_to}"),
        Change::RaisedAfterQuiet { points_to, .. } => format!("raised after quiet, see {points_to}"),
        Change::LevelChanged { level } => {
            let unsure = if level.unsure { "?" } else { "" };
            format!("level {}{unsure}", level.severity.as_deref().unwrap_or("none"))
        }
        Change::Unconfirmed { since } => format!("unconfirmed since {since}"),
        Change::Confirmed => "confirmed".into(),
        Change::EpisodeEnded { reason } => format!("ended: {}", reason.word()),
        Change::PointedTo { to } => format!("see {to}"),
        Change::ContinuedBy { clue } => format!("continued by {clue}"),
        Change::SubjectChanged => "subject changed".into(),
        Change::VerdictGiven { .. } => "verdict".into(),
        Change::Snoozed { until, .. } => format!("snoozed until {until}"),
    };
    format!("{} {change}", event.clue)
}

#[test]
fn an_episode_opens_once_and_ends_by_clear_outside_or_leaving() {
    for (last, word) in [
        (CLEAR, "clear"),
        (OUTSIDE, "outside"),
        (Observed::LeftRegister, "left_register"),
        (Observed::ModelGone, "rule_changed"),
    ] {
        let mut folder = Folder::with_quiet(0);
        assert_eq!(folder.one("2026-01-01", HIT), ["C000001 raised"]);
        assert!(folder.one("2026-01-02", HIT).is_empty(), "nothing new");
        assert_eq!(folder.one("2026-01-03", last), [format!("C000001 ended: {word}")]);
        assert!(folder.one("2026-01-04", last).is_empty(), "it ends once");
        assert_eq!(folder.clue(1).counts_in_hit_rate(), last != Observed::ModelGone);
        assert_eq!(folder.one("2026-01-05", HIT), ["C000002 raised"], "quiet: 0d raises at once");
    }
}

#[test]
fn undetermined_never_ends_an_episode() {
    let mut folder = Folder::with_quiet(90);
    assert!(folder.one("2026-01-01", UNDETERMINED).is_empty(), "nor does it open one");
    folder.one("2026-01-02", HIT);
    assert_eq!(folder.one("2026-01-03", UNDETERMINED), ["C000001 unconfirmed since 2026-01-03"]);
    assert!(folder.one("2026-06-03", UNDETERMINED).is_empty());
    assert_eq!(folder.clue(1).state(), ClueState::Unconfirmed);
    assert!(folder.run("2026-06-04", &[]).is_empty(), "without an answer it is left alone");
    assert_eq!(folder.one("2026-06-05", HIT), ["C000001 confirmed"]);
    assert_eq!(folder.clue(1).state(), ClueState::Open);
    folder.one("2026-06-06", UNDETERMINED);
    assert_eq!(folder.one("2026-06-07", CLEAR), ["C000001 ended: clear"]);
}

#[test]
fn a_hit_inside_quiet_is_listed_and_raised_the_day_quiet_ends() {
    let mut folder = Folder::with_quiet(10);
    folder.one("2026-01-01", HIT);
    folder.one("2026-01-05", CLEAR);
    assert_eq!(folder.one("2026-01-06", HIT), ["C000002 quiet until 2026-01-15, see C000001"]);
    assert_eq!(folder.clue(2).state(), ClueState::Quiet);
    assert!(!folder.clue(2).counts_in_hit_rate());
    assert!(folder.one("2026-01-14", HIT).is_empty(), "the last quiet day");
    assert_eq!(folder.one("2026-01-15", HIT), ["C000002 raised after quiet, see C000001"]);
    let raised = folder.clue(2);
    assert_eq!(
        (raised.state(), raised.opened, raised.raised),
        (ClueState::Open, day("2026-01-06"), Some(day("2026-01-15")))
    );
    assert_eq!((raised.said_run, raised.points_to), (Some(5), Some(ClueId(1))));
}

#[test]
fn quiet_hits_that_go_do_not_lengthen_quiet_and_unknown_ones_are_not_raised() {
    let mut folder = Folder::with_quiet(10);
    folder.one("2026-01-01", HIT);
    folder.one("2026-01-05", CLEAR);
    folder.one("2026-01-06", HIT);
    assert_eq!(folder.one("2026-01-07", CLEAR), ["C000002 ended: clear"]);
    assert_eq!(folder.one("2026-01-08", HIT), ["C000003 quiet until 2026-01-15, see C000001"]);
    assert_eq!(folder.one("2026-01-15", UNDETERMINED), ["C000003 unconfirmed since 2026-01-15"]);
    assert_eq!(folder.one("2026-01-16", HIT), ["C000003 confirmed", "C000003 raised after quiet, see C000001"]);
    folder.one("2026-01-20", CLEAR);
    assert_eq!(folder.one("2026-01-30", HIT), ["C000004 raised"], "quiet is over on its tenth day");
}

#[test]
fn a_verdict_ends_the_clue_not_the_episode() {
    let mut folder = Folder::with_quiet(10);
    folder.one("2026-01-01", HIT);
    folder.judge(1, "2026-01-03").expect("verdict");
    assert_eq!(folder.clue(1).state(), ClueState::Judged);
    assert!(folder.clue(1).is_live());
    assert_eq!(folder.judge(1, "2026-01-04"), Err(Refusal::AlreadyJudged));
    assert!(folder.one("2026-01-12", HIT).is_empty(), "quiet counts from the verdict");
    assert_eq!(
        folder.one("2026-01-13", HIT),
        ["C000001 continued by C000002", "C000002 raised after quiet, see C000001"]
    );
    assert!(!folder.clue(1).is_live());
    assert!(folder.one("2026-01-14", HIT).is_empty());

    // The episode ends after the verdict: quiet counts from the end. The verdict comes after the end: from the verdict.
    folder.judge(2, "2026-01-15").expect("verdict");
    folder.one("2026-01-20", CLEAR);
    assert_eq!(folder.one("2026-01-29", HIT), ["C000003 quiet until 2026-01-30, see C000002"]);
    assert_eq!(folder.judge(3, "2026-01-29"), Err(Refusal::NotRaised));
    folder.one("2026-01-30", HIT);
    folder.one("2026-02-01", CLEAR);
    folder.judge(3, "2026-02-05").expect("a verdict on an ended episode");
    assert_eq!(folder.one("2026-02-14", HIT), ["C000004 quiet until 2026-02-15, see C000003"]);
}

#[test]
fn the_level_of_an_open_clue_moves_and_is_kept_over_an_uncovered_feature() {
    let mut folder = Folder::with_quiet(0);
    let with = |severity: &str, unsure| {
        let mut answer = answer("甲", HIT);
        (answer.severity, answer.severity_unsure) = (Some(severity.into()), unsure);
        [answer]
    };
    folder.run("2026-01-01", &with("medium", false));
    assert_eq!(folder.run("2026-01-02", &with("high", false)), ["C000001 level high"]);
    assert_eq!(folder.run("2026-01-03", &with("medium", true)), ["C000001 level high?"]);
    assert!(folder.run("2026-01-04", &with("low", true)).is_empty());
    assert_eq!(folder.run("2026-01-05", &with("high", false)), ["C000001 level high"]);
    assert_eq!(folder.clue(1).level, Level { severity: Some("high".into()), unsure: false });
}

#[test]
fn what_ends_under_a_changed_rule_ends_by_it_unless_the_old_rule_agrees() {
    for (under_old_rule, word) in
        [(None, "rule_changed"), (Some(Answer::Hit), "rule_changed"), (Some(Answer::Clear), "clear")]
    {
        let mut folder = Folder::with_quiet(0);
        folder.one("2026-01-01", HIT);
        folder.model.rule_changed = true;
        let last = SubjectAnswer { under_old_rule, ..answer("甲", CLEAR) };
        assert_eq!(folder.run("2026-01-02", &[last]), [format!("C000001 ended: {word}")]);
        assert_eq!(folder.clue(1).counts_in_hit_rate(), word == "clear");
    }
    let mut folder = Folder::with_quiet(0);
    folder.one("2026-01-01", HIT);
    folder.model.rule_changed = true;
    assert_eq!(folder.one("2026-01-02", Observed::LeftRegister), ["C000001 ended: left_register"]);
}

#[test]
fn on_a_merge_the_older_open_clue_continues_and_on_a_split_a_clue_follows_its_evidence() {
    let mut folder = Folder::with_quiet(0);
    folder.run("2026-01-01", &[answer("乙", HIT)]);
    folder.run("2026-01-02", &[answer("乙", HIT), answer("甲", HIT)]);
    folder.merged = vec![("乙", "甲")];
    assert_eq!(folder.one("2026-01-03", HIT), ["C000002 see C000001"], "the older one is that of the merged key");
    assert_eq!((folder.clue(2).state(), folder.clue(2).points_to), (ClueState::Merged, Some(ClueId(1))));
    assert!(folder.one("2026-01-04", HIT).is_empty());
    assert_eq!(folder.judge(2, "2026-01-04"), Err(Refusal::Merged));

    folder.merged.clear();
    folder.moved = vec![(1, "甲")];
    let split = [answer("甲", HIT), answer("乙", CLEAR)];
    assert_eq!(folder.run("2026-01-05", &split), ["C000001 subject changed"]);
    folder.moved.clear();
    assert_eq!(folder.clue(1).said.expect("said").subject, subject("甲"));
    assert!(folder.run("2026-01-06", &split).is_empty());
}

#[test]
fn a_backfill_opens_an_episode_with_two_dates_and_erased_or_data_quality_ones_do_nothing() {
    let mut folder = Folder::with_quiet(90);
    let late = SubjectAnswer { true_since: Some(day("2025-11-01")), ..answer("甲", HIT) };
    assert_eq!(folder.run("2026-01-01", &[late]), ["C000001 raised, true since 2025-11-01"]);
    assert_eq!(folder.clue(1).learned, day("2026-01-01"));
    folder.log[0].said = None;
    assert_eq!(folder.one("2026-01-02", HIT), ["C000002 raised"], "nobody knows whom an erased clue was about");
    folder.model.is_clue = false;
    assert!(folder.run("2026-01-03", &[answer("丙", HIT)]).is_empty());
}

#[test]
fn events_that_do_not_fit_are_refused_and_json_names_nobody() {
    let mut folder = Folder::with_quiet(0);
    folder.one("2026-01-01", HIT);
    folder.one("2026-01-02", CLEAR);
    let json = types::canonical_json(&folder.log).expect("json");
    assert!(!json.contains('甲') && !json.contains("990101100"), "{json}");
    let read: Vec<ClueEvent> = serde_json::from_str(&json).expect("events");
    assert_eq!(read[0].change, folder.log[0].change);

    let (first, end) = (folder.log[0].clone(), folder.log[1].clone());
    for (events, why) in [
        (vec![end.clone()], "it has no beginning"),
        (vec![first.clone(), first.clone()], "it begins twice"),
        (vec![first.clone(), end.clone(), end], "it has ended"),
        (
            vec![first.clone(), ClueEvent { model: "M01".into(), change: Change::Confirmed, ..first }],
            "it belongs to another model",
        ),
    ] {
        assert_eq!(fold(&events).expect_err(why).why, why);
    }
}

#[test]
fn clue_ids_are_read_and_written() {
    assert_eq!(ClueId(7).to_string(), "C000007");
    assert_eq!(ClueId(1_234_567).to_string(), "C1234567");
    for (text, id) in [
        ("C000007", Some(7)),
        ("c7", Some(7)),
        ("C1234567", Some(1_234_567)),
        ("C0", None),
        ("7", None),
        ("C", None),
        ("C+7", None),
    ] {
        assert_eq!(ClueId::parse(text), id.map(ClueId), "{text}");
    }
}

/// Over random histories: any order of answers gives the same events, the log written and read again folds to the
/// same state, a subject never has two live episodes, ids are dense and in order of subject within a run.
#[test]
fn random_histories_keep_the_invariants() {
    let seen = [HIT, HIT, HIT, CLEAR, UNDETERMINED, OUTSIDE, Observed::LeftRegister];
    for seed in 1..=60_u64 {
        let mut state = seed;
        let mut random = |below: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(state >> 33).expect("31 bits") % below
        };
        let mut folder = Folder::with_quiet(15);
        let mut backwards = Folder::with_quiet(15);
        let mut now = day("2026-01-01");
        for _ in 0..40 {
            now = now.plus_days(i32::try_from(random(6)).expect("small"));
            let keys = ["丁", "丙", "乙", "甲"];
            let mut answers: Vec<_> = keys.map(|key| answer(key, seen[random(seen.len())])).into();
            if random(8) == 0 {
                let judged = folder
                    .episodes()
                    .into_iter()
                    .find(|episode| give_verdict(episode, Verdict::Founded, now, "李").is_ok());
                if let Some(episode) = judged {
                    folder.judge(episode.clue.0, &now.to_string()).expect("verdict");
                    backwards.judge(episode.clue.0, &now.to_string()).expect("verdict");
                }
            }
            let before = folder.next_clue;
            let events = folder.run(&now.to_string(), &answers);
            answers.reverse();
            assert_eq!(events, backwards.run(&now.to_string(), &answers), "seed {seed}");

            let episodes = folder.episodes();
            for key in keys {
                let live = episodes.iter().filter(|episode| {
                    episode.is_live() && episode.said.as_ref().is_some_and(|said| said.subject.key == key)
                });
                assert!(live.count() <= 1, "seed {seed}, {key}");
            }
            let new: Vec<_> = episodes.iter().filter(|episode| episode.clue.0 >= before).collect();
            assert_eq!(u64::try_from(new.len()).expect("few"), folder.next_clue - before);
            assert!(new.windows(2).all(|pair| pair[0].said.as_ref().map(|said| &said.subject)
                < pair[1].said.as_ref().map(|said| &said.subject)));
        }
        assert_eq!(folder.log, backwards.log);
        let replayed: Vec<ClueEvent> = folder.log.iter().map(written_and_read).collect();
        assert_eq!(fold(&replayed).expect("fits"), fold(&folder.log).expect("fits"));
    }
}

/// As the store does: JSON of the event, what it says beside it.
fn written_and_read(event: &ClueEvent) -> ClueEvent {
    let json = types::canonical_json(event).expect("json");
    let said = event.said.as_ref().map(|said| types::canonical_json(said).expect("json"));
    let mut read: ClueEvent = serde_json::from_str(&json).expect("event");
    read.said = said.map(|said| serde_json::from_str(&said).expect("said"));
    read
}
