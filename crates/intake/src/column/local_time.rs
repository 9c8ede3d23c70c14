//! The local clock of the folder's time zone, Asia/Shanghai: eight hours ahead, nine in the summers in which clocks were moved.
//!
//! Instants in files are midnights of local days more often than not, so the summers matter: a day of 1988 would be the day before.
//! Written out, for what a system's own table says may change from one machine to the next.

/// From and to, in seconds since 1970: when clocks were nine hours ahead (tz database, Asia/Shanghai).
const SUMMERS: [(i64, i64); 14] = [
    (-1_600_675_200, -1_585_904_400), // 1919
    (-933_667_200, -922_093_200),     // 1940
    (-908_870_400, -888_829_200),     // 1941
    (-881_049_600, -767_869_200),     // 1942 to 1945
    (-745_833_600, -733_827_600),     // 1946
    (-716_889_600, -699_613_200),     // 1947
    (-683_884_800, -670_669_200),     // 1948
    (-652_348_800, -650_019_600),     // 1949
    (515_527_200, 527_014_800),       // 1986
    (545_162_400, 558_464_400),       // 1987
    (577_216_800, 589_914_000),       // 1988
    (608_666_400, 621_968_400),       // 1989
    (640_116_000, 653_418_000),       // 1990
    (671_565_600, 684_867_600),       // 1991
];

/// How many seconds local clocks are ahead at `instant`, in seconds since 1970.
pub(crate) fn offset_at(instant: i64) -> i64 {
    // The first instant of this century with nothing to look up.
    const LAST: i64 = SUMMERS[SUMMERS.len() - 1].1;
    if instant < LAST && SUMMERS.iter().any(|(from, to)| (*from..*to).contains(&instant)) { 9 * 3600 } else { 8 * 3600 }
}

#[cfg(test)]
mod tests {
    use super::offset_at;

    #[test]
    fn summers_begin_and_end() {
        for (instant, hours) in [
            (0, 8),
            (577_216_799, 8),
            (577_216_800, 9),
            (589_913_999, 9),
            (589_914_000, 8),
            (-800_000_000, 9),
            (1_780_000_000, 8),
            (i64::MAX, 8),
            (i64::MIN, 8),
        ] {
            assert_eq!(offset_at(instant), hours * 3600, "{instant}");
        }
    }
}
