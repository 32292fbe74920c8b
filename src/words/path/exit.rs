//! The arithmetic of flotation, sale and horizon.

use super::clauses::Before;
use super::{Telling, figures};
use crate::model::SalePay;
use crate::number::Amount;
use crate::number::Exact;
use crate::simulate::{Clause, Share};

impl Telling<'_> {
    pub(super) fn shares_sold(
        &self,
        who: &str,
        [company_value, debt, total_shares, price, shares]: [Exact; 5],
    ) -> String {
        format!(
            "{who} sells {} shares at {} = (company value {} − debt {}) / {} shares, for {}.",
            figures::shares(shares),
            self.price(price),
            self.cents(company_value),
            self.cents(debt),
            figures::shares(total_shares),
            self.cents(shares * price)
        )
    }

    pub(super) fn distributed(&self, proceeds: Exact, other_shares: Exact, per_share: Exact) -> String {
        let costs = self.replay.notes.iter().any(|note| matches!(note.clause, Clause::SaleCosts { .. }));
        let what = if costs {
            "The classes share"
        } else if self.sold() {
            "The sale brings"
        } else {
            "Everything open is marked at the company's value of"
        };
        // The event that ends the path may not be the only one of its day.
        let last = self.replay.events.last();
        format!(
            "{what} {}{}: claims by rank first, then {} a share; others get {} for {} shares.",
            self.cents(proceeds),
            last.filter(|_| !costs).map_or_else(String::new, |event| self.own_money(event, proceeds)),
            self.price(per_share),
            self.cents(other_shares * per_share),
            figures::shares(other_shares)
        )
    }

    pub(super) fn waterfall(
        &self,
        tranche: Option<usize>,
        who: &str,
        debt: Share<Exact>,
        equity: Share<Exact>,
        before: &Before,
    ) -> String {
        let mut parts = Vec::new();
        if debt.claim > Exact::ZERO {
            let claim = self.claim(tranche, debt.claim, before);
            let shares = self.as_shares(debt, before);
            let shares = if debt.shares > Exact::ZERO { format!(", or {shares}") } else { String::new() };
            parts.push(format!("{} for {claim}{shares}", self.cents(debt.payout)));
        }
        if equity.shares > Exact::ZERO {
            let text = self.as_shares(equity, before);
            let text = if equity.claim > Exact::ZERO {
                format!("a preference of {}, or {text}", self.cents(equity.claim))
            } else {
                text
            };
            parts.push(format!("{} for its shares: {text}", self.cents(equity.payout)));
        }
        format!("{who} gets {}.", figures::list(&parts))
    }

    fn claim(&self, tranche: Option<usize>, claim: Exact, before: &Before) -> String {
        let total = self.cents(claim);
        let (Some(debt), Some((principal, interest)), true) = (self.debt(tranche), before.owed, self.sold())
        else {
            return format!("its claim of {total}");
        };
        let terms = debt.change_of_control;
        let (principal, interest) = (self.cents(principal), self.cents(interest));
        match terms.pays {
            SalePay::Principal { multiple, plus_interest } => {
                let interest = if plus_interest { format!(" + {interest}") } else { String::new() };
                format!("its claim of {total} = {} × {principal}{interest}", figures::multiple(multiple))
            }
            SalePay::PrincipalAndInterest { multiple } => {
                format!("its claim of {total} = {} × ({principal} + {interest})", figures::multiple(multiple))
            }
        }
    }

    /// What shares fetch beside the others.
    fn as_shares(&self, share: Share<Exact>, before: &Before) -> String {
        let per_share = before.per_share.unwrap_or(Exact::ZERO);
        format!(
            "{} shares × {} = {}",
            figures::shares(share.shares),
            self.price(per_share),
            self.cents(share.shares * per_share)
        )
    }
}
