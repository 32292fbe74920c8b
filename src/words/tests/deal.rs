use super::{text, told};
use crate::model::{
    Assumption, Coordinate, Copula, CorrelationGroup, DatedValue, Factor, Jumps, Number, Process, Provenance,
    Strategic, StrategicLife,
};
use crate::number::Decimal;
use crate::random::Family;
use crate::random::family::Lognormal;
use crate::simulate::fixture::{after, cents, hazard, known, scenario};

#[test]
fn the_whole_of_a_plain_scenario() {
    let expected = "\
The deal
  Test.
  Investor finances Company. Results are Investor's; all amounts are in USD.
  Everything is valued on 2026-01-01. The horizon is 2031-01-01: what is open then is marked at the company's value.
The company
  Company is worth $1k today: all classes of shares, before any new money of the deal or of later rounds.
  Its value moves as geometric Brownian motion: expected growth 10% a year (continuously compounded), volatility 60% a \
year.
  It has 1,000 fully diluted shares today.
Financing rounds
  The first round comes 1 year after the valuation date.
  Each later round comes 1 year after the round before. An IPO, sale or failure ends them.
  Each raises new cash of 15% of its pre-money valuation.
  Each is priced at the company's value at that moment.
  The price of a share is the pre-money value over all shares before the new money, those that notes and SAFEs convert into among them.
  The shares sold are common shares.
IPO, sale and failure
  No IPO is expected.
  No sale of the company is expected.
  The company fails at a hazard rate of 10% a year, counted from the valuation date. Shares are then worth nothing; \
lenders get back at once 30% of principal and accrued interest.
Instrument: Note
  Convertible note. Held by Investor; counted in the results.
  Interest: 6% a year, simple, days counted as act/365, added, and converted or repaid with the principal.
  A financing round with at least $10 of new cash converts it. In a smaller one it stays debt.
  An IPO converts it too, on the same terms.
  It converts at the lower of two prices: 20% off the round's price; or the cap, $800 over the fully diluted shares \
before anything converts (pre-money). The discount does not come off the cap price.
  It converts into preferred shares: in a sale 1x of the money paid in comes back first, or their part as common shares, \
whichever is more (non-participating); rank 0 among shares (0 is paid first).
  It falls due 3 years after the funding of each tranche. Then principal and interest are repaid.
  The company pays what is due, as far as it is worth it.
  If the company is sold while it is open, it is paid 2x the principal in total plus accrued interest, or what its shares \
would get if it converted at the cap, whichever is more.
  Rank 0 among debt (0 is paid first); all debt is paid before any shares.
  Tranche 1 of 1, \"tranche 1\": $100, at closing, on 2026-01-01. It is funded without anyone's decision.
Present values and simulation
  Present values are at the required return of 10% a year, compounded annually.
  Commercial flows are discounted at the same rate.
  10,000 paths are simulated, with seed 7.
";
    assert_eq!(text(&scenario()), expected);
}

#[test]
fn amounts_are_exact_and_bear_the_deals_currency() {
    let mut deal = scenario();
    deal.company.value_today = Number::Known(Decimal::from(380_000_000_000_i64));
    let line = |amount: &str| {
        format!(
            "Company is worth {amount} today: all classes of shares, before any new money of the deal or of later rounds."
        )
    };
    told(&deal, "The company", &line("$380bn"));
    deal.company.value_today = Number::Known(Decimal::new(1_234_567_891, 2));
    told(&deal, "The company", &line("$12,345,678.91"));
    deal.deal.currency = "CHF".into();
    told(&deal, "The company", &line("CHF 12,345,678.91"));
}

#[test]
fn every_process_is_told() {
    let mut deal = scenario();
    let jumps = Jumps { per_year: known(50), mean_log: known(-10), sd_log: known(25) };
    deal.company.process = Process::Merton { drift: known(12), volatility: known(45), jumps };
    told(
        &deal,
        "The company",
        "Its value moves as geometric Brownian motion with jumps: expected growth 12% a year (continuously compounded, \
         jumps included), volatility 45% a year between jumps.",
    );
    told(
        &deal,
        "The company",
        "Jumps come at random, on average 0.5 a year. The logarithm of a jump's factor is normal with mean −0.1 and \
         standard deviation 0.25.",
    );
    let family: Family = Lognormal::from_quantiles((0.1, 500e6), (0.9, 2e9)).unwrap().into();
    // 730/365.25 years are 730 days: 2028-01-01 after the 365 days of 2026 and of 2027. The median is
    // √(0.5 · 2) = 1 thousand million.
    let years = 730.0 / 365.25;
    deal.company.process =
        Process::AtDates(vec![DatedValue { years, family, text: "\"$0.5bn to $2bn\"".into() }]);
    told(
        &deal,
        "The company",
        "Its value is given by its distribution at dates, joined by one Brownian motion:",
    );
    told(
        &deal,
        "The company",
        "on 2028-01-01: between $500m and $2bn (P10–P90), median $1bn, lognormal; the file says \"$0.5bn to $2bn\".",
    );
}

#[test]
fn factors_and_correlations_are_told_pair_by_pair() {
    let mut deal = scenario();
    deal.factors = vec![Factor { name: "rival".into(), drift: known(12), volatility: known(55) }];
    deal.failure.as_mut().unwrap().clock.probability = Some(known(40));
    deal.sale = Some(crate::model::Sale { clock: hazard(2), premium: None, ipo_instead: Vec::new() });
    deal.ipo = Some(crate::model::Ipo { clock: after(30), new_money: None });
    let members = vec![Coordinate::Company, Coordinate::Factor(0), Coordinate::Failure];
    let matrix = vec![vec![1.0, 0.45, -0.3], vec![0.45, 1.0, 0.0], vec![-0.3, 0.0, 1.0]];
    let tail = CorrelationGroup {
        members: vec![Coordinate::Sale, Coordinate::Ipo],
        matrix: vec![vec![1.0, 0.2], vec![0.2, 1.0]],
        copula: Copula::StudentT(4.0),
    };
    deal.correlations = vec![CorrelationGroup { members, matrix, copula: Copula::Gaussian }, tail];
    told(
        &deal,
        "Other factors",
        "\"rival\" is 1 today and moves as geometric Brownian motion: expected growth 12% a year (continuously \
         compounded), volatility 55% a year.",
    );
    for line in [
        "the company's value and factor \"rival\": correlation 0.45 (normal copula).",
        "the company's value and the failure happening: correlation −0.3 (normal copula).",
        "factor \"rival\" and the failure happening: correlation 0 (normal copula).",
        "the sale taking long and the IPO taking long: correlation 0.2 (Student's t copula with 4 degrees of freedom, \
         so extremes come together).",
    ] {
        told(&deal, "What moves together", line);
    }
}

#[test]
fn commercial_flows_are_told_apart_from_the_financing() {
    let mut deal = scenario();
    deal.discounting.strategic = Some(cents(8));
    deal.milestones = vec![super::life::milestone("first_gigawatt", "First gigawatt")];
    let flow = Strategic {
        name: "Cloud".into(),
        yearly: known(11_00),
        growth: Some(known(5)),
        margin: known(39),
        incremental: known(45),
        from: "2026-05-04".parse().unwrap(),
        until: "2030-04-30".parse().unwrap(),
        lives: StrategicLife::WhileAlive,
        starts_with: Some(0),
    };
    deal.strategic = vec![flow.clone()];
    for line in [
        "Revenue of $11 a year, growing by 5% a year from the first day on.",
        "The margin on it is 39%; 45% of that would not have come without the deal.",
        "It runs from 2026-05-04 until 2030-04-30, or until the company fails before that.",
        "It starts only once \"First gigawatt\" is reached, if that is later.",
        "It is reported apart and never added to the financing's results.",
    ] {
        told(&deal, "Commercial flow: Cloud", line);
    }
    told(&deal, "Present values and simulation", "Commercial flows are discounted at 8% a year instead.");
    deal.strategic =
        vec![Strategic { growth: None, lives: StrategicLife::WhileIndependent, starts_with: None, ..flow }];
    told(&deal, "Commercial flow: Cloud", "Revenue of $11 a year, not growing.");
    told(
        &deal,
        "Commercial flow: Cloud",
        "It runs from 2026-05-04 until 2030-04-30, or until the company fails or is sold before that.",
    );
}

#[test]
fn every_marked_figure_has_its_provenance() {
    let mut deal = scenario();
    let mark = |provenance, note: &str| Assumption {
        key: "company.value.today".into(),
        value: "\"$380bn\"".into(),
        provenance,
        note: note.into(),
    };
    deal.assumptions = vec![
        mark(Provenance::Stated, "Series G, February 2026"),
        mark(Provenance::Derived, ""),
        mark(Provenance::Assumed, "round figure"),
    ];
    for line in [
        "company.value.today = \"$380bn\": stated by a source (Series G, February 2026).",
        "company.value.today = \"$380bn\": derived from sources.",
        "company.value.today = \"$380bn\": assumed (round figure).",
    ] {
        told(&deal, "Where the figures come from", line);
    }
}

#[test]
fn one_path_is_not_several() {
    let mut deal = scenario();
    deal.simulation.paths = 1;
    told(&deal, "Present values and simulation", "1 path is simulated, with seed 7.");
}
