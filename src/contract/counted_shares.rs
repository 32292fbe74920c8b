//! Which shares the capitalization behind a valuation cap counts.

use std::ops::Add;

use crate::number::Amount;

/// The shares of a round, kind by kind. Every share is in one kind only.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Capitalization<T> {
    /// Stock outstanding, preferred as converted.
    pub outstanding: T,
    /// Options and warrants granted or promised, as far as the pool covers them.
    pub options: T,
    /// The pool before the round: reserved, not granted.
    pub unissued: T,
    /// What the round adds to the pool to cover promised options.
    pub promised: T,
    /// What the round adds to the pool beyond that.
    pub pool_increase: T,
    /// Shares sold for new money.
    pub new_money: T,
    /// What all converting securities convert into, the one whose cap it is included.
    pub converting: T,
}

/// The kinds of shares a valuation cap is divided by: the eight questions of the Open Cap Format
/// (`CapitalizationDefinitionRules`), with the two YC forms as presets.
///
/// Every set can be solved exactly: with the post-round count fixed, all kinds are straight lines in it, and
/// an instrument that counts itself but not the others, or the others but not itself, only moves its own
/// amount from one side to the other (`CountedShares::less_itself`). Two things have no answer and are
/// refused: a set with `this_security` alone whose cap is no larger than the amount, and such an uneven set
/// under an ownership limit, where the part that converts would enter twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "eight independent yes-or-no questions, as in the format")]
pub struct CountedShares {
    /// Stock outstanding, preferred as converted.
    pub outstanding_shares: bool,
    /// Options and warrants granted or promised.
    pub outstanding_options: bool,
    /// The pool before the round.
    pub unissued_options: bool,
    /// What this instrument converts into.
    pub this_security: bool,
    /// What all other converting instruments convert into.
    pub other_converting_securities: bool,
    /// What the round adds to the pool to cover promised options.
    pub pool_top_up_for_promised_options: bool,
    /// What the round adds to the pool beyond that.
    pub additional_pool_top_up: bool,
    /// Shares sold for new money.
    pub new_money: bool,
}

impl CountedShares {
    /// Everything there is before the new money, all conversions included, but not the pool increase beyond
    /// promised options. Source: YC post-money SAFE v1.1 and v1.2, "Company Capitalization".
    pub const POST_MONEY: Self = Self {
        outstanding_shares: true,
        outstanding_options: true,
        unissued_options: true,
        this_security: true,
        other_converting_securities: true,
        pool_top_up_for_promised_options: true,
        additional_pool_top_up: false,
        new_money: false,
    };

    /// Stock, options, the pool and its increase; no converting security. Source: YC's original pre-money
    /// SAFE, "Company Capitalization"; also what "fully diluted" means in most notes.
    pub const PRE_MONEY: Self = Self {
        this_security: false,
        other_converting_securities: false,
        additional_pool_top_up: true,
        ..Self::POST_MONEY
    };

    /// Whether the instrument counts itself and the others alike, or neither.
    pub(super) fn is_even(self) -> bool {
        self.this_security == self.other_converting_securities
    }

    /// The shares counted, except that this instrument is counted whenever the others are;
    /// `less_itself` makes up for that.
    pub(super) fn count<T: Copy + Add<Output = T>>(self, shares: &Capitalization<T>, nothing: T) -> T {
        let kinds = [
            (self.outstanding_shares, shares.outstanding),
            (self.outstanding_options, shares.options),
            (self.unissued_options, shares.unissued),
            (self.pool_top_up_for_promised_options, shares.promised),
            (self.additional_pool_top_up, shares.pool_increase),
            (self.new_money, shares.new_money),
            (self.other_converting_securities, shares.converting),
        ];
        kinds.into_iter().fold(nothing, |sum, (counted, kind)| if counted { sum + kind } else { sum })
    }

    /// The valuation that, over [`Self::count`], gives the price. At price p an instrument of amount I is
    /// I/p shares, so `p · (count + I/p) = K` where it counts only itself, `p · (count − I/p) = K` where it
    /// counts all but itself.
    pub(super) fn less_itself<A: Amount>(self, valuation: A, amount: A) -> A {
        match (self.this_security, self.other_converting_securities) {
            (true, false) => valuation - amount,
            (false, true) => valuation + amount,
            (true, true) | (false, false) => valuation,
        }
    }
}
