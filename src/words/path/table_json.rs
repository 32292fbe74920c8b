//! What clauses did to classes of shares and to warrants, for machines.

use serde_json::{Value, json};

use super::Telling;
use super::json::{append, facts};
use crate::number::Exact;
use crate::simulate::{ClassId, Clause, Share};

impl Telling<'_> {
    /// The name and the facts of a clause about the cap table; none for others.
    pub(super) fn table_json(&self, clause: Clause<Exact>) -> Option<(&'static str, Value)> {
        let of = |class: ClassId, numbers: &[(&str, Exact)]| {
            let mut value = json!({ "class": self.class(class) });
            append(&mut value, &mut facts(numbers));
            value
        };
        Some(match clause {
            Clause::Vested { amount, shares, strike, company_value, total_shares } => {
                let price = [("amount", amount), ("shares", shares), ("strike", strike)];
                let mut vested = facts(&price);
                append(
                    &mut vested,
                    &mut facts(&[("company_value", company_value), ("total_shares", total_shares)]),
                );
                ("vested", vested)
            }
            Clause::TookOver { later } => {
                let (instrument, tranche) = self.names(later);
                ("took_over", json!({ "later_instrument": instrument, "later_tranche": tranche }))
            }
            Clause::Exercised { company_value, debt, outstanding, price, strike, given, shares } => {
                let mut exercised = market(company_value, debt, outstanding, price);
                append(
                    &mut exercised,
                    &mut facts(&[("strike", strike), ("given", given), ("shares", shares)]),
                );
                ("exercised", exercised)
            }
            Clause::Expired { company_value, debt, outstanding, price, strike, given } => {
                let mut expired = market(company_value, debt, outstanding, price);
                append(&mut expired, &mut facts(&[("strike", strike), ("given", given)]));
                ("expired", expired)
            }
            Clause::ClassInRound { class, before, after } => {
                ("class_in_round", of(class, &[("before", before), ("after", after)]))
            }
            Clause::AntiDiluted { class, from, to, round_price, base, new_shares, new_money } => {
                let prices = [("from", from), ("to", to), ("round_price", round_price)];
                let mut adjusted = of(class, &prices);
                let issue = [("base", base), ("new_shares", new_shares), ("new_money", new_money)];
                append(&mut adjusted, &mut facts(&issue));
                ("anti_diluted", adjusted)
            }
            Clause::PaidToPlay { class, issued, kept, common } => {
                ("paid_to_play", of(class, &[("issued", issued), ("kept", kept), ("common", common)]))
            }
            Clause::Ratcheted { class, issued, guaranteed, price, shares } => {
                let numbers =
                    [("issued", issued), ("guaranteed", guaranteed), ("price", price), ("shares", shares)];
                ("ratcheted", of(class, &numbers))
            }
            Clause::DividendsConverted { class, dividends, conversion_price, shares } => {
                let numbers =
                    [("dividends", dividends), ("conversion_price", conversion_price), ("shares", shares)];
                ("dividends_converted", of(class, &numbers))
            }
            Clause::DividendsPaid { class, claim, paid } => {
                ("dividends_paid", of(class, &[("claim", claim), ("paid", paid)]))
            }
            Clause::SaleCosts { price, fees, carve_out, left } => (
                "sale_costs",
                facts(&[("price", price), ("fees", fees), ("carve_out", carve_out), ("left", left)]),
            ),
            Clause::ClassPaid { class, strike, got: Share { claim, shares, payout } } => {
                let numbers = [("strike", strike), ("claim", claim), ("shares", shares), ("payout", payout)];
                ("class_paid", of(class, &numbers))
            }
            _ => return None,
        })
    }
}

fn market(company_value: Exact, debt: Exact, outstanding: Exact, price: Exact) -> Value {
    facts(&[
        ("company_value", company_value),
        ("debt", debt),
        ("outstanding_shares", outstanding),
        ("price", price),
    ])
}
