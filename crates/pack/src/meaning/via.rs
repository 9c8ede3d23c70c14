//! By which link the rows of a feed reach a subject.

use super::world::{Found, World};
use crate::code;
use crate::finding::{Findings, Place};
use crate::programme::{Feed, Shape};
use crate::raw::At;

/// The link by which rows of `feed` reach subjects of `of`: the one written, that of the kind itself, or the only one whose
/// kind lies below it. For a derived register, which is its feed's rows, its own name.
pub(crate) fn via(
    of: &At<String>,
    feed: &Feed,
    written: Option<&At<String>>,
    from: Place,
    world: &World,
    findings: &mut Findings,
) -> Option<String> {
    if let Some(register) = world.programme.registers.get(&of.value)
        && let Shape::Derived { feed: own, .. } = &register.shape
    {
        if *own != feed.name {
            findings
                .error(
                    code::DERIVED_KEY,
                    from,
                    format!("`{}` 由数据源 `{own}` 派生，不能从 `{}` 取数", of.value, feed.name),
                    format!("`{}` is made of rows of `{own}`, rows of `{}` do not reach it", of.value, feed.name),
                )
                .did_you_mean(&feed.name, [own]);
            return None;
        }
        return match written.filter(|written| written.value != of.value) {
            Some(written) => {
                no_such_link(written, [&of.value].into_iter(), feed, findings);
                None
            }
            None => Some(of.value.clone()),
        };
    }
    if let Some(written) = written {
        if !feed.links.contains_key(&written.value) {
            no_such_link(written, feed.links.keys(), feed, findings);
            return None;
        }
        if matches!(world.kind(&written.value), Found::Broken) {
            return None;
        }
        if !reaches(&written.value, &of.value, world) {
            findings.error(
                code::NO_WAY,
                written.at,
                format!("从 `{}` 到不了 `{}`", written.value, of.value),
                format!("`{}` does not lie below `{}`", written.value, of.value),
            );
            return None;
        }
        return Some(written.value.clone());
    }
    if feed.links.contains_key(&of.value) {
        return Some(of.value.clone());
    }
    if feed.links.keys().any(|link| matches!(world.kind(link), Found::Broken)) {
        return None;
    }
    let below: Vec<&String> = feed.links.keys().filter(|link| reaches(link, &of.value, world)).collect();
    match below.as_slice() {
        [only] => Some((*only).clone()),
        [] => {
            findings
                .error(
                    code::NO_WAY,
                    from,
                    format!("数据源 `{}` 的行到不了 `{}`", feed.name, of.value),
                    format!("rows of `{}` do not reach `{}`", feed.name, of.value),
                )
                .hint(
                    format!("该数据源关联到：{}", quoted(feed.links.keys(), "、")),
                    format!("the feed links to {}", quoted(feed.links.keys(), ", ")),
                );
            None
        }
        several => {
            findings
                .error(
                    code::NO_WAY,
                    from,
                    format!("数据源 `{}` 的行有多条路到 `{}`", feed.name, of.value),
                    format!("rows of `{}` reach `{}` in more than one way", feed.name, of.value),
                )
                .hint(
                    format!("写明 `via:`，可选 {}", quoted(several.iter().copied(), "、")),
                    format!("say `via:` with one of {}", quoted(several.iter().copied(), ", ")),
                );
            None
        }
    }
}

/// Whether what happens to subjects of `link` happens to those of `of`: the same kind, or one below it.
fn reaches(link: &str, of: &str, world: &World) -> bool {
    link == of || world.programme.kinds_above(link).iter().any(|above| above == of)
}

fn no_such_link<'n>(
    written: &At<String>,
    links: impl Iterator<Item = &'n String> + Clone,
    feed: &Feed,
    findings: &mut Findings,
) {
    let (zh, en) = (quoted(links.clone(), "、"), quoted(links.clone(), ", "));
    findings
        .error(
            code::NO_LINK,
            written.at,
            format!("数据源 `{}` 没有到 `{}` 的关联", feed.name, written.value),
            format!("feed `{}` has no link `{}`", feed.name, written.value),
        )
        .hint(format!("可以写：{zh}"), format!("one of {en}"))
        .did_you_mean(&written.value, links);
}

fn quoted<'n>(names: impl Iterator<Item = &'n String>, separator: &str) -> String {
    names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(separator)
}
