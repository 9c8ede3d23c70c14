//! Values, stamps and reasons in words, as the browser and the command line say them: nothing here hides anything, see [`crate::mask`].

use pack::Programme;
use types::{Decimal, Lang, ReasonLine, Stamp, Text, Type, Unit, ValueLine};

use crate::mask::HIDDEN;

/// What `say` says, in both languages.
pub fn both(say: impl Fn(Lang) -> String) -> Text {
    Text::new(say(Lang::Zh), say(Lang::En))
}

/// A unit, as packs write it.
#[must_use]
pub fn unit(word: &str) -> Text {
    let (zh, en) = match word {
        "yuan" => ("元", "yuan"),
        "mu" => ("亩", "mu"),
        "m2" => ("平方米", "m²"),
        "1" => ("", ""),
        other => (other, other),
    };
    Text::new(zh, en)
}

/// One side of a condition, with the unit of what is compared.
#[must_use]
pub fn side(ty: &str, side: &str, lang: Lang) -> String {
    match (side, lang) {
        ("null", Lang::Zh) => "无".to_owned(),
        ("null", Lang::En) => "none".to_owned(),
        _ => with_unit(ty, None, side, lang),
    }
}

/// Digits shown after the point of a quotient.
const QUOTIENT_DIGITS: usize = 4;

/// A value of type `ty` without its unit, as an explanation's canonical text says it: money from fen to yuan.
#[must_use]
pub fn text(ty: &str, text: &str, lang: Lang) -> String {
    match ty {
        "money" | "number of yuan" => yuan(text),
        "ratio" => percent(text).unwrap_or_else(|| text.to_owned()),
        "bool" => match (text, lang) {
            ("true", Lang::Zh) => "是".to_owned(),
            ("false", Lang::Zh) => "否".to_owned(),
            ("true", Lang::En) => "yes".to_owned(),
            ("false", Lang::En) => "no".to_owned(),
            _ => text.to_owned(),
        },
        "period" => period(text, lang),
        _ => shortened(text),
    }
}

/// The value with its unit; the reason when it is not covered, `none` when there is nothing. Never blank.
#[must_use]
pub fn value(programme: &Programme, line: &ValueLine, lang: Lang) -> String {
    match (&line.value, line.covered) {
        (Some(value), true) => with_unit(&line.ty, line.unit.as_deref(), value, lang),
        _ => sentence_value(programme, line, lang),
    }
}

/// The value as it stands in a sentence, whose words bring the unit.
#[must_use]
pub fn sentence_value(programme: &Programme, line: &ValueLine, lang: Lang) -> String {
    match (&line.value, line.covered, lang) {
        (Some(value), true, _) => text(&line.ty, value, lang),
        (None, true, Lang::Zh) => "无".to_owned(),
        (None, true, Lang::En) => "none".to_owned(),
        (_, false, Lang::Zh) => format!("未知（{}）", reasons(programme, &line.reasons, lang)),
        (_, false, Lang::En) => format!("unknown ({})", reasons(programme, &line.reasons, lang)),
    }
}

/// A value of type `ty` with its unit, from its text as packs write it: money in yuan.
#[must_use]
pub fn as_written(ty: Type, text: &str, lang: Lang) -> String {
    let fen = match ty {
        Type::Number { unit: Unit::Yuan, .. } => Decimal::parse(text).and_then(|yuan| yuan.rescale(2)),
        _ => None,
    };
    match fen {
        Some(fen) => with_unit(&ty.word(), None, &fen.mantissa.to_string(), lang),
        None => with_unit(&ty.word(), None, text, lang),
    }
}

/// A distance: in the unit of what was compared; days, months and years for dates.
#[must_use]
pub fn distance(ty: &str, distance: &str, lang: Lang) -> String {
    if distance == HIDDEN {
        return distance.to_owned();
    }
    let (zh, en) = match ty {
        "date" => ("天", "days"),
        "month" => ("个月", "months"),
        "year" => ("年", "years"),
        _ => return with_unit(ty, None, distance, lang),
    };
    match lang {
        Lang::Zh => format!("{distance} {zh}"),
        Lang::En => format!("{distance} {en}"),
    }
}

/// A value with its unit: the pack's, or that of its type.
#[must_use]
pub fn with_unit(ty: &str, unit: Option<&str>, value: &str, lang: Lang) -> String {
    if value == HIDDEN {
        return value.to_owned();
    }
    let own = match ty {
        "money" | "number of yuan" => Some("yuan"),
        "area" | "number of mu" => Some("mu"),
        "square_metres" | "number of m2" => Some("m2"),
        _ => unit,
    };
    let unit = own.map(self::unit);
    let unit = unit.as_ref().map_or("", |unit| unit.get(lang));
    if unit.is_empty() { text(ty, value, lang) } else { format!("{} {unit}", text(ty, value, lang)) }
}

/// A share, `0.560000`, as `56.0 %`; nothing when it is no number.
#[must_use]
pub fn percent(share: &str) -> Option<String> {
    let share = Decimal::parse(share)?;
    let percent = Decimal::new(share.mantissa, share.scale).checked_mul(Decimal::integer(100))?.to_f64();
    Some(if percent != 0.0 && percent.abs() < 1.0 { format!("{percent:.2} %") } else { format!("{percent:.1} %") })
}

/// Reasons, each with what it is about.
#[must_use]
pub fn reasons(programme: &Programme, reasons: &[ReasonLine], lang: Lang) -> String {
    let (between, colon, nothing) = match lang {
        Lang::Zh => ("；", "：", "原因不明"),
        Lang::En => ("; ", ": ", "no reason given"),
    };
    if reasons.is_empty() {
        return nothing.to_owned();
    }
    let lines = reasons.iter().map(|line| {
        let reason = line.reason.text();
        if line.about.is_empty() {
            reason.get(lang).to_owned()
        } else {
            format!("{}{colon}{}", reason.get(lang), about(programme, &line.about, lang))
        }
    });
    lines.collect::<Vec<_>>().join(between)
}

/// A stamp in words.
#[must_use]
pub fn stamp(programme: &Programme, stamp: &Stamp, lang: Lang) -> String {
    let source_title = |source: &str| {
        let feed = source.split('.').next().unwrap_or(source);
        programme.feeds.get(feed).map_or_else(|| source.to_owned(), |feed| feed.title.get(lang).to_owned())
    };
    match (stamp, lang) {
        (Stamp::DataTo { day }, Lang::Zh) => format!("数据截至 {day}"),
        (Stamp::DataTo { day }, Lang::En) => format!("data to {day}"),
        (Stamp::Since { day }, Lang::Zh) => format!("自 {day} 起"),
        (Stamp::Since { day }, Lang::En) => format!("since {day}"),
        (Stamp::NullCells { count }, Lang::Zh) => format!("{count} 个空单元格未计入"),
        (Stamp::NullCells { count }, Lang::En) => format!("{count} empty cells skipped"),
        (Stamp::WhereUnknown { count }, Lang::Zh) => format!("{count} 行因筛选条件不明未计入"),
        (Stamp::WhereUnknown { count }, Lang::En) => format!("{count} rows skipped, their filter is unknown"),
        (Stamp::Unreadable { count }, Lang::Zh) => format!("另有 {count} 行被退回且认不出对象"),
        (Stamp::Unreadable { count }, Lang::En) => format!("{count} refused rows whose subject cannot be read"),
        (Stamp::MembersNotCovered { count, of }, Lang::Zh) => format!("{of} 个成员中 {count} 个没有数据"),
        (Stamp::MembersNotCovered { count, of }, Lang::En) => format!("{count} of {of} members not covered"),
        (Stamp::Assumed, Lang::Zh) => "归属按首份名单推定".to_owned(),
        (Stamp::Assumed, Lang::En) => "membership assumed from the first list backwards".to_owned(),
        (Stamp::Outvoted { source, value }, Lang::Zh) => format!("{}另有说法：{value}", source_title(source)),
        (Stamp::Outvoted { source, value }, Lang::En) => format!("{} says {value}", source_title(source)),
        (Stamp::Source { source }, Lang::Zh) => format!("来自{}", source_title(source)),
        (Stamp::Source { source }, Lang::En) => format!("from {}", source_title(source)),
        (Stamp::Table { table, row, basis }, lang) => table_row(programme, table, row.as_deref(), basis, lang),
    }
}

/// Which row of which table, and on what basis.
fn table_row(programme: &Programme, table: &str, row: Option<&str>, basis: &str, lang: Lang) -> String {
    let named = about(programme, &format!(":{table}"), lang);
    match (row, lang) {
        (Some(row), Lang::Zh) => format!("查表：{named}，行 {row}（依据：{basis}）"),
        (Some(row), Lang::En) => format!("from table {named}, row {row} (basis: {basis})"),
        (None, Lang::Zh) => format!("逐行查表：{named}（依据：{basis}）"),
        (None, Lang::En) => format!("rows looked up in table {named} (basis: {basis})"),
    }
}

/// The title of a feed, parameter or kind a reason is about, with its name; the name alone of anything else.
fn about(programme: &Programme, name: &str, lang: Lang) -> String {
    let parameter = programme.parameters.get(name.trim_start_matches(':')).map(|parameter| &parameter.title);
    let title = programme.feeds.get(name).map(|feed| &feed.title).or(parameter);
    let title = title.or_else(|| programme.registers.get(name).map(|register| &register.title));
    match (title, lang) {
        (Some(title), Lang::Zh) => format!("{} `{name}`", title.zh),
        (Some(title), Lang::En) => format!("{} `{name}`", title.en),
        (None, _) => format!("`{name}`"),
    }
}

/// Fen as yuan with two decimals.
fn yuan(fen: &str) -> String {
    match Decimal::parse(fen) {
        Some(fen) if fen.scale == 0 => Decimal::new(fen.mantissa, 2).to_string(),
        Some(fen) => format!("{:.2}", fen.to_f64() / 100.0),
        None => fen.to_owned(),
    }
}

/// A quotient cut to what a person reads; anything else as it is.
fn shortened(text: &str) -> String {
    let is_long = text.split_once('.').is_some_and(|(_, fraction)| fraction.len() > QUOTIENT_DIGITS);
    match text.parse::<f64>() {
        Ok(number) if is_long && number.is_finite() => format!("{number:.QUOTIENT_DIGITS$}"),
        _ => text.to_owned(),
    }
}

/// `1 month` in the reader's language.
fn period(text: &str, lang: Lang) -> String {
    if lang == Lang::En {
        return text.to_owned();
    }
    let words = text.split(' ').map(|word| match word.trim_end_matches('s') {
        "day" => "天",
        "month" => "个月",
        "year" => "年",
        _ => word,
    });
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use types::Lang;

    use super::{distance, percent, text, with_unit};

    #[test]
    fn values_read_as_people_write_them() {
        for (ty, value, zh) in [
            ("money", "3120000", "31200.00"),
            ("money", "-5", "-0.05"),
            ("money", "***", "***"),
            ("number of yuan", "1234.5678", "12.35"),
            ("ratio", "0.1", "10.0 %"),
            ("bool", "true", "是"),
            ("period", "1 month", "1 个月"),
            ("period", "1 month 3 days", "1 个月 3 天"),
            ("number", "0.33333333", "0.3333"),
            ("text", "v1.20260531", "v1.20260531"),
            ("integer", "12", "12"),
        ] {
            assert_eq!(text(ty, value, Lang::Zh), zh, "{ty} {value}");
        }
        assert_eq!(with_unit("money", Some("yuan"), "100", Lang::En), "1.00 yuan");
        assert_eq!(with_unit("integer", Some("人"), "3", Lang::Zh), "3 人");
        assert_eq!(with_unit("money", None, "***", Lang::Zh), "***", "what is hidden has no unit either");
        assert_eq!(distance("date", "30", Lang::Zh), "30 天");
        assert_eq!(percent("0.560000").as_deref(), Some("56.0 %"));
        assert_eq!(percent("0.000100").as_deref(), Some("0.01 %"));
        assert_eq!(percent("***"), None);
    }
}
