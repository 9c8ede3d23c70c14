//! JW0223: a pack uses its own names and those of packs it builds on, directly or through others; what else is loaded beside it
//! may be missing tomorrow.

use expr::{Compiled, Input, NodeKind, Span};

use crate::code;
use crate::finding::{Findings, Place};
use crate::meaning::scope::{Ground, Sight};
use crate::meaning::world::{Found, Namespace, World};
use crate::raw::Expression;

/// `name`, defined at `defined`, is used at `at`.
pub(crate) fn foreign(name: &str, defined: Place, at: Place, world: &World, findings: &mut Findings) {
    let (Some(owner), Some(user)) = (world.files.get(&defined.file), world.files.get(&at.file)) else { return };
    if world.broken.some_pack || builds_on(*user, *owner, world) {
        return;
    }
    let shown = name.rsplit(' ').next().unwrap_or(name);
    let id = |pack: &usize| world.programme.packs.get(*pack).map_or("", |pack| &pack.id);
    let (owner, user) = (id(owner), id(user));
    findings
        .error(
            code::FOREIGN_NAME,
            at,
            format!("`{shown}` 属于业务包 `{owner}`，而 `{user}` 没有以它为基础"),
            format!("`{shown}` belongs to the pack `{owner}`, on which `{user}` does not build"),
        )
        .hint(
            format!("在 pack.yaml 的 `builds_on` 中加上 `{owner}`"),
            format!("add `{owner}` to `builds_on` in pack.yaml"),
        )
        .related(defined, "定义在这里", "defined here");
}

/// Whether `user` is `owner` or builds on it, directly or through others.
fn builds_on(user: usize, owner: usize, world: &World) -> bool {
    let packs = &world.programme.packs;
    let mut reached = vec![user];
    let mut next = 0;
    while let Some(pack) = reached.get(next).copied() {
        if pack == owner {
            return true;
        }
        next += 1;
        for id in packs.get(pack).into_iter().flat_map(|pack| &pack.builds_on) {
            if let Some(below) = packs.iter().position(|pack| pack.id == *id).filter(|below| !reached.contains(below)) {
                reached.push(below);
            }
        }
    }
    false
}

/// Every name in an expression; `offset`: where `compiled` begins in the text as written.
pub(crate) fn foreign_names(
    written: &Expression,
    compiled: &Compiled,
    offset: usize,
    sight: &Sight<'_>,
    findings: &mut Findings,
) {
    compiled.root.visit(&mut |node| {
        let (NodeKind::Input(input) | NodeKind::Lookup(_, input, _)) = &node.kind else { return };
        let Some(input) = compiled.inputs.get(*input) else { return };
        let span = Span { start: node.span.start + offset, end: node.span.end + offset };
        let at = written.place(span, findings);
        if let Input::Exists(number) = input {
            let Some(exists) = compiled.exists.get(*number) else { return };
            sight.world.see(Namespace::Feed, &exists.feed, at, findings);
            for inner in exists.condition.inputs.iter().filter(|inner| !is_of_other(inner)) {
                foreign_name(inner, at, sight, findings);
            }
            return;
        }
        foreign_name(input, at, sight, findings);
    });
}

fn is_of_other(input: &Input) -> bool {
    matches!(input, Input::Name { prefix: Some(prefix), .. } if prefix == "other")
}

/// One name.
pub(crate) fn foreign_name(input: &Input, at: Place, sight: &Sight<'_>, findings: &mut Findings) {
    let world = sight.world;
    match (input, &sight.ground) {
        (Input::Parameter(name), _) => world.see(Namespace::Parameter, name, at, findings),
        (Input::Name { prefix: Some(prefix), name }, Ground::Rows { kind, .. }) if prefix == "subject" => {
            of_kind(kind, name, at, world, findings);
        }
        (Input::Name { prefix: Some(link), name }, Ground::Rows { .. }) => of_kind(link, name, at, world, findings),
        (Input::Name { prefix: None, name }, Ground::Subject(kind)) => of_kind(kind, name, at, world, findings),
        (Input::Name { prefix: Some(above), name }, Ground::Subject(_)) => of_kind(above, name, at, world, findings),
        _ => {}
    }
}

/// An attribute belongs to its register, a feature to itself.
fn of_kind(kind: &str, name: &str, at: Place, world: &World, findings: &mut Findings) {
    if matches!(world.attribute(kind, name), Found::Yes(_)) {
        if let Some(register) = world.programme.register_of(kind) {
            world.see(Namespace::Kind, &register.name, at, findings);
        }
    } else {
        world.see(Namespace::Feature, &format!("{kind} {name}"), at, findings);
    }
}
