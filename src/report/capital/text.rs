//! Figures and columns of the tables on a terminal. Figures are rounded for people; JSON and CSV have all digits.

use crate::capital::Figure;
use crate::number::Decimal;
use crate::quantity::Currency;
use crate::report::format::thousands;

/// Between two columns.
const GAP: &str = "  ";
/// Widest cell; a longer one ends in an ellipsis.
const WIDEST: usize = 44;

/// A column's cells stand left or right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Left,
    Right,
}

/// Rows in aligned columns; the first is the head, and an empty row is a rule.
pub(super) fn aligned(rows: &[Vec<String>], sides: &[Side]) -> String {
    let cut: Vec<Vec<String>> =
        rows.iter().map(|row| row.iter().map(|cell| shortened(cell)).collect()).collect();
    let width = |column: usize| cut.iter().filter_map(|row| row.get(column)).map(|cell| length(cell)).max();
    let widths: Vec<usize> = (0..sides.len()).map(|column| width(column).unwrap_or(0)).collect();
    let whole = widths.iter().sum::<usize>() + GAP.len() * widths.len().saturating_sub(1);
    let mut text = String::new();
    for (index, row) in cut.iter().enumerate() {
        if row.is_empty() {
            text.push_str(&format!("  {}\n", "-".repeat(whole)));
            continue;
        }
        let cells = row.iter().zip(&widths).zip(sides).map(|((cell, width), side)| {
            let room = " ".repeat(width - length(cell));
            if *side == Side::Left { format!("{cell}{room}") } else { format!("{room}{cell}") }
        });
        let line = cells.collect::<Vec<_>>().join(GAP);
        text.push_str(&format!("  {}\n", line.trim_end()));
        if index == 0 {
            text.push_str(&format!("  {}\n", "-".repeat(whole)));
        }
    }
    text
}

fn length(cell: &str) -> usize {
    cell.chars().count()
}

fn shortened(cell: &str) -> String {
    if length(cell) <= WIDEST {
        return cell.to_owned();
    }
    cell.chars().take(WIDEST - 1).chain(['…']).collect()
}

/// Shares: whole from a thousand on, else with two decimals.
pub(super) fn shares(figure: Figure) -> String {
    let decimals = if figure.0.abs() >= Decimal::ONE_THOUSAND || figure.0.fract().is_zero() { 0 } else { 2 };
    grouped(figure.0, decimals)
}

/// A fraction as a percentage with two decimals.
pub(super) fn percent(figure: Figure) -> String {
    format!("{}%", grouped(figure.0.checked_mul(Decimal::ONE_HUNDRED).unwrap_or(figure.0), 2))
}

/// An amount: whole from a thousand on, else to the cent.
pub(super) fn money(figure: Figure, currency: &str) -> String {
    let decimals = if figure.0.abs() >= Decimal::ONE_THOUSAND || figure.0.is_zero() { 0 } else { 2 };
    marked(&grouped(figure.0, decimals), currency)
}

/// A price per share: four decimals, or five significant figures of a small one.
pub(super) fn price(figure: Figure, currency: &str) -> String {
    let small = figure.0.round_sf(5).filter(|_| figure.0.abs() < Decimal::new(1, 1) && !figure.0.is_zero());
    let text = small.map_or_else(|| grouped(figure.0, 4), |value| value.normalize().to_string());
    marked(&text, currency)
}

/// A ratio with up to six decimals.
pub(super) fn ratio(figure: Figure) -> String {
    figure.0.round_dp(6).normalize().to_string()
}

fn marked(text: &str, code: &str) -> String {
    let symbol = code.parse::<Currency>().ok().and_then(|currency| currency.symbol());
    let (sign, digits) = text.strip_prefix('-').map_or(("", text), |digits| ("-", digits));
    symbol.map_or_else(|| format!("{sign}{code} {digits}"), |symbol| format!("{sign}{symbol}{digits}"))
}

/// A number with commas between thousands and this many decimals.
fn grouped(value: Decimal, decimals: usize) -> String {
    let places = u32::try_from(decimals).unwrap_or(0);
    let text = format!("{:.decimals$}", value.round_dp(places));
    let (sign, digits) = text.strip_prefix('-').map_or(("", text.as_str()), |digits| ("-", digits));
    format!("{sign}{}", thousands(digits))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_rounded_for_people() {
        let figure = |text: &str| Figure(Decimal::from_str_exact(text).unwrap());
        // hand-worked
        assert_eq!(shares(figure("17946274.5098")), "17,946,275");
        assert_eq!(shares(figure("12.5")), "12.50");
        assert_eq!(percent(figure("0.272727")), "27.27%");
        assert_eq!(money(figure("-1234567.89"), "USD"), "-$1,234,568");
        assert_eq!(money(figure("12.345"), "CHF"), "CHF 12.34");
        assert_eq!(price(figure("1.105263157"), "USD"), "$1.1053");
        assert_eq!(price(figure("0.00123456"), "EUR"), "€0.0012346");
    }

    #[test]
    fn columns_are_aligned() {
        let row = |a: &str, b: &str| vec![a.to_owned(), b.to_owned()];
        let text = aligned(&[row("a", "bb"), row("long", "1"), Vec::new()], &[Side::Left, Side::Right]);
        assert_eq!(text, "  a     bb\n  --------\n  long   1\n  --------\n");
    }
}
