//! The arithmetic of the cap table: classes in rounds, at a flotation and in a sale; warrants.

use super::clauses::Before;
use super::{Telling, figures};
use crate::number::{Amount, Exact};
use crate::simulate::{ClassId, Clause, Share};

impl Telling<'_> {
    /// What a class is called.
    pub(super) fn class(&self, id: ClassId) -> String {
        let table = self.scenario().company.capitalization.as_ref();
        let named = |name: Option<&String>, what: &str| name.map_or_else(|| what.to_owned(), Clone::clone);
        match id {
            ClassId::Common => "common shares".to_owned(),
            ClassId::Pool => "unallocated pool".to_owned(),
            ClassId::Options(place) => {
                let grant = table.and_then(|table| table.options.get(place));
                format!("options {}", named(grant.map(|grant| &grant.name), ""))
            }
            ClassId::Warrants(place) => {
                let grant = table.and_then(|table| table.warrants.get(place));
                format!("warrants {}", named(grant.map(|grant| &grant.name), ""))
            }
            ClassId::Preferred(place) => {
                let series = table.and_then(|table| table.preferred.get(place));
                named(series.map(|series| &series.name), "preferred shares")
            }
            ClassId::Round(number) => format!("shares of round {}", number + 1),
            ClassId::Tranche(tranche) => self.tranche(tranche),
        }
    }

    /// Warrants and the right of a most favoured SAFE.
    pub(super) fn right(&self, who: &str, clause: &Clause<Exact>) -> String {
        let market = |company_value: Exact, debt: Exact, outstanding: Exact, price: Exact| {
            format!(
                "{} = (company value {} − debt {}) / {} shares",
                self.price(price),
                self.cents(company_value),
                self.cents(debt),
                figures::shares(outstanding)
            )
        };
        match *clause {
            Clause::Vested { amount, shares, strike, company_value, total_shares } => format!(
                "{who} vests for {}: {} warrants with a strike of {}; the company is worth {}, and there are {} shares \
                 with them.",
                self.cents(amount),
                figures::shares(shares),
                self.price(strike),
                self.cents(company_value),
                figures::shares(total_shares)
            ),
            Clause::Exercised { company_value, debt, outstanding, price, strike, given, shares } => format!(
                "{who} exercises {} warrants at {}: a share is worth {}. Paying the strike with shares leaves {} × (1 − \
                 {} / {}) = {} shares.",
                figures::shares(given),
                self.price(strike),
                market(company_value, debt, outstanding, price),
                figures::shares(given),
                self.price(strike),
                self.price(price),
                figures::shares(shares)
            ),
            Clause::Expired { company_value, debt, outstanding, price, strike, given } => format!(
                "{who}: {} warrants with a strike of {} lapse worthless; a share is worth {}.",
                figures::shares(given),
                self.price(strike),
                market(company_value, debt, outstanding, price)
            ),
            Clause::TookOver { later } => {
                format!("{who} takes over the terms of {}: most favoured.", self.tranche(later))
            }
            _ => String::new(),
        }
    }

    /// What happens to a class of shares.
    pub(super) fn table(&self, clause: &Clause<Exact>, before: &Before) -> String {
        match *clause {
            Clause::ClassInRound { class, before, after } => {
                let (class, was, is) = (self.class(class), figures::shares(before), figures::shares(after));
                if before == after { format!("{class}: {is}.") } else { format!("{class}: {was} → {is}.") }
            }
            Clause::AntiDiluted { class, from, to, round_price, base, new_shares, new_money } => {
                let class = self.class(class);
                let (from, to, round_price) = (self.price(from), self.price(to), self.price(round_price));
                if base <= Exact::ZERO {
                    return format!("{class}: full ratchet, the conversion price falls from {from} to {to}.");
                }
                let (base, new_shares) = (figures::shares(base), figures::shares(new_shares));
                format!(
                    "{class}: the round\'s {round_price} is below the conversion price of {from}, which falls to {to} = \
                     {from} × ({base} + {} / {from}) / ({base} + {new_shares}).",
                    self.cents(new_money)
                )
            }
            Clause::PaidToPlay { class, issued, kept, common } => format!(
                "{}: pay to play; {} of {} shares stay preferred, the rest become {} common shares.",
                self.class(class),
                figures::shares(kept),
                figures::shares(issued),
                figures::shares(common)
            ),
            Clause::Ratcheted { class, issued, guaranteed, price, shares } => format!(
                "{}: the ratchet promises {} a share, and the offer is {}: {} × {} / {} = {} shares.",
                self.class(class),
                self.price(guaranteed),
                self.price(price),
                figures::shares(issued),
                self.price(guaranteed),
                self.price(price),
                figures::shares(shares)
            ),
            Clause::DividendsConverted { class, dividends, conversion_price, shares } => format!(
                "{}: dividends of {} at the conversion price of {} are {} more shares.",
                self.class(class),
                self.cents(dividends),
                self.price(conversion_price),
                figures::shares(shares)
            ),
            Clause::DividendsPaid { class, claim, paid } => format!(
                "{}: {} of its dividends of {}, which are kept on conversion, are paid beside its shares.",
                self.class(class),
                self.cents(paid),
                self.cents(claim)
            ),
            Clause::SaleCosts { price, fees, carve_out, left } => format!(
                "Of the price of {}{}, fees take {} and the management {}; {} are left.",
                self.cents(price),
                self.replay.events.last().map_or_else(String::new, |event| self.own_money(event, price)),
                self.cents(fees),
                self.cents(carve_out),
                self.cents(left)
            ),
            Clause::ClassPaid { class, strike, got } => self.class_paid(class, strike, got, before),
            _ => String::new(),
        }
    }

    fn class_paid(
        &self,
        class: ClassId,
        strike: Exact,
        Share { claim, shares, payout }: Share<Exact>,
        before: &Before,
    ) -> String {
        let per_share = before.per_share.unwrap_or(Exact::ZERO);
        let (class, payout) = (self.class(class), self.cents(payout));
        let count = figures::shares(shares);
        if strike > Exact::ZERO {
            let (per_share, strike) = (self.price(per_share), self.price(strike));
            return format!("{class} gets {payout}: {count} × ({per_share} − strike {strike}), if positive.");
        }
        let converted =
            format!("{count} shares × {} = {}", self.price(per_share), self.cents(shares * per_share));
        if claim > Exact::ZERO {
            return format!("{class} gets {payout}: a preference of {}, or {converted}.", self.cents(claim));
        }
        format!("{class} gets {payout}: {converted}.")
    }
}
