//! The projection of clues.

use casework::{Change, ClueId, ClueState, End, Level, Verdict, give_verdict};
use sqlx::Row as _;
use store::{ClueFilter, Ranking, Store};

use crate::{FIRST, SECOND, create, database, day, event, raised, run, with_two_clues};

/// Every row of the table, as text.
async fn dump(folder: &std::path::Path) -> Vec<String> {
    let database = database(folder).await;
    let rows = sqlx::query(
        "select id || '|' || model || '|' || state || '|' || live || '|' || coalesce(quiet_from, '-') || '|' ||
            coalesce(place, '-') || '|' || payload || '|' || subject_key || '|' || episode from clue order by id",
    )
    .fetch_all(&database)
    .await
    .expect("dump");
    database.close().await;
    rows.iter().map(|row| row.get(0)).collect()
}

async fn ids(store: &Store, filter: &ClueFilter) -> Vec<u64> {
    let clues = store.clues(filter).await.expect("clues");
    let ids: Vec<u64> = clues.iter().map(|record| record.episode.clue.0).collect();
    if filter.limit.is_none() && filter.offset == 0 && filter.after.is_none() {
        assert_eq!(store.count_clues(filter).await.expect("count"), ids.len() as u64);
        // Counted for many subjects at once.
        let subjects: Vec<_> =
            clues.iter().filter_map(|clue| Some(clue.episode.said.as_ref()?.subject.clone())).collect();
        let each = |of| subjects.iter().filter(|subject| *subject == of).count() as u64;
        let counted = store.count_clues_of(filter, &subjects).await.expect("count");
        assert_eq!(counted, subjects.iter().map(each).collect::<Vec<_>>());
    }
    ids
}

#[tokio::test]
async fn the_projection_follows_the_events_and_can_be_made_again() {
    let temporary = tempfile::tempdir().expect("folder");
    let store = with_two_clues(temporary.path()).await;
    let second = run(2, "2026-06-02");
    let level = Level { severity: Some("low".into()), unsure: true };
    let events = [
        event(&second, 1, Change::Unconfirmed { since: day("2026-06-02") }, None),
        event(&second, 2, Change::LevelChanged { level: level.clone() }, None),
        event(&second, 2, Change::EpisodeEnded { reason: End::Outside }, None),
    ];
    store.record_run(&second, &events).await.expect("run");
    let third = run(3, "2026-06-03");
    let held =
        Change::HeldQuiet { until: day("2026-07-02"), points_to: ClueId(2), level: level.clone(), true_since: None };
    store.record_run(&third, &[event(&third, 3, held, Some(SECOND))]).await.expect("run");
    let first = store.clue(ClueId(1)).await.expect("query").expect("clue");
    assert_eq!((first.state, first.erased), (ClueState::Unconfirmed, false));
    assert_eq!(first.episode.said.as_ref().expect("said").subject.key, FIRST);
    let verdict = give_verdict(&first.episode, Verdict::Founded, day("2026-06-04"), "李").expect("verdict");
    let mut command = store.command().await.expect("turn");
    command.append_clue_events(&[verdict], None).await.expect("verdict");
    command.commit().await.expect("committed");
    let states: Vec<_> =
        store.clues(&ClueFilter::default()).await.expect("clues").iter().map(|clue| clue.state).collect();
    assert_eq!(states, [ClueState::Judged, ClueState::Ended, ClueState::Quiet]);

    // What is stored is what the events fold to.
    let mut log = Vec::new();
    for clue in 1..=3 {
        log.extend(store.clue_events(ClueId(clue)).await.expect("events"));
    }
    let folded = casework::fold(&log).expect("fits");
    for record in store.clues(&ClueFilter::default()).await.expect("clues") {
        assert_eq!(folded[&record.episode.clue], record.episode);
    }
    let before = dump(temporary.path()).await;
    assert_eq!(store.rebuild_clues().await.expect("rebuild"), 3);
    assert_eq!(dump(temporary.path()).await, before);
    assert_eq!(before.len(), 3);
}

#[tokio::test]
async fn a_run_gets_the_episodes_it_has_to_know() {
    let temporary = tempfile::tempdir().expect("folder");
    let store = with_two_clues(temporary.path()).await;
    let second = run(2, "2026-06-02");
    let events = [event(&second, 1, Change::EpisodeEnded { reason: End::Clear }, None)];
    store.record_run(&second, &events).await.expect("run");
    for (as_of, quiet, count) in [("2026-06-11", 10, 2), ("2026-06-12", 10, 1), ("2026-06-02", 0, 1)] {
        let episodes = store.episodes("W02", day(as_of), quiet).await.expect("episodes");
        assert_eq!(episodes.len(), count, "{as_of} quiet {quiet}");
        assert!(episodes.iter().all(|episode| episode.said.is_some()));
    }
    assert!(store.episodes("M01", day("2026-06-02"), 90).await.expect("episodes").is_empty());
    assert_eq!(store.models_with_live_episodes().await.expect("models"), ["W02"]);
    assert_eq!(store.next_clue().await.expect("next"), 3);
}

#[tokio::test]
async fn lists_are_filtered_and_paged() {
    let temporary = tempfile::tempdir().expect("folder");
    let store = create(temporary.path()).await;
    let first = run(1, "2026-06-01");
    let events: Vec<_> = (1..=7)
        .map(|clue| {
            let mut event = raised(&first, clue, if clue % 2 == 1 { FIRST } else { SECOND });
            if clue > 5 {
                event.model = "M01".into();
            }
            event
        })
        .collect();
    store.record_run(&first, &events).await.expect("run");
    let second = run(2, "2026-06-02");
    store
        .record_run(&second, &[event(&second, 3, Change::EpisodeEnded { reason: End::Clear }, None)])
        .await
        .expect("run");

    let all = ClueFilter::default();
    assert_eq!(ids(&store, &all).await, [1, 2, 3, 4, 5, 6, 7]);
    assert_eq!(ids(&store, &ClueFilter { model: Some("M01".into()), ..all.clone() }).await, [6, 7]);
    assert_eq!(ids(&store, &ClueFilter { state: Some(ClueState::Ended), ..all.clone() }).await, [3]);
    assert_eq!(ids(&store, &ClueFilter { place: Some("990102".into()), ..all.clone() }).await, [2, 4, 6]);
    assert_eq!(ids(&store, &ClueFilter { place: Some("99010".into()), ..all.clone() }).await.len(), 7);
    assert_eq!(ids(&store, &ClueFilter { place: Some("9902".into()), ..all.clone() }).await, [0; 0]);
    let open_at = ClueFilter { place: Some("990101100001".into()), state: Some(ClueState::Open), ..all.clone() };
    assert_eq!(ids(&store, &open_at).await, [1, 5, 7]);
    assert_eq!(ids(&store, &ClueFilter { limit: Some(2), offset: 3, ..all.clone() }).await, [4, 5]);
    assert_eq!(ids(&store, &ClueFilter { after: Some(ClueId(5)), limit: Some(5), ..all }).await, [6, 7]);
    assert_eq!(store.clue(ClueId(8)).await.expect("query"), None);
    assert_eq!(store.clues_of("person", SECOND).await.expect("clues").len(), 3);
}

#[tokio::test]
async fn clues_rank_by_level_then_by_rate_then_by_age() {
    let temporary = tempfile::tempdir().expect("folder");
    let store = create(temporary.path()).await;
    let level = |word: Option<&str>| Level { severity: word.map(str::to_owned), unsure: false };
    // Model, level; the runs are a day apart, so that the older stand in the first.
    let clues = [
        ("A", Some("low")),
        ("A", Some("high")),
        ("B", Some("high")),
        ("C", None),
        ("B", Some("high")),
        ("C", Some("high")),
    ];
    for (number, (model, word)) in (1_u32..).zip(clues) {
        // The second last is opened earlier than the one before it.
        let run = run(number, if number == 5 { "2026-06-05" } else { "2026-06-06" });
        let mut raised = raised(&run, u64::from(number), FIRST);
        raised.model = model.into();
        if let Change::ClueRaised { level: of, .. } = &mut raised.change {
            *of = level(word);
        }
        store.record_run(&run, &[raised]).await.expect("run");
    }
    let ranking = |rates: &[(&str, u32)]| {
        let rates = rates.iter().map(|(model, rate)| ((*model).to_owned(), *rate)).collect();
        Some(Ranking { levels: ["high", "medium", "low"].map(str::to_owned).to_vec(), rates, otherwise: 100 })
    };
    for (rates, order) in [
        // Nothing is known: level, then age.
        (&[][..], [5, 2, 3, 6, 1, 4]),
        // A model that is right more often comes first among equals, and never before a graver level.
        (&[("A", 300)], [2, 5, 3, 6, 1, 4]),
        // What is unknown stands where the others stand together.
        (&[("A", 50), ("B", 200)], [5, 3, 6, 2, 1, 4]),
    ] {
        let filter = ClueFilter { ranking: ranking(rates), ..ClueFilter::default() };
        assert_eq!(ids(&store, &filter).await, order, "{rates:?}");
        // Page by page the same.
        let (mut paged, mut after) = (Vec::new(), None);
        loop {
            let page = ids(&store, &ClueFilter { after, limit: Some(2), ..filter.clone() }).await;
            let Some(last) = page.last() else { break };
            after = Some(ClueId(*last));
            paged.extend(page);
        }
        assert_eq!(paged, order, "{rates:?}");
    }
}
