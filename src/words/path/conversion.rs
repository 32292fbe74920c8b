//! The arithmetic of a price set and of a conversion at it.

use super::clauses::{Before, Priced};
use super::{Telling, figures};
use crate::contract::{Cap, ConversionTerms, shares_at_valuation};
use crate::model::{CapAmount, PoolChange, PreMoney, PricingConvention, RoundPricing};
use crate::number::{Amount, Exact};
use crate::simulate::{Event, EventKind};

/// The facts of [`crate::simulate::Clause::Converted`].
pub(super) struct Converted {
    pub(super) claim: Exact,
    pub(super) terms: ConversionTerms<Exact>,
    pub(super) price: Exact,
    pub(super) shares: Exact,
    pub(super) fraction: Exact,
}

/// The facts behind the formula of [`crate::simulate::Clause::ConvertedAsAgreed`].
pub(super) struct Agreed {
    pub(super) claim: Exact,
    pub(super) valuation: Cap<Exact>,
    pub(super) outstanding: Exact,
    pub(super) together: Exact,
}

impl Telling<'_> {
    pub(super) fn priced(
        &self,
        t: f64,
        [company_value, debt, new_money]: [Exact; 3],
        counts: &Priced,
    ) -> String {
        let &Priced {
            price,
            shares_before: before,
            new_shares: new,
            pool_increase: pool,
            total_shares: total,
        } = counts;
        // What the last of 28 digits leaves over is no conversion.
        let converted = (total - before - new - pool).value().map(|shares| shares.round_dp(12));
        let converted = match converted {
            Some(shares) if shares.is_zero() => String::new(),
            _ => format!(" + {} converted", figures::shares(total - before - new - pool)),
        };
        let enlarged = if pool > Exact::ZERO {
            format!(" + {} for the pool", figures::shares(pool))
        } else {
            String::new()
        };
        let value = format!(
            "(company value {}{} − debt that stays {}",
            self.cents(company_value),
            self.value_priced(t, [company_value, debt, new_money]),
            self.cents(debt)
        );
        let money = format!(" + new money {}", self.cents(new_money));
        let counted = |shares: Exact| figures::shares(shares);
        let parts =
            format!("{} before + {} for the new money{converted}{enlarged}", counted(before), counted(new));
        let pricing = self.pricing(t);
        let later = matches!(pricing.map(|pricing| pricing.pool), Some(PoolChange::UnallocatedAfterMoney(_)));
        let later = if later { pool } else { Exact::ZERO };
        let price = self.price(price);
        let convention = pricing.map_or(PricingConvention::PercentageOwnership, |pricing| pricing.convention);
        match convention {
            PricingConvention::PreMoneyMethod => format!(
                "A share is priced at {price} = {value}) / {} shares before conversions; there are {} then, which are \
                 {parts}.",
                counted(before + pool - later),
                counted(total)
            ),
            PricingConvention::DollarsInvested => format!(
                "A share is priced at {price} = {value}{money} + what converts) / {} shares; there are {} then, which \
                 are {parts}.",
                counted(total - later),
                counted(total)
            ),
            PricingConvention::PercentageOwnership if later > Exact::ZERO => format!(
                "A share is priced at {price} = {value}{money}) / {} shares; with the pool enlarged after it there are \
                 {}, which are {parts}.",
                counted(total - later),
                counted(total)
            ),
            PricingConvention::PercentageOwnership => format!(
                "A share is priced at {price} = {value}{money}) / {} shares, which are {parts}.",
                counted(total)
            ),
        }
    }

    /// The terms of a financing round at a moment; none at a flotation or a maturity.
    fn pricing(&self, t: f64) -> Option<&RoundPricing> {
        let round =
            |event: &Event| matches!(event.kind, EventKind::Round(_)) && event.t.total_cmp(&t).is_eq();
        let rounds = self.scenario().rounds.as_ref().map(|rounds| &rounds.pricing);
        rounds.filter(|_| self.replay.events.iter().any(round))
    }

    /// How the company value in a price follows from that of the round or flotation that sets it; nothing at a
    /// maturity, which may fall on the same day but brings no new money.
    fn value_priced(&self, t: f64, [company_value, debt, new_money]: [Exact; 3]) -> String {
        let sets = |event: &&Event| {
            matches!(event.kind, EventKind::Round(_) | EventKind::Ipo)
                && event.t.total_cmp(&t).is_eq()
                && figures::sampled(event.new_money) == new_money
        };
        let Some(event) = self.replay.events.iter().find(sets) else { return String::new() };
        let rounds = self.scenario().rounds.as_ref();
        let outright = rounds.is_some_and(|rounds| matches!(rounds.pre_money, PreMoney::Amount(_)));
        if !outright || event.kind == EventKind::Ipo {
            return self.own_money(event, company_value);
        }
        if debt <= Exact::ZERO {
            return String::new();
        }
        let shares = self.cents(figures::sampled(event.value));
        format!(" [{shares} for the shares + debt that stays {}]", self.cents(debt))
    }

    /// How a company value with the deal's own money follows from that of the event.
    pub(super) fn own_money(&self, event: &Event, company_value: Exact) -> String {
        let without = figures::sampled(event.value);
        let factor = company_value.div_or(without, Exact::ONE);
        if factor == Exact::ONE {
            return String::new();
        }
        format!(" [{} × {} for the deal's own money]", self.cents(without), figures::shares(factor))
    }

    pub(super) fn converted(
        &self,
        tranche: Option<usize>,
        who: &str,
        what: &Converted,
        before: &Before,
    ) -> String {
        let Converted { claim, terms, price, shares, fraction } = what;
        let waived = if self.waived(tranche) { " (its principal; the interest is forgiven)" } else { "" };
        let (amount, rest) = if *fraction < Exact::ONE {
            let amount = self.cents(*claim * *fraction);
            let part = figures::exact_rate(*fraction);
            let rest = " The rest stays debt: the ownership limit binds.";
            (format!("{amount} = {part} of {}{waived}", self.cents(*claim)), rest)
        } else {
            (format!("{}{waived}", self.cents(*claim)), "")
        };
        let price = self.price(*price);
        let why = before.round.map_or_else(String::new, |round| self.why(terms, &round));
        let why = format!("{why}{}", self.cap_set_at_funding(tranche, terms));
        let total = before.round.map_or_else(String::new, |round| {
            let part = shares.div_or(round.total_shares, Exact::ZERO);
            format!(" of {} ({})", figures::shares(round.total_shares), figures::exact_rate(part))
        });
        format!("{who} converts {amount} at {price}{why}: {} shares{total}.{rest}", figures::shares(*shares))
    }

    /// How a cap that was set when the tranche was funded came about.
    fn cap_set_at_funding(&self, tranche: Option<usize>, terms: &ConversionTerms<Exact>) -> String {
        let own = self.terms(tranche).map(|(_, tranche)| &tranche.own.cap);
        let instrument = self.debt(tranche).and_then(|debt| debt.conversion.as_ref());
        let cap = own.zip(instrument).and_then(|(own, conversion)| own.or(conversion.cap.as_ref()));
        match (terms.cap, cap.map(|cap| cap.amount)) {
            (Cap::None, _) | (_, None | Some(CapAmount::Stated(_))) => String::new(),
            (_, Some(CapAmount::OfValueAtFunding(_))) => {
                ", the cap being the stated multiple of the company's value when the tranche was funded"
                    .to_owned()
            }
        }
    }

    /// Why the conversion price is what it is: the prices it was the lower of.
    fn why(&self, terms: &ConversionTerms<Exact>, round: &Priced) -> String {
        let round_price = self.price(round.price);
        let in_round = if terms.discount > Exact::ZERO {
            let discounted = self.price(round.price * (Exact::ONE - terms.discount));
            format!("{discounted} ({} off {round_price})", figures::exact_rate(terms.discount))
        } else {
            format!("{round_price} (that price)")
        };
        match self.cap(terms, round) {
            Some(cap) => format!(" = the lower of {in_round} and {cap}"),
            None if terms.discount > Exact::ZERO => {
                format!(" = {} off {round_price}", figures::exact_rate(terms.discount))
            }
            None => ", that price".to_owned(),
        }
    }

    /// The cap as a price, and how it comes about.
    fn cap(&self, terms: &ConversionTerms<Exact>, round: &Priced) -> Option<String> {
        let over = |amount: Exact, shares: Exact, what: &str| {
            let text = format!("cap {} / {} shares {what}", self.cents(amount), figures::shares(shares));
            (amount.div_or(shares, Exact::ZERO), text)
        };
        let (price, text) = match terms.cap {
            Cap::None => return None,
            Cap::PostMoney(amount) => over(
                amount,
                round.total_shares - round.new_shares - round.pool_increase,
                "with those converted, without the new money's",
            ),
            Cap::PreMoney(amount) => over(amount, round.shares_before + round.pool_increase, "before"),
            Cap::Over(amount, _) => {
                return Some(format!("the cap of {} over the shares it counts", self.cents(amount)));
            }
            Cap::FixedPrice(price) => (price, format!("cap {} a share", self.price(price))),
        };
        if terms.stacked && terms.discount > Exact::ZERO {
            let off = figures::exact_rate(terms.discount);
            let price = self.price(price * (Exact::ONE - terms.discount));
            return Some(format!("{price} ({off} off {text})"));
        }
        Some(format!("{} ({text})", self.price(price)))
    }

    pub(super) fn converted_as_agreed(
        &self,
        tranche: Option<usize>,
        who: &str,
        agreed: &Agreed,
        shares: Exact,
        total_shares: Exact,
    ) -> String {
        let Agreed { claim, valuation, outstanding, together } = *agreed;
        let formula = self.as_agreed(agreed);
        let waived = if self.waived(tranche) { " (its principal; the interest is forgiven)" } else { "" };
        let (amount, total) = (self.cents(claim), figures::shares(total_shares));
        let got = figures::shares(shares);
        let all = shares_at_valuation(claim, valuation, outstanding, together).unwrap_or(shares);
        if shares >= all {
            return format!(
                "{who} converts {amount}{waived} as agreed beforehand, {formula} = {got} shares of {total}."
            );
        }
        let fraction = shares.div_or(all, Exact::ZERO);
        format!(
            "{who} converts {} = {} of {amount}{waived} as agreed beforehand: {formula} would be {} shares, the \
             ownership limit allows {got} of {total}. The rest stays debt.",
            self.cents(claim * fraction),
            figures::exact_rate(fraction),
            figures::shares(all),
        )
    }

    /// The formula of a conversion at a valuation agreed beforehand.
    fn as_agreed(&self, &Agreed { claim, valuation, outstanding, together }: &Agreed) -> String {
        let (claim, shares) = (self.cents(claim), figures::shares(outstanding));
        match valuation {
            Cap::None => "without a valuation".to_owned(),
            Cap::FixedPrice(price) => format!("{claim} / {} a share", self.price(price)),
            Cap::PreMoney(amount) => format!("{claim} × {shares} shares / {} pre-money", self.cents(amount)),
            Cap::Over(amount, _) => format!("{claim} at {} over the shares it counts", self.cents(amount)),
            Cap::PostMoney(amount) => format!(
                "{claim} / {} post-money × {shares} shares / (1 − {})",
                self.cents(amount),
                figures::shares(together)
            ),
        }
    }
}
