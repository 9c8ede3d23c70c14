//! Unusual sizes, right answers: a subject with very many rows, a window of ten years, a feed without a row, a model of a thousand
//! conditions. What is expected is counted here, row by row.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use pipeline::job::{self, LandRequest, ScreenRequest};
use store::ClueFilter;
use types::{Day, Question};

use super::county::{caller, entropy};

/// Members of the list; the first has nearly all rows.
const MEMBERS: u32 = 200;
const CONDITIONS: u32 = 1_000;

const FILES: [(&str, &str); 5] = [
    (
        "pack.yaml",
        "id: extremes\nversion: 0.1.0\ntitle: {zh: 极端, en: Extremes}\nbuilds_on: []\ntest: {as_of: 2026-05-31, place: '99'}\n",
    ),
    ("registers/item.yaml", "title: {zh: 项, en: Item}\nkey: {name: item_no, type: text}\nmembers: [items]\n"),
    (
        "feeds/items.yaml",
        "title: {zh: 名册, en: Items}\nfiles: [items]\nmode: snapshot(all)\nvalid: data date\n\
         rhythm: {every: month, by: 10}\nunknown_after: 60d\nlinks: {item: item_no}\ncolumns:\n  item_no: {type: text}\n",
    ),
    (
        "feeds/events.yaml",
        "title: {zh: 事件, en: Events}\nfiles: [events]\nmode: append\nvalid: d\nrhythm: {every: day}\ngrace: 10d\n\
         unknown_after: 60d\nlinks: {item: item_no}\ncolumns:\n  item_no: {type: text}\n  d: date\n  points: integer\n",
    ),
    (
        "feeds/silence.yaml",
        "title: {zh: 无事, en: Silence}\nfiles: [silence]\nmode: append\nvalid: d\nrhythm: {every: day}\ngrace: 10d\n\
         unknown_after: 60d\nlinks: {item: item_no}\ncolumns:\n  item_no: {type: text}\n  d: date\n  points: integer\n",
    ),
];

/// (name, its formula over `events` or `silence`).
const FEATURES: [(&str, &str, &str, &str); 6] = [
    ("total", "events", "sum(points)", "ever"),
    ("decade", "events", "sum(points)", "120 months"),
    ("days_seen", "events", "count(distinct d)", "120 months"),
    ("last_points", "events", "last(points)", "ever"),
    ("nothing", "silence", "sum(points)", "ever"),
    ("no_most", "silence", "max(points)", "ever"),
];

/// Row `number` of all: (member, days before the last day, points).
fn row(number: u32) -> (u32, i32, i64) {
    let member = if number.is_multiple_of(20) { number / 20 % MEMBERS } else { 0 };
    (member, i32::try_from(number % 4_000).expect("small"), i64::from(number * 7 % 13))
}

/// The totals that the thousand conditions name: every second one around the usual.
fn named(rows: u32) -> impl Iterator<Item = i64> {
    let usual = i64::from(rows) * 6 / 4_000;
    let first = (usual - i64::from(CONDITIONS)).max(0) / 2 * 2;
    (0..i64::from(CONDITIONS)).map(move |number| first + 2 * number)
}

fn write_pack(folder: &Path, rows: u32, last: Day) {
    for (name, text) in FILES {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().expect("folder")).expect("folder");
        fs::write(path, text.replace("2026-05-31", &last.to_string())).expect("written");
    }
    let mut features = String::new();
    for (name, feed, value, window) in FEATURES {
        writeln!(
            features,
            "{name}:\n  title: {{zh: {name}, en: {name}}}\n  of: item\n  from: {feed}\n  value: {value}\n  window: {window}"
        )
        .expect("text");
    }
    fs::create_dir_all(folder.join("features")).expect("folder");
    fs::write(folder.join("features/features.yaml"), features).expect("written");
    let many: Vec<String> = named(rows).map(|total| format!("total = {total}")).collect();
    let models = [
        ("E01", many.join(" or ")),
        ("E02", "decade < total and nothing = 0 and no_most is null".to_owned()),
        ("E03", "days_seen > 3400 and last_points is not null and last_points > 3".to_owned()),
    ];
    fs::create_dir_all(folder.join("models")).expect("folder");
    for (id, when) in models {
        let model = format!(
            "id: {id}\ntitle: {{zh: {id}, en: {id}}}\nsubject: item\nwhen: \"{when}\"\nseverity: low\nbasis: test\n\
             explain: {{zh: {id}, en: {id}}}\n"
        );
        fs::write(folder.join(format!("models/{id}.yaml")), model).expect("written");
    }
}

/// Who each model is a hit for, counted row by row.
fn expected(rows: u32, last: Day) -> BTreeMap<&'static str, BTreeSet<String>> {
    let before_decade = Day::parse("2016-05-31").expect("day");
    let size = MEMBERS as usize;
    let (mut total, mut decade) = (vec![0_i64; size], vec![0_i64; size]);
    let mut days = vec![BTreeSet::new(); size];
    let mut newest: Vec<Option<(Day, u32, i64)>> = vec![None; size];
    for number in 0..rows {
        let (member, ago, points) = row(number);
        let (member, day) = (member as usize, last.plus_days(-ago));
        total[member] += points;
        if day > before_decade {
            decade[member] += points;
            days[member].insert(day);
        }
        let this = Some((day, number, points));
        newest[member] = newest[member].max(this);
    }
    let key = |member: usize| format!("I{member}");
    let who = |holds: &dyn Fn(usize) -> bool| (0..size).filter(|member| holds(*member)).map(key).collect();
    BTreeMap::from([
        ("E01", who(&|member| named(rows).any(|named| named == total[member]))),
        ("E02", who(&|member| decade[member] < total[member])),
        ("E03", who(&|member| days[member].len() > 3400 && newest[member].is_some_and(|(_, _, points)| points > 3))),
    ])
}

async fn are_answered(rows: u32) {
    let last = Day::parse("2026-05-31").expect("day");
    let root = tempfile::tempdir().expect("folder");
    let pack = root.path().join("extremes");
    write_pack(&pack, rows, last);
    let (folder, _) = job::init(&root.path().join("data"), entropy(), &[pack.as_path()], &caller("2026-06-01"))
        .await
        .unwrap_or_else(|error| panic!("{error}"));
    let programme = folder.programme().await.expect("programme");
    let items = (0..MEMBERS).fold("item_no\n".to_owned(), |text, member| text + &format!("I{member}\n"));
    let mut events = "item_no,d,points\n".to_owned();
    for number in 0..rows {
        let (member, ago, points) = row(number);
        writeln!(events, "I{member},{},{points}", last.plus_days(-ago)).expect("text");
    }
    // The feed without a row has a coverage all the same: its header came.
    for (feed, bytes) in [("items", items), ("events", events), ("silence", "item_no,d,points\n".to_owned())] {
        let request = LandRequest {
            file_name: format!("{feed}.csv"),
            bytes: bytes.into_bytes(),
            feed: Some(feed.into()),
            received: Some(last),
            data_date: Some(last),
            ..LandRequest::default()
        };
        let landing = job::land(&folder, &programme, request, &caller("2026-06-01")).await.expect(feed);
        assert_eq!(landing.delivery.refused, 0, "{feed}");
    }
    let request = ScreenRequest { question: Question { as_of: last, known_by: last }, threads: 2 };
    job::screen(&folder, &programme, request, &caller("2026-06-01"), &mut |_| {}).await.expect("screened");
    for (model, who) in expected(rows, last) {
        assert!(!who.is_empty(), "{model} should be a hit for somebody");
        let filter = ClueFilter { model: Some(model.into()), ..ClueFilter::default() };
        let clues = folder.store.clues(&filter).await.expect("clues");
        let said: BTreeSet<String> =
            clues.iter().filter_map(|clue| clue.episode.said.as_ref()).map(|said| said.subject.key.clone()).collect();
        assert_eq!(said, who, "{model}");
    }
}

#[tokio::test]
async fn unusual_sizes_are_answered() {
    are_answered(40_000).await;
}

#[tokio::test]
#[ignore = "a minute; run by `make soak`"]
async fn five_million_rows_of_one_subject_are_answered() {
    are_answered(5_300_000).await;
}
