//! Link decisions: two keys are one subject, or are not after all (semantics section 7).

use store::NewAlias;
use types::{Alias, Day};

use crate::{Caller, DataFolder, Error};

/// A decision as a person makes it.
#[derive(Clone, Debug)]
pub struct LinkRequest {
    /// Register: `person`, …
    pub kind: String,
    /// The key that stands for another from now on, or is split off again.
    pub from: String,
    /// The key it stands for; `None` to split.
    pub to: Option<String>,
    /// Day from which it is known.
    pub known_by: Day,
    /// Why.
    pub why: String,
}

/// Appends the decision to the log.
///
/// # Errors
/// When a key is unknown, or there is nothing to split.
pub async fn decide_link(folder: &DataFolder, request: &LinkRequest, caller: &Caller) -> Result<Alias, Error> {
    let programme = folder.programme().await?;
    let register = programme.register_of(&request.kind).ok_or_else(|| {
        Error::refused(
            "unknown-kind",
            format!("没有对象类型 `{}`", request.kind),
            format!("there is no subject kind `{}`", request.kind),
        )
    })?;
    let identities = folder.store.identities().await?;
    let known = identities.get(&register.name);
    for key in [Some(&request.from), request.to.as_ref()].into_iter().flatten() {
        if known.is_none_or(|known| known.number(key).is_none()) {
            return Err(Error::refused(
                "unknown-key",
                format!("没有对象 `{key}`"),
                format!("there is no subject `{key}`"),
            ));
        }
    }
    if request.to.as_deref() == Some(request.from.as_str()) {
        return Err(Error::refused("same-key", "不能把对象并入它自己", "a subject cannot be merged into itself"));
    }
    let aliases = folder.store.aliases().await?;
    let latest = aliases.iter().rev().find(|alias| alias.kind == register.name && alias.from == request.from);
    if request.to.is_none() && latest.is_none_or(|alias| alias.to.is_none()) {
        return Err(Error::refused(
            "not-merged",
            format!("`{}` 没有并入任何对象", request.from),
            format!("`{}` is not merged into anything", request.from),
        ));
    }
    let new = NewAlias {
        kind: register.name.clone(),
        from: request.from.clone(),
        to: request.to.clone(),
        known_by: request.known_by,
        who: caller.who.clone(),
        why: request.why.clone(),
    };
    Ok(folder.store.append_alias(&new).await?)
}
