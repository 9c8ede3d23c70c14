//! Old clues give the same bytes again: after corrections, backfills and pack upgrades, with every derived file gone.

use std::collections::BTreeMap;
use std::path::PathBuf;

use pipeline::job::{self, LandRequest, Outcome};
use pipeline::{Error, Inquiry, Replayed};
use store::ClueRecord;
use types::Day;

use super::county::{County, caller, copy, packs};

/// Every clue with its replay; each run is read once.
async fn replays(county: &County) -> Vec<(ClueRecord, Result<Replayed, Error>)> {
    let mut inquiries: BTreeMap<u32, Inquiry> = BTreeMap::new();
    let mut replays = Vec::new();
    for clue in county.clues().await {
        let run = Inquiry::run_of(&county.folder, &clue).await.expect("run");
        if !inquiries.contains_key(&run.id) {
            inquiries.insert(run.id, Inquiry::at_run(&county.folder, &run).await.expect("pins"));
        }
        let replayed = inquiries[&run.id].replay(&clue, 1);
        replays.push((clue, replayed));
    }
    replays
}

async fn all_replay_equal(county: &County) -> usize {
    let replays = replays(county).await;
    for (clue, replayed) in &replays {
        let (id, model) = (clue.episode.clue, &clue.episode.model);
        let replayed = replayed.as_ref().unwrap_or_else(|error| panic!("{id} {model}: {error}"));
        assert!(replayed.is_equal, "{id} differs:\n{}", replayed.json);
    }
    replays.len()
}

async fn land(county: &County, file_name: &str, bytes: Vec<u8>, received: &str, backfill: bool) -> job::Landing {
    let programme = county.folder.programme().await.expect("programme");
    let request = LandRequest {
        file_name: file_name.into(),
        bytes,
        received: Day::parse(received),
        backfill,
        confirm: true,
        ..LandRequest::default()
    };
    job::land(&county.folder, &programme, request, &caller("2026-06-30")).await.expect(file_name)
}

#[tokio::test]
async fn every_clue_replays_to_the_same_bytes() {
    let county = County::new(300, 14, 11).await;
    county.screen(Day::parse("2026-05-20").expect("day"), 2).await;
    county.screen(county.last_day, 2).await;
    let first = all_replay_equal(&county).await;
    assert!(first > 3, "the county has {first} clues");

    // A correction of a whole year, a backfill, and one more event.
    let deliveries = county.folder.store.deliveries().await.expect("deliveries");
    let newest =
        |feed: &str| deliveries.iter().rev().find(|stored| stored.delivery.feed == feed).expect(feed).delivery.clone();
    let claims = newest("medical_claims");
    let original = county.folder.store.original(claims.hash).await.expect("original");
    let cut = original.len() * 2 / 3;
    let end = original[..cut].iter().rposition(|byte| *byte == b'\n').expect("a line") + 1;
    let corrected = land(&county, &claims.file_name, original[..end].to_vec(), "2026-06-20", false).await;
    assert_eq!(corrected.outcome, Outcome::Landed);
    let deaths = newest("deaths");
    let header = "身份证号,死亡日期,死亡年龄\n";
    let late = land(&county, "死亡登记2026-02.csv", format!("{header}\n").into_bytes(), "2026-03-20", true).await;
    assert_eq!(late.outcome, Outcome::Landed);
    assert!(late.delivery.received < deaths.received);
    let allowance = newest("old_age_allowance");
    let bytes = county.folder.store.original(allowance.hash).await.expect("original");
    let again = land(&county, &allowance.file_name, bytes, "2026-06-21", false).await;
    assert_eq!(again.outcome, Outcome::Unchanged, "the same file twice changes nothing");
    land(&county, "死亡登记2026-06.csv", header.as_bytes().to_vec(), "2026-06-25", false).await;

    // Another version of a pack: one line moved.
    let upgraded = county.root.path().join("upgraded");
    for pack in packs() {
        copy(&pack, &upgraded.join(pack.file_name().expect("name")));
    }
    let path = upgraded.join("anti-poverty/parameters.yaml");
    let text = std::fs::read_to_string(&path).expect("parameters");
    std::fs::write(&path, text.replace("20000", "21000")).expect("written");
    let folder: PathBuf = upgraded.join("anti-poverty");
    let added = job::add_packs(&county.folder, &[folder.as_path()], &caller("2026-06-26")).await.expect("upgrade");
    assert_eq!(added.iter().filter(|pack| pack.is_new).count(), 1);
    county.screen(Day::parse("2026-06-28").expect("day"), 2).await;

    // Every derived file gone.
    let tables = county.folder.store.folder().join("tables");
    for entry in std::fs::read_dir(&tables).expect("tables") {
        std::fs::remove_file(entry.expect("entry").path()).expect("removed");
    }
    assert!(all_replay_equal(&county).await >= first);

    // A destroyed delivery is named by the clues that stood on it, and by no others. Of the feeds with a row behind a clue, one that
    // the fewest clues read.
    let programme = county.folder.programme().await.expect("programme");
    let reads = |clue: &ClueRecord, feed: &str| {
        let model = &programme.models[&clue.episode.model];
        engine::rules_of(&programme, model).feeds.contains(feed)
    };
    let clues: Vec<ClueRecord> = replays(&county).await.into_iter().map(|(clue, _)| clue).collect();
    let mut behind = Vec::new();
    for (_, replayed) in replays(&county).await {
        let explanation = replayed.expect("replayed").explanation;
        for row in explanation.values.iter().flat_map(|line| &line.evidence.rows) {
            behind.push((clues.iter().filter(|clue| reads(clue, &row.feed)).count(), row.feed.clone(), row.delivery));
        }
    }
    let (readers, feed, gone) = behind.into_iter().min().expect("a row behind a clue");
    assert!(readers < clues.len(), "`{feed}` is read by every clue");
    job::destroy(&county.folder, &gone.to_string()[..16], "retention", &caller("2026-06-29")).await.expect("destroyed");
    let mut named = 0;
    for (clue, replayed) in replays(&county).await {
        match replayed {
            Err(Error::Destroyed { deliveries }) => {
                assert_eq!(deliveries[0].delivery.hash, gone);
                assert!(reads(&clue, &feed), "{}", clue.episode.model);
                named += 1;
            }
            Ok(replayed) => assert!(replayed.is_equal),
            Err(error) => panic!("{error}"),
        }
    }
    assert!(named > 0, "some clue stood on the destroyed delivery");
    let run = county.screen(Day::parse("2026-06-30").expect("day"), 1).await;
    assert!(!run.is_historic);
}

#[tokio::test]
async fn an_earlier_question_moves_nothing() {
    let county = County::new(100, 6, 3).await;
    county.screen(county.last_day, 1).await;
    let before = county.clues().await;
    let run = county.screen(county.last_day.plus_days(-20), 1).await;
    assert!(run.is_historic && run.events.is_empty());
    assert_eq!(county.clues().await, before);
    let again = county.screen(county.last_day, 1).await;
    assert!(again.events.is_empty(), "the same question again changes nothing: {:?}", again.events);
}
