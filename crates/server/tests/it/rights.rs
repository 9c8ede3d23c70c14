//! Who sees what: every role, at its own place and at another, for every operation of the API. The areas a role opens are written
//! here once more, by hand: the packs' file and the server are held to it.

use std::collections::{BTreeMap, BTreeSet};

use pipeline::DataFolder;
use serde_json::{Value, json};
use server::rights::OPERATIONS;
use store::ClueFilter;

use crate::contract::Schemas;
use crate::county::County;

/// Everyone signed in may ask these.
const SIGNED_IN: &str = "signed in";
/// Anyone may.
const PUBLIC: &str = "public";

/// Operation, area, what is sent. `{case}`, `{clue}` and `{group}` stand for something at the village.
#[rustfmt::skip]
pub const TABLE: &[(&str, &str, &str, &str)] = &[
    ("health", PUBLIC, "GET /api/health", ""),
    ("openapi", PUBLIC, "GET /api/openapi.json", ""),
    ("login", PUBLIC, "POST /api/session", r#"{"name":"nobody","password":"x"}"#),
    ("me", SIGNED_IN, "GET /api/session", ""),
    ("set_language", SIGNED_IN, "PUT /api/session/language", r#"{"language":"zh"}"#),
    ("home", SIGNED_IN, "GET /api/home", ""),
    ("places", SIGNED_IN, "GET /api/places", ""),
    ("indicator_list", "subjects", "GET /api/indicators/monitored_total/list?place={county}", ""),
    ("tasks", "work", "GET /api/tasks", ""),
    ("list_clues", "clues", "GET /api/clues", ""),
    ("get_clue", "clues", "GET /api/clues/{clue}", ""),
    ("clue_rows", "clues", "GET /api/clues/{clue}/rows?value=nothing", ""),
    ("give_verdict", "clues", "POST /api/clues/{clue}/verdict", r#"{"verdict":"no such"}"#),
    ("snooze_clue", "clues", "POST /api/clues/{clue}/snooze", r#"{"until":"2000-01-01","reason":"x"}"#),
    ("open_case_of_clue", "cases", "POST /api/clues/{clue}/case", ""),
    ("list_cases", "cases", "GET /api/cases", ""),
    ("open_case", "cases", "POST /api/cases", r#"{"workflow":"none","source":"none","place":"990101"}"#),
    ("workflows", "cases", "GET /api/workflows", ""),
    ("get_case", "cases", "GET /api/cases/{case}", ""),
    ("act", "cases", "POST /api/cases/{case}/actions/none", "{}"),
    ("publication", "cases", "GET /api/cases/{case}/publication", ""),
    ("kinds", "subjects", "GET /api/kinds", ""),
    ("find_subjects", "subjects", "GET /api/subjects?kind=household", ""),
    ("get_subject", "subjects", "GET /api/subjects/household/{group}", ""),
    ("subject_access", "subjects", "GET /api/subjects/household/{group}/access", ""),
    ("reveal", "reveal", "POST /api/subjects/household/{group}/reveal", r#"{"purpose":"a test of rights","fields":["key"]}"#),
    ("access", "access", "GET /api/access", ""),
    ("list_models", "models", "GET /api/models", ""),
    ("get_model", "models", "GET /api/models/W02", ""),
    ("what_if", "models", "POST /api/models/W02/what-if", r#"{"set":{"w02_line":"9000"}}"#),
    ("near", "models", "GET /api/models/W02/near", ""),
    ("feeds", "data", "GET /api/feeds", ""),
    ("deliveries", "data", "GET /api/deliveries", ""),
    ("refused_rows", "data", "GET /api/refused-rows", ""),
    ("export", "export", "GET /api/exports/cases?format=csv", ""),
    ("report_form", PUBLIC, "GET /api/public/report-form", ""),
    ("report", PUBLIC, "POST /api/public/reports", r#"{"kind":"none","fields":{}}"#),
    ("report_status", PUBLIC, "POST /api/public/status", r#"{"receipt":"none"}"#),
    ("logout", SIGNED_IN, "DELETE /api/session", ""),
];

/// Person, areas.
pub const ROLES: &[(&str, &[&str])] = &[
    ("village", &["work", "clues", "cases", "subjects", "reveal"]),
    ("township", &["work", "clues", "cases", "subjects", "reveal", "models", "export"]),
    ("county", &["work", "clues", "cases", "subjects", "reveal", "models", "data", "export"]),
    ("arbitrator", &["work", "clues", "cases", "subjects", "reveal", "models"]),
    ("fund", &["work", "cases", "subjects"]),
    ("data", &["data", "models"]),
    ("auditor", &["work", "cases", "clues", "models", "access"]),
    ("elsewhere", &["work", "clues", "cases", "subjects", "reveal", "models", "export"]),
];

#[test]
fn every_operation_stands_in_the_table() {
    let table: BTreeSet<&str> = TABLE.iter().map(|row| row.0).collect();
    let served: BTreeSet<&str> = OPERATIONS.iter().map(|operation| operation.id).collect();
    assert_eq!(table, served, "a new route is written into TABLE with the area it needs");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_role_sees_its_own_and_nothing_else() {
    let schemas = Schemas::read();
    let county = County::new().await;
    let report = json!({"kind": "home-verification", "fields": {
        "applicant": "甲某", "phone": "13900000000", "need": "x", "place": county.village,
    }});
    assert_eq!(county.anyone().send("POST", "/api/public/reports", None, Some(report)).await.0, 201);
    let folder = DataFolder::open_read_only(&county.folder.path().join("data")).await.expect("folder");
    let clues = folder.store.clues(&ClueFilter::default()).await.expect("clues");
    let at_village = |place: &str| place.starts_with(&county.village);
    let place_of = |clue: &store::ClueRecord| clue.episode.said.as_ref().and_then(|said| said.place.clone());
    let clue = clues.iter().find(|clue| place_of(clue).is_some_and(|place| at_village(&place)));
    let reference = folder
        .store
        .subject_reference(&types::SubjectRef { kind: "household".into(), key: county.households[0].clone() });
    let filled = |path: &str| {
        let clue = clue.map_or_else(|| "C999999".to_owned(), |clue| clue.episode.clue.to_string());
        path.replace("{case}", "W000001")
            .replace("{clue}", &clue)
            .replace("{group}", &reference)
            .replace("{county}", &county.county)
    };

    for (id, area, request, body) in TABLE {
        let (method, path) = request.split_once(' ').expect("method and path");
        let body: Option<Value> = (!body.is_empty()).then(|| serde_json::from_str(body).expect(id));
        let (status, _) = county.anyone().send(method, &filled(path), None, body).await;
        let is_refused_login = *id == "login";
        assert_eq!(status == 401, *area != PUBLIC || is_refused_login, "{id} without a session: {status}");
        assert!(status < 500, "{id}: {status}");
    }
    for (person, areas) in ROLES {
        let mut client = county.sign_in(person).await;
        let is_elsewhere = *person == "elsewhere";
        for (id, area, request, body) in TABLE {
            let (method, path) = request.split_once(' ').expect("method and path");
            let names_one = path.contains("{case}") || path.contains("{clue}") || path.contains("{group}");
            let body: Option<Value> = (!body.is_empty()).then(|| serde_json::from_str(body).expect(id));
            let (status, answer) = client.send(method, &filled(path), Some("0"), body).await;
            let is_open = [PUBLIC, SIGNED_IN].contains(area) || areas.contains(area);
            assert!(status < 500, "{person} {id}: {status} {answer}");
            assert_eq!(status == 403, !is_open, "{person} {id}: {status} {answer}");
            if (200..300).contains(&status) && !["openapi", "export", "logout"].contains(id) {
                let misfits = schemas.misfits(id, &answer);
                assert!(misfits.is_empty(), "{person} {id}: {misfits:?}");
            }
            if is_open && names_one && is_elsewhere {
                assert_eq!(status, 404, "{person} {id}: what lies elsewhere is not there: {answer}");
            }
        }
    }

    // Counts are those of the places, found by another way: from the folder, without the server.
    let places = BTreeMap::from([
        ("village", &county.village),
        ("township", &county.township),
        ("county", &county.county),
        ("elsewhere", &county.elsewhere),
    ]);
    for (person, place) in places {
        let mut client = county.sign_in(person).await;
        let own = clues.iter().filter(|clue| place_of(clue).is_some_and(|at| at.starts_with(place.as_str()))).count();
        assert_eq!(client.get("/api/clues").await["total"], own, "{person}");
        let cases = usize::from(county.village.starts_with(place.as_str()));
        assert_eq!(client.get("/api/cases").await["total"], cases, "{person}");
        let found = client.get("/api/subjects?kind=household&limit=200").await;
        if person == "village" {
            assert!(found["total"].as_u64().expect("total") >= county.households.len() as u64, "{found}");
        }
        let shown = found["items"].as_array().expect("items");
        let within = |item: &Value| item["place"]["code"].as_str().is_some_and(|at| at.starts_with(place.as_str()));
        assert!(shown.iter().all(within), "{person}");
    }
    let mut auditor = county.sign_in("auditor").await;
    let log = auditor.get("/api/access").await;
    let looks = log["items"].as_array().expect("items");
    assert!(looks.iter().all(|look| look["subject"]["ref"] == reference.as_str()), "at whom: {log}");
    assert_eq!(log["total"], 4, "village, township, county and arbitrator looked at the key: {log}");
}
