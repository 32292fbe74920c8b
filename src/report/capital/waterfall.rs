//! The table of a sale on a terminal.

use super::text::{Side, aligned, money, price};
use crate::capital::{BreakpointRow, ClassPayout, Figure, Payouts, SaleTable};

/// Prices side by side.
const ACROSS: usize = 5;

/// Who gets what at each price, and where the payoffs bend.
#[must_use]
pub fn waterfall(table: &SaleTable) -> String {
    let mut text = format!("{} · {} sold {} · {}\n", table.title, table.company, when(table), table.currency);
    if let Some(before) = &table.after_round {
        let (each, post) = (price(before.price, &table.currency), money(before.post_money, &table.currency));
        text.push_str(&format!("{}: {each} a share, {post} post-money\n", before.round));
    }
    text.extend(table.notes.iter().map(|note| format!("note: {note}\n")));
    for block in table.exits.chunks(ACROSS) {
        text.push_str(&format!("\n{}", payouts(block, &table.currency)));
    }
    let marked = table.exits.iter().flat_map(|exit| &exit.classes).any(|class| class.converted == Some(true));
    if marked {
        text.push_str("  * converted or exercised\n");
    }
    if !table.breakpoints.is_empty() {
        text.push_str(&format!("\nWhere the payoffs bend\n{}", bends(table)));
    }
    text
}

/// The day of the sale, and the round before it.
pub(super) fn when(table: &SaleTable) -> String {
    match &table.after_round {
        None => format!("on {}", table.date),
        Some(before) => format!("on {}, right after {}", table.date, before.round),
    }
}

fn payouts(exits: &[Payouts], currency: &str) -> String {
    let Some(first) = exits.first() else { return String::new() };
    let across = |name: &str, figure: &dyn Fn(&Payouts) -> Figure| {
        let cells = exits.iter().map(|exit| money(figure(exit), currency));
        std::iter::once(name.to_owned()).chain(cells).collect::<Vec<_>>()
    };
    let mut rows = vec![across("Price of the company", &|exit| exit.exit)];
    for (name, figure) in [
        ("Fees", (|exit: &Payouts| exit.fees) as fn(&Payouts) -> Figure),
        ("Carve-out", |exit| exit.carve_out),
    ] {
        if exits.iter().any(|exit| !figure(exit).0.is_zero()) {
            rows.push(across(name, &figure));
        }
    }
    for (index, class) in first.classes.iter().enumerate() {
        let cell = |exit: &Payouts| {
            exit.classes.get(index).map_or_else(String::new, |class| {
                let mark = if class.converted == Some(true) { " *" } else { "  " };
                format!("{}{mark}", money(class.payout, currency))
            })
        };
        rows.push(std::iter::once(class.class.clone()).chain(exits.iter().map(cell)).collect());
    }
    // Stars hang out of the column.
    for row in rows.iter_mut().filter(|row| row.iter().skip(1).all(|cell| !cell.ends_with(['*', ' ']))) {
        row.iter_mut().skip(1).for_each(|cell| cell.push_str("  "));
    }
    if exits.iter().any(|exit| !exit.undistributed.0.is_zero()) {
        let mut row = across("Left for nobody", &|exit| exit.undistributed);
        row.iter_mut().skip(1).for_each(|cell| cell.push_str("  "));
        rows.push(row);
    }
    rows.push(Vec::new());
    let per_share = exits.iter().map(|exit| format!("{}  ", price(exit.per_common_share, currency)));
    rows.push(std::iter::once("Per common share".to_owned()).chain(per_share).collect());
    rows.extend(held_by(exits, currency));
    let sides: Vec<Side> =
        (0..=exits.len()).map(|column| if column == 0 { Side::Left } else { Side::Right }).collect();
    aligned(&rows, &sides)
}

/// Payouts by holder, where they say more than the classes do.
fn held_by(exits: &[Payouts], currency: &str) -> Vec<Vec<String>> {
    let Some(first) = exits.first() else { return Vec::new() };
    let names = |class: &ClassPayout| class.class.clone();
    let classes: Vec<String> = first.classes.iter().map(names).collect();
    let new = first.holders.iter().filter(|holder| !classes.contains(&holder.holder)).count();
    if new == 0 {
        return Vec::new();
    }
    let mut rows = vec![Vec::new()];
    for (index, holder) in first.holders.iter().enumerate() {
        let cell = |exit: &Payouts| {
            let payout = exit.holders.get(index).map(|holder| holder.payout).unwrap_or_default();
            format!("{}  ", money(payout, currency))
        };
        rows.push(std::iter::once(holder.holder.clone()).chain(exits.iter().map(cell)).collect());
    }
    rows
}

/// What a class does from a bend on, in words that fit names in the singular and the plural.
pub(super) fn turn(bend: &BreakpointRow) -> &'static str {
    turn_in_words(bend.turn)
}

pub(super) fn turn_in_words(turn: &str) -> &'static str {
    match turn {
        "claim_begins" => "claim begins to be paid",
        "claim_paid" => "claim paid in full",
        "exercises" => "exercised",
        "capped" => "participation cap reached",
        "converts" => "converted",
        "reverts" => "not converted or exercised any more",
        "cap_ends" => "cap no longer in force",
        _ => "sharing in what is left",
    }
}

/// One row a class; of those at one price the first shows it.
fn bends(table: &SaleTable) -> String {
    let head = ["Price", "Per common share", "Class", "From here on"];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    let mut last = None;
    for bend in &table.breakpoints {
        let exit = money(bend.exit, &table.currency);
        let each = price(bend.per_common_share, &table.currency);
        let again = last.as_ref() == Some(&(exit.clone(), each.clone()));
        let at = if again { [String::new(), String::new()] } else { [exit.clone(), each.clone()] };
        rows.push(at.into_iter().chain([bend.class.clone(), turn(bend).to_owned()]).collect());
        last = Some((exit, each));
    }
    aligned(&rows, &[Side::Right, Side::Right, Side::Left, Side::Left])
}
