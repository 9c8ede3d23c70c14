//! Codes of people in running text, however they are spaced.

use crate::registry::{Code, code};

/// Kinds that lead to one person; of a number that is several of them, the first is meant.
const PERSONAL: [&str; 4] = ["citizen_number", "disability_certificate", "mobile", "bank_card"];

/// Groups of digits that are taken for one number at most.
const GROUPS: usize = 8;

/// The kinds of code of people that stand in `text`, each once, in the order in which they are found.
#[must_use]
pub fn personal_codes(text: &str) -> Vec<&'static Code> {
    let kinds: Vec<&'static Code> = PERSONAL.iter().filter_map(|name| code(name)).collect();
    let mut found: Vec<&'static Code> = Vec::new();
    for run in runs(text) {
        let mut from = 0;
        while from < run.len() {
            // The longest number that begins here; blanks and strokes between its groups do not hide it.
            let ends = (from + 1..=run.len().min(from + GROUPS)).rev();
            let hit = ends.clone().find_map(|end| {
                let joined = run.get(from..end)?.concat();
                Some((end, *kinds.iter().find(|kind| kind.check(&joined).is_ok())?))
            });
            match hit {
                Some((end, kind)) => {
                    if !found.iter().any(|known| known.kind == kind.kind) {
                        found.push(kind);
                    }
                    from = end;
                }
                None => from += 1,
            }
        }
    }
    found
}

/// Runs of groups of digits (with a check letter X) that are separated by one blank or stroke each.
fn runs(text: &str) -> Vec<Vec<String>> {
    let (mut runs, mut run, mut group): (Vec<Vec<String>>, Vec<String>, String) = Default::default();
    let mut gap = 0;
    for char in text.chars().map(narrow).chain(['\n']) {
        let is_check = matches!(char, 'X' | 'x') && !group.is_empty();
        if char.is_ascii_digit() || is_check {
            if gap > 1 {
                runs.push(std::mem::take(&mut run));
            }
            gap = 0;
            group.push(char.to_ascii_uppercase());
            continue;
        }
        if !group.is_empty() {
            run.push(std::mem::take(&mut group));
        }
        gap = if matches!(char, ' ' | '-' | '\u{a0}') { gap + 1 } else { 2 };
        if gap > 1 && !run.is_empty() {
            runs.push(std::mem::take(&mut run));
        }
    }
    runs
}

/// Full-width digits and letters as ASCII.
fn narrow(char: char) -> char {
    match char {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(char) - 0xfee0).unwrap_or(char),
        '\u{3000}' => ' ',
        char => char,
    }
}

#[cfg(test)]
mod tests {
    use super::personal_codes;

    #[test]
    fn numbers_are_found_however_they_are_written() {
        for (text, kinds) in [
            ("", [].as_slice()),
            ("家庭人口4人，金额 6000.00 元，2026-05-31", &[]),
            ("身份证990101199001010019号", &["citizen_number"]),
            ("９９０１０１１９９００１０１００１９", &["citizen_number"]),
            ("990101 19900101 0019", &["citizen_number"]),
            ("99010119700707003X", &["citizen_number"]),
            ("99010119700707003x；电话 139-0000-0000", &["citizen_number", "mobile"]),
            ("13900000000 990101199001010019", &["mobile", "citizen_number"]),
            // Masked, too short, with a wrong check digit.
            ("990101********0019", &[]),
            ("1390000000", &[]),
            ("990101199001010018", &[]),
        ] {
            let found: Vec<&str> = personal_codes(text).iter().map(|code| code.kind.0).collect();
            assert_eq!(found, kinds, "{text}");
        }
    }
}
