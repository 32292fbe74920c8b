//! The objects of an export that matter for a cap table: own structures for what the Open Cap Format 1.x describes
//! (the names of the fields are the format's). Fields that do not bear on it are not read.

use serde::Deserialize;

use crate::number::Decimal;
use crate::quantity::Day;

/// A decimal number, which the format writes as a text.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(try_from = "String")]
pub(super) struct Numeric(pub(super) Decimal);

impl TryFrom<String> for Numeric {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let digits = text.strip_prefix(['+', '-']).unwrap_or(&text);
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
        let plain = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        // 20 digits are what a scenario keeps.
        if !plain(whole) || !plain(fraction) || whole.len() + fraction.len() > 26 {
            return Err(format!("`{}` is not a decimal number", text.chars().take(40).collect::<String>()));
        }
        let unsigned = text.strip_prefix('+').unwrap_or(&text);
        Decimal::from_str_exact(unsigned).map(Numeric).map_err(|error| error.to_string())
    }
}

/// A day, written year-month-day.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(try_from = "String")]
pub(super) struct Date(pub(super) Day);

impl TryFrom<String> for Date {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse().map(Date).map_err(|error: crate::quantity::QuantityError| error.to_string())
    }
}

/// An amount of money.
#[derive(Clone, Debug, Deserialize, PartialEq)]
pub(super) struct Monetary {
    pub(super) amount: Numeric,
    pub(super) currency: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct Manifest {
    pub(super) ocf_version: String,
    pub(super) issuer: Issuer,
    #[serde(default)]
    pub(super) stakeholders_files: Vec<FileEntry>,
    #[serde(default)]
    pub(super) stock_classes_files: Vec<FileEntry>,
    #[serde(default)]
    pub(super) stock_plans_files: Vec<FileEntry>,
    #[serde(default)]
    pub(super) transactions_files: Vec<FileEntry>,
}

#[derive(Debug, Deserialize)]
pub(super) struct FileEntry {
    pub(super) filepath: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct Issuer {
    pub(super) legal_name: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct Stakeholder {
    pub(super) name: StakeholderName,
}

#[derive(Debug, Deserialize)]
pub(super) struct StakeholderName {
    pub(super) legal_name: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct StockClass {
    pub(super) name: String,
    pub(super) class_type: ClassType,
    pub(super) price_per_share: Option<Monetary>,
    pub(super) seniority: Numeric,
    #[serde(default)]
    pub(super) conversion_rights: Option<Vec<ClassRight>>,
    pub(super) liquidation_preference_multiple: Option<Numeric>,
    pub(super) participation_cap_multiple: Option<Numeric>,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum ClassType {
    Common,
    Preferred,
}

#[derive(Debug, Deserialize)]
pub(super) struct ClassRight {
    pub(super) conversion_mechanism: ClassMechanism,
    pub(super) converts_to_future_round: Option<bool>,
    pub(super) converts_to_stock_class_id: Option<String>,
}

/// The mechanism of a class: the format's `RATIO_CONVERSION`, whose tag older files call `mechanism_type`.
#[derive(Clone, Debug, Deserialize, PartialEq)]
pub(super) struct ClassMechanism {
    #[serde(alias = "mechanism_type")]
    pub(super) r#type: String,
    pub(super) ratio: Option<Ratio>,
    pub(super) conversion_price: Option<Monetary>,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq)]
pub(super) struct Ratio {
    pub(super) numerator: Numeric,
    pub(super) denominator: Numeric,
}

#[derive(Debug, Deserialize)]
pub(super) struct StockPlan {
    pub(super) plan_name: String,
    pub(super) board_approval_date: Option<Date>,
    #[serde(alias = "current_shares_reserved")]
    pub(super) initial_shares_reserved: Numeric,
    pub(super) default_cancellation_behavior: Option<Cancelled>,
    pub(super) stock_class_id: Option<String>,
    #[serde(default)]
    pub(super) stock_class_ids: Vec<String>,
}

/// What a plan does with the shares of a cancelled security.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum Cancelled {
    Retire,
    ReturnToPool,
    HoldAsCapitalStock,
    DefinedPerPlanSecurity,
}

/// What all issuances say.
#[expect(clippy::struct_field_names, reason = "the format's own names")]
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Issued {
    pub(super) security_id: String,
    pub(super) custom_id: String,
    pub(super) stakeholder_id: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct StockIssuance {
    pub(super) stock_class_id: String,
    pub(super) stock_plan_id: Option<String>,
    pub(super) share_price: Option<Monetary>,
    pub(super) quantity: Numeric,
}

#[derive(Debug, Deserialize)]
pub(super) struct CompensationIssuance {
    pub(super) stock_plan_id: Option<String>,
    pub(super) stock_class_id: Option<String>,
    pub(super) compensation_type: String,
    pub(super) quantity: Numeric,
    pub(super) exercise_price: Option<Monetary>,
    pub(super) expiration_date: Option<Date>,
}

#[derive(Debug, Deserialize)]
pub(super) struct WarrantIssuance {
    pub(super) quantity: Option<Numeric>,
    pub(super) quantity_source: Option<String>,
    pub(super) exercise_price: Option<Monetary>,
    pub(super) exercise_triggers: Vec<Trigger>,
    pub(super) warrant_expiration_date: Option<Date>,
}

#[derive(Debug, Deserialize)]
pub(super) struct ConvertibleIssuance {
    pub(super) investment_amount: Monetary,
    pub(super) convertible_type: ConvertibleType,
    pub(super) conversion_triggers: Vec<Trigger>,
    pub(super) seniority: u32,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum ConvertibleType {
    Note,
    Safe,
    ConvertibleSecurity,
}

#[expect(clippy::struct_field_names, reason = "the format's own names")]
#[derive(Debug, Deserialize)]
pub(super) struct Trigger {
    pub(super) r#type: TriggerType,
    pub(super) trigger_date: Option<Date>,
    pub(super) trigger_condition: Option<String>,
    pub(super) conversion_right: Right,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum TriggerType {
    AutomaticOnCondition,
    AutomaticOnDate,
    ElectiveInRange,
    ElectiveOnCondition,
    ElectiveAtWill,
    Unspecified,
}

impl ConvertibleType {
    /// The format's name for it.
    pub(super) fn name(self) -> &'static str {
        match self {
            ConvertibleType::Note => "NOTE",
            ConvertibleType::Safe => "SAFE",
            ConvertibleType::ConvertibleSecurity => "CONVERTIBLE_SECURITY",
        }
    }
}

impl TriggerType {
    /// The format's name for it.
    pub(super) fn name(self) -> &'static str {
        match self {
            TriggerType::AutomaticOnCondition => "AUTOMATIC_ON_CONDITION",
            TriggerType::AutomaticOnDate => "AUTOMATIC_ON_DATE",
            TriggerType::ElectiveInRange => "ELECTIVE_IN_RANGE",
            TriggerType::ElectiveOnCondition => "ELECTIVE_ON_CONDITION",
            TriggerType::ElectiveAtWill => "ELECTIVE_AT_WILL",
            TriggerType::Unspecified => "UNSPECIFIED",
        }
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct Right {
    pub(super) conversion_mechanism: Mechanism,
    pub(super) converts_to_stock_class_id: Option<String>,
}

/// A mechanism of a convertible or warrant. Those that only bear a name here are refused by it.
#[expect(clippy::enum_variant_names, reason = "the format's own names")]
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(tag = "type", rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum Mechanism {
    SafeConversion(SafeTerms),
    ConvertibleNoteConversion(NoteTerms),
    FixedAmountConversion { converts_to_quantity: Numeric },
    CustomConversion {},
    FixedPercentOfCapitalizationConversion {},
    ValuationBasedConversion {},
    PpsBasedConversion {},
    RatioConversion {},
}

impl Mechanism {
    /// The format's name for it.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Mechanism::SafeConversion(_) => "SAFE_CONVERSION",
            Mechanism::ConvertibleNoteConversion(_) => "CONVERTIBLE_NOTE_CONVERSION",
            Mechanism::FixedAmountConversion { .. } => "FIXED_AMOUNT_CONVERSION",
            Mechanism::CustomConversion {} => "CUSTOM_CONVERSION",
            Mechanism::FixedPercentOfCapitalizationConversion {} => {
                "FIXED_PERCENT_OF_CAPITALIZATION_CONVERSION"
            }
            Mechanism::ValuationBasedConversion {} => "VALUATION_BASED_CONVERSION",
            Mechanism::PpsBasedConversion {} => "PPS_BASED_CONVERSION",
            Mechanism::RatioConversion {} => "RATIO_CONVERSION",
        }
    }
}

#[derive(Clone, Debug, Deserialize, PartialEq)]
pub(super) struct SafeTerms {
    #[serde(flatten)]
    pub(super) price: PriceTerms,
    pub(super) conversion_timing: Option<Timing>,
}

#[derive(Clone, Debug, Deserialize, PartialEq)]
pub(super) struct NoteTerms {
    #[serde(flatten)]
    pub(super) price: PriceTerms,
    #[serde(default)]
    pub(super) interest_rates: Vec<InterestRate>,
    pub(super) day_count_convention: DayCount,
    pub(super) interest_payout: Payout,
    pub(super) interest_accrual_period: Period,
    pub(super) compounding_type: Compounding,
}

/// What SAFEs and notes say alike about the price of conversion.
#[derive(Clone, Debug, Deserialize, PartialEq)]
pub(super) struct PriceTerms {
    pub(super) conversion_discount: Option<Numeric>,
    pub(super) conversion_valuation_cap: Option<Monetary>,
    pub(super) capitalization_definition_rules: Option<Rules>,
    pub(super) exit_multiple: Option<Ratio>,
    #[serde(default)]
    pub(super) conversion_mfn: Option<bool>,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum Timing {
    PreMoney,
    PostMoney,
}

#[expect(clippy::struct_excessive_bools, reason = "the format's own eight flags")]
#[derive(Clone, Copy, Debug, Deserialize, PartialEq)]
pub(super) struct Rules {
    pub(super) include_outstanding_shares: bool,
    pub(super) include_outstanding_options: bool,
    pub(super) include_outstanding_unissued_options: bool,
    pub(super) include_this_security: bool,
    pub(super) include_other_converting_securities: bool,
    pub(super) include_option_pool_topup_for_promised_options: bool,
    pub(super) include_additional_option_pool_topup: bool,
    pub(super) include_new_money: bool,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq)]
pub(super) struct InterestRate {
    pub(super) rate: Numeric,
    pub(super) accrual_start_date: Date,
    pub(super) accrual_end_date: Option<Date>,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq)]
pub(super) enum DayCount {
    #[serde(rename = "ACTUAL_365")]
    Actual365,
    #[serde(rename = "30_360")]
    Thirty360,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum Payout {
    Deferred,
    Cash,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum Period {
    Daily,
    Monthly,
    Quarterly,
    SemiAnnual,
    Annual,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum Compounding {
    Compounding,
    Simple,
}

/// Whatever takes something away from a security: transfer, cancellation, exercise and their like.
#[derive(Debug, Deserialize)]
pub(super) struct Taking {
    pub(super) security_id: String,
    #[serde(alias = "quantity_converted")]
    pub(super) quantity: Option<Numeric>,
    pub(super) amount: Option<Monetary>,
    pub(super) balance_security_id: Option<String>,
    #[serde(default)]
    pub(super) resulting_security_ids: Vec<String>,
    pub(super) split_transaction_id: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Consolidation {
    pub(super) security_ids: Vec<String>,
    pub(super) resulting_security_id: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct Split {
    pub(super) stock_class_id: String,
    pub(super) split_ratio: Ratio,
}

#[derive(Debug, Deserialize)]
pub(super) struct RatioAdjustment {
    pub(super) stock_class_id: String,
    pub(super) new_ratio_conversion_mechanism: ClassMechanism,
}

#[derive(Debug, Deserialize)]
pub(super) struct PoolAdjustment {
    pub(super) stock_plan_id: String,
    pub(super) shares_reserved: Numeric,
}

#[derive(Debug, Deserialize)]
pub(super) struct ReturnToPool {
    pub(super) security_id: String,
    pub(super) stock_plan_id: String,
    pub(super) quantity: Numeric,
}

#[derive(Debug, Deserialize)]
pub(super) struct Repricing {
    pub(super) security_id: String,
    pub(super) new_exercise_price: Monetary,
}
