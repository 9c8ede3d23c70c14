//! Deposits of families that signed a consent, from the banks: every adult asked about, with the sum over all accounts, every month. Not all
//! that a family holds lies in a bank, and of some families one bank does not answer.

use super::{DepartmentFile, Slot, monthly};
use crate::life::assets::one_bank_silent;
use crate::life::consents::asked;
use crate::people::Role;
use crate::world::World;
use crate::write::{Format, Holds, Rows, money, required};

/// The file.
pub(crate) const FILE: DepartmentFile = DepartmentFile {
    feed: "bank_deposits",
    prefix: "存款核对",
    format: Format::Utf8,
    columns: &[required("身份证号", Holds::CitizenNumber), required("存款余额", Holds::Money)],
    slots: |frame| monthly(frame, "bank_deposits", 9),
    rows,
};

fn rows(world: &World, slot: &Slot) -> Rows {
    let month = usize::try_from(slot.to.month().0 - world.calendar.start().month().0).unwrap_or(0);
    let mut rows = Rows::new();
    for household in asked(world, slot.to) {
        let held = world.held.get(household).and_then(|months| months.get(month)).copied().unwrap_or(0).max(0);
        let kept: i64 = world
            .set_aside
            .iter()
            .filter(|one| one.household == household && one.until > slot.to)
            .map(|one| one.fen)
            .sum();
        let part = 35 + i64::try_from(household * 37 % 61).unwrap_or(0);
        let balance = (held * part / 100 + kept) / if one_bank_silent(household) { 3 } else { 1 };
        let adults: Vec<_> = world
            .people
            .persons
            .iter()
            .filter(|person| {
                person.lives_here_on(slot.to)
                    && person.household_on(slot.to) == Some(household)
                    && person.age_on(slot.to) >= 18
            })
            .collect();
        // The couple's, or of those who are left.
        let owners = adults.iter().filter(|person| person.role == Role::Couple).count();
        let owners = if owners == 0 { adults.len() } else { owners };
        let alone = adults.iter().all(|person| person.role != Role::Couple);
        for person in adults {
            let own =
                if alone || person.role == Role::Couple { balance / i64::try_from(owners).unwrap_or(1) } else { 0 };
            rows.push(vec![person.citizen_number.clone(), money(own)]);
        }
    }
    rows
}
