//! The table of a round on a terminal.

use super::text::{Side, aligned, money, percent, price, ratio, shares};
use crate::capital::{Figure, Holding, InstrumentRow, RoundRow, RoundTable};

const NONE: &str = "–";

/// Who owns what before and after the round, and how it came about.
#[must_use]
pub fn captable(table: &RoundTable) -> String {
    let mut text = format!("{} · {} on {} · {}\n", table.title, table.company, table.date, table.currency);
    text.extend(table.notes.iter().map(|note| format!("note: {note}\n")));
    text.push_str(&format!("\nHoldings\n{}", holdings(table)));
    let several = table.after.as_ref().unwrap_or(&table.before);
    if several.holders.len() < several.classes.len() {
        text.push_str(&format!("\nBy holder\n{}", holders(table)));
    }
    if !table.instruments.is_empty() {
        text.push_str(&format!("\nSAFEs, notes and loans\n{}", instruments(table)));
    }
    if let Some(round) = &table.round {
        text.push_str(&format!("\n{}\n{}", round.name, round_facts(round, &table.currency)));
    }
    text.push_str(&at_caps(table));
    text
}

/// Rows of two moments side by side.
fn holdings(table: &RoundTable) -> String {
    let rows = &table.before.classes;
    let empty: &[Holding] = &[];
    let after = table.after.as_ref().map_or(empty, |after| &after.classes);
    let same = |a: &Holding, b: &Holding| {
        a.class == b.class && a.holder == b.holder && a.money_in.is_none() == b.money_in.is_none()
    };
    let mut lines: Vec<(Option<&Holding>, Option<&Holding>)> = Vec::new();
    for before in rows.iter().filter(|row| row.kind != "pool") {
        lines.push((Some(before), after.iter().find(|after| same(before, after))));
    }
    for new in after.iter().filter(|row| row.kind != "pool") {
        if !rows.iter().any(|before| same(before, new)) {
            lines.push((None, Some(new)));
        }
    }
    let pool = |rows: &'_ [Holding]| rows.iter().position(|row| row.kind == "pool");
    match (pool(rows), pool(after)) {
        (None, None) => {}
        (before, later) => lines.push((before.map(|at| &rows[at]), later.map(|at| &after[at]))),
    }
    let head = if table.after.is_some() {
        vec!["Class", "Holder", "Shares before", "Owns", "Shares after", "Owns", "Money in", "Price"]
    } else {
        vec!["Class", "Holder", "Shares", "Owns"]
    };
    let mut cells = vec![head.into_iter().map(ToOwned::to_owned).collect::<Vec<_>>()];
    for (before, later) in lines {
        let Some(any) = before.or(later) else { continue };
        let holder = if any.holder == any.class { String::new() } else { any.holder.clone() };
        let mut row = vec![any.class.clone(), holder];
        row.extend(held(before));
        if table.after.is_some() {
            row.extend(held(later));
            let paid = later.and_then(|later| later.money_in);
            row.push(paid.map_or_else(String::new, |paid| money(paid, &table.currency)));
            let paid = later.and_then(|later| later.price);
            row.push(paid.map_or_else(String::new, |paid| price(paid, &table.currency)));
        }
        cells.push(row);
    }
    cells.push(Vec::new());
    let mut total = vec![
        "Fully diluted".to_owned(),
        String::new(),
        shares(table.before.total_shares),
        "100.00%".to_owned(),
    ];
    if let Some(after) = &table.after {
        total.extend([shares(after.total_shares), "100.00%".to_owned(), String::new(), String::new()]);
    }
    cells.push(total);
    let sides: Vec<Side> =
        (0..cells[0].len()).map(|column| if column < 2 { Side::Left } else { Side::Right }).collect();
    aligned(&cells, &sides)
}

fn held(holding: Option<&Holding>) -> [String; 2] {
    holding.map_or_else(
        || [NONE.to_owned(), String::new()],
        |holding| [shares(holding.as_converted), percent(holding.ownership)],
    )
}

fn holders(table: &RoundTable) -> String {
    let after = table.after.as_ref();
    let mut cells = vec![vec!["Holder".to_owned(), "Owns before".to_owned()]];
    if after.is_some() {
        cells[0].push("Owns after".to_owned());
    }
    let mut names: Vec<&str> = table.before.holders.iter().map(|holder| holder.holder.as_str()).collect();
    for new in after.into_iter().flat_map(|after| &after.holders) {
        if !names.contains(&new.holder.as_str()) {
            names.push(&new.holder);
        }
    }
    for name in names {
        let owns = |holders: &[crate::capital::Holder]| {
            let own = holders.iter().find(|holder| holder.holder == name);
            own.map_or_else(|| NONE.to_owned(), |own| percent(own.ownership))
        };
        let mut row = vec![name.to_owned(), owns(&table.before.holders)];
        row.extend(after.map(|after| owns(&after.holders)));
        cells.push(row);
    }
    aligned(&cells, &[Side::Left, Side::Right, Side::Right][..cells[0].len()])
}

fn instruments(table: &RoundTable) -> String {
    let currency = &table.currency;
    let mut cells = vec![
        ["Instrument", "Principal", "Interest", "Converts at", "Price", "Shares", "Owns"]
            .map(ToOwned::to_owned)
            .to_vec(),
    ];
    for row in &table.instruments {
        let mut line =
            vec![row.instrument.clone(), money(row.principal, currency), money(row.interest, currency)];
        match &row.conversion {
            Some(conversion) => line.extend([
                conversion.clause.replace('_', " "),
                price(conversion.price, currency),
                shares(conversion.shares),
                percent(conversion.ownership),
            ]),
            None => line.extend([NONE, "", "", ""].map(ToOwned::to_owned)),
        }
        cells.push(line);
    }
    let mut text = aligned(
        &cells,
        &[Side::Left, Side::Right, Side::Right, Side::Left, Side::Right, Side::Right, Side::Right],
    );
    text.extend(table.instruments.iter().filter_map(|row| remark(row, currency)));
    text
}

/// Why it does not convert, whose terms it has, and what its clauses gave.
fn remark(row: &InstrumentRow, currency: &str) -> Option<String> {
    let mut said = Vec::new();
    if let Some(conversion) = &row.conversion {
        let mut prices = Vec::new();
        prices.extend(conversion.cap_price.map(|cap| {
            let over = conversion
                .capitalization
                .map_or_else(String::new, |count| format!(" over {} shares", shares(count)));
            format!("cap {}{over}", price(cap, currency))
        }));
        prices.extend(
            conversion.discount_price.map(|discount| format!("discount {}", price(discount, currency))),
        );
        if prices.len() > 1 || conversion.capitalization.is_some() {
            said.push(format!("prices: {}", prices.join(", ")));
        }
        if !conversion.stays_debt.0.is_zero() {
            said.push(format!(
                "{} stays debt at the ownership limit",
                money(conversion.stays_debt, currency)
            ));
        }
    } else if row.converts == Some(false) {
        said.push(format!("does not convert: {}", row.reason.as_deref().unwrap_or_default()));
    }
    if let Some(favoured) = &row.most_favoured {
        said.push(favoured.takes_over.as_ref().map_or_else(
            || "keeps its own terms".to_owned(),
            |other| format!("takes over the terms of {other}"),
        ));
    }
    (!said.is_empty()).then(|| format!("  {}: {}\n", row.instrument, said.join("; ")))
}

fn round_facts(round: &RoundRow, currency: &str) -> String {
    let cash = |figure: Figure| money(figure, currency);
    let mut facts = vec![
        ("Price per share", price(round.price, currency)),
        ("Pre-money value", cash(round.pre_money)),
        ("New money", cash(round.new_money)),
        ("Post-money value", cash(round.post_money)),
        ("New shares", shares(round.new_shares)),
        ("Converted shares", shares(round.converted_shares)),
    ];
    if !round.pool_after.0.is_zero() {
        facts.push(("Pool increase", shares(round.pool_increase)));
        facts.push(("Pool after", shares(round.pool_after)));
    }
    facts.push(("Shares before, with conversions", shares(round.capitalization_post_money)));
    facts.push(("Shares before, with pool increase", shares(round.capitalization_pre_money)));
    if round.sum_valuation.0.round_dp(2) != round.post_money.0.round_dp(2) {
        facts.push(("Price times all shares", cash(round.sum_valuation)));
    }
    let widest = facts.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    let line = |(name, value): &(&str, String)| format!("  {name:widest$}  {value}\n");
    let mut text: String = facts.iter().map(line).collect();
    for each in &round.anti_dilution {
        text.push_str(&format!(
            "  {}: conversion price {} → {}, ratio {} → {}{}\n",
            each.series,
            price(each.conversion_price_before, currency),
            price(each.conversion_price, currency),
            ratio(each.ratio_before),
            ratio(each.ratio),
            if each.triggered { "" } else { " (the round is not cheaper)" }
        ));
    }
    for each in &round.pay_to_play {
        text.push_str(&format!(
            "  {}: {} {} of its part; {} shares stay preferred, {} become common{}\n",
            each.series,
            if each.triggered { "buys" } else { "would buy" },
            percent(each.buys),
            shares(each.preferred),
            shares(each.common),
            if each.triggered { "" } else { " (the round is not cheaper)" }
        ));
    }
    for each in &round.ipo_ratchets {
        text.push_str(&format!(
            "  {}: {} guaranteed a share, ratio {} → {}, worth {}\n",
            each.series,
            price(each.guaranteed, currency),
            ratio(each.ratio_before),
            ratio(each.ratio),
            price(each.value_per_share, currency)
        ));
    }
    text
}

fn at_caps(table: &RoundTable) -> String {
    let Some(caps) = &table.at_caps else { return String::new() };
    let each: Vec<String> = caps
        .instruments
        .iter()
        .map(|each| format!("{} {}", each.instrument, percent(each.ownership)))
        .collect();
    format!("\nAt their caps, before any round: {}; together {}\n", each.join(", "), percent(caps.ownership))
}
