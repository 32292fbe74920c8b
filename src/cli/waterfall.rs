//! `cabrio waterfall`: who gets what in a sale of the company, in exact decimals.

use std::path::Path;

use super::amount::amount;
use super::args::Waterfall;
use super::captable::json;
use super::exit::Failure;
use super::load::{structure, with_round};
use super::terminal::Terminal;
use crate::capital::{CapitalError, SaleTable, after_round, sale_table};
use crate::model::CapitalStructure;
use crate::number::Decimal;
use crate::report::capital::{payouts_csv, sale_chart, waterfall as as_text};
use crate::scenario::Structure;

const OPTION: &str = "--exit";
/// Most prices in one table.
const MOST_PRICES: usize = 10_000;

pub(super) fn waterfall(command: &Waterfall, terminal: &Terminal) -> Result<(), Failure> {
    let round = &command.round;
    let asked = [&round.pre_money, &round.price, &round.new_money].into_iter().any(Option::is_some);
    if asked && !command.after_round {
        let message = "--pre-money, --price and --new-money are of the round: add --after-round to sell the company after it";
        return Err(Failure::Usage(message.to_owned()));
    }
    let sets = with_round(&command.source.sets, round);
    let Structure { mut capital, left_out, .. } = structure(&command.source.file, &sets, terminal)?;
    let exits = prices(&command.exit, &capital.currency)?;
    let refused = |error: CapitalError| Failure::Scenario(error.to_string());
    let mut before = None;
    if command.after_round {
        let (left, round) = after_round(&capital).map_err(refused)?;
        (capital, before) = (left, Some(round));
    }
    let table = sale_table(&capital, &exits, &left_out).map_err(refused)?;
    let table = SaleTable { after_round: before, ..table };
    if let Some(file) = &command.chart {
        chart(&capital, &table, file)?;
    }
    if command.json {
        terminal.result(&json(&table)?)
    } else if command.csv {
        let bytes = payouts_csv(&table).map_err(|error| Failure::Internal(error.to_string()))?;
        terminal.result(&String::from_utf8_lossy(&bytes))
    } else {
        terminal.result(&as_text(&table))
    }
}

fn chart(structure: &CapitalStructure, table: &SaleTable, file: &Path) -> Result<(), Failure> {
    let internal = |error: &dyn std::fmt::Display| Failure::Internal(error.to_string());
    let chart = sale_chart(structure, table).map_err(|error| internal(&error))?;
    let bytes = match file.extension().and_then(|extension| extension.to_str()) {
        Some("svg") => chart.svg.into_bytes(),
        Some("png") => chart.png().map_err(|error| internal(&error))?,
        _ => {
            let message = format!("--chart {}: a chart is written as .svg or .png", file.display());
            return Err(Failure::Usage(message));
        }
    };
    std::fs::write(file, bytes)
        .map_err(|error| Failure::Output(format!("cannot write {}: {error}", file.display())))
}

/// Prices: amounts with commas between, or a range such as `10m..10bn` (its ends and 1, 2, 5 times powers of ten
/// between) or `10m..50m:5` (so many, evenly).
fn prices(text: &str, currency: &str) -> Result<Vec<Decimal>, Failure> {
    let mut prices = Vec::new();
    for part in parts(text) {
        match part.split_once("..") {
            None => prices.push(amount(OPTION, &part, currency)?),
            Some((low, high)) => {
                let (high, count) = match high.rsplit_once(':') {
                    Some((high, count)) => (high, Some(count)),
                    None => (high, None),
                };
                let (low, high) = (amount(OPTION, low, currency)?, amount(OPTION, high, currency)?);
                if high <= low {
                    return Err(Failure::Usage(format!(
                        "--exit {part}: the second price must be the higher one"
                    )));
                }
                prices.extend(match count {
                    Some(count) => evenly(low, high, count)?,
                    None => one_two_five(low, high),
                });
            }
        }
    }
    if prices.is_empty() || prices.len() > MOST_PRICES {
        return Err(Failure::Usage(format!("--exit takes 1 to {MOST_PRICES} prices, like 50m,100m,1bn")));
    }
    Ok(prices)
}

/// Commas separate prices, unless exactly three digits follow and a digit stands before: `1,000,000` is one.
fn parts(text: &str) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    for piece in text.split(',') {
        let digits = piece.chars().take_while(char::is_ascii_digit).count();
        let plain = piece.chars().count() == digits;
        let goes_on = digits == 3
            && plain
            && parts.last().is_some_and(|last| {
                let group = last.rsplit(',').next().unwrap_or_default();
                let bare = group.trim_start_matches(['$', '€', '£', '¥']);
                (1..=3).contains(&bare.len()) && bare.chars().all(|c| c.is_ascii_digit())
            });
        match parts.last_mut() {
            Some(last) if goes_on => last.push_str(&format!(",{piece}")),
            _ => parts.push(piece.trim().to_owned()),
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}

fn evenly(low: Decimal, high: Decimal, count: &str) -> Result<Vec<Decimal>, Failure> {
    let wrong =
        || Failure::Usage(format!("--exit: `{count}` is not a number of prices from 2 to {MOST_PRICES}"));
    let number: usize =
        count.parse().ok().filter(|number| (2..=MOST_PRICES).contains(number)).ok_or_else(wrong)?;
    let last = Decimal::from(number - 1);
    let at = |step: usize| {
        let part = (high - low).checked_mul(Decimal::from(step))?.checked_div(last)?;
        low.checked_add(part)
    };
    Ok((0..number).filter_map(at).collect())
}

fn one_two_five(low: Decimal, high: Decimal) -> Vec<Decimal> {
    let mut prices = vec![low];
    let mut power = Decimal::ONE;
    while power < high {
        for step in [1_i64, 2, 5] {
            let value = power.checked_mul(Decimal::from(step)).unwrap_or(high);
            if value > low && value < high {
                prices.push(value);
            }
        }
        power = power.checked_mul(Decimal::TEN).unwrap_or(high);
    }
    prices.push(high);
    prices
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::number::Amount as _;

    fn read(text: &str) -> Vec<f64> {
        prices(text, "USD").unwrap().into_iter().map(f64::from_decimal).collect()
    }

    #[test]
    fn prices_are_lists_and_ranges() {
        // hand-worked
        assert_eq!(read("50m,100m,1bn"), [5e7, 1e8, 1e9]);
        assert_eq!(read("$1,000,000,$2m"), [1e6, 2e6]);
        assert_eq!(read("300"), [300.0]);
        assert_eq!(read("100,200"), [100_200.0]);
        assert_eq!(read("10m..100m"), [1e7, 2e7, 5e7, 1e8]);
        assert_eq!(read("10m..50m:5"), [1e7, 2e7, 3e7, 4e7, 5e7]);
    }

    #[test]
    fn what_is_no_price_is_refused() {
        for text in ["", "many", "€5m", "-$5m", "5m..1m", "1m..5m:1", "1m..5m:x"] {
            assert!(matches!(prices(text, "USD"), Err(Failure::Usage(_))), "{text}");
        }
    }
}
