//! The round priced: who converts, the most-favoured elections, ratchets, rights to buy on top, rounding.

use super::CapitalError;
use super::adjustments::ratchet;
use super::converting::{Occasion, Unit, later_safes};
use super::instruments::{Fate, fate, towards_threshold};
use super::stock::Stock;
use crate::contract::{
    ConversionTerms, Converting, LegalRounding, OwnershipLimit, Pool, PriceBasis, RightsOnTop, RoundError,
    RoundOutcome, RoundTerms, RoundedHoldings, better_of, price_round_with_best_election,
    price_round_with_rights, price_with_ratchets, pro_rata_right, round_legally,
};
use crate::model::{
    CapitalStructure, Debt, Kind, MostFavoured, NextRound, PoolChange, RoundPrice, Rounding, RoundingMode,
    Safe,
};
use crate::number::{self, Amount, Exact};
use crate::quantity::{Currency, Money};

/// A round that closed.
pub(super) struct Priced {
    pub(super) price: Exact,
    pub(super) new_shares: Exact,
    pub(super) pool_increase: Exact,
    pub(super) total_shares: Exact,
    pub(super) new_money: Exact,
    /// Shares outstanding as the price counts them, ratchets among them.
    pub(super) outstanding: Exact,
    pub(super) rounded: bool,
    /// What each unit does, in their order.
    pub(super) units: Vec<Converted>,
    /// Buyers: name, how, money, shares.
    pub(super) bought: Vec<(String, &'static str, Exact, Exact)>,
}

/// What a unit does in the round.
pub(super) struct Converted {
    pub(super) converts: bool,
    pub(super) reason: String,
    pub(super) terms: Option<ConversionTerms<Exact>>,
    pub(super) taken_over: Option<usize>,
    pub(super) basis: PriceBasis,
    /// What converts of it, what it gets, at which price.
    pub(super) amount: Exact,
    pub(super) shares: Exact,
    pub(super) price: Exact,
}

/// Everything that a round is priced from.
pub(super) struct Setting<'s> {
    pub(super) structure: &'s CapitalStructure,
    pub(super) round: &'s NextRound,
    pub(super) stock: &'s Stock,
    pub(super) units: &'s [Unit<'s>],
    /// Shares of a holder before the round, as converted.
    pub(super) held: &'s dyn Fn(&str) -> Exact,
}

/// A round before its figures are rounded.
struct Solved {
    terms: RoundTerms<Exact>,
    outcome: RoundOutcome<Exact>,
    converting: Vec<Converting<Exact>>,
    taken_over: Vec<Option<usize>>,
    shares: Vec<Exact>,
    basis: Vec<PriceBasis>,
    /// Shares bought on top by each of those that convert, and the money for all of them.
    on_top: Vec<Exact>,
    on_top_money: Exact,
    /// Shares bought on top for each share outstanding before.
    on_top_per_share: Exact,
}

impl Setting<'_> {
    /// Prices the round.
    pub(super) fn price(&self) -> Result<Priced, CapitalError> {
        let new_money = new_money(self.round);
        let notes = self.units.iter().fold(Exact::ZERO, |sum, unit| sum + towards_threshold(unit));
        let fates: Vec<Fate> = self
            .units
            .iter()
            .map(|unit| fate(unit, self.round.is_ipo, new_money, notes, &|value| self.amount(value)))
            .collect();
        let mut joins: Vec<bool> = fates.iter().map(|fate| !matches!(fate, Fate::Stays(_))).collect();
        let mut reasons: Vec<String> = fates
            .iter()
            .map(|fate| match fate {
                Fate::Converts(why) | Fate::Stays(why) | Fate::HolderChooses(why) => why.clone(),
            })
            .collect();
        // Holders who choose are all taken to convert; those whom it does not pay drop out.
        loop {
            let solved = self.solve(&joins)?;
            let mut dropped = false;
            let places: Vec<usize> = (0..joins.len()).filter(|place| joins[*place]).collect();
            for (at, &place) in places.iter().enumerate() {
                let Fate::HolderChooses(why) = &fates[place] else { continue };
                let unit = &self.units[place];
                let part = if solved.converting[at].limited {
                    solved.outcome.converted_fraction
                } else {
                    Exact::ONE
                };
                let owed = (unit.principal + unit.interest) * part;
                let worth = solved.shares[at] * solved.outcome.price;
                let compared = format!(
                    "{why}; its shares would be worth {} against {} owed",
                    self.amount(worth),
                    self.amount(owed)
                );
                reasons[place] = compared;
                if !better_of(owed, worth).converts {
                    joins[place] = false;
                    dropped = true;
                }
            }
            if !dropped {
                return self.finish(&solved, &joins, reasons);
            }
        }
    }

    /// Money for a message.
    fn amount(&self, value: Exact) -> String {
        in_currency(value, &self.structure.currency)
    }

    /// The round with those that join, ratchets of a flotation settled with its price.
    fn solve(&self, joins: &[bool]) -> Result<Solved, CapitalError> {
        let series = self.structure.capitalization.preferred.iter().zip(&self.stock.series);
        let ratchets: Vec<_> =
            series.filter(|_| self.round.is_ipo).map(|(series, today)| ratchet(series, today)).collect();
        let mut solved = None;
        price_with_ratchets(&self.terms(), &ratchets, &mut Vec::new(), |terms| {
            let priced = self.solve_with(joins, *terms)?;
            Ok::<_, CapitalError>(solved.insert(priced).outcome)
        })?;
        let mut solved = solved.ok_or(CapitalError::TooLarge)?;
        // From here on the shares of ratchets are known.
        let terms = &mut solved.terms;
        terms.outstanding += terms.guaranteed.div_or(solved.outcome.price, Exact::ZERO);
        terms.guaranteed = Exact::ZERO;
        Ok(solved)
    }

    fn solve_with(&self, joins: &[bool], terms: RoundTerms<Exact>) -> Result<Solved, CapitalError> {
        let limit = self.limit();
        let mut solved = Solved {
            terms,
            outcome: RoundOutcome {
                price: Exact::ZERO,
                new_shares: Exact::ZERO,
                pool_increase: Exact::ZERO,
                total_shares: Exact::ZERO,
                converted_fraction: Exact::ONE,
            },
            converting: Vec::new(),
            taken_over: Vec::new(),
            shares: Vec::new(),
            basis: Vec::new(),
            on_top: Vec::new(),
            on_top_money: Exact::ZERO,
            on_top_per_share: Exact::ZERO,
        };
        let joining: Vec<&Unit<'_>> =
            self.units.iter().zip(joins).filter(|(_, joins)| **joins).map(|(unit, _)| unit).collect();
        for unit in &joining {
            let Some(terms) = unit.terms else { continue };
            let limited = limit.as_ref().is_some_and(|(holder, _)| *holder == unit.instrument.holder);
            solved.converting.push(Converting { amount: unit.converting(), terms, limited });
            solved.taken_over.push(unit.taken_over);
        }
        solved.shares = vec![Exact::ZERO; solved.converting.len()];
        solved.basis = vec![PriceBasis::default(); solved.converting.len()];
        solved.on_top.clone_from(&solved.shares);
        let limit = limit.map(|(_, limit)| limit);
        self.elect_best(&mut solved, &joining, limit.as_ref())?;
        let used = self.exercised(&joining);
        let rights = RightsOnTop { converting: &used, outstanding: self.held_with_rights() };
        let Solved { converting, shares, basis, on_top, .. } = &mut solved;
        let priced =
            price_round_with_rights(&terms, converting, limit.as_ref(), rights, shares, basis, on_top)
                .map_err(|cause| self.refusal(cause, &joining, shares))?;
        solved.outcome = priced.round;
        solved.on_top_money = priced.on_top;
        solved.on_top_per_share = priced.per_share;
        Ok(solved)
    }

    /// Lets each holder with the best later terms to choose from choose.
    fn elect_best(
        &self,
        solved: &mut Solved,
        joining: &[&Unit<'_>],
        limit: Option<&OwnershipLimit<Exact>>,
    ) -> Result<(), CapitalError> {
        for (at, unit) in joining.iter().enumerate() {
            let Kind::Safe(safe @ Safe { most_favoured: Some(MostFavoured::Best), .. }) =
                &unit.instrument.kind
            else {
                continue;
            };
            let later = later_safes(self.structure, unit.place, occasion(self.round));
            let choices: Vec<_> = later.iter().map(|(_, terms)| *terms).collect();
            let Solved { terms, converting, shares, basis, .. } = &mut *solved;
            converting[at].terms = super::converting::of_safe(safe, occasion(self.round));
            let (_, elected) =
                price_round_with_best_election(terms, converting, limit, at, &choices, shares, basis)
                    .map_err(|cause| self.refusal(cause, joining, shares))?;
            solved.taken_over[at] = elected.map(|place| later[place].0);
        }
        Ok(())
    }

    /// The round with the usual shares of all series.
    fn terms(&self) -> RoundTerms<Exact> {
        let exact = Exact::from;
        let pool = match self.round.pricing.pool {
            PoolChange::Keep => Pool::Keep,
            PoolChange::IncreaseBy(shares) => Pool::IncreaseBy(exact(shares)),
            PoolChange::Unallocated(part) => Pool::TargetUnallocated(exact(part)),
            PoolChange::Total(part) => Pool::TargetTotal(exact(part)),
            PoolChange::UnallocatedAfterMoney(part) => Pool::TargetAfterRound(exact(part)),
        };
        let (pre_money, price) = match self.round.price {
            RoundPrice::PreMoney(value) => (exact(value), None),
            RoundPrice::PerShare(price) => (Exact::ZERO, Some(exact(price))),
        };
        RoundTerms {
            options: self.stock.options,
            unallocated: self.stock.pool,
            pool,
            price,
            convention: self.round.pricing.convention,
            ..RoundTerms::new(self.stock.outstanding(), pre_money, new_money(self.round))
        }
    }

    /// The holder who is limited, if there is one.
    fn limit(&self) -> Option<(String, OwnershipLimit<Exact>)> {
        self.units.iter().find_map(|unit| match &unit.instrument.kind {
            Kind::Debt(Debt { conversion: Some(conversion), .. }) => {
                let holder = unit.instrument.holder.clone();
                let existing_shares = (self.held)(&holder);
                let fraction = Exact::from(conversion.ownership_limit?);
                Some((holder, OwnershipLimit { existing_shares, fraction }))
            }
            Kind::Debt(_) | Kind::Safe(_) | Kind::Equity(_) | Kind::Warrant(_) => None,
        })
    }

    /// Of those that convert, whose holder buys on top.
    fn exercised(&self, joining: &[&Unit<'_>]) -> Vec<Exact> {
        let buys =
            |holder: &str| self.round.pro_rata.iter().any(|right| right.on_top && right.holder == holder);
        let part = |unit: &&Unit<'_>| if buys(&unit.instrument.holder) { Exact::ONE } else { Exact::ZERO };
        joining.iter().map(part).collect()
    }

    /// Shares before the round of those who buy on top.
    fn held_with_rights(&self) -> Exact {
        let rights = self.round.pro_rata.iter().filter(|right| right.on_top);
        rights.fold(Exact::ZERO, |sum, right| sum + (self.held)(&right.holder))
    }

    /// A refusal with what each instrument claims.
    fn refusal(&self, cause: RoundError, joining: &[&Unit<'_>], claims: &[Exact]) -> CapitalError {
        let mut text = String::new();
        if let RoundError::NoShareCount { .. } = cause {
            for (unit, claim) in joining.iter().zip(claims) {
                let percent = claim.to_f64() * 100.0;
                if percent > 0.0 {
                    let name = unit.name();
                    text.push_str(&format!(
                        "; \"{name}\" claims {percent:.4}% for {}",
                        self.amount(unit.converting())
                    ));
                }
            }
        }
        if let RoundError::NoShareCount { .. } = cause {
            text.push_str("; raise the pre-money value or a cap, or lower the new money or the pool");
        }
        let preferred = &self.structure.capitalization.preferred;
        if self.round.is_ipo && preferred.iter().any(|series| series.terms.ipo_ratchet.is_some()) {
            text.push_str("; what IPO ratchets guarantee counts as a conversion");
        }
        let named = match cause {
            RoundError::Instrument(at) | RoundError::OwnCap(at) | RoundError::LimitWithUnevenCap(at) => {
                joining.get(at).map(|unit| format!("; this is \"{}\"", unit.name()))
            }
            _ => None,
        };
        text.push_str(&named.unwrap_or_default());
        CapitalError::Round { cause, claims: text }
    }
}

impl Setting<'_> {
    /// Rights out of the new money, rounding, and everything by unit.
    fn finish(&self, solved: &Solved, joins: &[bool], reasons: Vec<String>) -> Result<Priced, CapitalError> {
        let joining: Vec<&Unit<'_>> =
            self.units.iter().zip(joins).filter(|(_, joins)| **joins).map(|(unit, _)| unit).collect();
        let mut bought = self.buyers(solved, &joining)?;
        let rounding = self.round.rounding.filter(|_| solved.outcome.total_shares > Exact::ZERO);
        let fraction = solved.outcome.converted_fraction;
        let mut priced = Priced {
            price: solved.outcome.price,
            new_shares: solved.outcome.new_shares,
            pool_increase: solved.outcome.pool_increase,
            total_shares: solved.outcome.total_shares,
            new_money: solved.terms.new_money + solved.on_top_money,
            outstanding: solved.terms.outstanding,
            rounded: rounding.is_some(),
            units: Vec::new(),
            bought: Vec::new(),
        };
        let mut shares = solved.shares.clone();
        let mut prices: Vec<Exact> = solved
            .converting
            .iter()
            .zip(&shares)
            .map(|(each, shares)| {
                let converted = if each.limited { each.amount * fraction } else { each.amount };
                converted.div_or(*shares, Exact::ZERO)
            })
            .collect();
        if let Some(rounding) = rounding {
            if fraction < Exact::ONE {
                return Err(CapitalError::RoundedLimit);
            }
            let terms = RoundTerms { new_money: priced.new_money, ..solved.terms };
            let investments: Vec<Exact> = bought.iter().map(|(_, _, money, _)| *money).collect();
            let mut new_shares = vec![Exact::ZERO; investments.len()];
            let mut holdings =
                RoundedHoldings { bought: &mut new_shares, shares: &mut shares, prices: &mut prices };
            let rounded = round_legally(
                &terms,
                &solved.converting,
                &investments,
                &solved.outcome,
                &legal(&rounding),
                &mut holdings,
            )
            .map_err(|cause| self.refusal(cause, &joining, &[]))?;
            for (buyer, shares) in bought.iter_mut().zip(new_shares) {
                buyer.3 = shares;
            }
            priced.price = rounded.price;
            priced.new_shares = rounded.new_shares;
            priced.pool_increase = rounded.pool_increase;
            priced.total_shares = rounded.total_shares;
        }
        priced.bought = bought;
        let mut at = 0;
        for ((unit, joins), reason) in self.units.iter().zip(joins).zip(reasons) {
            let converts = *joins && at < shares.len();
            let mut converted = Converted {
                converts,
                reason,
                terms: unit.terms,
                taken_over: unit.taken_over,
                basis: PriceBasis::default(),
                amount: Exact::ZERO,
                shares: Exact::ZERO,
                price: Exact::ZERO,
            };
            if converts {
                let each = solved.converting[at];
                converted.terms = Some(each.terms);
                converted.taken_over = solved.taken_over[at];
                converted.basis = solved.basis[at];
                converted.amount = if each.limited { each.amount * fraction } else { each.amount };
                converted.shares = shares[at];
                converted.price = prices[at];
                at += 1;
            }
            priced.units.push(converted);
        }
        Ok(priced)
    }

    /// Who buys the new shares: rights out of the new money come first, the others share the rest.
    fn buyers(
        &self,
        solved: &Solved,
        joining: &[&Unit<'_>],
    ) -> Result<Vec<(String, &'static str, Exact, Exact)>, CapitalError> {
        let price = solved.outcome.price;
        let new_money = solved.terms.new_money;
        let converted = solved.shares.iter().fold(Exact::ZERO, |sum, shares| sum + *shares);
        let terms = &solved.terms;
        let before = terms.outstanding + terms.options + terms.unallocated + converted;
        let sold = new_money.div_or(price, Exact::ZERO);
        let mut rights = Vec::new();
        let mut taken = Exact::ZERO;
        for right in self.round.pro_rata.iter().filter(|right| !right.on_top) {
            let own =
                joining.iter().zip(&solved.shares).filter(|(unit, _)| unit.instrument.holder == right.holder);
            let received = own.fold((self.held)(&right.holder), |sum, (_, shares)| sum + *shares);
            let shares = pro_rata_right(received, before, sold);
            taken += shares * price;
            rights.push((right.holder.clone(), "pro_rata", shares * price, shares));
        }
        if taken > new_money {
            return Err(CapitalError::RightsExceedRound {
                rights: self.amount(taken),
                new_money: self.amount(new_money),
            });
        }
        let rest = (new_money - taken).div_or(new_money, Exact::ONE);
        let mut bought: Vec<_> = self
            .round
            .investors
            .iter()
            .map(|each| {
                let money = Exact::from(each.amount) * rest;
                (each.investor.clone(), "new_money", money, money.div_or(price, Exact::ZERO))
            })
            .collect();
        bought.extend(rights);
        for right in self.round.pro_rata.iter().filter(|right| right.on_top) {
            let own =
                joining.iter().zip(&solved.on_top).filter(|(unit, _)| unit.instrument.holder == right.holder);
            let held = (self.held)(&right.holder) * solved.on_top_per_share;
            let shares = own.fold(held, |sum, (_, shares)| sum + *shares);
            if shares > Exact::ZERO {
                bought.push((right.holder.clone(), "pro_rata_on_top", shares * price, shares));
            }
        }
        Ok(bought)
    }
}

/// Money for a message, in the currency of this code.
pub(super) fn in_currency(value: Exact, code: &str) -> String {
    match (value.value(), code.parse::<Currency>()) {
        (Some(value), Ok(currency)) => Money(value.round_dp(2)).in_currency(currency).to_string(),
        _ => "an amount of more than 28 digits".to_owned(),
    }
}

/// What the conditions of caps look at: the pre-money valuation, if it is given, and the new money without rights to
/// buy on top, which depend on the price.
pub(super) fn occasion(round: &NextRound) -> Occasion {
    let pre_money = match round.price {
        RoundPrice::PreMoney(value) => Some(Exact::from(value)),
        RoundPrice::PerShare(_) => None,
    };
    Occasion { pre_money, new_money: new_money(round) }
}

/// The cash from a round's investors.
fn new_money(round: &NextRound) -> Exact {
    round.investors.iter().fold(Exact::ZERO, |sum, each| sum + Exact::from(each.amount))
}

fn legal(rounding: &Rounding) -> LegalRounding {
    let mode = |mode: RoundingMode| match mode {
        RoundingMode::Up => number::Rounding::Ceil,
        RoundingMode::Nearest => number::Rounding::Nearest,
        RoundingMode::Down => number::Rounding::Floor,
    };
    let price = rounding.price.map(|(decimals, way)| (decimals, mode(way)));
    LegalRounding {
        price,
        conversion_price: price.filter(|_| rounding.conversion_prices),
        new_shares: rounding.new_shares.map(mode),
        converted_shares: rounding.converted_shares.map(mode),
        pool: rounding.pool_shares.map(mode),
    }
}
