//! The thread over HTTP: a report from outside, through a case, to monitored, a plan and a paid measure.

use serde_json::{Value, json};

use crate::contract::Schemas;
use crate::county::County;

/// Reports as a resident does; the receipt.
async fn report(county: &County) -> String {
    let mut resident = county.anyone();
    let report = json!({"kind": "home-verification", "fields": {
        "applicant": "甲某", "phone": "13900000000", "need": "住院花费很大", "place": county.village,
    }});
    let (status, receipt) = resident.send("POST", "/api/public/reports", None, Some(report.clone())).await;
    assert_eq!(status, 201, "{receipt}");
    // Sent twice under one key: one case, the same receipt.
    resident.repeat_key();
    let (_, again) = resident.send("POST", "/api/public/reports", None, Some(report)).await;
    assert_eq!(receipt["receipt"], again["receipt"]);
    receipt["receipt"].as_str().expect("receipt").to_owned()
}

async fn stage(county: &County, receipt: &str) -> Value {
    let (status, body) =
        county.anyone().send("POST", "/api/public/status", None, Some(json!({"receipt": receipt}))).await;
    assert_eq!(status, 200, "{body}");
    body
}

#[tokio::test(flavor = "multi_thread")]
async fn from_a_report_to_monitored_and_a_paid_measure() {
    let county = County::new().await;
    let receipt = report(&county).await;
    assert_eq!(stage(&county, &receipt).await["stage"]["en"], "received");

    let mut village = county.sign_in("village").await;
    let tasks = village.get("/api/tasks").await;
    assert_eq!(tasks["total"], 1, "{tasks}");
    let case = tasks["items"][0]["case"].as_str().expect("case").to_owned();
    let seen = village.get(&format!("/api/cases/{case}")).await;
    assert_eq!(Schemas::read().misfits("get_case", &seen), Vec::<String>::new());
    let names: Vec<&str> =
        seen["actions"].as_array().expect("actions").iter().filter_map(|a| a["id"].as_str()).collect();
    assert_eq!(names, ["accept", "remark"]);
    assert!(!seen.to_string().contains("13900000000") && !seen.to_string().contains("甲某"), "masked: {seen}");

    // What nobody takes up in time is shown to who stands above, the day after it was due.
    let mut township = county.sign_in("township").await;
    assert_eq!(township.get("/api/tasks").await["total"], 0);
    let before = county.now();
    county.go_on(7);
    let mut township = county.sign_in("township").await;
    assert_eq!(township.get("/api/tasks?overdue=true").await["total"], 1);
    county.go_to(&before);
    let mut village = county.sign_in("village").await;

    // Someone of another township neither sees it nor counts it.
    let mut elsewhere = county.sign_in("elsewhere").await;
    assert_eq!(elsewhere.send("GET", &format!("/api/cases/{case}"), None, None).await.0, 404);
    assert_eq!(elsewhere.get("/api/cases").await["total"], 0);
    assert_eq!(village.get("/api/cases").await["total"], 1);

    let today = county.now();
    let unknown = json!({"fields": {"household": "no such household", "risk": "illness"}});
    assert_eq!(village.try_act(&case, "accept", unknown).await.1["code"], "subject-unknown");
    village.act(&case, "accept", json!({"fields": {"household": county.households[0], "risk": "illness"}})).await;
    let verification = json!({"fields": {
        "visited_on": today, "living_together": "4", "household_income": "21000.50", "rigid_spending": "18000",
        "findings": "两人住院",
    }});
    let future = json!({"fields": {
        "visited_on": "2099-01-01", "living_together": "4", "household_income": "1", "rigid_spending": "1", "findings": "x",
    }});
    assert_eq!(village.try_act(&case, "verify", future).await.1["code"], "guard-false");
    let (status, problem) = village.try_act(&case, "verify", json!({"fields": {"living_together": "many"}})).await;
    assert_eq!((status, problem["code"].as_str()), (422, Some("fields-unfit")));
    village.act(&case, "verify", verification).await;
    village.act(&case, "consent", json!({"fields": {"signed_by": "甲某", "signed_on": today}})).await;

    let mut township = county.sign_in("township").await;
    township.act(&case, "compare", json!({"fields": {"compared_on": today, "assets_explained": "true"}})).await;
    let few = json!({"fields": {"meeting_on": today, "present": "10", "in_favour": "5"}});
    assert_eq!(village.try_act(&case, "meet", few).await.1["code"], "guard-false");
    village.act(&case, "meet", json!({"fields": {"meeting_on": today, "present": "10", "in_favour": "9"}})).await;
    let published = json!({"fields": {"published_on": today, "outcome": "monitor", "household_members": "4"}});
    village.act(&case, "publish", published).await;
    let notice = village.get(&format!("/api/cases/{case}/publication")).await;
    assert_eq!(notice["fields"].as_array().map(Vec::len), Some(3));
    assert!(!notice.to_string().contains(&county.households[0]), "{notice}");

    assert_eq!(
        village.try_act(&case, "end_publicity", json!({"fields": {"objections": "0"}})).await.1["code"],
        "guard-false"
    );
    county.go_on(7);
    let mut village = county.sign_in("village").await;
    let mut township = county.sign_in("township").await;
    let mut officer = county.sign_in("county").await;
    village.act(&case, "end_publicity", json!({"fields": {"objections": "0"}})).await;
    let (_, problem) = township.try_act(&case, "township_return", json!({})).await;
    assert_eq!(problem["code"], "reason-missing");
    township.act(&case, "township_pass", json!({"fields": {"opinion": "同意"}})).await;

    // Two browsers on one case: the second is shown the conflict.
    let stale = officer.get(&format!("/api/cases/{case}")).await["version"].as_str().expect("version").to_owned();
    let today = county.now();
    let admit = json!({"fields": {"monitored_kind": "sudden", "told_on": today, "opinion": "同意纳入"}});
    officer.act(&case, "admit", admit.clone()).await;
    let path = format!("/api/cases/{case}/actions/admit");
    let (status, problem) = officer.send("POST", &path, Some(&stale), Some(admit)).await;
    assert_eq!((status, problem["code"].as_str()), (412, Some("version-old")), "{problem}");
    assert_eq!(stage(&county, &receipt).await["stage"]["en"], "monitored");

    let seen = village
        .act(
            &case,
            "plan",
            json!({"fields": {
                "goal": "稳定收入", "helper": "乙某", "review_on": today,
            }}),
        )
        .await;
    assert_eq!(seen["line"]["state"]["id"], "monitored");
    let measure = json!({"fields": {
        "measure": "medical_relief", "amount": "6000", "responsible": "医保局", "due_on": today,
    }});
    village.act(&case, "propose", measure.clone()).await;
    assert_eq!(village.try_act(&case, "propose", measure).await.1["code"], "duplicate-measure");
    let mut fund = county.sign_in("fund").await;
    fund.act(&case, "commit", json!({"item": "1", "fields": {"fund_no": "2026-17"}})).await;
    let paid = fund.act(&case, "pay", json!({"item": "1", "fields": {"paid_on": today, "payment_no": "F-1"}})).await;
    assert_eq!(paid["measures"][0]["state"], "paid");
    assert_eq!(paid["measures"][0]["amount"], "6000");
    assert_eq!(Schemas::read().misfits("act", &paid), Vec::<String>::new());
    // Not before half a year.
    let (_, problem) = village.try_act(&case, "propose_removal", json!({})).await;
    assert_eq!(problem["code"], "guard-false", "{problem}");
    // A second case of the same household is refused.
    let receipt = report(&county).await;
    assert_ne!(receipt, "");
    let second = village.get("/api/tasks").await["items"][0]["case"].as_str().expect("case").to_owned();
    let again = json!({"fields": {"household": county.households[0], "risk": "illness"}});
    assert_eq!(village.try_act(&second, "accept", again).await.1["code"], "open-already");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_session_or_its_token_nothing_is_done() {
    let county = County::new().await;
    assert_eq!(county.anyone().send("GET", "/api/cases", None, None).await.0, 401);
    let mut village = county.sign_in("village").await;
    village.forget_csrf();
    let (status, problem) = village.send("PUT", "/api/session/language", None, Some(json!({"language": "en"}))).await;
    assert_eq!((status, problem["code"].as_str()), (403, Some("csrf")));
    for _ in 0..8 {
        let wrong = json!({"name": "county", "password": "guess"});
        assert_eq!(county.anyone().send("POST", "/api/session", None, Some(wrong)).await.0, 401);
    }
    let right = json!({"name": "county", "password": crate::county::PASSWORD});
    assert_eq!(county.anyone().send("POST", "/api/session", None, Some(right)).await.0, 429);
}
