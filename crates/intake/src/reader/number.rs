//! What a spreadsheet's stored float shows: at most 15 significant digits, no noise; or a day, where its format says so.

use calamine::ExcelDateTime;

/// The last day a spreadsheet can show, 9999-12-31, in days of its later epoch.
const LAST_SERIAL: f64 = 2_957_003.0;

/// The text of `value` with at most 15 significant digits. From 10^15 on as `1.10105199001011E+17`: more digits than a spreadsheet
/// keeps, so that an identifier stored as a number is seen to be destroyed.
pub(crate) fn number_text(value: f64) -> String {
    if !value.is_finite() {
        return value.to_string();
    }
    let scientific = format!("{value:.14e}");
    let Some((mantissa, exponent)) = scientific.split_once('e') else { return scientific };
    let Ok(exponent) = exponent.parse::<i32>() else { return scientific };
    let (sign, mantissa) = match mantissa.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", mantissa),
    };
    let digits = mantissa.replace('.', "");
    let digits = digits.trim_end_matches('0');
    if digits.is_empty() {
        return "0".into();
    }
    match usize::try_from(exponent) {
        Ok(exponent) if exponent >= 15 => {
            let (first, rest) = digits.split_at(1);
            let point = if rest.is_empty() { "" } else { "." };
            format!("{sign}{first}{point}{rest}E+{exponent:02}")
        }
        Ok(exponent) if digits.len() <= exponent + 1 => format!("{sign}{digits:0<width$}", width = exponent + 1),
        Ok(exponent) => {
            let (whole, fraction) = digits.split_at(exponent + 1);
            format!("{sign}{whole}.{fraction}")
        }
        Err(_) if exponent >= -18 => {
            let zeros = "0".repeat(usize::try_from(-exponent - 1).unwrap_or(0));
            format!("{sign}0.{zeros}{digits}")
        }
        Err(_) => format!("{value:e}"),
    }
}

/// ISO text; a serial number that is no date of either epoch stays a number, one below 1 is a time.
pub(crate) fn date_text(value: &ExcelDateTime) -> String {
    let serial = value.as_f64();
    if value.is_duration() || !(0.0..=LAST_SERIAL).contains(&serial) {
        return number_text(serial);
    }
    let (year, month, day, hour, minute, second, _) = value.to_ymd_hms_milli();
    if serial < 1.0 && serial > 0.0 {
        format!("{hour:02}:{minute:02}:{second:02}")
    } else if (hour, minute, second) == (0, 0, 0) {
        format!("{year:04}-{month:02}-{day:02}")
    } else {
        format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
    }
}

#[cfg(test)]
mod tests {
    use super::number_text;

    #[test]
    fn no_float_noise_and_no_invented_digits() {
        for (value, expected) in [
            (0.0, "0"),
            (-0.0, "0"),
            (2026.0, "2026"),
            (1_234.5, "1234.5"),
            (0.1 + 0.2, "0.3"),
            (-19_999.99, "-19999.99"),
            (31_200.000_000_000_004, "31200"),
            (0.000_001, "0.000001"),
            (990_101_100_203.0, "990101100203"),
            (999_999_999_999_999.0, "999999999999999"),
            (110_105_199_001_011_234.0, "1.10105199001011E+17"),
            (1e15, "1E+15"),
            (1e-30, "1e-30"),
            (f64::NAN, "NaN"),
        ] {
            assert_eq!(number_text(value), expected);
        }
    }
}
