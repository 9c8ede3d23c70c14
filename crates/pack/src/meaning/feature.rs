//! Features: each compiled after those it reads.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use expr::{AggregateCall, AggregateFunction};
use types::{Class, Decimal, Period, Type, Unit};

use super::expression;
use super::scope::{Ground, Seen, Sight};
use super::via::via;
use super::world::{FeatureKey, FeatureState, Found, Namespace, World};
use crate::check;
use crate::code;
use crate::finding::Findings;
use crate::programme::{Feature, FeatureShape, Feed, Members, Rows, Valid, Window};
use crate::raw::{At, Expression, RawFeature};

/// How one attempt to compile a feature ended.
enum Outcome {
    Done(Box<Feature>),
    Broken,
    /// It reads features that are not compiled yet.
    Waiting(BTreeSet<FeatureKey>),
}

pub(crate) fn features(raws: &[RawFeature], world: &mut World, findings: &mut Findings) {
    let mut tasks: BTreeMap<FeatureKey, &RawFeature> = BTreeMap::new();
    let mut queue: VecDeque<FeatureKey> = VecDeque::new();
    for raw in raws {
        let Some(of) = &raw.of else {
            world.broken.names.insert(raw.name.value.clone());
            continue;
        };
        if !world.need_kind(of, findings) {
            world.broken.names.insert(raw.name.value.clone());
            continue;
        }
        if !world.define(Namespace::Feature, &format!("{} {}", of.value, raw.name.value), raw.name.at, findings) {
            continue;
        }
        check::shadowed_attribute(raw, &of.value, world, findings);
        let key = (of.value.clone(), raw.name.value.clone());
        world.features.insert(key.clone(), FeatureState::Waiting);
        tasks.insert(key.clone(), raw);
        queue.push_back(key);
    }

    let mut waits_for: BTreeMap<FeatureKey, BTreeSet<FeatureKey>> = BTreeMap::new();
    let mut waited_for: BTreeMap<FeatureKey, Vec<FeatureKey>> = BTreeMap::new();
    while let Some(key) = queue.pop_front() {
        let Some(raw) = tasks.get(&key) else { continue };
        let mark = findings.mark();
        let state = match compile(raw, world, findings) {
            Outcome::Waiting(others) => {
                // Said again when it is compiled in earnest.
                findings.rewind(mark);
                for other in &others {
                    waited_for.entry(other.clone()).or_default().push(key.clone());
                }
                waits_for.insert(key, others);
                continue;
            }
            Outcome::Done(feature) => {
                let state = FeatureState::Done(feature.ty, feature.class, feature.may_be_absent);
                world.programme.features.push(*feature);
                state
            }
            Outcome::Broken => FeatureState::Broken,
        };
        world.features.insert(key.clone(), state);
        for waiter in waited_for.remove(&key).unwrap_or_default() {
            if let Some(others) = waits_for.get_mut(&waiter) {
                others.remove(&key);
                if others.is_empty() {
                    waits_for.remove(&waiter);
                    queue.push_back(waiter);
                }
            }
        }
    }
    check::feature_cycles(&waits_for, &tasks, findings);
    for key in waits_for.into_keys() {
        world.features.insert(key, FeatureState::Broken);
    }
}

fn compile(raw: &RawFeature, world: &World, findings: &mut Findings) -> Outcome {
    let (Some(of), Some(value)) = (&raw.of, &raw.value) else { return Outcome::Broken };
    let mark = findings.mark();
    let seen = Seen::default();
    let shape = match &raw.from {
        None if raw.has_from => return Outcome::Broken,
        None => formula(raw, of, value, world, &seen, findings),
        Some(from) => match world.feed(&from.value) {
            Found::Yes(feed) => {
                world.see(Namespace::Feed, &from.value, from.at, findings);
                rows(raw, of, from, feed, value, world, &seen, findings)
            }
            Found::Broken => return Outcome::Broken,
            Found::No => match world.kind(&from.value) {
                Found::Yes(()) => {
                    world.see(Namespace::Kind, &from.value, from.at, findings);
                    members(raw, of, from, value, world, &seen, findings)
                }
                Found::Broken => return Outcome::Broken,
                Found::No => {
                    let names: Vec<String> = world.feed_names().cloned().chain(world.kind_names()).collect();
                    findings
                        .error(
                            code::UNKNOWN_FEED,
                            from.at,
                            format!("未知的数据源或对象类别 `{}`", from.value),
                            format!("unknown feed or kind of subject `{}`", from.value),
                        )
                        .did_you_mean(&from.value, names);
                    return Outcome::Broken;
                }
            },
        },
    };
    let waiting = seen.waiting.take();
    if !waiting.is_empty() {
        return Outcome::Waiting(waiting);
    }
    if raw.from.is_some() {
        tolerate(raw, of, world, findings);
    }
    let Some((shape, ty, may_be_absent)) = shape else { return Outcome::Broken };
    let unit = unit(raw, ty, findings);
    if findings.errors_since(mark) {
        // The type is known all the same, but whoever reads it is checked against what may yet change.
        return Outcome::Broken;
    }
    Outcome::Done(Box::new(Feature {
        name: raw.name.value.clone(),
        pack: raw.pack,
        kind: of.value.clone(),
        title: raw.title.clone().unwrap_or_default(),
        ty,
        unit,
        // What reads no column at all (a count of rows) is for those who work with it.
        class: seen.class.get().unwrap_or(Class::Internal),
        may_be_absent,
        shape,
    }))
}

type Shaped = Option<(FeatureShape, Type, bool)>;

#[expect(clippy::too_many_arguments, reason = "one call, and a struct of these would have no name of its own")]
fn rows(
    raw: &RawFeature,
    of: &At<String>,
    from: &At<String>,
    feed: &Feed,
    value: &Expression,
    world: &World,
    seen: &Seen,
    findings: &mut Findings,
) -> Shaped {
    let via = via(of, feed, raw.via.as_ref(), from.at, world, findings);
    let sight = Sight { world, ground: Ground::Rows { feed, kind: &of.value }, seen };
    let aggregate = aggregate(value, &sight, findings);
    let filter = raw.filter.as_ref().map(|filter| expression::value(filter, &sight, Some(Type::Bool), findings));
    if let (Some(written), Some(Some(compiled))) = (&raw.filter, &filter) {
        check::where_optional(written, compiled, feed, world, findings);
        check::filter_contradictions(raw.pack, written, compiled, world, findings);
    }
    window_grain(raw, feed, findings);
    if let (Some(offset), None) = (&raw.offset, &raw.window) {
        findings
            .error(code::MISPLACED_SETTING, offset.at, "写了 `offset` 却没有 `window`", "`offset` without `window`")
            .hint("`offset` 移动的是时间窗", "`offset` moves a window");
    }
    let filter = match filter {
        None => None,
        Some(filter) => Some(filter?),
    };
    let aggregate = aggregate?;
    let (ty, present) = (aggregate.ty, aggregate.function.is_always_present());
    let shape = FeatureShape::Rows(Rows {
        feed: feed.name.clone(),
        via: via?,
        aggregate,
        filter,
        window: raw.window.as_ref().and_then(|window| window.value).unwrap_or(Window::Ever),
        offset: raw.offset.as_ref().map(|offset| offset.value),
        tolerate: share(raw),
    });
    Some((shape, ty, !present))
}

fn members(
    raw: &RawFeature,
    of: &At<String>,
    from: &At<String>,
    value: &Expression,
    world: &World,
    seen: &Seen,
    findings: &mut Findings,
) -> Shaped {
    if !world.programme.kinds_above(&from.value).contains(&of.value) {
        findings.error(
            code::NO_WAY,
            from.at,
            format!("`{}` 不在 `{}` 之下", from.value, of.value),
            format!("`{}` does not lie below `{}`", from.value, of.value),
        );
        return None;
    }
    misplaced(raw, "按成员汇总的特征", "a feature over members", findings);
    let sight = Sight { world, ground: Ground::Subject(&from.value), seen };
    let aggregate = aggregate(value, &sight, findings);
    let filter = match &raw.filter {
        None => None,
        Some(written) => {
            let filter = expression::value(written, &sight, Some(Type::Bool), findings)?;
            check::filter_contradictions(raw.pack, written, &filter, world, findings);
            Some(filter)
        }
    };
    let aggregate = aggregate?;
    let (ty, present) = (aggregate.ty, aggregate.function.is_always_present());
    let shape = FeatureShape::Members(Members { kind: from.value.clone(), aggregate, filter, tolerate: share(raw) });
    Some((shape, ty, !present))
}

fn formula(
    raw: &RawFeature,
    of: &At<String>,
    value: &Expression,
    world: &World,
    seen: &Seen,
    findings: &mut Findings,
) -> Shaped {
    misplaced(raw, "公式特征", "a formula", findings);
    if let Some(filter) = &raw.filter {
        setting("where", filter.at, "公式特征", "a formula", findings);
    }
    if let Some(tolerate) = &raw.tolerate {
        setting("tolerate", tolerate.at, "公式特征", "a formula", findings);
    }
    let sight = Sight { world, ground: Ground::Subject(&of.value), seen };
    let compiled = expression::value(value, &sight, None, findings)?;
    let (ty, may_be_absent) = (compiled.root.ty, compiled.may_be_absent);
    if ty == Type::Period {
        findings.error(code::TYPE_MISMATCH, value.at, "特征不能是时长", "a feature cannot be a length of time").hint(
            "时长只能是参数；在条件里直接写，例如 `x + :period`",
            "only a parameter can: use it where it is compared, as in `x + :period`",
        );
        return None;
    }
    Some((FeatureShape::Formula(compiled), ty, may_be_absent))
}

/// Settings that only rows have.
fn misplaced(raw: &RawFeature, zh: &str, en: &str, findings: &mut Findings) {
    let settings = [
        ("window", raw.window.as_ref().map(|window| window.at)),
        ("offset", raw.offset.as_ref().map(|offset| offset.at)),
        ("via", raw.via.as_ref().map(|via| via.at)),
    ];
    for (key, at) in settings {
        if let Some(at) = at {
            setting(key, at, zh, en, findings);
        }
    }
}

fn setting(key: &str, at: crate::finding::Place, zh: &str, en: &str, findings: &mut Findings) {
    findings
        .error(code::MISPLACED_SETTING, at, format!("{zh}用不上 `{key}`"), format!("`{key}` has no meaning in {en}"))
        .hint(format!("去掉 `{key}`，或写明 `from`"), format!("remove `{key}`, or say `from`"));
}

/// Rows that are dated by month or year have no days to count.
fn window_grain(raw: &RawFeature, feed: &Feed, findings: &mut Findings) {
    let Valid::Column(valid) = &feed.valid else { return };
    let Some(column) = feed.columns.get(valid).filter(|column| matches!(column.ty, Type::Month | Type::Year)) else {
        return;
    };
    let days = [
        raw.window.as_ref().filter(|window| matches!(window.value, Some(Window::Days(_)))).map(|window| window.at),
        raw.offset.as_ref().filter(|offset| matches!(offset.value, Period { days: 1.., .. })).map(|offset| offset.at),
    ];
    for at in days.into_iter().flatten() {
        findings
            .error(
                code::WINDOW_GRAIN,
                at,
                format!("数据源 `{}` 的日期是 `{}`，不能按天数取", feed.name, column.ty.word()),
                format!("rows of `{}` are dated by {}, days cannot be counted", feed.name, column.ty.word()),
            )
            .hint(
                "改用 `12 months`、`calendar_year`、`previous_month` 等",
                "use `12 months`, `calendar_year`, `previous_month` or the like",
            );
    }
}

fn tolerate(raw: &RawFeature, of: &At<String>, world: &World, findings: &mut Findings) {
    let Some(written) = &raw.tolerate else { return };
    if written.value < Decimal::integer(0) || written.value > Decimal::integer(1) {
        findings
            .error(
                code::BAD_TOLERATE,
                written.at,
                format!("`{}` 不在 0 到 1 之间", written.value),
                format!("`{}` is not between 0 and 1", written.value),
            )
            .hint("1% 写作 `0.01`", "write 1 % as `0.01`");
    }
    if world.programme.level(&of.value).is_none() {
        findings
            .error(
                code::TOLERATE_NOT_A_PLACE,
                written.at,
                format!("`{}` 不是地区，缺一个成员也不能算", of.value),
                format!("`{}` is no place: one uncovered member uncovers it", of.value),
            )
            .hint("去掉 `tolerate`", "remove `tolerate`");
    }
}

fn share(raw: &RawFeature) -> Decimal {
    raw.tolerate.as_ref().map_or(Decimal::integer(0), |written| written.value)
}

/// The unit word, which must be that of the type where the type has one.
fn unit(raw: &RawFeature, ty: Type, findings: &mut Findings) -> Option<String> {
    let of_type = match ty {
        Type::Number { unit, .. } | Type::Real { unit } if unit != Unit::None => Some(unit.word()),
        _ => None,
    };
    let Some(written) = &raw.unit else { return of_type.map(str::to_owned) };
    let claims = ["yuan", "mu", "m2"].contains(&written.value.as_str());
    if ty == Type::RATIO && !claims && written.value != "%" {
        findings
            .error(
                code::UNIT_MISMATCH,
                written.at,
                format!("比例显示为百分数，单位不能是 `{}`", written.value),
                format!("a ratio is shown in per cent, its unit cannot be `{}`", written.value),
            )
            .hint(
                "带小数的数量：列用 `number(2)` 类型，算出来的用 `round(x, 2)`",
                "for a quantity with decimals make the column a `number(2)`, or write `round(x, 2)`",
            );
        return Some(written.value.clone());
    }
    let wrong = match of_type {
        Some(unit) => written.value != unit,
        None => claims,
    };
    if wrong {
        let draft = findings.error(
            code::UNIT_MISMATCH,
            written.at,
            format!("单位 `{}` 与类型 `{}` 不符", written.value, ty.word()),
            format!("unit `{}` does not go with type `{}`", written.value, ty.word()),
        );
        if let Some(unit) = of_type {
            draft.hint(format!("应为 `{unit}`"), format!("it should be `{unit}`"));
        }
    }
    Some(written.value.clone())
}

/// The aggregate of a feature. How many there are tells nothing of what is counted: a count does not take over its class.
fn aggregate(value: &Expression, sight: &Sight<'_>, findings: &mut Findings) -> Option<AggregateCall> {
    let before = sight.seen.class.get();
    let aggregate = expression::aggregate(value, sight, findings)?;
    if aggregate.function == AggregateFunction::Count {
        sight.seen.class.set(before);
    }
    Some(aggregate)
}
