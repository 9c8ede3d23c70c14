//! Canonical JSON: the bytes that "same bytes" means (semantics section 8).

use serde::Serialize;
use serde_json::Value;

/// `value` as JSON with the keys of every object sorted and no white space.
///
/// Hashes are taken of this text, so it must not depend on a map's order or on a library's feature.
///
/// # Errors
/// When `value` cannot be written as JSON at all (a map with keys that are not strings).
pub fn canonical_json(value: &impl Serialize) -> Result<String, serde_json::Error> {
    let mut text = String::new();
    write(&serde_json::to_value(value)?, &mut text);
    Ok(text)
}

fn write(value: &Value, text: &mut String) {
    match value {
        Value::Object(map) => {
            let mut entries: Vec<_> = map.iter().collect();
            entries.sort_by(|left, right| left.0.cmp(right.0));
            text.push('{');
            for (index, (key, entry)) in entries.into_iter().enumerate() {
                if index > 0 {
                    text.push(',');
                }
                text.push_str(&Value::from(key.as_str()).to_string());
                text.push(':');
                write(entry, text);
            }
            text.push('}');
        }
        Value::Array(entries) => {
            text.push('[');
            for (index, entry) in entries.iter().enumerate() {
                if index > 0 {
                    text.push(',');
                }
                write(entry, text);
            }
            text.push(']');
        }
        scalar => text.push_str(&scalar.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::canonical_json;

    #[test]
    fn keys_are_sorted_at_every_depth() {
        let value = serde_json::json!({"b": [{"d": 1, "c": "甲\"乙"}], "a": null});
        assert_eq!(canonical_json(&value).expect("json"), r#"{"a":null,"b":[{"c":"甲\"乙","d":1}]}"#);
    }
}
