//! The tree of places at A: sections 3 and 6.

use pack::programme::Shape;

use super::Error;
use super::ask::Asking;

/// Number of characters of a code per level, widest first.
const LENGTHS: [usize; 6] = [2, 4, 6, 9, 12, 15];

/// Tables `tree(code, parent, successor)` and `follows(code, now)`: retired codes and those that stand for them at A.
pub(super) fn follow(asking: &Asking<'_>) -> Result<(), Error> {
    let Some(Shape::Place { members, key, parent, successor, .. }) =
        asking.programme.places().map(|register| &register.shape)
    else {
        return Ok(());
    };
    let (a, k) = (&asking.a, &asking.k);
    for feed in members {
        let successor = successor.as_ref().map_or("NULL".into(), |column| format!("r.c_{column}"));
        asking.run(&format!(
            "INSERT OR IGNORE INTO tree SELECT r.c_{key}, r.c_{parent}, {successor} FROM raw_{feed} r WHERE r.seq = (
               SELECT seq FROM delivery WHERE feed = '{feed}' AND received <= '{k}' AND data_date <= '{a}' ORDER BY data_date DESC, received DESC, seq DESC LIMIT 1) ORDER BY r.row DESC;"
        ))?;
    }
    asking.run(
        "INSERT INTO follows WITH RECURSIVE chain(code, now, depth) AS (
           SELECT code, successor, 1 FROM tree WHERE successor IS NOT NULL
           UNION ALL SELECT chain.code, tree.successor, depth + 1 FROM chain JOIN tree ON tree.code = chain.now WHERE tree.successor IS NOT NULL AND depth < 20)
         SELECT code, now FROM (SELECT code, now, max(depth) FROM chain GROUP BY code);",
    )
}

/// Table `anc(code, up, depth, level)` with each place its own first ancestor, and the places among the subjects.
pub(super) fn places(asking: &Asking<'_>) -> Result<(), Error> {
    let Some(Shape::Place { levels, .. }) = asking.programme.places().map(|register| &register.shape) else {
        return Ok(());
    };
    asking.run(
        "INSERT INTO anc WITH RECURSIVE up(code, up, depth) AS (
           SELECT code, code, 0 FROM tree WHERE successor IS NULL
           UNION ALL SELECT up.code, tree.parent, depth + 1 FROM up JOIN tree ON tree.code = up.up WHERE tree.parent IS NOT NULL AND depth < 20)
         SELECT code, up, depth, NULL FROM up WHERE up IN (SELECT code FROM tree);",
    )?;
    for (level, length) in levels.iter().zip(LENGTHS) {
        asking.run(&format!(
            "UPDATE anc SET level = '{level}' WHERE length(up) = {length};
             INSERT INTO member SELECT '{level}', code FROM tree WHERE length(code) = {length} AND successor IS NULL;
             INSERT INTO home SELECT '{level}', code, code FROM tree WHERE length(code) = {length} AND successor IS NULL;"
        ))?;
    }
    Ok(())
}
