//! What the clauses did on a path, for its replay: with it, every amount can be worked out again by hand.

use crate::contract::{Cap, ConversionTerms, PriceBasis};
use crate::model::{CapCondition, Decider};
use crate::plan::Choice;
use crate::quantity::Day;

/// A class of the cap table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClassId {
    /// Common shares, except a tranche's own.
    Common,
    /// The unallocated pool.
    Pool,
    /// Options, by place among the grants.
    Options(usize),
    /// Warrants that are no instrument of the deal, by place.
    Warrants(usize),
    /// A series of preferred shares of today, by place.
    Preferred(usize),
    /// The shares sold in a financing round, by number.
    Round(u32),
    /// What a tranche of the deal holds.
    Tranche(usize),
}

/// One clause at work.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Note<A> {
    /// Years after the valuation date.
    pub t: f64,
    /// Index of the tranche; none where the clause concerns the whole company.
    pub tranche: Option<usize>,
    /// What happened.
    pub clause: Clause<A>,
}

/// What a clause did. Amounts are in the deal's currency, prices per share. A company value counts the deal's
/// own money that has gone in or out so far; a `debt` is all debt that stands before the shares and stays.
#[derive(Clone, Copy, Debug, PartialEq)]
#[expect(missing_docs, reason = "the fields say what they are")]
pub enum Clause<A> {
    /// The tranche is funded.
    Funded { amount: A, company_value: A },
    /// Who decides does not fund it.
    Declined { company_value: A },
    /// Its last day has passed or, if `shut`, a milestone it waits for is missed or no longer stands.
    Lapsed { shut: bool },
    /// Shares are bought, at the market price or at an agreed one.
    Bought { price: A, agreed: bool, company_value: A, debt: A, shares: A, total_shares: A },
    /// What a debt owes when one of the clauses below calls on it.
    Owed { principal: A, interest: A, rate: A, from: Day, until: Day },
    /// Interest is paid in cash.
    InterestPaid { interest: A },
    /// A round, the flotation or a conversion at maturity sets the price of a share.
    Priced {
        company_value: A,
        debt: A,
        new_money: A,
        shares_before: A,
        new_shares: A,
        pool_increase: A,
        total_shares: A,
        price: A,
    },
    /// Debt converts at the price so set.
    Converted { claim: A, terms: ConversionTerms<A>, price: A, basis: PriceBasis, shares: A, fraction: A },
    /// Debt converts at a valuation agreed beforehand; `together` is the fraction that all notes with a
    /// post-money valuation take at once.
    ConvertedAsAgreed { claim: A, valuation: Cap<A>, outstanding: A, together: A, shares: A, total_shares: A },
    /// A holder who may choose would gain nothing by converting, and keeps the debt.
    KeptDebt,
    /// The condition of a cap is not met: `measure` is the pre-money valuation or the new money it looks at.
    CapNotApplied { condition: CapCondition<A>, measure: A },
    /// No share count would satisfy everyone: nothing converts.
    CannotConvert,
    /// The maturity moves.
    Extended { until: Day },
    /// Whoever decides does not extend the maturity.
    NotExtended { company_value: A },
    /// Who decides as is best acts or not, by the rule learnt: whether acting is expected to `gain` it anything, in present
    /// value. Without a rule, which a decision has that never came up in learning, it does not act.
    Weighed { decider: Decider, choice: Choice, gain: Option<A>, acted: bool },
    /// The holder compares what it may expect of repayment with conversion at maturity, and takes the larger:
    /// `repaid` if the company can pay, which has the probability `can_pay`, else `recovered`.
    Compared { repaid: A, can_pay: A, recovered: A, expected: A, as_converted: A },
    /// Debt is paid at maturity, as far as the company is worth it.
    Repaid { claim: A, company_value: A, paid: A },
    /// The company cannot pay at maturity: lenders get the recovery, as far as the company is worth it.
    Defaulted { claim: A, recovery: A, company_value: A, paid: A },
    /// Shares are sold in the market.
    SharesSold { company_value: A, debt: A, total_shares: A, price: A, shares: A },
    /// The warrants of a tranche vest.
    Vested { amount: A, shares: A, strike: A, company_value: A, total_shares: A },
    /// A SAFE is settled on the terms of a later one, of this tranche.
    TookOver { later: usize },
    /// Warrants are exercised against a part of their shares, in the market or at their last day.
    Exercised { company_value: A, debt: A, outstanding: A, price: A, strike: A, given: A, shares: A },
    /// Warrants lapse: on their last day a share is worth no more than they cost.
    Expired { company_value: A, debt: A, outstanding: A, price: A, strike: A, given: A },
    /// A class of shares before and after a round or flotation, as converted.
    ClassInRound { class: ClassId, before: A, after: A },
    /// A round at a lower price moves the conversion price of a class.
    AntiDiluted { class: ClassId, from: A, to: A, round_price: A, base: A, new_shares: A, new_money: A },
    /// Holders who did not buy their part of a round become common ones.
    PaidToPlay { class: ClassId, issued: A, kept: A, common: A },
    /// A flotation at a low price gives a class more shares.
    Ratcheted { class: ClassId, issued: A, guaranteed: A, price: A, shares: A },
    /// Dividends that are kept become shares at a flotation.
    DividendsConverted { class: ClassId, dividends: A, conversion_price: A, shares: A },
    /// Dividends that are paid in money even on conversion, and what they got.
    DividendsPaid { class: ClassId, claim: A, paid: A },
    /// What comes off the price of a sale first.
    SaleCosts { price: A, fees: A, carve_out: A, left: A },
    /// What a class that is not the deal's gets of the proceeds of a sale or of the value at the horizon.
    ClassPaid { class: ClassId, strike: A, got: Share<A> },
    /// The proceeds of a sale, or the value marked at the horizon, go to all claims: what a share gets.
    Distributed { proceeds: A, other_shares: A, per_share: A },
    /// What one tranche gets of them: its debt and its shares.
    Waterfall { debt: Share<A>, equity: Share<A> },
    /// The company fails.
    Failed { claim: A, recovery: A, paid: A },
}

/// A claim in a waterfall and what it got: the claim itself, or what its shares fetch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Share<A> {
    /// Paid before common shares, if there is enough.
    pub claim: A,
    /// Shares it holds or would convert into.
    pub shares: A,
    /// What it got.
    pub payout: A,
}
