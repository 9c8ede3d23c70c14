//! JW0510: a model's file begins with its id, so that `W02` is found without opening files.

use crate::code;
use crate::finding::Findings;
use crate::raw::{At, RawModel};

pub(crate) fn file_name(raw: &RawModel, id: &At<String>, findings: &mut Findings) {
    let stem = &raw.file_stem;
    if *stem != id.value && !stem.starts_with(&format!("{}-", id.value)) {
        findings
            .warning(
                code::FILE_NAME,
                id.at,
                format!("文件 `{stem}.yaml` 里是模型 `{}`", id.value),
                format!("the file `{stem}.yaml` holds model `{}`", id.value),
            )
            .hint(format!("文件名应以 `{}-` 开头", id.value), format!("begin the file's name with `{}-`", id.value));
    }
}
