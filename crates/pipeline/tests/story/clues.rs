//! What runs make of clues, on the pack that tests the language: moved lines, backfills, merged and split identities.

use std::path::Path;

use casework::{Change, End, Ended};
use pipeline::job::{self, LandRequest, LinkRequest, ScreenRequest};
use pipeline::{DataFolder, Error, Inquiry};
use store::{ClueFilter, ClueRecord};
use types::{Day, Question};

use super::county::{caller, copy, entropy, language};

const A: &str = "990101197005030018";
const B: &str = "990101197005030026";
const C: &str = "990101197005030034";
const D: &str = "990101197005030042";

const PLACES: &str = "code,name,parent_code,successor_code\n99,甲区,,\n9901,乙市,99,\n990101,丙部,9901,\n\
    990101100,丁片,990101,\n990101100201,戊块,990101100,\n990102,壬部,9901,\n990102100,癸片,990102,\n990102100201,子块,990102100,\n";

fn day(text: &str) -> Day {
    Day::parse(text).expect(text)
}

/// A data folder with the language's pack.
pub struct Story {
    /// Temporary; gone when dropped.
    pub root: tempfile::TempDir,
    /// The open data folder.
    pub folder: DataFolder,
}

impl Story {
    /// With places, and C, B, A, D in the roster (D in a place without a late line).
    pub async fn new() -> Self {
        let root = tempfile::tempdir().expect("temporary folder");
        let (folder, _) = job::init(&root.path().join("data"), entropy(), &[&language()], &caller("2026-07-01"))
            .await
            .expect("packs");
        let story = Self { root, folder };
        story.land("areas", "2026-01-05", "2025-12-31", PLACES).await;
        let roster: String = [
            (C, "T1", "990101100201"),
            (B, "T1", "990101100201"),
            (A, "T1", "990101100201"),
            (D, "T2", "990102100201"),
        ]
        .map(|(member, team, block)| format!("{member},{team},{block},1\n"))
        .concat();
        story
            .land("roster", "2026-02-02", "2026-01-31", &format!("member_no,team_no,block_code,grade\n{roster}"))
            .await;
        story
    }

    /// Takes in `rows` of `feed`; none is refused.
    pub async fn land(&self, feed: &str, received: &str, data_date: &str, rows: &str) {
        self.take_in(feed, received, data_date, rows, false).await;
    }

    async fn take_in(&self, feed: &str, received: &str, data_date: &str, rows: &str, backfill: bool) {
        let programme = self.folder.programme().await.expect("programme");
        let request = LandRequest {
            file_name: format!("{feed}-{data_date}-{received}.csv"),
            bytes: rows.as_bytes().to_vec(),
            feed: Some(feed.into()),
            received: Some(day(received)),
            data_date: Some(day(data_date)),
            backfill,
            confirm: true,
            ..LandRequest::default()
        };
        let landing = job::land(&self.folder, &programme, request, &caller("2026-07-01")).await.expect(feed);
        assert_eq!(landing.delivery.refused, 0, "{feed} {received}");
    }

    /// Notes of `month`, each (member, points).
    pub async fn notes(&self, received: &str, month: &str, points: &[(&str, i32)], backfill: bool) {
        let rows: String =
            points.iter().map(|(member, points)| format!("{member},{month}-02,山,990101100,{points},\n")).collect();
        let data_date = types::Month::parse(month).expect(month).last_day().to_string();
        let header = "member_no,noted_on,word,area_code,points,good\n";
        self.take_in("notes", received, &data_date, &format!("{header}{rows}"), backfill).await;
    }

    /// January to March: nobody was visited, nothing was noted until March.
    pub async fn until_april(&self) {
        for (month, received, data_date) in [
            (Some("2026-01"), "2026-02-05", "2026-01-31"),
            (Some("2026-02"), "2026-03-05", "2026-02-28"),
            (None, "2026-04-03", "2026-03-31"),
        ] {
            self.land("visits", received, data_date, "visit_no,member_no,visited_on,minutes\n").await;
            if let Some(month) = month {
                self.notes(received, month, &[], false).await;
            }
        }
    }

    /// Screens at A = K = `on`.
    pub async fn screen(&self, on: &str) -> job::Screened {
        let programme = self.folder.programme().await.expect("programme");
        let request = ScreenRequest { question: Question { as_of: day(on), known_by: day(on) }, threads: 2 };
        job::screen(&self.folder, &programme, request, &caller("2026-07-01"), &mut |_| {}).await.expect(on)
    }

    async fn link(&self, from: &str, to: Option<&str>, known_by: &str) {
        let request = LinkRequest {
            kind: "member".into(),
            from: from.into(),
            to: to.map(str::to_owned),
            known_by: day(known_by),
            why: "test".into(),
        };
        job::decide_link(&self.folder, &request, &caller("2026-07-01")).await.expect(from);
    }

    /// The clues of a model.
    pub async fn clues(&self, model: &str) -> Vec<ClueRecord> {
        let filter = ClueFilter { model: Some(model.into()), ..ClueFilter::default() };
        self.folder.store.clues(&filter).await.expect("clues")
    }

    /// Lets in another version of the pack, with `from` replaced by `to` in its parameters.
    async fn upgrade(&self, from: &str, to: &str) {
        self.rewrite("parameters.yaml", from, to).await;
    }

    /// Lets in another version of the pack, with `from` replaced by `to` in one of its files.
    async fn rewrite(&self, file: &str, from: &str, to: &str) {
        let folder = self.root.path().join("upgraded/language");
        copy(&language(), &folder);
        let path = folder.join(file);
        let text = std::fs::read_to_string(&path).expect(file);
        assert!(text.contains(from));
        std::fs::write(&path, text.replace(from, to)).expect("written");
        let paths: [&Path; 1] = [&folder];
        job::add_packs(&self.folder, &paths, &caller("2026-07-01")).await.expect("packs");
    }
}

fn subject(clue: &ClueRecord) -> &str {
    &clue.episode.said.as_ref().expect("said").subject.key
}

fn end(clue: &ClueRecord) -> Option<End> {
    clue.episode.ended.map(|Ended { reason, .. }| reason)
}

#[tokio::test]
async fn a_moved_line_ends_by_the_rule_and_a_new_fact_by_itself() {
    let story = Story::new().await;
    story.until_april().await;
    story.notes("2026-04-05", "2026-03", &[(A, 10), (B, 20), (C, 20), (A, 6), (A, 6)], false).await;
    let first = story.screen("2026-04-06").await;
    let missing: Vec<(&str, &str)> =
        first.missing_parameters.iter().map(|missing| (missing.parameter.as_str(), missing.place.as_str())).collect();
    let here = "990102100201";
    assert_eq!(
        missing,
        [("late", here), ("stage", here)],
        "a line that only a feature reads is named too, as is a table"
    );
    assert_eq!(story.clues("L01").await.len(), 3);
    // A has 22 points. The line moves above them; B, still above it, is visited; nothing changes for C.
    story.upgrade("value: 10,", "value: 23,").await;
    story.notes("2026-05-05", "2026-04", &[(B, 20), (C, 20)], false).await;
    let visit = format!("visit_no,member_no,visited_on,minutes\nV1,{B},2026-04-20,5\n");
    story.land("visits", "2026-05-05", "2026-04-30", &visit).await;
    story.screen("2026-05-06").await;
    let clues = story.clues("L01").await;
    let ends: Vec<_> = clues.iter().map(|clue| (subject(clue), end(clue))).collect();
    assert_eq!(ends, [(A, Some(End::RuleChanged)), (B, Some(End::Clear)), (C, None)]);
    // A line inside a feature moves: the model does not name it, its rule changes all the same.
    assert_eq!(story.clues("L02").await.iter().map(end).collect::<Vec<_>>(), [None, None, None]);
    story.upgrade("value: 5,", "value: 7,").await;
    story.screen("2026-05-07").await;
    let clues = story.clues("L02").await;
    let ends: Vec<_> = clues.iter().map(|clue| (subject(clue), end(clue))).collect();
    assert_eq!(ends, [(A, Some(End::RuleChanged)), (B, None), (C, None)]);
}

#[tokio::test]
async fn a_shadow_is_recorded_and_raises_nothing() {
    let story = Story::new().await;
    story.until_april().await;
    story.notes("2026-04-05", "2026-03", &[(A, 12), (B, 11)], false).await;
    let hits = |screened: &job::Screened, model: &str| {
        let counts = screened.models.iter().find(|count| count.model == model).expect(model).counts;
        (counts.hit, counts.shadow)
    };
    let first = story.screen("2026-05-02").await;
    // L05 is a shadow from the start: both hit it, nobody hears of it.
    assert_eq!(hits(&first, "L05"), (2, true));
    assert!(story.clues("L05").await.is_empty());
    assert_eq!(hits(&first, "L01"), (2, false));
    assert_eq!(story.clues("L01").await.iter().map(end).collect::<Vec<_>>(), [None, None]);
    let opens = async || {
        let inquiry = Inquiry::at(&story.folder, first.question).await.expect("inquiry");
        let explained = inquiry.explain("L01", &[A.into()], 1).expect("explained");
        explained[0].1.as_ref().expect("a subject").opens.is_some()
    };
    assert!(opens().await);
    // A model that becomes one takes back what it said, and says nothing more.
    story.rewrite("models/L01-points.yaml", "quiet: 30d", "quiet: 30d\nshadow: true").await;
    assert!(!opens().await);
    let second = story.screen("2026-05-03").await;
    assert_eq!(hits(&second, "L01"), (2, true));
    let ends = [Some(End::RuleChanged), Some(End::RuleChanged)];
    assert_eq!(story.clues("L01").await.iter().map(end).collect::<Vec<_>>(), ends);
    assert!(second.events.iter().all(|event| matches!(event.change, Change::EpisodeEnded { .. })));
    assert!(story.screen("2026-05-04").await.events.is_empty());
    let runs = story.folder.store.runs().await.expect("runs");
    assert_eq!(runs.iter().map(|run| run.counts["L01"].shadow).collect::<Vec<_>>(), [false, true, true]);
}

#[tokio::test]
async fn a_backfill_says_since_when_it_was_true() {
    let story = Story::new().await;
    story.until_april().await;
    story.land("marks", "2026-04-03", "2026-03-31", "team_no\nT1\n").await;
    story.notes("2026-04-05", "2026-03", &[(A, 9)], false).await;
    for on in ["2026-04-06", "2026-04-10"] {
        story.screen(on).await;
    }
    // For some days the team is not marked.
    story.land("marks", "2026-04-16", "2026-04-15", "team_no\nT2\n").await;
    story.screen("2026-04-20").await;
    story.land("marks", "2026-05-01", "2026-04-30", "team_no\nT1\n").await;
    story.notes("2026-04-08", "2026-03", &[(A, 5)], true).await;
    assert!(story.clues("L01").await.is_empty() && story.clues("L04").await.is_empty());
    story.screen("2026-05-06").await;
    let since = |clues: &[ClueRecord]| {
        clues.iter().map(|clue| (clue.episode.true_since, clue.episode.learned)).collect::<Vec<_>>()
    };
    let learned = day("2026-05-06");
    assert_eq!(since(&story.clues("L01").await), [(Some(day("2026-04-06")), learned)]);
    assert_eq!(since(&story.clues("L04").await), [(None, learned)], "it was not true all the time since");
}

#[tokio::test]
async fn a_split_gives_a_clue_to_who_owns_its_rows() {
    let story = Story::new().await;
    story.until_april().await;
    story.notes("2026-04-05", "2026-03", &[(A, 12)], false).await;
    story.link(A, Some(B), "2026-04-08").await;
    story.link(B, Some(C), "2026-04-10").await;
    story.screen("2026-04-11").await;
    let clues = story.clues("L01").await;
    assert_eq!(clues.iter().map(subject).collect::<Vec<_>>(), [C], "three numbers, one member");
    // Taken out at the far end of the chain.
    story.link(A, None, "2026-04-14").await;
    story.screen("2026-04-15").await;
    let clues = story.clues("L01").await;
    assert_eq!(clues.iter().map(|clue| (subject(clue), end(clue))).collect::<Vec<_>>(), [(A, None)]);
    // Merged the other way: two open clues become one, the older continues.
    story.notes("2026-05-05", "2026-04", &[(B, 30)], false).await;
    story.land("visits", "2026-05-05", "2026-04-30", "visit_no,member_no,visited_on,minutes\n").await;
    story.screen("2026-05-06").await;
    assert_eq!(story.clues("L01").await.iter().map(subject).collect::<Vec<_>>(), [A, C]);
    story.link(A, Some(C), "2026-05-07").await;
    story.screen("2026-05-08").await;
    let clues = story.clues("L01").await;
    assert!(!clues[0].episode.merged && clues[1].episode.merged);
    assert_eq!(clues[1].episode.points_to, Some(clues[0].episode.clue));
}

#[tokio::test]
async fn who_was_in_sight_of_no_list_is_not_asked_about() {
    let story = Story::new().await;
    story.until_april().await;
    story.notes("2026-04-05", "2026-03", &[(A, 12), (B, 1)], false).await;
    // A second list of members that comes later does not close the days before it.
    story.land("second_roster", "2026-04-05", "2026-03-31", &format!("member_no,team_no,grade\n{A},,2\n")).await;
    let at = |as_of: &str, known_by: &str| Question { as_of: day(as_of), known_by: day(known_by) };
    for (as_of, known_by) in [("2026-01-15", "2026-04-06"), ("2026-04-06", "2026-02-01")] {
        let code = match Inquiry::at(&story.folder, at(as_of, known_by)).await {
            Err(Error::Refused { code, .. }) => code,
            _ => "not refused",
        };
        assert_eq!(code, "before-first-snapshot", "{as_of} {known_by}");
    }
    assert!(Inquiry::at(&story.folder, at("2026-03-01", "2026-03-05")).await.is_ok());
    // Of a place the explanation keeps a digest, the rows are listed when asked for.
    let inquiry = Inquiry::at(&story.folder, at("2026-04-06", "2026-04-06")).await.expect("inquiry");
    let explained = inquiry.explain("L03", &["990101100".into()], 1).expect("explained");
    let explanation = explained[0].1.as_ref().expect("a subject");
    assert!(explanation.values.iter().all(|line| line.evidence.rows.is_empty()));
    assert_eq!(inquiry.evidence("L03", "990101100", 1).expect("evidence").len(), 2);
}
