//! A small invented county behind a server, people with roles, and clients that keep their cookie.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, Response, StatusCode};
use pipeline::job::{self, LandRequest, ScreenRequest};
use pipeline::{Caller, DataFolder, Keeper};
use serde_json::{Value, json};
use server::{App, Now, hash_password};
use store::{Entropy, NewPerson};
use tower::ServiceExt as _;
use types::{Day, Question};

pub const PASSWORD: &str = "a long enough password";

/// Bytes that look random and are the same in every run of the tests.
fn seeded() -> Box<dyn Entropy> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    Box::new(move |bytes: &mut [u8]| {
        for byte in bytes {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            *byte = state.to_be_bytes()[0];
        }
    })
}

/// The county.
pub struct County {
    pub router: Router,
    pub today: Arc<Mutex<Day>>,
    /// Rural households of one village, by key.
    pub households: Vec<String>,
    pub village: String,
    pub township: String,
    pub county: String,
    /// Of another township.
    pub elsewhere: String,
    pub folder: tempfile::TempDir,
    /// Who has which role where.
    pub grants: Vec<(String, String, String)>,
}

/// A browser.
pub struct Client {
    router: Router,
    cookie: Option<String>,
    csrf: String,
    keys: u32,
    name: String,
}

/// Whoever signs in again goes on with other keys.
static SESSIONS: AtomicU32 = AtomicU32::new(0);

impl County {
    /// Files invented, taken in, screened; people with roles at the village of some household and above it.
    pub async fn new() -> Self {
        let root = tempfile::tempdir().expect("temporary folder");
        let files = root.path().join("files");
        let settings = simulate::Settings { households: 600, months: 6, seed: 5, mess: 0.0, ..Default::default() };
        let summary = simulate::simulate(&settings, &files, &mut |_, _| {}).expect("simulated");
        let packs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs");
        let packs: Vec<PathBuf> = ["anti-poverty", "base"].iter().map(|pack| packs.join(pack)).collect();
        let paths: Vec<&Path> = packs.iter().map(PathBuf::as_path).collect();
        let today = summary.last_day;
        let caller = Caller { who: "tester".into(), today, now: format!("{today}T08:00:00+08:00") };
        let (folder, _) = job::init(&root.path().join("data"), seeded(), &paths, &caller).await.expect("init");
        land_all(&folder, &files.join("deliveries"), &caller).await;
        let programme = folder.programme().await.expect("programme");
        let question = Question { as_of: today, known_by: today };
        job::screen(&folder, &programme, ScreenRequest { question, threads: 2 }, &caller, &mut |_| {})
            .await
            .expect("screened");
        folder.store.set_setting("test_data", "yes").await.expect("marked");
        let folder = Arc::new(folder);
        let keeper = Keeper::start(Arc::clone(&folder), question, 2, Duration::MAX).await.expect("answers");
        let (households, village) = keeper
            .ask(|view| {
                let mut households = Vec::new();
                let mut village = String::new();
                for key in view.screen.keys("household")? {
                    let rural = view.screen.value("household", "rural", &key)?.and_then(|line| line.value);
                    let place = view.screen.place("household", &key)?.unwrap_or_default();
                    if rural.as_deref() == Some("true") && place.len() == 12 && (village.is_empty() || place == village)
                    {
                        village = place;
                        households.push(key);
                    }
                }
                Ok((households, village))
            })
            .expect("households");
        let (township, county) = (village[..9].to_owned(), village[..6].to_owned());
        let elsewhere = keeper
            .ask({
                let township = township.clone();
                move |view| Ok(view.screen.keys("township")?.into_iter().find(|code| *code != township))
            })
            .expect("townships")
            .expect("another township");
        let today = Arc::new(Mutex::new(today));
        let clock = Arc::clone(&today);
        let now = move || {
            let day = *clock.lock().unwrap_or_else(PoisonError::into_inner);
            Now { day, at: format!("{day}T09:00:00+08:00"), seconds: i64::from(day.0) * 86_400, micros: 0 }
        };
        let other_village = format!("{elsewhere}001");
        let grants = [
            ("village", "village_worker", &village),
            ("township", "township_officer", &township),
            ("county", "county_officer", &county),
            ("arbitrator", "county_arbitrator", &county),
            ("fund", "fund_officer", &county),
            ("data", "data_officer", &county),
            ("auditor", "auditor", &county),
            ("elsewhere", "township_officer", &elsewhere),
            // One person, two roles at places that do not hold one another.
            ("both", "village_worker", &other_village),
            ("both", "fund_officer", &county),
        ];
        let grants: Vec<(String, String, String)> =
            grants.into_iter().map(|(name, role, place)| (name.to_owned(), role.to_owned(), place.clone())).collect();
        for (name, ..) in &grants {
            let own = grants.iter().filter(|(other, ..)| other == name);
            let person = NewPerson {
                name: name.clone(),
                title: format!("{name} title"),
                password: hash_password(PASSWORD, &[3; 16]).expect("hash"),
                language: "zh".into(),
                grants: own.map(|(_, role, place)| (role.clone(), place.clone())).collect(),
                added_at: String::new(),
            };
            folder.store.put_person(&person).await.expect("person");
        }
        let app = Arc::new(App::open(folder, Box::new(now), 2, Duration::MAX).await.expect("app"));
        let router = server::router(&app);
        Self { router, today, households, village, township, county, elsewhere, folder: root, grants }
    }

    /// Households with their places, as the last register that was sent lists them.
    pub fn register(&self) -> BTreeMap<String, String> {
        let deliveries = self.folder.path().join("files/deliveries");
        let manifest = std::fs::read_to_string(deliveries.join("manifest.csv")).expect("manifest");
        let registers = manifest.lines().filter(|line| line.split(',').nth(1) == Some("police_register"));
        let name = registers.last().and_then(|line| line.split(',').next()).expect("a register");
        // Keys and codes are ASCII, whatever the encoding of the names between the commas.
        let rows = String::from_utf8_lossy(&std::fs::read(deliveries.join(name)).expect("a register")).into_owned();
        let cells = rows.lines().skip(1).map(|row| row.split(',').map(str::to_owned).collect::<Vec<_>>());
        cells.map(|cells| (cells[2].clone(), cells[3].clone())).collect()
    }

    /// Places of every level that people report from: the village, others of its township, others elsewhere.
    pub fn some_places(&self) -> Vec<String> {
        let villages: std::collections::BTreeSet<String> =
            self.register().into_values().map(|place| place[..12].to_owned()).collect();
        let mut places = vec![self.village.clone(), self.village.clone()];
        places.extend(villages.iter().filter(|place| place.starts_with(&self.township)).take(4).cloned());
        places.extend(villages.iter().filter(|place| place.starts_with(&self.elsewhere)).take(4).cloned());
        places.extend(villages.iter().rev().take(4).cloned());
        places
    }

    /// The clock is set to this day.
    pub fn go_to(&self, day: &str) {
        *self.today.lock().unwrap_or_else(PoisonError::into_inner) = Day::parse(day).expect(day);
    }

    /// Days from now on.
    pub fn go_on(&self, days: i32) {
        let mut today = self.today.lock().unwrap_or_else(PoisonError::into_inner);
        *today = today.plus_days(days);
    }

    pub fn now(&self) -> String {
        self.today.lock().unwrap_or_else(PoisonError::into_inner).to_string()
    }

    /// Someone not signed in.
    pub fn anyone(&self) -> Client {
        Client {
            router: self.router.clone(),
            cookie: None,
            csrf: String::new(),
            keys: SESSIONS.fetch_add(1_000, Ordering::Relaxed),
            name: "anyone".into(),
        }
    }

    /// Signs someone in.
    pub async fn sign_in(&self, name: &str) -> Client {
        let mut client = self.anyone();
        let request = Request::post("/api/session")
            .header("content-type", "application/json")
            .body(Body::from(json!({"name": name, "password": PASSWORD}).to_string()))
            .expect("request");
        let response = client.router.clone().oneshot(request).await.expect("answer");
        assert_eq!(response.status(), StatusCode::CREATED, "{name} signs in");
        let cookie = response.headers()["set-cookie"].to_str().expect("cookie");
        client.cookie = cookie.split(';').next().map(str::to_owned);
        let session = parsed(response).await;
        client.csrf = session["csrf"].as_str().expect("csrf").to_owned();
        client.name = name.to_owned();
        client
    }
}

impl Client {
    /// Sends a request as the browser app does; `version` becomes If-Match.
    pub async fn send(&mut self, method: &str, path: &str, version: Option<&str>, body: Option<Value>) -> (u16, Value) {
        self.keys += 1;
        let mut request = Request::builder().method(method).uri(path);
        if let Some(cookie) = &self.cookie {
            request = request.header("cookie", cookie);
        }
        if method != "GET" {
            request = request.header("x-csrf-token", &self.csrf);
            request = request.header("idempotency-key", format!("{}-key-{:06}", self.name, self.keys));
        }
        if let Some(version) = version {
            request = request.header("if-match", format!("\"{version}\""));
        }
        let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
        let response = self.router.clone().oneshot(request.body(body).expect("request")).await.expect("answer");
        (response.status().as_u16(), parsed(response).await)
    }

    /// Status, and the answer as it came.
    pub async fn text(&mut self, path: &str) -> (u16, String) {
        let mut request = Request::builder().uri(path);
        if let Some(cookie) = &self.cookie {
            request = request.header("cookie", cookie);
        }
        let response =
            self.router.clone().oneshot(request.body(Body::empty()).expect("request")).await.expect("answer");
        let status = response.status().as_u16();
        let bytes = to_bytes(response.into_body(), 1 << 24).await.expect("body");
        (status, String::from_utf8_lossy(&bytes).into_owned())
    }

    pub async fn get(&mut self, path: &str) -> Value {
        let (status, body) = self.send("GET", path, None, None).await;
        assert_eq!(status, 200, "{} GET {path}: {body}", self.name);
        body
    }

    /// Does an action on a case as it stands; the case after it.
    pub async fn act(&mut self, case: &str, action: &str, command: Value) -> Value {
        let (status, body) = self.try_act(case, action, command).await;
        assert_eq!(status, 200, "{} {action}: {body}", self.name);
        body
    }

    pub async fn try_act(&mut self, case: &str, action: &str, command: Value) -> (u16, Value) {
        let seen = self.get(&format!("/api/cases/{case}")).await;
        let version = seen["version"].as_str().expect("version").to_owned();
        let path = format!("/api/cases/{case}/actions/{action}");
        self.send("POST", &path, Some(&version), Some(command)).await
    }

    /// The request as it would be without what the session adds.
    pub fn forget_csrf(&mut self) {
        self.csrf.clear();
    }

    /// The next request carries the key of the last one again.
    pub fn repeat_key(&mut self) {
        self.keys -= 1;
    }
}

async fn parsed(response: Response<Body>) -> Value {
    let bytes = to_bytes(response.into_body(), 1 << 24).await.expect("body");
    serde_json::from_slice(&bytes).unwrap_or(Value::Null)
}

async fn land_all(folder: &DataFolder, deliveries: &Path, caller: &Caller) {
    let programme = folder.programme().await.expect("programme");
    let listed = simulate::manifest(deliveries).expect("manifest").into_iter();
    for listed in listed.filter(|listed| programme.feeds.contains_key(&listed.feed)) {
        let request = LandRequest {
            bytes: std::fs::read(deliveries.join(&listed.file)).expect("a file"),
            file_name: listed.file.clone(),
            feed: Some(listed.feed),
            received: listed.received,
            data_date: listed.data_date,
            scopes: listed.scopes,
            // Of a few families one is more than 5 %: somebody has asked the department.
            confirm: true,
            ..LandRequest::default()
        };
        let landed = job::land(folder, &programme, request, caller).await;
        landed.unwrap_or_else(|error| panic!("{}: {error}", listed.file));
    }
}
