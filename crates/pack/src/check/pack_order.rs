//! JW0208, JW0213: packs build on packs that are there, and never in a circle.

use std::collections::BTreeMap;

use crate::code;
use crate::finding::Findings;
use crate::meaning::world::World;
use crate::raw::At;

/// The packs' positions in build order: each after those it builds on, otherwise by id. `packs`: id, what it builds on.
pub(crate) fn pack_order(
    packs: &[(String, Vec<At<String>>)],
    world: &mut World,
    findings: &mut Findings,
) -> Vec<usize> {
    let positions: BTreeMap<&str, usize> =
        packs.iter().enumerate().map(|(index, (id, _))| (id.as_str(), index)).collect();
    for written in packs.iter().flat_map(|(_, builds_on)| builds_on) {
        if !positions.contains_key(written.value.as_str()) {
            // Whatever is unknown from here on may be defined there.
            world.broken.some_pack = true;
            findings
                .error(
                    code::UNKNOWN_PACK,
                    written.at,
                    format!("找不到业务包 `{}`", written.value),
                    format!("there is no pack `{}`", written.value),
                )
                .hint("业务包要放在同一个文件夹下，或一并给出", "packs lie beside each other, or are given together")
                .did_you_mean(&written.value, positions.keys());
        }
    }
    let mut order: Vec<usize> = Vec::new();
    let mut left: Vec<usize> = positions.values().copied().collect();
    while !left.is_empty() {
        let ready = left.iter().position(|index| {
            packs[*index]
                .1
                .iter()
                .all(|on| positions.get(on.value.as_str()).is_none_or(|on| on != index && !left.contains(on)))
        });
        match ready {
            Some(ready) => order.push(left.remove(ready)),
            None => {
                circle(packs, &positions, &left, findings);
                order.append(&mut left);
            }
        }
    }
    order
}

/// The finding for a circle among `left`, each of which builds on another of them.
fn circle(
    packs: &[(String, Vec<At<String>>)],
    positions: &BTreeMap<&str, usize>,
    left: &[usize],
    findings: &mut Findings,
) {
    let mut path: Vec<usize> = Vec::new();
    let mut at = left[0];
    while !path.contains(&at) {
        path.push(at);
        let next = packs[at].1.iter().filter_map(|on| positions.get(on.value.as_str())).find(|on| left.contains(on));
        match next {
            Some(next) => at = *next,
            None => return,
        }
    }
    let first = path.iter().position(|index| *index == at).unwrap_or_default();
    let circle = &path[first..];
    let names: Vec<_> = circle.iter().chain([&at]).map(|index| format!("`{}`", packs[*index].0)).collect();
    let next = packs[circle.get(1).copied().unwrap_or(at)].0.as_str();
    if let Some(written) = packs[at].1.iter().find(|on| on.value == next) {
        findings.error(
            code::CYCLIC_PACKS,
            written.at,
            format!("业务包互相依赖：{}", names.join(" → ")),
            format!("packs build on each other: {}", names.join(" -> ")),
        );
    }
}
