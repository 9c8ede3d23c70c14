//! JW0204, JW0216: a feed's links name kinds of subject, and the linked column holds that kind's key.

use crate::code;
use crate::finding::Findings;
use crate::meaning::world::{Found, Namespace, World};
use crate::programme::{Register, Shape};
use crate::raw::RawFeed;

pub(crate) fn link_keys(raws: &[RawFeed], world: &World, findings: &mut Findings) {
    for raw in raws {
        let Found::Yes(feed) = world.feed(&raw.name.value) else { continue };
        for (kind, column) in &raw.links {
            // `place` itself may be linked: a row of any level.
            let is_places = world.programme.registers.get(&kind.value).is_some_and(Register::is_place);
            if is_places {
                world.see(Namespace::Kind, &kind.value, kind.at, findings);
            } else if !world.need_kind(kind, findings) {
                continue;
            }
            let derived = world.programme.registers.get(&kind.value).map(|register| &register.shape);
            if matches!(derived, Some(Shape::Derived { .. })) {
                findings
                    .error(
                        code::DERIVED_KEY,
                        kind.at,
                        format!("`{}` 是派生底册，不能用列关联", kind.value),
                        format!("`{}` is a derived register, no column links to it", kind.value),
                    )
                    .hint("派生底册由自己的数据源直接得到", "its feed's rows are its subjects already");
                continue;
            }
            let (Some(key), Found::Yes(found)) = (world.key_type(&kind.value), world.column(feed, &column.value))
            else {
                continue;
            };
            if found.ty != key {
                findings.error(
                    code::KEY_TYPE,
                    column.at,
                    format!(
                        "列 `{}` 是 `{}`，而 `{}` 的主键是 `{}`",
                        found.name,
                        found.ty.word(),
                        kind.value,
                        key.word()
                    ),
                    format!(
                        "column `{}` is `{}`, the key of `{}` is `{}`",
                        found.name,
                        found.ty.word(),
                        kind.value,
                        key.word()
                    ),
                );
            }
        }
    }
}
