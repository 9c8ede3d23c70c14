//! From what was written to what is meant: names resolved, expressions typed, defaults filled in.
//!
//! The order matters, for each step needs the ones before: packs, kinds of subject, feeds, agreements, links between them, registers,
//! parameters, features (each after those it reads), models, indicators, table tests. Rules that only look at the outcome are in `check`.

mod agreement;
pub(crate) mod broken_file;
mod covers;
pub(crate) mod expression;
mod feature;
mod feed;
mod indicator;
pub(crate) mod keyed;
pub(crate) mod model;
mod pack;
mod parameter;
mod publication;
mod register;
pub(crate) mod scope;
mod table;
mod via;
mod workflow;
pub(crate) mod world;

use crate::check;
use crate::finding::Findings;
use crate::raw::{
    RawAgreement, RawFeature, RawFeed, RawIndicator, RawModel, RawPack, RawParameter, RawPublication, RawRegister,
    RawRole, RawTable, RawWorkflow, RawYear,
};
use crate::test_table::TableTest;
use types::Hash;
use world::World;

/// Everything that was read, pack by pack in build order.
#[derive(Default)]
pub(crate) struct Written {
    pub(crate) packs: Vec<(String, RawPack, Hash)>,
    pub(crate) registers: Vec<RawRegister>,
    pub(crate) feeds: Vec<RawFeed>,
    pub(crate) agreements: Vec<RawAgreement>,
    pub(crate) features: Vec<RawFeature>,
    pub(crate) parameters: Vec<RawParameter>,
    pub(crate) models: Vec<RawModel>,
    pub(crate) workflows: Vec<RawWorkflow>,
    pub(crate) roles: Vec<RawRole>,
    pub(crate) years: Vec<RawYear>,
    pub(crate) publications: Vec<RawPublication>,
    pub(crate) indicators: Vec<RawIndicator>,
    pub(crate) tables: Vec<RawTable>,
}

/// Fills `world` from `written`; the table tests.
pub(crate) fn understand(written: &Written, world: &mut World, findings: &mut Findings) -> Vec<TableTest> {
    for (id, raw, hash) in &written.packs {
        let pack = pack::mean(id, raw, *hash, findings);
        world.programme.packs.push(pack);
    }
    workflow::names(&written.workflows, world, findings);
    register::kinds(&written.registers, world, findings);
    feed::feeds(&written.feeds, world, findings);
    agreement::agreements(&written.agreements, &written.feeds, world, findings);
    check::link_keys(&written.feeds, world, findings);
    register::references(&written.registers, world, findings);
    parameter::parameters(&written.parameters, world, findings);
    feature::features(&written.features, world, findings);
    model::models(&written.models, world, findings);
    workflow::calendar(&written.years, world, findings);
    publication::publication(&written.publications, world, findings);
    workflow::roles(&written.roles, world, findings);
    workflow::workflows(&written.workflows, world, findings);
    indicator::indicators(&written.indicators, world, findings);
    written.tables.iter().map(|table| table::mean(table, world, findings)).collect()
}
