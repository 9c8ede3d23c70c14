//! The member file of the poverty system, exported by the agriculture bureau, village by village, every month. Some entries are wrong: weak
//! labour for a healthy man, a post without months, nobody's telephone.

use types::Month;

use super::poverty_profiles::telephone;
use super::{DepartmentFile, Slot, monthly, yes_no};
use crate::county::COUNTY_CODE;
use crate::life::roll::{has_post, member_number};
use crate::life::watch::is_listed;
use crate::life::work::{Reach, spell_of};
use crate::people::{Person, Role};
use crate::world::World;
use crate::write::{Format, Holds, Rows, optional, required};

/// The file.
pub(crate) const FILE: DepartmentFile = DepartmentFile {
    feed: "poverty_members",
    prefix: "防返贫成员信息",
    format: Format::Gb18030,
    columns: &[
        required("人员编号", Holds::Code),
        required("户号", Holds::Code),
        required("村代码", Holds::Code),
        required("证件号码", Holds::Text),
        optional("公民身份号码", Holds::Text),
        required("与户主关系", Holds::Word),
        required("出生日期", Holds::Date),
        required("在校生状况", Holds::Word),
        required("健康状况", Holds::Word),
        required("劳动技能", Holds::Word),
        required("居民医保", Holds::Word),
        required("职工医保", Holds::Word),
        required("大病保险", Holds::Word),
        required("低保", Holds::Word),
        required("特困供养", Holds::Word),
        required("公益岗位", Holds::Word),
        optional("公益岗位月数", Holds::Number),
        optional("务工区域", Holds::Text),
        optional("务工县代码", Holds::Text),
        optional("务工时间月", Holds::Number),
        optional("务工渠道", Holds::Text),
        optional("联系电话", Holds::Text),
    ],
    slots: |frame| monthly(frame, "poverty_members", 9),
    rows,
};

fn rows(world: &World, slot: &Slot) -> Rows {
    let mut rows = Rows::new();
    for (position, person) in world.people.persons.iter().enumerate() {
        let Some(household) = person.household_on(slot.to).filter(|_| person.lives_here_on(slot.to)) else { continue };
        if !is_listed(world, household, slot.to) {
            continue;
        }
        let family = &world.people.households[household];
        let age = person.age_on(slot.to);
        let certificate = world.certificates.iter().find(|one| one.person == position && one.issued <= slot.to);
        let ill = world.diagnoses.iter().any(|one| one.person == position && one.day <= slot.to);
        let health = match (certificate, ill) {
            (Some(_), _) => "残疾",
            (None, true) => "患有大病",
            (None, false) if age > 55 && position % 4 == 0 => "长期慢性病",
            _ => "健康",
        };
        let labour = match age {
            ..=15 => "无劳动力",
            _ if certificate.is_some_and(|one| one.grade <= 2) => "丧失劳动力",
            // The clerk's slip that rule 1111_14 looks for.
            _ if position % 233 == 19 => "弱劳动力或半劳动力",
            16..=59 => "普通劳动力",
            60..=69 => "弱劳动力或半劳动力",
            _ => "无劳动力",
        };
        let pupil = world.pupils.iter().rev().find(|one| one.person == position && one.registered <= slot.to);
        let stage = pupil.filter(|one| slot.to < one.registered.plus_days(340)).map(|one| match one.stage {
            "本科" => "本科及以上",
            stage => stage,
        });
        let post = has_post(world, position, slot.to);
        let months = if post && position % 3 != 0 { "11" } else { "" };
        let document = certificate.filter(|_| position % 5 == 0).map_or_else(
            || person.citizen_number.clone(),
            |one| format!("{}{}{}", person.citizen_number, one.kind, one.grade),
        );
        let at_work = spell_of(world, position, slot.to.month());
        let (reach, county) = match at_work.map(|spell| spell.reach) {
            Some(Reach::County) => ("乡镇外县内", COUNTY_CODE),
            Some(Reach::Province) => ("县外省内", "990102"),
            Some(Reach::Country) => ("省外", "999101"),
            None => ("", ""),
        };
        // Whoever keeps a post on paper is entered with it, wherever he is.
        let channel = match at_work {
            Some(_) if post => "公益岗位",
            Some(spell) if spell.organised => "组织输转",
            Some(_) => "自主就业",
            None => "",
        };
        let year = slot.to.year().first_day().month().0;
        let months_away =
            (year..=slot.to.month().0).filter(|month| spell_of(world, position, Month(*month)).is_some()).count();
        let entitled = world.entitled.iter().any(|one| one.household == household && one.in_month(slot.to.month()));
        rows.push(vec![
            member_number(world, position),
            family.number.clone(),
            world.county.village_of(family.grid_on(slot.to)).code.clone(),
            document,
            person.citizen_number.clone(),
            relation(world, position, household).to_owned(),
            person.born.to_string(),
            stage.unwrap_or(if age < 6 { "学龄前儿童" } else { "非在校生" }).to_owned(),
            health.to_owned(),
            labour.to_owned(),
            yes_no(person.insured),
            yes_no(false),
            yes_no(person.insured && position % 41 != 7),
            yes_no(entitled),
            yes_no(false),
            yes_no(post),
            months.to_owned(),
            reach.to_owned(),
            county.to_owned(),
            at_work.map(|_| months_away.to_string()).unwrap_or_default(),
            channel.to_owned(),
            telephone(household, &family.number),
        ]);
    }
    rows
}

/// The first of the couple is the head.
fn relation(world: &World, position: usize, household: usize) -> &'static str {
    let couple = |person: &Person| person.role == Role::Couple && person.last_household() == Some(household);
    let person = &world.people.persons[position];
    match person.role {
        Role::Couple if world.people.persons.iter().position(couple) == Some(position) => "户主",
        Role::Couple => "配偶",
        Role::Child if person.male => "之子",
        Role::Child => "之女",
        Role::Elder if person.male => "之父",
        Role::Elder => "之母",
    }
}
