//! Registers: first which kinds of subject there are, then, when the feeds are known, where they come from.

use std::collections::BTreeMap;

use types::{Class, Text, Type};

use super::world::{Found, Namespace, World};
use crate::code;
use crate::finding::{Findings, Place};
use crate::programme::{Attribute, AttributeSource, Belonging, Feed, PlaceOf, Register, Shape};
use crate::raw::{At, RawAttribute, RawAttributeSource, RawRegister, RawShape};
use crate::value::PLACE;

/// Notes the kinds of subject, with their keys and what they belong to.
pub(crate) fn kinds(raws: &[RawRegister], world: &mut World, findings: &mut Findings) {
    let mut places: Option<&RawRegister> = None;
    for raw in raws {
        if !world.define(Namespace::Kind, &raw.name.value, raw.name.at, findings) {
            continue;
        }
        if let RawShape::Place { levels, .. } = &raw.shape {
            if let Some(first) = places {
                findings
                    .error(
                        code::DEFINED_TWICE,
                        raw.name.at,
                        "只能有一个地区底册",
                        "there can be one register of places only",
                    )
                    .related(first.name.at, "第一个在这里", "the first one is here");
                continue;
            }
            places = Some(raw);
            for (index, level) in levels.iter().enumerate() {
                world.define(Namespace::Kind, &level.value, level.at, findings);
                if index == codes::place::LENGTHS.len() {
                    findings.error(
                        code::WRONG_SHAPE,
                        level.at,
                        format!("地区代码最多 {index} 级"),
                        format!("place codes have at most {index} levels"),
                    );
                }
            }
        }
        let register = Register {
            name: raw.name.value.clone(),
            pack: raw.pack,
            title: raw.title.clone().unwrap_or_default(),
            shape: shape(raw),
            attributes: BTreeMap::new(),
        };
        let unknown_key = matches!(&raw.shape, RawShape::Members { key_type: None, .. });
        if unknown_key {
            world.broken.kinds.insert(raw.name.value.clone());
        }
        world.programme.registers.insert(register.name.clone(), register);
    }
}

fn shape(raw: &RawRegister) -> Shape {
    let texts = |texts: &[At<String>]| texts.iter().map(|text| text.value.clone()).collect::<Vec<_>>();
    let text = |text: &Option<At<String>>| text.as_ref().map(|text| text.value.clone());
    match &raw.shape {
        RawShape::Place { levels, titles, members, key, parent, successor } => Shape::Place {
            levels: texts(levels),
            titles: levels
                .iter()
                .map(|level| {
                    let title =
                        titles.iter().find(|(name, _)| name.value == level.value).and_then(|(_, title)| title.clone());
                    title.unwrap_or_else(|| Text::new(level.value.clone(), level.value.clone()))
                })
                .collect(),
            members: texts(members),
            key: text(key).unwrap_or_default(),
            parent: text(parent).unwrap_or_default(),
            successor: text(successor),
        },
        RawShape::Members { key, key_type, key_class, members, belongs_to, place } => Shape::Members {
            key: key_type.unwrap_or(Type::Text),
            key_name: text(key).unwrap_or_default(),
            key_class: *key_class,
            members: texts(members),
            belongs_to: belongs_to.as_ref().map(|(kind, sources)| Belonging {
                kind: kind.value.clone(),
                sources: sources
                    .iter()
                    .filter_map(|source| source.value.split_once('.'))
                    .map(|(feed, column)| (feed.to_owned(), column.to_owned()))
                    .collect(),
            }),
            place: match place {
                None => PlaceOf::None,
                Some(place) if place.value.ends_with(".place") => PlaceOf::Belonging,
                Some(place) => PlaceOf::Column(place.value.clone()),
            },
        },
        RawShape::Derived { feed, key, place } => {
            Shape::Derived { feed: text(feed).unwrap_or_default(), key: texts(key), place: text(place) }
        }
    }
}

/// Checks what registers say of feeds, and gives them their attributes.
pub(crate) fn references(raws: &[RawRegister], world: &mut World, findings: &mut Findings) {
    for raw in raws {
        let Some(register) =
            world.programme.registers.get(&raw.name.value).filter(|known| known.pack == raw.pack).cloned()
        else {
            continue;
        };
        match &raw.shape {
            RawShape::Place { members, key, parent, successor, .. } => {
                for member in members {
                    let Some(feed) = member_feed(member, &register, world, findings) else { continue };
                    for column in [key, parent, successor].into_iter().flatten() {
                        place_column(feed, column, world, findings);
                    }
                }
            }
            RawShape::Members { members, belongs_to, place, .. } => {
                let feeds: Vec<_> =
                    members.iter().filter_map(|member| member_feed(member, &register, world, findings)).collect();
                if let Some((kind, sources)) = belongs_to {
                    belonging(kind, sources, &register, world, findings);
                }
                if let Some(place) = place {
                    lives(
                        place,
                        belongs_to.as_ref().map(|(kind, _)| kind.value.as_str()),
                        &feeds,
                        members.len(),
                        world,
                        findings,
                    );
                }
            }
            RawShape::Derived { feed, key, place } => {
                if let Some(feed) = feed.as_ref().and_then(|feed| world.need_feed(feed, findings)) {
                    derived(feed, key, place.as_ref(), world, findings);
                }
            }
        }
        let mut attributes = BTreeMap::new();
        for written in &raw.attributes {
            match attribute(written, &register, world, findings) {
                Some(attribute) => {
                    attributes.insert(attribute.name.clone(), attribute);
                }
                None => {
                    world.broken.attributes.insert((raw.name.value.clone(), written.name.value.clone()));
                }
            }
        }
        if let Some(register) = world.programme.registers.get_mut(&raw.name.value) {
            register.attributes = attributes;
        }
    }
}

fn member_feed<'w>(
    member: &At<String>,
    register: &Register,
    world: &'w World,
    findings: &mut Findings,
) -> Option<&'w Feed> {
    let feed = world.need_feed(member, findings)?;
    need_link(feed, register, member.at, world, findings);
    Some(feed)
}

fn need_link(feed: &Feed, register: &Register, at: Place, world: &World, findings: &mut Findings) {
    if !world.links_to(feed, register) {
        findings
            .error(
                code::NO_LINK,
                at,
                format!("数据源 `{}` 没有到 `{}` 的关联", feed.name, register.name),
                format!("feed `{}` has no link to `{}`", feed.name, register.name),
            )
            .hint(
                format!("在该数据源的 `links` 中加上 `{}: 列名`", register.name),
                format!("add `{}: COLUMN` to the feed's `links`", register.name),
            );
    }
}

fn place_column(feed: &Feed, column: &At<String>, world: &World, findings: &mut Findings) {
    if let Some(found) = world.need_column(feed, &column.value, column.at, findings)
        && found.ty != PLACE
    {
        findings.error(
            code::KEY_TYPE,
            column.at,
            format!("列 `{}.{}` 应为 `code(place)`，现为 `{}`", feed.name, found.name, found.ty.word()),
            format!("column `{}.{}` should be `code(place)` and is `{}`", feed.name, found.name, found.ty.word()),
        );
    }
}

fn belonging(kind: &At<String>, sources: &[At<String>], register: &Register, world: &World, findings: &mut Findings) {
    if !world.need_kind(kind, findings) {
        for source in sources {
            world.need_feed_column(source, findings);
        }
        return;
    }
    if kind.value == register.name
        || !matches!(world.programme.registers.get(&kind.value).map(|above| &above.shape), Some(Shape::Members { .. }))
    {
        findings
            .error(
                code::NO_WAY,
                kind.at,
                format!("`{}` 不能属于 `{}`", register.name, kind.value),
                format!("`{}` cannot belong to `{}`", register.name, kind.value),
            )
            .hint("所属类别须是另一个有 `members` 的底册", "it has to be another register with `members`");
    }
    let wanted = world.key_type(&kind.value);
    for source in sources {
        let Some((feed, column)) = world.need_feed_column(source, findings) else { continue };
        need_link(feed, register, source.at, world, findings);
        if let Some(wanted) = wanted.filter(|wanted| *wanted != column.ty) {
            findings.error(
                code::KEY_TYPE,
                source.at,
                format!(
                    "列 `{}` 是 `{}`，而 `{}` 的主键是 `{}`",
                    source.value,
                    column.ty.word(),
                    kind.value,
                    wanted.word()
                ),
                format!(
                    "column `{}` is `{}`, the key of `{}` is `{}`",
                    source.value,
                    column.ty.word(),
                    kind.value,
                    wanted.word()
                ),
            );
        }
    }
}

/// `place`: a column of the member feeds that have it, or `<kind>.place`.
fn lives(
    place: &At<String>,
    belongs_to: Option<&str>,
    feeds: &[&Feed],
    members: usize,
    world: &World,
    findings: &mut Findings,
) {
    if let Some(kind) = place.value.strip_suffix(".place") {
        if belongs_to != Some(kind) {
            findings
                .error(
                    code::UNKNOWN_KIND,
                    place.at,
                    format!("不属于 `{kind}`，取不到它的地区"),
                    format!("members do not belong to `{kind}`, so its place cannot be theirs"),
                )
                .did_you_mean(&place.value, belongs_to.map(|kind| format!("{kind}.place")));
        }
        return;
    }
    let mut found = false;
    for feed in feeds {
        match world.column(feed, &place.value) {
            Found::Yes(_) => {
                found = true;
                place_column(feed, place, world, findings);
            }
            Found::Broken => found = true,
            Found::No => {}
        }
    }
    if !found && feeds.len() == members && !feeds.is_empty() {
        findings
            .error(
                code::UNKNOWN_COLUMN,
                place.at,
                format!("成员数据源都没有列 `{}`", place.value),
                format!("no member feed has a column `{}`", place.value),
            )
            .did_you_mean(&place.value, feeds.iter().flat_map(|feed| feed.columns.keys()));
    }
}

fn derived(feed: &Feed, key: &[At<String>], place: Option<&At<String>>, world: &World, findings: &mut Findings) {
    for column in key {
        if let Some(found) = world.need_column(feed, &column.value, column.at, findings)
            && found.optional
        {
            findings
                .error(
                    code::MUST_BE_REQUIRED,
                    column.at,
                    format!("列 `{}` 可空，不能作主键", column.value),
                    format!("column `{}` is optional and cannot be part of a key", column.value),
                )
                .hint("去掉该列的 `optional`", "remove `optional` from the column");
        }
    }
    let Some(place) = place else { return };
    if key.iter().any(|column| column.value == place.value) {
        place_column(feed, place, world, findings);
    } else {
        findings
            .error(
                code::DERIVED_KEY,
                place.at,
                format!("`{}` 不在 `key` 中", place.value),
                format!("`{}` is not one of `key`", place.value),
            )
            .did_you_mean(&place.value, key.iter().map(|column| &column.value));
    }
}

fn attribute(raw: &RawAttribute, register: &Register, world: &World, findings: &mut Findings) -> Option<Attribute> {
    let ty = raw.ty.as_ref();
    let (source, class) = match raw.source.as_ref()? {
        RawAttributeSource::From(columns) => {
            let mut class = Class::Open;
            let mut sources = Vec::new();
            for written in columns {
                let Some((feed, column)) = world.need_feed_column(written, findings) else { continue };
                need_link(feed, register, written.at, world, findings);
                if let Some(ty) = ty.filter(|ty| ty.value != column.ty) {
                    findings.error(
                        code::TYPE_MISMATCH,
                        written.at,
                        format!("列 `{}` 是 `{}`，属性是 `{}`", written.value, column.ty.word(), ty.value.word()),
                        format!(
                            "column `{}` is `{}`, the attribute is `{}`",
                            written.value,
                            column.ty.word(),
                            ty.value.word()
                        ),
                    );
                }
                class = class.max(column.class);
                sources.push((feed.name.clone(), column.name.clone()));
            }
            (AttributeSource::Columns(sources), class)
        }
        RawAttributeSource::Listed(feeds) => {
            if let Some(ty) = ty.filter(|ty| ty.value != Type::Bool) {
                findings.error(
                    code::TYPE_MISMATCH,
                    ty.at,
                    format!("`listed` 属性只能是 `bool`，不能是 `{}`", ty.value.word()),
                    format!("an attribute that is `listed` is `bool`, not `{}`", ty.value.word()),
                );
            }
            let mut sources = Vec::new();
            for written in feeds {
                let Some(feed) = world.need_feed(written, findings) else { continue };
                need_link(feed, register, written.at, world, findings);
                sources.push(feed.name.clone());
            }
            (AttributeSource::Listed(sources), Class::Internal)
        }
    };
    let name = raw.name.value.clone();
    let title = raw.title.clone().unwrap_or_else(|| Text::new(name.clone(), name.clone()));
    Some(Attribute { name, title, ty: ty?.value, class, source })
}
