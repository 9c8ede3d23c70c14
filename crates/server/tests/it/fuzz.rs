//! Requests made from the document: every operation, every role, values that fit their schemas, nearly fit, or do not. Whatever is sent,
//! the server answers with what the document promises, or refuses with a code; it has no fault.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::contract::Schemas;
use crate::county::{Client, County};

/// Requests per operation and role in `make test`; `make soak` sends a hundred times as many.
const REQUESTS: u32 = 2;

/// Texts that have broken servers.
const HOSTILE: &[&str] = &[
    "",
    " ",
    "'",
    "\"",
    "%",
    "\u{0}",
    "../../x",
    "null",
    "-1",
    "0",
    "999999999999999999999",
    "1e400",
    "W000001",
    "C000001",
    "W18446744073709551616",
    "2026-02-30",
    "9999-12-31",
    "0000-00-00",
    "\u{10FFFF}",
    "甲乙丙",
    "é",
    "a b&c=d#e?f/g",
    "{}",
    "[]",
    "true",
    "99",
    "990101",
    "NaN",
    "±5",
    "🏠",
    "1; drop table work",
    "=1+1",
    "99010119900101001X",
    "-9223372036854775808",
];

/// Chance that is the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % sides
    }

    fn pick<'v, T>(&mut self, of: &'v [T]) -> &'v T {
        &of[self.roll(of.len())]
    }
}

/// Makes requests, with words that answers used under the same names.
struct Maker {
    document: Value,
    dice: Dice,
    /// Name -> texts that answers had under it.
    seen: BTreeMap<String, Vec<String>>,
}

/// How many texts are kept under one name.
const KEPT: usize = 40;

impl Maker {
    fn new(seed: u64) -> Self {
        Self { document: serde_json::from_str(server::OPENAPI).expect("JSON"), dice: Dice(seed), seen: BTreeMap::new() }
    }

    /// Remembers the texts of an answer under their names.
    fn learn(&mut self, name: &str, answer: &Value) {
        match answer {
            Value::Object(object) => object.iter().for_each(|(name, inner)| self.learn(name, inner)),
            Value::Array(items) => items.iter().take(8).for_each(|inner| self.learn(name, inner)),
            Value::String(text) => {
                let known = self.seen.entry(name.to_owned()).or_default();
                if !known.contains(text) {
                    if known.len() == KEPT {
                        known.remove(0);
                    }
                    known.push(text.clone());
                }
            }
            _ => {}
        }
    }

    /// A text for `name`: as answers had it there, or anywhere, or hostile.
    fn text(&mut self, name: &str) -> String {
        let own: Vec<String> = match name {
            "id" | "case" | "after" | "q" => {
                ["id", "case", "key", "ref"].iter().flat_map(|name| self.known(name)).collect()
            }
            "place" | "parent" => self.known("code"),
            "action" => self.known("id"),
            name => self.known(name),
        };
        match self.dice.roll(6) {
            0..=3 if !own.is_empty() => self.dice.pick(&own).clone(),
            4 => {
                let all: Vec<String> = self.seen.values().flatten().cloned().collect();
                if all.is_empty() { "x".to_owned() } else { self.dice.pick(&all).clone() }
            }
            5 if self.dice.roll(4) == 0 => "长".repeat(20_000),
            _ => (*self.dice.pick(HOSTILE)).to_owned(),
        }
    }

    fn known(&self, name: &str) -> Vec<String> {
        self.seen.get(name).cloned().unwrap_or_default()
    }

    /// A value for `schema`, mostly one that fits.
    fn value(&mut self, schema: &Value, name: &str, depth: u32) -> Value {
        if let Some(reference) = schema["$ref"].as_str() {
            let of = reference.rsplit('/').next().expect("a name");
            let schema = self.document["components"]["schemas"][of].clone();
            return self.value(&schema, name, depth);
        }
        if self.dice.roll(12) == 0 || depth > 6 {
            return self.misfit(name);
        }
        if let Some(words) = schema["enum"].as_array() {
            return self.dice.pick(words).clone();
        }
        for several in ["anyOf", "oneOf"] {
            if let Some(parts) = schema[several].as_array() {
                let part = self.dice.pick(parts).clone();
                return self.value(&part, name, depth + 1);
            }
        }
        let ty = match &schema["type"] {
            Value::Array(types) => self.dice.pick(types).clone(),
            ty => ty.clone(),
        };
        match ty.as_str() {
            Some("object") => self.object(schema, depth),
            Some("array") => {
                let length = self.dice.roll(4);
                (0..length).map(|_| self.value(&schema["items"], name, depth + 1)).collect()
            }
            Some("boolean") => (self.dice.roll(2) == 0).into(),
            Some("integer" | "number") => self
                .dice
                .pick(&[json!(0), json!(1), json!(-1), json!(7), json!(200), json!(1_u64 << 62), json!(0.5)])
                .clone(),
            Some("null") => Value::Null,
            _ => self.text(name).into(),
        }
    }

    fn object(&mut self, schema: &Value, depth: u32) -> Value {
        let mut object = Map::new();
        for (name, inner) in schema["properties"].as_object().into_iter().flatten() {
            let is_required =
                schema["required"].as_array().is_some_and(|required| required.contains(&name.as_str().into()));
            if self.dice.roll(10) > 0 && (is_required || self.dice.roll(2) == 0) {
                object.insert(name.clone(), self.value(inner, name, depth + 1));
            }
        }
        if schema["additionalProperties"].is_object() {
            for _ in 0..self.dice.roll(4) {
                let names = self.known("name");
                let name = if names.is_empty() { self.text("name") } else { self.dice.pick(&names).clone() };
                let value = self.value(&schema["additionalProperties"].clone(), &name, depth + 1);
                object.insert(name, value);
            }
        }
        Value::Object(object)
    }

    fn misfit(&mut self, name: &str) -> Value {
        let text = self.text(name);
        self.dice
            .pick(&[
                Value::Null,
                json!(true),
                json!(-7),
                json!([]),
                json!({}),
                json!([null]),
                json!({"x": {}}),
                text.into(),
            ])
            .clone()
    }

    /// Path with its query, and a body where one is asked for.
    fn request(&mut self, path: &str, operation: &Value) -> (String, Option<Value>) {
        let mut address = path.to_owned();
        let mut query = Vec::new();
        for parameter in operation["parameters"].as_array().cloned().unwrap_or_default() {
            let name = parameter["name"].as_str().expect("a name").to_owned();
            match parameter["in"].as_str() {
                Some("path") => {
                    let text = self.text(&name);
                    address =
                        address.replace(&format!("{{{name}}}"), &encoded(if text.is_empty() { "x" } else { &text }));
                }
                Some("query") if self.dice.roll(3) > 0 => {
                    let value = match self.value(&parameter["schema"], &name, 0) {
                        Value::String(text) => text,
                        other => other.to_string(),
                    };
                    query.push(format!("{name}={}", encoded(&value)));
                }
                _ => {}
            }
        }
        if !query.is_empty() {
            address = format!("{address}?{}", query.join("&"));
        }
        let schema = operation["requestBody"]["content"]["application/json"]["schema"].clone();
        (address, schema.is_object().then(|| self.value(&schema, "", 0)))
    }
}

fn encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    // An address has its limits before ours.
    let shown: String = text.chars().take(2_000).collect();
    shown.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

async fn fuzz(requests: u32, seed: u64) {
    let county = County::new().await;
    let schemas = Schemas::read();
    let mut maker = Maker::new(seed);
    let report = json!({"kind": "home-verification", "fields": {
        "applicant": "甲某", "phone": "13900000000", "need": "x", "place": county.village,
    }});
    assert_eq!(county.anyone().send("POST", "/api/public/reports", None, Some(report)).await.0, 201);
    let people = ["village", "township", "county", "arbitrator", "fund", "data", "auditor", "elsewhere"];
    let mut clients: Vec<Client> = vec![county.anyone()];
    for name in people {
        clients.push(county.sign_in(name).await);
    }
    for path in
        ["/api/clues", "/api/cases", "/api/cases/W000001", "/api/subjects?kind=household", "/api/models", "/api/kinds"]
    {
        let answer = clients[3].get(path).await;
        maker.learn("", &answer);
    }
    let paths = maker.document["paths"].clone();
    let mut statuses: BTreeMap<u16, u32> = BTreeMap::new();
    for _ in 0..requests {
        for (path, item) in paths.as_object().expect("paths") {
            for (method, operation) in item.as_object().expect("item") {
                let id = operation["operationId"].as_str().expect("operationId");
                // Whoever signs out is no longer the role that is asked about.
                if id == "logout" {
                    continue;
                }
                for client in &mut clients {
                    let (address, body) = maker.request(path, operation);
                    let version = maker.text("version");
                    let version = version.chars().all(|c| c.is_ascii_alphanumeric()).then_some(version);
                    let (status, answer) =
                        client.send(&method.to_uppercase(), &address, version.as_deref(), body.clone()).await;
                    let sent = || format!("{id}: {method} {address} {body:?}: {status} {answer}");
                    *statuses.entry(status).or_default() += 1;
                    assert!(status < 500, "{}", sent());
                    if (200..300).contains(&status) {
                        if !["openapi", "export"].contains(&id) {
                            let misfits = schemas.misfits(id, &answer);
                            assert!(misfits.is_empty(), "{misfits:?}\n{}", sent());
                        }
                        maker.learn("", &answer);
                    } else {
                        assert!(answer["code"].is_string(), "a refusal has a code: {}", sent());
                    }
                }
            }
        }
    }
    // It is no fuzzing of doors that are shut.
    let answered = statuses.get(&200).copied().unwrap_or(0);
    assert!(answered * 4 > statuses.values().sum::<u32>(), "{statuses:?}");
    for wanted in [400, 401, 403, 404, 422] {
        assert!(statuses.contains_key(&wanted), "none was refused with {wanted}: {statuses:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_sent_is_answered_or_refused_with_a_code() {
    fuzz(REQUESTS, 1).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "the large count, for `make soak`"]
async fn whatever_is_sent_a_hundred_times_as_often_is_answered_or_refused() {
    fuzz(REQUESTS * 100, 2).await;
}
