//! The names that a file defines which is no YAML: known, though nothing more is known of them, so that one broken file is one
//! finding.

use super::world::World;

/// Notes the names of the file `stem` of `folder` whose text is `text`.
pub(crate) fn names(folder: &str, stem: &str, text: &str, world: &mut World) {
    let broken = &mut world.broken;
    match folder {
        "registers" => {
            broken.kinds.insert(stem.to_owned());
            broken.some_kinds = true;
        }
        "agreements" => {
            broken.agreements.insert(stem.to_owned());
        }
        "feeds" => {
            broken.feeds.insert(stem.to_owned());
        }
        "features" => broken.names.extend(keys(text)),
        "parameters" => broken.parameters.extend(keys(text)),
        "models" => {
            let id = text.lines().find_map(|line| line.strip_prefix("id:"));
            let id = id.or_else(|| stem.split('-').next()).unwrap_or(stem);
            broken.models.insert(id.trim().trim_matches(['\'', '"']).to_owned());
        }
        "workflows" => {
            broken.workflows.insert(stem.to_owned());
        }
        _ => {}
    }
}

/// What looks like a key at the beginning of a line.
fn keys(text: &str) -> impl Iterator<Item = String> {
    text.lines().filter_map(|line| {
        let (key, _) = line.split_once([':', '：'])?;
        let key = key.trim_end().trim_matches(['\'', '"']);
        (!key.is_empty() && !key.contains(char::is_whitespace) && !key.starts_with('#')).then(|| key.to_owned())
    })
}
