//! What a pack says of itself.

use types::{Day, Hash};

use crate::code;
use crate::finding::Findings;
use crate::programme::PackInfo;
use crate::raw::RawPack;

pub(crate) fn mean(folder: &str, raw: &RawPack, hash: Hash, findings: &mut Findings) -> PackInfo {
    if let Some(id) = raw.id.as_ref().filter(|id| id.value != folder) {
        findings
            .error(
                code::PACK_ID,
                id.at,
                format!("编号 `{}` 与文件夹名 `{folder}` 不同", id.value),
                format!("the id `{}` is not the folder's name `{folder}`", id.value),
            )
            .hint("业务包的编号就是文件夹名", "a pack is known by its folder's name");
    }
    if let Some(version) = &raw.version {
        let numbers: Vec<_> = version.value.split('.').collect();
        let semantic = numbers.len() == 3 && numbers.iter().all(|number| number.parse::<u32>().is_ok());
        if !semantic {
            findings
                .error(
                    code::BAD_NUMBER,
                    version.at,
                    format!("`{}` 不是版本号", version.value),
                    format!("`{}` is not a version", version.value),
                )
                .hint("写成 `1.2.0` 的形式", "write it like `1.2.0`");
        }
    }
    PackInfo {
        id: folder.to_owned(),
        version: raw.version.as_ref().map(|version| version.value.clone()).unwrap_or_default(),
        title: raw.title.clone().unwrap_or_default(),
        builds_on: raw.builds_on.iter().map(|id| id.value.clone()).collect(),
        hash,
        test_as_of: raw.test_as_of.as_ref().map_or(Day(0), |day| day.value),
        test_place: raw
            .test_place
            .as_ref()
            .and_then(|place| super::parameter::place(place, findings))
            .unwrap_or_default(),
    }
}
