//! The place levels that answers are counted by.

use engine::Scene;
use pack::Programme;
use pack::programme::Shape;
use types::NO_NUMBER;

use crate::Error;

/// The level to count subjects of `kind` by: the one asked for, or the widest on which there is more than one place at A and which is
/// not below `kind` itself. `None` where the packs know no places.
///
/// # Errors
/// `unknown-level`.
pub(crate) fn chosen(scene: &Scene<'_>, kind: Option<&str>, asked: Option<&str>) -> Result<Option<String>, Error> {
    let levels = levels(scene.programme);
    if let Some(asked) = asked {
        if !levels.iter().any(|level| level == asked) {
            return Err(Error::refused(
                "unknown-level",
                format!("没有地区层级 `{asked}`；已有：{}", levels.join("、")),
                format!("there is no place level `{asked}`; there are: {}", levels.join(", ")),
            ));
        }
        return Ok(Some(asked.to_owned()));
    }
    let lowest = kind.and_then(|kind| scene.programme.level(kind)).unwrap_or(levels.len());
    let mut chosen = None;
    for level in levels.iter().take(lowest + 1) {
        let places = scene.members(level)?.count_set_bits();
        if places > 0 {
            chosen = Some(level.clone());
        }
        if places > 1 {
            break;
        }
    }
    Ok(chosen)
}

/// The narrowest level on which most of `homes` stand, or stand below: numbers of places, each with how many live there, of `all` with and
/// without one. `None` for none.
pub(crate) fn narrowest(scene: &Scene<'_>, homes: &[(u32, u64)], all: u64) -> Result<Option<String>, Error> {
    for (position, level) in levels(scene.programme).iter().enumerate().rev() {
        let tree = scene.places()?;
        let on = homes.iter().filter(|(home, _)| tree.ancestor(*home, position) != NO_NUMBER);
        let on: u64 = on.map(|(_, count)| count).sum();
        if on > 0 && on * 2 >= all {
            return Ok(Some(level.clone()));
        }
    }
    Ok(None)
}

fn levels(programme: &Programme) -> &[String] {
    match programme.places().map(|register| &register.shape) {
        Some(Shape::Place { levels, .. }) => levels,
        _ => &[],
    }
}
