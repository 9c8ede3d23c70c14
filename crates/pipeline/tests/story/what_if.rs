//! A line tried before it is moved: two teams come in, one goes out, and nothing in the folder moves.

use std::collections::BTreeMap;

use engine::{Group, Moves};
use pipeline::{ChangeRequest, Error, Inquiry, Visits, WhatIfRequest, job};
use types::{Day, Lang, Question};

use super::clues::Story;
use super::county::{caller, copy, language};

const A: &str = "990101197005030018";
const B: &str = "990101197005030026";
const C: &str = "990101197005030034";
const D: &str = "990101197005030042";
const E: &str = "990101197005030050";
const F: &str = "990101197005030069";

/// The line is 10, but 3 in 990102, which inherits it from a retired place.
const PLACES: &str = "code,name,parent_code,successor_code\n99,甲区,,\n9901,乙市,99,\n990101,丙部,9901,\n990101100,丁片,990101,\n\
    990101100201,戊块,990101100,\n990101100202,己块,990101100,\n990102,壬部,9901,\n990102100,癸片,990102,\n\
    990102100201,子块,990102100,\n990109,丑部,9901,990102\n";

/// T1 (A 8, B 9, C 2 points) and T3 (E 7, F 20 points) in two blocks of 990101; T2 (D 5 points) in 990102.
async fn story() -> Story {
    let story = Story::new().await;
    story.land("areas", "2026-02-03", "2026-01-31", PLACES).await;
    let roster = format!("member_no,team_no,block_code,grade\n{E},T3,990101100202,2\n{F},T3,990101100202,1\n");
    story.land("roster", "2026-02-03", "2026-01-31", &roster).await;
    story.until_april().await;
    story.notes("2026-04-05", "2026-03", &[(A, 8), (B, 9), (C, 2), (D, 5), (E, 7), (F, 20)], false).await;
    story
}

fn at(day: &str) -> Question {
    let day = Day::parse(day).expect(day);
    Question { as_of: day, known_by: day }
}

async fn inquiry(story: &Story) -> Inquiry {
    Inquiry::at(&story.folder, at("2026-04-06")).await.expect("inquiry")
}

fn request(lines: &[(&str, &str)], when: Option<&str>) -> WhatIfRequest {
    let lines = lines.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    WhatIfRequest {
        model: "L01".into(),
        change: ChangeRequest { lines, when: when.map(str::to_owned) },
        weeks: 4,
        threads: 2,
        ..WhatIfRequest::default()
    }
}

fn moves(stay: u64, enter: u64, leave: u64) -> Moves {
    Moves { stay, enter, leave }
}

fn by_code(rows: &[(&str, Moves)]) -> BTreeMap<String, Moves> {
    rows.iter().map(|(place, moves)| ((*place).to_owned(), *moves)).collect()
}

#[tokio::test]
async fn a_line_brings_two_teams_in_and_one_out() {
    let story = story().await;
    let inquiry = inquiry(&story).await;
    let asked = WhatIfRequest { by: Some("grade".into()), ..request(&[(":line", "7")], None) };
    let answer = inquiry.what_if(&asked).expect("an answer");
    assert_eq!((answer.before.hit, answer.before.clear, answer.after.hit, answer.after.clear), (2, 4, 4, 2));
    assert_eq!(answer.moves, moves(1, 3, 1));
    assert_eq!(
        (answer.enter.as_slice(), answer.leave.as_slice()),
        ([A, B, E].map(String::from).as_slice(), [D.to_owned()].as_slice())
    );
    // The widest level that has two places.
    let by_place = answer.by_place.expect("places");
    assert_eq!(by_place.level, "district");
    assert_eq!(by_place.places, by_code(&[("990101", moves(1, 3, 0)), ("990102", moves(0, 0, 1))]));
    let by_value = answer.by_value.expect("values");
    let value = |text: &str| Group::Value(text.to_owned());
    assert_eq!(by_value.values, [(value("1"), moves(1, 2, 1)), (value("2"), moves(0, 1, 0))]);
    // A and B are one team: one conversation.
    let places = [("990101100201", 1), ("990101100202", 1)].map(|(place, count)| (place.to_owned(), count)).into();
    let visits = Visits { kind: "team".into(), count: 2, unlinked: 0, weeks: 4, level: Some("block".into()), places };
    assert_eq!(answer.visits, Some(visits));
    let from: Vec<(String, String)> =
        answer.change.lines[0].from.iter().map(|(place, value)| (place.clone(), value.to_string())).collect();
    assert_eq!(from, [("9901".into(), "10".into()), ("990109".into(), "3".into())]);

    // Of one district: its own movers are counted and listed; of all, the first by place.
    let asked =
        WhatIfRequest { within: Some(vec!["990101".into()]), listed: Some(2), ..request(&[(":line", "7")], None) };
    let own = inquiry.what_if(&asked).expect("an answer");
    assert_eq!((own.moves, own.own), (moves(1, 3, 1), moves(1, 3, 0)));
    assert_eq!((own.enter, own.leave), (vec![A.to_owned(), B.to_owned()], Vec::new()));
    let asked = WhatIfRequest { listed: Some(1), ..request(&[(":line", "7")], None) };
    let first = inquiry.what_if(&asked).expect("an answer");
    assert_eq!((first.own, first.enter, first.leave), (moves(1, 3, 1), vec![A.to_owned()], vec![D.to_owned()]));

    // By a narrower level, by a value of the team that is not covered, and with nothing that moves.
    let asked = WhatIfRequest {
        level: Some("block".into()),
        by: Some("marked".into()),
        ..request(&[("line", "6")], Some("points_sum is not null and points_sum > :line and visits_n = 0"))
    };
    let answer = inquiry.what_if(&asked).expect("an answer");
    let blocks = [("990101100201", moves(0, 2, 0)), ("990101100202", moves(1, 1, 0)), ("990102100201", moves(0, 0, 1))];
    assert_eq!(answer.by_place.expect("places").places, by_code(&blocks));
    assert_eq!(answer.by_value.expect("values").values, [(Group::Unknown, moves(1, 3, 1))]);
    let answer =
        inquiry.what_if(&request(&[], Some("visits_n = 0 and points_sum is not null and points_sum >= :line")));
    let answer = answer.expect("the same, written otherwise");
    assert_eq!((answer.moves, answer.before, answer.visits.expect("visits").count), (moves(2, 0, 0), answer.after, 0));
    assert!(story.clues("L01").await.is_empty(), "nothing was raised");
}

#[tokio::test]
async fn what_is_tried_says_what_a_pack_would_say() {
    let story = story().await;
    // The change is answered as if the pack had been changed: line by line, and with the condition in the model's file.
    let tried = inquiry(&story).await.what_if(&request(&[("line", "7")], None)).expect("an answer");
    let folder = story.root.path().join("changed/language");
    copy(&language(), &folder);
    let path = folder.join("parameters.yaml");
    let text = std::fs::read_to_string(&path).expect("parameters");
    let text = text.replace("value: 10,", "value: 7,").replace("value: 3,", "value: 7,");
    std::fs::write(&path, text).expect("written");
    job::add_packs(&story.folder, &[folder.as_path()], &caller("2026-07-01")).await.expect("packs");
    let screened = story.screen("2026-04-06").await;
    let model = screened.models.iter().find(|model| model.model == "L01").expect("L01");
    assert_eq!((model.counts.hit, model.counts.clear), (tried.after.hit, tried.after.clear));
}

#[tokio::test]
async fn what_cannot_be_tried_is_refused_plainly() {
    let story = story().await;
    let folder = story.root.path().join("keyed/language");
    copy(&language(), &folder);
    let path = folder.join("parameters.yaml");
    let keyed = "rates: {title: {zh: 表, en: table}, type: integer, keys: {word: text}, values: [{place: '99', from: 2023-01-01, \
        basis: test, rows: [{word: 山, value: 1}]}]}\n";
    std::fs::write(&path, std::fs::read_to_string(&path).expect("parameters") + keyed).expect("written");
    job::add_packs(&story.folder, &[folder.as_path()], &caller("2026-07-01")).await.expect("packs");
    let inquiry = inquiry(&story).await;
    for (lines, code, says) in [
        ([("lien", "7")].as_slice(), "unknown-parameter", "did you mean `:line`?"),
        (&[("rates", "7")], "keyed-parameter", "`:rates` is a table"),
        (&[("line", "7.5")], "bad-value", "at most 0 decimals"),
        (&[("line", "many")], "bad-value", "`many` is no value of `:line` (`integer`)"),
        (&[("line", "1,000")], "bad-value", "without separators"),
        (&[("late", "7")], "line-unread", "it reads: `:line`"),
        (&[("line", "7"), (":line", "8")], "line-twice", "`:line` is given twice"),
    ] {
        match inquiry.what_if(&request(lines, None)) {
            Err(Error::Refused { code: found, text }) => {
                assert_eq!(found, code, "{lines:?}");
                assert!(text.en.contains(says), "{lines:?}: {}", text.en);
            }
            other => panic!("{lines:?}: {other:?}"),
        }
    }
    let line = [("line", "7")];
    for (asked, code) in [
        (WhatIfRequest { model: "L99".into(), ..request(&line, None) }, "unknown-model"),
        (WhatIfRequest { level: Some("street".into()), ..request(&line, None) }, "unknown-level"),
        (WhatIfRequest { by: Some("colour".into()), ..request(&line, None) }, "unknown-value"),
        (WhatIfRequest { by: Some("area.grade".into()), ..request(&line, None) }, "unknown-value"),
    ] {
        let refused = inquiry.what_if(&asked);
        assert!(matches!(&refused, Err(Error::Refused { code: found, .. }) if *found == code), "{code}: {refused:?}");
    }
    // A condition is checked as the pack's own are, with the column in the text.
    for (when, code, column) in [
        ("points_max >= 7", "JW0306", 1),
        ("visits_n = 0 and pionts_sum > 7", "JW0203", 18),
        ("visits_n = 0 and", "JW0301", 17),
        ("visits_n = 0 and  visits_n", "JW0303", 19),
        ("visits_n > :lien", "JW0205", 12),
    ] {
        let refused = inquiry.what_if(&request(&[], Some(when)));
        let Err(Error::Findings { findings, sources }) = refused else { panic!("{when}") };
        let found: Vec<_> = findings.iter().map(|finding| (finding.code, finding.line, finding.column)).collect();
        assert_eq!(found, [(code, 1, column)], "{when}\n{}", findings[0].render(&sources, Lang::En, false));
    }
}
