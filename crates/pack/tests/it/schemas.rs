//! The schemas for editors (`docs/reference/schemas`) say what the readers of this crate read: the same keys, every pack of the
//! repository, and not a mistake.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use regex::Regex;
use serde_json::{Value, json};

use crate::crate_path;

/// Schema, the reader whose keys it has, and the files it is for.
const SCHEMAS: [(&str, &str, &str); 7] = [
    ("pack", "pack", "pack.yaml"),
    ("feed", "feed", "feeds/"),
    ("agreement", "agreement", "agreements/"),
    ("register", "register", "registers/"),
    ("features", "feature", "features/"),
    ("parameters", "parameter", "parameters.yaml"),
    ("model", "model", "models/"),
];

fn schema(name: &str) -> Value {
    let path = crate_path(&format!("../../docs/reference/schemas/{name}.json"));
    serde_json::from_str(&fs::read_to_string(path).expect(name)).expect(name)
}

/// What is wrong with `value`, by the words of JSON Schema that these schemas use. A word it does not know is an error.
fn faults(schema: &Value, value: &Value, at: &str, found: &mut Vec<String>) {
    let is = |kind: &str| match kind {
        "string" => value.is_string(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        "object" => value.is_object(),
        "array" => value.is_array(),
        other => panic!("unknown type {other}"),
    };
    let texts = |value: &Value| -> Vec<String> {
        value.as_array().into_iter().flatten().map(|text| text.as_str().expect("text").to_owned()).collect()
    };
    for (word, says) in schema.as_object().expect("a schema") {
        let fits = match word.as_str() {
            "$schema" | "title" | "description" | "properties" | "additionalProperties" => true,
            "type" => says.as_str().map_or_else(|| texts(says).iter().any(|kind| is(kind)), is),
            "enum" => says.as_array().expect("a list").contains(value),
            "pattern" => value
                .as_str()
                .is_none_or(|text| Regex::new(says.as_str().expect("text")).expect("pattern").is_match(text)),
            "required" => texts(says).iter().all(|key| value.as_object().is_none_or(|map| map.contains_key(key))),
            "minItems" => value.as_array().is_none_or(|list| list.len() as u64 >= says.as_u64().expect("a number")),
            "anyOf" => says.as_array().expect("a list").iter().any(|one| {
                let mut inner = Vec::new();
                faults(one, value, at, &mut inner);
                inner.is_empty()
            }),
            "items" => {
                for (index, item) in value.as_array().into_iter().flatten().enumerate() {
                    faults(says, item, &format!("{at}/{index}"), found);
                }
                true
            }
            other => panic!("the word `{other}` is not known here"),
        };
        if !fits {
            found.push(format!("{at}: {word} {says}, not {value}"));
        }
    }
    for (key, inner) in value.as_object().into_iter().flatten() {
        let at = format!("{at}/{key}");
        match (&schema["properties"][key], &schema["additionalProperties"]) {
            (Value::Null, Value::Bool(false)) => found.push(format!("{at}: unknown key")),
            (Value::Null, others @ Value::Object(_)) => faults(others, inner, &at, found),
            (Value::Null, _) => {}
            (own, _) => faults(own, inner, &at, found),
        }
    }
}

#[test]
fn every_pack_file_is_as_its_schema_says() {
    let mut files = 0;
    for (name, _, place) in SCHEMAS {
        let schema = schema(name);
        for path in pack_files(place) {
            let text = fs::read_to_string(&path).expect("file");
            let value = pack::plain(&text).unwrap_or_else(|| panic!("{}", path.display()));
            let mut found = Vec::new();
            faults(&schema, &value, "", &mut found);
            assert!(found.is_empty(), "{} against {name}.json: {found:#?}", path.display());
            files += 1;
        }
    }
    assert!(files > 300, "{files}");
}

fn pack_files(place: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for pack in fs::read_dir(crate_path("../../packs")).expect("packs") {
        let path = pack.expect("entry").path().join(place);
        if path.is_dir() {
            found.extend(fs::read_dir(path).expect("folder").map(|entry| entry.expect("entry").path()));
        } else if path.is_file() {
            found.push(path);
        }
    }
    found.retain(|path| path.extension().is_some_and(|extension| extension == "yaml"));
    found
}

/// The keys that readers ask for: `need("…"`, `get("…"`, `need_text(keys, "…"` and the like.
fn asked(source: &str) -> BTreeSet<String> {
    let pattern = Regex::new(r#"(?:need|get)(?:_\w+)?\((?:&mut \w+, |\w+, )?"(\w+)""#).expect("pattern");
    pattern.captures_iter(source).map(|found| found[1].to_owned()).collect()
}

fn keys(schema: &Value, found: &mut BTreeSet<String>) {
    match schema {
        Value::Object(map) => {
            for (word, says) in map {
                match (word.as_str(), says) {
                    ("properties", Value::Object(properties)) => {
                        found.extend(properties.keys().cloned());
                        properties.values().for_each(|schema| keys(schema, found));
                    }
                    _ => keys(says, found),
                }
            }
        }
        Value::Array(list) => list.iter().for_each(|schema| keys(schema, found)),
        _ => {}
    }
}

#[test]
fn schemas_have_the_keys_that_are_read_and_no_others() {
    let source = |name: &str| fs::read_to_string(crate_path(&format!("src/raw/{name}.rs"))).expect(name);
    let shared = asked(&(source("fields") + &source("feed") + "get(\"high\" get(\"medium\" get(\"low\""));
    for (name, reader, _) in SCHEMAS {
        let mut said = BTreeSet::new();
        keys(&schema(name), &mut said);
        let read = asked(&source(reader));
        let missing: Vec<&String> = read.difference(&said).collect();
        assert!(missing.is_empty(), "{name}.json lacks {missing:?}");
        let unread: Vec<&String> = said.iter().filter(|key| !read.contains(*key) && !shared.contains(*key)).collect();
        assert!(unread.is_empty(), "{name}.json has {unread:?}, which nothing reads");
    }
}

#[test]
fn a_mistake_is_not_as_the_schema_says() {
    let feed = fs::read_to_string(crate_path("../../packs/base/feeds/places.yaml")).expect("file");
    let good = pack::plain(&feed).expect("a feed");
    for (pointer, bad) in [
        ("/mode", json!("snapshot by week")),
        ("/grace", json!("soon")),
        ("/rhythm", json!({"every": "week"})),
        ("/columns/code", json!("code(place")),
        ("/columns/code", json!({"type": "text", "optinal": true})),
        ("/title", json!({"zh": "甲"})),
        ("/files", json!("places")),
        ("/column", json!({})),
    ] {
        let mut feed = good.clone();
        let (parent, key) = pointer.rsplit_once('/').expect("a path");
        feed.pointer_mut(parent).expect("there").as_object_mut().expect("a map").insert(key.to_owned(), bad.clone());
        let mut found = Vec::new();
        faults(&schema("feed"), &feed, "", &mut found);
        assert!(!found.is_empty(), "{pointer}: {bad}");
    }
}
