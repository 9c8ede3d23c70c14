//! What may be shown to everyone: the lists of all packs together.

use super::world::World;
use crate::code;
use crate::finding::Findings;
use crate::programme::Topic;
use crate::raw::RawPublication;

pub(crate) fn publication(raws: &[RawPublication], world: &mut World, findings: &mut Findings) {
    for raw in raws {
        let known = &mut world.programme.publishable;
        known.fields.extend(raw.fields.iter().map(|field| field.value.split_whitespace().collect::<String>()));
        for topic in &raw.topics {
            let together = match &topic.together {
                None => 1,
                Some(text) => match text.value.parse() {
                    Ok(together @ 1..=9) => together,
                    _ => {
                        findings.error(
                            code::BAD_NUMBER,
                            text.at,
                            format!("`{}` 不是 1 到 9 的数", text.value),
                            format!("`{}` is no number from 1 to 9", text.value),
                        );
                        continue;
                    }
                },
            };
            let words = topic.any.iter().map(|word| word.value.clone());
            let known = known.topics.entry(topic.id.clone());
            let known = known.or_insert_with(|| Topic {
                title: topic.title.clone(),
                any: std::collections::BTreeSet::new(),
                together,
            });
            known.any.extend(words);
            known.together = known.together.min(together);
        }
    }
}
