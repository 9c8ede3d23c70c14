//! Indicators: each a feature of a place level, compared with a parameter by the same expressions as everything else.

use types::{Type, Unit};

use super::scope::{Ground, Seen, Sight};
use super::world::{Namespace, World};
use crate::code;
use crate::finding::{Draft, Findings, Place};
use crate::programme::{Better, Feature, FeatureShape, Indicator};
use crate::raw::{At, RawIndicator};

/// What shows a share times 100.
const PERCENT: &str = "%";

pub(crate) fn indicators(raws: &[RawIndicator], world: &mut World, findings: &mut Findings) {
    for raw in raws {
        if !world.define(Namespace::Indicator, &raw.id.value, raw.id.at, findings) {
            continue;
        }
        if let Some(indicator) = indicator(raw, world, findings) {
            world.programme.indicators.insert(indicator.id.clone(), indicator);
        }
    }
}

fn indicator(raw: &RawIndicator, world: &World, findings: &mut Findings) -> Option<Indicator> {
    let mark = findings.mark();
    for level in &raw.of {
        if world.need_kind(level, findings) && world.programme.level(&level.value).is_none() {
            misused(level.at, "指标只能是地区的特征", "an indicator is a feature of a place", findings)
                .hint("`of` 写地区层级", "`of` names a level of the places");
        }
    }
    if findings.errors_since(mark) || raw.of.is_empty() {
        return None;
    }
    let actual = raw.actual.as_ref()?;
    let features = features(actual, raw, world, findings)?;
    let first = *features.first()?;
    if features.iter().any(|feature| feature.ty != first.ty) {
        let (zh, en) = ("各层级的类型不一致", "its type is not the same on every level");
        misused(actual.at, zh, en, findings).hint_text(None);
    }
    if features.iter().any(|feature| feature.class.is_masked()) {
        let (zh, en) = ("指标读了敏感数据，显示时会被遮住", "the number reads sensitive data and will be masked");
        let hint = ("汇总前用 `count`，或换一个不敏感的列", "use `count`, or a column that is less sensitive");
        findings.warning(code::INDICATOR, actual.at, zh, en).hint(hint.0, hint.1);
    }
    let met = met(raw, first, world, findings);
    let list = list(raw, &features, world, findings);
    let unit = unit(raw, first, findings);
    if findings.errors_since(mark) {
        return None;
    }
    Some(Indicator {
        id: raw.id.value.clone(),
        pack: raw.pack,
        title: raw.title.clone().unwrap_or_default(),
        levels: raw.of.iter().map(|level| level.value.clone()).collect(),
        actual: actual.value.clone(),
        target: raw.target.as_ref().map(|target| parameter_name(&target.value).to_owned()),
        better: raw.better.as_ref().map(|better| better.value),
        met,
        trend: raw.trend,
        list,
        unit,
        basis: raw.basis.clone(),
    })
}

/// The feature `name` of each level, or findings; `None` too where one is broken.
fn features<'w>(
    name: &At<String>,
    raw: &RawIndicator,
    world: &'w World,
    findings: &mut Findings,
) -> Option<Vec<&'w Feature>> {
    let mut features = Vec::new();
    for level in &raw.of {
        match world.programme.feature(&level.value, &name.value) {
            Some(feature) => {
                world.see(Namespace::Feature, &format!("{} {}", level.value, name.value), name.at, findings);
                features.push(feature);
            }
            None if world.features.contains_key(&(level.value.clone(), name.value.clone()))
                || world.broken.some_pack => {}
            None => {
                let known = world.programme.features.iter().filter(|feature| feature.kind == level.value);
                findings
                    .error(
                        code::UNKNOWN_FEATURE,
                        name.at,
                        format!("`{}` 没有特征 `{}`", level.value, name.value),
                        format!("`{}` has no feature `{}`", level.value, name.value),
                    )
                    .did_you_mean(&name.value, known.map(|feature| &feature.name));
            }
        }
    }
    (features.len() == raw.of.len()).then_some(features)
}

/// The comparison with the target: typed like any other, so that yuan are not held against people.
fn met(raw: &RawIndicator, actual: &Feature, world: &World, findings: &mut Findings) -> Option<expr::Compiled> {
    let target = raw.target.as_ref()?;
    let Some(better) = &raw.better else {
        let hint = ("写 `better: higher` 或 `better: lower`", "say `better: higher` or `better: lower`");
        let (zh, en) = ("有目标却没有写明方向", "a target without saying which way is better");
        misused(target.at, zh, en, findings).hint(hint.0, hint.1);
        return None;
    };
    let parameter = parameter_name(&target.value);
    if !world.programme.parameters.contains_key(parameter) {
        if !world.broken.parameters.contains(parameter) && !world.broken.some_pack {
            findings
                .error(
                    code::UNKNOWN_PARAMETER,
                    target.at,
                    format!("未知的参数 `{parameter}`"),
                    format!("unknown parameter `{parameter}`"),
                )
                .did_you_mean(parameter, world.programme.parameters.keys());
        }
        return None;
    }
    world.see(Namespace::Parameter, parameter, target.at, findings);
    let sign = if better.value == Better::Higher { ">=" } else { "<=" };
    let name = &actual.name;
    let text = format!("{name} is not null and {name} {sign} :{parameter}");
    let seen = Seen::default();
    let sight = Sight { world, ground: Ground::Subject(&actual.kind), seen: &seen };
    let problems = match expr::parse(&text) {
        Ok(ast) => match expr::check(&ast, &sight, Some(Type::Bool)) {
            Ok(compiled) => return Some(compiled),
            Err(problems) => problems,
        },
        Err(problems) => problems,
    };
    if let Some(problem) = problems.into_iter().next() {
        let (zh, en) = (format!("目标与指标不能相比：{}", problem.message.zh), problem.message.en);
        misused(target.at, zh, format!("the target does not go with the number: {en}"), findings)
            .hint_text(problem.hint);
    }
    None
}

/// The feature that is listed: the one named, else the number itself where it counts something.
fn list(raw: &RawIndicator, actual: &[&Feature], world: &World, findings: &mut Findings) -> Option<String> {
    let is_listable = |feature: &Feature| !matches!(feature.shape, FeatureShape::Formula(_));
    let Some(written) = &raw.list else {
        let first = actual.first()?;
        return actual.iter().all(|feature| is_listable(feature)).then(|| first.name.clone());
    };
    let listed = features(written, raw, world, findings)?;
    if !listed.iter().all(|feature| is_listable(feature)) {
        let hint = ("写一个按行或按成员汇总的特征", "name a feature over rows or members");
        misused(written.at, "公式背后没有清单", "there is no list behind a formula", findings).hint(hint.0, hint.1);
    }
    Some(written.value.clone())
}

/// The unit shown: that of the feature unless another is written, which only numbers without one of their own may have.
fn unit(raw: &RawIndicator, actual: &Feature, findings: &mut Findings) -> Option<String> {
    let Some(written) = &raw.unit else { return actual.unit.clone() };
    let is_plain = matches!(actual.ty, Type::Number { unit: Unit::None, .. } | Type::Real { unit: Unit::None })
        || actual.ty == Type::RATIO;
    if !is_plain && actual.unit.as_ref() != Some(&written.value) {
        let word = actual.ty.word();
        findings
            .error(
                code::UNIT_MISMATCH,
                written.at,
                format!("单位 `{}` 与类型 `{word}` 不符", written.value),
                format!("unit `{}` does not go with type `{word}`", written.value),
            )
            .hint(format!("`{PERCENT}` 只用于没有单位的比例"), format!("`{PERCENT}` is for shares without a unit"));
    }
    Some(written.value.clone())
}

/// `:name` and `name` are the same parameter here.
fn parameter_name(written: &str) -> &str {
    written.strip_prefix(':').unwrap_or(written)
}

fn misused(at: Place, zh: impl Into<String>, en: impl Into<String>, findings: &mut Findings) -> &mut Draft {
    findings.error(code::INDICATOR, at, zh, en)
}
