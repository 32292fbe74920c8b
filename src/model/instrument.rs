//! What the investor holds: notes, loans and shares, funded in tranches.

use super::{Decider, MilestoneId, Number, OnMilestone, ShareTerms, ValuationCap, When};
use crate::number::Decimal;
use crate::quantity::{Day, DayCount, Span};

/// One instrument of the deal.
#[derive(Clone, Debug, PartialEq)]
pub struct Instrument {
    /// Unique name.
    pub name: String,
    /// Who holds it.
    pub holder: String,
    /// Whether it is the investor's and so counted in the results.
    pub valued: bool,
    /// Its terms.
    pub kind: Kind,
    /// How it is funded; at least one.
    pub tranches: Vec<Tranche>,
}

impl Instrument {
    /// The day it was issued; `today` if nothing was paid before the valuation date.
    #[must_use]
    pub fn issued(&self, today: Day) -> Day {
        let days = self.tranches.iter().map(|tranche| tranche.outstanding_since.unwrap_or(today));
        days.min().unwrap_or(today)
    }
}

/// Debt or equity.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "a scenario has a handful of them")]
pub enum Kind {
    /// A loan, convertible or not.
    Debt(Debt),
    /// Shares.
    Equity(Equity),
    /// A simple agreement for future equity.
    Safe(Safe),
    /// A right to buy common shares; its tranches vest.
    Warrant(Warrant),
}

/// The terms of a SAFE: no interest, no maturity; it converts in the next priced round.
#[derive(Clone, Debug, PartialEq)]
pub struct Safe {
    /// Cap on the valuation at which it converts.
    pub cap: Option<ValuationCap>,
    /// Fraction off the price.
    pub discount: Decimal,
    /// Whether the discount also comes off the cap price.
    pub stacked: bool,
    /// Whether its holder may take over the terms of a later SAFE.
    pub most_favoured: Option<MostFavoured>,
    /// The shares it converts into.
    pub into: ShareTerms,
    /// What a sale or a dissolution pays instead, as a multiple of the purchase amount.
    pub cash_out_multiple: Decimal,
}

/// Which later SAFE the holder of a most favoured one takes over, whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MostFavoured {
    /// None.
    Never,
    /// The one with the lowest cap.
    LowestCap,
    /// The one that gives most shares in the round: an upper bound, as it knows the round.
    Best,
    /// This one, by place among the instruments.
    Instrument(usize),
}

/// The terms of a warrant.
#[derive(Clone, Debug, PartialEq)]
pub struct Warrant {
    /// Exercise price per share, in currency; zero or more.
    pub strike: Number,
    /// The last day it can be exercised.
    pub expires: Option<When>,
}

/// The terms of a note or loan.
#[derive(Clone, Debug, PartialEq)]
pub struct Debt {
    /// What the file calls it.
    pub label: DebtLabel,
    /// Interest.
    pub interest: Interest,
    /// The right or duty to convert; none for a plain loan.
    pub conversion: Option<Conversion>,
    /// What happens when it falls due; without it the debt runs to the horizon.
    pub maturity: Option<Maturity>,
    /// What a sale of the company pays.
    pub change_of_control: ChangeOfControl,
    /// Rank in a sale: 0 is paid first.
    pub seniority: u32,
    /// If the company is listed when a tranche is drawn, the tranche buys common shares at the market price.
    pub common_after_ipo: bool,
}

/// The name of a debt instrument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DebtLabel {
    /// A note that may convert.
    ConvertibleNote,
    /// A loan that does not.
    Loan,
}

/// Interest on a debt.
#[derive(Clone, Debug, PartialEq)]
pub struct Interest {
    /// Per year, as a fraction.
    pub rate: Number,
    /// How it builds up.
    pub accrual: Accrual,
    /// How it is paid.
    pub payment: InterestPayment,
    /// How days become a fraction of a year.
    pub day_count: DayCount,
}

/// How interest builds up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accrual {
    /// On the principal only.
    Simple,
    /// Added to the principal this many times a year (payment in kind is the same arithmetic); the broken
    /// period at the end earns simple interest.
    Compound {
        /// Periods per year.
        per_year: u32,
    },
}

/// How interest is paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InterestPayment {
    /// Converts with the principal, or is repaid with it.
    AtEnd,
    /// In cash every so many months.
    Cash {
        /// Months between payments.
        every_months: i32,
    },
    /// Forgiven on conversion; paid if the debt is repaid.
    WaivedOnConversion,
}

/// The terms of conversion into shares.
#[derive(Clone, Debug, PartialEq)]
pub struct Conversion {
    /// New cash from which a round converts the debt by itself; without it no round does.
    pub qualified_financing: Option<Decimal>,
    /// Whether the notes that may convert count towards it, with their interest; only in the exact tables.
    pub counts_notes: bool,
    /// What happens in a smaller round.
    pub non_qualified: NonQualified,
    /// Fractions off the price, each from a span after funding on; ascending.
    pub discount: Vec<(Span, Decimal)>,
    /// Cap on the valuation at which it converts.
    pub cap: Option<ValuationCap>,
    /// Whether the discount also comes off the cap price (it does not, unless the contract says so).
    pub stacked: bool,
    /// The shares it converts into.
    pub into: ShareTerms,
    /// Milestones that must stand at the moment of conversion.
    pub requires: Vec<MilestoneId>,
    /// Largest fraction of fully diluted shares the holder may own; the excess stays debt.
    pub ownership_limit: Option<Decimal>,
    /// Whether a flotation converts it.
    pub at_ipo: bool,
    /// Converts when a milestone is reached, at a valuation agreed beforehand.
    pub on_milestone: Option<OnMilestone>,
    /// The holder may convert on dates of its own choice.
    pub early: Option<EarlyConversion>,
}

/// The holder's right to convert on the way: on equally spaced dates before the maturity, at the cap and only where
/// that is below the company's value.
#[derive(Clone, Debug, PartialEq)]
pub struct EarlyConversion {
    /// From one date to the next, counted from the funding of each tranche.
    pub every: Span,
    /// No date comes before this span after funding.
    pub from: Span,
    /// Whether the holder converts on a date: by a rule, or as is best.
    pub decision: Decision,
}

/// What a round below the threshold does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NonQualified {
    /// Nothing.
    Stays,
    /// Converts as in a qualified one.
    Converts,
    /// The holder converts if the shares are worth more than the claim.
    HolderChooses,
}

/// When and how a debt falls due.
#[derive(Clone, Debug, PartialEq)]
pub struct Maturity {
    /// The day it falls due.
    pub due: MaturityDate,
    /// What happens then.
    pub then: AtMaturity,
    /// Extensions granted before that.
    pub extension: Option<Extension>,
    /// Who decides on each of them.
    pub extension_decision: Decision,
    /// Probability that the company can pay; if it cannot, lenders get the recovery of a failure.
    pub can_pay: Option<Number>,
}

/// The day a debt falls due.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum MaturityDate {
    /// The same day for all tranches.
    On(Day),
    /// A span after each funding.
    AfterFunding(Span),
}

/// What happens at maturity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AtMaturity {
    /// Principal and interest are repaid.
    Repay,
    /// It converts, at the cap or the company's value, whichever is lower.
    Convert,
    /// The holder takes the better of the two.
    HolderChooses,
}

/// Extensions of the maturity.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Extension {
    /// Length of each.
    pub by: Span,
    /// How many.
    pub times: u32,
}

/// What a sale of the company pays on a debt.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ChangeOfControl {
    /// What is paid as debt.
    pub pays: SalePay,
    /// Whether the holder may take what its shares would get instead.
    pub or_as_converted: bool,
}

impl Default for ChangeOfControl {
    /// Principal and interest, without a choice.
    fn default() -> Self {
        let pays = SalePay::Principal { multiple: Decimal::ONE, plus_interest: true };
        ChangeOfControl { pays, or_as_converted: false }
    }
}

/// What a sale pays as debt. Multiples are of the total: 1.5x is half as much again, not a premium of 1.5.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum SalePay {
    /// A multiple of the original principal.
    Principal {
        /// Of the principal.
        multiple: Decimal,
        /// Whether accrued interest is paid on top, once.
        plus_interest: bool,
    },
    /// A multiple of principal and accrued interest together.
    PrincipalAndInterest {
        /// Of both.
        multiple: Decimal,
    },
}

/// The terms of shares bought outright.
#[derive(Clone, Debug, PartialEq)]
pub struct Equity {
    /// Rights at a sale.
    pub terms: ShareTerms,
    /// At which price.
    pub price: EquityPrice,
}

/// The price of shares bought outright.
#[derive(Clone, Debug, PartialEq)]
pub enum EquityPrice {
    /// The company's value on the day each tranche is funded.
    AtFunding,
    /// The company's value today, whenever the tranche is funded.
    Today,
    /// A pre-money valuation given outright.
    PreMoney(Number),
}

/// One instalment of an instrument.
#[derive(Clone, Debug, PartialEq)]
pub struct Tranche {
    /// Name, unique within the instrument.
    pub name: String,
    /// How much; of a warrant, what is paid for it.
    pub amount: Number,
    /// Shares that vest, for a warrant.
    pub shares: Option<Decimal>,
    /// The day it was funded, if before the valuation date.
    pub outstanding_since: Option<Day>,
    /// All must hold before it is funded; none means at closing.
    pub gates: Vec<Gate>,
    /// The last day it can be funded.
    pub by: Option<Deadline>,
    /// Who decides.
    pub decision: Decision,
    /// What a miss means.
    pub missed: Missed,
    /// Terms it has instead of its instrument's; only for debt.
    pub own: OwnTerms,
}

/// Terms of one tranche of a debt that differ from its instrument's.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OwnTerms {
    /// Interest per year, as a fraction.
    pub interest_rate: Option<Number>,
    /// Fractions off the price, each from a span after funding on; ascending.
    pub discount: Option<Vec<(Span, Decimal)>>,
    /// The cap.
    pub cap: OwnCap,
}

/// The cap of one tranche.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum OwnCap {
    /// That of its instrument.
    #[default]
    AsInstrument,
    /// None, whatever its instrument has.
    None,
    /// One of its own.
    Own(ValuationCap),
}

impl OwnCap {
    /// The cap in force, that of the instrument being given.
    #[must_use]
    pub fn or<'a>(&'a self, instrument: Option<&'a ValuationCap>) -> Option<&'a ValuationCap> {
        match self {
            OwnCap::AsInstrument => instrument,
            OwnCap::None => None,
            OwnCap::Own(cap) => Some(cap),
        }
    }
}

/// A condition for funding.
#[derive(Clone, Debug, PartialEq)]
pub enum Gate {
    /// A milestone has been reached and still stands.
    Milestone(MilestoneId),
    /// A date has come; spans count from the valuation date.
    Date(When),
    /// A financing round of at least this much new cash has closed.
    Financing(Decimal),
}

/// The last day for a funding.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Deadline {
    /// A date, or a span after the valuation date.
    Date(When),
    /// A span after the flotation; open while there is none.
    AfterIpo(Span),
}

/// Who decides on a funding once the gates hold.
#[derive(Clone, Debug, PartialEq)]
pub enum Decision {
    /// Nobody: it is funded.
    Automatic,
    /// The investor funds if the rule holds on that day.
    Investor(Rule),
    /// The company draws if the rule holds on that day.
    Company(Rule),
    /// The company draws at a rate per year while it may.
    CompanyDraws {
        /// Per year while private.
        before_ipo: Decimal,
        /// Per year once listed.
        after_ipo: Decimal,
    },
    /// Whoever it is decides as is best for it; see [`crate::valuation::decide`].
    Optimal(Decider),
}

/// Conditions that must all hold.
pub type Rule = Vec<RuleTerm>;

/// One condition on the state of the company.
#[derive(Clone, Debug, PartialEq)]
pub enum RuleTerm {
    /// The company's value is at least this much.
    ValueAtLeast(Decimal),
    /// The company's value is at most this much.
    ValueAtMost(Decimal),
    /// The company's value is at least this multiple of today's.
    ValueAtLeastOfToday(Decimal),
    /// A milestone stands.
    Milestone(MilestoneId),
}

/// What a missed tranche means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missed {
    /// It lapses; the rest stands as it is.
    Lapses,
    /// It lapses, and the tranches already funded lose their right to convert.
    PlainDebt,
}
