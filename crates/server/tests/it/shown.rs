//! What pages are shown: figures of the systems, cells of source rows, what waits for a place to have time, and the headers around it.

use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, Request};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::contract::Schemas;
use crate::county::County;

async fn headers(county: &County, path: &str) -> (u16, HeaderMap) {
    let request = Request::get(path).body(Body::empty()).expect("request");
    let response = county.router.clone().oneshot(request).await.expect("answer");
    (response.status().as_u16(), response.headers().clone())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_pages_are_shown() {
    let county = County::new().await;
    around_every_answer(&county).await;
    figures_within_the_places_of_the_asker(&county).await;
    rows_down_to_the_cell(&county).await;
    no_more_than_a_village_can_check(&county).await;
}

async fn around_every_answer(county: &County) {
    for (path, status, is_api) in [
        ("/", 200, false),
        ("/cases/W000001", 200, false),
        ("/api/health", 200, true),
        ("/api/cases", 401, true),
        ("/api/none", 404, true),
    ] {
        let (found, headers) = headers(county, path).await;
        let header =
            |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
        assert_eq!(found, status, "{path}");
        let policy = header("content-security-policy");
        assert!(policy.contains("default-src 'self'") && policy.contains("frame-ancestors 'none'"), "{path}: {policy}");
        assert!(!policy.contains("script-src") && !policy.contains("unsafe-eval"), "{path}: {policy}");
        assert_eq!(
            (header("x-content-type-options"), header("x-frame-options")),
            ("nosniff".into(), "DENY".into()),
            "{path}"
        );
        assert_eq!(header("cache-control") == "no-store", is_api, "{path}");
        assert!(!header("x-request-id").is_empty(), "{path}");
    }
    let (_, problem) = county.anyone().send("GET", "/api/cases", None, None).await;
    assert!(problem["request"].as_str().is_some_and(|id| id.contains('-')), "{problem}");
}

async fn figures_within_the_places_of_the_asker(county: &County) {
    let schemas = Schemas::read();
    let mut officer = county.sign_in("county").await;
    let mut home = officer.get("/api/home").await;
    assert_eq!(schemas.misfits("home", &home), Vec::<String>::new());
    // Trends follow as soon as they are there.
    for _ in 0..600 {
        if home["systems"].to_string().matches("\"on\":").count() > 20 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
        home = officer.get("/api/home").await;
    }
    let system = home["systems"].as_array().expect("systems").iter().find(|system| system["id"] == "anti-poverty");
    let system = system.expect("the pack with models");
    let indicators = system["indicators"].as_array().expect("indicators");
    let total = indicators.iter().find(|line| line["id"] == "monitored_total").expect("told of the county");
    assert_eq!(
        (total["place"]["code"].as_str(), total["state"].as_str()),
        (Some(county.county.as_str()), Some("no_target"))
    );
    assert_eq!(total["trend"].as_array().map(Vec::len), Some(7), "six months and today");
    let mut lists = 0;
    // A share is no number of lines.
    let is_count = |line: &&Value| !line["opens"].is_null() && line["unit"]["en"] != "%";
    for line in indicators.iter().filter(is_count) {
        let opens = line["opens"].as_str().expect("an address").replace("/indicators/", "/api/indicators/");
        let list = county.sign_in("county").await.get(&opens.replace('?', "/list?limit=200&")).await;
        assert_eq!(schemas.misfits("indicator_list", &list), Vec::<String>::new());
        assert_eq!(
            list["total"].to_string(),
            line["actual"].as_str().expect("a number"),
            "the number is the list: {line}"
        );
        lists += 1;
    }
    assert!(lists > 0, "{indicators:?}");
    // Three workflows of the pack have no steps: it does not say that it works.
    assert_eq!(system["state"], "partly");
    assert!(system["why"]["zh"].as_str().is_some_and(|why| why.contains("还没有步骤")), "{system}");
    let village = county.sign_in("village").await.get("/api/home").await;
    let seen: Vec<&Value> = village["systems"]
        .as_array()
        .expect("systems")
        .iter()
        .flat_map(|system| system["indicators"].as_array().expect("list"))
        .collect();
    assert!(
        seen.iter().all(|line| line["place"]["code"].as_str().is_some_and(|code| code.starts_with(&county.village))),
        "{seen:?}"
    );

    let model = county.sign_in("county").await.get("/api/models/W02").await;
    assert_eq!(schemas.misfits("get_model", &model), Vec::<String>::new());
    let reads = model["reads"].as_array().expect("reads");
    assert!(
        reads.iter().any(|read| read["feeds"]
            .as_array()
            .is_some_and(|feeds| feeds.iter().any(|feed| feed["id"] == "medical_claims"))),
        "{reads:?}"
    );
}

async fn rows_down_to_the_cell(county: &County) {
    let schemas = Schemas::read();
    let mut officer = county.sign_in("county").await;
    let clues = officer.get("/api/clues?limit=50").await;
    let mut cells = 0;
    let mut masked = 0;
    for line in clues["items"].as_array().expect("clues") {
        let id = line["id"].as_str().expect("id");
        let clue = officer.get(&format!("/api/clues/{id}")).await;
        assert_eq!(schemas.misfits("get_clue", &clue), Vec::<String>::new());
        let values = clue["explanation"]["values"].as_array().expect("values");
        for value in values.iter().filter(|value| value["rows"].as_u64().is_some_and(|rows| rows > 0)).take(2) {
            let name = value["name"].as_str().expect("name");
            let rows = officer.get(&format!("/api/clues/{id}/rows?value={name}")).await;
            assert_eq!(schemas.misfits("clue_rows", &rows), Vec::<String>::new());
            for row in rows["rows"].as_array().expect("rows") {
                for cell in row["cells"].as_array().expect("cells") {
                    cells += 1;
                    masked += u32::from(cell["masked"] == true);
                    let shown = cell["text"]["zh"].as_str().unwrap_or_default();
                    assert_eq!(cell["masked"] == true, shown.contains('*'), "{cell}");
                    // Nobody's number is read off a row.
                    let is_number = shown.len() == 18
                        && shown.starts_with("99")
                        && shown.bytes().all(|byte| byte.is_ascii_alphanumeric());
                    assert!(!is_number, "{cell}");
                }
            }
        }
    }
    assert!(cells > 50 && masked > 10, "{cells} cells, {masked} masked");
}

/// Five a week by the pack's parameter, the most urgent first; what was done this week counts, and the next week begins anew.
async fn no_more_than_a_village_can_check(county: &County) {
    const CASES: usize = 7;
    // A Monday: seven days after 5 January 1970, and so on.
    while types::Day::parse(&county.now()).is_some_and(|day| day.0.rem_euclid(7) != 4) {
        county.go_on(1);
    }
    let mut village = county.sign_in("village").await;
    let mut ids = Vec::new();
    for household in &county.households[..CASES] {
        let open = json!({"workflow": "home-verification", "source": "visit", "place": county.village, "fields": {
            "applicant": "甲某", "phone": "13900000000", "need": "x",
        }});
        let (status, case) = village.send("POST", "/api/cases", None, Some(open)).await;
        assert_eq!(status, 201, "{case}");
        let id = case["line"]["id"].as_str().expect("id").to_owned();
        village.act(&id, "accept", json!({"fields": {"household": household, "risk": "illness"}})).await;
        ids.push(id);
    }
    let waiting = |tasks: &Value| -> Vec<String> {
        let lines = tasks["items"].as_array().expect("items").iter();
        lines
            .filter(|line| !line["waiting"].is_null())
            .map(|line| line["case"].as_str().expect("case").to_owned())
            .collect()
    };
    let tasks = village.get("/api/tasks").await;
    assert_eq!(Schemas::read().misfits("tasks", &tasks), Vec::<String>::new());
    assert_eq!(waiting(&tasks), &ids[5..], "{tasks}");
    let why = tasks["items"][6]["waiting"]["zh"].as_str().expect("why").to_owned();
    assert!(why.contains("每周可办 5 件") && why.contains("第 7") && why.contains("期限不因此顺延"), "{why}");
    let today = county.now();
    let verification = json!({"fields": {
        "visited_on": today, "living_together": "4", "household_income": "21000.50", "rigid_spending": "18000", "findings": "x",
    }});
    village.act(&ids[0], "verify", verification).await;
    assert_eq!(waiting(&village.get("/api/tasks").await), &ids[5..], "one done this week, four left");
    county.go_on(7);
    let mut village = county.sign_in("village").await;
    assert_eq!(waiting(&village.get("/api/tasks").await), &ids[6..], "another week: five of six");
}
