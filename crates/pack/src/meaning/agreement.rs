//! Agreements: the feeds they name are as agreed, and every feed of a pack that describes agreements has one.

use std::collections::{BTreeMap, BTreeSet};

use types::{Day, Period};

use super::world::{Namespace, World};
use crate::code;
use crate::finding::{Findings, Place};
use crate::programme::{Agreement, Feed};
use crate::raw::{RawAgreedFeed, RawAgreement, RawFeed};

pub(crate) fn agreements(raws: &[RawAgreement], feeds: &[RawFeed], world: &mut World, findings: &mut Findings) {
    for raw in raws {
        if !world.define(Namespace::Agreement, &raw.id.value, raw.id.at, findings) {
            continue;
        }
        let mut fields = BTreeMap::new();
        for agreed in &raw.feeds {
            let Some(feed) = world.need_feed(&agreed.name, findings) else { continue };
            for field in &agreed.fields {
                world.need_column(feed, &field.value, field.at, findings);
            }
            compare(raw, agreed, feed, findings);
            fields.insert(
                agreed.name.value.clone(),
                agreed.fields.iter().map(|field| field.value.clone()).collect::<BTreeSet<_>>(),
            );
        }
        let agreement = Agreement {
            id: raw.id.value.clone(),
            pack: raw.pack,
            title: raw.title.clone().unwrap_or_default(),
            provider: raw.provider.as_ref().map(|provider| provider.value.clone()).unwrap_or_default(),
            purpose: raw.purpose.clone().unwrap_or_default(),
            basis: raw.basis.clone().unwrap_or_default(),
            fields,
            retention: raw.retention.unwrap_or(Period::of_days(0)),
            from: raw.from.unwrap_or(Day(0)),
            to: raw.to,
        };
        world.programme.agreements.insert(agreement.id.clone(), agreement);
    }
    let describing: BTreeSet<usize> = raws.iter().map(|raw| raw.pack).collect();
    for feed in feeds.iter().filter(|feed| describing.contains(&feed.pack)) {
        if let Some(named) = &feed.agreement
            && !raws.iter().any(|raw| raw.id.value == named.value)
            && !world.broken.agreements.contains(&named.value)
        {
            findings
                .error(
                    code::UNKNOWN_AGREEMENT,
                    named.at,
                    format!("没有协议 `{}`", named.value),
                    format!("there is no agreement `{}`", named.value),
                )
                .did_you_mean(&named.value, raws.iter().map(|raw| raw.id.value.as_str()));
        }
    }
}

/// What the feed does and the agreement does not say.
fn compare(raw: &RawAgreement, agreed: &RawAgreedFeed, feed: &Feed, findings: &mut Findings) {
    let name = &feed.name;
    let mut departs = |at: Place, zh: String, en: String| {
        findings.error(code::NOT_AS_AGREED, at, zh, en);
    };
    if feed.agreement.as_ref() != Some(&raw.id.value) {
        let id = &raw.id.value;
        departs(
            agreed.name.at,
            format!("数据源 `{name}` 没有写明协议 `{id}`"),
            format!("the feed `{name}` does not name the agreement `{id}`"),
        );
    }
    if let (Some(provider), Some(other)) = (&raw.provider, &feed.provider)
        && provider.value != *other
    {
        departs(
            provider.at,
            format!("数据源 `{name}` 由 `{other}` 提供"),
            format!("the feed `{name}` is provided by `{other}`"),
        );
    }
    if let Some((at, rhythm)) = &agreed.rhythm
        && feed.rhythm.as_ref() != Some(rhythm)
    {
        departs(
            *at,
            format!("与数据源 `{name}` 的报送节奏不同"),
            format!("the rhythm of the feed `{name}` is another"),
        );
    }
    for column in feed.columns.keys().filter(|column| !agreed.fields.iter().any(|field| field.value == **column)) {
        departs(
            agreed.name.at,
            format!("数据源 `{name}` 的列 `{column}` 不在协议之内"),
            format!("the column `{column}` of the feed `{name}` is not agreed"),
        );
    }
}
