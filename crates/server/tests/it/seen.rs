//! What everyone sees, line by line, held to a page of SQL over what was invented and sent: lists, counts, single pages and files.

use std::collections::{BTreeMap, BTreeSet};

use pipeline::DataFolder;
use rusqlite::Connection;
use serde_json::{Value, json};
use server::rights::OPERATIONS;
use store::ClueFilter;
use types::SubjectRef;

use crate::county::{Client, County};
use crate::rights::{ROLES, TABLE};

/// How what an operation shows is held to `seen.sql`. A new operation is written in here, or the test below fails.
#[rustfmt::skip]
const SHOWS: &[(&str, &str)] = &[
    ("list_clues", "lines"), ("get_clue", "lines"), ("list_cases", "lines"), ("get_case", "lines"), ("tasks", "lines"),
    ("find_subjects", "lines"), ("get_subject", "lines"), ("export", "lines"), ("home", "home_page"),
    // Parts of one clue, case or subject: not there where that is not there.
    ("clue_rows", "get_clue"), ("give_verdict", "get_clue"), ("snooze_clue", "get_clue"), ("open_case_of_clue", "get_clue"),
    ("act", "get_case"), ("publication", "get_case"), ("reveal", "get_subject"), ("subject_access", "get_subject"),
    // Subjects counted or listed within the places of the caller: a part of what the places hold.
    ("near", "within"), ("what_if", "within"), ("indicator_list", "within"), ("access", "within"), ("places", "within"),
    // Nothing of anybody.
    ("health", ""), ("openapi", ""), ("login", ""), ("me", ""), ("logout", ""), ("set_language", ""), ("workflows", ""), ("open_case", ""),
    ("kinds", ""), ("list_models", ""), ("get_model", ""), ("feeds", ""), ("deliveries", ""), ("refused_rows", ""), ("report_form", ""),
    ("report", ""), ("report_status", ""),
];

#[test]
fn of_every_operation_it_is_written_what_it_shows() {
    let written: BTreeSet<&str> = SHOWS.iter().map(|(id, _)| *id).collect();
    let served: BTreeSet<&str> = OPERATIONS.iter().map(|operation| operation.id).collect();
    assert_eq!(written, served);
}

/// What the SQL says somebody sees in an operation.
fn lines(truth: &Connection, person: &str, operation: &str) -> BTreeSet<String> {
    let mut select = truth.prepare("select line from line where person = ?1 and operation = ?2").expect("SQL");
    let rows = select.query_map((person, operation), |row| row.get(0)).expect("SQL");
    rows.map(|row| row.expect("a text")).collect()
}

/// All pages of a list, each line by what stands at `at`; the totals of all pages must be one number, that of the lines.
async fn all(client: &mut Client, path: &str, at: &str) -> BTreeSet<String> {
    let (mut found, mut after) = (BTreeSet::new(), String::new());
    loop {
        let glue = if path.contains('?') { '&' } else { '?' };
        let page = client.get(&format!("{path}{glue}limit=200{after}")).await;
        for item in page["items"].as_array().expect("items") {
            let line = item.pointer(at).and_then(Value::as_str).expect(at).to_owned();
            assert!(found.insert(line.clone()), "{path}: {line} is listed twice");
        }
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => {
                assert_eq!(page["total"], found.len(), "{path}: what is counted is what is listed");
                return found;
            }
        }
    }
}

/// Everything invented and sent, in SQL.
async fn truth(county: &County, reported: &[(String, String)]) -> Connection {
    let truth = Connection::open_in_memory().expect("SQLite");
    truth
        .execute_batch(
            "pragma case_sensitive_like = on;
             create table person (name); create table grant_ (person, role, place); create table may (role, area);
             create table operation (id, area); create table home (household, place);
             create table clue (id, place, state); create table work (id, place, turn);",
        )
        .expect("SQL");
    truth.execute_batch(include_str!("seen.sql")).expect("the specification");
    for (person, role, place) in &county.grants {
        truth
            .execute("insert into person select ?1 where not exists (select 1 from person where name = ?1)", [person])
            .expect("SQL");
        truth.execute("insert into grant_ values (?1, ?2, ?3)", [person, role, place]).expect("SQL");
    }
    for (person, areas) in ROLES {
        let role = county.grants.iter().find(|(name, ..)| name == person).map(|(_, role, _)| role).expect("a role");
        for area in *areas {
            truth
                .execute(
                    "insert into may select ?1, ?2 where not exists (select 1 from may where role = ?1 and area = ?2)",
                    [role.as_str(), *area],
                )
                .expect("SQL");
        }
    }
    for (operation, area, ..) in TABLE {
        truth.execute("insert into operation values (?1, ?2)", [operation, area]).expect("SQL");
    }
    for (household, place) in county.register() {
        truth.execute("insert into home values (?1, ?2)", [&household, &place]).expect("SQL");
    }
    // Clues are the engine's answers, which other tests hold to the truth; here it counts where their subjects are.
    let folder = DataFolder::open_read_only(&county.folder.path().join("data")).await.expect("folder");
    for clue in folder.store.clues(&ClueFilter::default()).await.expect("clues") {
        let place = clue.episode.said.as_ref().and_then(|said| said.place.clone());
        let state = clue.state.word().to_owned();
        truth
            .execute("insert into clue values (?1, ?2, ?3)", (clue.episode.clue.to_string(), place, state))
            .expect("SQL");
    }
    for (case, place) in reported {
        truth.execute("insert into work values (?1, ?2, 'village_worker')", [case, place]).expect("SQL");
    }
    truth
}

#[tokio::test(flavor = "multi_thread")]
async fn everyone_sees_the_lines_that_the_page_of_sql_says() {
    let county = County::new().await;
    let mut reported = Vec::new();
    for (number, place) in county.some_places().into_iter().enumerate() {
        let report = json!({"kind": "home-verification", "fields": {
            "applicant": "甲某", "phone": "13900000000", "need": "x", "place": place,
        }});
        assert_eq!(county.anyone().send("POST", "/api/public/reports", None, Some(report)).await.0, 201);
        reported.push((format!("W{:06}", number + 1), place));
    }
    let truth = truth(&county, &reported).await;
    let folder = DataFolder::open_read_only(&county.folder.path().join("data")).await.expect("folder");
    let reference =
        |key: &str| folder.store.subject_reference(&SubjectRef { kind: "household".into(), key: key.to_owned() });
    let keys: Vec<String> = county.register().into_keys().collect();
    let by_reference: BTreeMap<String, String> = keys.iter().map(|key| (reference(key), key.clone())).collect();
    let mut clues: Vec<String> = Vec::new();
    let mut seen_by_anyone = 0;
    {
        let mut select = truth.prepare("select id from clue order by id").expect("SQL");
        clues.extend(select.query_map([], |row| row.get(0)).expect("SQL").map(|row| row.expect("a text")));
    }
    let people: BTreeSet<&String> = county.grants.iter().map(|(person, ..)| person).collect();
    for person in people {
        let mut client = county.sign_in(person).await;
        let is_open = |operation: &str| -> bool {
            let sql = "select is_open from answered where person = ?1 and operation = ?2";
            truth.query_row(sql, (person, operation), |row| row.get(0)).expect("SQL")
        };
        for (operation, path, at) in [
            ("list_clues", "/api/clues", "/id"),
            ("list_clues", "/api/clues?order=rank", "/id"),
            ("list_cases", "/api/cases", "/id"),
            ("tasks", "/api/tasks", "/case"),
            ("find_subjects", "/api/subjects?kind=household", "/subject/ref"),
        ] {
            let wanted = lines(&truth, person, operation);
            if !is_open(operation) {
                assert_eq!(client.send("GET", path, None, None).await.0, 403, "{person} {operation}");
                assert!(wanted.is_empty(), "{person} {operation}: the page contradicts itself");
                continue;
            }
            let mut found = all(&mut client, path, at).await;
            if operation == "find_subjects" {
                found = found.iter().map(|reference| by_reference[reference].clone()).collect();
            }
            seen_by_anyone += found.len();
            assert_eq!(found, wanted, "{person} {operation}");
        }
        for list in ["clues", "cases"] {
            let wanted = lines(&truth, person, &format!("export {list}"));
            let (status, file) = client.text(&format!("/api/exports/{list}?format=csv")).await;
            if status != 200 {
                assert_eq!(status, 403, "{person} export {list}");
                assert!(wanted.is_empty(), "{person} export {list}: {wanted:?}");
                continue;
            }
            let first = |line: &str| line.split(',').next().unwrap_or_default().trim_matches('"').to_owned();
            let found: BTreeSet<String> = file.lines().skip(1).map(first).collect();
            assert_eq!(found, wanted, "{person} export {list}");
        }
        if is_open("home") {
            let sql = "select open_clues, open_cases, my_tasks from home_page where person = ?1";
            let wanted: (i64, i64, i64) =
                truth.query_row(sql, [person], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).expect("SQL");
            let mine = client.get("/api/home").await["mine"].clone();
            let number = |name: &str| mine[name].as_i64().expect(name);
            assert_eq!((number("open_clues"), number("open_cases"), number("my_tasks")), wanted, "{person} home");
        }
        // One by one: there, or not there.
        let cases: Vec<String> = reported.iter().map(|(case, _)| case.clone()).collect();
        let some_clues: Vec<String> = clues.iter().step_by((clues.len() / 12).max(1)).cloned().collect();
        let some_keys: Vec<String> = keys.iter().step_by((keys.len() / 20).max(1)).cloned().collect();
        for (operation, ids) in [("get_case", cases), ("get_clue", some_clues), ("get_subject", some_keys)] {
            let wanted = lines(&truth, person, operation);
            for id in ids {
                let path = match operation {
                    "get_case" => format!("/api/cases/{id}"),
                    "get_clue" => format!("/api/clues/{id}"),
                    _ => format!("/api/subjects/household/{}", reference(&id)),
                };
                let status = client.send("GET", &path, None, None).await.0;
                let expected = match (is_open(operation), wanted.contains(&id)) {
                    (false, _) => 403,
                    (true, true) => 200,
                    (true, false) => 404,
                };
                assert_eq!(status, expected, "{person} {operation} {id}");
            }
        }
    }
    assert!(seen_by_anyone > 500, "{seen_by_anyone} lines were seen: too few to tell anything");
}
