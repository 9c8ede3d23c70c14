//! Linked rows are kept as they were linked, and made again where what is kept does not fit.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use engine::Source as _;
use pipeline::{DataFolder, job};
use types::{Day, NO_NUMBER, Question};

use super::clues::Story;
use super::county::{caller, copy, language};

const VISITS: [(&str, &str); 3] = [
    ("2026-02-05", "1,990101197005030026,2026-01-20,30\n2,990101197005030069,2026-01-05,15\n"),
    ("2026-03-05", "3,990101197005030034,2026-02-20,30\n4,990101197005030026,2026-02-07,\n"),
    ("2026-04-03", "5,990101197005030042,2026-03-20,45\n"),
];

const NOTES: &str = "member_no,noted_on,word,area_code,points,good\n990101197005030034,2026-01-20,山,990101100,3,\n\
    990101197005030018,2026-01-02,水,990101100,4,\n990101197005030018,2026-01-02,水,99010110,4,\n";

const NOTES_OUT_OF_ORDER: &str = "member_no,noted_on,word,area_code,points,good\n\
    990101197005030034,2026-02-20,山,990101100,3,\n990101197005030018,2026-02-02,水,990101100,4,\n\
    990101197005030026,2026-02-11,山,990101100,5,\n";

async fn visits(story: &Story, which: usize) {
    let (received, rows) = VISITS[which];
    let data_date = Day::parse(received).expect(received).month().first_day().plus_days(-1).to_string();
    story.land("visits", received, &data_date, &format!("visit_no,member_no,visited_on,minutes\n{rows}")).await;
}

/// What the tables of `folder` hold, without any number: (delivery, link) -> keys; and the rows.
async fn view(folder: &DataFolder) -> BTreeMap<String, String> {
    let programme = folder.programme().await.expect("programme");
    let question = Question { as_of: Day::MAX, known_by: Day::MAX };
    let deliveries = folder.visible(Day::MAX, u32::MAX).await.expect("deliveries");
    let tables = folder.tables(&programme, &deliveries, question, u32::MAX).await.expect("tables");
    let mut view = BTreeMap::new();
    for feed in programme.feeds.keys() {
        for linked in tables.deliveries(feed).expect("deliveries") {
            let name = format!("{} {feed}", linked.delivery.sequence);
            view.insert(name.clone(), format!("{:?} {:?}", linked.table, linked.refused));
            for (link, numbers) in linked.links.iter().chain(&linked.refused_links) {
                let kind = link.split(':').next().expect("a name");
                let register = programme.register_of(kind).expect(kind);
                let identities = tables.identities_of(&register.name);
                let key = |number: &u32| (*number != NO_NUMBER).then(|| identities.key(*number).to_owned());
                let keys: Vec<_> = numbers.iter().map(key).collect();
                view.entry(format!("{name} {link}")).or_default().push_str(&format!("{keys:?}"));
            }
        }
    }
    view
}

fn files(story: &Story) -> Vec<PathBuf> {
    let folder = fs::read_dir(story.folder.store.folder().join("tables")).expect("tables");
    let mut files: Vec<PathBuf> = folder.map(|entry| entry.expect("entry").path()).collect();
    files.sort();
    files
}

async fn reader(story: &Story) -> DataFolder {
    DataFolder::open_read_only(story.folder.store.folder()).await.expect("reader")
}

async fn keys_stored(folder: &DataFolder, register: &str) -> usize {
    folder.store.identities().await.expect("identities").get(register).map_or(0, types::Identities::len)
}

#[tokio::test]
async fn what_is_kept_is_what_was_linked() {
    let story = Story::new().await;
    visits(&story, 0).await;
    let programme = story.folder.programme().await.expect("programme");
    let request = job::LandRequest {
        file_name: "notes.csv".into(),
        bytes: NOTES.into(),
        feed: Some("notes".into()),
        received: Day::parse("2026-02-06"),
        ..job::LandRequest::default()
    };
    let landing = job::land(&story.folder, &programme, request, &caller("2026-07-01")).await.expect("notes");
    assert_eq!((landing.delivery.rows, landing.delivery.refused), (2, 1));
    let kept = view(&story.folder).await;
    let whole = files(&story);
    assert_eq!(whole.len(), 4);

    // Gone, cut off, or another kind of file: a reader makes them again for itself, a writer for everyone.
    fs::remove_file(&whole[0]).expect("removed");
    let bytes = fs::read(&whole[1]).expect("file");
    fs::remove_file(&whole[1]).expect("removed");
    fs::write(&whole[1], &bytes[..bytes.len() - 1]).expect("cut off");
    fs::remove_file(&whole[2]).expect("removed");
    fs::write(&whole[2], "not a table").expect("written");
    assert_eq!(view(&reader(&story).await).await, kept);
    assert!(!whole[0].exists(), "a reader writes nothing");
    assert_eq!(view(&story.folder).await, kept);
    // Now the files are enough: no original is needed.
    let originals = story.folder.store.folder().join("originals");
    fs::rename(&originals, story.root.path().join("away")).expect("moved");
    assert_eq!(view(&reader(&story).await).await, kept);
}

#[tokio::test]
async fn rows_put_into_files_on_their_way_are_kept_alike() {
    let held = Story::new().await;
    let mut spooled = Story::new().await;
    spooled.folder = spooled.folder.with_piece(1);
    for story in [&held, &spooled] {
        visits(story, 0).await;
        visits(story, 1).await;
        story.land("notes", "2026-03-06", "2026-02-28", NOTES_OUT_OF_ORDER).await;
    }
    let bytes = |story: &Story| files(story).iter().map(|path| fs::read(path).expect("file")).collect::<Vec<_>>();
    assert_eq!(bytes(&spooled), bytes(&held));
    assert_eq!(view(&spooled.folder).await, view(&held.folder).await);
    assert!(files(&spooled).iter().all(|path| path.extension().is_some_and(|ending| ending == "arrow")));
    // Made again by a writer, too.
    for story in [&held, &spooled] {
        files(story).iter().for_each(|path| fs::remove_file(path).expect("removed"));
        view(&story.folder).await;
    }
    assert_eq!(bytes(&spooled), bytes(&held));
}

#[tokio::test]
async fn numbers_of_another_state_of_the_folder_are_not_taken_over() {
    let (story, other) = (Story::new().await, Story::new().await);
    for which in [0, 1] {
        visits(&story, which).await;
    }
    // The same bytes, of which the other folder has learned of other subjects first.
    other.land("marks", "2026-02-03", "2026-01-31", "team_no\nT9\nT0\n").await;
    other
        .land("leavers", "2026-02-03", "2026-01-31", "member_no,left_on,reason\n990101197005030050,2026-01-03,甲类\n")
        .await;
    for which in [0, 1] {
        visits(&other, which).await;
    }
    let expected = view(&story.folder).await;
    let shared: Vec<PathBuf> = files(&other)
        .into_iter()
        .filter(|path| files(&story).iter().any(|own| own.file_name() == path.file_name()))
        .collect();
    assert!(shared.len() >= 4, "deliveries with the same bytes");
    let mut taken = 0;
    for path in shared {
        let own = story.folder.store.folder().join("tables").join(path.file_name().expect("name"));
        taken += usize::from(fs::read(&own).expect("own") != fs::read(&path).expect("other"));
        fs::remove_file(&own).expect("removed");
        fs::copy(&path, &own).expect("copied");
    }
    assert!(taken >= 2, "{taken} of them were numbered otherwise");
    assert_eq!(view(&reader(&story).await).await, expected);
    assert_eq!(view(&story.folder).await, expected);
}

#[tokio::test]
async fn a_pack_that_links_more_numbers_old_rows_when_a_writer_reads_them() {
    let story = Story::new().await;
    visits(&story, 0).await;
    visits(&story, 1).await;
    let before = view(&story.folder).await;
    let old_files = files(&story);
    let upgraded = story.root.path().join("language");
    copy(&language(), &upgraded);
    let register = "title: {zh: 一人一日, en: One day of one member}\nfrom: visits\nkey: [visited_on, member_no]\n";
    fs::write(upgraded.join("registers/outing.yaml"), register).expect("written");
    job::add_packs(&story.folder, &[upgraded.as_path()], &caller("2026-07-01")).await.expect("upgrade");

    let reader_sees = view(&reader(&story).await).await;
    assert!(reader_sees.len() > before.len() && before.iter().all(|(name, rows)| reader_sees.get(name) == Some(rows)));
    assert_eq!(keys_stored(&story.folder, "outing").await, 0, "a reader's numbers are not stored");
    assert_eq!(files(&story), old_files);

    // Taking the next file in, a reader's view between, and the old rows through a writer: one numbering.
    visits(&story, 2).await;
    assert_eq!(keys_stored(&story.folder, "outing").await, 1);
    assert_eq!(view(&reader(&story).await).await.len(), view(&story.folder).await.len());
    assert_eq!(keys_stored(&story.folder, "outing").await, 5, "those of the older deliveries, too");
    let last = view(&story.folder).await;
    assert!(reader_sees.iter().all(|(name, rows)| last.get(name) == Some(rows)));
    visits_again_links_on(&story).await;

    // The old pack's files still serve.
    assert!(old_files.iter().all(|path| path.exists()));
    for path in files(&story) {
        fs::remove_file(path).expect("removed");
    }
    let again = view(&reader(&story).await).await;
    assert!(last.iter().all(|(name, rows)| again.get(name) == Some(rows)));
}

/// The writer's own memory of the subjects known was overtaken by what it stored meanwhile.
async fn visits_again_links_on(story: &Story) {
    let known = keys_stored(&story.folder, "outing").await;
    let rows = "visit_no,member_no,visited_on,minutes\n6,990101197005030042,2026-04-20,45\n";
    story.land("visits", "2026-05-04", "2026-04-30", rows).await;
    assert_eq!(keys_stored(&story.folder, "outing").await, known + 1);
}
