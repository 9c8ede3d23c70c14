//! JW0207, JW0501: what a hit opens: a workflow that exists, for the subject itself or what it belongs to.

use crate::code;
use crate::finding::Findings;
use crate::meaning::world::{Namespace, World};
use crate::raw::{At, RawModel};

/// Workflow and subject kind.
pub(crate) fn opens(
    raw: &RawModel,
    subject: Option<&At<String>>,
    world: &World,
    findings: &mut Findings,
) -> Option<(String, String)> {
    let (workflow, target) = raw.opens.as_ref()?;
    let known = world.programme.workflows.contains_key(&workflow.value)
        || world.broken.workflows.contains(&workflow.value)
        || world.broken.some_pack;
    if !known {
        findings
            .error(
                code::UNKNOWN_WORKFLOW,
                workflow.at,
                format!("未知的流程 `{}`", workflow.value),
                format!("unknown workflow `{}`", workflow.value),
            )
            .hint(
                format!("流程写在 `workflows/{}.yaml`", workflow.value),
                format!("it would stand in `workflows/{}.yaml`", workflow.value),
            )
            .did_you_mean(&workflow.value, world.programme.workflows.keys());
    }
    world.see(Namespace::Workflow, &workflow.value, workflow.at, findings);
    let subject = subject?;
    if world.need_kind(target, findings) && target.value != subject.value {
        let above = world.programme.kinds_above(&subject.value);
        if !above.contains(&target.value) {
            let reachable: Vec<_> =
                [&subject.value].into_iter().chain(&above).map(|kind| format!("`{kind}`")).collect();
            findings
                .error(
                    code::OPENS_UNREACHABLE,
                    target.at,
                    format!("从 `{}` 到不了 `{}`", subject.value, target.value),
                    format!("`{}` cannot be reached from `{}`", target.value, subject.value),
                )
                .hint(format!("可以写：{}", reachable.join("、")), format!("one of {}", reachable.join(", ")));
        }
    }
    Some((workflow.value.clone(), target.value.clone()))
}
