//! One account per role, where some clue is; the mark of test data; a clock that stands on the last simulated day.

use std::path::{Path, PathBuf};

use ::pack::Programme;
use pipeline::DataFolder;
use types::Day;

use super::Told;
use crate::command::serve::TEST_DATA;
use crate::command::user::{Account, add};
use crate::context::Context;
use crate::failure::Failure;
use crate::output::{Table, print};

/// The password of every demo account: nobody real is in the folder.
const PASSWORD: &str = "jianwei-demo-only";

/// Adds the accounts and prints them; returns the file of the clock.
pub async fn prepare(
    folder: &DataFolder,
    data: &Path,
    told: &[Told],
    programme: &Programme,
    today: Day,
    context: &Context,
) -> Result<PathBuf, Failure> {
    folder.store.set_setting(TEST_DATA, "invented people").await?;
    let clock = data.join("test-clock.txt");
    std::fs::write(&clock, format!("{today}\n")).map_err(|error| Failure::unreadable(&clock, &error))?;
    // The narrowest place of a clue that opens a case: everyone is given a place above it or there.
    let has_steps = |told: &&Told| {
        let workflow = told.explanation.opens.as_ref().and_then(|opens| programme.workflows.get(&opens.workflow));
        workflow.is_some_and(|workflow| workflow.steps.is_some())
    };
    let places = told.iter().filter(has_steps).filter_map(|told| told.explanation.place.as_deref());
    let Some(place) = places.max_by_key(|place| (place.len(), std::cmp::Reverse(*place))) else { return Ok(clock) };
    let mut table = Table::new(["账号 login", "密码 password", "角色 role", "地区 place"]);
    for role in programme.roles.values() {
        let level = programme.level(&role.level).and_then(|level| codes::place::LENGTHS.get(level));
        let code = place.get(..level.copied().unwrap_or(place.len())).unwrap_or(place);
        let name = role.id.replace('_', "-");
        let account = Account { name: &name, title: &role.title.zh, password: PASSWORD, language: "zh" };
        add(folder, &account, &[format!("{}@{code}", role.id)], context).await?;
        let title = format!("{} {}", role.title.zh, role.title.en);
        table.row([name.as_str(), PASSWORD, title.as_str(), code]);
    }
    print(&format!("== 演示账号 / accounts ==\n{}\n", table.render()))?;
    Ok(clock)
}
