//! JW0210: a feature must not have the name of an attribute of its kind, for only one of them could be read.

use crate::code;
use crate::finding::Findings;
use crate::meaning::world::{Found, World};
use crate::raw::RawFeature;

pub(crate) fn shadowed_attribute(raw: &RawFeature, of: &str, world: &World, findings: &mut Findings) {
    if matches!(world.attribute(of, &raw.name.value), Found::Yes(_)) {
        findings
            .error(
                code::SHADOWS,
                raw.name.at,
                format!("`{of}` 已有属性 `{}`", raw.name.value),
                format!("`{of}` has an attribute `{}` already", raw.name.value),
            )
            .hint("请给特征换一个名称", "give the feature another name");
    }
}
