//! Parameters at the subject's place at A: section 6.

use types::{KeyedTable, Value};

use super::ask::Asking;
use super::expression::constant;
use super::{Error, lookup};

/// Table `par(name, kind, key, v)`: the value of the nearest place above that has one in force at A and known by K; without a place,
/// what every place without another below it has.
pub(super) fn parameters(asking: &Asking<'_>) -> Result<(), Error> {
    let (a, k) = (&asking.a, &asking.k);
    let mut versions: Vec<&KeyedTable> = Vec::new();
    for parameter in asking.programme.parameters.values() {
        let name = &parameter.name;
        for value in &parameter.values {
            let from = value.from.to_string();
            let to = value.to.map_or("9999-12-31".into(), |to| to.to_string());
            let known = value.known_from.map_or("0000-01-01".into(), |known| known.to_string());
            if from <= *a && *a <= to && known <= *k {
                let cell = match &value.value {
                    Value::Table(table) => {
                        // Two versions that say the same are one.
                        let known = versions.iter().position(|known| **known == **table);
                        if known.is_none() {
                            versions.push(table);
                            lookup::insert(asking, versions.len(), table)?;
                        }
                        known.map_or(versions.len(), |known| known + 1).to_string()
                    }
                    plain => constant(plain, parameter.ty),
                };
                asking.run(&format!("INSERT INTO par_at VALUES ('{name}', '{}', {cell});", value.place))?;
            }
        }
    }
    asking.run(
        "INSERT INTO par SELECT name, kind, key, v FROM (
           SELECT p.name, h.kind, h.key, p.v, row_number() OVER (PARTITION BY p.name, h.kind, h.key ORDER BY anc.depth) AS nth
           FROM home h JOIN anc ON anc.code = coalesce((SELECT now FROM follows WHERE code = h.place), h.place) JOIN par_at p ON p.place = anc.up) WHERE nth = 1;
         CREATE TABLE lowest AS SELECT code FROM tree t WHERE successor IS NULL
           AND NOT EXISTS (SELECT 1 FROM tree below WHERE below.successor IS NULL AND below.parent = t.code);
         INSERT INTO par SELECT e.name, s.kind, s.key, e.v FROM subj s, (
             SELECT p.name, min(p.v) AS v FROM lowest JOIN member m ON m.key = lowest.code JOIN par p ON p.kind = m.kind AND p.key = m.key
             WHERE m.kind IN (SELECT level FROM anc) GROUP BY p.name
             HAVING count(*) = (SELECT count(*) FROM lowest) AND count(DISTINCT p.v) = 1) e
           WHERE NOT EXISTS (
             SELECT 1 FROM home h JOIN anc ON anc.code = coalesce((SELECT now FROM follows WHERE code = h.place), h.place)
             WHERE h.kind = s.kind AND h.key = s.key);",
    )
}
