//! What a path leaves behind: dated cash flows and how each tranche ended.

/// One payment, seen from the holder: negative is paid in, positive is received.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Flow<A> {
    /// Years after the valuation date.
    pub t: f64,
    /// Amount in the deal's currency.
    pub amount: A,
    /// Index of the tranche.
    pub tranche: usize,
    /// For what.
    pub reason: Reason,
}

/// Debt given up for shares.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GivenUp<A> {
    /// Years after the valuation date.
    pub t: f64,
    /// Principal and interest.
    pub claim: A,
    /// Index of the tranche.
    pub tranche: usize,
}

/// What a payment is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The tranche is funded, or shares are bought.
    Funding,
    /// Interest in cash.
    Interest,
    /// Principal and interest at maturity.
    Repayment,
    /// What a sale of the company pays.
    SaleProceeds,
    /// Shares sold at a flotation or, once listed, in the market.
    SharesSold,
    /// What was paid out on shares while they were held, reinvested in the company until they are sold.
    Payouts,
    /// What lenders recover.
    Recovery,
    /// Not cash: the mark of what is still open at the horizon.
    HorizonMark,
}

/// The clause that ended a tranche.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Branch {
    /// Debt converted in a round at the cap.
    RoundAtCap,
    /// Debt converted in a round at the discount.
    RoundAtDiscount,
    /// Debt converted in a round at its price.
    RoundAtPrice,
    /// Debt converted at the flotation at the cap.
    IpoAtCap,
    /// Debt converted at the flotation at the discount.
    IpoAtDiscount,
    /// Debt converted at the flotation at its price.
    IpoAtPrice,
    /// Debt converted when its milestone was reached.
    MilestoneConversion,
    /// Debt converted at maturity.
    MaturityConversion,
    /// Debt converted by its holder's choice before maturity.
    EarlyConversion,
    /// Debt was paid off in a sale of the company.
    SalePaid,
    /// Debt took its share of a sale as if converted.
    SaleAsConverted,
    /// A SAFE took its purchase amount in a sale.
    SafeCashedOut,
    /// Shares floated.
    SharesFloated,
    /// Shares sold with the company.
    SharesSold,
    /// Shares took their preference in a sale.
    SharesPreference,
    /// Warrants were exercised.
    WarrantExercised,
    /// Repaid in full at maturity.
    Repaid,
    /// Repaid in part: the company was worth less than the claim.
    RepaidShort,
    /// Not paid at maturity; recovery.
    MaturityDefault,
    /// The company failed while the debt was open; recovery.
    FailureRecovery,
    /// The company failed while the shares were held.
    SharesWorthless,
    /// The company failed while the SAFE was open.
    SafeWorthless,
    /// Warrants lapsed: no share was worth more than it would have cost.
    WarrantWorthless,
    /// Debt still open at the horizon.
    DebtAtHorizon,
    /// SAFE still open at the horizon.
    SafeAtHorizon,
    /// Shares still held at the horizon.
    SharesAtHorizon,
    /// Warrants still held at the horizon.
    WarrantAtHorizon,
    /// Not funded: conditions missed.
    Lapsed,
    /// Not funded: who decides chose not to.
    Declined,
}

impl Branch {
    /// All branches, in the order of reports.
    pub const ALL: [Branch; 29] = [
        Branch::RoundAtCap,
        Branch::RoundAtDiscount,
        Branch::RoundAtPrice,
        Branch::IpoAtCap,
        Branch::IpoAtDiscount,
        Branch::IpoAtPrice,
        Branch::MilestoneConversion,
        Branch::MaturityConversion,
        Branch::EarlyConversion,
        Branch::SalePaid,
        Branch::SaleAsConverted,
        Branch::SafeCashedOut,
        Branch::SharesFloated,
        Branch::SharesSold,
        Branch::SharesPreference,
        Branch::WarrantExercised,
        Branch::Repaid,
        Branch::RepaidShort,
        Branch::MaturityDefault,
        Branch::FailureRecovery,
        Branch::SharesWorthless,
        Branch::SafeWorthless,
        Branch::WarrantWorthless,
        Branch::DebtAtHorizon,
        Branch::SafeAtHorizon,
        Branch::SharesAtHorizon,
        Branch::WarrantAtHorizon,
        Branch::Lapsed,
        Branch::Declined,
    ];

    /// Whether a debt or a SAFE became shares.
    #[must_use]
    pub fn converts(self) -> bool {
        matches!(
            self,
            Branch::RoundAtCap
                | Branch::RoundAtDiscount
                | Branch::RoundAtPrice
                | Branch::IpoAtCap
                | Branch::IpoAtDiscount
                | Branch::IpoAtPrice
                | Branch::MilestoneConversion
                | Branch::MaturityConversion
                | Branch::EarlyConversion
                | Branch::SaleAsConverted
        )
    }

    /// In words, for tables.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Branch::RoundAtCap => "converted in a round, at the cap",
            Branch::RoundAtDiscount => "converted in a round, at the discount",
            Branch::RoundAtPrice => "converted in a round, at its price",
            Branch::IpoAtCap => "converted at the IPO, at the cap",
            Branch::IpoAtDiscount => "converted at the IPO, at the discount",
            Branch::IpoAtPrice => "converted at the IPO, at its price",
            Branch::MilestoneConversion => "converted on its milestone",
            Branch::MaturityConversion => "converted at maturity",
            Branch::EarlyConversion => "converted early by its holder",
            Branch::SalePaid => "paid off in a sale",
            Branch::SaleAsConverted => "sold as if converted",
            Branch::SafeCashedOut => "SAFE cashed out in a sale",
            Branch::SharesFloated => "shares floated",
            Branch::SharesSold => "shares sold with the company",
            Branch::SharesPreference => "shares took their preference",
            Branch::WarrantExercised => "warrants exercised",
            Branch::Repaid => "repaid",
            Branch::RepaidShort => "repaid in part",
            Branch::MaturityDefault => "defaulted at maturity",
            Branch::FailureRecovery => "company failed, recovery",
            Branch::SharesWorthless => "company failed, shares worthless",
            Branch::SafeWorthless => "company failed, SAFE worthless",
            Branch::WarrantWorthless => "warrants worthless",
            Branch::DebtAtHorizon => "debt open at the horizon",
            Branch::SafeAtHorizon => "SAFE open at the horizon",
            Branch::SharesAtHorizon => "shares held at the horizon",
            Branch::WarrantAtHorizon => "warrants held at the horizon",
            Branch::Lapsed => "not funded: lapsed",
            Branch::Declined => "not funded: declined",
        }
    }

    /// A short identifier for data files.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Branch::RoundAtCap => "round_at_cap",
            Branch::RoundAtDiscount => "round_at_discount",
            Branch::RoundAtPrice => "round_at_price",
            Branch::IpoAtCap => "ipo_at_cap",
            Branch::IpoAtDiscount => "ipo_at_discount",
            Branch::IpoAtPrice => "ipo_at_price",
            Branch::MilestoneConversion => "milestone_conversion",
            Branch::MaturityConversion => "maturity_conversion",
            Branch::EarlyConversion => "early_conversion",
            Branch::SalePaid => "sale_paid",
            Branch::SaleAsConverted => "sale_as_converted",
            Branch::SafeCashedOut => "safe_cashed_out",
            Branch::SharesFloated => "shares_floated",
            Branch::SharesSold => "shares_sold",
            Branch::SharesPreference => "shares_preference",
            Branch::WarrantExercised => "warrants_exercised",
            Branch::Repaid => "repaid",
            Branch::RepaidShort => "repaid_short",
            Branch::MaturityDefault => "maturity_default",
            Branch::FailureRecovery => "failure_recovery",
            Branch::SharesWorthless => "shares_worthless",
            Branch::SafeWorthless => "safe_worthless",
            Branch::WarrantWorthless => "warrants_worthless",
            Branch::DebtAtHorizon => "debt_at_horizon",
            Branch::SafeAtHorizon => "safe_at_horizon",
            Branch::SharesAtHorizon => "shares_at_horizon",
            Branch::WarrantAtHorizon => "warrants_at_horizon",
            Branch::Lapsed => "lapsed",
            Branch::Declined => "declined",
        }
    }
}
