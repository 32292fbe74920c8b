//! The tables as CSV, with all digits.

use crate::allocation::Allocation;
use crate::capital::{Figure, Holdings, RoundTable, SaleTable};

/// Holdings before and after the round, one a row.
///
/// # Errors
///
/// As the CSV writer fails.
pub fn holdings_csv(table: &RoundTable) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record([
        "moment",
        "class",
        "kind",
        "holder",
        "shares",
        "as_converted",
        "ownership",
        "money_in",
        "price",
    ])?;
    let moments = [("before", Some(&table.before)), ("after", table.after.as_ref())];
    for (moment, Holdings { classes, .. }) in
        moments.into_iter().filter_map(|(name, held)| Some((name, held?)))
    {
        for row in classes {
            writer.write_record([
                moment.to_owned(),
                row.class.clone(),
                row.kind.to_owned(),
                row.holder.clone(),
                digits(Some(row.shares)),
                digits(Some(row.as_converted)),
                digits(Some(row.ownership)),
                digits(row.money_in),
                digits(row.price),
            ])?;
        }
    }
    bytes(writer)
}

/// Payouts by price and class, one a row; fees, carve-out and what nobody may claim among them.
///
/// # Errors
///
/// As the CSV writer fails.
pub fn payouts_csv(table: &SaleTable) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record([
        "exit",
        "class",
        "kind",
        "claim",
        "as_converted",
        "payout",
        "per_share",
        "converted",
    ])?;
    for exit in &table.exits {
        let price = digits(Some(exit.exit));
        for (name, amount) in
            [("Fees", exit.fees), ("Carve-out", exit.carve_out), ("Left for nobody", exit.undistributed)]
        {
            let blank = String::new;
            let payout = digits(Some(amount));
            let row = [price.clone(), name.into(), "cost".into(), blank(), blank(), payout, blank(), blank()];
            writer.write_record(row)?;
        }
        for row in &exit.classes {
            writer.write_record([
                price.clone(),
                row.class.clone(),
                row.kind.to_owned(),
                digits(Some(row.claim)),
                digits(Some(row.as_converted)),
                digits(Some(row.payout)),
                digits(row.per_share),
                row.converted.map_or_else(String::new, |converted| converted.to_string()),
            ])?;
        }
    }
    bytes(writer)
}

/// What the classes are worth, one a row.
///
/// # Errors
///
/// As the CSV writer fails.
pub fn allocation_csv(table: &Allocation) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(["class", "kind", "shares", "value", "share", "per_share"])?;
    for row in &table.classes {
        writer.write_record([
            row.class.clone(),
            row.kind.to_owned(),
            digits(row.shares),
            row.value.to_string(),
            row.share.to_string(),
            row.per_share.map_or_else(String::new, |each| each.to_string()),
        ])?;
    }
    bytes(writer)
}

/// All digits; empty for what is not there.
fn digits(figure: Option<Figure>) -> String {
    figure.map_or_else(String::new, |figure| figure.0.to_string())
}

fn bytes(writer: csv::Writer<Vec<u8>>) -> Result<Vec<u8>, csv::Error> {
    writer.into_inner().map_err(|error| error.into_error().into())
}
