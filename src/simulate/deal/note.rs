//! What the clauses did on a path, for its replay.

use crate::contract::PriceBasis;

/// One clause at work.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Note<A> {
    /// Years after the valuation date.
    pub t: f64,
    /// Index of the tranche.
    pub tranche: usize,
    /// What happened.
    pub clause: Clause<A>,
}

/// What a clause did. Amounts are in the deal's currency, prices per share.
#[derive(Clone, Copy, Debug, PartialEq)]
#[expect(missing_docs, reason = "the fields say what they are")]
pub enum Clause<A> {
    /// The tranche is funded.
    Funded { amount: A, company_value: A },
    /// Who decides does not fund it.
    Declined { company_value: A },
    /// Its last day has passed.
    Lapsed,
    /// Shares are bought.
    Bought { price: A, shares: A, total_shares: A },
    /// Interest is paid in cash.
    InterestPaid { principal: A, interest: A },
    /// Debt converts at a price found in a round, at the flotation or at maturity.
    Converted { claim: A, round_price: A, price: A, basis: PriceBasis, shares: A, total_shares: A, fraction: A },
    /// Debt converts at a valuation agreed beforehand.
    ConvertedAsAgreed { claim: A, shares: A, total_shares: A },
    /// No share count would satisfy everyone: nothing converts.
    CannotConvert,
    /// The maturity moves.
    Extended,
    /// Debt is paid at maturity.
    Repaid { claim: A, paid: A },
    /// The company cannot pay at maturity.
    Defaulted { claim: A, paid: A },
    /// Shares are sold in the market.
    SharesSold { shares: A, price: A },
    /// The waterfall of a sale, or of the mark at the horizon: claim and shares of the tranche.
    Waterfall { claim: A, shares: A, per_share: A, payout: A },
    /// The company fails.
    Failed { claim: A, paid: A },
}
