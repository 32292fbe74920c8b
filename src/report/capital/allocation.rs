//! An allocation on a terminal.

use super::text::{Side, aligned, money, percent, price, shares};
use super::waterfall::turn_in_words;
use crate::allocation::{Allocation, Discounts, Solved};
use crate::capital::Figure;
use crate::number::Decimal;

/// What each class is worth, and what the payoffs are made of.
#[must_use]
pub fn allocation(table: &Allocation) -> String {
    let currency = &table.currency;
    let mut text = format!("{} · {} on {} · {currency}\n", table.title, table.company, table.date);
    if let Some(before) = &table.after_round {
        let (each, post) = (price(before.price, currency), money(before.post_money, currency));
        text.push_str(&format!("Right after {}: {each} a share, {post} post-money\n", before.round));
    }
    text.push_str(&format!("{}\n", basis(table)));
    if let Some(solved) = &table.solved {
        text.push_str(&format!("{}\n", solution(solved, table)));
    }
    text.extend(table.notes.iter().map(|note| format!("note: {note}\n")));
    text.push_str(&format!("\n{}", classes(table)));
    text.push_str(&format!(
        "\nWhere the payoffs of a sale bend, and what is between\n{}",
        breakpoints(table)
    ));
    text.push_str(&jumps(table));
    if let Some(discounts) = &table.discounts {
        text.push_str(&format!("\n{}", marketability(discounts, currency)));
    }
    text
}

/// A price in floating point, for people.
fn figure(value: f64) -> Figure {
    Figure(Decimal::from_f64_retain(value).unwrap_or_default())
}

fn part(value: f64) -> String {
    percent(figure(value))
}

fn basis(table: &Allocation) -> String {
    let rates = format!(
        "volatility {}, riskless rate {} a year ({} continuous)",
        part(table.volatility),
        part(table.rate_per_year),
        part(table.rate_continuous)
    );
    match (table.years, &table.exit_date, table.exit_rate) {
        (Some(years), Some(date), _) => {
            let years = figure(years).0.round_dp(4).normalize();
            format!("Option pricing method: sold after {years} years, on {date}; {rates}")
        }
        (_, _, exit_rate) => {
            let floated = if table.flotation.is_empty() { "sold" } else { "sold or floated" };
            format!("Random exit: {floated} at {} a year; {rates}", part(exit_rate.unwrap_or_default()))
        }
    }
}

fn solution(solved: &Solved, table: &Allocation) -> String {
    let currency = &table.currency;
    let start = format!(
        "At {} for a share of {} the company is worth {}",
        price(solved.price, currency),
        solved.class,
        money(figure(table.value), currency)
    );
    let over = |over: f64| format!("{} {}", part(over.abs()), if over < 0.0 { "below" } else { "above" });
    match (solved.headline, solved.overvaluation) {
        (Some(headline), Some(overvaluation)) => {
            let common = solved.common_overvaluation.map_or_else(String::new, |common| {
                format!("; the price is {} what a common share is worth", over(common))
            });
            format!(
                "{start}.\nAll shares at that price: {}, {} that{common}.",
                money(figure(headline), currency),
                over(overvaluation)
            )
        }
        _ => format!("{start}."),
    }
}

fn classes(table: &Allocation) -> String {
    let head = ["Class", "Shares", "Value", "Part", "Per share"];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    for class in &table.classes {
        rows.push(vec![
            class.class.clone(),
            class.shares.map_or_else(String::new, shares),
            money(figure(class.value), &table.currency),
            part(class.share),
            class.per_share.map_or_else(String::new, |each| price(figure(each), &table.currency)),
        ]);
    }
    rows.push(Vec::new());
    rows.push(vec![
        "Company".to_owned(),
        String::new(),
        money(figure(table.value), &table.currency),
        part(1.0),
    ]);
    aligned(&rows, &[Side::Left, Side::Right, Side::Right, Side::Right, Side::Right])
}

/// One row a breakpoint, or more where several classes share or bend.
fn breakpoints(table: &Allocation) -> String {
    let head = ["Price", "Call there", "Up to the next", "Above", "Shared by", "From here on"];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    for bend in &table.breakpoints {
        let mut shares = bend.shares.iter().map(|share| format!("{} {}", percent(share.share), share.class));
        let mut turns = bend.turns.iter().map(|turn| format!("{}: {}", turn.class, turn_in_words(turn.turn)));
        let start = [
            money(bend.exit, &table.currency),
            money(figure(bend.call), &table.currency),
            money(figure(bend.tranche), &table.currency),
            part(bend.probability_above),
        ];
        let lines = bend.shares.len().max(bend.turns.len()).max(1);
        for line in 0..lines {
            let start = if line == 0 { start.clone() } else { Default::default() };
            let lists = [shares.next().unwrap_or_default(), turns.next().unwrap_or_default()];
            rows.push(start.into_iter().chain(lists).collect());
        }
    }
    aligned(&rows, &[Side::Right, Side::Right, Side::Right, Side::Right, Side::Left, Side::Left])
}

fn jumps(table: &Allocation) -> String {
    if table.jumps.is_empty() {
        return String::new();
    }
    let mut text = "\nWhere payoffs jump, each priced as a digital option\n".to_owned();
    let head = ["Price", "Class", "By"];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    for jump in &table.jumps {
        rows.push(vec![
            money(jump.exit, &table.currency),
            jump.class.clone(),
            money(figure(jump.by), &table.currency),
        ]);
    }
    text.push_str(&aligned(&rows, &[Side::Right, Side::Left, Side::Right]));
    text
}

fn marketability(discounts: &Discounts, currency: &str) -> String {
    let years = figure(discounts.years).0.round_dp(4).normalize();
    let mut text = format!(
        "Illustrative discounts of a common share that cannot be sold for {years} years, at a volatility of {}; not to be averaged\n",
        part(discounts.volatility)
    );
    let mut rows = vec![["Method", "Discount", "Per share"].map(str::to_owned).to_vec()];
    let each = price(figure(discounts.per_share), currency);
    rows.push(vec!["None".to_owned(), part(0.0), each]);
    for row in &discounts.methods {
        let name = match row.method {
            "chaffe" => "Chaffe 1993: put at today's value",
            "finnerty_2012" => "Finnerty 2012: average-strike put, rough",
            "ghaidarov_2009" => "Ghaidarov 2009: average-strike put, rough",
            "average_strike_put" => "Average-strike put, exact",
            _ => "Longstaff 1995: upper bound",
        };
        let found = row.discount.map_or_else(|| row.reason.clone().unwrap_or_default(), part);
        let left = row.per_share.map_or_else(String::new, |each| price(figure(each), currency));
        rows.push(vec![name.to_owned(), found, left]);
    }
    text.push_str(&aligned(&rows, &[Side::Left, Side::Right, Side::Right]));
    text
}
