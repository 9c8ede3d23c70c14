//! Parameters: values of the parameter's type, or tables of them, at canonical places.

use std::collections::BTreeMap;
use std::sync::Arc;

use types::{Text, Value};

use super::keyed::{Form, table, table_type};
use super::world::{Namespace, World};
use crate::check;
use crate::code;
use crate::finding::Findings;
use crate::programme::{Parameter, ParameterValue};
use crate::raw::{At, RawParameter, RawParameterValue};
use crate::value::parse_value;

pub(crate) fn parameters(raws: &[RawParameter], world: &mut World, findings: &mut Findings) {
    for raw in raws {
        if !world.define(Namespace::Parameter, &raw.name.value, raw.name.at, findings) {
            continue;
        }
        let Some(ty) = &raw.ty else {
            world.broken.parameters.insert(raw.name.value.clone());
            continue;
        };
        if raw.is_table && raw.keys.is_none() {
            world.broken.parameters.insert(raw.name.value.clone());
            continue;
        }
        let form = raw.keys.as_deref().map(|keys| Form { keys, ty: ty.value, gaps: raw.gaps });
        let mut values = Vec::new();
        let mut by_place: BTreeMap<String, Vec<&RawParameterValue>> = BTreeMap::new();
        for written in &raw.values {
            let place = written.place.as_ref().and_then(|written| place(written, findings));
            if let (Some(from), Some(to)) = (&written.from, &written.to)
                && from.value > to.value
            {
                findings.error(
                    code::FROM_AFTER_TO,
                    to.at,
                    format!("`to` 早于 `from`（{}）", from.value),
                    format!("`to` is before `from` ({})", from.value),
                );
            } else if let Some(place) = &place {
                by_place.entry(place.clone()).or_default().push(written);
            }
            let value = written.value.as_ref().map(|text| (text, parse_value(&text.value, ty.value)));
            let value = match value {
                Some((_, Ok(value))) => value,
                Some((text, Err(expected))) => {
                    findings
                        .error(
                            code::VALUE_TYPE,
                            text.at,
                            format!("`{}` 不是 `{}` 类型的值", text.value, ty.value.word()),
                            format!("`{}` is not a value of type `{}`", text.value, ty.value.word()),
                        )
                        .hint_text(Some(expected));
                    Value::Null
                }
                None => match (&form, &written.rows) {
                    (Some(form), Some(rows)) => {
                        let basis = written.basis.as_deref().unwrap_or_default();
                        Value::Table(Arc::new(table(form, rows, basis, findings)))
                    }
                    _ => Value::Null,
                },
            };
            let (Some(place), Some(from)) = (place, &written.from) else {
                world.broken.parameter_values.insert(raw.name.value.clone());
                continue;
            };
            values.push(ParameterValue {
                place,
                from: from.value,
                to: written.to.as_ref().map(|day| day.value),
                known_from: written.known_from.as_ref().map(|day| day.value),
                value,
                basis: written.basis.clone().unwrap_or_default(),
                example: written.example,
            });
        }
        check::overlap(&by_place, findings);
        let name = raw.name.value.clone();
        let title = raw.title.clone().unwrap_or_else(|| Text::new(name.clone(), name.clone()));
        let versions: Vec<Value> = values.iter().map(|value: &ParameterValue| value.value.clone()).collect();
        let table = form.map(|form| table_type(&form, &versions));
        let parameter = Parameter { name: name.clone(), pack: raw.pack, title, ty: ty.value, table, values };
        world.programme.parameters.insert(name, parameter);
    }
}

/// The canonical place code, or a finding.
pub(crate) fn place(text: &At<String>, findings: &mut Findings) -> Option<String> {
    let code = codes::code("place")?;
    match code.check(&text.value) {
        Ok(place) => Some(place),
        Err(error) => {
            findings
                .error(
                    code::BAD_PLACE,
                    text.at,
                    format!("`{}` 不是地区代码", text.value),
                    format!("`{}` is not a place code", text.value),
                )
                .hint_text(Some(error.message));
            None
        }
    }
}
