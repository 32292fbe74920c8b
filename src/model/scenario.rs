//! A whole scenario.

use super::{
    Company, Factor, Failure, FairValue, Instrument, Ipo, Measure, Milestone, MilestoneId, Number, Rounds,
    Sale, SaleCosts, Variable, VariableId,
};
use crate::number::Decimal;
use crate::quantity::Day;

/// Everything one case of a scenario file says.
#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    /// The parties and dates.
    pub deal: Deal,
    /// How to simulate.
    pub simulation: Simulation,
    /// Rates for present values.
    pub discounting: Discounting,
    /// What a fair value rests on, where one is asked for.
    pub fair_value: Option<FairValue>,
    /// The probabilities of its paths.
    pub measure: Measure,
    /// All uncertain quantities, named or not.
    pub variables: Vec<Variable>,
    /// Which of them move together.
    pub correlations: Vec<CorrelationGroup>,
    /// The company.
    pub company: Company,
    /// Other factors.
    pub factors: Vec<Factor>,
    /// Financing rounds.
    pub rounds: Option<Rounds>,
    /// Milestones, each after those it requires.
    pub milestones: Vec<Milestone>,
    /// Flotation.
    pub ipo: Option<Ipo>,
    /// Sale.
    pub sale: Option<Sale>,
    /// Failure.
    pub failure: Option<Failure>,
    /// What is held.
    pub instruments: Vec<Instrument>,
    /// What comes off the proceeds of a sale.
    pub sale_costs: SaleCosts,
    /// Commercial cash flows beside the financing.
    pub strategic: Vec<Strategic>,
    /// Every marked figure of the file.
    pub assumptions: Vec<Assumption>,
}

/// The parties and dates.
#[derive(Clone, Debug, PartialEq)]
pub struct Deal {
    /// In words.
    pub title: String,
    /// Whose results are reported.
    pub investor: String,
    /// Who is financed.
    pub company: String,
    /// ISO 4217 code.
    pub currency: String,
    /// Time zero.
    pub valuation_date: Day,
    /// The last day looked at; what is open then is marked at the company's value.
    pub horizon: Day,
    /// Fraction of today's fully diluted shares that the investor holds beside this deal: it counts towards an
    /// ownership limit and for nothing else.
    pub existing_stake: Decimal,
}

/// How to simulate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Simulation {
    /// Number of paths.
    pub paths: u64,
    /// Seed of every random stream.
    pub seed: u64,
    /// How the uniforms of different paths hang together.
    pub sampling: Sampling,
}

/// Independent scramblings of Sobol' points. Paths are dealt to them in turn, so that every block of paths uses
/// all of them evenly: path p is point p / 32 of scrambling p mod 32. Enough for Student's t on 31 degrees of
/// freedom, 4 % wider than normal, which holds up best for scrambled points (L’Ecuyer, Nakayama, Owen and Tuffin 2023,
/// "Confidence intervals for randomized quasi-Monte Carlo estimators", Winter Simulation Conference).
pub const RANDOMISATIONS: u32 = 32;

/// Paths of a Latin hypercube.
pub const CUBE_PATHS: u32 = 1024;

/// How the uniforms of different paths hang together. Every single path follows the same law under each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sampling {
    /// Not at all: paths are independent.
    #[default]
    PseudoRandom,
    /// Points of Sobol' sequences, independently scrambled.
    Sobol,
    /// Pairs of mirrored paths.
    Antithetic,
    /// Latin hypercubes.
    LatinHypercube,
}

impl Sampling {
    /// All of them, by the words of the scenario language.
    pub const WORDS: [(&'static str, Sampling); 4] = [
        ("pseudo_random", Sampling::PseudoRandom),
        ("sobol", Sampling::Sobol),
        ("antithetic", Sampling::Antithetic),
        ("latin_hypercube", Sampling::LatinHypercube),
    ];

    /// Its word in the scenario language.
    #[must_use]
    pub fn word(self) -> &'static str {
        Self::WORDS[self as usize].0
    }
}

/// Rates for present values, per year, annually compounded.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Discounting {
    /// The return the investor requires for the risk.
    pub required_return: Decimal,
    /// The rate the strategic cash flows are discounted at, if different.
    pub strategic: Option<Decimal>,
}

/// A thing that can be correlated with another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Coordinate {
    /// The company's value, along the whole path.
    Company,
    /// A factor, along the whole path.
    Factor(usize),
    /// A variable.
    Variable(VariableId),
    /// A milestone: that it is reached (or, at a hazard rate, that it takes long).
    Milestone(MilestoneId),
    /// The flotation, likewise.
    Ipo,
    /// The sale, likewise.
    Sale,
    /// The failure, likewise.
    Failure,
}

/// Coordinates that move together.
#[derive(Clone, Debug, PartialEq)]
pub struct CorrelationGroup {
    /// Members; processes first.
    pub members: Vec<Coordinate>,
    /// Correlation of the underlying normals, row by row.
    pub matrix: Vec<Vec<f64>>,
    /// How the normals are joined.
    pub copula: Copula,
}

/// The form of dependence.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Copula {
    /// Normal.
    Gaussian,
    /// Student's t with this many degrees of freedom: extremes come together. Not for processes.
    StudentT(f64),
}

/// Where a figure comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Provenance {
    /// A source states it.
    Stated,
    /// Worked out from what sources state.
    Derived,
    /// Assumed.
    Assumed,
}

/// A marked figure of the file.
#[derive(Clone, Debug, PartialEq)]
pub struct Assumption {
    /// The key's path.
    pub key: String,
    /// The value as written.
    pub value: String,
    /// Where it comes from.
    pub provenance: Provenance,
    /// The source or reason given.
    pub note: String,
}

/// A commercial cash flow that depends on the company's fate but is no part of the financing.
#[derive(Clone, Debug, PartialEq)]
pub struct Strategic {
    /// In words.
    pub name: String,
    /// Revenue a year.
    pub yearly: Number,
    /// Growth of the revenue a year, annually compounded.
    pub growth: Option<Number>,
    /// Margin on it, as a fraction.
    pub margin: Number,
    /// Fraction that would not have come without the deal.
    pub incremental: Number,
    /// First day.
    pub from: Day,
    /// Last day.
    pub until: Day,
    /// What ends it early.
    pub lives: StrategicLife,
    /// Starts when this milestone is reached, if later than the first day.
    pub starts_with: Option<MilestoneId>,
}

/// How long a strategic flow lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StrategicLife {
    /// Until the company fails.
    WhileAlive,
    /// Until the company fails or is sold.
    WhileIndependent,
}
