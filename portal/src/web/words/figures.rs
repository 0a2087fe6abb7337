//! Numbers and money as they are written in Switzerland.

use super::Words;

/// Thin enough not to tear a number apart, and never at the end of a line.
const NARROW: char = '\u{202f}';

/// A whole number in groups of three digits.
pub(super) fn grouped(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut said = String::with_capacity(digits.len() + digits.len() / 3 + 1);
    if number < 0 {
        said.push('−');
    }
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            said.push(NARROW);
        }
        said.push(digit);
    }
    said
}

impl Words {
    /// A whole number: `12 345`.
    #[allow(clippy::unused_self)] // All four languages write it so, and a fifth may not.
    pub fn number(self, number: impl TryInto<i64>) -> String {
        grouped(number.try_into().unwrap_or(i64::MAX))
    }

    /// A number with so many decimals: `12 345.6`; French and Italian with a comma.
    pub fn decimal(self, number: f64, decimals: usize) -> String {
        let text = format!("{:.decimals$}", number.abs());
        let (whole, rest) = text.split_once('.').unwrap_or((&text, ""));
        let sign = if number < 0.0 { "−" } else { "" };
        let whole = grouped(whole.parse().unwrap_or(i64::MAX));
        if rest.is_empty() {
            return format!("{sign}{whole}");
        }
        let mark = match self.code() {
            "fr" | "it" => ',',
            _ => '.',
        };
        format!("{sign}{whole}{mark}{rest}")
    }

    /// A share: `93 %`.
    pub fn percent(self, share: f64) -> String {
        format!("{}{NARROW}%", self.decimal(share * 100.0, 0))
    }

    /// Money, from centimes: `CHF 1 250.50`.
    #[allow(clippy::unused_self)] // As above.
    pub fn money(self, centimes: i64) -> String {
        let (francs, rest) = (centimes / 100, (centimes % 100).abs());
        format!("CHF\u{a0}{}.{rest:02}", grouped(francs))
    }
}

#[cfg(test)]
mod tests {
    use kanzlei::Language;

    use super::*;

    #[test]
    fn figures_are_grouped_by_narrow_spaces() {
        let words = Words::of(Language::De);
        assert_eq!(words.number(0), "0");
        assert_eq!(words.number(999), "999");
        assert_eq!(words.number(1_204), "1\u{202f}204");
        assert_eq!(words.number(-1_234_567), "−1\u{202f}234\u{202f}567");
        assert_eq!(words.number(u64::MAX), grouped(i64::MAX));
        assert_eq!(words.money(125_050), "CHF\u{a0}1\u{202f}250.50");
        assert_eq!(words.percent(0.934), "93\u{202f}%");
        assert_eq!(words.decimal(1_204.56, 1), "1\u{202f}204.6");
        assert_eq!(Words::of(Language::Fr).decimal(2.5, 1), "2,5");
    }
}
