//! JW0401: at one place and day a parameter has one value.

use std::collections::BTreeMap;

use types::Day;

use crate::code;
use crate::finding::Findings;
use crate::raw::RawParameterValue;

/// The values of one parameter, by canonical place.
pub(crate) fn overlap(by_place: &BTreeMap<String, Vec<&RawParameterValue>>, findings: &mut Findings) {
    for (place, values) in by_place {
        let mut dated: Vec<_> = values
            .iter()
            .filter_map(|value| {
                let from = value.from.as_ref()?.value;
                let to = value.to.as_ref().map_or(Day::MAX, |to| to.value);
                Some((from, to, value.from.as_ref()?.at))
            })
            .collect();
        dated.sort_by_key(|(from, to, at)| (*from, *to, *at));
        let mut reach: Option<(Day, Day, crate::finding::Place)> = None;
        for (from, to, at) in dated {
            if let Some((_, before, other)) = reach.filter(|(_, before, _)| from <= *before) {
                let until = if before == Day::MAX { "无期限".to_owned() } else { before.to_string() };
                let until_en = if before == Day::MAX { "further notice".to_owned() } else { before.to_string() };
                findings
                    .error(
                        code::OVERLAP,
                        at,
                        format!("地区 `{place}` 在 {from} 已有取值"),
                        format!("place `{place}` already has a value on {from}"),
                    )
                    .hint(
                        "给较早的取值写上 `to`，为新取值的前一天",
                        "end the earlier value with `to`, the day before the new one",
                    )
                    .related(other, format!("这个取值有效到{until}"), format!("this one is in force until {until_en}"));
            }
            if reach.is_none_or(|(_, before, _)| to > before) {
                reach = Some((from, to, at));
            }
        }
    }
}
