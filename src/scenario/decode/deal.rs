//! The parties and dates.

use super::decoder::fraction;
use crate::diagnostic::{Code, Diagnostic};
use crate::model::Deal;
use crate::number::Decimal;
use crate::quantity::{Currency, Day, TimePoint};
use crate::scenario::context::Context;
use crate::scenario::reader::TableReader;

/// The parties and dates; without a horizon where nothing is to be simulated.
pub(super) struct Head {
    pub(super) title: String,
    pub(super) investor: String,
    pub(super) company: String,
    pub(super) currency: String,
    pub(super) valuation_date: Day,
    pub(super) horizon: Option<Day>,
    pub(super) existing_stake: Decimal,
}

impl Head {
    /// The deal, if it has a horizon.
    pub(super) fn deal(self) -> Option<Deal> {
        let Head { title, investor, company, currency, valuation_date, horizon, existing_stake } = self;
        let horizon = horizon?;
        Some(Deal { title, investor, company, currency, valuation_date, horizon, existing_stake })
    }
}

pub(super) fn deal(top: &TableReader<'_>, context: &Context) -> Option<Head> {
    let table = top.table("deal")?;
    let currency = table.text("currency").and_then(|code| match code.parse::<Currency>() {
        Ok(currency) => {
            context.set_currency(currency);
            Some(currency)
        }
        Err(error) => {
            let place = table.node("currency").map_or(table.place(), |node| node.place);
            context
                .report(Diagnostic::new(Code::UnreadableValue, error.problem).at(place, "").help(error.fix));
            None
        }
    });
    let (title, investor, company) = (table.text("title"), table.text("investor"), table.text("company"));
    let valuation_date = table.date("valuation_date");
    let horizon = table.time_point("horizon");
    let existing_stake = fraction(&table, "existing_stake");
    table_dates(&table, context, valuation_date, horizon);
    table.finish();
    let valuation_date = valuation_date?;
    Some(Head {
        title: title?,
        investor: investor?,
        company: company?,
        currency: currency?.code().to_owned(),
        valuation_date,
        horizon: horizon.map(|horizon| horizon.day(valuation_date)),
        existing_stake: existing_stake?,
    })
}

fn table_dates(
    table: &TableReader<'_>,
    context: &Context,
    valuation_date: Option<Day>,
    horizon: Option<TimePoint>,
) {
    let (Some(from), Some(horizon)) = (valuation_date, horizon) else { return };
    let until = horizon.day(from);
    let place = table.node("horizon").map_or(table.place(), |node| node.place);
    if until <= from {
        let message = format!("the horizon {until} does not lie after the valuation date {from}");
        let mistake = Diagnostic::new(Code::DateOrder, message).at(place, "");
        context.report(mistake.help("write a later date, or a span such as \"10 years\""));
    } else if from.days_until(until) > 36_525 {
        let message = "the horizon lies more than 100 years ahead";
        context.report(
            Diagnostic::new(Code::OutOfRange, message).at(place, "").help("write it like \"10 years\""),
        );
    }
}
